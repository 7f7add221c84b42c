//! Findings that were there before somebody began to look: they are known, and only new ones count.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::change::SourceFile;
use crate::fingerprint::{Identity, identities, written};
use crate::report::Places;
use crate::review::{Finding, Problem, Review};
use crate::rules;

/// The name of the file, where the policy says no other.
pub const FILE_NAME: &str = "lockkeeper-baseline.json";

/// Why a finding that is in the baseline does not count.
const REASON: &str = "in the baseline";

/// How many letters of a place are written down, for people who read the file.
const SHOWN: usize = 100;

/// The version of the file's format.
const VERSION: u8 = 1;

/// Findings that don't count, by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file that it is from, for what is said of it.
    pub path: String,
    /// The findings, sorted.
    pub entries: Vec<Entry>,
}

/// One finding of a baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Entry {
    /// The migration's file.
    pub file: String,
    /// The rule's id.
    pub rule: String,
    /// What is written at the place, cut; nothing is compared with it.
    pub sql: String,
    /// [`Identity::in_file`].
    pub fingerprint: String,
    /// [`Identity::anywhere`].
    pub anywhere: String,
}

#[derive(Deserialize)]
struct File {
    version: u64,
    findings: Vec<Entry>,
}

impl Baseline {
    /// The findings of a review that count today.
    pub fn of(review: &Review, path: &str) -> Self {
        let places = Places::new(&review.sources);
        let mut entries: Vec<Entry> = review
            .findings
            .iter()
            .zip(identities(review))
            .filter(|(finding, _)| finding.suppressed.is_none())
            .map(|(finding, identity)| entry(finding, identity, &places))
            .collect();
        entries.sort();
        Baseline { path: path.to_owned(), entries }
    }

    /// The same with the entries of an earlier baseline for files that the review did not look at.
    #[must_use]
    pub fn keeping(mut self, before: Option<Baseline>, review: &Review) -> Self {
        let reviewed: BTreeSet<&str> = review.migrations.iter().map(|it| it.path.as_str()).collect();
        let others = before.into_iter().flat_map(|before| before.entries);
        self.entries.extend(others.filter(|entry| !reviewed.contains(entry.file.as_str())));
        self.entries.sort();
        self
    }

    /// Reads a baseline; what is wrong with it, in words.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self, String> {
        let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if file.version != u64::from(VERSION) {
            return Err(format!("it is of version {}, and only version {VERSION} is known", file.version));
        }
        Ok(Baseline { path: path.to_owned(), entries: file.findings })
    }

    /// The baseline as a file, an entry on each line, so that changes to it can be read and merged.
    pub fn write(&self) -> String {
        // The entries have only texts, which can't fail to be written.
        let lines: Vec<String> =
            self.entries.iter().map(|entry| serde_json::to_string(entry).unwrap_or_default()).collect();
        let list =
            if lines.is_empty() { String::new() } else { format!("\n    {}\n  ", lines.join(",\n    ")) };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{list}]\n}}\n")
    }

    /// Marks the findings that are in the baseline. An entry stands for one finding: in its own file, or, where that
    /// file is gone from the tree, in another one with the same statement. What comes back says that entries no
    /// longer occur, of files that were reviewed.
    pub(crate) fn apply(&self, review: &mut Review, tree: &[SourceFile]) -> Option<Problem> {
        let identities = identities(review);
        let there: BTreeSet<&str> = tree.iter().map(|file| file.path.as_str()).collect();
        let mut known = Known::default();
        let mut moved = Known::default();
        for entry in &self.entries {
            let rule = rules::resolve(&entry.rule).map_or(entry.rule.as_str(), |rule| rule.id);
            if there.contains(entry.file.as_str()) {
                known.add(rule, &entry.fingerprint, &entry.file);
            } else {
                moved.add(rule, &entry.anywhere, &entry.file);
            }
        }
        for (finding, identity) in review.findings.iter_mut().zip(&identities) {
            let met =
                known.take(finding.rule, &identity.in_file) || moved.take(finding.rule, &identity.anywhere);
            if met && finding.suppressed.is_none() {
                finding.suppressed = Some(REASON.to_owned());
            }
        }
        let reviewed: BTreeSet<&str> = review.migrations.iter().map(|it| it.path.as_str()).collect();
        let left = known.left(|file| reviewed.contains(file));
        (left > 0).then(|| {
            let entries = if left == 1 {
                "entry of the baseline no longer occurs"
            } else {
                "entries of the baseline no longer occur"
            };
            Problem {
                path: self.path.clone(),
                span: None,
                message: format!("{left} {entries}: run lockkeeper baseline."),
                harmless: true,
            }
        })
    }
}

/// Entries that no finding has met yet: by rule and identity, the files they are of.
#[derive(Default)]
struct Known<'a> {
    files: BTreeMap<(&'a str, &'a str), Vec<&'a str>>,
}

impl<'a> Known<'a> {
    fn add(&mut self, rule: &'a str, identity: &'a str, file: &'a str) {
        self.files.entry((rule, identity)).or_default().push(file);
    }

    fn take(&mut self, rule: &'a str, identity: &'a str) -> bool {
        self.files.get_mut(&(rule, identity)).is_some_and(|files| files.pop().is_some())
    }

    fn left(&self, is_reviewed: impl Fn(&str) -> bool) -> usize {
        self.files.values().flatten().filter(|file| is_reviewed(file)).count()
    }
}

fn entry(finding: &Finding, identity: Identity, places: &Places<'_>) -> Entry {
    let location = &finding.location;
    let text = places.text(&location.path).unwrap_or_default();
    let normal = written(text, location.span);
    let mut sql: String = normal.chars().filter(|letter| !letter.is_control()).take(SHOWN).collect();
    if normal.chars().nth(SHOWN).is_some() {
        sql.push('…');
    }
    Entry {
        file: location.path.clone(),
        rule: finding.rule.to_owned(),
        sql,
        fingerprint: identity.in_file,
        anywhere: identity.anywhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let entry = |file: &str| Entry {
            file: file.to_owned(),
            rule: "drop-table".to_owned(),
            sql: "drop table \"é\"".to_owned(),
            fingerprint: "a".to_owned(),
            anywhere: "b".to_owned(),
        };
        for entries in [vec![], vec![entry("1.sql")], vec![entry("1.sql"), entry("2.sql")]] {
            let baseline = Baseline { path: "b.json".to_owned(), entries };
            let text = baseline.write();
            assert_eq!(Baseline::read("b.json", text.as_bytes()).unwrap(), baseline, "{text}");
            let with_entry = text.lines().filter(|line| line.contains("drop-table")).count();
            assert_eq!(with_entry, baseline.entries.len(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| Baseline::read("b.json", text.as_bytes()).unwrap_err();
        assert!(wrong("{").contains("line 1"));
        assert!(wrong("{\"version\": 2, \"findings\": []}").contains("version 2"));
        assert!(wrong("[]").contains("expected"));
    }
}
