//! `DROP …`

use super::Replay;
use crate::catalog::{Function, RelationId, TypeKind};
use crate::operation::{Drop, Name, ObjectKind, TypeName};

impl Replay<'_> {
    /// `DROP` of any kind of object.
    pub(super) fn drop(&mut self, drop: &Drop) {
        let mut dropped = Vec::new();
        for (at, name) in drop.names.iter().enumerate() {
            let arguments = drop.arguments.get(at).and_then(Option::as_ref);
            match drop.kind {
                ObjectKind::Table
                | ObjectKind::ForeignTable
                | ObjectKind::View
                | ObjectKind::MaterializedView
                | ObjectKind::Sequence
                | ObjectKind::Index => dropped.extend(self.drop_named_relation(drop, name)),
                ObjectKind::Type | ObjectKind::Domain => self.drop_named_type(name, drop.cascade),
                ObjectKind::Function
                | ObjectKind::Procedure
                | ObjectKind::Routine
                | ObjectKind::Aggregate => {
                    self.drop_named_function(name, arguments.map(Vec::as_slice), drop.cascade);
                }
                ObjectKind::Trigger => self.drop_trigger(drop.on.as_ref(), &name.name.text),
                ObjectKind::Rule | ObjectKind::Policy => {
                    self.drop_rule_or_policy(drop.on.as_ref(), &name.name.text);
                }
                ObjectKind::Schema => dropped.extend(self.drop_schema(&name.name.text)),
                ObjectKind::Extension => dropped.extend(self.drop_extension(&name.name.text, drop.cascade)),
                ObjectKind::Statistics => self.drop_statistics(name),
                ObjectKind::Publication => {
                    self.catalog.publications.remove(&name.name.text);
                }
                ObjectKind::Column
                | ObjectKind::Constraint
                | ObjectKind::DomainConstraint
                | ObjectKind::Subscription
                | ObjectKind::EventTrigger
                | ObjectKind::Database
                | ObjectKind::Tablespace
                | ObjectKind::Owned
                | ObjectKind::Other => {}
            }
        }
        if self.conditional {
            // It may still be there: unseen, not missing.
            for key in dropped {
                self.catalog.dropped.remove(&key);
            }
        }
    }

    fn drop_named_relation(&mut self, drop: &Drop, name: &Name) -> Vec<(String, String)> {
        let Some(id) = self.find_id(name) else {
            let key = self.catalog.new_key(name);
            self.catalog.dropped.insert(key.clone());
            return vec![key];
        };
        if drop.kind == ObjectKind::Index {
            let Some(index) = self.catalog.get(id).and_then(|relation| relation.index.as_ref()) else {
                return Vec::new();
            };
            if index.constraint.is_some() || index.parent.is_some() {
                // PostgreSQL refuses: the constraint has to be dropped, or the parent's index.
                return Vec::new();
            }
            let (table, referenced) = (index.table, index.unique && drop.cascade);
            if self.conditional {
                self.no_proof(table);
            }
            if referenced {
                self.catalog.drop_foreign_keys_on(table, id);
            }
        }
        self.catalog.drop_relation(id)
    }

    /// A type goes; with `CASCADE` the columns of it, of arrays of it and of domains over it go, too.
    pub(super) fn drop_named_type(&mut self, name: &Name, cascade: bool) {
        let Some(key) = self.catalog.type_key_of(name) else { return };
        if cascade {
            self.drop_columns_of_type(&key);
        }
        self.catalog.drop_type(&key);
    }

    /// Columns of a type, domains over it, and typed tables.
    pub(super) fn drop_columns_of_type(&mut self, key: &(String, String)) {
        for over in self.catalog.types_over(key) {
            let is_domain =
                matches!(self.catalog.types.get(&over).map(|entry| &entry.kind), Some(TypeKind::Domain(_)));
            if over != *key && !is_domain {
                continue;
            }
            for (relation, columns) in self.catalog.columns_of_type(&over) {
                for column in columns {
                    self.catalog.drop_column(relation, &column, true, false);
                    if self.conditional {
                        self.distrust(relation);
                    }
                }
            }
            for table in self.typed_tables(&over) {
                self.catalog.drop_relation(table);
            }
            if over != *key {
                self.catalog.drop_type(&over);
            }
        }
        let takes = |function: &Function| function.arguments.clone();
        let doomed: Vec<((String, String), Vec<TypeName>)> = self
            .catalog
            .functions
            .iter()
            .flat_map(|(name, overloads)| {
                overloads.iter().map(move |function| (name.clone(), takes(function)))
            })
            .filter(|(_, arguments)| arguments.iter().any(|argument| self.catalog.is_type(argument, key)))
            .collect();
        for (name, arguments) in doomed {
            self.catalog.drop_functions(&name, |function| function.arguments == arguments);
        }
    }

    fn drop_named_function(&mut self, name: &Name, arguments: Option<&[TypeName]>, cascade: bool) {
        let key = self.catalog.function_key(name);
        if cascade {
            self.drop_users_of_function(&key);
        }
        let wanted = arguments.map(<[TypeName]>::to_vec);
        let doomed: Vec<Vec<TypeName>> = self
            .catalog
            .functions
            .get(&key)
            .into_iter()
            .flatten()
            .filter(|function| {
                wanted.as_ref().is_none_or(|wanted| self.same_arguments(&function.arguments, wanted))
            })
            .map(|function| function.arguments.clone())
            .collect();
        self.catalog.drop_functions(&key, |function| doomed.contains(&function.arguments));
    }

    fn drop_trigger(&mut self, table: Option<&Name>, name: &str) {
        let Some(table) = table.and_then(|table| self.find_id(table)) else { return };
        for member in self.family(table, false) {
            self.catalog.relations.edit(member, |relation| {
                relation
                    .triggers
                    .retain(|trigger| trigger.name != name || (member != table && !trigger.inherited));
            });
        }
    }

    fn drop_rule_or_policy(&mut self, table: Option<&Name>, name: &str) {
        let Some(table) = table.and_then(|table| self.find_id(table)) else { return };
        self.catalog.relations.relink(table, |relation| {
            relation.rules.retain(|rule| rule.name != name);
            relation.policies.retain(|policy| policy.name != name);
        });
    }

    fn drop_statistics(&mut self, name: &Name) {
        if let Some(table) = self.statistics_table(name) {
            self.catalog.relations.edit(table, |relation| {
                relation.statistics.retain(|statistics| statistics.name != name.name.text);
            });
        }
    }

    /// The table of a statistics object. Its schema is taken to be the table's.
    pub(super) fn statistics_table(&self, name: &Name) -> Option<RelationId> {
        let schemas = self.catalog.schemas_of(name);
        self.catalog
            .relations
            .values()
            .filter(|relation| schemas.contains(&relation.schema.as_str()))
            .find(|relation| relation.statistics.iter().any(|statistics| statistics.name == name.name.text))
            .map(|relation| relation.id)
    }
}
