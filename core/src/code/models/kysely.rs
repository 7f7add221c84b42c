//! Kysely: `Kysely<Database>`, whose type names tables and their types. Types only: queries name what they name.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::naming::mikro_underscore;
use super::script::{Member, after_angles, members};
use super::source::{Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        super::is_script(path)
            && (text.contains("ysely")
                || (path.contains("database") || path.contains("/db") || path.contains("schema"))
                    && text.contains("interface "))
    },
    read,
};

const DEPTH: usize = 8;

/// An interface, or a type that is an object.
pub(super) struct Interface {
    pub(super) head: Span,
    /// Names of what it extends or is joined with.
    pub(super) bases: Vec<String>,
    pub(super) members: Vec<Member>,
    /// A part of it is more than names of others.
    pub(super) unknown: bool,
}

struct Tree<'a> {
    fuel: Fuel,
    interfaces: Vec<(&'a Source<'a>, String, Interface)>,
    names: Names<'a>,
    camel: bool,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    if !sources.iter().any(|source| source.text.contains("ysely")) {
        return;
    }
    let mut tree =
        Tree { fuel: Fuel::default(), interfaces: Vec::new(), names: Names::default(), camel: false };
    let mut roots: BTreeSet<String> = BTreeSet::new();
    for source in &sources {
        tree.camel |= source.text.contains("new CamelCasePlugin");
        for at in 0..source.all().end {
            if matches!(source.word(at), "Kysely" | "Transaction")
                && source.is(at + 1, "<")
                && source.is_word(at + 2)
                && source.is(at + 3, ">")
            {
                roots.insert(source.word(at + 2).to_owned());
            }
        }
        for (name, interface) in interfaces(source) {
            tree.names.add(&name, source.path, tree.interfaces.len());
            tree.interfaces.push((source, name, interface));
        }
    }
    let mut done: BTreeSet<usize> = BTreeSet::new();
    for (number, (_, name, _)) in tree.interfaces.iter().enumerate() {
        if roots.contains(name) {
            tree.root(number, 0, &mut done, models);
        }
    }
}

/// The interfaces of a file, and types that are written like one.
pub(super) fn interfaces(source: &Source<'_>) -> BTreeMap<String, Interface> {
    let mut found = BTreeMap::new();
    for keyword in 0..source.all().end {
        let is_type = source.is(keyword, "type");
        if !(is_type || source.is(keyword, "interface")) || !source.is_word(keyword + 1) {
            continue;
        }
        let mut interface = Interface {
            head: source.span(keyword).to(source.span(keyword + 1)),
            bases: Vec::new(),
            members: Vec::new(),
            unknown: false,
        };
        let mut at = keyword + 2;
        if source.is(at, "<") {
            at = after_angles(source, at);
        }
        let opening = if is_type { "=" } else { "extends" };
        let mut any = !is_type;
        if source.is(at, opening) {
            any = true;
            at += 1;
            // `A & B & { … }`, `Omit<A, "x">`
            while let Some(next) = base(source, at, &mut interface) {
                at = next;
                if !matches!(source.word(at), "&" | ",") {
                    break;
                }
                at += 1;
            }
        }
        if any && source.is_open(at, b'{') {
            interface.members = members(source, source.inside(at));
            interface.unknown |= matches!(source.word(source.after(at)), "&" | "|");
        } else if interface.bases.is_empty() {
            continue;
        }
        found.insert(source.word(keyword + 1).to_owned(), interface);
    }
    found
}

fn base(source: &Source<'_>, at: usize, interface: &mut Interface) -> Option<usize> {
    if !source.is_word(at) {
        return None;
    }
    let mut next = at + 1;
    if source.is(next, "<") {
        let end = after_angles(source, next);
        if matches!(source.word(at), "Omit" | "Pick" | "Readonly" | "Partial") && source.is_word(next + 1) {
            interface.bases.push(source.word(next + 1).to_owned());
        }
        interface.unknown |= !matches!(source.word(at), "Readonly" | "Partial");
        next = end;
    } else {
        interface.bases.push(source.word(at).to_owned());
    }
    Some(next)
}

impl Tree<'_> {
    /// The tables of an interface that lists them.
    fn root(&self, number: usize, depth: usize, done: &mut BTreeSet<usize>, models: &mut Models) {
        let Some((source, _, interface)) = self.interfaces.get(number) else { return };
        if depth > DEPTH || !done.insert(number) {
            return;
        }
        for base in &interface.bases {
            if let Some(base) = self.names.find(base, source.path) {
                self.root(base, depth + 1, done, models);
            }
        }
        for member in &interface.members {
            let mut table = Table::dotted(&member.name);
            table.name = self.name(&table.name);
            if let Some(inner) = source.object(member.kind) {
                let mut fields = Fields::default();
                self.add(&members(source, inner), &mut fields, None);
                Self::push(source, member.span, &member.name, table, fields, models);
                continue;
            }
            let kind = source.last_name(member.kind);
            let Some(rows) = self.names.find(kind, source.path) else { continue };
            let Some((home, name, interface)) = self.interfaces.get(rows) else { continue };
            let mut fields = Fields::default();
            self.rows(rows, 0, None, &mut fields);
            Self::push(home, interface.head, name, table, fields, models);
        }
    }

    fn push(source: &Source<'_>, span: Span, name: &str, table: Table, fields: Fields, models: &mut Models) {
        let mut model = fields.model("kysely", source.path, span, name, table);
        model.names_every_column = false;
        models.models.push(model);
    }

    fn rows(&self, number: usize, depth: usize, place: Option<Span>, fields: &mut Fields) {
        let Some((source, _, interface)) = self.interfaces.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(interface.members.len()) {
            fields.unknown = true;
            return;
        }
        fields.unknown |= interface.unknown;
        for base in &interface.bases {
            match self.names.find(base, source.path).filter(|base| *base != number) {
                Some(base) => {
                    let elsewhere =
                        self.interfaces.get(base).is_none_or(|(other, ..)| other.path != source.path);
                    self.rows(base, depth + 1, place.or(elsewhere.then_some(interface.head)), fields);
                }
                None => fields.unknown = true,
            }
        }
        self.add(&interface.members, fields, place);
    }

    fn add(&self, members: &[Member], fields: &mut Fields, place: Option<Span>) {
        for member in members {
            if member.name.is_empty() || member.name == "[" {
                fields.unknown = true;
            } else if !member.is_method {
                fields.add(&member.name, &self.name(&member.name), place.unwrap_or(member.span));
            }
        }
    }

    /// What the plugin makes of a name, where the tree uses it.
    fn name(&self, name: &str) -> String {
        if self.camel { mikro_underscore(name) } else { name.to_owned() }
    }
}

/// The tokens of a part that are strings.
pub(super) fn strings(source: &Source<'_>, part: Part) -> Vec<(String, Span)> {
    (part.start..part.end).filter_map(|at| Some((source.string(at)?.to_owned(), source.span(at)))).collect()
}
