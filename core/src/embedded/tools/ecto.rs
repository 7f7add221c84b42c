//! Ecto: `create table(:t) do … end` and the others as `ecto_sql`'s `PostgreSQL` connection renders them.

use super::render::{Made, expected, one, quoted};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Call, Function, Kind, Link, Node};
use crate::text::{Placed, Span};

/// Ecto.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool { piped, ..CodeTool::new("ecto", enter, claim) };

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    let change = entry::function(reader, steps, "change");
    let mut code = match change {
        Some(change) => {
            let up = entry::follow(reader, &change);
            Code { up, found: true, ..Code::default() }
        }
        None => entry::up_and_down(reader, steps),
    };
    code.outside =
        reader.binding("@disable_ddl_transaction").is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
    code
}

fn piped(reader: &mut Reader<'_>, operands: &[Node], span: Span) -> bool {
    // `"…" |> execute()`
    let [first, .., last] = operands else { return false };
    let Kind::Chain(root, links) = &last.kind else { return false };
    if root.word() != Some("execute") || links.len() > 1 {
        return false;
    }
    match reader.text_with_holes(first) {
        Some(text) => reader.send(span, text),
        None => reader.miss(span, "SQL in a string"),
    }
    true
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    // `repo().query!("…")`, `Ecto.Adapters.SQL.query!(repo, "…")`
    if let [.., Link::Member(name, _), Link::Call(call)] = links
        && matches!(name.as_str(), "query!" | "query" | "query_many!" | "execute")
    {
        let text = call.arguments.iter().find_map(|argument| reader.text_with_holes(&argument.value));
        match text {
            Some(text) => reader.send(span, text),
            None => reader.miss(span, "SQL in a string"),
        }
        return true;
    }
    if let [.., Link::Member(name, _), Link::Call(_)] = links
        && matches!(
            name.as_str(),
            "update_all" | "delete_all" | "insert_all" | "insert!" | "update!" | "delete!"
        )
    {
        reader.miss(span, "SQL instead of a change through the repository");
        return true;
    }
    let Kind::Name(name) = &root.kind else { return false };
    let Some(Link::Call(call)) = links.first() else { return matches!(name.as_str(), "flush") };
    let made = match name.as_str() {
        "create" | "create_if_not_exists" => create(reader, call, name == "create_if_not_exists", span),
        "drop" | "drop_if_exists" => drop(reader, call, name == "drop_if_exists", span),
        "alter" => alter(reader, call, span),
        "rename" => rename(reader, call, span),
        "execute" => {
            let first = call.at(0);
            if let Some(Kind::Function(function)) = first.map(|node| &node.kind) {
                reader.callback(function, &[]);
                return true;
            }
            let place = 0;
            match call.at(place).and_then(|node| reader.text_with_holes(node)) {
                Some(text) => Ok(vec![text]),
                None => Err("SQL in a string".to_owned()),
            }
        }
        "execute_file" => Err("a file that is here".to_owned()),
        "flush" | "import" | "use" | "raise" | "require" | "alias" | "prefix" | "direction" | "repo"
        | "index" | "table" | "unique_index" | "constraint" => return true,
        _ => return false,
    };
    reader.answer(span, made);
    true
}

/// `table(:users, prefix: "x")`, `index(…)`, `:users`: what it is and its arguments.
fn object(node: &Node) -> Option<(&str, &Call)> {
    let Kind::Chain(root, links) = &node.kind else { return None };
    match links.as_slice() {
        [Link::Call(call)] => Some((root.word()?, call)),
        _ => None,
    }
}

/// A table's quoted name and its plain one.
fn table_of(reader: &mut Reader<'_>, call: &Call) -> Result<(String, String), String> {
    let name = reader.argument(call, 0, "a table's name")?;
    let full = match reader.option(call, "prefix")? {
        Some(prefix) => format!("{}.{}", quoted(&prefix), quoted(&name)),
        None => quoted(&name),
    };
    Ok((full, name))
}

fn create(reader: &mut Reader<'_>, call: &Call, lenient: bool, span: Span) -> Made {
    let node = expected(call.at(0), "what is created")?;
    let seen = reader.seen(node);
    let (kind, arguments) = expected(object(&seen), "what is created")?;
    let exists = if lenient { " IF NOT EXISTS" } else { "" };
    match kind {
        "table" => create_table(
            reader,
            arguments,
            call.block.as_deref().or(arguments.block.as_deref()),
            exists,
            span,
        ),
        "index" | "unique_index" => create_index(reader, kind, arguments, exists, span),
        "constraint" => {
            let (table, _) = table_of(reader, arguments)?;
            let name = reader.argument(arguments, 1, "a constraint's name")?;
            let valid = match arguments.named("validate") {
                Some(node) if reader.flag(node) == Some(false) => " NOT VALID",
                _ => "",
            };
            let body = match (reader.option(arguments, "check")?, reader.option(arguments, "exclude")?) {
                (Some(check), _) => format!("CHECK ({check})"),
                (None, Some(exclude)) => format!("EXCLUDE USING {exclude}"),
                (None, None) => return Err("a condition".to_owned()),
            };
            one(span, format!("ALTER TABLE {table} ADD CONSTRAINT {} {body}{valid}", quoted(&name)))
        }
        other => Err(format!("what Ecto can create (not `{other}`)")),
    }
}

fn index_name(
    reader: &mut Reader<'_>,
    call: &Call,
    table: &str,
    columns: &[String],
) -> Result<String, String> {
    if let Some(name) = reader.option(call, "name")? {
        return Ok(name);
    }
    let clean = |text: &str| -> String {
        let kept: String = text
            .chars()
            .map(|letter| if letter.is_alphanumeric() || letter == '_' { letter } else { '_' })
            .collect();
        kept.trim_matches('_').to_owned()
    };
    let columns: Vec<String> =
        columns.iter().map(|column| clean(&column.replace("  ", " ").replace(' ', "_"))).collect();
    Ok(format!("{table}_{}_index", columns.join("_")))
}

fn index_columns(reader: &mut Reader<'_>, call: &Call) -> Result<(Vec<String>, Vec<String>), String> {
    let node = expected(call.at(1), "columns")?;
    let seen = reader.seen(node);
    let items: Vec<Node> = match &seen.kind {
        Kind::List(items) => items.clone(),
        Kind::Words(_) => {
            return reader
                .plains(&seen)
                .map(|names| (names.iter().map(|name| quoted(name)).collect(), names))
                .ok_or_else(|| "columns".to_owned());
        }
        _ => vec![(*seen).clone()],
    };
    let (mut sql, mut names) = (Vec::new(), Vec::new());
    for item in &items {
        let item = reader.seen(item);
        match &item.kind {
            // `[desc: :a]`
            Kind::Map(entries) => {
                for (key, value) in entries {
                    let column = expected(reader.plain(value), "a column")?;
                    let order = key.word().unwrap_or_default().replace('_', " ").to_uppercase();
                    let column_sql =
                        if matches!(value.kind, Kind::Text(_)) { column.clone() } else { quoted(&column) };
                    sql.push(format!("{column_sql} {order}"));
                    names.push(column);
                }
            }
            Kind::Text(_) => {
                let expression = expected(reader.plain(&item), "a column")?;
                names.push(expression.clone());
                sql.push(expression);
            }
            _ => {
                let column = expected(reader.plain(&item), "a column")?;
                sql.push(quoted(&column));
                names.push(column);
            }
        }
    }
    Ok((sql, names))
}

fn create_index(reader: &mut Reader<'_>, kind: &str, call: &Call, exists: &str, span: Span) -> Made {
    let (table, plain) = table_of(reader, call)?;
    let (columns, names) = index_columns(reader, call)?;
    let name = index_name(reader, call, &plain, &names)?;
    let unique = if kind == "unique_index" || reader.is_set(call, "unique")? { " UNIQUE" } else { "" };
    let concurrently = if reader.is_set(call, "concurrently")? { " CONCURRENTLY" } else { "" };
    let method = reader.option(call, "using")?.map_or(String::new(), |method| format!(" USING {method}"));
    let include = match call.named("include") {
        Some(node) => {
            let names: Vec<String> =
                expected(reader.plains(node), "columns")?.iter().map(|name| quoted(name)).collect();
            format!(" INCLUDE ({})", names.join(","))
        }
        None => String::new(),
    };
    let nulls = match call.named("nulls_distinct") {
        Some(node) if reader.flag(node) == Some(false) => " NULLS NOT DISTINCT",
        _ => "",
    };
    let filter = reader.option(call, "where")?.map_or(String::new(), |filter| format!(" WHERE {filter}"));
    let only = if reader.is_set(call, "only")? { "ONLY " } else { "" };
    one(
        span,
        format!(
            "CREATE{unique} INDEX{concurrently}{exists} {} ON {only}{table}{method} ({}){include}{nulls}{filter}",
            quoted(&name),
            columns.join(", ")
        ),
    )
}

fn drop(reader: &mut Reader<'_>, call: &Call, lenient: bool, span: Span) -> Made {
    let node = expected(call.at(0), "what is dropped")?;
    let seen = reader.seen(node);
    let (kind, arguments) = expected(object(&seen), "what is dropped")?;
    let exists = if lenient { " IF EXISTS" } else { "" };
    let mode = match call.named("mode").and_then(|node| reader.plain(node)).as_deref() {
        Some("cascade") => " CASCADE",
        Some("restrict") => " RESTRICT",
        _ => "",
    };
    match kind {
        "table" => one(span, format!("DROP TABLE{exists} {}{mode}", table_of(reader, arguments)?.0)),
        "index" | "unique_index" => {
            let (_, plain) = table_of(reader, arguments)?;
            let names = if arguments.count() > 1 { index_columns(reader, arguments)?.1 } else { Vec::new() };
            let name = quoted(&index_name(reader, arguments, &plain, &names)?);
            let full = match reader.option(arguments, "prefix")? {
                Some(prefix) => format!("{}.{name}", quoted(&prefix)),
                None => name,
            };
            let concurrently = if reader.is_set(arguments, "concurrently")? { " CONCURRENTLY" } else { "" };
            one(span, format!("DROP INDEX{concurrently}{exists} {full}{mode}"))
        }
        "constraint" => {
            let (table, _) = table_of(reader, arguments)?;
            let name = reader.argument(arguments, 1, "a constraint's name")?;
            one(span, format!("ALTER TABLE {table} DROP CONSTRAINT{exists} {}{mode}", quoted(&name)))
        }
        other => Err(format!("what Ecto can drop (not `{other}`)")),
    }
}

fn rename(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let node = expected(call.at(0), "what is renamed")?;
    let seen = reader.seen(node);
    let (kind, arguments) = expected(object(&seen), "what is renamed")?;
    let new = expected(call.named("to"), "a new name")?;
    if kind == "index" || kind == "unique_index" {
        let (_, plain) = table_of(reader, arguments)?;
        let names = if arguments.count() > 1 { index_columns(reader, arguments)?.1 } else { Vec::new() };
        let old = index_name(reader, arguments, &plain, &names)?;
        return one(
            span,
            format!(
                "ALTER INDEX {} RENAME TO {}",
                quoted(&old),
                quoted(&expected(reader.plain(new), "a new name")?)
            ),
        );
    }
    let (table, _) = table_of(reader, arguments)?;
    if let Some(column) = call.at(1) {
        let (old, new) =
            (expected(reader.plain(column), "a column")?, expected(reader.plain(new), "a new name")?);
        return one(span, format!("ALTER TABLE {table} RENAME {} TO {}", quoted(&old), quoted(&new)));
    }
    let seen = reader.seen(new);
    let (_, target) = expected(object(&seen), "a new name")?;
    one(span, format!("ALTER TABLE {table} RENAME TO {}", quoted(&table_of(reader, target)?.1)))
}

fn create_table(
    reader: &mut Reader<'_>,
    call: &Call,
    block: Option<&Function>,
    exists: &str,
    span: Span,
) -> Made {
    let (table, plain) = table_of(reader, call)?;
    let mut parts: Vec<(Span, String)> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    let own_key = match call.named("primary_key") {
        None => Some(("id".to_owned(), "bigserial".to_owned())),
        Some(node) => {
            let seen = reader.seen(node);
            match &seen.kind {
                Kind::Bool(false) => None,
                Kind::List(items) => match items.first() {
                    Some(options) => {
                        let name = reader.key_text(options, "name")?.unwrap_or_else(|| "id".to_owned());
                        let kind =
                            reader.key_text(options, "type")?.unwrap_or_else(|| "bigserial".to_owned());
                        Some((name, type_name(&kind, None)))
                    }
                    None => None,
                },
                _ => Some(("id".to_owned(), "bigserial".to_owned())),
            }
        }
    };
    if let Some((name, kind)) = own_key {
        parts.push((span, format!("{} {kind}", quoted(&name))));
        keys.push(name);
    }
    let mut later = Vec::new();
    if let Some(block) = block {
        for (place, change) in changes(reader, &block.body, &plain)? {
            match change {
                Change::Add { name, sql, primary } => {
                    if primary {
                        keys.push(name);
                    }
                    parts.push((place, sql));
                }
                Change::Other(action) => later.push((place, action)),
            }
        }
    }
    if !keys.is_empty() {
        let keys: Vec<String> = keys.iter().map(|name| quoted(name)).collect();
        parts.push((span, format!("PRIMARY KEY ({})", keys.join(", "))));
    }
    let mut sql = Placed::made(&format!("CREATE TABLE{exists} {table} ("), span);
    for (index, (place, part)) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    let options = reader.option(call, "options")?.map_or(String::new(), |options| format!(" {options}"));
    sql.push(&format!("){options}"), span);
    Ok(vec![sql])
}

fn alter(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let node = expected(call.at(0), "a table")?;
    let seen = reader.seen(node);
    let (_, arguments) = expected(object(&seen), "a table")?;
    let (table, plain) = table_of(reader, arguments)?;
    let block = expected(call.block.as_deref().or(arguments.block.as_deref()), "what changes")?;
    let mut actions = Vec::new();
    let mut keys = Vec::new();
    for (place, change) in changes(reader, &block.body, &plain)? {
        match change {
            Change::Add { name, sql, primary } => {
                if primary {
                    keys.push(quoted(&name));
                }
                let sql = sql.strip_prefix("IF NOT EXISTS ").map_or_else(
                    || format!("ADD COLUMN {sql}"),
                    |sql| format!("ADD COLUMN IF NOT EXISTS {sql}"),
                );
                actions.push((place, sql));
            }
            Change::Other(action) => actions.push((place, action)),
        }
    }
    if !keys.is_empty() {
        actions.push((span, format!("ADD PRIMARY KEY ({})", keys.join(", "))));
    }
    if actions.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Placed::made(&format!("ALTER TABLE {table} "), span);
    for (index, (place, action)) in actions.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(action, *place);
    }
    Ok(vec![sql])
}

enum Change {
    Add { name: String, sql: String, primary: bool },
    Other(String),
}

/// The calls of a table's block.
fn changes(
    reader: &mut Reader<'_>,
    steps: &[tree::Step],
    table: &str,
) -> Result<Vec<(Span, Change)>, String> {
    let mut found = Vec::new();
    for step in steps {
        let node = match step {
            tree::Step::Expression(node) => node,
            // `for column <- [:a, :b] do`
            tree::Step::Loop(variables, Some(over), body) => {
                let seen = reader.seen(over);
                let items = match &seen.kind {
                    Kind::List(items) => items.clone(),
                    _ => return Err("columns that are written here".to_owned()),
                };
                for item in items {
                    if !reader.burn(64) {
                        return Err("a file that takes less work to read".to_owned());
                    }
                    let value = reader.settled(&item);
                    reader.open_scope(variables, &[value]);
                    let inner = changes(reader, body, table);
                    reader.close_scope();
                    found.extend(inner?);
                }
                continue;
            }
            tree::Step::Branch(_, branches) => {
                for branch in branches {
                    found.extend(changes(reader, branch, table)?);
                }
                continue;
            }
            _ => return Err("columns that are written here".to_owned()),
        };
        let (name, call) = match &node.kind {
            Kind::Name(name) => (name.as_str(), None),
            Kind::Chain(root, links) => match (&root.kind, links.as_slice()) {
                (Kind::Name(name), [Link::Call(call)]) => (name.as_str(), Some(call)),
                _ => return Err("columns that are written here".to_owned()),
            },
            _ => continue,
        };
        let empty = Call { arguments: Vec::new(), block: None, span: node.span };
        let call = call.unwrap_or(&empty);
        let mut push = |change: Change| found.push((node.span, change));
        match name {
            "add" | "add_if_not_exists" => {
                let column = reader.argument(call, 0, "a column's name")?;
                let sql = column_sql(reader, table, &column, call)?;
                let exists = if name == "add_if_not_exists" { "IF NOT EXISTS " } else { "" };
                let primary = reader.is_set(call, "primary_key")?;
                push(Change::Add {
                    name: column.clone(),
                    sql: format!("{exists}{} {sql}", quoted(&column)),
                    primary,
                });
            }
            "timestamps" => {
                let kind = match call.named("type") {
                    Some(node) => type_name(&expected(reader.plain(node), "a type")?, None),
                    None => "timestamp(0)".to_owned(),
                };
                let null = match call.named("null") {
                    Some(node) if reader.flag(node) == Some(true) => "",
                    _ => " NOT NULL",
                };
                let default = match call.named("default") {
                    Some(node) => format!(" DEFAULT {}", expected(reader.sql_value(node), "a default")?),
                    None => String::new(),
                };
                for (key, usual) in [("inserted_at", "inserted_at"), ("updated_at", "updated_at")] {
                    let column = match call.named(key) {
                        Some(node) if reader.flag(node) == Some(false) => continue,
                        Some(node) => expected(reader.plain(node), "a column")?,
                        None => usual.to_owned(),
                    };
                    push(Change::Add {
                        name: column.clone(),
                        sql: format!("{} {kind}{default}{null}", quoted(&column)),
                        primary: false,
                    });
                }
            }
            "remove" | "remove_if_exists" => {
                let column = reader.argument(call, 0, "a column's name")?;
                let exists = if name == "remove_if_exists" { " IF EXISTS" } else { "" };
                push(Change::Other(format!("DROP COLUMN{exists} {}", quoted(&column))));
            }
            "modify" => {
                let column = reader.argument(call, 0, "a column's name")?;
                let mut actions = Vec::new();
                let kind_node = expected(call.at(1), "a type")?;
                if let Some(from) = call.named("from")
                    && let Some(constraint) = reference_name(reader, table, &column, from)
                {
                    actions.push(format!("DROP CONSTRAINT {}", quoted(&constraint)));
                }
                let seen = reader.seen(kind_node);
                if let Some(("references", reference)) = object(&seen) {
                    let kind = reference_type(reader, reference)?;
                    let (constraint, target) = reference_sql(reader, table, &column, reference)?;
                    actions.push(format!("ALTER COLUMN {} TYPE {kind}", quoted(&column)));
                    actions.push(format!(
                        "ADD CONSTRAINT {} FOREIGN KEY ({}) {target}",
                        quoted(&constraint),
                        quoted(&column)
                    ));
                } else {
                    let kind = column_type(reader, kind_node, call)?;
                    actions.push(format!("ALTER COLUMN {} TYPE {kind}", quoted(&column)));
                }
                if let Some(null) = call.named("null") {
                    let verb =
                        if expected(reader.flag(null), "true or false for `null`")? { "DROP" } else { "SET" };
                    actions.push(format!("ALTER COLUMN {} {verb} NOT NULL", quoted(&column)));
                }
                if let Some(value) = call.named("default") {
                    let value = default(reader, value)?;
                    actions.push(match value {
                        Some(value) => format!("ALTER COLUMN {} SET DEFAULT {value}", quoted(&column)),
                        None => format!("ALTER COLUMN {} DROP DEFAULT", quoted(&column)),
                    });
                }
                push(Change::Other(actions.join(", ")));
            }
            other => {
                return Err(format!("a call in a table's block that Lockkeeper follows (not `{other}`)"));
            }
        }
    }
    Ok(found)
}

fn default(reader: &mut Reader<'_>, node: &Node) -> Result<Option<String>, String> {
    let seen = reader.seen(node);
    match &seen.kind {
        Kind::Null => Ok(None),
        Kind::List(_) => Ok(Some("'{}'".to_owned())),
        _ => expected(reader.sql_value(&seen), "a default that is written here").map(Some),
    }
}

fn column_sql(reader: &mut Reader<'_>, table: &str, column: &str, call: &Call) -> Result<String, String> {
    let kind_node = expected(call.at(1), "a type")?;
    let seen = reader.seen(kind_node);
    let reference = object(&seen).filter(|(name, _)| *name == "references").map(|(_, call)| call);
    let kind = match reference {
        Some(reference) => reference_type(reader, reference)?,
        None => column_type(reader, kind_node, call)?,
    };
    let mut sql = kind;
    if let Some(generated) = reader.option(call, "generated")? {
        sql.push_str(&format!(" GENERATED {generated}"));
    }
    if let Some(value) = call.named("default")
        && let Some(value) = default(reader, value)?
    {
        sql.push_str(&format!(" DEFAULT {value}"));
    }
    if let Some(null) = call.named("null")
        && !expected(reader.flag(null), "true or false for `null`")?
    {
        sql.push_str(" NOT NULL");
    }
    if let Some(reference) = reference {
        let (constraint, target) = reference_sql(reader, table, column, reference)?;
        sql.push_str(&format!(" CONSTRAINT {} {target}", quoted(&constraint)));
    }
    Ok(sql)
}

fn reference_type(reader: &mut Reader<'_>, call: &Call) -> Result<String, String> {
    Ok(match call.named("type") {
        Some(node) => match expected(reader.plain(node), "a type")?.as_str() {
            "bigserial" | "id" => "bigint".to_owned(),
            "serial" => "integer".to_owned(),
            other => type_name(other, None),
        },
        None => "bigint".to_owned(),
    })
}

fn reference_name(reader: &mut Reader<'_>, table: &str, column: &str, node: &Node) -> Option<String> {
    let seen = reader.seen(node);
    // `from: {references(…), null: false}`
    let first = match &seen.kind {
        Kind::List(items) => items.first().cloned()?,
        _ => (*seen).clone(),
    };
    let (kind, call) = object(&first)?;
    if kind != "references" {
        return None;
    }
    Some(reader.option(call, "name").ok().flatten().unwrap_or_else(|| format!("{table}_{column}_fkey")))
}

fn reference_sql(
    reader: &mut Reader<'_>,
    table: &str,
    column: &str,
    call: &Call,
) -> Result<(String, String), String> {
    let target = table_of(reader, call)?.0;
    let other = reader.option(call, "column")?.unwrap_or_else(|| "id".to_owned());
    let name = reader.option(call, "name")?.unwrap_or_else(|| format!("{table}_{column}_fkey"));
    let mut sql = format!("REFERENCES {target}({})", quoted(&other));
    for (key, words) in [("on_delete", "DELETE"), ("on_update", "UPDATE")] {
        let action = match reader.option(call, key).ok().flatten().as_deref() {
            Some("delete_all" | "update_all") => "CASCADE",
            Some("nilify_all") => "SET NULL",
            Some("default_all") => "SET DEFAULT",
            Some("restrict") => "RESTRICT",
            _ => continue,
        };
        sql.push_str(&format!(" ON {words} {action}"));
    }
    if let Some(node) = call.named("validate")
        && reader.flag(node) == Some(false)
    {
        sql.push_str(" NOT VALID");
    }
    Ok((name, sql))
}

fn column_type(reader: &mut Reader<'_>, node: &Node, call: &Call) -> Result<String, String> {
    let seen = reader.seen(node);
    // `{:array, :string}`
    if let Kind::List(items) = &seen.kind {
        let [kind, inner] = items.as_slice() else { return Err("a type".to_owned()) };
        return match kind.word() {
            Some("array") => Ok(format!("{}[]", column_type(reader, inner, call)?)),
            Some("map") => Ok("jsonb".to_owned()),
            _ => Err("a type that Lockkeeper knows".to_owned()),
        };
    }
    let name = expected(reader.plain(&seen), "a type")?;
    let size = match (
        reader.option(call, "size")?,
        reader.option(call, "precision")?,
        reader.option(call, "scale")?,
    ) {
        (Some(size), _, _) => Some(size),
        (None, Some(precision), Some(scale)) => Some(format!("{precision},{scale}")),
        (None, Some(precision), None) => Some(precision),
        _ => None,
    };
    Ok(type_name(&name, size.as_deref()))
}

/// Ecto's types as its `PostgreSQL` connection writes them.
fn type_name(name: &str, size: Option<&str>) -> String {
    let sized = |name: &str| size.map_or(name.to_owned(), |size| format!("{name}({size})"));
    match name {
        "string" => format!("varchar({})", size.unwrap_or("255")),
        "id" => "integer".to_owned(),
        "identity" => "bigint GENERATED BY DEFAULT AS IDENTITY".to_owned(),
        "binary" => "bytea".to_owned(),
        "binary_id" => "uuid".to_owned(),
        "map" => "jsonb".to_owned(),
        "float" => "float8".to_owned(),
        "decimal" | "numeric" => sized("numeric"),
        "utc_datetime" | "naive_datetime" => "timestamp(0)".to_owned(),
        "utc_datetime_usec" | "naive_datetime_usec" => "timestamp".to_owned(),
        "time" => "time(0)".to_owned(),
        "time_usec" => "time".to_owned(),
        "bigserial" | "serial" | "text" | "integer" | "bigint" | "boolean" => name.to_owned(),
        "duration" => "interval".to_owned(),
        other => sized(other),
    }
}
