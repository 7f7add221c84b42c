//! Renames and moves of objects that are no relations.

use super::Replay;
use crate::catalog::{RelationId, TypeKind};
use crate::operation::{AlterObject, Name, ObjectChange, ObjectKind, Rename};

impl Replay<'_> {
    /// `ALTER kind name RENAME TO new`
    pub(super) fn rename(&mut self, rename: &Rename) {
        let to = rename.to.text.as_str();
        let name = rename.name.name.text.as_str();
        match rename.kind {
            ObjectKind::Table
            | ObjectKind::Index
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::ForeignTable => {
                if let Some(id) = self.find_id(&rename.name) {
                    self.rename_relation(id, to);
                }
            }
            ObjectKind::Type | ObjectKind::Domain => {
                if let Some(key) = self.catalog.type_key_of(&rename.name) {
                    self.rekey_type(&key, &(key.0.clone(), to.to_owned()));
                }
            }
            ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
                let key = self.catalog.function_key(&rename.name);
                self.move_functions(&key, &(key.0.clone(), to.to_owned()));
            }
            ObjectKind::Schema => self.rename_schema(name, to),
            ObjectKind::Publication => {
                if let Some(entry) = self.catalog.publications.remove(name) {
                    self.catalog.publications.insert(to.to_owned(), entry);
                }
            }
            ObjectKind::Statistics => {
                if let Some(table) = self.statistics_table(&rename.name) {
                    self.catalog.relations.edit(table, |relation| {
                        for entry in relation.statistics.iter_mut().filter(|entry| entry.name == name) {
                            to.clone_into(&mut entry.name);
                        }
                    });
                }
            }
            ObjectKind::DomainConstraint => self.rename_domain_constraint(rename.on.as_ref(), name, to),
            ObjectKind::Constraint => {
                if let Some(table) = self.table_of(rename.on.as_ref()) {
                    self.rename_constraint(table, name, to, false);
                }
            }
            ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
                self.rename_on_table(rename.kind, rename.on.as_ref(), name, to);
            }
            _ => {}
        }
    }

    /// `ALTER kind name OWNER TO | SET SCHEMA | …`
    pub(super) fn alter_object(&mut self, alter: &AlterObject) {
        let ObjectChange::Schema(schema) = &alter.change else { return };
        let schema = schema.text.as_str();
        match alter.kind {
            ObjectKind::Type | ObjectKind::Domain => {
                if let Some(key) = self.catalog.type_key_of(&alter.name) {
                    self.move_type(&key, schema);
                }
            }
            ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
                let key = self.catalog.function_key(&alter.name);
                self.move_functions(&key, &(schema.to_owned(), key.1.clone()));
            }
            ObjectKind::Extension => self.move_extension(&alter.name.name.text, schema),
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::ForeignTable => {
                if let Some(id) = self.find_id(&alter.name) {
                    self.set_schema(id, schema);
                }
            }
            _ => {}
        }
    }

    fn rename_on_table(&mut self, kind: ObjectKind, table: Option<&Name>, name: &str, to: &str) {
        let Some(table) = self.table_of(table) else { return };
        for member in self.family(table, kind != ObjectKind::Trigger) {
            self.catalog.relations.edit(member, |relation| match kind {
                ObjectKind::Trigger => {
                    for trigger in &mut relation.triggers {
                        if trigger.name == name && (member == table || trigger.inherited) {
                            to.clone_into(&mut trigger.name);
                        }
                    }
                }
                ObjectKind::Rule => {
                    for rule in relation.rules.iter_mut().filter(|rule| rule.name == name) {
                        to.clone_into(&mut rule.name);
                    }
                }
                _ => {
                    for policy in relation.policies.iter_mut().filter(|policy| policy.name == name) {
                        to.clone_into(&mut policy.name);
                    }
                }
            });
        }
    }

    fn rename_domain_constraint(&mut self, domain: Option<&Name>, name: &str, to: &str) {
        let Some(key) = domain.and_then(|domain| self.catalog.type_key_of(domain)) else { return };
        if let Some(TypeKind::Domain(domain)) = self.catalog.types.get_mut(&key).map(|entry| &mut entry.kind)
        {
            for constraint in domain.constraints.iter_mut().filter(|constraint| constraint.name == name) {
                to.clone_into(&mut constraint.name);
            }
        }
    }

    fn table_of(&mut self, name: Option<&Name>) -> Option<RelationId> {
        name.and_then(|name| self.target_table(name))
    }
}
