//! `lockkeeper debug`: what the project's own tests look at. Hidden, and no part of any contract.

use std::fmt::{Debug, Write as _};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use lockkeeper_core::change::{Change, Policy};
use lockkeeper_core::operation::{Grasp, Operation, Statement};
use lockkeeper_core::text::{LineIndex, Span, decode};
use lockkeeper_core::{report, sql};
use serde_json::{Value, json};

/// The arguments of `lockkeeper debug`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// What is read of SQL files: a JSON object for each, a line each
    Statements {
        /// The files; without any, their paths are read from standard input, a line each
        files: Vec<PathBuf>,
    },
    /// Review changes that are written as JSON, a line each, on standard input: what the wasm build does
    Check,
    /// The same for `locks`
    Locks,
    /// Compare predicted effects with measured ones
    Measured {
        /// The schema that every case starts from
        #[arg(long)]
        schema: PathBuf,
        /// The measured cases, as JSON
        cases: PathBuf,
    },
    /// Count the calls of migrations in code that are understood
    Embedded(crate::embedded::Arguments),
    /// The migration tools of whole repositories, and how they run what they have: a table
    Projects {
        /// A folder for each repository
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
    /// Declared schemas beside migrations, over the history of a repository
    Schema(crate::schemas::Arguments),
    /// Write docs/rules from the rules' pages
    Docs {
        /// Only compare, and look for dead links in every Markdown file
        #[arg(long)]
        check: bool,
        /// The repository
        #[arg(default_value = ".")]
        root: PathBuf,
    },
    /// What is found in whole histories: each folder in FOLDER is a project, each migration is judged on the schema
    /// that the ones before it left
    Findings(crate::findings::Arguments),
    /// What code says of each commit of a repository that takes something away from its schema
    History(crate::history::Arguments),
    /// The models of a tree of code, and how far they agree with what its migrations make
    Models(crate::models::Arguments),
}

/// Runs it. What it finds goes to standard output.
pub fn run(arguments: &Arguments) -> io::Result<()> {
    match &arguments.command {
        Command::Statements { files } if files.is_empty() => {
            for path in io::stdin().lock().lines() {
                statements(&PathBuf::from(path?))?;
            }
            Ok(())
        }
        Command::Statements { files } => files.iter().try_for_each(statements),
        Command::Check => {
            answers(|change, policy| report::json::review(&lockkeeper_core::review(change, policy)))
        }
        Command::Locks => answers(|change, policy| {
            report::json::locks(&lockkeeper_core::locks(&change.head, &change.schema, policy))
        }),
        Command::Measured { schema, cases } => {
            let report = crate::measured::compare(schema, cases).map_err(io::Error::other)?;
            io::stdout().lock().write_all(report.as_bytes())
        }
        Command::Embedded(arguments) => {
            let report = crate::embedded::report(arguments)?;
            io::stdout().lock().write_all(report.as_bytes())
        }
        Command::Projects { folders } => {
            io::stdout().lock().write_all(crate::projects::table(folders).as_bytes())
        }
        Command::Schema(arguments) => {
            let report = crate::schemas::report(arguments)?;
            io::stdout().lock().write_all(report.as_bytes())
        }
        Command::Docs { check, root } => {
            let done = if *check { crate::docs::check(root) } else { crate::docs::write(root) };
            done.map_err(|trouble| io::Error::other(trouble.message))
        }
        Command::History(arguments) => {
            let print = |line: &str| drop(io::stdout().lock().write_all(line.as_bytes()));
            crate::history::run(arguments, print).map_err(|trouble| io::Error::other(trouble.message))
        }
        Command::Models(arguments) => {
            io::stdout().lock().write_all(crate::models::report(arguments).as_bytes())
        }
        Command::Findings(arguments) => {
            let report =
                crate::findings::run(arguments).map_err(|trouble| io::Error::other(trouble.message))?;
            io::stdout().lock().write_all(report.as_bytes())
        }
    }
}

/// For each line of input a line with the report, as a JSON string.
fn answers(answer: impl Fn(&Change, &Policy) -> String) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let text = match report::input::parse(&line?) {
            Ok((change, policy)) => answer(&change, &policy),
            Err(message) => report::json::error(&message),
        };
        writeln!(io::stdout().lock(), "{}", Value::from(text))?;
    }
    Ok(())
}

fn statements(path: &PathBuf) -> io::Result<()> {
    let bytes = std::fs::read(path)?;
    let report = match decode(&bytes) {
        Ok(text) => of_text(text),
        Err(fault) => json!({ "undecodable": fault.message }),
    };
    let mut line = json!({ "file": path.to_string_lossy() });
    merge(&mut line, report);
    writeln!(io::stdout().lock(), "{line}")
}

fn of_text(text: &str) -> Value {
    let script = sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)));
    let lines = LineIndex::new(text);
    let faults =
        script.faults.iter().map(|fault| json!({ "at": fault.span.start, "message": fault.message }));
    json!({
        "statements": script.statements.iter().map(|part| of_statement(part, &lines)).collect::<Vec<_>>(),
        "faults": faults.collect::<Vec<_>>(),
        "meta_commands": script.meta_commands.len(),
        "copy_data": script.copy_data.len(),
    })
}

fn of_statement(statement: &Statement, lines: &LineIndex<'_>) -> Value {
    let (grasp, stopped) = match &statement.grasp {
        Grasp::Full => ("full", None),
        Grasp::Partial { at, expected } => ("partial", Some((at, expected))),
        Grasp::None { at, expected } => ("none", Some((at, expected))),
    };
    json!({
        "line": lines.place(statement.span.start).line,
        "start": statement.span.start,
        "end": statement.span.end,
        "operation": variant(&statement.operation),
        "actions": actions(&statement.operation),
        "grasp": grasp,
        "expected": stopped.map(|(_, expected)| expected),
        "at": stopped.map(|(at, _)| at.start),
    })
}

fn actions(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::AlterTable(alter) => alter.actions.iter().map(|action| variant(&action.kind)).collect(),
        Operation::AlterType(alter) => alter.actions.iter().map(variant).collect(),
        Operation::AlterDomain(alter) => vec![variant(&alter.action)],
        Operation::Drop(drop) => vec![variant(&drop.kind)],
        Operation::Change(change) => vec![variant(&change.kind)],
        Operation::Transaction(transaction) => vec![variant(transaction)],
        _ => Vec::new(),
    }
}

/// The name of an enum's variant, as it is written in the code.
fn variant(value: &impl Debug) -> String {
    /// Takes the first word and then refuses, so that the rest is never formatted.
    struct FirstWord(String);

    impl std::fmt::Write for FirstWord {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            let word = text.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(text.len());
            self.0.push_str(&text[..word]);
            if word == text.len() { Ok(()) } else { Err(std::fmt::Error) }
        }
    }

    let mut name = FirstWord(String::new());
    // The error only says that the word has ended.
    let _ = write!(name, "{value:?}");
    name.0
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

#[cfg(test)]
mod tests {
    use super::variant;
    use lockkeeper_core::operation::{Identifier, TableAction, Transaction};

    #[test]
    fn a_variant_is_its_first_word() {
        assert_eq!(variant(&TableAction::SetWithoutOids), "SetWithoutOids");
        assert_eq!(variant(&TableAction::SetNotNull { column: Identifier::made("a") }), "SetNotNull");
        assert_eq!(variant(&Transaction::Savepoint(Identifier::made("a"))), "Savepoint");
    }
}
