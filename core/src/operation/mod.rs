//! What a statement asks of the schema, typed. The vocabulary between the SQL front end and everything after
//! it: catalog, effects, timeline and rules see operations, never SQL text.
//!
//! Names are folded as PostgreSQL folds them (ASCII only, cut at 63 bytes); every part carries the byte span
//! it was written at.

mod built;
mod data;
mod expression;
mod label;
mod object;
mod table;

pub use built::*;
pub use data::*;
pub use expression::*;
pub use object::*;
pub use table::*;

use crate::text::Span;

/// A name as PostgreSQL stores it: folded to lower case unless quoted, cut at 63 bytes.
#[derive(Clone, Debug, Default)]
pub struct Identifier {
    /// The folded name.
    pub text: String,
    /// Where it is written (with its quotes).
    pub span: Span,
    /// True where the written name was longer than 63 bytes, so that PostgreSQL cuts it.
    pub truncated: bool,
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Identifier {}

impl Identifier {
    /// A name that is written nowhere (made by PostgreSQL or by us).
    pub fn made(text: impl Into<String>) -> Self {
        Identifier { text: text.into(), span: Span::default(), truncated: false }
    }
}

/// A possibly schema-qualified name. A leading database name (`db.schema.name`) is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The schema, where it is written.
    pub schema: Option<Identifier>,
    /// The name itself.
    pub name: Identifier,
}

impl Name {
    /// A name without a schema that is written nowhere.
    pub fn made(name: impl Into<String>) -> Self {
        Name { schema: None, name: Identifier::made(name) }
    }

    /// Where the whole name is written.
    pub fn span(&self) -> Span {
        self.schema.as_ref().map_or(self.name.span, |schema| schema.span.to(self.name.span))
    }
}

impl std::fmt::Display for Name {
    /// `schema.name`, without the schema where it is `public`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) if schema.text != "public" => {
                write!(formatter, "{}.{}", schema.text, self.name.text)
            }
            _ => formatter.write_str(&self.name.text),
        }
    }
}

/// How far a statement was understood. A rule may stay silent only where it is [`Grasp::Full`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grasp {
    /// Every part.
    Full,
    /// The kind and some parts; the operation holds [`TableAction::Unknown`] or the like for the rest.
    Partial {
        /// Where understanding stopped.
        at: Span,
        /// What was expected there, in words ("a column name").
        expected: String,
    },
    /// Not even the kind.
    None {
        /// Where understanding stopped.
        at: Span,
        /// What was expected there, in words.
        expected: String,
    },
}

/// One SQL statement of a file.
#[derive(Clone, Debug)]
pub struct Statement {
    /// From the first token to the last, without the semicolon and without comments before it.
    pub span: Span,
    /// What it asks for.
    pub operation: Operation,
    /// How far it was understood.
    pub grasp: Grasp,
}

/// What a statement asks for, typed.
#[derive(Clone, Debug)]
pub enum Operation {
    /// `ALTER TABLE | INDEX | VIEW | MATERIALIZED VIEW | SEQUENCE | FOREIGN TABLE`, renames and `SET SCHEMA` included.
    AlterTable(AlterTable),
    /// `ALTER … ALL IN TABLESPACE a SET TABLESPACE b`.
    AlterAllInTablespace(AlterAllInTablespace),
    /// `CREATE TABLE`, `CREATE FOREIGN TABLE`, partitions included.
    CreateTable(CreateTable),
    /// `CREATE TABLE … AS`, `SELECT … INTO`, `CREATE MATERIALIZED VIEW`.
    CreateTableAs(CreateTableAs),
    /// `CREATE INDEX`.
    CreateIndex(CreateIndex),
    /// `DROP …` of any kind of object.
    Drop(Drop),
    /// `CREATE [OR REPLACE] VIEW`.
    CreateView(CreateView),
    /// `CREATE SEQUENCE`.
    CreateSequence(CreateSequence),
    /// `ALTER SEQUENCE` with options (renames, owner, schema are [`Operation::AlterTable`]).
    AlterSequence(AlterSequence),
    /// `CREATE TYPE` (enum, composite, range, base, shell).
    CreateType(CreateType),
    /// `ALTER TYPE` of an enum or composite type.
    AlterType(AlterType),
    /// `CREATE DOMAIN`.
    CreateDomain(CreateDomain),
    /// `ALTER DOMAIN`.
    AlterDomain(AlterDomain),
    /// `CREATE SCHEMA`, with the statements inside it.
    CreateSchema(CreateSchema),
    /// `CREATE EXTENSION`.
    CreateExtension(CreateExtension),
    /// `CREATE FUNCTION | PROCEDURE`.
    CreateFunction(CreateFunction),
    /// `ALTER FUNCTION | PROCEDURE | ROUTINE` options (volatility and the like).
    AlterFunction(AlterFunction),
    /// `DO` block.
    Do(Do),
    /// `CREATE [OR REPLACE] [CONSTRAINT] TRIGGER`.
    CreateTrigger(CreateTrigger),
    /// `CREATE RULE`.
    CreateRule(CreateRule),
    /// `CREATE POLICY` or `ALTER POLICY`.
    Policy(Policy),
    /// `CREATE STATISTICS`.
    CreateStatistics(CreateStatistics),
    /// `CREATE SUBSCRIPTION`
    CreateSubscription(CreateSubscription),
    /// `CREATE PUBLICATION`, `ALTER PUBLICATION`.
    Publication(Publication),
    /// `RENAME TO` of an object that is no relation; also of triggers, rules, policies, constraints of domains.
    Rename(Rename),
    /// `OWNER TO`, `SET SCHEMA`, `[NO] DEPENDS ON EXTENSION` of an object that is no relation.
    AlterObject(AlterObject),
    /// `COMMENT ON`.
    Comment(Comment),
    /// `GRANT`, `REVOKE`.
    Grant(Grant),
    /// `REINDEX`.
    Reindex(Reindex),
    /// `CLUSTER`.
    Cluster(Cluster),
    /// `VACUUM`.
    Vacuum(Vacuum),
    /// `ANALYZE`.
    Analyze(Analyze),
    /// `REFRESH MATERIALIZED VIEW`.
    Refresh(Refresh),
    /// `TRUNCATE`.
    Truncate(Truncate),
    /// `LOCK TABLE`.
    Lock(Lock),
    /// `SELECT`, `VALUES`, `TABLE`, `WITH … SELECT`.
    Query(Query),
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`.
    Change(DataChange),
    /// `COPY`.
    Copy(Copy),
    /// `EXPLAIN`, `PREPARE`, `DECLARE CURSOR`: the statement inside, and whether it runs.
    Nested(Nested),
    /// `CALL`.
    Call(Call),
    /// `SET`, `RESET`, `set_config(…)` as a statement, `SET CONSTRAINTS`, `SET ROLE`, `DISCARD`.
    Set(Set),
    /// `BEGIN`, `COMMIT`, `ROLLBACK`, `SAVEPOINT`, two-phase commit.
    Transaction(Transaction),
    /// A statement of a kind that locks no user relation and changes nothing that Lockkeeper follows.
    Other(Other),
    /// Not understood: nothing is known of what it does.
    Unknown,
}

/// A kind of statement that Lockkeeper names but does not follow further.
#[derive(Clone, Debug)]
pub struct Other {
    /// The command in lower case, as PostgreSQL's documentation titles it (`create role`, `alter system`).
    pub command: String,
    /// The object's name, where it has a simple one.
    pub name: Option<Name>,
}
