//! `changeColumn`: where type, length or array differ, `TypeORM` drops the column and adds another, and its data is lost.

use super::super::render::{Made, dotted, expected, literal, quoted};
use super::column::Column;
use super::{add_column, drop_column, names, options};
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Kind, Node};
use crate::text::{Placed, Span};

/// What one change sends. The old column is known where the migration says all of it.
pub(super) fn change(reader: &mut Reader<'_>, table: &str, old: &Node, new: &Node, span: Span) -> Made {
    let old = options(reader, old);
    let Kind::Map(_) = old.kind else {
        return Err(
            "the old column written as `new TableColumn({ … })`: `changeColumn` drops the column with its data and adds \
             another, where type or length differ from what they were, so that SQL is safer"
                .to_owned(),
        );
    };
    let new = options(reader, new);
    let (old, new) = (Column::read(reader, &old)?, Column::read(reader, &new)?);
    if old.kind != new.kind || old.length != new.length || old.is_array != new.is_array {
        let mut texts = drop_column(table, &old.name, span);
        texts.extend(add_column(table, &new, span));
        return Ok(texts);
    }
    let same = old.is_primary == new.is_primary
        && old.is_generated == new.is_generated
        && (!old.is_enum() || (old.values == new.values && old.enum_name == new.enum_name && old.name == new.name));
    expected(same.then_some(()), "a change of a column that keeps key, generation and values")?;
    let begin = format!("ALTER TABLE {}", dotted(table));
    let column = quoted(&new.name);
    let mut sent = Vec::new();
    if old.name != new.name {
        sent.push(format!("{begin} RENAME COLUMN {} TO {column}", quoted(&old.name)));
    }
    if old.precision != new.precision || old.scale != new.scale {
        sent.push(format!("{begin} ALTER COLUMN {column} TYPE {}", new.full_type(table)));
    }
    if old.is_nullable != new.is_nullable {
        let word = if new.is_nullable { "DROP" } else { "SET" };
        sent.push(format!("{begin} ALTER COLUMN {column} {word} NOT NULL"));
    }
    if old.comment != new.comment {
        let comment = new.comment.as_ref().filter(|it| !it.is_empty()).map_or("NULL".to_owned(), |it| literal(it));
        sent.push(format!("COMMENT ON COLUMN {}.{column} IS {comment}", dotted(table)));
    }
    if old.is_unique != new.is_unique {
        let name = quoted(&names::unique(table, std::slice::from_ref(&new.name)));
        sent.push(if new.is_unique {
            format!("{begin} ADD CONSTRAINT {name} UNIQUE ({column})")
        } else {
            format!("{begin} DROP CONSTRAINT {name}")
        });
    }
    if old.default != new.default {
        sent.push(match &new.default {
            Some(default) => format!("{begin} ALTER COLUMN {column} SET DEFAULT {default}"),
            None => format!("{begin} ALTER COLUMN {column} DROP DEFAULT"),
        });
    }
    Ok(sent.iter().map(|sql| Placed::made(sql, span)).collect())
}
