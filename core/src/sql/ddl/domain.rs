//! `CREATE DOMAIN`, `ALTER DOMAIN`.

use super::super::cursor::{Cursor, Miss};
use super::attributes::Attributes;
use super::common::cascade;
use super::{Doubt, Head, Read, constraint};
use crate::operation::{
    AlterDomain, Constraint, ConstraintKind, CreateDomain, DomainAction, Identifier, Name, ObjectKind,
    Operation, Rename,
};

/// Reads on after `CREATE DOMAIN`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    cursor.eat("as");
    let mut domain = CreateDomain {
        name,
        base: cursor.type_name()?,
        collation: None,
        default: None,
        not_null: false,
        constraints: Vec::new(),
    };
    while !cursor.at_end() {
        let rest = cursor.rest();
        let read = clause(&mut cursor, &mut domain);
        if doubt.check(read).is_none() {
            domain.constraints.push(constraint::unknown(rest));
            break;
        }
    }
    Ok(Operation::CreateDomain(domain))
}

/// Reads on after `ALTER DOMAIN name`, where neither the domain is renamed nor its owner or schema changed.
pub(super) fn alter(mut cursor: Cursor<'_>, name: Name, doubt: &mut Doubt) -> Read<Operation> {
    if cursor.eat("rename constraint") {
        let constraint = cursor.identifier()?;
        cursor.need("to")?;
        let to = cursor.identifier()?;
        cursor.finish()?;
        return Ok(Operation::Rename(Rename {
            kind: ObjectKind::DomainConstraint,
            name: Name { schema: None, name: constraint },
            on: Some(name),
            to,
        }));
    }
    let read = action(&mut cursor, doubt).and_then(|action| cursor.finish().map(|()| action));
    let action = doubt.check(read).unwrap_or(DomainAction::Unknown);
    Ok(Operation::AlterDomain(AlterDomain { name, action }))
}

fn clause(cursor: &mut Cursor<'_>, domain: &mut CreateDomain) -> Read<()> {
    let start = cursor.start();
    if cursor.eat("collate") {
        domain.collation = Some(cursor.name()?);
        return Ok(());
    }
    let name = if cursor.eat("constraint") { Some(cursor.identifier()?) } else { None };
    if cursor.eat("default") {
        domain.default = Some(cursor.default_expression()?);
    } else if cursor.eat("not null") {
        domain.not_null = true;
    } else if cursor.eat("check") {
        let kind = ConstraintKind::Check(Box::new(cursor.inside()?.expression()?));
        let span = cursor.span_from(start);
        domain.constraints.push(Constraint { name, kind, ..constraint::unknown(span) });
    } else if !cursor.eat("null") {
        return Err(cursor.miss("DEFAULT, NOT NULL, NULL, CHECK or COLLATE"));
    }
    Ok(())
}

fn action(cursor: &mut Cursor<'_>, doubt: &mut Doubt) -> Read<DomainAction> {
    if cursor.eat("set default") {
        return Ok(DomainAction::SetDefault(Box::new(cursor.until(&[]).expression()?)));
    }
    for (words, action) in [
        ("drop default", DomainAction::DropDefault),
        ("set not null", DomainAction::SetNotNull),
        ("drop not null", DomainAction::DropNotNull),
    ] {
        if cursor.eat(words) {
            return Ok(action);
        }
    }
    if cursor.eat("add") {
        return Ok(DomainAction::AddConstraint(Box::new(added(cursor.until(&[]), doubt))));
    }
    if cursor.eat("drop constraint") {
        let if_exists = cursor.eat("if exists");
        let name = cursor.identifier()?;
        cascade(cursor);
        return Ok(DomainAction::DropConstraint { name, if_exists });
    }
    cursor.need("validate constraint").map_err(|_| cursor.miss("an action of ALTER DOMAIN"))?;
    Ok(DomainAction::ValidateConstraint { name: cursor.identifier()? })
}

fn added(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Constraint {
    let mut constraint = constraint::unknown(cursor.rest());
    let read = added_parts(&mut cursor, &mut constraint);
    doubt.check(read);
    constraint
}

fn added_parts(cursor: &mut Cursor<'_>, constraint: &mut Constraint) -> Read<()> {
    if cursor.eat("constraint") {
        constraint.name = Some(cursor.identifier()?);
    }
    constraint.kind = if cursor.eat("check") {
        ConstraintKind::Check(Box::new(cursor.inside()?.expression()?))
    } else {
        cursor.need("not null").map_err(|_| cursor.miss("CHECK or NOT NULL"))?;
        ConstraintKind::NotNull(Identifier::made("value"))
    };
    let at = cursor.rest();
    let attributes = Attributes::read(cursor)?;
    attributes.apply(at, constraint)?;
    if attributes.enforced.is_some() {
        return Err(Miss { at, expected: "an attribute that a domain's constraint can have".to_owned() });
    }
    cursor.finish()
}
