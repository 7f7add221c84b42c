//! A rule's page for people: what is in its fences for the tests is said in words.

use super::fence::{self, Claim, Fence};
use crate::postgres::Version;
use crate::report::words;

/// This build has the pages. A page of the web can have them beside its engine, of which they are a twentieth.
pub(crate) const HAS_PAGES: bool = cfg!(feature = "pages");

/// A part of a page, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Markdown between the fences: headings and text.
    Text(String),
    /// The schema that the examples after it begin with.
    Setup(&'a str),
    /// An example.
    Example(Fence),
}

/// The parts of a page. A page that can't be read is one part.
pub fn parts(page: &str) -> Vec<Part<'_>> {
    let Ok(fences) = fence::parse(page).map(|page| page.fences) else {
        return vec![Part::Text(page.to_owned())];
    };
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        let start = offset(page, number + 1);
        let length = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_end() != "```");
        let length: usize = length.map(|line| line.len() + 1).sum();
        let body = page.get(start..start + length).unwrap_or_default();
        let part = match fences.iter().find(|fence| fence.line == number + 1) {
            Some(fence) => Part::Example(fence.clone()),
            None if info.trim() == "sql setup" => Part::Setup(body),
            None => {
                text.push_str(&format!("{line}\n{body}```\n"));
                continue;
            }
        };
        if !text.trim().is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        text.clear();
        parts.push(part);
    }
    if !text.trim().is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// Where a line begins, counted from zero.
fn offset(page: &str, line: usize) -> usize {
    page.split_inclusive('\n').take(line).map(str::len).sum()
}

/// The page as Markdown that shows without the tests' attributes.
pub fn readable(page: &str) -> String {
    let mut out = String::new();
    for part in parts(page) {
        if !out.is_empty() {
            out.push('\n');
        }
        match part {
            Part::Text(text) => out.push_str(&format!("{}\n", text.trim())),
            Part::Setup(sql) => {
                out.push_str(&format!("The examples begin with this schema:\n\n{}", code(sql)));
            }
            Part::Example(fence) => {
                out.push_str(&format!("{}\n\n{}", label(&fence), code(&written(&fence))));
                let claims = claims(&fence);
                if !claims.is_empty() {
                    out.push_str(&format!("\n{claims}\n"));
                }
            }
        }
    }
    out
}

/// The first paragraphs of a section, without its examples.
pub fn section(page: &str, title: &str) -> Option<String> {
    let heading = format!("## {title}\n");
    let text = page.split_once(&heading)?.1;
    let end = text.find("\n## ").unwrap_or(text.len());
    let text = text.get(..end)?;
    let text = text.split("```").next().unwrap_or(text);
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What an example shows, and where it holds.
pub fn label(fence: &Fence) -> String {
    let kind = if fence.bad { "**Dangerous**" } else { "**Safe**" };
    let (oldest, newest) = fence.versions;
    let versions = match (oldest == Version::OLDEST, newest == Version::NEWEST) {
        (true, true) => String::new(),
        (false, true) => format!(" from PostgreSQL {oldest}"),
        (true, false) => format!(" up to PostgreSQL {newest}"),
        (false, false) if oldest == newest => format!(" on PostgreSQL {oldest}"),
        (false, false) => format!(" on PostgreSQL {oldest} to {newest}"),
    };
    let tool = fence.framework.as_deref().and_then(crate::framework::tool);
    let tool = tool.map(|tool| format!(", run by {}", tool.title)).unwrap_or_default();
    format!("{kind}{versions}{tool}:")
}

/// The SQL of an example, its migrations one after the other.
pub fn written(fence: &Fence) -> String {
    fence.migrations.join("-- next migration\n")
}

/// What is proven of an example, in words; empty where nothing is claimed.
pub fn claims(fence: &Fence) -> String {
    if fence.claims.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = fence.claims.iter().map(claim).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let several = fence.migrations.concat().matches(";\n").count() > 1;
    let which = match fence.step {
        Some(step) if several => format!("Statement {step}"),
        None if several => "The last statement".to_owned(),
        _ => "It".to_owned(),
    };
    format!("{which} {}.", words::listed(&parts))
}

fn claim(claim: &Claim) -> String {
    match claim {
        Claim::Lock { relation, mode, scan, rewrite } => {
            let work = match (scan, rewrite) {
                (_, true) => " and writes all of it anew",
                (true, false) => " and reads all of it",
                (false, false) => "",
            };
            format!("takes `{}` on `{relation}` ({}){work}", mode.name(), words::who_waits(*mode))
        }
        Claim::Build(index) => format!("builds `{index}`"),
        Claim::Fails(state) => format!("fails with SQLSTATE {state}"),
        Claim::Nothing => "locks nothing that was there before".to_owned(),
    }
}

fn code(sql: &str) -> String {
    let end = if sql.ends_with('\n') { "" } else { "\n" };
    format!("```sql\n{sql}{end}```\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a-rule\n\nShort.\n\n```sql setup\ncreate table t (a int);\n```\n\n## What\n\nIt\nhurts.\n\n\
        ```sql bad claim=\"t: AccessExclusiveLock, scan; build t_a\" pg=13..17\nalter table t add unique (a);\n```\n\n\
        ## Why\n\nBecause.\n\n```text\nas it is\n```\n\n```sql good claim=\"none\" step=2\nbegin;\nselect 1;\n```\n";

    #[test]
    fn a_page_reads_without_what_is_for_tests() {
        let text = readable(PAGE);
        assert_eq!(
            text,
            "# a-rule\n\nShort.\n\nThe examples begin with this schema:\n\n```sql\ncreate table t (a int);\n```\n\n\
             ## What\n\nIt\nhurts.\n\n**Dangerous** up to PostgreSQL 17:\n\n```sql\nalter table t add unique (a);\n\
             ```\n\nIt takes `AccessExclusiveLock` on `t` (nobody can read or write) and reads all of it and builds \
             `t_a`.\n\n## Why\n\nBecause.\n\n```text\nas it is\n```\n\n**Safe**:\n\n```sql\nbegin;\nselect 1;\n```\n\n\
             Statement 2 locks nothing that was there before.\n"
        );
    }

    #[test]
    fn a_section_is_its_words() {
        assert_eq!(section(PAGE, "What").as_deref(), Some("It hurts."));
        assert_eq!(section(PAGE, "Nothing"), None);
    }

    #[test]
    fn every_page_has_words_for_each_section() {
        for rule in crate::rules::all() {
            for title in ["What", "Why", "Instead"] {
                let text = section(rule.page, title).unwrap_or_default();
                assert!(text.ends_with(['.', ':', ')']), "{}: {title}: {text}", rule.id);
            }
            assert!(!readable(rule.page).contains("claim="), "{}", rule.id);
        }
    }
}
