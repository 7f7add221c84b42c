//! Columns that a schema calls by another name, and that a migration drops and adds instead of renaming.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Fact, Facts, TableKey};
use super::review::{Sides, shown};
use crate::framework::{Irregularity, Mishap};

/// Tables that lose or gain more columns at once are made over.
const MOST: usize = 30;

/// Pairs of a dropped and an added column that are one column to the schema.
pub(super) fn find(sides: &Sides<'_>) -> Vec<Irregularity> {
    let (before, after) = (&sides.steps.before, &sides.steps.after);
    let columns = |facts: BTreeSet<Fact>| {
        facts.into_iter().filter_map(|fact| match fact {
            Fact::Column(key, name) => Some((key, name)),
            _ => None,
        })
    };
    let mut added: BTreeMap<TableKey, Vec<String>> = BTreeMap::new();
    for (key, name) in columns(after.beyond(before)) {
        added.entry(key).or_default().push(name);
    }
    let mut dropped: BTreeMap<TableKey, Vec<String>> = BTreeMap::new();
    for (key, name) in columns(before.beyond(after)) {
        dropped.entry(key).or_default().push(name);
    }
    let mut found = Vec::new();
    for (key, olds) in &dropped {
        // Where a table is made over, nobody tells which column became which.
        let Some(news) = added.get(key).filter(|news| news.len() <= MOST && olds.len() <= MOST) else {
            continue;
        };
        found.extend(olds.iter().filter_map(|old| renamed(sides, key, old, news)));
    }
    found
}

/// The column that an old one became, as what is wrong with that.
fn renamed(sides: &Sides<'_>, key: &TableKey, old: &str, news: &[String]) -> Option<Irregularity> {
    let (before, after) = (&sides.steps.before, &sides.steps.after);
    let kind =
        |facts: &Facts, name: &str| facts.column(key, name).and_then(|column| column.type_name.clone());
    let type_name = kind(before, old)?;
    let mut matching = news
        .iter()
        .filter(|new| kind(after, new).as_ref() == Some(&type_name))
        .filter(|new| is_renamed(sides, key, old, new));
    // Several that fit alike prove nothing.
    let new = matching.next().filter(|_| matching.next().is_none())?;
    let fact = |name: &str| Fact::Column(key.clone(), name.to_owned());
    let (gone, made) = (sides.steps.taken(&fact(old))?, sides.steps.made(&fact(new))?);
    if is_copied(sides, key, gone, made) {
        return None;
    }
    let step = sides.steps.all.get(gone)?;
    if step.renamed.iter().any(|(table, from)| *table == key.1 && from == old) {
        return None;
    }
    Some(Irregularity {
        path: step.path.clone(),
        migration: step.migration.clone(),
        span: step.span,
        mishap: Mishap::DroppedAndAdded {
            language: sides.new.language,
            table: shown(key),
            old: old.to_owned(),
            new: new.clone(),
            type_name,
        },
    })
}

/// The declared schema drops one name and gains the other in its place, or one that is nearly the same.
fn is_renamed(sides: &Sides<'_>, key: &TableKey, old: &str, new: &str) -> bool {
    let (Some(before), Some(after)) = (sides.old.places.get(key), sides.new.places.get(key)) else {
        return false;
    };
    let names = |columns: &[(String, crate::text::Span)]| -> Vec<String> {
        columns.iter().map(|(name, _)| name.clone()).collect()
    };
    let (was, is) = (names(&before.columns), names(&after.columns));
    if was.is_empty() || is.is_empty() {
        return alike(old, new);
    }
    if !was.iter().any(|name| name == old) || is.iter().any(|name| name == old) {
        return false;
    }
    if was.iter().any(|name| name == new) || !is.iter().any(|name| name == new) {
        return false;
    }
    let around = |list: &[String], name: &str| {
        let at = list.iter().position(|one| one == name)?;
        let before = at.checked_sub(1).and_then(|at| list.get(at)).cloned();
        Some((before, list.get(at + 1).cloned()))
    };
    alike(old, new) || around(&was, old) == around(&is, new)
}

/// The same letters in another case, or one name within the other.
fn alike(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace('_', "");
    let (one, other) = (plain(one), plain(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    one == other || (short.len() >= 4 && long.contains(short.as_str()))
}

/// Something wrote rows of the table while both columns were there.
fn is_copied(sides: &Sides<'_>, key: &TableKey, gone: usize, made: usize) -> bool {
    let between = sides.steps.all.get(made..gone).unwrap_or_default();
    between.iter().flat_map(|step| &step.written).any(|table| *table == key.1 || table == "*")
}
