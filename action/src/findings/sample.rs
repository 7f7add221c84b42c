//! A sample of findings for a person to read: spread over rules and projects, always the same ones.

use std::collections::BTreeMap;

use super::{Found, Project};

/// How many characters of a statement are shown.
const MAX_STATEMENT: usize = 1_500;

/// Some findings, or all where `count` is zero: one of each rule in turn, its projects in turn.
pub(super) fn spread(projects: &[Project], count: usize, seed: u64) -> Vec<&Found> {
    let mut rules: BTreeMap<&str, BTreeMap<&str, Vec<&Found>>> = BTreeMap::new();
    for found in projects.iter().flat_map(|project| &project.found) {
        rules.entry(found.rule).or_default().entry(&found.project).or_default().push(found);
    }
    let total: usize = projects.iter().map(|project| project.found.len()).sum();
    let wanted = if count == 0 { total } else { count.min(total) };
    let mut queues: Vec<Vec<&Found>> = rules.into_values().map(|rule| in_turn(rule, seed)).collect();
    // The queues are taken from their ends.
    let mut picked = Vec::new();
    while picked.len() < wanted {
        for queue in &mut queues {
            if picked.len() < wanted {
                picked.extend(queue.pop());
            }
        }
    }
    picked.sort_by_key(|found| (found.rule, &found.project, &found.path, found.line));
    picked
}

/// One rule's findings, the first to be picked last: projects in turn, in each as the dice fall.
fn in_turn<'a>(projects: BTreeMap<&str, Vec<&'a Found>>, seed: u64) -> Vec<&'a Found> {
    let mut ranked: Vec<(usize, u64, &Found)> = Vec::new();
    for mut found in projects.into_values() {
        found.sort_by_key(|found| dice(found, seed));
        ranked.extend(found.into_iter().enumerate().map(|(turn, found)| (turn, dice(found, seed), found)));
    }
    ranked.sort_by_key(|(turn, dice, _)| (*turn, *dice));
    ranked.into_iter().rev().map(|(_, _, found)| found).collect()
}

/// A number that depends on the finding and the seed alone (FNV-1a).
fn dice(found: &Found, seed: u64) -> u64 {
    let line = found.line.to_le_bytes();
    let seed = seed.to_le_bytes();
    let parts: [&[u8]; 4] = [&seed, found.rule.as_bytes(), found.path.as_bytes(), &line];
    parts
        .concat()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Findings as a table for a spreadsheet, or for reading.
pub(super) fn written(found: &[&Found], tsv: bool) -> String {
    if tsv {
        let head = "rule\tseverity\tproject\tplace\tstatement\twhat\twhy\tinstead\tevidence\n".to_owned();
        return head + &found.iter().map(|found| row(found)).collect::<String>();
    }
    (1..).zip(found).map(|(number, found)| block(number, found)).collect()
}

fn row(found: &Found) -> String {
    let cells = [
        found.rule,
        found.severity.name(),
        &found.project,
        &format!("{}:{}", found.path, found.line),
        cut(&found.statement),
        &found.message.what,
        &found.message.why,
        &found.message.instead,
        &found.evidence.join(" "),
    ];
    let line: Vec<String> =
        cells.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    format!("{}\n", line.join("\t"))
}

fn block(number: usize, found: &Found) -> String {
    let fence = "`".repeat(3.max(longest_run(&found.statement) + 1));
    let evidence: String = found.evidence.iter().map(|line| format!("- {line}\n")).collect();
    format!(
        "## {number}. {} ({}) {}\n{}:{}\n{fence}sql\n{}\n{fence}\n{}\n\nWhy: {}\n\nInstead: {}\n\n{evidence}\n",
        found.rule,
        found.severity.name(),
        found.project,
        found.path,
        found.line,
        cut(&found.statement),
        found.message.what,
        found.message.why,
        found.message.instead,
    )
}

fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

fn cut(statement: &str) -> &str {
    statement.char_indices().nth(MAX_STATEMENT).map_or(statement, |(end, _)| &statement[..end])
}
