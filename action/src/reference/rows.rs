//! Statements by family, read from Markdown pages.
//!
//! A page is a family: a heading, an introduction, and groups under second-level headings. A group has text and code
//! blocks with statements: `sql page` for those that the public page shows, `sql proof` for odd ones that are only
//! proven. A row begins at the start of a line; lines that are indented continue it. Several statements in a row run
//! in one transaction. Lines before a row say more of it:
//!
//! | line | meaning |
//! |---|---|
//! | `-- with: SQL` | is run first, and kept; several such lines add up |
//! | `-- session: SQL` | settings of the session |
//! | `-- note: words` | words for the page |
//! | `-- differs: 13 14` | versions on which core is known to say something else than a server does |

use lockkeeper_core::postgres::Version;
use lockkeeper_core::postgres::reference::PAGES;
pub use lockkeeper_core::postgres::reference::SCHEMA;

/// A family of statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The file's name without its ending.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Text below it.
    pub introduction: String,
    /// Its groups, in order.
    pub groups: Vec<Group>,
}

/// Statements that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The second-level heading.
    pub title: String,
    /// Text below it.
    pub text: String,
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// One statement, or some in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line of the page on which it begins, from 1.
    pub line: usize,
    /// The public page shows it.
    pub shown: bool,
    /// What is run before it, and kept.
    pub with: String,
    /// Settings of the session.
    pub session: String,
    /// Words for the page.
    pub note: String,
    /// Versions on which core is known to say something else than a server does, separated by spaces.
    pub differs: String,
    /// The SQL, without a semicolon at its end.
    pub sql: String,
}

impl Row {
    /// Core is known to be wrong about it on that version.
    pub fn differs_on(&self, version: Version) -> bool {
        self.differs.split(' ').any(|number| number.parse() == Ok(version.number()))
    }
}

/// All pages, in the order in which they are shown.
///
/// # Errors
///
/// A page that can't be read: which one, the line, and what is wrong.
pub fn pages() -> Result<Vec<Page>, String> {
    let read = |(id, text): &(&str, &str)| parse(id, text).map_err(|fault| format!("{id}.md:{fault}"));
    PAGES.iter().map(read).collect()
}

/// Reads a page.
///
/// # Errors
///
/// The line and what is wrong with it.
pub fn parse(id: &str, text: &str) -> Result<Page, String> {
    let mut page = Page { id: id.to_owned(), ..Page::default() };
    let mut fence: Option<bool> = None;
    let mut next = Row::default();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if let Some(info) = line.strip_prefix("```") {
            fence = match (fence, info) {
                (None, "sql page") => Some(true),
                (None, "sql proof") => Some(false),
                (Some(_), "") => None,
                _ => return Err(format!("{number}: a code block is `sql page` or `sql proof`")),
            };
        } else if let Some(shown) = fence {
            let group = page.groups.last_mut().ok_or_else(|| format!("{number}: a row before any `##`"))?;
            row(group, &mut next, line, number, shown)?;
        } else if let Some(title) = line.strip_prefix("# ") {
            title.clone_into(&mut page.title);
        } else if let Some(title) = line.strip_prefix("## ") {
            page.groups.push(Group { title: title.to_owned(), ..Group::default() });
        } else {
            let words = page.groups.last_mut().map_or(&mut page.introduction, |group| &mut group.text);
            words.push_str(line);
            words.push('\n');
        }
    }
    for group in &mut page.groups {
        group.text = group.text.trim().into();
        for row in &mut group.rows {
            row.sql.truncate(row.sql.trim_end().trim_end_matches(';').len());
        }
    }
    page.introduction.truncate(page.introduction.trim_end().len());
    let blank = page.introduction.len() - page.introduction.trim_start().len();
    page.introduction.drain(..blank);
    Ok(page)
}

fn row(group: &mut Group, next: &mut Row, line: &str, number: usize, shown: bool) -> Result<(), String> {
    if line.is_empty() {
        return Ok(());
    }
    if line.starts_with(' ') {
        let last = group.rows.last_mut().ok_or_else(|| format!("{number}: nothing to continue"))?;
        last.sql.push('\n');
        last.sql.push_str(line.trim());
        return Ok(());
    }
    let Some(said) = line.strip_prefix("-- ") else {
        let row = Row { line: number, shown, sql: line.to_owned(), ..std::mem::take(next) };
        group.rows.push(row);
        return Ok(());
    };
    let (key, value) = said.split_once(": ").ok_or_else(|| format!("{number}: `-- key: value`"))?;
    let (field, end) = match key {
        "with" => (&mut next.with, ";\n"),
        "session" => (&mut next.session, ";\n"),
        "note" => (&mut next.note, ""),
        "differs" => (&mut next.differs, ""),
        _ => return Err(format!("{number}: `{key}` is no key of a row")),
    };
    field.push_str(value.trim_end_matches(';'));
    field.push_str(end);
    Ok(())
}
