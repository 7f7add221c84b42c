//! Classes of TypeScript and JavaScript, with their decorators and types.

use super::source::{Part, Source};
use crate::text::Span;

/// A class.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: String,
    /// `class Name`
    pub(super) head: Span,
    /// What it extends: the last name of it; empty for none.
    pub(super) base: String,
    /// What it extends, as it is written.
    pub(super) heritage: Part,
    pub(super) decorators: Vec<Decorator>,
    pub(super) members: Vec<Member>,
}

/// `@Name(arguments)`
#[derive(Clone, Debug)]
pub(super) struct Decorator {
    pub(super) name: String,
    pub(super) arguments: Part,
}

/// A field or method of a class.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// From its decorators to its name.
    pub(super) span: Span,
    pub(super) decorators: Vec<Decorator>,
    /// Its type, without the colon.
    pub(super) kind: Part,
    /// What it is set to.
    pub(super) value: Part,
    pub(super) is_static: bool,
    pub(super) is_method: bool,
}

impl Class {
    /// A decorator of the class that has one of the names.
    pub(super) fn decorator(&self, names: &[&str]) -> Option<&Decorator> {
        self.decorators.iter().find(|decorator| names.contains(&decorator.name.as_str()))
    }
}

impl Member {
    pub(super) fn decorator(&self, names: &[&str]) -> Option<&Decorator> {
        self.decorators.iter().find(|decorator| names.contains(&decorator.name.as_str()))
    }
}

const MODIFIERS: [&str; 12] = [
    "public",
    "private",
    "protected",
    "readonly",
    "static",
    "declare",
    "override",
    "abstract",
    "async",
    "accessor",
    "get",
    "set",
];

/// Before its body a class has at most so many tokens.
const LONGEST_HEAD: usize = 400;

/// All classes of a file, the inner ones too.
pub(super) fn classes(source: &Source<'_>) -> Vec<Class> {
    let mut classes = Vec::new();
    let mut decorators = Vec::new();
    let mut at = 0;
    let end = source.all().end;
    while at < end {
        let word = source.word(at);
        if let Some(decorator) = decorator(source, at) {
            at = decorator.1;
            decorators.push(decorator.0);
        } else if word == "class" && source.is_word(at + 1) && !source.is(at.wrapping_sub(1), ".") {
            let (class, body) = class(source, at, std::mem::take(&mut decorators));
            classes.push(class);
            at = body;
        } else {
            if !matches!(word, "export" | "default" | "abstract" | "declare") {
                decorators.clear();
            }
            at += 1;
        }
    }
    classes
}

/// A decorator that begins here, and what comes after it.
fn decorator(source: &Source<'_>, at: usize) -> Option<(Decorator, usize)> {
    let mut name = source.word(at).strip_prefix('@').filter(|name| !name.is_empty())?;
    let mut last = at;
    while source.is(last + 1, ".") && source.is_word(last + 2) {
        last += 2;
        name = source.word(last);
    }
    let mut open = last + 1;
    // `@Column<Type>({…})`
    if source.is(open, "<") {
        open = after_angles(source, open);
    }
    let (arguments, next) = if source.is_open(open, b'(') {
        (source.inside(open), source.after(open))
    } else {
        (Part::new(last + 1, last + 1), last + 1)
    };
    Some((Decorator { name: name.to_owned(), arguments }, next))
}

/// What follows type arguments that begin here.
pub(super) fn after_angles(source: &Source<'_>, open: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = open;
    while at < open + 400 {
        match source.word(at) {
            "<" => depth += 1,
            ">" => depth -= 1,
            "" if source.token(at).is_none() => return at,
            _ => {}
        }
        at = source.after(at);
        if depth == 0 {
            return at;
        }
    }
    at
}

/// The class whose keyword stands here, and where its body begins.
fn class(source: &Source<'_>, keyword: usize, decorators: Vec<Decorator>) -> (Class, usize) {
    let name_at = keyword + 1;
    let head = source.span(keyword).to(source.span(name_at));
    let (mut extends, mut implements) = (None, None);
    let mut at = name_at + 1;
    while at < name_at + LONGEST_HEAD && !source.is_open(at, b'{') && !source.is(at, ";") {
        match source.word(at) {
            "extends" if extends.is_none() => extends = Some(at + 1),
            "implements" if implements.is_none() => implements = Some(at),
            _ => {}
        }
        at = if source.is(at, "<") { after_angles(source, at) } else { source.after(at) };
    }
    let heritage = extends.map_or_else(Part::default, |start| Part::new(start, implements.unwrap_or(at)));
    let base = source.last_name(heritage);
    let body = if source.is_open(at, b'{') { source.inside(at) } else { Part::new(at, at) };
    let class = Class {
        name: source.word(name_at).to_owned(),
        head,
        base: base.to_owned(),
        heritage,
        decorators,
        members: members(source, body),
    };
    (class, body.start.max(name_at + 1))
}

/// The members of a body in braces.
pub(super) fn members(source: &Source<'_>, body: Part) -> Vec<Member> {
    let mut members = Vec::new();
    let mut at = body.start;
    while at < body.end {
        let before = at;
        if matches!(source.word(at), ";" | ",") {
            at += 1;
            continue;
        }
        let mut decorators = Vec::new();
        while let Some((found, next)) = decorator(source, at) {
            decorators.push(found);
            at = next;
        }
        let mut is_static = false;
        while at < body.end
            && MODIFIERS.contains(&source.word(at))
            && !matches!(source.word(at + 1), "=" | ":" | "?" | "!" | "(" | ";" | "," | "}")
        {
            is_static |= source.is(at, "static");
            at += 1;
        }
        let name_at = at;
        let name = source.string(at).map_or_else(|| source.word(at).to_owned(), str::to_owned);
        at = source.after(at);
        if matches!(source.word(at), "?" | "!") {
            at += 1;
        }
        let mut member = Member {
            name,
            span: source.span(before).to(source.span(name_at)),
            decorators,
            kind: Part::new(at, at),
            value: Part::new(at, at),
            is_static,
            is_method: false,
        };
        if source.is(at, "<") {
            at = after_angles(source, at);
        }
        if source.is_open(at, b'(') {
            member.is_method = true;
            at = source.after(at);
            // To the end of the body, or of the line where it has none.
            while at < body.end && !source.is_open(at, b'{') && !source.is(at, ";") {
                at = source.after(at);
                if source.begins_line(at) && !source.is_open(at, b'{') {
                    break;
                }
            }
            if source.is_open(at, b'{') {
                member.value = source.inside(at);
                at = source.after(at);
            }
        } else {
            if source.is(at, ":") {
                let end = member_end(source, at + 1, body.end, true);
                member.kind = Part::new(at + 1, end);
                at = end;
            }
            if source.is(at, "=") {
                let end = member_end(source, at + 1, body.end, false);
                member.value = Part::new(at + 1, end);
                at = end;
            }
        }
        members.push(member);
        at = at.max(before + 1);
    }
    members
}

/// Where a type or a value ends that begins here.
fn member_end(source: &Source<'_>, start: usize, limit: usize, is_type: bool) -> usize {
    let mut at = start;
    while at < limit {
        let word = source.word(at);
        if matches!(word, ";" | ",") || is_type && word == "=" {
            return at;
        }
        if at > start && source.begins_line(at) {
            let goes_on = matches!(
                word,
                "|" | "&" | "." | "?." | "?" | ":" | "=>" | "=" | "||" | "&&" | "??" | "+" | "(" | "as" | ">"
            ) || matches!(
                source.word(at - 1),
                "|" | "&"
                    | "="
                    | "=>"
                    | ":"
                    | "."
                    | "?"
                    | "||"
                    | "&&"
                    | "??"
                    | "+"
                    | "keyof"
                    | "extends"
                    | "<"
            );
            if !goes_on {
                return at;
            }
        }
        at = if is_type && word == "<" { after_angles(source, at) } else { source.after(at) };
    }
    limit
}
