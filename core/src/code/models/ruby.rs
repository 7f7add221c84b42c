//! Classes and modules of Ruby, by how far lines are indented.

use super::lines::{Line, ended_statements};
use super::source::{Part, Source};
use crate::text::Span;

/// A class or module.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// With the names of what it stands in: `Admin::User`.
    pub(super) name: String,
    /// `class User`
    pub(super) head: Span,
    /// What it extends, as it is written.
    pub(super) base: String,
    pub(super) is_module: bool,
    pub(super) is_abstract: bool,
    /// `self.name = value`
    pub(super) settings: Vec<(String, Part)>,
    /// `name arguments`
    pub(super) calls: Vec<(String, Part)>,
    /// `def self.name`, with the first line of its body.
    pub(super) methods: Vec<(String, Part)>,
}

impl Class {
    pub(super) fn setting(&self, name: &str) -> Option<Part> {
        self.settings.iter().rev().find(|(known, _)| known == name).map(|(_, part)| *part)
    }

    /// What a module puts before the tables in it.
    pub(super) fn prefix(&self, source: &Source<'_>) -> Option<String> {
        let method = self.methods.iter().find(|(name, _)| name == "table_name_prefix");
        source.text_of(method?.1)
    }
}

struct Open {
    class: Option<usize>,
    name: String,
    indent: u32,
    body: Option<u32>,
}

/// All classes and modules of a file.
pub(super) fn classes(source: &Source<'_>) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut method: Option<(usize, u32)> = None;
    for Line { part, indent } in ended_statements(source) {
        while open.last().is_some_and(|last| indent <= last.indent) {
            open.pop();
        }
        let start = part.start;
        if let Some((class, outer)) = method.take().filter(|(_, outer)| indent > *outer) {
            let _ = outer;
            if let Some((_, body)) = classes.get_mut(class).and_then(|class| class.methods.last_mut()) {
                *body = part;
            }
            continue;
        }
        let word = source.word(start);
        let shared = open.last_mut().map(|last| *last.body.get_or_insert(indent));
        if shared.is_some_and(|body| body != indent) {
            continue;
        }
        let class = open.last().and_then(|last| last.class);
        if matches!(word, "class" | "module") && source.is_word(start + 1) {
            let (name, mut at) = constant(source, start + 1);
            let outer = open.last().map(|last| last.name.clone()).unwrap_or_default();
            let full = if outer.is_empty() { name } else { format!("{outer}::{name}") };
            let head = source.span(start).to(source.span(at.saturating_sub(1)));
            let mut base = String::new();
            if source.is(at, "<") {
                at += 1 + usize::from(source.is(at + 1, "::"));
                base = constant(source, at).0;
            }
            open.push(Open { class: Some(classes.len()), name: full.clone(), indent, body: None });
            classes.push(Class {
                name: full,
                head,
                base,
                is_module: word == "module",
                is_abstract: false,
                settings: Vec::new(),
                calls: Vec::new(),
                methods: Vec::new(),
            });
            continue;
        }
        let Some((number, class)) = class.and_then(|number| Some((number, classes.get_mut(number)?))) else {
            continue;
        };
        if word == "def" && source.is(start + 1, "self") && source.is(start + 2, ".") {
            class.methods.push((source.word(start + 3).to_owned(), Part::default()));
            method = Some((number, indent));
        } else if word == "self" && source.is(start + 1, ".") {
            let assigns = matches!(source.word(start + 3), "=" | "+=" | "||=" | "|=");
            if assigns {
                let value = Part::new(start + 4, part.end);
                let name = source.word(start + 2);
                if name == "abstract_class" {
                    class.is_abstract = source.flag_of(value) == Some(true);
                }
                class.settings.push((name.to_owned(), value));
            }
        } else if word == "primary_abstract_class" {
            class.is_abstract = true;
        } else if source.is_word(start) && part.end > start + 1 {
            let arguments = match source.is_open(start + 1, b'(') {
                true => source.inside(start + 1),
                false => Part::new(start + 1, part.end),
            };
            class.calls.push((word.to_owned(), arguments));
        }
    }
    classes
}

/// `Admin::User`, and what follows it.
fn constant(source: &Source<'_>, start: usize) -> (String, usize) {
    let mut name = source.word(start).to_owned();
    let mut at = start + 1;
    while source.is(at, "::") && source.is_word(at + 1) {
        name.push_str("::");
        name.push_str(source.word(at + 1));
        at += 2;
    }
    (name, at)
}
