//! Putting things in the catalog and moving them about.

use super::key::Key;
use super::ledger::Fresh;
use super::{
    Catalog, Column, Constraint, ConstraintEntry, ForeignKeyEntry, Relation, RelationId, RelationKind, Rows,
};
use crate::operation::{Expression, Persistence, TypeName};

impl Relation {
    /// A relation of which nothing but name and kind is known yet: no columns, permanent, trusted, there before.
    /// [`Catalog::insert`] gives it its identity.
    pub fn new(kind: RelationKind, schema: impl Into<String>, name: impl Into<String>) -> Self {
        Relation {
            id: RelationId(0),
            schema: schema.into(),
            name: name.into(),
            kind,
            persistence: Persistence::Permanent,
            origin: super::Origin::Before,
            rows: Rows::Unknown,
            columns: Vec::new(),
            columns_known: true,
            constraints: Vec::new(),
            triggers: Vec::new(),
            rules: Vec::new(),
            policies: Vec::new(),
            statistics: Vec::new(),
            row_security: (false, false),
            parents: Vec::new(),
            partition: None,
            partition_by: None,
            of_type: None,
            access_method: None,
            tablespace: None,
            owner: None,
            index: None,
            sequence: None,
            view: None,
            trusted: true,
        }
    }

    /// A column by name, to change it.
    pub(super) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    /// A constraint by name, to change it. Not for its name.
    pub(super) fn constraint_mut(&mut self, name: &str) -> Option<&mut Constraint> {
        self.constraints.iter_mut().find(|constraint| constraint.name == name)
    }

    /// The constraint that an index backs.
    pub(crate) fn constraint_of_index(&self, index: RelationId) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.kind.index() == Some(index))
    }
}

impl Column {
    /// `GENERATED … VIRTUAL` (18): no values of it are stored.
    pub fn is_virtual(&self) -> bool {
        self.generated.as_ref().is_some_and(|generated| !generated.stored)
    }

    /// A nullable column without anything, the relation's own, there before.
    pub fn new(name: impl Into<String>, type_name: Option<TypeName>) -> Self {
        Column {
            name: name.into(),
            type_name,
            collation: None,
            not_null: false,
            default: None,
            generated: None,
            identity: None,
            owned_sequence: None,
            origin: super::Origin::Before,
            inherited: false,
            local: true,
        }
    }
}

impl Constraint {
    /// A validated, enforced constraint, the relation's own, there before.
    pub fn new(name: impl Into<String>, kind: ConstraintEntry) -> Self {
        Constraint {
            name: name.into(),
            kind,
            validated: true,
            enforced: true,
            deferrable: false,
            no_inherit: false,
            origin: super::Origin::Before,
            inherited: false,
            local: true,
        }
    }
}

impl ConstraintEntry {
    /// The index that backs it.
    pub fn index(&self) -> Option<RelationId> {
        match self {
            ConstraintEntry::Unique(_, index)
            | ConstraintEntry::PrimaryKey(_, index)
            | ConstraintEntry::Exclude(index) => Some(*index),
            ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) | ConstraintEntry::ForeignKey(_) => None,
        }
    }

    /// The foreign key it is.
    pub fn foreign_key(&self) -> Option<&ForeignKeyEntry> {
        match self {
            ConstraintEntry::ForeignKey(key) => Some(key),
            _ => None,
        }
    }
}

impl Catalog {
    /// Puts a relation in and gives it its identity. Its name must be free.
    pub fn insert(&mut self, mut relation: Relation) -> RelationId {
        let id = RelationId(self.next);
        self.next = self.next.saturating_add(1);
        relation.id = id;
        let key = (relation.schema.clone(), relation.name.clone());
        if self.dropped.contains(&key) {
            self.dropped.remove(&key);
        }
        if relation.is_table() {
            self.resolve_foreign_keys(&key, id);
        }
        self.names.insert(key, id);
        self.relations.insert(relation);
        self.note(Fresh::Relation(id));
        id
    }

    /// A relation of that key is there.
    pub(super) fn taken(&self, schema: &str, name: &str) -> bool {
        self.names.contains_key(&(schema, name) as &dyn Key)
    }

    /// The relation of a key.
    pub(crate) fn by_key(&self, schema: &str, name: &str) -> Option<RelationId> {
        self.names.get(&(schema, name) as &dyn Key).copied()
    }

    /// Gives a relation another name or schema. Nothing happens where that is taken.
    pub(super) fn move_to(&mut self, id: RelationId, schema: &str, name: &str) -> bool {
        if self.taken(schema, name) {
            return false;
        }
        let Some(relation) = self.relations.get(&id) else { return false };
        let old = (relation.schema.clone(), relation.name.clone());
        let new = (schema.to_owned(), name.to_owned());
        self.names.remove(&old);
        self.dropped.insert(old);
        self.dropped.remove(&new);
        self.names.insert(new.clone(), id);
        let shown = relation.display();
        self.relations.relink(id, |relation| (relation.schema, relation.name) = new);
        self.rename_in_defaults(id, &shown);
        true
    }

    /// Tables whose defaults take the next value of a sequence, which they call by this name.
    pub(super) fn change_defaults(&mut self, sequence: RelationId, name: &str, change: impl Fn(&mut Column)) {
        for table in self.ledger.sequence_users.get(&sequence).cloned().into_iter().flatten() {
            self.relations.edit(table, |relation| {
                for column in &mut relation.columns {
                    if column.default.as_ref().and_then(sequence_of).is_some_and(|called| called == name) {
                        change(column);
                    }
                }
            });
        }
    }

    /// Defaults show a sequence's present name.
    fn rename_in_defaults(&mut self, sequence: RelationId, from: &str) {
        let Some(to) = self.get(sequence).map(Relation::display) else { return };
        self.change_defaults(sequence, from, |column| {
            let calls = column.default.iter_mut().flat_map(|default| &mut default.calls);
            for literal in calls.filter(|call| call.name == "nextval").flat_map(|call| &mut call.literals) {
                literal.clone_from(&to);
            }
        });
    }

    /// Adds a constraint to a table.
    pub(super) fn add_constraint_entry(&mut self, table: RelationId, mut constraint: Constraint) {
        constraint.origin = self.now;
        if let ConstraintEntry::ForeignKey(key) = &constraint.kind
            && key.references.is_none()
        {
            self.ledger.unresolved.entry(key.references_name.clone()).or_default().insert(table);
        }
        self.relations.push_constraint(table, constraint);
        self.note(Fresh::Relation(table));
    }

    /// Foreign keys to a table that had not been seen lead to it now.
    fn resolve_foreign_keys(&mut self, key: &(String, String), id: RelationId) {
        for table in self.ledger.unresolved.remove(key).into_iter().flatten() {
            self.relations.relink(table, |relation| {
                for constraint in &mut relation.constraints {
                    if let ConstraintEntry::ForeignKey(foreign) = &mut constraint.kind
                        && foreign.references.is_none()
                        && foreign.references_name == *key
                    {
                        foreign.references = Some(id);
                    }
                }
            });
        }
    }
}

/// The sequence whose next value an expression takes, as it is named there.
pub(super) fn sequence_of(expression: &Expression) -> Option<&str> {
    let call = expression.calls.iter().find(|call| call.name == "nextval")?;
    call.literals.first().map(String::as_str)
}
