//! `DROP TYPE` or `DROP DOMAIN` of a type in use.

use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::{Catalog, Origin};
use crate::operation::{ObjectKind, Operation};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-type",
    summary: "A type that deployed code can use is dropped",
    severity: Severity::Error,
    page: page!("drop-type.md"),
    lineage: &[("squawk", "ban-drop-type")],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if !matches!(drop.kind, ObjectKind::Type | ObjectKind::Domain) {
        return;
    }
    for name in drop.names.iter().filter(|name| !step.is_new_type(name)) {
        let what = what(&name.to_string());
        let why = if drop.cascade {
            "`CASCADE` drops every column of that type, with its values and without naming it, and locks every table that \
             has one."
        } else {
            "Drivers look types up by name, and queries cast to them. Where a column still has the type the statement \
             fails, but only after it has asked for the strongest lock on every such table: all queries of them queue \
             behind it."
        };
        let instead = "Change the columns first, each in a migration of its own; deploy code that does not name the type; \
                       then drop it, without `CASCADE`.";
        let mut draft = Draft::new(name.span(), what, why, instead);
        for lock in step.live_locks() {
            draft = draft.also(lock.relation.name.as_str());
        }
        drafts.push(draft);
    }
}

fn what(name: &str) -> String {
    format!("Dropping the type {} breaks code that still casts to it.", words::code(name))
}

/// A type of that name is there again at the end of the change: the way to be rid of a label.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let again = catalog.types.iter().any(|((schema, name), entry)| {
        let written = [what(name), what(&format!("{schema}.{name}"))];
        entry.named > Origin::Before && written.contains(&finding.message.what)
    });
    if again { Mended::Yes } else { Mended::No }
}
