//! The SQL front end: text → statements with typed operations. Total: any text gives statements and, for what is
//! not understood, its place and what was expected.

mod body;
mod cursor;
mod ddl;
mod keyword;
mod leaf;
mod lexer;
mod literal;
mod normal_form;
mod splitter;
mod sqlparser;
mod statement;
mod token;
mod type_name;

pub use normal_form::normal_form;
pub use sqlparser::sqlparser_reads;

use crate::operation::Statement;
use crate::text::{Placed, Span};
use cursor::Cursor;
use token::{Places, Source};

/// What was read of a part of a file.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Its comments, in order, with their delimiters.
    pub comments: Vec<Span>,
    /// Lexical faults: unterminated strings, comments, dollar quotes; NUL bytes.
    pub faults: Vec<Fault>,
    /// psql meta-commands (`\set …`), a line each.
    pub meta_commands: Vec<Span>,
    /// Rows of `COPY … FROM stdin`, up to `\.`.
    pub copy_data: Vec<Span>,
}

/// Something that is wrong below the level of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it begins.
    pub span: Span,
    /// What is wrong, in words ("this string is never closed").
    pub message: String,
}

/// Reads a part of a file. Spans of everything returned are in the whole file.
pub fn read(text: &str, part: Span) -> Script {
    let part = within(text, part);
    let lexed = lexer::lex(text, part);
    let source = Source { text, tokens: lexed.tokens, places: Places::default() };
    let mut statements = Cursor::new(&source, 0, source.tokens.len()).statements();
    for fault in &lexed.faults {
        statement::doubt(&mut statements, fault);
    }
    Script {
        statements,
        comments: lexed.comments,
        faults: lexed.faults,
        meta_commands: lexed.meta_commands,
        copy_data: lexed.copy_data,
    }
}

/// The comments of a part of a file, in order, with their delimiters; those in strings and bodies are none.
pub fn comments(text: &str, part: Span) -> Vec<Span> {
    lexer::lex(text, within(text, part)).comments
}

/// Reads a text that a tool puts together from parts of a file. Spans of everything returned are in the file.
pub fn read_placed(placed: &Placed) -> Script {
    let text = placed.text.as_str();
    let lexed = lexer::lex(text, within(text, Span::new(0, u32::MAX)));
    let source = Source { text, tokens: lexed.tokens, places: Places::of_placed(placed) };
    let mut statements = Cursor::new(&source, 0, source.tokens.len()).statements();
    let place = |span: &Span| source.place(*span);
    let faults: Vec<Fault> = lexed
        .faults
        .iter()
        .map(|fault| Fault { span: source.place(fault.span), message: fault.message.clone() })
        .collect();
    for fault in &faults {
        statement::doubt(&mut statements, fault);
    }
    Script {
        statements,
        comments: lexed.comments.iter().map(place).collect(),
        faults,
        meta_commands: lexed.meta_commands.iter().map(place).collect(),
        copy_data: lexed.copy_data.iter().map(place).collect(),
    }
}

/// The part, made to fit the text and to split no character.
fn within(text: &str, part: Span) -> Span {
    let fit = |at: u32| {
        let at = (at as usize).min(text.len());
        let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        u32::try_from(at).unwrap_or(u32::MAX)
    };
    Span::new(fit(part.start), fit(part.end))
}

#[cfg(test)]
mod tests;
