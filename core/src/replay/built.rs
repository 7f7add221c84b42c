//! Commands that a `DO` block puts together from names of a system catalog: the catalog of the review tells them.

use std::borrow::Cow;

use crate::catalog::{Catalog, Relation, RelationKind};
use crate::operation::{
    Body, Built, CatalogRows, CatalogView, Dynamic, Grasp, Operation, Piece, RelationFact, Statement,
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
        if let Some((built, statements)) = told {
            let at = (built.after + added).min(body.statements.len());
            added += statements.len();
            body.statements.splice(at..at, statements);
            if catalog.complete {
                continue;
            }
        }
        body.dynamic.push(dynamic);
    }
}

/// What the command is for each row. Nothing where that can't be told.
fn statements(dynamic: &Dynamic, built: &Built, catalog: &Catalog) -> Option<Vec<Statement>> {
    let mut statements = Vec::new();
    let mut bytes = 0;
    for (number, row) in rows(&built.rows, catalog).enumerate() {
        let text = built.pieces.iter().map(|piece| text(piece, &row)).collect::<Option<String>>()?;
        bytes += text.len();
        if number >= MOST || bytes > LARGEST {
            return None;
        }
        statements.extend(sql::read_placed(&Placed::made(&text, dynamic.span)).statements);
    }
    // A command that is not understood stays one that nobody can read.
    statements.iter().all(|statement| statement.grasp == Grasp::Full).then_some(statements)
}

fn text(piece: &Piece, row: &[(&str, &str)]) -> Option<String> {
    match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Column(name) => {
            let (_, value) = match name {
                Some(name) => row.iter().find(|(column, _)| column == name)?,
                None => row.first()?,
            };
            Some((*value).to_owned())
        }
        Piece::Quoted(quoting, pieces) => {
            let inside = pieces.iter().map(|piece| text(piece, row)).collect::<Option<String>>()?;
            Some(quoting.apply(&inside))
        }
    }
}

/// A relation as a view lists it; the kind as the view names it.
struct Row<'a> {
    relation: &'a Relation,
    kind: &'static str,
    column: &'a str,
}

impl<'a> Row<'a> {
    fn fact(&self, fact: RelationFact) -> &'a str {
        match fact {
            RelationFact::Schema => &self.relation.schema,
            RelationFact::Name => &self.relation.name,
            RelationFact::Kind => self.kind,
            RelationFact::Column => self.column,
        }
    }
}

/// The rows of the query: what each column is called and holds.
fn rows<'a>(query: &'a CatalogRows, catalog: &'a Catalog) -> impl Iterator<Item = Vec<(&'a str, &'a str)>> {
    let listed = |relation: &'a Relation| -> Vec<Row<'a>> {
        let Some(kind) = kind(relation, query.view) else { return Vec::new() };
        let row = |column: &'a str| Row { relation, kind, column };
        match query.view {
            CatalogView::StandardColumns => relation.columns.iter().map(|it| row(&it.name)).collect(),
            _ => vec![row("")],
        }
    };
    let wanted = |row: &Row<'a>| query.conditions.iter().all(|it| it.holds(row.fact(it.of)));
    let columns =
        |row: Row<'a>| query.columns.iter().map(|(name, of)| (name.as_str(), row.fact(*of))).collect();
    catalog.relations.values().flat_map(listed).filter(wanted).map(columns)
}

/// The kind as the view names it, where the view lists such relations (documentation, “System Catalogs”, `pg_class`; “The
/// Information Schema”, `tables`).
fn kind(relation: &Relation, view: CatalogView) -> Option<&'static str> {
    use RelationKind as Kind;
    match view {
        CatalogView::Classes => Some(match relation.kind {
            Kind::Table => "r",
            Kind::PartitionedTable => "p",
            Kind::ForeignTable => "f",
            Kind::View => "v",
            Kind::MaterializedView => "m",
            Kind::Sequence => "S",
            Kind::Index => "i",
            Kind::PartitionedIndex => "I",
            Kind::CompositeType => "c",
        }),
        CatalogView::Tables => matches!(relation.kind, Kind::Table | Kind::PartitionedTable).then_some(""),
        CatalogView::StandardTables | CatalogView::StandardColumns => match relation.kind {
            Kind::Table | Kind::PartitionedTable => Some("BASE TABLE"),
            Kind::View => Some("VIEW"),
            Kind::ForeignTable => Some("FOREIGN"),
            _ => None,
        },
    }
}
