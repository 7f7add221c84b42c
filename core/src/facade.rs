//! What callers ask for: a review of a change, the locks of files.

use crate::catalog::{Catalog, Rows};
use crate::change::{Change, SourceFile, Stats};
use crate::checklist;
use crate::framework::transactions::{self, Sent};
use crate::framework::{self, Irregularity, Migration, Mishap, ProjectScope, TransactionModel};
use crate::operation::{Grasp, Operation, Statement};
use crate::policy::{self, Policy, Ruling};
use crate::postgres::{self, Version};
use crate::replay::{
    Judge, Judged, Order, Read, Run, Sources, Trial, judge_and_verify, not_followed, replay, schema,
};
use crate::review::{Finding, Location, Locks, NotUnderstood, Problem, Review, ReviewedMigration};
use crate::rules;
use crate::suppression::{self, Suppression};
use crate::text::{Span, decode};
use crate::timeline::Timeline;

/// Reviews a change: finds its migrations, replays what ran before them, judges each statement, answers the seven
/// questions. Total: whatever can't be read is told in [`Review::problems`] or [`Review::not_understood`].
pub fn review(change: &Change, policy: &Policy) -> Review {
    review_with(change, policy, judge_and_verify)
}

/// The same findings without their fixes, which are what takes longest: a fix is offered once it was tried. For whoever
/// shows findings while somebody types, and asks for the review afterwards.
pub fn review_without_fixes(change: &Change, policy: &Policy) -> Review {
    review_with(change, policy, |trial, catalog| {
        let mut judged = trial.judge(catalog);
        judged.findings.iter_mut().for_each(|finding| finding.fix = None);
        judged
    })
}

fn review_with(change: &Change, policy: &Policy, judge: fn(&Trial<'_>, &mut Catalog) -> Judged) -> Review {
    let scope = framework::changed(change, &policy.selection);
    let sources = Sources::new(&change.head);
    let mut review = Review { version: policy.version, problems: scope.problems, ..Review::default() };
    let mut before = Catalog::default();
    review.problems.extend(schema(&mut before, &change.schema, policy.version));
    before.settle();
    before.session.give(policy.timeouts);
    let mut operations = Vec::new();
    let mut suppressions = Vec::new();
    let mut catalog = before.clone();
    for project in &scope.projects {
        review.problems.extend(project.project.problems.iter().cloned());
        history(&project.project.irregular, project, &sources, &mut review);
        if project.review.is_empty() {
            continue;
        }
        catalog = before.clone();
        let mut reviewer = Reviewer {
            change,
            policy,
            version: policy.version,
            sources: &sources,
            catalog: &mut catalog,
            suppressions: &mut suppressions,
            judge,
        };
        operations.extend(reviewer.project(project, &mut review));
    }
    let flawed = suppression::apply(&mut review.findings, &suppressions, policy.today);
    review.findings.extend(flawed);
    let judged = judged(std::mem::take(&mut review.findings), &review.migrations, policy);
    let told: Vec<bool> = judged.iter().map(|(judged, _)| *judged == Ruling::Told).collect();
    review.findings = judged.into_iter().map(|(_, finding)| finding).collect();
    if let Some(baseline) = &policy.baseline {
        let stale = baseline.apply(&mut review, &change.head);
        review.problems.extend(stale);
    }
    review.checklist = checklist::answers(&checklist::Facts {
        findings: &review.findings,
        timelines: &review.timelines,
        operations: &operations.iter().collect::<Vec<_>>(),
        catalog: &catalog,
        not_understood: review.not_understood.len(),
        timeouts: policy.timeouts,
    });
    // What is switched off is no longer told, but no answer was given without it.
    let mut told = told.into_iter();
    review.findings.retain(|_| told.next().unwrap_or(true));
    review
}

/// What rules say of what is wrong with a project's history.
fn history(irregular: &[Irregularity], project: &ProjectScope, sources: &Sources<'_>, review: &mut Review) {
    let Some(tool) = framework::tool(project.project.framework) else { return };
    for irregular in irregular {
        let found = rules::check_history(&rules::History { irregular, tool });
        if !found.is_empty() {
            add_source(&irregular.path, review, sources);
        }
        review.findings.extend(found);
    }
}

/// The migrations under review whose way back does not lead back, each on the schema that it finds.
fn not_undone(
    project: &ProjectScope,
    catalog: &Catalog,
    sources: &Sources<'_>,
    version: Version,
) -> Vec<Irregularity> {
    let mut catalog = catalog.clone();
    let mut found = Vec::new();
    for (number, migration) in project.review.iter().enumerate() {
        for (_, between) in project.between.iter().filter(|(place, _)| *place == number) {
            replay(&mut catalog, &sources.read(between).statements, version);
        }
        let up = sources.read(migration).statements;
        let down = sources.read_down(migration);
        if let Some((difference, down_file)) =
            crate::replay::not_undone(&catalog, &up, &down, version).zip(migration.down.as_ref())
        {
            let mut one = framework::irregular(
                migration,
                Mishap::NotUndone { left: difference.left, lost: difference.lost },
            );
            let start = down_file.parts.first().map_or(0, |part| part.start);
            one.path.clone_from(&down_file.path);
            one.span = Span::new(start, start);
            found.push(one);
        }
        replay(&mut catalog, &up, version);
        catalog.settle();
    }
    found
}

/// Findings as the policy judges them: by file in running order, then by place, the worst first.
fn judged(
    findings: Vec<Finding>,
    migrations: &[ReviewedMigration],
    policy: &Policy,
) -> Vec<(Ruling, Finding)> {
    let mut judged: Vec<(Ruling, Finding)> =
        findings.into_iter().map(|mut finding| (policy::judge(&mut finding, policy), finding)).collect();
    let paths = migrations.iter().map(|migration| migration.path.as_str());
    let order = Order::of(paths);
    judged.sort_by(|(_, one), (_, other)| order.compare(one, other));
    judged
}

struct Reviewer<'a> {
    change: &'a Change,
    policy: &'a Policy,
    version: Version,
    sources: &'a Sources<'a>,
    catalog: &'a mut Catalog,
    suppressions: &'a mut Vec<Suppression>,
    judge: fn(&Trial<'_>, &mut Catalog) -> Judged,
}

impl Reviewer<'_> {
    /// Reviews one project's migrations; their operations come back.
    fn project(&mut self, project: &ProjectScope, review: &mut Review) -> Vec<Operation> {
        let framework = project.project.framework;
        review.frameworks.push(framework.to_owned());
        for migration in &project.before {
            self.replay(migration, review);
        }
        self.catalog.settle();
        set_sizes(self.catalog, self.change.stats.as_ref());
        policy::mark_small(self.catalog, self.policy);
        if project.review.iter().any(|migration| migration.down.is_some()) {
            let found = not_undone(project, self.catalog, self.sources, self.version);
            history(&found, project, self.sources, review);
        }
        let reads: Vec<Read> = project.review.iter().map(|migration| self.sources.read(migration)).collect();
        let sent: Vec<Sent<'_>> = project
            .review
            .iter()
            .zip(&reads)
            .map(|(migration, read)| Sent { framework, migration, statements: &read.statements })
            .collect();
        let texts: Vec<&str> =
            project.review.iter().map(|migration| self.sources.text(&migration.path)).collect();
        for (one, read) in sent.iter().zip(&reads) {
            note(one, read, review, self.sources);
            let file = self.sources.file(&one.migration.path);
            if let Some(text) = file.and_then(|file| decode(&file.bytes).ok()) {
                let (path, parts) = (&one.migration.path, &one.migration.up);
                self.suppressions.extend(suppression::read(path, text, parts, &read.statements));
            }
        }
        // Judged one by one, each migration is a run of its own; otherwise all of them are one.
        let runs: Vec<&[Sent<'_>]> =
            if self.change.one_by_one { sent.chunks(1).collect() } else { vec![sent.as_slice()] };
        let mut start = 0;
        for run in runs {
            self.between(project, start, review);
            let (sources, version) = (self.sources, self.version);
            let replayed_between = |catalog: &mut Catalog, number: usize| {
                for (_, migration) in between(project, start + number) {
                    replay(catalog, &sources.read(migration).statements, version);
                    catalog.settle();
                }
            };
            review.replayed +=
                (1..run.len()).map(|number| between(project, start + number).count()).sum::<usize>();
            let texts = texts.get(start..start + run.len()).unwrap_or_default();
            let trial = Trial { sent: run, texts, version, between: &replayed_between };
            let Judged { findings, timelines, problems } = (self.judge)(&trial, self.catalog);
            review.problems.extend(problems);
            review.findings.extend(findings);
            review.timelines.extend(timelines);
            if self.change.one_by_one {
                self.catalog.settle();
                policy::mark_small(self.catalog, self.policy);
            }
            start += run.len();
        }
        reads
            .into_iter()
            .flat_map(|read| read.statements)
            .map(|statement: Statement| statement.operation)
            .collect()
    }

    fn replay(&mut self, migration: &Migration, review: &mut Review) {
        let read = self.sources.read(migration);
        let lost = replay(self.catalog, &read.statements, self.version) + read.problems.len();
        review.problems.extend(not_followed(&migration.path, lost));
        review.replayed += 1;
    }

    /// Migrations that are not under review but stand right before the one of that number.
    fn between(&mut self, project: &ProjectScope, number: usize, review: &mut Review) {
        for (_, migration) in between(project, number) {
            self.replay(migration, review);
            self.catalog.settle();
        }
    }
}

/// Migrations that are not under review but stand right before the one of that number.
fn between(project: &ProjectScope, number: usize) -> impl Iterator<Item = &(usize, Migration)> {
    project.between.iter().filter(move |(place, _)| *place == number)
}

/// Takes down a migration that is under review: its file, its statements, what of them was not understood.
fn note(sent: &Sent<'_>, read: &Read, review: &mut Review, sources: &Sources<'_>) {
    let path = &sent.migration.path;
    add_source(path, review, sources);
    review.problems.extend(sent.migration.unread.iter().map(|message| Problem {
        path: path.clone(),
        span: None,
        message: message.clone(),
        harmless: false,
    }));
    review.migrations.push(ReviewedMigration {
        path: path.clone(),
        framework: sent.framework.to_owned(),
        transactions: sent.migration.transactions.words().to_owned(),
        statements: read.statements.len(),
    });
    review.statements += read.statements.len();
    review.problems.extend(read.problems.iter().cloned());
    review
        .not_understood
        .extend(read.statements.iter().filter_map(|statement| not_understood(path, statement)));
}

fn add_source(path: &str, review: &mut Review, sources: &Sources<'_>) {
    if let Some(file) = sources.file(path)
        && !review.sources.iter().any(|known| known.path == file.path)
    {
        review.sources.push(file.clone());
    }
}

fn not_understood(path: &str, statement: &Statement) -> Option<NotUnderstood> {
    let (at, expected, partly) = match &statement.grasp {
        Grasp::Full => return None,
        Grasp::Partial { at, expected } => (*at, expected, true),
        Grasp::None { at, expected } => (*at, expected, false),
    };
    let location = Location { path: path.to_owned(), span: statement.span };
    Some(NotUnderstood { location, at, expected: expected.clone(), partly })
}

/// Sizes of production, for tables that the catalog knows.
fn set_sizes(catalog: &mut Catalog, stats: Option<&Stats>) {
    for (name, size) in stats.into_iter().flat_map(|stats| &stats.tables) {
        let found = catalog.displayed(name).map(|relation| relation.id);
        if let Some(id) = found {
            catalog.set_rows(id, Rows::About(size.rows));
        }
    }
}

/// What each statement of some files locks, scans and rewrites on the schema of others, without judgement. Every
/// statement commits by itself unless the files say otherwise.
pub fn locks(files: &[SourceFile], before: &[SourceFile], policy: &Policy) -> Locks {
    let mut catalog = Catalog::default();
    let mut problems = schema(&mut catalog, before, policy.version);
    catalog.assume_data_dump();
    catalog.settle();
    let mut statements = Vec::new();
    let mut timelines: Vec<Timeline> = Vec::new();
    for file in files {
        let read = Read::whole(file);
        let end = u32::try_from(file.bytes.len()).unwrap_or(u32::MAX);
        let up = vec![Span::new(0, end)];
        let migration = Migration::new(&file.path, &file.path, up, TransactionModel::Autocommit);
        let sent = [Sent { framework: "sql", migration: &migration, statements: &read.statements }];
        let layout = transactions::layout(&sent, postgres::is_forbidden_in_transaction);
        let mut run = Run::new(&mut catalog, policy.version, Judge::No);
        run.run(&sent, &[], &layout, |_, _| {});
        statements.append(&mut run.effects);
        timelines.append(&mut run.timelines);
        problems.extend(read.problems);
    }
    Locks { version: policy.version, statements, problems, sources: files.to_vec(), timelines }
}
