//! Forms that PostgreSQL accepts and sqlparser 0.61 does not. The first form that a statement begins with decides.

/// How statements begin, and which of them are refused.
pub(super) struct Form {
    pub(super) begins: &'static str,
    pub(super) refused: Refused,
}

/// Which statements are refused.
pub(super) enum Refused {
    /// All.
    Always,
    /// Those in which one of these is found.
    With(&'static [&'static [&'static str]]),
    /// Those that don't go on with one of these.
    Without(&'static [&'static str]),
}

const fn form(begins: &'static str, with: &'static [&'static [&'static str]]) -> Form {
    Form { begins, refused: Refused::With(with) }
}

const fn only(begins: &'static str, ways_on: &'static [&'static str]) -> Form {
    Form { begins, refused: Refused::Without(ways_on) }
}

const fn read(begins: &'static str) -> Form {
    form(begins, &[])
}

const fn refused(begins: &'static str) -> Form {
    Form { begins, refused: Refused::Always }
}

/// What is refused wherever it stands: parts of expressions and queries.
pub(super) const ANYWHERE: &[&str] = &[
    "(|, VARIADIC ARRAY|'|(|$1",
    ") . *",
    "SELECT|,|( OPERATOR ( word .",
    ":: name COLLATE",
    "ROWS FROM (",
    "GROUP BY DISTINCT",
    "GROUPING SETS ( ~ , ~ ROLLUP|CUBE",
    "THEN DO NOTHING",
    "IS JSON",
    "BETWEEN SYMMETRIC",
    "BETWEEN ' ::",
    "FOR NO KEY UPDATE",
    "FOR KEY SHARE",
    "CURRENT OF name",
    "FOLLOWING|ROW EXCLUDE",
    "( SELECT )",
    "TRIM ( BOTH|LEADING|TRAILING FROM",
    ") SEARCH DEPTH|BREADTH",
    ") CYCLE name",
    "OVERRIDING SYSTEM|USER VALUE",
    "JSON_EXISTS|JSON_VALUE|JSON_QUERY ( ~ , ~ PASSING|DEFAULT|WITH|WITHOUT",
    "XMLPI ( NAME",
    ") AS ( !SELECT|WITH|VALUES|INSERT|UPDATE|DELETE|MERGE|TABLE|( word word",
    "RETURNING WITH (",
    "===",
    "&> word",
    "NATIONAL CHAR|CHARACTER",
    // Conflicts are found by columns alone.
    "CONFLICT ( ~ (",
    "CONFLICT ( ~ , ~ COLLATE",
    "CONFLICT ( ~ COLLATE",
    "CONFLICT (..) WHERE",
];

/// Options of sequences that stand in another order than sqlparser's.
macro_rules! sequence {
    ($before:literal) => {
        [
            concat!($before, "MINVALUE|MAXVALUE|START|CACHE|CYCLE ~ INCREMENT"),
            concat!($before, "MAXVALUE|START|CACHE|CYCLE ~ MINVALUE"),
            concat!($before, "START|CACHE|CYCLE ~ MAXVALUE"),
            concat!($before, "CACHE|CYCLE ~ START"),
            concat!($before, "CYCLE ~ CACHE"),
        ]
    };
}

/// What of a column or constraint is refused, in CREATE TABLE and ALTER TABLE alike.
const DEFINITIONS: &[&str] = &[
    "UNIQUE NULLS NOT? DISTINCT !(",
    "UNIQUE|KEY|DISTINCT (..)? WITH",
    "UNIQUE|KEY|DISTINCT (..) INCLUDE",
    "UNIQUE|KEY|DISTINCT (..)? USING INDEX",
    "EXCLUDE USING",
    "^ ADD? EXCLUDE (",
    "CONSTRAINT name EXCLUDE",
    "CHECK (..) NO INHERIT",
    "^ name TYPE? word ARRAY",
    "COLUMN name word PRECISION? ARRAY",
    "WITHOUT OVERLAPS",
    "PERIOD name )",
    "DELETE|UPDATE SET NULL|DEFAULT (",
    "STORAGE PLAIN|EXTERNAL|EXTENDED|MAIN|DEFAULT",
    "COMPRESSION PGLZ|LZ4|DEFAULT|'",
    "NOT NULL NO INHERIT",
    "ALWAYS AS (..) !STORED",
    "OPTIONS (",
    "SEQUENCE NAME",
];

const IDENTITY: [&str; 5] = sequence!("IDENTITY ( ~ ");

pub(super) const FORMS: &[Form] = &[
    form(
        "ALTER TABLE IF? EXISTS? ONLY? name",
        &[
            DEFINITIONS,
            &IDENTITY,
            &[
                "^^ *",
                "^ ATTACH|DETACH PARTITION",
                "^ SET SCHEMA|TABLESPACE|ACCESS|WITHOUT|LOGGED|UNLOGGED",
                "^ RESET (",
                "TOAST .",
                "^ CLUSTER ON",
                "^ NO? INHERIT",
                "^ NOT? OF",
                "^ ALTER CONSTRAINT",
                "^^ IN TABLESPACE",
                "^ ALTER COLUMN? name SET STATISTICS|STORAGE|COMPRESSION|EXPRESSION|GENERATED|(",
                "^ ALTER COLUMN? name SET START|INCREMENT|MINVALUE|MAXVALUE|CACHE|CYCLE|NO",
                "^ ALTER COLUMN? name RESET|RESTART",
                "^ ALTER COLUMN? name DROP EXPRESSION|IDENTITY",
                "TYPE ~ COLLATE",
                "^ ADD CONSTRAINT name NOT NULL",
                "^ ADD NOT NULL",
                "NOT VALID !,|;",
            ],
        ],
    ),
    only("ALTER VIEW IF? EXISTS? name", &["AS"]),
    only("ALTER TYPE name", &["RENAME TO|VALUE", "ADD VALUE"]),
    only("ALTER INDEX name", &["RENAME TO"]),
    read("ALTER SCHEMA"),
    refused("ALTER USER MAPPING"),
    form("ALTER ROLE", &[&["SET name =|TO ~ ,"]]),
    only("ALTER USER name", &["RENAME TO", "SET name ="]),
    read("ALTER POLICY|OPERATOR"),
    form(
        "CREATE GLOBAL|LOCAL? TEMP|TEMPORARY? TABLE IF? NOT? EXISTS? name",
        &[
            DEFINITIONS,
            &IDENTITY,
            &[
                "^ CONSTRAINT name NOT NULL",
                "USING HEAP",
                "^^ OF",
                "^^ ( word ,|)",
                "^ name DEFAULT",
                "WITH (..) TABLESPACE",
                ") WITH ( ~ , word )",
                ") WITH ( word )",
                "LIKE name INCLUDING|EXCLUDING",
                "AS EXECUTE",
                "WITH NO? DATA",
                "PARTITION BY name ( ~ COLLATE name name",
            ],
        ],
    ),
    form("CREATE UNIQUE? INDEX", &[&["ON ONLY", "word word ( word =", "TABLESPACE name"]]),
    form(
        "CREATE OR? REPLACE? TEMP|TEMPORARY? VIEW",
        &[&["WITH LOCAL|CASCADED? CHECK OPTION", "^^ RECURSIVE", "WITH ( name !="]],
    ),
    form("CREATE MATERIALIZED VIEW", &[&["WITH NO? DATA", "TABLESPACE name"]]),
    form(
        "CREATE OR? REPLACE? FUNCTION",
        &[&[
            "BEGIN ATOMIC",
            "RETURNS SETOF",
            "VARIADIC",
            "COST|ROWS 0",
            "WINDOW",
            "SUPPORT name",
            "NOT? LEAKPROOF",
            "% TYPE",
            "word IN|OUT|INOUT word",
        ]],
    ),
    form(
        "CREATE OR? REPLACE? CONSTRAINT? TRIGGER",
        &[&["FUNCTION|PROCEDURE name ( '", "FUNCTION|PROCEDURE name ( ~ , '", "FUNCTION|PROCEDURE name ( 0"]],
    ),
    form("CREATE TEMP|TEMPORARY? SEQUENCE IF? NOT? EXISTS? name", &[&sequence!("")]),
    form("CREATE DOMAIN name", &[&["^^ !AS", "NOT? NULL !)|,"]]),
    read("CREATE TYPE"),
    form("CREATE SCHEMA", &[&["CREATE TABLE|VIEW|INDEX|UNIQUE|SEQUENCE|TRIGGER", "GRANT"]]),
    only("CREATE EXTENSION IF? NOT? EXISTS? name", &[";", "WITH"]),
    refused("CREATE USER MAPPING"),
    only("CREATE USER name", &[";"]),
    only("CREATE DATABASE name", &[";"]),
    read("CREATE POLICY|ROLE|OPERATOR|SERVER"),
    refused("DROP INDEX CONCURRENTLY"),
    refused("DROP USER MAPPING"),
    form("DROP DATABASE", &[&["WITH ("]]),
    form("DROP FUNCTION|PROCEDURE", &[&["VARIADIC"]]),
    read("DROP TABLE|VIEW|INDEX|ROLE|SCHEMA|SEQUENCE|TYPE|USER|POLICY|DOMAIN"),
    read("DROP TRIGGER|EXTENSION|OPERATOR"),
    read("DROP MATERIALIZED VIEW"),
    only("COMMENT ON COLUMN|TABLE|EXTENSION|SCHEMA|DATABASE|ROLE", &["name IS"]),
    form(
        "GRANT|REVOKE SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|CREATE|CONNECT|TEMPORARY|TEMP|EXECUTE|USAGE|ALL",
        &[&[
            "ON TYPE|DOMAIN|LANGUAGE|TABLESPACE|ROUTINE|PARAMETER name",
            "ON ALL ROUTINES|PROCEDURES",
            "ON FOREIGN DATA|SERVER",
            "ON LARGE OBJECT",
            "( !DOUBLE|CHARACTER|CHAR|TIMESTAMP|TIME|BIT|INTERVAL word word",
        ]],
    ),
    form(
        "SET",
        &[&[
            "^^ CONSTRAINTS",
            "^^ SCHEMA",
            "^^ XML OPTION",
            "^^ LOCAL|SESSION SESSION AUTHORIZATION",
            "ROLE TO",
        ]],
    ),
    only("VACUUM", &["FULL? ;", "FULL? name ;"]),
    only("ANALYZE", &["TABLE? ;", "name ;", "name (..) ;"]),
    refused("PREPARE TRANSACTION"),
    refused("COMMIT|ROLLBACK PREPARED"),
    form("BEGIN|START", &[&["DEFERRABLE"]]),
    only("FETCH", &["NEXT|PRIOR|FIRST|LAST|ABSOLUTE|RELATIVE|ALL|FORWARD|BACKWARD", "0"]),
    form("UPDATE ONLY", &[&["^^ name !SET", "^^ word ."]]),
    form("DELETE FROM ONLY", &[&["^^ name !WHERE|USING|RETURNING|;", "^^ word ."]]),
    form("UPDATE", &[&["SET name ["]]),
    form("INSERT", &[&["( ~ ["]]),
    form("COPY", &[&["FROM STDIN ;", "FROM STDIN WHERE", "HEADER MATCH", "ON_ERROR"]]),
    read("SELECT|WITH|VALUES|(|DELETE|MERGE|TRUNCATE|EXPLAIN|CALL|COMMIT|ROLLBACK|END"),
    refused("RESET SESSION AUTHORIZATION"),
    read("SAVEPOINT|RELEASE|SHOW|RESET|DISCARD|DECLARE|CLOSE|LISTEN|UNLISTEN|NOTIFY|LOAD"),
    read("DEALLOCATE|EXECUTE|PREPARE"),
];
