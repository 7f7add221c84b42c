//! Columns: how a definition becomes one, and `ADD COLUMN`.

use super::Replay;
use crate::catalog::{Column, GeneratedColumn, RelationId, TypeKind};
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, Expression, FunctionCall, GeneratedKind, Name, Shape,
    TypeName,
};
use crate::text::quoted_string;

impl Replay<'_> {
    /// `ADD COLUMN`
    pub(super) fn add_column(
        &mut self,
        table: RelationId,
        definition: &ColumnDefinition,
        if_not_exists: bool,
        only: bool,
    ) {
        let name = definition.name.text.as_str();
        let Some(relation) = self.catalog.get(table) else { return };
        if relation.column(name).is_some() {
            // With IF NOT EXISTS nothing else of the definition is done either. Without it the statement fails,
            // unless the catalog is wrong about the table.
            if !if_not_exists && !self.conditional {
                self.distrust(table);
            }
            return;
        }
        let column = self.column_of(table, definition);
        let copy = Column { inherited: true, local: false, ..column.clone() };
        self.push_column(table, column);
        for child in self.family(table, only).into_iter().filter(|member| *member != table) {
            let mut copy = copy.clone();
            if !self.version.at_least(17) || !self.is_partition(child) {
                copy.identity = None;
            }
            copy.owned_sequence = None;
            let merged = self
                .catalog
                .relations
                .edit(child, |child| child.column_mut(name).map(|column| column.inherited = true).is_some());
            if merged == Some(false) {
                self.push_column(child, copy);
            }
        }
        if definition.default.is_some() {
            self.family(table, only).into_iter().for_each(|member| self.note_sequences(member));
        }
        self.name_not_nulls(table, definition, only);
        for constraint in in_order(&definition.constraints) {
            self.add_constraint(table, constraint, only);
        }
    }

    /// A column as its definition says, with the sequence of a `serial` or identity.
    pub(super) fn column_of(&mut self, table: RelationId, definition: &ColumnDefinition) -> Column {
        let name = &definition.name.text;
        let serial = definition.type_name.as_ref().and_then(serial_type);
        let type_name = match serial {
            Some(integer) => Some(TypeName { name: integer.to_owned(), ..TypeName::default() }),
            None => definition.type_name.as_ref().map(|name| self.catalog.qualified(name)),
        };
        let mut column = Column::new(name.clone(), type_name);
        column.origin = self.catalog.now;
        column.collation = definition.collation.as_ref().map(ToString::to_string);
        column.not_null = definition.not_null.is_some() || is_primary_key(definition);
        self.amend_column(table, &mut column, definition, serial.is_some());
        column
    }

    /// What a definition says beside name and type.
    pub(super) fn amend_column(
        &mut self,
        table: RelationId,
        column: &mut Column,
        definition: &ColumnDefinition,
        serial: bool,
    ) {
        column.not_null |= definition.not_null.is_some() || is_primary_key(definition);
        if let Some(default) = &definition.default {
            column.default = self.kept_default(default, column.type_name.as_ref());
        }
        if let Some(generated) = &definition.generated {
            column.generated = Some(GeneratedColumn {
                expression: generated.expression.clone(),
                stored: generated.kind == GeneratedKind::Stored,
            });
        }
        let type_name = column.type_name.clone();
        if serial {
            let sequence = self.own_sequence(table, &column.name, type_name, None, false);
            column.not_null = true;
            column.owned_sequence = sequence;
            column.default = sequence.map(|sequence| self.next_value(table, sequence));
        } else if let Some(options) = &definition.identity {
            let sequence =
                self.own_sequence(table, &column.name, type_name, options.sequence_name.as_ref(), true);
            column.not_null = true;
            column.identity = sequence;
            column.owned_sequence = sequence;
        }
    }

    /// Puts a column at the end.
    pub(super) fn push_column(&mut self, table: RelationId, column: Column) {
        self.catalog.relations.edit(table, |relation| relation.columns.push(column));
        self.catalog.note(crate::catalog::ledger::Fresh::Relation(table));
    }

    /// A column of a table whose columns are not all known is learnt when a statement names it.
    pub(super) fn learn_column(&mut self, table: RelationId, name: &str) {
        self.catalog.relations.edit(table, |relation| {
            if !relation.columns_known && relation.column(name).is_none() {
                relation.columns.push(Column::new(name, None));
            }
        });
    }

    pub(super) fn is_partition(&self, id: RelationId) -> bool {
        self.catalog.get(id).is_some_and(|relation| relation.partition.is_some())
    }

    /// A default as PostgreSQL keeps it: `NULL` is none, except of a domain.
    pub(super) fn kept_default(&self, default: &Expression, of: Option<&TypeName>) -> Option<Expression> {
        let domain = of
            .and_then(|name| self.catalog.resolve_type(name))
            .is_some_and(|entry| matches!(entry.kind, TypeKind::Domain(_)));
        (default.shape != Shape::Null || domain).then(|| default.clone())
    }

    /// `nextval('s'::regclass)`
    fn next_value(&mut self, table: RelationId, sequence: RelationId) -> Expression {
        self.catalog.ledger.sequence_users.entry(sequence).or_default().insert(table);
        let name = self.catalog.get(sequence).map(crate::catalog::Relation::display).unwrap_or_default();
        next_value_of(&name)
    }
}

/// `nextval('s'::regclass)`
fn next_value_of(name: &str) -> Expression {
    let regclass = TypeName { name: "regclass".to_owned(), ..TypeName::default() };
    let call = FunctionCall { schema: None, name: "nextval".to_owned(), literals: vec![name.to_owned()] };
    Expression {
        text: format!("nextval ( {} :: regclass )", quoted_string(name)),
        calls: vec![call],
        casts: vec![regclass],
        ..Expression::default()
    }
}

/// The integer type behind `serial` and its likes.
pub(super) fn serial_type(name: &TypeName) -> Option<&'static str> {
    if name.schema.is_some() || name.dimensions > 0 {
        return None;
    }
    match name.name.as_str() {
        "serial" | "serial4" => Some("int4"),
        "bigserial" | "serial8" => Some("int8"),
        "smallserial" | "serial2" => Some("int2"),
        _ => None,
    }
}

/// Constraints in the order in which PostgreSQL makes them: checks, the primary key, unique and exclusion
/// constraints, foreign keys.
pub(super) fn in_order<'a>(constraints: impl IntoIterator<Item = &'a Constraint>) -> Vec<&'a Constraint> {
    let mut ordered: Vec<&Constraint> = constraints.into_iter().collect();
    ordered.sort_by_key(|constraint| match constraint.kind {
        ConstraintKind::Check(_) | ConstraintKind::NotNull(_) => 0,
        ConstraintKind::PrimaryKey(_) => 1,
        ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => 2,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Unknown => 3,
    });
    ordered
}

fn is_primary_key(definition: &ColumnDefinition) -> bool {
    definition.constraints.iter().any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey(_)))
}

/// A name in the schema of another, unless it has one of its own.
pub(super) fn key_beside(name: &Name, schema: &str) -> (String, String) {
    let schema = name.schema.as_ref().map_or(schema, |schema| schema.text.as_str());
    (schema.to_owned(), name.name.text.clone())
}
