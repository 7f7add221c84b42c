//! What backs that code uses something: where, how sure, and why.

use crate::text::Span;

/// How sure it is that a place uses what the change takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// The name stands there, and it is a rare one.
    Weak,
    /// It stands where things of that table are named.
    Medium,
    /// The ORM names it in its queries, or SQL does.
    Strong,
}

/// What kind of place it is; models decide what of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// Text of SQL names it.
    Sql,
    /// Code names it by a name that models may map.
    Name,
    /// The ORM's declaration.
    Model,
}

/// A place that uses something, in a file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    pub(super) strength: Strength,
    pub(super) way: Way,
    /// The name that is written there, in its plain form.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) why: String,
}

/// A place at which nobody can tell what is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    pub(super) span: Span,
    pub(super) why: String,
}

/// What one file says of one subject.
#[derive(Clone, Debug, Default)]
pub(super) struct FileUse {
    pub(super) evidence: Vec<Evidence>,
    pub(super) doubts: Vec<Doubt>,
    /// `SELECT *` of the table: it reads what is there.
    pub(super) stars: Vec<Span>,
    /// The table is named in it.
    pub(super) names_table: bool,
    /// SQL names the table in it.
    pub(super) queries_table: bool,
    /// The name is in it, outside of SQL that says whose it is.
    pub(super) has_name: bool,
}

/// A place in code, as reports show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// How sure.
    pub strength: Strength,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The line's text, without the blanks around it, cut where it is long.
    pub text: String,
    /// Why it counts, in words.
    pub why: String,
    /// It is the ORM's declaration.
    pub declared: bool,
}
