//! Flyway's configuration: `flyway.conf`, `flyway.toml`, and Spring's `application.properties` and `.yml`.

use std::collections::BTreeMap;

use crate::framework::search::Search;
use crate::framework::tree::{folder_of, join, name_of, relative, resolve, upward};
use crate::framework::yaml;

/// What Flyway is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// The configuration file; empty where there is none.
    pub(super) path: String,
    /// Places to look in, as written, without `classpath:` and `filesystem:`.
    pub(super) locations: Vec<String>,
    /// The prefixes of names, and what stands between version and description.
    pub(super) versioned: String,
    pub(super) undo: String,
    pub(super) repeatable: String,
    pub(super) baseline: String,
    pub(super) separator: String,
    pub(super) suffixes: Vec<String>,
    /// Signs around placeholders.
    pub(super) placeholder: (String, String),
    /// Placeholders are replaced.
    pub(super) replaces: bool,
    /// Placeholders that stand for the schema `public`.
    pub(super) public: Vec<String>,
    /// One transaction for all.
    pub(super) group: bool,
    /// A file may mix statements that run in a transaction with others.
    pub(super) mixed: bool,
    /// Late migrations are applied.
    pub(super) out_of_order: bool,
    /// `postgresql.transactional.lock` is off.
    pub(super) lock_is_off: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            path: String::new(),
            locations: Vec::new(),
            versioned: "V".to_owned(),
            undo: "U".to_owned(),
            repeatable: "R".to_owned(),
            baseline: "B".to_owned(),
            separator: "__".to_owned(),
            suffixes: vec![".sql".to_owned()],
            placeholder: ("${".to_owned(), "}".to_owned()),
            replaces: true,
            public: Vec::new(),
            group: false,
            mixed: false,
            out_of_order: false,
            lock_is_off: false,
        }
    }
}

/// Every configuration of a tree, by folder.
#[derive(Debug, Default)]
pub(super) struct All {
    by_folder: BTreeMap<String, Vec<Settings>>,
    usual: Settings,
}

/// How many configurations are asked about folders that they are not above.
const FEW: usize = 50;

/// Every configuration of a tree.
pub(super) fn all(search: &Search<'_>) -> All {
    let mut all = All::default();
    if !cfg!(feature = "settings") {
        return all;
    }
    for settings in search.tree.paths().filter_map(|path| read(search, path)) {
        all.by_folder.entry(folder_of(&settings.path).to_owned()).or_default().push(settings);
    }
    all
}

impl All {
    /// The configuration for a folder: one that names it, else the nearest above it, else the one that it has most of
    /// its path in common with.
    pub(super) fn nearest(&self, folder: &str) -> &Settings {
        let above = || upward(folder).filter_map(|above| self.by_folder.get(above)).flatten();
        let few = || self.by_folder.values().take(FEW).flatten();
        let common = |settings: &Settings| {
            let parts = folder_of(&settings.path).split('/').zip(folder.split('/'));
            parts.take_while(|(one, two)| one == two && !one.is_empty()).count()
        };
        above()
            .chain(few())
            .find(|settings| settings.names(folder).is_some())
            .or_else(|| above().next())
            // Of equal ones the first.
            .or_else(|| few().collect::<Vec<_>>().into_iter().rev().max_by_key(|settings| common(settings)))
            .unwrap_or(&self.usual)
    }

    /// The location that the configuration for a folder names and that holds it.
    pub(super) fn location(&self, folder: &str) -> Option<String> {
        self.nearest(folder).names(folder)
    }
}

impl Settings {
    /// The location of this configuration that holds a folder: `classpath:` means anywhere below a folder of
    /// resources, `filesystem:` a path from the folder of the configuration or above it.
    fn names(&self, folder: &str) -> Option<String> {
        let from = folder_of(&self.path);
        self.locations.iter().filter(|location| !location.is_empty()).find_map(|location| {
            let exact = upward(from).filter_map(|above| resolve(above, location));
            exact.into_iter().find(|exact| exact == folder || relative(folder, exact).is_some()).or_else(
                || {
                    let ends = |above: &&str| {
                        above
                            .strip_suffix(location.as_str())
                            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                    };
                    upward(folder).find(ends).map(str::to_owned)
                },
            )
        })
    }

    fn set(&mut self, key: &str, value: &str) {
        let on = value.eq_ignore_ascii_case("true");
        let text = value.to_owned();
        let plain: String =
            key.chars().filter(|char| !matches!(char, '-' | '_')).collect::<String>().to_ascii_lowercase();
        match plain.as_str() {
            "locations" => self.locations = value.split(',').map(place).collect(),
            "sqlmigrationprefix" => self.versioned = text,
            "undosqlmigrationprefix" => self.undo = text,
            "repeatablesqlmigrationprefix" => self.repeatable = text,
            "baselinemigrationprefix" => self.baseline = text,
            "sqlmigrationseparator" => self.separator = text,
            "sqlmigrationsuffixes" => {
                self.suffixes = value.split(',').map(|it| it.trim().to_owned()).collect();
            }
            "placeholderprefix" => self.placeholder.0 = text,
            "placeholdersuffix" => self.placeholder.1 = text,
            "placeholderreplacement" => self.replaces = on,
            "group" => self.group = on,
            "mixed" => self.mixed = on,
            "outoforder" => self.out_of_order = on,
            "postgresql.transactional.lock" | "postgresql.transactionallock" => self.lock_is_off = !on,
            _ => {
                if let Some((_, name)) = key.split_once("placeholders.").filter(|_| value == "public") {
                    self.public.push(name.to_owned());
                }
            }
        }
    }
}

/// A location as a path.
fn place(written: &str) -> String {
    let bare = written.trim().trim_matches(['"', '\'']);
    let bare = bare.strip_prefix("classpath:").or_else(|| bare.strip_prefix("filesystem:")).unwrap_or(bare);
    let bare = bare.split("/{vendor}").next().unwrap_or(bare);
    bare.trim_matches('/').strip_prefix("./").unwrap_or(bare.trim_matches('/')).to_owned()
}

fn read(search: &Search<'_>, path: &str) -> Option<Settings> {
    let name = name_of(path);
    let mut settings = Settings { path: path.to_owned(), ..Settings::default() };
    let pairs: Vec<(String, String)> = match name {
        "flyway.conf" | "flyway.properties" => lines(search.tree.text(path)?, "flyway."),
        "flyway.toml" | "flyway.user.toml" => tables(search.tree.text(path)?),
        _ if name.starts_with("application") => {
            let text = search.tree.text(path)?;
            if !text.contains("flyway") {
                return None;
            }
            match name.rsplit('.').next() {
                Some("properties") => lines(text, "spring.flyway."),
                Some("yml" | "yaml") => yaml::flat(text)
                    .into_iter()
                    .filter_map(|(key, value)| Some((key.strip_prefix("spring.flyway.")?.to_owned(), value)))
                    .collect(),
                _ => return None,
            }
        }
        _ => return None,
    };
    for (key, value) in pairs {
        settings.set(&key, &value);
    }
    // A `conf` folder beside the one with the migrations, as in Flyway's own layout.
    if settings.path == join(folder_of(path), name) && name_of(folder_of(path)) == "conf" {
        settings.path = join(folder_of(folder_of(path)), name);
    }
    Some(settings)
}

/// `prefix.key=value`, a line each.
fn lines(text: &str, prefix: &str) -> Vec<(String, String)> {
    let pair = |line: &str| {
        let (key, value) = line.trim().split_once('=')?;
        Some((key.trim().strip_prefix(prefix)?.to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

/// The table `flyway` and those below it.
fn tables(text: &str) -> Vec<(String, String)> {
    let mut table = String::new();
    let mut pairs = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            header.split(']').next().unwrap_or("").trim().clone_into(&mut table);
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let key =
                if table.is_empty() { key.trim().to_owned() } else { format!("{table}.{}", key.trim()) };
            let value = value.trim().trim_matches(['[', ']']).trim();
            let value: Vec<&str> = value.split(',').map(|it| it.trim().trim_matches(['"', '\''])).collect();
            pairs.extend(key.strip_prefix("flyway.").map(|key| (key.to_owned(), value.join(","))));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_from_all_of_its_files() {
        let toml = tables(
            "[flyway]\nlocations = [\"filesystem:db/sql\", 'classpath:x']\nmixed = true # yes\n[flyway.postgresql.transactional]\nlock = false\n",
        );
        assert_eq!(toml[0], ("locations".to_owned(), "filesystem:db/sql,classpath:x".to_owned()));
        let mut settings = Settings::default();
        for (key, value) in toml
            .iter()
            .chain(&lines("flyway.group=true\nspring.x=1\nflyway.placeholders.s=public", "flyway."))
        {
            settings.set(key, value);
        }
        assert_eq!(settings.locations, ["db/sql", "x"]);
        assert!(settings.group && settings.lock_is_off && settings.public == ["s"]);
    }
}
