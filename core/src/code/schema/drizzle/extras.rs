//! What stands beside the columns of a Drizzle table: indexes, keys over several columns.

use super::columns::Wanted;
use super::tree::{Tree, called, member, modifiers, plain, returned};
use crate::code::schema::{Key, Table};
use crate::embedded::tree::{Kind, Node};

/// More of them than any table has are not read.
const MOST: usize = 1000;

/// Adds what the third argument of `pgTable` says: a list, or an object.
pub(super) fn read(tree: &Tree<'_>, file: usize, node: &Node, table: &mut Table, wanted: &mut Vec<Wanted>) {
    let Kind::Function(function) = &node.kind else { return };
    match returned(function).map(|node| &node.kind) {
        Some(Kind::List(items)) => {
            items.iter().take(MOST).for_each(|item| extra(tree, file, item, table, wanted));
        }
        Some(Kind::Map(entries)) => {
            entries.iter().take(MOST).for_each(|(_, item)| extra(tree, file, item, table, wanted));
        }
        _ => {}
    }
}

fn extra(tree: &Tree<'_>, file: usize, node: &Node, table: &mut Table, wanted: &mut Vec<Wanted>) {
    let Some(call) = called(node) else { return };
    let after = modifiers(call.rest);
    let argument = |name: &str| after.iter().find(|(own, _)| *own == name).and_then(|(_, call)| *call);
    match call.name {
        "index" | "uniqueIndex" | "unique" => {
            let on = argument("on").or_else(|| argument("using")).or_else(|| argument("onOnly"));
            let Some(on) = on else { return };
            let skip = usize::from(argument("on").is_none() && argument("onOnly").is_none());
            let columns = on.arguments.iter().skip(skip).map(|it| column(&it.value, table));
            // Expressions and conditions are beyond what is compared.
            let Some(columns) = columns.collect::<Option<Vec<String>>>() else { return };
            if argument("where").is_some() {
                return;
            }
            table.keys.push(Key { columns, is_unique: call.name != "index" });
        }
        "primaryKey" => {
            // `primaryKey({ columns: [a, b] })`, formerly `primaryKey(a, b)`
            let columns = match call.call.at(0).and_then(|it| it.get("columns")) {
                Some(list) => columns(list, table),
                None => call.call.arguments.iter().map(|it| column(&it.value, table)).collect(),
            };
            let Some(columns) = columns else { return };
            for known in &mut table.columns {
                known.not_null |= columns.contains(&known.column);
            }
            table.primary_key = columns;
        }
        "foreignKey" => {
            let Some(options) = call.call.at(0) else { return };
            let own = options.get("columns").and_then(|list| columns(list, table));
            let Some(Kind::List(others)) = options.get("foreignColumns").map(|it| &it.kind) else { return };
            let others: Option<Vec<(&str, &str)>> = others.iter().map(member).collect();
            let (Some(own), Some(others)) = (own, others) else { return };
            let Some((target, _)) = others.first() else { return };
            // A reference to the table itself goes by the name of the function's parameter.
            let is_known = tree.find(target, file).is_some();
            wanted.push(Wanted {
                columns: own,
                target: Some(if is_known { (*target).to_owned() } else { table.name.clone() }),
                keys: others.iter().map(|(_, key)| (*key).to_owned()).collect(),
                on_delete: argument("onDelete").and_then(|it| it.at(0)).and_then(plain),
                ..Wanted::default()
            });
        }
        _ => {}
    }
}

fn columns(list: &Node, table: &Table) -> Option<Vec<String>> {
    let Kind::List(items) = &list.kind else { return None };
    items.iter().map(|item| column(item, table)).collect()
}

/// `t.a` and `t.a.desc()`: the column's name in the database.
fn column(node: &Node, table: &Table) -> Option<String> {
    let (_, key) = member(node)?;
    table.column_of(key).map(|column| column.column.clone())
}
