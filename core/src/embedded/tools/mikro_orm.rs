//! `MikroORM`: `this.addSql('…')`.

use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Kind, Link, Node, Step};
use crate::text::Span;

/// `MikroORM`.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("mikro-orm", enter, claim);

fn enter(reader: &mut Reader<'_>, steps: &[Step]) -> Code {
    let mut code = entry::up_and_down(reader, steps);
    code.outside = entry::function(reader, steps, "isTransactional").is_some_and(|function| {
        function
            .body
            .iter()
            .any(|step| matches!(step, Step::Return(Some(Node { kind: Kind::Bool(false), .. }))))
    });
    code
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    let [Link::Member(name, _), Link::Call(call)] = links else { return false };
    let own = matches!(&root.kind, Kind::Name(root) if root == "this");
    if !own || !matches!(name.as_str(), "addSql" | "execute") {
        return false;
    }
    match call.at(0).and_then(|node| reader.text_with_holes(node)) {
        Some(text) => reader.send(span, text),
        None => reader.miss(span, "SQL in a string"),
    }
    true
}
