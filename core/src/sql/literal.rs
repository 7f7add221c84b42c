//! What a token says: folded names, decoded strings, normalised text.

use super::keyword;
use super::token::{Places, Source, Token, TokenKind};
use crate::operation::Identifier;
use crate::text::{Span, quoted_name, quoted_string};

/// PostgreSQL stores no longer names (`NAMEDATALEN` - 1), in bytes.
const LONGEST_NAME: usize = 63;

/// The name that a token writes: folded unless quoted (ASCII only, as PostgreSQL folds in UTF-8 databases), cut at
/// 63 bytes without splitting a character.
pub(super) fn identifier(source: &Source<'_>, token: Token) -> Identifier {
    let raw = source.text_of(token);
    let mut text = match token.kind {
        TokenKind::QuotedName => unquoted_name(raw),
        TokenKind::UnicodeName => unicode_escapes(&unquoted_name(raw.get(2..).unwrap_or_default())),
        TokenKind::Placeholder => raw.to_owned(),
        _ => raw.to_ascii_lowercase(),
    };
    let truncated = text.len() > LONGEST_NAME && token.kind != TokenKind::Placeholder;
    if truncated {
        let cut = (0..=LONGEST_NAME).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(cut);
    }
    Identifier { text, span: source.place(token.span), truncated }
}

fn unquoted_name(raw: &str) -> String {
    let inner = raw.strip_prefix('"').unwrap_or(raw);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    inner.replace("\"\"", "\"")
}

/// The text of a string literal; of a bit string its digits.
pub(super) fn string(source: &Source<'_>, token: Token) -> String {
    decode(source, token, &mut |_, _| {})
}

/// The text of a string literal with the places of its bytes in the file.
pub(super) fn string_with_places(source: &Source<'_>, token: Token) -> (String, Places) {
    let mut places = Places::default();
    let text = decode(source, token, &mut |decoded, local| places.jump(decoded, &source.places, local));
    (text, places)
}

/// The bytes between the quotes of a dollar quote.
pub(super) fn dollar_content(source: &Source<'_>, token: Token) -> Span {
    let raw = source.text_of(token);
    let tag = raw.bytes().skip(1).position(|byte| byte == b'$').map_or(raw.len(), |at| at + 2);
    let delimiter = raw.get(..tag).unwrap_or_default();
    let closed = raw.len() >= tag * 2 && raw.ends_with(delimiter);
    let tag = u32::try_from(tag).unwrap_or(u32::MAX);
    let end = if closed { token.span.end.saturating_sub(tag) } else { token.span.end };
    Span::new(token.span.start.saturating_add(tag), end)
}

/// Decodes a string literal. `stretch` is told, in order, from which byte of the result on the text stands where in
/// the source, often enough to know every byte's place.
fn decode(source: &Source<'_>, token: Token, stretch: &mut dyn FnMut(u32, u32)) -> String {
    if token.kind == TokenKind::DollarString {
        let content = dollar_content(source, token);
        stretch(0, content.start);
        return content.of(source.text).to_owned();
    }
    let raw = source.text_of(token);
    let mut decoder = Decoder {
        raw,
        base: token.span.start,
        at: raw.find('\'').map_or(raw.len(), |quote| quote + 1),
        escapes: match token.kind {
            TokenKind::EscapeString => Escapes::Backslash,
            TokenKind::UnicodeString => Escapes::Unicode,
            _ => Escapes::None,
        },
        text: String::new(),
    };
    while decoder.at < raw.len() {
        stretch(
            length(&decoder.text),
            decoder.base.saturating_add(length(raw.get(..decoder.at).unwrap_or_default())),
        );
        decoder.step();
    }
    decoder.text
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    None,
    Backslash,
    Unicode,
}

struct Decoder<'a> {
    raw: &'a str,
    base: u32,
    at: usize,
    escapes: Escapes,
    text: String,
}

impl Decoder<'_> {
    /// A stretch without escapes, or one escape.
    fn step(&mut self) {
        let rest = self.raw.get(self.at..).unwrap_or_default();
        let backslash = self.escapes != Escapes::None;
        let plain = rest.find(|letter| letter == '\'' || (backslash && letter == '\\')).unwrap_or(rest.len());
        if plain > 0 {
            // Stretches are kept short, because a text that is itself decoded may jump inside one.
            let plain =
                rest.char_indices().map(|(at, _)| at).find(|at| *at >= 64).unwrap_or(plain).min(plain);
            self.text.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
        } else if rest.starts_with("''") {
            self.text.push('\'');
            self.at += 2;
        } else if rest.starts_with('\'') {
            // The end, or a string that is continued on a later line.
            self.at = rest.get(1..).and_then(next_quote).map_or(self.raw.len(), |quote| self.at + quote + 2);
        } else {
            let (letter, used) = match self.escapes {
                Escapes::Unicode => unicode_escape(rest),
                _ => backslash_escape(rest),
            };
            self.text.push(letter);
            self.at += used.max(1);
        }
    }
}

/// The opening quote of a continuation: the first that stands in no comment.
fn next_quote(between: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = between.get(at..)?;
        let quote = rest.find('\'')?;
        match rest.find("--") {
            Some(comment) if comment < quote => {
                at += comment + rest.get(comment..)?.find(['\n', '\r'])?;
            }
            _ => return Some(at + quote),
        }
    }
}

/// A backslash escape of `E'…'` at the beginning: what it stands for and its bytes. Octal and hexadecimal bytes that
/// make no character by themselves become U+FFFD.
fn backslash_escape(rest: &str) -> (char, usize) {
    let Some(letter) = rest.chars().nth(1) else { return ('\\', 1) };
    let hexadecimal = |skip: usize, most: usize| code(rest, skip, most, 16);
    match letter {
        'b' => ('\u{8}', 2),
        'f' => ('\u{C}', 2),
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        'u' => hexadecimal(2, 4),
        'U' => hexadecimal(2, 8),
        'x' => hexadecimal(2, 2),
        '0'..='7' => code(rest, 1, 3, 8),
        other => (other, 1 + other.len_utf8()),
    }
}

/// An escape of `U&'…'` at the beginning.
fn unicode_escape(rest: &str) -> (char, usize) {
    match rest.chars().nth(1) {
        Some('\\') => ('\\', 2),
        Some('+') => code(rest, 2, 6, 16),
        _ => code(rest, 1, 4, 16),
    }
}

/// The character with the number written in up to `most` digits after `skip` bytes.
fn code(rest: &str, skip: usize, most: usize, radix: u32) -> (char, usize) {
    let digits =
        rest.bytes().skip(skip).take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let number = rest.get(skip..skip + digits).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    (number.and_then(char::from_u32).unwrap_or('\u{FFFD}'), skip + digits)
}

/// The value of a whole number as PostgreSQL writes it (`10`, `1_000`, `0x1F`).
pub(super) fn integer(written: &str) -> Option<i64> {
    let digits = written.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return i64::from_str_radix(digits, radix).ok();
        }
    }
    digits.parse().ok()
}

fn unicode_escapes(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with('\\') {
            let (letter, used) = unicode_escape(rest);
            decoded.push(letter);
            at += used.max(1);
        } else {
            let plain = rest.find('\\').unwrap_or(rest.len());
            decoded.push_str(rest.get(..plain).unwrap_or_default());
            at += plain;
        }
    }
    decoded
}

/// Tokens as one text in which equal tokens are equal: names folded and quoted only where they must be, strings
/// decoded and quoted again, one space between tokens.
pub(super) fn normal_text(source: &Source<'_>, tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        push_normal(&mut text, source, *token);
    }
    text
}

fn push_normal(text: &mut String, source: &Source<'_>, token: Token) {
    match token.kind {
        TokenKind::Word => {
            text.extend(source.text_of(token).chars().map(|letter| letter.to_ascii_lowercase()));
        }
        TokenKind::QuotedName | TokenKind::UnicodeName => push_name(text, &identifier(source, token).text),
        kind if kind.is_string() => text.push_str(&quoted_string(&string(source, token))),
        _ => text.push_str(source.text_of(token)),
    }
}

/// A stored name as SQL writes it.
fn push_name(text: &mut String, name: &str) {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !keyword::is_reserved(name);
    if plain {
        text.push_str(name);
    } else {
        text.push_str(&quoted_name(name));
    }
}

#[cfg(test)]
mod tests;
