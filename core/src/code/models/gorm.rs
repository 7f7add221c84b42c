//! GORM (v2): structs of Go, named as its `NamingStrategy` names them, with `TableName()` and tags.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::inflection::Inflection;
use super::source::{Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader =
    Reader { looks: |path, text| path.ends_with(".go") && text.contains("gorm"), read };

const DEPTH: usize = 8;

/// Words that count as one in names, in the order in which GORM looks for them.
const INITIALISMS: [&str; 35] = [
    "API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "LHS",
    "QPS", "RAM", "RHS", "RPC", "SLA", "SMTP", "SSH", "TLS", "TTL", "UID", "UI", "UUID", "URI", "URL",
    "UTF8", "VM", "XML", "XSRF", "XSS", "", "",
];

/// Types that are kept in one column.
const PLAIN: [&str; 22] = [
    "string",
    "bool",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "byte",
    "rune",
    "Time",
    "UUID",
    "JSON",
    "DeletedAt",
    "RawMessage",
    "Decimal",
];

struct Struct {
    name: String,
    head: Span,
    fields: Vec<Line>,
}

/// A line of a struct.
struct Line {
    /// Empty where a struct is embedded.
    name: String,
    at: usize,
    kind: Part,
    tag: String,
}

struct Tree<'a> {
    fuel: Fuel,
    structs: Vec<(&'a Source<'a>, Struct)>,
    names: Names<'a>,
    /// By folder and type: what `TableName` returns; none where that is not a plain string.
    tables: BTreeMap<(String, String), Option<String>>,
    /// Named types that are no structs, by folder: kept in one column.
    plain: Names<'a>,
    /// Structs that others hold without a name.
    embedded: BTreeSet<String>,
    singular: bool,
    prefix: String,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    let mut tree = Tree {
        fuel: Fuel::default(),
        structs: Vec::new(),
        names: Names::default(),
        tables: BTreeMap::new(),
        plain: Names::default(),
        embedded: BTreeSet::new(),
        singular: false,
        prefix: String::new(),
    };
    for source in &sources {
        tree.learn(source);
    }
    for number in 0..tree.structs.len() {
        tree.model(number, models);
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl<'a> Tree<'a> {
    fn learn(&mut self, source: &'a Source<'a>) {
        for at in 0..source.all().end {
            match source.word(at) {
                "type"
                    if source.is_word(at + 1)
                        && source.is(at + 2, "struct")
                        && source.is_open(at + 3, b'{') =>
                {
                    let name = source.word(at + 1).to_owned();
                    self.names.add(&name, source.path, self.structs.len());
                    let head = source.span(at).to(source.span(at + 1));
                    let fields = lines(source, source.inside(at + 3));
                    for line in fields.iter().filter(|line| line.name.is_empty()) {
                        self.embedded.insert(last_type(source, line.kind).to_owned());
                    }
                    self.structs.push((source, Struct { name, head, fields }));
                }
                "type" if source.is_word(at + 1) && !source.is(at + 2, "interface") => {
                    self.plain.add(source.word(at + 1), source.path, at);
                }
                "TableName" if source.is(at.wrapping_sub(1), ")") && source.is(at + 1, "(") => {
                    // `func (u *User) TableName() string { return "users" }`
                    let owner = source.word(at.wrapping_sub(2));
                    let mut body = source.after(at + 1);
                    while !source.is_open(body, b'{') && source.is_word(body) {
                        body += 1;
                    }
                    let inner = source.inside(body);
                    let name = (source.is(inner.start, "return") && inner.end > inner.start)
                        .then(|| source.text_of(Part::new(inner.start + 1, inner.end)))
                        .flatten();
                    self.tables.insert((folder(source.path).to_owned(), owner.to_owned()), name);
                }
                "SingularTable" if source.is(at + 1, ":") => self.singular |= source.is(at + 2, "true"),
                "TablePrefix" if source.is(at + 1, ":") => {
                    source.string(at + 2).unwrap_or_default().clone_into(&mut self.prefix);
                }
                _ => {}
            }
        }
    }

    fn model(&self, number: usize, models: &mut Models) {
        let Some((source, found)) = self.structs.get(number) else { return };
        let named = self.tables.get(&(folder(source.path).to_owned(), found.name.clone()));
        let tagged = found.fields.iter().any(|line| tag_of(&line.tag).is_some());
        let base = found.fields.iter().any(|line| {
            line.name.is_empty() && source.path_of(line.kind).is_some_and(|path| path == "gorm.Model")
        });
        let embedded = named.is_none() && self.embedded.contains(&found.name);
        // Tags alone may stand on what others embed.
        if embedded || !(named.is_some() || base || tagged && self.has_key(number, 0)) {
            return;
        }
        let name = match named {
            Some(Some(name)) => Table::dotted(name),
            Some(None) => return,
            None => {
                let own = column_name(&found.name);
                let own = if self.singular { Some(own) } else { Inflection::default().plural(&own) };
                let Some(own) = own else { return };
                Table { schema: None, name: format!("{}{own}", self.prefix) }
            }
        };
        let mut fields = Fields::default();
        self.fields(number, "", 0, &mut fields, None);
        models.models.push(fields.model("gorm", source.path, found.head, &found.name, name));
    }

    /// A struct or what it embeds has a primary key.
    fn has_key(&self, number: usize, depth: usize) -> bool {
        let Some((source, found)) = self.structs.get(number) else { return false };
        found.fields.iter().any(|line| {
            let tag = tag_of(&line.tag).unwrap_or_default();
            let inner = || self.names.find(last_type(source, line.kind), source.path);
            line.name == "ID"
                || ["primarykey", "primary_key"].iter().any(|key| setting(tag, key).is_some())
                || line.name.is_empty()
                    && depth < DEPTH
                    && self.fuel.burn(1)
                    && inner().is_some_and(|inner| inner != number && self.has_key(inner, depth + 1))
        })
    }

    fn fields(&self, number: usize, prefix: &str, depth: usize, fields: &mut Fields, place: Option<Span>) {
        let Some((source, found)) = self.structs.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(found.fields.len()) {
            fields.unknown = true;
            return;
        }
        for line in &found.fields {
            let span = place.unwrap_or_else(|| source.span(line.at));
            let tag = tag_of(&line.tag).unwrap_or_default();
            if tag.split(';').any(|part| part.trim() == "-" || part.trim().starts_with("-:")) {
                continue;
            }
            let kind = last_type(source, line.kind);
            let embedded = setting(tag, "embedded").is_some();
            if line.name.is_empty() || embedded {
                if source.path_of(line.kind).is_some_and(|path| path == "gorm.Model") {
                    for (name, column) in [
                        ("ID", "id"),
                        ("CreatedAt", "created_at"),
                        ("UpdatedAt", "updated_at"),
                        ("DeletedAt", "deleted_at"),
                    ] {
                        fields.add(name, &format!("{prefix}{column}"), span);
                    }
                    continue;
                }
                let own = setting(tag, "embeddedprefix").unwrap_or_default();
                match self.names.find(kind, source.path).filter(|inner| *inner != number) {
                    Some(inner) => {
                        let mut embedded = Fields::default();
                        self.fields(inner, &format!("{prefix}{own}"), depth + 1, &mut embedded, Some(span));
                        fields.embed(embedded);
                    }
                    None => fields.unknown = true,
                }
                continue;
            }
            if !line.name.starts_with(char::is_uppercase) {
                continue;
            }
            if let Some(column) = setting(tag, "column") {
                fields.add(&line.name, &format!("{prefix}{column}"), span);
                continue;
            }
            let relation = ["foreignkey", "references", "many2many", "polymorphic", "joinforeignkey"]
                .iter()
                .any(|key| setting(tag, key).is_some());
            if relation {
                continue;
            }
            let kept =
                ["type", "serializer", "primarykey", "default", "size", "not null", "index", "uniqueindex"]
                    .iter()
                    .any(|key| setting(tag, key).is_some());
            let is_struct = self.names.find(kind, source.path).is_some();
            let many = source.is_open(line.kind.start, b'[') && !matches!(kind, "byte" | "uint8");
            if kept || PLAIN.contains(&kind) && !many || kind.starts_with("Null") {
                fields.add(&line.name, &format!("{prefix}{}", column_name(&line.name)), span);
            } else if is_struct {
                // Another model.
            } else if self.plain.find(kind, source.path).is_some() && !many {
                fields.add(&line.name, &format!("{prefix}{}", column_name(&line.name)), span);
            } else {
                fields.unknown = true;
            }
        }
    }
}

/// The lines of a struct.
fn lines(source: &Source<'_>, inside: Part) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = inside.start;
    while at < inside.end {
        let start = at;
        at = source.after(at);
        while at < inside.end && !source.begins_line(at) && !source.is(at, ";") {
            at = source.after(at);
        }
        let mut end = at;
        let mut tag = String::new();
        if end > start + 1
            && let Some(text) = source.string(end - 1)
        {
            text.clone_into(&mut tag);
            end -= 1;
        }
        if source.is(at, ";") {
            at += 1;
        }
        // `A, B int` has one type, `pkg.Base` and `*Base` no name.
        let mut names = vec![start];
        let mut kind = start + 1;
        while source.is(kind, ",") && source.is_word(kind + 1) {
            names.push(kind + 1);
            kind += 2;
        }
        if !source.is_word(start) || end <= kind || source.is(start + 1, ".") {
            let star = usize::from(source.is(start, "*"));
            lines.push(Line { name: String::new(), at: start, kind: Part::new(start + star, end), tag });
            continue;
        }
        for name in names {
            let (name, at) = (source.word(name).to_owned(), name);
            lines.push(Line { name, at, kind: Part::new(kind, end), tag: tag.clone() });
        }
    }
    lines
}

/// The last name of a type: `*time.Time` → `Time`.
fn last_type<'a>(source: &Source<'a>, kind: Part) -> &'a str {
    let word = (kind.start..kind.end).rev().find(|at| source.is_word(*at));
    word.map_or("", |at| source.word(at))
}

/// The part of a tag that is GORM's.
fn tag_of(tag: &str) -> Option<&str> {
    let rest = tag.split_once("gorm:\"")?.1;
    Some(rest.split_once('"').map_or(rest, |(tag, _)| tag))
}

/// The value of a setting of a tag; empty where it has none.
fn setting<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split(';').find_map(|part| {
        let (key, value) = part.split_once(':').unwrap_or((part, ""));
        key.trim().eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// `UserID` → `user_id`, as GORM does it letter by letter.
fn column_name(name: &str) -> String {
    let mut value = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let word = INITIALISMS.iter().find(|word| !word.is_empty() && rest.starts_with(**word));
        let length = word.map_or(first.len_utf8(), |word| word.len());
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match word {
            Some(_) => {
                value.push(first);
                value.push_str(&taken.get(1..).unwrap_or_default().to_ascii_lowercase());
            }
            None => value.push_str(taken),
        }
        rest = after;
    }
    let letters: Vec<char> = value.chars().collect();
    let mut snake = String::new();
    let is_large = |at: usize| letters.get(at).is_some_and(char::is_ascii_uppercase);
    let is_digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let is_bar = |at: usize| letters.get(at) == Some(&'_');
    for (at, letter) in letters.iter().enumerate() {
        let last = at + 1 == letters.len();
        let after_large = at > 0 && is_large(at - 1);
        let divides = if last {
            !after_large && letters.len() > 1
        } else {
            !(after_large && (is_large(at + 1) || is_digit(at + 1)))
                && at > 0
                && !is_bar(at - 1)
                && !is_bar(at + 1)
        };
        if letter.is_ascii_uppercase() && divides {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
