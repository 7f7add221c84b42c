//! The trees of code before and after a change: each file is searched once, what it says counts for both trees that
//! have it.

use std::collections::BTreeSet;

use super::evidence::FileUse;
use super::files;
use super::model::Models;
use super::models;
use super::search::{Opened, Terms, Words, look};
use super::subject::{Fate, Kind, Subject};
use crate::change::{CodeTrees, SourceFile};
use crate::text::decode;

/// One of the two trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Before the change: what runs now.
    Base,
    /// After it.
    Head,
}

/// What one file says of one subject.
pub(super) struct Hit<'a> {
    pub(super) file: &'a SourceFile,
    /// The tree that has the file; none is both.
    pub(super) side: Option<Side>,
    pub(super) says: FileUse,
}

/// Both trees, searched for some subjects.
pub(super) struct Searched<'a> {
    pub(super) base: Models,
    pub(super) head: Models,
    /// By subject.
    pub(super) hits: Vec<Vec<Hit<'a>>>,
    /// Files that were searched in the tree before the change, and after it.
    pub(super) files: (usize, usize),
    /// Code names other tables of the database: it is this database's code.
    pub(super) talks: bool,
}

/// Searches both trees. Files that hold migrations are no code that runs beside the schema.
pub(super) fn search<'a>(
    trees: &'a CodeTrees,
    subjects: &[Subject],
    tables: &[String],
    migrations: &BTreeSet<&str>,
) -> Searched<'a> {
    let base = models::read(&joined(&trees.same, &trees.base));
    let unchanged = trees.base.is_empty() && trees.head.is_empty();
    let head = if unchanged { base.clone() } else { models::read(&joined(&trees.same, &trees.head)) };
    let counts =
        |file: &&SourceFile| files::is_searched(&file.path) && !migrations.contains(file.path.as_str());
    let same: Vec<&SourceFile> = trees.same.iter().filter(counts).collect();
    let before: Vec<&SourceFile> = trees.base.iter().filter(counts).collect();
    let after: Vec<&SourceFile> = trees.head.iter().filter(counts).collect();

    let terms: Vec<Terms<'_>> = subjects.iter().map(|subject| Terms::new(subject, &[&base, &head])).collect();
    let mut words = Words::default();
    for (number, terms) in (0_u32..).zip(&terms) {
        terms.own.iter().for_each(|name| words.add(name, number * 2));
        terms.tables.iter().for_each(|name| words.add(name, number * 2 + 1));
    }
    let anchor = u32::try_from(terms.len() * 2).unwrap_or(u32::MAX);
    for name in tables {
        words.add(name, anchor);
    }

    let mut hits: Vec<Vec<Hit<'a>>> = subjects.iter().map(|_| Vec::new()).collect();
    let mut anchored = 0_usize;
    let sides = [(None, &same), (Some(Side::Base), &before), (Some(Side::Head), &after)];
    for (side, file) in
        sides.into_iter().flat_map(|(side, files)| files.iter().map(move |file| (side, *file)))
    {
        let found = words.find(&file.bytes);
        anchored += usize::from(found.last() == Some(&anchor));
        let mut opened = None;
        for ((number, terms), hits) in (0_u32..).zip(&terms).zip(&mut hits) {
            let own = found.binary_search(&(number * 2)).is_ok();
            let table = found.binary_search(&(number * 2 + 1)).is_ok();
            // Of what is new nobody asks whether it is proven not to be used.
            let asked = terms.subject.kind == Kind::Column && terms.subject.fate != Fate::Added;
            if !(own || table && asked) {
                continue;
            }
            if !table && !terms.may_mean(&file.bytes) {
                continue;
            }
            let Ok(text) = decode(&file.bytes) else { continue };
            let opened = opened.get_or_insert_with(|| Opened::new(&file.path, text));
            let mut says = look(opened, terms);
            says.names_table |= table;
            hits.push(Hit { file, side, says });
        }
    }
    let files = (same.len() + before.len(), same.len() + after.len());
    let talks = anchored > 0 || !base.models.is_empty() || !head.models.is_empty();
    Searched { base, head, hits, files, talks }
}

/// A tree's files that may tell of models.
fn joined<'a>(one: &'a [SourceFile], other: &'a [SourceFile]) -> Vec<&'a SourceFile> {
    one.iter().chain(other).filter(|file| files::is_code(&file.path)).collect()
}
