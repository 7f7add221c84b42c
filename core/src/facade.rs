//! What callers ask for: a review of a change, the locks of files.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Rows};
use crate::change::{Change, CodeTrees, SourceFile, Stats};
use crate::checklist;
use crate::code::{self, CodeReview, Known, SchemaAgreement, Subject, schema};
use crate::deployment::{self, Deployment};
use crate::embedded::READS_CODE;
use crate::framework::transactions::{self, Sent};
use crate::framework::{self, Irregularity, Migration, Mishap, ProjectScope, TransactionModel};
use crate::operation::{Grasp, Operation, Statement};
use crate::policy::{self, Policy, Ruling};
use crate::postgres::{self, Version};
use crate::replay::{
    Judge, Judged, Order, Read, Run, Sources, Trial, judge_and_verify, not_followed, replay, sent,
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

/// The same findings without their fixes, which are what takes longest: a fix is offered once it was tried; and without
/// the steps that go with them. For whoever shows findings while somebody types, and asks for the review afterwards.
pub fn review_without_fixes(change: &Change, policy: &Policy) -> Review {
    let mut review = review_with(change, policy, judge);
    for finding in &mut review.findings {
        finding.fix = None;
        finding.steps.clear();
    }
    review
}

fn review_with(change: &Change, policy: &Policy, judge: fn(&Trial<'_>, &mut Catalog) -> Judged) -> Review {
    let scope = framework::changed(change, &policy.selection);
    let deployment = Deployment::read(change, policy, &scope);
    let sources = Sources::new(&change.head);
    let mut review = Review { version: policy.version, problems: scope.problems, ..Review::default() };
    let mut before = Catalog::default();
    review.problems.extend(crate::replay::schema(&mut before, &change.schema, policy.version));
    before.settle();
    before.session.give(policy.timeouts);
    let mut operations = Vec::new();
    let mut suppressions = Vec::new();
    let mut subjects = Vec::new();
    let mut added = Vec::new();
    let mut catalog = before.clone();
    for project in &scope.projects {
        review.problems.extend(project.project.problems.iter().cloned());
        history(&project.project.irregular, project, &sources, &mut review);
        let alike = scope.projects.iter().filter(|it| it.project.framework == project.project.framework);
        let found = schema::review(change, project, alike.count() == 1, &before, &sources, policy.version);
        review.problems.extend(found.problems);
        found.irregular.iter().for_each(|it| add_code(&it.path, &mut review, change));
        history(&found.irregular, project, &sources, &mut review);
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
            deployment: &deployment,
            judge,
            subjects: &mut subjects,
            lost: Vec::new(),
        };
        operations.extend(reviewer.project(project, &mut review));
        subjects.retain(|subject: &Subject| subject.stays() || !subject.is_there_again(&catalog));
        if READS_CODE {
            added.extend(code::added(&catalog));
        }
    }
    // Judged one by one, migrations have no one tree of code that belongs to them.
    let whole = !change.one_by_one;
    review.wants_code = whole && !(subjects.is_empty() && added.is_empty());
    if let Some(trees) = change.code.as_ref().filter(|_| READS_CODE && whole && !review.migrations.is_empty())
    {
        with_code(trees, Taken { gone: subjects, added }, &catalog, &scope.projects, &sources, &mut review);
    }
    suppressions.extend(pipelines(&deployment, change, &sources, &mut review));
    let flawed = suppression::apply(&mut review.findings, &suppressions, policy.today);
    if let Some(code) = &review.code {
        code::silence(&mut review.findings, &code.outcomes);
    }
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
        code: review.code.as_ref(),
        wants_code: review.wants_code,
    });
    // What is switched off is no longer told, but no answer was given without it.
    let mut told = told.into_iter();
    review.findings.retain(|_| told.next().unwrap_or(true));
    review
}

/// Judges a run and tries no fix.
fn judge(trial: &Trial<'_>, catalog: &mut Catalog) -> Judged {
    trial.judge(catalog)
}

/// What a change takes away and adds.
struct Taken {
    gone: Vec<Subject>,
    added: Vec<Subject>,
}

/// Looks up in the code what the change takes away, and tells it.
fn with_code(
    trees: &CodeTrees,
    taken: Taken,
    catalog: &Catalog,
    projects: &[ProjectScope],
    sources: &Sources<'_>,
    review: &mut Review,
) {
    let migrations: BTreeSet<&str> =
        projects.iter().flat_map(|scope| &scope.project.migrations).map(|it| it.path.as_str()).collect();
    let count = taken.gone.len();
    let subjects: Vec<Subject> = taken.gone.into_iter().chain(taken.added).collect();
    let tables = code::anchors(catalog, &subjects);
    let mut looked = code::look_up(trees, subjects, &Known { tables: &tables, migrations: &migrations });
    let added = looked.outcomes.split_off(count.min(looked.outcomes.len()));
    let outcomes = looked.outcomes;
    let order = code::order(&outcomes, &added);
    code::tell(&mut review.findings, &outcomes);
    let code = CodeReview { files: looked.files, outcomes, order };
    // What a migration of another project creates is not known here.
    let missing = match projects.iter().filter(|scope| !scope.project.migrations.is_empty()).count() {
        1 if review.not_understood.is_empty() => code::missing(&looked.models.0, &looked.models.1, catalog),
        _ => Vec::new(),
    };
    for finding in rules::check_code(&rules::Code { review: &code, missing: &missing }) {
        let path = finding.location.path.as_str();
        add_source(path, review, sources);
        if !review.sources.iter().any(|known| known.path == path) {
            let file = trees.head.iter().chain(&trees.same).find(|file| file.path == path);
            review.sources.extend(file.cloned());
        }
        review.findings.push(finding);
    }
    review.code = Some(code);
}

/// What the declared schemas of a change and its migrations disagree on, and nothing else: findings, and what could not
/// be compared. [`review`] tells the same among other things.
pub fn compare_schemas(change: &Change, policy: &Policy) -> Review {
    let scope = framework::changed(change, &policy.selection);
    let sources = Sources::new(&change.head);
    let mut review = Review { version: policy.version, ..Review::default() };
    for project in &scope.projects {
        let alike = scope.projects.iter().filter(|it| it.project.framework == project.project.framework);
        let before = Catalog::default();
        let found = schema::review(change, project, alike.count() == 1, &before, &sources, policy.version);
        review.problems.extend(found.problems);
        history(&found.irregular, project, &sources, &mut review);
        review.migrations.extend(project.review.iter().map(|migration| ReviewedMigration {
            path: migration.path.clone(),
            framework: project.project.framework.to_owned(),
            transactions: String::new(),
            statements: 0,
        }));
    }
    review
}

/// How far the declared schemas of some files agree with what their migrations make.
pub fn schema_agreement(files: &[SourceFile], policy: &Policy) -> Vec<SchemaAgreement> {
    let projects = policy.selection.projects(files, None, &[]);
    let sources = Sources::new(files);
    let agreement = |project: &framework::Project| {
        let alone = projects.iter().filter(|it| it.framework == project.framework).count() == 1;
        schema::agreement(project, alone, files, &sources, policy.version)
    };
    projects.iter().filter_map(agreement).collect()
}

/// What is said of how migrations get run; the comments about that come back.
fn pipelines(
    deployment: &Deployment,
    change: &Change,
    sources: &Sources<'_>,
    review: &mut Review,
) -> Vec<Suppression> {
    let found = deployment.findings(change);
    let notes = deployment.notes(&review.frameworks, &found);
    for path in found.iter().map(|it| &it.location.path).chain(notes.iter().map(|it| &it.path)) {
        add_source(path, review, sources);
    }
    // Somebody may ask for a file that says how migrations get run: that it is no migration is no loss.
    review.problems.retain(|problem| problem.span.is_some() || !deployment.has(&problem.path));
    review.problems.extend(notes);
    let suppressions = deployment::suppressions(change, &found);
    review.findings.extend(found);
    suppressions
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
    deployment: &'a Deployment,
    judge: fn(&Trial<'_>, &mut Catalog) -> Judged,
    subjects: &'a mut Vec<Subject>,
    /// By file, how many statements before the change could not be followed.
    lost: Vec<(String, usize)>,
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
        let sent = sent(framework, &project.review, &reads);
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
            let waiting = self.deployment.waiting(framework);
            let code = self.change.code.is_some();
            let trial = Trial { sent: run, texts, version, between: &replayed_between, code, waiting };
            let Judged { findings, timelines, problems, subjects } = (self.judge)(&trial, self.catalog);
            self.subjects.extend(subjects);
            review.problems.extend(problems);
            review.findings.extend(findings);
            review.timelines.extend(timelines);
            if self.change.one_by_one {
                self.catalog.settle();
                policy::mark_small(self.catalog, self.policy);
            }
            start += run.len();
        }
        review.problems.extend(not_followed(&self.lost));
        reads
            .into_iter()
            .flat_map(|read| read.statements)
            .map(|statement: Statement| statement.operation)
            .collect()
    }

    fn replay(&mut self, migration: &Migration, review: &mut Review) {
        let read = self.sources.read(migration);
        let lost = replay(self.catalog, &read.statements, self.version) + read.problems.len();
        self.lost.push((migration.path.clone(), lost));
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
    // That a file can't be read at all is told by its tool, where one looked into it.
    let told = review.problems.iter().any(|problem| problem.path == *path && !problem.harmless);
    let fresh = read.problems.iter().filter(|problem| problem.span.is_some() || !told);
    review.problems.extend(fresh.cloned());
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

/// The same for a file of the application's code, which may declare a schema.
fn add_code(path: &str, review: &mut Review, change: &Change) {
    let mut code = change.code.iter().flat_map(|code| code.head.iter().chain(&code.same));
    if let Some(file) = code.find(|file| file.path == path)
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
    let mut problems = crate::replay::schema(&mut catalog, before, policy.version);
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
