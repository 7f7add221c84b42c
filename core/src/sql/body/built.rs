//! Text that PL/pgSQL puts together: `'…' || x`, `format('…', x)`, `quote_ident(x)`.

use super::rows::Rows;
use super::variables::{Value, Variables};
use crate::operation::{CatalogRows, Piece, Quoting};
use crate::sql::cursor::Cursor;
use crate::sql::literal;
use crate::sql::token::TokenKind;

/// A text of which some parts may hang on loops.
#[derive(Clone, Default)]
pub(super) struct Text {
    pub(super) parts: Vec<Part>,
    /// Its bytes and parts.
    size: usize,
    /// How deep its parts are quoted.
    depth: usize,
}

/// A part of a text.
#[derive(Clone)]
pub(super) enum Part {
    Text(String),
    /// What a column of a loop's row holds; without a name its only one.
    Column(usize, Option<String>),
    Quoted(Quoting, Vec<Part>),
}

/// The most texts that one expression can be.
const MOST: usize = 256;
/// The largest text that is followed: what doubles itself again and again ends here.
const LARGEST: usize = 16 * 1024;
/// The most bytes that all texts of one expression are.
const LARGEST_ALL: usize = 256 * 1024;
/// How deep parts may be quoted, and brackets opened.
const DEEPEST: usize = 8;

impl Part {
    fn text(&self) -> Option<&str> {
        match self {
            Part::Text(text) => Some(text),
            Part::Column(..) | Part::Quoted(..) => None,
        }
    }
}

impl Text {
    fn of(part: Part) -> Self {
        let size = match &part {
            Part::Text(text) => text.len() + 1,
            Part::Column(..) | Part::Quoted(..) => 1,
        };
        Text { parts: vec![part], size, depth: 0 }
    }

    fn append(&mut self, other: Text) -> Option<()> {
        self.size += other.size;
        self.depth = self.depth.max(other.depth);
        self.parts.extend(other.parts);
        (self.size <= LARGEST).then_some(())
    }

    /// All of it as one name or string.
    fn quoted(self, quoting: Quoting) -> Option<Text> {
        if let Some(whole) = self.plain() {
            return Some(Text::of(Part::Text(quoting.apply(&whole))));
        }
        let Text { parts, size, depth } = self;
        let quoted = Text { parts: vec![Part::Quoted(quoting, parts)], size: size + 1, depth: depth + 1 };
        (quoted.depth <= DEEPEST).then_some(quoted)
    }

    /// The text, where it hangs on no loop.
    pub(super) fn plain(&self) -> Option<String> {
        self.parts.iter().map(Part::text).collect()
    }
}

/// An expression as the parts of the text that it makes. Nothing where it depends on anything else than literals and the
/// rows of loops.
pub(super) fn text(cursor: Cursor<'_>, variables: &Variables) -> Option<Text> {
    inner(cursor, variables, 0)
}

fn inner(cursor: Cursor<'_>, variables: &Variables, depth: usize) -> Option<Text> {
    if depth > DEEPEST {
        return None;
    }
    let mut rest = cursor;
    let mut text = term(&mut rest, variables, depth)?;
    while rest.eat_symbol("||") {
        text.append(term(&mut rest, variables, depth)?)?;
    }
    rest.at_end().then_some(text)
}

/// What all loops together make of a text: each text, where they go through literals only.
pub(super) fn texts(text: &Text, variables: &Variables) -> Option<Vec<String>> {
    let all = expanded(text, variables)?;
    all.iter().map(|(pieces, _)| pieces.iter().map(Piece::text).collect()).collect()
}

/// The same where one loop goes through a system catalog.
pub(super) fn of_catalog(text: &Text, variables: &Variables) -> Option<Vec<(Vec<Piece>, CatalogRows)>> {
    let all = expanded(text, variables)?;
    all.into_iter().map(|(pieces, rows)| Some((pieces, rows?))).collect()
}

/// For each row of the loops over literals: the parts, and the system catalog that the others come from.
fn expanded(text: &Text, variables: &Variables) -> Option<Vec<(Vec<Piece>, Option<CatalogRows>)>> {
    let mut used = Vec::new();
    loops(&text.parts, &mut used);
    let mut catalog: Option<&CatalogRows> = None;
    let mut choices: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
    for number in used {
        match variables.rows(number)? {
            Rows::Literal { rows, .. } => {
                if rows.len().saturating_mul(choices.len()) > MOST {
                    return None;
                }
                let with = |choice: &Vec<_>, row| choice.iter().copied().chain([(number, row)]).collect();
                let all = |choice| (0..rows.len()).map(move |row| with(choice, row));
                choices = choices.iter().flat_map(all).collect();
            }
            // Two of them may hang on each other.
            Rows::Catalog(found) => catalog.replace(found).is_none().then_some(())?,
        }
    }
    if text.size.saturating_mul(choices.len()) > LARGEST_ALL {
        return None;
    }
    choices.iter().map(|choice| Some((pieces(&text.parts, choice, variables)?, catalog.cloned()))).collect()
}

/// The loops that parts hang on, each once.
fn loops(parts: &[Part], used: &mut Vec<usize>) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Column(number, _) if used.contains(number) => {}
            Part::Column(number, _) => used.push(*number),
            Part::Quoted(_, parts) => loops(parts, used),
        }
    }
}

fn pieces(parts: &[Part], choice: &[(usize, usize)], variables: &Variables) -> Option<Vec<Piece>> {
    let piece = |part: &Part| match part {
        Part::Text(text) => Some(Piece::Text(text.clone())),
        Part::Column(number, name) => match variables.rows(*number)? {
            Rows::Literal { columns, rows } => {
                let (_, row) = choice.iter().find(|(chosen, _)| chosen == number)?;
                let column = match name {
                    Some(name) => columns.iter().position(|column| column == name)?,
                    None => 0,
                };
                Some(Piece::Text(rows.get(*row)?.get(column)?.clone()))
            }
            Rows::Catalog(_) => Some(Piece::Column(name.clone())),
        },
        Part::Quoted(quoting, parts) => {
            let inside = pieces(parts, choice, variables)?;
            let whole = inside.iter().map(Piece::text).collect::<Option<String>>();
            Some(match whole {
                Some(whole) => Piece::Text(quoting.apply(&whole)),
                None => Piece::Quoted(*quoting, inside),
            })
        }
    };
    parts.iter().map(piece).collect()
}

fn term(cursor: &mut Cursor<'_>, variables: &Variables, depth: usize) -> Option<Text> {
    let text = plain_term(cursor, variables, depth)?;
    while cursor.eat_symbol("::") {
        // To another type a value may be written in another way.
        let textual = ["text", "name", "varchar"].iter().any(|name| cursor.eat(name));
        if !textual || cursor.at_symbol("(") {
            return None;
        }
    }
    Some(text)
}

fn plain_term(cursor: &mut Cursor<'_>, variables: &Variables, depth: usize) -> Option<Text> {
    let token = cursor.peek()?;
    if token.kind.is_string() {
        let text = literal::string(cursor.source(), token);
        cursor.skip();
        return Some(Text::of(Part::Text(text)));
    }
    if token.kind == TokenKind::Number {
        let digits = cursor.source().text_of(token);
        cursor.skip();
        let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        return whole.then(|| Text::of(Part::Text(digits.to_owned())));
    }
    if cursor.at_symbol("(") {
        return inner(cursor.inside().ok()?, variables, depth + 1);
    }
    if cursor.symbol_at(1, "(") {
        let names = ["format", "quote_ident", "quote_literal"];
        let name = names.into_iter().find(|name| cursor.eat(name))?;
        let arguments = cursor.inside().ok()?.commas();
        let value = |argument: &Cursor<'_>| inner(*argument, variables, depth + 1);
        return match (name, arguments.as_slice()) {
            ("format", [template, values @ ..]) => {
                format(&value(template)?.plain()?, |number| value(values.get(number)?))
            }
            ("quote_ident", [one]) => value(one)?.quoted(Quoting::Identifier),
            ("quote_literal", [one]) => value(one)?.quoted(Quoting::Literal),
            _ => None,
        };
    }
    let name = cursor.label().ok()?;
    match variables.value(&name.text)? {
        Value::Text(text) => Some(text.clone()),
        Value::List(_) => None,
        Value::Row(rows) => {
            let column = if cursor.eat_symbol(".") { Some(cursor.label().ok()?.text) } else { None };
            Some(Text::of(Part::Column(*rows, column)))
        }
    }
}

/// `format(template, values…)`
fn format(template: &str, value: impl Fn(usize) -> Option<Text>) -> Option<Text> {
    let mut text = Text::default();
    let mut pending = String::new();
    let mut next = 0;
    let mut written = template.chars().peekable();
    while let Some(character) = written.next() {
        if character != '%' {
            pending.push(character);
            continue;
        }
        if written.next_if_eq(&'%').is_some() {
            pending.push('%');
            continue;
        }
        let mut digits = String::new();
        while let Some(digit) = written.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        if !digits.is_empty() {
            // Digits without `$` are a width.
            written.next_if_eq(&'$')?;
            next = digits.parse::<usize>().ok()?.checked_sub(1)?;
        }
        let value = value(next)?;
        next = next.checked_add(1)?;
        text.append(Text::of(Part::Text(std::mem::take(&mut pending))))?;
        text.append(match written.next()? {
            's' => value,
            'I' => value.quoted(Quoting::Identifier)?,
            'L' => value.quoted(Quoting::Literal)?,
            _ => return None,
        })?;
    }
    text.append(Text::of(Part::Text(pending)))?;
    Some(text)
}
