//! Formatted SQL: `--liquibase formatted sql`, then `--changeset author:id key:value …` before each changeset, and
//! `--rollback …` in it.

use super::changelog::{ChangeSet, Changelog, Entry, Part, cut};
use crate::framework::markers::span;
use crate::text::Span;

/// Whether a text begins with Liquibase's header.
pub(super) fn is_formatted(text: &str) -> bool {
    text.lines().find(|line| !line.trim().is_empty()).and_then(comment).is_some_and(|line| {
        line.strip_prefix("liquibase").is_some_and(|rest| rest.trim_start().starts_with("formatted"))
    })
}

fn comment(line: &str) -> Option<&str> {
    Some(line.trim().strip_prefix("--")?.trim())
}

fn directive<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let line = comment(line)?;
    let head = line.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
    let rest = line.get(head.len()..)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// Reads a file.
pub(super) fn read(text: &str) -> Changelog {
    let mut changelog = Changelog::default();
    let mut open: Option<(ChangeSet, Vec<Span>, Vec<Span>)> = None;
    let mut offset = 0;
    let mut undoing = false;
    for line in text.split_inclusive('\n') {
        let (from, to) = (offset, offset + line.len());
        offset = to;
        if let Some(about) = directive(line, "changeset") {
            finish(&mut changelog, open.take(), text);
            open = header(about).map(|set| (set, Vec::new(), Vec::new()));
            undoing = false;
            continue;
        }
        if let Some(about) = directive(line, "property") {
            let value = |key: &str| about.split_whitespace().find_map(|word| word.strip_prefix(key));
            if value("value:") == Some("public") {
                changelog.public.extend(value("name:").map(str::to_owned));
            }
            continue;
        }
        let Some((_, up, down)) = &mut open else { continue };
        if directive(line, "rollback").is_some() {
            let at = line.to_ascii_lowercase().find("rollback").map_or(0, |at| at + "rollback".len());
            down.push(span(from + at, to));
            continue;
        }
        let bare = line.trim();
        if bare.starts_with("/*") && bare.to_ascii_lowercase().contains("liquibase rollback") {
            undoing = true;
        } else if undoing {
            undoing = !bare.contains("*/");
            if undoing {
                down.push(span(from, to));
            }
        } else {
            match up.last_mut().filter(|last| last.end as usize == from) {
                Some(last) => *last = span(last.start as usize, to),
                None => up.push(span(from, to)),
            }
        }
    }
    finish(&mut changelog, open, text);
    changelog
}

fn finish(changelog: &mut Changelog, open: Option<(ChangeSet, Vec<Span>, Vec<Span>)>, text: &str) {
    let Some((mut set, up, down)) = open else { return };
    let spans: Vec<Span> = up
        .into_iter()
        .flat_map(|part| cut(text, part, set.delimiter.as_deref()))
        .filter(|part| !part.of(text).trim().is_empty())
        .collect();
    set.parts.push(Part::Inline(spans));
    let first = down.first().map_or("", |part| part.of(text).trim());
    // What says that there is nothing to undo, or where it is undone.
    let words = ["not required", "empty", "changesetid:", "changesetpath:"];
    let none = first.is_empty() || words.iter().any(|word| first.to_ascii_lowercase().starts_with(word));
    if !none {
        set.rollback.push(Part::Inline(down));
    }
    changelog.entries.push(Entry::Set(set));
}

/// `author:id key:value …`; author and id may stand in quotes.
fn header(about: &str) -> Option<ChangeSet> {
    let (author, rest) = part(about, ':')?;
    let (id, rest) = part(rest, ' ').unwrap_or((rest.trim(), ""));
    let mut set = ChangeSet::new(author, id);
    for word in rest.split_whitespace() {
        if let Some((key, value)) = word.split_once(':') {
            set.set(key, value.trim_matches('"'));
        }
    }
    Some(set)
}

fn part(text: &str, end: char) -> Option<(&str, &str)> {
    let text = text.trim_start();
    match text.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((inner, rest)) => Some((inner, rest.strip_prefix(end).unwrap_or(rest))),
        None => text.split_once(end).map(|(one, rest)| (one.trim(), rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changesets_with_their_attributes() {
        let text = "-- liquibase formatted sql\n\n--changeset alice:1\ncreate table a (id int);\n--rollback drop table a;\n\
            -- changeset \"b ob\":two runInTransaction:false splitStatements:false endDelimiter:/\ncreate b;\n/\ndrop c;\n\
            /* liquibase rollback\ndrop b;\n*/\n";
        assert!(is_formatted(text) && !is_formatted("create table a ();\n--liquibase formatted sql"));
        let entries = read(text).entries;
        let [Entry::Set(one), Entry::Set(two)] = entries.as_slice() else { panic!("two") };
        let of = |parts: &[Part]| -> Vec<String> {
            let Some(Part::Inline(spans)) = parts.first() else { return Vec::new() };
            spans.iter().map(|span| span.of(text).trim().to_owned()).collect()
        };
        assert_eq!(
            (one.name.as_str(), of(&one.parts), of(&one.rollback)),
            ("alice:1", vec!["create table a (id int);".to_owned()], vec!["drop table a;".to_owned()])
        );
        assert!(one.in_transaction && one.split && !two.in_transaction && !two.split);
        assert_eq!(of(&two.parts), ["create b;", "drop c;"]);
        assert_eq!(of(&two.rollback), ["drop b;"]);
    }
}
