//! Strings of all languages: quotes, escapes, expressions in them.

use super::{Lexer, Piece, TokenKind, is_word_start, span};
use crate::embedded::language::Language;
use crate::text::{Placed, Span};

/// How a string is written inside.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) escapes: Escapes,
    pub(super) holes: Holes,
}

/// What a backslash does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Nothing.
    None,
    /// Escapes anything.
    Backslash,
    /// Escapes itself and quotes only.
    Quotes,
}

/// How an expression is put in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holes {
    /// Not at all.
    None,
    /// `${x}`
    Dollar,
    /// `${x}` and `$x`
    DollarOrName,
    /// `#{x}`
    Hash,
    /// `{x}`, with `{{` for a brace
    Brace,
}

/// How deep expressions in strings in expressions are followed.
const DEPTH: usize = 8;

impl Lexer<'_> {
    /// A string or another literal that begins here.
    pub(super) fn string(&mut self) -> bool {
        use Language::{Elixir, Go, Jvm, Python, Ruby, Rust, Script};
        let start = self.at;
        let plain = Form { escapes: Escapes::Backslash, holes: Holes::None };
        match (self.language, self.byte(0)) {
            (Python, _) => self.python(),
            (Script, b'`') => self.quoted("`", Form { holes: Holes::Dollar, ..plain }, 1),
            (Script, quote @ (b'"' | b'\'')) => self.line_string(quote, plain),
            (Script, b'/') if !self.after_operand() => self.regex(),
            (Go, b'`') => self.quoted("`", Form { escapes: Escapes::None, holes: Holes::None }, 1),
            (Jvm, b'"') if self.starts("\"\"\"") => {
                self.quoted("\"\"\"", Form { escapes: Escapes::Backslash, holes: Holes::DollarOrName }, 3)
            }
            (Go | Jvm, quote @ (b'"' | b'\'')) => {
                let holes =
                    if self.language == Jvm && quote == b'"' { Holes::DollarOrName } else { Holes::None };
                self.line_string(quote, Form { holes, ..plain })
            }
            (Rust, _) => self.rust(),
            (Ruby, b'\'') => self.quoted("'", Form { escapes: Escapes::Quotes, holes: Holes::None }, 1),
            (Ruby, b'"') => self.quoted("\"", Form { holes: Holes::Hash, ..plain }, 1),
            (Ruby, b'`') => self.quoted("`", Form { holes: Holes::Hash, ..plain }, 1),
            (Ruby, b'<') if self.starts("<<") => self.heredoc(),
            // `execute %(…)`, `execute %q(…)`; what has a blank on both sides, or on none, is a remainder.
            (Ruby, b'%')
                if !self.after_operand()
                    || self.space
                        && (self.byte(1).is_ascii_alphabetic()
                            || matches!(self.byte(1), b'(' | b'{' | b'[' | b'<' | b'|')) =>
            {
                self.percent()
            }
            (Ruby, b'/') if !self.after_operand() => self.regex(),
            (Elixir, b'"') if self.starts("\"\"\"") => {
                self.quoted("\"\"\"", Form { holes: Holes::Hash, ..plain }, 3)
            }
            (Elixir, b'"') => self.quoted("\"", Form { holes: Holes::Hash, ..plain }, 1),
            (Elixir, b'\'') => self.quoted("'", Form { holes: Holes::Hash, ..plain }, 1),
            (Elixir, b'~') => self.sigil(),
            (Ruby | Elixir, b':') => self.symbol(start),
            (Ruby | Elixir, b'?')
                if !self.after_operand() && is_word_start(self.byte(1)) && !is_word_start(self.byte(2)) =>
            {
                self.at += 2;
                self.push(TokenKind::Literal, start);
                true
            }
            _ => false,
        }
    }

    /// A string in quotes of `width` bytes that may span lines. In Elixir and Ruby `"x": 1` is a key.
    fn quoted(&mut self, quote: &str, form: Form, width: usize) -> bool {
        let start = self.at;
        let inside = start + width;
        self.at = inside;
        let end = self.find_end(quote, form);
        let pieces = self.pieces(span(inside, end), form);
        self.at = (end + width).min(self.text.len());
        if self.language.has_ends()
            && self.byte(0) == b':'
            && self.byte(1) != b':'
            && width == 1
            && self.byte(1) == b' '
            && let [Piece::Plain(text)] = pieces.as_slice()
        {
            let key = text.text.clone();
            self.at += 1;
            self.push(TokenKind::Key(key), start);
            return true;
        }
        self.push(TokenKind::Text(pieces), start);
        true
    }

    /// A string that ends with its line where it is not closed.
    fn line_string(&mut self, quote: u8, form: Form) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            match bytes.get(at).copied() {
                Some(b'\\') => at += 2,
                Some(byte) if byte == quote || byte == b'\n' => break,
                None => break,
                Some(_) => at += 1,
            }
        }
        let end = at.min(bytes.len());
        let closed = bytes.get(end) == Some(&quote);
        let pieces = self.pieces(span(start + 1, end), form);
        self.at = end + usize::from(closed);
        self.push(TokenKind::Text(pieces), start);
        true
    }

    /// From inside of a string, the place of its closing quote, or the end of the text.
    fn find_end(&self, quote: &str, form: Form) -> usize {
        let bytes = self.text.as_bytes();
        let quote = quote.as_bytes();
        let mut at = self.at;
        // Where one expression is never closed, no later one is looked for: a text is read a few times at most.
        let mut holes = if form.holes == Holes::DollarOrName { Holes::None } else { form.holes };
        while let Some(byte) = bytes.get(at).copied() {
            if byte == b'\\' && form.escapes != Escapes::None {
                at += 2;
            } else if bytes.get(at..).is_some_and(|rest| rest.starts_with(quote)) {
                return at;
            } else if let Some(inside) = hole_at(bytes, at, holes) {
                if let Some(end) = hole_end(bytes, inside, 0) {
                    at = end + 1;
                } else {
                    holes = Holes::None;
                    at = inside;
                }
            } else {
                at += 1;
            }
        }
        bytes.len()
    }

    /// The pieces of what stands between quotes.
    pub(super) fn pieces(&self, inside: Span, form: Form) -> Vec<Piece> {
        let bytes = self.text.as_bytes();
        let (mut at, end) = (inside.start as usize, inside.end as usize);
        let bytes = bytes.get(..end).unwrap_or(bytes);
        let mut pieces = Vec::new();
        let mut text = Placed::default();
        let mut from = at;
        while let Some(byte) = bytes.get(at).copied() {
            let escape = byte == b'\\'
                && match form.escapes {
                    Escapes::None => false,
                    Escapes::Backslash => true,
                    Escapes::Quotes => matches!(bytes.get(at + 1), Some(b'\\' | b'\'')),
                };
            if escape {
                self.plain(&mut text, from, at);
                let (letter, length) = escape_at(self.text.get(at..end).unwrap_or_default(), self.language);
                text.push(&letter, span(at, at + length));
                at += length;
                from = at;
            } else if form.holes == Holes::Brace && matches!(bytes.get(at..at + 2), Some(b"{{" | b"}}")) {
                self.plain(&mut text, from, at + 1);
                at += 2;
                from = at;
            } else if let Some(inner) = hole_at(bytes, at, form.holes) {
                let (hole, after) = if bytes.get(inner.saturating_sub(1)) == Some(&b'{') {
                    let close = hole_end(bytes, inner, 0).unwrap_or(end);
                    (span(inner, close), (close + 1).min(end))
                } else {
                    let rest = bytes.get(inner..).unwrap_or_default();
                    let name = rest
                        .iter()
                        .position(|byte| !super::is_word_part(*byte) || *byte == b'$')
                        .unwrap_or(rest.len());
                    (span(inner, inner + name), inner + name)
                };
                self.plain(&mut text, from, at);
                if !text.text.is_empty() {
                    pieces.push(Piece::Plain(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Hole(hole));
                at = after;
                from = at;
            } else {
                at += 1;
            }
        }
        self.plain(&mut text, from, end);
        if !text.text.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Plain(text));
        }
        pieces
    }

    fn plain(&self, text: &mut Placed, from: usize, to: usize) {
        let part = span(from, to);
        text.push_written(part.of(self.text), part.start);
    }

    fn regex(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        let mut class = false;
        loop {
            match bytes.get(at).copied() {
                None | Some(b'\n') => return false,
                Some(b'\\') => at += 1,
                Some(b'[') => class = true,
                Some(b']') => class = false,
                Some(b'/') if !class => break,
                Some(_) => {}
            }
            at += 1;
        }
        self.at = at + 1;
        self.skip_to(|byte| !byte.is_ascii_alphabetic());
        self.push(TokenKind::Literal, start);
        true
    }

    /// `r"…"`, `f'''…'''` and the others.
    fn python(&mut self) -> bool {
        let start = self.at;
        let prefix = self.rest().bytes().take(3).take_while(u8::is_ascii_alphabetic).count();
        let quote = self.byte(prefix);
        let known = Span::of(span(start, start + prefix), self.text)
            .bytes()
            .all(|byte| matches!(byte.to_ascii_lowercase(), b'r' | b'b' | b'f' | b'u' | b't'));
        if !matches!(quote, b'"' | b'\'') || !known || prefix > 2 {
            return false;
        }
        let has = |letter: u8| {
            let bytes = self.text.as_bytes().get(start..start + prefix).unwrap_or_default();
            bytes.iter().any(|byte| byte.eq_ignore_ascii_case(&letter))
        };
        let form = Form {
            escapes: if has(b'r') { Escapes::None } else { Escapes::Backslash },
            holes: if has(b'f') { Holes::Brace } else { Holes::None },
        };
        let triple = self.byte(prefix + 1) == quote && self.byte(prefix + 2) == quote;
        let mark = match (quote, triple) {
            (b'"', true) => "\"\"\"",
            (b'"', false) => "\"",
            (_, true) => "'''",
            (_, false) => "'",
        };
        // Even in a raw string a backslash keeps a quote from closing it.
        let search = Form { escapes: Escapes::Backslash, holes: Holes::None };
        let inside = start + prefix + mark.len();
        self.at = inside;
        let mut end = self.find_end(mark, search);
        if !triple {
            let line = self.text.as_bytes().get(inside..end).unwrap_or_default();
            let cut =
                line.windows(2).position(|pair| pair.get(1) == Some(&b'\n') && pair.first() != Some(&b'\\'));
            end = cut.map_or(end, |cut| inside + cut + 1);
        }
        let pieces = self.pieces(span(inside, end), form);
        self.at = (end + mark.len()).min(self.text.len());
        self.push(TokenKind::Text(pieces), start);
        true
    }

    /// `"…"`, `r#"…"#`, `'c'`; `'a` is a lifetime.
    fn rust(&mut self) -> bool {
        let start = self.at;
        match self.byte(0) {
            b'"' => self.quoted("\"", Form { escapes: Escapes::Backslash, holes: Holes::None }, 1),
            b'\'' => {
                let closes = self.rest().chars().nth(2) == Some('\'') || self.byte(1) == b'\\';
                if closes {
                    return self.line_string(b'\'', Form { escapes: Escapes::Backslash, holes: Holes::None });
                }
                self.at += 1;
                self.skip_to(|byte| !super::is_word_part(byte));
                self.push(TokenKind::Literal, start);
                true
            }
            b'r' if matches!(self.byte(1), b'"' | b'#') => {
                let hashes = self.rest().bytes().skip(1).take_while(|byte| *byte == b'#').take(16).count();
                if self.byte(1 + hashes) != b'"' {
                    return false;
                }
                let inside = start + hashes + 2;
                let closing = format!("\"{}", "#".repeat(hashes));
                let found = self.text.get(inside..).and_then(|rest| rest.find(&closing));
                let end = found.map_or(self.text.len(), |found| inside + found);
                let pieces =
                    self.pieces(span(inside, end), Form { escapes: Escapes::None, holes: Holes::None });
                self.at = (end + closing.len()).min(self.text.len());
                self.push(TokenKind::Text(pieces), start);
                true
            }
            _ => false,
        }
    }

    /// `:name`, `:"name"`; `a ? b : c` and `::` are none.
    fn symbol(&mut self, start: usize) -> bool {
        if self.byte(1) == b'"' {
            self.at += 1;
            let inside = self.at + 1;
            self.at = inside;
            let end = self.find_end("\"", Form { escapes: Escapes::Backslash, holes: Holes::None });
            let name = span(inside, end).of(self.text).to_owned();
            self.at = (end + 1).min(self.text.len());
            self.push(TokenKind::Symbol(name), start);
            return true;
        }
        if !is_word_start(self.byte(1)) || self.text.as_bytes().get(start.wrapping_sub(1)) == Some(&b':') {
            return false;
        }
        self.at += 1;
        self.skip_to(|byte| !super::is_word_part(byte));
        if matches!(self.byte(0), b'?' | b'!') && self.byte(1) != b'=' {
            self.at += 1;
        }
        let name = span(start + 1, self.at).of(self.text).to_owned();
        self.push(TokenKind::Symbol(name), start);
        true
    }

    /// `%w[a b]`, `%i[a b]`, `%q(…)`, `%Q(…)`, `%(…)`.
    fn percent(&mut self) -> bool {
        let kind = self.byte(1);
        let letter = kind.is_ascii_alphabetic();
        let open = self.byte(1 + usize::from(letter));
        let words = matches!(kind, b'w' | b'W' | b'i' | b'I');
        let brackets = matches!(open, b'(' | b'[' | b'{' | b'<' | b'|');
        if letter && !words && !matches!(kind, b'q' | b'Q') || !letter && !brackets {
            return false;
        }
        let raw = matches!(kind, b'q' | b'w' | b'i');
        self.delimited(1 + usize::from(letter), words, if raw { Holes::None } else { Holes::Hash })
    }

    /// `~s(…)`, `~S"""…"""`, `~w(a b)a`.
    fn sigil(&mut self) -> bool {
        let kind = self.byte(1);
        if !kind.is_ascii_alphabetic() {
            return false;
        }
        let words = matches!(kind, b'w' | b'W');
        let raw = kind.is_ascii_uppercase();
        let holes = if raw { Holes::None } else { Holes::Hash };
        if self.text.as_bytes().get(self.at + 2..self.at + 5) == Some(b"\"\"\"".as_slice()) {
            self.at += 2;
            let escapes = if raw { Escapes::None } else { Escapes::Backslash };
            return self.quoted("\"\"\"", Form { escapes, holes }, 3);
        }
        self.delimited(2, words, holes)
    }

    /// What stands between delimiters, the first of which is `ahead`.
    fn delimited(&mut self, ahead: usize, words: bool, holes: Holes) -> bool {
        let start = self.at;
        let open = self.byte(ahead);
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            b'<' => b'>',
            b'|' | b'"' | b'/' | b'\'' | b'!' => open,
            _ => return false,
        };
        let inside = start + ahead + 1;
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        let mut end = inside;
        while let Some(byte) = bytes.get(end).copied() {
            if byte == close && depth == 0 {
                break;
            }
            match byte {
                b'\\' => end += 1,
                byte if byte == close => depth -= 1,
                byte if byte == open => depth += 1,
                _ => {}
            }
            end += 1;
        }
        let end = end.min(bytes.len());
        self.at = (end + 1).min(bytes.len());
        let kind = if words {
            let text = span(inside, end).of(self.text);
            let mut at = inside;
            let mut found = Vec::new();
            for word in text.split_inclusive(char::is_whitespace) {
                let bare = word.trim_end();
                if !bare.is_empty() {
                    let mut placed = Placed::default();
                    placed.push_written(bare, u32::try_from(at).unwrap_or(u32::MAX));
                    found.push(placed);
                }
                at += word.len();
            }
            TokenKind::Words(found)
        } else {
            TokenKind::Text(self.pieces(span(inside, end), Form { escapes: Escapes::Quotes, holes }))
        };
        if self.language == Language::Elixir {
            self.skip_to(|byte| !byte.is_ascii_alphabetic());
        }
        self.push(kind, start);
        true
    }
}

/// Where an expression begins that is put in at this byte.
fn hole_at(bytes: &[u8], at: usize, holes: Holes) -> Option<usize> {
    let pair = |first: u8| bytes.get(at) == Some(&first) && bytes.get(at + 1) == Some(&b'{');
    let found = match holes {
        Holes::None => None,
        Holes::Dollar => pair(b'$').then_some(at + 2),
        Holes::Hash => pair(b'#').then_some(at + 2),
        Holes::Brace => (bytes.get(at) == Some(&b'{')).then_some(at + 1),
        Holes::DollarOrName => {
            let name = bytes.get(at + 1).copied().is_some_and(|byte| is_word_start(byte) && byte != b'$');
            (pair(b'$')).then_some(at + 2).or((bytes.get(at) == Some(&b'$') && name).then_some(at + 1))
        }
    };
    found.filter(|_| bytes.get(at.wrapping_sub(1)) != Some(&b'$') || holes != Holes::DollarOrName)
}

/// The place of the brace that closes an expression in a string.
fn hole_end(bytes: &[u8], from: usize, level: usize) -> Option<usize> {
    if level > DEPTH {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = from;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'\\' => at += 1,
            b'"' | b'\'' => {
                let close =
                    bytes.get(at + 1..)?.iter().take(2000).position(|next| *next == byte || *next == b'\n');
                match close {
                    Some(close) if bytes.get(at + 1 + close) == Some(&byte) => at += close + 1,
                    _ => {}
                }
            }
            b'`' => {
                at += 1;
                while let Some(inner) = bytes.get(at).copied() {
                    match inner {
                        b'`' => break,
                        b'\\' => at += 1,
                        b'$' if bytes.get(at + 1) == Some(&b'{') => at = hole_end(bytes, at + 2, level + 1)?,
                        _ => {}
                    }
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// What an escape stands for and its bytes. A backslash before the end of a line joins it with the next.
fn escape_at(rest: &str, language: Language) -> (String, usize) {
    let mut chars = rest.chars();
    chars.next();
    let Some(letter) = chars.next() else { return ("\\".to_owned(), 1) };
    let code = |skip: usize, most: usize| {
        let digits = rest.bytes().skip(skip).take(most).take_while(u8::is_ascii_hexdigit).count();
        let number = rest.get(skip..skip + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        (number.and_then(char::from_u32).unwrap_or('\u{FFFD}').to_string(), skip + digits)
    };
    match letter {
        'n' => ("\n".to_owned(), 2),
        't' => ("\t".to_owned(), 2),
        'r' => ("\r".to_owned(), 2),
        '0' => ("\0".to_owned(), 2),
        'b' => ("\u{8}".to_owned(), 2),
        'f' => ("\u{C}".to_owned(), 2),
        's' if language == Language::Ruby => (" ".to_owned(), 2),
        'x' => code(2, 2),
        'u' if rest.as_bytes().get(2) == Some(&b'{') => {
            let (text, end) = code(3, 6);
            (text, (end + 1).min(rest.len()))
        }
        'u' => code(2, 4),
        '\r' if rest.as_bytes().get(2) == Some(&b'\n') => (String::new(), 3),
        '\n' if language == Language::Rust => {
            let after = rest.get(2..).unwrap_or_default();
            (String::new(), 2 + after.len() - after.trim_start().len())
        }
        '\n' => (String::new(), 2),
        other => (other.to_string(), 1 + other.len_utf8()),
    }
}
