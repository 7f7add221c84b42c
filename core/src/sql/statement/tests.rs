use crate::operation::{Grasp, Operation, SetScope, Statement, Transaction};
use crate::sql;
use crate::text::Span;

fn statements(text: &str) -> Vec<Statement> {
    sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap())).statements
}

fn one(text: &str) -> Statement {
    let mut statements = statements(text);
    assert_eq!(statements.len(), 1, "{text}");
    statements.remove(0)
}

fn full(text: &str) -> Operation {
    let statement = one(text);
    assert_eq!(statement.grasp, Grasp::Full, "{text}");
    statement.operation
}

#[test]
fn transactions() {
    for (text, expected) in [
        ("BEGIN", Transaction::Begin),
        ("BEGIN WORK ISOLATION LEVEL SERIALIZABLE, READ ONLY", Transaction::Begin),
        ("START TRANSACTION READ WRITE NOT DEFERRABLE", Transaction::Begin),
        ("COMMIT", Transaction::Commit { chain: false }),
        ("END TRANSACTION AND CHAIN", Transaction::Commit { chain: true }),
        ("ROLLBACK AND NO CHAIN", Transaction::Rollback { chain: false }),
        ("ABORT", Transaction::Rollback { chain: false }),
        ("PREPARE TRANSACTION 'x'", Transaction::Prepare),
        ("COMMIT PREPARED 'x'", Transaction::CommitPrepared),
        ("ROLLBACK PREPARED 'x'", Transaction::RollbackPrepared),
    ] {
        let Operation::Transaction(found) = full(text) else { panic!("{text}") };
        assert_eq!(found, expected, "{text}");
    }
    for text in
        ["SAVEPOINT s", "RELEASE s", "RELEASE SAVEPOINT s", "ROLLBACK WORK TO SAVEPOINT s", "ROLLBACK TO s"]
    {
        assert!(matches!(full(text), Operation::Transaction(_)), "{text}");
    }
}

#[test]
fn settings() {
    for (text, parameter, values, local, reset) in [
        ("SET lock_timeout = '5s'", "lock_timeout", "5s", false, false),
        ("SET LOCAL statement_timeout TO 1000", "statement_timeout", "1000", true, false),
        ("SET SESSION search_path TO public, \"A\"", "search_path", "public|A", false, false),
        ("SET search_path = ''", "search_path", "", false, false),
        ("SET x.y = -1.5", "x.y", "-1.5", false, false),
        ("SET x = ON", "x", "on", false, false),
        ("SET work_mem TO DEFAULT", "work_mem", "", false, true),
        ("SET SCHEMA 's'", "search_path", "s", false, false),
        ("SET NAMES 'utf8'", "client_encoding", "utf8", false, false),
        ("SET TIME ZONE LOCAL", "timezone", "", false, true),
        ("SET TIME ZONE INTERVAL '1' HOUR TO MINUTE", "timezone", "1", false, false),
        ("SET TIME ZONE -3", "timezone", "-3", false, false),
        ("SET ROLE none", "role", "none", false, false),
        ("SET LOCAL ROLE TO joe", "role", "joe", true, false),
        ("SET SESSION AUTHORIZATION DEFAULT", "session_authorization", "", false, true),
        ("SET LOCAL SESSION AUTHORIZATION joe", "session_authorization", "joe", true, false),
        ("SET CONSTRAINTS ALL DEFERRED", "constraints", "deferred", true, false),
        ("SET CONSTRAINTS s.a, b IMMEDIATE", "constraints", "immediate", true, false),
        ("SET TRANSACTION READ ONLY", "transaction", "read only", true, false),
        (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "session characteristics",
            "read only",
            false,
            false,
        ),
        ("RESET ALL", "all", "", false, true),
        ("RESET lock_timeout", "lock_timeout", "", false, true),
        ("RESET ROLE", "role", "", false, true),
        ("DISCARD ALL", "all", "", false, true),
    ] {
        let Operation::Set(set) = full(text) else { panic!("{text}") };
        let found = (set.parameter.as_str(), set.values.join("|"), set.scope == SetScope::Local, set.reset);
        assert_eq!(found, (parameter, values.to_owned(), local, reset), "{text}");
    }
    assert!(matches!(full("SELECT set_config('search_path', '', false)"), Operation::Query(_)));
}

#[test]
fn maintenance() {
    let Operation::Lock(lock) = full("LOCK TABLE ONLY a, s.b * IN SHARE ROW EXCLUSIVE MODE NOWAIT") else {
        panic!()
    };
    assert_eq!((lock.tables.len(), lock.mode.as_str(), lock.no_wait), (2, "share row exclusive", true));
    let Operation::Lock(lock) = full("LOCK a") else { panic!() };
    assert_eq!((lock.mode.as_str(), lock.no_wait), ("access exclusive", false));
    let Operation::Truncate(truncate) = full("TRUNCATE ONLY a, b RESTART IDENTITY CASCADE") else { panic!() };
    assert!(truncate.cascade && truncate.restart_identity && truncate.tables[0].1 && !truncate.tables[1].1);
    for (text, all, analyze, tables) in [
        ("VACUUM", false, false, 0),
        ("VACUUM FULL FREEZE VERBOSE ANALYZE a (b), c", true, true, 2),
        ("VACUUM (FULL, ANALYZE off, PARALLEL 2) a", true, false, 1),
        ("VACUUM (FULL false, INDEX_CLEANUP 'auto') ONLY a", false, false, 1),
    ] {
        let Operation::Vacuum(vacuum) = full(text) else { panic!() };
        assert_eq!((vacuum.full, vacuum.analyze, vacuum.tables.len()), (all, analyze, tables), "{text}");
    }
    for text in ["ANALYZE", "ANALYSE VERBOSE a (b, c)", "ANALYZE (VERBOSE, SKIP_LOCKED) a, ONLY b"] {
        assert!(matches!(full(text), Operation::Analyze(_)), "{text}");
    }
    for (text, table, index) in [
        ("CLUSTER", None, None),
        ("CLUSTER VERBOSE s.t USING i", Some("s.t"), Some("i")),
        ("CLUSTER (VERBOSE) t", Some("t"), None),
        ("CLUSTER i ON t", Some("t"), Some("i")),
    ] {
        let Operation::Cluster(cluster) = full(text) else { panic!() };
        assert_eq!(cluster.table.map(|table| table.to_string()).as_deref(), table, "{text}");
        assert_eq!(cluster.index.map(|index| index.text).as_deref(), index, "{text}");
    }
    for (text, head, concurrently) in [
        ("REINDEX INDEX i", "REINDEX INDEX", None),
        ("REINDEX TABLE CONCURRENTLY s.t", "REINDEX TABLE", Some("CONCURRENTLY")),
        (
            "REINDEX (VERBOSE, CONCURRENTLY true, TABLESPACE ts) TABLE t",
            "REINDEX (VERBOSE, CONCURRENTLY true, TABLESPACE ts) TABLE",
            Some("CONCURRENTLY true"),
        ),
        ("REINDEX (CONCURRENTLY off) SCHEMA s", "REINDEX (CONCURRENTLY off) SCHEMA", None),
        ("REINDEX DATABASE", "REINDEX DATABASE", None),
    ] {
        let Operation::Reindex(reindex) = full(text) else { panic!() };
        assert_eq!(reindex.head.of(text), head);
        assert_eq!(reindex.concurrently.map(|span| span.of(text)), concurrently, "{text}");
        assert_eq!(reindex.tablespace.is_some(), text.contains("TABLESPACE"));
    }
    let text = "refresh  materialized view concurrently s.v with no data";
    let Operation::Refresh(refresh) = full(text) else { panic!() };
    assert_eq!(refresh.head.of(text), "refresh  materialized view");
    assert_eq!((refresh.concurrently.unwrap().of(text), refresh.with_data), ("concurrently", false));
}

#[test]
fn routines() {
    let text = "CREATE OR REPLACE FUNCTION s.f(a int DEFAULT 1 + 2, IN b text[], OUT c int, VARIADIC d double precision = 3) \
                RETURNS TABLE (x int, y text) LANGUAGE 'SQL' STABLE STRICT SECURITY DEFINER PARALLEL SAFE COST 10 ROWS 5 \
                SET search_path = a, b SET x FROM CURRENT AS $f$ SELECT 1, 'a' $f$";
    let Operation::CreateFunction(function) = full(text) else { panic!() };
    let arguments: Vec<_> = function.arguments.iter().map(|argument| argument.name.as_str()).collect();
    assert_eq!(arguments, ["int4", "text", "float8"]);
    assert!(function.or_replace && !function.procedure && function.returns.unwrap().set_of);
    assert_eq!(function.language.as_deref(), Some("sql"));
    assert_eq!(function.volatility, crate::operation::Volatility::Stable);
    let settings: Vec<_> =
        function.settings.iter().map(|setting| (setting.name.as_str(), setting.value.as_deref())).collect();
    assert_eq!(settings, [("search_path", Some("a, b")), ("x", None)]);

    let Operation::AlterFunction(altered) = full("ALTER FUNCTION f(int, text) IMMUTABLE SET x = 1 RESET ALL")
    else {
        panic!()
    };
    assert_eq!(altered.volatility, Some(crate::operation::Volatility::Immutable));
    assert_eq!(altered.arguments.unwrap().len(), 2);
    assert!(matches!(full("ALTER PROCEDURE p() SECURITY INVOKER"), Operation::AlterFunction(_)));
    assert!(matches!(full("ALTER FUNCTION f RENAME TO g"), Operation::Rename(_)));
    assert!(matches!(full("CALL s.p(1, a => now())"), Operation::Call(_)));
    let Operation::Do(block) = full("DO LANGUAGE plpythonu 'x = 1'") else { panic!() };
    assert_eq!((block.language.as_str(), block.body.read), ("plpythonu", false));
    assert!(matches!(one("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$").grasp, Grasp::Partial { .. }));
}

#[test]
fn statements_that_hold_others() {
    for (text, command, runs) in [
        ("EXPLAIN SELECT 1", "explain", false),
        ("EXPLAIN ANALYZE VERBOSE DELETE FROM t", "explain", true),
        ("EXPLAIN (ANALYZE, BUFFERS off) SELECT 1", "explain", true),
        ("EXPLAIN (ANALYZE false) SELECT 1", "explain", false),
        ("EXPLAIN (SELECT 1)", "explain", false),
        ("PREPARE q (int, text) AS UPDATE t SET a = $1", "prepare", false),
        ("DECLARE c NO SCROLL CURSOR WITH HOLD FOR SELECT 1", "declare", false),
    ] {
        let Operation::Nested(nested) = full(text) else { panic!("{text}") };
        assert_eq!((nested.command.as_str(), nested.runs), (command, runs), "{text}");
    }
    for (text, table, from) in [
        ("COPY s.t (a, b) FROM STDIN", Some("s.t"), true),
        ("COPY (SELECT * FROM t) TO STDOUT WITH (FORMAT csv, HEADER true)", None, false),
        ("COPY t TO PROGRAM 'cat' CSV HEADER FORCE QUOTE a, b", Some("t"), false),
        ("COPY t FROM '/x' WITH DELIMITER AS ',' NULL 'x' CSV QUOTE '\"' WHERE a > 1", Some("t"), true),
    ] {
        let Operation::Copy(copy) = full(text) else { panic!("{text}") };
        assert_eq!(copy.table.map(|table| table.to_string()).as_deref(), table, "{text}");
        assert_eq!((copy.from, copy.query.is_some()), (from, table.is_none()), "{text}");
    }
    let Operation::CreateTableAs(made) = full("SELECT a, b INTO TEMP TABLE s.x FROM t WHERE c") else {
        panic!()
    };
    assert_eq!(made.name.to_string(), "s.x");
    assert_eq!(made.query.unwrap().reads.len(), 1);
}

#[test]
fn other_statements() {
    for text in [
        "LISTEN x",
        "UNLISTEN *",
        "NOTIFY x, 'y'",
        "FETCH c",
        "FETCH FORWARD 10 FROM c",
        "FETCH ALL IN c",
        "FETCH BACKWARD ALL FROM c",
        "MOVE ABSOLUTE -1 FROM c",
        "CLOSE ALL",
        "DEALLOCATE PREPARE q",
        "DEALLOCATE ALL",
        "LOAD 'x'",
        "CHECKPOINT",
        "EXECUTE q (1, 'a')",
        "SHOW search_path",
        "SHOW TRANSACTION ISOLATION LEVEL",
        "SHOW ALL",
        "DISCARD TEMP",
    ] {
        assert!(matches!(full(text), Operation::Other(_)), "{text}");
    }
}

#[test]
fn a_placeholder_for_a_value_leaves_no_doubt_about_rows() {
    for text in [
        "UPDATE t SET a = ${x}, b = 1 || :y WHERE id BETWEEN #{from} AND #{to} + 1",
        "UPDATE t SET a = CASE WHEN ${x} THEN ${y} ELSE ${z} END WHERE (NOT ${x} OR a IN (1, ${x})) AND b = ANY (${c})",
        "DELETE FROM t WHERE ${condition}",
        "INSERT INTO t (a, b) VALUES ({{ a }}, 2), (1, (${b})), (${c}::int, - ${d})",
        "SELECT a FROM t WHERE a LIKE :a LIMIT :limit OFFSET :offset",
        "WITH b AS (SELECT id FROM t WHERE id > ${x} LIMIT ${y}) UPDATE t SET a = ${x} FROM b WHERE t.id = b.id",
    ] {
        assert_eq!(one(text).grasp, Grasp::Full, "{text}");
    }
    for (text, at) in [
        ("UPDATE ${t} SET a = 1", "${t}"),
        ("UPDATE t SET ${column} = 1", "${column}"),
        ("DELETE FROM t USING ${b} WHERE t.a = ${a}", "${b}"),
        ("DELETE FROM t WHERE a IN (SELECT a FROM ${b})", "${b}"),
        ("INSERT INTO t (${columns}) VALUES (1)", "${columns}"),
        ("INSERT INTO t VALUES ${rows}", "${rows}"),
        ("SELECT a FROM t, ${b} WHERE a IN (1)", "${b}"),
        ("SELECT ${function}(1) = 2", "${function}"),
        ("SELECT 1 = ${function}(1)", "${function}"),
        ("SELECT 1 = ${schema}.a", "${schema}"),
        ("SELECT 1::${type}", "${type}"),
        ("ALTER TABLE t ALTER a SET DEFAULT 1 + ${x}", "${x}"),
        ("CREATE INDEX i ON t (a) WHERE b = ${x}", "${x}"),
    ] {
        let Grasp::Partial { at: found, .. } = one(text).grasp else { panic!("{text}") };
        assert_eq!(found.of(text), at, "{text}");
    }
}

#[test]
fn what_is_not_understood_has_a_place() {
    for (text, at, expected) in [
        ("frobnicate t", "frobnicate", "a statement keyword"),
        ("CREATE FROB x", "FROB", "a kind of object"),
        ("LOCK t IN FOO MODE", "FOO", "a lock mode"),
        ("VACUUM t, ", "", "a name"),
        ("BEGIN FOO", "FOO", "a transaction mode"),
        ("SELECT 1 +", "", "an expression"),
        ("SELECT {{ x }}", "{{ x }}", "SQL text instead of a placeholder"),
        ("LOCK a\nDROP TABLE b", "DROP", "`;` before this statement, or the end of the statement"),
        ("SELECT 'a", "'", "text that PostgreSQL can read"),
    ] {
        let (found, said) = match one(text).grasp {
            Grasp::Full => panic!("{text}"),
            Grasp::Partial { at, expected } | Grasp::None { at, expected } => (at, expected),
        };
        assert_eq!((found.of(text), said.as_str()), (at, expected), "{text}");
    }
}
