//! YAML → a tree, within limits, with the place of any part of it on request. The only file that names the YAML
//! library, so that another one can take its place.
//!
//! The library tells the place of an error and of nothing else. So the tree is read without places, and for each part
//! that turns out to be wrong the text is read once more by a reader that fails at that part.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, de};

use crate::text::Span;

/// The longest text that is read, in bytes.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// The most values that are taken of one text. What an alias repeats counts each time.
const MAX_VALUES: u32 = 20_000;

/// How deep values may stand in each other.
const MAX_DEPTH: u32 = 16;

/// The most brackets and braces that open: the library takes a time that grows with the square of those that are open
/// at once.
const MAX_BRACKETS: usize = 2_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    /// Keys and values in the order in which they are written, those that are written twice too.
    Map(Vec<(Node, Node)>),
}

/// One step from a value to a part of it, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Item(usize),
    Key(usize),
    Value(usize),
}

/// A text that is no YAML, or goes over a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) span: Span,
    pub(super) message: String,
}

/// Reads a text.
pub(super) fn parse(text: &str) -> Result<Node, Broken> {
    let whole = |message: String| Broken { span: Span::new(0, 0), message };
    if text.len() > MAX_BYTES {
        return Err(whole(format!("the file is larger than {} KB", MAX_BYTES / 1024)));
    }
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > MAX_BRACKETS {
        return Err(whole(format!("the file has more than {MAX_BRACKETS} brackets and braces")));
    }
    let values = Cell::new(0);
    let read = Read { values: &values, depth: 0 };
    read.deserialize(serde_yaml::Deserializer::from_str(bare(text))).map_err(|error| {
        let message = error.to_string();
        // The place follows the message; it is shown better than in words.
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Broken { span: span(text, &error), message }
    })
}

/// The place of a part of a text that [`parse`] reads.
pub(super) fn place(text: &str, path: &[Turn]) -> Span {
    let probe = Probe { path };
    match probe.deserialize(serde_yaml::Deserializer::from_str(bare(text))) {
        Ok(()) => Span::new(0, 0),
        Err(error) => span(text, &error),
    }
}

/// The text without a byte order mark.
fn bare(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The word, list or map that begins where an error is; of a list or map its first line.
fn span(text: &str, error: &serde_yaml::Error) -> Span {
    let plain = bare(text);
    let mark = text.len() - plain.len();
    let byte = error.location().map_or(0, |location| location.index()).min(plain.len());
    let start = (0..=byte).rev().find(|at| plain.is_char_boundary(*at)).unwrap_or(0);
    let rest = plain.get(start..).unwrap_or_default();
    let length = word_length(rest);
    let offset = |at: usize| u32::try_from(mark + at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(start + length))
}

/// How long the word is that a text begins with, quotes included.
fn word_length(text: &str) -> usize {
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    if let Some(quote) = line.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        let inside = line.get(1..).unwrap_or_default();
        return inside.find(quote).map_or(line.len(), |end| end + 2);
    }
    let ends = [": ", " #", ",", "]", "}"].into_iter().filter_map(|end| line.find(end)).min();
    let word = line.get(..ends.unwrap_or(line.len())).unwrap_or(line).trim_end();
    word.strip_suffix(':').unwrap_or(word).len()
}

/// Reads a value and all that is in it.
#[derive(Clone, Copy)]
struct Read<'a> {
    values: &'a Cell<u32>,
    depth: u32,
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.values.set(self.values.get().saturating_add(1));
        if self.values.get() > MAX_VALUES {
            return Err(D::Error::custom(format!(
                "the file has more than {MAX_VALUES} values (what an alias repeats counts each time)"
            )));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(i128::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Integer(i128::from(value)))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Integer(i128::try_from(value).unwrap_or(i128::MAX)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let below = self.below()?;
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(below)? {
            map.push((key, entries.next_value_seed(below)?));
        }
        Ok(Node::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Node, A::Error> {
        Err(A::Error::custom("a tag (`!name`) means nothing here"))
    }
}

impl Read<'_> {
    fn below<E: de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format!("more than {MAX_DEPTH} lists and maps stand in each other")));
        }
        Ok(Read { depth: self.depth + 1, ..self })
    }
}

/// Fails at the part that a path leads to.
#[derive(Clone, Copy)]
struct Probe<'a> {
    path: &'a [Turn],
}

impl<'de> DeserializeSeed<'de> for Probe<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// The error whose place is wanted.
fn end<E: de::Error>() -> Result<(), E> {
    Err(E::custom("here"))
}

impl Probe<'_> {
    /// What follows the first turn, where that is the wanted one.
    fn after(self, turn: Turn) -> Option<Self> {
        let (first, path) = self.path.split_first()?;
        (*first == turn).then_some(Probe { path })
    }
}

impl<'de> Visitor<'de> for Probe<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        end()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        end()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        end()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        end()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        end()
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        end()
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        end()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.path.is_empty() {
            return end();
        }
        let mut number = 0;
        loop {
            let found = match self.after(Turn::Item(number)) {
                Some(probe) => items.next_element_seed(probe)?,
                None => items.next_element::<de::IgnoredAny>()?.map(|_| ()),
            };
            number += 1;
            if found.is_none() {
                return end();
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        if self.path.is_empty() {
            return end();
        }
        let mut number = 0;
        loop {
            let found = match self.after(Turn::Key(number)) {
                Some(probe) => entries.next_key_seed(probe)?,
                None => entries.next_key::<de::IgnoredAny>()?.map(|_| ()),
            };
            if found.is_none() {
                return end();
            }
            match self.after(Turn::Value(number)) {
                Some(probe) => entries.next_value_seed(probe)?,
                None => {
                    entries.next_value::<de::IgnoredAny>()?;
                }
            }
            number += 1;
        }
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'t>(text: &'t str, path: &[Turn]) -> &'t str {
        place(text, path).of(text)
    }

    #[test]
    fn every_part_has_its_place() {
        let text = "\u{feff}é: 1 # x\nrules:\n  \"drop-column\": off\n  b : [x, 'y z', {c: d}]\n";
        assert_eq!(at(text, &[Turn::Key(0)]), "é");
        assert_eq!(at(text, &[Turn::Value(0)]), "1");
        assert_eq!(at(text, &[Turn::Key(1)]), "rules");
        assert_eq!(at(text, &[Turn::Value(1), Turn::Key(0)]), "\"drop-column\"");
        assert_eq!(at(text, &[Turn::Value(1), Turn::Value(0)]), "off");
        let list = [Turn::Value(1), Turn::Value(1)];
        let path = |rest: &[Turn]| [&list[..], rest].concat();
        assert_eq!(at(text, &path(&[Turn::Item(0)])), "x");
        assert_eq!(at(text, &path(&[Turn::Item(1)])), "'y z'");
        assert_eq!(at(text, &path(&[Turn::Item(2), Turn::Value(0)])), "d");
    }

    #[test]
    fn words_are_what_they_look_like() {
        let text = "[off, no, true, 1, -2, 1.5, ~, 2026-01-01]";
        let word = |word: &str| Node::Text(word.to_owned());
        let expected = [
            word("off"),
            word("no"),
            Node::Bool(true),
            Node::Integer(1),
            Node::Integer(-2),
            Node::Float(1.5),
            Node::Null,
            word("2026-01-01"),
        ];
        assert_eq!(parse(text), Ok(Node::List(expected.to_vec())));
        assert_eq!(parse(""), Ok(Node::Null));
    }

    #[test]
    fn what_is_no_yaml_has_a_place() {
        for text in [
            "a: [",
            "a: b: c",
            "\tx: 1",
            "a: *b",
            "a: !x y",
            "--- a\n--- b\n",
            "a: \"",
            "\u{0}",
            "a: 'é\u{7}'",
        ] {
            let broken = parse(text).unwrap_err();
            assert!(broken.span.end as usize <= text.len(), "{text:?}: {broken:?}");
            assert!(!broken.message.is_empty() && !broken.message.contains(" at line "), "{broken:?}");
        }
    }

    #[test]
    fn limits_hold() {
        let message = |text: &str| parse(text).unwrap_err().message;
        assert!(message(&"a".repeat(MAX_BYTES + 1)).contains("64 KB"));
        assert!(message(&"[".repeat(60_000)).contains("brackets"));
        assert!(message(&format!("{}1{}", "[".repeat(17), "]".repeat(17))).contains("in each other"));
        assert!(message(&"- ".repeat(20_000)).contains("in each other"));
        assert!(message(&format!("{}x", "? ".repeat(20_000))).contains("in each other"));
        let bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
                    c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n\
                    e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n";
        assert!(message(bomb).contains("more than 20000 values"), "{}", message(bomb));
        let itself = message("a: &a [*a]");
        assert!(itself.contains("in each other") || itself.contains("recursion"), "{itself}");
    }
}
