//! What makes a finding the same finding tomorrow, when lines have moved and files have new numbers.

use std::collections::BTreeMap;

use crate::report::Places;
use crate::review::{Finding, Location, Review};
use crate::rules::{self, Repeat};
use crate::sql;
use crate::text::Span;

/// A finding's identity, without lines and columns: hexadecimal digits, 32 of them each. They say whether two findings
/// are the same one; they are not made to withstand somebody who looks for two that collide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// In its file: rule, path, statement, and which of several equal ones it is. It survives changes to everything
    /// around the statement. Of a rule that speaks once per file it is rule and path, so that it survives changes to
    /// the statement that stands for the file too.
    pub in_file: String,
    /// Wherever the file is: the same without the path. It survives renaming and renumbering of the migration.
    pub anywhere: String,
}

/// The identities of all findings of a review, in their order.
pub fn identities(review: &Review) -> Vec<Identity> {
    let places = Places::new(&review.sources);
    let statements = Statements::new(review);
    // A statement can have many findings, and a large one is read once.
    let mut forms: BTreeMap<Location, String> = BTreeMap::new();
    let mut form = |location: Location| {
        let text = places.text(&location.path).unwrap_or_default();
        let span = location.span;
        forms.entry(location).or_insert_with(|| digest(&[&written(text, span)])).clone()
    };
    let mut seen: BTreeMap<Vec<String>, u32> = BTreeMap::new();
    review
        .findings
        .iter()
        .map(|finding| {
            let path = finding.location.path.clone();
            let whole = form(Location { path, span: statements.around(finding) });
            let part = form(finding.location.clone());
            let relations = finding.relations.join("\n");
            let mut count = |parts: &[&str]| {
                let key = parts.iter().map(|part| (*part).to_owned()).collect();
                let number = seen.entry(key).or_insert(0);
                *number += 1;
                number.to_string()
            };
            let path = finding.location.path.as_str();
            let number = count(&[finding.rule, path, &whole, &part, &relations]);
            let anywhere = digest(&[finding.rule, &whole, &part, &relations, &number]);
            let once = rules::find(finding.rule).is_some_and(|rule| rule.repeat == Repeat::OncePerFile);
            let in_file = if once {
                digest(&[finding.rule, path])
            } else {
                digest(&[finding.rule, path, &whole, &part, &relations, &number])
            };
            Identity { in_file, anywhere }
        })
        .collect()
}

/// What is written at a place, without what does not matter there: of a comment all of it matters.
pub(crate) fn written(text: &str, span: Span) -> String {
    let form = sql::normal_form(text, span);
    if form.is_empty() { span.of(text).trim().to_owned() } else { form }
}

/// Which statement a place is in.
struct Statements<'a> {
    by_path: BTreeMap<&'a str, Vec<Span>>,
}

impl<'a> Statements<'a> {
    fn new(review: &'a Review) -> Self {
        let mut by_path: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for step in review.timelines.iter().flat_map(|timeline| &timeline.steps) {
            by_path.entry(&step.location.path).or_default().push(step.location.span);
        }
        for spans in by_path.values_mut() {
            spans.sort_unstable();
        }
        Statements { by_path }
    }

    /// The statement that a finding is in; its own place where no transaction has such a statement.
    fn around(&self, finding: &Finding) -> Span {
        let own = finding.location.span;
        let spans = self.by_path.get(finding.location.path.as_str()).map_or(&[][..], Vec::as_slice);
        let after = spans.partition_point(|span| span.start <= own.start);
        let found = after.checked_sub(1).and_then(|at| spans.get(at));
        found.filter(|span| own.end <= span.end).copied().unwrap_or(own)
    }
}

/// FNV-1a with 128 bits over parts, each with its length before it, so that no two lists of parts read alike.
pub(crate) fn digest(parts: &[&str]) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = OFFSET;
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes();
        for byte in length.iter().chain(part.as_bytes()) {
            hash = (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, Policy, SourceFile};

    fn of(path: &str, sql: &str) -> Vec<(&'static str, Identity)> {
        let change = Change {
            head: vec![SourceFile::new(path, sql)],
            review: Some(vec![path.to_owned()]),
            framework: Some("sql".to_owned()),
            ..Change::default()
        };
        let review = crate::review(&change, &Policy::default());
        let rules: Vec<&str> = review.findings.iter().map(|finding| finding.rule).collect();
        rules.into_iter().zip(identities(&review)).collect()
    }

    const INDEX: &str = "create index i on users (email);";

    #[test]
    fn lines_comments_and_case_do_not_matter() {
        let plain = of("migrations/1.sql", INDEX);
        assert!(plain.iter().any(|(rule, _)| *rule == "index-not-concurrent"), "{plain:?}");
        let moved = of("migrations/1.sql", "\n\n-- why\nCREATE INDEX i /* it */\n  ON users (email)");
        assert_eq!(plain, moved);
    }

    #[test]
    fn a_renamed_file_keeps_the_identity_without_path() {
        let (one, other) = (of("migrations/1.sql", INDEX), of("migrations/0002_x.sql", INDEX));
        assert_eq!(one.len(), other.len());
        for ((_, one), (_, other)) in one.iter().zip(&other) {
            assert_eq!(one.anywhere, other.anywhere);
            assert_ne!(one.in_file, other.in_file);
        }
    }

    #[test]
    fn equal_statements_are_told_apart_by_number() {
        let sql = "truncate users;\ntruncate users;\ntruncate orders;";
        let found = of("migrations/1.sql", sql);
        let mut ids: Vec<&str> = found
            .iter()
            .filter(|(rule, _)| *rule == "truncate")
            .map(|(_, identity)| identity.in_file.as_str())
            .collect();
        assert_eq!(ids.len(), 3, "{found:?}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn actions_of_one_statement_are_told_apart() {
        let found = of("migrations/1.sql", "alter table users drop column a, drop column b;");
        let ids: Vec<&Identity> =
            found.iter().filter(|(rule, _)| *rule == "drop-column").map(|(_, identity)| identity).collect();
        assert_eq!(ids.len(), 2);
        assert_ne!(ids[0], ids[1]);
    }

    #[test]
    fn digests_are_those_of_fnv_and_parts_do_not_run_together() {
        assert_eq!(digest(&[]), "6c62272e07bb014262b821756295c58d");
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }
}
