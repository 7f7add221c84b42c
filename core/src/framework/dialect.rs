//! Whether SQL files are written for PostgreSQL or for another database, from what they are called and what they
//! say. Used only where no tool's configuration tells.

/// A database's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    PostgreSql,
    ClickHouse,
    MySql,
    Sqlite,
    SqlServer,
    Other,
}

impl Dialect {
    /// The name for people.
    pub(super) fn title(self) -> &'static str {
        match self {
            Dialect::PostgreSql => "PostgreSQL",
            Dialect::ClickHouse => "ClickHouse",
            Dialect::MySql => "MySQL",
            Dialect::Sqlite => "SQLite",
            Dialect::SqlServer => "SQL Server",
            Dialect::Other => "another database",
        }
    }

    /// The dialect that a migration tool's `provider` or `dialect` names.
    pub(super) fn from_setting(setting: &str) -> Dialect {
        match setting.to_ascii_lowercase().as_str() {
            "postgresql" | "postgres" | "pg" => Dialect::PostgreSql,
            "mysql" | "mysql2" | "mariadb" | "singlestore" => Dialect::MySql,
            "sqlite" | "turso" | "libsql" => Dialect::Sqlite,
            "sqlserver" | "mssql" => Dialect::SqlServer,
            "clickhouse" => Dialect::ClickHouse,
            _ => Dialect::Other,
        }
    }
}

/// Marks in the text that one database has and the others lack. Upper case, outside of strings and comments.
const MARKS: [(Dialect, &[&str]); 5] = [
    (
        Dialect::ClickHouse,
        &[
            "MERGETREE",
            " ON CLUSTER ",
            "LOWCARDINALITY(",
            " NULLABLE(",
            "DATETIME64(",
            "CODEC(",
            " GRANULARITY ",
            "MATERIALIZE INDEX",
        ],
    ),
    (
        Dialect::MySql,
        &[
            "ENGINE=",
            "ENGINE =",
            "AUTO_INCREMENT",
            " UNSIGNED",
            "TINYINT",
            "UTF8MB4",
            "LONGTEXT",
            "MEDIUMTEXT",
            "`",
        ],
    ),
    (Dialect::Sqlite, &["AUTOINCREMENT", "PRAGMA ", "WITHOUT ROWID", "SQLITE_"]),
    (
        Dialect::SqlServer,
        &["NVARCHAR", "[DBO]", "IDENTITY(1,1)", "DATETIME2", "UNIQUEIDENTIFIER", "\nGO\n", "\nGO\r\n"],
    ),
    (
        Dialect::PostgreSql,
        &[
            "::",
            "$$",
            "JSONB",
            "TIMESTAMPTZ",
            "WITH TIME ZONE",
            "SERIAL",
            "PLPGSQL",
            "CREATE EXTENSION",
            "CONCURRENTLY",
            "BYTEA",
            "ROW LEVEL SECURITY",
            "NOT VALID",
            "CREATE TYPE",
            "OWNER TO",
            "PG_",
            "TEXT[]",
            "ALTER COLUMN",
            "TSVECTOR",
            "NEXTVAL(",
            "INET",
            "CREATE POLICY",
            "GEN_RANDOM_UUID",
        ],
    ),
];

/// How much of a file is looked at.
const LOOKED_AT: usize = 64 * 1024;

/// The dialect of one file by its text; none where nothing speaks for any.
pub(super) fn of_text(text: &str) -> Option<Dialect> {
    let code = code_only(text);
    let count = |marks: &[&str]| marks.iter().filter(|mark| code.contains(**mark)).count();
    let (dialect, best) = MARKS
        .iter()
        .map(|(dialect, marks)| (*dialect, count(marks)))
        .fold((Dialect::Other, 0), |best, next| if next.1 >= best.1 { next } else { best });
    (best > 0).then_some(dialect)
}

/// The dialect that a path names (`clickhouse/migrations`); none where it names none.
pub(super) fn of_path(path: &str) -> Option<Dialect> {
    let words = || path.split(['/', '-', '_', '.']).map(str::to_ascii_lowercase);
    if words().any(|word| matches!(word.as_str(), "postgres" | "postgresql" | "pg" | "pgsql" | "psql")) {
        return Some(Dialect::PostgreSql);
    }
    words().find_map(|word| {
        Some(match word.as_str() {
            "clickhouse" => Dialect::ClickHouse,
            "mysql" | "mariadb" => Dialect::MySql,
            "sqlite" | "sqlite3" | "d1" | "libsql" | "turso" => Dialect::Sqlite,
            "mssql" | "sqlserver" => Dialect::SqlServer,
            "oracle" | "snowflake" | "bigquery" | "duckdb" | "cassandra" | "cockroach" | "cockroachdb"
            | "spanner" => Dialect::Other,
            _ => return None,
        })
    })
}

/// The dialect of a folder from its path and the texts of its files. PostgreSQL in case of doubt: what is taken
/// for another database's is not reviewed.
pub(super) fn of_folder<'a>(path: &str, texts: impl Iterator<Item = &'a str>) -> Dialect {
    let mut postgres = 0_usize;
    let mut others: Vec<(Dialect, usize)> = Vec::new();
    for dialect in texts.filter_map(of_text) {
        if dialect == Dialect::PostgreSql {
            postgres += 1;
        } else if let Some((_, count)) = others.iter_mut().find(|(known, _)| *known == dialect) {
            *count += 1;
        } else {
            others.push((dialect, 1));
        }
    }
    let (other, count) =
        others.into_iter().max_by_key(|(_, count)| *count).unwrap_or((Dialect::PostgreSql, 0));
    match of_path(path) {
        Some(named) if named != Dialect::PostgreSql && count >= postgres => named,
        Some(Dialect::PostgreSql) if postgres > 0 => Dialect::PostgreSql,
        _ if count > postgres => other,
        _ => Dialect::PostgreSql,
    }
}

/// Upper case, without comments and single-quoted strings, blanks for line breaks only where they don't matter.
fn code_only(text: &str) -> String {
    let mut code = String::new();
    let mut chars = text.chars().take(LOOKED_AT).peekable();
    while let Some(char) = chars.next() {
        match char {
            '-' if chars.peek() == Some(&'-') => {
                chars.by_ref().find(|char| *char == '\n');
                code.push('\n');
            }
            '/' if chars.peek() == Some(&'*') => {
                chars.next();
                let mut before = ' ';
                chars.by_ref().find(|char| std::mem::replace(&mut before, *char) == '*' && *char == '/');
            }
            '\'' => {
                chars.by_ref().find(|char| *char == '\'');
                code.push(' ');
            }
            char => code.push(char.to_ascii_uppercase()),
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_speak_for_their_database() {
        for (text, dialect) in [
            (
                "CREATE TABLE t ON CLUSTER default (a String) ENGINE = ReplicatedMergeTree() ORDER BY a",
                Some(Dialect::ClickHouse),
            ),
            ("CREATE TABLE `t` (id INT AUTO_INCREMENT) ENGINE=InnoDB", Some(Dialect::MySql)),
            (
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); PRAGMA foreign_keys=on;",
                Some(Dialect::Sqlite),
            ),
            ("CREATE TABLE t (id serial, at timestamptz)", Some(Dialect::PostgreSql)),
            ("alter table t add column a int;", None),
            (
                "-- ENGINE = MergeTree\nalter table t add column a jsonb default 'ENGINE=InnoDB';",
                Some(Dialect::PostgreSql),
            ),
        ] {
            assert_eq!(of_text(text), dialect, "{text}");
        }
    }

    #[test]
    fn doubt_is_postgresql() {
        assert_eq!(of_folder("db/mysql/migrations", ["alter table t add a int"].into_iter()), Dialect::MySql);
        assert_eq!(
            of_folder("db/mysql", ["create table t (a jsonb)", "select 1"].into_iter()),
            Dialect::PostgreSql
        );
        assert_eq!(
            of_folder("migrations", ["select 1", "create table `t` (a int)"].into_iter()),
            Dialect::MySql
        );
        let mixed = ["create table `t` (a int)", "create table t (a jsonb)"];
        assert_eq!(of_folder("migrations", mixed.into_iter()), Dialect::PostgreSql);
    }
}
