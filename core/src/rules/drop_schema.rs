//! `DROP SCHEMA` of a schema in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::catalog::Origin;
use crate::operation::{ObjectKind, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "drop-schema",
    summary: "A schema that deployed code can use is dropped with all that is in it",
    severity: Severity::Error,
    page: page!("drop-schema.md"),
    lineage: &[("squawk", "ban-drop-schema"), ("MigrationPilot", "MP035"), ("pg-migration-lint", "PGM205")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if drop.kind != ObjectKind::Schema {
        return;
    }
    for schema in &drop.names {
        let name = &schema.name.text;
        if step.catalog.schemas.get(name).is_some_and(|origin| *origin > Origin::Before) {
            continue;
        }
        let code = words::code(name);
        let (what, why) = if drop.cascade {
            (
                format!("Dropping the schema {code} drops every table, view, type and function in it."),
                "`CASCADE` names none of them, locks them all at once, and drops what depends on them in other \
                 schemas too. Only a backup brings the rows back.",
            )
        } else {
            (
                format!("Dropping the schema {code} breaks code that still names it."),
                "Without `CASCADE` it fails unless the schema is empty; where it is empty, code that puts it in \
                 its `search_path` or creates objects in it fails from now on.",
            )
        };
        let instead = "Drop the tables one by one, each after the code stopped using it and after a backup; then \
                       drop the empty schema.";
        let mut draft = Draft::new(schema.span(), what, why, instead);
        for lock in step.live_locks() {
            draft = draft.also(lock.relation.name.as_str());
        }
        drafts.push(draft);
    }
}
