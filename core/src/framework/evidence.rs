//! What a repository says of its migration tools outside of the migrations: what it depends on, which commands it
//! runs. Used where names and marks of the files fit several tools.

use super::tree::{Tree, folder_of, name_of, upward};

/// Manifests and scripts of a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence<'a> {
    /// Paths and texts, in the order of their folders.
    manifests: Vec<(&'a str, &'a str)>,
    scripts: Vec<(&'a str, &'a str)>,
}

/// Files that name dependencies.
const MANIFESTS: [&str; 12] = [
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "libs.versions.toml",
    "build.sbt",
    "project.clj",
    "deps.edn",
    "mix.exs",
    "pyproject.toml",
    "requirements.txt",
];

impl<'a> Evidence<'a> {
    /// Takes in the manifests and scripts of a tree.
    pub(super) fn new(tree: &Tree<'a>) -> Self {
        let mut evidence = Evidence::default();
        for path in tree.paths() {
            let manifest = MANIFESTS.contains(&name_of(path));
            if !manifest && !is_script(path) {
                continue;
            }
            let Some(text) = tree.text(path) else { continue };
            let list = if manifest { &mut evidence.manifests } else { &mut evidence.scripts };
            list.push((path, text));
        }
        evidence.manifests.sort_by_key(|(path, _)| folder_of(path));
        evidence
    }

    /// Whether any manifest depends on one of `names`.
    pub(super) fn depends(&self, names: &[&str]) -> bool {
        let mut lines = self.manifests.iter().flat_map(|(_, text)| text.lines());
        lines.any(|line| names.iter().any(|name| depends(line, name)))
    }

    /// The version behind the first of `names` in the nearest manifest above a folder that has one.
    pub(super) fn version(&self, folder: &str, names: &[&str]) -> Option<String> {
        let near = upward(folder).flat_map(|above| {
            let from = self.manifests.partition_point(|(at, _)| folder_of(at) < above);
            self.manifests.iter().skip(from).take_while(move |(at, _)| folder_of(at) == above)
        });
        near.flat_map(|(_, text)| text.lines())
            .filter(|line| names.iter().any(|name| depends(line, name)))
            .find_map(|line| version(line, names))
    }

    /// Whether a script or workflow says one of `words`.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        self.scripts.iter().any(|(_, text)| words.iter().any(|word| text.contains(word)))
    }

    /// A Rust project: it has a `Cargo.toml`, or its scripts speak of one.
    pub(super) fn is_rust(&self) -> bool {
        self.manifests.iter().any(|(path, _)| name_of(path) == "Cargo.toml") || self.says(&["Cargo.toml"])
    }
}

/// The version behind one of `names` in a line.
fn version(line: &str, names: &[&str]) -> Option<String> {
    let name = names.iter().find(|name| depends(line, name))?;
    let rest = line.get(line.find(name)? + name.len()..)?;
    let words = || {
        rest.split(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '+')))
            .map(|word| word.trim_start_matches('v'))
            .filter(|word| word.bytes().next().is_some_and(|byte| byte.is_ascii_digit()))
    };
    words().find(|word| word.contains('.')).or_else(|| words().next()).map(str::to_owned)
}

/// A dependency's name with nothing of a longer name around it; a line of `go.mod` that is there for another's sake
/// says nothing.
fn depends(line: &str, name: &str) -> bool {
    let part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    let whole = |at: usize| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    };
    !line.contains("// indirect")
        && !line.trim_start().starts_with(['#', '/'])
        && line.match_indices(name).any(|(at, _)| whole(at))
}

/// A file that holds commands: scripts, make files, containers, workflows.
fn is_script(path: &str) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    let yaml = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    let ends = |ending: &str| name.strip_suffix(ending).is_some();
    matches!(name.as_str(), "makefile" | "justfile" | "procfile" | "package.json" | ".env.example")
        || [".sh", ".mk", ".dockerfile", ".env"].iter().any(|ending| ends(ending))
        || name.starts_with("dockerfile")
        || yaml.is_some_and(|stem| stem.contains("compose") || stem == "taskfile")
        || yaml.is_some() && path.starts_with(".github/workflows/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::SourceFile;

    #[test]
    fn dependencies_and_their_versions() {
        let files = [
            SourceFile::new(
                "Cargo.toml",
                "[dependencies]\nsqlx = { version = \"0.8.2\" }\n# diesel = \"2\"\n",
            ),
            SourceFile::new(
                "api/go.mod",
                "require (\n\tgithub.com/golang-migrate/migrate/v4 v4.17.0\n\tgithub.com/pressly/goose/v3 v3.1.0 // indirect\n)\n",
            ),
            SourceFile::new("Makefile", "up:\n\tmigrate -database ${DB}?x-multi-statement=true up\n"),
        ];
        let tree = Tree::new(&files);
        let evidence = Evidence::new(&tree);
        assert_eq!(evidence.version("db/x", &["sqlx"]).as_deref(), Some("0.8.2"));
        assert_eq!(
            evidence.version("api/db", &["github.com/golang-migrate/migrate"]).as_deref(),
            Some("4.17.0")
        );
        assert!(!evidence.depends(&["diesel"]) && !evidence.depends(&["github.com/pressly/goose"]));
        assert!(evidence.is_rust() && evidence.says(&["x-multi-statement=true"]));
        assert!(!depends("sqlx-cli = \"1\"", "sqlx"));
    }
}
