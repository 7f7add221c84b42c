//! Types and who uses them.

use std::collections::BTreeSet;

use crate::catalog::extensions;
use crate::catalog::{Catalog, Column, Found, Relation, RelationId, TypeEntry, TypeKind};
use crate::operation::{Identifier, Name, TypeName};
use crate::postgres::is_builtin;

impl Catalog {
    /// The entry of a type that is not PostgreSQL's own, through the search path. Of an array it is the element's.
    pub fn resolve_type(&self, name: &TypeName) -> Option<&TypeEntry> {
        self.types.get(&self.type_key(name)?)
    }

    /// The key of such a type; none where it is PostgreSQL's own or was never seen.
    pub fn type_key(&self, name: &TypeName) -> Option<(String, String)> {
        if name.schema.is_none() && is_builtin(&name.name) {
            return None;
        }
        self.schemas_searched(name.schema.as_deref())
            .into_iter()
            .map(|schema| (schema.to_owned(), name.name.clone()))
            .find(|key| self.types.contains_key(key))
    }

    /// No type of that name exists, for sure: everything is known, extensions and tables (whose rows are types)
    /// included.
    pub fn lacks_type(&self, name: &TypeName) -> bool {
        let of_system =
            name.name.starts_with("pg_") || name.name.starts_with('_') || name.name.starts_with("reg");
        let relation = || Name {
            schema: name.schema.as_ref().map(|schema| Identifier::made(schema.clone())),
            name: Identifier::made(name.name.clone()),
        };
        let serial = matches!(name.name.as_str(), "serial" | "bigserial" | "smallserial");
        self.complete
            && !of_system
            && !name.name.ends_with("%type")
            && !serial
            && (name.schema.is_some() || !is_builtin(&name.name))
            && self.type_key(name).is_none()
            && self.knows_extensions()
            && matches!(self.find(&relation()), Found::Missing)
    }

    /// No schema of that name exists, for sure.
    pub fn lacks_schema(&self, name: &str) -> bool {
        self.complete
            && self.knows_extensions()
            && !self.schemas.contains_key(name)
            && name != "public"
            && name != "information_schema"
            && !name.starts_with("pg_")
    }

    /// What all extensions bring is known.
    pub(super) fn knows_extensions(&self) -> bool {
        self.extensions.keys().all(|name| extensions::find(name).is_some())
    }

    /// The key of a type by its name in `ALTER TYPE`, `DROP TYPE` and the like.
    pub fn type_key_of(&self, name: &Name) -> Option<(String, String)> {
        self.type_key(&TypeName {
            schema: name.schema.as_ref().map(|schema| schema.text.clone()),
            name: name.name.text.clone(),
            ..TypeName::default()
        })
    }

    /// Two names mean the same type, modifiers and array or not included; where they are written does not matter.
    /// `serial` is `int4`.
    pub fn same_type(&self, one: &TypeName, other: &TypeName) -> bool {
        self.same_base(one, other)
            && one.modifiers == other.modifiers
            && (one.dimensions > 0) == (other.dimensions > 0)
    }

    /// The tables (and views, typed tables, composite types) with columns of a type: of the type itself, arrays of
    /// it, and domains over it; in order of creation, each with the columns.
    pub fn type_users(&self, key: &(String, String)) -> Vec<(&Relation, Vec<&Column>)> {
        let keys = self.types_over(key);
        self.relations
            .values()
            .filter_map(|relation| {
                let columns: Vec<&Column> = relation
                    .columns
                    .iter()
                    .filter(|column| {
                        let name = column.type_name.as_ref();
                        name.is_some_and(|name| keys.iter().any(|key| self.is_type(name, key)))
                    })
                    .collect();
                (!columns.is_empty()).then_some((relation, columns))
            })
            .collect()
    }

    /// The columns of others that hold whole rows of a relation, in order of creation of their tables.
    pub fn row_users(&self, relation: &Relation) -> Vec<(&Relation, &Column)> {
        let is_row = |name: &TypeName| {
            name.name == relation.name
                && name.schema.as_ref().is_none_or(|schema| *schema == relation.schema)
                && (name.schema.is_some() || !is_builtin(&name.name))
                && self.type_key(name).is_none()
        };
        let columns =
            self.relations.values().flat_map(|user| user.columns.iter().map(move |column| (user, column)));
        columns
            .filter(|(user, column)| user.id != relation.id && column.type_name.as_ref().is_some_and(is_row))
            .collect()
    }

    /// A type, the domains over it (and over those), and the composite types with attributes of it.
    pub fn types_over(&self, key: &(String, String)) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::from([key.clone()]);
        let mut waiting = vec![key.clone()];
        while let Some(below) = waiting.pop() {
            for (above, entry) in &self.types {
                let uses = |name: &TypeName| self.is_type(name, &below);
                let is_over = match &entry.kind {
                    TypeKind::Domain(domain) => uses(&domain.base),
                    TypeKind::Composite(relation) => self.get(*relation).is_some_and(|relation| {
                        relation.columns.iter().any(|column| column.type_name.as_ref().is_some_and(uses))
                    }),
                    TypeKind::Enum(_) | TypeKind::Other => false,
                };
                if is_over && found.insert(above.clone()) {
                    waiting.push(above.clone());
                }
            }
        }
        found
    }

    /// The columns of a type itself or arrays of it.
    pub(in crate::catalog) fn columns_of_type(
        &self,
        key: &(String, String),
    ) -> Vec<(RelationId, Vec<String>)> {
        let mut users = Vec::new();
        for relation in self.relations.values() {
            let columns: Vec<String> = relation
                .columns
                .iter()
                .filter(|column| column.type_name.as_ref().is_some_and(|name| self.is_type(name, key)))
                .map(|column| column.name.clone())
                .collect();
            if !columns.is_empty() {
                users.push((relation.id, columns));
            }
        }
        users
    }

    /// A name means this type or an array of it.
    pub(in crate::catalog) fn is_type(&self, name: &TypeName, key: &(String, String)) -> bool {
        name.name == key.1 && self.type_key(name).as_ref() == Some(key)
    }

    /// A type's name with the schema it is found in, so that it means the same after the search path changed.
    pub(in crate::catalog) fn qualified(&self, name: &TypeName) -> TypeName {
        let mut name = name.clone();
        if name.schema.is_none() {
            name.schema = self.type_key(&name).map(|(schema, _)| schema);
        }
        name
    }

    fn same_base(&self, one: &TypeName, other: &TypeName) -> bool {
        let plain = |name: &TypeName| match name.name.as_str() {
            "serial" | "serial4" => "int4".to_owned(),
            "bigserial" | "serial8" => "int8".to_owned(),
            "smallserial" | "serial2" => "int2".to_owned(),
            other => other.to_owned(),
        };
        match (self.type_key(one), self.type_key(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => {
                plain(one) == plain(other)
                    && (one.schema.is_none() || other.schema.is_none() || one.schema == other.schema)
            }
            _ => false,
        }
    }
}
