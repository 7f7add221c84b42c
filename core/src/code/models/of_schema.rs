//! Models of ORMs whose models are the declared schema.

use crate::code::schema::{Column, Declared};
use crate::code::{EnumModel, Field, Label, Model, Models};

/// Adds what a declared schema says to the models.
pub(super) fn add(schema: Declared, models: &mut Models) {
    let field = |column: Column| Field {
        name: column.name,
        column: column.column,
        span: column.span,
        is_ignored: column.is_ignored,
    };
    // What the client leaves out altogether is no model.
    let tables = schema.tables.into_iter().filter(|table| !table.is_ignored);
    models.models.extend(tables.map(|table| Model {
        orm: schema.orm,
        path: table.path,
        span: table.span,
        name: table.name,
        schema: table.schema,
        table: table.table,
        fields: table.columns.into_iter().map(field).collect(),
        names_every_column: true,
        is_complete: table.not_understood.is_none(),
    }));
    models.enums.extend(schema.enums.into_iter().map(|one| EnumModel {
        orm: schema.orm,
        path: one.path,
        span: one.span,
        name: one.name,
        type_name: one.type_name,
        labels: one.labels.into_iter().map(|(name, value, span)| Label { name, value, span }).collect(),
    }));
}
