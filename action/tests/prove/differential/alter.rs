//! `ALTER TABLE`, by choices.

use super::dice::Dice;
use super::kinds::Kind;
use super::schema::{Place, Schema, Table};

/// `ALTER TABLE` with one action or some.
pub(crate) fn alter_table(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let at = dice.below(schema.tables.len());
    let table = schema.tables.get(at)?;
    if dice.one_in(5) {
        return alone(dice, schema, at);
    }
    let only = if dice.one_in(12) { "only " } else { "" };
    let exists = if dice.one_in(20) { "if exists " } else { "" };
    let count = if dice.below(3) == 2 { 2 + dice.below(2) } else { 1 };
    // Two actions on one column or constraint mostly refuse each other, which is beside the point.
    let mut names = Vec::new();
    let actions: Vec<String> = (0..count)
        .filter_map(|number| action(dice, schema, at, number))
        .filter(|action| {
            let taken = words(action).iter().any(|word| names.contains(word));
            names.extend(words(action));
            !taken
        })
        .collect();
    (!actions.is_empty()).then(|| format!("alter table {exists}{only}{} {}", table.name, actions.join(", ")))
}

/// What an action could share with another: names of columns and constraints.
fn words(action: &str) -> Vec<String> {
    let words = action.split(|c: char| !c.is_alphanumeric() && c != '_');
    let is_name =
        |word: &&str| word.len() == 1 || *word == "id" || word.contains("_k") || word.ends_with("_pkey");
    words.filter(is_name).map(str::to_owned).collect()
}

/// An action that may stand beside others. `number` keeps names apart.
fn action(dice: &Dice<'_>, schema: &Schema, at: usize, number: usize) -> Option<String> {
    let table = &schema.tables[at];
    match dice.below(10) {
        0 | 1 => add_column(dice, schema, number),
        2..=4 => column(dice, table),
        5 | 6 => add_constraint(dice, schema, at, number),
        7 => constraint(dice, table),
        8 => Some(storage(dice)),
        _ => state(dice, table),
    }
}

fn add_column(dice: &Dice<'_>, schema: &Schema, number: usize) -> Option<String> {
    let kind = Kind::any(dice);
    let name = format!("n{number}");
    let plain = format!("add column {name} {}", kind.name);
    let constant = kind.constant;
    Some(match dice.below(17) {
        0 => plain,
        1 => format!("{plain} default {constant}"),
        2 => format!("{plain} not null default {constant}"),
        3 => format!("{plain} not null"),
        4 if kind.unique => format!("{plain} unique"),
        // Rows that are there get NULL.
        5 if kind.check != "{} is not null" => format!("{plain} check ({})", kind.check_on(&name)),
        6 => format!("{plain} default {constant} check ({name} is not null)"),
        7 => {
            let targets: Vec<&Table> = schema.tables.iter().filter(|table| table.keyed).collect();
            let target = dice.of(&targets)?;
            format!("add column {name} bigint references {} (id)", target.name)
        }
        8 => format!(
            "add column {name} timestamptz not null default {}",
            dice.text(&["now()", "clock_timestamp()"])
        ),
        9 => format!("add column {name} uuid default {}", dice.text(&["gen_random_uuid()", "null"])),
        10 => format!(
            "add column {name} {}",
            dice.text(&["serial", "bigserial", "int generated always as identity"])
        ),
        11 => format!("add column {name} bigint generated always as (id + 1) stored"),
        12 => format!(
            "add column {name} int default {}",
            dice.text(&["vol()", "imm(1)", "random()::int", "2 + 3"])
        ),
        13 => format!("add column if not exists {} int", dice.text(&["a", "z"])),
        14 => format!("add column {name} {} default {constant} not null", kind.name),
        15 => format!("add column {name} text collate \"C\""),
        _ => format!("add {name} bigint generated always as (id + 1)"),
    })
}

fn column(dice: &Dice<'_>, table: &Table) -> Option<String> {
    let column = dice.of(&table.columns)?;
    let (name, kind) = (&column.name, column.kind);
    Some(match dice.below(16) {
        0..=3 => {
            let turn = dice.of(kind.turns)?.replace("{}", name);
            format!("alter column {name} type {turn}")
        }
        4 | 5 => format!("alter column {name} set not null"),
        6 => format!("alter column {name} drop not null"),
        7 if !column.special => format!("alter column {name} set default {}", kind.constant),
        8 => format!("alter column {name} drop default"),
        9 | 10 => {
            let behavior = dice.text(&["", " cascade", " restrict"]);
            let exists = dice.text(&["", "if exists "]);
            format!("drop column {exists}{name}{behavior}")
        }
        11 => format!("drop column if exists {name}_none"),
        12 => format!("alter column {name} set statistics 100"),
        13 => format!(
            "alter column {name} set ({})",
            dice.text(&["n_distinct = 5", "n_distinct_inherited = 5"])
        ),
        14 => {
            let long = matches!(kind.name, "text" | "varchar(20)" | "jsonb" | "json" | "bytea");
            if !long {
                return None;
            }
            format!("alter column {name} set {}", dice.text(&["storage external", "compression pglz"]))
        }
        _ => {
            let what =
                dice.text(&["drop identity if exists", "drop expression if exists", "reset (n_distinct)"]);
            format!("alter column {name} {what}")
        }
    })
}

fn add_constraint(dice: &Dice<'_>, schema: &Schema, at: usize, number: usize) -> Option<String> {
    let table = &schema.tables[at];
    let column = dice.of(&table.columns)?;
    let (name, kind) = (&column.name, column.kind);
    let label = format!("add constraint {}_x{number}", table.name);
    let valid = dice.text(&["", " not valid"]);
    Some(match dice.below(12) {
        0 => format!("{label} check ({}){valid}", kind.check_on(name)),
        1 => format!("{label} check ({name} is not null){valid}"),
        2 => format!("{label} check ({name} is not null and {}){valid}", kind.check_on(name)),
        3 | 4 if kind.unique => format!("{label} unique ({name})"),
        5 if !table.keyed => format!("{label} primary key (id)"),
        6..=8 => {
            let (_, text) = schema.foreign_key(dice, at)?;
            format!("{label} {text}{valid}")
        }
        9 => {
            let usable: Vec<&String> =
                table.indexes.iter().filter(|(_, unique)| *unique).map(|(name, _)| name).collect();
            let index = dice.of(&usable)?;
            let what = if table.keyed { "unique" } else { dice.text(&["primary key", "unique"]) };
            format!("{label} {what} using index {index}")
        }
        10 if kind.is_key() => format!("{label} exclude using btree ({name} with =)"),
        11 => format!("{label} unique (id, {name})").replace("(id, id)", "(id)"),
        _ => return None,
    })
    .filter(|text| !text.contains("unique (id, ") || unique_fits(table, text))
}

/// btree can't index every type.
fn unique_fits(table: &Table, text: &str) -> bool {
    let unfit = |name: &str| matches!(name, "json" | "jsonb");
    !table
        .columns
        .iter()
        .any(|column| unfit(column.kind.name) && text.ends_with(&format!(" {})", column.name)))
}

fn constraint(dice: &Dice<'_>, table: &Table) -> Option<String> {
    let name = dice.of(&table.constraints).cloned();
    Some(match dice.below(6) {
        0 | 1 => format!("drop constraint {}{}", name?, dice.text(&["", " cascade"])),
        2 | 3 => format!("validate constraint {}", name?),
        4 => format!("alter constraint {} deferrable", dice.of(&table.foreign_keys)?),
        _ => format!("drop constraint {}{}", if_keyed(table)?, dice.text(&["", " cascade"])),
    })
}

fn if_keyed(table: &Table) -> Option<String> {
    (table.keyed && !matches!(table.place, Place::Partition(_))).then(|| format!("{}_pkey", table.name))
}

fn storage(dice: &Dice<'_>) -> String {
    dice.text(&[
        "set (fillfactor = 90)",
        "set (autovacuum_enabled = false)",
        "reset (fillfactor)",
        "set unlogged",
        "set logged",
        "set tablespace ts1",
        "set tablespace pg_default",
        "set without cluster",
        "set access method heap",
        "set (toast_tuple_target = 1000)",
    ])
    .to_owned()
}

fn state(dice: &Dice<'_>, table: &Table) -> Option<String> {
    Some(match dice.below(9) {
        0 => "enable row level security".to_owned(),
        1 => "force row level security".to_owned(),
        2 => format!("replica identity {}", dice.text(&["full", "nothing", "default"])),
        3 => "no force row level security".to_owned(),
        4 => format!("disable trigger {}", table.triggers.first().map_or("all", String::as_str)),
        5 => "enable trigger user".to_owned(),
        6 => format!("cluster on {}", dice.of(&table.indexes)?.0),
        7 => format!("replica identity using index {}", dice.of(&table.indexes)?.0),
        _ => "disable row level security".to_owned(),
    })
}

/// Forms that stand alone.
fn alone(dice: &Dice<'_>, schema: &Schema, at: usize) -> Option<String> {
    let table = &schema.tables[at];
    let name = &table.name;
    let column = &dice.of(&table.columns)?.name;
    Some(match dice.below(12) {
        0 => format!("alter table {name} rename column {column} to renamed"),
        1 => format!("alter table {name} rename to renamed"),
        2 => format!("alter table {name} rename constraint {} to renamed", dice.of(&table.constraints)?),
        3 => format!("alter table {name} set schema other"),
        4 | 5 => {
            let (candidate, parent) = with_place(schema, |place| match place {
                // Its rows refer to nothing.
                Place::Candidate(parent) if schema.tables[*parent].foreign_keys.is_empty() => Some(*parent),
                _ => None,
            })?;
            let bound =
                dice.text(&["for values from (1000) to (2000)", "for values from (1001) to (1500000)"]);
            format!("alter table {} attach partition {candidate} {bound}", schema.tables[parent].name)
        }
        6 | 7 => {
            let (partition, parent) = with_place(schema, |place| match place {
                Place::Partition(parent) if !schema.tables[*parent].referenced => Some(*parent),
                _ => None,
            })?;
            format!("alter table {} detach partition {partition}", schema.tables[parent].name)
        }
        8 => {
            let (child, parent) = with_place(schema, |place| match place {
                Place::Child(parent) => Some(*parent),
                _ => None,
            })?;
            format!("alter table {child} no inherit {}", schema.tables[parent].name)
        }
        9 => format!("alter table {name} rename constraint {name}_pkey to renamed"),
        10 => format!("alter table {name} owner to app_owner"),
        _ => {
            let index = &dice.of(&table.indexes)?.0;
            format!("alter table {index} rename to renamed")
        }
    })
}

fn with_place(schema: &Schema, wanted: impl Fn(&Place) -> Option<usize>) -> Option<(&str, usize)> {
    schema.tables.iter().find_map(|table| Some((table.name.as_str(), wanted(&table.place)?)))
}
