//! `TypeORM`: `queryRunner.query('…')`, and its schema calls as the `PostgreSQL` driver renders them (1.1).
//!
//! Names that `TypeORM` makes from hashes are left to `PostgreSQL` where a migration gives none.

use super::render::{Made, dotted, expected, list, literal, one, quoted, steps};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Call, Kind, Link, Node};
use crate::text::{Placed, Span};

/// `TypeORM`.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("typeorm", enter, claim);

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    reader.handles = vec!["queryRunner".to_owned()];
    let mut code = entry::up_and_down(reader, steps);
    code.outside = steps.iter().any(|step| match step {
        tree::Step::Class(class) => class.body.iter().any(|step| {
            matches!(step, tree::Step::Assign(name, value) if name == "transaction" && matches!(value.kind, Kind::Bool(false)))
        }),
        _ => false,
    });
    code
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
        "createTable" => create_table(reader, call, span),
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
            let table = dotted(&table_of(reader, call, 0)?);
            let mut texts = Vec::new();
            let node = expected(call.at(1), "columns")?;
            for column in each(reader, node) {
                let (sql, before) = column_sql(reader, &table, &column)?;
                texts.extend(before.map(|sql| Placed::made(&sql, span)));
                let primary =
                    if reader.key_flag(&column, "isPrimary")? == Some(true) { " PRIMARY KEY" } else { "" };
                texts.push(Placed::made(&format!("ALTER TABLE {table} ADD {sql}{primary}"), span));
                if reader.key_flag(&column, "isUnique")? == Some(true) {
                    let name = expected(reader.key_text(&column, "name")?, "a column")?;
                    texts.push(Placed::made(
                        &format!("ALTER TABLE {table} ADD UNIQUE ({})", quoted(&name)),
                        span,
                    ));
                }
            }
            Ok(texts)
        }
        "dropColumn" | "dropColumns" => {
            let table = dotted(&table_of(reader, call, 0)?);
            let node = expected(call.at(1), "columns")?;
            let mut texts = Vec::new();
            for column in each(reader, node) {
                let name = match &column.kind {
                    Kind::Map(_) => expected(reader.key_text(&column, "name")?, "a column")?,
                    _ => expected(reader.plain(&column), "a column's name")?,
                };
                texts.push(Placed::made(&format!("ALTER TABLE {table} DROP COLUMN {}", quoted(&name)), span));
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
            let table = dotted(&table_of(reader, call, 0)?);
            let node = expected(call.at(1), "an index")?;
            let mut texts = Vec::new();
            for index in each(reader, node) {
                texts.push(Placed::made(&index_sql(reader, &table, &index)?, span));
            }
            Ok(texts)
        }
        "dropIndex" => {
            let index = options(reader, expected(call.at(1), "an index's name")?);
            let name = match &index.kind {
                Kind::Map(_) => expected(reader.key_text(&index, "name")?, "an index's name")?,
                _ => expected(reader.plain(&index), "an index's name")?,
            };
            one(span, format!("DROP INDEX {}", quoted(&name)))
        }
        "createForeignKey"
        | "createForeignKeys"
        | "createUniqueConstraint"
        | "createUniqueConstraints"
        | "createCheckConstraint"
        | "createCheckConstraints"
        | "createExclusionConstraint" => {
            let table = dotted(&table_of(reader, call, 0)?);
            let node = expected(call.at(1), "a constraint")?;
            let mut texts = Vec::new();
            for constraint in each(reader, node) {
                texts.push(Placed::made(
                    &format!("ALTER TABLE {table} ADD {}", constraint_sql(reader, &constraint)?),
                    span,
                ));
            }
            Ok(texts)
        }
        "createPrimaryKey" => {
            let columns = reader.arguments_of(call, 1, "columns")?;
            one(
                span,
                format!(
                    "ALTER TABLE {} ADD PRIMARY KEY ({})",
                    dotted(&table_of(reader, call, 0)?),
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
        "changeColumn" | "changeColumns" => {
            Err("SQL instead of `changeColumn`, which depends on the column as it was".to_owned())
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

fn create_table(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let table = options(reader, expected(call.at(0), "a table")?);
    let plain = expected(reader.key_text(&table, "name")?, "a table's name")?;
    let name = dotted(&plain);
    let columns = expected(reader.key(&table, "columns"), "columns")?;
    let mut parts = Vec::new();
    let mut keys = Vec::new();
    let mut texts = Vec::new();
    for column in each(reader, &columns) {
        let (sql, before) = column_sql(reader, &plain, &column)?;
        texts.extend(before.map(|sql| Placed::made(&sql, span)));
        let column_name = expected(reader.key_text(&column, "name")?, "a column")?;
        if reader.key_flag(&column, "isPrimary")? == Some(true) {
            keys.push(column_name.clone());
        }
        parts.push((column.span, sql));
        if reader.key_flag(&column, "isUnique")? == Some(true) {
            parts.push((column.span, format!("UNIQUE ({})", quoted(&column_name))));
        }
    }
    if !keys.is_empty() {
        parts.push((span, format!("PRIMARY KEY ({})", list(&keys))));
    }
    for key in ["uniques", "checks", "foreignKeys"] {
        if let Some(constraints) = reader.key(&table, key) {
            for constraint in each(reader, &constraints) {
                parts.push((constraint.span, constraint_sql(reader, &constraint)?));
            }
        }
    }
    let exists =
        if call.at(1).is_some_and(|node| reader.flag(node) == Some(true)) { " IF NOT EXISTS" } else { "" };
    let mut sql = Placed::made(&format!("CREATE TABLE{exists} {name} ("), span);
    for (index, (place, part)) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    sql.push(")", span);
    texts.push(sql);
    if let Some(indices) = reader.key(&table, "indices") {
        for index in each(reader, &indices) {
            texts.push(Placed::made(&index_sql(reader, &name, &index)?, span));
        }
    }
    Ok(texts)
}

fn column_sql(
    reader: &mut Reader<'_>,
    table: &str,
    column: &Node,
) -> Result<(String, Option<String>), String> {
    let name = expected(reader.key_text(column, "name")?, "a column's name")?;
    let mut kind = expected(reader.key_text(column, "type")?, "a type")?;
    let mut before = None;
    if let Some(length) = reader.key_text(column, "length")?.filter(|length| !length.is_empty()) {
        kind = format!("{kind}({length})");
    } else if let Some(precision) = reader.key_text(column, "precision")? {
        let scale = reader.key_text(column, "scale")?.map_or(String::new(), |scale| format!(",{scale}"));
        let (first, rest) = kind
            .split_once(' ')
            .map_or((kind.as_str(), String::new()), |(first, rest)| (first, format!(" {rest}")));
        kind = format!("{first}({precision}{scale}){rest}");
    }
    if kind == "enum" || kind == "simple-enum" {
        let values = expected(reader.key_texts(column, "enum")?, "values")?;
        let type_name = match reader.key_text(column, "enumName")? {
            Some(name) => name,
            None => format!("{}_{name}_enum", table.trim_matches('"').replace("\".\"", "_")),
        };
        let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
        before = Some(format!("CREATE TYPE {} AS ENUM({})", quoted(&type_name), values.join(", ")));
        kind = quoted(&type_name);
    }
    if reader.key_flag(column, "isArray")? == Some(true) {
        kind.push_str(" array");
    }
    let generated = reader.key_flag(column, "isGenerated")? == Some(true);
    let strategy = reader.key_text(column, "generationStrategy")?;
    let mut sql = quoted(&name);
    match (generated, strategy.as_deref(), kind.as_str()) {
        (true, Some("uuid"), _) => sql.push_str(" uuid"),
        (true, Some("identity"), _) => sql.push_str(&format!(" {kind} GENERATED BY DEFAULT AS IDENTITY")),
        (true, _, "bigint" | "int8") => sql.push_str(" BIGSERIAL"),
        (true, _, "smallint" | "int2") => sql.push_str(" SMALLSERIAL"),
        (true, _, "uuid") => sql.push_str(" uuid"),
        (true, _, _) => sql.push_str(" SERIAL"),
        _ => sql.push_str(&format!(" {}", if kind == "varchar" { "character varying" } else { &kind })),
    }
    if reader.key_flag(column, "isNullable")? != Some(true) {
        sql.push_str(" NOT NULL");
    }
    if let Some(value) = reader.key(column, "default") {
        let text = match &value.kind {
            Kind::Bool(flag) => flag.to_string(),
            _ => expected(reader.plain(&value), "a default that is written here")?,
        };
        sql.push_str(&format!(" DEFAULT {text}"));
    } else if generated && (strategy.as_deref() == Some("uuid") || kind == "uuid") {
        sql.push_str(" DEFAULT uuid_generate_v4()");
    }
    Ok((sql, before))
}

fn index_sql(reader: &mut Reader<'_>, table: &str, index: &Node) -> Result<String, String> {
    let columns = list(&expected(reader.key_texts(index, "columnNames")?, "columns")?);
    let name = reader.key_text(index, "name")?.map_or(String::new(), |name| format!("{} ", quoted(&name)));
    let unique = if reader.key_flag(index, "isUnique")? == Some(true) { "UNIQUE " } else { "" };
    let concurrently =
        if reader.key_flag(index, "isConcurrent")? == Some(true) { "CONCURRENTLY " } else { "" };
    let method = if reader.key_flag(index, "isSpatial")? == Some(true) { "USING GiST " } else { "" };
    let filter = reader
        .key_text(index, "where")?
        .filter(|it| !it.is_empty())
        .map_or(String::new(), |it| format!(" WHERE {it}"));
    Ok(format!("CREATE {unique}INDEX {concurrently}{name}ON {table} {method}({columns}){filter}"))
}

fn constraint_sql(reader: &mut Reader<'_>, node: &Node) -> Result<String, String> {
    let name =
        reader.key_text(node, "name")?.map_or(String::new(), |name| format!("CONSTRAINT {} ", quoted(&name)));
    if let Some(expression) = reader.key_text(node, "expression")? {
        return Ok(format!("{name}CHECK ({expression})"));
    }
    let columns = list(&expected(reader.key_texts(node, "columnNames")?, "columns")?);
    let Some(target) = reader.key_text(node, "referencedTableName")? else {
        return Ok(format!("{name}UNIQUE ({columns})"));
    };
    let others = list(&expected(reader.key_texts(node, "referencedColumnNames")?, "columns")?);
    let mut sql = format!("{name}FOREIGN KEY ({columns}) REFERENCES {} ({others})", dotted(&target));
    for (key, words) in [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE")] {
        if let Some(action) = reader.key_text(node, key)? {
            sql.push_str(&format!(" {words} {action}"));
        }
    }
    if let Some(deferrable) = reader.key_text(node, "deferrable")? {
        sql.push_str(&format!(" DEFERRABLE {deferrable}"));
    }
    Ok(sql)
}
