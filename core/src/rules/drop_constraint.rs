//! `DROP CONSTRAINT`, or `DROP INDEX` of a unique index, that nothing puts back.

use super::guard::{UniqueKey, is_replaced};
use super::step::{is_live, named};
use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::{Catalog, Constraint, ConstraintEntry, Origin};
use crate::operation::{ObjectKind, Operation, TableAction};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-constraint",
    summary: "A constraint or unique index that keeps the data of a table in use right is dropped",
    severity: Severity::Warning,
    page: page!("drop-constraint.md"),
    lineage: &[
        ("squawk", "ban-drop-constraint"),
        ("pgsafe", "drop-constraint"),
        ("pgfence", "drop-constraint"),
    ],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    const WHY: &str = "Rows that break the rule come in from now on, and code that relies on it goes wrong later and \
                       elsewhere. Putting it back needs all of them found and mended first.";
    for (table, action) in step.live_actions() {
        let TableAction::DropConstraint { name, .. } = &action.kind else { continue };
        let known = step.find(table).known();
        let constraint = known.and_then(|table| table.constraint(&name.text));
        let is_new = constraint.is_some_and(|constraint| constraint.origin > Origin::Before);
        let is_key = constraint.is_some_and(|it| matches!(it.kind, ConstraintEntry::PrimaryKey(..)));
        let is_replaced = || known.zip(constraint).is_some_and(|(table, it)| is_replaced(step, table, it));
        if is_new || is_key || is_replaced() {
            continue;
        }
        let what = format!("{} {} from {}.", begin(&name.text), step.code(table), allows(step, constraint));
        let unique = constraint.is_some_and(|it| matches!(it.kind, ConstraintEntry::Unique(..)));
        drafts.push(Draft::new(action.span, what, WHY, instead(unique)).about(step, table));
    }
    let Operation::Drop(drop) = step.operation() else { return };
    for name in drop.names.iter().filter(|_| drop.kind == ObjectKind::Index) {
        let Some(index) = step.find(name).known().filter(|index| !index.is_new()) else { continue };
        let Some(key) = UniqueKey::of(index) else { continue };
        let Some(table) = step.catalog.get(key.0.table) else { continue };
        // What backs a constraint can't be dropped.
        if is_live(table) && !key.is_kept(step.catalog, index.id) && key.0.constraint.is_none() {
            let table = table.display();
            let (begin, duplicates) = (begin(&index.name), key.duplicates());
            let what = format!("{begin} {} from {duplicates}.", words::code(&table));
            drafts.push(Draft::new(name.span(), what, WHY, instead(true)).also(&table));
        }
    }
}

fn instead(unique: bool) -> &'static str {
    if unique {
        "Build the unique index that takes its place first, and drop this one after that; or deploy code that does not rely \
         on it, and say so."
    } else {
        "Add what takes its place first, as `NOT VALID`, validate it, and drop the old one after that; or deploy code that \
         does not rely on it, and say so."
    }
}

fn begin(constraint: &str) -> String {
    format!("Without {} nothing keeps", words::code(constraint))
}

/// A constraint or index of that name is there again at the end of the change, or a unique one of the same columns, or the
/// table is gone, which is found by itself.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let Some(table) = finding.relations.first().and_then(|table| named(catalog, table)) else {
        return Mended::Yes;
    };
    let again = table
        .constraints
        .iter()
        .any(|it| it.origin > Origin::Before && finding.message.what.starts_with(&begin(&it.name)))
        || catalog.indexes_of(table.id).filter(|index| index.is_new()).any(|index| {
            let what = &finding.message.what;
            let takes_over = |key: UniqueKey<'_>| key.0.predicate.is_none() && what.contains(&key.duplicates());
            what.starts_with(&begin(&index.name)) || UniqueKey::of(index).is_some_and(takes_over)
        });
    if again { Mended::Yes } else { Mended::No }
}

const UNKNOWN: &str = "what it kept out";

/// What the constraint kept out.
fn allows(step: &Step<'_>, constraint: Option<&Constraint>) -> String {
    let words = match constraint.map(|constraint| &constraint.kind) {
        Some(ConstraintEntry::ForeignKey(_)) => "holding rows that point nowhere",
        Some(ConstraintEntry::Unique(_, index)) => {
            let key = step.catalog.get(*index).and_then(UniqueKey::of);
            return key.map_or_else(|| UNKNOWN.to_owned(), UniqueKey::duplicates);
        }
        Some(ConstraintEntry::Check(_)) => "holding what the check refused",
        Some(ConstraintEntry::NotNull(_)) => "holding NULL",
        Some(ConstraintEntry::Exclude(_)) => "holding what overlaps",
        Some(ConstraintEntry::PrimaryKey(..)) | None => UNKNOWN,
    };
    words.to_owned()
}
