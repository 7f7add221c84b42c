//! How often each rule fires in each project.

use std::collections::BTreeMap;

use lockkeeper_core::review::Severity;

use super::{Found, Project};

/// Rules by projects, with totals, the most frequent rule first.
pub(super) fn written(projects: &[Project], tsv: bool) -> String {
    let mut rows = vec![head(projects)];
    rows.extend(rules(projects));
    rows.extend(sums(projects));
    let line = |row: &Vec<String>| {
        if tsv { format!("{}\n", row.join("\t")) } else { format!("| {} |\n", row.join(" | ")) }
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    if !tsv {
        lines.insert(1, format!("|---|---|{}\n", "--:|".repeat(projects.len() + 1)));
    }
    lines.concat()
}

fn head(projects: &[Project]) -> Vec<String> {
    let mut row = vec!["rule".to_owned(), "worst".to_owned(), "total".to_owned()];
    row.extend(projects.iter().map(|project| project.name.clone()));
    row
}

fn rules(projects: &[Project]) -> Vec<Vec<String>> {
    let mut rules: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for found in projects.iter().flat_map(|project| &project.found) {
        let (worst, count) = rules.entry(found.rule).or_insert((found.severity, 0));
        *worst = found.severity.max(*worst);
        *count += 1;
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by(|one, other| other.1.1.cmp(&one.1.1).then(one.0.cmp(other.0)));
    let row = |(rule, (worst, total)): (&str, (Severity, usize))| {
        let count = |project: &Project| project.found.iter().filter(|found| found.rule == rule).count();
        let mut row = vec![rule.to_owned(), worst.name().to_owned(), total.to_string()];
        row.extend(projects.iter().map(|project| or_nothing(count(project))));
        row
    };
    rules.into_iter().map(row).collect()
}

fn or_nothing(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

fn sums(projects: &[Project]) -> Vec<Vec<String>> {
    let of = |severity: Severity| {
        move |project: &Project| project.found.iter().filter(|found| found.severity == severity).count()
    };
    let all = |project: &Project| project.found.len();
    let migrations = |project: &Project| project.migrations;
    let statements = |project: &Project| project.statements;
    let clean = |project: &Project| project.migrations.saturating_sub(project.touched);
    let blocks = |project: &Project| blocks(&project.found);
    vec![
        counts("errors", projects, of(Severity::Error)),
        counts("warnings", projects, of(Severity::Warning)),
        counts("notes", projects, of(Severity::Info)),
        counts("findings", projects, all),
        counts("statements with findings", projects, blocks),
        counts("migrations", projects, migrations),
        counts("migrations without findings", projects, clean),
        counts("statements", projects, statements),
        shares("findings per migration", projects, all),
        shares("errors and warnings per migration", projects, |project| {
            project.found.iter().filter(|found| found.severity > Severity::Info).count()
        }),
    ]
}

/// How many statements have findings.
fn blocks(found: &[Found]) -> usize {
    let mut places: Vec<_> = found.iter().map(|found| (&found.path, found.start)).collect();
    places.sort_unstable();
    places.dedup();
    places.len()
}

fn counts(label: &str, projects: &[Project], count: impl Fn(&Project) -> usize) -> Vec<String> {
    let total: usize = projects.iter().map(&count).sum();
    let mut row = vec![label.to_owned(), String::new(), total.to_string()];
    row.extend(projects.iter().map(|project| count(project).to_string()));
    row
}

fn shares(label: &str, projects: &[Project], count: impl Fn(&Project) -> usize) -> Vec<String> {
    let share = |count: usize, migrations: usize| {
        let hundredths = (count * 100).checked_div(migrations).unwrap_or(0);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    };
    let total: usize = projects.iter().map(&count).sum();
    let migrations: usize = projects.iter().map(|project| project.migrations).sum();
    let mut row = vec![label.to_owned(), String::new(), share(total, migrations)];
    row.extend(projects.iter().map(|project| share(count(project), project.migrations)));
    row
}
