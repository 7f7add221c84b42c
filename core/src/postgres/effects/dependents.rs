//! What hangs on a column, a constraint, a relation: what `DROP` and `ALTER TYPE` reach beyond the thing they name.
//!
//! A drop locks every relation that depends (AccessExclusive, `AcquireDeletionLock` in `dependency.c`) before it
//! finds out whether it may go on; foreign keys of others are no relations, so they are locked only when they go.

use std::collections::BTreeSet;

use super::builder::{Builder, Subject};
use super::constraint::referenced_subject;
use crate::catalog::{
    Catalog, Constraint, ConstraintEntry, ForeignKeyEntry, Relation, RelationId, RelationKind,
};
use crate::operation::{IndexElement, Predicate, TypeName};
use crate::postgres::{LockMode, types};

/// Validated, enforced checks of a table that say that a column is never null, as PostgreSQL accepts it for
/// `SET NOT NULL`: `c IS NOT NULL`, alone or in a conjunction.
pub(super) fn proving_checks<'a>(
    relation: &'a Relation,
    column: &'a str,
) -> impl Iterator<Item = &'a Constraint> {
    relation.constraints.iter().filter(move |entry| match &entry.kind {
        ConstraintEntry::Check(check) if entry.validated && entry.enforced => check
            .predicate
            .conjuncts()
            .into_iter()
            .any(|part| matches!(part, Predicate::NotNull(name) if name == column)),
        _ => false,
    })
}

fn check_uses(entry: &Constraint, column: &str) -> bool {
    matches!(&entry.kind, ConstraintEntry::Check(check) if check.columns.iter().any(|used| used == column))
}

/// A check constraint of the table uses the column.
pub(super) fn checks_use(relation: &Relation, column: &str) -> bool {
    relation.constraints.iter().any(|entry| check_uses(entry, column))
}

/// A check constraint that is validated, and so validated again after a change of type, uses the column.
pub(super) fn validated_checks_use(relation: &Relation, column: &str) -> bool {
    relation.constraints.iter().any(|entry| entry.validated && entry.enforced && check_uses(entry, column))
}

fn element_uses(element: &IndexElement, column: &str) -> bool {
    element.column.as_ref().is_some_and(|name| name.text == column)
        || element
            .expression
            .as_ref()
            .is_some_and(|expression| expression.columns.iter().any(|used| used == column))
}

/// The column is in the partition key.
pub(super) fn partition_key_uses(relation: &Relation, column: &str) -> bool {
    relation.partition_by.iter().flat_map(|by| &by.keys).any(|key| element_uses(key, column))
}

/// How an index uses a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IndexUse {
    /// As a plain key or included column.
    Plain,
    /// In an expression or the predicate.
    Computed,
}

fn index_use(index: &Relation, column: &str) -> Option<IndexUse> {
    let index = index.index.as_ref()?;
    let in_expression = |element: &IndexElement| {
        element
            .expression
            .as_ref()
            .is_some_and(|expression| expression.columns.iter().any(|used| used == column))
    };
    let in_predicate =
        index.predicate.as_ref().is_some_and(|predicate| predicate.columns.iter().any(|used| used == column));
    if in_predicate || index.elements.iter().any(in_expression) {
        return Some(IndexUse::Computed);
    }
    let plain =
        index.elements.iter().any(|element| element.column.as_ref().is_some_and(|name| name.text == column))
            || index.include.iter().any(|name| name == column);
    plain.then_some(IndexUse::Plain)
}

/// Indexes on a column after a change of its type: kept where nothing of them changes (`TryReuseIndex`), else built
/// anew. An index with expressions or a predicate is never kept, nor is one of a partitioned table. Without `reads`
/// the new ones stay empty.
pub(super) fn rebuild_after_type_change<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    column: &str,
    keeps: bool,
    reads: bool,
) {
    let subject = Subject::known(table);
    for index in builder.catalog.indexes_of(table.id) {
        let Some(index_use) = index_use(index, column) else { continue };
        builder.lock_relation(index, LockMode::AccessExclusive);
        let Some(entry) = &index.index else { continue };
        let whole =
            entry.predicate.is_none() && entry.elements.iter().all(|element| element.column.is_some());
        let kept = keeps && index_use == IndexUse::Plain && whole && entry.parent.is_none();
        if !kept && index.kind == RelationKind::Index {
            builder.record_rebuild(index, &subject);
            if reads {
                builder.scan(&subject);
            }
        }
    }
}

/// A foreign key on a column: the referencing table, the referenced one, and itself.
struct Link<'a> {
    referencing: Subject<'a>,
    referenced: Subject<'a>,
    entry: &'a Constraint,
    /// The column is on the referencing side.
    own: bool,
}

fn links_of_column<'a>(builder: &Builder<'a>, table: &'a Relation, column: &str) -> Vec<Link<'a>> {
    let mut links = Vec::new();
    for entry in &table.constraints {
        if let ConstraintEntry::ForeignKey(key) = &entry.kind
            && key.columns.iter().any(|name| name == column)
        {
            let referenced = referenced_subject(builder, key);
            links.push(Link { referencing: Subject::known(table), referenced, entry, own: true });
        }
    }
    for (referencing, entry) in builder.catalog.referencing(table.id) {
        if let ConstraintEntry::ForeignKey(key) = &entry.kind
            && referenced_columns(builder.catalog, key).iter().any(|name| name == column)
        {
            let referencing = Subject::known(referencing);
            links.push(Link { referencing, referenced: Subject::known(table), entry, own: false });
        }
    }
    links
}

/// Foreign keys on a column whose type changes will be made again: their tables are locked first.
pub(super) fn lock_referencing<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
    for link in links_of_column(builder, table, column) {
        builder.lock(&link.referencing, LockMode::AccessExclusive);
    }
}

/// Foreign keys on a column whose type changes are dropped, which locks the referenced tables.
pub(super) fn take_down_foreign_keys<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
    for link in links_of_column(builder, table, column) {
        for member in with_key_triggers(builder, &link.referenced) {
            builder.lock(&member, LockMode::AccessExclusive);
        }
    }
}

/// The relations that triggers of a foreign key stand on at the referenced side, which are locked when it goes: before
/// 15 a partitioned table has none itself.
fn with_key_triggers<'a>(builder: &Builder<'a>, referenced: &Subject<'a>) -> Vec<Subject<'a>> {
    let mut members = builder.referenced(referenced);
    members.retain(|member| builder.version.at_least(15) || !member.is_partitioned());
    members
}

/// Constraints that are made again with another type, oldest first: checks have to find their operators, foreign keys
/// have to be able to compare (42804).
pub(super) fn refuse_old_constraints<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    column: &str,
    to: &TypeName,
) {
    let links = links_of_column(builder, table, column);
    for entry in &table.constraints {
        super::retype::refuse_check(builder, table, entry, column, to);
        let own = links.iter().find(|link| link.own && link.entry.name == entry.name);
        if let Some(link) = own.filter(|_| !builder.failed()) {
            refuse_incomparable(builder, link, column, to);
        }
        if builder.failed() {
            return;
        }
    }
    for link in links.iter().filter(|link| !link.own) {
        refuse_incomparable(builder, link, column, to);
        if builder.failed() {
            return;
        }
    }
}

fn refuse_incomparable<'a>(builder: &mut Builder<'a>, link: &Link<'a>, column: &str, to: &TypeName) {
    let ConstraintEntry::ForeignKey(key) = &link.entry.kind else { return };
    builder.lock(&link.referenced, LockMode::ShareRowExclusive);
    let referenced_names = referenced_columns(builder.catalog, key);
    let pair = key
        .columns
        .iter()
        .zip(&referenced_names)
        .find(|(own, other)| if link.own { own.as_str() == column } else { other.as_str() == column });
    let Some((own, other)) = pair else { return };
    // A key within one table may use the column on both sides.
    let same_table = link.referencing.reference == link.referenced.reference;
    let type_at = |subject: &Subject<'a>, name: &str, changed: bool| {
        if changed || (same_table && name == column) {
            return Some(to.clone());
        }
        subject.relation.and_then(|relation| relation.column(name)?.type_name.clone())
    };
    let own_type = type_at(&link.referencing, own, link.own);
    let other_type = type_at(&link.referenced, other, !link.own);
    if let (Some(own_type), Some(other_type)) = (own_type, other_type)
        && !types::can_reference(&own_type, &other_type, builder.catalog)
    {
        builder.fail("42804", format!("constraint `{}` can't compare its columns", link.entry.name));
    }
}

/// Foreign keys whose comparison changed are validated again: both tables are read.
pub(super) fn validate_foreign_keys<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
    for link in links_of_column(builder, table, column) {
        if link.entry.validated && link.entry.enforced {
            for member in builder.referenced(&link.referenced) {
                builder.scan(&member);
            }
            builder.scan(&link.referencing);
        }
    }
}

/// The referenced columns of a foreign key, the primary key's where none are written.
pub(super) fn referenced_columns(catalog: &Catalog, key: &ForeignKeyEntry) -> Vec<String> {
    if !key.referenced_columns.is_empty() {
        return key.referenced_columns.clone();
    }
    let table = key.references.and_then(|id| catalog.get(id));
    table
        .into_iter()
        .flat_map(|table| &table.constraints)
        .find_map(|entry| match &entry.kind {
            ConstraintEntry::PrimaryKey(columns, _) => Some(columns.clone()),
            _ => None,
        })
        .unwrap_or_default()
}

/// The index of the referenced table that a foreign key relies on: the oldest on exactly its columns
/// (`transformFkeyCheckAttrs`). It can't go before the foreign key does, so it is the oldest now.
fn supporting_index(catalog: &Catalog, referenced: &Relation, key: &ForeignKeyEntry) -> Option<RelationId> {
    let columns = referenced_columns(catalog, key);
    let fits = |index: &&Relation| {
        index.index.as_ref().is_some_and(|index| {
            index.unique
                && index.predicate.is_none()
                && index.elements.len() == columns.len()
                && columns.iter().all(|column| {
                    index
                        .elements
                        .iter()
                        .any(|element| element.column.as_ref().is_some_and(|name| name.text == *column))
                })
        })
    };
    catalog.indexes_of(referenced.id).find(fits).map(|index| index.id)
}

/// What forbids a change of a column's type: the SQLSTATE, and in words.
pub(super) fn refuses_type_change(
    builder: &Builder<'_>,
    table: &Relation,
    column: &str,
) -> Option<(&'static str, &'static str)> {
    if generated_from(table, column).next().is_some() && !builder.version.at_least(15) {
        return Some(("42601", "a generated column"));
    }
    user_of_type(builder, table, column).map(|user| ("0A000", user))
}

fn user_of_type(builder: &Builder<'_>, table: &Relation, column: &str) -> Option<&'static str> {
    if views_of_column(builder.catalog, table.id, column).next().is_some() {
        return Some("a view");
    }
    if table.rules.iter().any(|rule| rule.columns.iter().any(|name| name == column)) {
        return Some("a rule");
    }
    let in_trigger = table
        .triggers
        .iter()
        .any(|trigger| trigger.update_of.iter().chain(&trigger.when_columns).any(|name| name == column));
    if in_trigger {
        return Some("a trigger");
    }
    if table.policies.iter().any(|policy| policy.columns.iter().any(|name| name == column)) {
        return Some("a policy");
    }
    if generated_from(table, column).next().is_some() {
        return Some("a generated column");
    }
    if publication_filters_use(builder.catalog, table.id, column) {
        return Some("a publication's WHERE");
    }
    let in_function = builder.catalog.functions.values().flatten().any(|function| {
        function
            .depends
            .iter()
            .any(|(id, columns)| *id == table.id && columns.iter().any(|name| name == column))
    });
    in_function.then_some("a function")
}

fn generated_from<'a>(table: &'a Relation, column: &'a str) -> impl Iterator<Item = &'a str> {
    table.columns.iter().filter_map(move |other| {
        let generated = other.generated.as_ref()?;
        generated.expression.columns.iter().any(|name| name == column).then_some(other.name.as_str())
    })
}

fn publication_filters_use(catalog: &Catalog, table: RelationId, column: &str) -> bool {
    catalog
        .publications
        .values()
        .flat_map(|publication| &publication.tables)
        .any(|(id, _, filter)| *id == table && filter.iter().any(|name| name == column))
}

/// Views that read a column of a relation, as far as the columns they read are known.
fn views_of_column<'a, 'b>(
    catalog: &'a Catalog,
    table: RelationId,
    column: &'b str,
) -> impl Iterator<Item = &'a Relation> + use<'a, 'b> {
    catalog.views_on(table).filter(move |relation| {
        relation.view.as_ref().is_some_and(|view| {
            view.depends.iter().any(|(id, columns)| *id == table && columns.iter().any(|name| name == column))
        })
    })
}

/// Drops a column of one relation; its descendants are the caller's.
pub(super) fn drop_column<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str, cascade: bool) {
    drop_columns(builder, &[table], column, cascade);
}

/// Drops a column of some relations at once.
pub(super) fn drop_columns<'a>(
    builder: &mut Builder<'a>,
    tables: &[&'a Relation],
    column: &str,
    cascade: bool,
) {
    let mut deletion = Deletion::default();
    for table in tables {
        deletion.column(builder, table, column);
    }
    deletion.finish(builder, cascade);
}

/// Drops a constraint of one relation.
pub(super) fn drop_constraint<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    entry: &'a Constraint,
    cascade: bool,
) {
    let mut deletion = Deletion::default();
    deletion.constraint(builder, table, entry);
    deletion.finish(builder, cascade);
}

/// Drops whole relations.
pub(super) fn drop_relations<'a>(builder: &mut Builder<'a>, relations: &[&'a Relation], cascade: bool) {
    let mut deletion = Deletion::default();
    deletion.named.extend(relations.iter().map(|relation| relation.id));
    for relation in relations {
        deletion.relation(builder, relation);
    }
    deletion.finish(builder, cascade);
}

/// Drops types, domains or extensions: the columns of those types go with them.
pub(super) fn drop_types(builder: &mut Builder<'_>, types: &[(String, String)], cascade: bool) {
    let mut deletion = Deletion::default();
    for key in types {
        deletion.type_named(builder, key);
    }
    deletion.finish(builder, cascade);
}

/// A drop in the making: what goes along, what stands in the way, what is locked only when it goes through.
#[derive(Default)]
struct Deletion<'a> {
    /// Relations that the statement names: they don't stand in each other's way.
    named: BTreeSet<RelationId>,
    gone: BTreeSet<RelationId>,
    /// Locked only if the drop goes through.
    later: Vec<(Subject<'a>, LockMode)>,
    /// What needs `CASCADE`.
    obstacle: Option<String>,
}

impl<'a> Deletion<'a> {
    fn finish(self, builder: &mut Builder<'a>, cascade: bool) {
        if let Some(obstacle) = self.obstacle
            && !cascade
        {
            builder.fail("2BP01", format!("{obstacle} depends on it"));
            return;
        }
        for (subject, mode) in &self.later {
            builder.lock(subject, *mode);
        }
    }

    fn needs_cascade(&mut self, what: impl FnOnce() -> String) {
        if self.obstacle.is_none() {
            self.obstacle = Some(what());
        }
    }

    fn relation(&mut self, builder: &mut Builder<'a>, relation: &'a Relation) {
        if !self.gone.insert(relation.id) {
            return;
        }
        builder.lock_relation(relation, LockMode::AccessExclusive);
        let catalog = builder.catalog;
        for index in catalog.indexes_of(relation.id) {
            builder.lock_relation(index, LockMode::AccessExclusive);
        }
        super::alter_table::lock_owned_sequences(builder, &Subject::known(relation));
        for child in catalog.children_of(relation.id) {
            if child.partition.is_none() && !self.named.contains(&child.id) {
                self.needs_cascade(|| format!("table `{}`", child.display()));
            }
            self.relation(builder, child);
        }
        for view in catalog.views_on(relation.id) {
            self.view(builder, view);
        }
        self.foreign_keys_to(builder, relation, None, None);
        for entry in &relation.constraints {
            self.own_foreign_key(builder, relation, entry);
        }
        self.leave_parent(builder, relation);
        if relation.kind == RelationKind::Sequence {
            self.sequence_defaults(builder, relation);
        }
        if relation.kind == RelationKind::CompositeType {
            self.type_named(builder, &(relation.schema.clone(), relation.name.clone()));
        }
        let function = catalog.functions.iter().find(|(_, overloads)| {
            overloads.iter().any(|function| function.depends.iter().any(|(id, _)| *id == relation.id))
        });
        if let Some(((_, name), _)) = function {
            self.needs_cascade(|| format!("function `{name}`"));
        }
    }

    /// Dropping a partition locks its parent, and the default partition, whose bound changes.
    fn leave_parent(&mut self, builder: &mut Builder<'a>, relation: &'a Relation) {
        let Some(partition) = &relation.partition else { return };
        if self.gone.contains(&partition.parent) {
            return;
        }
        let Some(parent) = builder.catalog.get(partition.parent) else { return };
        builder.lock_relation(parent, LockMode::AccessExclusive);
        self.foreign_keys_to_ancestors(builder, relation);
        if let Some(default) = builder.catalog.default_partition(parent.id) {
            self.later.push((Subject::known(default), LockMode::AccessExclusive));
        }
    }

    /// A foreign key that references a partitioned table depends on each of its partitions; it goes as a whole.
    fn foreign_keys_to_ancestors(&mut self, builder: &mut Builder<'a>, partition: &'a Relation) {
        for ancestor in builder.catalog.ancestors(partition.id) {
            for (referencing, entry) in builder.catalog.referencing(ancestor.id) {
                if self.gone.contains(&referencing.id) || self.named.contains(&referencing.id) {
                    continue;
                }
                self.needs_cascade(|| format!("constraint `{}` of `{}`", entry.name, referencing.display()));
                for subject in [referencing, ancestor].map(Subject::known) {
                    let members = builder.referenced(&subject);
                    self.later.extend(members.into_iter().map(|member| (member, LockMode::AccessExclusive)));
                }
            }
        }
    }

    fn view(&mut self, builder: &mut Builder<'a>, view: &'a Relation) {
        if !self.named.contains(&view.id) {
            self.needs_cascade(|| format!("view `{}`", view.display()));
        }
        self.relation(builder, view);
    }

    /// Foreign keys that reference the table; where an index of it goes, those that rely on it. Those of the table
    /// itself go with it, or with the column that is dropped.
    fn foreign_keys_to(
        &mut self,
        builder: &mut Builder<'a>,
        relation: &'a Relation,
        index: Option<RelationId>,
        dropped: Option<&str>,
    ) {
        for (referencing, entry) in builder.catalog.referencing(relation.id) {
            let ConstraintEntry::ForeignKey(key) = &entry.kind else { continue };
            let uses = index.is_none_or(|index| {
                supporting_index(builder.catalog, relation, key).is_none_or(|it| it == index)
            });
            let inherited = entry.inherited && !entry.local;
            let own = referencing.id == relation.id
                && (index.is_none()
                    || dropped.is_some_and(|dropped| key.columns.iter().any(|column| column == dropped)));
            if !uses || own || self.gone.contains(&referencing.id) {
                continue;
            }
            if !self.named.contains(&referencing.id) && !inherited {
                self.needs_cascade(|| format!("constraint `{}` of `{}`", entry.name, referencing.display()));
            }
            self.later.push((Subject::known(referencing), LockMode::AccessExclusive));
        }
    }

    /// A foreign key that goes takes its triggers off the referenced table. One that a partition has from its
    /// parent leaves that table alone (measured on 13 to 18).
    fn own_foreign_key(&mut self, builder: &mut Builder<'a>, relation: &'a Relation, entry: &Constraint) {
        let ConstraintEntry::ForeignKey(key) = &entry.kind else { return };
        if relation.partition.is_some() && entry.inherited {
            return;
        }
        let referenced = referenced_subject(builder, key);
        for member in with_key_triggers(builder, &referenced) {
            self.later.push((member, LockMode::AccessExclusive));
        }
    }

    fn sequence_defaults(&mut self, builder: &mut Builder<'a>, sequence: &'a Relation) {
        if sequence.sequence.as_ref().is_some_and(|it| it.identity) {
            builder.fail("2BP01", format!("an identity column needs `{}`", sequence.display()));
            return;
        }
        let users = builder.catalog.relations.values().filter(|table| {
            table.columns.iter().any(|column| {
                column.default.as_ref().is_some_and(|default| {
                    default.calls.iter().any(|call| {
                        call.name == "nextval"
                            && call.literals.first().is_some_and(|literal| {
                                let name = literal.replace('"', "");
                                name == sequence.name
                                    || name == format!("{}.{}", sequence.schema, sequence.name)
                            })
                    })
                })
            })
        });
        for table in users.collect::<Vec<_>>() {
            if self.gone.contains(&table.id) {
                continue;
            }
            self.needs_cascade(|| format!("a default of `{}`", table.display()));
            self.later.push((Subject::known(table), LockMode::AccessExclusive));
        }
    }

    fn column(&mut self, builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
        let catalog = builder.catalog;
        for index in catalog.indexes_of(table.id) {
            if index_use(index, column).is_some() {
                builder.lock_relation(index, LockMode::AccessExclusive);
            }
        }
        if let Some(found) = table.column(column) {
            for sequence in [found.identity, found.owned_sequence].into_iter().flatten() {
                if let Some(sequence) = catalog.get(sequence) {
                    builder.lock_relation(sequence, LockMode::AccessExclusive);
                }
            }
        }
        let views: Vec<&Relation> = views_of_column(catalog, table.id, column).collect();
        for view in views {
            self.view(builder, view);
        }
        let in_trigger = table
            .triggers
            .iter()
            .find(|trigger| trigger.update_of.iter().chain(&trigger.when_columns).any(|name| name == column));
        if let Some(trigger) = in_trigger {
            self.needs_cascade(|| format!("trigger `{}`", trigger.name));
        }
        if let Some(policy) =
            table.policies.iter().find(|policy| policy.columns.iter().any(|name| name == column))
        {
            self.needs_cascade(|| format!("policy `{}`", policy.name));
        }
        // Before 15 a generated column goes with a column that it is made of.
        if let Some(generated) = generated_from(table, column).next().filter(|_| builder.version.at_least(15))
        {
            self.needs_cascade(|| format!("column `{generated}`"));
        }
        if publication_filters_use(catalog, table.id, column) {
            self.needs_cascade(|| "a publication".to_owned());
        }
        for entry in &table.constraints {
            match &entry.kind {
                ConstraintEntry::ForeignKey(key) if key.columns.iter().any(|name| name == column) => {
                    self.own_foreign_key(builder, table, entry);
                }
                ConstraintEntry::Unique(columns, index) | ConstraintEntry::PrimaryKey(columns, index)
                    if columns.iter().any(|name| name == column) =>
                {
                    self.foreign_keys_to(builder, table, Some(*index), Some(column));
                }
                _ => {}
            }
        }
    }

    fn constraint(&mut self, builder: &mut Builder<'a>, table: &'a Relation, entry: &'a Constraint) {
        match &entry.kind {
            ConstraintEntry::ForeignKey(key) => {
                // `ATExecDropConstraint` itself locks the referenced table.
                let referenced = referenced_subject(builder, key);
                builder.lock(&referenced, LockMode::AccessExclusive);
                self.own_foreign_key(builder, table, entry);
            }
            ConstraintEntry::Unique(_, index) | ConstraintEntry::PrimaryKey(_, index) => {
                lock_attached(builder, *index);
                self.foreign_keys_to(builder, table, Some(*index), None);
            }
            ConstraintEntry::Exclude(index) => lock_attached(builder, *index),
            ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => {}
        }
    }

    fn type_named(&mut self, builder: &mut Builder<'a>, key: &(String, String)) {
        for (table, column) in columns_of_type(builder.catalog, key) {
            if self.gone.contains(&table.id) {
                continue;
            }
            builder.lock_relation(table, LockMode::AccessExclusive);
            self.needs_cascade(|| format!("column `{column}` of `{}`", table.display()));
            self.column(builder, table, column);
        }
        for table in builder.catalog.relations.values() {
            if table.of_type.as_ref() == Some(key) {
                self.needs_cascade(|| format!("table `{}`", table.display()));
                self.relation(builder, table);
            }
        }
    }
}

/// The index of a constraint, and those of partitions that are attached to it, with their tables.
fn lock_attached(builder: &mut Builder<'_>, index: RelationId) {
    for relation in attached_indexes(builder.catalog, index) {
        builder.lock_relation(relation, LockMode::AccessExclusive);
        let table = relation.index.as_ref().and_then(|index| builder.catalog.get(index.table));
        if let Some(table) = table.filter(|_| relation.id != index) {
            builder.lock_relation(table, LockMode::AccessExclusive);
        }
    }
}

/// An index and all that are attached to it, transitively.
pub(super) fn attached_indexes(catalog: &Catalog, index: RelationId) -> Vec<&Relation> {
    let mut found: Vec<&Relation> = catalog.get(index).into_iter().collect();
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|relation| relation.id) {
        found.extend(catalog.attached_to(parent));
        next += 1;
    }
    found
}

/// Columns of a type: of the type itself, of arrays of it, of domains over it.
pub(super) fn columns_of_type<'a>(
    catalog: &'a Catalog,
    key: &(String, String),
) -> Vec<(&'a Relation, &'a str)> {
    let users = catalog.type_users(key).into_iter();
    users
        .flat_map(|(relation, columns)| {
            columns.into_iter().map(move |column| (relation, column.name.as_str()))
        })
        .collect()
}
