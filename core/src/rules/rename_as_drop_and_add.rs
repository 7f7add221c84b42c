//! A column of the schema has another name, and the migration drops it and adds a new one.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::{Mishap, SchemaLanguage};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "rename-as-drop-and-add",
    summary: "A renamed column is dropped and added anew",
    severity: Severity::Error,
    page: page!("rename-as-drop-and-add.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::DroppedAndAdded { language, table, old, new, type_name } = &history.irregular.mishap else {
        return;
    };
    let what = format!(
        "`{table}.{old}` looks renamed to `{new}`, and the migration drops it and adds an empty column of the same type."
    );
    let why = format!(
        "Both are `{type_name}`, and one takes the other's place in the schema. Nothing copies the values: all of them \
         are lost."
    );
    let instead = match language {
        SchemaLanguage::Prisma => format!(
            "Keep the column and rename only the field: `{new} … @map(\"{old}\")`. If the column has to be renamed, \
             write that into the migration by hand. If it is another thing, drop it in a later change."
        ),
        SchemaLanguage::Drizzle => format!(
            "Keep the column and rename only the key: `{new}: …(\"{old}\")`; or run `drizzle-kit generate` again and \
             answer that it is a rename. If it is another thing, drop it in a later change."
        ),
        SchemaLanguage::Supabase | SchemaLanguage::Dump => {
            "Add the new column, copy the values, move the code over, and drop the old one in a later change."
                .to_owned()
        }
    };
    drafts.push(Draft::new(history.irregular.span, what, why, instead).also(table.as_str()));
}
