//! What the catalog knows, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ledger, Relations, Shared};
use crate::operation::{
    Expression, Firing, FunctionCall, IndexElement, PartitionBound, PartitionBy, Persistence, Query,
    TypeName, Volatility,
};

/// The identity of a relation (table, view, index, sequence, …). It survives renames, like PostgreSQL's oid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// The schema at one moment.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Every relation, by identity; iteration is in order of creation.
    pub relations: Relations,
    /// `(schema, name)` → relation. Tables, views, sequences and indexes share one namespace, as in PostgreSQL.
    pub names: Shared<BTreeMap<(String, String), RelationId>>,
    /// Enums, composite types, domains, ranges, by `(schema, name)`.
    pub types: Shared<BTreeMap<(String, String), TypeEntry>>,
    /// Functions and procedures, by `(schema, name)`; overloads in order of creation.
    pub functions: Shared<BTreeMap<(String, String), Vec<Function>>>,
    /// Schemas that were created. `public` is always there.
    pub schemas: BTreeMap<String, Origin>,
    /// Extensions that were created, in lower case.
    pub extensions: BTreeMap<String, Origin>,
    /// Publications.
    pub publications: BTreeMap<String, PublicationEntry>,
    /// Names that are known not to exist (dropped in the replay).
    pub dropped: Shared<BTreeSet<(String, String)>>,
    /// True where the catalog holds everything there is (read from a full schema), so that what it has not seen
    /// does not exist. False where it was replayed from migrations, which may not be all.
    pub complete: bool,
    /// The session's settings as far as they matter.
    pub session: Session,
    /// Where the replay stands: the origin that new objects get.
    pub now: Origin,
    /// The next free identity.
    pub next: u32,
    /// What the replay notes down for itself.
    pub(super) ledger: Ledger,
}

/// Settings of the session that runs the migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `search_path`, in order, `pg_catalog` left out. `public` at the start.
    pub search_path: Vec<String>,
    /// `lock_timeout` in milliseconds; `Some(0)` is switched off by hand, none is never set.
    pub lock_timeout: Option<u64>,
    /// `statement_timeout` in milliseconds; likewise.
    pub statement_timeout: Option<u64>,
    /// `TimeZone`, as written, where it is set.
    pub time_zone: Option<String>,
    /// Timeouts that are set before the first statement.
    pub given: Timeouts,
}

/// Timeouts that the role, the database or the migration tool sets, in milliseconds; none where nobody knows of any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// `lock_timeout`.
    pub lock: Option<u64>,
    /// `statement_timeout`.
    pub statement: Option<u64>,
}

/// When something came into being, seen from the statement under review. Later is greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In the schema file, or in a migration before this change: it exists in production and may be large.
    #[default]
    Before,
    /// By a migration of this change, before the present one.
    Change,
    /// By the present migration, in an earlier transaction.
    Migration,
    /// In the transaction that is open now.
    Transaction,
}

/// What is known of the number of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Nothing: take it to be large.
    #[default]
    Unknown,
    /// None, for sure.
    Empty,
    /// Some were inserted where the replay could see it.
    Some,
    /// Counted by statistics of production.
    About(u64),
    /// Few, and always few: somebody who knows the table says so.
    Few,
}

/// What kind of relation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationKind {
    /// An ordinary table.
    Table,
    /// A partitioned table (it holds no rows itself).
    PartitionedTable,
    /// A foreign table.
    ForeignTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A sequence.
    Sequence,
    /// An index.
    Index,
    /// An index of a partitioned table.
    PartitionedIndex,
    /// A composite type, which PostgreSQL keeps as a relation and locks as one.
    CompositeType,
}

/// A relation.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its identity.
    pub id: RelationId,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: RelationKind,
    /// Permanent, unlogged or temporary.
    pub persistence: Persistence,
    /// When it was created.
    pub origin: Origin,
    /// What is known of its rows.
    pub rows: Rows,
    /// Columns, in order. Empty for sequences and indexes.
    pub columns: Vec<Column>,
    /// False where columns may be missing here (an `ALTER` of a table that was never seen made this entry, or a
    /// statement that was not understood touched it).
    pub columns_known: bool,
    /// Constraints, in order of creation.
    pub constraints: Vec<Constraint>,
    /// Triggers made by `CREATE TRIGGER`, in order of creation.
    pub triggers: Vec<Trigger>,
    /// Rules made by `CREATE RULE`.
    pub rules: Vec<Rule>,
    /// Policies.
    pub policies: Vec<PolicyEntry>,
    /// Extended statistics objects.
    pub statistics: Vec<StatisticsEntry>,
    /// Row level security: enabled, forced.
    pub row_security: (bool, bool),
    /// Tables it inherits from (`INHERITS`); the partitioned parent is in [`Relation::partition`].
    pub parents: Vec<RelationId>,
    /// The partition it is.
    pub partition: Option<PartitionEntry>,
    /// How it is partitioned itself.
    pub partition_by: Option<PartitionBy>,
    /// The composite type of a typed table.
    pub of_type: Option<(String, String)>,
    /// The access method, where it is not `heap` (or, of an index, where it is not `btree`).
    pub access_method: Option<String>,
    /// The tablespace, where it was set.
    pub tablespace: Option<String>,
    /// The owner, where it was set.
    pub owner: Option<String>,
    /// The index it is, for [`RelationKind::Index`] and [`RelationKind::PartitionedIndex`].
    pub index: Option<Index>,
    /// The sequence it is.
    pub sequence: Option<Sequence>,
    /// The query, for views and materialized views.
    pub view: Option<ViewEntry>,
    /// False where a statement that was not understood may have changed it: nothing here proves anything then.
    pub trusted: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type; none where it was never seen. `serial` is `int4` here.
    pub type_name: Option<TypeName>,
    /// The collation, where it is not the type's own.
    pub collation: Option<String>,
    /// `NOT NULL` holds and is validated.
    pub not_null: bool,
    /// The default.
    pub default: Option<Expression>,
    /// `GENERATED … AS (e)`.
    pub generated: Option<GeneratedColumn>,
    /// Identity, and its sequence.
    pub identity: Option<RelationId>,
    /// The sequence of a `serial`, or another that the column owns.
    pub owned_sequence: Option<RelationId>,
    /// When it was added.
    pub origin: Origin,
    /// It comes from a parent (inheritance, partition).
    pub inherited: bool,
    /// It is also the relation's own.
    pub local: bool,
}

/// A generated column's expression and kind.
#[derive(Clone, Debug)]
pub struct GeneratedColumn {
    /// The expression.
    pub expression: Expression,
    /// `STORED`; else `VIRTUAL`.
    pub stored: bool,
}

/// A constraint of a table.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Its name: as written, or as PostgreSQL makes it.
    pub name: String,
    /// What it says.
    pub kind: ConstraintEntry,
    /// It holds for all rows (not `NOT VALID`).
    pub validated: bool,
    /// It is enforced (18).
    pub enforced: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// When it was added.
    pub origin: Origin,
    /// It comes from a parent.
    pub inherited: bool,
    /// It is also the relation's own.
    pub local: bool,
}

/// What a constraint says.
#[derive(Clone, Debug)]
pub enum ConstraintEntry {
    /// `CHECK`
    Check(Expression),
    /// `NOT NULL` with a name of its own (18); in earlier versions not-null is only on the column.
    NotNull(String),
    /// `UNIQUE`, with its index
    Unique(Vec<String>, RelationId),
    /// `PRIMARY KEY`, with its index
    PrimaryKey(Vec<String>, RelationId),
    /// `EXCLUDE`, with its index
    Exclude(RelationId),
    /// `FOREIGN KEY`
    ForeignKey(ForeignKeyEntry),
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct ForeignKeyEntry {
    /// The referencing columns.
    pub columns: Vec<String>,
    /// The referenced table, where the catalog knows it.
    pub references: Option<RelationId>,
    /// The referenced table as named, for one that was never seen.
    pub references_name: (String, String),
    /// The referenced columns; empty where the primary key is meant and not known.
    pub referenced_columns: Vec<String>,
    /// `ON DELETE`, in lower case.
    pub on_delete: Option<String>,
    /// `ON UPDATE`, in lower case.
    pub on_update: Option<String>,
}

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its table (or materialized view).
    pub table: RelationId,
    /// The key.
    pub elements: Vec<IndexElement>,
    /// `INCLUDE` columns.
    pub include: Vec<String>,
    /// Unique.
    pub unique: bool,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// The access method (`btree`).
    pub method: String,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// Valid: false for `ON ONLY` of a partitioned table until all partitions are attached.
    pub valid: bool,
    /// The constraint it backs.
    pub constraint: Option<String>,
    /// The partitioned index it is attached to.
    pub parent: Option<RelationId>,
    /// `CLUSTER ON` it.
    pub clustered: bool,
    /// `REPLICA IDENTITY USING INDEX` it.
    pub replica_identity: bool,
    /// The names of its own columns, key first. PostgreSQL takes them from the table when the index is created
    /// and leaves them when a column is renamed; the names of cloned indexes are made of them.
    pub columns: Vec<String>,
}

/// A sequence.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// Its type (`int8` where nothing is said).
    pub type_name: Option<TypeName>,
    /// The column that owns it.
    pub owned_by: Option<(RelationId, String)>,
    /// It belongs to an identity column.
    pub identity: bool,
}

/// A view's query and what it depends on.
#[derive(Clone, Debug, Default)]
pub struct ViewEntry {
    /// The query.
    pub query: Query,
    /// Relations it reads, with the columns it uses of each; an empty list means all or unknown.
    pub depends: Vec<(RelationId, Vec<String>)>,
    /// Materialized: it was filled.
    pub populated: bool,
}

/// A trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Columns of `UPDATE OF`.
    pub update_of: Vec<String>,
    /// Columns in `WHEN`.
    pub when_columns: Vec<String>,
    /// The function.
    pub function: (String, String),
    /// When it fires.
    pub firing: Firing,
    /// `FOR EACH ROW`; only such are cloned to partitions.
    pub for_each_row: bool,
    /// It was cloned from the partitioned parent's.
    pub inherited: bool,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Columns it uses.
    pub columns: Vec<String>,
    /// Other relations that its actions use, with the columns of each.
    pub depends: Vec<(RelationId, Vec<String>)>,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct PolicyEntry {
    /// Its name.
    pub name: String,
    /// Columns in `USING` and `WITH CHECK`.
    pub columns: Vec<String>,
    /// Functions that they call.
    pub calls: Vec<FunctionCall>,
    /// Other relations that their queries read, with the columns of each.
    pub depends: Vec<(RelationId, Vec<String>)>,
}

/// An extended statistics object.
#[derive(Clone, Debug)]
pub struct StatisticsEntry {
    /// Its name.
    pub name: String,
    /// Columns it is on, those in expressions included.
    pub columns: Vec<String>,
}

/// That a relation is a partition.
#[derive(Clone, Debug)]
pub struct PartitionEntry {
    /// The partitioned table.
    pub parent: RelationId,
    /// Its bound.
    pub bound: PartitionBound,
}

/// A type.
#[derive(Clone, Debug)]
pub struct TypeEntry {
    /// What it is.
    pub kind: TypeKind,
    /// When it was created.
    pub origin: Origin,
    /// When it got its present name: what is older knows it by another one.
    pub named: Origin,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Labels, in order, each with when it was added.
    Enum(Vec<(String, Origin)>),
    /// The relation that holds its attributes.
    Composite(RelationId),
    /// A domain.
    Domain(Box<Domain>),
    /// A range, base or shell type.
    Other,
}

/// A domain.
#[derive(Clone, Debug)]
pub struct Domain {
    /// The base type.
    pub base: TypeName,
    /// `NOT NULL`.
    pub not_null: bool,
    /// The default.
    pub default: Option<Expression>,
    /// Check constraints.
    pub constraints: Vec<Constraint>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Types of the input arguments.
    pub arguments: Vec<TypeName>,
    /// Its volatility.
    pub volatility: Volatility,
    /// The language.
    pub language: Option<String>,
    /// `PROCEDURE`.
    pub procedure: bool,
    /// When it was created.
    pub origin: Origin,
    /// Relations that an SQL body in standard form (`BEGIN ATOMIC`) depends on, with the columns it uses.
    pub depends: Vec<(RelationId, Vec<String>)>,
    /// The body holds `COMMIT` or `ROLLBACK`.
    pub transaction_control: bool,
    /// The body sets columns of a trigger's row.
    pub sets_row: bool,
    /// The body's statements, for `CALL` and `SELECT f()`.
    pub body: Vec<crate::operation::Statement>,
}

/// A publication.
#[derive(Clone, Debug, Default)]
pub struct PublicationEntry {
    /// `FOR ALL TABLES`.
    pub all_tables: bool,
    /// Whole schemas.
    pub schemas: Vec<String>,
    /// Tables, with the columns of a column list and those of the row filter.
    pub tables: Vec<(RelationId, Vec<String>, Vec<String>)>,
}
