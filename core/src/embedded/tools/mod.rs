//! What each tool makes of its calls.
#![allow(
    clippy::format_push_string,
    clippy::match_same_arms,
    reason = "SQL is put together clause by clause, and tables of types name each case"
)]

pub(super) mod alembic;
mod digest;
pub(super) mod django;
pub(super) mod ecto;
pub(super) mod entry;
pub(super) mod knex;
pub(super) mod kysely;
pub(super) mod mikro_orm;
pub(super) mod node_pg_migrate;
pub(super) mod rails;
pub(super) mod raw;
pub(super) mod render;
pub(super) mod sequelize;
pub(super) mod typeorm;

use super::Code;
use super::reader::Reader;
use super::tree::{Link, Node, Step};
use crate::text::Span;

/// A tool whose migrations are code.
#[derive(Clone, Copy)]
pub struct CodeTool {
    /// Its id, as among the frameworks.
    pub id: &'static str,
    /// Finds the ways in and follows them.
    pub(super) enter: fn(&mut Reader<'_>, &[Step]) -> Code,
    /// Takes a chain of calls that is the tool's; false where it is not.
    pub(super) claim: fn(&mut Reader<'_>, &Node, &[Link], Span) -> bool,
    /// Takes `with x as y:`.
    pub(super) with: fn(&mut Reader<'_>, &Node, Option<&str>, &[Step]) -> bool,
    /// Takes `a |> b()`.
    pub(super) piped: fn(&mut Reader<'_>, &[Node], Span) -> bool,
}

impl std::fmt::Debug for CodeTool {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id)
    }
}

impl CodeTool {
    /// What reads `db/schema.rb` of Rails.
    pub(crate) const RAILS_SCHEMA: CodeTool = rails::SCHEMA;

    const fn new(
        id: &'static str,
        enter: fn(&mut Reader<'_>, &[Step]) -> Code,
        claim: fn(&mut Reader<'_>, &Node, &[Link], Span) -> bool,
    ) -> Self {
        CodeTool { id, enter, claim, with: |_, _, _, _| false, piped: |_, _, _| false }
    }

    /// The tool of an id.
    #[must_use]
    pub fn named(id: &str) -> Option<CodeTool> {
        TOOLS.iter().find(|tool| tool.id == id).copied()
    }
}

static TOOLS: [CodeTool; 11] = [
    node_pg_migrate::TOOL,
    knex::TOOL,
    typeorm::TOOL,
    sequelize::TOOL,
    mikro_orm::TOOL,
    kysely::TOOL,
    alembic::TOOL,
    django::TOOL,
    rails::TOOL,
    ecto::TOOL,
    raw::TOOL,
];
