//! `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, which keeps a broken index.

use super::rewrite::Rewrite;
use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::{CreateIndex, Identifier, Name, Operation};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "concurrently-if-not-exists",
    summary: "A retry of a concurrent index build keeps the invalid index of a failed one",
    severity: Severity::Warning,
    page: page!("concurrently-if-not-exists.md"),
    lineage: &[("MigrationPilot", "MP070")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::CreateIndex(index) = step.operation() else { return };
    let (Some(_), true, Some(name)) = (index.concurrently, index.if_not_exists, &index.name) else { return };
    if !step.is_live(&index.table) || is_gone(step, &index.table, name) {
        return;
    }
    let what = "A retry after a failed build succeeds without building anything.";
    let why = "A concurrent build that fails leaves an invalid index under this name. `IF NOT EXISTS` finds the name and is \
               content: writes pay for an index that no query uses, and a unique one may not hold.";
    let instead = format!(
        "Leave out `IF NOT EXISTS`, or put `DROP INDEX CONCURRENTLY IF EXISTS {};` before it, as a statement of its own.",
        name.text
    );
    let draft = Draft::new(index.head, what, why, instead).about(step, &index.table).measured();
    drafts.push(draft.rewrite_if(rebuilt(step, index, name)));
}

/// What may be left of an earlier attempt is dropped first, where the index itself can't be there.
fn rebuilt<'a>(step: &Step<'a>, index: &CreateIndex, name: &Identifier) -> Option<Rewrite<'a>> {
    let words = Span::new(index.concurrently?.end, name.span.start);
    if step.index_exists(&index.table, name) {
        return None;
    }
    let rewrite = step.rewrite("Drop what an earlier attempt may have left, and build").swap(words, " ");
    if !step.commits_apart() {
        return Some(rewrite);
    }
    let qualified = Name { schema: index.table.schema.clone(), name: name.clone() };
    Some(rewrite.before(&step.sql("DROP INDEX CONCURRENTLY IF EXISTS {}", &[&step.name_written(&qualified)])))
}

/// It was dropped before, so that nothing invalid can be there.
fn is_gone(step: &Step<'_>, table: &Name, index: &crate::operation::Identifier) -> bool {
    let name = Name { schema: table.schema.clone(), name: index.clone() };
    step.catalog
        .schemas_of(&name)
        .into_iter()
        .any(|schema| step.catalog.dropped.contains(&(schema.to_owned(), index.text.clone())))
}
