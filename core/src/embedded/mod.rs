//! SQL in code: what migrations that are written in a programming language send to the server.
//!
//! Code → tokens (`lexer`) → a plain tree (`parser`, `tree`) → the calls in the order they run (`reader`) → the SQL
//! that the tool makes of each (`tools`). That text is read like any other, with its places in the file of code. What
//! can't be followed is told with its place: a computed name, a helper of another file, a value that matters.

#![allow(
    clippy::match_same_arms,
    clippy::needless_for_each,
    clippy::nonminimal_bool,
    clippy::format_collect,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::many_single_char_names,
    reason = "tables of languages and tools name each case in its own words; file names are compared as tools compare them"
)]

mod files;
mod language;
pub(crate) mod lexer;
mod parser;
mod reader;
mod sent;
#[cfg(test)]
mod tests;
mod text_functions;
mod tools;
pub(crate) mod tree;
mod value;

pub use files::Files;
pub use language::Language;
pub(crate) use lexer::{Token, TokenKind};
pub use sent::read;
pub use sent::{Item, Sql};
pub use tools::CodeTool;
pub use tools::django::Models;

use crate::text::Span;
use reader::Reader;

/// The longest file of code that is followed, in bytes.
const LONGEST: usize = 2_000_000;

/// What the code of one migration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What it sends forwards, in order.
    pub up: Vec<Item>,
    /// What it sends on the way back; none where it has no way back.
    pub down: Option<Vec<Item>>,
    /// It asks to run without a transaction.
    pub outside: bool,
    /// It has a way forwards at all: the file is a migration.
    pub found: bool,
    /// How many statements each item of `up` is, where that is not one.
    pub counts: Vec<usize>,
}

impl Code {
    /// Counts statements, which takes reading them.
    pub(crate) fn count(&mut self) {
        self.counts = self
            .up
            .iter()
            .map(|item| match &item.sql {
                Sql::Text(text) => {
                    let inner = text.text.trim_end().trim_end_matches(';');
                    if inner.contains(';') { crate::sql::read_placed(text).statements.len() } else { 1 }
                }
                _ => 1,
            })
            .collect();
    }
}

/// The tokens of a text of code.
pub(crate) fn tokens(text: &str, language: Language) -> Vec<Token> {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    lexer::lex(text, Span::new(0, end), language)
}

/// Reads a whole file as steps, for readers of other things than migrations. Nothing where it is too long.
pub(crate) fn steps(text: &str, language: Language) -> Vec<tree::Step> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    parser::steps(text, Span::new(0, end), language)
}

/// This build has the readers of code: of migrations that are written in it, of the application's, of pipelines. A page
/// that reviews what is pasted as SQL goes without them: they are a third of all code.
pub(crate) const READS_CODE: bool = cfg!(feature = "code");

/// A migration of which nothing is read, and what was expected instead.
pub(crate) fn unread(expected: &str) -> Code {
    let item = Item { span: Span::new(0, 0), sql: Sql::Unknown(expected.to_owned()) };
    Code { up: vec![item], found: true, ..Code::default() }
}

/// Reads the code of one migration. The files are those that it may load.
pub fn code(tool: CodeTool, path: &str, text: &str, files: &Files<'_>) -> Code {
    if !READS_CODE {
        return unread("SQL: this build of Lockkeeper reads no code");
    }
    let Some(language) = Language::of_path(path) else { return Code::default() };
    if text.len() > LONGEST {
        return unread("a file of at most 2 MB");
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let steps = parser::steps(text, Span::new(0, end), language);
    let mut reader = Reader::new(text, path, language, files, tool);
    reader.learn(&steps);
    let mut code = (tool.enter)(&mut reader, &steps);
    code.count();
    code
}
