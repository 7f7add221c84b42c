//! Sequelize: the query interface as its `PostgreSQL` dialect renders it (6.37), and `sequelize.query`.

use super::render::{Made, Step, dotted, expected, list, literal, name_end, one, quoted, steps};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::sent::{Item, Sql};
use crate::embedded::tree::{self, Call, Kind, Link, Node};
use crate::text::{Placed, Span};

/// Sequelize.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("sequelize", enter, claim);

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    reader.handles = vec!["queryInterface".to_owned()];
    entry::up_and_down(reader, steps)
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    let direct = matches!(&root.kind, Kind::Name(name) if name == "sequelize");
    // `{ context: queryInterface }` of Umzug.
    let context = matches!(&root.kind, Kind::Name(name) if name == "context");
    if !reader.is_handle(root) && !direct && !context {
        return false;
    }
    let Some(mut steps) = steps(links, span) else { return false };
    if steps.first().is_some_and(|step| step.name == "context" && step.call.is_none()) {
        steps.remove(0);
    }
    let through = steps.first().is_some_and(|step| step.name == "sequelize" && step.call.is_none());
    if through {
        steps.remove(0);
    }
    let Some(Step { name, call: Some(call), .. }) = steps.first() else { return true };
    if through || direct {
        if *name == "query" {
            let made = query(reader, call).map(|text| vec![text]);
            reader.answer(span, made);
            return true;
        }
        if *name == "transaction"
            && call.arguments.iter().any(|it| matches!(it.value.kind, Kind::Function(_)))
        {
            reader.items.push(Item { span, sql: Sql::Enter });
            reader.arguments(call);
            reader.items.push(Item { span, sql: Sql::Leave });
        }
        return true;
    }
    let made = render(reader, name, call, span);
    reader.answer(span, made);
    true
}

/// The text of `query`, with replacements as parameters.
fn query(reader: &mut Reader<'_>, call: &Call) -> Result<Placed, String> {
    let text = expected(call.at(0).and_then(|node| reader.text_with_holes(node)), "SQL in a string")?;
    let Some(options) = call.at(1) else { return Ok(text) };
    let seen = reader.seen(options);
    if seen.get("replacements").is_none() && seen.get("bind").is_none() {
        return Ok(text);
    }
    let mut filled = Placed::default();
    let bytes = text.text.as_bytes();
    let (mut from, mut at, mut number) = (0, 0, 0);
    while let Some(byte) = bytes.get(at).copied() {
        let end = name_end(bytes, at + 1);
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
        let named = byte == b':' && end > at + 1 && before != b':' && !before.is_ascii_alphanumeric();
        let bound = byte == b'$' && end > at + 1 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        if named || bound || byte == b'?' {
            number += 1;
            let end = if byte == b'?' { at + 1 } else { end };
            filled.append(&text.part(from, at));
            filled.push(&format!("${number}"), text.part(at, end).span());
            from = end;
            at = end;
        } else {
            at += 1;
        }
    }
    filled.append(&text.part(from, text.text.len()));
    Ok(filled)
}

/// `'users'`, `{ tableName, schema }`
fn table_of(reader: &mut Reader<'_>, call: &Call, place: usize) -> Result<(String, String), String> {
    let node = expected(call.at(place), "a table's name")?;
    let seen = reader.seen(node);
    if let Kind::Map(_) = seen.kind {
        let name = expected(reader.key_text(&seen, "tableName")?, "a table's name")?;
        let full = match reader.key_text(&seen, "schema")? {
            Some(schema) => format!("{}.{}", quoted(&schema), quoted(&name)),
            None => quoted(&name),
        };
        return Ok((name, full));
    }
    let name = expected(reader.plain(&seen), "a table's name")?;
    let full = dotted(&name);
    Ok((name, full))
}

/// Some calls name the schema that is usual.
fn with_schema(table: &str) -> String {
    if table.contains("\".\"") { table.to_owned() } else { format!("\"public\".{table}") }
}

fn render(reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> Made {
    match name {
        "createTable" => create_table(reader, call, span),
        "dropTable" => one(span, format!("DROP TABLE IF EXISTS {}", table_of(reader, call, 0)?.1)),
        "renameTable" => {
            let new = reader.argument(call, 1, "a new name")?;
            one(span, format!("ALTER TABLE {} RENAME TO {}", table_of(reader, call, 0)?.1, quoted(&new)))
        }
        "addColumn" => {
            let (table, full) = table_of(reader, call, 0)?;
            let column = reader.argument(call, 1, "a column's name")?;
            let attributes = expected(call.at(2), "attributes")?;
            let attribute = attribute(reader, &table, &column, attributes)?;
            let full = with_schema(&full);
            let exists = if call.at(3).and_then(|node| reader.key(node, "ifNotExists")).is_some() {
                " IF NOT EXISTS"
            } else {
                ""
            };
            // All of it is one string.
            let mut parts = attribute.before.clone();
            parts.push(format!("ALTER TABLE {full} ADD COLUMN{exists} {} {}", quoted(&column), attribute.whole()));
            parts.extend(attribute.comment(&full, &column));
            one(span, parts.join("; "))
        }
        "removeColumn" | "dropColumn" => {
            let column = reader.argument(call, 1, "a column's name")?;
            let full = with_schema(&table_of(reader, call, 0)?.1);
            one(span, format!("ALTER TABLE {full} DROP COLUMN {}", quoted(&column)))
        }
        "changeColumn" => change_column(reader, call, span),
        "renameColumn" => {
            let (old, new) =
                (reader.argument(call, 1, "a column's name")?, reader.argument(call, 2, "a new name")?);
            one(
                span,
                format!(
                    "ALTER TABLE {} RENAME COLUMN {} TO {}",
                    table_of(reader, call, 0)?.1,
                    quoted(&old),
                    quoted(&new)
                ),
            )
        }
        "addIndex" => add_index(reader, call, span),
        "removeIndex" => {
            let (table, _) = table_of(reader, call, 0)?;
            let node = expected(call.at(1), "an index's name")?;
            let seen = reader.seen(node);
            let name = match &seen.kind {
                Kind::List(_) => format!(
                    "{table}_{}",
                    expected(reader.plains(&seen), "columns")?
                        .iter()
                        .map(|it| underscored(it))
                        .collect::<Vec<_>>()
                        .join("_")
                ),
                Kind::Map(_) => expected(reader.key_text(&seen, "name")?, "an index's name")?,
                _ => expected(reader.plain(&seen), "an index's name")?,
            };
            let concurrently = if reader.is_set(call, "concurrently")? { " CONCURRENTLY" } else { "" };
            one(span, format!("DROP INDEX{concurrently} IF EXISTS {}", dotted(&name)))
        }
        "addConstraint" => add_constraint(reader, call, span),
        "removeConstraint" => {
            let name = reader.argument(call, 1, "a constraint's name")?;
            one(
                span,
                format!("ALTER TABLE {} DROP CONSTRAINT {}", table_of(reader, call, 0)?.1, quoted(&name)),
            )
        }
        "createSchema" => {
            one(span, format!("CREATE SCHEMA {}", quoted(&reader.argument(call, 0, "a schema")?)))
        }
        "dropSchema" => one(span, format!("DROP SCHEMA {}", quoted(&reader.argument(call, 0, "a schema")?))),
        "dropEnum" => {
            one(span, format!("DROP TYPE IF EXISTS {}", quoted(&reader.argument(call, 0, "a type")?)))
        }
        "bulkInsert" | "insert" => {
            let place = usize::from(name == "insert");
            let columns = first_keys(reader, call.at(place + 1));
            let (_, full) = table_of(reader, call, place)?;
            if columns.is_empty() {
                return one(span, format!("INSERT INTO {full} VALUES ($1)"));
            }
            let values: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
            one(span, format!("INSERT INTO {full} ({}) VALUES ({})", list(&columns), values.join(", ")))
        }
        "bulkUpdate" => {
            let columns = first_keys(reader, call.at(1));
            let (_, full) = table_of(reader, call, 0)?;
            let sets: Vec<String> = columns
                .iter()
                .zip(1..)
                .map(|(name, number)| format!("{} = ${number}", quoted(name)))
                .collect();
            let filter = if first_keys(reader, call.at(2)).is_empty() { "" } else { " WHERE $9" };
            if sets.is_empty() {
                return Err("columns that are written here".to_owned());
            }
            one(span, format!("UPDATE {full} SET {}{filter}", sets.join(", ")))
        }
        "bulkDelete" | "delete" => {
            let place = usize::from(name == "delete");
            let all = match call.at(place + 1).map(|node| reader.seen(node).kind.clone()) {
                None | Some(Kind::Null) => true,
                Some(Kind::Map(entries)) => entries.is_empty(),
                Some(_) => false,
            };
            one(
                span,
                format!(
                    "DELETE FROM {}{}",
                    table_of(reader, call, place)?.1,
                    if all { "" } else { " WHERE $1" }
                ),
            )
        }
        "describeTable"
        | "showAllTables"
        | "tableExists"
        | "showIndex"
        | "showConstraint"
        | "select"
        | "rawSelect"
        | "getForeignKeysForTables"
        | "getForeignKeyReferencesForTable"
        | "quoteIdentifier"
        | "quoteTable"
        | "nameIndexes"
        | "showAllSchemas" => Ok(Vec::new()),
        "createFunction" => Err("a function in SQL".to_owned()),
        _ => Err(format!("a call of Sequelize that Lockkeeper follows (not `{name}`)")),
    }
}

fn first_keys(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let seen = reader.seen(node);
    let first = match &seen.kind {
        Kind::List(items) => items.first().cloned(),
        _ => Some((*seen).clone()),
    };
    match first.map(|node| node.kind) {
        Some(Kind::Map(entries)) => entries.iter().filter_map(|(key, _)| reader.key_name(key)).collect(),
        _ => Vec::new(),
    }
}

/// An attribute of a table.
#[derive(Default)]
struct Attribute {
    /// Types that are made before.
    before: Vec<String>,
    kind: String,
    not_null: bool,
    default: Option<String>,
    unique: bool,
    primary: bool,
    references: String,
    comment: Option<String>,
    is_enum: bool,
}

impl Attribute {
    fn whole(&self) -> String {
        let mut sql = self.kind.clone();
        // What is SERIAL is NOT NULL by itself.
        if self.not_null && !self.kind.ends_with("SERIAL") {
            sql.push_str(" NOT NULL");
        }
        if let Some(default) = &self.default {
            sql.push_str(&format!(" DEFAULT {default}"));
        }
        if self.unique {
            sql.push_str(" UNIQUE");
        }
        if self.primary {
            sql.push_str(" PRIMARY KEY");
        }
        sql + &self.references
    }

    fn comment(&self, table: &str, column: &str) -> Option<String> {
        self.comment
            .as_ref()
            .map(|comment| format!("COMMENT ON COLUMN {table}.{} IS {}", quoted(column), literal(comment)))
    }
}

fn attribute(reader: &mut Reader<'_>, table: &str, column: &str, node: &Node) -> Result<Attribute, String> {
    let seen = reader.seen(node);
    let mut attribute = Attribute::default();
    let Kind::Map(_) = seen.kind else {
        type_of(reader, table, column, &seen, &mut attribute)?;
        return Ok(attribute);
    };
    let kind = expected(reader.key(&seen, "type"), "a type")?;
    type_of(reader, table, column, &kind, &mut attribute)?;
    if reader.key_flag(&seen, "autoIncrement")? == Some(true) {
        let serial = if attribute.kind == "BIGINT" { "BIGSERIAL" } else { "SERIAL" };
        serial.clone_into(&mut attribute.kind);
    }
    attribute.not_null = reader.key_flag(&seen, "allowNull")? == Some(false);
    attribute.primary = reader.key_flag(&seen, "primaryKey")? == Some(true);
    if let Some(unique) = reader.key(&seen, "unique") {
        attribute.unique = !matches!(unique.kind, Kind::Bool(false));
    }
    if let Some(value) = seen.get("defaultValue") {
        let value = reader.seen(value);
        attribute.default = match &value.kind {
            // An undefined default is none; null is one.
            Kind::Null => None,
            _ => default(reader, &value)?,
        };
    }
    if let Some(target) = reader.key(&seen, "references") {
        let (table, key) = match &target.kind {
            Kind::Map(_) => {
                let model = expected(reader.key(&target, "model"), "a table that is referenced")?;
                let table = match &model.kind {
                    Kind::Map(_) => expected(reader.key_text(&model, "tableName")?, "a table")?,
                    _ => expected(reader.plain(&model), "a table that is referenced")?,
                };
                (table, reader.key_text(&target, "key")?.unwrap_or_else(|| "id".to_owned()))
            }
            _ => (
                expected(reader.plain(&target), "a table that is referenced")?,
                reader.key_text(&seen, "referencesKey")?.unwrap_or_else(|| "id".to_owned()),
            ),
        };
        attribute.references = format!(" REFERENCES {} ({})", dotted(&table), quoted(&key));
        for (name, words) in [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE")] {
            if let Some(action) = reader.key_text(&seen, name)? {
                attribute.references.push_str(&format!(" {words} {}", action.to_uppercase()));
            }
        }
    }
    attribute.comment = reader.key_text(&seen, "comment").ok().flatten();
    Ok(attribute)
}

fn default(reader: &mut Reader<'_>, node: &Node) -> Result<Option<String>, String> {
    if let Some(raw) = reader.raw_expression(node) {
        return Ok(Some(raw));
    }
    match &node.kind {
        // `Sequelize.NOW`, `Sequelize.UUIDV4`: the latter is no default of the column.
        Kind::Chain(_, links) => match links.last() {
            Some(Link::Member(name, _)) if name == "NOW" => Ok(Some("CURRENT_TIMESTAMP".to_owned())),
            Some(Link::Member(name, _)) if name.starts_with("UUIDV") => Ok(None),
            _ => Err("a default that is written here".to_owned()),
        },
        Kind::List(items) if items.is_empty() => Ok(Some("ARRAY[]::text[]".to_owned())),
        Kind::List(_) => Ok(Some("'{}'".to_owned())),
        Kind::Map(_) => Ok(Some("'{}'".to_owned())),
        _ => expected(reader.constant(node), "a default that is written here").map(Some),
    }
}

/// `Sequelize.STRING(40)`, `DataTypes.ARRAY(DataTypes.UUID)`, `'VARCHAR(40)'`
fn type_of(
    reader: &mut Reader<'_>,
    table: &str,
    column: &str,
    node: &Node,
    into: &mut Attribute,
) -> Result<(), String> {
    let wanted = "a type that Lockkeeper knows";
    let seen = reader.seen(node);
    let (name, call) = match &seen.kind {
        Kind::Chain(_, links) => {
            // `Sequelize.INTEGER.UNSIGNED`, `Sequelize.STRING(40).BINARY`
            let mut name = None;
            let mut call = None;
            for link in links {
                match link {
                    Link::Member(member, _)
                        if !matches!(
                            member.as_str(),
                            "DataTypes" | "Sequelize" | "default" | "BINARY" | "UNSIGNED" | "ZEROFILL"
                        ) =>
                    {
                        name = Some(member.clone());
                    }
                    Link::Call(arguments) => call = Some(arguments),
                    _ => {}
                }
            }
            let name = name.or_else(|| seen.word().map(str::to_owned));
            (
                expected(
                    name.or_else(|| match &seen.kind {
                        Kind::Chain(root, _) => root.word().map(str::to_owned),
                        _ => None,
                    }),
                    wanted,
                )?,
                call,
            )
        }
        Kind::Name(name) => (name.clone(), None),
        _ => {
            into.kind = expected(reader.plain(&seen), wanted)?;
            return Ok(());
        }
    };
    let number = |reader: &mut Reader<'_>, place: usize| {
        call.and_then(|call| call.at(place)).and_then(|node| reader.plain(node))
    };
    into.kind = match name.as_str() {
        "STRING" => format!("VARCHAR({})", number(reader, 0).unwrap_or_else(|| "255".to_owned())),
        "CHAR" => format!("CHAR({})", number(reader, 0).unwrap_or_else(|| "255".to_owned())),
        "TEXT" => "TEXT".to_owned(),
        "CITEXT" => "CITEXT".to_owned(),
        "INTEGER" => "INTEGER".to_owned(),
        "BIGINT" => "BIGINT".to_owned(),
        "SMALLINT" | "TINYINT" => "SMALLINT".to_owned(),
        "MEDIUMINT" => "INTEGER".to_owned(),
        "FLOAT" => "FLOAT".to_owned(),
        "REAL" => "REAL".to_owned(),
        "DOUBLE" => "DOUBLE PRECISION".to_owned(),
        "DECIMAL" | "NUMERIC" | "NUMBER" => match (number(reader, 0), number(reader, 1)) {
            (Some(precision), Some(scale)) => format!("DECIMAL({precision},{scale})"),
            (Some(precision), None) => format!("DECIMAL({precision})"),
            _ => "DECIMAL".to_owned(),
        },
        "BOOLEAN" => "BOOLEAN".to_owned(),
        "DATE" => "TIMESTAMP WITH TIME ZONE".to_owned(),
        "DATEONLY" => "DATE".to_owned(),
        "TIME" => "TIME".to_owned(),
        "UUID" => "UUID".to_owned(),
        "JSON" => "JSON".to_owned(),
        "JSONB" => "JSONB".to_owned(),
        "BLOB" => "BYTEA".to_owned(),
        "TSVECTOR" | "INET" | "CIDR" | "MACADDR" | "HSTORE" | "GEOMETRY" | "GEOGRAPHY" => name.clone(),
        "ARRAY" => {
            let inner = expected(call.and_then(|call| call.at(0)), wanted)?;
            type_of(reader, table, column, inner, into)?;
            format!("{}[]", into.kind)
        }
        "ENUM" => {
            let mut values = Vec::new();
            for argument in call.map(|call| call.arguments.as_slice()).unwrap_or_default() {
                match &argument.value.kind {
                    Kind::Map(_) => {
                        values.extend(reader.key_texts(&argument.value, "values")?.unwrap_or_default());
                    }
                    Kind::Spread(inner) => values.extend(expected(reader.plains(inner), "values")?),
                    _ => values.extend(expected(reader.plains(&argument.value), "values")?),
                }
            }
            let name = format!("\"public\".{}", quoted(&format!("enum_{table}_{column}")));
            let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
            let create = format!("CREATE TYPE {name} AS ENUM({})", values.join(", "));
            into.before.push(format!(
                "DO {}",
                literal(&format!("BEGIN {create}; EXCEPTION WHEN duplicate_object THEN null; END"))
            ));
            into.is_enum = true;
            name
        }
        "VIRTUAL" => return Err("a column that the table has".to_owned()),
        _ => return Err(wanted.to_owned()),
    };
    Ok(())
}

fn create_table(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let (table, full) = table_of(reader, call, 0)?;
    let attributes = expected(call.at(1), "attributes")?;
    let seen = reader.seen(attributes);
    let Kind::Map(entries) = &seen.kind else { return Err("attributes that are written here".to_owned()) };
    let mut texts = Vec::new();
    let mut parts: Vec<(Span, String)> = Vec::new();
    let mut keys = Vec::new();
    let mut comments = Vec::new();
    for (key, value) in entries {
        let mut name = expected(reader.key_name(key), "a column's name")?;
        if let Some(field) = reader.key_text(value, "field").ok().flatten() {
            name = field;
        }
        let mut attribute = attribute(reader, &table, &name, value)?;
        texts.extend(attribute.before.iter().map(|sql| Placed::made(sql, span)));
        if attribute.primary {
            keys.push(name.clone());
            attribute.primary = false;
        }
        comments.extend(attribute.comment(&full, &name));
        parts.push((key.span.to(value.span), format!("{} {}", quoted(&name), attribute.whole())));
    }
    if let Some(unique) = call.at(2).and_then(|node| reader.key(node, "uniqueKeys"))
        && let Kind::Map(entries) = &unique.kind
    {
        for (key, value) in entries {
            let name = match reader.key_text(value, "customIndexName")? {
                Some(name) => Some(name),
                None => reader.key_name(key),
            };
            let fields = match &value.kind {
                Kind::Map(_) => expected(reader.key_texts(value, "fields")?, "columns")?,
                _ => expected(reader.plains(value), "columns")?,
            };
            let name = name.map_or(String::new(), |name| format!("CONSTRAINT {} ", quoted(&name)));
            parts.push((key.span, format!("{name}UNIQUE ({})", list(&fields))));
        }
    }
    if !keys.is_empty() {
        parts.push((span, format!("PRIMARY KEY ({})", list(&keys))));
    }
    let mut sql = Placed::made(&format!("CREATE TABLE IF NOT EXISTS {full} ("), span);
    for (index, (place, part)) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    sql.push(")", span);
    for comment in &comments {
        sql.push(&format!("; {comment}"), span);
    }
    texts.push(sql);
    Ok(texts)
}

/// It sets everything anew: NOT NULL and the default are dropped where they are not repeated.
fn change_column(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let (table, full) = table_of(reader, call, 0)?;
    let column = reader.argument(call, 1, "a column's name")?;
    let attributes = expected(call.at(2), "attributes")?;
    let attribute = attribute(reader, &table, &column, attributes)?;
    let begin = format!("ALTER TABLE {full} ALTER COLUMN {}", quoted(&column));
    let mut parts: Vec<String> = attribute.before.clone();
    parts.push(format!("{begin} {} NOT NULL", if attribute.not_null { "SET" } else { "DROP" }));
    parts.push(match &attribute.default {
        Some(default) => format!("{begin} SET DEFAULT {default}"),
        None => format!("{begin} DROP DEFAULT"),
    });
    let kind = attribute.kind.replace("BIGSERIAL", "BIGINT").replace("SERIAL", "INTEGER");
    if attribute.unique {
        parts.push(format!("ALTER TABLE {full} ADD UNIQUE ({})", quoted(&column)));
    }
    if attribute.references.is_empty() {
        let using =
            if attribute.is_enum { format!(" USING ({}::{kind})", quoted(&column)) } else { String::new() };
        parts.push(format!("{begin} TYPE {kind}{using}"));
    } else {
        parts.push(format!(
            "ALTER TABLE {full} ADD FOREIGN KEY ({}){}",
            quoted(&column),
            attribute.references
        ));
    }
    parts.extend(attribute.comment(&full, &column));
    // All of it is one string.
    one(span, parts.join("; "))
}

fn underscored(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            if !text.is_empty() && !text.ends_with('_') {
                text.push('_');
            }
            text.push(letter.to_ascii_lowercase());
        } else {
            text.push(if letter == '.' || letter == '-' || letter == ' ' { '_' } else { letter });
        }
    }
    text
}

/// A part of an index: a name, a map with `name` or `attribute`, or an expression.
fn index_field(reader: &mut Reader<'_>, node: &Node) -> Result<(String, String), String> {
    if let Some(raw) = reader.raw_expression(node) {
        return Ok((format!("({raw})"), raw));
    }
    let seen = reader.seen(node);
    if let Kind::Map(_) = seen.kind {
        let name = match reader.key_text(&seen, "name")? {
            Some(name) => Some(name),
            None => reader.key_text(&seen, "attribute")?,
        };
        let name = expected(name, "a column")?;
        let collate = reader
            .key_text(&seen, "collate")?
            .map_or(String::new(), |it| format!(" COLLATE {}", quoted(&it)));
        let operator = reader.key_text(&seen, "operator")?.map_or(String::new(), |it| format!(" {it}"));
        let order = reader.key_text(&seen, "order")?.map_or(String::new(), |it| format!(" {it}"));
        return Ok((format!("{}{collate}{operator}{order}", quoted(&name)), name));
    }
    let name = expected(reader.plain(&seen), "a column")?;
    Ok((quoted(&name), name))
}

fn add_index(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let (table, full) = table_of(reader, call, 0)?;
    let second = expected(call.at(1), "columns")?;
    let seen = reader.seen(second);
    let (fields, options) = match &seen.kind {
        Kind::Map(_) => (expected(reader.key(&seen, "fields"), "columns")?, Some((*seen).clone())),
        _ => ((*seen).clone(), call.at(2).map(|node| (*reader.seen(node)).clone())),
    };
    let options = options.unwrap_or(Node { kind: Kind::Map(Vec::new()), span });
    let nodes = match &fields.kind {
        Kind::List(items) => items.clone(),
        _ => vec![fields],
    };
    let (mut columns, mut names) = (Vec::new(), Vec::new());
    for node in &nodes {
        let (sql, name) = index_field(reader, node)?;
        columns.push(sql);
        names.push(underscored(&name));
    }
    let mut given = None;
    for key in ["name", "indexName"] {
        given = reader.key_text(&options, key)?.or(given);
    }
    let name = given.unwrap_or_else(|| underscored(&format!("{table}_{}", names.join("_"))));
    let mut unique = reader.key_flag(&options, "unique")? == Some(true);
    for key in ["type", "indicesType"] {
        unique =
            unique || reader.key_text(&options, key)?.is_some_and(|kind| kind.eq_ignore_ascii_case("unique"));
    }
    let concurrently =
        if reader.key_flag(&options, "concurrently")? == Some(true) { " CONCURRENTLY" } else { "" };
    let method = match reader.key_text(&options, "using")? {
        Some(method) => Some(method),
        None => reader.key_text(&options, "method")?,
    };
    let method = method.map_or(String::new(), |method| format!(" USING {method}"));
    let operator = reader.key_text(&options, "operator")?.map_or(String::new(), |it| format!(" {it}"));
    let columns: Vec<String> = columns.iter().map(|column| format!("{column}{operator}")).collect();
    let filter = match reader.key(&options, "where") {
        Some(filter) => format!(" WHERE {}", condition(reader, &filter)?),
        None => String::new(),
    };
    let unique = if unique { " UNIQUE" } else { "" };
    one(
        span,
        format!(
            "CREATE{unique} INDEX{concurrently} {} ON {full}{method} ({}){filter}",
            quoted(&name),
            columns.join(", ")
        ),
    )
}

/// `{ deletedAt: null }`, `{ a: { [Op.ne]: null } }`
fn condition(reader: &mut Reader<'_>, node: &Node) -> Result<String, String> {
    let wanted = "a condition that is written here";
    if let Some(raw) = reader.raw_expression(node) {
        return Ok(raw);
    }
    let Kind::Map(entries) = &node.kind else { return Err(wanted.to_owned()) };
    let mut parts = Vec::new();
    for (key, value) in entries {
        let column = quoted(&expected(reader.key_name(key), wanted)?);
        let value = reader.seen(value);
        let part = match &value.kind {
            Kind::Null => format!("{column} IS NULL"),
            Kind::Map(operators) => {
                let mut all = Vec::new();
                for (operator, value) in operators {
                    let operator = match &operator.kind {
                        Kind::Chain(_, links) => match links.last() {
                            Some(Link::Member(name, _)) => name.clone(),
                            _ => String::new(),
                        },
                        _ => operator.word().unwrap_or_default().trim_start_matches('$').to_owned(),
                    };
                    let null = matches!(reader.seen(value).kind, Kind::Null);
                    all.push(match operator.as_str() {
                        "ne" | "not" if null => format!("{column} IS NOT NULL"),
                        "is" | "eq" if null => format!("{column} IS NULL"),
                        "in" | "notIn" => {
                            let texts: Vec<String> = expected(reader.plains(value), wanted)?
                                .iter()
                                .map(|text| literal(text))
                                .collect();
                            format!(
                                "{column} {} ({})",
                                if operator == "in" { "IN" } else { "NOT IN" },
                                texts.join(", ")
                            )
                        }
                        operator => {
                            let mark = match operator {
                                "ne" | "not" => "!=",
                                "eq" | "is" => "=",
                                "gt" => ">",
                                "gte" => ">=",
                                "lt" => "<",
                                "lte" => "<=",
                                "like" => "LIKE",
                                _ => return Err(wanted.to_owned()),
                            };
                            format!("{column} {mark} {}", expected(reader.sql_value(value), wanted)?)
                        }
                    });
                }
                all.join(" AND ")
            }
            Kind::List(_) => {
                let texts: Vec<String> =
                    expected(reader.plains(&value), wanted)?.iter().map(|text| literal(text)).collect();
                format!("{column} IN ({})", texts.join(", "))
            }
            _ => format!("{column} = {}", expected(reader.sql_value(&value), wanted)?),
        };
        parts.push(part);
    }
    Ok(parts.join(" AND "))
}

fn add_constraint(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let (table, full) = table_of(reader, call, 0)?;
    let second = expected(call.at(1), "a constraint")?;
    let seen = reader.seen(second);
    // Up to version 4 the columns came first.
    let (fields, options) = match &seen.kind {
        Kind::Map(_) => (reader.key_texts(&seen, "fields")?, (*seen).clone()),
        _ => (reader.plains(&seen), (*reader.seen(expected(call.at(2), "a constraint")?)).clone()),
    };
    let kind = expected(reader.key_text(&options, "type")?, "a constraint's type")?.to_lowercase();
    let fields = fields.unwrap_or_default();
    let given = reader.key_text(&options, "name")?;
    let mut made = format!("{table}_{}", fields.join("_"));
    let body = match kind.as_str() {
        "unique" => {
            made.push_str("_uk");
            format!("UNIQUE ({})", list(&fields))
        }
        "primary key" => {
            made.push_str("_pk");
            format!("PRIMARY KEY ({})", list(&fields))
        }
        "check" => {
            made.push_str("_ck");
            let filter = expected(reader.key(&options, "where"), "a condition")?;
            format!("CHECK ({})", condition(reader, &filter)?)
        }
        "foreign key" => {
            let target = expected(reader.key(&options, "references"), "what is referenced")?;
            let table = expected(reader.key(&target, "table"), "a table that is referenced")?;
            let table = match &table.kind {
                Kind::Map(_) => expected(reader.key_text(&table, "tableName")?, "a table")?,
                _ => expected(reader.plain(&table), "a table that is referenced")?,
            };
            let others = match reader.key_texts(&target, "fields")? {
                Some(fields) => fields,
                None => vec![expected(reader.key_text(&target, "field")?, "a column that is referenced")?],
            };
            made.push_str(&format!("_{table}_fk"));
            let mut sql =
                format!("FOREIGN KEY ({}) REFERENCES {} ({})", list(&fields), dotted(&table), list(&others));
            for (name, words) in [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE")] {
                if let Some(action) = reader.key_text(&options, name)? {
                    sql.push_str(&format!(" {words} {}", action.to_uppercase()));
                }
            }
            sql
        }
        other => return Err(format!("a constraint that PostgreSQL has (not `{other}`)")),
    };
    let name = given.unwrap_or(made);
    one(span, format!("ALTER TABLE {full} ADD CONSTRAINT {} {body}", quoted(&name)))
}
