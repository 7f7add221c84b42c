//! `PARTITION BY` and the bounds of partitions.

use super::super::cursor::Cursor;
use super::{Read, index};
use crate::operation::{PartitionBound, PartitionBy, PartitionStrategy};

/// `DEFAULT` or `FOR VALUES …`
pub(super) fn bound(cursor: &mut Cursor<'_>) -> Read<PartitionBound> {
    if cursor.eat("default") {
        return Ok(PartitionBound::Default);
    }
    cursor.need("for values")?;
    if cursor.eat("in") {
        return values(cursor).map(PartitionBound::List);
    }
    if cursor.eat("from") {
        let from = values(cursor)?;
        cursor.need("to")?;
        return Ok(PartitionBound::Range(from, values(cursor)?));
    }
    cursor.need("with")?;
    hash(cursor)
}

/// Reads on after `PARTITION BY`.
pub(super) fn by(cursor: &mut Cursor<'_>) -> Read<PartitionBy> {
    let at = cursor.miss("RANGE, LIST or HASH");
    // Any name may stand here, quoted ones too.
    let strategy = match cursor.identifier()?.text.as_str() {
        "range" => PartitionStrategy::Range,
        "list" => PartitionStrategy::List,
        "hash" => PartitionStrategy::Hash,
        _ => return Err(at),
    };
    let inside = cursor.inside()?;
    if inside.at_end() {
        return Err(inside.miss("a column or an expression"));
    }
    let keys = inside.commas().into_iter().map(index::element).collect::<Read<_>>()?;
    Ok(PartitionBy { strategy, keys })
}

fn values(cursor: &mut Cursor<'_>) -> Read<Vec<String>> {
    let inside = cursor.inside()?;
    if inside.at_end() {
        return Err(inside.miss("a value"));
    }
    inside.commas().into_iter().map(|one| one.expression().map(|value| value.text)).collect()
}

/// `(MODULUS m, REMAINDER r)`, in any order.
fn hash(cursor: &mut Cursor<'_>) -> Read<PartitionBound> {
    let inside = cursor.inside()?;
    let (mut modulus, mut remainder) = (None, None);
    for mut one in inside.commas() {
        let at = one.miss("MODULUS or REMAINDER, each once");
        let slot = match one.identifier()?.text.as_str() {
            "modulus" => &mut modulus,
            "remainder" => &mut remainder,
            _ => return Err(at),
        };
        let number = u32::try_from(one.integer()?).map_err(|_| at.clone())?;
        one.finish()?;
        if slot.replace(number).is_some() {
            return Err(at);
        }
    }
    match (modulus, remainder) {
        (Some(modulus), Some(remainder)) => Ok(PartitionBound::Hash(modulus, remainder)),
        _ => Err(inside.miss("MODULUS and REMAINDER")),
    }
}
