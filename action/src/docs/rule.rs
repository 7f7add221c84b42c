//! One rule's page.

use lockkeeper_core::change::Policy;
use lockkeeper_core::report::words;
use lockkeeper_core::rules::fence::Fence;
use lockkeeper_core::rules::page::{self, Part};
use lockkeeper_core::rules::{Rule, example};
use lockkeeper_core::{postgres::Version, review};

use crate::text::{self, Terminal};

/// How output is laid out: as wide as a page shows code.
const TERMINAL: Terminal = Terminal { width: 96, unicode: true };

/// The page as Markdown: what the rule's own page says, what is proven of each example, and what the program prints
/// for the first dangerous one.
pub(super) fn page(rule: &Rule) -> String {
    let mut out = format!(
        "<!-- Written by `make docs` from core/src/rules/{}.md. Change that file, not this one. -->\n\n",
        rule.id
    );
    let mut shown = false;
    for (number, part) in page::parts(rule.page).into_iter().enumerate() {
        match part {
            Part::Text(text) => out.push_str(&format!("{}\n\n", text.trim())),
            Part::Setup(sql) => {
                out.push_str(&format!("The examples begin with this schema:\n\n{}", code(sql)));
            }
            Part::Example(fence) => {
                out.push_str(&format!("{}\n\n{}", page::label(&fence), code(&page::written(&fence))));
                let claims = page::claims(&fence);
                if !claims.is_empty() {
                    out.push_str(&format!("{claims} *Proven on {}.*\n\n", versions(&fence)));
                }
                if fence.bad && !shown {
                    out.push_str(&format!("Lockkeeper says:\n\n```text\n{}```\n\n", said(rule, &fence)));
                    shown = true;
                }
            }
        }
        if number == 0 {
            out.push_str(&format!("Severity: **{}**.{}\n\n", rule.severity.name(), elsewhere(rule)));
        }
    }
    out.push_str("[All rules](README.md)\n");
    out
}

fn code(sql: &str) -> String {
    format!("```sql\n{}\n```\n\n", sql.trim_end())
}

fn versions(fence: &Fence) -> String {
    let (oldest, newest) = fence.versions;
    if oldest == newest { format!("PostgreSQL {oldest}") } else { format!("PostgreSQL {oldest} to {newest}") }
}

/// What the program prints of the rule's own findings.
fn said(rule: &Rule, fence: &Fence) -> String {
    // The default where the example holds there, else the version nearest to it.
    let (oldest, newest) = fence.versions;
    let version = Version::DEFAULT.clamp(oldest, newest);
    let mut found =
        review(&example::change(fence, &fence.migrations), &Policy { version, ..Policy::default() });
    found.findings.retain(|finding| finding.rule == rule.id);
    let printed = text::findings(&found, &TERMINAL);
    format!("{}\n", anstream::adapter::strip_str(&printed).to_string().trim_end())
}

fn elsewhere(rule: &Rule) -> String {
    let mut tools: Vec<&str> = rule.lineage.iter().map(|(tool, _)| *tool).collect();
    tools.dedup();
    let of = |tool: &str| {
        let ids = rule.lineage.iter().filter(|(of, _)| *of == tool);
        let ids: Vec<String> = ids.map(|(_, id)| format!("`{id}`")).collect();
        format!("{tool} {}", ids.join(", "))
    };
    let tools: Vec<String> = tools.into_iter().map(of).collect();
    let tools: Vec<&str> = tools.iter().map(String::as_str).collect();
    if tools.is_empty() { String::new() } else { format!(" Elsewhere: {}.", words::listed(&tools)) }
}
