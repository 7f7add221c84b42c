//! Functions of libraries that make a text of texts: they fill in a format, replace, quote a name.

use super::Language;
use super::reader::Reader;
use super::tree::{Call, Kind, Link, Node};
use super::value::hole;
use crate::text::quoted_name as quoted;
use crate::text::{Placed, Span};

/// What functions that quote a name are called, without capitals and underscores.
const QUOTES: [&str; 5] =
    ["quoteident", "quoteidentifier", "quotename", "quotecolumnname", "escapeidentifier"];

/// A directive of a format, from behind its `%`.
struct Directive {
    /// The argument that it names, from one.
    argument: Option<usize>,
    letter: u8,
    length: usize,
}

impl Reader<'_> {
    /// The text that a call of such a function makes; none where the links are no such call, or a part is not known and
    /// no placeholder may stand for it.
    pub(super) fn made_text(
        &mut self,
        root: &Node,
        links: &[Link],
        span: Span,
        holes: bool,
        depth: usize,
    ) -> Option<Placed> {
        let text = self.quoted_name(root, links, depth).or_else(|| self.replaced(root, links, depth));
        text.map(|text| Placed::made(&text, span)).or_else(|| self.filled_in(root, links, holes, depth))
    }

    /// `quoteIdent(x)`, `pq.QuoteIdentifier(x)`, `connection.quote_table_name(x)` and their likes, by their names.
    fn quoted_name(&mut self, root: &Node, links: &[Link], depth: usize) -> Option<String> {
        let Some((Link::Call(call), before)) = links.split_last() else { return None };
        let name = match before.last() {
            Some(Link::Member(name, _)) => name,
            Some(_) => return None,
            None => root.word()?,
        };
        let name = name.to_lowercase().replace('_', "");
        let is_table = name == "quotetablename";
        if !is_table && !QUOTES.contains(&name.as_str()) {
            return None;
        }
        let text = self.text_of(call.at(0)?, false, depth + 1)?.text;
        Some(if is_table { text.split('.').map(quoted).collect::<Vec<_>>().join(".") } else { quoted(&text) })
    }

    /// `strings.ReplaceAll(x, "a", "b")` of Go.
    fn replaced(&mut self, root: &Node, links: &[Link], depth: usize) -> Option<String> {
        let [Link::Member(name, _), Link::Call(call)] = links else { return None };
        if self.language != Language::Go || name != "ReplaceAll" || root.word() != Some("strings") {
            return None;
        }
        let mut text = |place: usize| self.text_of(call.at(place)?, false, depth + 1).map(|it| it.text);
        let (text, from, to) = (text(0)?, text(1)?, text(2)?);
        let longest = text.len().saturating_mul(to.len().max(1));
        (!from.is_empty() && self.burn(longest)).then(|| text.replace(&from, &to))
    }

    /// `fmt.Sprintf("… %s", x)` of Go, `String.format` and `"…".formatted(x)` of Java and Kotlin, `format("…", x)` of
    /// Ruby.
    fn filled_in(&mut self, root: &Node, links: &[Link], holes: bool, depth: usize) -> Option<Placed> {
        let (format, values) = called(self.language, root, links)?;
        let format = self.text_of(format, holes, depth + 1)?;
        let mut text = Placed::default();
        let (mut from, mut next) = (0, 0);
        while let Some(at) = format.text.get(from..).and_then(|rest| rest.find('%')).map(|at| from + at) {
            text.append(&format.part(from, at));
            let Some(directive) = directive(format.text.as_bytes().get(at + 1..).unwrap_or_default()) else {
                text.append(&format.part(at, at + 1));
                from = at + 1;
                continue;
            };
            from = at + 1 + directive.length;
            if directive.letter == b'%' {
                text.append(&format.part(at, at + 1));
                continue;
            }
            let place = directive.argument.map_or(next, |number| number.saturating_sub(1));
            next = place + 1;
            let value = values.get(place).copied()?;
            match self.text_of(value, false, depth + 1) {
                Some(known) if !self.burn(known.text.len()) => return None,
                Some(known) if directive.letter == b'q' => {
                    text.push("\"", value.span);
                    text.append(&known);
                    text.push("\"", value.span);
                }
                Some(known) => text.append(&known),
                None if holes => text.append(&hole(value.span, self.written(value.span))),
                None => return None,
            }
        }
        text.append(&format.part(from, format.text.len()));
        Some(text)
    }
}

/// The format and its values, where a call fills in a format.
fn called<'n>(language: Language, root: &'n Node, links: &'n [Link]) -> Option<(&'n Node, Vec<&'n Node>)> {
    let values = |call: &'n Call| call.arguments.iter().map(|argument| &argument.value);
    let first = |call: &'n Call| {
        let mut values = values(call);
        Some((values.next()?, values.collect()))
    };
    match (language, &root.kind, links) {
        (Language::Go, Kind::Name(package), [Link::Member(name, _), Link::Call(call)])
            if package == "fmt" && name == "Sprintf" =>
        {
            first(call)
        }
        (Language::Jvm, Kind::Name(class), [Link::Member(name, _), Link::Call(call)])
            if class == "String" && name == "format" =>
        {
            first(call)
        }
        (Language::Jvm, _, [Link::Member(name, _), Link::Call(call)])
            if name == "formatted" || name == "format" =>
        {
            Some((root, values(call).collect()))
        }
        (Language::Ruby, Kind::Name(name), [Link::Call(call)]) if name == "format" || name == "sprintf" => {
            first(call)
        }
        _ => None,
    }
}

/// Reads a directive: flags, a width, which argument (`[1]` of Go, `1$` of others), a letter.
fn directive(text: &[u8]) -> Option<Directive> {
    let mut argument = None;
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'[' => {
                let close = text.get(at..)?.iter().position(|byte| *byte == b']')? + at;
                argument = number(text.get(at + 1..close)?);
                at = close + 1;
            }
            b'0'..=b'9' => {
                let end = text.get(at..)?.iter().position(|byte| !byte.is_ascii_digit())? + at;
                if text.get(end) == Some(&b'$') {
                    argument = number(text.get(at..end)?);
                    at = end + 1;
                } else {
                    at = end;
                }
            }
            b'-' | b'+' | b'#' | b'.' => at += 1,
            letter if letter.is_ascii_alphabetic() || *letter == b'%' => {
                return Some(Directive { argument, letter: *letter, length: at + 1 });
            }
            _ => return None,
        }
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
