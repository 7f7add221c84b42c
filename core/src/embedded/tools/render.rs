//! SQL from values of code.

use crate::embedded::reader::Reader;
use crate::embedded::tree::{Call, Kind, Link, Node};
use crate::text::{Placed, Span};
pub(super) use crate::text::{quoted_name as quoted, quoted_string as literal};

/// What comes of a call: one or more strings, or what was expected.
pub(super) type Made = Result<Vec<Placed>, String>;

/// Where a word of letters, digits and underscores that begins at a byte ends.
pub(super) fn name_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// A name that may have a schema before a dot.
pub(super) fn dotted(name: &str) -> String {
    name.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

/// Names in quotes between commas.
pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// One string that comes from a place as a whole.
#[allow(clippy::unnecessary_wraps, reason = "it is what a call comes to")]
pub(super) fn one(span: Span, sql: impl AsRef<str>) -> Made {
    Ok(vec![Placed::made(sql.as_ref(), span)])
}

/// What was expected, where something is missing.
pub(super) fn expected<T>(value: Option<T>, what: &str) -> Result<T, String> {
    value.ok_or_else(|| what.to_owned())
}

/// Members and calls of a chain, in pairs: `.name(…)`, or a name without a call.
pub(super) struct Step<'n> {
    pub(super) name: &'n str,
    pub(super) call: Option<&'n Call>,
    /// From the beginning of the chain to the end of this step.
    pub(super) span: Span,
    pub(super) at: Span,
}

/// A chain as steps. None where it holds something else than members and calls.
pub(super) fn steps<'n>(links: &'n [Link], span: Span) -> Option<Vec<Step<'n>>> {
    let mut steps: Vec<Step<'n>> = Vec::new();
    for link in links {
        match link {
            Link::Member(name, at) => {
                steps.push(Step { name, call: None, span: Span::new(span.start, at.end), at: *at });
            }
            Link::Call(call) => {
                let last = steps.last_mut()?;
                if last.call.is_some() {
                    return None;
                }
                last.call = Some(call);
                last.span = Span::new(span.start, call.span.end);
                last.at = last.at.to(call.span);
            }
            Link::Index(_) | Link::Tag(..) => return None,
        }
    }
    Some(steps)
}

impl Reader<'_> {
    /// An argument's text.
    pub(super) fn argument(&mut self, call: &Call, place: usize, what: &str) -> Result<String, String> {
        let node = expected(call.at(place), what)?;
        expected(self.plain(node), what)
    }

    /// An argument's text or texts.
    pub(super) fn arguments_of(
        &mut self,
        call: &Call,
        place: usize,
        what: &str,
    ) -> Result<Vec<String>, String> {
        let node = expected(call.at(place), what)?;
        expected(self.plains(node), what)
    }

    /// A keyword argument or key that is a text.
    pub(super) fn option(&mut self, call: &Call, name: &str) -> Result<Option<String>, String> {
        let Some(node) = call.named(name) else { return Ok(None) };
        let seen = self.seen(node);
        if matches!(seen.kind, Kind::Null) {
            return Ok(None);
        }
        expected(self.plain(&seen), &format!("a text for `{name}`")).map(Some)
    }

    /// A keyword argument or key that is true.
    pub(super) fn is_set(&mut self, call: &Call, name: &str) -> Result<bool, String> {
        match call.named(name) {
            None => Ok(false),
            Some(node) => expected(self.flag(node), &format!("true or false for `{name}`")),
        }
    }

    /// The value under a key, itself followed.
    pub(super) fn key(&mut self, node: &Node, name: &str) -> Option<Node> {
        let seen = self.seen(node);
        let value = seen.get(name)?;
        let value = self.seen(value);
        (!matches!(value.kind, Kind::Null)).then(|| (*value).clone())
    }

    /// The text under a key; a value that is not known is an error.
    pub(super) fn key_text(&mut self, node: &Node, name: &str) -> Result<Option<String>, String> {
        match self.key(node, name) {
            None => Ok(None),
            Some(value) => expected(self.plain(&value), &format!("a text for `{name}`")).map(Some),
        }
    }

    /// The texts under a key.
    pub(super) fn key_texts(&mut self, node: &Node, name: &str) -> Result<Option<Vec<String>>, String> {
        match self.key(node, name) {
            None => Ok(None),
            Some(value) => expected(self.plains(&value), &format!("texts for `{name}`")).map(Some),
        }
    }

    /// The flag under a key.
    pub(super) fn key_flag(&mut self, node: &Node, name: &str) -> Result<Option<bool>, String> {
        match self.key(node, name) {
            None => Ok(None),
            Some(value) => expected(self.flag(&value), &format!("true or false for `{name}`")).map(Some),
        }
    }

    /// A literal as SQL: text in quotes, numbers, flags, null; lists are none.
    pub(super) fn constant(&mut self, node: &Node) -> Option<String> {
        let seen = self.seen(node);
        match &seen.kind {
            Kind::Text(_) | Kind::Operation(..) => self.plain(&seen).map(|text| literal(&text)),
            Kind::Symbol(name) => Some(literal(name)),
            Kind::Number(number) => Some(number.clone()),
            Kind::Bool(flag) => Some(flag.to_string()),
            Kind::Null => Some("null".to_owned()),
            _ => None,
        }
    }

    /// SQL that is written as such: sql`now()`, `knex.raw('…')`, `Sequelize.literal('…')`, `sa.text("…")`.
    pub(super) fn raw_expression(&mut self, node: &Node) -> Option<String> {
        let seen = self.seen(node);
        let Kind::Chain(root, links) = &seen.kind else { return None };
        if links.iter().any(|link| matches!(link, Link::Tag(..))) {
            return self.plain(&seen);
        }
        let names: Vec<&str> = root
            .word()
            .into_iter()
            .chain(links.iter().filter_map(|link| match link {
                Link::Member(name, _) => Some(name.as_str()),
                _ => None,
            }))
            .collect();
        let call = links.iter().rev().find_map(|link| match link {
            Link::Call(call) => Some(call),
            _ => None,
        })?;
        match names.last().copied()? {
            "now" => Some("now()".to_owned()),
            "raw" | "literal" | "text" | "sql" | "func" | "fragment" | "literal_column" | "lit" => {
                call.at(0).and_then(|node| self.plain(node))
            }
            "uuid" => Some("gen_random_uuid()".to_owned()),
            "fn" => call.at(0).and_then(|node| self.plain(node)).map(|name| format!("{name}()")),
            "true" => Some("true".to_owned()),
            "false" => Some("false".to_owned()),
            _ if names.iter().rev().nth(1) == Some(&"func") && call.count() == 0 => {
                names.last().map(|name| format!("{name}()"))
            }
            _ => None,
        }
    }

    /// The value of a column: a literal, SQL that is written as such, or a JSON value.
    pub(super) fn sql_value(&mut self, node: &Node) -> Option<String> {
        if let Some(raw) = self.raw_expression(node) {
            return Some(raw);
        }
        if let Some(constant) = self.constant(node) {
            return Some(constant);
        }
        let seen = self.seen(node);
        match &seen.kind {
            Kind::Map(entries) if entries.is_empty() => Some("'{}'".to_owned()),
            Kind::List(items) if items.is_empty() => Some("'[]'".to_owned()),
            Kind::Map(_) => Some("'{}'".to_owned()),
            _ => None,
        }
    }
}
