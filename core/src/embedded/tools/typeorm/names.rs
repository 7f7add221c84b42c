//! The names that `TypeORM`'s usual naming strategy makes: a prefix and the beginning of a hash of table and columns.

use super::super::digest::sha1;

/// Of a primary key: its columns in alphabetical order.
pub(super) fn primary_key(table: &str, columns: &[String]) -> String {
    hashed("PK_", 27, table, columns, "")
}

/// Of a unique constraint.
pub(super) fn unique(table: &str, columns: &[String]) -> String {
    hashed("UQ_", 27, table, columns, "")
}

/// Of a foreign key.
pub(super) fn foreign_key(table: &str, columns: &[String]) -> String {
    hashed("FK_", 27, table, columns, "")
}

/// Of an index, with its condition.
pub(super) fn index(table: &str, columns: &[String], condition: Option<&str>) -> String {
    let condition = condition.map_or(String::new(), |condition| format!("_{condition}"));
    hashed("IDX_", 26, table, columns, &condition)
}

/// Of a check.
pub(super) fn check(table: &str, expression: &str) -> String {
    hashed("CHK_", 26, table, &[expression.to_owned()], "")
}

/// The type of an enum's column, with its schema.
pub(super) fn enum_type(table: &str, column: &str, given: Option<&str>) -> String {
    let (schema, table) = table.rsplit_once('.').unwrap_or(("public", table));
    let name = given.map_or_else(|| format!("{table}_{column}_enum").to_lowercase(), str::to_owned);
    format!("\"{schema}\".\"{name}\"")
}

fn hashed(prefix: &str, length: usize, table: &str, columns: &[String], rest: &str) -> String {
    // Only the last part of `schema.table` counts.
    let table = table.rsplit('.').next().unwrap_or(table);
    let mut columns = columns.to_vec();
    columns.sort();
    let digest = sha1(&format!("{table}_{}{rest}", columns.join("_")));
    format!("{prefix}{}", digest.get(..length).unwrap_or(&digest))
}
