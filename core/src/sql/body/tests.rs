use crate::operation::{Body, Grasp, Operation};
use crate::sql;
use crate::text::Span;

/// The body of the only statement.
fn body(text: &str) -> Body {
    let part = Span::new(0, u32::try_from(text.len()).unwrap());
    let mut statements = sql::read(text, part).statements;
    assert_eq!(statements.len(), 1, "{text}");
    let statement = statements.remove(0);
    assert_eq!(statement.grasp, Grasp::Full, "{text}");
    match statement.operation {
        Operation::Do(block) => block.body,
        Operation::CreateFunction(function) => function.body,
        other => panic!("{other:?}"),
    }
}

/// The texts of its statements.
fn texts(text: &str) -> Vec<&str> {
    let body = body(text);
    assert!(body.read);
    for statement in &body.statements {
        assert_eq!(statement.grasp, Grasp::Full, "{}", statement.span.of(text));
    }
    body.statements.iter().map(|statement| statement.span.of(text)).collect()
}

#[test]
fn statements_between_control_words() {
    let text = "DO $$
        <<outer>>
        DECLARE
            n int := (SELECT count(*) FROM a);
            c CURSOR (x int) FOR SELECT * FROM b;
            r record;
        BEGIN
            ALTER TABLE t ADD COLUMN c int;
            IF NOT EXISTS (SELECT 1 FROM d) THEN
                CREATE INDEX i ON t (c);
            ELSIF n > 1 THEN
                n := n + 1;
            ELSE
                UPDATE t SET c = 1;
            END IF;
            FOR r IN SELECT * FROM e LOOP
                DELETE FROM t WHERE id = r.id;
            END LOOP;
            FOR i IN 1..10 LOOP NULL; END LOOP;
            WHILE n < 5 LOOP PERFORM f(n) FROM g; EXIT WHEN n = 3; END LOOP;
            CASE n WHEN 1 THEN TRUNCATE t; ELSE RAISE NOTICE '%', n; END CASE;
            SELECT a, b INTO STRICT r.x, n FROM h;
            INSERT INTO t (c) VALUES (1) RETURNING id INTO n;
            GET DIAGNOSTICS n = ROW_COUNT;
            BEGIN
                DROP TABLE u;
            EXCEPTION WHEN undefined_table OR others THEN
                COMMENT ON TABLE t IS 'x;y';
            END;
            r.x[1] = CASE WHEN n = 1 THEN 2 ELSE 3 END;
            RETURN;
        END $$";
    assert_eq!(
        texts(text),
        [
            "SELECT count(*) FROM a",
            "SELECT * FROM b",
            "ALTER TABLE t ADD COLUMN c int",
            "SELECT 1 FROM d",
            "CREATE INDEX i ON t (c)",
            "UPDATE t SET c = 1",
            "SELECT * FROM e",
            "DELETE FROM t WHERE id = r.id",
            "PERFORM f(n) FROM g",
            "TRUNCATE t",
            "SELECT a, b INTO STRICT r.x, n FROM h",
            "INSERT INTO t (c) VALUES (1) RETURNING id INTO n",
            "DROP TABLE u",
            "COMMENT ON TABLE t IS 'x;y'",
        ]
    );
    let found = body(text);
    assert!(!found.transaction_control && found.dynamic.is_empty() && !found.atomic);
    assert_eq!(found.span, Span::new(5, u32::try_from(text.len()).unwrap() - 2));
    let Operation::Query(query) = &found.statements[8].operation else { panic!() };
    assert_eq!(query.reads[0].name.to_string(), "g");
    assert!(matches!(&found.statements[10].operation, Operation::Query(query) if query.output.len() == 2));
}

#[test]
fn functions() {
    assert_eq!(
        texts(
            "CREATE FUNCTION f() RETURNS SETOF t LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY SELECT * FROM t; END $f$"
        ),
        ["SELECT * FROM t"]
    );
    assert_eq!(
        texts("CREATE FUNCTION f() RETURNS int AS 'select 1; select 2' LANGUAGE sql"),
        ["select 1", "select 2"]
    );
    let atomic = "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN b END; END";
    assert_eq!(texts(atomic), ["SELECT 1", "SELECT CASE WHEN a THEN b END"]);
    assert!(body(atomic).atomic);
    let returned = body("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a + (SELECT 1 FROM t)");
    assert!(returned.atomic && returned.statements.len() == 1);
    let other = body("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'");
    assert!(!other.read && other.statements.is_empty());
    assert!(
        body("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$")
            .transaction_control
    );
    assert!(!body("DO $$ BEGIN ROLLBACK TO s; END $$").transaction_control);
}

#[test]
fn executed_literals_are_statements() {
    let text = "DO $$ BEGIN EXECUTE 'ALTER TABLE t DROP COLUMN a; DROP TABLE u'; EXECUTE ('SELECT 1') INTO x USING y; END $$";
    assert_eq!(texts(text), ["ALTER TABLE t DROP COLUMN a", "DROP TABLE u", "SELECT 1"]);
    let text = "DO $$ BEGIN EXECUTE format('DROP TABLE t'); FOR r IN EXECUTE $q$SELECT 'a;b'$q$ LOOP END LOOP; END $$";
    assert_eq!(texts(text), ["DROP TABLE t", "SELECT 'a;b'"]);
    let text = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD c int', t); EXECUTE 'DROP ' || kind; EXECUTE x; END $$";
    let found = body(text);
    let dynamic: Vec<_> = found
        .dynamic
        .iter()
        .map(|dynamic| (dynamic.span.of(text), dynamic.template.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        dynamic,
        [
            ("format('ALTER TABLE %I ADD c int', t)", "ALTER TABLE %I ADD c int"),
            ("'DROP ' || kind", "DROP "),
            ("x", "")
        ]
    );
}

#[test]
fn quoted_bodies_keep_their_places() {
    let text =
        "DO 'BEGIN UPDATE t SET a = ''x''; EXECUTE ''DELETE FROM u WHERE b = ''''y''''''; DROP TABLE v; END'";
    let found = texts(text);
    assert_eq!(found, ["UPDATE t SET a = ''x''", "DELETE FROM u WHERE b = ''''y''''", "DROP TABLE v"]);
    assert_eq!(texts("DO E'BEGIN\\nDROP TABLE t;\\nEND'"), ["DROP TABLE t"]);
}

#[test]
fn nesting_is_bounded() {
    let mut text = "SELECT 1".to_owned();
    for depth in 0..30 {
        text = format!("DO $a{depth}$ BEGIN {text}; END $a{depth}$");
    }
    let part = Span::new(0, u32::try_from(text.len()).unwrap());
    assert_eq!(sql::read(&text, part).statements.len(), 1);
}
