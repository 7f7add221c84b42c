//! Code that needs a table or column which no migration creates.

use super::{Check, Code, Draft, Repeat, Rule, words};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "code-before-schema",
    summary: "Code of the change needs a table or column that no migration creates",
    severity: Severity::Error,
    page: page!("code-before-schema.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Code(check),
};

fn check(code: &Code<'_>, drafts: &mut Vec<Draft>) {
    for missing in code.missing {
        let (model, table) = (words::code(&missing.model), words::code(&missing.table));
        let what = match &missing.column {
            Some(column) => {
                let column = words::code(column);
                format!("The model {model} needs {column} of {table}, which no migration adds.")
            }
            None => format!("The model {model} needs the table {table}, which no migration creates."),
        };
        let why = "The ORM names every column of a model in its queries: each of them fails as soon as this code runs.";
        let instead =
            "Add the migration that creates it to this change, and let it run before the code does.";
        let mut draft = Draft::new(missing.place.span, what, why, instead).also(&missing.table);
        draft.path = Some(missing.place.path.clone());
        drafts.push(draft);
    }
}
