//! sqlparser's names → ours.

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::convert::{self, PLACEHOLDER_QUOTE};
use crate::operation::{Identifier, Name};
use crate::sql::literal;
use crate::sql::token::Source;
use crate::text::Span;

/// A name with its place in the file.
pub(super) fn identifier(source: &Source<'_>, ident: &Ident) -> Identifier {
    let start = convert::local(ident.span.start);
    let token = start.and_then(|start| {
        let at = source.tokens.partition_point(|token| token.span.start < start);
        source.tokens.get(at).filter(|token| token.span.start == start && token.kind.is_name())
    });
    match token {
        Some(token) => literal::identifier(source, *token),
        None => Identifier { text: ident.value.clone(), span: Span::default(), truncated: false },
    }
}

/// The name of a relation or function; none where a part of it is no name.
pub(super) fn name(source: &Source<'_>, object: &ObjectName) -> Option<Name> {
    let parts: Vec<&Ident> = object
        .0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Some(ident),
            ObjectNamePart::Function(_) => None,
        })
        .collect::<Option<_>>()?;
    let last = parts.last()?;
    let schema = parts.len().checked_sub(2).and_then(|at| parts.get(at));
    Some(Name { schema: schema.map(|schema| identifier(source, schema)), name: identifier(source, last) })
}

/// The name stands for what a template puts there.
pub(super) fn is_placeholder(ident: &Ident) -> bool {
    ident.quote_style == Some(PLACEHOLDER_QUOTE)
}
