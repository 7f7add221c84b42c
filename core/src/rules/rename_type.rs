//! `ALTER TYPE … RENAME TO` of a type in use.

use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::Catalog;
use crate::operation::{ObjectKind, Operation};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "rename-type",
    summary: "A type or domain that deployed code can use is renamed",
    severity: Severity::Error,
    page: page!("rename-type.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Rename(rename) = step.operation() else { return };
    let is_type = matches!(rename.kind, ObjectKind::Type | ObjectKind::Domain);
    if !is_type || rename.on.is_some() || step.is_new_type(&rename.name) {
        return;
    }
    let why = "Drivers look types up by name, and ORMs write casts into their queries. Old and new code run side by side \
               during a deploy, and only one of them knows the name that is in the database.";
    let instead = "Keep the name, and rename only in the ORM's mapping. Where it has to change: create a type of the new \
                   name, move the columns over one by one, and drop the old type in a later deploy.";
    drafts.push(Draft::new(rename.name.span(), what(&rename.name.to_string()), why, instead));
}

fn what(name: &str) -> String {
    format!("Renaming the type {} breaks code that still casts to it.", words::code(name))
}

/// A type of the old name is there at the end of the change: the way to be rid of a label.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let again = catalog.types.keys().any(|(schema, name)| {
        [what(name), what(&format!("{schema}.{name}"))].contains(&finding.message.what)
    });
    if again { Mended::Yes } else { Mended::No }
}
