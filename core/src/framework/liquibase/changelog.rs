//! What a changelog says, whatever it is written in.

use super::own::{self, Change};
use crate::framework::markers::span;
use crate::text::Span;

/// A changelog's entries, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Changelog {
    pub(super) entries: Vec<Entry>,
    /// Names of properties whose value is `public`.
    pub(super) public: Vec<String>,
    /// The file's text without escapes, where it has any.
    pub(super) text: Option<String>,
}

/// An entry.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// Another changelog.
    Include { path: String, relative: bool },
    /// All changelogs of a folder, in the order of their paths.
    IncludeAll { path: String, relative: bool },
    /// A changeset.
    Set(ChangeSet),
}

/// A changeset.
#[derive(Clone, Debug)]
pub(super) struct ChangeSet {
    /// `author:id`.
    pub(super) name: String,
    /// Databases it is for, as written; empty for all.
    pub(super) databases: String,
    /// `runInTransaction`.
    pub(super) in_transaction: bool,
    /// `runOnChange` or `runAlways`.
    pub(super) again: bool,
    /// `splitStatements` of all its SQL.
    pub(super) split: bool,
    /// `endDelimiter`, where it is not a semicolon.
    pub(super) delimiter: Option<String>,
    /// Its SQL.
    pub(super) parts: Vec<Part>,
    /// What undoes it.
    pub(super) rollback: Vec<Part>,
    /// Changes in Liquibase's own words that are not known.
    pub(super) unread: Vec<String>,
}

/// SQL of a changeset.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// In the changelog itself.
    Inline(Vec<Span>),
    /// In another file.
    File { written: String, relative: bool },
    /// What Liquibase makes of a change in its own words.
    Made { span: Span, statements: Vec<String> },
}

impl ChangeSet {
    /// A changeset of which nothing but its name is known.
    pub(super) fn new(author: &str, id: &str) -> Self {
        ChangeSet {
            name: format!("{author}:{id}"),
            databases: String::new(),
            in_transaction: true,
            again: false,
            split: true,
            delimiter: None,
            parts: Vec::new(),
            rollback: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// An attribute, as it is called in all languages.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        let on = !value.trim().eq_ignore_ascii_case("false");
        match key {
            "runInTransaction" => self.in_transaction = on,
            "runOnChange" | "runAlways" => self.again = self.again || on,
            "splitStatements" => self.split = on,
            "endDelimiter" if value != ";" && !value.is_empty() => {
                self.delimiter = Some(value.replace("\\n", "\n").trim().to_owned());
            }
            "dbms" => value.clone_into(&mut self.databases),
            _ => {}
        }
    }

    /// Takes a change in Liquibase's own words.
    pub(super) fn own(&mut self, change: &Change, span: Span) {
        match own::render(change) {
            Some(statements) => self.parts.push(Part::Made { span, statements }),
            None => self.unread.push(change.name.clone()),
        }
    }

    /// Whether PostgreSQL is among the databases it is for.
    pub(super) fn is_for_postgres(&self) -> bool {
        is_for_postgres(&self.databases)
    }
}

/// Whether a `dbms` takes in PostgreSQL: a list, in which `!` leaves one out.
pub(super) fn is_for_postgres(databases: &str) -> bool {
    let mut names = databases.split(',').map(str::trim).filter(|name| !name.is_empty()).peekable();
    if names.peek().is_none() {
        return true;
    }
    let names: Vec<&str> = names.collect();
    let left_out = |name: &&str| matches!(name.strip_prefix('!').map(str::trim), Some("postgresql" | "all"));
    let taken = |name: &&str| matches!(*name, "postgresql" | "all") || name.starts_with('!');
    !names.iter().any(left_out) && names.iter().any(taken)
}

/// A part of a text cut at a delimiter.
pub(super) fn cut(text: &str, part: Span, delimiter: Option<&str>) -> Vec<Span> {
    let Some(delimiter) = delimiter.filter(|delimiter| !delimiter.is_empty()) else { return vec![part] };
    let (from, inner) = (part.start as usize, part.of(text));
    let mut start = 0;
    let ends = inner.match_indices(delimiter).map(|(at, mark)| (at, at + mark.len()));
    let mut pieces = Vec::new();
    for (end, next) in ends.chain(std::iter::once((inner.len(), inner.len()))) {
        if inner.get(start..end).is_some_and(|piece| !piece.trim().is_empty()) {
            pieces.push(span(from + start, from + end));
        }
        start = next;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_lists() {
        for (written, expected) in [
            ("", true),
            ("postgresql", true),
            ("h2, postgresql", true),
            ("!postgresql", false),
            ("!h2", true),
            ("mysql", false),
        ] {
            assert_eq!(is_for_postgres(written), expected, "{written}");
        }
    }
}
