//! What platforms run, and when: one file per kind of file, one line here.

mod compose;
mod docker;
mod gitlab;
mod heroku;
mod kubernetes;
mod package_json;
mod platforms;
mod spring;
mod workflows;

use super::follow::Start;
use super::model::{Instances, Phase, Run};
use crate::framework::tree::{Tree, name_of};
use crate::framework::yaml::{Node, Scalar};
use crate::text::Span;

use super::shell::{self, Simple, Word};

/// A reader of one kind of file. It looks at the path, and at the text where the path fits.
type Reader = fn(&Source<'_, '_>) -> Vec<Start>;

/// A file as readers see it.
pub(super) struct Source<'a, 'f> {
    pub(super) path: &'a str,
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree<'f>,
}

/// The readers. What is started by a platform comes before scripts that only may be.
const READERS: [Reader; 9] = [
    heroku::read,
    platforms::read,
    kubernetes::read,
    compose::read,
    docker::read,
    workflows::read,
    gitlab::read,
    spring::read,
    package_json::read,
];

/// Everything that is started, platforms first.
pub(super) fn starts(tree: &Tree<'_>) -> Vec<Start> {
    let mut found = Vec::new();
    for reader in READERS {
        for path in tree.paths() {
            if !may_tell(path) {
                continue;
            }
            let Some(text) = tree.text(path) else { continue };
            found.extend(reader(&Source { path, name: name_of(path), text, tree }));
        }
    }
    found
}

/// A quick look at a path: whether the file may say what is run.
fn may_tell(path: &str) -> bool {
    let name = name_of(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "yml" | "yaml" | "json" | "toml" | "properties" | "sh" | "dockerfile" | "tpl")
        || name.contains("ockerfile")
        || name.contains("ontainerfile")
        || name.contains("Procfile")
        || name.contains("entrypoint")
}

/// How many instances there are, where that stands in another file than what they run.
pub(super) fn count_instances(tree: &Tree<'_>, runs: &mut [Run]) {
    if !runs.iter().any(|run| run.phase == Phase::StartUp && run.instances == Instances::Unknown) {
        return;
    }
    let Some(told) = kubernetes::several(tree).or_else(|| platforms::several(tree)) else { return };
    for run in runs.iter_mut() {
        if run.phase == Phase::StartUp && run.instances == Instances::Unknown && !run.development {
            run.instances = Instances::Several(told.clone());
        }
    }
}

/// A start of a scalar that is a line of a shell.
fn shell_of(source: &Source<'_, '_>, scalar: &Scalar, phase: Phase) -> Start {
    // A block's lines are read where they stand.
    let written = scalar.span.of(source.text);
    let text = if scalar.escaped { super::scripts::plain(written) } else { written.to_owned() };
    Start::shell(source.path, scalar.span, &text, phase)
}

/// What a list or a scalar of a container's command says.
fn command(source: &Source<'_, '_>, node: &Node) -> Option<(Span, Vec<Simple>)> {
    match node {
        Node::Scalar(scalar) if !scalar.text.is_empty() => {
            let start = shell_of(source, scalar, Phase::Job);
            Some((scalar.span, start.commands))
        }
        Node::List(items) => {
            let words = words(items);
            let (first, last) = (words.first()?, words.last()?);
            let span = first.span.to(last.span);
            Some((span, vec![shell::of_words(words)]))
        }
        _ => None,
    }
}

/// The scalars of a list, as words.
fn words(items: &[Node]) -> Vec<Word> {
    items
        .iter()
        .filter_map(|item| match item {
            Node::Scalar(scalar) => Some(Word { text: scalar.text.clone(), span: scalar.span }),
            _ => None,
        })
        .collect()
}

/// `environment:` and `env:`, as a map, a list of `NAME=value` or a list of names and values.
fn variables(node: Option<&Node>) -> Vec<(String, String, Span)> {
    match node {
        Some(Node::Map(pairs)) => pairs
            .iter()
            .filter_map(|(name, value)| match value {
                Node::Scalar(scalar) => Some((name.clone(), scalar.text.clone(), scalar.span)),
                _ => None,
            })
            .collect(),
        Some(Node::List(items)) => items
            .iter()
            .filter_map(|item| match item {
                Node::Scalar(scalar) => {
                    let (name, value) = scalar.text.split_once('=')?;
                    Some((name.to_owned(), value.to_owned(), scalar.span))
                }
                Node::Map(_) => {
                    let value = item.scalar("value")?;
                    let name = item.text("name").or_else(|| item.text("key"))?;
                    Some((name.to_owned(), value.text.clone(), value.span))
                }
                Node::List(_) => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A number that a key gives.
fn number(node: &Node, key: &str) -> Option<u32> {
    node.text(key).and_then(|text| text.trim().parse().ok())
}

/// Instances by their number, with where it stands in words.
fn counted(count: Option<u32>, words: &str) -> Instances {
    match count {
        Some(0 | 1) => Instances::One,
        Some(count) => Instances::Several(format!("{words} {count}.")),
        None => Instances::Unknown,
    }
}
