//! What callers ask for: a review of a change, the locks of files.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Rows};
use crate::change::{Change, Policy, SourceFile, Stats};
use crate::checklist;
use crate::framework::transactions::{self, Layout, Sent};
use crate::framework::{self, Irregularity, Migration, Mishap, ProjectScope, TransactionModel};
use crate::operation::{Grasp, Operation, Statement};
use crate::postgres::{self, Version};
use crate::replay::{Judge, Read, Run, Sources, not_followed, replay, schema};
use crate::review::{Finding, Location, Locks, NotUnderstood, Problem, Review, ReviewedMigration};
use crate::rules;
use crate::text::Span;
use crate::timeline::Timeline;

/// Reviews a change: finds its migrations, replays what ran before them, judges each statement, answers the seven
/// questions. Total: whatever can't be read is told in [`Review::problems`] or [`Review::not_understood`].
pub fn review(change: &Change, policy: &Policy) -> Review {
    let scope = framework::changed(change);
    let sources = Sources::new(&change.head);
    let mut review = Review { version: policy.version, problems: scope.problems, ..Review::default() };
    let mut before = Catalog::default();
    review.problems.extend(schema(&mut before, &change.schema, policy.version));
    before.settle();
    let mut operations = Vec::new();
    let mut catalog = before.clone();
    for project in &scope.projects {
        review.problems.extend(project.project.problems.iter().cloned());
        history(&project.project.irregular, project, &sources, &mut review);
        if project.review.is_empty() {
            continue;
        }
        catalog = before.clone();
        let mut reviewer =
            Reviewer { change, version: policy.version, sources: &sources, catalog: &mut catalog };
        operations.extend(reviewer.project(project, &mut review));
    }
    review.checklist = checklist::answers(&checklist::Facts {
        findings: &review.findings,
        timelines: &review.timelines,
        operations: &operations.iter().collect::<Vec<_>>(),
        catalog: &catalog,
        not_understood: review.not_understood.len(),
    });
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

struct Reviewer<'a> {
    change: &'a Change,
    version: Version,
    sources: &'a Sources<'a>,
    catalog: &'a mut Catalog,
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
        for (one, read) in sent.iter().zip(&reads) {
            note(one, read, review, self.sources);
        }
        // Judged one by one, each migration is a run of its own; otherwise all of them are one.
        let runs: Vec<&[Sent<'_>]> =
            if self.change.one_by_one { sent.chunks(1).collect() } else { vec![sent.as_slice()] };
        let mut start = 0;
        for run in runs {
            let layout = transactions::layout(run, postgres::is_forbidden_in_transaction);
            let controls = misplaced(run, &layout);
            review.problems.extend(layout.notes.iter().filter_map(|note| {
                let (sent, statement) = run
                    .get(note.migration)
                    .and_then(|sent| Some((sent, sent.statements.get(note.statement)?)))?;
                if is_made(sent, statement) {
                    return None;
                }
                // What rules have a word for is a finding.
                if controls.iter().any(|finding| finding.location.span == statement.span) {
                    return None;
                }
                Some(Problem {
                    path: sent.migration.path.clone(),
                    span: Some(statement.span),
                    message: format!("Transaction control: {}.", note.kind.words()),
                    harmless: !note.kind.fails(),
                })
            }));
            self.between(project, start, review);
            let sources = self.sources;
            let version = self.version;
            let mut replayed = 0;
            let mut judged = Run::new(self.catalog, version, Judge::Yes);
            judged.run(run, &layout, |catalog, number| {
                for (_, migration) in project.between.iter().filter(|(place, _)| *place == start + number) {
                    replay(catalog, &sources.read(migration).statements, version);
                    catalog.settle();
                    replayed += 1;
                }
            });
            let Run { mut findings, timelines, .. } = judged;
            findings.extend(controls);
            let mut findings = sorted(findings, run);
            // What is to be written in SQL can't take the place of code.
            let is_code =
                |path: &str| run.iter().any(|one| one.migration.code.is_some() && one.migration.path == path);
            findings
                .iter_mut()
                .filter(|finding| is_code(&finding.location.path))
                .for_each(|finding| finding.fix = None);
            rules::settle(&mut findings, self.catalog);
            review.replayed += replayed;
            review.findings.extend(findings);
            review.timelines.extend(timelines);
            if self.change.one_by_one {
                self.catalog.settle();
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
        for (_, migration) in project.between.iter().filter(|(place, _)| *place == number) {
            self.replay(migration, review);
            self.catalog.settle();
        }
    }
}

/// The tool itself sends this `BEGIN` or `COMMIT`, because the migration's code asks for it.
fn is_made(sent: &Sent<'_>, statement: &Statement) -> bool {
    sent.migration.code.is_some() && statement.span.is_empty()
}

/// What rules say of transaction commands that do something else than they seem to.
fn misplaced(run: &[Sent<'_>], layout: &Layout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for note in &layout.notes {
        let Some(sent) = run.get(note.migration) else { continue };
        let Some(statement) = sent.statements.get(note.statement) else { continue };
        if is_made(sent, statement) {
            continue;
        }
        let location = Location { path: sent.migration.path.clone(), span: statement.span };
        let kind = rules::ControlKind::Misplaced(note.kind);
        findings.extend(rules::check_control(&rules::Control {
            location: &location,
            kind,
            framework: sent.framework,
        }));
    }
    findings
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

/// Findings by file in running order, then by place, the worst first.
fn sorted(mut findings: Vec<crate::review::Finding>, run: &[Sent<'_>]) -> Vec<crate::review::Finding> {
    // From the last to the first, so that of a path's places the first counts.
    let places: BTreeMap<&str, usize> =
        run.iter().enumerate().rev().map(|(place, sent)| (sent.migration.path.as_str(), place)).collect();
    let order = |path: &str| places.get(path);
    findings.sort_by(|one, other| {
        (order(&one.location.path), one.location.span.start)
            .cmp(&(order(&other.location.path), other.location.span.start))
            .then(other.severity.cmp(&one.severity))
            .then(one.location.span.end.cmp(&other.location.span.end))
            .then(one.rule.cmp(other.rule))
    });
    findings
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
        run.run(&sent, &layout, |_, _| {});
        statements.append(&mut run.effects);
        timelines.append(&mut run.timelines);
        problems.extend(read.problems);
    }
    Locks { version: policy.version, statements, problems, sources: files.to_vec(), timelines }
}
