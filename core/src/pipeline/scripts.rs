//! Scripts that other scripts call by name: those of `package.json`, targets of make files, tasks.

use std::collections::BTreeMap;

use crate::framework::tree::{Tree, folder_of, name_of, relative, upward};
use crate::framework::yaml::{self, Node};
use crate::text::Span;

/// A script with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) path: String,
    /// Where its text stands, without quotes.
    pub(super) span: Span,
    /// Its text, each byte in its place.
    pub(super) text: String,
}

/// A package of a repository.
#[derive(Clone, Debug, Default)]
struct Package {
    folder: String,
    name: String,
    scripts: BTreeMap<String, Script>,
}

/// All scripts of a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Scripts {
    packages: Vec<Package>,
    /// Targets of make files, tasks and recipes, by their name.
    targets: Vec<(String, Script)>,
}

/// The most targets that are kept of a repository.
const MOST_TARGETS: usize = 5_000;

impl Scripts {
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut scripts = Scripts::default();
        for path in tree.paths() {
            let name = name_of(path);
            let lower = name.to_ascii_lowercase();
            let full = scripts.targets.len() > MOST_TARGETS;
            if name == "package.json" {
                scripts.packages.extend(tree.text(path).and_then(|text| package(path, text)));
            } else if full {
                // Targets beyond that are not followed.
            } else if matches!(lower.as_str(), "makefile" | "gnumakefile" | "justfile")
                || lower.ends_with(".mk")
            {
                scripts.targets.extend(tree.text(path).into_iter().flat_map(|text| targets(path, text)));
            } else if matches!(lower.as_str(), "taskfile.yml" | "taskfile.yaml") {
                scripts.targets.extend(tree.text(path).into_iter().flat_map(|text| tasks(path, text)));
            }
        }
        scripts
    }

    /// The script of that name of the package that is meant where `folder` is the current one: the named package, the
    /// nearest one above, one whose folder ends as the current one does, or else the only one that has the script.
    pub(super) fn named(&self, name: &str, folder: &str, package: Option<&str>) -> Option<&Script> {
        if let Some(wanted) = package {
            let bare = wanted.trim_start_matches("./").trim_end_matches("...").trim_end_matches('/');
            let fits = |package: &&Package| {
                package.name == bare
                    || package.folder == bare
                    || package.name.rsplit('/').next() == Some(bare)
                    || relative(bare, folder).is_some_and(|inner| inner == package.folder)
            };
            return self.packages.iter().find(fits).and_then(|package| package.scripts.get(name));
        }
        let at = |wanted: &str| {
            self.packages.iter().find(|it| it.folder == wanted).and_then(|it| it.scripts.get(name))
        };
        let near = upward(folder).filter(|above| !above.is_empty()).find_map(at);
        let with = || self.packages.iter().filter(|package| package.scripts.contains_key(name));
        let ends = |package: &&Package| {
            !package.folder.is_empty()
                && (folder == package.folder || folder.ends_with(&format!("/{}", package.folder)))
        };
        near.or_else(|| with().find(ends).and_then(|package| package.scripts.get(name)))
            .or_else(|| at(""))
            .or_else(|| {
                let mut all = with();
                let only = all.next()?;
                all.next().is_none().then(|| only.scripts.get(name)).flatten()
            })
    }

    /// All packages' scripts of that name, which is what a runner for the whole repository calls.
    pub(super) fn everywhere(&self, name: &str) -> impl Iterator<Item = &Script> {
        self.packages.iter().filter_map(move |package| package.scripts.get(name))
    }

    /// The target of that name that is nearest to a folder.
    pub(super) fn target(&self, name: &str, folder: &str) -> Option<&Script> {
        let named = || self.targets.iter().filter(|(target, _)| target == name).map(|(_, script)| script);
        upward(folder)
            .find_map(|above| named().find(|script| folder_of(&script.path) == above))
            .or_else(|| named().next())
    }

    /// Every package's folder and scripts.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, Script>)> {
        self.packages.iter().map(|package| (package.folder.as_str(), &package.scripts))
    }
}

fn package(path: &str, text: &str) -> Option<Package> {
    let node = yaml::parse(text)?;
    let mut package = Package {
        folder: folder_of(path).to_owned(),
        name: node.text("name").unwrap_or_default().to_owned(),
        scripts: BTreeMap::new(),
    };
    if let Some(Node::Map(pairs)) = node.get("scripts") {
        for (name, value) in pairs {
            let Node::Scalar(scalar) = value else { continue };
            let script =
                Script { path: path.to_owned(), span: scalar.span, text: plain(scalar.span.of(text)) };
            package.scripts.insert(name.clone(), script);
        }
    }
    Some(package)
}

/// What stands in a JSON text, with its escapes undone, each byte in its place.
pub(super) fn plain(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'r') => out.push_str(" \n"),
            Some('t') => out.push_str("  "),
            Some(escaped @ ('"' | '/')) => {
                // The quote comes first, so that it stays at the word that it opens or closes.
                out.push(' ');
                out.push(escaped);
            }
            Some(escaped) => {
                out.push('\\');
                out.push(escaped);
            }
            None => out.push(' '),
        }
    }
    out
}

/// `name: needs`, then lines that are indented.
fn targets(path: &str, text: &str) -> Vec<(String, Script)> {
    let mut found: Vec<(String, Script)> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let (mut start, mut at) = (0, 0);
    let close = |open: &mut Vec<String>, found: &mut Vec<(String, Script)>, start: usize, end: usize| {
        let body = text.get(start..end).unwrap_or_default();
        // What make takes from the front of a line is no part of the command; `$$` is a dollar.
        let body = body.replace("\t@", "\t ").replace("\t-", "\t ").replace("    @", "     ");
        for name in open.drain(..) {
            let span = span(start, end);
            found.push((name, Script { path: path.to_owned(), span, text: body.clone() }));
        }
    };
    for line in text.split_inclusive('\n') {
        let here = at;
        at += line.len();
        if line.starts_with(['\t', ' ', '#', '\n', '\r']) {
            continue;
        }
        close(&mut open, &mut found, start, here);
        let Some((names, rest)) = line.split_once(':').filter(|(_, rest)| !rest.starts_with('=')) else {
            continue;
        };
        if names.contains(['=', '$', '"']) {
            continue;
        }
        open = names.split_whitespace().take(8).map(str::to_owned).collect();
        // `name: ; command`
        let inline = rest.find(';').map_or(line.len(), |at| names.len() + 1 + at + 1);
        start = here + inline;
    }
    close(&mut open, &mut found, start, text.len());
    found
}

/// `tasks: → name: → cmds:`
fn tasks(path: &str, text: &str) -> Vec<(String, Script)> {
    let Some(node) = yaml::parse(text) else { return Vec::new() };
    let Some(Node::Map(tasks)) = node.get("tasks") else { return Vec::new() };
    let mut found = Vec::new();
    for (name, task) in tasks {
        let body = task.get("cmds").or_else(|| task.get("cmd")).unwrap_or(task);
        let mut scalars = body.items().iter().filter_map(|item| match item {
            Node::Scalar(scalar) => Some(scalar.span),
            Node::Map(_) => item.scalar("cmd").map(|it| it.span),
            Node::List(_) => None,
        });
        let Some(first) = scalars.next() else { continue };
        let whole = scalars.fold(first, Span::to);
        // Between two commands there is only the dash of the list.
        let text = whole.of(text).replace("\n      - ", "\n        ").replace("|\n", " \n");
        found.push((name.clone(), Script { path: path.to_owned(), span: whole, text }));
    }
    found
}

pub(super) fn span(start: usize, end: usize) -> Span {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(place(start), place(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::SourceFile;

    #[test]
    fn scripts_keep_their_places() {
        let text = r#"{"name":"a","scripts":{"x":"echo \"a\" && b","y":"c"}}"#;
        let files = [SourceFile::new("p/package.json", text)];
        let scripts = Scripts::new(&Tree::new(&files));
        let script = scripts.named("x", "p/src", None).unwrap();
        assert_eq!(script.text, "echo  \"a \" && b");
        assert_eq!(script.span.of(text).len(), script.text.len());
        assert!(scripts.named("y", "", Some("a")).is_some() && scripts.named("z", "", None).is_none());
    }

    #[test]
    fn targets_of_make_files() {
        let text = "A := 1\n.PHONY: up\nup: x\n\t@migrate -path a up\n\techo\n\ndown:\n\tb\n";
        let found = targets("Makefile", text);
        let up = found.iter().find(|(name, _)| name == "up").unwrap();
        assert_eq!(up.1.text, "\t migrate -path a up\n\techo\n\n");
        assert!(found.iter().any(|(name, _)| name == "down"));
    }

    #[test]
    fn tasks_of_task_files() {
        let text = "tasks:\n  up:\n    cmds:\n      - a up\n      - b\n";
        let found = tasks("Taskfile.yml", text);
        assert_eq!(found[0].0, "up");
        assert_eq!(found[0].1.text, "a up\n        b");
    }
}
