//! Statements of every family as text: each is proven on servers, and the chosen ones make `docs/postgres-locks.md`. What
//! reads them is in the native program; they stand here because a package can't reach outside of its folder.

/// The schema on which all rows run.
pub const SCHEMA: &str = include_str!("reference/schema.sql");

/// Each family's page: its name and its text.
pub const PAGES: &[(&str, &str)] = &[
    ("columns", include_str!("reference/columns.md")),
    ("column-changes", include_str!("reference/column-changes.md")),
    ("types", include_str!("reference/types.md")),
    ("constraints", include_str!("reference/constraints.md")),
    ("indexes", include_str!("reference/indexes.md")),
    ("partitions", include_str!("reference/partitions.md")),
    ("tables", include_str!("reference/tables.md")),
    ("views", include_str!("reference/views.md")),
    ("objects", include_str!("reference/objects.md")),
    ("data", include_str!("reference/data.md")),
];
