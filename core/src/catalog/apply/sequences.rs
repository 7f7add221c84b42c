//! Sequences: their own, of `serial` and of identity columns.

use super::Replay;
use super::columns::key_beside;
use crate::catalog::store::sequence_of;
use crate::catalog::{Relation, RelationId, RelationKind, Sequence};
use crate::operation::{AlterSequence, CreateSequence, Identifier, Name, OwnedBy, SequenceOptions, TypeName};

impl Replay<'_> {
    /// `CREATE SEQUENCE`
    pub(super) fn create_sequence(&mut self, create: &CreateSequence) {
        let key = self.new_key(&create.name, create.persistence);
        if !self.vacate(&key, create.if_not_exists) {
            return;
        }
        let mut relation = Relation::new(RelationKind::Sequence, key.0, key.1);
        relation.persistence = create.persistence;
        relation.origin = self.catalog.now;
        relation.sequence = Some(Sequence::default());
        let id = self.catalog.insert(relation);
        self.set_options(id, &create.options);
    }

    /// `ALTER SEQUENCE`
    pub(super) fn alter_sequence(&mut self, alter: &AlterSequence) {
        if let Some(id) = self.find_id(&alter.name) {
            self.set_options(id, &alter.options);
        }
    }

    /// The sequence of a `serial` or identity column: `t_c_seq` beside the table, unless it is given a name.
    pub(super) fn own_sequence(
        &mut self,
        table: RelationId,
        column: &str,
        type_name: Option<TypeName>,
        name: Option<&Name>,
        identity: bool,
    ) -> Option<RelationId> {
        let owner = self.catalog.get(table)?;
        let (schema, table_name) = (owner.schema.clone(), owner.name.clone());
        let persistence = owner.persistence;
        let key = match name.map(|name| key_beside(name, &schema)) {
            Some(key) if self.catalog.taken(&key.0, &key.1) => return None,
            Some(key) => key,
            None => {
                let name =
                    self.catalog.choose_relation_name(&schema, &table_name, Some(column), "seq", false);
                (schema, name)
            }
        };
        let mut relation = Relation::new(RelationKind::Sequence, key.0, key.1);
        relation.persistence = persistence;
        relation.origin = self.catalog.now;
        relation.sequence =
            Some(Sequence { type_name, owned_by: Some((table, column.to_owned())), identity });
        Some(self.catalog.insert(relation))
    }

    /// Notes which sequences the defaults of a table use, and names them there as reports do.
    pub(super) fn note_sequences(&mut self, table: RelationId) {
        let Some(relation) = self.catalog.get(table) else { return };
        let used: Vec<(String, RelationId, String)> = relation
            .columns
            .iter()
            .filter_map(|column| {
                let name = sequence_of(column.default.as_ref()?)?;
                let (schema, shown) = name.split_once('.').unwrap_or(("public", name));
                let sequence = match self.catalog.by_key(schema, shown) {
                    Some(id) => self.catalog.get(id)?,
                    None => self.catalog.find(&name_in(name)).known()?,
                };
                Some((column.name.clone(), sequence.id, sequence.display()))
            })
            .collect();
        for (column, sequence, name) in used {
            self.catalog.ledger.sequence_users.entry(sequence).or_default().insert(table);
            self.catalog.relations.edit(table, |relation| {
                let default = relation.column_mut(&column).and_then(|column| column.default.as_mut());
                let calls = default.into_iter().flat_map(|default| &mut default.calls);
                for call in calls.filter(|call| call.name == "nextval") {
                    call.literals = vec![name.clone()];
                }
            });
        }
    }

    fn set_options(&mut self, id: RelationId, options: &SequenceOptions) {
        if let Some(as_type) = &options.as_type {
            self.catalog.relations.edit(id, |relation| {
                if let Some(sequence) = &mut relation.sequence {
                    sequence.type_name = Some(as_type.clone());
                }
            });
        }
        match &options.owned_by {
            Some(OwnedBy::None) => self.set_owner_column(id, None),
            Some(OwnedBy::Column(table, column)) => self.own_by(id, table, column),
            None => {}
        }
    }

    fn own_by(&mut self, sequence: RelationId, table: &Name, column: &Identifier) {
        let Some(table) = self.target_table(table) else { return };
        self.learn_column(table, &column.text);
        self.set_owner_column(sequence, Some((table, column.text.clone())));
    }

    /// Changes which column owns a sequence.
    fn set_owner_column(&mut self, sequence: RelationId, owner: Option<(RelationId, String)>) {
        let old = self.catalog.relations.relink(sequence, |relation| {
            let sequence = relation.sequence.get_or_insert_with(Sequence::default);
            std::mem::replace(&mut sequence.owned_by, owner.clone())
        });
        if let Some((table, column)) = old.flatten() {
            self.note_sequence(table, &column, sequence, None);
        }
        if let Some((table, column)) = owner {
            self.note_sequence(table, &column, sequence, Some(sequence));
        }
    }

    fn note_sequence(&mut self, table: RelationId, column: &str, old: RelationId, new: Option<RelationId>) {
        self.catalog.relations.edit(table, |relation| {
            if let Some(column) = relation.column_mut(column)
                && (new.is_some() || column.owned_sequence == Some(old))
            {
                column.owned_sequence = new;
            }
        });
    }
}

/// The name in a literal such as `'public."Users_id_seq"'`.
fn name_in(literal: &str) -> Name {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in literal.chars() {
        match (c, parts.last_mut()) {
            ('"', _) => quoted = !quoted,
            ('.', _) if !quoted => parts.push(String::new()),
            (c, Some(part)) => part.push(if quoted { c } else { c.to_ascii_lowercase() }),
            (_, None) => {}
        }
    }
    let name = Identifier::made(parts.pop().unwrap_or_default());
    Name { schema: parts.pop().map(Identifier::made), name }
}
