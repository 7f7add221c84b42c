//! Rules for people and programs who ask about them.

use serde::Serialize;

use super::json::error;
use super::{NO_PAGES, page_url, written};
use crate::explain::Explanation;
use crate::review::Severity;
use crate::rules::{self, page};

/// The format's version.
const VERSION: u8 = 1;

/// All rules as JSON, each with its summary.
pub fn rules_json() -> String {
    let rules = rules::all().iter().map(|rule| of(rule, false)).collect();
    written(&Answer { version: VERSION, rules, nearest: Vec::new() })
}

/// What is explained as JSON, each rule with its page. A build without pages says so.
pub fn json(explanation: &Explanation) -> String {
    if !page::HAS_PAGES {
        return error(NO_PAGES);
    }
    let (rules, nearest) = match explanation {
        Explanation::Rule(rule) => (vec![of(rule, true)], Vec::new()),
        Explanation::Others(rules) => (rules.iter().map(|(_, rule)| of(rule, true)).collect(), Vec::new()),
        Explanation::Unknown(nearest) => (Vec::new(), nearest.clone()),
    };
    written(&Answer { version: VERSION, rules, nearest })
}

/// All rules as Markdown: a list.
pub fn rules_markdown() -> String {
    let line = |rule: &rules::Rule| format!("- [`{}`]({}): {}\n", rule.id, page_url(rule.id), rule.summary);
    rules::all().iter().map(line).collect()
}

/// What is explained as Markdown: the pages one after the other; none where nothing has that id.
pub fn markdown(explanation: &Explanation) -> String {
    let pages: Vec<String> = match explanation {
        Explanation::Rule(rule) => vec![page::readable(rule.page)],
        Explanation::Others(rules) => rules.iter().map(|(_, rule)| page::readable(rule.page)).collect(),
        Explanation::Unknown(_) => Vec::new(),
    };
    pages.join("\n")
}

#[derive(Serialize)]
struct Answer {
    version: u8,
    rules: Vec<Rule>,
    nearest: Vec<&'static str>,
}

#[derive(Serialize)]
struct Rule {
    id: &'static str,
    summary: &'static str,
    severity: Severity,
    url: String,
    lineage: Vec<Lineage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

#[derive(Serialize)]
struct Lineage {
    tool: &'static str,
    id: &'static str,
}

fn of(rule: &rules::Rule, with_page: bool) -> Rule {
    Rule {
        id: rule.id,
        summary: rule.summary,
        severity: rule.severity,
        url: page_url(rule.id),
        lineage: rule.lineage.iter().map(|(tool, id)| Lineage { tool, id }).collect(),
        page: with_page.then(|| page::readable(rule.page)),
    }
}
