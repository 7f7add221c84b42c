//! Schemas and extensions.

use super::Replay;
use crate::catalog::extensions::{self, Extension};
use crate::catalog::ledger::{Fresh, Members};
use crate::catalog::{Function, RelationId, TypeKind};
use crate::operation::{CreateExtension, CreateSchema};

impl Replay<'_> {
    /// `CREATE SCHEMA`, with the objects in it.
    pub(super) fn create_schema(&mut self, create: &CreateSchema) {
        let name = create.name.text.clone();
        if !self.catalog.schemas.contains_key(&name) {
            self.catalog.schemas.insert(name.clone(), self.catalog.now);
            self.catalog.note(Fresh::Schema(name.clone()));
        }
        let path = self.catalog.session.search_path.clone();
        self.catalog.session.search_path.insert(0, name);
        self.deeper(|replay| create.elements.iter().for_each(|element| replay.run(element)));
        self.catalog.session.search_path = path;
    }

    /// `DROP SCHEMA`, with all in it.
    pub(super) fn drop_schema(&mut self, name: &str) -> Vec<(String, String)> {
        let types: Vec<(String, String)> =
            self.catalog.types.keys().filter(|(schema, _)| schema == name).cloned().collect();
        for key in types {
            self.drop_columns_of_type(&key);
            self.catalog.drop_type(&key);
        }
        let relations: Vec<RelationId> = self
            .catalog
            .relations
            .values()
            .filter(|relation| relation.schema == name)
            .map(|relation| relation.id)
            .collect();
        let gone = relations.into_iter().flat_map(|id| self.catalog.drop_relation(id)).collect();
        let functions: Vec<(String, String)> =
            self.catalog.functions.keys().filter(|(schema, _)| schema == name).cloned().collect();
        for key in functions {
            self.drop_users_of_function(&key);
            self.catalog.drop_functions(&key, |_| true);
        }
        self.catalog.schemas.remove(name);
        gone
    }

    /// `ALTER SCHEMA … RENAME TO`
    pub(super) fn rename_schema(&mut self, from: &str, to: &str) {
        if let Some(origin) = self.catalog.schemas.remove(from) {
            self.catalog.schemas.insert(to.to_owned(), origin);
        }
        let types: Vec<(String, String)> =
            self.catalog.types.keys().filter(|(schema, _)| schema == from).cloned().collect();
        for key in types {
            self.move_type(&key, to);
        }
        let relations: Vec<(RelationId, String)> = self
            .catalog
            .relations
            .values()
            .filter(|relation| relation.schema == from)
            .map(|relation| (relation.id, relation.name.clone()))
            .collect();
        for (id, name) in relations {
            self.catalog.move_to(id, to, &name);
        }
        let functions: Vec<(String, String)> =
            self.catalog.functions.keys().filter(|(schema, _)| schema == from).cloned().collect();
        for key in functions {
            self.move_functions(&key, &(to.to_owned(), key.1.clone()));
        }
    }

    /// Gives functions another name or schema.
    pub(super) fn move_functions(&mut self, from: &(String, String), to: &(String, String)) {
        let Some(mut moved) = self.catalog.functions.remove(from) else { return };
        if self.catalog.ledger.atomic_functions.remove(from) {
            self.catalog.ledger.atomic_functions.insert(to.clone());
        }
        if self.catalog.ledger.dynamic_functions.contains(from) {
            self.catalog.ledger.dynamic_functions.insert(to.clone());
        }
        self.catalog.functions.entry(to.clone()).or_default().append(&mut moved);
        let ids: Vec<RelationId> = self.catalog.relations.keys().copied().collect();
        for id in ids {
            self.catalog.relations.edit(id, |relation| {
                for trigger in relation.triggers.iter_mut().filter(|trigger| trigger.function == *from) {
                    trigger.function.clone_from(to);
                }
            });
        }
    }

    /// `CREATE EXTENSION`: its types and those of its functions that matter.
    pub(super) fn create_extension(&mut self, create: &CreateExtension) {
        let name = create.name.text.to_ascii_lowercase();
        if self.catalog.extensions.contains_key(&name) {
            return;
        }
        self.catalog.extensions.insert(name.clone(), self.catalog.now);
        self.catalog.note(Fresh::Extension(name.clone()));
        let Some(Extension { types, functions, .. }) = extensions::find(&name) else { return };
        let schema = match &create.schema {
            Some(schema) => schema.text.clone(),
            None => self.catalog.session.search_path.first().cloned().unwrap_or_else(|| "public".to_owned()),
        };
        let mut members = Members::default();
        for type_name in *types {
            let key = (schema.clone(), (*type_name).to_owned());
            self.insert_type(key.clone(), TypeKind::Other);
            members.types.push(key);
        }
        for (function, volatility) in *functions {
            let key = (schema.clone(), (*function).to_owned());
            self.catalog.functions.entry(key.clone()).or_default().push(Function {
                arguments: Vec::new(),
                volatility: *volatility,
                language: Some("c".to_owned()),
                procedure: false,
                origin: self.catalog.now,
                depends: Vec::new(),
                transaction_control: false,
                sets_row: false,
                body: Vec::new(),
            });
            self.catalog.note(Fresh::Function(key.clone()));
            members.functions.push(key);
        }
        self.catalog.ledger.members.insert(name, members);
    }

    /// `DROP EXTENSION`, with its types and functions and, with `CASCADE`, what uses them.
    pub(super) fn drop_extension(&mut self, name: &str, cascade: bool) -> Vec<(String, String)> {
        let name = name.to_ascii_lowercase();
        self.catalog.extensions.remove(&name);
        let Some(members) = self.catalog.ledger.members.remove(&name) else { return Vec::new() };
        for key in members.types {
            if cascade {
                self.drop_columns_of_type(&key);
            }
            self.catalog.drop_type(&key);
        }
        for key in members.functions {
            if cascade {
                self.drop_users_of_function(&key);
            }
            self.catalog.drop_functions(&key, |function| function.language.as_deref() == Some("c"));
        }
        Vec::new()
    }

    /// `ALTER EXTENSION … SET SCHEMA`
    pub(super) fn move_extension(&mut self, name: &str, schema: &str) {
        let name = name.to_ascii_lowercase();
        let Some(mut members) = self.catalog.ledger.members.remove(&name) else { return };
        for key in &mut members.types {
            self.move_type(key, schema);
            schema.clone_into(&mut key.0);
        }
        for key in &mut members.functions {
            let to = (schema.to_owned(), key.1.clone());
            self.move_functions(key, &to);
            *key = to;
        }
        self.catalog.ledger.members.insert(name, members);
    }
}
