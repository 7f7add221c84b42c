//! A schema with rows, made of choices, and what statements need to know of it.

use super::dice::Dice;
use super::kinds::Kind;

/// What every schema starts with.
pub(crate) const PRELUDE: &[&str] = &[
    "create type mood as enum ('sad', 'ok', 'happy')",
    "create domain posint as int check (value > 0)",
    "create domain plain_text as text",
    "create type pair as (x int, y text)",
    "create function trg_fn() returns trigger language plpgsql as $$ begin return new; end $$",
    "create function imm(int) returns int language sql immutable as $$ select $1 + 1 $$",
    "create function vol() returns int language plpgsql volatile as $$ begin return 7; end $$",
];

/// Rows per table; those of a partition that is not attached yet have numbers from 1001.
const ROWS: u16 = 100;

/// A schema.
#[derive(Default)]
pub(crate) struct Schema {
    /// The statements that make it, in order.
    pub(crate) statements: Vec<String>,
    /// Its tables, partitions and children included.
    pub(crate) tables: Vec<Table>,
    /// Its views.
    pub(crate) views: Vec<String>,
    /// Its materialized views, each with whether it has a unique index.
    pub(crate) matviews: Vec<(String, bool)>,
    /// Sequences by name.
    pub(crate) sequences: Vec<String>,
    /// Publications.
    pub(crate) publications: Vec<String>,
}

/// A table.
#[derive(Clone, Default)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: String,
    /// Its columns; the first is the key.
    pub(crate) columns: Vec<Column>,
    /// Where it stands.
    pub(crate) place: Place,
    /// It has a primary key.
    pub(crate) keyed: bool,
    /// Indexes with a name of their own, each with whether it could back a unique constraint.
    pub(crate) indexes: Vec<(String, bool)>,
    /// Constraints by name.
    pub(crate) constraints: Vec<String>,
    /// Foreign keys among them.
    pub(crate) foreign_keys: Vec<String>,
    /// Triggers.
    pub(crate) triggers: Vec<String>,
    /// Policies.
    pub(crate) policies: Vec<String>,
    /// Extended statistics.
    pub(crate) statistics: Vec<String>,
    /// It is not logged: logged tables may not reference it.
    pub(crate) unlogged: bool,
    /// It is published: without a replica identity its rows can't be changed.
    pub(crate) published: bool,
    /// Other tables reference it.
    pub(crate) referenced: bool,
}

/// Where a table stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// By itself.
    #[default]
    Alone,
    /// It is partitioned by its first column; with a default partition or not.
    Partitioned(bool),
    /// It is a partition of the table of that number.
    Partition(usize),
    /// It could become a partition of it.
    Candidate(usize),
    /// It inherits from it.
    Child(usize),
    /// Others inherit from it.
    Parent,
}

/// A column.
#[derive(Clone)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) kind: &'static Kind,
    /// It is generated, or has a sequence: some things can't be asked of it.
    pub(crate) special: bool,
}

impl Schema {
    /// A schema by choices.
    pub(crate) fn new(dice: &Dice<'_>) -> Schema {
        let mut schema = Schema::default();
        schema.statements.extend(PRELUDE.iter().map(ToString::to_string));
        for number in 0..2 + dice.below(3) {
            schema.table(dice, number);
        }
        for number in 0..dice.below(5) {
            schema.extra(dice, number);
        }
        schema
    }

    /// As one text.
    pub(crate) fn sql(statements: &[String]) -> String {
        let mut text = statements.join(";\n");
        text.push_str(";\n");
        text
    }

    /// Rows of a table, or of one that it stands below or above, are referenced: deleting them depends on them.
    pub(crate) fn is_referenced(&self, table: &Table) -> bool {
        let parent = match table.place {
            Place::Partition(parent) | Place::Child(parent) => self.tables.get(parent),
            _ => None,
        };
        table.referenced || parent.is_some_and(|parent| parent.referenced)
    }

    fn say(&mut self, statement: impl Into<String>) {
        self.statements.push(statement.into());
    }

    fn table(&mut self, dice: &Dice<'_>, number: usize) {
        let name = format!("t{number}");
        let place = match dice.below(6) {
            0..=2 => Place::Alone,
            3 => Place::Partitioned(dice.one_in(2)),
            4 => Place::Partitioned(false),
            _ => Place::Parent,
        };
        let mut table = Table { name: name.clone(), place, ..Table::default() };
        let mut parts = Vec::new();
        let key = if dice.below(2) == 0 { "bigint" } else { "int" };
        let key = super::kinds::KINDS.iter().find(|kind| kind.name == key).expect("integers are there");
        let plain = table.place == Place::Alone;
        let special = plain && dice.one_in(3);
        let identity = dice.one_in(2);
        table.keyed = !dice.one_in(4);
        let primary = if table.keyed { " primary key" } else { " not null" };
        parts.push(match (special, identity) {
            (true, true) => format!("id {} generated by default as identity{primary}", key.name),
            (true, false) => format!("id {}serial{primary}", if key.name == "bigint" { "big" } else { "" }),
            (false, _) => format!("id {}{primary}", key.name),
        });
        table.columns.push(Column { name: "id".to_owned(), kind: key, special });
        for letter in ["a", "b", "c", "d"].iter().take(1 + dice.below(4)) {
            let kind = Kind::any(dice);
            let not_null = if dice.one_in(3) { " not null" } else { "" };
            let default = if dice.one_in(4) { format!(" default {}", kind.constant) } else { String::new() };
            parts.push(format!("{letter} {}{default}{not_null}", kind.name));
            table.columns.push(Column { name: (*letter).to_owned(), kind, special: false });
        }
        if plain && dice.one_in(6) {
            parts.push("g bigint generated always as (id * 2) stored".to_owned());
        }
        let generated = parts.last().is_some_and(|part| part.contains("generated always"));
        table.unlogged = plain && dice.one_in(8);
        let unlogged = if table.unlogged { "unlogged " } else { "" };
        let by = if matches!(table.place, Place::Partitioned(_)) { " partition by range (id)" } else { "" };
        self.say(format!("create {unlogged}table {name} ({}){by}", parts.join(", ")));
        let at = self.tables.len();
        self.tables.push(table.clone());
        let family = self.relatives(dice, at);
        for (member, first) in std::iter::once((at, 1)).chain(family) {
            self.rows(member, first);
        }
        if generated {
            let kind = &super::kinds::KINDS[3];
            self.tables[at].columns.push(Column { name: "g".to_owned(), kind, special: true });
        }
        for number in 0..dice.below(4) {
            self.constraint(dice, at, number);
        }
        for number in 0..dice.below(4) {
            self.index(dice, at, number);
        }
        self.dependents(dice, at);
    }

    /// Partitions, candidates and children; with the first row of those that get rows of their own.
    fn relatives(&mut self, dice: &Dice<'_>, at: usize) -> Vec<(usize, u16)> {
        let table = self.tables[at].clone();
        let name = &table.name;
        let mut filled = Vec::new();
        let add = |schema: &mut Schema, suffix: &str, place: Place, sql: String, columns: Option<&str>| {
            let mut member = Table { name: format!("{name}_{suffix}"), place, ..Table::default() };
            member.columns.clone_from(&table.columns);
            member.keyed = table.keyed && matches!(member.place, Place::Partition(_));
            if let Some(extra) = columns {
                let kind = &super::kinds::KINDS[0];
                member.columns.push(Column { name: extra.to_owned(), kind, special: false });
            }
            schema.say(sql);
            schema.tables.push(member);
            schema.tables.len() - 1
        };
        match table.place {
            Place::Partitioned(default) => {
                let of = |suffix: &str, bound: &str| {
                    format!("create table {name}_{suffix} partition of {name} {bound}")
                };
                let part = Place::Partition(at);
                add(self, "p0", part.clone(), of("p0", "for values from (0) to (50)"), None);
                // A default partition has rows too.
                let last = if default { 80 } else { 1000 };
                add(self, "p1", part.clone(), of("p1", &format!("for values from (50) to ({last})")), None);
                if default {
                    add(self, "pd", part, of("pd", "default"), None);
                }
                let check = dice.text(&[
                    "",
                    ", check (id >= 1000 and id < 2000)",
                    ", check (id is not null and id >= 1000 and id < 2000)",
                ]);
                let like = dice.text(&["", " including all", " including constraints"]);
                let sql = format!("create table {name}_c (like {name}{like}{check})");
                filled.push((add(self, "c", Place::Candidate(at), sql, None), 1001));
            }
            Place::Parent => {
                let sql = format!("create table {name}_h (extra int) inherits ({name})");
                filled.push((add(self, "h", Place::Child(at), sql, Some("extra")), 1));
            }
            _ => {}
        }
        filled
    }

    fn rows(&mut self, at: usize, first: u16) {
        let table = &self.tables[at];
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<&str> = table.columns.iter().map(|column| column.kind.value).collect();
        let sql = format!(
            "insert into {} ({}) select {} from generate_series({first}, {}) n",
            table.name,
            names.join(", "),
            values.join(", "),
            first + ROWS - 1
        );
        self.say(sql);
    }

    fn constraint(&mut self, dice: &Dice<'_>, at: usize, number: usize) {
        let table = &self.tables[at];
        let name = format!("{}_k{number}", table.name);
        let Some(column) = dice.of(&table.columns).cloned() else { return };
        let valid = dice.text(&["", " not valid"]);
        let partitioned = matches!(table.place, Place::Partitioned(_));
        let text = match dice.below(5) {
            0 => format!("check ({}){valid}", column.kind.check_on(&column.name)),
            1 => format!("check ({} is not null){valid}", column.name),
            2 if !partitioned && column.kind.unique => format!("unique ({})", column.name),
            3 | 4 => {
                let valid = if partitioned { "" } else { valid };
                let Some((target, text)) = self.foreign_key(dice, at) else { return };
                self.tables[target].referenced = true;
                self.tables[at].foreign_keys.push(name.clone());
                format!("{text}{valid}")
            }
            _ => return,
        };
        self.tables[at].constraints.push(name.clone());
        let table = self.tables[at].name.clone();
        self.say(format!("alter table {table} add constraint {name} {text}"));
    }

    /// A foreign key from a table, without name, and the table that it references.
    pub(crate) fn foreign_key(&self, dice: &Dice<'_>, from: usize) -> Option<(usize, String)> {
        // Rows of candidates have numbers that no other table has.
        if matches!(self.tables[from].place, Place::Candidate(_)) {
            return None;
        }
        let is_key = |column: &&Column| column.kind.is_key() && column.name != "g";
        let keys: Vec<&Column> = self.tables[from].columns.iter().filter(is_key).collect();
        let column = dice.of(&keys)?;
        let targets: Vec<usize> = (0..self.tables.len())
            .filter(|at| self.tables[*at].keyed && !matches!(self.tables[*at].place, Place::Partition(_)))
            .filter(|at| self.tables[from].unlogged || !self.tables[*at].unlogged)
            .collect();
        let target = *dice.of(&targets)?;
        let action = dice.text(&["", " on delete cascade", " on delete set null"]);
        Some((
            target,
            format!("foreign key ({}) references {} (id){action}", column.name, self.tables[target].name),
        ))
    }

    fn index(&mut self, dice: &Dice<'_>, at: usize, number: usize) {
        let table = &self.tables[at];
        let name = format!("{}_i{number}", table.name);
        let Some(column) = dice.of(&table.columns) else { return };
        let Some((sql, unique)) = index(dice, table, column, &name, "") else { return };
        self.say(sql);
        self.tables[at].indexes.push((name, unique));
    }

    fn dependents(&mut self, dice: &Dice<'_>, at: usize) {
        let table = self.tables[at].clone();
        let name = &table.name;
        let Some(column) = dice.of(&table.columns) else { return };
        let column = &column.name;
        match dice.below(10) {
            1 => {
                let when = dice.text(&["", "when"]);
                let when =
                    if when.is_empty() { String::new() } else { format!(" when (new.{column} is not null)") };
                let event = if dice.one_in(2) { format!("update of {column}") } else { "update".to_owned() };
                self.say(format!(
                    "create trigger {name}_g after {event} on {name} for each row{when} execute function trg_fn()"
                ));
                self.tables[at].triggers.push(format!("{name}_g"));
            }
            2 => {
                self.say(format!("create policy {name}_o on {name} using ({column} is not null)"));
                self.tables[at].policies.push(format!("{name}_o"));
            }
            3 if table.columns.len() > 2 => {
                let other = &table.columns[1].name;
                if other != column && !table.columns[1].kind.name.starts_with("json") && column != "g" {
                    self.say(format!("create statistics {name}_s on id, {other} from {name}"));
                    self.tables[at].statistics.push(format!("{name}_s"));
                }
            }
            _ => {}
        }
    }

    fn extra(&mut self, dice: &Dice<'_>, number: usize) {
        let Some(table) = dice.of(&self.tables).cloned() else { return };
        let Some(column) = dice.of(&table.columns) else { return };
        let (name, column) = (&table.name, &column.name);
        match dice.below(6) {
            0 | 1 => {
                let columns = if column == "id" { "id".to_owned() } else { format!("id, {column}") };
                self.say(format!("create view v{number} as select {columns} from {name}"));
                self.views.push(format!("v{number}"));
            }
            2 => {
                self.say(format!("create materialized view m{number} as select id from {name}"));
                let unique = !matches!(table.place, Place::Parent) && dice.one_in(2);
                if unique {
                    self.say(format!("create unique index m{number}_u on m{number} (id)"));
                }
                self.matviews.push((format!("m{number}"), unique));
            }
            3 => {
                if let Some(view) = self.views.last() {
                    let sql = format!("create view v{number} as select id from {view}");
                    self.say(sql);
                    self.views.push(format!("v{number}"));
                }
            }
            4 => {
                self.say(format!("create sequence q{number}"));
                self.sequences.push(format!("q{number}"));
            }
            _ if table.place == Place::Alone && !table.unlogged => {
                self.say(format!("create publication u{number} for table {name}"));
                self.publications.push(format!("u{number}"));
                if let Some(table) = self.tables.iter_mut().find(|other| other.name == *name) {
                    table.published = true;
                }
            }
            _ => {}
        }
    }
}

/// `CREATE INDEX` on a column, and whether a constraint could use it.
pub(crate) fn index(
    dice: &Dice<'_>,
    table: &Table,
    column: &Column,
    name: &str,
    concurrently: &str,
) -> Option<(String, bool)> {
    let (table_name, c, kind) = (&table.name, &column.name, column.kind);
    if kind.name.starts_with("json") {
        let sql = format!("create index{concurrently} {name} on {table_name} using gin ({c})");
        return (kind.name == "jsonb").then_some((sql, false));
    }
    let partitioned = matches!(table.place, Place::Partitioned(_));
    let other = table.columns.first().map_or("id", |column| column.name.as_str());
    let textual = matches!(kind.name, "text" | "varchar(20)" | "plain_text");
    let ordered =
        !matches!(kind.name, "boolean" | "int[]" | "varchar(10)[]" | "inet" | "bytea" | "varbit(8)");
    let (unique, rest) = match dice.below(10) {
        0 | 1 => ("", format!("({c})")),
        2 if kind.unique && !partitioned => ("unique ", format!("({c})")),
        3 => ("", format!("({c}, {other})")),
        4 => ("", format!("({c}) where {other} > 10")),
        5 => ("", format!("({other}) where {}", kind.check_on(c))),
        6 if textual => ("", format!("(lower({c}))")),
        6 if kind.is_key() => ("", format!("(({c} + 1))")),
        7 if c != other => ("", format!("({other}) include ({c})")),
        8 if ordered => ("", format!("using brin ({other})")),
        9 if kind.is_key() => ("", format!("using hash ({c})")),
        _ => ("", format!("({c} desc)")),
    };
    // An index on a virtual or repeated column is refused; these are neither.
    let sql = format!("create {unique}index{concurrently} {name} on {table_name} {rest}");
    Some((sql, !unique.is_empty()))
}
