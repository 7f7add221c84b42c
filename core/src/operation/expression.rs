//! Leaves: types, expressions and what can be known of them without their text.

use super::{DataChange, Identifier, Name, Query};
use crate::text::Span;

/// A data type as written, its name made canonical.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeName {
    /// The schema, where it is written and is not `pg_catalog`.
    pub schema: Option<String>,
    /// PostgreSQL's internal name for its own types (`int4`, `varchar`, `bpchar`, `timestamptz`); for others the
    /// folded name. `serial`, `bigserial` and `smallserial` stay as they are.
    pub name: String,
    /// The modifiers as written (`["10", "2"]`); of an interval its field restriction too (`["day to second"]`).
    pub modifiers: Vec<String>,
    /// Array dimensions: `int[][]` has 2. PostgreSQL ignores all but zero or not.
    pub dimensions: u8,
    /// `SETOF`.
    pub set_of: bool,
    /// Where it is written.
    pub span: Span,
}

/// A call of a function in an expression or query.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionCall {
    /// The schema, where it is written and is not `pg_catalog`.
    pub schema: Option<String>,
    /// The folded name. SQL value functions (`CURRENT_TIMESTAMP`, `CURRENT_USER`, …) are calls too, in lower case.
    pub name: String,
    /// String literals among its arguments, in order (`nextval('users_id_seq')` has one), casts removed.
    pub literals: Vec<String>,
}

/// An expression: where it is, and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Expression {
    /// Where it is written.
    pub span: Span,
    /// Its tokens, folded, comments removed, one space between: equal expressions have equal text. For
    /// comparing only, never for showing.
    pub text: String,
    /// Columns it reads (folded, without qualifier), sorted, once each. `*` where it takes a whole row.
    pub columns: Vec<String>,
    /// Functions it calls, sorted, once each.
    pub calls: Vec<FunctionCall>,
    /// Types it casts to, in order.
    pub casts: Vec<TypeName>,
    /// What it is at its top.
    pub shape: Shape,
    /// What it says, read as a condition.
    pub predicate: Predicate,
    /// Sub-queries in it.
    pub queries: Vec<Query>,
}

/// What an expression is at its top, parentheses removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// `NULL`, also with a cast.
    Null,
    /// A literal, also with a cast or a sign, also `ARRAY[…]` of such: nothing in it depends on row, time or session.
    Constant(String),
    /// A column alone.
    Column(String),
    /// A column with one cast and nothing else (`c::text`, `CAST(c AS text)`).
    CastColumn(String, TypeName),
    /// Anything else.
    #[default]
    Other,
}

/// A condition, as far as proofs need it. Operands and values are normalised token text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Predicate {
    /// `operand IS NOT NULL`.
    NotNull(String),
    /// `operand IS NULL`.
    Null(String),
    /// `operand op value`, the value on the right without columns in it; `BETWEEN` becomes two of these.
    Compare(String, Comparison, String),
    /// `operand = operand`, neither a constant.
    Same(String, String),
    /// `operand IN (values)`, `operand = ANY (ARRAY[values])`.
    In(String, Vec<String>),
    /// All hold (`AND`).
    All(Vec<Predicate>),
    /// One holds (`OR`).
    Any(Vec<Predicate>),
    /// Always true (`true`, or no condition).
    True,
    /// Always false.
    False,
    /// Anything else.
    #[default]
    Other,
}

impl Predicate {
    /// The parts that must all hold: the members of `All`, flattened, or itself.
    pub fn conjuncts(&self) -> Vec<&Predicate> {
        match self {
            Predicate::All(parts) => parts.iter().flat_map(Predicate::conjuncts).collect(),
            other => vec![other],
        }
    }

    /// Some part of it is so, however deep it stands in `All` and `Any`.
    pub fn some(&self, is_so: &impl Fn(&Predicate) -> bool) -> bool {
        match self {
            Predicate::All(parts) | Predicate::Any(parts) => parts.iter().any(|part| part.some(is_so)),
            other => is_so(other),
        }
    }
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A part of a statement that is a statement itself: CTEs that change data.
pub type Changes = Vec<DataChange>;

/// `name = value` in parentheses: storage parameters, options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The folded name, with its namespace (`toast.autovacuum_enabled`).
    pub name: String,
    /// The value as written, without quotes; none where only the name stands.
    pub value: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// A list of columns or names with places.
pub type Identifiers = Vec<Identifier>;

/// A role, a schema, a tablespace: a plain name where PostgreSQL allows no qualifier; kept for its place.
pub type PlainName = Name;
