//! The rules: one danger each. A rule reads operation, effect, catalog and timeline, never SQL text.
//!
//! A rule is two files, `<id>.rs` (the id in snake case) and `<id>.md`, and one line in the list below. The
//! page's fences are the rule's tests: see [`fence`].

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::catalog::{Catalog, Found};
use crate::code::{CodeReview, Missing};
use crate::framework::transactions::NoteKind;
use crate::framework::{Irregularity, Tool, TransactionModel};
use crate::operation::Name;
use crate::postgres::{Effect, Version};
use crate::review::{Finding, Fix, Location, Message, SafeStep, Severity};
use crate::suppression::Flaw;
use crate::text::Span;
use crate::timeline::{Timeline, TransactionKind};

/// The text of a rule's page. A build without pages leaves all of them out.
macro_rules! page {
    ($file:literal) => {
        if cfg!(feature = "pages") { include_str!($file) } else { "" }
    };
}

mod advice;
mod bounds;
mod deploy;
mod draft;
mod edition;
pub mod example;
pub mod fence;
mod guard;
pub mod page;
pub(crate) mod rewrite;
mod spoken;
mod step;
pub(crate) mod words;

pub(crate) use deploy::warn_of_standoff;
pub use deploy::{Deploy, Standoff};
pub use edition::{Edition, resolve};
pub use rewrite::Written;
pub use spoken::Spoken;

/// A rule's metadata and its check.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Kebab-case, names the danger; never changes its meaning.
    pub id: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// How bad a finding of it is unless the check says otherwise.
    pub severity: Severity,
    /// The page: what, why, instead, and the fences that are its tests.
    pub page: &'static str,
    /// Ids of other tools' rules for the same danger, as (tool, id).
    pub lineage: &'static [(&'static str, &'static str)],
    /// How often one file can show the danger.
    pub repeat: Repeat,
    /// The check.
    pub check: Check,
}

/// How often one file can show a danger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// At every place that has it.
    #[default]
    Always,
    /// Once: the first place stands for the file.
    OncePerFile,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Every statement, with the catalog before it.
    Statement(fn(&Step<'_>, &mut Vec<Draft>)),
    /// Every statement, like [`Check::Statement`]; at the end of the change the second function says of each finding
    /// whether the catalog after it shows that a later statement mended it.
    Unmended(fn(&Step<'_>, &mut Vec<Draft>), fn(&Finding, &Catalog) -> Mended),
    /// Every finished transaction.
    Transaction(fn(&Timeline, &mut Vec<Draft>)),
    /// Every transaction command of a file that does something else than it seems to.
    Control(fn(&Control<'_>, &mut Vec<Draft>)),
    /// Everything that is wrong with a migration's place in history.
    History(fn(&History<'_>, &mut Vec<Draft>)),
    /// The application's code before and after the change, with what the change takes away.
    Code(fn(&Code<'_>, &mut Vec<Draft>)),
    /// Every comment that suppresses something else than it seems to.
    Comment(fn(&Comment<'_>, &mut Vec<Draft>)),
    /// Every place where a migration tool is run for production.
    Pipeline(fn(&Deploy<'_>, &mut Vec<Draft>)),
    /// Every statement that waits for old snapshots, where instances may wait for its tool's lock meanwhile.
    Standoff(fn(&Standoff<'_>, &mut Vec<Draft>)),
}

/// Whether a later statement of the change mended what a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// No.
    No,
    /// In the main: it is only as bad as this.
    Mostly(Severity),
    /// Yes: there is nothing to find.
    Yes,
}

/// Something that is wrong with a migration's place in history, as a rule sees it.
#[derive(Clone, Copy)]
pub struct History<'a> {
    /// What is wrong, and where.
    pub irregular: &'a Irregularity,
    /// The tool that has the history.
    pub tool: &'static Tool,
}

/// What the application's code makes of a change, as a rule sees it.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    /// What was looked up.
    pub review: &'a CodeReview,
    /// What models of the change need and no migration creates.
    pub(crate) missing: &'a [Missing],
}

/// A transaction command that does something else than it seems to, as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    /// Where it is.
    pub location: &'a Location,
    /// What happens instead.
    pub kind: ControlKind,
    /// The framework that sends it.
    pub framework: &'a str,
}

/// What happens with a transaction command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlKind {
    /// It stands where it does nothing, or ends something else than it began.
    Misplaced(NoteKind),
    /// It opens a transaction that nothing ends.
    LeftOpen,
}

/// A comment that suppresses something else than it seems to, as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a> {
    /// The comment.
    pub location: &'a Location,
    /// What is wrong with it.
    pub flaw: &'a Flaw,
}

/// A statement as a rule sees it.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// The statement.
    pub statement: &'a crate::operation::Statement,
    /// Where it is.
    pub location: &'a Location,
    /// What PostgreSQL does for it.
    pub effect: &'a Effect,
    /// The schema before it.
    pub catalog: &'a Catalog,
    /// The PostgreSQL version.
    pub version: Version,
    /// The transaction it runs in, the steps before it.
    pub timeline: &'a Timeline,
    /// What makes that transaction.
    pub transaction: TransactionKind,
    /// How many statements the whole transaction has, those after it included.
    pub transaction_length: usize,
    /// The framework, for advice on how to opt out of its transaction.
    pub framework: &'a str,
    /// How the framework sends the migration.
    pub model: TransactionModel,
    /// Nothing says when the migration runs: what is there before it is a guess.
    pub order_is_guessed: bool,
    /// It stands in the body of a `DO` block, which is one transaction whatever is around it.
    pub in_body: bool,
    /// The text of its file, for rewriting alone.
    pub written: Written<'a>,
    /// The effects of the statement's actions one by one, for whoever asks first; none where nobody may ask.
    pub alone: Option<&'a OnceCell<Vec<Effect>>>,
    /// What the statement is about, with what the catalog knows of it: looked up once for all rules.
    pub target: Option<(&'a Name, Found<'a>)>,
}

/// A finding in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The narrowest place that shows the danger.
    pub span: Span,
    /// Where another file is meant; none is the statement's own.
    pub path: Option<String>,
    /// How bad; none is the rule's own.
    pub severity: Option<Severity>,
    /// The message.
    pub message: Message,
    /// Relations it is about.
    pub relations: Vec<String>,
    /// What backs it.
    pub evidence: Vec<String>,
    /// An edit that removes the danger.
    pub fix: Option<Fix>,
    /// What the edit leaves to be done, or the whole safe way where there is no edit.
    pub steps: Vec<SafeStep>,
}

/// All rules, sorted by id.
pub fn all() -> &'static [Rule] {
    RULES
}

/// A rule by its id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.id.cmp(id)).ok().and_then(|at| RULES.get(at))
}

/// What all rules say of a statement; `spoken` is what they said of those before it.
pub fn check_step(step: &Step<'_>, spoken: &mut Spoken) -> Vec<Finding> {
    let alone = OnceCell::new();
    let step = &Step { alone: Some(&alone), target: step.target(), ..*step };
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Statement(check) | Check::Unmended(check, _) = rule.check
            && !spoken.is_enough(rule, step.location)
        {
            let mut drafts = Vec::new();
            check(step, &mut drafts);
            for draft in drafts {
                let finding = finish(rule, draft, &step.location.path);
                spoken.note(rule, &finding.location);
                findings.push(finding);
            }
        }
    }
    findings
}

/// What all rules say of a finished transaction.
pub fn check_transaction(timeline: &Timeline) -> Vec<Finding> {
    let path = timeline.steps.first().map_or("", |step| step.location.path.as_str());
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Transaction(check) = rule.check {
            let mut drafts = Vec::new();
            check(timeline, &mut drafts);
            findings.extend(drafts.into_iter().map(|draft| finish(rule, draft, path)));
        }
    }
    findings
}

/// What all rules say of a transaction command that does something else than it seems to.
pub fn check_control(control: &Control<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Control(check) = rule.check {
            let mut drafts = Vec::new();
            check(control, &mut drafts);
            findings.extend(drafts.into_iter().map(|draft| finish(rule, draft, &control.location.path)));
        }
    }
    findings
}

/// What all rules say of something that is wrong with history.
pub fn check_history(history: &History<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::History(check) = rule.check {
            let mut drafts = Vec::new();
            check(history, &mut drafts);
            findings.extend(drafts.into_iter().map(|draft| finish(rule, draft, &history.irregular.path)));
        }
    }
    findings
}

/// What all rules say of the application's code.
pub fn check_code(code: &Code<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for rule in RULES {
        if let Check::Code(check) = rule.check {
            let mut drafts = Vec::new();
            check(code, &mut drafts);
            for finding in drafts.into_iter().map(|draft| finish(rule, draft, "")) {
                let known = |it: &Finding| it.rule == rule.id && it.location.path == finding.location.path;
                if rule.repeat == Repeat::Always || !findings.iter().any(known) {
                    findings.push(finding);
                }
            }
        }
    }
    findings
}

/// What all rules say of a comment that suppresses something else than it seems to.
pub fn check_comment(comment: &Comment<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Comment(check) = rule.check {
            let mut drafts = Vec::new();
            check(comment, &mut drafts);
            findings.extend(drafts.into_iter().map(|draft| finish(rule, draft, &comment.location.path)));
        }
    }
    findings
}

/// What all rules say of a place where a migration tool is run.
pub fn check_pipeline(deploy: &Deploy<'_>) -> Vec<Finding> {
    let path = deploy.run.start().map_or("", |start| start.path.as_str());
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Pipeline(check) = rule.check {
            let mut drafts = Vec::new();
            check(deploy, &mut drafts);
            findings.extend(drafts.into_iter().map(|draft| finish(rule, draft, path)));
        }
    }
    findings
}

/// What all rules say of a statement that waits for old snapshots.
pub fn check_standoff(standoff: &Standoff<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Standoff(check) = rule.check {
            let mut drafts = Vec::new();
            check(standoff, &mut drafts);
            findings.extend(drafts.into_iter().map(|draft| finish(rule, draft, &standoff.location.path)));
        }
    }
    findings
}

/// Looks at findings again with the catalog after the change: what a later statement mends is dropped or made
/// milder, and so is what repeats a danger that one place shows for the whole file. Findings come in running order.
pub fn settle(findings: &mut Vec<Finding>, catalog: &Catalog) {
    let mut seen = BTreeSet::new();
    findings.retain_mut(|finding| {
        let Some(rule) = find(finding.rule) else { return true };
        if let Check::Unmended(_, mended) = rule.check {
            match mended(finding, catalog) {
                Mended::No => {}
                Mended::Mostly(severity) => finding.severity = severity,
                Mended::Yes => return false,
            }
        }
        rule.repeat == Repeat::Always || seen.insert((finding.rule, finding.location.path.clone()))
    });
}

/// The finding stands for all places of its file that show the danger.
pub(crate) fn speaks_once(finding: &Finding) -> bool {
    find(finding.rule).is_some_and(|rule| rule.repeat == Repeat::OncePerFile)
}

/// The finding that a draft becomes.
pub(crate) fn finish(rule: &Rule, draft: Draft, path: &str) -> Finding {
    Finding {
        rule: rule.id,
        severity: draft.severity.unwrap_or(rule.severity),
        location: Location { path: draft.path.unwrap_or_else(|| path.to_owned()), span: draft.span },
        message: draft.message,
        relations: draft.relations,
        evidence: draft.evidence,
        fix: draft.fix,
        steps: draft.steps,
        leading: 0,
        suppressed: None,
    }
}

/// Declares the modules of the rules and lists what each of them calls `RULE`.
macro_rules! rules {
    ($($module:ident,)*) => {
        $(mod $module;)*
        static RULES: &[Rule] = &[$($module::RULE),*];
    };
}

rules! {
    add_check_validated,
    add_column_not_null_without_default,
    add_column_with_rewrite,
    add_column_with_scan,
    add_exclusion_constraint,
    add_foreign_key_validated,
    add_primary_key,
    add_unique_constraint,
    alter_domain_scan,
    alter_sequence,
    applied_migration_edited,
    attach_partition_scan,
    cluster,
    code_before_schema,
    column_type_change,
    concurrently_if_not_exists,
    concurrently_in_transaction,
    concurrently_while_instances_wait,
    copy_whole_table,
    create_partition_locks_parent,
    create_trigger,
    detach_partition_not_concurrent,
    dev_command_in_production,
    disable_trigger,
    down_does_not_undo,
    drop_column,
    drop_constraint,
    drop_default,
    drop_function,
    drop_index_not_concurrent,
    drop_locks_referenced,
    drop_not_null,
    drop_owned,
    drop_primary_key,
    drop_schema,
    drop_sequence,
    drop_table,
    drop_type,
    drop_view,
    dynamic_sql,
    enum_value_used_in_transaction,
    expand_and_contract,
    expired_suppression,
    foreign_key_without_index,
    grant_to_public,
    identifier_too_long,
    index_not_concurrent,
    lock_table,
    migrate_after_deploy,
    migrate_at_start_up,
    migrate_in_build,
    migrate_in_parallel,
    migrate_through_pooler,
    migrate_without_concurrency_group,
    migration_never_runs,
    migration_not_in_schema,
    migration_out_of_order,
    migration_version_taken,
    move_to_schema,
    narrow_primary_key,
    new_foreign_key_locks_referenced,
    no_lock_timeout,
    no_statement_timeout,
    partly_understood,
    psql_without_on_error_stop,
    redundant_index,
    refresh_not_concurrent,
    reindex_not_concurrent,
    rename_as_drop_and_add,
    rename_column,
    rename_enum_value,
    rename_schema,
    rename_table,
    rename_type,
    rewrite_table,
    row_security_without_policy,
    schema_change_without_migration,
    schema_push_in_production,
    set_not_null,
    several_tables_locked,
    slow_under_heavy_lock,
    statement_fails,
    suppression_without_reason,
    transaction_in_transaction,
    transaction_left_open,
    truncate,
    unbatched_delete,
    unbatched_update,
    unknown_suppression,
    unused_suppression,
    vacuum_full,
    validate_in_same_transaction,
    weak_replica_identity,
}
