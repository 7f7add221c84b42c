//! The index of all rules: by danger, by statement, by the ids of other tools. All of it is drawn from the rules and
//! their proven examples.

use std::collections::{BTreeMap, BTreeSet};

use lockkeeper_core::change::Policy;
use lockkeeper_core::checklist::BREAKING;
use lockkeeper_core::review;
use lockkeeper_core::rules::fence::{Claim, Fence, parse};
use lockkeeper_core::rules::{self, Rule, example};

/// The index as Markdown.
pub(super) fn page() -> String {
    let mut out = format!(
        "<!-- Written by `make docs`. -->\n\n# Rules\n\n{} rules. Each page says what happens, why it hurts and what to \
         do instead, with examples that run as tests: what they claim is proven on real PostgreSQL servers. \
         `lockkeeper explain RULE` shows a page in the terminal.\n\n",
        rules::all().len()
    );
    out.push_str(
        "[By danger](#by-danger) · [By statement](#by-statement) · [By another tool's id](#by-another-tools-id)\n\n",
    );
    out.push_str("## By danger\n\n");
    for danger in DANGERS {
        let rules: Vec<&Rule> = rules::all().iter().filter(|rule| danger_of(rule) == *danger).collect();
        if rules.is_empty() {
            continue;
        }
        out.push_str(&format!("### {danger}\n\n| rule | severity | finds |\n|---|---|---|\n"));
        for rule in rules {
            let summary = rule.summary.replace('|', "\\|");
            out.push_str(&format!("| {} | {} | {summary} |\n", link(rule), rule.severity.name()));
        }
        out.push('\n');
    }
    out.push_str("## By statement\n\nWhat the dangerous examples of the pages are.\n\n| statement | rules |\n|---|---|\n");
    for (statement, rules) in by_statement() {
        let rules: Vec<String> = rules.into_iter().filter_map(rules::find).map(link).collect();
        out.push_str(&format!("| `{statement}` | {} |\n", rules.join(", ")));
    }
    out.push_str("\n## By another tool's id\n\nFor those who come from another tool: which rule finds what that one calls so. It need not be exactly the same; the page says what is found here.\n\n");
    for (tool, ids) in by_tool() {
        out.push_str(&format!("### {tool}\n\n| id | rules |\n|---|---|\n"));
        for (id, rules) in ids {
            let rules: Vec<String> = rules.into_iter().map(link).collect();
            out.push_str(&format!("| `{id}` | {} |\n", rules.join(", ")));
        }
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}

fn link(rule: &Rule) -> String {
    format!("[`{0}`]({0}.md)", rule.id)
}

/// The dangers, the worst first.
const DANGERS: &[&str] = &[
    "Nobody can read or write while it works",
    "Nobody can write while it works",
    "Code that runs now breaks",
    "Data goes wrong, or is lost or exposed",
    "A lock that everything queues behind",
    "Too much work in one statement",
    "The migration fails, or is half applied",
    "A price that is paid later",
    "Migrations get run at the wrong time, or too often",
];

/// Rules whose danger is not the lock that their examples show.
const BY_HAND: &[(usize, &[&str])] = &[
    (0, &["slow-under-heavy-lock"]),
    (2, &["schema-change-without-migration"]),
    (
        3,
        &[
            "concurrently-if-not-exists",
            "disable-trigger",
            "drop-constraint",
            "drop-not-null",
            "drop-primary-key",
            "grant-to-public",
            "rename-as-drop-and-add",
            "row-security-without-policy",
            "truncate",
            "weak-replica-identity",
        ],
    ),
    (4, &["dynamic-sql", "no-statement-timeout"]),
    (5, &["copy-whole-table", "unbatched-delete", "unbatched-update"]),
    (6, &["transaction-in-transaction", "transaction-left-open"]),
    (
        7,
        &[
            "foreign-key-without-index",
            "identifier-too-long",
            "migration-not-in-schema",
            "narrow-primary-key",
            "redundant-index",
        ],
    ),
    (
        8,
        &[
            "concurrently-while-instances-wait",
            "dev-command-in-production",
            "migrate-after-deploy",
            "migrate-at-start-up",
            "migrate-in-build",
            "migrate-in-parallel",
            "migrate-through-pooler",
            "migrate-without-concurrency-group",
            "psql-without-on-error-stop",
            "schema-push-in-production",
        ],
    ),
];

/// A rule's danger: what its examples prove, the worst of them.
fn danger_of(rule: &Rule) -> &'static str {
    let at = |number: usize| DANGERS.get(number).copied().unwrap_or_default();
    if BREAKING.contains(&rule.id) {
        return at(2);
    }
    if let Some((number, _)) = BY_HAND.iter().find(|(_, rules)| rules.contains(&rule.id)) {
        return at(*number);
    }
    let fences = dangerous(rule);
    let claims: Vec<&Claim> = fences.iter().flat_map(|fence| &fence.claims).collect();
    let any = |wanted: fn(&Claim) -> bool| claims.iter().any(|claim| wanted(claim));
    if any(|claim| matches!(claim, Claim::Lock { mode, scan: true, .. } if mode.blocks_reads())) {
        at(0)
    } else if any(|claim| matches!(claim, Claim::Lock { mode, scan: true, .. } if mode.blocks_writes())) {
        at(1)
    } else if any(|claim| matches!(claim, Claim::Fails(_))) {
        at(6)
    } else {
        at(4)
    }
}

fn dangerous(rule: &Rule) -> Vec<Fence> {
    let page = parse(rule.page).unwrap_or_default();
    page.fences.into_iter().filter(|fence| fence.bad).collect()
}

/// Rules by the statement that their dangerous examples are about.
fn by_statement() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut statements: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules::all() {
        for fence in dangerous(rule) {
            let (_, newest) = fence.versions;
            let policy = Policy { version: newest, ..Policy::default() };
            let review = review(&example::change(&fence, &fence.migrations), &policy);
            let found = review.findings.iter().find(|finding| finding.rule == rule.id);
            let steps = review.timelines.iter().flat_map(|timeline| &timeline.steps);
            let step = found.and_then(|finding| {
                let place = &finding.location;
                steps.into_iter().find(|step| {
                    let span = step.location.span;
                    step.location.path == place.path
                        && span.start <= place.span.start
                        && place.span.end <= span.end
                })
            });
            if let Some(step) = step {
                statements.entry(words_of(&step.operation)).or_default().insert(rule.id);
            }
        }
    }
    statements
}

/// `AlterTable: SetNotNull` as it is written in SQL: `ALTER TABLE … SET NOT NULL`.
fn words_of(operation: &str) -> String {
    let spaced = |name: &str| {
        let mut out = String::new();
        for letter in name.trim().chars() {
            if letter.is_uppercase() && !out.is_empty() {
                out.push(' ');
            }
            out.extend(letter.to_uppercase());
        }
        out
    };
    let mut parts = operation.splitn(2, ':');
    let kind = spaced(parts.next().unwrap_or_default());
    match parts.next() {
        Some(action) if !action.contains(',') => format!("{kind} … {}", spaced(action)),
        _ => kind,
    }
}

type Ids = BTreeMap<&'static str, Vec<&'static Rule>>;

fn by_tool() -> BTreeMap<&'static str, Ids> {
    let mut tools: BTreeMap<&str, Ids> = BTreeMap::new();
    for rule in rules::all() {
        for (tool, id) in rule.lineage {
            tools.entry(tool).or_default().entry(id).or_default().push(rule);
        }
    }
    tools
}

#[cfg(test)]
mod tests {
    use super::{BY_HAND, DANGERS, words_of};

    #[test]
    fn every_rule_that_is_sorted_by_hand_exists() {
        for (number, ids) in BY_HAND {
            assert!(*number < DANGERS.len());
            assert!(ids.iter().all(|id| lockkeeper_core::rules::find(id).is_some()), "{ids:?}");
        }
    }

    #[test]
    fn operations_are_written_as_in_sql() {
        assert_eq!(words_of("AlterTable: SetNotNull"), "ALTER TABLE … SET NOT NULL");
        assert_eq!(words_of("AlterTable: AddColumn, SetNotNull"), "ALTER TABLE");
        assert_eq!(words_of("CreateIndex"), "CREATE INDEX");
    }
}
