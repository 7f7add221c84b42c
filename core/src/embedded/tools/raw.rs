//! Tools of which only SQL that stands in strings is read: Go, Java, Kotlin and Rust migrations.

use super::CodeTool;
use super::entry;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Kind, Link, Node, Step};
use crate::embedded::{Code, Language};
use crate::text::Span;

/// Migrations in Go, Java, Kotlin and Rust.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("code", enter, claim);

/// Methods that send their text.
const SENDS: [&str; 22] = [
    "Exec",
    "ExecContext",
    "Query",
    "QueryContext",
    "QueryRow",
    "QueryRowContext",
    "MustExec",
    "execute",
    "executeUpdate",
    "executeQuery",
    "executeLargeUpdate",
    "addBatch",
    "prepareStatement",
    "execute_unprepared",
    "execute_raw",
    "query",
    "update",
    "batch_execute",
    "batchUpdate",
    "exec",
    "sql",
    "raw_sql",
];

fn enter(reader: &mut Reader<'_>, steps: &[Step]) -> Code {
    let (ups, downs): (&[&str], &[&str]) = match reader.language {
        Language::Go => (&["up", "Up"], &["down", "Down"]),
        Language::Jvm => (&["migrate"], &["undo"]),
        _ => (&["up", "migration"], &["down"]),
    };
    let up = ups
        .iter()
        .find_map(|name| entry::function(reader, steps, name))
        .or_else(|| registered(reader, steps, 0));
    let Some(up) = up else { return Code::default() };
    let down = downs
        .iter()
        .find_map(|name| entry::function(reader, steps, name))
        .or_else(|| registered(reader, steps, 1));
    let outside = reader.language == Language::Go
        && (reader.source.contains("NoTxContext(") || reader.source.contains("NoTx("))
        || reader.language == Language::Jvm
            && reader.source.contains("canExecuteInTransaction")
            && reader.source.contains("return false")
        || reader.language == Language::Rust
            && reader.source.contains("use_transaction")
            && reader.source.contains("Some(false)");
    let items = entry::follow(reader, &up);
    let down = down.map(|down| entry::follow(reader, &down));
    Code { up: items, down, outside, found: true, ..Code::default() }
}

/// `goose.AddMigrationContext(up00001, down00001)`
fn registered(
    reader: &Reader<'_>,
    steps: &[Step],
    place: usize,
) -> Option<std::rc::Rc<crate::embedded::tree::Function>> {
    let in_step = |step: &Step| match step {
        Step::Function(function) if function.name == "init" => function.body.iter().find_map(|step| {
            let Step::Expression(Node { kind: Kind::Chain(_, links), .. }) = step else { return None };
            let Some(Link::Call(call)) = links.last() else { return None };
            let names: Vec<&Node> = call
                .arguments
                .iter()
                .map(|it| &it.value)
                .filter(|it| matches!(it.kind, Kind::Name(_) | Kind::Function(_)))
                .collect();
            match names.get(place).map(|node| &node.kind) {
                Some(Kind::Name(name)) => reader.function_named(name),
                Some(Kind::Function(function)) => Some(std::rc::Rc::clone(function)),
                _ => None,
            }
        }),
        _ => None,
    };
    steps.iter().find_map(in_step)
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    // `if _, err := tx.Exec(…)` and the like are found by what they call, not by what they are called on.
    let Some(place) =
        links.iter().position(|link| matches!(link, Link::Member(name, _) if SENDS.contains(&name.as_str())))
    else {
        if reader.language == Language::Rust && builder(reader, root, links) {
            reader.miss(span, "SQL in a string instead of a query builder");
            return true;
        }
        return false;
    };
    let Some(Link::Call(call)) = links.get(place + 1) else { return false };
    let at = Span::new(span.start, call.span.end);
    // A context may stand before it; what follows are its parameters.
    let mut found = call.arguments.iter().map(|argument| &argument.value).take(2);
    match found.find_map(|value| match reader.seen(value).kind {
        Kind::Number(_) => None,
        _ => reader.text_with_holes(value),
    }) {
        Some(text) => reader.send(at, text),
        None if call.arguments.is_empty() => {
            reader.arguments(call);
            return false;
        }
        None => reader.miss(at, "SQL in a string"),
    }
    true
}

/// A call of sea-orm's schema manager.
fn builder(reader: &Reader<'_>, root: &Node, links: &[Link]) -> bool {
    let Some(Link::Member(name, _)) = links.first() else { return false };
    reader.is_handle(root)
        && !matches!(
            name.as_str(),
            "get_connection" | "get_database_backend" | "has_table" | "has_column" | "has_index"
        )
        || matches!(&root.kind, Kind::Name(name) if name == "manager")
            && !matches!(
                name.as_str(),
                "get_connection" | "get_database_backend" | "has_table" | "has_column" | "has_index"
            )
}
