//! Finding relations by name, through the search path, and along what hangs on them.

use std::collections::{BTreeMap, BTreeSet};

use super::key::Key;
use super::relations::Link;
use super::{Catalog, ConstraintEntry, Ledger, Origin, Relation, RelationId, RelationKind};
use super::{Relations, Session, Shared};
use crate::operation::Name;

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
            relations: Relations::default(),
            names: Shared::default(),
            types: Shared::default(),
            functions: Shared::default(),
            schemas: BTreeMap::from([("public".to_owned(), Origin::Before)]),
            extensions: BTreeMap::new(),
            publications: BTreeMap::new(),
            dropped: Shared::default(),
            complete: false,
            session: Session::default(),
            now: Origin::Before,
            next: 1,
            ledger: Ledger::default(),
        }
    }
}

impl Catalog {
    /// The schemas in which an unqualified (or the one qualified) name is looked up, in order.
    pub fn schemas_of<'a>(&'a self, name: &'a Name) -> Vec<&'a str> {
        self.schemas_searched(name.schema.as_ref().map(|schema| schema.text.as_str()))
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
            let key: &dyn Key = &(schema, name.name.text.as_str());
            if let Some(relation) = self.names.get(key).and_then(|id| self.relations.get(id)) {
                return Found::Known(relation);
            }
            missing |= self.dropped.contains(key);
        }
        if missing { Found::Missing } else { Found::Unseen }
    }

    /// A relation by the name that reports show ([`Relation::display`]).
    pub fn displayed(&self, name: &str) -> Option<&Relation> {
        let in_public = Some(("public", name));
        let qualified =
            name.match_indices('.').filter_map(|(dot, _)| Some((name.get(..dot)?, name.get(dot + 1..)?)));
        in_public
            .into_iter()
            .chain(qualified)
            .find_map(|(schema, name)| self.names.get(&(schema, name) as &dyn Key))
            .and_then(|id| self.get(*id))
    }

    /// A relation by identity.
    pub fn get(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(&id)
    }

    /// Indexes of a table, in order of creation.
    pub fn indexes_of(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.linked(table, Link::Index)
    }

    /// Direct partitions and inheritance children, in order of creation.
    pub fn children_of(&self, parent: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.linked(parent, Link::Child)
    }

    /// All descendants (partitions of partitions too), parents before children; without `parent` itself.
    pub fn descendants_of(&self, parent: RelationId) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = self.children_of(parent).collect();
        let mut seen: BTreeSet<RelationId> = found.iter().map(|relation| relation.id).collect();
        let mut next = 0;
        while let Some(relation) = found.get(next).copied() {
            found.extend(self.children_of(relation.id).filter(|child| seen.insert(child.id)));
            next += 1;
        }
        found
    }

    /// Indexes that are attached to a partitioned index, in order of creation.
    pub fn attached_to(&self, index: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.linked(index, Link::Attached)
    }

    /// Sequences that columns of a table own, identity columns' too, in order of creation.
    pub fn sequences_of(&self, table: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.linked(table, Link::Sequence)
    }

    /// Views and materialized views that read a relation themselves, in order of creation.
    pub fn views_on(&self, relation: RelationId) -> impl Iterator<Item = &Relation> {
        self.relations.linked(relation, Link::View)
    }

    /// Tables with policies or rules that use a relation, in order of creation, each with what it calls such a part and
    /// the columns that it uses.
    pub fn parts_on(&self, id: RelationId) -> impl Iterator<Item = (&Relation, String, &[String])> {
        self.relations.linked(id, Link::Part).flat_map(move |holder| {
            let on = move |depends: &&(RelationId, Vec<String>)| depends.0 == id;
            let policies = holder.policies.iter().flat_map(move |policy| {
                let depends = policy.depends.iter().filter(on);
                depends.map(move |(_, columns)| {
                    (holder, format!("policy `{}`", policy.name), columns.as_slice())
                })
            });
            let rules = holder.rules.iter().flat_map(move |rule| {
                let depends = rule.depends.iter().filter(on);
                depends.map(move |(_, columns)| (holder, format!("rule `{}`", rule.name), columns.as_slice()))
            });
            policies.chain(rules)
        })
    }

    /// All views and materialized views above a relation, those on views too, nearest first.
    pub fn views_above(&self, relation: RelationId) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = self.views_on(relation).collect();
        let mut seen: BTreeSet<RelationId> = found.iter().map(|view| view.id).collect();
        let mut next = 0;
        while let Some(view) = found.get(next).copied() {
            found.extend(self.views_on(view.id).filter(|above| seen.insert(above.id)));
            next += 1;
        }
        found
    }

    /// Foreign keys that reference a table: the referencing table and the constraint.
    pub fn referencing(&self, table: RelationId) -> Vec<(&Relation, &super::Constraint)> {
        self.relations
            .linked(table, Link::ForeignKey)
            .flat_map(|relation| relation.constraints.iter().map(move |constraint| (relation, constraint)))
            .filter(|(_, constraint)| match &constraint.kind {
                ConstraintEntry::ForeignKey(key) => key.references == Some(table),
                _ => false,
            })
            .collect()
    }

    /// The schemas in which a name is looked up whose schema may be written.
    pub(super) fn schemas_searched<'a>(&'a self, schema: Option<&'a str>) -> Vec<&'a str> {
        match schema {
            Some(schema) => vec![schema],
            None => std::iter::once("pg_temp")
                .chain(self.session.search_path.iter().map(String::as_str))
                .collect(),
        }
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

    /// The columns of the primary key and its index.
    pub fn primary_key(&self) -> Option<(&[String], RelationId)> {
        self.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintEntry::PrimaryKey(columns, index) => Some((columns.as_slice(), *index)),
            _ => None,
        })
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
