//! Statements of rarer kinds, by choices: rows in other ways, whole tables, types, sequences, views, and what hangs on
//! a table.

use super::dice::Dice;
use super::schema::{Place, Schema, Table};

/// A statement; none where the choices ask for something that the schema doesn't have.
pub(crate) fn statement(dice: &Dice<'_>, schema: &Schema) -> Option<String> {
    let table = dice.of(&schema.tables)?;
    match dice.below(8) {
        0 => rows(dice, schema, table),
        1 => whole(dice, schema, table),
        2 => Some(composite(dice).to_owned()),
        3 => sequence(dice, schema, table),
        4 => view(dice, schema, table),
        5 => hanging(dice, schema, table),
        6 => published(dice, schema, table),
        _ => described(dice, schema, table),
    }
}

/// Reading and writing rows in other ways than by the plain command.
fn rows(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let name = &table.name;
    let column = &dice.of(&table.columns)?.name;
    let other = &dice.of(&schema.tables)?.name;
    let writable = !schema.is_referenced(table) && !table.published;
    Some(match dice.below(12) {
        0 => format!("explain select * from {name}"),
        1 => format!("explain analyze select {column} from {name}"),
        2 => format!("prepare x as select * from {name}"),
        3 => format!("declare x cursor for select * from {name}"),
        4 => format!("copy {name} to '/dev/null'"),
        5 => format!("copy (select {column} from {name}) to '/dev/null'"),
        6 => format!("select id from {name} union all select id from {other}"),
        7 => format!("select * from only {name}"),
        8 => format!("select * from {name} for update"),
        9 if writable => {
            format!("with gone as (delete from {name} returning id) select count(*) from gone")
        }
        10 if table.place == Place::Alone && table.foreign_keys.is_empty() => insert(table),
        _ => format!("create function x() returns bigint language sql as $$ select count(*) from {name} $$"),
    })
}

/// Rows with numbers that no table has.
fn insert(table: &Table) -> String {
    let plain = table.columns.iter().filter(|column| column.name != "g");
    let (names, values): (Vec<&str>, Vec<&str>) =
        plain.map(|column| (column.name.as_str(), column.kind.value)).unzip();
    let (names, values) = (names.join(", "), values.join(", "));
    format!("insert into {} ({names}) select {values} from generate_series(2001, 2003) n", table.name)
}

/// Whole tables.
fn whole(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let name = &table.name;
    let other = &dice.of(&schema.tables)?.name;
    Some(match dice.below(12) {
        0 => format!("truncate {name}, {other}"),
        1 => format!("truncate {name} restart identity"),
        2 => format!("truncate {name} restart identity cascade"),
        3 => format!("lock table {name}, {other} in share row exclusive mode"),
        4 => format!("analyze {name} (id)"),
        5 => format!("analyze {name}, {other}"),
        6 if !matches!(table.place, Place::Partitioned(_)) => format!("vacuum full {name}"),
        7 if !matches!(table.place, Place::Partitioned(_)) => format!("vacuum analyze {name}"),
        8 => format!("drop table {name}, {other}"),
        9 => format!("drop table {name}, {other} cascade"),
        10 => format!("create temp table x (like {name} including defaults)"),
        _ => format!("alter table {name} set tablespace ts1"),
    })
}

/// A composite type and others.
fn composite(dice: &Dice<'_>) -> &'static str {
    dice.text(&[
        "alter type pair add attribute z int",
        "alter type pair drop attribute y",
        "alter type pair alter attribute x type bigint",
        "alter type pair rename attribute x to w",
        "alter type pair rename to renamed",
        "drop type pair",
        "create type x as (a int)",
        "create type x as range (subtype = int)",
        "create table x of pair",
        "alter type mood add value if not exists 'ok'",
        "alter type mood add value 'meh' before 'ok'",
        "alter type mood set schema other",
        "alter domain posint set schema other",
        "alter domain plain_text owner to app_owner",
        "alter domain posint drop constraint if exists missing",
        "alter domain posint add check (value < 1000000)",
        "alter domain plain_text drop not null",
        "comment on type mood is 'x'",
        "comment on domain posint is 'x'",
        "alter function vol() rename to renamed",
        "drop function vol()",
        "create or replace function vol() returns int language plpgsql as $$ begin return 8; end $$",
        "do $$ begin perform 1; end $$",
        "create schema x create table inside (id int primary key)",
    ])
}

fn sequence(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let owned = table.columns.first().is_some_and(|column| column.special);
    let own = owned.then(|| format!("{}_id_seq", table.name));
    let name = own.or_else(|| dice.of(&schema.sequences).cloned())?;
    Some(match dice.below(10) {
        0 => format!("alter sequence {name} minvalue 1 maxvalue 1000000 cache 5 no cycle"),
        1 => format!("alter sequence {name} set schema other"),
        2 => format!("alter sequence {name} owned by none"),
        3 => format!("select nextval('{name}')"),
        4 => format!("select setval('{name}', 5000)"),
        5 => format!("comment on sequence {name} is 'x'"),
        6 => format!("grant usage on sequence {name} to app_reader"),
        7 => format!("create sequence x owned by {}.id", table.name),
        8 => "create sequence if not exists x as int increment by 5".to_owned(),
        _ => format!("drop sequence if exists {name}"),
    })
}

fn view(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let name = &table.name;
    let view = dice.of(&schema.views);
    let matview = dice.of(&schema.matviews).map(|(name, _)| name);
    Some(match dice.below(14) {
        0 => format!("alter view {} reset (security_barrier)", view?),
        1 => format!("alter view {} alter column id set default 1", view?),
        2 => format!("alter view {} set (security_barrier = true)", view?),
        3 => format!("alter view {} rename column id to renamed", view?),
        4 => format!("drop view if exists {} cascade", view?),
        5 => format!("comment on view {} is 'x'", view?),
        6 => format!("grant select on {} to app_reader", view?),
        7 => format!("create view x as select * from {}", view?),
        8 => format!("create materialized view x as select * from {}", view?),
        9 => format!("create index x on {} (id)", matview?),
        10 => format!("alter materialized view {} set tablespace ts1", matview?),
        11 => format!("drop materialized view {} cascade", matview?),
        12 => format!("comment on materialized view {} is 'x'", matview?),
        _ => format!("create view x with (check_option = local) as select id from {name} where id > 0"),
    })
}

/// Triggers, rules, policies, statistics.
fn hanging(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let name = &table.name;
    let column = &dice.of(&table.columns)?.name;
    let other = dice.of(&schema.tables)?;
    Some(match dice.below(14) {
        0 => format!("create trigger x before truncate on {name} execute function trg_fn()"),
        1 => format!(
            "create constraint trigger x after insert on {name} for each row execute function trg_fn()"
        ),
        2 => format!(
            "create or replace trigger x after delete on {name} for each row execute function trg_fn()"
        ),
        3 => format!("create rule x as on insert to {name} do also select count(*) from {}", other.name),
        4 => format!("alter policy {} on {name} rename to renamed", table.policies.first()?),
        5 => format!("comment on policy {} on {name} is 'x'", table.policies.first()?),
        6 => format!("comment on trigger {} on {name} is 'x'", table.triggers.first()?),
        7 => format!("alter statistics {} set statistics 50", table.statistics.first()?),
        8 => format!("alter statistics {} rename to renamed", table.statistics.first()?),
        9 => format!("create policy x on {name} for select using (exists (select 1 from {}))", other.name),
        10 => format!("create statistics x on ({column}::text), id from {name}"),
        11 => format!("drop policy if exists missing on {name}"),
        12 => format!("drop rule if exists missing on {name}"),
        _ => format!("comment on statistics {} is 'x'", table.statistics.first()?),
    })
}

fn published(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let name = &table.name;
    let present = dice.of(&schema.publications);
    if table.unlogged {
        return None;
    }
    // Columns and rows of a partitioned table can be chosen with an option only, which core does not read.
    let chosen = !matches!(table.place, Place::Partitioned(_));
    Some(match dice.below(8) {
        0 => format!("alter publication {} set table {name}", present?),
        1 => format!("alter publication {} drop table {name}", present?),
        2 => format!("alter publication {} set (publish = 'insert')", present?),
        3 => format!("create publication x for table only {name}"),
        4 if chosen => format!("create publication x for table {name} (id)"),
        5 if chosen => format!("create publication x for table {name} where (id > 5)"),
        6 => "create publication x for tables in schema other".to_owned(),
        _ => format!("alter publication {} rename to renamed", present?),
    })
}

/// Comments and privileges.
fn described(dice: &Dice<'_>, schema: &Schema, table: &Table) -> Option<String> {
    let name = &table.name;
    let index = dice.of(&table.indexes).map(|(name, _)| name);
    let other = &dice.of(&schema.tables)?.name;
    Some(match dice.below(11) {
        0 => format!("comment on index {} is 'x'", index?),
        1 => format!("grant select, insert on {name}, {other} to app_reader"),
        2 => format!("revoke all on {name} from app_reader"),
        3 => format!("grant select (id) on {name} to app_reader"),
        4 => "grant usage on schema other to app_reader".to_owned(),
        5 => "grant select on all tables in schema public to app_reader".to_owned(),
        6 => "grant execute on function imm(int) to app_reader".to_owned(),
        7 => "alter default privileges in schema public grant select on tables to app_reader".to_owned(),
        8 => "comment on schema other is 'x'".to_owned(),
        9 => "comment on function imm(int) is 'x'".to_owned(),
        _ => format!("comment on column {name}.id is null"),
    })
}
