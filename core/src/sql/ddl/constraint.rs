//! Constraints of tables, and the attributes that constraints of columns and domains share with them.

use super::super::cursor::{Cursor, Miss};
use super::common::{columns, optional_columns, with_settings};
use super::{Doubt, Read, attributes::Attributes, index};
use crate::operation::{
    Constraint, ConstraintKind, Exclude, ForeignKey, Identifier, IndexConstraint, TableAction,
};
use crate::text::Span;

/// True where a table constraint begins, not a column.
pub(super) fn starts(cursor: &Cursor<'_>) -> bool {
    if cursor.at("exclude") {
        // `exclude` is a name too.
        let mut after = *cursor;
        after.skip();
        return after.at("using") || after.at_symbol("(");
    }
    ["constraint", "check", "unique", "primary", "foreign", "not"].iter().any(|word| cursor.at(word))
}

/// Reads a table constraint, which the cursor holds and nothing else.
pub(super) fn table(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Constraint {
    let mut constraint = unknown(cursor.rest());
    let read = table_parts(&mut cursor, &mut constraint);
    doubt.check(read);
    constraint
}

/// A constraint of which nothing but its place is known.
pub(super) fn unknown(span: Span) -> Constraint {
    Constraint {
        span,
        name: None,
        kind: ConstraintKind::Unknown,
        not_valid: None,
        deferrable: false,
        initially_deferred: false,
        no_inherit: false,
        enforced: None,
    }
}

/// `ALTER CONSTRAINT name …`
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Read<TableAction> {
    let name = cursor.identifier()?;
    if cursor.eat("inherit") {
        return Ok(TableAction::AlterConstraint {
            name,
            deferrable: None,
            initially_deferred: None,
            enforced: None,
            inherit: Some(true),
        });
    }
    let attributes = Attributes::read(cursor)?;
    if let Some(span) = attributes.not_valid {
        return Err(Miss { at: span, expected: "an attribute that can be altered".to_owned() });
    }
    Ok(TableAction::AlterConstraint {
        name,
        deferrable: attributes.deferrable,
        initially_deferred: attributes.initially_deferred,
        enforced: attributes.enforced,
        inherit: attributes.no_inherit.then_some(false),
    })
}

/// `REFERENCES table [(…)] [MATCH …] [ON DELETE …] [ON UPDATE …]`
pub(super) fn references(cursor: &mut Cursor<'_>, key: &mut ForeignKey) -> Read<()> {
    cursor.need("references")?;
    key.references = cursor.name()?;
    if cursor.at_symbol("(") {
        key.referenced_columns = columns_and_period(cursor, &mut false)?;
    }
    if cursor.eat("match full") {
        key.match_full = true;
    } else {
        cursor.eat("match simple");
    }
    loop {
        let delete = cursor.eat("on delete");
        if !delete && !cursor.eat("on update") {
            return Ok(());
        }
        let slot = if delete { &mut key.on_delete } else { &mut key.on_update };
        if slot.is_some() {
            return Err(cursor.miss("only one such action"));
        }
        *slot = Some(referential_action(cursor, delete)?);
    }
}

/// `[NULLS [NOT] DISTINCT]`: true with `NOT`.
pub(super) fn nulls_not_distinct(cursor: &mut Cursor<'_>) -> bool {
    let not_distinct = cursor.eat("nulls not distinct");
    if !not_distinct {
        cursor.eat("nulls distinct");
    }
    not_distinct
}

/// `[WITH (…)] [USING INDEX TABLESPACE t]`
pub(super) fn index_parameters(cursor: &mut Cursor<'_>, index: &mut IndexConstraint) -> Read<()> {
    index.settings = with_settings(cursor)?;
    if cursor.eat("using index tablespace") {
        index.tablespace = Some(cursor.identifier()?);
    }
    Ok(())
}

fn table_parts(cursor: &mut Cursor<'_>, constraint: &mut Constraint) -> Read<()> {
    if cursor.eat("constraint") {
        constraint.name = Some(cursor.identifier()?);
    }
    constraint.kind = kind(cursor)?;
    let at = cursor.rest();
    Attributes::read(cursor)?.apply(at, constraint)?;
    cursor.finish()
}

fn kind(cursor: &mut Cursor<'_>) -> Read<ConstraintKind> {
    if cursor.eat("check") {
        return Ok(ConstraintKind::Check(Box::new(cursor.inside()?.expression()?)));
    }
    if cursor.eat("not null") {
        return Ok(ConstraintKind::NotNull(cursor.identifier()?));
    }
    if cursor.eat("unique") {
        let nulls_not_distinct = nulls_not_distinct(cursor);
        return Ok(ConstraintKind::Unique(IndexConstraint {
            nulls_not_distinct,
            ..index_constraint(cursor)?
        }));
    }
    if cursor.eat("primary key") {
        return Ok(ConstraintKind::PrimaryKey(index_constraint(cursor)?));
    }
    if cursor.eat("foreign key") {
        let mut key = ForeignKey::default();
        key.columns = columns_and_period(cursor, &mut key.period)?;
        references(cursor, &mut key)?;
        return Ok(ConstraintKind::ForeignKey(Box::new(key)));
    }
    if cursor.eat("exclude") {
        return Ok(ConstraintKind::Exclude(Box::new(exclude(cursor)?)));
    }
    Err(cursor.miss("CHECK, NOT NULL, UNIQUE, PRIMARY KEY, FOREIGN KEY or EXCLUDE"))
}

fn index_constraint(cursor: &mut Cursor<'_>) -> Read<IndexConstraint> {
    let mut constraint = IndexConstraint::default();
    if cursor.eat("using index") {
        constraint.using_index = Some(cursor.identifier()?);
        return Ok(constraint);
    }
    let mut inside = cursor.inside()?;
    constraint.columns = super::common::list(&mut inside, Cursor::identifier)?;
    constraint.without_overlaps = inside.eat("without overlaps");
    inside.finish()?;
    if cursor.eat("include") {
        constraint.include = columns(cursor)?;
    }
    index_parameters(cursor, &mut constraint)?;
    Ok(constraint)
}

/// `(a, b [, PERIOD c])`
fn columns_and_period(cursor: &mut Cursor<'_>, period: &mut bool) -> Read<Vec<Identifier>> {
    let inside = cursor.inside()?;
    let mut all = Vec::new();
    for mut one in inside.commas() {
        if *period {
            return Err(one.miss("nothing after PERIOD"));
        }
        let first = one.identifier()?;
        if !all.is_empty() && first.text == "period" && !one.at_end() {
            *period = true;
            all.push(one.identifier()?);
        } else {
            all.push(first);
        }
        one.finish()?;
    }
    if all.is_empty() { Err(inside.miss("a column")) } else { Ok(all) }
}

/// The action; only that of a deletion may name columns to set.
fn referential_action(cursor: &mut Cursor<'_>, with_columns: bool) -> Read<String> {
    for words in ["no action", "restrict", "cascade"] {
        if cursor.eat(words) {
            return Ok(words.to_owned());
        }
    }
    for words in ["set null", "set default"] {
        if cursor.eat(words) {
            if with_columns {
                optional_columns(cursor)?;
            }
            return Ok(words.to_owned());
        }
    }
    Err(cursor.miss("NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT"))
}

fn exclude(cursor: &mut Cursor<'_>) -> Read<Exclude> {
    let mut exclude = Exclude::default();
    if cursor.eat("using") {
        exclude.method = Some(cursor.identifier()?);
    }
    for mut one in cursor.inside()?.commas() {
        exclude.elements.push(index::element(one.until(&["with"]))?);
        one.need("with")?;
        let operator = if one.eat("operator") {
            let mut inside = one.inside()?;
            let operator = super::common::operator(&mut inside)?;
            inside.finish()?;
            operator
        } else {
            super::common::operator(&mut one)?
        };
        one.finish()?;
        exclude.operators.push(operator);
    }
    if exclude.elements.is_empty() {
        return Err(cursor.miss("an element with its operator"));
    }
    if cursor.eat("include") {
        exclude.include = columns(cursor)?;
    }
    index_parameters(cursor, &mut IndexConstraint::default())?;
    if cursor.eat("where") {
        exclude.predicate = Some(cursor.inside()?.expression()?);
    }
    Ok(exclude)
}
