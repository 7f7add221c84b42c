//! YAML → a policy, or everything that is wrong with it.

use std::collections::BTreeSet;

use super::fault::nearest;
use super::keys::{FOLDER_KEYS, KEYS, Key, OVERRIDE_KEYS};
use super::yaml::{self, Node, Turn};
use super::{FailOn, Fault, Override, Policy, Setting, Settings};
use crate::catalog::read_milliseconds;
use crate::framework::{self, Folder};
use crate::glob::Glob;
use crate::postgres::Version;
use crate::review::Severity;
use crate::rules::{self, Edition};
use crate::text::{Span, decode};

/// How many faults are told. Each costs another reading of the text.
const MOST_FAULTS: usize = 40;

/// The word for every rule that is not named.
pub(super) const ALL: &str = "all";

/// Reads `lockkeeper.yml`. What is wrong comes back all at once, in the order of the text.
pub fn read(bytes: &[u8]) -> Result<Policy, Vec<Fault>> {
    let text = decode(bytes).map_err(|fault| {
        let at = u32::try_from(fault.offset).unwrap_or(u32::MAX);
        vec![Fault { span: Span::new(at, at), message: fault.message, hint: None }]
    })?;
    let node = yaml::parse(text)
        .map_err(|broken| vec![Fault { span: broken.span, message: broken.message, hint: None }])?;
    let mut reader = Reader::default();
    let policy = reader.policy(&node);
    if reader.wrong.is_empty() {
        return Ok(policy);
    }
    let hidden = reader.wrong.len().saturating_sub(MOST_FAULTS);
    let mut faults: Vec<Fault> = reader
        .wrong
        .into_iter()
        .take(MOST_FAULTS)
        .map(|wrong| Fault { span: yaml::place(text, &wrong.path), message: wrong.message, hint: wrong.hint })
        .collect();
    faults.sort_by_key(|fault| fault.span);
    if let Some(last) = faults.last_mut().filter(|_| hidden > 0) {
        last.message = format!("{}; {hidden} more faults are not shown", last.message);
    }
    Err(faults)
}

#[derive(Default)]
struct Reader {
    path: Vec<Turn>,
    wrong: Vec<Wrong>,
}

struct Wrong {
    path: Vec<Turn>,
    message: String,
    hint: Option<String>,
}

impl Reader {
    fn policy(&mut self, node: &Node) -> Policy {
        let mut policy = Policy::default();
        self.map(node, KEYS, |reader, name, value| match name {
            "version" => reader.format(value),
            "postgres" => policy.version = reader.postgres(value).unwrap_or_default(),
            "framework" => policy.selection.framework = reader.framework(value).map(str::to_owned),
            "paths" => policy.selection.folders = reader.folders(value),
            "ignore" => policy.selection.ignore = reader.globs(value),
            "schema" => policy.files.schema = reader.texts(value, Reader::file),
            "stats" => policy.files.stats = reader.file(value),
            "lock_timeout" => policy.timeouts.lock = reader.duration(value),
            "statement_timeout" => policy.timeouts.statement = reader.duration(value),
            "hot_tables" => policy.hot_tables = reader.globs(value),
            "small_tables" => policy.small_tables = reader.globs(value),
            "rules" => policy.rules = reader.rules(value),
            "overrides" => policy.overrides = reader.overrides(value),
            "fail_on" => policy.fail_on = reader.fail_on(value).unwrap_or_default(),
            "edition" => policy.edition = reader.edition(value),
            "baseline" => policy.files.baseline = reader.file(value),
            _ => {}
        });
        policy
    }

    fn format(&mut self, node: &Node) {
        if *node != Node::Integer(1) {
            self.expected("1, the version of this file's format", node);
        }
    }

    fn postgres(&mut self, node: &Node) -> Option<Version> {
        let number = match node {
            Node::Integer(number) => u8::try_from(*number).ok(),
            _ => None,
        };
        let version = number.and_then(Version::new);
        if version.is_none() {
            let (oldest, newest) = (Version::OLDEST, Version::NEWEST);
            self.expected(&format!("a major version of PostgreSQL, {oldest} to {newest}"), node);
        }
        version
    }

    fn edition(&mut self, node: &Node) -> Option<Edition> {
        let number = match node {
            Node::Integer(number) => u16::try_from(*number).ok(),
            _ => None,
        };
        let edition = number.and_then(Edition::new);
        if edition.is_none() {
            let (first, newest) = (Edition::FIRST.number(), Edition::NEWEST.number());
            let known = if first == newest { first.to_string() } else { format!("{first} to {newest}") };
            self.expected(&format!("an edition that this version of Lockkeeper knows: {known}"), node);
        }
        edition
    }

    fn framework(&mut self, node: &Node) -> Option<&'static str> {
        let Node::Text(written) = node else {
            self.expected("the name of a migration tool", node);
            return None;
        };
        let found = framework::tool(written).map(|tool| tool.id);
        if found.is_none() {
            let known: Vec<&str> = framework::tools().iter().map(|tool| tool.id).collect();
            let names = framework::tools().iter().flat_map(|tool| tool.aliases.iter().copied());
            let near = self.nearest(written, known.iter().copied().chain(names));
            let hint = near.map_or_else(|| format!("known are {}", known.join(", ")), meant);
            self.fault(format!("there is no migration tool {}", shown(written)), Some(hint));
        }
        found
    }

    fn fail_on(&mut self, node: &Node) -> Option<FailOn> {
        let found = match node {
            Node::Text(word) => match word.as_str() {
                "error" => Some(FailOn::Error),
                "warning" => Some(FailOn::Warning),
                "never" => Some(FailOn::Never),
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            self.expected("`error`, `warning` or `never`", node);
        }
        found
    }

    fn duration(&mut self, node: &Node) -> Option<u64> {
        let found = match node {
            Node::Integer(number) => u64::try_from(*number).ok(),
            Node::Text(text) => read_milliseconds(text),
            _ => None,
        };
        match found {
            Some(0) => {
                let hint = "leave the key out where nothing sets it".to_owned();
                self.fault("0 switches the timeout off".to_owned(), Some(hint));
                None
            }
            Some(number) if number <= u64::from(i32::MAX.unsigned_abs()) => Some(number),
            _ => {
                self.expected("a length of time as PostgreSQL writes it: `5s`, `500ms`, `15min`", node);
                None
            }
        }
    }

    fn file(&mut self, node: &Node) -> Option<String> {
        let Node::Text(written) = node else {
            self.expected("the path of a file", node);
            return None;
        };
        let path = self.inside(written)?;
        if path.is_empty() {
            self.fault("this is a folder, not a file".to_owned(), None);
            return None;
        }
        Some(path)
    }

    /// A path that stays in the repository, from its root.
    fn inside(&mut self, written: &str) -> Option<String> {
        let parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let leaves = written.starts_with('/') || parts.contains(&"..") || written.contains(['\\', '\0']);
        if leaves || written.is_empty() {
            let hint = "write it from the root of the repository, with forward slashes".to_owned();
            self.fault(format!("{} is not a path inside the repository", shown(written)), Some(hint));
            return None;
        }
        Some(parts.join("/"))
    }

    fn folders(&mut self, node: &Node) -> Vec<Folder> {
        self.list(node, "a list of folders, each with `path`", |reader, item| {
            // A plain word is a folder without more to say of it.
            if let Node::Text(written) = item {
                return reader.inside(written).map(|path| Folder { path, framework: None });
            }
            let mut path = None;
            let mut framework = None;
            let mut written = false;
            reader.map(item, FOLDER_KEYS, |reader, name, value| match (name, value) {
                ("path", Node::Text(text)) => (path, written) = (reader.inside(text), true),
                ("path", other) => {
                    reader.expected("the path of a folder", other);
                    written = true;
                }
                _ => framework = reader.framework(value).map(str::to_owned),
            });
            if !written && matches!(item, Node::Map(_)) {
                reader.fault("`path` is missing here".to_owned(), None);
            }
            path.map(|path| Folder { path, framework })
        })
    }

    fn overrides(&mut self, node: &Node) -> Vec<Override> {
        self.list(node, "a list of overrides, each with `paths` or `tables`, and `rules`", |reader, item| {
            let mut read = Override::default();
            let mut has = BTreeSet::new();
            reader.map(item, OVERRIDE_KEYS, |reader, name, value| {
                has.insert(name);
                match name {
                    "paths" => read.paths = reader.globs(value),
                    "tables" => read.tables = reader.globs(value),
                    _ => read.rules = reader.rules(value),
                }
            });
            if matches!(item, Node::Map(_)) {
                if !has.contains("rules") {
                    reader.fault("`rules` is missing here: this overrides nothing".to_owned(), None);
                }
                if !has.contains("paths") && !has.contains("tables") {
                    let hint = "give `paths` or `tables`, or set it in `rules` for all of them".to_owned();
                    reader.fault("this says not where it holds".to_owned(), Some(hint));
                }
            }
            Some(read)
        })
    }

    fn rules(&mut self, node: &Node) -> Settings {
        let mut settings = Settings::default();
        let Node::Map(entries) = node else {
            if *node != Node::Null {
                self.expected("a map from rules to `off`, `info`, `warning` or `error`", node);
            }
            return settings;
        };
        let mut seen = BTreeSet::new();
        for (number, (key, value)) in entries.iter().enumerate() {
            let setting = self.at(Turn::Value(number), |reader| reader.setting(value));
            self.at(Turn::Key(number), |reader| {
                let Node::Text(name) = key else { return reader.expected("the id of a rule", key) };
                if name == ALL {
                    reader.once(&mut seen, ALL);
                    settings.all = setting;
                    return;
                }
                let Some(rule) = rules::resolve(name) else {
                    let near = reader.nearest(name, rules::all().iter().map(|rule| rule.id));
                    let hint = near.map_or_else(|| "`lockkeeper explain` lists them".to_owned(), meant);
                    return reader.fault(format!("there is no rule {}", shown(name)), Some(hint));
                };
                reader.once(&mut seen, rule.id);
                if let Some(setting) = setting {
                    settings.by_rule.insert(rule.id, setting);
                }
            });
        }
        settings
    }

    fn setting(&mut self, node: &Node) -> Option<Setting> {
        let found = match node {
            Node::Text(word) => match word.as_str() {
                "off" => Some(Setting::Off),
                "info" => Some(Setting::Severity(Severity::Info)),
                "warning" => Some(Setting::Severity(Severity::Warning)),
                "error" => Some(Setting::Severity(Severity::Error)),
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            self.expected("`off`, `info`, `warning` or `error`", node);
        }
        found
    }

    fn globs(&mut self, node: &Node) -> Vec<Glob> {
        self.texts(node, |reader, item| {
            let Node::Text(written) = item else {
                reader.expected("a pattern", item);
                return None;
            };
            Glob::new(written).map_err(|wrong| reader.fault(wrong.to_owned(), None)).ok()
        })
    }

    /// One text, or a list of them.
    fn texts<T>(&mut self, node: &Node, read: impl Fn(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        match node {
            Node::Text(_) => read(self, node).into_iter().collect(),
            _ => self.list(node, "a text or a list of texts", read),
        }
    }

    fn list<T>(&mut self, node: &Node, what: &str, read: impl Fn(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        match node {
            Node::List(items) => {
                let numbered = items.iter().enumerate();
                numbered
                    .filter_map(|(number, item)| self.at(Turn::Item(number), |reader| read(reader, item)))
                    .collect()
            }
            Node::Null => Vec::new(),
            _ => {
                self.expected(what, node);
                Vec::new()
            }
        }
    }

    /// The entries of a map whose keys are known.
    fn map(&mut self, node: &Node, keys: &[Key], mut read: impl FnMut(&mut Self, &'static str, &Node)) {
        let entries = match node {
            Node::Map(entries) => entries,
            Node::Null => return,
            _ => return self.expected("a map of keys and values", node),
        };
        let mut seen = BTreeSet::new();
        for (number, (key, value)) in entries.iter().enumerate() {
            let known = self.at(Turn::Key(number), |reader| {
                let found = match key {
                    Node::Text(name) => keys.iter().find(|key| key.name == name),
                    _ => None,
                };
                match found {
                    Some(key) => reader.once(&mut seen, key.name),
                    None => reader.unknown(key, keys),
                }
                found
            });
            if let Some(key) = known {
                self.at(Turn::Value(number), |reader| read(reader, key.name, value));
            }
        }
    }

    fn unknown(&mut self, key: &Node, keys: &[Key]) {
        let Node::Text(name) = key else { return self.expected("the name of a key", key) };
        let names = keys.iter().map(|key| key.name);
        let hint = match self.nearest(name, names.clone()) {
            Some(near) => meant(near),
            None => format!("known are {}", names.collect::<Vec<_>>().join(", ")),
        };
        self.fault(format!("there is no key {}", shown(name)), Some(hint));
    }

    fn once(&mut self, seen: &mut BTreeSet<&'static str>, name: &'static str) {
        if !seen.insert(name) {
            self.fault(format!("`{name}` is here twice"), None);
        }
    }

    /// Does something one step further down.
    fn at<T>(&mut self, turn: Turn, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(turn);
        let done = act(self);
        self.path.pop();
        done
    }

    fn expected(&mut self, what: &str, found: &Node) {
        let found = match found {
            Node::Null => "nothing".to_owned(),
            Node::Bool(value) => format!("`{value}`"),
            Node::Integer(number) => format!("`{number}`"),
            Node::Float(number) => format!("`{number}`"),
            Node::Text(text) if text.parse::<f64>().is_ok() => format!("the text {}, in quotes", shown(text)),
            Node::Text(text) => shown(text),
            Node::List(_) => "a list".to_owned(),
            Node::Map(_) => "a map".to_owned(),
        };
        self.fault(format!("this is {found}"), Some(format!("write {what}")));
    }

    /// The word that was probably meant. It takes its time, and is not looked for where the fault is not shown.
    fn nearest<'w>(&self, written: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
        if self.wrong.len() < MOST_FAULTS { nearest(written, known) } else { None }
    }

    fn fault(&mut self, message: String, hint: Option<String>) {
        self.wrong.push(Wrong { path: self.path.clone(), message, hint });
    }
}

fn meant(word: &str) -> String {
    format!("did you mean `{word}`?")
}

/// A written text as code, cut where it is long.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    rules::words::code(&cut)
}
