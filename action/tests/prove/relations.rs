//! What relations a database has, as far as a statement can change it.

use std::collections::BTreeMap;

use lockkeeper_core::postgres::LockedKind;

use crate::session::{Row, Session};

/// Relations by oid.
pub(crate) type Relations = BTreeMap<u32, Relation>;

/// A relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    /// `schema.name`, without the schema where it is `public`.
    pub(crate) name: String,
    /// `pg_class.relkind`.
    pub(crate) kind: char,
    /// The number of its file; 0 where it has none.
    pub(crate) file: u32,
    /// Its rows as `ANALYZE` counted them.
    pub(crate) estimate: i64,
}

impl Relation {
    /// It holds rows itself.
    pub(crate) fn has_rows(&self) -> bool {
        matches!(self.kind, 'r' | 'm')
    }

    /// It is an index with a file.
    pub(crate) fn is_index(&self) -> bool {
        self.kind == 'i'
    }

    /// In the words of the report.
    pub(crate) fn locked_kind(&self) -> LockedKind {
        match self.kind {
            'v' => LockedKind::View,
            'm' => LockedKind::MaterializedView,
            'S' => LockedKind::Sequence,
            'i' | 'I' => LockedKind::Index,
            'c' => LockedKind::CompositeType,
            _ => LockedKind::Table,
        }
    }
}

/// Asks for all relations that are not the system's own, as a session sees them. It locks none of them.
pub(crate) const RELATIONS: &str = "select c.oid, case when n.nspname = 'public' then c.relname \
           when n.nspname ~ '^pg_temp_' then 'pg_temp.' || c.relname else n.nspname || '.' || c.relname end, \
           c.relkind, coalesce(pg_relation_filenode(c.oid), 0), c.reltuples::bigint \
         from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where c.oid >= 16384 and c.relkind <> 't' and n.nspname !~ '^pg_toast' \
           and n.nspname <> 'information_schema'";

/// The relations that a session sees.
pub(crate) fn relations(session: &Session) -> Relations {
    of_rows(&session.must_rows(RELATIONS))
}

/// The answer to [`RELATIONS`].
pub(crate) fn of_rows(rows: &[Row]) -> Relations {
    rows.iter().filter_map(relation).collect()
}

fn relation(row: &Row) -> Option<(u32, Relation)> {
    let mut cells = row.iter().map(|cell| cell.as_deref());
    let oid = cells.next()??.parse().ok()?;
    let name = cells.next()??.to_owned();
    let kind = cells.next()??.chars().next()?;
    let file = cells.next()??.parse().ok()?;
    let estimate = cells.next()??.parse().ok()?;
    // Indexes of TOAST tables are not among them: their schema is left out.
    Some((oid, Relation { name, kind, file, estimate }))
}

/// The rows of each relation that holds some itself, counted.
pub(crate) fn counts(session: &Session, relations: &Relations) -> BTreeMap<u32, i64> {
    let populated =
        session.must_rows("select oid from pg_class where relkind in ('r', 'm') and relispopulated");
    let populated: Vec<u32> =
        populated.iter().filter_map(|row| row.first()?.as_ref()?.parse().ok()).collect();
    let queries: Vec<String> = relations
        .iter()
        .filter(|(oid, relation)| relation.has_rows() && populated.contains(oid))
        .map(|(oid, relation)| format!("select {oid}, count(*) from only {}", quoted(&relation.name)))
        .collect();
    if queries.is_empty() {
        return BTreeMap::new();
    }
    let rows = session.must_rows(&queries.join(" union all "));
    rows.iter()
        .filter_map(|row| Some((row.first()?.as_ref()?.parse().ok()?, row.get(1)?.as_ref()?.parse().ok()?)))
        .collect()
}

/// Makes the server count the rows of its tables; those of its own catalogue take longer than all that is here.
pub(crate) fn analyze(session: &Session) {
    let tables: Vec<String> = relations(session)
        .into_values()
        .filter(Relation::has_rows)
        .filter(|relation| !relation.name.starts_with("pg_temp."))
        .map(|relation| quoted(&relation.name))
        .collect();
    if !tables.is_empty() {
        session.must(&format!("analyze {}", tables.join(", ")));
    }
}

/// A name as reports show it, as SQL. Names with a dot in them are not met here.
pub(crate) fn quoted(name: &str) -> String {
    let (schema, name) = name.split_once('.').unwrap_or(("public", name));
    format!("\"{}\".\"{}\"", schema.replace('"', "\"\""), name.replace('"', "\"\""))
}
