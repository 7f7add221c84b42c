//! The fences of a rule's page, which are its tests, its proofs and its examples.
//!
//! A fence is a code block of a page whose info string begins with `sql setup`, `sql bad` or `sql good`.
//!
//! * `setup` is the schema (and a few rows) before the change. It holds for all fences after it, up to the next
//!   `setup`.
//! * `bad` is a change that the rule must find exactly once; `good` is one that it must be silent on.
//!
//! In a fence every statement commits by itself; `BEGIN` and `COMMIT` that are written count. A line
//! `-- next migration` ends one migration and begins the next. Attributes follow the kind, each `key`,
//! `key=value` or `key="value"`:
//!
//! | attribute | meaning |
//! |---|---|
//! | `claim="…"` | what PostgreSQL does for one statement of the fence: see below |
//! | `step=N` | which statement the claim is about, from 1, counted through the whole fence with `BEGIN`, `SET` and the like; the last where nothing is said |
//! | `pg=13..17`, `pg=18..`, `pg=14` | the versions on which the fence holds; all where nothing is said |
//! | `framework=id` | the migration tool that runs the fence's migrations, as far as it decides on transactions |
//! | `only` | of a `bad` fence: no other rule fires |
//!
//! A claim is one or more entries with `;` between them:
//!
//! | entry | meaning |
//! |---|---|
//! | `relation: Mode[, scan][, rewrite]` | the strongest lock that the statement itself takes on a relation that existed before it; whether it reads the whole of it, and whether it writes it anew (which is a scan too). Without the word it does not. |
//! | `build index` | it builds or rebuilds that index |
//! | `fails SQLSTATE` | it fails so, on a table with rows |
//! | `none` | it locks no table or view that existed before the fence, and stands alone |
//!
//! A claim is silent on relations that it does not name.
//!
//! A fence whose info string is `files bad` or `files good` is a change of a repository instead, for rules about the
//! history of migrations. A line `== before: PATH` begins a file that is there before and after it, a line `== PATH`
//! one that is only there after it, or is so after it. Files of code among them are the application's.

use crate::change::{Change, CodeTrees, SourceFile};
use crate::code::is_code;
use crate::postgres::{LockMode, Version};

/// A rule's page, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The first heading: the rule's id.
    pub title: String,
    /// The second-level headings, in order.
    pub sections: Vec<String>,
    /// The `bad` and `good` fences, in order.
    pub fences: Vec<Fence>,
    /// The fences that are changes of repositories, in order.
    pub changes: Vec<ChangeFence>,
}

/// A fence that is a change of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFence {
    /// The line of the page on which it opens, from 1.
    pub line: usize,
    /// It is a `bad` one.
    pub bad: bool,
    /// The files before it.
    pub base: Vec<SourceFile>,
    /// The files after it.
    pub head: Vec<SourceFile>,
}

impl ChangeFence {
    /// The change; files of code are its application's.
    pub fn change(&self) -> Change {
        let known = |files: &[SourceFile], file: &SourceFile| files.contains(file);
        let code = |files: &[SourceFile], wanted: &dyn Fn(&SourceFile) -> bool| -> Vec<SourceFile> {
            files.iter().filter(|file| is_code(&file.path) && wanted(file)).cloned().collect()
        };
        let trees = CodeTrees {
            same: code(&self.head, &|file| known(&self.base, file)),
            base: code(&self.base, &|file| !known(&self.head, file)),
            head: code(&self.head, &|file| !known(&self.base, file)),
            unread: Vec::new(),
        };
        let has_code = [&trees.same, &trees.base, &trees.head].iter().any(|files| !files.is_empty());
        Change {
            base: self.base.clone(),
            head: self.head.clone(),
            code: has_code.then_some(trees),
            ..Change::default()
        }
    }
}

/// A `bad` or `good` fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The line of the page on which it opens, from 1.
    pub line: usize,
    /// It is a `bad` one.
    pub bad: bool,
    /// The schema before it.
    pub setup: String,
    /// Its migrations, in order; at least one.
    pub migrations: Vec<String>,
    /// What PostgreSQL does; empty where nothing is claimed.
    pub claims: Vec<Claim>,
    /// Which statement the claim is about, from 1; none is the last.
    pub step: Option<usize>,
    /// The oldest and the newest version on which it holds.
    pub versions: (Version, Version),
    /// The migration tool.
    pub framework: Option<String>,
    /// No other rule fires.
    pub only: bool,
}

/// One entry of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A lock, and what is done to the relation.
    Lock {
        /// The relation, as reports name it.
        relation: String,
        /// The strongest mode.
        mode: LockMode,
        /// It is read whole (or written anew).
        scan: bool,
        /// It is written anew.
        rewrite: bool,
    },
    /// An index is built or rebuilt.
    Build(String),
    /// It fails with this SQLSTATE.
    Fails(String),
    /// No table or view that existed before is locked.
    Nothing,
}

/// What is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub message: String,
}

impl Fence {
    /// The versions on which it holds, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = Version> + use<> {
        let (oldest, newest) = self.versions;
        Version::all().filter(move |version| (oldest..=newest).contains(version))
    }
}

/// Reads a page.
pub fn parse(text: &str) -> Result<Page, PageFault> {
    let mut page = Page::default();
    let mut setup = String::new();
    let mut open: Option<Open> = None;
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        match &mut open {
            Some(block) if line.trim_end() == "```" => {
                block.close(&mut page, &mut setup)?;
                open = None;
            }
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => match line.strip_prefix("```") {
                Some(info) => open = Some(Open { line: number, info: info.to_owned(), text: String::new() }),
                None => heading(line, &mut page),
            },
        }
    }
    match open {
        Some(block) => Err(block.fault("the fence is never closed")),
        None => Ok(page),
    }
}

fn heading(line: &str, page: &mut Page) {
    if let Some(section) = line.strip_prefix("## ") {
        page.sections.push(section.trim().to_owned());
    } else if let Some(title) = line.strip_prefix("# ")
        && page.title.is_empty()
    {
        title.trim().clone_into(&mut page.title);
    }
}

/// A code block that is being read.
struct Open {
    line: usize,
    info: String,
    text: String,
}

impl Open {
    fn fault(&self, message: impl Into<String>) -> PageFault {
        PageFault { line: self.line, message: message.into() }
    }

    fn close(&self, page: &mut Page, setup: &mut String) -> Result<(), PageFault> {
        let words =
            words(&self.info).ok_or_else(|| self.fault("a quote in the info string is never closed"))?;
        let mut words = words.into_iter();
        match words.next().as_deref() {
            Some("sql") => {}
            Some("files") => {
                let bad = match words.next().as_deref() {
                    Some("bad") => true,
                    Some("good") => false,
                    _ => return Err(self.fault("`files` is followed by `bad` or `good`")),
                };
                page.changes.push(files(&self.text, self.line, bad));
                return Ok(());
            }
            _ => return Ok(()),
        }
        let bad = match words.next().as_deref() {
            None => return Ok(()),
            Some("setup") => {
                setup.clone_from(&self.text);
                return Ok(());
            }
            Some("bad") => true,
            Some("good") => false,
            Some(other) => return Err(self.fault(format!("`{other}` is no kind of fence"))),
        };
        let mut fence = Fence {
            line: self.line,
            bad,
            setup: setup.clone(),
            migrations: migrations(&self.text),
            claims: Vec::new(),
            step: None,
            versions: (Version::OLDEST, Version::NEWEST),
            framework: None,
            only: false,
        };
        for word in words {
            let (key, value) = word.split_once('=').unwrap_or((&word, ""));
            match key {
                "claim" => fence.claims = claims(value).map_err(|message| self.fault(message))?,
                "step" => {
                    let step = value.parse().ok().filter(|step| *step > 0);
                    fence.step = Some(step.ok_or_else(|| self.fault("`step` takes a number from 1"))?);
                }
                "pg" => {
                    fence.versions =
                        versions(value).ok_or_else(|| self.fault("`pg` takes `13..17`, `18..` or `14`"))?;
                }
                "framework" => fence.framework = Some(value.to_owned()),
                "only" => fence.only = true,
                other => return Err(self.fault(format!("`{other}` is no attribute of a fence"))),
            }
        }
        page.fences.push(fence);
        Ok(())
    }
}

fn files(text: &str, line: usize, bad: bool) -> ChangeFence {
    let mut fence = ChangeFence { line, bad, ..ChangeFence::default() };
    for file in format!("\n{text}").split("\n== ").skip(1) {
        let (path, content) = file.split_once('\n').unwrap_or((file, ""));
        let content = if content.is_empty() || content.ends_with('\n') {
            content.to_owned()
        } else {
            format!("{content}\n")
        };
        let (path, before) = match path.strip_prefix("before: ") {
            Some(path) => (path, true),
            None => (path, false),
        };
        let file = SourceFile::new(path.trim(), content);
        fence.head.retain(|known| known.path != file.path);
        if before {
            fence.base.push(file.clone());
        }
        fence.head.push(file);
    }
    fence
}

fn migrations(text: &str) -> Vec<String> {
    let mut migrations = vec![String::new()];
    for line in text.lines() {
        if line.trim() == "-- next migration" {
            migrations.push(String::new());
        } else if let Some(last) = migrations.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    migrations
}

/// The words of an info string; quotes are removed and what is between them is not split.
fn words(info: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for character in info.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            other => word.push(other),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    (!quoted).then_some(words)
}

fn versions(value: &str) -> Option<(Version, Version)> {
    let version = |text: &str| text.parse().ok().and_then(Version::new);
    match value.split_once("..") {
        Some((oldest, "")) => Some((version(oldest)?, Version::NEWEST)),
        Some((oldest, newest)) => Some((version(oldest)?, version(newest)?)),
        None => version(value).map(|only| (only, only)),
    }
}

fn claims(value: &str) -> Result<Vec<Claim>, String> {
    let claims: Vec<Claim> =
        value.split(';').map(|entry| claim(entry.trim())).collect::<Result<_, String>>()?;
    if claims.len() > 1 && claims.contains(&Claim::Nothing) {
        return Err("`none` stands alone in a claim".to_owned());
    }
    Ok(claims)
}

fn claim(entry: &str) -> Result<Claim, String> {
    if entry == "none" {
        return Ok(Claim::Nothing);
    }
    if let Some(index) = entry.strip_prefix("build ") {
        return Ok(Claim::Build(index.trim().to_owned()));
    }
    if let Some(state) = entry.strip_prefix("fails ") {
        let valid = state.len() == 5 && state.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        return if valid {
            Ok(Claim::Fails(state.to_owned()))
        } else {
            Err(format!("`{state}` is no SQLSTATE"))
        };
    }
    let Some((relation, rest)) = entry.split_once(':') else {
        return Err(format!("`{entry}` is no entry of a claim"));
    };
    let mut parts = rest.split(',').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let mode = LockMode::ALL.into_iter().find(|mode| mode.name() == name);
    let mode = mode.ok_or_else(|| format!("`{name}` is no lock mode"))?;
    let (mut scan, mut rewrite) = (false, false);
    for part in parts {
        match part {
            "scan" => scan = true,
            "rewrite" => (scan, rewrite) = (true, true),
            other => return Err(format!("`{other}` is neither `scan` nor `rewrite`")),
        }
    }
    Ok(Claim::Lock { relation: relation.trim().to_owned(), mode, scan, rewrite })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# set-not-null\n\n```sql setup\ncreate table users (id int);\n```\n## What\n\n\
        ```sql bad claim=\"users: AccessExclusiveLock, scan; build i\" only\nselect 1;\n```\n## Instead\n\
        ```sql good pg=14.. step=2 framework=prisma claim=none\na;\n-- next migration\nb;\n```\n";

    #[test]
    fn a_page_has_fences_with_their_setup() {
        let page = parse(PAGE).unwrap();
        assert_eq!(page.title, "set-not-null");
        assert_eq!(page.sections, ["What", "Instead"]);
        let [bad, good] = &page.fences[..] else { panic!("two fences") };
        assert!(bad.bad && bad.only && !good.bad);
        assert_eq!(bad.setup, "create table users (id int);\n");
        assert_eq!(bad.line, 8);
        let lock = Claim::Lock {
            relation: "users".to_owned(),
            mode: LockMode::AccessExclusive,
            scan: true,
            rewrite: false,
        };
        assert_eq!(bad.claims, [lock, Claim::Build("i".to_owned())]);
        assert_eq!(good.migrations, ["a;\n", "b;\n"]);
        assert_eq!((good.step, good.framework.as_deref()), (Some(2), Some("prisma")));
        assert_eq!(good.versions().map(Version::number).collect::<Vec<_>>(), [14, 15, 16, 17, 18]);
        assert_eq!(good.claims, [Claim::Nothing]);
    }

    #[test]
    fn faults_have_their_line() {
        let fault = |text: &str| parse(text).map_err(|fault| fault.line).unwrap_err();
        assert_eq!(fault("\n```sql bad\nselect 1;\n"), 2);
        assert_eq!(fault("```sql worse\n```\n"), 1);
        assert_eq!(fault("```sql bad claim=\"t: BigLock\"\n```\n"), 1);
        assert_eq!(fault("```sql bad pg=12\n```\n"), 1);
        assert_eq!(fault("```sql bad claim=\"none; build i\"\n```\n"), 1);
        assert_eq!(fault("```sql bad colour=red\n```\n"), 1);
    }

    #[test]
    fn other_code_is_left_alone() {
        assert_eq!(parse("```yaml\na: b\n```\n```sql\nselect 1;\n```\n").unwrap().fences, []);
    }
}
