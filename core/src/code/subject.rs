//! What a change takes away from code, or asks more of it: the names that are looked up in the application.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Column, Origin, Relation, RelationKind};
use crate::operation::{ConstraintKind, Name, ObjectKind, Operation, TableAction, TypeAction, TypeName};
use crate::postgres::keeps_values;
use crate::review::Location;
use crate::rules::Step;
use crate::text::Span;

/// Something that code can name, and what the change does to it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The part of the statement that does it: where rules place their findings.
    pub place: Location,
    /// What it is.
    pub kind: Kind,
    /// What becomes of it.
    pub fate: Fate,
    /// The schema, where it is known.
    pub schema: Option<String>,
    /// The table, view, type or function.
    pub relation: String,
    /// The column, label or constraint in it; empty where it is all of it.
    pub part: String,
    /// Other tables that have a column of that name; none where nobody looks at code.
    pub others: BTreeSet<String>,
    /// As reports name it: `users.user_name`.
    pub shown: String,
    /// A column without which no row can be added while it is NOT NULL, or from the change on: nothing fills it in.
    pub required: bool,
}

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A column of a table.
    Column,
    /// A table, or a view: code names both alike.
    Table,
    /// A label of an enum.
    Label,
    /// A type or domain.
    Type,
    /// A function or procedure.
    Function,
    /// A constraint.
    Constraint,
}

/// What becomes of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is gone.
    Dropped,
    /// It is called so from now on.
    Renamed(String),
    /// It takes NULL no more.
    Required,
    /// It takes fewer values than before: a shorter text, fewer digits.
    Narrowed,
    /// A column has another type, of which nobody can say what code makes of it.
    Retyped,
    /// It is new: code may need it.
    Added,
}

/// What a statement takes away or tightens that deployed code can name.
pub(crate) fn of_step(step: &Step<'_>) -> Vec<Subject> {
    let mut found = Vec::new();
    match step.operation() {
        Operation::AlterTable(_) => {
            for (table, action) in step.live_actions() {
                of_action(step, table, &action.kind, action.span, &mut found);
            }
        }
        Operation::Drop(drop) => {
            for name in &drop.names {
                let kind = match drop.kind {
                    ObjectKind::Table
                    | ObjectKind::ForeignTable
                    | ObjectKind::View
                    | ObjectKind::MaterializedView
                        if step.is_live(name) =>
                    {
                        Kind::Table
                    }
                    ObjectKind::Type | ObjectKind::Domain if !step.is_new_type(name) => Kind::Type,
                    ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine => Kind::Function,
                    _ => continue,
                };
                found.push(whole(step, kind, Fate::Dropped, name, name.span()));
            }
        }
        Operation::AlterType(alter) if !step.is_new_type(&alter.name) => {
            for action in &alter.actions {
                let TypeAction::RenameValue { from, to } = action else { continue };
                let mut one =
                    whole(step, Kind::Label, Fate::Renamed(to.clone()), &alter.name, step.statement.span);
                one.shown = format!("{}.{from}", one.relation);
                one.part.clone_from(from);
                found.push(one);
            }
        }
        Operation::Rename(rename) => {
            let kind = match rename.kind {
                ObjectKind::Type | ObjectKind::Domain if !step.is_new_type(&rename.name) => Kind::Type,
                ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine => Kind::Function,
                _ => return found,
            };
            let fate = Fate::Renamed(rename.to.text.clone());
            found.push(whole(step, kind, fate, &rename.name, rename.name.span()));
        }
        _ => {}
    }
    found
}

fn of_action(step: &Step<'_>, table: &Name, action: &TableAction, span: Span, found: &mut Vec<Subject>) {
    let mut column = |name: &str, fate: Fate| {
        if step.is_live_column(table, name) {
            found.push(part(step, Kind::Column, fate, table, name, span));
        }
    };
    match action {
        TableAction::DropColumn { column: name, .. } => column(&name.text, Fate::Dropped),
        TableAction::RenameColumn { from, to } => column(&from.text, Fate::Renamed(to.text.clone())),
        TableAction::SetNotNull { column: name } => column(&name.text, Fate::Required),
        TableAction::AlterType { column: name, to, .. } => {
            if let Some(fate) = retyped(step, table, &name.text, to) {
                column(&name.text, fate);
            }
        }
        TableAction::AddConstraint(constraint) => {
            if let ConstraintKind::NotNull(name) = &constraint.kind {
                column(&name.text, Fate::Required);
            }
        }
        TableAction::DropConstraint { name, .. } => {
            found.push(part(step, Kind::Constraint, Fate::Dropped, table, &name.text, span));
        }
        TableAction::RenameConstraint { from, to } => {
            let fate = Fate::Renamed(to.text.clone());
            found.push(part(step, Kind::Constraint, fate, table, &from.text, span));
        }
        TableAction::RenameTo { to } if is_read_by_name(step.find(table).known()) => {
            found.push(whole(step, Kind::Table, Fate::Renamed(to.text.clone()), table, span));
        }
        _ => {}
    }
}

/// What another type means to code; none where the column goes on to take and give what it did.
fn retyped(step: &Step<'_>, table: &Name, column: &str, to: &TypeName) -> Option<Fate> {
    let present = step.find(table).known().and_then(|table| table.column(column));
    let Some(from) = present.and_then(|column| column.type_name.as_ref()) else { return Some(Fate::Retyped) };
    if keeps_values(from, to, step.catalog) {
        None
    } else if keeps_values(to, from, step.catalog) {
        Some(Fate::Narrowed)
    } else {
        Some(Fate::Retyped)
    }
}

fn is_read_by_name(relation: Option<&Relation>) -> bool {
    relation.is_none_or(|relation| {
        !matches!(
            relation.kind,
            RelationKind::Index
                | RelationKind::PartitionedIndex
                | RelationKind::CompositeType
                | RelationKind::Sequence
        )
    })
}

fn whole(step: &Step<'_>, kind: Kind, fate: Fate, name: &Name, span: Span) -> Subject {
    let known = step.find(name).known();
    let schema = known.map(|relation| relation.schema.clone());
    Subject {
        place: Location { path: step.location.path.clone(), span },
        kind,
        fate,
        schema: schema.or_else(|| name.schema.as_ref().map(|schema| schema.text.clone())),
        relation: name.name.text.clone(),
        part: String::new(),
        others: BTreeSet::new(),
        shown: step.display(name),
        required: false,
    }
}

fn part(step: &Step<'_>, kind: Kind, fate: Fate, table: &Name, name: &str, span: Span) -> Subject {
    let from_now_on = fate == Fate::Required;
    let mut one = whole(step, kind, fate, table, span);
    one.shown = if kind == Kind::Column { format!("{}.{name}", one.shown) } else { name.to_owned() };
    name.clone_into(&mut one.part);
    if kind == Kind::Column {
        let known = step.find(table).known();
        one.required = known
            .and_then(|relation| relation.column(name))
            .is_some_and(|column| (column.not_null || from_now_on) && is_filled_by_nobody(column));
    }
    one
}

fn is_filled_by_nobody(column: &Column) -> bool {
    column.default.is_none() && column.identity.is_none() && column.generated.is_none()
}

/// How many new tables and columns are looked up in code.
const MOST_ADDED: usize = 60;

/// Tables that a change creates, and columns that it adds to others.
pub(crate) fn added(catalog: &Catalog) -> Vec<Subject> {
    let mut found = Vec::new();
    let tables = catalog.relations.values().filter(|it| it.is_table() || it.kind == RelationKind::View);
    for relation in tables {
        let one = |kind, part: &str| Subject {
            place: Location { path: String::new(), span: Span::default() },
            kind,
            fate: Fate::Added,
            schema: Some(relation.schema.clone()),
            relation: relation.name.clone(),
            part: part.to_owned(),
            others: BTreeSet::new(),
            shown: if part.is_empty() {
                relation.display()
            } else {
                format!("{}.{part}", relation.display())
            },
            required: false,
        };
        if relation.is_new() {
            found.push(one(Kind::Table, ""));
        } else {
            let new = relation.columns.iter().filter(|column| column.origin > Origin::Before);
            found.extend(new.map(|column| one(Kind::Column, &column.name)));
        }
        if found.len() >= MOST_ADDED {
            break;
        }
    }
    found
}

/// Names of tables that tell, where code has them, that it is code for this database.
pub(crate) fn anchors(catalog: &Catalog, subjects: &[Subject]) -> Vec<String> {
    let own = |name: &str| subjects.iter().any(|subject| subject.relation == name);
    catalog
        .relations
        .values()
        .filter(|it| it.is_table() && it.name.len() >= 5 && !own(&it.name))
        .map(|it| it.name.clone())
        .take(MOST_ADDED)
        .collect()
}

impl Subject {
    /// Finds the other tables that have a column of that name.
    pub(crate) fn find_others(&mut self, catalog: &Catalog) {
        if self.kind != Kind::Column {
            return;
        }
        let own = self.schema.as_ref().and_then(|schema| catalog.by_key(schema, &self.relation));
        self.others = catalog
            .relations
            .values()
            .filter(|relation| Some(relation.id) != own && relation.column(&self.part).is_some())
            .map(|relation| relation.name.clone())
            .collect();
    }

    /// It is there again, or still there, after the change.
    pub(crate) fn is_there_again(&self, catalog: &Catalog) -> bool {
        let schema = self.schema.as_deref().unwrap_or("public");
        let key = (schema.to_owned(), self.relation.clone());
        let relation = || catalog.names.get(&key).and_then(|id| catalog.get(*id));
        match self.kind {
            Kind::Column => relation().is_some_and(|relation| relation.column(&self.part).is_some()),
            Kind::Constraint => relation().is_some_and(|relation| relation.constraint(&self.part).is_some()),
            Kind::Table => relation().is_some(),
            Kind::Type => catalog.types.contains_key(&key),
            Kind::Function => catalog.functions.get(&key).is_some_and(|overloads| !overloads.is_empty()),
            Kind::Label => false,
        }
    }

    /// What code uses goes, by that name: a column, a table, a label, a type or a function. Constraints are named by
    /// error handlers only.
    pub(crate) fn is_gone(&self) -> bool {
        self.kind != Kind::Constraint && matches!(self.fate, Fate::Dropped | Fate::Renamed(_))
    }

    /// It keeps its name, and takes or gives something else from now on.
    pub fn stays(&self) -> bool {
        self.is_tightened() || self.fate == Fate::Retyped
    }

    /// It stays, and takes less than before: code that uses it goes on only if it fits already.
    pub(crate) fn is_tightened(&self) -> bool {
        matches!(self.fate, Fate::Required | Fate::Narrowed)
    }

    /// The last part of its name, which is what code has to spell.
    pub(super) fn own_name(&self) -> &str {
        if self.part.is_empty() { &self.relation } else { &self.part }
    }
}
