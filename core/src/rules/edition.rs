//! Editions of the rules, and ids that rules had before. Both are data, so that what a team wrote down stays true.

use super::{Rule, find};

/// A set of rules that a policy can pin: rules of later editions are told and don't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edition(u16);

impl Edition {
    /// The first.
    pub const FIRST: Edition = Edition(1);
    /// The newest that there is.
    pub const NEWEST: Edition = Edition(1);

    /// The edition of that number, where there is one.
    pub fn new(number: u16) -> Option<Edition> {
        (Self::FIRST.0..=Self::NEWEST.0).contains(&number).then_some(Edition(number))
    }

    /// Its number.
    pub fn number(self) -> u16 {
        self.0
    }
}

/// Rules that came after the first edition, by id, each with the edition it came in.
static LATER: &[(&str, Edition)] = &[];

/// Ids that rules had before, each with the one that it has now. An id never gets another meaning, so a chain of
/// renamings has an entry for each old id that leads to the newest.
static RENAMED: &[(&str, &str)] = &[];

impl Rule {
    /// The edition that the rule came in.
    pub fn edition(&self) -> Edition {
        edition_of(self.id, LATER)
    }
}

/// A rule by its id, or by one that it had before.
pub fn resolve(id: &str) -> Option<&'static Rule> {
    find(id).or_else(|| find(current(id, RENAMED)?))
}

fn edition_of(id: &str, later: &[(&str, Edition)]) -> Edition {
    later.iter().find(|(rule, _)| *rule == id).map_or(Edition::FIRST, |(_, edition)| *edition)
}

fn current<'a>(id: &str, renamed: &[(&str, &'a str)]) -> Option<&'a str> {
    renamed.iter().find(|(old, _)| *old == id).map(|(_, now)| *now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_name_rules_that_exist() {
        for (id, edition) in LATER {
            assert!(find(id).is_some() && *edition > Edition::FIRST && *edition <= Edition::NEWEST, "{id}");
        }
        for (old, now) in RENAMED {
            assert!(find(old).is_none() && find(now).is_some(), "{old}");
        }
    }

    #[test]
    fn rules_have_the_edition_they_came_in_and_old_ids_lead_on() {
        let later = [("drop-table", Edition(2))];
        assert_eq!(edition_of("drop-table", &later), Edition(2));
        assert_eq!(edition_of("drop-column", &later), Edition::FIRST);
        assert_eq!(current("ban-drop", &[("ban-drop", "drop-table")]), Some("drop-table"));
        assert_eq!(current("drop-table", &[("ban-drop", "drop-table")]), None);
        assert_eq!(resolve("drop-table").map(|rule| rule.id), Some("drop-table"));
        assert!(resolve("no-such-rule").is_none());
    }

    #[test]
    fn only_known_editions() {
        assert_eq!(Edition::new(1), Some(Edition::FIRST));
        assert_eq!(Edition::new(0), None);
        assert_eq!(Edition::new(Edition::NEWEST.0 + 1), None);
    }
}
