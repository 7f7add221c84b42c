//! YAML and JSON as configuration and changelogs use them, with the place of every value: block and flow
//! collections, plain, quoted and block scalars. Anchors, tags and merges are left as they are written. Total: what
//! can't be read is left out. A library would give values without places, and places are what a review is about.

use crate::text::Span;

use super::in_place::InPlace;
use super::markers::span;

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// A text, a number, a flag.
    Scalar(Scalar),
    /// Values.
    List(Vec<Node>),
    /// Keys and values, in order.
    Map(Vec<(String, Node)>),
}

/// A scalar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// What it says.
    pub(crate) text: String,
    /// Where its content stands, without quotes; of a block scalar the lines.
    pub(crate) span: Span,
    /// It stands in double quotes, where `\n` is a line break.
    pub(crate) escaped: bool,
}

impl Node {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            Node::Scalar(_) | Node::List(_) => None,
        }
    }

    /// The scalar of a key.
    pub(crate) fn scalar(&self, key: &str) -> Option<&Scalar> {
        match self.get(key)? {
            Node::Scalar(scalar) => Some(scalar),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The text of a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.scalar(key).map(|scalar| scalar.text.as_str())
    }

    /// The values of a list; any other is one.
    pub(crate) fn items(&self) -> &[Node] {
        match self {
            Node::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }
}

/// How deep collections may stand in each other.
const MAX_DEPTH: usize = 64;

/// The first document of a text.
pub(crate) fn parse(text: &str) -> Option<Node> {
    // Beside SQL alone there is no YAML.
    if !cfg!(any(feature = "settings", feature = "code")) {
        return None;
    }
    let mut reader = Reader { text, lines: lines(text), next: 0 };
    let first = reader.lines.first()?;
    if text.get(first.start..)?.trim_start().starts_with(['{', '[']) {
        let mut flow = Flow { text, at: first.start };
        return flow.value(0);
    }
    let indent = first.indent;
    reader.block(indent, 0)
}

/// Scalars by their path (`spring.flyway.locations`); the scalars of a list with commas between them.
pub(crate) fn flat(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting: Vec<(String, Node)> =
        parse(text).map(|node| (String::new(), node)).into_iter().collect();
    while let Some((path, node)) = waiting.pop() {
        match node {
            Node::Scalar(scalar) => found.push((path, scalar.text)),
            Node::List(items) => {
                let texts: Vec<String> = items
                    .into_iter()
                    .filter_map(|item| if let Node::Scalar(scalar) = item { Some(scalar.text) } else { None })
                    .collect();
                found.push((path, texts.join(",")));
            }
            Node::Map(pairs) => waiting.extend(
                pairs
                    .into_iter()
                    .rev()
                    .map(|(key, node)| (if path.is_empty() { key } else { format!("{path}.{key}") }, node)),
            ),
        }
    }
    found
}

/// The text in which `\n`, `\"` and their likes of all quoted texts below a value are what they stand for, each in its
/// place; none where there are none.
pub(crate) fn unescaped(text: &str, node: &Node) -> Option<String> {
    let mut made = InPlace::new(text);
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        match node {
            Node::List(items) => waiting.extend(items),
            Node::Map(pairs) => waiting.extend(pairs.iter().map(|(_, value)| value)),
            Node::Scalar(scalar) if scalar.escaped => unescape(text, scalar, &mut made),
            Node::Scalar(_) => {}
        }
    }
    made.finish()
}

fn unescape(text: &str, scalar: &Scalar, made: &mut InPlace<'_>) {
    let (from, inner) = (scalar.span.start as usize, scalar.span.of(text));
    let mut chars = inner.char_indices();
    let mut quoted = false;
    while let Some((at, char)) = chars.next() {
        if char != '\\' {
            continue;
        }
        let Some((_, escaped)) = chars.next() else { break };
        if escaped == '"' {
            made.put_quote(from + at, 2, "\"", quoted);
            quoted = !quoted;
            continue;
        }
        let stands_for = match escaped {
            'n' | 'r' => '\n',
            't' => '\t',
            other => other,
        };
        made.put(from + at, 1 + escaped.len_utf8(), &stands_for.to_string());
    }
}

/// A line that says something.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Where its content begins.
    start: usize,
    /// Where it ends, before the line break.
    end: usize,
    indent: usize,
}

/// All lines but blank ones, comments and marks of documents; those of block scalars are among them.
fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let indent = bare.len() - bare.trim_start().len();
        let content = bare.trim_start();
        if !content.is_empty() && !content.starts_with('#') && content != "---" && !content.starts_with('%') {
            found.push(Line { start: offset + indent, end: offset + bare.len(), indent });
        }
        offset += line.len();
    }
    found
}

struct Reader<'a> {
    text: &'a str,
    lines: Vec<Line>,
    next: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<(Line, &'a str)> {
        let line = *self.lines.get(self.next)?;
        Some((line, self.text.get(line.start..line.end).unwrap_or("")))
    }

    /// A collection or scalar whose lines stand at this indent.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (_, content) = self.peek().filter(|(line, _)| line.indent == indent)?;
        if content == "-" || content.starts_with("- ") {
            return Some(self.list(indent, depth));
        }
        if key(content).is_some() {
            return Some(self.map(indent, depth));
        }
        let (line, _) = self.peek()?;
        self.next += 1;
        Some(self.inline(line.start, line.end, indent, depth))
    }

    fn list(&mut self, indent: usize, depth: usize) -> Node {
        let mut items = Vec::new();
        while let Some((line, content)) = self.peek().filter(|(line, _)| line.indent == indent) {
            let Some(rest) =
                content.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' '))
            else {
                break;
            };
            let inner = rest.trim_start();
            if inner.is_empty() {
                self.next += 1;
                items.extend(self.deeper(indent, depth));
                continue;
            }
            // What stands behind the dash is a line of its own, further in.
            let shift = content.len() - inner.len();
            if let Some(current) = self.lines.get_mut(self.next) {
                *current = Line { start: line.start + shift, end: line.end, indent: indent + shift };
            }
            let before = self.next;
            items.extend(self.block(indent + shift, depth + 1));
            if self.next == before {
                self.next += 1;
            }
        }
        Node::List(items)
    }

    fn map(&mut self, indent: usize, depth: usize) -> Node {
        let mut pairs = Vec::new();
        while let Some((line, content)) = self.peek().filter(|(line, _)| line.indent == indent) {
            let Some((name, at)) = key(content) else { break };
            self.next += 1;
            let start = line.start + at;
            let rest = self.text.get(start..line.end).unwrap_or("");
            let skipped = rest.len() - rest.trim_start().len();
            let value = if uncommented(rest).trim().is_empty() {
                // A list may stand at the indent of its key.
                let same = self
                    .peek()
                    .is_some_and(|(next, content)| next.indent == indent && content.starts_with('-'));
                if same { Some(self.list(indent, depth + 1)) } else { self.deeper(indent, depth) }
            } else {
                Some(self.inline(start + skipped, line.end, indent, depth))
            };
            pairs.push((name, value.unwrap_or(Node::Scalar(Scalar::default()))));
        }
        Node::Map(pairs)
    }

    /// What stands further in on the next lines.
    fn deeper(&mut self, indent: usize, depth: usize) -> Option<Node> {
        let (line, _) = self.peek().filter(|(line, _)| line.indent > indent)?;
        let before = self.next;
        let node = self.block(line.indent, depth + 1);
        if self.next == before {
            self.next += 1;
        }
        node
    }

    /// A value that begins on a line: a flow collection, a quoted or plain scalar, the head of a block scalar.
    fn inline(&mut self, start: usize, end: usize, indent: usize, depth: usize) -> Node {
        let written = self.text.get(start..end).unwrap_or("");
        let first = written.chars().next().unwrap_or(' ');
        match first {
            '|' | '>' => self.block_scalar(end, indent),
            '{' | '[' => {
                let mut flow = Flow { text: self.text, at: start };
                let value = flow.value(depth);
                self.skip_to(flow.at);
                value.unwrap_or(Node::Scalar(Scalar::default()))
            }
            '"' | '\'' => {
                let mut flow = Flow { text: self.text, at: start };
                let scalar = flow.quoted(first);
                self.skip_to(flow.at);
                Node::Scalar(scalar)
            }
            _ => {
                let bare = uncommented(written).trim_end();
                // Lines further in carry it on.
                let mut last = start + bare.len();
                let mut text = bare.to_owned();
                while let Some((line, more)) = self.peek().filter(|(line, _)| line.indent > indent) {
                    self.next += 1;
                    text.push(' ');
                    text.push_str(more);
                    last = line.end;
                }
                Node::Scalar(Scalar { text, span: span(start, last), escaped: false })
            }
        }
    }

    fn block_scalar(&mut self, head: usize, indent: usize) -> Node {
        let start = self
            .text
            .get(head..)
            .and_then(|rest| rest.find('\n'))
            .map_or(self.text.len(), |at| head + at + 1);
        let mut end = start;
        let mut lines: Vec<&str> = Vec::new();
        for line in self.text.get(start..).unwrap_or("").split_inclusive('\n') {
            let bare = line.trim_end();
            let inner = bare.len() - bare.trim_start().len();
            if !bare.is_empty() && inner <= indent {
                break;
            }
            lines.push(bare);
            end += line.len();
        }
        self.skip_to(end);
        let least = lines
            .iter()
            .filter(|line| !line.is_empty())
            .map(|line| line.len() - line.trim_start().len())
            .min();
        let text: Vec<&str> = lines.iter().map(|line| line.get(least.unwrap_or(0)..).unwrap_or("")).collect();
        Node::Scalar(Scalar { text: text.join("\n"), span: span(start, end), escaped: false })
    }

    /// The lines that begin before a place are done.
    fn skip_to(&mut self, at: usize) {
        while self.lines.get(self.next).is_some_and(|line| line.start < at) {
            self.next += 1;
        }
    }
}

/// A key at the start of a line, and where what follows its colon begins.
fn key(content: &str) -> Option<(String, usize)> {
    let first = content.chars().next()?;
    if matches!(first, '"' | '\'') {
        let close = content.get(1..)?.find(first)? + 1;
        let rest = content.get(close + 1..)?;
        let colon = rest.trim_start().strip_prefix(':')?;
        return Some((content.get(1..close)?.to_owned(), content.len() - colon.len()));
    }
    if matches!(first, '{' | '[' | '|' | '>' | '#') {
        return None;
    }
    let at = content.find(": ").or_else(|| content.ends_with(':').then(|| content.len() - 1))?;
    Some((content.get(..at)?.trim().to_owned(), at + 1))
}

/// A line without the comment at its end.
fn uncommented(text: &str) -> &str {
    if text.trim_start().starts_with('#') {
        return "";
    }
    text.find(" #").and_then(|at| text.get(..at)).unwrap_or(text)
}

/// Flow collections, which JSON is.
struct Flow<'a> {
    text: &'a str,
    at: usize,
}

impl Flow<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn blanks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        self.at += rest.len() - rest.trim_start().len();
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.blanks();
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            '{' => {
                self.at += 1;
                let mut pairs = Vec::new();
                while let Some(next) = self.after_comma() {
                    if next == '}' {
                        self.at += 1;
                        break;
                    }
                    let name = self.atom(&[':', ',', '}', '\n'])?.text;
                    self.blanks();
                    if self.peek() == Some(':') {
                        self.at += 1;
                    }
                    pairs.push((name, self.value(depth + 1)?));
                }
                Some(Node::Map(pairs))
            }
            '[' => {
                self.at += 1;
                let mut items = Vec::new();
                while let Some(next) = self.after_comma() {
                    if next == ']' {
                        self.at += 1;
                        break;
                    }
                    items.push(self.value(depth + 1)?);
                }
                Some(Node::List(items))
            }
            _ => self.atom(&[',', '}', ']', '\n']).map(Node::Scalar),
        }
    }

    fn after_comma(&mut self) -> Option<char> {
        self.blanks();
        while self.peek() == Some(',') {
            self.at += 1;
            self.blanks();
        }
        self.peek()
    }

    fn atom(&mut self, ends: &[char]) -> Option<Scalar> {
        if let quote @ ('"' | '\'') = self.peek()? {
            return Some(self.quoted(quote));
        }
        let rest = self.text.get(self.at..)?;
        let length = rest.find(ends).unwrap_or(rest.len());
        let written = rest.get(..length)?;
        let start = self.at;
        self.at += length;
        // Nothing stands where something has to: the text is no YAML.
        (length > 0).then(|| Scalar {
            text: written.trim().to_owned(),
            span: span(start, start + written.trim_end().len()),
            escaped: false,
        })
    }

    fn quoted(&mut self, quote: char) -> Scalar {
        self.at += 1;
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.text.get(start..).unwrap_or("").char_indices().peekable();
        let mut end = self.text.len();
        while let Some((at, char)) = chars.next() {
            match char {
                '\\' if quote == '"' => {
                    if let Some((_, escaped)) = chars.next() {
                        text.push(match escaped {
                            'n' => '\n',
                            't' => '\t',
                            other => other,
                        });
                    }
                }
                '\'' if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    chars.next();
                    text.push('\'');
                }
                char if char == quote => {
                    end = start + at;
                    break;
                }
                char => text.push(char),
            }
        }
        self.at = (end + 1).min(self.text.len());
        Scalar { text, span: span(start, end), escaped: quote == '"' }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_becomes_flat() {
        let text = "# comment\nspring:\n  flyway:\n    locations: classpath:db/migration, classpath:x # both\n    out-of-order: 'true'\n    list:\n    - a\n    - b\n  empty:\nother: {a: 1, \"b\": [x, y]}\n";
        let flat = flat(text);
        let of = |key: &str| flat.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!(of("spring.flyway.locations"), Some("classpath:db/migration, classpath:x"));
        assert_eq!(of("spring.flyway.out-of-order"), Some("true"));
        assert_eq!(of("spring.flyway.list"), Some("a,b"));
        assert_eq!(of("other.b"), Some("x,y"));
    }

    #[test]
    fn scalars_have_their_place() {
        let text = "log:\n  - set:\n      id: 1\n      sql: |\n        create table a ();\n\n        -- b\n        select 1;\n      end: \"x\\ny\"\n  - set:\n      id: 2\n";
        let node = parse(text).unwrap();
        let items = node.get("log").unwrap().items();
        assert_eq!(items.len(), 2);
        let set = items[0].get("set").unwrap();
        let sql = set.scalar("sql").unwrap();
        assert_eq!(sql.text, "create table a ();\n\n-- b\nselect 1;");
        assert!(sql.span.of(text).starts_with("        create table"));
        assert_eq!(set.text("end"), Some("x\ny"));
        assert_eq!(items[1].get("set").unwrap().text("id"), Some("2"));
    }

    #[test]
    fn json_is_read_too_and_nonsense_ends() {
        let text = r#"{"a": [{"b": "c d", "e": true}, 2], "f": {}}"#;
        let node = parse(text).unwrap();
        assert_eq!(node.get("a").unwrap().items()[0].text("b"), Some("c d"));
        for text in ["{", "[[[[", "a: {b", "- - - -", ": :", "'", "\"", "a:\n  b\n c\nd: |", "{,,,}", "[\n]"]
        {
            let _ = parse(text);
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
        let _ = parse(&"- ".repeat(10_000));
    }
}
