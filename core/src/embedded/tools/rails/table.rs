//! `create_table` and `change_table` of Rails, and columns.

use super::super::render::{Made, dotted, expected, literal, quoted};
use super::{drop_index, foreign_key, index, index_name, key_name, plural};
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Argument, Call, Kind, Link, Node};
use crate::text::{Placed, Span};

/// What a table's block asks for.
#[derive(Default)]
struct Built {
    /// Inside CREATE TABLE, or after ADD COLUMN.
    columns: Vec<(Span, String)>,
    /// Constraints inside CREATE TABLE, or after ADD.
    constraints: Vec<(Span, String)>,
    /// Statements of their own.
    after: Vec<(Span, String)>,
}

pub(super) fn read(reader: &mut Reader<'_>, method: &str, call: &Call, span: Span) -> Made {
    let table = match method {
        "create_join_table" => super::join_table(reader, call)?,
        _ => reader.argument(call, 0, "a table's name")?,
    };
    let full = dotted(&table);
    let mut built = Built::default();
    if method == "create_join_table" {
        for place in 0..2 {
            let name = reader.argument(call, place, "a table's name")?;
            built.columns.push((
                span,
                format!("{} bigint NOT NULL", quoted(&format!("{}_id", super::singular(&name)))),
            ));
        }
    }
    let creates = method != "change_table";
    if method == "create_table" {
        let by = match call.named("id").map(|node| (*reader.seen(node)).clone()) {
            Some(node) if matches!(node.kind, Kind::Bool(false)) => None,
            Some(node) if matches!(node.kind, Kind::Bool(true)) => Some(String::new()),
            Some(node) if matches!(node.kind, Kind::Map(_)) => {
                Some(expected(reader.key_text(&node, "type")?, "a type")?)
            }
            Some(node) => Some(expected(reader.plain(&node), "a type")?),
            None => Some(String::new()),
        };
        let key = match call.named("primary_key").map(|node| (*reader.seen(node)).clone()) {
            Some(node) if matches!(node.kind, Kind::List(_) | Kind::Words(_)) => {
                let names = expected(reader.plains(&node), "columns")?;
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                built.constraints.push((span, format!("PRIMARY KEY ({})", names.join(", "))));
                None
            }
            Some(node) => Some(expected(reader.plain(&node), "a column's name")?),
            None => Some("id".to_owned()),
        };
        if let (Some(kind), Some(key)) = (by, key) {
            let wide = reader.version >= (5, 1);
            let (kind, default) = match kind.as_str() {
                "" | "primary_key" => (if wide { "bigserial" } else { "serial" }, ""),
                "uuid" => (
                    "uuid",
                    if reader.version.0 >= 5 {
                        " DEFAULT gen_random_uuid()"
                    } else {
                        " DEFAULT uuid_generate_v4()"
                    },
                ),
                "bigint" => ("bigserial", ""),
                "integer" | "serial" => ("serial", ""),
                "string" => ("character varying", ""),
                other => (other, ""),
            };
            built.columns.push((span, format!("{} {kind} NOT NULL{default} PRIMARY KEY", quoted(&key))));
        }
    }
    if let Some(block) = &call.block
        && let Some(builder) = block.parameters.first()
    {
        body(reader, &table, &full, &block.body, builder, creates, &mut built)?;
    }
    let mut texts = Vec::new();
    let join = |sql: &mut Placed, parts: &[(Span, String)], prefix: &str, first: &mut bool| {
        for (place, part) in parts {
            if !std::mem::take(first) {
                sql.push(", ", span);
            }
            sql.push(&format!("{prefix}{part}"), *place);
        }
    };
    let mut first = true;
    if creates {
        if call
            .named("force")
            .is_some_and(|node| !matches!(reader.seen(node).kind, Kind::Bool(false) | Kind::Null))
        {
            let cascade = if reader.option(call, "force").ok().flatten().as_deref() == Some("cascade") {
                " CASCADE"
            } else {
                ""
            };
            texts.push(Placed::made(&format!("DROP TABLE IF EXISTS {full}{cascade}"), span));
        }
        if let Some(query) = reader.option(call, "as")? {
            texts.push(Placed::made(&format!("CREATE TABLE {full} AS {query}"), span));
            return Ok(texts);
        }
        let exists = if reader.is_set(call, "if_not_exists")? { " IF NOT EXISTS" } else { "" };
        let temporary = if reader.is_set(call, "temporary")? { " TEMPORARY" } else { "" };
        let mut sql = Placed::made(&format!("CREATE{temporary} TABLE{exists} {full} ("), span);
        join(&mut sql, &built.columns, "", &mut first);
        join(&mut sql, &built.constraints, "", &mut first);
        let options = reader.option(call, "options")?.map_or(String::new(), |options| format!(" {options}"));
        sql.push(&format!("){options}"), span);
        texts.push(sql);
    } else {
        let bulk = reader.is_set(call, "bulk")?;
        let all: Vec<(Span, String)> = built
            .columns
            .iter()
            .map(|(place, sql)| {
                (*place, if sql.starts_with('"') { format!("ADD COLUMN {sql}") } else { sql.clone() })
            })
            .chain(built.constraints.iter().map(|(place, sql)| (*place, format!("ADD {sql}"))))
            .collect();
        if bulk && !all.is_empty() {
            let mut sql = Placed::made(&format!("ALTER TABLE {full} "), span);
            join(&mut sql, &all, "", &mut first);
            texts.push(sql);
        } else {
            texts.extend(
                all.iter().map(|(place, sql)| Placed::made(&format!("ALTER TABLE {full} {sql}"), *place)),
            );
        }
    }
    texts.extend(built.after.iter().map(|(place, sql)| Placed::made(sql, *place)));
    if let Some(comment) = reader.option(call, "comment").ok().flatten().filter(|_| creates) {
        texts.push(Placed::made(&format!("COMMENT ON TABLE {full} IS {}", literal(&comment)), span));
    }
    Ok(texts)
}

fn body(
    reader: &mut Reader<'_>,
    table: &str,
    full: &str,
    steps: &[tree::Step],
    builder: &str,
    creates: bool,
    built: &mut Built,
) -> Result<(), String> {
    for step in steps {
        match step {
            tree::Step::Expression(node) => one_call(reader, table, full, node, builder, creates, built)?,
            tree::Step::Branch(_, branches) => {
                for branch in branches {
                    body(reader, table, full, branch, builder, creates, built)?;
                }
            }
            tree::Step::Block(inner) => body(reader, table, full, inner, builder, creates, built)?,
            tree::Step::Assign(name, value) => {
                let settled = reader.settled(value);
                reader.bind(name, settled);
            }
            _ => return Err("columns that are written here".to_owned()),
        }
    }
    Ok(())
}

fn one_call(
    reader: &mut Reader<'_>,
    table: &str,
    full: &str,
    node: &Node,
    builder: &str,
    creates: bool,
    built: &mut Built,
) -> Result<(), String> {
    let wanted = || "columns that are written here".to_owned();
    let Kind::Chain(root, links) = &node.kind else { return Ok(()) };
    if root.word() != Some(builder) {
        return Err(wanted());
    }
    let empty = Call { arguments: Vec::new(), block: None, span: node.span };
    let (name, call) = match links.as_slice() {
        [Link::Member(name, _), Link::Call(call)] => (name.as_str(), call),
        [Link::Member(name, _)] => (name.as_str(), &empty),
        _ => return Err(wanted()),
    };
    let span = node.span;
    match name {
        "timestamps" => {
            let columns = timestamps(reader, call)?;
            built.columns.extend(columns.into_iter().map(|(_, sql)| (span, sql)));
        }
        "references" | "belongs_to" => {
            for place in 0..call.count().max(1) {
                if call.at(place).is_some_and(|node| matches!(node.kind, Kind::Map(_))) {
                    break;
                }
                let reference_name = reader.argument(call, place, "a reference")?;
                let parts = reference(reader, table, full, &reference_name, call)?;
                built.columns.extend(parts.columns.into_iter().map(|sql| (span, sql)));
                built.constraints.extend(parts.keys.into_iter().map(|sql| (span, sql)));
                built.after.extend(parts.indexes.into_iter().map(|sql| (span, sql)));
            }
        }
        "index" => built.after.push((span, index(reader, call, table, full, 0)?)),
        "foreign_key" => {
            let target = reader.argument(call, 0, "a table that is referenced")?;
            built.constraints.push((span, foreign_key(reader, call, table, &target)?));
        }
        "check_constraint" => {
            let condition = reader.argument(call, 0, "a condition")?;
            let name = super::check_name(reader, call, table, Some(&condition))?;
            built.constraints.push((span, format!("CONSTRAINT {} CHECK ({condition})", quoted(&name))));
        }
        "remove" => {
            for place in 0..call.count() {
                let Some(node) = call.at(place).filter(|node| !matches!(node.kind, Kind::Map(_))) else {
                    break;
                };
                // `t.remove :a, :b, type: :string`
                let name = expected(reader.plain(node), "a column's name")?;
                built.columns.push((span, format!("DROP COLUMN {}", quoted(&name))));
            }
        }
        "remove_references" | "remove_belongs_to" => {
            let name = reader.argument(call, 0, "a reference")?;
            built.columns.push((span, format!("DROP COLUMN {}", quoted(&format!("{name}_id")))));
        }
        "remove_timestamps" => {
            built.columns.push((span, "DROP COLUMN \"updated_at\", DROP COLUMN \"created_at\"".to_owned()));
        }
        "rename" => {
            let (old, new) =
                (reader.argument(call, 0, "a column's name")?, reader.argument(call, 1, "a new name")?);
            built.after.push((
                span,
                format!("ALTER TABLE {full} RENAME COLUMN {} TO {}", quoted(&old), quoted(&new)),
            ));
        }
        "remove_index" => built.after.push((span, drop_index(reader, call, table, 0)?)),
        "change" => {
            let (column, kind) =
                (reader.argument(call, 0, "a column's name")?, reader.argument(call, 1, "a type")?);
            built.columns.push((span, change(reader, &column, &kind, call)?));
        }
        "change_default" => {
            let column = quoted(&reader.argument(call, 0, "a column's name")?);
            let value = match call.named("to") {
                Some(node) => Some(node),
                None => call.at(1),
            };
            let value = reader.seen(expected(value, "a default")?);
            let action = match value.kind {
                Kind::Null => "DROP DEFAULT".to_owned(),
                _ => format!(
                    "SET DEFAULT {}",
                    expected(default(reader, &value), "a default that is written here")?
                ),
            };
            built.columns.push((span, format!("ALTER COLUMN {column} {action}")));
        }
        "change_null" => {
            let column = quoted(&reader.argument(call, 0, "a column's name")?);
            let null = expected(call.at(1).and_then(|node| reader.flag(node)), "true or false")?;
            built.columns.push((
                span,
                format!("ALTER COLUMN {column} {} NOT NULL", if null { "DROP" } else { "SET" }),
            ));
        }
        "remove_foreign_key" => {
            let name = super::foreign_key_name(reader, &shifted(call), table)?;
            built.columns.push((span, format!("DROP CONSTRAINT {}", quoted(&name))));
        }
        "remove_check_constraint" => {
            let name = expected(reader.option(call, "name")?, "a constraint's name")?;
            built.columns.push((span, format!("DROP CONSTRAINT {}", quoted(&name))));
        }
        "unique_constraint" | "unique_key" => {
            let columns = reader.arguments_of(call, 0, "columns")?;
            let name =
                reader.option(call, "name")?.unwrap_or_else(|| format!("uniq_{table}_{}", columns.join("_")));
            let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            built
                .constraints
                .push((span, format!("CONSTRAINT {} UNIQUE ({})", quoted(&name), columns.join(", "))));
        }
        "column" => {
            let (column_name, kind) =
                (reader.argument(call, 0, "a column's name")?, reader.argument(call, 1, "a type")?);
            add(reader, table, full, &column_name, &kind, call, span, built)?;
        }
        "exclusion_constraint" => return Err("a constraint in SQL".to_owned()),
        kind => {
            let known = type_of(reader, kind, call).is_some();
            if !known {
                return Err(format!("a type that Lockkeeper knows (not `{kind}`)"));
            }
            for place in 0..call.count() {
                let Some(node) = call.at(place).filter(|node| !matches!(node.kind, Kind::Map(_))) else {
                    break;
                };
                let name = expected(reader.plain(node), "a column's name")?;
                add(reader, table, full, &name, kind, call, span, built)?;
            }
        }
    }
    let _ = creates;
    Ok(())
}

/// The same call with the table before its arguments.
fn shifted(call: &Call) -> Call {
    let mut arguments = vec![Argument { name: None, value: Node::opaque(call.span) }];
    arguments.extend(call.arguments.iter().cloned());
    Call { arguments, block: None, span: call.span }
}

#[allow(clippy::too_many_arguments, reason = "a column with all that is known of it")]
fn add(
    reader: &mut Reader<'_>,
    table: &str,
    full: &str,
    name: &str,
    kind: &str,
    call: &Call,
    span: Span,
    built: &mut Built,
) -> Result<(), String> {
    built.columns.push((span, column(reader, name, kind, call)?));
    if let Some(node) = call.named("index") {
        let seen = reader.seen(node);
        let own = match &seen.kind {
            Kind::Bool(false) | Kind::Null => None,
            Kind::Map(_) => Some(own_index(reader, &seen, table, full, &[name.to_owned()])?),
            _ => Some(format!(
                "CREATE INDEX {} ON {full} ({})",
                quoted(&index_name(table, &[name.to_owned()])),
                quoted(name)
            )),
        };
        built.after.extend(own.map(|sql| (span, sql)));
    }
    if let Some(comment) = reader.option(call, "comment").ok().flatten() {
        built
            .after
            .push((span, format!("COMMENT ON COLUMN {full}.{} IS {}", quoted(name), literal(&comment))));
    }
    Ok(())
}

/// The index of `index: { unique: true, … }`.
fn own_index(
    reader: &mut Reader<'_>,
    options: &Node,
    table: &str,
    full: &str,
    columns: &[String],
) -> Result<String, String> {
    let items: Vec<Node> =
        columns.iter().map(|name| Node { kind: Kind::Symbol(name.clone()), span: options.span }).collect();
    let list = Argument { name: None, value: Node { kind: Kind::List(items), span: options.span } };
    let options = Argument { name: None, value: options.clone() };
    let call = Call { span: options.value.span, arguments: vec![list, options], block: None };
    index(reader, &call, table, full, 0)
}

/// What `t.references` asks for.
pub(super) struct Parts {
    pub(super) columns: Vec<String>,
    pub(super) indexes: Vec<String>,
    pub(super) keys: Vec<String>,
}

pub(super) fn reference(
    reader: &mut Reader<'_>,
    table: &str,
    full: &str,
    name: &str,
    call: &Call,
) -> Result<Parts, String> {
    let mut parts = Parts { columns: Vec::new(), indexes: Vec::new(), keys: Vec::new() };
    let wide = reader.version >= (5, 1);
    let kind =
        reader.option(call, "type")?.unwrap_or_else(|| if wide { "bigint" } else { "integer" }.to_owned());
    let column_name = format!("{name}_id");
    let polymorphic =
        call.named("polymorphic").is_some_and(|node| !matches!(reader.seen(node).kind, Kind::Bool(false)));
    let mut names = vec![column_name.clone()];
    if polymorphic {
        let null = if call.named("null").is_some_and(|node| reader.flag(node) == Some(false)) {
            " NOT NULL"
        } else {
            ""
        };
        parts.columns.push(format!("{} character varying{null}", quoted(&format!("{name}_type"))));
        names.insert(0, format!("{name}_type"));
    }
    parts.columns.push(column(reader, &column_name, &kind, call)?);
    let indexed = match call.named("index").map(|node| (*reader.seen(node)).clone()) {
        None => reader.version.0 >= 5,
        Some(node) if matches!(node.kind, Kind::Map(_)) => {
            let mut sql = own_index(reader, &node, table, full, &names)?;
            if polymorphic && node.get("name").is_none() {
                sql = sql.replacen(
                    &quoted(&index_name(table, &names)),
                    &quoted(&format!("index_{table}_on_{name}")),
                    1,
                );
            }
            parts.indexes.push(sql);
            false
        }
        Some(node) => expected(reader.flag(&node), "true or false for `index`")?,
    };
    if indexed {
        let index = if polymorphic { format!("index_{table}_on_{name}") } else { index_name(table, &names) };
        let columns: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        parts.indexes.push(format!("CREATE INDEX {} ON {full} ({})", quoted(&index), columns.join(", ")));
    }
    if let Some(node) = call.named("foreign_key") {
        let seen = reader.seen(node);
        match &seen.kind {
            Kind::Bool(false) | Kind::Null => {}
            Kind::Map(_) => {
                let target = reader.key_text(&seen, "to_table")?.unwrap_or_else(|| plural(name));
                let mut arguments = vec![Argument {
                    name: Some("column".to_owned()),
                    value: Node { kind: Kind::Symbol(column_name.clone()), span: seen.span },
                }];
                if let Kind::Map(entries) = &seen.kind {
                    arguments.extend(entries.iter().filter(|(key, _)| key.word() != Some("to_table")).map(
                        |(key, value)| Argument { name: key.word().map(str::to_owned), value: value.clone() },
                    ));
                }
                let inner = Call { arguments, block: None, span: seen.span };
                parts.keys.push(foreign_key(reader, &inner, table, &target)?);
            }
            _ => {
                let key = key_name(table, &column_name);
                parts.keys.push(format!(
                    "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} (\"id\")",
                    quoted(&key),
                    quoted(&column_name),
                    quoted(&plural(name))
                ));
            }
        }
    }
    Ok(parts)
}

pub(super) fn timestamps(reader: &mut Reader<'_>, call: &Call) -> Result<Vec<(String, String)>, String> {
    let null = match call.named("null") {
        Some(node) => expected(reader.flag(node), "true or false for `null`")?,
        None => reader.version.0 < 5,
    };
    let default = match call.named("default") {
        Some(node) => {
            let seen = reader.seen(node);
            match seen.kind {
                Kind::Null => String::new(),
                _ => format!(
                    " DEFAULT {}",
                    expected(default(reader, &seen), "a default that is written here")?
                ),
            }
        }
        None => String::new(),
    };
    let kind = expected(type_of(reader, "datetime", call), "a type")?;
    let null = if null { "" } else { " NOT NULL" };
    Ok(["created_at", "updated_at"]
        .iter()
        .map(|name| ((*name).to_owned(), format!("{} {kind}{default}{null}", quoted(name))))
        .collect())
}

/// A default: a lambda holds SQL.
pub(super) fn default(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let seen = reader.seen(node);
    match &seen.kind {
        Kind::Function(function) => function.body.iter().rev().find_map(|step| match step {
            tree::Step::Expression(value) | tree::Step::Return(Some(value)) => reader.plain(value),
            _ => None,
        }),
        Kind::List(items) if items.is_empty() => Some("'{}'".to_owned()),
        Kind::List(_) => {
            let texts = reader.plains(&seen)?;
            Some(literal(&format!("{{{}}}", texts.join(","))))
        }
        Kind::Map(_) => Some("'{}'".to_owned()),
        Kind::Words(_) => Some("'{}'".to_owned()),
        _ => reader.sql_value(&seen),
    }
}

pub(super) fn column(reader: &mut Reader<'_>, name: &str, kind: &str, call: &Call) -> Result<String, String> {
    let mut sql =
        format!("{} {}", quoted(name), type_of(reader, kind, call).unwrap_or_else(|| kind.to_owned()));
    if reader.is_set(call, "array")? {
        sql.push_str("[]");
    }
    if let Some(collation) = reader.option(call, "collation")? {
        sql.push_str(&format!(" COLLATE {}", quoted(&collation)));
    }
    if let Some(expression) = reader.option(call, "as")? {
        sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) STORED"));
    }
    if let Some(node) = call.named("default") {
        let seen = reader.seen(node);
        if !matches!(seen.kind, Kind::Null) {
            sql.push_str(&format!(
                " DEFAULT {}",
                expected(default(reader, &seen), "a default that is written here")?
            ));
        }
    }
    if let Some(node) = call.named("null")
        && !expected(reader.flag(node), "true or false for `null`")?
    {
        sql.push_str(" NOT NULL");
    }
    if reader.is_set(call, "primary_key")? {
        sql.push_str(" PRIMARY KEY");
    }
    Ok(sql)
}

/// `ALTER COLUMN "a" TYPE …` with what else changes.
pub(super) fn change(reader: &mut Reader<'_>, name: &str, kind: &str, call: &Call) -> Result<String, String> {
    let column = quoted(name);
    let array = if reader.is_set(call, "array")? { "[]" } else { "" };
    let mut sql = format!(
        "ALTER COLUMN {column} TYPE {}{array}",
        type_of(reader, kind, call).unwrap_or_else(|| kind.to_owned())
    );
    if let Some(using) = reader.option(call, "using")? {
        sql.push_str(&format!(" USING {using}"));
    } else if let Some(cast) = reader.option(call, "cast_as")? {
        sql.push_str(&format!(" USING CAST({column} AS {cast})"));
    }
    if let Some(node) = call.named("default") {
        let seen = reader.seen(node);
        if let Kind::Null = seen.kind {
            sql.push_str(&format!(", ALTER COLUMN {column} DROP DEFAULT"));
        } else {
            let value = expected(default(reader, &seen), "a default that is written here")?;
            sql.push_str(&format!(", ALTER COLUMN {column} SET DEFAULT {value}"));
        }
    }
    if let Some(node) = call.named("null") {
        let verb = if expected(reader.flag(node), "true or false for `null`")? { "DROP" } else { "SET" };
        sql.push_str(&format!(", ALTER COLUMN {column} {verb} NOT NULL"));
    }
    Ok(sql)
}

/// Rails' types as its adapter writes them. None where the name is no type.
fn type_of(reader: &mut Reader<'_>, kind: &str, call: &Call) -> Option<String> {
    let number = |reader: &mut Reader<'_>, key: &str| reader.option(call, key).ok().flatten();
    Some(match kind {
        "string" => number(reader, "limit")
            .map_or("character varying".to_owned(), |limit| format!("character varying({limit})")),
        "text" | "boolean" | "date" | "json" | "jsonb" | "uuid" | "inet" | "cidr" | "macaddr" | "citext"
        | "hstore" | "xml" | "tsvector" | "point" | "ltree" | "money" | "oid" | "bigserial" | "serial"
        | "daterange" | "numrange" | "tsrange" | "tstzrange" | "int4range" | "int8range" | "line"
        | "lseg" | "box" | "path" | "polygon" | "circle" | "geometry" | "geography" | "vector" => {
            match (kind, number(reader, "limit")) {
                ("vector", Some(limit)) => format!("vector({limit})"),
                _ => kind.to_owned(),
            }
        }
        "integer" => match number(reader, "limit").as_deref() {
            Some("1" | "2") => "smallint",
            Some("5" | "6" | "7" | "8") => "bigint",
            _ => "integer",
        }
        .to_owned(),
        "bigint" => "bigint".to_owned(),
        "smallint" => "smallint".to_owned(),
        "float" => "double precision".to_owned(),
        "decimal" | "numeric" => match (number(reader, "precision"), number(reader, "scale")) {
            (Some(precision), Some(scale)) => format!("decimal({precision},{scale})"),
            (Some(precision), None) => format!("decimal({precision})"),
            _ => "decimal".to_owned(),
        },
        "datetime" | "timestamp" => {
            let usual = if reader.version.0 >= 7 { Some("6".to_owned()) } else { None };
            let precision = match call.named("precision") {
                Some(node) if matches!(reader.seen(node).kind, Kind::Null) => None,
                Some(_) => number(reader, "precision"),
                None => usual,
            };
            precision.map_or("timestamp".to_owned(), |precision| format!("timestamp({precision})"))
        }
        "timestamptz" => number(reader, "precision")
            .map_or("timestamptz".to_owned(), |precision| format!("timestamptz({precision})")),
        "time" => "time".to_owned(),
        "interval" => "interval".to_owned(),
        "binary" | "blob" => "bytea".to_owned(),
        "bit" | "bit_varying" => number(reader, "limit")
            .map_or("bit".to_owned(), |limit| format!("{}({limit})", kind.replace('_', " "))),
        "enum" => reader
            .option(call, "enum_type")
            .ok()
            .flatten()
            .map_or("${enum_type}".to_owned(), |name| dotted(&name)),
        "virtual" => number(reader, "type")
            .map(|kind| if kind == "string" { "character varying".to_owned() } else { kind })?,
        "primary_key" => "bigserial primary key".to_owned(),
        _ => return None,
    })
}
