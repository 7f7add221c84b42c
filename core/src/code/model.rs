//! What an ORM's declarations say of the database: the one shape that readers of all ORMs give.

use crate::text::Span;

/// Everything that the models of a tree of code declare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Models {
    /// Tables and views.
    pub models: Vec<Model>,
    /// Enum types.
    pub enums: Vec<EnumModel>,
}

/// A model: how code names one table and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The ORM, by the id of its reader (`prisma`, `sqlalchemy`).
    pub orm: &'static str,
    /// The file of the declaration.
    pub path: String,
    /// The declaration's head in it: what a person would point at.
    pub span: Span,
    /// The name in code: `User`, `users`.
    pub name: String,
    /// The database's schema, where the model names one.
    pub schema: Option<String>,
    /// The table's name in the database.
    pub table: String,
    /// Its columns, in the order of the declaration. Relations that are no column are not among them.
    pub fields: Vec<Field>,
    /// The ORM's own queries name every field's column, in reads or in writes, also where no line of code does. False
    /// where it only types queries that code writes (Kysely, generated types).
    pub names_every_column: bool,
    /// Every column that the ORM uses is among the fields. False where it asks the database for them (ActiveRecord), or
    /// where a part of the declaration was not understood.
    pub is_complete: bool,
}

/// A field of a model that is kept in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in code.
    pub name: String,
    /// The column's name in the database.
    pub column: String,
    /// Its declaration in the model's file.
    pub span: Span,
    /// The ORM is told not to read or write the column (`ignored_columns`, `@ignore`).
    pub is_ignored: bool,
}

/// An enum type of the database, as code declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumModel {
    /// The ORM, by the id of its reader.
    pub orm: &'static str,
    /// The file of the declaration.
    pub path: String,
    /// The declaration's head in it.
    pub span: Span,
    /// The name in code.
    pub name: String,
    /// The type's name in the database.
    pub type_name: String,
    /// Its values.
    pub labels: Vec<Label>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The name in code.
    pub name: String,
    /// The value in the database.
    pub value: String,
    /// Its declaration.
    pub span: Span,
}
