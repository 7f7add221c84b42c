//! Rules for people who ask about one: by its id, or by the id that another tool has for the same danger.

use crate::rules::{self, Rule};

/// How many ids are offered where none fits.
const OFFERED: usize = 3;

/// How many letters of what somebody asks for are looked at.
const MAX_ASKED: usize = 100;

/// What somebody asks for.
#[derive(Clone)]
pub enum Explanation {
    /// The rule of this id.
    Rule(&'static Rule),
    /// Rules for what another tool has under this id: the tool, and the rules.
    Others(Vec<(&'static str, &'static Rule)>),
    /// Nothing has this id; the ids that are nearest to it.
    Unknown(Vec<&'static str>),
}

/// The rule of an id, or the rules for another tool's id, with or without the tool (`squawk:ban-drop-column`).
pub fn explain(id: &str) -> Explanation {
    let asked: String = id.trim().chars().take(MAX_ASKED).collect::<String>().to_lowercase();
    if let Some(rule) = rules::find(&asked.replace('_', "-")) {
        return Explanation::Rule(rule);
    }
    let (tool, id) = asked.split_once(':').map_or((None, asked.as_str()), |(tool, id)| (Some(tool), id));
    let is_meant = |(of, name): &&(&str, &str)| {
        plain(name) == plain(id) && tool.is_none_or(|tool| plain(of) == plain(tool))
    };
    let others: Vec<(&str, &Rule)> = rules::all()
        .iter()
        .flat_map(|rule| rule.lineage.iter().filter(is_meant).map(move |(tool, _)| (*tool, rule)))
        .collect();
    if others.is_empty() { Explanation::Unknown(nearest(id)) } else { Explanation::Others(others) }
}

/// An id as people write it in one way or another.
fn plain(id: &str) -> String {
    id.to_lowercase().replace('_', "-")
}

/// The ids that take the fewest changes, or hold what is asked for.
fn nearest(asked: &str) -> Vec<&'static str> {
    let asked = asked.replace('_', "-");
    let mut ranked: Vec<(usize, usize, &str)> = rules::all()
        .iter()
        .map(|rule| {
            let holds = asked.len() > 2 && rule.id.contains(asked.as_str());
            (if holds { 0 } else { distance(&asked, rule.id) }, rule.id.len(), rule.id)
        })
        .filter(|(changes, length, _)| *changes <= length / 3)
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().take(OFFERED).map(|(_, _, id)| id).collect()
}

/// How many letters have to be put in, left out or replaced.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, letter) in one.chars().enumerate() {
        let mut left = number + 1;
        let mut next = vec![left];
        for (pair, with) in row.windows(2).zip(&other) {
            let [diagonal, above] = pair else { continue };
            left = (diagonal + usize::from(letter != *with)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(asked: &str) -> Vec<&'static str> {
        match explain(asked) {
            Explanation::Rule(rule) => vec![rule.id],
            Explanation::Others(rules) => rules.into_iter().map(|(_, rule)| rule.id).collect(),
            Explanation::Unknown(_) => Vec::new(),
        }
    }

    fn offered(asked: &str) -> Vec<&'static str> {
        match explain(asked) {
            Explanation::Unknown(nearest) => nearest,
            _ => panic!("{asked} is known"),
        }
    }

    #[test]
    fn rules_are_found_by_their_id() {
        assert_eq!(ids("set-not-null"), ["set-not-null"]);
        assert_eq!(ids(" SET_NOT_NULL"), ["set-not-null"]);
    }

    #[test]
    fn rules_are_found_by_the_ids_of_other_tools() {
        assert_eq!(ids("squawk:require-concurrent-index-creation"), ["index-not-concurrent"]);
        assert_eq!(ids("require-concurrent-index-creation"), ["index-not-concurrent"]);
        assert_eq!(ids("eugene:e6"), ["index-not-concurrent"]);
        assert!(ids("strong-migrations:add_index").contains(&"index-not-concurrent"));
        assert!(ids("eugene:require-concurrent-index-creation").is_empty());
    }

    #[test]
    fn what_is_nearly_right_is_offered() {
        assert_eq!(offered("set-notnull")[0], "set-not-null");
        assert_eq!(offered("dropcolumn")[0], "drop-column");
        assert!(offered("concurrent").contains(&"index-not-concurrent"));
        assert!(offered("zzzzzzzzzzzzzzzzzzzzzzzz").is_empty());
        assert!(offered(&"x".repeat(1_000_000)).is_empty());
        assert!(offered("").is_empty());
    }

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }
}
