//! Changes of rows.

use super::column::value;
use super::{Change, name};

/// `insert`, `update`, `delete`.
pub(super) fn render(change: &Change) -> Option<Vec<String>> {
    let table = change.table()?;
    let filter = change.text("where").map_or(String::new(), |filter| format!(" WHERE {filter}"));
    if change.name == "delete" {
        return Some(vec![format!("DELETE FROM {table}{filter}")]);
    }
    let mut columns = Vec::new();
    for column in change.named("column") {
        columns.push((name(column.text("name")?), value(column, "value").unwrap_or_else(|| "NULL".to_owned())));
    }
    if columns.is_empty() {
        return None;
    }
    if change.name == "update" {
        let sets: Vec<String> = columns.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        return Some(vec![format!("UPDATE {table} SET {}{filter}", sets.join(", "))]);
    }
    let (names, values): (Vec<String>, Vec<String>) = columns.into_iter().unzip();
    Some(vec![format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))])
}
