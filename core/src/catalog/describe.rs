//! The catalog as text: the same catalog always gives the same text, so that schemas can be compared.

use std::fmt::Write;

use super::{
    Catalog, Column, Constraint, ConstraintEntry, Function, Index, Relation, RelationKind, TypeEntry,
    TypeKind,
};
use crate::operation::{PartitionBound, PartitionStrategy, TypeName, Volatility};

impl Catalog {
    /// The schema, one thing a line, sorted by kind and name; what belongs to a table is indented under it, its
    /// columns in order. Origins, rows and places are left out. For comparing, in tests and with a real server.
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for schema in self.schemas.keys().filter(|schema| *schema != "public") {
            line(&mut text, &format!("schema {schema}"));
        }
        for extension in self.extensions.keys() {
            line(&mut text, &format!("extension {extension}"));
        }
        for (key, entry) in self.types.iter().filter(|(key, _)| !self.is_of_extension(key)) {
            self.describe_type(&mut text, key, entry);
        }
        for (key, overloads) in &self.functions {
            for function in overloads.iter().filter(|function| function.language.as_deref() != Some("c")) {
                line(&mut text, &self.function(key, function));
            }
        }
        let mut relations: Vec<&Relation> = self.relations.values().collect();
        relations.sort_by_key(|relation| (&relation.schema, &relation.name));
        for relation in relations {
            self.describe_relation(&mut text, relation);
        }
        for (name, publication) in &self.publications {
            let mut tables: Vec<String> = publication
                .tables
                .iter()
                .filter_map(|(id, _, _)| self.get(*id))
                .map(Relation::display)
                .collect();
            tables.sort();
            let all = if publication.all_tables { " all tables" } else { "" };
            line(&mut text, &format!("publication {name}{all} ({})", tables.join(", ")));
        }
        text
    }

    fn is_of_extension(&self, key: &(String, String)) -> bool {
        self.ledger.members.values().any(|members| members.types.contains(key))
    }

    fn describe_type(&self, text: &mut String, key: &(String, String), entry: &TypeEntry) {
        let name = shown(&key.0, &key.1);
        match &entry.kind {
            TypeKind::Enum(labels) => {
                let labels: Vec<&str> = labels.iter().map(|(label, _)| label.as_str()).collect();
                line(text, &format!("enum {name} ({})", labels.join(", ")));
            }
            // The relation of it is described with the others.
            TypeKind::Composite(_) => {}
            TypeKind::Domain(domain) => {
                let not_null = if domain.not_null { " not null" } else { "" };
                let default = if domain.default.is_some() { " default" } else { "" };
                line(text, &format!("domain {name} {}{not_null}{default}", self.type_text(&domain.base)));
                let mut checks: Vec<String> = domain
                    .constraints
                    .iter()
                    .map(|check| format!("  check {}{}", check.name, state(check)))
                    .collect();
                checks.sort();
                for check in &checks {
                    line(text, check);
                }
            }
            TypeKind::Other => line(text, &format!("type {name}")),
        }
    }

    fn describe_relation(&self, text: &mut String, relation: &Relation) {
        let word = match relation.kind {
            RelationKind::Table => "table",
            RelationKind::PartitionedTable => "partitioned table",
            RelationKind::ForeignTable => "foreign table",
            RelationKind::View => "view",
            RelationKind::MaterializedView => "materialized view",
            RelationKind::CompositeType => "composite type",
            RelationKind::Sequence => {
                let owner = relation.sequence.as_ref().and_then(|sequence| sequence.owned_by.as_ref());
                let owner = owner.and_then(|(table, column)| {
                    Some(format!(" owned by {}.{column}", self.get(*table)?.display()))
                });
                line(text, &format!("sequence {}{}", relation.display(), owner.unwrap_or_default()));
                return;
            }
            // Under their table.
            RelationKind::Index | RelationKind::PartitionedIndex => return,
        };
        let mut head = format!("{word} {}", relation.display());
        self.head(&mut head, relation);
        line(text, &head);
        for column in &relation.columns {
            line(text, &format!("  {}", self.column_text(column)));
        }
        if !relation.columns_known {
            line(text, "  …");
        }
        let mut parts: Vec<String> =
            relation.constraints.iter().map(|constraint| self.constraint_text(constraint)).collect();
        for index in self.indexes_of(relation.id) {
            if let Some(entry) = &index.index {
                parts.push(self.index_text(index, entry));
            }
        }
        parts.extend(relation.triggers.iter().map(|trigger| {
            format!("trigger {} {}", trigger.name, shown(&trigger.function.0, &trigger.function.1))
        }));
        parts.extend(relation.rules.iter().map(|rule| format!("rule {}", rule.name)));
        parts.extend(relation.policies.iter().map(|policy| format!("policy {}", policy.name)));
        parts.extend(
            relation.statistics.iter().map(|statistics| {
                format!("statistics {} ({})", statistics.name, statistics.columns.join(", "))
            }),
        );
        parts.sort();
        for part in parts {
            line(text, &format!("  {part}"));
        }
    }

    fn head(&self, head: &mut String, relation: &Relation) {
        use crate::operation::Persistence;
        if relation.persistence == Persistence::Unlogged {
            head.push_str(" unlogged");
        }
        let names = |ids: &[super::RelationId]| -> Vec<String> {
            ids.iter().filter_map(|id| self.get(*id)).map(Relation::display).collect()
        };
        if !relation.parents.is_empty() {
            let _ = write!(head, " inherits {}", names(&relation.parents).join(", "));
        }
        if let Some(partition) = &relation.partition {
            let default = if partition.bound == PartitionBound::Default { " default" } else { "" };
            let _ = write!(head, " partition of {}{default}", names(&[partition.parent]).join(", "));
        }
        if let Some(by) = &relation.partition_by {
            let strategy = match by.strategy {
                PartitionStrategy::Range => "range",
                PartitionStrategy::List => "list",
                PartitionStrategy::Hash => "hash",
            };
            let _ = write!(head, " partition by {strategy}");
        }
        if let Some((schema, name)) = &relation.of_type {
            let _ = write!(head, " of {}", shown(schema, name));
        }
        if relation.row_security.0 {
            head.push_str(" row security");
        }
        if relation.row_security.1 {
            head.push_str(" forced");
        }
        if let Some(method) = &relation.access_method {
            let _ = write!(head, " using {method}");
        }
    }

    fn column_text(&self, column: &Column) -> String {
        let type_name = column.type_name.as_ref().map_or_else(|| "?".to_owned(), |name| self.type_text(name));
        let mut text = format!("{} {type_name}", column.name);
        if column.not_null {
            text.push_str(" not null");
        }
        match &column.generated {
            Some(generated) if generated.stored => text.push_str(" stored"),
            Some(_) => text.push_str(" virtual"),
            None if column.default.is_some() => text.push_str(" default"),
            None => {}
        }
        if column.identity.is_some() {
            text.push_str(" identity");
        }
        text
    }

    fn constraint_text(&self, constraint: &Constraint) -> String {
        let name = &constraint.name;
        let what = match &constraint.kind {
            ConstraintEntry::Check(check) => {
                let columns: Vec<&str> =
                    check.columns.iter().map(String::as_str).filter(|c| *c != "*").collect();
                format!("check {name} ({})", columns.join(", "))
            }
            ConstraintEntry::NotNull(column) => format!("not null {name} ({column})"),
            ConstraintEntry::Unique(columns, _) => format!("unique {name} ({})", columns.join(", ")),
            ConstraintEntry::PrimaryKey(columns, _) => format!("primary key {name} ({})", columns.join(", ")),
            ConstraintEntry::Exclude(_) => format!("exclude {name}"),
            ConstraintEntry::ForeignKey(key) => {
                let parent = match key.references.and_then(|id| self.get(id)) {
                    Some(parent) => parent.display(),
                    None => shown(&key.references_name.0, &key.references_name.1),
                };
                let mut text = format!(
                    "foreign key {name} ({}) references {parent} ({})",
                    key.columns.join(", "),
                    key.referenced_columns.join(", ")
                );
                for (word, action) in [("update", &key.on_update), ("delete", &key.on_delete)] {
                    if let Some(action) = action.as_ref().filter(|action| *action != "no action") {
                        let _ = write!(text, " on {word} {action}");
                    }
                }
                text
            }
        };
        format!("{what}{}", state(constraint))
    }

    fn index_text(&self, relation: &Relation, index: &Index) -> String {
        let keys: Vec<String> = index
            .elements
            .iter()
            .map(|element| match &element.column {
                Some(column) => column.text.clone(),
                None => "(expression)".to_owned(),
            })
            .collect();
        let mut text = format!("index {} {} ({})", relation.name, index.method, keys.join(", "));
        if !index.include.is_empty() {
            let _ = write!(text, " include ({})", index.include.join(", "));
        }
        if index.unique {
            text.push_str(" unique");
        }
        if index.predicate.is_some() {
            text.push_str(" where");
        }
        if !index.valid {
            text.push_str(" invalid");
        }
        if let Some(parent) = index.parent.and_then(|parent| self.get(parent)) {
            let _ = write!(text, " of {}", parent.display());
        }
        if index.clustered {
            text.push_str(" clustered");
        }
        if index.replica_identity {
            text.push_str(" replica identity");
        }
        text
    }

    fn function(&self, key: &(String, String), function: &Function) -> String {
        let arguments: Vec<String> = function.arguments.iter().map(|name| self.type_text(name)).collect();
        let volatility = match function.volatility {
            Volatility::Immutable => "immutable",
            Volatility::Stable => "stable",
            Volatility::Volatile => "volatile",
        };
        let word = if function.procedure { "procedure" } else { "function" };
        format!("{word} {}({}) {volatility}", shown(&key.0, &key.1), arguments.join(", "))
    }

    fn type_text(&self, name: &TypeName) -> String {
        let schema = name.schema.clone().or_else(|| self.type_key(name).map(|(schema, _)| schema));
        let mut text = match schema {
            Some(schema) => shown(&schema, &name.name),
            None => name.name.clone(),
        };
        match name.modifiers.as_slice() {
            [] => {}
            // As PostgreSQL shows it.
            [precision] if name.name == "numeric" => {
                let _ = write!(text, "({precision},0)");
            }
            modifiers => {
                let _ = write!(text, "({})", modifiers.join(","));
            }
        }
        if name.dimensions > 0 {
            text.push_str("[]");
        }
        text
    }
}

/// What is out of the ordinary about a constraint.
fn state(constraint: &Constraint) -> String {
    let mut text = String::new();
    if constraint.deferrable {
        text.push_str(" deferrable");
    }
    if constraint.no_inherit {
        text.push_str(" no inherit");
    }
    if !constraint.enforced {
        text.push_str(" not enforced");
    } else if !constraint.validated {
        text.push_str(" not valid");
    }
    if constraint.inherited {
        text.push_str(" inherited");
    }
    text
}

fn shown(schema: &str, name: &str) -> String {
    if schema == "public" { name.to_owned() } else { format!("{schema}.{name}") }
}

fn line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}
