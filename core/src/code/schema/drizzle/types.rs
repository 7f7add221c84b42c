//! Which type of the database a column of Drizzle has (drizzle-orm, `pg-core/columns`).

use super::tree::plain;
use crate::embedded::tree::{Kind, Node};

/// The type as SQL; none where the function is none of Drizzle's.
pub(super) fn sql(function: &str, options: Option<&Node>) -> Option<String> {
    let number = |key: &str| options.and_then(|it| it.get(key)).and_then(plain);
    let flag =
        |key: &str| options.and_then(|it| it.get(key)).is_some_and(|it| matches!(it.kind, Kind::Bool(true)));
    let sized = |base: &str, key: &str| match number(key) {
        Some(size) => format!("{base}({size})"),
        None => base.to_owned(),
    };
    let zone = if flag("withTimezone") { " with time zone" } else { "" };
    Some(match function {
        "integer" | "smallint" | "bigint" | "serial" | "smallserial" | "bigserial" | "boolean" | "text"
        | "real" | "json" | "jsonb" | "date" | "uuid" | "inet" | "cidr" | "macaddr" | "macaddr8"
        | "point" | "bytea" => function.to_owned(),
        "doublePrecision" => "double precision".to_owned(),
        "varchar" | "char" => sized(function, "length"),
        "numeric" | "decimal" => match (number("precision"), number("scale")) {
            (Some(precision), Some(scale)) => format!("numeric({precision}, {scale})"),
            (Some(precision), None) => format!("numeric({precision})"),
            _ => "numeric".to_owned(),
        },
        "timestamp" | "time" => format!("{}{zone}", sized(function, "precision")),
        "interval" => match options.and_then(|it| it.get("fields")).and_then(plain) {
            Some(fields) => format!("interval {fields}"),
            None => sized("interval", "precision"),
        },
        "line" => "line".to_owned(),
        "bit" => sized("bit", "dimensions"),
        "vector" | "halfvec" | "sparsevec" => sized(function, "dimensions"),
        "geometry" => "geometry".to_owned(),
        _ => return None,
    })
}

/// A column's name from its key, as Drizzle's `casing` makes it (drizzle-orm, `casing.ts`).
pub(super) fn cased(key: &str, casing: Option<&str>) -> String {
    match casing {
        Some("snake_case") => words(key).join("_"),
        Some("camelCase") => words(key)
            .iter()
            .enumerate()
            .map(|(at, word)| if at == 0 { word.clone() } else { capital(word) })
            .collect(),
        _ => key.to_owned(),
    }
}

/// `[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+`, in lower case.
fn words(key: &str) -> Vec<String> {
    let letters: Vec<char> = key.chars().filter(|letter| *letter != '\'').collect();
    let small = |at: usize| letters.get(at).is_some_and(|it| it.is_ascii_digit() || it.is_ascii_lowercase());
    let large = |at: usize| letters.get(at).is_some_and(char::is_ascii_uppercase);
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let start = at;
        if small(at) {
            while small(at) {
                at += 1;
            }
        } else if large(at) {
            while large(at) {
                at += 1;
            }
            // The last capital belongs to the small letters behind it.
            if letters.get(at).is_some_and(char::is_ascii_lowercase) {
                at -= 1;
            }
            if at == start {
                at += 1;
                while small(at) {
                    at += 1;
                }
            }
        } else {
            at += 1;
            continue;
        }
        let word: String = letters.get(start..at).unwrap_or_default().iter().collect();
        found.push(word.to_ascii_lowercase());
    }
    found
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::cased;

    #[test]
    fn keys_become_columns_as_in_drizzle() {
        let pairs =
            [("address2", "address2"), ("userID", "user_id"), ("URLPath", "url_path"), ("a1B", "a1_b")];
        for (key, column) in pairs {
            assert_eq!(cased(key, Some("snake_case")), column);
        }
        assert_eq!(cased("user_name", Some("camelCase")), "userName");
        assert_eq!(cased("userName", None), "userName");
    }
}
