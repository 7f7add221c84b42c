//! Alembic: `op.add_column(…)` and the others as its `PostgreSQL` implementation renders them (1.20, `SQLAlchemy` 2).

mod types;

use super::render::{self, Made, dotted, expected, list, literal, name_end, one, quoted, steps};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::sent::{Item, Sql};
use crate::embedded::tree::{self, Argument, Call, Kind, Link, Node};
use crate::text::{Placed, Span};

/// Alembic.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool { with, ..CodeTool::new("alembic", enter, claim) };

fn enter(reader: &mut Reader<'_>, steps: &[tree::Step]) -> Code {
    entry::between(reader, steps, "upgrade", "downgrade")
}

/// `with op.get_context().autocommit_block():` and `with op.batch_alter_table('t') as batch:`.
fn with(reader: &mut Reader<'_>, context: &Node, alias: Option<&str>, body: &[tree::Step]) -> bool {
    let Kind::Chain(root, links) = &context.kind else { return false };
    let Some(steps) = steps(links, context.span) else { return false };
    if steps.iter().any(|step| step.name == "autocommit_block") {
        reader.items.push(Item { span: context.span, sql: Sql::Leave });
        reader.steps(body);
        reader.items.push(Item { span: context.span, sql: Sql::Enter });
        return true;
    }
    if root.word() == Some("op")
        && let Some(call) =
            steps.first().filter(|step| step.name == "batch_alter_table").and_then(|step| step.call)
        && let Some(alias) = alias
    {
        // The alias stands for the call, so that its table is known where it is used.
        let _ = call;
        reader.bind(alias, std::rc::Rc::new(context.clone()));
        reader.steps(body);
        return true;
    }
    false
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    let Kind::Name(name) = &root.kind else { return false };
    let Some(steps) = steps(links, span) else { return false };
    let Some(first) = steps.first() else { return false };
    if name == "op" {
        return claim_op(reader, first, &steps, span);
    }
    // What is executed on a connection.
    if matches!(first.name, "execute" | "exec_driver_sql" | "scalar" | "scalars")
        && !matches!(name.as_str(), "cursor" | "self")
    {
        let Some(call) = first.call.filter(|call| !call.arguments.is_empty()) else { return false };
        execute(reader, call, first.span);
        return true;
    }
    // A batch of changes to one table.
    if let Some(node) = reader.binding(name)
        && let Some(batch) = batch_of(&node)
        && let Some(call) = first.call
    {
        let mut arguments: Vec<Argument> =
            batch.arguments.iter().filter(|argument| argument.name.is_none()).take(1).cloned().collect();
        let table = batch.named("table_name").cloned().map(|value| Argument { name: None, value });
        if arguments.is_empty() {
            arguments.extend(table);
        }
        let place = usize::from(matches!(
            first.name,
            "create_index"
                | "create_foreign_key"
                | "create_unique_constraint"
                | "create_check_constraint"
                | "create_primary_key"
                | "drop_constraint"
                | "drop_index"
        ));
        let own: Vec<Argument> = call.arguments.clone();
        let mut merged: Vec<Argument> = Vec::new();
        if first.name == "drop_index" {
            merged.extend(own);
        } else {
            merged.extend(own.iter().take(place).cloned());
            merged.extend(arguments);
            merged.extend(own.into_iter().skip(place));
        }
        let merged = Call { arguments: merged, block: None, span: call.span };
        let made = render(reader, first.name, &merged, first.span);
        reader.answer(first.span, made);
        return true;
    }
    // `postgresql.ENUM(…).create(op.get_bind())`, and the same on a name.
    types::claim(reader, root, links, span)
}

fn batch_of(node: &Node) -> Option<&Call> {
    let Kind::Chain(root, links) = &node.kind else { return None };
    match links.as_slice() {
        [Link::Member(name, _), Link::Call(call)]
            if root.word() == Some("op") && name == "batch_alter_table" =>
        {
            Some(call)
        }
        _ => None,
    }
}

fn claim_op(
    reader: &mut Reader<'_>,
    first: &render::Step<'_>,
    steps: &[render::Step<'_>],
    span: Span,
) -> bool {
    let Some(call) = first.call else { return true };
    match first.name {
        "get_bind" | "get_context" | "f" | "inline_literal" | "batch_alter_table" | "run_async"
        | "implementation_for" | "invoke" => {
            // `op.get_bind().execute(…)`
            if let Some(call) = steps
                .iter()
                .find(|step| matches!(step.name, "execute" | "exec_driver_sql"))
                .and_then(|step| step.call)
            {
                execute(reader, call, span);
            }
            true
        }
        "execute" => {
            execute(reader, call, first.span);
            true
        }
        name => {
            let made = render(reader, name, call, first.span);
            reader.answer(first.span, made);
            true
        }
    }
}

/// Text of an `execute`. What `SQLAlchemy` builds is left aside where it reads.
fn execute(reader: &mut Reader<'_>, call: &Call, span: Span) {
    let Some(node) = call.at(0) else {
        reader.miss(span, "SQL in a string");
        return;
    };
    if let Some(text) = reader.text_with_holes(without_values(&reader.seen(node)).as_ref().unwrap_or(node)) {
        let text = parameters(&text);
        reader.send(span, text);
        return;
    }
    let seen = reader.seen(node);
    if types::is_select(&seen) {
        return;
    }
    match types::change(reader, &seen) {
        Some(sql) => reader.made(span, &sql),
        None => reader.miss(span, "SQL in a string"),
    }
}

/// `sa.text("…").bindparams(…)` without what fills the places of the text.
fn without_values(node: &Node) -> Option<Node> {
    let Kind::Chain(root, links) = &node.kind else { return None };
    let [before @ .., Link::Member(name, _), Link::Call(_)] = links.as_slice() else { return None };
    let fills = matches!(name.as_str(), "bindparams" | "columns" | "execution_options");
    let kind = Kind::Chain(root.clone(), before.to_vec());
    (fills && !before.is_empty()).then_some(Node { kind, span: node.span })
}

/// `:name` of `sa.text`, and `%%`.
fn parameters(text: &Placed) -> Placed {
    let bytes = text.text.as_bytes();
    let mut filled = Placed::default();
    let (mut from, mut at, mut number) = (0, 0, 0);
    let mut quoted = false;
    while let Some(byte) = bytes.get(at).copied() {
        quoted ^= byte == b'\'';
        let end = name_end(bytes, at + 1);
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
        let begins = bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next == b'_');
        if byte == b':'
            && begins
            && !quoted
            && before != b':'
            && before != b'\\'
            && !before.is_ascii_alphanumeric()
        {
            number += 1;
            filled.append(&text.part(from, at));
            filled.push(&format!("${number}"), text.part(at, end).span());
            from = end;
            at = end;
        } else {
            if byte == b'\\' && bytes.get(at + 1) == Some(&b':') {
                filled.append(&text.part(from, at));
                from = at + 1;
            }
            at += 1;
        }
    }
    filled.append(&text.part(from, text.text.len()));
    filled
}

/// `op.f('name')`, or a text.
fn name_of(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let seen = reader.seen(node);
    match &seen.kind {
        Kind::Chain(root, links) => match links.as_slice() {
            [Link::Member(name, _), Link::Call(call)] if name == "f" && root.word() == Some("op") => {
                call.at(0).and_then(|node| reader.plain(node))
            }
            _ => reader.plain(&seen),
        },
        _ => reader.plain(&seen),
    }
}

fn columns_at(reader: &mut Reader<'_>, node: &Node) -> Result<String, String> {
    let seen = reader.seen(node);
    let items: Vec<Node> = match &seen.kind {
        Kind::List(items) => items.clone(),
        _ => vec![(*seen).clone()],
    };
    let mut parts = Vec::new();
    for item in &items {
        parts.push(column_part(reader, item)?);
    }
    Ok(parts.join(", "))
}

/// A column of an index: a name, or `sa.text('lower(a)')`, or `sa.literal_column(…)`.
fn column_part(reader: &mut Reader<'_>, node: &Node) -> Result<String, String> {
    if let Some(raw) = reader.raw_expression(node) {
        let simple = raw.trim_start().starts_with('(')
            || raw.contains(' ')
            || raw.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        let call = raw.contains('(') && raw.trim_end().ends_with(')') && !raw.contains("->");
        return Ok(if simple || call { raw } else { format!("({raw})") });
    }
    if let Some(name) = reader.plain(node) {
        return Ok(quoted(&name));
    }
    types::expression(reader, node).ok_or_else(|| "a column that is written here".to_owned())
}

/// A positional argument or the keyword argument of that name.
fn argument<'c>(call: &'c Call, place: usize, names: &[&str]) -> Option<&'c Node> {
    names
        .iter()
        .find_map(|name| {
            call.arguments.iter().find(|it| it.name.as_deref() == Some(name)).map(|it| &it.value)
        })
        .or_else(|| call.at(place))
}

fn keyword<'c>(call: &'c Call, name: &str) -> Option<&'c Node> {
    call.arguments
        .iter()
        .rev()
        .find(|argument| argument.name.as_deref() == Some(name))
        .map(|argument| &argument.value)
}

/// A keyword argument that is not None.
fn given(reader: &Reader<'_>, call: &Call, name: &str) -> Option<Node> {
    let seen = reader.seen(keyword(call, name)?);
    (!matches!(seen.kind, Kind::Null)).then(|| (*seen).clone())
}

fn flag(reader: &Reader<'_>, call: &Call, name: &str) -> Result<bool, String> {
    match keyword(call, name) {
        None => Ok(false),
        Some(node) => expected(reader.flag(node), &format!("True or False for `{name}`")),
    }
}

fn table_at(reader: &mut Reader<'_>, call: &Call, place: usize, names: &[&str]) -> Result<String, String> {
    let node = expected(argument(call, place, names), "a table's name")?;
    let name = expected(reader.plain(node), "a table's name")?;
    let mut full = if name.contains('.') { dotted(&name) } else { quoted(&name) };
    for key in ["schema", "source_schema"] {
        if let Some(schema) = given(reader, call, key) {
            full = format!("{}.{full}", quoted(&expected(reader.plain(&schema), "a schema")?));
        }
    }
    Ok(full)
}

fn render(reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> Made {
    match name {
        "create_table" => create_table(reader, call, span),
        "drop_table" => {
            let exists = if flag(reader, call, "if_exists")? { " IF EXISTS" } else { "" };
            one(span, format!("DROP TABLE{exists} {}", table_at(reader, call, 0, &["table_name"])?))
        }
        "rename_table" => {
            let new = expected(
                argument(call, 1, &["new_table_name"]).and_then(|node| reader.plain(node)),
                "a new name",
            )?;
            one(
                span,
                format!(
                    "ALTER TABLE {} RENAME TO {}",
                    table_at(reader, call, 0, &["old_table_name"])?,
                    quoted(&new)
                ),
            )
        }
        "add_column" => {
            let table = table_at(reader, call, 0, &["table_name"])?;
            let node = expected(argument(call, 1, &["column"]), "a column")?;
            let column = types::column(reader, node)?;
            let exists = if flag(reader, call, "if_not_exists")? { " IF NOT EXISTS" } else { "" };
            let mut texts = vec![Placed::made(
                &format!("ALTER TABLE {table} ADD COLUMN{exists} {}", column.definition(false)),
                span,
            )];
            for reference in &column.references {
                texts.push(Placed::made(
                    &format!(
                        "ALTER TABLE {table} ADD {}FOREIGN KEY({}) {}",
                        reference.name,
                        quoted(&column.name),
                        reference.target
                    ),
                    span,
                ));
            }
            if column.index || column.unique {
                texts.push(Placed::made(&column.own_index(&table), span));
            }
            texts.extend(column.comment_on(&table).map(|sql| Placed::made(&sql, span)));
            Ok(texts)
        }
        "drop_column" => {
            let column = expected(
                argument(call, 1, &["column_name"]).and_then(|node| reader.plain(node)),
                "a column's name",
            )?;
            let exists = if flag(reader, call, "if_exists")? { " IF EXISTS" } else { "" };
            one(
                span,
                format!(
                    "ALTER TABLE {} DROP COLUMN{exists} {}",
                    table_at(reader, call, 0, &["table_name"])?,
                    quoted(&column)
                ),
            )
        }
        "alter_column" => alter_column(reader, call, span),
        "create_index" => create_index(reader, call, span),
        "drop_index" => {
            let node = expected(argument(call, 0, &["index_name"]), "an index's name")?;
            let name = expected(name_of(reader, node), "an index's name")?;
            let concurrently =
                if flag(reader, call, "postgresql_concurrently")? { " CONCURRENTLY" } else { "" };
            let exists = if flag(reader, call, "if_exists")? { " IF EXISTS" } else { "" };
            let schema = match given(reader, call, "schema") {
                Some(schema) => format!("{}.", quoted(&expected(reader.plain(&schema), "a schema")?)),
                None => String::new(),
            };
            one(span, format!("DROP INDEX{concurrently}{exists} {schema}{}", quoted(&name)))
        }
        "create_foreign_key" => {
            let constraint = constraint_name(reader, call)?;
            let table = table_at(reader, call, 1, &["source_table"])?;
            let target = expected(
                argument(call, 2, &["referent_table"]).and_then(|node| reader.plain(node)),
                "a table that is referenced",
            )?;
            let columns =
                expected(argument(call, 3, &["local_cols"]).and_then(|node| reader.plains(node)), "columns")?;
            let others = expected(
                argument(call, 4, &["remote_cols"]).and_then(|node| reader.plains(node)),
                "columns",
            )?;
            let schema = match given(reader, call, "referent_schema") {
                Some(schema) => format!("{}.", quoted(&expected(reader.plain(&schema), "a schema")?)),
                None => String::new(),
            };
            let tail = types::actions(reader, call)?;
            let valid = if flag(reader, call, "postgresql_not_valid")? { " NOT VALID" } else { "" };
            one(
                span,
                format!(
                    "ALTER TABLE {table} ADD {constraint}FOREIGN KEY({}) REFERENCES {schema}{} ({}){tail}{valid}",
                    list(&columns),
                    dotted(&target),
                    list(&others)
                ),
            )
        }
        "create_unique_constraint" | "create_primary_key" => {
            let constraint = constraint_name(reader, call)?;
            let table = table_at(reader, call, 1, &["table_name"])?;
            let columns =
                expected(argument(call, 2, &["columns"]).and_then(|node| reader.plains(node)), "columns")?;
            let kind = if name == "create_primary_key" { "PRIMARY KEY" } else { "UNIQUE" };
            let nulls =
                if flag(reader, call, "postgresql_nulls_not_distinct")? { " NULLS NOT DISTINCT" } else { "" };
            let tail = types::actions(reader, call)?;
            one(span, format!("ALTER TABLE {table} ADD {constraint}{kind}{nulls} ({}){tail}", list(&columns)))
        }
        "create_check_constraint" => {
            let constraint = constraint_name(reader, call)?;
            let table = table_at(reader, call, 1, &["table_name"])?;
            let node = expected(argument(call, 2, &["condition"]), "a condition")?;
            let condition = expected(types::expression(reader, node), "a condition that is written here")?;
            let valid = if flag(reader, call, "postgresql_not_valid")? { " NOT VALID" } else { "" };
            one(span, format!("ALTER TABLE {table} ADD {constraint}CHECK ({condition}){valid}"))
        }
        "drop_constraint" => {
            let node = expected(argument(call, 0, &["constraint_name"]), "a constraint's name")?;
            let constraint = expected(name_of(reader, node), "a constraint's name")?;
            let exists = if flag(reader, call, "if_exists")? { "IF EXISTS " } else { "" };
            one(
                span,
                format!(
                    "ALTER TABLE {} DROP CONSTRAINT {exists}{}",
                    table_at(reader, call, 1, &["table_name"])?,
                    quoted(&constraint)
                ),
            )
        }
        "create_exclude_constraint" => Err("an exclusion constraint in SQL".to_owned()),
        "bulk_insert" => {
            let node = expected(call.at(0), "a table")?;
            let table = expected(types::table_name(reader, node), "a table that is written here")?;
            one(span, format!("INSERT INTO {table} VALUES ($1)"))
        }
        "create_table_comment" => {
            let comment =
                expected(argument(call, 1, &["comment"]).and_then(|node| reader.plain(node)), "a comment")?;
            one(
                span,
                format!(
                    "COMMENT ON TABLE {} IS {}",
                    table_at(reader, call, 0, &["table_name"])?,
                    literal(&comment)
                ),
            )
        }
        "drop_table_comment" => {
            one(span, format!("COMMENT ON TABLE {} IS NULL", table_at(reader, call, 0, &["table_name"])?))
        }
        _ => Err(format!("a call of Alembic that Lockkeeper follows (not `{name}`)")),
    }
}

fn constraint_name(reader: &mut Reader<'_>, call: &Call) -> Result<String, String> {
    let node = expected(argument(call, 0, &["constraint_name"]), "a constraint's name")?;
    if matches!(reader.seen(node).kind, Kind::Null) {
        return Ok(String::new());
    }
    expected(name_of(reader, node), "a constraint's name")
        .map(|name| format!("CONSTRAINT {} ", quoted(&name)))
}

fn alter_column(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let table = table_at(reader, call, 0, &["table_name"])?;
    let column =
        expected(argument(call, 1, &["column_name"]).and_then(|node| reader.plain(node)), "a column's name")?;
    let begin = format!("ALTER TABLE {table} ALTER COLUMN {}", quoted(&column));
    let mut texts = Vec::new();
    let mut push = |sql: String| texts.push(Placed::made(&sql, span));
    if let Some(kind) = given(reader, call, "type_") {
        let kind = expected(types::type_of(reader, &kind), "a type that Lockkeeper knows")?;
        let using = match given(reader, call, "postgresql_using") {
            Some(using) => format!(" USING {}", expected(reader.plain(&using), "an expression")?),
            None => String::new(),
        };
        push(format!("{begin} TYPE {}{using}", kind.sql));
    }
    if let Some(nullable) = given(reader, call, "nullable") {
        let verb =
            if expected(reader.flag(&nullable), "True or False for `nullable`")? { "DROP" } else { "SET" };
        push(format!("{begin} {verb} NOT NULL"));
    }
    if let Some(node) = keyword(call, "server_default") {
        let seen = reader.seen(node);
        match &seen.kind {
            Kind::Bool(false) => {}
            Kind::Null => push(format!("{begin} DROP DEFAULT")),
            _ => push(format!(
                "{begin} SET DEFAULT {}",
                expected(types::default(reader, &seen), "a default that is written here")?
            )),
        }
    }
    if let Some(comment) = keyword(call, "comment") {
        let text = match reader.seen(comment).kind {
            Kind::Bool(false) => None,
            Kind::Null => Some("NULL".to_owned()),
            _ => Some(literal(&expected(reader.plain(comment), "a comment")?)),
        };
        if let Some(text) = text {
            push(format!("COMMENT ON COLUMN {table}.{} IS {text}", quoted(&column)));
        }
    }
    for key in ["new_column_name", "name"] {
        if let Some(new) = given(reader, call, key) {
            push(format!(
                "ALTER TABLE {table} RENAME {} TO {}",
                quoted(&column),
                quoted(&expected(reader.plain(&new), "a new name")?)
            ));
        }
    }
    Ok(texts)
}

fn create_index(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let node = expected(argument(call, 0, &["index_name"]), "an index's name")?;
    let name = match reader.seen(node).kind {
        Kind::Null => String::new(),
        _ => format!(" {}", quoted(&expected(name_of(reader, node), "an index's name")?)),
    };
    let table = table_at(reader, call, 1, &["table_name"])?;
    let node = expected(argument(call, 2, &["columns"]), "columns")?;
    let mut columns = columns_at(reader, node)?;
    if let Some(classes) = given(reader, call, "postgresql_ops")
        && let Kind::Map(entries) = &classes.kind
    {
        for (key, value) in entries {
            let (column, class) = (
                expected(reader.plain(key), "a column")?,
                expected(reader.plain(value), "an operator class")?,
            );
            columns = columns.replace(&quoted(&column), &format!("{} {class}", quoted(&column)));
        }
    }
    let unique = if flag(reader, call, "unique")? { " UNIQUE" } else { "" };
    let concurrently = if flag(reader, call, "postgresql_concurrently")? { " CONCURRENTLY" } else { "" };
    let exists = if flag(reader, call, "if_not_exists")? { " IF NOT EXISTS" } else { "" };
    let method = match given(reader, call, "postgresql_using") {
        Some(method) => format!(" USING {}", expected(reader.plain(&method), "a method")?),
        None => String::new(),
    };
    let include = match given(reader, call, "postgresql_include") {
        Some(include) => format!(" INCLUDE ({})", list(&expected(reader.plains(&include), "columns")?)),
        None => String::new(),
    };
    let nulls = if flag(reader, call, "postgresql_nulls_not_distinct")? { " NULLS NOT DISTINCT" } else { "" };
    let with = match given(reader, call, "postgresql_with") {
        Some(with) => match &with.kind {
            Kind::Map(entries) => {
                let mut parts = Vec::new();
                for (key, value) in entries {
                    parts.push(format!(
                        "{} = {}",
                        expected(reader.plain(key), "an option")?,
                        expected(reader.plain(value), "a value")?
                    ));
                }
                format!(" WITH ({})", parts.join(", "))
            }
            _ => return Err("options that are written here".to_owned()),
        },
        None => String::new(),
    };
    let filter = match given(reader, call, "postgresql_where") {
        Some(filter) => format!(
            " WHERE {}",
            expected(types::expression(reader, &filter), "a condition that is written here")?
        ),
        None => String::new(),
    };
    one(
        span,
        format!(
            "CREATE{unique} INDEX{concurrently}{exists}{name} ON {table}{method} ({columns}){include}{nulls}{with}{filter}"
        ),
    )
}

fn create_table(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let table = table_at(reader, call, 0, &["table_name"])?;
    let mut columns = Vec::new();
    let mut parts: Vec<(Span, String)> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    let mut texts = Vec::new();
    let mut later = Vec::new();
    let mut rest = call.arguments.iter().filter(|argument| argument.name.is_none());
    rest.next();
    let mut nodes: Vec<Node> = Vec::new();
    for argument in rest {
        match &argument.value.kind {
            Kind::Spread(inner) => match &reader.seen(inner).kind {
                Kind::List(items) => nodes.extend(items.iter().cloned()),
                _ => return Err("columns that are written here".to_owned()),
            },
            _ => nodes.push((*reader.seen(&argument.value)).clone()),
        }
    }
    for node in &nodes {
        if let Some(part) = types::table_part(reader, node)? {
            if let Some(named) = part.primary_key {
                keys.extend(named);
            }
            parts.push((node.span, part.sql));
        } else {
            let column = types::column(reader, node)?;
            if let Some(create) = &column.kind.create {
                texts.push(Placed::made(create, node.span));
            }
            if column.primary {
                keys.push(column.name.clone());
            }
            columns.push((node.span, column));
        }
    }
    let explicit = parts.iter().any(|(_, sql)| sql.contains("PRIMARY KEY ("));
    let mut sql = Placed::made(
        &format!(
            "CREATE TABLE{} {table} (",
            if flag(reader, call, "if_not_exists")? { " IF NOT EXISTS" } else { "" }
        ),
        span,
    );
    let mut first = true;
    for (place, column) in &columns {
        if !std::mem::take(&mut first) {
            sql.push(", ", span);
        }
        let key = keys.len() == 1 && keys.contains(&column.name);
        sql.push(&column.definition(key), *place);
        if column.index {
            later.push(column.own_index(&table));
        }
    }
    // A primary key comes before other constraints.
    parts.sort_by_key(|(_, sql)| !sql.contains("PRIMARY KEY ("));
    if !keys.is_empty() && !explicit {
        parts.insert(0, (span, format!("PRIMARY KEY ({})", list(&keys))));
    }
    for (place, column) in &columns {
        for reference in &column.references {
            parts.push((
                *place,
                format!("{}FOREIGN KEY({}) {}", reference.name, quoted(&column.name), reference.target),
            ));
        }
        if column.unique && !column.index {
            parts.push((*place, format!("UNIQUE ({})", quoted(&column.name))));
        }
    }
    for (place, part) in &parts {
        if !std::mem::take(&mut first) {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    sql.push(")", span);
    texts.push(sql);
    let comment = keyword(call, "comment").and_then(|node| reader.plain(node));
    texts.extend(
        comment.map(|it| Placed::made(&format!("COMMENT ON TABLE {table} IS {}", literal(&it)), span)),
    );
    let comments = columns.iter().filter_map(|(place, column)| Some((place, column.comment_on(&table)?)));
    texts.extend(comments.map(|(place, sql)| Placed::made(&sql, *place)));
    texts.extend(later.iter().map(|sql| Placed::made(sql, span)));
    Ok(texts)
}
