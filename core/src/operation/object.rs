//! Objects beside tables: views, sequences, types, functions, triggers, policies, publications, privileges.

use super::{
    Built, ColumnDefinition, Constraint, Expression, Identifier, Name, Persistence, Query, Setting,
    Statement, TypeName,
};
use crate::text::Span;

/// A kind of object in `DROP`, `COMMENT`, `RENAME`, `GRANT` and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKind {
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
    /// `COLUMN` of a table
    Column,
    /// `CONSTRAINT … ON table`
    Constraint,
    /// `CONSTRAINT … ON DOMAIN domain`
    DomainConstraint,
    /// `TRIGGER … ON table`
    Trigger,
    /// `RULE … ON table`
    Rule,
    /// `POLICY … ON table`
    Policy,
    /// `TYPE`
    Type,
    /// `DOMAIN`
    Domain,
    /// `FUNCTION`
    Function,
    /// `PROCEDURE`
    Procedure,
    /// `ROUTINE`
    Routine,
    /// `AGGREGATE`
    Aggregate,
    /// `SCHEMA`
    Schema,
    /// `EXTENSION`
    Extension,
    /// `STATISTICS`
    Statistics,
    /// `PUBLICATION`
    Publication,
    /// `SUBSCRIPTION`
    Subscription,
    /// `EVENT TRIGGER`
    EventTrigger,
    /// `DATABASE`
    Database,
    /// `TABLESPACE`
    Tablespace,
    /// `OWNED BY role` (`DROP OWNED`, `REASSIGN OWNED`)
    Owned,
    /// Any other (roles, operators, casts, text search, foreign data wrappers, …).
    Other,
}

/// `DROP …`.
#[derive(Clone, Debug)]
pub struct Drop {
    /// What kind of object.
    pub kind: ObjectKind,
    /// The objects. For triggers, rules and policies the object's own name.
    pub names: Vec<Name>,
    /// The table, of triggers, rules and policies.
    pub on: Option<Name>,
    /// Argument types per name, of functions, procedures and aggregates; none where none are written.
    pub arguments: Vec<Option<Vec<TypeName>>>,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
    /// `CONCURRENTLY` (of indexes), where it is written.
    pub concurrently: Option<Span>,
    /// The words `DROP INDEX`: `CONCURRENTLY` belongs after them.
    pub head: Span,
}

/// `CREATE VIEW`.
#[derive(Clone, Debug)]
pub struct CreateView {
    /// The view.
    pub name: Name,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// Permanent or temporary.
    pub persistence: Persistence,
    /// `RECURSIVE`.
    pub recursive: bool,
    /// Column names, where they are given.
    pub columns: Vec<Identifier>,
    /// `WITH (…)`.
    pub settings: Vec<Setting>,
    /// The query.
    pub query: Query,
}

/// Options of a sequence, of `CREATE SEQUENCE`, `ALTER SEQUENCE` and identity columns.
#[derive(Clone, Debug, Default)]
pub struct SequenceOptions {
    /// `AS type`.
    pub as_type: Option<TypeName>,
    /// `RESTART [WITH n]` is written.
    pub restart: bool,
    /// `OWNED BY table.column`; `OWNED BY NONE` is [`OwnedBy::None`].
    pub owned_by: Option<OwnedBy>,
    /// `SEQUENCE NAME n` of an identity column.
    pub sequence_name: Option<Name>,
    /// `GENERATED ALWAYS` (true) or `BY DEFAULT` (false) of an identity column.
    pub always: Option<bool>,
    /// Any other option is written (`INCREMENT`, `MINVALUE`, `MAXVALUE`, `START`, `CACHE`, `CYCLE`, `LOGGED`).
    pub others: bool,
}

/// `OWNED BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedBy {
    /// `NONE`
    None,
    /// A column.
    Column(Name, Identifier),
}

/// `CREATE SEQUENCE`.
#[derive(Clone, Debug)]
pub struct CreateSequence {
    /// The sequence.
    pub name: Name,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Permanent, unlogged (15) or temporary.
    pub persistence: Persistence,
    /// Options.
    pub options: SequenceOptions,
}

/// `ALTER SEQUENCE` with options.
#[derive(Clone, Debug)]
pub struct AlterSequence {
    /// The sequence.
    pub name: Name,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// Options.
    pub options: SequenceOptions,
}

/// `CREATE TYPE`.
#[derive(Clone, Debug)]
pub struct CreateType {
    /// The type.
    pub name: Name,
    /// What it is.
    pub kind: CreateTypeKind,
}

/// What a new type is.
#[derive(Clone, Debug)]
pub enum CreateTypeKind {
    /// `AS ENUM (…)`: the labels.
    Enum(Vec<String>),
    /// `AS (…)`: the attributes.
    Composite(Vec<ColumnDefinition>),
    /// `AS RANGE (…)`.
    Range,
    /// A base or shell type.
    Base,
}

/// `ALTER TYPE`, renames of the type itself and owner and schema changes excepted.
#[derive(Clone, Debug)]
pub struct AlterType {
    /// The type.
    pub name: Name,
    /// The actions.
    pub actions: Vec<TypeAction>,
}

/// What `ALTER TYPE` does.
#[derive(Clone, Debug)]
pub enum TypeAction {
    /// `ADD VALUE [IF NOT EXISTS] 'v' [BEFORE | AFTER 'n']`
    AddValue {
        /// The label.
        value: String,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `BEFORE` (true) or `AFTER` (false) a label that is there; none is at the end.
        beside: Option<(bool, String)>,
    },
    /// `RENAME VALUE 'a' TO 'b'`
    RenameValue {
        /// The old label.
        from: String,
        /// The new label.
        to: String,
    },
    /// `ADD ATTRIBUTE`
    AddAttribute {
        /// The attribute.
        attribute: Box<ColumnDefinition>,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `DROP ATTRIBUTE`
    DropAttribute {
        /// The attribute.
        name: Identifier,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER ATTRIBUTE … TYPE`
    AlterAttribute {
        /// The attribute.
        name: Identifier,
        /// The new type.
        to: TypeName,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `RENAME ATTRIBUTE`
    RenameAttribute {
        /// The old name.
        from: Identifier,
        /// The new name.
        to: Identifier,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `SET (…)` of a base type
    SetOptions,
    /// Not understood.
    Unknown,
}

/// `CREATE DOMAIN`.
#[derive(Clone, Debug)]
pub struct CreateDomain {
    /// The domain.
    pub name: Name,
    /// The base type.
    pub base: TypeName,
    /// `COLLATE`.
    pub collation: Option<Name>,
    /// `DEFAULT`.
    pub default: Option<Expression>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// `CHECK` constraints.
    pub constraints: Vec<Constraint>,
}

/// `ALTER DOMAIN`, renames of the domain, owner and schema changes excepted.
#[derive(Clone, Debug)]
pub struct AlterDomain {
    /// The domain.
    pub name: Name,
    /// What it does.
    pub action: DomainAction,
}

/// What `ALTER DOMAIN` does.
#[derive(Clone, Debug)]
pub enum DomainAction {
    /// `SET DEFAULT e`
    SetDefault(Box<Expression>),
    /// `DROP DEFAULT`
    DropDefault,
    /// `SET NOT NULL`
    SetNotNull,
    /// `DROP NOT NULL`
    DropNotNull,
    /// `ADD [CONSTRAINT n] CHECK (e) [NOT VALID]`, or `NOT NULL` (17)
    AddConstraint(Box<Constraint>),
    /// `DROP CONSTRAINT [IF EXISTS] n`
    DropConstraint {
        /// The constraint.
        name: Identifier,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `VALIDATE CONSTRAINT n`
    ValidateConstraint {
        /// The constraint.
        name: Identifier,
    },
    /// Not understood.
    Unknown,
}

/// `CREATE SCHEMA`.
#[derive(Clone, Debug)]
pub struct CreateSchema {
    /// The schema; with only `AUTHORIZATION r` the role's name.
    pub name: Identifier,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// The statements inside it.
    pub elements: Vec<Statement>,
}

/// `CREATE EXTENSION`.
#[derive(Clone, Debug)]
pub struct CreateExtension {
    /// The extension.
    pub name: Identifier,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `SCHEMA s`.
    pub schema: Option<Identifier>,
}

/// `CREATE FUNCTION`, `CREATE PROCEDURE`.
#[derive(Clone, Debug)]
pub struct CreateFunction {
    /// The function.
    pub name: Name,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `PROCEDURE`.
    pub procedure: bool,
    /// Types of the input arguments.
    pub arguments: Vec<TypeName>,
    /// `RETURNS`; none of a procedure, of `RETURNS TABLE` the columns are not kept.
    pub returns: Option<TypeName>,
    /// `LANGUAGE`, folded.
    pub language: Option<String>,
    /// Volatility: volatile where nothing is said.
    pub volatility: Volatility,
    /// The body.
    pub body: Body,
    /// `SET name …` clauses.
    pub settings: Vec<Setting>,
}

/// What `ALTER FUNCTION …` changes.
#[derive(Clone, Debug)]
pub struct AlterFunction {
    /// The function.
    pub name: Name,
    /// Function, procedure or routine.
    pub kind: ObjectKind,
    /// Argument types, where they are written.
    pub arguments: Option<Vec<TypeName>>,
    /// The new volatility, where it is given.
    pub volatility: Option<Volatility>,
}

/// PostgreSQL's promise classes of functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volatility {
    /// Same arguments, same result, for ever.
    Immutable,
    /// Same result within one statement.
    Stable,
    /// Anything; the default.
    #[default]
    Volatile,
}

/// The body of a function or `DO` block.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The text between the quotes (or `BEGIN ATOMIC … END`).
    pub span: Span,
    /// True for `BEGIN ATOMIC … END` and `RETURN e` bodies, which PostgreSQL parses at creation.
    pub atomic: bool,
    /// The SQL statements found in it, in order, with their spans in the file. `EXECUTE` included where
    /// the text tells what it runs: a literal, or something put together from what a loop over literals gives.
    pub statements: Vec<Statement>,
    /// `EXECUTE` of something that the body's text does not tell.
    pub dynamic: Vec<Dynamic>,
    /// `COMMIT` or `ROLLBACK` stands in it.
    pub transaction_control: bool,
    /// Something in it (`IF`, `CASE`, a loop, a handler, an early end) decides which of the statements run, so that none
    /// of them is certain to.
    pub conditional: bool,
    /// It sets columns of the row that a trigger is about (`NEW.x := e`).
    pub sets_row: bool,
    /// False where the language is not `sql` or `plpgsql`, so that the body was not read.
    pub read: bool,
}

/// `EXECUTE` of a built string in a body.
#[derive(Clone, Debug)]
pub struct Dynamic {
    /// The expression after `EXECUTE`.
    pub span: Span,
    /// The `format(…)` template or the first literal of a concatenation, where there is one.
    pub template: Option<String>,
    /// How it is put together, where only what a system catalog lists is missing.
    pub built: Option<Built>,
}

/// `DO`.
#[derive(Clone, Debug)]
pub struct Do {
    /// `LANGUAGE`; `plpgsql` where nothing is said.
    pub language: String,
    /// The block.
    pub body: Body,
}

/// `CREATE TRIGGER`.
#[derive(Clone, Debug)]
pub struct CreateTrigger {
    /// The trigger.
    pub name: Identifier,
    /// The table.
    pub table: Name,
    /// `OR REPLACE` (14).
    pub or_replace: bool,
    /// `CONSTRAINT TRIGGER`.
    pub constraint: bool,
    /// `FROM table` of a constraint trigger.
    pub from: Option<Name>,
    /// Columns of `UPDATE OF`.
    pub update_of: Vec<Identifier>,
    /// `WHEN (e)`.
    pub when: Option<Expression>,
    /// `FOR EACH ROW`.
    pub for_each_row: bool,
    /// The function.
    pub function: Name,
}

/// `CREATE RULE`.
#[derive(Clone, Debug)]
pub struct CreateRule {
    /// The rule.
    pub name: Identifier,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// The table or view.
    pub table: Name,
    /// `WHERE`.
    pub condition: Option<Expression>,
    /// The statements it does.
    pub statements: Vec<Statement>,
}

/// `CREATE POLICY`, `ALTER POLICY`.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The policy.
    pub name: Identifier,
    /// The table.
    pub table: Name,
    /// `ALTER`.
    pub alter: bool,
    /// `USING (e)`.
    pub using: Option<Expression>,
    /// `WITH CHECK (e)`.
    pub with_check: Option<Expression>,
}

/// `CREATE SUBSCRIPTION`.
#[derive(Clone, Debug)]
pub struct CreateSubscription {
    /// The subscription.
    pub name: Identifier,
    /// It makes a replication slot at the publisher, as it does where nothing else is said.
    pub makes_slot: bool,
}

/// `CREATE STATISTICS`.
#[derive(Clone, Debug)]
pub struct CreateStatistics {
    /// The object; PostgreSQL 16 and later choose a name where it is missing.
    pub name: Option<Name>,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// The table.
    pub table: Name,
    /// Plain columns.
    pub columns: Vec<Identifier>,
    /// Expressions (14).
    pub expressions: Vec<Expression>,
}

/// `CREATE PUBLICATION`, `ALTER PUBLICATION`.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The publication.
    pub name: Identifier,
    /// What is done.
    pub action: PublicationAction,
    /// Tables that are named.
    pub tables: Vec<PublishedTable>,
    /// `TABLES IN SCHEMA` (15).
    pub schemas: Vec<Identifier>,
    /// `FOR ALL TABLES` (or, on 19, sequences).
    pub all_tables: bool,
}

/// What is done to a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationAction {
    /// `CREATE`
    Create,
    /// `ADD`
    Add,
    /// `SET` of objects
    Set,
    /// `DROP`
    Drop,
    /// `SET (…)` of options
    Options,
}

/// A table of a publication.
#[derive(Clone, Debug)]
pub struct PublishedTable {
    /// The table.
    pub name: Name,
    /// `ONLY`.
    pub only: bool,
    /// Column list (15).
    pub columns: Vec<Identifier>,
    /// `WHERE (e)` (15).
    pub condition: Option<Expression>,
}

/// `ALTER kind name RENAME TO new`.
#[derive(Clone, Debug)]
pub struct Rename {
    /// What kind of object.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Name,
    /// The table (or domain) of triggers, rules, policies and constraints.
    pub on: Option<Name>,
    /// The new name.
    pub to: Identifier,
}

/// `ALTER kind name OWNER TO | SET SCHEMA | DEPENDS ON EXTENSION | …` of an object that is no relation.
#[derive(Clone, Debug)]
pub struct AlterObject {
    /// What kind of object.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Name,
    /// The table of triggers, rules and policies.
    pub on: Option<Name>,
    /// What is done.
    pub change: ObjectChange,
}

/// What [`AlterObject`] does.
#[derive(Clone, Debug)]
pub enum ObjectChange {
    /// `OWNER TO`
    Owner(Identifier),
    /// `SET SCHEMA`
    Schema(Identifier),
    /// `[NO] DEPENDS ON EXTENSION`
    DependsOnExtension,
    /// Options that concern only the object itself (`SET STATISTICS`, `UPDATE`, `ADD`, `SET (…)`, …).
    Options,
}

/// `COMMENT ON`, `SECURITY LABEL`.
#[derive(Clone, Debug)]
pub struct Comment {
    /// What kind of object.
    pub kind: ObjectKind,
    /// The object. Of a column its table.
    pub name: Name,
    /// The column.
    pub column: Option<Identifier>,
    /// The table of constraints, triggers, rules and policies.
    pub on: Option<Name>,
}

/// `GRANT`, `REVOKE` of privileges. Of roles it is [`super::Other`].
#[derive(Clone, Debug)]
pub struct Grant {
    /// `REVOKE`.
    pub revoke: bool,
    /// What kind of object; tables where nothing is said.
    pub kind: ObjectKind,
    /// The objects; empty with `ALL … IN SCHEMA`.
    pub names: Vec<Name>,
    /// `ALL TABLES IN SCHEMA` and the like: the schemas.
    pub all_in_schemas: Vec<Identifier>,
    /// Columns are named.
    pub columns: bool,
    /// The privileges, in lower case; `all` for all.
    pub privileges: Vec<String>,
    /// To whom or from whom, folded (`public` too).
    pub grantees: Vec<Identifier>,
}
