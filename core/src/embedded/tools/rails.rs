//! Rails: Active Record's migrations as its `PostgreSQL` adapter renders them (6.1 to 8), with what scenic adds.

mod table;

use super::digest;
use super::render::{Made, dotted, expected, literal, one, quoted};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{self, Call, Kind, Link, Node};
use crate::text::{Placed, Span};

/// Rails.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("rails", enter, claim);

/// The schema that Rails dumps as code: `ActiveRecord::Schema[7.1].define { … }`.
pub(super) const SCHEMA: CodeTool = CodeTool::new("rails", enter_schema, claim);

fn enter_schema(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    let define = |step: &tree::Step| {
        let tree::Step::Expression(Node { kind: Kind::Chain(root, links), .. }) = step else { return None };
        let block = links.iter().find_map(|link| match link {
            Link::Call(call) => call.block.clone(),
            _ => None,
        });
        let version = links.iter().find_map(|link| match link {
            Link::Index(index) => Some(index.span),
            _ => None,
        });
        block.filter(|_| root.word() == Some("ActiveRecord")).map(|block| (block, version))
    };
    let Some((block, version)) = steps.iter().find_map(define) else { return Code::default() };
    let written = version.map_or("4.2", |span| span.of(reader.source));
    let mut parts = written.split('.').map(|part| part.trim().parse::<u32>().unwrap_or(0));
    reader.version = (parts.next().unwrap_or(4), parts.next().unwrap_or(0));
    Code { up: entry::follow(reader, &block), found: true, ..Code::default() }
}

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    reader.version = version(reader, steps);
    let outside = steps.iter().any(disables);
    let mut code = match entry::function(reader, steps, "change") {
        Some(change) => {
            let up = entry::follow(reader, &change);
            Code { up, found: true, ..Code::default() }
        }
        None => entry::up_and_down(reader, steps),
    };
    code.outside = outside;
    code
}

/// The version in `ActiveRecord::Migration[7.1]`.
fn version(reader: &Reader<'_>, steps: &[tree::Step]) -> (u32, u32) {
    let head = steps.iter().find_map(|step| match step {
        tree::Step::Class(class) => Some(class.head.of(reader.source)),
        _ => None,
    });
    let Some(written) = head.and_then(|head| head.split_once('[')).and_then(|(_, rest)| rest.split_once(']'))
    else {
        return (4, 2);
    };
    let mut parts = written.0.split('.').map(|part| part.trim().parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(4), parts.next().unwrap_or(0))
}

fn disables(step: &tree::Step) -> bool {
    match step {
        tree::Step::Class(class) => class.body.iter().any(disables),
        tree::Step::Expression(Node { kind: Kind::Name(name), .. }) => name == "disable_ddl_transaction!",
        tree::Step::Expression(Node { kind: Kind::Chain(root, _), .. }) => {
            root.word() == Some("disable_ddl_transaction!")
        }
        _ => false,
    }
}

/// Calls that change nothing by themselves; what stands in their blocks is followed.
const HARMLESS: [&str; 38] = [
    "safety_assured",
    "say",
    "say_with_time",
    "puts",
    "p",
    "print",
    "require",
    "require_relative",
    "raise",
    "return",
    "suppress_messages",
    "disable_ddl_transaction!",
    "loop",
    "include",
    "extend",
    "attr_accessor",
    "sleep",
    "transaction",
    "table_exists?",
    "column_exists?",
    "index_exists?",
    "foreign_key_exists?",
    "index_name_exists?",
    "reset_column_information",
    "lambda",
    "proc",
    "private",
    "next",
    "break",
    "up_only",
    "data_source_exists?",
    "extension_enabled?",
    "quote",
    "quote_table_name",
    "quote_column_name",
    "reverting?",
    "check_constraint_exists?",
    "private_constant",
];

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    let Kind::Name(name) = &root.kind else { return false };
    match (name.as_str(), links) {
        // `connection.execute`, `ActiveRecord::Base.connection.execute`
        (_, [.., Link::Member(method, _), Link::Call(call)])
            if matches!(
                method.as_str(),
                "execute"
                    | "exec_query"
                    | "exec_update"
                    | "exec_delete"
                    | "select_all"
                    | "select_values"
                    | "select_value"
                    | "select_rows"
                    | "exec_insert"
                    | "update_sql"
                    | "async_exec"
            ) =>
        {
            match call.at(0).and_then(|node| reader.text_with_holes(node)) {
                Some(text) => reader.send(span, text),
                None => reader.miss(span, "SQL in a string"),
            }
            true
        }
        // `dir.up { … }` of `reversible do |dir|`
        (_, [Link::Member(method, _), Link::Call(call)])
            if matches!(method.as_str(), "up" | "down") && call.block.is_some() =>
        {
            if method == "up"
                && let Some(block) = &call.block
            {
                reader.callback(block, &[]);
            }
            true
        }
        (_, [.., Link::Member(method, _), Link::Call(_)] | [.., Link::Member(method, _)])
            if changes_rows(method) && name.chars().next().is_some_and(char::is_uppercase) =>
        {
            reader.miss(span, "SQL instead of a change through a model");
            true
        }
        ("connection", [Link::Member(method, _), Link::Call(call)]) => {
            let made = render(reader, method, call, span);
            reader.answer(span, made);
            true
        }
        (_, [] | [Link::Call(_)]) => {
            let empty = Call { arguments: Vec::new(), block: None, span };
            let call = match links {
                [Link::Call(call)] => call,
                _ => &empty,
            };
            bare(reader, name, call, span)
        }
        _ => false,
    }
}

fn changes_rows(method: &str) -> bool {
    matches!(
        method,
        "update_all"
            | "delete_all"
            | "destroy_all"
            | "update!"
            | "create!"
            | "create"
            | "update"
            | "insert_all"
            | "upsert_all"
            | "find_or_create_by!"
            | "save!"
            | "update_columns"
            | "touch_all"
            | "insert"
            | "upsert"
            | "destroy!"
    )
}

fn bare(reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> bool {
    if HARMLESS.contains(&name) || reader.function_named(name).is_some() {
        return false;
    }
    match name {
        "execute" => {
            let made = match call.at(0).and_then(|node| reader.text_with_holes(node)) {
                Some(text) => Ok(vec![text]),
                None => Err("SQL in a string".to_owned()),
            };
            reader.answer(span, made);
            true
        }
        "reversible" => {
            if let Some(block) = &call.block {
                reader.callback(block, &[]);
            }
            true
        }
        "revert" => {
            reader.miss(span, "what is reverted, written out");
            true
        }
        "create_table" | "change_table" | "create_join_table" => {
            let made = table::read(reader, name, call, span);
            reader.answer(span, made);
            true
        }
        _ => match render(reader, name, call, span) {
            Err(expected) if expected == UNKNOWN => {
                // A word that is no migration method is a variable or a helper of another file.
                let looks = name.split('_').next().is_some_and(|verb| {
                    matches!(
                        verb,
                        "add"
                            | "remove"
                            | "create"
                            | "drop"
                            | "change"
                            | "rename"
                            | "validate"
                            | "enable"
                            | "disable"
                            | "update"
                            | "set"
                            | "migrate"
                            | "backfill"
                    )
                });
                if looks && (call.count() > 0 || call.block.is_some()) {
                    reader.miss(span, &format!("a call of Rails that Lockkeeper follows (not `{name}`)"));
                    return true;
                }
                false
            }
            made => {
                reader.answer(span, made);
                true
            }
        },
    }
}

const UNKNOWN: &str = "a call of Rails";

fn table_at(reader: &mut Reader<'_>, call: &Call, place: usize) -> Result<(String, String), String> {
    let name = reader.argument(call, place, "a table's name")?;
    let full = dotted(&name);
    Ok((name, full))
}

fn set(
    reader: &mut Reader<'_>,
    call: &Call,
    name: &str,
    words: &'static str,
) -> Result<&'static str, String> {
    reader.is_set(call, name).map(|set| if set { words } else { "" })
}

/// What a call outside of a table's block sends.
fn render(reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> Made {
    match name {
        "drop_table" => {
            let exists = set(reader, call, "if_exists", " IF EXISTS")?;
            let cascade = match reader.option(call, "force").ok().flatten().as_deref() {
                Some("cascade") => " CASCADE",
                _ => "",
            };
            let mut texts = Vec::new();
            for place in 0..call.count().max(1) {
                if place > 0 && call.at(place).is_some_and(|node| matches!(node.kind, Kind::Map(_))) {
                    break;
                }
                let (_, full) = table_at(reader, call, place)?;
                texts.push(Placed::made(&format!("DROP TABLE{exists} {full}{cascade}"), span));
            }
            Ok(texts)
        }
        "drop_join_table" => {
            let name = join_table(reader, call)?;
            one(span, format!("DROP TABLE {}", quoted(&name)))
        }
        "rename_table" => {
            let (_, old) = table_at(reader, call, 0)?;
            one(
                span,
                format!("ALTER TABLE {old} RENAME TO {}", quoted(&reader.argument(call, 1, "a new name")?)),
            )
        }
        "rename_column" => {
            let (_, table) = table_at(reader, call, 0)?;
            let (old, new) =
                (reader.argument(call, 1, "a column's name")?, reader.argument(call, 2, "a new name")?);
            one(span, format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", quoted(&old), quoted(&new)))
        }
        "rename_index" => {
            let (old, new) =
                (reader.argument(call, 1, "an index's name")?, reader.argument(call, 2, "a new name")?);
            one(span, format!("ALTER INDEX {} RENAME TO {}", quoted(&old), quoted(&new)))
        }
        "add_column" => {
            let (_, table) = table_at(reader, call, 0)?;
            let column = reader.argument(call, 1, "a column's name")?;
            let kind = reader.argument(call, 2, "a type")?;
            let sql = table::column(reader, &column, &kind, call)?;
            let exists = set(reader, call, "if_not_exists", " IF NOT EXISTS")?;
            let mut texts =
                vec![Placed::made(&format!("ALTER TABLE {table} ADD COLUMN{exists} {sql}"), span)];
            texts.extend(comment(reader, call, &table, &column)?.map(|sql| Placed::made(&sql, span)));
            Ok(texts)
        }
        "add_columns" => {
            let (_, table) = table_at(reader, call, 0)?;
            let kind = expected(reader.option(call, "type")?, "a type")?;
            let mut parts = Vec::new();
            for place in 1..call.count() {
                let column = reader.argument(call, place, "a column's name")?;
                parts.push(format!("ADD COLUMN {}", table::column(reader, &column, &kind, call)?));
            }
            one(span, format!("ALTER TABLE {table} {}", parts.join(", ")))
        }
        "remove_column" => {
            let (_, table) = table_at(reader, call, 0)?;
            let column = reader.argument(call, 1, "a column's name")?;
            let exists = set(reader, call, "if_exists", " IF EXISTS")?;
            one(span, format!("ALTER TABLE {table} DROP COLUMN{exists} {}", quoted(&column)))
        }
        "remove_columns" => {
            let (_, table) = table_at(reader, call, 0)?;
            let mut parts = Vec::new();
            for place in 1..call.count() {
                parts.push(format!(
                    "DROP COLUMN {}",
                    quoted(&reader.argument(call, place, "a column's name")?)
                ));
            }
            one(span, format!("ALTER TABLE {table} {}", parts.join(", ")))
        }
        "change_column" => {
            let (_, table) = table_at(reader, call, 0)?;
            let column = reader.argument(call, 1, "a column's name")?;
            let kind = reader.argument(call, 2, "a type")?;
            one(span, format!("ALTER TABLE {table} {}", table::change(reader, &column, &kind, call)?))
        }
        "change_column_null" => {
            let (_, table) = table_at(reader, call, 0)?;
            let column = quoted(&reader.argument(call, 1, "a column's name")?);
            let null = expected(call.at(2).and_then(|node| reader.flag(node)), "true or false")?;
            let mut texts = Vec::new();
            if let Some(value) = call.at(3)
                && !null
                && !matches!(reader.seen(value).kind, Kind::Null)
            {
                let value = expected(reader.sql_value(value), "a value that is written here")?;
                texts.push(Placed::made(
                    &format!("UPDATE {table} SET {column}={value} WHERE {column} IS NULL"),
                    span,
                ));
            }
            let verb = if null { "DROP" } else { "SET" };
            texts.push(Placed::made(
                &format!("ALTER TABLE {table} ALTER COLUMN {column} {verb} NOT NULL"),
                span,
            ));
            Ok(texts)
        }
        "change_column_default" => {
            let (_, table) = table_at(reader, call, 0)?;
            let column = quoted(&reader.argument(call, 1, "a column's name")?);
            let value = match call.named("to") {
                Some(node) => Some(node),
                None => call.at(2),
            };
            let value = reader.seen(expected(value, "a default")?);
            if matches!(value.kind, Kind::Null) {
                return one(span, format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"));
            }
            let value = expected(table::default(reader, &value), "a default that is written here")?;
            one(span, format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {value}"))
        }
        "change_column_comment" | "change_table_comment" => {
            let (_, table) = table_at(reader, call, 0)?;
            let column = name == "change_column_comment";
            let subject = if column {
                format!("COLUMN {table}.{}", quoted(&reader.argument(call, 1, "a column")?))
            } else {
                format!("TABLE {table}")
            };
            let value = match call.named("to") {
                Some(node) => Some(node),
                None => call.at(if column { 2 } else { 1 }),
            };
            let text =
                value.and_then(|node| reader.plain(node)).map_or("NULL".to_owned(), |text| literal(&text));
            one(span, format!("COMMENT ON {subject} IS {text}"))
        }
        "add_index" => {
            let (table, full) = table_at(reader, call, 0)?;
            one(span, index(reader, call, &table, &full, 1)?)
        }
        "remove_index" => {
            let (table, _) = table_at(reader, call, 0)?;
            one(span, drop_index(reader, call, &table, 1)?)
        }
        "add_foreign_key" => {
            let (table, full) = table_at(reader, call, 0)?;
            let target = reader.argument(call, 1, "a table that is referenced")?;
            let sql = foreign_key(reader, call, &table, &target)?;
            one(span, format!("ALTER TABLE {full} ADD {sql}"))
        }
        "remove_foreign_key" => {
            let (table, full) = table_at(reader, call, 0)?;
            let name = foreign_key_name(reader, call, &table)?;
            let exists = set(reader, call, "if_exists", "IF EXISTS ")?;
            one(span, format!("ALTER TABLE {full} DROP CONSTRAINT {exists}{}", quoted(&name)))
        }
        "validate_foreign_key" => {
            let (table, full) = table_at(reader, call, 0)?;
            let name = foreign_key_name(reader, call, &table)?;
            one(span, format!("ALTER TABLE {full} VALIDATE CONSTRAINT {}", quoted(&name)))
        }
        "add_check_constraint" => {
            let (table, full) = table_at(reader, call, 0)?;
            let condition = reader.argument(call, 1, "a condition")?;
            let name = check_name(reader, call, &table, Some(&condition))?;
            let valid = not_valid(reader, call)?;
            one(
                span,
                format!("ALTER TABLE {full} ADD CONSTRAINT {} CHECK ({condition}){valid}", quoted(&name)),
            )
        }
        "remove_check_constraint" | "validate_check_constraint" | "validate_constraint" => {
            let name_of_call = name;
            let (table, full) = table_at(reader, call, 0)?;
            let second = call
                .at(1)
                .filter(|node| !matches!(node.kind, Kind::Map(_)))
                .and_then(|node| reader.plain(node));
            let name = match (reader.option(call, "name")?, name, second) {
                (Some(name), _, _) => name,
                (None, "validate_constraint", Some(name)) => name,
                (None, _, second) => check_name(reader, call, &table, second.as_deref())?,
            };
            let verb = if name_of_call.starts_with("remove") { "DROP" } else { "VALIDATE" };
            one(span, format!("ALTER TABLE {full} {verb} CONSTRAINT {}", quoted(&name)))
        }
        "add_unique_constraint" | "add_unique_key" => {
            let (table, full) = table_at(reader, call, 0)?;
            let columns = reader.arguments_of(call, 1, "columns")?;
            let name =
                reader.option(call, "name")?.unwrap_or_else(|| format!("uniq_{table}_{}", columns.join("_")));
            if let Some(index) = reader.option(call, "using_index")? {
                return one(
                    span,
                    format!(
                        "ALTER TABLE {full} ADD CONSTRAINT {} UNIQUE USING INDEX {}",
                        quoted(&name),
                        quoted(&index)
                    ),
                );
            }
            let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            one(
                span,
                format!(
                    "ALTER TABLE {full} ADD CONSTRAINT {} UNIQUE ({})",
                    quoted(&name),
                    columns.join(", ")
                ),
            )
        }
        "remove_unique_constraint" => {
            let (_, full) = table_at(reader, call, 0)?;
            let name = expected(reader.option(call, "name")?, "a constraint's name")?;
            one(span, format!("ALTER TABLE {full} DROP CONSTRAINT {}", quoted(&name)))
        }
        "add_reference" | "add_belongs_to" => {
            let (table, full) = table_at(reader, call, 0)?;
            let reference = reader.argument(call, 1, "a reference")?;
            let parts = table::reference(reader, &table, &full, &reference, call)?;
            let exists = set(reader, call, "if_not_exists", " IF NOT EXISTS")?;
            let mut texts: Vec<Placed> = Vec::new();
            for column in &parts.columns {
                texts.push(Placed::made(&format!("ALTER TABLE {full} ADD COLUMN{exists} {column}"), span));
            }
            texts.extend(parts.indexes.iter().map(|sql| Placed::made(sql, span)));
            texts.extend(
                parts.keys.iter().map(|sql| Placed::made(&format!("ALTER TABLE {full} ADD {sql}"), span)),
            );
            Ok(texts)
        }
        "remove_reference" | "remove_belongs_to" => {
            let (table, full) = table_at(reader, call, 0)?;
            let reference = reader.argument(call, 1, "a reference")?;
            let mut texts = Vec::new();
            if call
                .named("foreign_key")
                .is_some_and(|node| !matches!(reader.seen(node).kind, Kind::Bool(false)))
            {
                let name = key_name(&table, &format!("{reference}_id"));
                texts.push(Placed::made(
                    &format!("ALTER TABLE {full} DROP CONSTRAINT {}", quoted(&name)),
                    span,
                ));
            }
            let mut columns = format!("DROP COLUMN {}", quoted(&format!("{reference}_id")));
            if reader.is_set(call, "polymorphic").unwrap_or(true) {
                columns = format!("DROP COLUMN {}, {columns}", quoted(&format!("{reference}_type")));
            }
            texts.push(Placed::made(&format!("ALTER TABLE {full} {columns}"), span));
            Ok(texts)
        }
        "add_timestamps" => {
            let (_, table) = table_at(reader, call, 0)?;
            let columns = table::timestamps(reader, call)?;
            let parts: Vec<String> = columns.iter().map(|(_, sql)| format!("ADD COLUMN {sql}")).collect();
            one(span, format!("ALTER TABLE {table} {}", parts.join(", ")))
        }
        "remove_timestamps" => {
            let (_, table) = table_at(reader, call, 0)?;
            one(span, format!("ALTER TABLE {table} DROP COLUMN \"updated_at\", DROP COLUMN \"created_at\""))
        }
        "enable_extension" => one(
            span,
            format!("CREATE EXTENSION IF NOT EXISTS {}", quoted(&reader.argument(call, 0, "an extension")?)),
        ),
        "disable_extension" => one(
            span,
            format!(
                "DROP EXTENSION IF EXISTS {} CASCADE",
                quoted(&reader.argument(call, 0, "an extension")?)
            ),
        ),
        "create_schema" => {
            one(span, format!("CREATE SCHEMA {}", quoted(&reader.argument(call, 0, "a schema")?)))
        }
        "drop_schema" => {
            one(span, format!("DROP SCHEMA {} CASCADE", quoted(&reader.argument(call, 0, "a schema")?)))
        }
        "create_enum" => {
            let kind = dotted(&reader.argument(call, 0, "a type's name")?);
            let values: Vec<String> =
                reader.arguments_of(call, 1, "values")?.iter().map(|value| literal(value)).collect();
            one(span, format!("CREATE TYPE {kind} AS ENUM ({})", values.join(", ")))
        }
        "drop_enum" => {
            let exists = set(reader, call, "if_exists", " IF EXISTS")?;
            one(span, format!("DROP TYPE{exists} {}", dotted(&reader.argument(call, 0, "a type's name")?)))
        }
        "rename_enum" => {
            let old = dotted(&reader.argument(call, 0, "a type's name")?);
            let new = match reader.option(call, "to")? {
                Some(new) => new,
                None => reader.argument(call, 1, "a new name")?,
            };
            one(span, format!("ALTER TYPE {old} RENAME TO {}", quoted(&new)))
        }
        "add_enum_value" => {
            let kind = dotted(&reader.argument(call, 0, "a type's name")?);
            let value = literal(&reader.argument(call, 1, "a value")?);
            let exists = set(reader, call, "if_not_exists", " IF NOT EXISTS")?;
            let mut place = String::new();
            for (key, word) in [("before", "BEFORE"), ("after", "AFTER")] {
                if let Some(other) = reader.option(call, key)? {
                    place = format!(" {word} {}", literal(&other));
                }
            }
            one(span, format!("ALTER TYPE {kind} ADD VALUE{exists} {value}{place}"))
        }
        "rename_enum_value" => {
            let kind = dotted(&reader.argument(call, 0, "a type's name")?);
            let old = expected(reader.option(call, "from")?, "a value")?;
            let new = expected(reader.option(call, "to")?, "a value")?;
            one(span, format!("ALTER TYPE {kind} RENAME VALUE {} TO {}", literal(&old), literal(&new)))
        }
        "create_view" | "update_view" | "replace_view" | "drop_view" => view(reader, name, call, span),
        "create_function" | "create_trigger" | "update_function" | "update_trigger" | "drop_function"
        | "drop_trigger" => fx(reader, name, call, span),
        "foreign_key" | "add_exclusion_constraint" => Err("a constraint in SQL".to_owned()),
        _ => Err(UNKNOWN.to_owned()),
    }
}

fn comment(
    reader: &mut Reader<'_>,
    call: &Call,
    table: &str,
    column: &str,
) -> Result<Option<String>, String> {
    let text = reader.option(call, "comment")?;
    Ok(text.map(|text| format!("COMMENT ON COLUMN {table}.{} IS {}", quoted(column), literal(&text))))
}

fn not_valid(reader: &mut Reader<'_>, call: &Call) -> Result<&'static str, String> {
    Ok(match call.named("validate") {
        Some(node) if !expected(reader.flag(node), "true or false for `validate`")? => " NOT VALID",
        _ => "",
    })
}

/// `index_users_on_a_and_b`
pub(super) fn index_name(table: &str, columns: &[String]) -> String {
    let plain = table.rsplit('.').next().unwrap_or(table);
    format!("index_{plain}_on_{}", columns.join("_and_"))
}

/// The columns of an index: names, or one expression.
fn index_columns(reader: &mut Reader<'_>, call: &Call, place: usize) -> Result<(Vec<String>, bool), String> {
    let node = match call.at(place).filter(|node| !matches!(node.kind, Kind::Map(_))) {
        Some(node) => Some(node),
        None => call.named("column"),
    };
    let node = expected(node, "columns")?;
    let is_list = matches!(reader.seen(node).kind, Kind::List(_) | Kind::Words(_));
    let names = expected(reader.plains(node), "columns")?;
    let plain = |name: &String| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let expression = !is_list && !names.iter().all(plain);
    Ok((names, expression))
}

pub(super) fn index(
    reader: &mut Reader<'_>,
    call: &Call,
    table: &str,
    full: &str,
    place: usize,
) -> Result<String, String> {
    let (names, expression) = index_columns(reader, call, place)?;
    let made = if expression {
        let words: Vec<String> = names
            .iter()
            .map(|name| {
                name.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join("_")
            })
            .collect();
        index_name(table, &words)
    } else {
        index_name(table, &names)
    };
    let name = reader.option(call, "name")?.unwrap_or(made);
    let mut columns: Vec<String> =
        names.iter().map(|name| if expression { name.clone() } else { quoted(name) }).collect();
    for (key, upper) in [("opclass", false), ("order", true), ("length", false)] {
        let Some(node) = call.named(key).filter(|_| key != "length") else { continue };
        let seen = reader.seen(node);
        let entries = if let Kind::Map(entries) = &seen.kind {
            entries.clone()
        } else {
            let word = expected(reader.plain(&seen), "an option of columns")?;
            columns.iter_mut().for_each(|column| {
                column.push_str(&format!(" {}", if upper { word.to_uppercase() } else { word.clone() }));
            });
            continue;
        };
        for (column, value) in entries {
            let (column, value) =
                (expected(reader.plain(&column), "a column")?, expected(reader.plain(&value), "an option")?);
            let value = if upper { value.to_uppercase() } else { value };
            for known in columns.iter_mut().filter(|known| {
                **known == quoted(&column) || known.starts_with(&format!("{} ", quoted(&column)))
            }) {
                known.push_str(&format!(" {value}"));
            }
        }
    }
    let unique = set(reader, call, "unique", " UNIQUE")?;
    let concurrently = match reader.option(call, "algorithm")?.as_deref() {
        Some("concurrently") => " CONCURRENTLY",
        _ => "",
    };
    let exists = set(reader, call, "if_not_exists", " IF NOT EXISTS")?;
    let method = reader.option(call, "using")?.map_or(String::new(), |method| format!(" USING {method}"));
    let include = match call.named("include") {
        Some(node) => {
            let names: Vec<String> =
                expected(reader.plains(node), "columns")?.iter().map(|name| quoted(name)).collect();
            format!(" INCLUDE ({})", names.join(", "))
        }
        None => String::new(),
    };
    let nulls = set(reader, call, "nulls_not_distinct", " NULLS NOT DISTINCT")?;
    let filter = reader.option(call, "where")?.map_or(String::new(), |filter| format!(" WHERE {filter}"));
    Ok(format!(
        "CREATE{unique} INDEX{concurrently}{exists} {} ON {full}{method} ({}){include}{nulls}{filter}",
        quoted(&name),
        columns.join(", ")
    ))
}

pub(super) fn drop_index(
    reader: &mut Reader<'_>,
    call: &Call,
    table: &str,
    place: usize,
) -> Result<String, String> {
    let name = match reader.option(call, "name")? {
        Some(name) => name,
        None => index_name(table, &index_columns(reader, call, place)?.0),
    };
    let concurrently = match reader.option(call, "algorithm")?.as_deref() {
        Some("concurrently") => " CONCURRENTLY",
        _ => "",
    };
    let exists = set(reader, call, "if_exists", " IF EXISTS")?;
    Ok(format!("DROP INDEX{concurrently}{exists} {}", quoted(&name)))
}

/// The name of a foreign key without one: Rails puts a digest into it.
pub(super) fn key_name(table: &str, column: &str) -> String {
    let digest: String = digest::sha256(&format!("{table}_{column}_fk")).chars().take(10).collect();
    format!("fk_rails_{digest}")
}

pub(super) fn singular(name: &str) -> String {
    let name = name.rsplit('.').next().unwrap_or(name);
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "uses"] {
        if name.ends_with(ending) {
            return name.strip_suffix("es").unwrap_or(name).to_owned();
        }
    }
    if name.ends_with("ss") || name.ends_with("us") {
        return name.to_owned();
    }
    name.strip_suffix('s').unwrap_or(name).to_owned()
}

pub(super) fn plural(name: &str) -> String {
    if name.ends_with('y') && !name.ends_with("ay") && !name.ends_with("ey") && !name.ends_with("oy") {
        return format!("{}ies", name.strip_suffix('y').unwrap_or(name));
    }
    if name.ends_with('s') || name.ends_with('x') || name.ends_with("ch") || name.ends_with("sh") {
        return format!("{name}es");
    }
    format!("{name}s")
}

pub(super) fn foreign_key(
    reader: &mut Reader<'_>,
    call: &Call,
    table: &str,
    target: &str,
) -> Result<String, String> {
    let columns = match call.named("column") {
        Some(node) => expected(reader.plains(node), "a column's name")?,
        None => vec![format!("{}_id", singular(target))],
    };
    let others = match call.named("primary_key") {
        Some(node) => expected(reader.plains(node), "a column's name")?,
        None => vec!["id".to_owned()],
    };
    let made = key_name(table, &columns.join("_"));
    let name = reader.option(call, "name")?.unwrap_or(made);
    let list = |names: &[String]| names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let mut sql = format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted(&name),
        list(&columns),
        dotted(target),
        list(&others)
    );
    for (key, words) in [("on_delete", "ON DELETE"), ("on_update", "ON UPDATE")] {
        match reader.option(call, key)?.as_deref() {
            Some("cascade") => sql.push_str(&format!(" {words} CASCADE")),
            Some("nullify") => sql.push_str(&format!(" {words} SET NULL")),
            Some("restrict") => sql.push_str(&format!(" {words} RESTRICT")),
            _ => {}
        }
    }
    match reader.option(call, "deferrable").ok().flatten().as_deref() {
        Some("deferred") => sql.push_str(" DEFERRABLE INITIALLY DEFERRED"),
        Some("immediate") => sql.push_str(" DEFERRABLE INITIALLY IMMEDIATE"),
        _ => {}
    }
    sql.push_str(not_valid(reader, call)?);
    Ok(sql)
}

/// The name of the foreign key that a call means: by its name, its column or its target.
fn foreign_key_name(reader: &mut Reader<'_>, call: &Call, table: &str) -> Result<String, String> {
    if let Some(name) = reader.option(call, "name")? {
        return Ok(name);
    }
    if let Some(node) = call.named("column") {
        return Ok(key_name(table, &expected(reader.plains(node), "a column's name")?.join("_")));
    }
    let target = match call.at(1).filter(|node| !matches!(node.kind, Kind::Map(_))) {
        Some(node) => expected(reader.plain(node), "a table that is referenced")?,
        None => expected(reader.option(call, "to_table")?, "a table that is referenced")?,
    };
    // `validate_foreign_key :a, name` takes a name too.
    Ok(if target.starts_with("fk_") { target } else { key_name(table, &format!("{}_id", singular(&target))) })
}

fn check_name(
    reader: &mut Reader<'_>,
    call: &Call,
    table: &str,
    condition: Option<&str>,
) -> Result<String, String> {
    if let Some(name) = reader.option(call, "name")? {
        return Ok(name);
    }
    let condition = expected(condition.map(str::to_owned), "a constraint's name")?;
    let digest: String = digest::sha256(&format!("{table}_{condition}_chk")).chars().take(10).collect();
    Ok(format!("chk_rails_{digest}"))
}

fn join_table(reader: &mut Reader<'_>, call: &Call) -> Result<String, String> {
    if let Some(name) = reader.option(call, "table_name")? {
        return Ok(name);
    }
    let mut names =
        [reader.argument(call, 0, "a table's name")?, reader.argument(call, 1, "a table's name")?];
    names.sort();
    Ok(names.join("_"))
}

/// Views of scenic: their SQL stands in `db/views/<name>_v<version>.sql`.
fn view(reader: &mut Reader<'_>, method: &str, call: &Call, span: Span) -> Made {
    let name = reader.argument(call, 0, "a view's name")?;
    let full = dotted(&name);
    let materialized =
        call.named("materialized").is_some_and(|node| !matches!(reader.seen(node).kind, Kind::Bool(false)));
    let kind = if materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    if method == "drop_view" {
        let exists = set(reader, call, "if_exists", " IF EXISTS")?;
        return one(span, format!("DROP {kind}{exists} {full}"));
    }
    let query = if let Some(node) = call.named("sql_definition") {
        expected(reader.plain(node), "a query")?
    } else {
        let version = reader.option(call, "version")?.unwrap_or_else(|| "1".to_owned());
        let file = format!("{}_v{version:0>2}.sql", name.replace('.', "_"));
        expected(
            reader.files.load(reader.path, &file, &["views".to_owned()]),
            &format!("the file db/views/{file}"),
        )?
        .to_owned()
    };
    let query = query.trim().trim_end_matches(';').to_owned();
    Ok(match method {
        "create_view" => vec![Placed::made(&format!("CREATE {kind} {full} AS {query}"), span)],
        "replace_view" => vec![Placed::made(&format!("CREATE OR REPLACE VIEW {full} AS {query}"), span)],
        _ => vec![
            Placed::made(&format!("DROP {kind} {full}"), span),
            Placed::made(&format!("CREATE {kind} {full} AS {query}"), span),
        ],
    })
}

/// Functions and triggers of fx: their SQL stands in `db/functions` and `db/triggers`.
fn fx(reader: &mut Reader<'_>, method: &str, call: &Call, span: Span) -> Made {
    let name = reader.argument(call, 0, "a name")?;
    let (verb, kind) = expected(method.split_once('_'), "a name")?;
    let on = reader.option(call, "on")?.map_or(String::new(), |table| format!(" ON {}", dotted(&table)));
    let drop = format!(
        "DROP {} {}{}",
        kind.to_uppercase(),
        name,
        if kind == "trigger" { on } else { String::new() }
    );
    if verb == "drop" {
        return one(span, drop);
    }
    let text = if let Some(node) = call.named("sql_definition") {
        expected(reader.plain(node), "SQL in a string")?
    } else {
        let version = reader.option(call, "version")?.unwrap_or_else(|| "1".to_owned());
        let file = format!("{name}_v{version:0>2}.sql");
        expected(
            reader.files.load(reader.path, &file, &[format!("{kind}s")]),
            &format!("the file db/{kind}s/{file}"),
        )?
        .to_owned()
    };
    let mut texts = Vec::new();
    if verb == "update" {
        texts.push(Placed::made(&drop, span));
    }
    texts.push(Placed::made(&text, span));
    Ok(texts)
}
