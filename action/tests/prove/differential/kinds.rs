//! Column types with values that no statement here trips over: row `n` has a value that is made of `n`, never NULL,
//! and different in each row where the type has room for it.

use super::dice::Dice;

/// A column's type and what can be done with it.
pub(crate) struct Kind {
    /// As written.
    pub(crate) name: &'static str,
    /// Its value in row `n`.
    pub(crate) value: &'static str,
    /// A constant, for defaults.
    pub(crate) constant: &'static str,
    /// Different in each row, and btree can index it.
    pub(crate) unique: bool,
    /// A check that holds; `{}` is the column.
    pub(crate) check: &'static str,
    /// Other types that all values can be turned into, some with `USING` (`{}` is the column).
    pub(crate) turns: &'static [&'static str],
}

macro_rules! kinds {
    ($($name:literal, $value:literal, $constant:literal, $unique:literal, $check:literal, [$($turn:literal),*];)*) => {
        /// All of them.
        pub(crate) const KINDS: &[Kind] = &[$(Kind {
            name: $name, value: $value, constant: $constant, unique: $unique, check: $check, turns: &[$($turn),*],
        }),*];
    };
}

kinds! {
    "int", "n", "1", true, "{} > 0",
        ["bigint", "int", "smallint", "numeric(12,2)", "numeric", "text", "varchar(20)", "oid", "double precision",
         "posint", "bigint using {} * 1", "bigint using {}::bigint", "int using {}"];
    "text", "n::text", "'1'", true, "{} <> ''",
        ["varchar", "varchar(50)", "text", "char(10)", "plain_text", "int using {}::int", "varchar using {}::varchar",
         "text collate \"C\"", "text using lower({})"];
    "varchar(20)", "n::text", "'1'", true, "length({}) > 0",
        ["varchar(50)", "varchar", "text", "varchar(10)", "varchar(20)", "char(20)", "text using {}::text"];
    "bigint", "n", "1", true, "{} > 0", ["int", "numeric", "text", "bigint", "bigint using {}"];
    "smallint", "n", "1", true, "{} > 0", ["int", "bigint", "numeric(10,0)", "text"];
    "numeric(10,2)", "n", "1", true, "{} > 0",
        ["numeric(12,2)", "numeric", "numeric(10,3)", "numeric(8,2)", "int", "text", "double precision"];
    "boolean", "n % 2 = 0", "false", false, "{} is not null", ["text", "int using {}::int", "boolean"];
    "date", "date '2024-01-01' + n", "'2024-01-01'", true, "{} >= '2000-01-01'",
        ["timestamp", "timestamptz", "text", "date"];
    "timestamp", "timestamp '2024-01-01' + n * interval '1 day'", "'2024-01-01'", true, "{} is not null",
        ["timestamptz", "date", "timestamp(3)", "text", "timestamptz using {} at time zone 'UTC'",
         "timestamp(6)"];
    "timestamptz", "timestamptz '2024-01-01' + n * interval '1 day'", "now()", true, "{} is not null",
        ["timestamp", "date", "text", "timestamptz(3)"];
    "timestamp(3)", "timestamp '2024-01-01' + n * interval '1 day'", "'2024-01-01'", true, "{} is not null",
        ["timestamp", "timestamp(6)", "timestamp(0)"];
    "uuid", "lpad(to_hex(n), 32, '0')::uuid", "gen_random_uuid()", true, "{} is not null", ["text", "varchar(40)", "uuid"];
    "jsonb", "'{}'", "'{}'", false, "{} is not null", ["json", "text", "jsonb"];
    "json", "'{}'", "'{}'", false, "{} is not null", ["jsonb", "text"];
    "mood", "'ok'", "'ok'", false, "{} <> 'sad'", ["text", "varchar(20)", "mood using {}::text::mood"];
    "posint", "n", "1", true, "{} < 100000", ["int", "bigint", "posint", "text"];
    "plain_text", "n::text", "'1'", true, "{} <> ''", ["text", "varchar(20)"];
    "char(10)", "n::text", "'1'", true, "{} <> ''", ["char(20)", "text", "varchar(20)"];
    "double precision", "n", "1", true, "{} > 0", ["real", "numeric", "int", "text"];
    "real", "n", "1", true, "{} > 0", ["double precision", "numeric"];
    "int[]", "array[n]", "'{}'", false, "{} is not null", ["bigint[]", "text[]", "int[]"];
    "varchar(10)[]", "array[n::text]", "'{}'", false, "{} is not null", ["varchar(20)[]", "varchar[]", "text[]"];
    "interval", "n * interval '1 minute'", "'1 day'", true, "{} is not null", ["text", "interval(3)"];
    "time(6)", "time '10:00'", "'10:00'", false, "{} is not null", ["time", "time(3)", "text"];
    "varbit(8)", "B'1'", "B'1'", false, "{} is not null", ["varbit(16)", "varbit", "text"];
    "inet", "'10.0.0.1'", "'10.0.0.1'", false, "{} is not null", ["text", "cidr"];
    "bytea", "'\\x00'", "'\\x00'", false, "{} is not null", ["bytea"];
}

impl Kind {
    /// One of them, plain ones more often.
    pub(crate) fn any(dice: &Dice<'_>) -> &'static Kind {
        let end = if dice.below(2) == 0 { 4 } else { KINDS.len() };
        &KINDS[dice.below(end)]
    }

    /// Its check on a column.
    pub(crate) fn check_on(&self, column: &str) -> String {
        self.check.replace("{}", column)
    }

    /// Integers, which keys use.
    pub(crate) fn is_key(&self) -> bool {
        matches!(self.name, "int" | "bigint")
    }
}
