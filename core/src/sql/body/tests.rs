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
            "EXISTS (SELECT 1 FROM d)",
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

/// What the statements of a block are but for queries, dropped tables with their names, and how many commands stay dynamic.
fn built(block: &str) -> (Vec<String>, usize) {
    let text = format!("DO $do$ {block} $do$");
    let found = body(&text);
    let each = found.statements.iter().map(|statement| {
        assert_eq!(statement.grasp, Grasp::Full, "{block}");
        match &statement.operation {
            Operation::Drop(drop) => format!("drop {}", drop.names[0]),
            operation => operation.label(),
        }
    });
    (each.filter(|it| it != "Select").collect(), found.dynamic.len())
}

#[test]
fn commands_that_the_text_of_a_body_tells_are_statements() {
    let two = vec!["drop orders".to_owned(), "drop users".to_owned()];
    for (goes_through, command) in [
        ("FOREACH x IN ARRAY ARRAY['orders', 'users']", "format('DROP TABLE %I', x)"),
        ("FOREACH x IN ARRAY ARRAY['orders', 'users']::text[]", "format('DROP %2$s %1$I', x, 'TABLE')"),
        ("FOREACH x IN ARRAY '{orders,users}'::text[]", "'DROP TABLE ' || x"),
        (
            "FOR x IN SELECT unnest(ARRAY['orders', 'users']) AS name",
            "'DROP TABLE ' || quote_ident(x.name::text)",
        ),
        ("FOR x IN SELECT * FROM (VALUES (1, 'orders'), (2, 'users')) AS v (n, t)", "('DROP TABLE ' || x.t)"),
    ] {
        let block = format!("DECLARE x text; BEGIN {goes_through} LOOP EXECUTE {command}; END LOOP; END");
        assert_eq!(built(&block), (two.clone(), 0), "{block}");
    }
    let block = "DECLARE names text[] := ARRAY['orders', 'users']; word constant text NOT NULL := 'DROP'; x text; c text;
        BEGIN
            FOREACH x IN ARRAY names LOOP
                c := word || format(' TABLE %I', x);
                c := c || ' CASCADE';
                RAISE NOTICE '%', c;
                EXECUTE c;
            END LOOP;
        END";
    assert_eq!(built(block), (two, 0));
    let numbers = "BEGIN FOR i IN 0..2 LOOP EXECUTE format('DROP TABLE p_%s', i); END LOOP; END";
    assert_eq!(built(numbers).0, ["drop p_0", "drop p_1", "drop p_2"]);
    let quoted = "BEGIN FOREACH x IN ARRAY ARRAY['a\"b'] LOOP
        EXECUTE format('DROP TABLE %I', x || '_c'); EXECUTE format('COMMENT ON TABLE t IS %L', 'it''s ' || x || '\\'); END LOOP; END";
    assert_eq!(built(quoted).0, ["drop a\"b_c", "Comment"]);
}

#[test]
fn commands_that_it_does_not_tell_are_dynamic() {
    for block in [
        // Assigned to behind a condition, by a query, by a call.
        "DECLARE x text := 'a'; BEGIN IF y THEN x := 'b'; END IF; EXECUTE 'DROP TABLE ' || x; END",
        "DECLARE x text := 'a'; BEGIN SELECT t INTO x FROM names; EXECUTE 'DROP TABLE ' || x; END",
        "DECLARE x text; BEGIN x := 'a'; SELECT t INTO STRICT y, x FROM names; EXECUTE 'DROP TABLE ' || x; END",
        "DECLARE x text; BEGIN x := 'a'; x := f(x); EXECUTE 'DROP TABLE ' || x; END",
        "DECLARE x text; BEGIN x := 'a'; CALL p(x); EXECUTE 'DROP TABLE ' || x; END",
        "DECLARE x text := 'a'; BEGIN WHILE y LOOP EXECUTE 'DROP TABLE ' || x; x = 'b'; END LOOP; END",
        // Nothing says what the loop goes through, or it may be a table of the system.
        "BEGIN FOR r IN SELECT name FROM tenants LOOP EXECUTE format('DROP SCHEMA %I', r.name); END LOOP; END",
        "BEGIN FOREACH x IN ARRAY a LOOP EXECUTE 'DROP TABLE ' || x; END LOOP; END",
        // After its loop nothing is known of a variable.
        "BEGIN FOREACH x IN ARRAY ARRAY['a'] LOOP NULL; END LOOP; EXECUTE 'DROP TABLE ' || x; END",
        // What `format` refuses, or is not followed.
        "BEGIN EXECUTE format('DROP TABLE %I'); END",
        "BEGIN EXECUTE format('DROP TABLE %10s', 'a'); END",
        "BEGIN EXECUTE format('DROP TABLE %', 'a'); END",
        "BEGIN EXECUTE 'DROP TABLE ' || lower('A'); END",
        "BEGIN FOR i IN 1..1000000 LOOP EXECUTE 'DROP TABLE t' || i; END LOOP; END",
    ] {
        assert_eq!(built(block).1, 1, "{block}");
    }
}

#[test]
fn loops_over_system_catalogs_are_known_as_such() {
    for (query, known) in [
        ("SELECT relname FROM pg_class WHERE relname LIKE 'part\\_20%' AND relkind = 'r'", true),
        (
            "SELECT c.relname FROM pg_class AS c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'app' ORDER BY 1",
            true,
        ),
        ("SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace", true),
        (
            "SELECT schemaname, tablename AS relname FROM pg_tables WHERE schemaname NOT IN ('pg_catalog') AND tablename IN ('a', 'b')",
            true,
        ),
        (
            "SELECT table_name::text AS relname FROM information_schema.columns WHERE table_schema = 'app' AND column_name <> 'id'",
            true,
        ),
        ("(SELECT c.oid::regclass AS relname FROM pg_class c WHERE c.relname LIKE 'a%')", true),
        (
            "SELECT inhrelid::regclass::text AS relname FROM pg_inherits WHERE inhparent = 'app.events'::regclass",
            true,
        ),
        (
            "SELECT conname AS relname FROM pg_constraint WHERE conrelid = 'a'::regclass AND contype = 'f'",
            true,
        ),
        ("SELECT policyname AS relname FROM pg_policies WHERE tablename = 'a'", true),
        ("SELECT indexname AS relname FROM pg_indexes WHERE indexname LIKE 'a%'", true),
        (
            "SELECT constraint_name AS relname FROM information_schema.table_constraints WHERE table_name = 'a' AND constraint_type = 'UNIQUE'",
            true,
        ),
        ("SELECT c.oid AS relname FROM pg_class c WHERE c.relname LIKE 'a%'", false),
        // PostgreSQL names not-null constraints in its own way.
        ("SELECT conname AS relname FROM pg_constraint WHERE conrelid = 'a'::regclass", false),
        (
            "SELECT constraint_name AS relname FROM information_schema.table_constraints WHERE table_name = 'a' AND constraint_type = 'CHECK'",
            false,
        ),
        // The system's own are not in the catalog of a review.
        ("SELECT relname FROM pg_class", false),
        ("SELECT relname FROM pg_class WHERE relname LIKE 'p%'", false),
        ("SELECT relname FROM pg_class WHERE relname NOT LIKE 'pg_%'", false),
        // Conditions that the catalog has no answer to.
        ("SELECT relname FROM pg_class WHERE relname LIKE 'a%' OR relkind = 'r'", false),
        ("SELECT relname FROM pg_class WHERE relname LIKE 'a%' AND reltuples > 5", false),
        ("SELECT relname FROM pg_class WHERE relname LIKE 'a%' LIMIT 1", false),
        (
            "SELECT relname FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid WHERE relname LIKE 'a%'",
            false,
        ),
        ("SELECT upper(tablename) AS relname FROM pg_tables WHERE schemaname = 'app'", false),
    ] {
        let text = format!(
            "DO $do$ BEGIN FOR r IN {query} LOOP EXECUTE format('DROP TABLE %I', r.relname); END LOOP; END $do$"
        );
        let found = body(&text);
        assert_eq!(found.dynamic.iter().map(|it| it.built.is_some()).collect::<Vec<_>>(), [known], "{query}");
    }
}

#[test]
fn what_doubles_itself_ends() {
    let mut doubled = "DECLARE x text; BEGIN x := 'abcdefgh'; ".to_owned();
    (0..200).for_each(|_| doubled.push_str("x := x || quote_ident(x); "));
    doubled.push_str("EXECUTE x; END");
    assert_eq!(built(&doubled).1, 1);
    let nested = format!("{}x{}", "quote_ident(".repeat(5_000), ")".repeat(5_000));
    let nested = format!("BEGIN FOREACH x IN ARRAY ARRAY['a'] LOOP EXECUTE {nested}; END LOOP; END");
    assert_eq!(built(&nested).1, 1);
    // A block in a command that is put together puts nothing together again.
    let mut inside = "EXECUTE 'SELECT 1'".to_owned();
    for _ in 0..6 {
        let quoted = inside.replace('\'', "''");
        inside = format!("FOR i IN 1..100 LOOP EXECUTE 'DO ''BEGIN {quoted} END''' || i; END LOOP");
    }
    let text = format!("DO $do$ BEGIN {inside}; END $do$");
    let part = Span::new(0, u32::try_from(text.len()).unwrap());
    assert_eq!(sql::read(&text, part).statements.len(), 1);
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
