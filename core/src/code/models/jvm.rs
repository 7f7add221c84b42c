//! Classes of Java and Kotlin, with their annotations.

use super::source::{Part, Source};
use crate::text::Span;

/// A class.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) head: Span,
    /// The last name of what it extends.
    pub(super) base: String,
    pub(super) annotations: Vec<Annotation>,
    pub(super) members: Vec<Member>,
}

/// `@Name(arguments)`
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub(super) name: String,
    pub(super) arguments: Part,
}

/// A field or a method.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) annotations: Vec<Annotation>,
    pub(super) is_static: bool,
    pub(super) is_method: bool,
    pub(super) kind: String,
}

pub(super) fn annotation<'l>(list: &'l [Annotation], name: &str) -> Option<&'l Annotation> {
    list.iter().find(|annotation| annotation.name == name)
}

/// Before its body a class has at most so many tokens.
const LONGEST_HEAD: usize = 200;

/// All classes of a file.
pub(super) fn classes(source: &Source<'_>) -> Vec<Class> {
    let kotlin = source.path.ends_with(".kt") || source.path.ends_with(".kts");
    let mut classes = Vec::new();
    let mut annotations = Vec::new();
    let mut at = 0;
    while at < source.all().end {
        if let Some((found, next)) = read_annotation(source, at) {
            annotations.push(found);
            at = next;
        } else if source.is(at, "class") && source.is_word(at + 1) && !source.is(at.wrapping_sub(1), ".") {
            let (class, next) = class(source, at, std::mem::take(&mut annotations), kotlin);
            classes.push(class);
            at = next;
        } else {
            let modifier = matches!(
                source.word(at),
                "public"
                    | "abstract"
                    | "final"
                    | "open"
                    | "data"
                    | "internal"
                    | "static"
                    | "private"
                    | "protected"
                    | "sealed"
            );
            if !modifier {
                annotations.clear();
            }
            at += 1;
        }
    }
    classes
}

fn read_annotation(source: &Source<'_>, at: usize) -> Option<(Annotation, usize)> {
    let mut name =
        source.word(at).strip_prefix('@').filter(|name| !name.is_empty() && *name != "interface")?;
    let mut last = at;
    // `@field:Column`, `@javax.persistence.Column`
    while matches!(source.word(last + 1), "." | ":") && source.is_word(last + 2) {
        last += 2;
        name = source.word(last);
    }
    let brackets = source.is_open(last + 1, b'(');
    let arguments = if brackets { source.inside(last + 1) } else { Part::new(last + 1, last + 1) };
    let next = if brackets { source.after(last + 1) } else { last + 1 };
    Some((Annotation { name: name.to_owned(), arguments }, next))
}

fn class(source: &Source<'_>, keyword: usize, annotations: Vec<Annotation>, kotlin: bool) -> (Class, usize) {
    let name_at = keyword + 1;
    let mut class = Class {
        name: source.word(name_at).to_owned(),
        head: source.span(keyword).to(source.span(name_at)),
        base: String::new(),
        annotations,
        members: Vec::new(),
    };
    let mut at = name_at + 1;
    let mut angles = 0_usize;
    while at < name_at + LONGEST_HEAD && source.token(at).is_some() && !source.is_open(at, b'{') {
        match source.word(at) {
            "<" => angles += 1,
            ">" => angles = angles.saturating_sub(1),
            "extends" if angles == 0 && class.base.is_empty() => {
                source.last_name(Part::new(at + 1, at + 12)).clone_into(&mut class.base);
            }
            ":" if kotlin && angles == 0 && class.base.is_empty() => {
                source.last_name(Part::new(at + 1, at + 12)).clone_into(&mut class.base);
            }
            "(" if kotlin && class.members.is_empty() && class.base.is_empty() => {
                for part in source.cut(source.inside(at), ",") {
                    class
                        .members
                        .extend(kotlin_property(source, part.start, part.end).map(|(member, _)| member));
                }
            }
            "class" | "fun" | "import" => break,
            _ => {}
        }
        at = source.after(at);
    }
    if source.is_open(at, b'{') {
        let body = source.inside(at);
        if kotlin {
            let mut at = body.start;
            while at < body.end {
                match kotlin_property(source, at, body.end) {
                    Some((member, next)) => {
                        class.members.push(member);
                        at = next.max(at + 1);
                    }
                    None => at = source.after(at),
                }
            }
        } else {
            class.members.extend(java_members(source, body));
        }
        return (class, body.start);
    }
    (class, name_at + 1)
}

/// `@Column val name: Type`, with what follows it.
fn kotlin_property(source: &Source<'_>, start: usize, end: usize) -> Option<(Member, usize)> {
    let mut annotations = Vec::new();
    let mut at = start;
    while at < end {
        match read_annotation(source, at) {
            Some((found, next)) => {
                annotations.push(found);
                at = next;
            }
            None if matches!(
                source.word(at),
                "private" | "protected" | "internal" | "open" | "override" | "lateinit" | "public" | "final"
            ) =>
            {
                at += 1;
            }
            None => break,
        }
    }
    if at >= end || !matches!(source.word(at), "val" | "var") || !source.is_word(at + 1) {
        return None;
    }
    let kind = if source.is(at + 2, ":") { source.last_name(Part::new(at + 3, end)) } else { "" };
    let member = Member {
        name: source.word(at + 1).to_owned(),
        span: source.span(start).to(source.span(at + 1)),
        annotations,
        is_static: false,
        // A value that is computed.
        is_method: (at + 2..(at + 12).min(end)).any(|at| source.is(at, "get") && source.is(at + 1, "(")),
        kind: kind.to_owned(),
    };
    Some((member, at + 2))
}

fn java_members(source: &Source<'_>, body: Part) -> Vec<Member> {
    let mut members = Vec::new();
    let mut at = body.start;
    while at < body.end {
        let start = at;
        let mut annotations = Vec::new();
        while let Some((found, next)) = read_annotation(source, at) {
            annotations.push(found);
            at = next;
        }
        let head = at;
        let (mut is_static, mut is_method) = (false, false);
        // The name is the last word before `=`, `;`, `,` or `(`.
        let mut name_at = None;
        let mut kind = "";
        let mut angles = 0_usize;
        while at < body.end {
            match source.word(at) {
                "<" => angles += 1,
                ">" => angles = angles.saturating_sub(1),
                "static" | "transient" => is_static = true,
                ";" | "=" if angles == 0 => break,
                "(" => {
                    is_method = true;
                    break;
                }
                "{" | "class" | "enum" | "interface" => break,
                word if source.is_word(at) && angles == 0 => {
                    if let Some(before) = name_at {
                        kind = source.word(before);
                    }
                    let _ = word;
                    name_at = Some(at);
                }
                _ => {}
            }
            at += 1;
        }
        let nested = matches!(source.word(at), "class" | "enum" | "interface" | "{");
        if let Some(name_at) = name_at.filter(|_| !nested && at < body.end) {
            members.push(Member {
                name: source.word(name_at).to_owned(),
                span: source.span(start).to(source.span(name_at)),
                annotations,
                is_static,
                is_method,
                kind: kind.to_owned(),
            });
        }
        // To the end of the member: a semicolon, or a body in braces.
        let value = source.is(at, "=");
        while at < body.end && !source.is(at, ";") {
            let braces = source.is_open(at, b'{');
            at = source.after(at);
            if braces && !value {
                break;
            }
        }
        if source.is(at, ";") {
            at += 1;
        }
        at = at.max(head + 1);
    }
    members
}
