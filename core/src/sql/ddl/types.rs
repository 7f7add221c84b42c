//! `CREATE TYPE`, `ALTER TYPE`.

use super::super::cursor::Cursor;
use super::common::{cascade, list, settings};
use super::{Doubt, Head, Read, column};
use crate::operation::{AlterType, CreateType, CreateTypeKind, Name, Operation, TypeAction};

/// Reads on after `CREATE TYPE`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    let kind = kind(&mut cursor)?;
    doubt.check(cursor.finish());
    Ok(Operation::CreateType(CreateType { name, kind }))
}

/// Reads on after `ALTER TYPE name`, where neither the type is renamed nor its owner or schema changed.
pub(super) fn alter(mut cursor: Cursor<'_>, name: Name, doubt: &mut Doubt) -> Operation {
    let actions = match solitary(&mut cursor) {
        Ok(Some(action)) => {
            doubt.check(cursor.finish());
            vec![action]
        }
        Ok(None) if cursor.at_end() => {
            doubt.note(cursor.miss("an action of ALTER TYPE"));
            Vec::new()
        }
        Ok(None) => cursor
            .commas()
            .into_iter()
            .map(|one| doubt.check(attribute(one)).unwrap_or(TypeAction::Unknown))
            .collect(),
        Err(miss) => {
            doubt.note(miss);
            vec![TypeAction::Unknown]
        }
    };
    Operation::AlterType(AlterType { name, actions })
}

fn kind(cursor: &mut Cursor<'_>) -> Read<CreateTypeKind> {
    if cursor.at_end() {
        return Ok(CreateTypeKind::Base);
    }
    if cursor.at_symbol("(") {
        settings(cursor)?;
        return Ok(CreateTypeKind::Base);
    }
    cursor.need("as")?;
    if cursor.eat("enum") {
        let mut inside = cursor.inside()?;
        let labels = if inside.at_end() { Vec::new() } else { list(&mut inside, Cursor::string)? };
        inside.finish()?;
        return Ok(CreateTypeKind::Enum(labels));
    }
    if cursor.eat("range") {
        settings(cursor)?;
        return Ok(CreateTypeKind::Range);
    }
    let mut attributes = Vec::new();
    for mut one in cursor.inside()?.commas() {
        attributes.push(column::attribute(&mut one)?);
        one.finish()?;
    }
    Ok(CreateTypeKind::Composite(attributes))
}

/// Actions that PostgreSQL takes only one at a time.
fn solitary(cursor: &mut Cursor<'_>) -> Read<Option<TypeAction>> {
    if cursor.eat("add value") {
        let if_not_exists = cursor.eat("if not exists");
        let value = cursor.string()?;
        let beside = if cursor.eat("before") {
            Some((true, cursor.string()?))
        } else if cursor.eat("after") {
            Some((false, cursor.string()?))
        } else {
            None
        };
        return Ok(Some(TypeAction::AddValue { value, if_not_exists, beside }));
    }
    if cursor.eat("rename value") {
        let from = cursor.string()?;
        cursor.need("to")?;
        return Ok(Some(TypeAction::RenameValue { from, to: cursor.string()? }));
    }
    if cursor.eat("rename attribute") {
        let from = cursor.identifier()?;
        cursor.need("to")?;
        let to = cursor.identifier()?;
        return Ok(Some(TypeAction::RenameAttribute { from, to, cascade: cascade(cursor) }));
    }
    if cursor.eat("set") {
        settings(cursor)?;
        return Ok(Some(TypeAction::SetOptions));
    }
    Ok(None)
}

fn attribute(mut cursor: Cursor<'_>) -> Read<TypeAction> {
    let action = if cursor.eat("add attribute") {
        let attribute = Box::new(column::attribute(&mut cursor)?);
        TypeAction::AddAttribute { attribute, cascade: cascade(&mut cursor) }
    } else if cursor.eat("drop attribute") {
        let if_exists = cursor.eat("if exists");
        let name = cursor.identifier()?;
        TypeAction::DropAttribute { name, if_exists, cascade: cascade(&mut cursor) }
    } else if cursor.eat("alter attribute") {
        let name = cursor.identifier()?;
        if !cursor.eat("set data type") {
            cursor.need("type")?;
        }
        let to = cursor.type_name()?;
        if cursor.eat("collate") {
            cursor.name()?;
        }
        TypeAction::AlterAttribute { name, to, cascade: cascade(&mut cursor) }
    } else {
        return Err(cursor.miss("an action of ALTER TYPE"));
    };
    cursor.finish()?;
    Ok(action)
}
