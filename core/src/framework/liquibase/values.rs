//! Changelogs in YAML and JSON.

use super::changelog::{ChangeSet, Changelog, Entry, Part, cut, is_for_postgres};
use super::own::Change;
use crate::framework::yaml::{self, Node, Scalar};
use crate::text::Span;

/// Keys of a changeset that are no change.
const SQL: [&str; 2] = ["sql", "sqlFile"];

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Changelog, String> {
    if !cfg!(feature = "settings") {
        return Err("this build of Lockkeeper reads no YAML and no JSON".to_owned());
    }
    let node = yaml::parse(text).ok_or_else(|| "it is neither YAML nor JSON".to_owned())?;
    let entries = node.get("databaseChangeLog").ok_or_else(|| "it has no databaseChangeLog".to_owned())?;
    let mut changelog = Changelog { text: yaml::unescaped(text, entries), ..Changelog::default() };
    let sent = changelog.text.clone();
    let content = sent.as_deref().unwrap_or(text);
    for entry in entries.items() {
        let Node::Map(pairs) = entry else { continue };
        for (kind, value) in pairs {
            let path = |key: &str| value.text(key).unwrap_or("").to_owned();
            let relative = value.text("relativeToChangelogFile") == Some("true");
            match kind.as_str() {
                "include" => changelog.entries.push(Entry::Include { path: path("file"), relative }),
                "includeAll" => changelog.entries.push(Entry::IncludeAll { path: path("path"), relative }),
                "property" if value.text("value") == Some("public") => changelog.public.push(path("name")),
                "changeSet" => changelog.entries.push(Entry::Set(changeset(content, value))),
                _ => {}
            }
        }
    }
    Ok(changelog)
}

fn changeset(text: &str, node: &Node) -> ChangeSet {
    let of = |key: &str| node.text(key).unwrap_or("");
    let mut set = ChangeSet::new(of("author"), of("id"));
    set_all(&mut set, node, false);
    for change in node.get("changes").map(Node::items).unwrap_or_default() {
        let Node::Map(pairs) = change else { continue };
        for (name, value) in pairs {
            if !SQL.contains(&name.as_str()) {
                set.own(&own(name, value, 0), extent(value));
            } else if is_for_postgres(value.text("dbms").unwrap_or("")) {
                set_all(&mut set, value, true);
                let delimiter = set.delimiter.clone();
                set.parts.extend(part(text, value, delimiter.as_deref()));
            }
        }
    }
    for undo in node.get("rollback").map(Node::items).unwrap_or_default() {
        match undo {
            Node::Scalar(scalar) => set.rollback.extend(inline(text, scalar, None)),
            Node::Map(pairs) => {
                let own = pairs.iter().filter(|(name, _)| SQL.contains(&name.as_str()));
                set.rollback.extend(own.filter_map(|(_, value)| part(text, value, None)));
            }
            Node::List(_) => {}
        }
    }
    set
}

/// A change in Liquibase's own words: lists hold maps of one key each (`columns: [{ column: … }]`).
fn own(name: &str, node: &Node, depth: usize) -> Change {
    let mut change = Change { name: name.to_owned(), ..Change::default() };
    let Node::Map(pairs) = node else { return change };
    for (key, value) in pairs {
        match value {
            Node::Scalar(scalar) => change.attributes.push((key.clone(), scalar.text.clone())),
            // Nothing of Liquibase stands deeper than the constraints of a column.
            _ if depth > 3 => {}
            Node::Map(_) => change.children.push(own(key, value, depth + 1)),
            Node::List(items) => {
                for item in items {
                    let Node::Map(inner) = item else { continue };
                    change.children.extend(inner.iter().map(|(key, value)| own(key, value, depth + 1)));
                }
            }
        }
    }
    change
}

/// From the first to the last scalar of a value.
fn extent(node: &Node) -> Span {
    let mut found: Option<Span> = None;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node {
            Node::Scalar(scalar) => found = Some(found.map_or(scalar.span, |span| around(span, scalar.span))),
            Node::List(items) => open.extend(items),
            Node::Map(pairs) => open.extend(pairs.iter().map(|(_, value)| value)),
        }
    }
    found.unwrap_or_default()
}

fn around(one: Span, other: Span) -> Span {
    Span::new(one.start.min(other.start), one.end.max(other.end))
}

fn set_all(set: &mut ChangeSet, node: &Node, of_change: bool) {
    let Node::Map(pairs) = node else { return };
    for (key, value) in pairs {
        if let Node::Scalar(scalar) = value
            && !(of_change && key == "dbms")
        {
            set.set(key, &scalar.text);
        }
    }
}

fn part(text: &str, value: &Node, delimiter: Option<&str>) -> Option<Part> {
    if let Some(path) = value.text("path") {
        let relative = value.text("relativeToChangelogFile") == Some("true");
        return Some(Part::File { written: path.to_owned(), relative });
    }
    let scalar = match value {
        Node::Scalar(scalar) => Some(scalar),
        _ => value.scalar("sql"),
    };
    scalar.and_then(|scalar| inline(text, scalar, delimiter))
}

fn inline(text: &str, scalar: &Scalar, delimiter: Option<&str>) -> Option<Part> {
    if scalar.text.trim().is_empty() {
        return None;
    }
    Some(Part::Inline(cut(text, scalar.span, delimiter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str) -> Vec<String> {
        let log = read(text).unwrap();
        let content = log.text.as_deref().unwrap_or(text);
        let sets =
            log.entries.iter().filter_map(|entry| if let Entry::Set(set) = entry { Some(set) } else { None });
        sets.flat_map(|set| &set.parts)
            .map(|part| match part {
                Part::Inline(spans) => {
                    spans.iter().map(|span| span.of(content).trim()).collect::<Vec<_>>().join("|")
                }
                Part::File { written, .. } => written.clone(),
                Part::Made { statements, .. } => statements.join("|"),
            })
            .collect()
    }

    #[test]
    fn yaml_and_json() {
        let text = "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: me\n    changes:\n    - sql:\n        sql: >\n          create table a\n          (id int);\n    - sqlFile: {path: x.sql}\n    - loadData:\n        tableName: a\n    rollback: drop table a;\n- include:\n    file: b.yaml\n";
        assert_eq!(sql(text), ["create table a\n          (id int);", "x.sql"]);
        let entries = read(text).unwrap().entries;
        assert!(
            matches!(entries.as_slice(), [Entry::Set(set), Entry::Include { .. }] if set.unread == ["loadData"] && set.rollback.len() == 1)
        );
        let json = r#"{"databaseChangeLog":[{"changeSet":{"id":"1","author":"me","changes":[{"sql":{"sql":"create table \"a\"\n(id int);"}}]}}]}"#;
        assert_eq!(sql(json), ["create table  \"a\"  \n(id int);"]);
    }
}
