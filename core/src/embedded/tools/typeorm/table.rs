//! Tables, indexes and constraints, as `TypeORM` writes them.

use super::super::render::{Made, dotted, expected, list, quoted};
use super::column::Column;
use super::{each, names, options};
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Call, Node};
use crate::text::{Placed, Span};

pub(super) fn create(reader: &mut Reader<'_>, call: &Call, span: Span) -> Made {
    let table = options(reader, expected(call.at(0), "a table")?);
    let plain = expected(reader.key_text(&table, "name")?, "a table's name")?;
    let name = dotted(&plain);
    let columns = expected(reader.key(&table, "columns"), "columns")?;
    let mut parts = Vec::new();
    let mut uniques = Vec::new();
    let mut keys = Vec::new();
    let mut key_name = None;
    let mut texts = Vec::new();
    let mut comments = String::new();
    for node in each(reader, &columns) {
        let column = Column::read(reader, &node)?;
        texts.extend(column.before(&plain).map(|sql| Placed::made(&sql, span)));
        parts.push((node.span, column.definition(&plain)));
        if column.is_primary {
            keys.push(column.name.clone());
            key_name = key_name.or_else(|| column.primary_name().map(str::to_owned));
        }
        if column.is_unique {
            let name = quoted(&names::unique(&plain, std::slice::from_ref(&column.name)));
            uniques.push((node.span, format!("CONSTRAINT {name} UNIQUE ({})", quoted(&column.name))));
        }
        if let Some(comment) = column.comment_sql(&name) {
            comments.push_str(&format!("; {comment}"));
        }
    }
    for key in ["uniques", "checks", "exclusions", "foreignKeys"] {
        if let Some(constraints) = reader.key(&table, key) {
            for node in each(reader, &constraints) {
                let sql = constraint(reader, &plain, &node)?;
                if key == "uniques" {
                    uniques.insert(0, (node.span, sql));
                } else {
                    parts.append(&mut uniques);
                    parts.push((node.span, sql));
                }
            }
        }
    }
    parts.append(&mut uniques);
    if !keys.is_empty() {
        let name = key_name.unwrap_or_else(|| names::primary_key(&plain, &keys));
        parts.push((span, format!("CONSTRAINT {} PRIMARY KEY ({})", quoted(&name), list(&keys))));
    }
    // With `ifNotExists` it asks the catalog first.
    let exists =
        if call.at(1).is_some_and(|node| reader.flag(node) == Some(true)) { " IF NOT EXISTS" } else { "" };
    let mut sql = Placed::made(&format!("CREATE TABLE{exists} {name} ("), span);
    for (index, (place, part)) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(", ", span);
        }
        sql.push(part, *place);
    }
    sql.push(")", span);
    sql.push(&comments, span);
    texts.push(sql);
    if let Some(indices) = reader.key(&table, "indices") {
        for node in each(reader, &indices) {
            texts.push(Placed::made(&index(reader, &plain, &node)?, span));
        }
    }
    Ok(texts)
}

pub(super) fn index(reader: &mut Reader<'_>, table: &str, index: &Node) -> Result<String, String> {
    let columns = expected(reader.key_texts(index, "columnNames")?, "columns")?;
    let filter = reader.key_text(index, "where")?.filter(|it| !it.is_empty());
    let name = reader.key_text(index, "name")?;
    let name = name.unwrap_or_else(|| names::index(table, &columns, filter.as_deref()));
    let unique = if reader.key_flag(index, "isUnique")? == Some(true) { "UNIQUE " } else { "" };
    let concurrently =
        if reader.key_flag(index, "isConcurrent")? == Some(true) { "CONCURRENTLY " } else { "" };
    let spatial = reader.key_flag(index, "isSpatial")? == Some(true);
    let method = reader.key_text(index, "type")?.or_else(|| spatial.then(|| "GiST".to_owned()));
    let method = method.map_or(String::new(), |method| format!("USING {method} "));
    let filter = filter.map_or(String::new(), |it| format!(" WHERE {it}"));
    Ok(format!(
        "CREATE {unique}INDEX {concurrently}{} ON {} {method}({}){filter}",
        quoted(&name),
        dotted(table),
        list(&columns)
    ))
}

pub(super) fn constraint(reader: &mut Reader<'_>, table: &str, node: &Node) -> Result<String, String> {
    let given = reader.key_text(node, "name")?;
    let named = |made: String| format!("CONSTRAINT {} ", quoted(&given.unwrap_or(made)));
    if let Some(expression) = reader.key_text(node, "expression")? {
        if expression.trim_start().to_lowercase().starts_with("using ") {
            return Ok(format!("{}EXCLUDE {expression}", named(names::check(table, &expression))));
        }
        return Ok(format!("{}CHECK ({expression})", named(names::check(table, &expression))));
    }
    let columns = expected(reader.key_texts(node, "columnNames")?, "columns")?;
    let deferrable = match reader.key_text(node, "deferrable")? {
        Some(deferrable) => format!(" DEFERRABLE {deferrable}"),
        None => String::new(),
    };
    let Some(target) = reader.key_text(node, "referencedTableName")? else {
        return Ok(format!("{}UNIQUE ({}){deferrable}", named(names::unique(table, &columns)), list(&columns)));
    };
    let others = list(&expected(reader.key_texts(node, "referencedColumnNames")?, "columns")?);
    let mut sql = format!(
        "{}FOREIGN KEY ({}) REFERENCES {} ({others})",
        named(names::foreign_key(table, &columns)),
        list(&columns),
        dotted(&target)
    );
    for (key, words) in [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE")] {
        if let Some(action) = reader.key_text(node, key)? {
            sql.push_str(&format!(" {words} {action}"));
        }
    }
    Ok(sql + &deferrable)
}
