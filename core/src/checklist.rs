//! The seven questions that every review ends in, answered from what was found, each with its evidence.

use crate::catalog::{Catalog, Relation, Rows, Timeouts};
use crate::code::{CodeReview, Order, Outcome, State, TreeVerdict};
use crate::operation::{ConstraintKind, Name, ObjectKind, Operation, TableAction, TypeAction};
use crate::postgres::{Effect, IndexBuild, LockedKind, RelationRef, unseen_code};
use crate::review::{Answer, Finding, Verdict};
use crate::rules::words;
use crate::text::Span;
use crate::timeline::{Hold, Timeline};

/// What the answers are drawn from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// All findings, suppressed ones included.
    pub findings: &'a [Finding],
    /// The timelines of the migrations under review.
    pub timelines: &'a [Timeline],
    /// The operations of the migrations under review.
    pub operations: &'a [&'a Operation],
    /// The catalog after them.
    pub catalog: &'a Catalog,
    /// How many statements were not, or only partly, understood.
    pub not_understood: usize,
    /// Timeouts that the role, the database or the migration tool sets, as somebody says.
    pub timeouts: Timeouts,
    /// What the application's code says, where it was read.
    pub code: Option<&'a CodeReview>,
    /// Code could say more.
    pub wants_code: bool,
}

/// Rules whose findings say that something runs at which no other rule could look.
const UNREADABLE: &[&str] = &["dynamic-sql"];

/// Rules whose findings say that code that is deployed now can fail.
pub const BREAKING: &[&str] = &[
    "add-column-not-null-without-default",
    "drop-column",
    "drop-default",
    "drop-function",
    "drop-schema",
    "drop-table",
    "drop-type",
    "drop-view",
    "move-to-schema",
    "rename-column",
    "rename-enum-value",
    "rename-schema",
    "rename-table",
];

/// Rules whose findings say that a name in use goes away.
const GONE: &[&str] = &[
    "drop-column",
    "drop-function",
    "drop-schema",
    "drop-table",
    "drop-type",
    "drop-view",
    "move-to-schema",
    "rename-column",
    "rename-schema",
    "rename-table",
];

/// Rules whose findings say that an index is built while others wait, or can't be built as it is written.
const INDEXES: &[&str] = &[
    "add-exclusion-constraint",
    "add-primary-key",
    "add-unique-constraint",
    "concurrently-in-transaction",
    "index-not-concurrent",
    "reindex-not-concurrent",
];

const NOT_NULL: &[&str] = &["add-column-not-null-without-default", "set-not-null"];

/// The seven answers, in order.
pub fn answers(facts: &Facts<'_>) -> Vec<Answer> {
    vec![
        locks(facts),
        compatible(facts),
        indexes(facts),
        not_null(facts),
        references(facts),
        answer(
            "Was it tested on production-sized data?",
            Verdict::Unknown,
            "Nothing measured it: locks and scans are predicted, durations are not known.",
        ),
        answer(
            "Is there a rollback plan that is no restore from backup?",
            Verdict::Unknown,
            "Nothing looked for one, and nothing ran it.",
        ),
    ]
}

fn answer(question: &'static str, verdict: Verdict, evidence: impl Into<String>) -> Answer {
    Answer { question, verdict, evidence: evidence.into() }
}

impl Facts<'_> {
    /// Findings of some rules that count.
    fn of(&self, rules: &[&str]) -> Vec<&Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.suppressed.is_none() && rules.contains(&finding.rule))
            .collect()
    }

    /// What a finding of some rules says that somebody wants not to count, with the reason: no more than that is known
    /// to answer the question.
    fn suppressed(&self, rules: &[&str]) -> Option<String> {
        let found = || {
            self.findings
                .iter()
                .filter(|finding| rules.contains(&finding.rule))
                .filter_map(|finding| Some((finding, finding.suppressed.as_ref()?)))
        };
        let (first, reason) = found().next()?;
        let more = match found().count() {
            0 | 1 => String::new(),
            count => format!(" And {} more.", count - 1),
        };
        let end = if reason.ends_with(['.', '!', '?']) { "" } else { "." };
        Some(format!("{} Suppressed, because: {reason}{end}{more}", first.message.what))
    }

    /// A relation that this change creates: old code does not know it.
    fn is_new(&self, name: &Name) -> bool {
        self.catalog.find(name).known().is_some_and(Relation::is_new)
    }

    fn is_live(&self, relation: &RelationRef) -> bool {
        let known = relation.id.and_then(|id| self.catalog.get(id));
        !known.is_some_and(Relation::is_new)
    }

    /// Holds on tables and their likes that keep others from writing, with their timelines.
    fn heavy(&self) -> impl Iterator<Item = (&Timeline, &Hold)> {
        self.timelines
            .iter()
            .flat_map(|timeline| timeline.holds.iter().map(move |hold| (timeline, hold)))
            .filter(|(_, hold)| hold.kind != LockedKind::Index && hold.mode.blocks_writes())
            .filter(|(_, hold)| self.is_live(&hold.relation))
    }

    /// Its time grows with a table that is not known to be always small.
    fn is_slow(&self, effect: &Effect) -> bool {
        let grows = |relation: &RelationRef| {
            let known = relation.id.and_then(|id| self.catalog.get(id));
            known.is_none_or(|relation| relation.rows != Rows::Few)
        };
        let builds = effect.index_builds.iter().filter(|build| !build.instant).map(|build| &build.table);
        effect.is_slow() && effect.scans.iter().chain(&effect.rewrites).chain(builds).any(grows)
    }

    /// Code proves that what goes away at a place is not used.
    fn is_proven(&self, span: Span) -> bool {
        let outcomes = self.code.into_iter().flat_map(|code| &code.outcomes);
        outcomes.filter(|it| !it.subject.stays()).any(|it| it.subject.place.span == span && it.is_proven())
    }

    /// Why nothing uses what goes away, where code proves it of all of it.
    fn proof(&self) -> Option<String> {
        let gone = || self.code.into_iter().flat_map(CodeReview::gone);
        let first = gone().next().filter(|_| gone().all(Outcome::is_proven))?;
        let names: Vec<&str> = gone().map(|it| it.subject.shown.as_str()).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        Some(format!("{} {verb} used by no code. {}", words::codes(names), first.base.why))
    }

    /// Code of the database that runs and that no file shows.
    fn unseen_code(&self) -> Option<String> {
        let name = self.operations.iter().find_map(|operation| unseen_code(operation, self.catalog))?;
        Some(format!("It runs {}, and what that does stands in no file that was read.", words::code(&name)))
    }

    /// What runs and could not be looked at.
    fn doubt(&self) -> Option<String> {
        let count = self.not_understood;
        let noun = if count == 1 { "statement was" } else { "statements were" };
        (count > 0)
            .then(|| format!("{count} {noun} not understood."))
            .or_else(|| Some(self.of(UNREADABLE).first()?.message.what.clone()))
            .or_else(|| self.suppressed(UNREADABLE))
    }
}

fn locks(facts: &Facts<'_>) -> Answer {
    const QUESTION: &str = "Does this migration take a lock, and how long could it hold it?";
    let worst = facts.heavy().map(|(_, hold)| hold.mode).max();
    let mut tables: Vec<String> = facts.heavy().map(|(_, hold)| words::code(&hold.relation.name)).collect();
    tables.sort_unstable();
    tables.dedup();
    let lock = worst.map(|mode| format!("{} at worst, on {}.", words::mode(mode), words::list(&tables)));
    let slow = facts.heavy().any(|(timeline, hold)| {
        (hold.from..=hold.until)
            .any(|at| timeline.steps.get(at).is_some_and(|step| facts.is_slow(&step.effect)))
    });
    let unlimited = facts.heavy().any(|(timeline, hold)| {
        timeline.steps.get(hold.from).is_some_and(|step| step.lock_timeout.unwrap_or(0) == 0)
    });
    let (verdict, evidence) = match (lock, facts.doubt()) {
        (Some(lock), _) if slow => (
            Verdict::Fail,
            format!("{lock} Work whose time grows with a table runs under it; how long, nothing measured."),
        ),
        (_, Some(doubt)) => (Verdict::Unknown, doubt),
        (Some(lock), None) if unlimited => (
            Verdict::Unknown,
            format!(
                "{lock} It is held for moments only, but waiting for it has no limit: no `lock_timeout`."
            ),
        ),
        (Some(lock), None) => (
            Verdict::Pass,
            format!("{lock} It is held for moments only, behind a `lock_timeout`{}.", given(facts)),
        ),
        (None, None) => match facts.unseen_code() {
            Some(code) => (Verdict::Unknown, code),
            None => (Verdict::Pass, "No lock on an existing table keeps reads or writes out.".to_owned()),
        },
    };
    answer(QUESTION, verdict, evidence)
}

/// Where the `lock_timeout` comes from, where no migration sets it.
fn given(facts: &Facts<'_>) -> String {
    let Some(milliseconds) = facts.timeouts.lock else { return String::new() };
    let is_given = |(timeline, hold): (&Timeline, &Hold)| {
        timeline.steps.get(hold.from).is_some_and(|step| step.lock_timeout == Some(milliseconds))
    };
    if !facts.heavy().any(is_given) {
        return String::new();
    }
    let length = crate::report::words::duration(milliseconds);
    format!(" of {length}, which {} says is set for every migration", crate::policy::FILE_NAME)
}

fn compatible(facts: &Facts<'_>) -> Answer {
    const QUESTION: &str = "Is it backward-compatible: does old code break if the migration runs first?";
    let breaking = facts.of(BREAKING);
    if let Some(first) = breaking.first() {
        let more =
            if breaking.len() > 1 { format!(" And {} more.", breaking.len() - 1) } else { String::new() };
        return answer(QUESTION, Verdict::Fail, format!("{}{more}", first.message.what));
    }
    if let Some(suppressed) = facts.suppressed(BREAKING) {
        return answer(QUESTION, Verdict::Unknown, suppressed);
    }
    if let Some(doubt) = facts.doubt() {
        return answer(QUESTION, Verdict::Unknown, doubt);
    }
    if facts.operations.iter().all(|operation| is_additive(facts, operation)) {
        let Some(proof) = facts.proof() else {
            return answer(QUESTION, Verdict::Pass, "It only adds: nothing that old code can use changes.");
        };
        return answer(QUESTION, Verdict::Pass, proof);
    }
    // That the new code needs what is added says nothing about old code.
    let tells = |order: Order| !matches!(order, Order::Either | Order::MigrateFirst);
    if let Some(order) = facts.code.map(|code| &code.order).filter(|it| tells(it.order)) {
        return answer(QUESTION, Verdict::Unknown, order.why.as_str());
    }
    let read = if facts.code.is_some() {
        "the code does not tell what that means"
    } else if facts.wants_code {
        "no code was read"
    } else {
        "no code tells what that means"
    };
    answer(QUESTION, Verdict::Unknown, format!("It changes more than it adds, and {read}."))
}

fn indexes(facts: &Facts<'_>) -> Answer {
    const QUESTION: &str = "Is every index added concurrently?";
    let blocking = facts.of(INDEXES);
    if let Some(first) = blocking.first() {
        return answer(QUESTION, Verdict::Fail, first.message.what.clone());
    }
    if let Some(suppressed) = facts.suppressed(INDEXES) {
        return answer(QUESTION, Verdict::Unknown, suppressed);
    }
    let builds: Vec<(&Effect, &IndexBuild)> = facts
        .timelines
        .iter()
        .flat_map(|timeline| &timeline.steps)
        .flat_map(|step| step.effect.index_builds.iter().map(|build| (&step.effect, build)))
        .filter(|(_, build)| build.new && !build.instant && facts.is_live(&build.table))
        .collect();
    if let Some((_, build)) = builds.iter().find(|(effect, build)| stops_writes(effect, &build.table)) {
        let (index, table) = (words::code(&build.index), words::code(&build.table.name));
        return answer(QUESTION, Verdict::Fail, format!("Writes of {table} wait while {index} is built."));
    }
    match (facts.doubt(), builds.len()) {
        (Some(doubt), _) => answer(QUESTION, Verdict::Unknown, doubt),
        (None, 0) => answer(QUESTION, Verdict::NotApplicable, "No index is built on an existing table."),
        (None, count) => answer(QUESTION, Verdict::Pass, format!("{count} built, none while writes wait.")),
    }
}

/// The statement itself keeps writes of the table out.
fn stops_writes(effect: &Effect, table: &RelationRef) -> bool {
    effect.locks.iter().any(|lock| lock.relation.is(table) && lock.mode.blocks_writes())
}

fn not_null(facts: &Facts<'_>) -> Answer {
    const QUESTION: &str = "NOT NULL on an existing table: was it backfilled, and proven, first?";
    if let Some(first) = facts.of(NOT_NULL).first() {
        return answer(QUESTION, Verdict::Fail, first.message.what.clone());
    }
    if let Some(suppressed) = facts.suppressed(NOT_NULL) {
        return answer(QUESTION, Verdict::Unknown, suppressed);
    }
    if let Some(doubt) = facts.doubt() {
        return answer(QUESTION, Verdict::Unknown, doubt);
    }
    let sets = facts.operations.iter().any(|operation| match operation {
        Operation::AlterTable(alter) => alter.actions.iter().any(|action| match &action.kind {
            TableAction::SetNotNull { .. } => true,
            TableAction::AddConstraint(constraint) => matches!(constraint.kind, ConstraintKind::NotNull(_)),
            _ => false,
        }),
        _ => false,
    });
    if sets {
        answer(QUESTION, Verdict::Pass, "Every NOT NULL is proven before it is set, or set on a new table.")
    } else {
        answer(QUESTION, Verdict::NotApplicable, "No NOT NULL is set on a column that exists.")
    }
}

fn references(facts: &Facts<'_>) -> Answer {
    const QUESTION: &str = "Is a column dropped or renamed: does code still reference it?";
    let gone = facts.of(GONE);
    if gone.is_empty()
        && let Some(suppressed) = facts.suppressed(GONE)
    {
        return answer(QUESTION, Verdict::Unknown, suppressed);
    }
    if let Some(code) = facts.code.filter(|_| !gone.is_empty()) {
        return by_code(QUESTION, code);
    }
    if let Some(proof) = facts.proof().filter(|_| gone.is_empty()) {
        return answer(QUESTION, Verdict::Pass, proof);
    }
    match (gone.first(), facts.doubt()) {
        (Some(first), _) => answer(
            QUESTION,
            Verdict::Unknown,
            format!("{} No code was read to see whether it does.", first.message.what),
        ),
        (None, Some(doubt)) => answer(QUESTION, Verdict::Unknown, doubt),
        (None, None) => answer(QUESTION, Verdict::NotApplicable, "Nothing in use is dropped or renamed."),
    }
}

/// What the code says of what goes away, the worst first.
fn by_code(question: &'static str, code: &CodeReview) -> Answer {
    let Some(worst) = code.gone().max_by_key(|it| (it.head.state.max(it.base.state), it.head.state)) else {
        return answer(question, Verdict::Unknown, "The code does not tell.");
    };
    let name = words::code(&worst.subject.shown);
    let place = |verdict: &TreeVerdict| {
        let first = verdict.references.first();
        first.map_or_else(String::new, |it| {
            format!(" at {}", words::code(&format!("{}:{}", it.path, it.line)))
        })
    };
    let more = match code.gone().filter(|it| !it.is_proven()).count() {
        0 | 1 => String::new(),
        count => format!(" And {} more.", count - 1),
    };
    let (verdict, evidence) = match (worst.base.state, worst.head.state) {
        (_, State::Used) => {
            (Verdict::Fail, format!("The code of this change still uses {name}{}.", place(&worst.head)))
        }
        (State::Used, _) => {
            (Verdict::Fail, format!("The code that runs now uses {name}{}.", place(&worst.base)))
        }
        (State::Likely, _) => (
            Verdict::Fail,
            format!("The code that runs now looks as if it uses {name}{}.", place(&worst.base)),
        ),
        (State::Maybe, _) => {
            (Verdict::Unknown, format!("The code may use {name}{}. {}", place(&worst.base), worst.base.why))
        }
        _ => (
            Verdict::Unknown,
            format!("No use of {name} was found, and nothing proves that there is none. {}", worst.base.why),
        ),
    };
    answer(question, verdict, format!("{evidence}{more}"))
}

/// Old code can't notice it: it adds something that nobody names yet, or changes how something is kept.
fn is_additive(facts: &Facts<'_>, operation: &Operation) -> bool {
    match operation {
        Operation::CreateTable(_)
        | Operation::CreateTableAs(_)
        | Operation::CreateSequence(_)
        | Operation::CreateType(_)
        | Operation::CreateDomain(_)
        | Operation::CreateSchema(_)
        | Operation::CreateExtension(_)
        | Operation::CreateStatistics(_)
        | Operation::Comment(_)
        | Operation::Analyze(_)
        | Operation::Vacuum(_)
        | Operation::Reindex(_)
        | Operation::Refresh(_)
        | Operation::Query(_)
        | Operation::Set(_)
        | Operation::Transaction(_) => true,
        // A unique index refuses what old code may write.
        Operation::CreateIndex(index) => !index.unique || facts.is_new(&index.table),
        Operation::CreateView(view) => !view.or_replace,
        Operation::CreateFunction(function) => !function.or_replace,
        Operation::Grant(grant) => !grant.revoke,
        Operation::AlterTable(alter) => {
            facts.is_new(&alter.name)
                || alter
                    .actions
                    .iter()
                    .all(|action| is_additive_action(&action.kind) || facts.is_proven(action.span))
        }
        Operation::Drop(drop) => drop.names.iter().all(|name| facts.is_proven(name.span())),
        Operation::Rename(rename) => rename.kind == ObjectKind::Index || facts.is_proven(rename.name.span()),
        // Old code writes no new label.
        Operation::AlterType(alter) => {
            alter.actions.iter().all(|action| matches!(action, TypeAction::AddValue { .. }))
        }
        Operation::Change(change) => facts.is_new(&change.table),
        _ => false,
    }
}

fn is_additive_action(action: &TableAction) -> bool {
    match action {
        TableAction::AddColumn { column, .. } => column.constraints.is_empty(),
        TableAction::ValidateConstraint { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::SetColumnOptions { .. }
        | TableAction::ResetColumnOptions { .. }
        | TableAction::SetStorage { .. }
        | TableAction::SetCompression { .. }
        | TableAction::SetOptions { .. }
        | TableAction::ResetOptions { .. }
        | TableAction::SetTablespace { .. }
        | TableAction::ClusterOn { .. }
        | TableAction::SetWithoutCluster
        | TableAction::AttachPartition { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, Policy, SourceFile};
    use Verdict::{Fail, NotApplicable, Pass, Unknown};

    #[test]
    fn every_rule_that_is_asked_exists() {
        for id in [BREAKING, GONE, INDEXES, NOT_NULL, UNREADABLE].concat() {
            assert!(crate::rules::find(id).is_some(), "{id}");
        }
    }

    #[test]
    fn nothing_to_review_answers_all_seven() {
        let facts = Facts {
            findings: &[],
            timelines: &[],
            operations: &[],
            catalog: &Catalog::default(),
            not_understood: 0,
            timeouts: Timeouts::default(),
            code: None,
            wants_code: false,
        };
        let verdicts: Vec<Verdict> = answers(&facts).into_iter().map(|answer| answer.verdict).collect();
        assert_eq!(verdicts, [Pass, Pass, NotApplicable, NotApplicable, NotApplicable, Unknown, Unknown]);
    }

    #[test]
    fn a_statement_that_is_not_understood_passes_nothing() {
        let facts = Facts {
            findings: &[],
            timelines: &[],
            operations: &[],
            catalog: &Catalog::default(),
            not_understood: 1,
            timeouts: Timeouts::default(),
            code: None,
            wants_code: false,
        };
        assert!(answers(&facts).iter().all(|answer| answer.verdict == Verdict::Unknown));
    }

    /// What a migration of plain SQL on a table of unknown size gets as answers.
    fn verdicts(sql: &str) -> Vec<Verdict> {
        let head = vec![SourceFile::new("1.sql", sql)];
        let change = Change { head, one_by_one: true, ..Change::default() };
        let review = crate::review(&change, &Policy::default());
        review.checklist.into_iter().map(|answer| answer.verdict).collect()
    }

    #[test]
    fn sql_that_is_built_while_it_runs_passes_nothing() {
        let dynamic = "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || current_setting('a.b'); END $$;";
        let allowed = format!("-- lockkeeper:ignore dynamic-sql it was read by hand\n{dynamic}");
        for sql in [dynamic, &allowed] {
            assert!(verdicts(sql).iter().all(|verdict| *verdict == Unknown), "{sql}");
        }
        // What is known to be bad stays so.
        let known = format!("{dynamic}\nCREATE INDEX i ON orders (a);");
        assert_eq!(verdicts(&known)[..3], [Fail, Unknown, Fail]);
        let known = "BREW COFFEE;\nALTER TABLE orders ALTER COLUMN id TYPE bigint;";
        assert_eq!(verdicts(known)[0], Fail);
    }
}
