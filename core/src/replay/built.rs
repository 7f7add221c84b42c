//! Commands that a `DO` block puts together from names of a system catalog: the catalog of the review tells them.

use std::borrow::Cow;

use crate::catalog::{Catalog, ConstraintEntry, Relation, RelationKind};
use crate::operation::{
    Body, Built, CatalogRows, CatalogView, Dynamic, Grasp, Operation, Piece, Quoting, RelationFact, Statement,
};
use crate::sql;
use crate::text::Placed;

/// The most commands that one `EXECUTE` is followed through.
const MOST: usize = 256;
/// The most bytes of them.
const LARGEST: usize = 64 * 1024;

/// The statement with what its body runs on this catalog. Where the catalog may lack relations, the command stays
/// dynamic beside what is known of it.
pub(crate) fn told<'s>(statement: &'s Statement, catalog: &Catalog) -> Cow<'s, Statement> {
    let Operation::Do(block) = &statement.operation else { return Cow::Borrowed(statement) };
    if block.body.dynamic.iter().all(|dynamic| dynamic.built.is_none()) || !catalog.follows_more() {
        return Cow::Borrowed(statement);
    }
    let mut block = block.clone();
    tell(&mut block.body, catalog);
    Cow::Owned(Statement { operation: Operation::Do(block), ..statement.clone() })
}

fn tell(body: &mut Body, catalog: &Catalog) {
    let mut added = 0;
    for dynamic in std::mem::take(&mut body.dynamic) {
        let told =
            dynamic.built.as_ref().and_then(|built| Some((built, statements(&dynamic, built, catalog)?)));
        let Some((built, (statements, certain))) = told else {
            body.dynamic.push(dynamic);
            continue;
        };
        let at = (built.after + added).min(body.statements.len());
        added += statements.len();
        body.statements.splice(at..at, statements);
        if !certain {
            body.dynamic.push(dynamic);
        }
    }
}

/// What the command is for each row, and whether these are certain. Nothing where that can't be told.
fn statements(dynamic: &Dynamic, built: &Built, catalog: &Catalog) -> Option<(Vec<Statement>, bool)> {
    let (rows, certain) = rows(&built.rows, catalog);
    let mut statements = Vec::new();
    let mut bytes = 0;
    for (number, row) in rows.iter().enumerate() {
        let text = built.pieces.iter().map(|piece| text(piece, row)).collect::<Option<String>>()?;
        bytes += text.len();
        if number >= MOST || bytes > LARGEST {
            return None;
        }
        statements.extend(sql::read_placed(&Placed::made(&text, dynamic.span)).statements);
    }
    // A command that is not understood stays one that nobody can read.
    statements.iter().all(|statement| statement.grasp == Grasp::Full).then_some((statements, certain))
}

/// What the columns of a row are called and hold.
type Values<'a> = Vec<(&'a str, Cow<'a, str>)>;

fn text(piece: &Piece, row: &Values<'_>) -> Option<String> {
    match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Column(name) => {
            let (_, value) = match name {
                Some(name) => row.iter().find(|(column, _)| column == name)?,
                None => row.first()?,
            };
            Some(value.clone().into_owned())
        }
        Piece::Quoted(quoting, pieces) => {
            let inside = pieces.iter().map(|piece| text(piece, row)).collect::<Option<String>>()?;
            Some(quoting.apply(&inside))
        }
    }
}

/// A row of a view.
struct Row<'a> {
    relation: &'a Relation,
    kind: &'static str,
    part: &'a str,
    parent: &'a str,
}

impl<'a> Row<'a> {
    fn fact(&self, fact: RelationFact) -> Cow<'a, str> {
        Cow::Borrowed(match fact {
            RelationFact::Schema => &self.relation.schema,
            RelationFact::Name => &self.relation.name,
            RelationFact::Kind => self.kind,
            RelationFact::Part => self.part,
            RelationFact::Parent => self.parent,
            RelationFact::Qualified => {
                let quoted = |name| Quoting::Identifier.apply(name);
                let name = format!("{}.{}", quoted(&self.relation.schema), quoted(&self.relation.name));
                return Cow::Owned(name);
            }
        })
    }
}

/// The rows of the query: what each column is called and holds. True beside it where they are certain.
fn rows<'a>(query: &'a CatalogRows, catalog: &'a Catalog) -> (Vec<Values<'a>>, bool) {
    let wanted = |row: &Row<'a>| query.conditions.iter().all(|it| it.holds(&row.fact(it.of)));
    let found: Vec<Row<'a>> = catalog
        .relations
        .values()
        .flat_map(|relation| listed(relation, query.view, catalog))
        .filter(wanted)
        .collect();
    let certain = catalog.complete && found.iter().all(|row| row.relation.trusted);
    let columns =
        |row: &Row<'a>| query.columns.iter().map(|(name, of)| (name.as_str(), row.fact(*of))).collect();
    (found.iter().map(columns).collect(), certain)
}

/// What a view lists of a relation.
fn listed<'a>(relation: &'a Relation, view: CatalogView, catalog: &'a Catalog) -> Vec<Row<'a>> {
    use RelationKind as Kind;
    let row = |kind, part| Row { relation, kind, part, parent: "" };
    let one = |is: bool| if is { vec![row("", "")] } else { Vec::new() };
    match view {
        CatalogView::Classes => vec![row(class(relation.kind), "")],
        CatalogView::Tables => one(matches!(relation.kind, Kind::Table | Kind::PartitionedTable)),
        CatalogView::Views => one(relation.kind == Kind::View),
        CatalogView::MaterializedViews => one(relation.kind == Kind::MaterializedView),
        CatalogView::Indexes => {
            catalog.indexes_of(relation.id).map(|index| row("", index.name.as_str())).collect()
        }
        CatalogView::Policies => {
            relation.policies.iter().map(|policy| row("", policy.name.as_str())).collect()
        }
        CatalogView::Constraints => {
            relation.constraints.iter().map(|it| row(constraint_class(&it.kind), it.name.as_str())).collect()
        }
        CatalogView::StandardConstraints => relation
            .constraints
            .iter()
            .filter_map(|it| Some(row(standard_constraint(&it.kind)?, it.name.as_str())))
            .collect(),
        CatalogView::Children => catalog
            .children_of(relation.id)
            .map(|child| Row { relation: child, kind: "", part: "", parent: &relation.name })
            .collect(),
        CatalogView::StandardTables => {
            standard(relation.kind).map(|kind| row(kind, "")).into_iter().collect()
        }
        CatalogView::StandardColumns if standard(relation.kind).is_some() => {
            relation.columns.iter().map(|column| row("", column.name.as_str())).collect()
        }
        CatalogView::StandardColumns => Vec::new(),
    }
}

/// `relkind` (documentation, “System Catalogs”, `pg_class`).
fn class(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "r",
        RelationKind::PartitionedTable => "p",
        RelationKind::ForeignTable => "f",
        RelationKind::View => "v",
        RelationKind::MaterializedView => "m",
        RelationKind::Sequence => "S",
        RelationKind::Index => "i",
        RelationKind::PartitionedIndex => "I",
        RelationKind::CompositeType => "c",
    }
}

/// `table_type` (documentation, “The Information Schema”, `tables`).
fn standard(kind: RelationKind) -> Option<&'static str> {
    match kind {
        RelationKind::Table | RelationKind::PartitionedTable => Some("BASE TABLE"),
        RelationKind::View => Some("VIEW"),
        RelationKind::ForeignTable => Some("FOREIGN"),
        _ => None,
    }
}

/// `contype` (documentation, “System Catalogs”, `pg_constraint`).
fn constraint_class(kind: &ConstraintEntry) -> &'static str {
    match kind {
        ConstraintEntry::Check(_) => "c",
        ConstraintEntry::NotNull(_) => "n",
        ConstraintEntry::Unique(..) => "u",
        ConstraintEntry::PrimaryKey(..) => "p",
        ConstraintEntry::ForeignKey(_) => "f",
        ConstraintEntry::Exclude(_) => "x",
    }
}

/// `constraint_type` (documentation, “The Information Schema”, `table_constraints`, which has no exclusion constraints).
fn standard_constraint(kind: &ConstraintEntry) -> Option<&'static str> {
    match kind {
        ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => Some("CHECK"),
        ConstraintEntry::Unique(..) => Some("UNIQUE"),
        ConstraintEntry::PrimaryKey(..) => Some("PRIMARY KEY"),
        ConstraintEntry::ForeignKey(_) => Some("FOREIGN KEY"),
        ConstraintEntry::Exclude(_) => None,
    }
}
