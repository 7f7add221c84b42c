//! Plurals as ActiveSupport (8.0) makes them, with what a project adds to its rules.

use std::collections::{BTreeMap, BTreeSet};

/// What the files of a project say of words.
#[derive(Clone, Debug, Default)]
pub(super) struct Inflection {
    pub(super) irregular: BTreeMap<String, String>,
    pub(super) uncountable: BTreeSet<String>,
    /// In their own letters: `OAuth`.
    pub(super) acronyms: Vec<String>,
    /// There are rules that are not read.
    pub(super) has_rules: bool,
}

const UNCOUNTABLE: [&str; 10] =
    ["equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police"];

const IRREGULAR: [(&str, &str); 6] = [
    ("person", "people"),
    ("man", "men"),
    ("child", "children"),
    ("sex", "sexes"),
    ("move", "moves"),
    ("zombie", "zombies"),
];

/// Endings and what becomes of them, the strongest first.
const ENDINGS: [(&str, &str); 30] = [
    ("quiz", "quizzes"),
    ("matrix", "matrices"),
    ("matrex", "matrices"),
    ("vertix", "vertices"),
    ("vertex", "vertices"),
    ("index", "indices"),
    ("indix", "indices"),
    ("x", "xes"),
    ("ch", "ches"),
    ("ss", "sses"),
    ("sh", "shes"),
    ("quy", "quies"),
    ("hive", "hives"),
    ("lf", "lves"),
    ("rf", "rves"),
    ("sis", "ses"),
    ("ta", "ta"),
    ("ia", "ia"),
    ("tum", "ta"),
    ("ium", "ia"),
    ("buffalo", "buffaloes"),
    ("tomato", "tomatoes"),
    ("bus", "buses"),
    ("alias", "aliases"),
    ("status", "statuses"),
    ("octopi", "octopi"),
    ("viri", "viri"),
    ("octopus", "octopi"),
    ("virus", "viri"),
    ("s", "s"),
];

/// Whole words.
const WORDS: [(&str, &str); 8] = [
    ("ox", "oxen"),
    ("oxen", "oxen"),
    ("mouse", "mice"),
    ("louse", "lice"),
    ("mice", "mice"),
    ("lice", "lice"),
    ("axis", "axes"),
    ("testis", "testes"),
];

impl Inflection {
    /// The plural of a word in small letters with underscores.
    pub(super) fn plural(&self, word: &str) -> Option<String> {
        let last = word.rsplit(['/', '-', ' ']).next().unwrap_or(word);
        if UNCOUNTABLE.contains(&last) || self.uncountable.contains(last) {
            return Some(word.to_owned());
        }
        let own = self.irregular.iter().map(|(one, many)| (one.as_str(), many.as_str()));
        for (one, many) in own.chain(IRREGULAR) {
            if word.ends_with(many) && many != "men" {
                return Some(word.to_owned());
            }
            if let Some(stem) = word.strip_suffix(one) {
                // Whether this one follows the rule has changed between versions.
                return (word != "human").then(|| format!("{stem}{many}"));
            }
        }
        if self.has_rules {
            return None;
        }
        if let Some((_, plural)) = WORDS.iter().find(|(whole, _)| *whole == word) {
            return Some((*plural).to_owned());
        }
        // `([^aeiouy]|qu)y`, `([^f])fe`
        let before = |ending: &str| word.strip_suffix(ending).and_then(|stem| stem.chars().last());
        if before("y").is_some_and(|letter| !"aeiouy".contains(letter)) {
            return Some(format!("{}ies", word.strip_suffix('y').unwrap_or(word)));
        }
        if before("fe").is_some_and(|letter| letter != 'f') {
            return Some(format!("{}ves", word.strip_suffix("fe").unwrap_or(word)));
        }
        for (ending, plural) in ENDINGS {
            if let Some(stem) = word.strip_suffix(ending) {
                return Some(format!("{stem}{plural}"));
            }
        }
        Some(format!("{word}s"))
    }

    /// `HTMLPage` → `html_page`, with acronyms in one piece.
    pub(super) fn underscore(&self, name: &str) -> String {
        let mut text = name.to_owned();
        for acronym in &self.acronyms {
            let one: String = acronym
                .chars()
                .enumerate()
                .map(
                    |(at, letter)| {
                        if at == 0 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
                    },
                )
                .collect();
            text = text.replace(acronym.as_str(), &one);
        }
        super::naming::rails_underscore(&text)
    }
}
