//! `createTable` and `alterTable`: what a table builder's callback comes to.

use super::super::render::{Made, Step, dotted, expected, list, literal, quoted, steps};
use super::column::{self, Column};
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Call, Function, Kind, Node};
use crate::text::{Placed, Span};

/// The table that is built.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) full: String,
    pub(super) span: Span,
}

/// What a callback asks for, in the order Knex sends it.
#[derive(Default)]
struct Built {
    columns: Vec<Column>,
    /// Statements after the columns.
    after: Vec<(Span, String)>,
    /// Constraints inside CREATE TABLE.
    inside: Vec<(Span, String)>,
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    target: &Target,
    callback: &Function,
    create: bool,
    if_not_exists: bool,
) -> Made {
    let mut built = Built::default();
    let builder = expected(callback.parameters.first().cloned(), "a table builder")?;
    body(reader, target, &callback.body, &builder, create, &mut built)?;
    let mut texts = Vec::new();
    let (altered, fresh): (Vec<Column>, Vec<Column>) =
        built.columns.into_iter().partition(|column| column.alters);
    for column in &fresh {
        texts.extend(column.create_type.as_ref().map(|sql| Placed::made(sql, column.span)));
    }
    if create {
        let exists = if if_not_exists { " if not exists" } else { "" };
        let mut sql = Placed::made(&format!("create table{exists} {} (", target.full), target.span);
        let parts = fresh.iter().map(|column| (column.span, column.definition.clone()));
        for (index, (span, part)) in parts.chain(built.inside).enumerate() {
            if index > 0 {
                sql.push(", ", target.span);
            }
            sql.push(&part, span);
        }
        sql.push(")", target.span);
        texts.push(sql);
    } else if !fresh.is_empty() {
        let mut sql = Placed::made(&format!("alter table {} ", target.full), target.span);
        for (index, column) in fresh.iter().enumerate() {
            if index > 0 {
                sql.push(", ", target.span);
            }
            sql.push(&format!("add column {}", column.definition), column.span);
        }
        texts.push(sql);
    }
    for column in altered {
        texts.extend(column.alterations(&target.full).iter().map(|sql| Placed::made(sql, column.span)));
    }
    if create {
        built.after.sort_by_key(|(_, sql)| !sql.starts_with("comment on table "));
    }
    texts.extend(built.after.iter().map(|(span, sql)| Placed::made(sql, *span)));
    Ok(texts)
}

fn body(
    reader: &mut Reader<'_>,
    target: &Target,
    steps: &[tree::Step],
    builder: &str,
    create: bool,
    built: &mut Built,
) -> Result<(), String> {
    for step in steps {
        match step {
            tree::Step::Expression(node) | tree::Step::Return(Some(node)) => {
                chain(reader, target, node, builder, create, built)?;
            }
            tree::Step::Branch(_, branches) => {
                for branch in branches {
                    body(reader, target, branch, builder, create, built)?;
                }
            }
            tree::Step::Block(inner) => body(reader, target, inner, builder, create, built)?,
            tree::Step::Assign(name, value) => {
                let settled = reader.settled(value);
                reader.bind(name, settled);
            }
            tree::Step::Return(None) | tree::Step::Function(_) => {}
            _ => return Err("columns that are written here".to_owned()),
        }
    }
    Ok(())
}

fn chain(
    reader: &mut Reader<'_>,
    target: &Target,
    node: &Node,
    builder: &str,
    create: bool,
    built: &mut Built,
) -> Result<(), String> {
    let Kind::Chain(root, links) = &node.kind else { return Ok(()) };
    if !matches!(&root.kind, Kind::Name(name) if name == builder || name == "this") {
        // A helper that gets the builder does what is not seen here.
        let handed = links.iter().any(|link| match link {
            tree::Link::Call(call) => {
                call.arguments.iter().any(|it| matches!(&it.value.kind, Kind::Name(name) if name == builder))
            }
            _ => false,
        });
        return if handed { Err("columns that are written here".to_owned()) } else { Ok(()) };
    }
    let steps = expected(steps(links, node.span), "calls of a table builder")?;
    let Some((first, rest)) = steps.split_first() else { return Ok(()) };
    let Some(call) = first.call else { return Ok(()) };
    if let Some(done) = table_call(reader, target, first.name, call, rest, node.span, create, built) {
        return done;
    }
    let column = column::read(reader, first.name, call, rest, node.span)?;
    let Some(column) = column else {
        return Err(format!("a call of Knex that Lockkeeper follows (not `{}`)", first.name));
    };
    for column in column {
        if column.primary && !column.definition.contains(" primary key") {
            let name = quoted(&format!("{}_pkey", target.name));
            if create {
                built
                    .inside
                    .push((column.span, format!("constraint {name} primary key ({})", quoted(&column.name))));
            } else {
                built.after.push((
                    column.span,
                    format!(
                        "alter table {} add constraint {name} primary key ({})",
                        target.full,
                        quoted(&column.name)
                    ),
                ));
            }
        }
        for (kind, given) in &column.indexes {
            let name = given
                .clone()
                .unwrap_or_else(|| index_name(&target.name, std::slice::from_ref(&column.name), kind));
            let columns = quoted(&column.name);
            let sql = if *kind == "unique" {
                format!("alter table {} add constraint {} unique ({columns})", target.full, quoted(&name))
            } else {
                format!("create index {} on {} ({columns})", quoted(&name), target.full)
            };
            built.after.push((column.span, sql));
        }
        if let Some((table, other, tail)) = &column.references {
            let name = column
                .reference_name
                .clone()
                .unwrap_or_else(|| index_name(&target.name, std::slice::from_ref(&column.name), "foreign"));
            built.after.push((
                column.span,
                format!(
                    "alter table {} add constraint {} foreign key ({}) references {} ({}){tail}",
                    target.full,
                    quoted(&name),
                    quoted(&column.name),
                    dotted(table),
                    quoted(other)
                ),
            ));
        }
        if let Some(comment) = &column.comment {
            built.after.push((
                column.span,
                format!("comment on column {}.{} is {}", target.full, quoted(&column.name), literal(comment)),
            ));
        }
        built.columns.push(column);
    }
    Ok(())
}

/// `users_email_index`
pub(super) fn index_name(table: &str, columns: &[String], kind: &str) -> String {
    let table = table.replace(['.', '-'], "_");
    format!("{table}_{}_{kind}", columns.join("_")).to_lowercase()
}

/// Calls of the table builder that are no column. None where it is one.
#[allow(clippy::too_many_arguments, reason = "what is known of one call")]
fn table_call(
    reader: &mut Reader<'_>,
    target: &Target,
    name: &str,
    call: &Call,
    rest: &[Step<'_>],
    span: Span,
    create: bool,
    built: &mut Built,
) -> Option<Result<(), String>> {
    Some(table_sql(reader, target, name, call, rest, create)?.map(|made| {
        for (inside, sql) in made {
            if inside {
                built.inside.push((span, sql));
            } else {
                built.after.push((span, sql));
            }
        }
    }))
}

type Parts = Result<Vec<(bool, String)>, String>;

fn table_sql(
    reader: &mut Reader<'_>,
    target: &Target,
    name: &str,
    call: &Call,
    rest: &[Step<'_>],
    create: bool,
) -> Option<Parts> {
    let table = &target.full;
    let after = |sql: String| -> Parts { Ok(vec![(false, sql)]) };
    let is_list =
        call.at(0).is_some_and(|node| matches!(reader.seen(node).kind, Kind::List(_) | Kind::Text(_)));
    Some(match name {
        "index" | "unique" | "primary" if is_list || call.count() > 0 => {
            index(reader, target, name, call, create)
        }
        "foreign" => foreign(reader, target, call, rest),
        "dropColumn" | "dropColumns" => {
            let mut names = Vec::new();
            for argument in &call.arguments {
                match reader.plains(&argument.value) {
                    Some(more) => names.extend(more),
                    None => return Some(Err("names of columns".to_owned())),
                }
            }
            let parts: Vec<String> =
                names.iter().map(|name| format!("drop column {}", quoted(name))).collect();
            after(format!("alter table {table} {}", parts.join(", ")))
        }
        "dropIndex" | "dropUnique" | "dropForeign" | "dropPrimary" => drop(reader, target, name, call),
        "renameColumn" => {
            let (old, new) =
                (reader.argument(call, 0, "a column's name"), reader.argument(call, 1, "a new name"));
            match (old, new) {
                (Ok(old), Ok(new)) => {
                    after(format!("alter table {table} rename {} to {}", quoted(&old), quoted(&new)))
                }
                (Err(error), _) | (_, Err(error)) => Err(error),
            }
        }
        "setNullable" | "dropNullable" => reader.argument(call, 0, "a column's name").and_then(|column| {
            let verb = if name == "setNullable" { "drop" } else { "set" };
            after(format!("alter table {table} alter column {} {verb} not null", quoted(&column)))
        }),
        "dropTimestamps" => {
            let camel = call.at(0).is_some_and(|node| reader.flag(node) == Some(true));
            let (one, two) = if camel { ("createdAt", "updatedAt") } else { ("created_at", "updated_at") };
            after(format!("alter table {table} drop column {}, drop column {}", quoted(one), quoted(two)))
        }
        "timestamps" => {
            let set = |reader: &mut Reader<'_>, place: usize, key: &str| {
                call.at(place).is_some_and(|node| reader.flag(node) == Some(true))
                    || reader.is_set(call, key) == Ok(true)
            };
            let now = set(reader, 1, "defaultToNow");
            let camel = set(reader, 2, "useCamelCase");
            let tail = if now { " not null default CURRENT_TIMESTAMP" } else { "" };
            let (one, two) = if camel { ("createdAt", "updatedAt") } else { ("created_at", "updated_at") };
            let parts = [one, two].map(|name| format!("{} timestamptz{tail}", quoted(name)));
            if create {
                return Some(Ok(parts.into_iter().map(|part| (true, part)).collect()));
            }
            after(format!("alter table {table} add column {}", parts.join(", add column ")))
        }
        "check" => reader.argument(call, 0, "a condition").and_then(|condition| {
            let given = call.at(2).and_then(|node| reader.plain(node));
            let name = given.map_or(String::new(), |name| format!("constraint {} ", quoted(&name)));
            if create {
                Ok(vec![(true, format!("{name}check ({condition})"))])
            } else {
                after(format!("alter table {table} add {name}check ({condition})"))
            }
        }),
        "dropChecks" => reader.arguments_of(call, 0, "names of constraints").and_then(|names| {
            let parts: Vec<String> =
                names.iter().map(|name| format!("drop constraint {}", quoted(name))).collect();
            after(format!("alter table {table} {}", parts.join(", ")))
        }),
        "comment" => reader
            .argument(call, 0, "a comment")
            .and_then(|text| after(format!("comment on table {table} is {}", literal(&text)))),
        "inherits" | "engine" | "charset" | "collate" | "queryContext" => Ok(Vec::new()),
        _ => return None,
    })
}

/// The columns of an index and its name and other options.
fn index(reader: &mut Reader<'_>, target: &Target, name: &str, call: &Call, create: bool) -> Parts {
    let table = &target.full;
    let columns = reader.arguments_of(call, 0, "columns")?;
    let options = call.at(1).map(|node| (*reader.seen(node)).clone());
    let mut given = None;
    let mut as_index = false;
    let mut filter = String::new();
    let mut nulls = String::new();
    match &options {
        Some(node) if matches!(node.kind, Kind::Map(_)) => {
            for key in ["indexName", "constraintName"] {
                given = reader.key_text(node, key)?.or(given);
            }
            as_index = reader.key_flag(node, "useConstraint")? == Some(false);
            if let Some(predicate) = reader.key(node, "predicate") {
                as_index = true;
                filter = match reader.raw_expression(&predicate) {
                    Some(raw) => format!(" where {raw}"),
                    None => predicate_text(reader, &predicate)?,
                };
            }
            if reader.key_flag(node, "nullsNotDistinct")? == Some(true) {
                " nulls not distinct".clone_into(&mut nulls);
            }
        }
        Some(node) if !matches!(node.kind, Kind::Null) => {
            given = Some(expected(reader.plain(node), "an index's name")?);
        }
        _ => {}
    }
    let columns_sql = list(&columns);
    if name == "primary" {
        let index_name = given.unwrap_or_else(|| format!("{}_pkey", target.name));
        let constraint = format!("constraint {} primary key ({columns_sql})", quoted(&index_name));
        return Ok(vec![if create {
            (true, constraint)
        } else {
            (false, format!("alter table {table} add {constraint}"))
        }]);
    }
    let index_name = given.unwrap_or_else(|| index_name(&target.name, &columns, name));
    if name == "unique" && !as_index {
        return Ok(vec![(
            false,
            format!(
                "alter table {table} add constraint {} unique{nulls} ({columns_sql})",
                quoted(&index_name)
            ),
        )]);
    }
    let method = match call.at(2).map(|node| (*reader.seen(node)).clone()) {
        Some(node) if matches!(node.kind, Kind::Map(_)) => {
            if let Some(predicate) = reader.key(&node, "predicate") {
                filter = match reader.raw_expression(&predicate) {
                    Some(raw) => format!(" where {raw}"),
                    None => predicate_text(reader, &predicate)?,
                };
            }
            reader.key_text(&node, "indexType")?
        }
        Some(node) if !matches!(node.kind, Kind::Null) => {
            Some(expected(reader.plain(&node), "an index's type")?)
        }
        _ => None,
    };
    let method = method.map_or(String::new(), |method| format!(" using {method}"));
    let unique = if name == "unique" { "unique " } else { "" };
    Ok(vec![(
        false,
        format!(
            "create {unique}index {} on {table}{method} ({columns_sql}){nulls}{filter}",
            quoted(&index_name)
        ),
    )])
}

/// `knex.whereNotNull('email')`
fn predicate_text(reader: &mut Reader<'_>, node: &Node) -> Result<String, String> {
    let wanted = "a condition that is written here";
    let Kind::Chain(_, links) = &node.kind else { return Err(wanted.to_owned()) };
    let mut parts = Vec::new();
    for step in expected(steps(links, node.span), wanted)? {
        let Some(call) = step.call else { continue };
        match step.name {
            "whereNull" => parts.push(format!("{} is null", quoted(&reader.argument(call, 0, "a column")?))),
            "whereNotNull" => {
                parts.push(format!("{} is not null", quoted(&reader.argument(call, 0, "a column")?)));
            }
            "whereRaw" => parts.push(reader.argument(call, 0, "a condition")?),
            "where" | "andWhere" => {
                let (column, value) = (reader.argument(call, 0, "a column")?, expected(call.at(1), wanted)?);
                parts.push(format!("{} = {}", quoted(&column), expected(reader.constant(value), wanted)?));
            }
            _ => return Err(wanted.to_owned()),
        }
    }
    Ok(format!(" where {}", parts.join(" and ")))
}

fn foreign(reader: &mut Reader<'_>, target: &Target, call: &Call, rest: &[Step<'_>]) -> Parts {
    let columns = reader.arguments_of(call, 0, "columns")?;
    let given = call.at(1).and_then(|node| reader.plain(node));
    let reference = column::reference(reader, rest)?;
    let name = reference.name.or(given).unwrap_or_else(|| index_name(&target.name, &columns, "foreign"));
    let (table, others) = expected(reference.target, "what is referenced")?;
    Ok(vec![(
        false,
        format!(
            "alter table {} add constraint {} foreign key ({}) references {} ({}){}",
            target.full,
            quoted(&name),
            list(&columns),
            dotted(&table),
            list(&others),
            reference.tail
        ),
    )])
}

fn drop(reader: &mut Reader<'_>, target: &Target, name: &str, call: &Call) -> Parts {
    let kind = match name {
        "dropIndex" => "index",
        "dropUnique" => "unique",
        "dropForeign" => "foreign",
        _ => "pkey",
    };
    let given = call.at(usize::from(kind != "pkey")).map(|node| (*reader.seen(node)).clone());
    let given = match given {
        Some(node) if !matches!(node.kind, Kind::Null) => Some(expected(reader.plain(&node), "a name")?),
        _ => None,
    };
    let made = match given {
        Some(given) => given,
        None if kind == "pkey" => format!("{}_pkey", target.name),
        None => {
            let columns = reader.arguments_of(call, 0, "columns")?;
            index_name(&target.name, &columns, kind)
        }
    };
    Ok(vec![(
        false,
        if kind == "index" {
            format!("drop index {}", quoted(&made))
        } else {
            format!("alter table {} drop constraint {}", target.full, quoted(&made))
        },
    )])
}
