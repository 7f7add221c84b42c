//! Classes of Python: what they extend, what stands in them, by how far lines are indented.

use super::lines::{Line, statements};
use super::source::{Entry, Part, Source};
use crate::text::Span;

/// A class.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: String,
    /// `class Name`
    pub(super) head: Span,
    /// What it extends and with which options: `Base, table=True`.
    pub(super) bases: Vec<Entry>,
    pub(super) fields: Vec<Assigned>,
    pub(super) methods: Vec<Method>,
    /// The number of the class that it stands in.
    pub(super) outer: Option<usize>,
}

/// `name: kind = value`, with or without kind or value.
#[derive(Clone, Debug)]
pub(super) struct Assigned {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) kind: Part,
    pub(super) value: Part,
}

/// A method.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) span: Span,
    /// The lines above it that begin with `@`, together.
    pub(super) decorators: Part,
    /// What it returns last.
    pub(super) returns: Part,
}

/// A file, as far as declarations go.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    /// Classes in the order of the file, the inner ones too.
    pub(super) classes: Vec<Class>,
    /// What is set outside of classes.
    pub(super) globals: Vec<Assigned>,
}

impl Class {
    pub(super) fn field(&self, name: &str) -> Option<&Assigned> {
        self.fields.iter().rev().find(|field| field.name == name)
    }

    /// The value of an option of the class's head.
    pub(super) fn option(&self, name: &str) -> Option<Part> {
        self.bases.iter().find(|entry| entry.key == name).map(|entry| entry.value)
    }

    /// What it extends, without the options.
    pub(super) fn parents(&self) -> impl Iterator<Item = Part> {
        self.bases.iter().filter(|entry| entry.key.is_empty()).map(|entry| entry.value)
    }
}

/// A class whose body is read.
struct Open {
    class: usize,
    indent: u32,
    /// Of the first line of its body.
    body: Option<u32>,
}

/// Reads a file.
pub(super) fn module(source: &Source<'_>) -> Module {
    let mut module = Module::default();
    let mut open: Vec<Open> = Vec::new();
    // The method that is read, and how far it is indented.
    let mut method: Option<(usize, usize, u32)> = None;
    let mut decorators = Part::default();
    for Line { part, indent } in statements(source) {
        while open.last().is_some_and(|last| indent <= last.indent) {
            open.pop();
        }
        if method.is_some_and(|(.., outer)| indent <= outer) {
            method = None;
        }
        let word = source.word(part.start);
        if let Some((class, number, _)) = method {
            if word == "return" {
                let found = module.classes.get_mut(class).and_then(|class| class.methods.get_mut(number));
                if let Some(found) = found {
                    found.returns = Part::new(part.start + 1, part.end);
                }
            }
            continue;
        }
        let outer = open.last_mut().map(|last| {
            let body = *last.body.get_or_insert(indent);
            (last.class, body)
        });
        if outer.is_some_and(|(_, body)| body != indent) {
            continue;
        }
        let start = part.start;
        if word.starts_with('@') {
            decorators = Part::new(if decorators.is_empty() { start } else { decorators.start }, part.end);
            continue;
        }
        if word == "class" && source.is_word(start + 1) {
            let number = module.classes.len();
            let brackets = source.is_open(start + 2, b'(');
            let bases = if brackets { source.entries(source.inside(start + 2)) } else { Vec::new() };
            let mut class = Class {
                name: source.word(start + 1).to_owned(),
                head: source.span(start).to(source.span(start + 1)),
                bases,
                fields: Vec::new(),
                methods: Vec::new(),
                outer: outer.map(|(class, _)| class),
            };
            let colon = if brackets { source.after(start + 2) } else { start + 2 };
            class.fields.extend(assigned(source, Part::new(colon + 1, part.end)));
            module.classes.push(class);
            open.push(Open { class: number, indent, body: None });
        } else if let Some(name) = (word == "def")
            .then(|| source.word(start + 1))
            .or_else(|| (word == "async" && source.is(start + 1, "def")).then(|| source.word(start + 2)))
        {
            let class = outer.and_then(|(class, _)| Some((class, module.classes.get_mut(class)?)));
            if let Some((number, class)) = class {
                let span = source.span(start).to(source.span(start + 1));
                method = Some((number, class.methods.len(), indent));
                class.methods.push(Method {
                    name: name.to_owned(),
                    span,
                    decorators,
                    returns: Part::default(),
                });
            }
        } else if let Some(found) = assigned(source, part) {
            match outer {
                Some((class, _)) => {
                    if let Some(class) = module.classes.get_mut(class) {
                        class.fields.push(found);
                    }
                }
                None => module.globals.push(found),
            }
        }
        decorators = Part::default();
    }
    module
}

/// `name: kind = value`
fn assigned(source: &Source<'_>, part: Part) -> Option<Assigned> {
    let at = part.start;
    if !source.is_word(at) || at >= part.end {
        return None;
    }
    let found = |kind: Part, value: Part| {
        let (name, span) = (source.word(at).to_owned(), source.span(at));
        Some(Assigned { name, span, kind, value })
    };
    let nothing = Part::new(part.end, part.end);
    match source.word(at + 1) {
        "=" => found(nothing, Part::new(at + 2, part.end)),
        ":" => {
            let mut end = at + 2;
            while end < part.end && !source.is(end, "=") {
                end = source.after(end);
            }
            found(Part::new(at + 2, end.min(part.end)), Part::new((end + 1).min(part.end), part.end))
        }
        _ => None,
    }
}
