//! Drizzle's journal, `meta/_journal.json`: which files run, in which order.

use serde_json::Value;

use crate::framework::history::irregular;
use crate::framework::tool::{Checked, Late, NewMigrations};
use crate::framework::tree::{Tree, join};
use crate::framework::{Migration, Mishap};

/// What the journal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Journal {
    /// `dialect`: `postgresql`, in old ones `pg`.
    pub(super) dialect: Option<String>,
    /// Its entries, in order.
    pub(super) entries: Vec<Entry>,
}

/// One migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The file's name without `.sql`.
    pub(super) tag: String,
    /// When it was made, in milliseconds since 1970.
    pub(super) when: u64,
}

/// Reads a journal; none where it is no journal.
pub(super) fn read(text: &str) -> Option<Journal> {
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let entry = |entry: &Value| {
        Some(Entry {
            tag: entry.get("tag")?.as_str()?.to_owned(),
            when: entry.get("when").and_then(Value::as_u64).unwrap_or(0),
        })
    };
    let entries: Option<Vec<Entry>> = json.get("entries")?.as_array()?.iter().map(entry).collect();
    Some(Journal {
        dialect: json.get("dialect").and_then(Value::as_str).map(str::to_owned),
        entries: entries?,
    })
}

/// New entries that are not younger than one that is already there. Drizzle up to 0.45 compares `when` with that of
/// the last row of its history only: on a database that has the newer one it skips them, prints success and exits 0.
pub(super) fn skipped(new: &NewMigrations<'_, '_>) -> Checked {
    let path = join(&new.project.root, "meta/_journal.json");
    let journal = |tree: &Tree<'_>| tree.text(&path).and_then(read);
    let (Some(before), Some(after)) = (journal(new.base), journal(new.head)) else {
        return Checked::default();
    };
    let Some(last) = before.entries.iter().max_by_key(|entry| entry.when) else { return Checked::default() };
    let is_late = |migration: &&Migration| {
        after.entries.iter().any(|entry| entry.tag == migration.name && entry.when <= last.when)
    };
    let late = Late::Skipped(
        "Drizzle compares only its `when` in the journal with that of the last one applied; generate it again",
    );
    let mishap = || Mishap::Late { after: last.tag.clone(), late };
    let irregular = new.new.iter().filter(is_late).map(|migration| irregular(migration, mishap())).collect();
    Checked { irregular, ..Checked::default() }
}
