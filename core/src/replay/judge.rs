//! A run of migrations, judged: what rules say of it, in running order.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Judge, Run};
use crate::catalog::Catalog;
use crate::code::Subject;
use crate::framework::transactions::{self, Layout, Sent};
use crate::operation::Statement;
use crate::postgres::{self, Version};
use crate::review::{Finding, Location, Problem};
use crate::rules;
use crate::timeline::Timeline;

/// Migrations that run one after the other, and what is not under review but stands between them.
pub(crate) struct Trial<'a> {
    pub(crate) sent: &'a [Sent<'a>],
    /// The decoded text of each migration's file.
    pub(crate) texts: &'a [&'a str],
    pub(crate) version: Version,
    /// Called before the first statement of each migration but the first, with its number.
    pub(crate) between: &'a dyn Fn(&mut Catalog, usize),
    /// The application's code is looked at, too.
    pub(crate) code: bool,
    /// What instances run when they start, where they wait for the tool's lock in a statement.
    pub(crate) waiting: Option<Waiting<'a>>,
}

/// Instances that wait for a migration tool's lock while another one works.
#[derive(Clone, Copy)]
pub(crate) struct Waiting<'a> {
    pub(crate) run: &'a crate::pipeline::Run,
    pub(crate) tool: &'static crate::framework::Tool,
    pub(crate) lock: &'static str,
}

/// What came of judging a run.
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    pub(crate) timelines: Vec<Timeline>,
    pub(crate) problems: Vec<Problem>,
    /// What deployed code can name and is taken away or tightened.
    pub(crate) subjects: Vec<Subject>,
}

impl Trial<'_> {
    /// Runs the migrations on the catalog.
    pub(crate) fn judge(&self, catalog: &mut Catalog) -> Judged {
        let layout = transactions::layout(self.sent, postgres::is_forbidden_in_transaction);
        let controls = misplaced(self.sent, &layout);
        let problems = problems(self.sent, &layout, &controls);
        let mut judged = Run::new(catalog, self.version, Judge::Yes);
        judged.code = self.code;
        judged.run(self.sent, self.texts, &layout, self.between);
        let Run { mut findings, timelines, subjects, .. } = judged;
        findings.extend(controls);
        findings.extend(self.standoffs(&timelines));
        let mut findings = sorted(findings, self.sent);
        // What is to be written in SQL can't take the place of code.
        for finding in findings.iter_mut().filter(|finding| is_code(self.sent, &finding.location.path)) {
            finding.fix = None;
            finding.steps.clear();
        }
        if self.waiting.is_some() {
            findings.iter_mut().for_each(rules::warn_of_standoff);
        }
        rules::settle(&mut findings, catalog);
        Judged { findings, timelines, problems, subjects }
    }
}

impl Trial<'_> {
    /// Statements that wait for those who wait for the tool's lock.
    fn standoffs(&self, timelines: &[Timeline]) -> Vec<Finding> {
        let Some(Waiting { run, tool, lock }) = self.waiting else { return Vec::new() };
        timelines
            .iter()
            .flat_map(|timeline| &timeline.steps)
            .filter(|step| step.effect.waits_for_snapshots())
            .flat_map(|step| {
                rules::check_standoff(&rules::Standoff { location: &step.location, run, tool, lock })
            })
            .collect()
    }
}

/// What is worth knowing of transaction commands and is no finding.
fn problems(run: &[Sent<'_>], layout: &Layout, controls: &[Finding]) -> Vec<Problem> {
    let problem = |note: &transactions::Note| {
        let (sent, statement) =
            run.get(note.migration).and_then(|sent| Some((sent, sent.statements.get(note.statement)?)))?;
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
    };
    layout.notes.iter().filter_map(problem).collect()
}

/// The tool itself sends this `BEGIN` or `COMMIT`, because the migration's code asks for it.
fn is_made(sent: &Sent<'_>, statement: &Statement) -> bool {
    sent.migration.code.is_some() && statement.span.is_empty()
}

/// A file that is code, and no SQL.
fn is_code(run: &[Sent<'_>], path: &str) -> bool {
    run.iter().any(|sent| sent.migration.code.is_some() && sent.migration.path == path)
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

/// Findings by file in running order, then by place, the worst first.
fn sorted(mut findings: Vec<Finding>, run: &[Sent<'_>]) -> Vec<Finding> {
    let order = Order::of(run.iter().map(|sent| sent.migration.path.as_str()));
    findings.sort_by(|one, other| order.compare(one, other));
    findings
}

/// The order of findings: by file in running order, then by place, the worst first.
pub(crate) struct Order<'a> {
    places: BTreeMap<&'a str, usize>,
}

impl<'a> Order<'a> {
    /// Of the files that run, in that order.
    pub(crate) fn of(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut places = BTreeMap::new();
        for (place, path) in paths.enumerate() {
            // Of a path's places the first counts.
            places.entry(path).or_insert(place);
        }
        Order { places }
    }

    /// Which of two findings comes first.
    pub(crate) fn compare(&self, one: &Finding, other: &Finding) -> Ordering {
        let place = |finding: &Finding| self.places.get(finding.location.path.as_str());
        (place(one), &one.location.path, one.location.span.start)
            .cmp(&(place(other), &other.location.path, other.location.span.start))
            .then(other.severity.cmp(&one.severity))
            .then(one.location.span.end.cmp(&other.location.span.end))
            .then(one.rule.cmp(other.rule))
    }
}
