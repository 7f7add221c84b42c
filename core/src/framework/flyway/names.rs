//! What Flyway reads from names (`ResourceNameParser`) and from the first words of statements (`PostgreSQLParser`).

use super::settings::Settings;
use crate::framework::folders::plain_number;
use crate::framework::markers::span;
use crate::sql;

/// What a file is to Flyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A migration of this version, as it is compared.
    Versioned(String),
    /// What undoes that of this version.
    Undo(String),
    /// It runs again whenever it changes; its description.
    Repeatable(String),
    /// What databases without history begin with.
    Baseline(String),
    /// It runs around every migration.
    Callback,
}

/// What a file is by its name; none where Flyway passes over it.
pub(super) fn kind(name: &str, settings: &Settings) -> Option<Kind> {
    let stem = settings.suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str()))?;
    let parts = |prefix: &str| {
        let rest = stem.strip_prefix(prefix)?;
        Some(rest.split_once(settings.separator.as_str()).unwrap_or((rest, "")))
    };
    if let Some(("", title)) = parts(&settings.repeatable).filter(|(_, title)| !title.is_empty()) {
        return Some(Kind::Repeatable(title.replace('_', " ")));
    }
    let undo = parts(&settings.undo).and_then(|(written, _)| version(written)).map(Kind::Undo);
    let baseline = || parts(&settings.baseline).and_then(|(written, _)| version(written)).map(Kind::Baseline);
    let versioned =
        || parts(&settings.versioned).and_then(|(written, _)| version(written)).map(Kind::Versioned);
    let callback = || {
        let event = ["before", "after", "createSchema"].iter().any(|event| stem.starts_with(event));
        event.then_some(Kind::Callback)
    };
    undo.or_else(baseline).or_else(versioned).or_else(callback)
}

/// `1_2.03` is 1.2.3; zeros at the end say nothing.
fn version(written: &str) -> Option<String> {
    let mut numbers: Vec<String> = Vec::new();
    for part in written.split(['.', '_']) {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        numbers.push(plain_number(part));
    }
    while numbers.len() > 1 && numbers.last().is_some_and(|last| last == "0") {
        numbers.pop();
    }
    Some(numbers.join("."))
}

/// Words of which one is in every text that has a statement which Flyway runs outside of transactions.
const TELLING: [&str; 8] =
    ["CONCURRENTLY", "REINDEX", "VACUUM", "SYSTEM", "DATABASE", "TABLESPACE", "SUBSCRIPTION", "DISCARD"];

/// Whether a text has statements that Flyway runs outside of transactions, and whether it has others.
pub(super) fn statements(text: &str) -> (bool, bool) {
    let upper = text.to_ascii_uppercase();
    if !TELLING.iter().any(|word| upper.contains(word)) {
        return (false, true);
    }
    let script = sql::read(text, span(0, text.len()));
    let outside = script.statements.iter().filter(|statement| is_outside(statement.span.of(text))).count();
    (outside > 0, outside < script.statements.len())
}

fn is_outside(statement: &str) -> bool {
    let words: Vec<String> = statement.split_whitespace().take(4).map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches(';')).collect();
    matches!(
        words.as_slice(),
        ["CREATE" | "DROP", "INDEX", "CONCURRENTLY", ..]
            | ["CREATE" | "DROP", "UNIQUE", "INDEX", "CONCURRENTLY"]
            | ["REINDEX", "SCHEMA" | "DATABASE" | "SYSTEM", ..]
            | ["REINDEX", "VERBOSE", "SCHEMA" | "DATABASE" | "SYSTEM", ..]
            | ["VACUUM", ..]
            | ["ALTER", "SYSTEM", ..]
            | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
            | ["DISCARD", "ALL", ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_flyway_does() {
        let settings = Settings::default();
        let of = |name: &str| kind(name, &settings);
        assert_eq!(of("V1__a.sql"), Some(Kind::Versioned("1".into())));
        assert_eq!(of("V01_2.0__a_b.sql"), Some(Kind::Versioned("1.2".into())));
        assert_eq!(of("V3.sql"), Some(Kind::Versioned("3".into())));
        assert_eq!(of("U1__a.sql"), Some(Kind::Undo("1".into())));
        assert_eq!(of("R__my_view.sql"), Some(Kind::Repeatable("my view".into())));
        assert_eq!(of("B7__all.sql"), Some(Kind::Baseline("7".into())));
        assert_eq!(of("afterMigrate.sql"), Some(Kind::Callback));
        for name in ["V10_a.sql", "v1__a.sql", "V1__a.sql.bak", "Va__b.sql", "notes.sql", "R1__a.sql"] {
            assert_eq!(of(name), None, "{name}");
        }
        let bare = Settings { versioned: String::new(), separator: "-".into(), ..Settings::default() };
        assert_eq!(kind("001-a.sql", &bare), Some(Kind::Versioned("1".into())));
    }

    #[test]
    fn statements_outside_of_transactions() {
        assert_eq!(statements("create index concurrently i on t (a);"), (true, false));
        assert_eq!(
            statements("-- CONCURRENTLY\nset lock_timeout = 1; drop index concurrently i;"),
            (true, true)
        );
        assert_eq!(statements("reindex index concurrently i;"), (false, true));
        assert_eq!(statements("select 1;"), (false, true));
    }
}
