//! The files of a Drizzle schema with the names that they declare.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::change::SourceFile;
use crate::embedded::lexer::Piece;
use crate::embedded::tree::{Call, Function, Kind, Link, Node, Seen, Step};
use crate::embedded::{self, Language};
use crate::text::decode;

/// How far names are followed to other names.
const DEPTH: usize = 12;
/// How many columns and parts of columns are looked at.
const FUEL: usize = 500_000;

/// A file, read.
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// What its outermost names stand for, in order.
    pub(super) names: Vec<(String, Bound)>,
}

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Bound {
    Value(Rc<Node>),
    Function(Rc<Function>),
}

/// All files, with their names.
pub(super) struct Tree<'a> {
    pub(super) files: Vec<File<'a>>,
    /// Where names are declared: file, and place in it.
    index: BTreeMap<String, Vec<(usize, usize)>>,
    /// What is left of the work that may be done: names that lead to names multiply.
    fuel: Cell<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(files: &[&'a SourceFile]) -> Tree<'a> {
        let mut tree = Tree { files: Vec::new(), index: BTreeMap::new(), fuel: Cell::new(FUEL) };
        for file in files {
            let Ok(text) = decode(&file.bytes) else { continue };
            let steps = embedded::steps(text, Language::Script);
            let names: Vec<(String, Bound)> = steps.into_iter().filter_map(bound).collect();
            let number = tree.files.len();
            for (place, (name, _)) in names.iter().enumerate() {
                tree.index.entry(name.clone()).or_default().push((number, place));
            }
            tree.files.push(File { path: &file.path, text, names });
        }
        tree
    }

    /// What a name stands for in a file: its own, or that of the file nearest to it. The file comes back.
    pub(super) fn find(&self, name: &str, from: usize) -> Option<(usize, &Bound)> {
        let known = self.index.get(name)?;
        let path = self.files.get(from).map_or("", |file| file.path);
        let near = |file: &usize| {
            let other = self.files.get(*file).map_or("", |file| file.path);
            let alike = path.split('/').zip(other.split('/')).take_while(|(one, two)| one == two).count();
            (*file == from, alike)
        };
        // Of many files with one name only so many are compared.
        let (file, place) = known.iter().take(64).max_by_key(|(file, _)| near(file))?;
        self.files.get(*file)?.names.get(*place).map(|(_, bound)| (*file, bound))
    }

    /// Takes fuel; false where there is no more.
    pub(super) fn burn(&self) -> bool {
        let left = self.fuel.get().saturating_sub(1);
        self.fuel.set(left);
        left > 0
    }

    /// The value of an expression in a file, names followed, and the file that it stands in.
    pub(super) fn seen<'n>(&self, node: &'n Node, from: usize) -> (usize, Seen<'n>) {
        let mut found = (from, Seen::Here(node));
        for _ in 0..DEPTH {
            let Kind::Name(name) = &found.1.kind else { break };
            match self.find(name, found.0) {
                Some((file, Bound::Value(value))) => found = (file, Seen::Named(Rc::clone(value))),
                _ => break,
            }
        }
        found
    }

    /// The text of an expression, names followed.
    pub(super) fn text(&self, node: &Node, from: usize) -> Option<String> {
        plain(&self.seen(node, from).1)
    }
}

fn bound(step: Step) -> Option<(String, Bound)> {
    match step {
        Step::Assign(name, value) if !name.is_empty() => Some(match &value.kind {
            Kind::Function(function) => (name, Bound::Function(Rc::clone(function))),
            _ => (name, Bound::Value(value)),
        }),
        Step::Function(function) => Some((function.name.clone(), Bound::Function(function))),
        _ => None,
    }
}

/// A call at the beginning of a chain: its name (the last before the brackets), what stands before it, its
/// arguments, the links behind it.
pub(super) struct Called<'n> {
    pub(super) object: Option<&'n str>,
    pub(super) name: &'n str,
    pub(super) call: &'n Call,
    pub(super) rest: &'n [Link],
}

/// The first call of a chain.
pub(super) fn called(node: &Node) -> Option<Called<'_>> {
    let Kind::Chain(root, links) = &node.kind else { return None };
    let Kind::Name(root) = &root.kind else { return None };
    let mut name = root.as_str();
    let mut object = None;
    for (at, link) in links.iter().enumerate() {
        match link {
            Link::Member(member, _) => {
                object = Some(name);
                name = member;
            }
            Link::Call(call) => {
                return Some(Called { object, name, call, rest: links.get(at + 1..).unwrap_or_default() });
            }
            Link::Index(_) | Link::Tag(..) => return None,
        }
    }
    None
}

/// The calls behind the first one: `.notNull().default(1)`.
pub(super) fn modifiers(links: &[Link]) -> Vec<(&str, Option<&Call>)> {
    let mut found: Vec<(&str, Option<&Call>)> = Vec::new();
    for link in links {
        match link {
            Link::Member(name, _) => found.push((name, None)),
            Link::Call(call) => {
                if let Some((_, own)) = found.last_mut() {
                    own.get_or_insert(call);
                }
            }
            Link::Index(_) | Link::Tag(..) => {}
        }
    }
    found
}

/// What a function returns, where that is all it does.
pub(super) fn returned(function: &Function) -> Option<&Node> {
    function.body.iter().rev().find_map(|step| match step {
        Step::Return(Some(node)) => Some(node),
        _ => None,
    })
}

/// A text without holes, or a number as it is written.
pub(super) fn plain(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => Some(text.text.as_str()),
                Piece::Hole(_) => None,
            })
            .collect(),
        Kind::Number(number) => Some(number.clone()),
        _ => None,
    }
}

/// `table.column`: both names.
pub(super) fn member(node: &Node) -> Option<(&str, &str)> {
    let Kind::Chain(root, links) = &node.kind else { return None };
    let Kind::Name(root) = &root.kind else { return None };
    match links.first()? {
        Link::Member(name, _) => Some((root, name)),
        Link::Index(index) => Some((root, index.word()?)),
        Link::Call(_) | Link::Tag(..) => None,
    }
}
