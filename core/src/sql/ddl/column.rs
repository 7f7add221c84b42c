//! Columns of `CREATE TABLE`, `ADD COLUMN` and composite types.

use super::super::cursor::Cursor;
use super::attributes::Attributes;
use super::common::generic_options;
use super::{Doubt, Read, alter_column, constraint, sequence};
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, ForeignKey, Generated, GeneratedKind, Identifier,
    IndexConstraint, NotNull, SequenceOptions,
};

/// Reads `name type …`, which the cursor holds and nothing else. What follows name and type without being
/// understood becomes a constraint that is unknown.
pub(super) fn read(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<ColumnDefinition> {
    let mut column = named(&mut cursor)?;
    column.type_name = Some(cursor.type_name()?);
    let fixed = fixed_clauses(&mut cursor, &mut column);
    if doubt.check(fixed).is_some() {
        clauses(cursor, &mut column, doubt);
    }
    Ok(column)
}

/// Reads `name [WITH OPTIONS] …` of a typed table or a partition.
pub(super) fn options(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<ColumnDefinition> {
    let mut column = named(&mut cursor)?;
    cursor.eat("with options");
    clauses(cursor, &mut column, doubt);
    Ok(column)
}

/// Reads `name type [COLLATE c]` of a composite type, up to where that ends.
pub(super) fn attribute(cursor: &mut Cursor<'_>) -> Read<ColumnDefinition> {
    let mut column = named(cursor)?;
    column.type_name = Some(cursor.type_name()?);
    if cursor.eat("collate") {
        column.collation = Some(cursor.name()?);
    }
    column.span = cursor.span_from(column.span.start);
    Ok(column)
}

fn named(cursor: &mut Cursor<'_>) -> Read<ColumnDefinition> {
    let span = cursor.rest();
    Ok(ColumnDefinition {
        span,
        name: cursor.identifier()?,
        type_name: None,
        collation: None,
        storage: None,
        compression: None,
        default: None,
        generated: None,
        identity: None,
        not_null: None,
        null: None,
        constraints: Vec::new(),
        foreign_options: false,
    })
}

/// The clauses that PostgreSQL takes only in this order, right after the type.
fn fixed_clauses(cursor: &mut Cursor<'_>, column: &mut ColumnDefinition) -> Read<()> {
    if cursor.eat("storage") {
        column.storage = Some(alter_column::storage(cursor)?);
    }
    if cursor.eat("compression") {
        column.compression = Some(alter_column::storage(cursor)?);
    }
    column.foreign_options = generic_options(cursor)?;
    Ok(())
}

fn clauses(mut cursor: Cursor<'_>, column: &mut ColumnDefinition, doubt: &mut Doubt) {
    // The kind of clause before decides what an attribute such as DEFERRABLE belongs to.
    let mut after_constraint = false;
    while !cursor.at_end() {
        let rest = cursor.rest();
        match clause(&mut cursor, column, after_constraint) {
            Ok(is_constraint) => after_constraint = is_constraint,
            Err(miss) => {
                doubt.note(miss);
                column.constraints.push(constraint::unknown(rest));
                return;
            }
        }
    }
}

/// Reads one clause; true where it is a constraint (or an attribute of one) kept in `column.constraints`.
fn clause(cursor: &mut Cursor<'_>, column: &mut ColumnDefinition, after_constraint: bool) -> Read<bool> {
    let start = cursor.start();
    let name = if cursor.eat("constraint") { Some(cursor.identifier()?) } else { None };
    if name.is_none() {
        if cursor.eat("collate") {
            column.collation = Some(cursor.name()?);
            return Ok(false);
        }
        if after_constraint && attributes(cursor, column)? {
            return Ok(true);
        }
    }
    if let Some(kind) = constraint_kind(cursor, &column.name)? {
        let no_inherit = matches!(kind, ConstraintKind::Check(_)) && cursor.eat("no inherit");
        let span = cursor.span_from(start);
        column.constraints.push(Constraint { name, kind, no_inherit, ..constraint::unknown(span) });
        return Ok(true);
    }
    if cursor.eat("not null") {
        let no_inherit = cursor.eat("no inherit");
        column.not_null = Some(NotNull { span: cursor.span_from(start), name, no_inherit });
    } else if cursor.eat("null") {
        column.null = Some(cursor.span_from(start));
    } else if cursor.eat("default") {
        column.default = Some(cursor.default_expression()?);
    } else if cursor.eat("generated") {
        generated(cursor, column, start)?;
    } else {
        return Err(cursor.miss("a constraint or another clause of the column"));
    }
    Ok(false)
}

/// Attributes of the constraint before; false where none follows.
fn attributes(cursor: &mut Cursor<'_>, column: &mut ColumnDefinition) -> Read<bool> {
    let at = cursor.rest();
    let mut after = *cursor;
    let read = Attributes::read(&mut after)?;
    let none = read.deferrable.is_none() && read.initially_deferred.is_none() && read.enforced.is_none();
    let Some(last) = column.constraints.last_mut() else { return Ok(false) };
    // NOT VALID and NO INHERIT are attributes of table constraints only. That it is written is kept: it makes the
    // statement fail.
    last.not_valid = read.not_valid;
    if none || read.not_valid.is_some() || read.no_inherit {
        return Ok(false);
    }
    read.apply(at, last)?;
    *cursor = after;
    last.span = cursor.span_from(last.span.start);
    Ok(true)
}

fn constraint_kind(cursor: &mut Cursor<'_>, column: &Identifier) -> Read<Option<ConstraintKind>> {
    let columns = vec![column.clone()];
    if cursor.eat("unique") {
        let nulls_not_distinct = constraint::nulls_not_distinct(cursor);
        let mut index = IndexConstraint { columns, nulls_not_distinct, ..IndexConstraint::default() };
        constraint::index_parameters(cursor, &mut index)?;
        return Ok(Some(ConstraintKind::Unique(index)));
    }
    if cursor.eat("primary key") {
        let mut index = IndexConstraint { columns, ..IndexConstraint::default() };
        constraint::index_parameters(cursor, &mut index)?;
        return Ok(Some(ConstraintKind::PrimaryKey(index)));
    }
    if cursor.eat("check") {
        return Ok(Some(ConstraintKind::Check(Box::new(cursor.inside()?.expression()?))));
    }
    if cursor.at("references") {
        let mut key = ForeignKey { columns, ..ForeignKey::default() };
        constraint::references(cursor, &mut key)?;
        return Ok(Some(ConstraintKind::ForeignKey(Box::new(key))));
    }
    Ok(None)
}

/// Reads on after `GENERATED`.
fn generated(cursor: &mut Cursor<'_>, column: &mut ColumnDefinition, start: u32) -> Read<()> {
    let always = alter_column::always(cursor)?;
    if cursor.eat("as identity") {
        let mut options = SequenceOptions { always: Some(always), ..SequenceOptions::default() };
        sequence::parenthesised(cursor, &mut options)?;
        column.identity = Some(options);
        return Ok(());
    }
    if !always {
        return Err(cursor.miss("AS IDENTITY: a generated expression is always GENERATED ALWAYS"));
    }
    cursor.need("as")?;
    let expression = cursor.inside()?.expression()?;
    let kind = if cursor.eat("stored") {
        GeneratedKind::Stored
    } else if cursor.eat("virtual") {
        GeneratedKind::Virtual
    } else {
        GeneratedKind::Unsaid
    };
    column.generated = Some(Generated { span: cursor.span_from(start), expression, kind });
    Ok(())
}
