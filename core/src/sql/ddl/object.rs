//! Kinds of objects, and how statements name an object of each kind.

use super::super::cursor::Cursor;
use super::super::token::TokenKind;
use super::Read;
use super::common::{arguments, column_path, number, operator};
use crate::operation::{Identifier, Name, ObjectKind, TypeName};

/// A kind of object as statements write it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// The words, in lower case.
    pub(super) words: &'static str,
    /// What it is.
    pub(super) what: ObjectKind,
    /// How one is named.
    pub(super) form: Form,
}

/// How an object is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `[schema.]name`
    Name,
    /// `name`
    Plain,
    /// `name ON table`
    OnTable,
    /// `name ON [DOMAIN] table`
    Constraint,
    /// `[schema.]table.column`
    Column,
    /// `name [(arguments)]`
    Routine,
    /// `name (arguments)`, `name (*)`, `name (… ORDER BY …)`
    Aggregate,
    /// `+ (left, right)`
    Operator,
    /// `name USING method`
    OperatorClass,
    /// `(a AS b)`
    Cast,
    /// `FOR type LANGUAGE name`
    Transform,
    /// A number.
    LargeObject,
    /// `FOR user SERVER name`
    UserMapping,
}

/// An object that a statement names.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) kind: ObjectKind,
    /// Its name; of a column its table; none of casts, transforms, large objects and user mappings.
    pub(super) name: Option<Name>,
    /// The column.
    pub(super) column: Option<Identifier>,
    /// The table or domain it belongs to.
    pub(super) on: Option<Name>,
    /// Types of its input arguments, where they are written.
    pub(super) arguments: Option<Vec<TypeName>>,
}

/// Every kind. Longer words stand before shorter ones that begin them.
const KINDS: &[Kind] = &[
    kind("access method", ObjectKind::Other, Form::Plain),
    kind("aggregate", ObjectKind::Aggregate, Form::Aggregate),
    kind("cast", ObjectKind::Other, Form::Cast),
    kind("collation", ObjectKind::Other, Form::Name),
    kind("column", ObjectKind::Column, Form::Column),
    kind("constraint", ObjectKind::Constraint, Form::Constraint),
    kind("conversion", ObjectKind::Other, Form::Name),
    kind("database", ObjectKind::Database, Form::Plain),
    kind("domain", ObjectKind::Domain, Form::Name),
    kind("event trigger", ObjectKind::EventTrigger, Form::Plain),
    kind("extension", ObjectKind::Extension, Form::Plain),
    kind("foreign data wrapper", ObjectKind::Other, Form::Plain),
    kind("foreign table", ObjectKind::ForeignTable, Form::Name),
    kind("function", ObjectKind::Function, Form::Routine),
    kind("group", ObjectKind::Other, Form::Plain),
    kind("index", ObjectKind::Index, Form::Name),
    kind("language", ObjectKind::Other, Form::Plain),
    kind("large object", ObjectKind::Other, Form::LargeObject),
    kind("materialized view", ObjectKind::MaterializedView, Form::Name),
    kind("operator class", ObjectKind::Other, Form::OperatorClass),
    kind("operator family", ObjectKind::Other, Form::OperatorClass),
    kind("operator", ObjectKind::Other, Form::Operator),
    kind("policy", ObjectKind::Policy, Form::OnTable),
    kind("procedural language", ObjectKind::Other, Form::Plain),
    kind("procedure", ObjectKind::Procedure, Form::Routine),
    kind("publication", ObjectKind::Publication, Form::Plain),
    kind("role", ObjectKind::Other, Form::Plain),
    kind("routine", ObjectKind::Routine, Form::Routine),
    kind("rule", ObjectKind::Rule, Form::OnTable),
    kind("schema", ObjectKind::Schema, Form::Plain),
    kind("sequence", ObjectKind::Sequence, Form::Name),
    kind("server", ObjectKind::Other, Form::Plain),
    kind("statistics", ObjectKind::Statistics, Form::Name),
    kind("subscription", ObjectKind::Subscription, Form::Plain),
    kind("table", ObjectKind::Table, Form::Name),
    kind("tablespace", ObjectKind::Tablespace, Form::Plain),
    kind("text search configuration", ObjectKind::Other, Form::Name),
    kind("text search dictionary", ObjectKind::Other, Form::Name),
    kind("text search parser", ObjectKind::Other, Form::Name),
    kind("text search template", ObjectKind::Other, Form::Name),
    kind("transform", ObjectKind::Other, Form::Transform),
    kind("trigger", ObjectKind::Trigger, Form::OnTable),
    kind("type", ObjectKind::Type, Form::Name),
    kind("user mapping", ObjectKind::Other, Form::UserMapping),
    kind("user", ObjectKind::Other, Form::Plain),
    kind("view", ObjectKind::View, Form::Name),
];

const fn kind(words: &'static str, what: ObjectKind, form: Form) -> Kind {
    Kind { words, what, form }
}

impl Kind {
    /// The kind whose words come next, moving past them.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| cursor.eat(kind.words))
    }

    /// Reads the name of an object of this kind.
    pub(super) fn object(&self, cursor: &mut Cursor<'_>) -> Read<Object> {
        let mut object = Object { kind: self.what, name: None, column: None, on: None, arguments: None };
        match self.form {
            Form::Name => object.name = Some(cursor.name()?),
            Form::Plain => object.name = Some(plain(cursor)?),
            Form::OnTable => {
                object.name = Some(plain(cursor)?);
                cursor.need("on")?;
                object.on = Some(cursor.name()?);
            }
            Form::Constraint => {
                object.name = Some(plain(cursor)?);
                cursor.need("on")?;
                if cursor.eat("domain") {
                    object.kind = ObjectKind::DomainConstraint;
                }
                object.on = Some(cursor.name()?);
            }
            Form::Column => {
                let (table, column) = column_path(cursor)?;
                object.name = Some(table);
                object.column = Some(column);
            }
            Form::Routine => {
                object.name = Some(cursor.name()?);
                if cursor.at_symbol("(") {
                    object.arguments = Some(arguments(cursor)?);
                }
            }
            Form::Aggregate => {
                object.name = Some(cursor.name()?);
                object.arguments = Some(aggregate_arguments(cursor)?);
            }
            Form::Operator => {
                let span = cursor.here();
                let text = operator(cursor)?;
                let name = Identifier { text, span: cursor.span_from(span.start), truncated: false };
                object.name = Some(Name { schema: None, name });
                operand_types(cursor)?;
            }
            Form::OperatorClass => {
                object.name = Some(cursor.name()?);
                cursor.need("using")?;
                cursor.identifier()?;
            }
            Form::Cast => {
                let mut inside = cursor.inside()?;
                inside.type_name()?;
                inside.need("as")?;
                inside.type_name()?;
                inside.finish()?;
            }
            Form::Transform => {
                cursor.need("for")?;
                cursor.type_name()?;
                cursor.need("language")?;
                cursor.identifier()?;
            }
            Form::LargeObject => number(cursor)?,
            Form::UserMapping => {
                cursor.need("for")?;
                cursor.identifier()?;
                cursor.need("server")?;
                cursor.identifier()?;
            }
        }
        Ok(object)
    }
}

/// A name that can't be qualified.
pub(super) fn plain(cursor: &mut Cursor<'_>) -> Read<Name> {
    Ok(Name { schema: None, name: cursor.identifier()? })
}

/// `(*)`, `(types)`, `(types ORDER BY types)`, `(ORDER BY types)`
pub(super) fn aggregate_arguments(cursor: &mut Cursor<'_>) -> Read<Vec<TypeName>> {
    let mut whole = *cursor;
    let mut inside = whole.inside()?;
    if inside.eat_symbol("*") {
        inside.finish()?;
        *cursor = whole;
        return Ok(Vec::new());
    }
    let direct = inside.until(&["order by"]);
    if inside.at_end() {
        return arguments(cursor);
    }
    inside.eat("order by");
    let mut types = super::common::argument_list(direct)?;
    types.extend(super::common::argument_list(inside)?);
    *cursor = whole;
    Ok(types)
}

/// `(left, right)`, either of them `NONE`.
fn operand_types(cursor: &mut Cursor<'_>) -> Read<()> {
    let inside = cursor.inside()?;
    let operands = inside.commas();
    if operands.len() != 2 {
        return Err(inside.miss("the types of both operands"));
    }
    for mut one in operands {
        let none = one.peek().is_some_and(|token| token.kind == TokenKind::Word) && one.eat("none");
        if !none {
            one.type_name()?;
        }
        one.finish()?;
    }
    Ok(())
}
