//! Changelogs in XML.

use roxmltree::{Document, Node, ParsingOptions};

use super::changelog::{ChangeSet, Changelog, Entry, Part, cut, is_for_postgres};
use super::own::Change;
use crate::framework::in_place::InPlace;
use crate::framework::markers::span;
use crate::text::Span;

/// The most nodes that are read.
const MAX_NODES: u32 = 1_000_000;

/// Elements of a changeset that are no change.
const ABOUT: [&str; 6] = ["comment", "preConditions", "rollback", "validCheckSum", "property", "tagDatabase"];

/// Reads a file; what is wrong with it, in words.
pub(super) fn read(text: &str) -> Result<Changelog, String> {
    if !cfg!(feature = "xml") {
        return Err("this build of Lockkeeper reads no XML".to_owned());
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let made = unescaped(text);
    let mut changelog = Changelog::default();
    let content = made.as_deref().unwrap_or(text);
    for element in document.root_element().children().filter(Node::is_element) {
        let path = |key: &str| element.attribute(key).unwrap_or("").to_owned();
        let relative = element.attribute("relativeToChangelogFile") == Some("true");
        match element.tag_name().name() {
            "include" => changelog.entries.push(Entry::Include { path: path("file"), relative }),
            "includeAll" => changelog.entries.push(Entry::IncludeAll { path: path("path"), relative }),
            "property" if element.attribute("value") == Some("public") => changelog.public.push(path("name")),
            "changeSet" => changelog.entries.push(Entry::Set(changeset(content, element))),
            _ => {}
        }
    }
    changelog.text = made;
    Ok(changelog)
}

/// A changeset, with the text of its file as it is sent.
fn changeset(text: &str, element: Node<'_, '_>) -> ChangeSet {
    let of = |key: &str| element.attribute(key).unwrap_or("");
    let mut set = ChangeSet::new(of("author"), of("id"));
    for attribute in element.attributes() {
        set.set(attribute.name(), attribute.value());
    }
    for change in element.children().filter(Node::is_element) {
        let name = change.tag_name().name();
        if name == "rollback" {
            set.rollback = rollback(text, change);
        } else if name == "sql" || name == "sqlFile" {
            if !is_for_postgres(change.attribute("dbms").unwrap_or("")) {
                continue;
            }
            for attribute in change.attributes().filter(|attribute| attribute.name() != "dbms") {
                set.set(attribute.name(), attribute.value());
            }
            let delimiter = set.delimiter.clone();
            set.parts.push(part(text, change, delimiter.as_deref()));
        } else if !ABOUT.contains(&name) {
            let range = change.range();
            set.own(&own(change), span(range.start, range.end));
        }
    }
    set
}

/// A change in Liquibase's own words. Elements that are nothing but a text count as attributes.
fn own(element: Node<'_, '_>) -> Change {
    let mut change = Change { name: element.tag_name().name().to_owned(), ..Change::default() };
    let attributes = element.attributes();
    change.attributes.extend(attributes.map(|it| (it.name().to_owned(), it.value().to_owned())));
    if let Some(text) = element.text().filter(|text| !text.trim().is_empty()) {
        change.attributes.push(("selectQuery".to_owned(), text.trim().to_owned()));
    }
    for inner in element.children().filter(Node::is_element) {
        let plain = inner.attributes().len() == 0 && !inner.children().any(|node| node.is_element());
        match inner.text().filter(|_| plain) {
            Some(text) => change.attributes.push((inner.tag_name().name().to_owned(), text.to_owned())),
            None => change.children.push(leaf(inner)),
        }
    }
    change
}

/// `<column>` with its `<constraints>`: nothing stands deeper.
fn leaf(element: Node<'_, '_>) -> Change {
    let attributes = |element: Node<'_, '_>| {
        element.attributes().map(|it| (it.name().to_owned(), it.value().to_owned())).collect()
    };
    let of = |element: Node<'_, '_>, children| Change {
        name: element.tag_name().name().to_owned(),
        attributes: attributes(element),
        children,
    };
    let inner = element.children().filter(Node::is_element).map(|inner| of(inner, Vec::new())).collect();
    of(element, inner)
}

/// SQL stands in a rollback as text, or in elements of its own.
fn rollback(text: &str, element: Node<'_, '_>) -> Vec<Part> {
    let inner: Vec<Node<'_, '_>> = element.children().filter(Node::is_element).collect();
    if inner.is_empty() {
        return vec![part(text, element, None)];
    }
    let own = inner.iter().filter(|node| matches!(node.tag_name().name(), "sql" | "sqlFile"));
    own.map(|node| part(text, *node, None)).collect()
}

fn part(text: &str, element: Node<'_, '_>, delimiter: Option<&str>) -> Part {
    if let Some(path) = element.attribute("path") {
        let relative = element.attribute("relativeToChangelogFile") == Some("true");
        return Part::File { written: path.to_owned(), relative };
    }
    let children = || element.children().filter(|node| !node.is_element());
    let start = children().next().map(|node| node.range().start);
    let end = children().next_back().map(|node| node.range().end);
    let inner = start.zip(end).map_or_else(Span::default, |(start, end)| span(start, end));
    let spans = cut(text, inner, delimiter);
    Part::Inline(spans.into_iter().filter(|part| !part.of(text).trim().is_empty()).collect())
}

/// Comments and the marks of CDATA are blanks, entities are what they stand for; none where there is neither.
fn unescaped(text: &str) -> Option<String> {
    let mut made = InPlace::new(text);
    let mut at = 0;
    let mut quoted = false;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['&', '<'])).map(|next| next + at) {
        let rest = text.get(next..).unwrap_or("");
        at = next + 1;
        if let Some(open) = rest.strip_prefix("<![CDATA[") {
            made.put(next, 9, "");
            let length = open.find("]]>").unwrap_or(open.len());
            at = next + 9 + length;
            if open.len() > length {
                made.put(at, 3, "");
                at += 3;
            }
        } else if rest.starts_with("<!--") {
            let length = rest.find("-->").map_or(rest.len(), |end| end + 3);
            made.put(next, length, "");
            at = next + length;
        } else if rest.starts_with('<') {
            quoted = false;
        } else if rest.starts_with('&') {
            // The longest of them has six characters.
            let Some(length) = rest.bytes().take(6).position(|byte| byte == b';').map(|end| end + 1) else {
                continue;
            };
            let stands_for = match rest.get(..length) {
                Some("&lt;") => "<",
                Some("&gt;") => ">",
                Some("&amp;") => "&",
                Some(quote @ ("&quot;" | "&apos;")) => {
                    made.put_quote(next, length, if quote == "&quot;" { "\"" } else { "'" }, quoted);
                    quoted = !quoted;
                    at = next + length;
                    continue;
                }
                Some("&#10;" | "&#xA;" | "&#xa;" | "&#13;" | "&#xD;") => "\n",
                _ => continue,
            };
            made.put(next, length, stands_for);
            at = next + length;
        }
    }
    made.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"<?xml version="1.0"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <include file="a.xml" relativeToChangelogFile="true"/>
  <changeSet id="1" author="me" runInTransaction="false">
    <comment>x</comment>
    <sql dbms="postgresql"><![CDATA[alter table a add check (b < 3);]]></sql>
    <sql dbms="h2">no</sql>
    <rollback>drop table b;</rollback>
  </changeSet>
  <changeSet id="2" author="me">
    <sql splitStatements="false">select 1 where 1 &lt;= 2 <!-- why --></sql>
    <createProcedure>x</createProcedure>
    <createIndex tableName="T" indexName="i"><column name="a" descending="true"/></createIndex>
    <sqlFile path="sql/x.sql"/>
  </changeSet>
</databaseChangeLog>"#;

    #[test]
    fn changesets_and_their_sql() {
        let log = read(TEXT).unwrap();
        let (text, entries) = (log.text.unwrap(), log.entries);
        let [Entry::Include { .. }, Entry::Set(one), Entry::Set(two)] = entries.as_slice() else {
            panic!("three")
        };
        assert!(!one.in_transaction && one.parts.len() == 1 && one.rollback.len() == 1);
        let sql = |part: &Part| match part {
            Part::Inline(spans) => {
                spans.iter().map(|span| span.of(&text).trim()).collect::<Vec<_>>().join("|")
            }
            Part::File { written, .. } => written.clone(),
            Part::Made { statements, .. } => statements.join("|"),
        };
        assert_eq!(sql(&one.parts[0]), "alter table a add check (b < 3);");
        assert_eq!(sql(&two.parts[0]), "select 1 where 1    <= 2");
        assert_eq!(two.unread, ["createProcedure"]);
        assert_eq!(sql(&two.parts[1]), r#"CREATE INDEX "i" ON "public"."t"("a" DESC)"#);
        assert_eq!(sql(&two.parts[2]), "sql/x.sql");
        assert!(!two.split);
        assert!(read("<a").is_err());
    }
}
