//! Versions of npm packages, from `package.json` and the lock files beside or above it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::locks::{self, Locked};
use super::tree::{Tree, folder_of, name_of, upward};

/// What a repository's `package.json` and lock files say, by folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Packages {
    manifests: BTreeMap<String, Manifest>,
    locks: BTreeMap<String, Vec<Locked>>,
    /// Ranges of pnpm's catalogs, by folder of `pnpm-workspace.yaml`.
    catalogs: BTreeMap<String, Vec<(String, String)>>,
}

#[derive(Clone, Debug, Default)]
struct Manifest {
    /// Names of packages it depends on in any way, with their ranges.
    ranges: BTreeMap<String, String>,
}

/// How well a package's version is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A lock file names it.
    Exactly(String),
    /// `package.json` gives a range.
    Range(String),
}

impl Known {
    /// As it is written.
    pub(super) fn text(&self) -> &str {
        match self {
            Known::Exactly(text) | Known::Range(text) => text,
        }
    }
}

impl Packages {
    /// Reads every `package.json` and lock file of a tree.
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut packages = Packages::default();
        for path in tree.paths() {
            let folder = folder_of(path).to_owned();
            let Some(text) = tree.text(path) else { continue };
            match name_of(path) {
                "package.json" => {
                    packages.manifests.insert(folder, manifest(text));
                }
                "pnpm-workspace.yaml" => {
                    packages.catalogs.insert(folder, locks::catalog(text));
                }
                name => {
                    if let Some(mut found) = locks::read(name, text) {
                        packages.locks.entry(folder).or_default().append(&mut found);
                    }
                }
            }
        }
        packages
    }

    /// The version of the first of `names` that a `package.json` in `folder` or above it depends on.
    pub(super) fn version(&self, folder: &str, names: &[&str]) -> Option<Known> {
        for above in upward(folder) {
            for name in names {
                let range = self.manifests.get(above).and_then(|manifest| manifest.ranges.get(*name));
                if let Some(range) = range {
                    return Some(
                        self.locked(above, name, range).unwrap_or_else(|| self.ranged(above, name, range)),
                    );
                }
            }
        }
        None
    }

    /// Whether the nearest `package.json` that depends on `of` also depends on `name`.
    pub(super) fn depends(&self, folder: &str, of: &str, name: &str) -> bool {
        upward(folder)
            .filter_map(|above| self.manifests.get(above))
            .find(|manifest| manifest.ranges.contains_key(of))
            .is_some_and(|manifest| manifest.ranges.contains_key(name))
    }

    fn locked(&self, folder: &str, name: &str, range: &str) -> Option<Known> {
        for above in upward(folder) {
            let Some(all) = self.locks.get(above) else { continue };
            let own = super::tree::relative(folder, above).unwrap_or("");
            let own = if folder == above { "" } else { own };
            let mut of_name = all.iter().filter(|locked| locked.name == name);
            let best = of_name
                .clone()
                .find(|locked| locked.user.as_deref() == Some(own) || locked.range.as_deref() == Some(range))
                .or_else(|| of_name.clone().find(|locked| locked.user.as_deref() == Some("")))
                .map(|locked| &locked.version)
                .or_else(|| {
                    let first = of_name.next()?;
                    of_name.all(|locked| locked.version == first.version).then_some(&first.version)
                });
            if let Some(version) = best {
                return Some(Known::Exactly(version.clone()));
            }
        }
        None
    }

    fn ranged(&self, folder: &str, name: &str, range: &str) -> Known {
        let range = if range.starts_with("catalog:") {
            upward(folder)
                .filter_map(|above| self.catalogs.get(above))
                .find_map(|catalog| catalog.iter().find(|(known, _)| known == name))
                .map_or(range, |(_, range)| range)
        } else {
            range
        };
        Known::Range(range.to_owned())
    }
}

fn manifest(text: &str) -> Manifest {
    let Ok(json) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return Manifest::default();
    };
    let mut ranges = BTreeMap::new();
    for kind in ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] {
        for (name, range) in json.get(kind).and_then(Value::as_object).into_iter().flatten() {
            if let Some(range) = range.as_str() {
                ranges.entry(name.clone()).or_insert_with(|| range.to_owned());
            }
        }
    }
    Manifest { ranges }
}

/// The lowest version of a range or version: `^7.4.1` is (7, 4). None where it is no number (`latest`, `*`).
pub(super) fn lowest(range: &str) -> Option<(u64, u64)> {
    let range = range.strip_prefix("npm:").unwrap_or(range);
    let digits = range.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
    if range.starts_with('<') || range.contains("||") {
        return None;
    }
    let mut parts = digits.split(['.', '-', '+', ' ']);
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

/// True where a range allows newer minor versions of the same major version (`^7.1.0`, `7`, `7.x`).
pub(super) fn floats(range: &str) -> bool {
    let bare = range.strip_prefix("npm:").unwrap_or(range);
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    bare.starts_with(['^', '>']) || bare.strip_suffix(".x").is_some() || whole(bare.trim_start_matches('~'))
}

/// True where a range allows newer major versions (`>=6`).
pub(super) fn floats_past_major(range: &str) -> bool {
    range.starts_with('>') && !range.contains('<')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::SourceFile;

    fn version(files: &[(&str, &str)], folder: &str) -> Option<Known> {
        let files: Vec<SourceFile> = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
        Packages::new(&Tree::new(&files)).version(folder, &["prisma", "@prisma/client"])
    }

    #[test]
    fn the_nearest_package_and_its_lock_count() {
        let root = ("package.json", r#"{"devDependencies":{"prisma":"^5.0.0"}}"#);
        let inner = ("apps/api/package.json", r#"{"dependencies":{"prisma":"^7.1.0"}}"#);
        assert_eq!(version(&[root, inner], "apps/api/prisma"), Some(Known::Range("^7.1.0".into())));
        assert_eq!(version(&[root, inner], "apps/web"), Some(Known::Range("^5.0.0".into())));
        let lock = (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\nimporters:\n\n  .:\n    devDependencies:\n      prisma:\n        specifier: ^5.0.0\n        \
             version: 5.22.0\n  apps/api:\n    dependencies:\n      prisma:\n        specifier: ^7.1.0\n        \
             version: 7.3.0(typescript@5.9.0)\npackages:\n",
        );
        assert_eq!(version(&[root, inner, lock], "apps/api/prisma"), Some(Known::Exactly("7.3.0".into())));
        assert_eq!(version(&[root, inner, lock], "prisma"), Some(Known::Exactly("5.22.0".into())));
    }

    #[test]
    fn catalogs_give_the_range() {
        let files = [
            ("pnpm-workspace.yaml", "packages:\n  - a\ncatalog:\n  prisma: ^7.5.0\n"),
            ("a/package.json", r#"{"dependencies":{"prisma":"catalog:"}}"#),
        ];
        assert_eq!(version(&files, "a"), Some(Known::Range("^7.5.0".into())));
    }

    #[test]
    fn ranges() {
        assert_eq!(lowest("^7.4.1"), Some((7, 4)));
        assert_eq!(lowest("8.0.0-rc.13"), Some((8, 0)));
        assert_eq!(lowest("~6"), Some((6, 0)));
        assert_eq!(lowest("latest"), None);
        assert!(floats("^7.1.0") && floats("7") && floats("7.x") && !floats("~7.3.0") && !floats("7.3.0"));
        assert!(floats_past_major(">=6") && !floats_past_major("^6"));
    }
}
