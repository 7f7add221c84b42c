//! JSON, a public contract: fields may be added, never changed, and their order stays.
//!
//! Lines and columns count from 1, columns in characters. The end is one past the last character.

mod code;
mod timeline;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Places, written};
use crate::fix::Fixed;
use crate::postgres::{LockMode, LockedKind, TransactionRule};
use crate::review::{self, Severity, Verdict};

/// The format's version.
const VERSION: u8 = 1;

/// A review.
pub fn review(review: &review::Review) -> String {
    let places = Places::new(&review.sources);
    let timelines = timeline::timelines(&review.timelines, &places);
    written(&parts(review, &places, Some(timelines)))
}

/// A review without its timelines, which are most of it where statements are many.
pub fn findings(review: &review::Review) -> String {
    written(&parts(review, &Places::new(&review.sources), None))
}

fn parts<'a>(
    review: &'a review::Review,
    places: &Places<'a>,
    timelines: Option<Vec<timeline::Timeline<'a>>>,
) -> Review<'a> {
    Review {
        version: VERSION,
        pg: review.version.number(),
        framework: review.frameworks.first().map(String::as_str),
        frameworks: review.frameworks.iter().map(String::as_str).collect(),
        files: files(review),
        findings: review.findings.iter().map(|found| finding(found, places)).collect(),
        not_understood: review.not_understood.iter().map(|part| not_understood(part, places)).collect(),
        problems: review.problems.iter().map(|part| problem(part, places)).collect(),
        checklist: review.checklist.iter().map(answer).collect(),
        plan: None,
        migrations: review.migrations.iter().map(migration).collect(),
        timelines,
        code: review.code.as_ref().map(|it| code::code(it, places)),
    }
}

/// The files of the migrations under review, each once: several migrations may stand in one.
fn files(review: &review::Review) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let paths = review.migrations.iter().map(|migration| migration.path.as_str());
    paths.filter(|path| seen.insert(*path)).collect()
}

/// What each statement locks, scans and rewrites.
pub fn locks(locks: &review::Locks) -> String {
    let places = Places::new(&locks.sources);
    written(&Locks {
        version: VERSION,
        pg: locks.version.number(),
        statements: locks.statements.iter().map(|effect| statement(effect, &places)).collect(),
        problems: locks.problems.iter().map(|part| problem(part, &places)).collect(),
    })
}

/// What fixes make of a change: the files that they changed, whole, and what was applied.
pub fn fixed(fixed: &Fixed) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    written(&AllFixed {
        version: VERSION,
        files: fixed.files.iter().map(|it| FixedFile { path: &it.path, text: text(&it.bytes) }).collect(),
        applied: fixed
            .applied
            .iter()
            .map(|it| Applied { rule: it.rule, file: &it.path, title: &it.title })
            .collect(),
    })
}

/// Why there is no report: what a caller gets that can only take JSON.
pub fn error(message: &str) -> String {
    written(&Error { error: message })
}

#[derive(Serialize)]
struct AllFixed<'a> {
    version: u8,
    files: Vec<FixedFile<'a>>,
    applied: Vec<Applied<'a>>,
}

#[derive(Serialize)]
struct FixedFile<'a> {
    path: &'a str,
    text: String,
}

#[derive(Serialize)]
struct Applied<'a> {
    rule: &'a str,
    file: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct Error<'a> {
    error: &'a str,
}

#[derive(Serialize)]
struct Review<'a> {
    version: u8,
    pg: u8,
    framework: Option<&'a str>,
    frameworks: Vec<&'a str>,
    files: Vec<&'a str>,
    findings: Vec<Finding<'a>>,
    not_understood: Vec<NotUnderstood<'a>>,
    problems: Vec<Problem<'a>>,
    checklist: Vec<Answer<'a>>,
    plan: Option<()>,
    migrations: Vec<Migration<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timelines: Option<Vec<timeline::Timeline<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<code::Code<'a>>,
}

#[derive(Serialize)]
struct Migration<'a> {
    file: &'a str,
    framework: &'a str,
    transactions: &'a str,
    statements: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: String,
    relations: &'a [String],
    evidence: &'a [String],
    fix: Option<Fix<'a>>,
    steps: Vec<SafeStep<'a>>,
    suppressed: Option<Suppressed<'a>>,
    what: &'a str,
    why: &'a str,
    instead: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct SafeStep<'a> {
    place: review::SafePlace,
    sql: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct Suppressed<'a> {
    reason: &'a str,
}

#[derive(Serialize)]
struct NotUnderstood<'a> {
    file: &'a str,
    line: u32,
    sql: &'a str,
    expected: &'a str,
    partly: bool,
}

#[derive(Serialize)]
struct Problem<'a> {
    file: Option<&'a str>,
    line: Option<u32>,
    message: &'a str,
    harmless: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    question: &'a str,
    verdict: Verdict,
    evidence: &'a str,
}

#[derive(Serialize)]
struct Locks<'a> {
    version: u8,
    pg: u8,
    statements: Vec<Statement<'a>>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    file: &'a str,
    line: u32,
    sql: &'a str,
    operation: &'a str,
    understood: bool,
    locks: Vec<Lock<'a>>,
    rewrites: Vec<&'a str>,
    scans: Vec<&'a str>,
    index_builds: Vec<&'a str>,
    transaction: TransactionRule,
    fails: Option<&'a str>,
}

#[derive(Serialize)]
struct Lock<'a> {
    relation: &'a str,
    kind: LockedKind,
    mode: LockMode,
    new: bool,
}

fn finding<'a>(finding: &'a review::Finding, places: &Places<'_>) -> Finding<'a> {
    let range = places.range(&finding.location);
    let message = &finding.message;
    let parts = [message.what.as_str(), message.why.as_str(), message.instead.as_str()];
    Finding {
        rule: finding.rule,
        severity: finding.severity,
        file: &finding.location.path,
        line: range.start.line,
        column: range.start.column,
        end_line: range.end.line,
        end_column: range.end.column,
        message: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        relations: &finding.relations,
        evidence: &finding.evidence,
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
            edits: fix.edits.iter().map(|part| edit(part, places)).collect(),
        }),
        steps: finding
            .steps
            .iter()
            .map(|step| SafeStep { place: step.place, sql: &step.sql, why: &step.why })
            .collect(),
        suppressed: finding.suppressed.as_deref().map(|reason| Suppressed { reason }),
        what: &message.what,
        why: &message.why,
        instead: &message.instead,
    }
}

fn migration(migration: &review::ReviewedMigration) -> Migration<'_> {
    Migration {
        file: &migration.path,
        framework: &migration.framework,
        transactions: &migration.transactions,
        statements: migration.statements,
    }
}

fn edit<'a>(edit: &'a review::Edit, places: &Places<'_>) -> Edit<'a> {
    let range = places.range(&edit.location);
    Edit {
        file: &edit.location.path,
        line: range.start.line,
        column: range.start.column,
        end_line: range.end.line,
        end_column: range.end.column,
        text: &edit.text,
    }
}

fn not_understood<'a>(part: &'a review::NotUnderstood, places: &Places<'a>) -> NotUnderstood<'a> {
    NotUnderstood {
        file: &part.location.path,
        line: places.line(&part.location.path, part.location.span),
        sql: places.written(&part.location),
        expected: &part.expected,
        partly: part.partly,
    }
}

fn problem<'a>(problem: &'a review::Problem, places: &Places<'_>) -> Problem<'a> {
    Problem {
        file: (!problem.path.is_empty()).then_some(problem.path.as_str()),
        line: problem.span.map(|span| places.line(&problem.path, span)),
        message: &problem.message,
        harmless: problem.harmless,
    }
}

fn answer(answer: &review::Answer) -> Answer<'_> {
    Answer { question: answer.question, verdict: answer.verdict, evidence: &answer.evidence }
}

fn statement<'a>(statement: &'a review::StatementEffect, places: &Places<'a>) -> Statement<'a> {
    let effect = &statement.effect;
    Statement {
        file: &statement.location.path,
        line: places.line(&statement.location.path, statement.location.span),
        sql: places.written(&statement.location),
        operation: &statement.operation,
        understood: statement.understood,
        locks: effect
            .locks
            .iter()
            .filter(|lock| super::is_shown(lock))
            .map(|lock| Lock {
                relation: &lock.relation.name,
                kind: lock.kind,
                mode: lock.mode,
                new: lock.new,
            })
            .collect(),
        rewrites: effect.rewrites.iter().map(|relation| relation.name.as_str()).collect(),
        scans: effect.scans.iter().map(|relation| relation.name.as_str()).collect(),
        index_builds: effect.index_builds.iter().map(|build| build.index.as_str()).collect(),
        transaction: effect.transaction,
        fails: effect.fails.as_ref().map(|failure| failure.sqlstate),
    }
}

#[cfg(test)]
mod tests;
