//! Kysely: `db.schema.….execute()`, sql`…`.execute(db), and queries that change rows.

use super::render::{Made, Step, dotted, expected, list, literal, one, quoted, steps};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Call, Function, Kind, Link, Node};
use crate::text::{Placed, Span};

/// Kysely.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("kysely", enter, claim);

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    entry::up_and_down(reader, steps)
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    // sql`…`.execute(db), sql.raw('…').execute(db)
    let runs = links
        .iter()
        .any(|link| matches!(link, Link::Member(name, _) if name == "execute" || name == "compile"));
    if matches!(&root.kind, Kind::Name(name) if name == "sql") && runs {
        let end = links
            .iter()
            .position(|link| matches!(link, Link::Member(name, _) if name == "execute" || name == "compile"));
        let links = links.get(..end.unwrap_or(0)).unwrap_or_default();
        let node = Node { kind: Kind::Chain(Box::new(root.clone()), links.to_vec()), span };
        match reader.text_with_holes(&node) {
            Some(text) => reader.send(span, text),
            None => reader.miss(span, "SQL in a string"),
        }
        return true;
    }
    let known = reader.is_handle(root)
        || matches!(&root.kind, Kind::Name(name) if matches!(name.as_str(), "trx" | "tx"));
    if !known {
        return false;
    }
    let Some(steps) = steps(links, span) else { return false };
    let Some((first, rest)) = steps.split_first() else { return false };
    match (first.name, first.call) {
        ("schema", None) => {
            if !rest.iter().any(|step| step.name == "execute") {
                return true;
            }
            let made = schema(reader, rest, span);
            reader.answer(span, made);
            true
        }
        ("updateTable" | "insertInto" | "deleteFrom" | "replaceInto", Some(call)) => {
            let made = change(reader, first.name, call, rest, span);
            reader.answer(span, made);
            true
        }
        ("executeQuery", Some(call)) => {
            call.arguments.iter().for_each(|argument| reader.expression(&argument.value));
            true
        }
        ("selectFrom" | "selectNoFrom" | "fn" | "introspection", _) => true,
        ("with" | "withRecursive", _) => {
            let changes =
                steps.iter().any(|step| matches!(step.name, "updateTable" | "insertInto" | "deleteFrom"));
            if changes {
                reader.miss(span, "a query without WITH");
            }
            true
        }
        _ => false,
    }
}

fn change(reader: &mut Reader<'_>, verb: &str, call: &Call, rest: &[Step<'_>], span: Span) -> Made {
    let table = reader.argument(call, 0, "a table's name")?;
    let table = dotted(table.split(" as ").next().unwrap_or_default());
    let filter = if rest.iter().any(|step| step.name.starts_with("where")) { " where $9" } else { "" };
    let keys = |reader: &mut Reader<'_>, name: &str| -> Vec<String> {
        let Some(call) = rest.iter().find(|step| step.name == name).and_then(|step| step.call) else {
            return Vec::new();
        };
        let Some(node) = call.at(0) else { return Vec::new() };
        let seen = reader.seen(node);
        let node = match &seen.kind {
            Kind::List(items) => items.first().cloned(),
            Kind::Function(function) => function.body.iter().find_map(|step| match step {
                tree::Step::Return(value) => value.clone(),
                _ => None,
            }),
            _ => Some((*seen).clone()),
        };
        match node.map(|node| node.kind) {
            Some(Kind::Map(entries)) => entries.iter().filter_map(|(key, _)| reader.key_name(key)).collect(),
            Some(Kind::Text(_)) => {
                reader.plain(call.arguments.first().map_or(&seen, |it| &it.value)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    };
    match verb {
        "deleteFrom" => one(span, format!("delete from {table}{filter}")),
        "updateTable" => {
            let columns = keys(reader, "set");
            if columns.is_empty() {
                return Err("columns that are written here".to_owned());
            }
            let sets: Vec<String> = columns
                .iter()
                .zip(1..)
                .map(|(name, number)| format!("{} = ${number}", quoted(name)))
                .collect();
            one(span, format!("update {table} set {}{filter}", sets.join(", ")))
        }
        _ => {
            let columns = keys(reader, "values");
            if columns.is_empty() {
                return one(span, format!("insert into {table} values ($1)"));
            }
            let values: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
            one(span, format!("insert into {table} ({}) values ({})", list(&columns), values.join(", ")))
        }
    }
}

fn schema(reader: &mut Reader<'_>, steps: &[Step<'_>], span: Span) -> Made {
    let mut prefix = String::new();
    let mut steps = steps;
    while let Some((first, rest)) = steps.split_first() {
        match (first.name, first.call) {
            ("withSchema", Some(call)) => {
                prefix = format!("{}.", quoted(&reader.argument(call, 0, "a schema")?));
            }
            ("withPlugin" | "withoutPlugins", _) => {}
            _ => break,
        }
        steps = rest;
    }
    let (first, rest) = expected(steps.split_first(), "a call of the schema builder")?;
    let call = expected(first.call, "a call of the schema builder")?;
    let name = format!("{prefix}{}", dotted(&reader.argument(call, 0, "a name")?));
    let has = |wanted: &str| rest.iter().any(|step| step.name == wanted);
    let exists = if has("ifExists") { " if exists" } else { "" };
    let not_exists = if has("ifNotExists") { " if not exists" } else { "" };
    let cascade = if has("cascade") { " cascade" } else { "" };
    match first.name {
        "createTable" => create_table(reader, &name, rest, span),
        "alterTable" => alter_table(reader, &name, rest, span),
        "createIndex" => create_index(reader, &name, rest, span),
        "dropIndex" => one(span, format!("drop index{exists} {name}{cascade}")),
        "dropTable" => one(span, format!("drop table{exists} {name}{cascade}")),
        "dropView" => {
            let kind = if has("materialized") { " materialized view" } else { " view" };
            one(span, format!("drop{kind}{exists} {name}{cascade}"))
        }
        "createSchema" => one(span, format!("create schema{not_exists} {name}")),
        "dropSchema" => one(span, format!("drop schema{exists} {name}{cascade}")),
        "dropType" => one(span, format!("drop type{exists} {name}")),
        "createType" => {
            let call = rest.iter().find(|step| step.name == "asEnum").and_then(|step| step.call);
            let values = reader.arguments_of(expected(call, "values")?, 0, "values")?;
            let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
            one(span, format!("create type {name} as enum ({})", values.join(", ")))
        }
        "refreshMaterializedView" => {
            let concurrently = if has("concurrently") { " concurrently" } else { "" };
            let no_data = if has("withNoData") { " with no data" } else { "" };
            one(span, format!("refresh materialized view{concurrently} {name}{no_data}"))
        }
        "createView" => {
            let call =
                expected(rest.iter().find(|step| step.name == "as").and_then(|step| step.call), "a query")?;
            let query = call.at(0).and_then(|node| reader.raw_expression(node));
            let query = expected(query, "a query in sql`…`")?;
            let kind = if has("materialized") { " materialized view" } else { " view" };
            let replace = if has("orReplace") { " or replace" } else { "" };
            one(span, format!("create{replace}{kind} {name} as {query}"))
        }
        other => Err(format!("a call of Kysely that Lockkeeper follows (not `{other}`)")),
    }
}

fn sql_or_text(reader: &mut Reader<'_>, node: &Node, what: &str) -> Result<String, String> {
    match reader.raw_expression(node) {
        Some(raw) => Ok(raw),
        None => expected(reader.plain(node), what),
    }
}

/// `"name" type …`, with what a callback adds.
fn column(reader: &mut Reader<'_>, call: &Call) -> Result<String, String> {
    let name = reader.argument(call, 0, "a column's name")?;
    let mut kind = sql_or_text(reader, expected(call.at(1), "a type")?, "a type")?;
    let (mut before, mut after) = (String::new(), String::new());
    let mut reference: Option<String> = None;
    let mut actions = String::new();
    for step in callback_steps(call.at(2))? {
        let argument = |place: usize| step.call.and_then(|call| call.at(place));
        match step.name.as_str() {
            "primaryKey" => after.push_str(" primary key"),
            "notNull" => before.push_str(" not null"),
            "unique" => before.push_str(" unique"),
            "nullsNotDistinct" => before.push_str(" nulls not distinct"),
            "defaultTo" => {
                let value = expected(
                    argument(0).and_then(|node| reader.sql_value(node)),
                    "a default that is written here",
                )?;
                before = format!(" default {value}{before}");
            }
            "references" => {
                let target = expected(argument(0).and_then(|node| reader.plain(node)), "what is referenced")?;
                let (table, column) = expected(target.rsplit_once('.'), "a table and a column")?;
                reference = Some(format!(" references {} ({})", dotted(table), quoted(column)));
            }
            "onDelete" | "onUpdate" => {
                let action = expected(argument(0).and_then(|node| reader.plain(node)), "an action")?;
                let words = if step.name == "onDelete" { "delete" } else { "update" };
                actions.push_str(&format!(" on {words} {action}"));
            }
            "check" => {
                let condition =
                    expected(argument(0).and_then(|node| reader.raw_expression(node)), "a condition")?;
                after.push_str(&format!(" check ({condition})"));
            }
            "generatedAlwaysAs" => {
                let expression =
                    expected(argument(0).and_then(|node| reader.raw_expression(node)), "an expression")?;
                after.push_str(&format!(" generated always as ({expression})"));
            }
            "stored" => after.push_str(" stored"),
            "identity" | "generatedAlwaysAsIdentity" => after.push_str(" generated always as identity"),
            "generatedByDefaultAsIdentity" => after.push_str(" generated by default as identity"),
            "autoIncrement" => "serial".clone_into(&mut kind),
            "unsigned" => {}
            "modifyEnd" | "modifyFront" => {
                after.push_str(&format!(
                    " {}",
                    expected(argument(0).and_then(|node| reader.raw_expression(node)), "SQL")?
                ));
            }
            "ifNotExists" => {}
            other => {
                return Err(format!(
                    "a call of Kysely's column builder that Lockkeeper follows (not `{other}`)"
                ));
            }
        }
    }
    Ok(format!("{} {kind}{before}{after}{}{actions}", quoted(&name), reference.unwrap_or_default()))
}

/// A step of a callback, with its own copy of what is called.
struct Modifier<'n> {
    name: String,
    call: Option<&'n Call>,
}

/// The calls in `(col) => col.notNull().unique()`.
fn callback_steps(node: Option<&Node>) -> Result<Vec<Modifier<'_>>, String> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let Kind::Function(function) = &node.kind else {
        return Err("a function that is written here".to_owned());
    };
    let Some(value) = returned(function) else { return Err("a function that is written here".to_owned()) };
    match &value.kind {
        Kind::Chain(_, links) => {
            let steps = expected(steps(links, value.span), "calls that are written here")?;
            Ok(steps
                .into_iter()
                .map(|step| Modifier { name: step.name.to_owned(), call: step.call })
                .collect())
        }
        Kind::Name(_) => Ok(Vec::new()),
        _ => Err("calls that are written here".to_owned()),
    }
}

fn returned(function: &Function) -> Option<&Node> {
    function.body.iter().rev().find_map(|step| match step {
        tree::Step::Return(Some(value)) | tree::Step::Expression(value) => Some(value),
        _ => None,
    })
}

/// A table constraint; none where the step is something else.
fn constraint(reader: &mut Reader<'_>, step: &Step<'_>) -> Result<Option<String>, String> {
    let Some(call) = step.call else { return Ok(None) };
    let name =
        |reader: &mut Reader<'_>| reader.argument(call, 0, "a constraint's name").map(|name| quoted(&name));
    Ok(Some(match step.name {
        "addUniqueConstraint" | "addPrimaryKeyConstraint" => {
            let kind = if step.name == "addUniqueConstraint" { "unique" } else { "primary key" };
            let nulls = callback_steps(call.at(2))?.iter().any(|it| it.name == "nullsNotDistinct");
            let nulls = if nulls { " nulls not distinct" } else { "" };
            format!(
                "constraint {} {kind}{nulls} ({})",
                name(reader)?,
                list(&reader.arguments_of(call, 1, "columns")?)
            )
        }
        "addForeignKeyConstraint" => {
            let columns = reader.arguments_of(call, 1, "columns")?;
            let table = reader.argument(call, 2, "a table's name")?;
            let others = reader.arguments_of(call, 3, "columns")?;
            let mut tail = String::new();
            for modifier in callback_steps(call.at(4))? {
                let action = modifier.call.and_then(|call| call.at(0)).and_then(|node| reader.plain(node));
                match (modifier.name.as_str(), action) {
                    ("onDelete", Some(action)) => tail.push_str(&format!(" on delete {action}")),
                    ("onUpdate", Some(action)) => tail.push_str(&format!(" on update {action}")),
                    (other, _) => return Err(format!("an action of a foreign key (not `{other}`)")),
                }
            }
            format!(
                "constraint {} foreign key ({}) references {} ({}){tail}",
                name(reader)?,
                list(&columns),
                dotted(&table),
                list(&others)
            )
        }
        "addCheckConstraint" => {
            let condition = expected(call.at(1).and_then(|node| reader.raw_expression(node)), "a condition")?;
            format!("constraint {} check ({condition})", name(reader)?)
        }
        _ => return Ok(None),
    }))
}

fn create_table(reader: &mut Reader<'_>, name: &str, rest: &[Step<'_>], span: Span) -> Made {
    let mut parts = Vec::new();
    let mut words = String::new();
    let mut temporary = "";
    let mut tail = String::new();
    for step in rest {
        match (step.name, step.call) {
            ("addColumn", Some(call)) => parts.push((step.at, column(reader, call)?)),
            ("ifNotExists", _) => words.push_str(" if not exists"),
            ("temporary", _) => temporary = " temporary",
            ("onCommit" | "execute" | "$call", _) if step.name != "$call" => {}
            ("modifyEnd", Some(call)) => {
                tail =
                    format!(" {}", expected(call.at(0).and_then(|node| reader.raw_expression(node)), "SQL")?);
            }
            _ => match constraint(reader, step)? {
                Some(part) => parts.push((step.at, part)),
                None => {
                    return Err(format!("a call of Kysely that Lockkeeper follows (not `{}`)", step.name));
                }
            },
        }
    }
    let mut sql = Placed::made(&format!("create{temporary} table{words} {name} ("), span);
    for (index, (place, part)) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    sql.push(&format!("){tail}"), span);
    Ok(vec![sql])
}

fn alter_table(reader: &mut Reader<'_>, name: &str, rest: &[Step<'_>], span: Span) -> Made {
    let mut actions: Vec<(Span, String)> = Vec::new();
    for step in rest {
        let Some(call) = step.call else { continue };
        let text = |reader: &mut Reader<'_>, place: usize| {
            reader.argument(call, place, "a name").map(|name| quoted(&name))
        };
        let action = match step.name {
            "addColumn" => {
                let exists = callback_steps(call.at(2))?.iter().any(|it| it.name == "ifNotExists");
                let exists = if exists { "if not exists " } else { "" };
                format!("add column {exists}{}", column(reader, call)?)
            }
            "dropColumn" => format!("drop column {}", text(reader, 0)?),
            "renameColumn" => format!("rename column {} to {}", text(reader, 0)?, text(reader, 1)?),
            "renameTo" => format!("rename to {}", text(reader, 0)?),
            "setSchema" => format!("set schema {}", text(reader, 0)?),
            "dropConstraint" => {
                let exists = if rest.iter().any(|step| step.name == "ifExists") { "if exists " } else { "" };
                let cascade = if rest.iter().any(|step| step.name == "cascade") { " cascade" } else { "" };
                format!("drop constraint {exists}{}{cascade}", text(reader, 0)?)
            }
            "renameConstraint" => format!("rename constraint {} to {}", text(reader, 0)?, text(reader, 1)?),
            "alterColumn" => {
                let column = text(reader, 0)?;
                let steps = callback_steps(call.at(1))?;
                let first = expected(steps.first(), "what changes")?;
                let argument = first.call.and_then(|call| call.at(0));
                let change = match first.name.as_str() {
                    "setDataType" => {
                        format!("type {}", sql_or_text(reader, expected(argument, "a type")?, "a type")?)
                    }
                    "setDefault" => format!(
                        "set default {}",
                        expected(argument.and_then(|node| reader.sql_value(node)), "a default")?
                    ),
                    "dropDefault" => "drop default".to_owned(),
                    "setNotNull" => "set not null".to_owned(),
                    "dropNotNull" => "drop not null".to_owned(),
                    other => return Err(format!("a change of a column (not `{other}`)")),
                };
                format!("alter column {column} {change}")
            }
            "ifExists" | "cascade" | "restrict" | "execute" => continue,
            "onDelete" | "onUpdate" => {
                let verb = if step.name == "onDelete" { "delete" } else { "update" };
                let words = format!(" on {verb} {}", reader.argument(call, 0, "an action")?);
                if let Some(last) = actions.last_mut() {
                    last.1.push_str(&words);
                }
                continue;
            }
            _ => match constraint(reader, step)? {
                Some(part) => format!("add {part}"),
                None => {
                    return Err(format!("a call of Kysely that Lockkeeper follows (not `{}`)", step.name));
                }
            },
        };
        actions.push((step.at, action));
    }
    if actions.is_empty() {
        return Err("what changes".to_owned());
    }
    let mut sql = Placed::made(&format!("alter table {name} "), span);
    for (index, (place, action)) in actions.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(action, *place);
    }
    Ok(vec![sql])
}

fn create_index(reader: &mut Reader<'_>, name: &str, rest: &[Step<'_>], span: Span) -> Made {
    let (mut unique, mut exists, mut table, mut method, mut filter, mut nulls) =
        ("", "", None, String::new(), Vec::new(), "");
    let mut columns = Vec::new();
    for step in rest {
        let Some(call) = step.call else { continue };
        match step.name {
            "unique" => unique = "unique ",
            "ifNotExists" => exists = "if not exists ",
            "nullsNotDistinct" => nulls = " nulls not distinct",
            "on" => table = Some(dotted(&reader.argument(call, 0, "a table's name")?)),
            "using" => {
                let node = expected(call.at(0), "a method")?;
                method = format!(" using {}", sql_or_text(reader, node, "a method")?);
            }
            "column" | "columns" => {
                for name in reader.arguments_of(call, 0, "columns")? {
                    columns.push(match name.split_once(' ') {
                        Some((name, order)) => format!("{} {order}", quoted(name)),
                        None => quoted(&name),
                    });
                }
            }
            "expression" => columns
                .push(expected(call.at(0).and_then(|node| reader.raw_expression(node)), "an expression")?),
            "where" => filter.push(condition(reader, call)?),
            "execute" => {}
            other => return Err(format!("a call of Kysely that Lockkeeper follows (not `{other}`)")),
        }
    }
    let filter = if filter.is_empty() { String::new() } else { format!(" where {}", filter.join(" and ")) };
    let table = expected(table, "a table's name")?;
    one(
        span,
        format!(
            "create {unique}index {exists}{name} on {table}{method} ({}){nulls}{filter}",
            columns.join(", ")
        ),
    )
}

/// `sql.ref('a')`
fn reference(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let Kind::Chain(_, links) = &node.kind else { return None };
    match links.as_slice() {
        [Link::Member(name, _), Link::Call(call)] if name == "ref" => {
            call.at(0).and_then(|node| reader.plain(node)).map(|name| dotted(&name))
        }
        _ => None,
    }
}

/// `where('a', 'is', null)`, where(sql`…`)
fn condition(reader: &mut Reader<'_>, call: &Call) -> Result<String, String> {
    let wanted = "a condition that is written here";
    let first = expected(call.at(0), wanted)?;
    if let Some(column) = reference(reader, first) {
        let operator = reader.argument(call, 1, wanted)?;
        let value = expected(call.at(2).and_then(|node| reader.sql_value(node)), wanted)?;
        return Ok(format!("{column} {operator} {value}"));
    }
    if let Some(raw) = reader.raw_expression(first)
        && call.count() == 1
    {
        return Ok(raw);
    }
    let column = match reader.raw_expression(first) {
        Some(raw) => raw,
        None => dotted(&expected(reader.plain(first), wanted)?),
    };
    let operator = reader.argument(call, 1, wanted)?;
    let value = expected(call.at(2), wanted)?;
    let value = match reader.seen(value).kind {
        Kind::List(_) => {
            let texts = expected(reader.plains(value), wanted)?;
            format!("({})", texts.iter().map(|text| literal(text)).collect::<Vec<_>>().join(", "))
        }
        _ => expected(reader.sql_value(value), wanted)?,
    };
    Ok(format!("{column} {operator} {value}"))
}
