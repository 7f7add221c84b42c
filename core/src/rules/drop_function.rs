//! `DROP FUNCTION` of a function in use.

use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::{Catalog, Origin};
use crate::operation::{Name, ObjectKind, Operation};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-function",
    summary: "A function or procedure that deployed code can call is dropped",
    severity: Severity::Error,
    page: page!("drop-function.md"),
    lineage: &[("squawk", "ban-drop-function")],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    let kinds = [ObjectKind::Function, ObjectKind::Procedure, ObjectKind::Routine, ObjectKind::Aggregate];
    if !kinds.contains(&drop.kind) {
        return;
    }
    for function in drop.names.iter().filter(|name| !is_new(step, name)) {
        let code = words::code(&function.to_string());
        let what = what(&function.to_string());
        let cascade = if drop.cascade {
            " `CASCADE` drops the triggers, views, defaults and policies that use it too, and locks their tables."
        } else {
            ""
        };
        let why = format!(
            "PostgreSQL knows which triggers and views use it, not which queries and function bodies do: those fail when \
             they run.{cascade}"
        );
        let instead = format!(
            "Deploy code that does not call {code}, and drop it in a later deploy. To change it, use `CREATE OR REPLACE`; for \
             other arguments create it beside the old one."
        );
        let mut draft = Draft::new(function.span(), what, why, instead);
        for lock in step.live_locks() {
            draft = draft.also(lock.relation.name.as_str());
        }
        drafts.push(draft);
    }
}

fn what(function: &str) -> String {
    format!("Dropping {} breaks code that still calls it.", words::code(function))
}

/// A function of that name is there again at the end of the change.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let again = catalog.functions.iter().any(|((schema, name), overloads)| {
        let written = [what(name), what(&format!("{schema}.{name}"))];
        written.contains(&finding.message.what)
            && overloads.iter().any(|function| function.origin > Origin::Before)
    });
    if again { Mended::Yes } else { Mended::No }
}

/// All functions of that name were made by this change.
fn is_new(step: &Step<'_>, name: &Name) -> bool {
    step.catalog
        .schemas_of(name)
        .into_iter()
        .find_map(|schema| step.catalog.functions.get(&(schema.to_owned(), name.name.text.clone())))
        .is_some_and(|overloads| overloads.iter().all(|function| function.origin > Origin::Before))
}
