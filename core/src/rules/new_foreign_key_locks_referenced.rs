//! A foreign key of a new table or column locks the table that it references.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Constraint, ConstraintKind, Operation, TableAction, TableElement};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "new-foreign-key-locks-referenced",
    summary: "A new table or column references a table in use, whose writes wait",
    severity: Severity::Warning,
    page: page!("new-foreign-key-locks-referenced.md"),
    lineage: &[("MigrationPilot", "MP069")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let (mut place, mut worst, mut tables) = (None, None, Vec::new());
    for constraint in new_constraints(step) {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
        let referenced = step.display(&key.references);
        let lock = step.effect.lock_on(&referenced).filter(|lock| lock.mode.blocks_writes());
        let (true, Some(lock)) = (step.is_live(&key.references), lock) else { continue };
        // Where rows are read as well, that is found by itself.
        if tables.contains(&referenced) || step.live_scans().any(|relation| relation.name == referenced) {
            continue;
        }
        worst = worst.max(Some(lock.mode));
        place = place.or(Some(constraint.span));
        tables.push(referenced);
    }
    let (Some(span), Some(mode)) = (place, worst) else { return };
    let what = step.what_it_locks("A new foreign key", &words::locks(mode, &tables));
    let why = "It waits for every open transaction that wrote there, and while it waits all later writes queue behind it; \
               inside a transaction they wait for everything that follows, too.";
    let instead = "Set a short `lock_timeout`. Create the table without the key, and add the key in a short transaction of \
                   its own.";
    let mut draft = Draft::new(span, what, why, instead);
    for table in tables {
        draft = draft.also(table);
    }
    let draft = match step.transaction_words() {
        Some(words) => draft.because(words),
        None => draft,
    };
    drafts.push(if step.goes_on() { draft.measured() } else { draft.measured().severity(Severity::Info) });
}

/// Constraints of new tables and new columns.
fn new_constraints<'a>(step: &Step<'a>) -> Vec<&'a Constraint> {
    match step.operation() {
        Operation::CreateTable(create) => create
            .elements
            .iter()
            .flat_map(|element| match element {
                TableElement::Column(column) => column.constraints.iter().collect(),
                TableElement::Constraint(constraint) => vec![constraint.as_ref()],
                TableElement::Like(_) | TableElement::Unknown(_) => Vec::new(),
            })
            .collect(),
        Operation::AlterTable(alter) => alter
            .actions
            .iter()
            .flat_map(|action| match &action.kind {
                TableAction::AddColumn { column, .. } => column.constraints.iter().collect(),
                TableAction::AddConstraint(constraint) if step.is_new(&alter.name) => {
                    vec![constraint.as_ref()]
                }
                _ => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}
