//! Finding relations by name, through the search path.

use super::{Catalog, Origin, Relation, RelationId, RelationKind, Session};
use crate::operation::Name;
use std::collections::BTreeMap;

/// What the catalog says of a name.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// It knows the relation.
    Known(&'a Relation),
    /// It does not exist: the catalog is complete, or it was dropped in the replay.
    Missing,
    /// It was never seen: it exists, as far as anyone can tell, and may be large.
    Unseen,
}

impl<'a> Found<'a> {
    /// The relation, where it is known.
    pub fn known(self) -> Option<&'a Relation> {
        match self {
            Found::Known(relation) => Some(relation),
            Found::Missing | Found::Unseen => None,
        }
    }
}

impl Default for Catalog {
    /// An empty catalog that knows nothing: everything is unseen.
    fn default() -> Self {
        Catalog {
            relations: BTreeMap::new(),
            names: BTreeMap::new(),
            types: BTreeMap::new(),
            functions: BTreeMap::new(),
            schemas: BTreeMap::from([("public".to_owned(), Origin::Before)]),
            extensions: BTreeMap::new(),
            publications: BTreeMap::new(),
            dropped: BTreeMap::new(),
            complete: false,
            session: Session::default(),
            now: Origin::Before,
            next: 1,
        }
    }
}

impl Default for Session {
    fn default() -> Self {
        Session {
            search_path: vec!["public".to_owned()],
            lock_timeout: None,
            statement_timeout: None,
            time_zone: None,
        }
    }
}

impl Catalog {
    /// The schemas in which an unqualified (or the one qualified) name is looked up, in order.
    pub fn schemas_of<'a>(&'a self, name: &'a Name) -> Vec<&'a str> {
        match &name.schema {
            Some(schema) => vec![schema.text.as_str()],
            None => std::iter::once("pg_temp")
                .chain(self.session.search_path.iter().map(String::as_str))
                .collect(),
        }
    }

    /// The `(schema, name)` that a new object of this name gets.
    pub fn new_key(&self, name: &Name) -> (String, String) {
        let schema = match &name.schema {
            Some(schema) => schema.text.clone(),
            None => self.session.search_path.first().cloned().unwrap_or_else(|| "public".to_owned()),
        };
        (schema, name.name.text.clone())
    }

    /// What is known of a relation name.
    pub fn find(&self, name: &Name) -> Found<'_> {
        let mut missing = self.complete;
        for schema in self.schemas_of(name) {
            let key = (schema.to_owned(), name.name.text.clone());
            if let Some(relation) = self.names.get(&key).and_then(|id| self.relations.get(id)) {
                return Found::Known(relation);
            }
            missing |= self.dropped.contains_key(&key);
        }
        if missing { Found::Missing } else { Found::Unseen }
    }

    /// A relation by identity.
    pub fn get(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(&id)
    }

    /// Indexes of a table, in order of creation.
    pub fn indexes_of(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations
            .values()
            .filter(move |relation| relation.index.as_ref().is_some_and(|index| index.table == table))
    }

    /// Direct partitions and inheritance children, in order of creation.
    pub fn children_of(&self, parent: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.values().filter(move |relation| {
            relation.parents.contains(&parent)
                || relation.partition.as_ref().is_some_and(|partition| partition.parent == parent)
        })
    }

    /// All descendants (partitions of partitions too), parents before children; without `parent` itself.
    pub fn descendants_of(&self, parent: RelationId) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = self.children_of(parent).collect();
        let mut next = 0;
        while let Some(relation) = found.get(next).copied() {
            for child in self.children_of(relation.id) {
                if !found.iter().any(|seen| seen.id == child.id) {
                    found.push(child);
                }
            }
            next += 1;
        }
        found
    }

    /// Foreign keys that reference a table: the referencing table and the constraint.
    pub fn referencing(&self, table: RelationId) -> Vec<(&Relation, &super::Constraint)> {
        self.relations
            .values()
            .flat_map(|relation| relation.constraints.iter().map(move |constraint| (relation, constraint)))
            .filter(|(_, constraint)| match &constraint.kind {
                super::ConstraintEntry::ForeignKey(key) => key.references == Some(table),
                _ => false,
            })
            .collect()
    }
}

impl Relation {
    /// `schema.name`, without the schema where it is `public`. A temporary relation is `pg_temp.name`.
    pub fn display(&self) -> String {
        if self.schema == "public" { self.name.clone() } else { format!("{}.{}", self.schema, self.name) }
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&super::Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// A constraint by name.
    pub fn constraint(&self, name: &str) -> Option<&super::Constraint> {
        self.constraints.iter().find(|constraint| constraint.name == name)
    }

    /// True for tables that hold rows or whose partitions do.
    pub fn is_table(&self) -> bool {
        matches!(self.kind, RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable)
    }

    /// Created by this change: no deployed code uses it and it holds no production rows.
    pub fn is_new(&self) -> bool {
        self.origin > Origin::Before
    }
}

impl Catalog {
    /// temporary
    pub fn volatility(&self, call: &crate::operation::FunctionCall) -> Option<crate::operation::Volatility> {
        let _ = call;
        None
    }
    /// temporary
    pub fn resolve_type(&self, name: &crate::operation::TypeName) -> Option<&super::TypeEntry> {
        let _ = name;
        None
    }

    /// temporary
    pub fn views_on(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.values().filter(move |relation| {
            relation.view.as_ref().is_some_and(|view| view.depends.iter().any(|(id, _)| *id == table))
        })
    }
}
