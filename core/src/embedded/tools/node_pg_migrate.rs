//! node-pg-migrate: `pgm.createTable('t', { … })` and the others, as it renders them (9.0).

use super::render::{Made, expected, list, literal, one, quoted, steps};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::sent::{Item, Sql};
use crate::embedded::tree::{Call, Kind, Link, Node, Step};
use crate::text::{Placed, Span};

/// node-pg-migrate.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("node-pg-migrate", enter, claim);

/// What `pgm.noTransaction()` is remembered as.
const OUTSIDE: &str = "noTransaction";

fn enter(reader: &mut Reader<'_>, steps: &[Step]) -> Code {
    let mut code = entry::up_and_down(reader, steps);
    let marks = |item: &Item| item.sql == Sql::Unknown(OUTSIDE.to_owned());
    code.outside = code.up.iter().any(marks);
    code.up.retain(|item| !marks(item));
    if let Some(down) = &mut code.down {
        down.retain(|item| !marks(item));
    }
    code
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    if !reader.is_handle(root) {
        return false;
    }
    let Some(steps) = steps(links, span) else { return false };
    let Some(first) = steps.first() else { return false };
    if first.name == "db" {
        let sends =
            steps.get(1).filter(|step| matches!(step.name, "query" | "select")).and_then(|step| step.call);
        if let Some(call) = sends {
            match call.at(0).and_then(|node| reader.text_with_holes(node)) {
                Some(text) => reader.send(span, text),
                None => reader.miss(span, "SQL in a string"),
            }
            return true;
        }
        return false;
    }
    let Some(call) = first.call else { return true };
    if first.name == OUTSIDE {
        reader.miss(span, OUTSIDE);
        return true;
    }
    if first.name == "func" {
        return true;
    }
    let made = render(reader, first.name, call, span);
    reader.answer(span, made);
    true
}

fn render(reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> Made {
    let at = |reader: &mut Reader<'_>, place: usize, what: &str| -> Result<String, String> {
        let node = expected(call.at(place), what)?;
        object_name(reader, node, what)
    };
    let if_exists = |reader: &mut Reader<'_>| {
        reader.is_set(call, "ifExists").map(|set| if set { " IF EXISTS" } else { "" })
    };
    let if_not = |reader: &mut Reader<'_>| {
        reader.is_set(call, "ifNotExists").map(|set| if set { " IF NOT EXISTS" } else { "" })
    };
    let cascade =
        |reader: &mut Reader<'_>| reader.is_set(call, "cascade").map(|set| if set { " CASCADE" } else { "" });
    match name {
        "sql" => {
            let text = expected(call.at(0).and_then(|node| reader.text_with_holes(node)), "SQL in a string")?;
            match call.at(1).map(|node| (*reader.seen(node)).clone()) {
                Some(values) if matches!(values.kind, Kind::Map(_)) => Ok(vec![filled(reader, &text, &values)]),
                _ => Ok(vec![text]),
            }
        }
        "createTable" => create_table(reader, call, span),
        "dropTable" => {
            let sql = format!(
                "DROP TABLE{} {}{}",
                if_exists(reader)?,
                at(reader, 0, "a table's name")?,
                cascade(reader)?
            );
            one(span, sql)
        }
        "renameTable" => one(
            span,
            format!(
                "ALTER TABLE {} RENAME TO {}",
                at(reader, 0, "a table's name")?,
                at(reader, 1, "a new name")?
            ),
        ),
        "addColumns" | "addColumn" => {
            let table = at(reader, 0, "a table's name")?;
            let exists = if_not(reader)?;
            let columns = expected(call.at(1), "columns")?;
            let parts = columns_of(reader, columns)?;
            let parts: Vec<String> = parts.into_iter().map(|(_, sql)| format!("ADD{exists} {sql}")).collect();
            let comments = comments(reader, &table, columns);
            one(span, format!("ALTER TABLE {table} {}{comments}", parts.join(", ")))
        }
        "dropColumns" | "dropColumn" => {
            let table = at(reader, 0, "a table's name")?;
            let node = expected(call.at(1), "names of columns")?;
            let seen = reader.seen(node);
            let names = match &seen.kind {
                Kind::Map(entries) => {
                    expected(entries.iter().map(|(key, _)| key.word().map(str::to_owned)).collect(), "names")?
                }
                _ => expected(reader.plains(&seen), "names of columns")?,
            };
            let (exists, cascade) = (if_exists(reader)?, cascade(reader)?);
            let parts: Vec<String> =
                names.iter().map(|name| format!("DROP{exists} {}{cascade}", quoted(name))).collect();
            one(span, format!("ALTER TABLE {table} {}", parts.join(", ")))
        }
        "renameColumn" => {
            let (table, old, new) =
                (at(reader, 0, "a table")?, at(reader, 1, "a column")?, at(reader, 2, "a new name")?);
            one(span, format!("ALTER TABLE {table} RENAME {old} TO {new}"))
        }
        "renameConstraint" => {
            let (table, old, new) =
                (at(reader, 0, "a table")?, at(reader, 1, "a constraint")?, at(reader, 2, "a new name")?);
            one(span, format!("ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"))
        }
        "alterColumn" => alter_column(reader, call, span),
        "createIndex" | "addIndex" => {
            let table = at(reader, 0, "a table's name")?;
            let (columns, name) = index_columns(reader, call)?;
            let unique = if reader.is_set(call, "unique")? { "UNIQUE " } else { "" };
            let concurrently = if reader.is_set(call, "concurrently")? { "CONCURRENTLY " } else { "" };
            let method =
                reader.option(call, "method")?.map_or(String::new(), |method| format!(" USING {method}"));
            let filter =
                reader.option(call, "where")?.map_or(String::new(), |filter| format!(" WHERE {filter}"));
            let include = match call.named("include") {
                Some(node) => {
                    format!(" INCLUDE ({})", list(&expected(reader.plains(node), "columns to include")?))
                }
                None => String::new(),
            };
            let exists = if reader.is_set(call, "ifNotExists")? { "IF NOT EXISTS " } else { "" };
            one(
                span,
                format!(
                    "CREATE {unique}INDEX {concurrently}{exists}{} ON {table}{method} ({columns}){include}{filter}",
                    quoted(&name)
                ),
            )
        }
        "dropIndex" => {
            let (_, name) = index_columns(reader, call)?;
            let concurrently = if reader.is_set(call, "concurrently")? { " CONCURRENTLY" } else { "" };
            let schema = match call.at(0).and_then(|node| reader.key(node, "schema")) {
                Some(schema) => format!("{}.", quoted(&expected(reader.plain(&schema), "a schema")?)),
                None => String::new(),
            };
            one(
                span,
                format!(
                    "DROP INDEX{concurrently}{} {schema}{}{}",
                    if_exists(reader)?,
                    quoted(&name),
                    cascade(reader)?
                ),
            )
        }
        "addConstraint" | "createConstraint" => {
            let table = at(reader, 0, "a table's name")?;
            let name = call.at(1).and_then(|node| reader.plain(node));
            let expression = expected(call.at(2), "a constraint")?;
            let seen = reader.seen(expression);
            let parts = if let Kind::Map(_) = &seen.kind {
                let plain = call.at(0).and_then(|node| reader.plain(node)).unwrap_or_default();
                constraints(reader, &seen, name.as_deref(), &plain)?
            } else {
                let sql = expected(reader.plain(&seen), "a constraint")?;
                vec![format!(
                    "{}{sql}",
                    name.map_or(String::new(), |name| format!("CONSTRAINT {} ", quoted(&name)))
                )]
            };
            one(span, format!("ALTER TABLE {table} ADD {}", parts.join(", ADD ")))
        }
        "dropConstraint" => {
            let (table, name) = (at(reader, 0, "a table's name")?, at(reader, 1, "a constraint's name")?);
            one(
                span,
                format!(
                    "ALTER TABLE {table} DROP CONSTRAINT{} {name}{}",
                    if_exists(reader)?,
                    cascade(reader)?
                ),
            )
        }
        "createType" | "addType" => {
            let name = at(reader, 0, "a type's name")?;
            let node = expected(call.at(1), "values")?;
            let seen = reader.seen(node);
            if let Kind::Map(_) = seen.kind {
                let parts: Vec<String> = columns_of(reader, &seen)?.into_iter().map(|(_, sql)| sql).collect();
                return one(span, format!("CREATE TYPE {name} AS ({})", parts.join(", ")));
            }
            let values = expected(reader.plains(&seen), "values")?;
            let values: Vec<String> = values.iter().map(|value| dollar_quoted(value)).collect();
            one(span, format!("CREATE TYPE {name} AS ENUM ({})", values.join(", ")))
        }
        "dropType" => one(
            span,
            format!("DROP TYPE{} {}{}", if_exists(reader)?, at(reader, 0, "a type")?, cascade(reader)?),
        ),
        "renameType" => one(
            span,
            format!("ALTER TYPE {} RENAME TO {}", at(reader, 0, "a type")?, at(reader, 1, "a name")?),
        ),
        "addTypeValue" => {
            let (name, value) = (at(reader, 0, "a type")?, reader.argument(call, 1, "a value")?);
            let mut place = String::new();
            for (key, word) in [("before", "BEFORE"), ("after", "AFTER")] {
                if let Some(other) = reader.option(call, key)? {
                    place = format!(" {word} {}", dollar_quoted(&other));
                }
            }
            one(span, format!("ALTER TYPE {name} ADD VALUE{} {}{place}", if_not(reader)?, dollar_quoted(&value)))
        }
        "renameTypeValue" => {
            let (name, old, new) = (
                at(reader, 0, "a type")?,
                reader.argument(call, 1, "a value")?,
                reader.argument(call, 2, "a value")?,
            );
            one(span, format!("ALTER TYPE {name} RENAME VALUE {} TO {}", dollar_quoted(&old), dollar_quoted(&new)))
        }
        "createExtension" | "addExtension" | "dropExtension" => {
            let names = reader.arguments_of(call, 0, "an extension's name")?;
            let (begin, exists, end) = if name == "dropExtension" {
                ("DROP", if_exists(reader)?, cascade(reader)?)
            } else {
                ("CREATE", if_not(reader)?, "")
            };
            Ok(names
                .iter()
                .map(|name| Placed::made(&format!("{begin} EXTENSION{exists} {}{end}", quoted(name)), span))
                .collect())
        }
        "createSchema" => {
            one(span, format!("CREATE SCHEMA{} {}", if_not(reader)?, at(reader, 0, "a schema")?))
        }
        "dropSchema" => one(
            span,
            format!("DROP SCHEMA{} {}{}", if_exists(reader)?, at(reader, 0, "a schema")?, cascade(reader)?),
        ),
        "renameSchema" => one(
            span,
            format!("ALTER SCHEMA {} RENAME TO {}", at(reader, 0, "a schema")?, at(reader, 1, "a name")?),
        ),
        "createSequence" => {
            one(span, format!("CREATE SEQUENCE{} {}", if_not(reader)?, at(reader, 0, "a sequence")?))
        }
        "dropSequence" => one(
            span,
            format!(
                "DROP SEQUENCE{} {}{}",
                if_exists(reader)?,
                at(reader, 0, "a sequence")?,
                cascade(reader)?
            ),
        ),
        "createView" | "createMaterializedView" => {
            let view = at(reader, 0, "a view's name")?;
            let query = call.arguments.last().map(|argument| &argument.value);
            let query = expected(query.and_then(|node| reader.plain(node)), "a query")?;
            let replace = if reader.is_set(call, "replace")? { " OR REPLACE" } else { "" };
            let columns = match call.at(1).and_then(|options| reader.key(options, "columns")) {
                Some(node) => format!("({})", list(&expected(reader.plains(&node), "columns")?)),
                None => String::new(),
            };
            if name == "createView" {
                return one(span, format!("CREATE{replace} VIEW {view}{columns} AS {query}"));
            }
            let data = match call.named("data") {
                Some(node) if reader.flag(node) == Some(false) => " WITH NO DATA",
                _ => "",
            };
            one(span, format!("CREATE MATERIALIZED VIEW{} {view} AS {query}{data}", if_not(reader)?))
        }
        "dropView" => one(
            span,
            format!("DROP VIEW{} {}{}", if_exists(reader)?, at(reader, 0, "a view")?, cascade(reader)?),
        ),
        "dropMaterializedView" => one(
            span,
            format!(
                "DROP MATERIALIZED VIEW{} {}{}",
                if_exists(reader)?,
                at(reader, 0, "a view")?,
                cascade(reader)?
            ),
        ),
        "refreshMaterializedView" => {
            let concurrently = if reader.is_set(call, "concurrently")? { " CONCURRENTLY" } else { "" };
            one(span, format!("REFRESH MATERIALIZED VIEW{concurrently} {}", at(reader, 0, "a view")?))
        }
        "createFunction" => {
            let name = at(reader, 0, "a function's name")?;
            let parameters = parameters(reader, call)?;
            let body = call.arguments.last().map(|argument| &argument.value);
            let body = expected(body.and_then(|node| reader.text_with_holes(node)), "a body")?;
            let replace = if reader.is_set(call, "replace")? { " OR REPLACE" } else { "" };
            let returns = reader.option(call, "returns")?.unwrap_or_else(|| "void".to_owned());
            let language = expected(reader.option(call, "language")?, "a language")?;
            let behaviour = reader.option(call, "behavior")?.unwrap_or_else(|| "VOLATILE".to_owned());
            let mut sql = Placed::made(
                &format!("CREATE{replace} FUNCTION {name}{parameters} RETURNS {returns} AS $pga$"),
                span,
            );
            sql.append(&body);
            sql.push(&format!("$pga$ {behaviour} LANGUAGE {language}"), span);
            Ok(vec![sql])
        }
        "dropFunction" => {
            let name = at(reader, 0, "a function's name")?;
            let parameters = parameters(reader, call)?;
            one(span, format!("DROP FUNCTION{} {name}{parameters}{}", if_exists(reader)?, cascade(reader)?))
        }
        "createTrigger" => {
            let (table, name) = (at(reader, 0, "a table")?, at(reader, 1, "a trigger's name")?);
            let when = reader.option(call, "when")?.unwrap_or_else(|| "BEFORE".to_owned());
            let operation = match call.named("operation") {
                Some(node) => expected(reader.plains(node), "operations")?.join(" OR "),
                None => return Err("an operation".to_owned()),
            };
            let level = reader.option(call, "level")?.unwrap_or_else(|| "STATEMENT".to_owned());
            let condition =
                reader.option(call, "condition")?.map_or(String::new(), |it| format!(" WHEN ({it})"));
            let function = match call.named("function") {
                Some(node) => object_name(reader, node, "a function")?,
                None => name.clone(),
            };
            let mut texts = Vec::new();
            if let Some(body) = call.at(3).and_then(|node| reader.plain(node)) {
                let sql = format!(
                    "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger AS $pga$ {body} $pga$ LANGUAGE plpgsql"
                );
                texts.push(Placed::made(&sql, span));
            }
            let sql = format!(
                "CREATE TRIGGER {name} {when} {operation} ON {table} FOR EACH {level}{condition} EXECUTE PROCEDURE {function}()"
            );
            texts.push(Placed::made(&sql, span));
            Ok(texts)
        }
        "dropTrigger" => {
            let (table, name) = (at(reader, 0, "a table")?, at(reader, 1, "a trigger's name")?);
            one(span, format!("DROP TRIGGER{} {name} ON {table}{}", if_exists(reader)?, cascade(reader)?))
        }
        _ => Err(format!("a call of node-pg-migrate that Lockkeeper follows (not `{name}`)")),
    }
}

/// `{name}` in the text of `pgm.sql`, filled with names.
fn filled(reader: &mut Reader<'_>, text: &Placed, values: &Node) -> Placed {
    let Kind::Map(entries) = &values.kind else { return text.clone() };
    let mut known: Vec<(String, String)> = Vec::new();
    for (key, value) in entries {
        if let (Some(key), Ok(name)) = (reader.key_name(key), object_name(reader, value, "a name")) {
            known.push((format!("{{{key}}}"), name));
        }
    }
    let mut sql = Placed::default();
    let mut from = 0;
    for (at, _) in text.text.match_indices('{') {
        let rest = text.text.get(at..).unwrap_or_default();
        if let Some((mark, name)) = known.iter().find(|(mark, _)| rest.starts_with(mark.as_str())) {
            sql.append(&text.part(from, at));
            from = at + mark.len();
            sql.push(name, text.part(at, from).span());
        }
    }
    sql.append(&text.part(from, text.text.len()));
    sql
}

fn parameters(reader: &mut Reader<'_>, call: &Call) -> Result<String, String> {
    let node = expected(call.at(1), "parameters")?;
    let seen = reader.seen(node);
    let Kind::List(items) = &seen.kind else { return Err("parameters".to_owned()) };
    let mut parts = Vec::new();
    for item in items {
        let part = match &reader.seen(item).kind {
            Kind::Map(_) => {
                let name = reader.key_text(item, "name")?.unwrap_or_default();
                format!("{name} {}", expected(reader.key_text(item, "type")?, "a type")?)
            }
            _ => expected(reader.plain(item), "a type")?,
        };
        parts.push(part);
    }
    Ok(format!("({})", parts.join(", ")))
}

/// `'name'`, `{ schema, name }`
fn object_name(reader: &mut Reader<'_>, node: &Node, what: &str) -> Result<String, String> {
    let seen = reader.seen(node);
    if let Kind::Map(_) = seen.kind {
        let name = quoted(&expected(reader.key_text(&seen, "name")?, what)?);
        return Ok(match reader.key_text(&seen, "schema")? {
            Some(schema) => format!("{}.{name}", quoted(&schema)),
            None => name,
        });
    }
    expected(reader.plain(&seen), what).map(|name| quoted(&name))
}

/// Columns of an index as SQL, and the index's name.
fn index_columns(reader: &mut Reader<'_>, call: &Call) -> Result<(String, String), String> {
    let node = expected(call.at(1), "columns")?;
    let seen = reader.seen(node);
    let items: Vec<Node> = match &seen.kind {
        Kind::List(items) => items.clone(),
        _ => vec![(*seen).clone()],
    };
    let mut parts = Vec::new();
    let mut names = Vec::new();
    for item in &items {
        let item = reader.seen(item);
        if let Kind::Map(_) = item.kind {
            let name = expected(reader.key_text(&item, "name")?, "a column")?;
            let class = match reader.key(&item, "opclass") {
                Some(class) => format!(" {}", object_name(reader, &class, "an operator class")?),
                None => String::new(),
            };
            let sort = reader.key_text(&item, "sort")?.map_or(String::new(), |sort| format!(" {sort}"));
            parts.push(format!("{}{class}{sort}", quoted(&name)));
            names.push(name);
        } else {
            let name = expected(reader.plain(&item), "a column")?;
            // What is no plain name is an expression.
            let plain = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            parts.push(if plain { quoted(&name) } else { name.clone() });
            names.push(name);
        }
    }
    let given = match call.named("name").map(|node| (*reader.seen(node)).clone()) {
        Some(node) if !matches!(node.kind, Kind::Null) => Some(expected(reader.plain(&node), "a name")?),
        _ => None,
    };
    let table = call.at(0).map(|node| (*reader.seen(node)).clone());
    let table = match table {
        Some(node) if matches!(node.kind, Kind::Map(_)) => reader.key_text(&node, "name")?,
        Some(node) => reader.plain(&node),
        None => None,
    };
    let unique = if reader.is_set(call, "unique")? { "_unique" } else { "" };
    let made = format!("{}_{}{unique}_index", expected(table, "a table's name")?, names.join("_"));
    Ok((parts.join(", "), given.unwrap_or(made)))
}

fn create_table(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let node = expected(call.at(0), "a table's name")?;
    let table = object_name(reader, node, "a table's name")?;
    let plain_name = reader.plain(node).unwrap_or_default();
    let columns = expected(call.at(1), "columns")?;
    let mut parts = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    let seen = reader.seen(columns);
    let several = {
        let Kind::Map(entries) = &seen.kind else { return Err("columns".to_owned()) };
        let mut count = 0;
        for (key, value) in entries {
            if reader.key_flag(value, "primaryKey")? == Some(true) {
                count += 1;
                keys.extend(key.word().map(str::to_owned));
            }
        }
        count > 1
    };
    for (place, sql) in columns_of(reader, &seen)? {
        let sql = if several { sql.replacen(" PRIMARY KEY", "", 1) } else { sql };
        parts.push((place, sql));
    }
    let options = call.at(2);
    if let Some(given) = options.and_then(|node| reader.key(node, "constraints")) {
        parts.extend(constraints(reader, &given, None, &plain_name)?.into_iter().map(|sql| (given.span, sql)));
    }
    if several {
        parts.push((
            span,
            format!("CONSTRAINT {} PRIMARY KEY ({})", quoted(&format!("{plain_name}_pkey")), list(&keys)),
        ));
    }
    if let Some(like) = options.and_then(|node| reader.key(node, "like")) {
        parts.push((like.span, format!("LIKE {}", object_name(reader, &like, "a table")?)));
    }
    let exists = if reader.is_set(call, "ifNotExists")? { " IF NOT EXISTS" } else { "" };
    let temporary = if reader.is_set(call, "temporary")? { " TEMPORARY" } else { "" };
    let unlogged = if reader.is_set(call, "unlogged")? { " UNLOGGED" } else { "" };
    let mut sql = Placed::made(&format!("CREATE{temporary}{unlogged} TABLE{exists} {table} ("), span);
    for (index, (place, part)) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    sql.push(")", span);
    if let Some(parent) = options.and_then(|node| reader.key(node, "inherits")) {
        sql.push(&format!(" INHERITS ({})", object_name(reader, &parent, "a table")?), parent.span);
    }
    if let Some(comment) = options.and_then(|node| reader.key_text(node, "comment").ok().flatten()) {
        sql.push(&format!("; COMMENT ON TABLE {table} IS {}", dollar_quoted(&comment)), span);
    }
    sql.push(&comments(reader, &table, &seen), span);
    Ok(vec![sql])
}

/// Columns as they are written in CREATE TABLE, each with its place.
fn columns_of(reader: &mut Reader<'_>, node: &Node) -> Result<Vec<(Span, String)>, String> {
    let seen = reader.seen(node);
    let Kind::Map(entries) = &seen.kind else { return Err("columns".to_owned()) };
    let mut columns = Vec::new();
    for (key, value) in entries {
        if let Kind::Spread(inner) = &key.kind {
            columns.extend(columns_of(reader, inner)?);
            continue;
        }
        let name = expected(reader.key_name(key), "a column's name")?;
        let sql = column(reader, value)?;
        columns.push((key.span.to(value.span), format!("{} {sql}", quoted(&name))));
    }
    Ok(columns)
}

fn type_of(name: &str) -> String {
    match name {
        "int" => "integer",
        "string" => "text",
        "float" => "real",
        "double" => "double precision",
        "datetime" => "timestamp",
        "bool" => "boolean",
        other => other,
    }
    .to_owned()
}

fn column(reader: &mut Reader<'_>, value: &Node) -> Result<String, String> {
    let seen = reader.seen(value);
    if !matches!(seen.kind, Kind::Map(_)) {
        let name = expected(reader.plain(&seen), "a type")?;
        return Ok(if name == "id" { "serial PRIMARY KEY".to_owned() } else { type_of(&name) });
    }
    let mut sql = type_of(&expected(reader.key_text(&seen, "type")?, "a type")?);
    if sql == "id" {
        "serial PRIMARY KEY".clone_into(&mut sql);
    }
    if let Some(collation) = reader.key_text(&seen, "collation")? {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(value) = seen.get("default") {
        sql.push_str(&format!(
            " DEFAULT {}",
            expected(default(reader, value), "a default that is written here")?
        ));
    }
    if reader.key_flag(&seen, "unique")? == Some(true) {
        sql.push_str(" UNIQUE");
    }
    if reader.key_flag(&seen, "primaryKey")? == Some(true) {
        sql.push_str(" PRIMARY KEY");
    }
    if reader.key_flag(&seen, "notNull")? == Some(true) {
        sql.push_str(" NOT NULL");
    }
    if let Some(check) = reader.key_text(&seen, "check")? {
        sql.push_str(&format!(" CHECK ({check})"));
    }
    if let Some(target) = reader.key(&seen, "references") {
        sql.push_str(&format!(" {}", references(reader, &seen, &target)?));
    }
    if let Some(expression) = reader.key_text(&seen, "expressionGenerated")? {
        sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) STORED"));
    }
    for key in ["sequenceGenerated", "generated"] {
        if let Some(generated) = reader.key(&seen, key) {
            let precedence =
                reader.key_text(&generated, "precedence")?.unwrap_or_else(|| "ALWAYS".to_owned());
            sql.push_str(&format!(" GENERATED {precedence} AS IDENTITY"));
        }
    }
    Ok(sql)
}

/// `REFERENCES t ON DELETE …`; a text is a table's name, or all of it.
fn references(reader: &mut Reader<'_>, options: &Node, target: &Node) -> Result<String, String> {
    let mut sql = if let Kind::Map(_) = &target.kind {
        format!("REFERENCES {}", object_name(reader, target, "a table")?)
    } else {
        let text = expected(reader.plain(target), "a table")?;
        let whole = text.contains('(') || text.starts_with('"');
        if whole { format!("REFERENCES {text}") } else { format!("REFERENCES {}", quoted(&text)) }
    };
    for (key, words) in [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE"), ("match", "MATCH")] {
        if let Some(action) = reader.key_text(options, key)? {
            sql.push_str(&format!(" {words} {action}"));
        }
    }
    if reader.key_flag(options, "deferrable")? == Some(true) {
        sql.push_str(" DEFERRABLE");
        if reader.key_flag(options, "deferred")? == Some(true) {
            sql.push_str(" INITIALLY DEFERRED");
        }
    }
    Ok(sql)
}

fn default(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let seen = reader.seen(node);
    match (&seen.kind, reader.raw_expression(node)) {
        (Kind::Text(_), None) => reader.plain(&seen).map(|text| dollar_quoted(&text)),
        _ => reader.sql_value(node),
    }
}

/// A text as it writes it.
fn dollar_quoted(text: &str) -> String {
    if text.contains("$pga$") { literal(text) } else { format!("$pga${text}$pga$") }
}

/// What comments on the columns of a table, each after a semicolon: they go into the same string.
fn comments(reader: &mut Reader<'_>, table: &str, node: &Node) -> String {
    let seen = reader.seen(node);
    let Kind::Map(entries) = &seen.kind else { return String::new() };
    let mut text = String::new();
    for (key, value) in entries {
        let comment = reader.key_text(value, "comment").ok().flatten();
        if let (Some(name), Some(comment)) = (reader.key_name(key), comment) {
            text.push_str(&format!("; COMMENT ON COLUMN {table}.{} IS {}", quoted(&name), dollar_quoted(&comment)));
        }
    }
    text
}

/// What a table's constraint of some columns is called where nobody gives it a name.
fn constraint_name(table: &str, kind: &str, columns: &[String]) -> String {
    let columns = if columns.is_empty() { String::new() } else { format!("_{}", columns.join("_")) };
    format!("CONSTRAINT {} ", quoted(&format!("{table}_{kind}{columns}")))
}

fn constraints(
    reader: &mut Reader<'_>,
    node: &Node,
    name: Option<&str>,
    table: &str,
) -> Result<Vec<String>, String> {
    let named = |kind: &str, columns: &[String]| {
        name.map_or_else(|| constraint_name(table, kind, columns), |name| format!("CONSTRAINT {} ", quoted(name)))
    };
    let mut parts = Vec::new();
    if let Some(unique) = reader.key(node, "unique") {
        let groups = match &unique.kind {
            Kind::List(items) if items.iter().any(|item| matches!(item.kind, Kind::List(_))) => items.clone(),
            _ => vec![unique],
        };
        for group in groups {
            let columns = expected(reader.plains(&group), "columns")?;
            parts.push(format!("{}UNIQUE ({})", named("uniq", &columns), list(&columns)));
        }
    }
    if let Some(columns) = reader.key_texts(node, "primaryKey")? {
        parts.push(format!("{}PRIMARY KEY ({})", named("pkey", &[]), list(&columns)));
    }
    if let Some(checks) = reader.key_texts(node, "check")? {
        for (number, check) in checks.iter().enumerate() {
            // Of several each has its number.
            let kind = if checks.len() > 1 { format!("chck_{}", number + 1) } else { "chck".to_owned() };
            parts.push(format!("{}CHECK ({check})", named(&kind, &[])));
        }
    }
    if let Some(exclude) = reader.key_text(node, "exclude")? {
        parts.push(format!("{}EXCLUDE {exclude}", named("excl", &[])));
    }
    if let Some(keys) = reader.key(node, "foreignKeys") {
        let keys = match &keys.kind {
            Kind::List(items) => items.clone(),
            _ => vec![keys],
        };
        for key in keys {
            let columns = expected(reader.key_texts(&key, "columns")?, "columns")?;
            let target = expected(reader.key(&key, "references"), "a table")?;
            parts.push(format!(
                "{}FOREIGN KEY ({}) {}",
                named("fk", &columns),
                list(&columns),
                references(reader, &key, &target)?
            ));
        }
    }
    if parts.is_empty() { Err("a constraint".to_owned()) } else { Ok(parts) }
}

fn alter_column(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let table = expected(call.at(0), "a table's name")?;
    let table = object_name(reader, table, "a table's name")?;
    let column = quoted(&reader.argument(call, 1, "a column's name")?);
    let options = expected(call.at(2), "what changes")?;
    let options = reader.seen(options);
    let mut actions = Vec::new();
    if let Some(value) = options.get("default") {
        let value = reader.seen(value);
        if matches!(value.kind, Kind::Null) {
            actions.push("DROP DEFAULT".to_owned());
        } else {
            actions.push(format!(
                "SET DEFAULT {}",
                expected(default(reader, &value), "a default that is written here")?
            ));
        }
    }
    if let Some(name) = reader.key_text(&options, "type")? {
        let collation =
            reader.key_text(&options, "collation")?.map_or(String::new(), |it| format!(" COLLATE {it}"));
        let using = reader.key_text(&options, "using")?.map_or(String::new(), |it| format!(" USING {it}"));
        actions.push(format!("SET DATA TYPE {}{collation}{using}", type_of(&name)));
    }
    let (not_null, allow) = (reader.key_flag(&options, "notNull")?, reader.key_flag(&options, "allowNull")?);
    if not_null == Some(true) {
        actions.push("SET NOT NULL".to_owned());
    } else if not_null == Some(false) || allow == Some(true) {
        actions.push("DROP NOT NULL".to_owned());
    }
    if actions.is_empty() {
        return Err("what changes".to_owned());
    }
    let actions: Vec<String> = actions.iter().map(|action| format!("ALTER {column} {action}")).collect();
    one(span, format!("ALTER TABLE {table} {}", actions.join(", ")))
}

impl Reader<'_> {
    /// The name that a key of a map writes.
    pub(super) fn key_name(&mut self, key: &Node) -> Option<String> {
        match &key.kind {
            Kind::Name(name) | Kind::Symbol(name) => Some(name.clone()),
            _ => self.plain(key),
        }
    }
}
