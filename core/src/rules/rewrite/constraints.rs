//! Constraints: added without looking at old rows, validated later; unique ones by an index that is built
//! concurrently.

use super::{Rewrite, Step};
use crate::operation::{Action, Constraint, ConstraintKind, Identifier, IndexConstraint, Name};

const VALIDATE: &str = "It reads the whole table under a lock that lets reads and writes go on.";

impl<'a> Step<'a> {
    /// `ALTER TABLE t` with the words of this statement.
    pub(crate) fn alter_head(&self, table: &Name) -> String {
        let alter = self.alter_table();
        let exists = if alter.is_some_and(|alter| alter.if_exists) { "IF EXISTS " } else { "" };
        let only = if alter.is_some_and(|alter| alter.only) { "ONLY " } else { "" };
        self.sql(&format!("ALTER TABLE {exists}{only}{{}}"), &[&self.name_written(table)])
    }

    /// The constraint as `NOT VALID`, and its validation.
    pub(crate) fn not_valid(&self, table: &Name, constraint: &Constraint) -> Option<Rewrite<'a>> {
        let (columns, label) = made_of(constraint)?;
        let rewrite =
            self.rewrite("Add the constraint as NOT VALID, and validate it in a transaction of its own");
        let (rewrite, name) = if let Some(name) = &constraint.name {
            (rewrite, self.identifier_written(name))
        } else {
            let name = self.new_name(table, &columns, label)?;
            (rewrite.insert(constraint.span.start, self.sql("CONSTRAINT {} ", &[&name])), name)
        };
        Some(self.validated(rewrite.insert_words(constraint.span.end, " NOT VALID"), table, &name))
    }

    /// A constraint of a new column as one of its table, `NOT VALID`, and its validation.
    pub(crate) fn split_off(
        &self,
        table: &Name,
        column: &Identifier,
        constraint: &Constraint,
    ) -> Option<Rewrite<'a>> {
        let (columns, label) = made_of(constraint)?;
        let name = match &constraint.name {
            Some(name) => self.identifier_written(name),
            None => self.new_name(table, &columns, label)?,
        };
        let start = constraint.name.as_ref().map_or(constraint.span.start, |name| name.span.end);
        let body = self.written.of(crate::text::Span::new(start, constraint.span.end)).trim();
        let body = match constraint.kind {
            ConstraintKind::ForeignKey(_) => {
                self.sql("FOREIGN KEY ({}) {}", &[&self.identifier_written(column), body])
            }
            _ => body.to_owned(),
        };
        let add = self.sql("{} ADD CONSTRAINT {} {} NOT VALID", &[&self.alter_head(table), &name, &body]);
        let rewrite =
            self.rewrite("Add the constraint by itself, as NOT VALID").remove(self.with_blanks(constraint));
        Some(self.validated(rewrite.after(&add), table, &name))
    }

    /// A unique constraint of a new column by an index that is built concurrently.
    pub(crate) fn split_off_unique(
        &self,
        table: &Name,
        column: &Identifier,
        constraint: &Constraint,
    ) -> Option<Rewrite<'a>> {
        let ConstraintKind::Unique(unique) = &constraint.kind else { return None };
        let name = match &constraint.name {
            Some(name) => self.identifier_written(name),
            None => self.new_name(table, &[&column.text], "key")?,
        };
        let columns = self.identifier_written(column);
        let (index, adopt) = self.index_and_adoption(table, &name, &columns, unique, constraint)?;
        let add = self.sql("{} ADD {}", &[&self.alter_head(table), &adopt]);
        let rewrite = self.rewrite("Build the index concurrently, then add the constraint over it");
        let rewrite = rewrite.remove(self.with_blanks(constraint));
        Some(if self.commits_apart() && self.is_sent_alike_with(&add) {
            rewrite.after(&index).after(&add)
        } else {
            rewrite.alone(&index).later(&add, TAKE_OVER)
        })
    }

    /// A unique constraint or primary key by an index that is built concurrently and taken over.
    pub(crate) fn by_index(
        &self,
        table: &Name,
        action: &Action,
        constraint: &Constraint,
    ) -> Option<Rewrite<'a>> {
        let (key, label) = match &constraint.kind {
            ConstraintKind::Unique(unique) => (unique, "key"),
            ConstraintKind::PrimaryKey(key) => (key, "pkey"),
            _ => return None,
        };
        let listed: Vec<&str> = key.columns.iter().map(|column| column.text.as_str()).collect();
        let name = match &constraint.name {
            Some(name) => self.identifier_written(name),
            None => self.new_name(table, if label == "pkey" { &[] } else { &listed }, label)?,
        };
        let (index, adopt) =
            self.index_and_adoption(table, &name, &self.list_written(&key.columns), key, constraint)?;
        let mut rewrite = self.rewrite("Build the index concurrently, then add the constraint over it");
        let add = self.sql("{} ADD {}", &[&self.alter_head(table), &adopt]);
        if self.commits_apart() && self.is_sent_alike_with(&add) {
            let bare = self.written.is_bare(constraint.span);
            return Some(rewrite.before(&index).replace(constraint.span, adopt).only_if(bare));
        }
        let alone = self.alter_table().is_some_and(|alter| alter.actions.len() == 1);
        if !alone {
            rewrite = rewrite.without_action(action);
        }
        Some(rewrite.alone(&index).later(&add, TAKE_OVER))
    }

    /// `NOT NULL` on columns by way of a check that is validated before.
    pub(crate) fn prove_not_null(&self, table: &Name, column: &Identifier) -> Option<(String, [String; 3])> {
        let head = self.alter_head(table);
        let written = self.identifier_written(column);
        let name = self.new_name(table, &[&column.text], "not_null")?;
        let add = self.sql("ADD CONSTRAINT {} NOT NULL {} NOT VALID", &[&name, &written]);
        if self.version.at_least(18) && self.is_sent_alike_with(&format!("{head} {add}")) {
            let validate = self.sql("{} VALIDATE CONSTRAINT {}", &[&head, &name]);
            return Some((add, [validate, String::new(), String::new()]));
        }
        let add = self.sql("ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", &[&name, &written]);
        Some((
            add,
            [
                self.sql("{} VALIDATE CONSTRAINT {}", &[&head, &name]),
                self.sql("{} ALTER COLUMN {} SET NOT NULL", &[&head, &written]),
                self.sql("{} DROP CONSTRAINT {}", &[&head, &name]),
            ],
        ))
    }

    fn validated(&self, rewrite: Rewrite<'a>, table: &Name, name: &str) -> Rewrite<'a> {
        let validate = self.sql("{} VALIDATE CONSTRAINT {}", &[&self.alter_head(table), name]);
        rewrite.after_or_later(&validate, VALIDATE)
    }

    /// The constraint of a column with the blanks before it.
    fn with_blanks(&self, constraint: &Constraint) -> crate::text::Span {
        crate::text::Span::new(self.written.blanks_before(constraint.span.start), constraint.span.end)
    }

    /// The statement that builds the index, and what the constraint is then. None where an index can't serve it.
    fn index_and_adoption(
        &self,
        table: &Name,
        name: &str,
        columns: &str,
        key: &IndexConstraint,
        constraint: &Constraint,
    ) -> Option<(String, String)> {
        let plain = key.settings.is_empty() && key.tablespace.is_none() && !key.without_overlaps;
        if !plain || key.using_index.is_some() || self.is_partitioned(table) {
            return None;
        }
        let mut index = self.sql(
            "CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({})",
            &[name, &self.name_written(table), columns],
        );
        if !key.include.is_empty() {
            index.push_str(&self.sql(" INCLUDE ({})", &[&self.list_written(&key.include)]));
        }
        if key.nulls_not_distinct {
            index.push_str(&self.sql(" NULLS NOT DISTINCT", &[]));
        }
        let kind =
            if matches!(constraint.kind, ConstraintKind::PrimaryKey(_)) { "PRIMARY KEY" } else { "UNIQUE" };
        let mut adopt = self.sql(&format!("CONSTRAINT {{}} {kind} USING INDEX {{}}"), &[name, name]);
        if constraint.deferrable || constraint.initially_deferred {
            adopt.push_str(&self.sql(" DEFERRABLE", &[]));
        }
        if constraint.initially_deferred {
            adopt.push_str(&self.sql(" INITIALLY DEFERRED", &[]));
        }
        Some((index, adopt))
    }
}

impl Rewrite<'_> {
    /// Old rows need a value first: a step that is left to a person, whose values nobody else knows.
    pub(crate) fn fill(self, table: &str, column: &str) -> Self {
        let place = self.step.later_place();
        let sql = self
            .step
            .sql("UPDATE {} SET {} = … WHERE {} IS NULL AND … BETWEEN … AND …", &[table, column, column]);
        self.step_at(place, &sql, "Fill the old rows in batches of a few thousand, each committed by itself.")
    }
}

/// Why the index is taken over later.
const TAKE_OVER: &str = "It takes the index over, which is instant.";

/// The place of steps that build on a validated constraint.
pub(crate) const AFTER_VALIDATION: &str = "PostgreSQL takes the valid check as proof and reads nothing.";

/// The columns that PostgreSQL makes the constraint's name of, and its label.
fn made_of(constraint: &Constraint) -> Option<(Vec<&str>, &'static str)> {
    match &constraint.kind {
        ConstraintKind::Check(check) => Some(match check.columns.as_slice() {
            [one] if one != "*" => (vec![one.as_str()], "check"),
            _ => (Vec::new(), "check"),
        }),
        ConstraintKind::ForeignKey(key) => {
            Some((key.columns.iter().map(|column| column.text.as_str()).collect(), "fkey"))
        }
        _ => None,
    }
}
