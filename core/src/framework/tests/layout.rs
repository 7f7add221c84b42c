//! The table of ways to send statements, cell by cell, and the tools' tricks.

use super::super::transactions::{BlockEnd, Layout, NoteKind, Sent, layout};
use super::super::{Migration, TransactionModel};
use crate::operation::{Grasp, Identifier, Operation, Other, Statement, Transaction};
use crate::text::Span;
use TransactionModel::{
    Autocommit, FileStatements, FileString, Pipeline, RunStatements, RunString, SimpleQuery,
};

fn operation(word: &str) -> Operation {
    let (command, name) = word.split_once(' ').unwrap_or((word, ""));
    let name = Identifier::made(name);
    let chain = name.text == "chain";
    Operation::Transaction(match command {
        "begin" => Transaction::Begin,
        "commit" => Transaction::Commit { chain },
        "rollback" => Transaction::Rollback { chain },
        "savepoint" => Transaction::Savepoint(name),
        "release" => Transaction::Release(name),
        "back" => Transaction::RollbackTo(name),
        "prepare" => Transaction::Prepare,
        command => return Operation::Other(Other { command: command.to_owned(), name: None }),
    })
}

/// Files between `||`, pieces between `/`, statements between `;`. Each statement takes ten bytes.
fn run(framework: &str, model: TransactionModel, script: &str) -> Layout {
    let files: Vec<(Migration, Vec<Statement>)> =
        script.split("||").map(|file| file_of(model, file)).collect();
    let sent: Vec<Sent<'_>> =
        files.iter().map(|(migration, statements)| Sent { framework, migration, statements }).collect();
    layout(&sent, |operation| matches!(operation, Operation::Other(other) if other.command == "cic"))
}

fn file_of(model: TransactionModel, file: &str) -> (Migration, Vec<Statement>) {
    let (mut up, mut statements) = (Vec::new(), Vec::new());
    for piece in file.split('/') {
        let words: Vec<&str> = piece.split(';').map(str::trim).filter(|word| !word.is_empty()).collect();
        let start = u32::try_from(statements.len()).unwrap() * 10;
        up.push(Span::new(start, start + u32::try_from(words.len()).unwrap() * 10));
        for (word, place) in words.into_iter().zip(0_u32..) {
            let span = Span::new(start + place * 10 + 1, start + place * 10 + 9);
            statements.push(Statement { span, operation: operation(word), grasp: Grasp::Full });
        }
    }
    (Migration::new("m.sql", "m", up, model), statements)
}

/// Blocks as `Kind(migration.statement …)`, with how they end unless they commit.
fn blocks(layout: &Layout) -> String {
    let one = |block: &super::super::transactions::Block| {
        let inner: Vec<String> = block.statements.iter().map(|(file, at)| format!("{file}.{at}")).collect();
        let end = if block.end == BlockEnd::Commit { String::new() } else { format!(" {:?}", block.end) };
        format!("{:?}({}){end}", block.kind, inner.join(" "))
    };
    layout.blocks.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Whether the `cic` that stands last works, with every other one before it.
fn works(framework: &str, model: TransactionModel, script: &str) -> bool {
    let layout = run(framework, model, script);
    let files =
        script.split("||").map(|file| file.split(['/', ';']).map(str::trim).filter(|it| !it.is_empty()));
    layout.places.iter().zip(files).all(|(places, words)| {
        places.iter().zip(words).all(|(place, word)| word != "cic" || place.may_run_alone())
    })
}

#[test]
fn every_cell_of_the_table() {
    // atomic, CIC alone, SET; CIC, CIC; CIC, COMMIT; CIC, SET LOCAL and a statement share a block
    for (model, cells) in [
        (FileStatements, [true, false, false, false, true, true]),
        (RunStatements, [true, false, false, false, true, true]),
        (FileString, [true, false, false, false, false, true]),
        (RunString, [true, false, false, false, false, true]),
        (SimpleQuery, [true, true, false, false, false, true]),
        (Autocommit, [false, true, true, true, true, false]),
        (Pipeline, [true, true, false, false, true, true]),
    ] {
        let shared = |script: &str| {
            let layout = run("other", model, script);
            let block = layout.places[0][0].block;
            block == layout.places[0][1].block && layout.blocks[block].kind.is_block()
        };
        let found = [
            shared("a; b"),
            works("other", model, "cic"),
            works("other", model, "set; cic"),
            works("other", model, "cic; cic"),
            works("other", model, "commit; cic"),
            shared("set local; b"),
        ];
        assert_eq!(found, cells, "{model:?}");
    }
}

#[test]
fn begin_and_commit_in_the_file() {
    for (model, script, expected) in [
        (Autocommit, "a; begin; b; commit; c", "Autocommit(0.0), Explicit(0.1 0.2 0.3), Autocommit(0.4)"),
        (SimpleQuery, "begin; a; commit; b; c", "Explicit(0.0 0.1 0.2), Implicit(0.3 0.4)"),
        (SimpleQuery, "a; begin; b; commit", "Explicit(0.0 0.1 0.2 0.3)"),
        (SimpleQuery, "a; commit; b", "Implicit(0.0 0.1), Autocommit(0.2)"),
        (SimpleQuery, "a", "Autocommit(0.0)"),
        (Pipeline, "a; begin; b; commit; c", "Explicit(0.0 0.1 0.2 0.3), Autocommit(0.4)"),
        (Pipeline, "cic; a; b", "Autocommit(0.0), Implicit(0.1 0.2)"),
        (
            FileStatements,
            "a; commit; b; c || d",
            "Framework(0.0 0.1), Autocommit(0.2), Autocommit(0.3), Framework(1.0)",
        ),
        (FileString, "a; commit; b; c || d", "Framework(0.0 0.1), Implicit(0.2 0.3), Framework(1.0)"),
        (
            RunStatements,
            "a; commit; cic; begin; b || c",
            "Framework(0.0 0.1), Autocommit(0.2), Explicit(0.3 0.4 1.0)",
        ),
        (RunStatements, "a || b", "Framework(0.0 1.0)"),
        (FileStatements, "a || b", "Framework(0.0), Framework(1.0)"),
        (Autocommit, "begin; a; rollback; b", "Explicit(0.0 0.1 0.2) Rollback, Autocommit(0.3)"),
        (Autocommit, "begin; a || b", "Explicit(0.0 0.1 1.0) Open"),
        (Autocommit, "begin; a; commit chain; b; commit", "Explicit(0.0 0.1 0.2), Explicit(0.3 0.4)"),
        (Autocommit, "begin; a; prepare", "Explicit(0.0 0.1 0.2) Prepared"),
    ] {
        assert_eq!(blocks(&run("other", model, script)), expected, "{model:?}: {script}");
    }
}

#[test]
fn concurrently_by_tool() {
    for (framework, model, script, expected) in [
        // Prisma up to 7.3, and later where sqlparser fails
        ("prisma", SimpleQuery, "a || cic", true),
        ("prisma", SimpleQuery, "set; cic", false),
        // Prisma from 7.4
        ("prisma", Autocommit, "a; cic; b", true),
        ("prisma", Autocommit, "begin; cic; commit", false),
        // Prisma 8
        ("prisma", RunStatements, "cic", false),
        // Drizzle and its trick, which needs breakpoints
        ("drizzle", RunStatements, "cic", false),
        ("drizzle", RunStatements, "a / commit / cic / begin / b", true),
        ("drizzle", RunStatements, "a / commit; cic; begin", false),
        ("drizzle", Autocommit, "a / cic", true),
        // Supabase
        ("supabase", Pipeline, "a || cic; b", true),
        ("supabase", Pipeline, "a; cic", false),
        ("supabase", Pipeline, "begin; a; commit; cic", true),
        // psql -f
        ("sql", Autocommit, "set; cic; cic", true),
        ("sql", Autocommit, "begin; cic; commit", false),
    ] {
        assert_eq!(works(framework, model, script), expected, "{framework} {model:?}: {script}");
    }
}

#[test]
fn savepoints_release_what_came_after_them() {
    let layout = run(
        "other",
        FileStatements,
        "a; savepoint s; b; savepoint t; c; back s; d; back t; release s; back s",
    );
    let [block] = layout.blocks.as_slice() else { panic!("one block") };
    let rollbacks: Vec<(usize, usize)> = block.rollbacks.iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(rollbacks, [(2, 5)]);
    let notes: Vec<(usize, NoteKind)> = layout.notes.iter().map(|note| (note.statement, note.kind)).collect();
    assert_eq!(notes, [(7, NoteKind::NoSavepoint), (9, NoteKind::NoSavepoint)]);
}

#[test]
fn commands_that_do_something_else() {
    let notes = |model, script| {
        let layout = run("other", model, script);
        layout.notes.iter().map(|note| (note.statement, note.kind)).collect::<Vec<_>>()
    };
    assert_eq!(
        notes(FileStatements, "begin; a; commit; b"),
        [(0, NoteKind::BeginInside), (2, NoteKind::EndsFramework)]
    );
    assert_eq!(
        notes(Autocommit, "commit; savepoint s"),
        [(0, NoteKind::EndOutside), (1, NoteKind::FailsOutside)]
    );
    assert_eq!(notes(SimpleQuery, "a; savepoint s"), [(1, NoteKind::FailsOutside)]);
    assert_eq!(notes(SimpleQuery, "a; rollback chain"), [(1, NoteKind::FailsOutside)]);
    assert_eq!(notes(SimpleQuery, "a; begin; savepoint s; rollback"), []);
}
