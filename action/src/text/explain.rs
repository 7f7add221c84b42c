//! Rules: one with its page, or all with their summaries.

use lockkeeper_core::Explanation;
use lockkeeper_core::rules::{Rule, page};

use super::Terminal;
use super::escape::visible_line;
use super::layout::{columns, padded, wrapped};
use super::page::page as markdown;
use super::style::{BOLD, DIM, of_severity, paint};

/// All rules, a line or two each.
pub fn rules(rules: &[Rule], terminal: &Terminal) -> String {
    let width = rules.iter().map(|rule| columns(rule.id)).max().unwrap_or(0);
    let line = |rule: &Rule| {
        let id = padded(&paint(BOLD, rule.id), width);
        let severity = padded(&paint(of_severity(rule.severity), rule.severity.name()), "warning".len());
        wrapped(&format!("{id}  {severity}  "), rule.summary, terminal.width)
    };
    let lines: String = rules.iter().map(line).collect();
    format!(
        "{lines}\n{} rules. `lockkeeper explain RULE` shows a page; ids of other tools are known too.\n",
        rules.len()
    )
}

/// The page of a rule, or of all rules that another tool's id stands for.
pub fn explanation(found: &Explanation, asked: &str, terminal: &Terminal) -> String {
    match found {
        Explanation::Rule(rule) => one(rule, terminal),
        Explanation::Others(rules) => {
            let mut out = String::new();
            for (tool, rule) in rules {
                let words =
                    format!("{} of {tool} is {} here: {}", visible_line(asked), rule.id, rule.summary);
                out.push_str(&wrapped("", &words, terminal.width));
            }
            // With more than a few pages nobody finds the right one.
            if let [(_, rule)] = rules.as_slice() {
                out.push('\n');
                out.push_str(&one(rule, terminal));
            } else {
                out.push_str("\n`lockkeeper explain RULE` shows the page of one of them.\n");
            }
            out
        }
        Explanation::Unknown(_) => String::new(),
    }
}

fn one(rule: &Rule, terminal: &Terminal) -> String {
    let mut out = markdown(&page::readable(rule.page), terminal);
    let severity = paint(of_severity(rule.severity), rule.severity.name());
    out.push_str(&format!("\nSeverity: {severity}\n"));
    if !rule.lineage.is_empty() {
        let others: Vec<String> = rule.lineage.iter().map(|(tool, id)| format!("{tool}:{id}")).collect();
        out.push_str(&wrapped("Elsewhere: ", &paint(DIM, others.join(", ")), terminal.width));
    }
    out
}
