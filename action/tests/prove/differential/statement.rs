//! Statements other than `ALTER TABLE`, by choices.

use super::alter;
use super::dice::Dice;
use super::kinds::Kind;
use super::schema::{self, Place, Schema, Table};
use super::wider;

/// A statement; none where the choices ask for something that the schema doesn't have.
pub(crate) fn statement(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    match dice.below(24) {
        0..=8 => alter::alter_table(dice, schema),
        9..=11 => index(dice, schema),
        12 => create_table(dice, schema),
        13 => drop_table(dice, schema),
        14 => view(dice, schema),
        15 => Some(types(dice)),
        16 => sequence(dice, schema),
        17 => attached(dice, schema),
        18 => maintenance(dice, schema),
        19..=21 => wider::statement(dice, schema),
        _ => rows(dice, schema),
    }
}

fn table<'s>(dice: &Dice<'_>, schema: &'s Schema) -> Option<&'s Table> {
    dice.of(&schema.tables)
}

fn index(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let table = table(dice, schema)?;
    let name = &table.name;
    let indexes: Vec<&String> =
        schema.tables.iter().flat_map(|table| &table.indexes).map(|(name, _)| name).collect();
    let existing = || dice.of(&indexes).copied();
    Some(match dice.below(16) {
        0..=4 => schema::index(dice, table, dice.of(&table.columns)?, "x", "")?.0,
        5 => schema::index(dice, table, dice.of(&table.columns)?, "x", " concurrently")?.0,
        6 => format!("create index on {name} ({})", indexable(dice, table)?),
        7 => format!("create index on only {name} ({})", indexable(dice, table)?),
        8 => format!("create index if not exists {} on {name} (id)", existing()?),
        9 => format!("drop index {}{}", existing()?, dice.text(&["", " cascade"])),
        10 => format!("drop index{} {}", dice.text(&[" if exists", " concurrently"]), existing()?),
        11 => format!("reindex index {}{}", dice.text(&["", "concurrently "]), existing()?),
        12 => format!("reindex table {}{name}", dice.text(&["", "concurrently "])),
        13 => format!("alter index {} rename to renamed", existing()?),
        14 => format!(
            "alter index {} {}",
            existing()?,
            dice.text(&["set (fillfactor = 70)", "set tablespace ts1"])
        ),
        _ => format!("drop index {name}_pkey"),
    })
}

fn indexable<'t>(dice: &Dice<'_>, table: &'t Table) -> Option<&'t str> {
    let fit: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| !column.kind.name.starts_with("json"))
        .map(|column| column.name.as_str())
        .collect();
    dice.of(&fit).copied()
}

fn create_table(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let other = table(dice, schema)?;
    let kind = Kind::any(dice);
    let name = &other.name;
    Some(match dice.below(12) {
        0 => format!(
            "create table x (id bigint primary key, y {} unique)",
            if kind.unique { kind.name } else { "int" }
        ),
        1 | 2 if other.keyed => {
            format!("create table x (id serial primary key, o bigint references {name} (id))")
        }
        3 => format!(
            "create table x (like {name}{})",
            dice.text(&["", " including all", " including indexes"])
        ),
        4 => format!("create table x as select * from {name}"),
        5 => format!("create table x as select * from {name} with no data"),
        6 => format!("create table if not exists {name} (id int)"),
        7 => format!("create table x (z int) inherits ({name})"),
        8 | 9 => {
            let parents: Vec<&Table> =
                (schema.tables.iter()).filter(|table| matches!(table.place, Place::Partitioned(_))).collect();
            let parent = dice.of(&parents)?;
            format!("create table x partition of {} for values from (5000) to (6000)", parent.name)
        }
        10 => format!("create temp table x (id int primary key, m {})", kind.name),
        _ => format!("select id into x from {name}"),
    })
}

fn drop_table(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let name = &table(dice, schema)?.name;
    let behavior = dice.text(&["", " cascade", " restrict"]);
    Some(match dice.below(6) {
        0..=2 => format!("drop table {name}{behavior}"),
        3 => format!("drop table if exists {name}{behavior}"),
        4 => "drop table if exists missing".to_owned(),
        _ => format!("truncate {}{name}{}", dice.text(&["", "only "]), dice.text(&["", " cascade"])),
    })
}

fn view(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let table = table(dice, schema)?;
    let (name, column) = (&table.name, &dice.of(&table.columns)?.name);
    let view = || dice.of(&schema.views);
    let matview = || dice.of(&schema.matviews);
    Some(match dice.below(13) {
        0 => format!("create view x as select id, {column} as y from {name}"),
        1 => format!("create or replace view x as select id from {name} where id > 5"),
        2 => format!("drop view {}{}", view()?, dice.text(&["", " cascade"])),
        3 => format!("create materialized view x as select id from {name}"),
        4 => format!("create materialized view x as select id from {name} with no data"),
        5 => format!("refresh materialized view {}", matview()?.0),
        6 => {
            let (name, unique) = matview()?;
            if !unique {
                return None;
            }
            format!("refresh materialized view concurrently {name}")
        }
        7 => format!("drop materialized view {}", matview()?.0),
        8 => format!("alter view {} rename to renamed", view()?),
        9 => format!("alter view {} owner to app_owner", view()?),
        10 => format!("alter materialized view {} rename to renamed", matview()?.0),
        11 => format!("refresh materialized view {} with no data", matview()?.0),
        _ => format!("alter view {} set schema other", view()?),
    })
}

fn types(dice: &Dice<'_>) -> String {
    dice.text(&[
        "alter type mood add value 'fine'",
        "alter type mood rename value 'ok' to 'okay'",
        "alter type mood rename to renamed",
        "alter type mood owner to app_owner",
        "drop type mood",
        "drop type mood cascade",
        "create type x as enum ('a')",
        "create domain x as int check (value > 5)",
        "alter domain posint add constraint small check (value < 1000000)",
        "alter domain posint add constraint small check (value < 1000000) not valid",
        "alter domain plain_text set not null",
        "alter domain plain_text set default 'x'",
        "alter domain posint drop constraint posint_check",
        "drop domain posint",
        "drop domain plain_text cascade",
        "alter domain posint rename to renamed",
        "drop function trg_fn()",
        "drop function trg_fn() cascade",
        "create or replace function imm(int) returns int language sql immutable as $$ select $1 + 2 $$",
        "alter function imm(int) stable",
        "create schema x",
        "alter schema other rename to renamed",
    ])
    .to_owned()
}

fn sequence(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let owned: Vec<String> = schema
        .tables
        .iter()
        .filter(|table| table.columns.first().is_some_and(|column| column.special))
        .map(|table| format!("{}_id_seq", table.name))
        .chain(schema.sequences.iter().cloned())
        .collect();
    let name = dice.of(&owned)?;
    Some(match dice.below(8) {
        0 => format!("alter sequence {name} restart with 500"),
        1 => format!("alter sequence {name} as bigint"),
        2 => format!("alter sequence {name} increment by 2"),
        3 => format!("alter sequence {name} rename to renamed"),
        4 => format!("drop sequence {name}{}", dice.text(&["", " cascade"])),
        5 => "create sequence x".to_owned(),
        6 => format!("alter sequence {name} owned by {}.id", table(dice, schema)?.name),
        _ => format!("alter sequence {name} owner to app_owner"),
    })
}

/// Triggers, policies, rules, statistics, publications, comments, privileges.
fn attached(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let table = table(dice, schema)?;
    let (name, column) = (&table.name, &dice.of(&table.columns)?.name);
    Some(match dice.below(18) {
        0 => format!("create trigger x after insert on {name} for each row execute function trg_fn()"),
        1 => format!("create trigger x before update of {column} on {name} execute function trg_fn()"),
        2 => format!("drop trigger {} on {name}", table.triggers.first()?),
        3 => format!("drop trigger if exists missing on {name}"),
        4 => format!("alter trigger {} on {name} rename to renamed", table.triggers.first()?),
        5 => format!("create policy x on {name} using ({column} is not null)"),
        6 => format!("drop policy {} on {name}", table.policies.first()?),
        7 => format!("alter policy {} on {name} using (true)", table.policies.first()?),
        8 => format!("create rule x as on delete to {name} where old.id < 0 do instead nothing"),
        9 => format!("drop statistics {}", table.statistics.first()?),
        10 => format!("comment on table {name} is 'x'"),
        11 => format!("comment on column {name}.{column} is 'x'"),
        12 => format!("grant select on {name} to app_reader"),
        13 if !table.unlogged => format!("create publication x for table {name}"),
        14 if !table.unlogged => {
            format!("alter publication {} add table {name}", dice.of(&schema.publications)?)
        }
        15 => format!("drop publication {}", dice.of(&schema.publications)?),
        16 => format!("comment on constraint {} on {name} is 'x'", dice.of(&table.constraints)?),
        _ => "create publication x for all tables".to_owned(),
    })
}

fn maintenance(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let table = table(dice, schema)?;
    let name = &table.name;
    Some(match dice.below(9) {
        0 => format!("analyze {name}"),
        1 => format!("cluster {name} using {}", dice.of(&table.indexes)?.0),
        2 => format!("lock table {name}"),
        3 => format!("lock table {name} in share mode"),
        4 if !matches!(table.place, Place::Partitioned(_)) => format!("vacuum {name}"),
        5 => format!("lock table {}", dice.of(&schema.views)?),
        6 => "set local lock_timeout = '1s'".to_owned(),
        7 => format!("lock table only {name} in row exclusive mode"),
        _ => format!("do $$ begin alter table {name} add column x int; end $$"),
    })
}

/// Whole tables only: which way a part of one is found is the planner's choice. Keys are left alone, since what they
/// lead to depends on whether their values change.
fn rows(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let table = table(dice, schema)?;
    let (name, column) = (&table.name, dice.of(&table.columns)?);
    let writable = !schema.is_referenced(table) && !table.published;
    Some(match dice.below(5) {
        0 | 1 if writable && !column.special && !column.kind.is_key() => {
            format!("update {name} set {c} = {c}", c = column.name)
        }
        2 => format!("select count({}) from {name}", column.name),
        3 if writable => format!("delete from {name}"),
        _ => format!("select count(*) from {}", dice.of(&schema.views)?),
    })
}
