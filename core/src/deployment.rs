//! How the migrations of a change get run, as a review tells it: findings where the change brings the danger, otherwise
//! a note for each project.

use std::collections::BTreeSet;

use crate::change::{Change, SourceFile};
use crate::framework::{self, Project, RunLock, Scope, Tool, is_asked};
use crate::pipeline::{self, Act, Instances, Phase, Pipeline, Run};
use crate::policy::Policy;
use crate::replay::Waiting;
use crate::report::words::counted;
use crate::review::{Finding, Problem};
use crate::rules::{self, Deploy};
use crate::suppression::{self, Suppression};
use crate::text::decode;

/// The pipelines before and after a change.
pub(crate) struct Deployment {
    head: Side,
    /// Before the change; none where everything that was asked for is told.
    base: Option<Side>,
}

/// One side of a change.
#[derive(Default)]
struct Side {
    pipeline: Pipeline,
    /// The tools that have migrations here, in the order of their projects.
    tools: Vec<&'static Tool>,
    /// Tools of which something was found that is no business of PostgreSQL.
    foreign: Vec<&'static str>,
    /// The repository has to do with PostgreSQL, as far as its files say.
    speaks_of_postgres: bool,
}

impl Deployment {
    /// Reads both sides. What the policy ignores is not there.
    pub(crate) fn read(change: &Change, policy: &Policy, scope: &Scope) -> Self {
        let projects: Vec<&Project> = scope.projects.iter().map(|project| &project.project).collect();
        let head = Side::read(&change.head, change, policy, &projects);
        let base = change.review.is_none().then(|| {
            // Of what was there before only the pipeline is compared: a migration that is new makes no danger old.
            let pipeline = files(&change.base, policy, |files| pipeline::read(files, &change.code_before()));
            Side { pipeline, tools: head.tools.clone(), foreign: head.foreign.clone(), ..head.like() }
        });
        Deployment { head, base }
    }

    /// What rules say of the runs that the change brings, or that were asked for.
    pub(crate) fn findings(&self, change: &Change) -> Vec<Finding> {
        let found = self.head.findings();
        let Some(base) = &self.base else {
            let asked = change.review.as_deref().unwrap_or_default();
            return found.into_iter().filter(|finding| is_asked(asked, &finding.location.path)).collect();
        };
        let before: BTreeSet<Told> = base.findings().iter().map(told).collect();
        found.into_iter().filter(|finding| !before.contains(&told(finding))).collect()
    }

    /// Whether a file says something of how migrations get run.
    pub(crate) fn has(&self, path: &str) -> bool {
        let mut runs = self.head.pipeline.runs.iter();
        !path.is_empty()
            && runs.any(|run| {
                run.places.iter().any(|place| place.path == path)
                    || run.pooler.as_ref().is_some_and(|pooler| pooler.location.path == path)
            })
    }

    /// What instances of a framework's application wait for when they start together.
    pub(crate) fn waiting(&self, framework: &str) -> Option<Waiting<'_>> {
        let tool = framework::tool(framework)?;
        let RunLock::Waits(lock) = tool.lock else { return None };
        let mut runs = self.head.runs().filter(|(run, known)| {
            run.phase == Phase::StartUp
                && run.act == Act::Migrate
                && run.instances != Instances::One
                && known.is_some_and(|known| known.id == tool.id)
        });
        // Where several run it the one counts of which most is known.
        let first = runs.next()?;
        let sure = std::iter::once(first)
            .chain(runs)
            .max_by_key(|(run, _)| matches!(run.instances, Instances::Several(_)));
        sure.map(|(run, _)| Waiting { run, tool, lock })
    }

    /// A note for each framework under review: how its migrations get run.
    pub(crate) fn notes(&self, frameworks: &[String], told: &[Finding]) -> Vec<Problem> {
        let mut notes = Vec::new();
        let mut seen = BTreeSet::new();
        for framework in frameworks.iter().filter(|name| seen.insert(name.as_str())) {
            let Some(tool) = framework::tool(framework) else { continue };
            let mut runs: Vec<&Run> = self
                .head
                .runs()
                .filter(|(_, known)| known.is_some_and(|it| it.id == tool.id))
                .map(|(run, _)| run)
                .collect();
            runs.sort_by_key(|run| run.phase);
            let Some(first) = runs.first() else { continue };
            let Some(start) = first.start() else { continue };
            let more = match runs.len() {
                0 | 1 => String::new(),
                count => format!(", and in {}", counted(count - 1, "other place", "other places")),
            };
            let command = rules::words::code(&first.words.chars().take(80).collect::<String>());
            let known = told.iter().any(|finding| finding.location.path == start.path);
            let dangers = self.head.of(first).into_iter().map(|finding| finding.rule).collect::<Vec<_>>();
            let verdict = match dangers.as_slice() {
                [] => " Nothing is wrong with that.".to_owned(),
                _ if known => String::new(),
                [rule, ..] => format!(" `lockkeeper explain {rule}` says what can go wrong with that."),
            };
            notes.push(Problem {
                path: start.path.clone(),
                span: Some(start.span),
                message: format!(
                    "Migrations of {} get run {}, by {command}{more}.{verdict}",
                    tool.title,
                    first.phase.words()
                ),
                harmless: true,
            });
        }
        notes
    }
}

/// What makes a finding the same one before and after a change: places move.
type Told = (&'static str, String, String, String);

fn told(finding: &Finding) -> Told {
    let message = &finding.message;
    (finding.rule, finding.location.path.clone(), message.what.clone(), message.why.clone())
}

/// Comments in pipeline files about findings that are told in them.
pub(crate) fn suppressions(change: &Change, findings: &[Finding]) -> Vec<Suppression> {
    let mut paths: Vec<&str> = findings.iter().map(|finding| finding.location.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut found = Vec::new();
    for path in paths {
        let file = change.head.iter().find(|file| file.path == path);
        let Some(text) = file.and_then(|file| decode(&file.bytes).ok()) else { continue };
        let here: Vec<&str> =
            findings.iter().filter(|it| it.location.path == path).map(|it| it.rule).collect();
        found.extend(suppression::read_lines(path, text, &here));
    }
    found
}

fn files<T>(all: &[SourceFile], policy: &Policy, read: impl FnOnce(&[SourceFile]) -> T) -> T {
    if policy.selection.ignore.is_empty() {
        return read(all);
    }
    let kept: Vec<SourceFile> =
        all.iter().filter(|file| !policy.selection.is_ignored(&file.path)).cloned().collect();
    read(&kept)
}

impl Side {
    fn read(all: &[SourceFile], change: &Change, policy: &Policy, projects: &[&Project]) -> Side {
        let with = |project: &&&Project| !project.migrations.is_empty();
        let mut tools: Vec<&'static Tool> = Vec::new();
        for tool in projects.iter().filter(with).filter_map(|project| framework::tool(project.framework)) {
            if !tools.iter().any(|known| known.id == tool.id) {
                tools.push(tool);
            }
        }
        let none = |project: &&&Project| project.migrations.is_empty() && !project.problems.is_empty();
        Side {
            pipeline: files(all, policy, |files| pipeline::read(files, &change.code_after())),
            foreign: projects.iter().filter(none).map(|project| project.framework).collect(),
            speaks_of_postgres: !tools.is_empty() || all.iter().any(speaks_of_postgres),
            tools,
        }
    }

    /// One with another pipeline.
    fn like(&self) -> Side {
        Side { speaks_of_postgres: self.speaks_of_postgres, ..Side::default() }
    }

    /// The runs for production, each with its tool.
    fn runs(&self) -> impl Iterator<Item = (&Run, Option<&'static Tool>)> {
        self.pipeline
            .runs
            .iter()
            .filter(|run| run.is_production() && self.counts(run))
            .map(|run| (run, self.tool(run)))
    }

    /// The tool of a run; of a program of the project, the only one that there is.
    fn tool(&self, run: &Run) -> Option<&'static Tool> {
        match run.tool {
            Some(id) => framework::tool(id),
            None => match self.tools.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    /// Whether a run is about PostgreSQL: its tool has migrations here, or nothing speaks against it.
    fn counts(&self, run: &Run) -> bool {
        match run.tool {
            Some(id) if self.tools.iter().any(|tool| tool.id == id) => true,
            Some(id) => self.speaks_of_postgres && !self.foreign.contains(&id) && self.tools.is_empty(),
            None => self.speaks_of_postgres,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        self.runs().flat_map(|(run, _)| self.of(run)).collect()
    }

    fn of(&self, run: &Run) -> Vec<Finding> {
        let tool = self.tool(run);
        let id = tool.map(|tool| tool.id);
        let together = |other: &Run| {
            let (one, two) = (run.start(), other.start());
            other.phase == run.phase
                && other.act == run.act
                && one.zip(two).is_some_and(|(one, two)| one.path == two.path && one.span != two.span)
        };
        let beside: Vec<&Run> = self
            .runs()
            .filter(|(other, known)| known.map(|it| it.id) == id && together(other))
            .map(|(other, _)| other)
            .collect();
        let place = |run: &Run| run.start().map(|start| start.span.start);
        let is_first = beside.iter().all(|other| place(run) < place(other));
        rules::check_pipeline(&Deploy { run, tool, beside: &beside, is_first })
    }
}

/// Whether a manifest or a compose file has to do with PostgreSQL.
fn speaks_of_postgres(file: &SourceFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let tells = matches!(
        name.as_str(),
        "package.json"
            | "go.mod"
            | "cargo.toml"
            | "gemfile"
            | "mix.exs"
            | "pyproject.toml"
            | "requirements.txt"
            | "pom.xml"
            | "build.gradle"
            | "build.gradle.kts"
            | "schema.prisma"
            | "app.json"
            | "render.yaml"
    ) || name.contains("compose")
        || name.starts_with("drizzle.config")
        || name.starts_with("application");
    let text = std::str::from_utf8(&file.bytes).unwrap_or_default();
    let says = |words: &str| text.contains(words);
    tells && ["postgres", "Postgres", "\"pg\"", "psycopg", "asyncpg", "pgx"].into_iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review;
    use crate::review::Review;

    const LOCK: (&str, &str) = ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
    const FIRST: (&str, &str) =
        ("prisma/migrations/20250101000000_a/migration.sql", "create table a (id int primary key);\n");
    const SECOND: (&str, &str) =
        ("prisma/migrations/20250102000000_b/migration.sql", "create table b (id int primary key);\n");
    const STARTS: (&str, &str) = ("Dockerfile", "FROM node:22\nCMD npx prisma migrate deploy && node .\n");

    fn reviewed(base: &[(&str, &str)], head: &[(&str, &str)], policy: &Policy) -> Review {
        let files =
            |files: &[(&str, &str)]| files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
        review(&Change { base: files(base), head: files(head), ..Change::default() }, policy)
    }

    fn rules_of(review: &Review) -> Vec<&str> {
        review.findings.iter().filter(|it| it.suppressed.is_none()).map(|it| it.rule).collect()
    }

    #[test]
    fn what_a_change_brings_is_a_finding_and_what_was_there_a_note() {
        let policy = Policy::default();
        let brought = reviewed(&[LOCK, FIRST], &[LOCK, FIRST, STARTS], &policy);
        assert_eq!(rules_of(&brought), ["migrate-at-start-up"]);
        assert_eq!(brought.findings[0].location.path, "Dockerfile");
        let there = reviewed(&[LOCK, FIRST, STARTS], &[LOCK, FIRST, STARTS, SECOND], &policy);
        assert!(!rules_of(&there).contains(&"migrate-at-start-up"));
        let notes: Vec<&Problem> = there.problems.iter().filter(|it| it.path == "Dockerfile").collect();
        assert!(
            notes.len() == 1 && notes[0].harmless && notes[0].message.contains("at start-up"),
            "{notes:?}"
        );
        let nothing = reviewed(&[LOCK, FIRST, STARTS], &[LOCK, FIRST, STARTS], &policy);
        assert!(rules_of(&nothing).is_empty() && !nothing.problems.iter().any(|it| it.path == "Dockerfile"));
        // Another line of the file makes no old danger new.
        let edited = ("Dockerfile", "FROM node:24\n# base\nCMD npx prisma migrate deploy && node .\n");
        assert!(rules_of(&reviewed(&[LOCK, FIRST, STARTS], &[LOCK, FIRST, edited], &policy)).is_empty());
    }

    #[test]
    fn policies_and_comments_hold_for_pipelines() {
        let off = crate::policy::read(b"rules: {migrate-at-start-up: off}\n").unwrap();
        assert!(reviewed(&[LOCK, FIRST], &[LOCK, FIRST, STARTS], &off).findings.is_empty());
        let ignored = crate::policy::read(b"ignore: [Dockerfile]\n").unwrap();
        assert!(reviewed(&[LOCK, FIRST], &[LOCK, FIRST, STARTS], &ignored).findings.is_empty());
        let commented = (
            "Dockerfile",
            "FROM node:22\n# lockkeeper:ignore migrate-at-start-up one instance by choice\nCMD npx prisma migrate deploy && node .\n",
        );
        let review = reviewed(&[LOCK, FIRST], &[LOCK, FIRST, commented], &Policy::default());
        assert_eq!(rules_of(&review), Vec::<&str>::new());
        assert_eq!(review.findings.len(), 1);
    }

    #[test]
    fn other_databases_are_no_business_of_ours() {
        let mysql = (
            "package.json",
            r#"{"dependencies":{"mysql2":"3"},"scripts":{"start":"prisma migrate deploy && node ."}}"#,
        );
        assert!(reviewed(&[], &[mysql], &Policy::default()).findings.is_empty());
    }

    #[test]
    fn an_index_that_meets_waiting_instances_is_found_at_its_statement() {
        let index = (
            "prisma/migrations/20250103000000_c/migration.sql",
            "create index concurrently a_id on a (id);\n",
        );
        let review = reviewed(&[LOCK, FIRST, STARTS], &[LOCK, FIRST, STARTS, index], &Policy::default());
        let found = review.findings.iter().find(|it| it.rule == "concurrently-while-instances-wait").unwrap();
        assert_eq!(found.location.path, index.0);
        // No fix leads there.
        let plain = ("prisma/migrations/20250103000000_c/migration.sql", "create index a_id on a (id);\n");
        let review = reviewed(&[LOCK, FIRST, STARTS], &[LOCK, FIRST, STARTS, plain], &Policy::default());
        let found = review.findings.iter().find(|it| it.rule == "index-not-concurrent").unwrap();
        assert!(found.fix.is_none());
    }
}
