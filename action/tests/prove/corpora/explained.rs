//! Differences that have a reason: `explained.txt`, a line each, `project | object | why`.
//!
//! Where names hold a day, `#` stands for its digits, since they are others tomorrow.

use std::collections::BTreeMap;

const LIST: &str = include_str!("explained.txt");

/// A number of so many digits is a day.
const DAY: usize = 8;

/// The list, and what of it was met.
pub(super) struct Explained {
    /// By project and object: the line in the file, and whether it was met.
    entries: BTreeMap<(String, String), (usize, bool)>,
    projects: Vec<String>,
}

impl Explained {
    /// Reads the list.
    pub(super) fn read() -> Result<Self, String> {
        let mut entries = BTreeMap::new();
        let lines = LIST.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        for (number, line) in lines {
            let number = number + 1;
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [project, object, why] = parts.as_slice() else {
                return Err(format!("explained.txt:{number}: a line is `project | object | why`"));
            };
            if why.is_empty() {
                return Err(format!("explained.txt:{number}: no reason is given"));
            }
            if entries.insert(((*project).to_owned(), (*object).to_owned()), (number, false)).is_some() {
                return Err(format!("explained.txt:{number}: `{object}` is listed twice"));
            }
        }
        Ok(Explained { entries, projects: Vec::new() })
    }

    /// A difference in the object of a project is on the list.
    pub(super) fn explains(&mut self, project: &str, object: &str) -> bool {
        self.visit(project);
        match self.entries.get_mut(&(project.to_owned(), pattern(object))) {
            Some((_, met)) => {
                *met = true;
                true
            }
            None => false,
        }
    }

    /// The project is here, so that its entries have to be met.
    pub(super) fn visit(&mut self, project: &str) {
        if self.projects.last().is_none_or(|last| last != project) {
            self.projects.push(project.to_owned());
        }
    }

    /// Entries of projects that are here, which nothing met.
    pub(super) fn stale(&self) -> Vec<String> {
        let unmet = self
            .entries
            .iter()
            .filter(|((project, _), (_, met))| !met && self.projects.iter().any(|here| here == project));
        unmet.map(|((_, object), (number, _))| format!("line {number}, `{object}`")).collect()
    }
}

/// An object's name with `#` for the digits of days.
pub(super) fn pattern(object: &str) -> String {
    let mut out = String::new();
    let mut rest = object;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[at..].chars().take_while(char::is_ascii_digit).count();
        out.push_str(&rest[..at]);
        let number = &rest[at..at + digits];
        if digits == DAY {
            out.extend(std::iter::repeat_n('#', DAY));
        } else {
            out.push_str(number);
        }
        rest = &rest[at + digits..];
    }
    out.push_str(rest);
    out
}
