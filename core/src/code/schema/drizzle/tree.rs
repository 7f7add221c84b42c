//! The files of a Drizzle schema with the names that they declare.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::change::SourceFile;
use crate::embedded::lexer::Piece;
use crate::embedded::tree::{Call, Function, Kind, Link, Node, Step};
use crate::embedded::{self, Language};
use crate::text::decode;

/// How far names are followed to other names.
const DEPTH: usize = 12;

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
}

impl<'a> Tree<'a> {
    pub(super) fn new(files: &[&'a SourceFile]) -> Tree<'a> {
        let mut tree = Tree { files: Vec::new(), index: BTreeMap::new() };
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

    /// The value of an expression in a file, names followed.
    pub(super) fn seen(&self, node: &Rc<Node>, from: usize) -> (usize, Rc<Node>) {
        let mut found = (from, Rc::clone(node));
        for _ in 0..DEPTH {
            let Kind::Name(name) = &found.1.kind else { break };
            match self.find(name, found.0) {
                Some((file, Bound::Value(value))) => found = (file, Rc::clone(value)),
                _ => break,
            }
        }
        found
    }

    /// What an expression of a call is: what is called, its arguments, and what follows it.
    pub(super) fn text(&self, node: &Node, from: usize) -> Option<String> {
        let (_, node) = self.seen(&Rc::new(node.clone()), from);
        plain(&node)
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
