//! What expressions come to, as far as it stands in the file.

use std::rc::Rc;

use super::lexer::Piece;
use super::parser;
use super::reader::Reader;
use super::tree::{Argument, Call, Kind, Link, Node, Seen, Step};
use crate::text::{Placed, Span};

/// How far names are followed to other names.
const DEPTH: usize = 12;

impl Reader<'_> {
    /// What an expression stands for: a name's value, a constant's member. Itself where that is not known.
    pub(super) fn seen<'n>(&self, node: &'n Node) -> Seen<'n> {
        let Some(mut found) = self.looked_up(node) else { return Seen::Here(node) };
        for _ in 0..DEPTH {
            match self.looked_up(&found) {
                Some(next) => found = next,
                None => break,
            }
        }
        Seen::Named(found)
    }

    fn looked_up(&self, node: &Node) -> Option<Rc<Node>> {
        match &node.kind {
            Kind::Name(name) => self.binding(name),
            Kind::Chain(root, links) => {
                let Kind::Name(name) = &root.kind else { return None };
                let mut value =
                    if name == "self" || name == "this" { None } else { Some(self.binding(name)?) };
                for link in links.iter().take(4) {
                    let next = match (link, value.as_deref().map(|node| &node.kind)) {
                        (Link::Member(member, _), None) => self.binding(member)?,
                        (Link::Member(member, _), Some(Kind::Map(_))) => {
                            Rc::new(value.as_deref()?.get(member)?.clone())
                        }
                        (Link::Index(index), Some(Kind::Map(_))) => {
                            Rc::new(value.as_deref()?.get(index.word()?)?.clone())
                        }
                        (Link::Index(index), Some(Kind::List(items))) => {
                            let Kind::Number(number) = &index.kind else { return None };
                            Rc::new(items.get(number.parse::<usize>().ok()?)?.clone())
                        }
                        // `.freeze` and the like change nothing.
                        (Link::Member(member, _), Some(_)) if member == "freeze" || member == "value" => {
                            return value;
                        }
                        _ => return None,
                    };
                    value = Some(next);
                }
                value
            }
            _ => None,
        }
    }

    /// The text of an expression; none where a part of it is not known.
    pub(super) fn text(&mut self, node: &Node) -> Option<Placed> {
        self.text_of(node, false, 0)
    }

    /// The text of an expression, in which what is not known is a placeholder.
    pub(super) fn text_with_holes(&mut self, node: &Node) -> Option<Placed> {
        self.text_of(node, true, 0)
    }

    /// The text of an expression without its places.
    pub(super) fn plain(&mut self, node: &Node) -> Option<String> {
        self.text(node).map(|placed| placed.text)
    }

    /// A list of texts; one text is a list of one.
    pub(super) fn plains(&mut self, node: &Node) -> Option<Vec<String>> {
        let seen = self.seen(node);
        match &seen.kind {
            Kind::List(items) => items.iter().map(|item| self.plain(item)).collect(),
            Kind::Words(words) => Some(words.iter().map(|word| word.text.clone()).collect()),
            _ => Some(vec![self.plain(node)?]),
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, node: &Node) -> Option<bool> {
        match self.seen(node).kind {
            Kind::Bool(flag) => Some(flag),
            Kind::Null => Some(false),
            _ => None,
        }
    }

    pub(super) fn text_of(&mut self, node: &Node, holes: bool, depth: usize) -> Option<Placed> {
        if depth > DEPTH || !self.burn(16) {
            return None;
        }
        let seen = self.seen(node);
        match &seen.kind {
            Kind::Text(pieces) => self.pieces(pieces, holes, depth),
            Kind::Number(number) => Some(Placed::made(number, seen.span)),
            Kind::Symbol(name) => Some(Placed::made(name, seen.span)),
            Kind::Operation(operands, operators)
                if operators.iter().all(|mark| mark == "+" || mark == "<>") =>
            {
                let mut text = Placed::default();
                for operand in operands {
                    let part = match self.text_of(operand, holes, depth + 1) {
                        Some(part) => part,
                        None if holes => hole(operand.span, self.written(operand.span)),
                        None => return None,
                    };
                    if !self.burn(part.text.len()) {
                        return None;
                    }
                    text.append(&part);
                }
                Some(text)
            }
            Kind::Operation(operands, operators) if operators.first().is_some_and(|mark| mark == "%") => {
                let [format, values, ..] = operands.as_slice() else { return None };
                let format = self.text_of(format, holes, depth + 1)?;
                let values = match &values.kind {
                    Kind::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(values),
                };
                self.filled(&format, values, holes, depth)
            }
            Kind::Chain(root, links) => self.chain_text(root, links, seen.span, holes, depth),
            Kind::List(items) if items.len() == 1 => {
                items.first().and_then(|only| self.text_of(only, holes, depth + 1))
            }
            _ => None,
        }
    }

    /// The text of a string's pieces.
    pub(super) fn pieces(&mut self, pieces: &[Piece], holes: bool, depth: usize) -> Option<Placed> {
        let mut text = Placed::default();
        for piece in pieces {
            match piece {
                Piece::Plain(plain) => {
                    if !self.burn(plain.text.len()) {
                        return None;
                    }
                    text.append(plain);
                }
                Piece::Hole(span) => {
                    let inner = parser::expression(self.source, *span, self.language);
                    if !self.burn(span.end.saturating_sub(span.start) as usize) {
                        return None;
                    }
                    match self.text_of(&inner, false, depth + 1) {
                        Some(known) if self.burn(known.text.len()) => text.append(&known),
                        _ if holes => text.append(&hole(*span, self.written(*span))),
                        _ => return None,
                    }
                }
            }
        }
        Some(text)
    }

    /// `%s` and `%(name)s` with what is put in.
    fn filled(&mut self, format: &Placed, values: &[Node], holes: bool, depth: usize) -> Option<Placed> {
        let mut text = Placed::default();
        let mut from = 0;
        let mut values = values.iter();
        for (at, _) in format.text.match_indices("%s") {
            text.append(&format.part(from, at));
            let value = values.next()?;
            match self.text_of(value, holes, depth + 1) {
                Some(known) => text.append(&known),
                None if holes => text.append(&hole(value.span, self.written(value.span))),
                None => return None,
            }
            from = at + 2;
        }
        text.append(&format.part(from, format.text.len()));
        Some(text)
    }

    fn chain_text(
        &mut self,
        root: &Node,
        links: &[Link],
        span: Span,
        holes: bool,
        depth: usize,
    ) -> Option<Placed> {
        // A template behind a name: sql`…`, String.raw`…`
        if let Some(Link::Tag(pieces, _)) = links.iter().find(|link| matches!(link, Link::Tag(..))) {
            return self.pieces(pieces, holes, depth);
        }
        if let (Kind::Name(name), [Link::Call(call)]) = (&root.kind, links)
            && let Some(text) = self.returned(name, call, holes, depth)
        {
            return Some(text);
        }
        if let Some(text) = self.made_text(root, links, span, holes, depth) {
            return Some(text);
        }
        let mut calls = links.iter().filter_map(|link| match link {
            Link::Call(call) => Some(call),
            _ => None,
        });
        let names = || {
            links.iter().filter_map(|link| match link {
                Link::Member(name, _) => Some(name.as_str()),
                _ => None,
            })
        };
        // What is done to a text that changes nothing for SQL.
        if matches!(root.kind, Kind::Text(_) | Kind::Operation(..)) || self.binding_is_text(root) {
            let harmless = |name: &str| {
                matches!(
                    name,
                    "trim"
                        | "trimIndent"
                        | "trimMargin"
                        | "strip"
                        | "squish"
                        | "strip_heredoc"
                        | "freeze"
                        | "chomp"
                        | "toString"
                        | "strip_indent"
                        | "html_safe"
                        | "to_s"
                        | "dedent"
                        | "gsub"
                        | "stripIndent"
                        | "to_string"
                        | "into"
                        | "to_owned"
                )
            };
            if names().all(harmless) {
                return self.text_of(root, holes, depth + 1);
            }
            if names().eq(["format"]) {
                let text = self.text_of(root, holes, depth + 1)?;
                let call = calls.next()?;
                return Some(self.formatted(&text, call, depth));
            }
        }
        if let (Kind::List(items), Some("join")) = (&self.seen(root).kind, names().next()) {
            let separator = calls
                .next()
                .and_then(|call| call.at(0))
                .and_then(|node| self.plain(node))
                .unwrap_or_default();
            let mut text = Placed::default();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(&separator, span);
                }
                text.append(&self.text_of(item, holes, depth + 1)?);
            }
            return Some(text);
        }
        // `"; ".join([…])` of Python.
        if names().eq(["join"]) && matches!(root.kind, Kind::Text(_)) {
            let separator = self.text_of(root, holes, depth + 1)?.text;
            let list = calls.next().and_then(|call| call.at(0))?;
            let texts = self.plains(list)?;
            return Some(Placed::made(&texts.join(&separator), span));
        }
        // Wrappers that hand their text on.
        let last = names().next_back().or_else(|| root.word()).unwrap_or_default();
        if matches!(
            last,
            "text"
                | "raw"
                | "sql"
                | "dedent"
                | "literal"
                | "DDL"
                | "fragment"
                | "SQL"
                | "literal_column"
                | "format"
                | "f"
                | "quote"
                | "literal_sql"
                | "Literal"
                | "unsafe"
                | "from_string"
                | "String"
                | "outdent"
                | "textwrap"
        ) && let Some(first) = calls.clone().next_back().and_then(|call| match last {
            "from_string" => call.at(1),
            _ => call.at(0),
        }) {
            return self.text_of(first, holes, depth + 1);
        }
        self.loaded(root, links, span)
    }

    /// The text that a function of the file returns, where that is all it does.
    fn returned(&mut self, name: &str, call: &Call, holes: bool, depth: usize) -> Option<Placed> {
        let function = self.function_named(name)?;
        let [Step::Return(Some(value)) | Step::Expression(value)] = function.body.as_slice() else {
            return None;
        };
        let values: Vec<Rc<Node>> =
            call.arguments.iter().map(|argument| self.settled(&argument.value)).collect();
        self.open_scope(&function.parameters, &values);
        let text = self.text_of(value, holes, depth + 1);
        self.close_scope();
        text
    }

    fn binding_is_text(&self, root: &Node) -> bool {
        matches!(root.kind, Kind::Name(_))
            && matches!(self.seen(root).kind, Kind::Text(_) | Kind::Operation(..))
    }

    /// `"{name}".format(name=x)`
    fn formatted(&mut self, format: &Placed, call: &Call, depth: usize) -> Placed {
        let mut text = Placed::default();
        let mut from = 0;
        let mut place = 0;
        while let Some(open) = format.text.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
            let Some(close) = format.text.get(open..).and_then(|rest| rest.find('}')).map(|at| open + at)
            else {
                break;
            };
            let name = format.text.get(open + 1..close).unwrap_or_default();
            let value = match name {
                "" => {
                    place += 1;
                    call.at(place - 1)
                }
                name => match name.parse::<usize>() {
                    Ok(number) => call.at(number),
                    Err(_) => call.named(name),
                },
            };
            text.append(&format.part(from, open));
            match value.and_then(|value| self.text_of(value, false, depth + 1)) {
                Some(known) => text.append(&known),
                None => text.push("${format}", format.part(open, close + 1).span()),
            }
            from = close + 1;
        }
        text.append(&format.part(from, format.text.len()));
        text
    }

    /// The text of a file that is loaded by its name, where the name stands in the call and ends with `.sql`.
    fn loaded(&mut self, root: &Node, links: &[Link], span: Span) -> Option<Placed> {
        let mut words: Vec<String> = Vec::new();
        collect(root, &mut words, 0);
        for link in links {
            match link {
                Link::Call(call) => {
                    call.arguments.iter().for_each(|argument| self.collect_texts(argument, &mut words));
                }
                Link::Index(node) => collect(node, &mut words, 0),
                Link::Member(..) | Link::Tag(..) => {}
            }
        }
        let place = words.iter().position(|word| word.contains(".sql"))?;
        let name = words.remove(place);
        let text = self.files.load(self.path, &name, &words)?;
        if !self.burn(text.len()) {
            return None;
        }
        Some(Placed::made(text, span))
    }

    fn collect_texts(&mut self, argument: &Argument, words: &mut Vec<String>) {
        match self.seen(&argument.value).kind {
            Kind::Text(_) => words.extend(self.plain(&argument.value)),
            _ => collect(&argument.value, words, 0),
        }
        if let Kind::Chain(_, links) = &argument.value.kind {
            for link in links {
                if let Link::Call(call) = link {
                    for inner in &call.arguments {
                        if matches!(inner.value.kind, Kind::Name(_)) {
                            words.extend(self.plain(&inner.value));
                        }
                    }
                }
            }
        }
    }

    /// What an expression comes to, so that it means the same where other names are known.
    pub(super) fn settled(&mut self, node: &Node) -> Rc<Node> {
        if let Seen::Named(found) = self.seen(node) {
            return found;
        }
        match &node.kind {
            Kind::Text(_) | Kind::Operation(..) => match self.text(node) {
                Some(text) => Rc::new(Node { kind: Kind::Text(vec![Piece::Plain(text)]), span: node.span }),
                None => Rc::new(Node::opaque(node.span)),
            },
            Kind::Map(entries) if self.burn(entries.len()) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (key.clone(), (*self.settled(value)).clone()))
                    .collect();
                Rc::new(Node { kind: Kind::Map(entries), span: node.span })
            }
            Kind::List(items) if self.burn(items.len()) => {
                let items = items.iter().map(|item| (*self.settled(item)).clone()).collect();
                Rc::new(Node { kind: Kind::List(items), span: node.span })
            }
            Kind::Map(_) | Kind::List(_) => Rc::new(Node::opaque(node.span)),
            _ => Rc::new(node.clone()),
        }
    }

    pub(super) fn written(&self, span: Span) -> &str {
        span.of(self.source)
    }
}

/// What SQL takes for a placeholder, in the place of an expression.
pub(super) fn hole(span: Span, written: &str) -> Placed {
    let name: String =
        written.chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').take(40).collect();
    Placed::made(&format!("${{{name}}}"), span)
}

/// All plain texts in an expression, in order.
fn collect(node: &Node, words: &mut Vec<String>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    match &node.kind {
        Kind::Text(pieces) => words.extend(pieces.iter().filter_map(|piece| match piece {
            Piece::Plain(text) => Some(text.text.clone()),
            Piece::Hole(_) => None,
        })),
        Kind::List(items) | Kind::Operation(items, _) => {
            items.iter().for_each(|item| collect(item, words, depth + 1));
        }
        Kind::Chain(root, links) => {
            collect(root, words, depth + 1);
            for link in links {
                match link {
                    Link::Call(call) => {
                        call.arguments.iter().for_each(|it| collect(&it.value, words, depth + 1));
                    }
                    Link::Index(node) => collect(node, words, depth + 1),
                    Link::Tag(pieces, _) => words.extend(pieces.iter().filter_map(|piece| match piece {
                        Piece::Plain(text) => Some(text.text.clone()),
                        Piece::Hole(_) => None,
                    })),
                    Link::Member(..) => {}
                }
            }
        }
        _ => {}
    }
}
