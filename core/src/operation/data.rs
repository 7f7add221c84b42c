//! Data and sessions: queries, changes of rows, maintenance, settings, transactions.

use super::{Expression, FunctionCall, Identifier, Name, RelationWord, Setting, Statement};
use crate::text::Span;

/// A query, as far as locks, scans and dependencies need it.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Where it is written.
    pub span: Span,
    /// Relations it reads, in order of appearance, once per appearance; names of its own CTEs left out.
    pub reads: Vec<TableUse>,
    /// CTEs that change data.
    pub changes: Vec<DataChange>,
    /// Functions it calls, sorted, once each.
    pub calls: Vec<FunctionCall>,
    /// Names of its output columns, in order; none where it can't be told (`*`, unnamed expressions).
    pub output: Vec<Option<String>>,
    /// Column references anywhere in it: qualifier (alias or table, where written) and column; `*` for all.
    pub columns: Vec<(Option<String>, String)>,
    /// `LIMIT` or `FETCH FIRST` at its top.
    pub limited: bool,
    /// It has sub-selects, set operations, grouping or anything else but a plain `SELECT … FROM … WHERE`.
    pub complex: bool,
    /// False where it could not be parsed, so that the lists may lack something.
    pub parsed: bool,
}

/// One appearance of a relation in a query.
#[derive(Clone, Debug, Default)]
pub struct TableUse {
    /// The relation.
    pub name: Name,
    /// Its alias.
    pub alias: Option<String>,
    /// `ONLY`.
    pub only: bool,
    /// `FOR UPDATE | NO KEY UPDATE | SHARE | KEY SHARE`.
    pub row_lock: bool,
    /// The conditions of the `WHERE` beside it, where the query is a plain one over one table.
    pub condition: Option<Expression>,
    /// It stands beside other tables (join, comma list).
    pub joined: bool,
    /// The part that its select asks for, where that is not all of it.
    pub part: Option<ReadPart>,
}

/// What a select over one table, without a condition, asks of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadPart {
    /// The first that come: `LIMIT`, `EXISTS`.
    First,
    /// The first by a column: `ORDER BY c LIMIT 10`, `max(c)`. Without an index on it all are read.
    FirstBy(String),
}

/// `INSERT`, `UPDATE`, `DELETE`, `MERGE`.
#[derive(Clone, Debug)]
pub struct DataChange {
    /// Where it is written.
    pub span: Span,
    /// Which.
    pub kind: ChangeKind,
    /// The table that is changed.
    pub table: Name,
    /// Its alias.
    pub alias: Option<String>,
    /// `ONLY`.
    pub only: bool,
    /// Columns that are set (`UPDATE`, `ON CONFLICT DO UPDATE`) or listed (`INSERT`).
    pub columns: Vec<Identifier>,
    /// What `UPDATE … SET c = e` sets them to, in the same order; fewer where a row is assigned.
    pub values: Vec<Expression>,
    /// `WHERE`.
    pub condition: Option<Expression>,
    /// `FROM`, `USING`, the `SELECT` of an `INSERT`, sub-queries: everything it reads beside the table.
    pub source: Query,
    /// `INSERT … VALUES`: the number of rows; zero for the other kinds and for `INSERT … SELECT`.
    pub value_rows: usize,
    /// `INSERT … VALUES`: the rows; empty where they are many, or can't all be read.
    pub rows: Vec<Vec<Expression>>,
    /// `ON CONFLICT`.
    pub on_conflict: Option<OnConflict>,
    /// The columns of `ON CONFLICT (a, b)`; empty where it holds anything but names, or a `WHERE` follows.
    pub conflict_columns: Vec<Identifier>,
    /// `FROM` or `USING` is one list of values that are written out: `(VALUES (1, 'a'), (2, 'b')) v (id, name)`.
    pub from_values: bool,
    /// The rows are bounded by a `LIMIT` in its source (the batch idiom).
    pub limited: bool,
    /// False where it could not be parsed, so that the parts may lack something.
    pub parsed: bool,
}

/// Which change of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `INSERT`
    Insert,
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `MERGE` (15)
    Merge,
}

/// `ON CONFLICT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// `DO NOTHING`
    Nothing,
    /// `DO UPDATE`
    Update,
}

/// `COPY`.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The table; none for `COPY (query) TO`.
    pub table: Option<Name>,
    /// The query.
    pub query: Option<Query>,
    /// `FROM`: rows come in.
    pub from: bool,
}

/// A statement inside another.
#[derive(Clone, Debug)]
pub struct Nested {
    /// `explain`, `prepare`, `declare`.
    pub command: String,
    /// It really runs (`EXPLAIN ANALYZE`).
    pub runs: bool,
    /// The statement inside.
    pub statement: Box<Statement>,
}

/// `CALL`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The procedure.
    pub name: Name,
}

/// `REINDEX`.
#[derive(Clone, Debug)]
pub struct Reindex {
    /// What.
    pub target: ReindexTarget,
    /// `CONCURRENTLY` (as a word or option), where it is written.
    pub concurrently: Option<Span>,
    /// `TABLESPACE` option (14).
    pub tablespace: Option<Identifier>,
    /// The words `REINDEX INDEX` and the like: `CONCURRENTLY` belongs after them.
    pub head: Span,
}

/// What is reindexed.
#[derive(Clone, Debug)]
pub enum ReindexTarget {
    /// `INDEX`
    Index(Name),
    /// `TABLE`
    Table(Name),
    /// `SCHEMA`
    Schema(Identifier),
    /// `DATABASE`
    Database,
    /// `SYSTEM`
    System,
}

/// `CLUSTER`.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The table; none means every table that was clustered before.
    pub table: Option<Name>,
    /// `USING index`.
    pub index: Option<Identifier>,
}

/// `VACUUM`.
#[derive(Clone, Debug)]
pub struct Vacuum {
    /// The tables; none means all.
    pub tables: Vec<MaintainedTable>,
    /// `FULL`.
    pub full: bool,
    /// `ANALYZE`.
    pub analyze: bool,
    /// Options in parentheses.
    pub settings: Vec<Setting>,
}

/// `ANALYZE`.
#[derive(Clone, Debug)]
pub struct Analyze {
    /// The tables; none means all.
    pub tables: Vec<MaintainedTable>,
}

/// A table of `VACUUM` or `ANALYZE`.
#[derive(Clone, Debug)]
pub struct MaintainedTable {
    /// The table.
    pub name: Name,
    /// `ONLY` (18).
    pub only: bool,
}

/// `REFRESH MATERIALIZED VIEW`.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// The view.
    pub name: Name,
    /// `CONCURRENTLY`, where it is written.
    pub concurrently: Option<Span>,
    /// False with `WITH NO DATA`.
    pub with_data: bool,
    /// The words `REFRESH MATERIALIZED VIEW`: `CONCURRENTLY` belongs after them.
    pub head: Span,
}

/// `TRUNCATE`.
#[derive(Clone, Debug)]
pub struct Truncate {
    /// The tables, each with `ONLY`.
    pub tables: Vec<(Name, bool)>,
    /// `CASCADE`.
    pub cascade: bool,
    /// `RESTART IDENTITY`.
    pub restart_identity: bool,
}

/// `LOCK TABLE`.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The tables, each with `ONLY`.
    pub tables: Vec<(Name, bool)>,
    /// The mode's words in lower case (`access exclusive`, which is also the default).
    pub mode: String,
    /// `NOWAIT`.
    pub no_wait: bool,
}

/// A change of the session's settings.
#[derive(Clone, Debug)]
pub struct Set {
    /// The parameter, folded (`lock_timeout`, `search_path`, `role`, `constraints`, `transaction`); `all` for `RESET ALL`.
    pub parameter: String,
    /// The values as written, without quotes. Empty for `RESET`, `DEFAULT` and `FROM CURRENT`.
    pub values: Vec<String>,
    /// Session or transaction.
    pub scope: SetScope,
    /// `RESET` or `TO DEFAULT`.
    pub reset: bool,
}

/// How long a setting lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetScope {
    /// Until the session ends.
    Session,
    /// `LOCAL`: until the transaction ends.
    Local,
}

/// Transaction control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// `BEGIN`, `START TRANSACTION`
    Begin,
    /// `COMMIT`, `END`
    Commit {
        /// `AND CHAIN`.
        chain: bool,
    },
    /// `ROLLBACK`, `ABORT`
    Rollback {
        /// `AND CHAIN`.
        chain: bool,
    },
    /// `SAVEPOINT s`
    Savepoint(Identifier),
    /// `RELEASE s`
    Release(Identifier),
    /// `ROLLBACK TO s`
    RollbackTo(Identifier),
    /// `PREPARE TRANSACTION 'x'`
    Prepare,
    /// `COMMIT PREPARED 'x'`
    CommitPrepared,
    /// `ROLLBACK PREPARED 'x'`
    RollbackPrepared,
}

/// What the words say of a relation that is written as `ALTER`ed, `DROP`ped, …
pub fn relation_word(kind: super::ObjectKind) -> Option<RelationWord> {
    use super::ObjectKind as Kind;
    Some(match kind {
        Kind::Table => RelationWord::Table,
        Kind::Index => RelationWord::Index,
        Kind::View => RelationWord::View,
        Kind::MaterializedView => RelationWord::MaterializedView,
        Kind::Sequence => RelationWord::Sequence,
        Kind::ForeignTable => RelationWord::ForeignTable,
        _ => return None,
    })
}
