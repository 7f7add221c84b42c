//! `TypeORM`: `queryRunner.query('…')`, and its schema calls as the `PostgreSQL` driver renders them (1.1).
//!
//! Where a migration names nothing, names are hashes (`names`).

mod change;
mod column;
mod names;
mod table;

use super::render::{Made, dotted, expected, list, one, quoted, steps};
use super::{CodeTool, entry};
use column::Column;
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Call, Kind, Link, Node};
use crate::text::{Placed, Span};

/// `TypeORM`.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("typeorm", enter, claim);

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    reader.handles = vec!["queryRunner".to_owned()];
    let mut code = entry::up_and_down(reader, steps);
    code.outside = steps.iter().any(opts_out);
    code
}

/// A class with the field `transaction = false`, declared or assigned to something.
fn opts_out(step: &tree::Step) -> bool {
    match step {
        tree::Step::Class(class) => class.body.iter().any(|step| {
            matches!(step, tree::Step::Assign(name, value) if name == "transaction" && matches!(value.kind, Kind::Bool(false)))
        }),
        tree::Step::Assign(_, value) => match &value.kind {
            Kind::Function(function) => {
                function.body.iter().any(|step| matches!(step, tree::Step::Class(_)) && opts_out(step))
            }
            _ => false,
        },
        _ => false,
    }
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    if !reader.is_handle(root) {
        return false;
    }
    let Some(mut steps) = steps(links, span) else { return false };
    while steps.first().is_some_and(|step| {
        step.call.is_none() && matches!(step.name, "manager" | "connection" | "dataSource")
    }) {
        steps.remove(0);
    }
    let Some(first) = steps.first() else { return true };
    let Some(call) = first.call else { return true };
    let made = render(reader, first.name, call, span);
    reader.answer(span, made);
    true
}

fn table_of(reader: &mut Reader<'_>, call: &Call, place: usize) -> Result<String, String> {
    let node = expected(call.at(place), "a table's name")?;
    let options = options(reader, node);
    match &options.kind {
        Kind::Map(_) => expected(reader.key_text(&options, "name")?, "a table's name"),
        _ => expected(reader.plain(&options), "a table's name"),
    }
}

/// The options of `new TableColumn({ … })`.
fn options(reader: &mut Reader<'_>, node: &Node) -> Node {
    let seen = reader.seen(node);
    if let Kind::Chain(_, links) = &seen.kind
        && let [Link::Call(call)] = links.as_slice()
        && let Some(first) = call.at(0)
    {
        return (*reader.seen(first)).clone();
    }
    (*seen).clone()
}

fn each(reader: &mut Reader<'_>, node: &Node) -> Vec<Node> {
    let seen = reader.seen(node);
    match &seen.kind {
        Kind::List(items) => items.iter().map(|item| options(reader, item)).collect(),
        _ => vec![options(reader, &seen)],
    }
}

fn render(reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> Made {
    match name {
        "query" => {
            let text = expected(call.at(0).and_then(|node| reader.text_with_holes(node)), "SQL in a string")?;
            Ok(vec![text])
        }
        "createTable" => table::create(reader, call, span),
        "dropTable" => {
            let exists = if call.at(1).is_some_and(|node| reader.flag(node) == Some(true)) {
                " IF EXISTS"
            } else {
                ""
            };
            one(span, format!("DROP TABLE{exists} {}", dotted(&table_of(reader, call, 0)?)))
        }
        "renameTable" => {
            let new = reader.argument(call, 1, "a new name")?;
            one(
                span,
                format!("ALTER TABLE {} RENAME TO {}", dotted(&table_of(reader, call, 0)?), quoted(&new)),
            )
        }
        "clearTable" => one(span, format!("TRUNCATE TABLE {}", dotted(&table_of(reader, call, 0)?))),
        "addColumn" | "addColumns" => {
            let table = table_of(reader, call, 0)?;
            let mut texts = Vec::new();
            let node = expected(call.at(1), "columns")?;
            for column in each(reader, node) {
                texts.extend(add_column(&table, &Column::read(reader, &column)?, span));
            }
            Ok(texts)
        }
        "dropColumn" | "dropColumns" => {
            let table = table_of(reader, call, 0)?;
            let node = expected(call.at(1), "columns")?;
            let mut texts = Vec::new();
            for column in each(reader, node) {
                let name = match &column.kind {
                    Kind::Map(_) => expected(reader.key_text(&column, "name")?, "a column")?,
                    _ => expected(reader.plain(&column), "a column's name")?,
                };
                texts.extend(drop_column(&table, &name, span));
            }
            Ok(texts)
        }
        "renameColumn" => {
            let table = dotted(&table_of(reader, call, 0)?);
            let old = reader.argument(call, 1, "a column's name")?;
            let new = options(reader, expected(call.at(2), "a new name")?);
            let new = match &new.kind {
                Kind::Map(_) => expected(reader.key_text(&new, "name")?, "a new name")?,
                _ => expected(reader.plain(&new), "a new name")?,
            };
            one(span, format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", quoted(&old), quoted(&new)))
        }
        "createIndex" | "createIndices" => {
            let table = table_of(reader, call, 0)?;
            let node = expected(call.at(1), "an index")?;
            let mut texts = Vec::new();
            for index in each(reader, node) {
                texts.push(Placed::made(&table::index(reader, &table, &index)?, span));
            }
            Ok(texts)
        }
        "dropIndex" => {
            let index = options(reader, expected(call.at(1), "an index's name")?);
            let name = match &index.kind {
                Kind::Map(_) => expected(reader.key_text(&index, "name")?, "an index's name")?,
                _ => expected(reader.plain(&index), "an index's name")?,
            };
            let table = table_of(reader, call, 0)?;
            let schema = table.rsplit_once('.').map_or("public", |(schema, _)| schema);
            one(span, format!("DROP INDEX {}.{}", quoted(schema), quoted(&name)))
        }
        "createForeignKey"
        | "createForeignKeys"
        | "createUniqueConstraint"
        | "createUniqueConstraints"
        | "createCheckConstraint"
        | "createCheckConstraints"
        | "createExclusionConstraint" => {
            let table = table_of(reader, call, 0)?;
            let node = expected(call.at(1), "a constraint")?;
            let mut texts = Vec::new();
            for constraint in each(reader, node) {
                texts.push(Placed::made(
                    &format!("ALTER TABLE {} ADD {}", dotted(&table), table::constraint(reader, &table, &constraint)?),
                    span,
                ));
            }
            Ok(texts)
        }
        "createPrimaryKey" => {
            let columns = reader.arguments_of(call, 1, "columns")?;
            let table = table_of(reader, call, 0)?;
            let name = match call.at(2).and_then(|node| reader.plain(node)) {
                Some(name) => name,
                None => names::primary_key(&table, &columns),
            };
            one(
                span,
                format!(
                    "ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY ({})",
                    dotted(&table),
                    quoted(&name),
                    list(&columns)
                ),
            )
        }
        "dropForeignKey" | "dropUniqueConstraint" | "dropCheckConstraint" | "dropExclusionConstraint" => {
            let constraint = options(reader, expected(call.at(1), "a constraint's name")?);
            let name = match &constraint.kind {
                Kind::Map(_) => expected(reader.key_text(&constraint, "name")?, "a constraint's name")?,
                _ => expected(reader.plain(&constraint), "a constraint's name")?,
            };
            one(
                span,
                format!(
                    "ALTER TABLE {} DROP CONSTRAINT {}",
                    dotted(&table_of(reader, call, 0)?),
                    quoted(&name)
                ),
            )
        }
        "createSchema" | "dropSchema" => {
            let set = call.at(1).is_some_and(|node| reader.flag(node) == Some(true));
            let words = match (name, set) {
                ("createSchema", true) => "CREATE SCHEMA IF NOT EXISTS",
                ("createSchema", false) => "CREATE SCHEMA",
                (_, true) => "DROP SCHEMA IF EXISTS",
                _ => "DROP SCHEMA",
            };
            one(span, format!("{words} {}", quoted(&reader.argument(call, 0, "a schema")?)))
        }
        "startTransaction" => one(span, "BEGIN"),
        "commitTransaction" => one(span, "COMMIT"),
        "rollbackTransaction" => one(span, "ROLLBACK"),
        "changeColumn" => {
            let table = table_of(reader, call, 0)?;
            let (old, new) = (expected(call.at(1), "a column")?, expected(call.at(2), "a column")?);
            change::change(reader, &table, old, new, span)
        }
        "changeColumns" => {
            let table = table_of(reader, call, 0)?;
            let node = expected(call.at(1), "columns")?;
            let mut texts = Vec::new();
            for pair in each(reader, node) {
                let old = expected(reader.key(&pair, "oldColumn"), "a column")?;
                let new = expected(reader.key(&pair, "newColumn"), "a column")?;
                texts.extend(change::change(reader, &table, &old, &new, span)?);
            }
            Ok(texts)
        }
        _ if name.starts_with("get")
            || name.starts_with("has")
            || name.starts_with("find")
            || matches!(name, "connect" | "release" | "loadTables") =>
        {
            Ok(Vec::new())
        }
        _ => Err(format!("a call of TypeORM that Lockkeeper follows (not `{name}`)")),
    }
}

fn add_column(table: &str, column: &Column, span: Span) -> Vec<Placed> {
    let full = dotted(table);
    let mut sent: Vec<String> = column.before(table).into_iter().collect();
    sent.push(format!("ALTER TABLE {full} ADD {}", column.definition(table)));
    if column.is_primary {
        let name = names::primary_key(table, std::slice::from_ref(&column.name));
        sent.push(format!(
            "ALTER TABLE {full} ADD CONSTRAINT {} PRIMARY KEY ({})",
            quoted(&name),
            quoted(&column.name)
        ));
    }
    if column.is_unique {
        let name = names::unique(table, std::slice::from_ref(&column.name));
        sent.push(format!("ALTER TABLE {full} ADD CONSTRAINT {} UNIQUE ({})", quoted(&name), quoted(&column.name)));
    }
    sent.extend(column.comment_sql(&full));
    sent.iter().map(|sql| Placed::made(sql, span)).collect()
}

fn drop_column(table: &str, column: &str, span: Span) -> Vec<Placed> {
    vec![Placed::made(&format!("ALTER TABLE {} DROP COLUMN {}", dotted(table), quoted(column)), span)]
}
