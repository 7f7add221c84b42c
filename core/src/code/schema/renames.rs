//! Columns that a schema calls by another name, and that a migration drops and adds instead of renaming.

use super::facts::{Fact, TableKey};
use super::review::{Sides, shown};
use crate::framework::{Irregularity, Mishap};

/// Pairs of a dropped and an added column that are one column to the schema.
pub(super) fn find(sides: &Sides<'_>) -> Vec<Irregularity> {
    let (before, after) = (&sides.steps.before, &sides.steps.after);
    let columns = |facts: std::collections::BTreeSet<Fact>| {
        facts.into_iter().filter_map(|fact| match fact {
            Fact::Column(key, name) => Some((key, name)),
            _ => None,
        })
    };
    let dropped: Vec<(TableKey, String)> = columns(before.beyond(after)).collect();
    let added: Vec<(TableKey, String)> = columns(after.beyond(before)).collect();
    let mut found = Vec::new();
    for (key, old) in &dropped {
        let kind = |facts: &super::facts::Facts, name: &str| {
            facts.column(key, name).and_then(|column| column.type_name.clone())
        };
        let Some(type_name) = kind(before, old) else { continue };
        let mut matching = added
            .iter()
            .filter(|(table, new)| table == key && kind(after, new).as_ref() == Some(&type_name))
            .filter(|(_, new)| is_renamed(sides, key, old, new));
        // Several that fit alike prove nothing.
        let (Some((_, new)), None) = (matching.next(), matching.next()) else { continue };
        let fact = |name: &str| Fact::Column(key.clone(), name.to_owned());
        let (Some(gone), Some(made)) = (sides.steps.taken(&fact(old)), sides.steps.made(&fact(new))) else {
            continue;
        };
        if is_copied(sides, key, gone, made) {
            continue;
        }
        let Some(step) = sides.steps.steps.get(gone) else { continue };
        found.push(Irregularity {
            path: step.path.clone(),
            migration: step.migration.clone(),
            span: step.span,
            mishap: Mishap::DroppedAndAdded {
                language: sides.new.language,
                table: shown(key),
                old: old.clone(),
                new: new.clone(),
                type_name,
            },
        });
    }
    found
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
    let between = sides.steps.steps.get(made..gone).unwrap_or_default();
    between.iter().flat_map(|step| &step.written).any(|table| *table == key.1 || table == "*")
}
