//! Names and strings as they stand in SQL.

/// A name in quotes, which PostgreSQL takes as it is.
pub fn quoted_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string literal; backslashes stand for themselves in it.
pub fn quoted_string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
