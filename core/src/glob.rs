//! Patterns for paths and for names of tables: `*`, `?` and `**`, as `.gitignore` has them.

use crate::text::Wildcard;

/// A pattern. A pattern of paths without `/` fits a file or folder of that name anywhere; one with `/` is read from
/// the root. What fits a folder fits everything in it. `*` and `?` stop at `/`, `**` does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glob {
    written: String,
    parts: Vec<String>,
}

/// The longest pattern that is taken, in bytes.
pub const MAX_BYTES: usize = 500;

impl Glob {
    /// A pattern as somebody wrote it; what is wrong with it, in words.
    pub fn new(written: &str) -> Result<Self, &'static str> {
        let bare = written.strip_prefix("./").unwrap_or(written).trim_end_matches('/');
        if bare.is_empty() {
            return Err("the pattern is empty");
        }
        if written.len() > MAX_BYTES {
            return Err("the pattern is longer than 500 bytes");
        }
        if written.starts_with('!') {
            return Err("a pattern can't be turned around with `!`");
        }
        if bare.split('/').any(|part| part == "..") {
            return Err("a pattern can't leave the root with `..`");
        }
        let anchored = bare.contains('/');
        let mut parts: Vec<String> = Vec::new();
        for part in bare.split('/').filter(|part| !matches!(*part, "" | ".")) {
            // Two of them in a row say no more than one.
            if part != "**" || parts.last().is_none_or(|last| last != "**") {
                parts.push(part.to_owned());
            }
        }
        if !anchored && parts.first().is_some_and(|part| part != "**") {
            parts.insert(0, "**".to_owned());
        }
        // What is in a folder: anything right in it, and so all that is deeper.
        if parts.last().is_some_and(|part| part == "**") {
            parts.pop();
            parts.push("*".to_owned());
        }
        Ok(Glob { written: written.to_owned(), parts })
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether it fits a path, or a folder that the path is in.
    pub fn fits_path(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        // Which parts of the pattern may come next, after the names so far.
        let mut next = vec![false; self.parts.len() + 1];
        if let Some(first) = next.first_mut() {
            *first = true;
        }
        self.pass_empty(&mut next);
        for name in names {
            let mut after = vec![false; self.parts.len() + 1];
            for (place, part) in self.parts.iter().enumerate() {
                if !next.get(place).copied().unwrap_or(false) {
                    continue;
                }
                let target = if part == "**" { place } else { place + 1 };
                if (part == "**" || fits(part, name))
                    && let Some(reached) = after.get_mut(target)
                {
                    *reached = true;
                }
            }
            self.pass_empty(&mut after);
            // The whole pattern is used up: this file or folder fits.
            if after.last().copied().unwrap_or(false) {
                return true;
            }
            next = after;
        }
        false
    }

    /// Whether it fits a name, of which `/` is an ordinary letter.
    pub fn fits_name(&self, name: &str) -> bool {
        fits(&self.written, name)
    }

    /// `**` may stand for nothing.
    fn pass_empty(&self, next: &mut [bool]) {
        for (place, part) in self.parts.iter().enumerate() {
            let here = next.get(place).copied().unwrap_or(false);
            if here
                && part == "**"
                && let Some(after) = next.get_mut(place + 1)
            {
                *after = true;
            }
        }
    }
}

/// `*` is any letters, `?` is one.
fn fits(pattern: &str, name: &str) -> bool {
    let part = |letter| match letter {
        '*' => Wildcard::Any,
        '?' => Wildcard::One,
        letter => Wildcard::Is(letter),
    };
    Wildcard::fits(pattern.chars().map(part), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits_path(pattern: &str, path: &str) -> bool {
        Glob::new(pattern).unwrap().fits_path(path)
    }

    #[test]
    fn paths() {
        for (pattern, path, expected) in [
            ("db/seeds", "db/seeds/1.sql", true),
            ("db/seeds/", "db/seeds/deep/1.sql", true),
            ("db/seeds", "db/seeds.sql", false),
            ("db/seeds", "app/db/seeds/1.sql", false),
            ("./db/seeds", "db/seeds/1.sql", true),
            ("seeds", "app/db/seeds/1.sql", true),
            ("*.dump.sql", "a/b/c.dump.sql", true),
            ("*.dump.sql", "c.sql", false),
            ("apps/*/db", "apps/api/db/1.sql", true),
            ("apps/*/db", "apps/api/x/db/1.sql", false),
            ("apps/**/db", "apps/api/x/db/1.sql", true),
            ("apps/**/db", "apps/db/1.sql", true),
            ("legacy/**", "legacy/a/b.sql", true),
            ("legacy/**", "legacy", false),
            ("**", "a/b.sql", true),
            ("**/*.sql", "b.sql", true),
            ("/db", "db/1.sql", true),
            ("/db", "a/db/1.sql", false),
            ("d?/*.sql", "db/1.sql", true),
            ("d?/*.sql", "d/1.sql", false),
        ] {
            assert_eq!(fits_path(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn names() {
        let fits = |pattern: &str, name: &str| Glob::new(pattern).unwrap().fits_name(name);
        assert!(fits("orders", "orders") && !fits("orders", "order"));
        assert!(fits("billing.*", "billing.invoices") && !fits("billing.*", "billing"));
        assert!(fits("audit_?", "audit_é") && fits("*", "") && fits("a*b*c", "a//b-c"));
    }

    #[test]
    fn what_is_no_pattern() {
        for written in ["", "/", "./", "!a", "a/../b", "../a"] {
            assert!(Glob::new(written).is_err(), "{written}");
        }
        assert!(Glob::new(&"a".repeat(501)).is_err());
    }

    #[test]
    fn stars_cost_no_more_than_letters() {
        let pattern = "*a".repeat(MAX_BYTES / 2);
        assert!(!Glob::new(&pattern).unwrap().fits_path(&"a/".repeat(5_000)));
        let pattern = "**/a/".repeat(MAX_BYTES / 5);
        assert!(!Glob::new(&pattern).unwrap().fits_path(&"b/".repeat(5_000)));
    }
}
