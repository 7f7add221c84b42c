//! The other way round: models of the change that need a table or column which no migration creates.

use super::model::{Field, Model, Models};
use crate::catalog::{Catalog, Found, Relation};
use crate::operation::{Identifier, Name};
use crate::review::Location;

/// A table or column that code of the change needs and the schema does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The declaration in code.
    pub(crate) place: Location,
    /// The model's name in code.
    pub(crate) model: String,
    /// The table.
    pub(crate) table: String,
    /// The column; none where it is the table.
    pub(crate) column: Option<String>,
}

/// What is declared in the models after a change, not before it, and not in the schema after it. Only what is certain:
/// the ORM names the column in its queries, and the schema is known as far as the models before the change go.
pub(crate) fn missing(base: &Models, head: &Models, catalog: &Catalog) -> Vec<Missing> {
    let find = |model: &Model| catalog.find(&name(model));
    let followed = base
        .models
        .iter()
        .filter(|model| model.names_every_column)
        .all(|model| find(model).known().is_some());
    let mut found = Vec::new();
    // Where the models are the declared schema, what it gained is held against the migrations as a whole.
    let is_schema = |model: &Model| matches!(model.orm, "prisma" | "drizzle");
    for model in head.models.iter().filter(|model| model.names_every_column && !is_schema(model)) {
        let old: Vec<&Model> =
            base.models.iter().filter(|old| old.table == model.table && old.schema == model.schema).collect();
        let place = |span| Location { path: model.path.clone(), span };
        let lacks = |column: Option<String>, span| Missing {
            place: place(span),
            model: model.name.clone(),
            table: name(model).to_string(),
            column,
        };
        match find(model) {
            Found::Known(relation)
                if relation.columns_known && relation.trusted && !relation.columns.is_empty() =>
            {
                let is_new = |field: &&Field| {
                    !old.iter().any(|old| old.fields.iter().any(|it| it.column == field.column))
                };
                let fields = model.fields.iter().filter(|field| !field.is_ignored).filter(is_new);
                let absent = fields.filter(|field| !has(relation, &field.column));
                found.extend(absent.map(|field| lacks(Some(field.column.clone()), field.span)));
            }
            // A table that nothing tells of may be another tool's; the rest of the models must be known.
            Found::Missing | Found::Unseen
                if model.is_complete && old.is_empty() && followed && !base.models.is_empty() =>
            {
                found.push(lacks(None, model.span));
            }
            _ => {}
        }
    }
    found
}

fn has(relation: &Relation, column: &str) -> bool {
    relation.columns.iter().any(|it| it.name.eq_ignore_ascii_case(column))
}

fn name(model: &Model) -> Name {
    Name { schema: model.schema.as_ref().map(Identifier::made), name: Identifier::made(&model.table) }
}
