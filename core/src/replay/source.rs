//! Files as the replay reads them: decoded once, each fault told once.

use std::collections::BTreeMap;

use crate::change::SourceFile;
use crate::embedded;
use crate::framework::transactions::Sent;
use crate::framework::{self, Migration};
use crate::operation::Statement;
use crate::review::Problem;
use crate::sql;
use crate::text::{Span, decode};

/// Files by path.
pub(crate) struct Sources<'a> {
    files: BTreeMap<&'a str, &'a SourceFile>,
}

/// The statements of a migration, and what kept parts of it from being read.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) statements: Vec<Statement>,
    pub(crate) problems: Vec<Problem>,
}

/// Migrations as their tool sends them, with what was read of each.
pub(crate) fn sent<'a>(framework: &'a str, migrations: &'a [Migration], reads: &'a [Read]) -> Vec<Sent<'a>> {
    let sent = |(migration, read): (&'a Migration, &'a Read)| Sent {
        framework: framework::tool_of(framework, migration),
        migration,
        statements: &read.statements,
    };
    migrations.iter().zip(reads).map(sent).collect()
}

impl<'a> Sources<'a> {
    pub(crate) fn new(files: &'a [SourceFile]) -> Self {
        Sources { files: files.iter().map(|file| (file.path.as_str(), file)).collect() }
    }

    pub(crate) fn file(&self, path: &str) -> Option<&'a SourceFile> {
        self.files.get(path).copied()
    }

    /// The statements of what undoes a migration; none where nothing does.
    pub(crate) fn read_down(&self, migration: &Migration) -> Vec<Statement> {
        let Some(down) = &migration.down else { return Vec::new() };
        if let Some(code) = &migration.code {
            let read = Read::code(&down.path, code.down.as_deref().unwrap_or_default());
            return if read.problems.is_empty() { read.statements } else { Vec::new() };
        }
        let read = match (&migration.text, self.file(&down.path)) {
            (Some(text), _) if down.path == migration.path => Read::of(&down.path, text, &down.parts),
            (_, Some(file)) => Read::parts(file, &down.parts),
            (_, None) => Read::default(),
        };
        if read.problems.is_empty() { read.statements } else { Vec::new() }
    }

    /// A file's decoded text; empty where it is none.
    pub(crate) fn text(&self, path: &str) -> &'a str {
        self.file(path).and_then(|file| decode(&file.bytes).ok()).unwrap_or_default()
    }

    /// The statements of the parts of a migration that run forwards.
    pub(crate) fn read(&self, migration: &Migration) -> Read {
        if let Some(code) = &migration.code {
            return Read::code(&migration.path, &code.up);
        }
        match self.file(&migration.path) {
            Some(file) => match &migration.text {
                Some(text) => Read::of(&file.path, text, &migration.up),
                None => Read::parts(file, &migration.up),
            },
            None => Read::default(),
        }
    }
}

impl Read {
    /// The statements of a whole file.
    pub(crate) fn whole(file: &SourceFile) -> Read {
        let end = u32::try_from(file.bytes.len()).unwrap_or(u32::MAX);
        Read::parts(file, &[Span::new(0, end)])
    }

    fn parts(file: &SourceFile, parts: &[Span]) -> Read {
        let text = match decode(&file.bytes) {
            Ok(text) => text,
            Err(fault) => {
                let message = format!(
                    "Nothing in this file is reviewed: {} (at byte {}).",
                    fault.message, fault.offset
                );
                return Read { statements: Vec::new(), problems: vec![problem(&file.path, None, message)] };
            }
        };
        Read::of(&file.path, text, parts)
    }

    /// What the calls of code send.
    fn code(path: &str, items: &[embedded::Item]) -> Read {
        let script = embedded::read(items);
        let fault = |fault: sql::Fault| problem(path, Some(fault.span), sentence(&fault.message));
        Read { statements: script.statements, problems: script.faults.into_iter().map(fault).collect() }
    }

    /// The statements of parts of a decoded text.
    pub(crate) fn of(path: &str, text: &str, parts: &[Span]) -> Read {
        let mut read = Read::default();
        for part in parts {
            let script = sql::read(text, *part);
            read.statements.extend(script.statements);
            read.problems.extend(
                script
                    .faults
                    .into_iter()
                    .map(|fault| problem(path, Some(fault.span), sentence(&fault.message))),
            );
        }
        read
    }
}

fn problem(path: &str, span: Option<Span>, message: String) -> Problem {
    Problem { path: path.to_owned(), span, message, harmless: false }
}

/// Words as a sentence: with a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{capital}{}{end}", letters.as_str())
}
