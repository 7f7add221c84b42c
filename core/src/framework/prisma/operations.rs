//! Prisma 8's migrations: `ops.json`, an array of operations, each with the SQL that it executes
//! (`{"execute": [{"sql": "…", "params": []}], …}`) between checks before and after it.

use std::sync::Arc;

use crate::framework::Migration;
use crate::framework::TransactionModel;
use crate::framework::tree::{folder_of, relative};
use crate::framework::yaml::{self, Node};
use crate::text::Span;

/// The migration that an `ops.json` is; none where it can't be read. What it is called is its folder's path.
pub(super) fn migration(path: &str, root: &str, text: &str) -> Option<Migration> {
    let Some(node @ Node::List(operations)) = &yaml::parse(text) else { return None };
    let steps = operations.iter().filter_map(|operation| operation.get("execute")).flat_map(Node::items);
    let up: Vec<Span> = steps.filter_map(|step| step.scalar("sql")).map(|sql| sql.span).collect();
    let name = relative(folder_of(path), root).unwrap_or(path);
    let mut migration = Migration::new(path, name, up, TransactionModel::RunStatements);
    migration.text = yaml::unescaped(text, node).map(Arc::from);
    Some(migration)
}
