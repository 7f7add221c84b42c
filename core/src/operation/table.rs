//! Tables, their columns, constraints, indexes and partitions.

use super::{Expression, Identifier, Name, Query, SequenceOptions, Setting, TypeName};
use crate::text::Span;

/// The word after `ALTER`, `DROP`, …: what the author says the relation is. PostgreSQL lets `ALTER TABLE` name
/// an index, a view or a sequence for many actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationWord {
    /// `TABLE`
    Table,
    /// `INDEX`
    Index,
    /// `VIEW`
    View,
    /// `MATERIALIZED VIEW`
    MaterializedView,
    /// `SEQUENCE`
    Sequence,
    /// `FOREIGN TABLE`
    ForeignTable,
}

/// `ALTER TABLE …` and its likes.
#[derive(Clone, Debug)]
pub struct AlterTable {
    /// What the author says it is.
    pub word: RelationWord,
    /// The relation.
    pub name: Name,
    /// `ONLY`: without descendants.
    pub only: bool,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// The comma-separated actions, in order. At least one, unless the statement is not fully understood.
    pub actions: Vec<Action>,
}

/// One action of `ALTER TABLE`, with its place.
#[derive(Clone, Debug)]
pub struct Action {
    /// From its first token to its last.
    pub span: Span,
    /// What it does.
    pub kind: TableAction,
}

/// What one action of `ALTER TABLE` does.
#[derive(Clone, Debug)]
pub enum TableAction {
    /// `ADD [COLUMN] [IF NOT EXISTS] …`
    AddColumn {
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// The column.
        column: Box<ColumnDefinition>,
    },
    /// `DROP [COLUMN] [IF EXISTS] c [CASCADE]`
    DropColumn {
        /// The column.
        column: Identifier,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER COLUMN c [SET DATA] TYPE t [COLLATE x] [USING e]`
    AlterType {
        /// The column.
        column: Identifier,
        /// The new type.
        to: TypeName,
        /// `COLLATE`.
        collation: Option<Name>,
        /// `USING`.
        using: Option<Box<Expression>>,
    },
    /// `ALTER COLUMN c SET DEFAULT e`
    SetDefault {
        /// The column.
        column: Identifier,
        /// The new default.
        default: Box<Expression>,
    },
    /// `ALTER COLUMN c DROP DEFAULT`
    DropDefault {
        /// The column.
        column: Identifier,
    },
    /// `ALTER COLUMN c SET NOT NULL`
    SetNotNull {
        /// The column.
        column: Identifier,
    },
    /// `ALTER COLUMN c DROP NOT NULL`
    DropNotNull {
        /// The column.
        column: Identifier,
    },
    /// `ALTER COLUMN c SET EXPRESSION AS (e)` (17)
    SetExpression {
        /// The column.
        column: Identifier,
        /// The new expression.
        expression: Box<Expression>,
    },
    /// `ALTER COLUMN c DROP EXPRESSION [IF EXISTS]`
    DropExpression {
        /// The column.
        column: Identifier,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ALTER COLUMN c ADD GENERATED … AS IDENTITY`
    AddIdentity {
        /// The column.
        column: Identifier,
        /// Sequence options.
        options: SequenceOptions,
    },
    /// `ALTER COLUMN c SET GENERATED … | SET sequence option | RESTART`
    SetIdentity {
        /// The column.
        column: Identifier,
        /// Sequence options.
        options: SequenceOptions,
    },
    /// `ALTER COLUMN c DROP IDENTITY [IF EXISTS]`
    DropIdentity {
        /// The column.
        column: Identifier,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ALTER COLUMN c SET STATISTICS n` (of an index also by column number)
    SetStatistics {
        /// The column, or its number.
        column: Identifier,
    },
    /// `ALTER COLUMN c SET (n_distinct = …)`
    SetColumnOptions {
        /// The column.
        column: Identifier,
        /// The options.
        settings: Vec<Setting>,
    },
    /// `ALTER COLUMN c RESET (…)`
    ResetColumnOptions {
        /// The column.
        column: Identifier,
        /// The options.
        settings: Vec<Setting>,
    },
    /// `ALTER COLUMN c SET STORAGE s`
    SetStorage {
        /// The column.
        column: Identifier,
        /// The storage, folded (`default` needs 16).
        storage: String,
    },
    /// `ALTER COLUMN c SET COMPRESSION m` (14)
    SetCompression {
        /// The column.
        column: Identifier,
        /// The method.
        method: String,
    },
    /// `ADD [CONSTRAINT name] …`
    AddConstraint(Box<Constraint>),
    /// `ALTER CONSTRAINT name …`
    AlterConstraint {
        /// The constraint.
        name: Identifier,
        /// `DEFERRABLE` / `NOT DEFERRABLE`.
        deferrable: Option<bool>,
        /// `INITIALLY DEFERRED` / `IMMEDIATE`.
        initially_deferred: Option<bool>,
        /// `[NOT] ENFORCED` (18).
        enforced: Option<bool>,
        /// `[NO] INHERIT` (18).
        inherit: Option<bool>,
    },
    /// `VALIDATE CONSTRAINT name`
    ValidateConstraint {
        /// The constraint.
        name: Identifier,
    },
    /// `DROP CONSTRAINT [IF EXISTS] name [CASCADE]`
    DropConstraint {
        /// The constraint.
        name: Identifier,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `RENAME [COLUMN] a TO b`
    RenameColumn {
        /// The old name.
        from: Identifier,
        /// The new name.
        to: Identifier,
    },
    /// `RENAME CONSTRAINT a TO b`
    RenameConstraint {
        /// The old name.
        from: Identifier,
        /// The new name.
        to: Identifier,
    },
    /// `RENAME TO b`
    RenameTo {
        /// The new name.
        to: Identifier,
    },
    /// `SET SCHEMA s`
    SetSchema {
        /// The new schema.
        schema: Identifier,
    },
    /// `OWNER TO r`
    OwnerTo {
        /// The new owner, as written (`current_user` too).
        owner: Identifier,
    },
    /// `SET TABLESPACE t`
    SetTablespace {
        /// The tablespace.
        tablespace: Identifier,
    },
    /// `SET ACCESS METHOD m` (15)
    SetAccessMethod {
        /// The method; none for `DEFAULT` (17).
        method: Option<Identifier>,
    },
    /// `SET LOGGED`
    SetLogged,
    /// `SET UNLOGGED`
    SetUnlogged,
    /// `SET (fillfactor = …)`
    SetOptions {
        /// The storage parameters.
        settings: Vec<Setting>,
    },
    /// `RESET (…)`
    ResetOptions {
        /// The storage parameters.
        settings: Vec<Setting>,
    },
    /// `SET WITHOUT OIDS`
    SetWithoutOids,
    /// `CLUSTER ON i`
    ClusterOn {
        /// The index.
        index: Identifier,
    },
    /// `SET WITHOUT CLUSTER`
    SetWithoutCluster,
    /// `ENABLE | DISABLE [ALWAYS | REPLICA] TRIGGER …`
    Trigger {
        /// The trigger, or all, or all of users.
        which: TriggerChoice,
        /// What becomes of it.
        firing: Firing,
    },
    /// `ENABLE | DISABLE [ALWAYS | REPLICA] RULE r`
    Rule {
        /// The rule.
        name: Identifier,
        /// What becomes of it.
        firing: Firing,
    },
    /// `ENABLE | DISABLE | FORCE | NO FORCE ROW LEVEL SECURITY`
    RowSecurity(RowSecurity),
    /// `REPLICA IDENTITY …`
    ReplicaIdentity(ReplicaIdentity),
    /// `INHERIT p`
    Inherit {
        /// The parent.
        parent: Name,
    },
    /// `NO INHERIT p`
    NoInherit {
        /// The parent.
        parent: Name,
    },
    /// `OF t`
    OfType {
        /// The composite type.
        of: Name,
    },
    /// `NOT OF`
    NotOf,
    /// `ATTACH PARTITION p FOR VALUES … | DEFAULT`; of an index without bound
    AttachPartition {
        /// The partition.
        partition: Name,
        /// Its bound; none for an index.
        bound: Option<PartitionBound>,
    },
    /// `DETACH PARTITION p [CONCURRENTLY | FINALIZE]`
    DetachPartition {
        /// The partition.
        partition: Name,
        /// `CONCURRENTLY`, `FINALIZE` (14).
        mode: DetachMode,
    },
    /// `[NO] DEPENDS ON EXTENSION e`
    DependsOnExtension,
    /// `OPTIONS (…)` of a foreign table or its column
    ForeignOptions,
    /// Not understood: the worst that `ALTER TABLE` can do.
    Unknown,
}

/// Which triggers `ENABLE`/`DISABLE TRIGGER` means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerChoice {
    /// One.
    Named(Identifier),
    /// `ALL`, those of constraints too.
    All,
    /// `USER`.
    User,
}

/// When a trigger or rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firing {
    /// `ENABLE`
    Enable,
    /// `DISABLE`
    Disable,
    /// `ENABLE ALWAYS`
    Always,
    /// `ENABLE REPLICA`
    Replica,
}

/// Row level security switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowSecurity {
    /// `ENABLE`
    Enable,
    /// `DISABLE`
    Disable,
    /// `FORCE`
    Force,
    /// `NO FORCE`
    NoForce,
}

/// `REPLICA IDENTITY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicaIdentity {
    /// `DEFAULT`
    Default,
    /// `FULL`
    Full,
    /// `NOTHING`
    Nothing,
    /// `USING INDEX i`
    Index(Identifier),
}

/// How a partition is detached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetachMode {
    /// In the transaction.
    Plain,
    /// `CONCURRENTLY`
    Concurrently,
    /// `FINALIZE`
    Finalize,
}

/// A column of `CREATE TABLE` or `ADD COLUMN`.
#[derive(Clone, Debug)]
pub struct ColumnDefinition {
    /// From name to last constraint.
    pub span: Span,
    /// The name.
    pub name: Identifier,
    /// The type; none in `PARTITION OF` and typed tables, where the column gets only options.
    pub type_name: Option<TypeName>,
    /// `COLLATE`.
    pub collation: Option<Name>,
    /// `STORAGE s`.
    pub storage: Option<String>,
    /// `COMPRESSION m`.
    pub compression: Option<String>,
    /// `DEFAULT e`.
    pub default: Option<Expression>,
    /// `GENERATED ALWAYS AS (e)`.
    pub generated: Option<Generated>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<SequenceOptions>,
    /// `NOT NULL`, with its place and name.
    pub not_null: Option<NotNull>,
    /// `NULL` is written.
    pub null: Option<Span>,
    /// `PRIMARY KEY`, `UNIQUE`, `CHECK`, `REFERENCES` of the column, in order, their column filled in.
    pub constraints: Vec<Constraint>,
    /// `OPTIONS (…)` of a foreign table's column is written.
    pub foreign_options: bool,
}

/// `NOT NULL` of a column definition.
#[derive(Clone, Debug)]
pub struct NotNull {
    /// Where it is written.
    pub span: Span,
    /// `CONSTRAINT name`.
    pub name: Option<Identifier>,
    /// `NO INHERIT` (18).
    pub no_inherit: bool,
}

/// `GENERATED ALWAYS AS (e)`.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Where it is written.
    pub span: Span,
    /// The expression.
    pub expression: Expression,
    /// How it is kept.
    pub kind: GeneratedKind,
}

/// How a generated column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratedKind {
    /// `STORED`
    Stored,
    /// `VIRTUAL` (18)
    Virtual,
    /// Neither word: virtual from 18, a syntax error before.
    Unsaid,
}

/// A table or column constraint.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// From `CONSTRAINT` or the first key word to the last option.
    pub span: Span,
    /// `CONSTRAINT name`.
    pub name: Option<Identifier>,
    /// What it says.
    pub kind: ConstraintKind,
    /// `NOT VALID`, where it is written.
    pub not_valid: Option<Span>,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// `NO INHERIT` of a check or not-null constraint.
    pub no_inherit: bool,
    /// `NOT ENFORCED` is written (18). `ENFORCED`, also new in 18, is `Some(true)`.
    pub enforced: Option<bool>,
}

/// What a constraint says.
#[derive(Clone, Debug)]
pub enum ConstraintKind {
    /// `CHECK (e)`
    Check(Box<Expression>),
    /// `NOT NULL c` as a table constraint (18)
    NotNull(Identifier),
    /// `UNIQUE (…)`
    Unique(IndexConstraint),
    /// `PRIMARY KEY (…)`
    PrimaryKey(IndexConstraint),
    /// `EXCLUDE USING m (e WITH op, …) [WHERE (p)]`
    Exclude(Box<Exclude>),
    /// `FOREIGN KEY (…) REFERENCES …`
    ForeignKey(Box<ForeignKey>),
    /// Not understood.
    Unknown,
}

/// `UNIQUE` or `PRIMARY KEY`.
#[derive(Clone, Debug, Default)]
pub struct IndexConstraint {
    /// The key columns; empty with `USING INDEX`.
    pub columns: Vec<Identifier>,
    /// `INCLUDE (…)`.
    pub include: Vec<Identifier>,
    /// `USING INDEX i`.
    pub using_index: Option<Identifier>,
    /// `NULLS NOT DISTINCT` (15).
    pub nulls_not_distinct: bool,
    /// `WITHOUT OVERLAPS` on the last column (18).
    pub without_overlaps: bool,
    /// `WITH (…)`.
    pub settings: Vec<Setting>,
    /// `USING INDEX TABLESPACE t`.
    pub tablespace: Option<Identifier>,
}

/// `EXCLUDE`.
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    /// The access method (`gist` where it is not written: PostgreSQL's default is btree).
    pub method: Option<Identifier>,
    /// The elements.
    pub elements: Vec<IndexElement>,
    /// Their operators, in order.
    pub operators: Vec<String>,
    /// `INCLUDE (…)`.
    pub include: Vec<Identifier>,
    /// `WHERE (p)`.
    pub predicate: Option<Expression>,
}

/// `REFERENCES`.
#[derive(Clone, Debug, Default)]
pub struct ForeignKey {
    /// The referencing columns.
    pub columns: Vec<Identifier>,
    /// The referenced table.
    pub references: Name,
    /// The referenced columns; empty means the primary key.
    pub referenced_columns: Vec<Identifier>,
    /// `ON DELETE`, in lower case (`cascade`, `set null`, …).
    pub on_delete: Option<String>,
    /// `ON UPDATE`, likewise.
    pub on_update: Option<String>,
    /// `MATCH FULL`.
    pub match_full: bool,
    /// `PERIOD` on the last column (18).
    pub period: bool,
}

/// `CREATE TABLE`.
#[derive(Clone, Debug)]
pub struct CreateTable {
    /// The table.
    pub name: Name,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Permanent, unlogged or temporary.
    pub persistence: Persistence,
    /// `CREATE FOREIGN TABLE`.
    pub foreign: bool,
    /// Columns, constraints and `LIKE`s, in order.
    pub elements: Vec<TableElement>,
    /// `INHERITS (…)`.
    pub inherits: Vec<Name>,
    /// `PARTITION OF p FOR VALUES …`.
    pub partition_of: Option<PartitionOf>,
    /// `OF type`.
    pub of_type: Option<Name>,
    /// `PARTITION BY …`.
    pub partition_by: Option<PartitionBy>,
    /// `USING method`.
    pub access_method: Option<Identifier>,
    /// `WITH (…)`.
    pub settings: Vec<Setting>,
    /// `TABLESPACE t`.
    pub tablespace: Option<Identifier>,
    /// `ON COMMIT DROP`.
    pub on_commit_drop: bool,
}

/// How long a relation lives and whether it is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// Ordinary.
    #[default]
    Permanent,
    /// `UNLOGGED`
    Unlogged,
    /// `TEMP`
    Temporary,
}

/// An element between the parentheses of `CREATE TABLE`.
#[derive(Clone, Debug)]
pub enum TableElement {
    /// A column.
    Column(Box<ColumnDefinition>),
    /// A table constraint.
    Constraint(Box<Constraint>),
    /// `LIKE t INCLUDING …`
    Like(Like),
    /// Not understood.
    Unknown(Span),
}

/// `LIKE source [INCLUDING | EXCLUDING …]`; what is included in the end.
#[derive(Clone, Debug, Default)]
pub struct Like {
    /// The source table.
    pub source: Name,
    /// `DEFAULTS`
    pub defaults: bool,
    /// `CONSTRAINTS` (checks; not-null is always copied)
    pub constraints: bool,
    /// `IDENTITY`
    pub identity: bool,
    /// `GENERATED`
    pub generated: bool,
    /// `INDEXES`
    pub indexes: bool,
    /// `STATISTICS`
    pub statistics: bool,
    /// `STORAGE`
    pub storage: bool,
    /// `COMMENTS`
    pub comments: bool,
    /// `COMPRESSION` (14)
    pub compression: bool,
}

/// `PARTITION OF parent bound`.
#[derive(Clone, Debug)]
pub struct PartitionOf {
    /// The parent.
    pub parent: Name,
    /// The bound.
    pub bound: PartitionBound,
}

/// The bound of a partition. Values are normalised token text; `minvalue` and `maxvalue` in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionBound {
    /// `DEFAULT`
    Default,
    /// `FOR VALUES IN (…)`
    List(Vec<String>),
    /// `FOR VALUES FROM (…) TO (…)`
    Range(Vec<String>, Vec<String>),
    /// `FOR VALUES WITH (MODULUS m, REMAINDER r)`
    Hash(u32, u32),
    /// Not understood.
    Unknown,
}

/// `PARTITION BY`.
#[derive(Clone, Debug)]
pub struct PartitionBy {
    /// Range, list, hash.
    pub strategy: PartitionStrategy,
    /// The key: columns or expressions.
    pub keys: Vec<IndexElement>,
}

/// How a table is partitioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartitionStrategy {
    /// `RANGE`
    Range,
    /// `LIST`
    List,
    /// `HASH`
    Hash,
}

/// An element of an index, an exclusion constraint or a partition key.
#[derive(Clone, Debug, Default)]
pub struct IndexElement {
    /// Where it is written.
    pub span: Span,
    /// The column, where the element is just that.
    pub column: Option<Identifier>,
    /// The expression, where it is one.
    pub expression: Option<Expression>,
    /// `COLLATE c`.
    pub collation: Option<Name>,
    /// The operator class.
    pub operator_class: Option<Name>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` (true) or `NULLS LAST` (false), where it is written.
    pub nulls_first: Option<bool>,
}

/// `CREATE INDEX`.
#[derive(Clone, Debug)]
pub struct CreateIndex {
    /// The name; PostgreSQL chooses one where it is missing.
    pub name: Option<Identifier>,
    /// The table.
    pub table: Name,
    /// `ON ONLY t`.
    pub only: bool,
    /// `UNIQUE`.
    pub unique: bool,
    /// `CONCURRENTLY`, where it is written.
    pub concurrently: Option<Span>,
    /// The words `CREATE [UNIQUE] INDEX`: `CONCURRENTLY` belongs after them.
    pub head: Span,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `USING method`, folded.
    pub method: Option<Identifier>,
    /// The key.
    pub elements: Vec<IndexElement>,
    /// `INCLUDE (…)`.
    pub include: Vec<Identifier>,
    /// `NULLS NOT DISTINCT` (15).
    pub nulls_not_distinct: bool,
    /// `WITH (…)`.
    pub settings: Vec<Setting>,
    /// `TABLESPACE t`.
    pub tablespace: Option<Identifier>,
    /// `WHERE p`.
    pub predicate: Option<Expression>,
}

/// `CREATE TABLE AS`, `SELECT INTO`, `CREATE MATERIALIZED VIEW`.
#[derive(Clone, Debug)]
pub struct CreateTableAs {
    /// The new relation.
    pub name: Name,
    /// `CREATE MATERIALIZED VIEW`.
    pub materialized: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Permanent, unlogged or temporary.
    pub persistence: Persistence,
    /// Column names, where they are given.
    pub columns: Vec<Identifier>,
    /// The query; `AS EXECUTE p` has none.
    pub query: Option<Query>,
    /// False with `WITH NO DATA`.
    pub with_data: bool,
    /// `ON COMMIT DROP`.
    pub on_commit_drop: bool,
}

/// `ALTER TABLE | INDEX | MATERIALIZED VIEW ALL IN TABLESPACE a SET TABLESPACE b`.
#[derive(Clone, Debug)]
pub struct AlterAllInTablespace {
    /// Tables, indexes or materialized views.
    pub word: RelationWord,
    /// From where.
    pub from: Identifier,
    /// Where to.
    pub to: Identifier,
}
