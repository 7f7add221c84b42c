//! alembic
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Link, Node, Step};
use crate::text::Span;

pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("alembic", enter, claim);
/// x
#[derive(Debug, Default)]
pub struct Models;
fn enter(reader: &mut Reader<'_>, steps: &[Step]) -> Code {
    entry::up_and_down(reader, steps)
}
fn claim(_reader: &mut Reader<'_>, _root: &Node, _links: &[Link], _span: Span) -> bool {
    false
}
