//! New columns and partitions: what is costly about them comes after they are there.

use super::{AFTER_VALIDATION, Rewrite, Step};
use crate::operation::{ColumnDefinition, CreateTable, Name};
use crate::text::Span;

impl<'a> Step<'a> {
    /// A new column without its volatile default, which new rows get from a second statement. None where something else
    /// makes it costly.
    pub(crate) fn default_apart(&self, table: &Name, column: &ColumnDefinition) -> Option<Rewrite<'a>> {
        let default = column.default.as_ref()?;
        let serial = column.type_name.as_ref().is_some_and(|name| name.name.ends_with("serial"));
        if serial || column.identity.is_some() || column.generated.is_some() {
            return None;
        }
        let start = self.written.word_before(default.span.start, "default")?;
        let clause = Span::new(self.written.blanks_before(start), default.span.end);
        let value = self.written.of(default.span);
        let (head, name) = (self.alter_head(table), self.identifier_written(&column.name));
        let set = self.sql("{} ALTER COLUMN {} SET DEFAULT {}", &[&head, &name, value]);
        let rewrite = self.rewrite("Add the column without its default, then set that for new rows");
        let mut rewrite = rewrite.remove(clause).after(&set);
        let required = column.not_null.is_some();
        if let Some(not_null) = &column.not_null {
            let span = Span::new(self.written.blanks_before(not_null.span.start), not_null.span.end);
            rewrite = rewrite.remove(span).only_if(not_null.name.is_none());
        }
        rewrite = rewrite.fill(&self.name_written(table), &name);
        if required { self.required_later(rewrite, table, column) } else { Some(rewrite) }
    }

    /// A new column that may be null for now, and the steps to where it may not.
    pub(crate) fn nullable_first(&self, table: &Name, column: &ColumnDefinition) -> Option<Rewrite<'a>> {
        let not_null = column.not_null.as_ref().filter(|not_null| not_null.name.is_none())?;
        let span = Span::new(self.written.blanks_before(not_null.span.start), not_null.span.end);
        let rewrite = self.rewrite("Add the column as nullable, and make it NOT NULL once it is filled");
        let (table_name, name) = (self.name_written(table), self.identifier_written(&column.name));
        self.required_later(rewrite.remove(span).fill(&table_name, &name), table, column)
    }

    /// A partition as a table of its own that is attached then.
    pub(crate) fn attached(&self, create: &CreateTable, parent: &Name) -> Option<Rewrite<'a>> {
        let plain = create.elements.is_empty()
            && create.partition_by.is_none()
            && create.settings.is_empty()
            && create.tablespace.is_none()
            && create.access_method.is_none()
            && !create.if_not_exists;
        if !plain {
            return None;
        }
        let end = self.statement.span.end;
        let bound = self.written.of(Span::new(parent.span().end, end)).trim();
        let (name, parent_name) = (self.name_written(&create.name), self.name_written(parent));
        let like = self.sql(" (LIKE {} INCLUDING ALL EXCLUDING IDENTITY)", &[&parent_name]);
        let attach = self.sql("ALTER TABLE {} ATTACH PARTITION {} {}", &[&parent_name, &name, bound]);
        let rewrite = self.rewrite("Create the partition as a table of its own, then attach it");
        Some(rewrite.swap(Span::new(create.name.span().end, end), like).after(&attach))
    }

    fn required_later(
        &self,
        rewrite: Rewrite<'a>,
        table: &Name,
        column: &ColumnDefinition,
    ) -> Option<Rewrite<'a>> {
        let (add, [validate, set, drop]) = self.prove_not_null(table, &column.name)?;
        let add = format!("{} {add}", self.alter_head(table));
        let rewrite = rewrite.later(&add, "It checks new rows only; this is short.");
        let rewrite = rewrite.later(&validate, "Reads and writes go on meanwhile.");
        let then = [set, drop];
        Some(
            then.iter()
                .filter(|sql| !sql.is_empty())
                .fold(rewrite, |rewrite, sql| rewrite.later(sql, AFTER_VALIDATION)),
        )
    }
}
