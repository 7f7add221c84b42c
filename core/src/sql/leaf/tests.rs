use super::*;
use crate::operation::{Comparison, Predicate, Shape, TableUse};
use crate::sql::cursor::tests::{cursor, source};
use crate::text::Span;

fn expression_of(text: &str) -> Expression {
    let source = source(text);
    let cursor = cursor(&source);
    cursor.expression().unwrap_or_else(|miss| panic!("{text}: {miss:?}"))
}

fn query_of(text: &str) -> Query {
    let source = source(text);
    let (query, miss) = query(cursor(&source));
    assert_eq!(miss, None, "{text}");
    query
}

fn calls(expression: &Expression) -> Vec<String> {
    expression
        .calls
        .iter()
        .map(|call| {
            let schema = call.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            format!("{schema}{}({})", call.name, call.literals.join("|"))
        })
        .collect()
}

/// Relations as `name alias flags`.
fn reads(query: &Query) -> Vec<String> {
    query.reads.iter().map(read).collect()
}

fn read(read: &TableUse) -> String {
    let mut text = read.name.to_string();
    for (flag, word) in [(read.only, " only"), (read.row_lock, " locked"), (read.joined, " joined")] {
        text.push_str(if flag { word } else { "" });
    }
    if let Some(alias) = &read.alias {
        text = format!("{text} as {alias}");
    }
    if let Some(condition) = &read.condition {
        text = format!("{text} where {}", condition.text);
    }
    text
}

#[test]
fn shapes() {
    let constant = |text: &str| Shape::Constant(text.to_owned());
    let column = |text: &str| Shape::Column(text.to_owned());
    for (text, shape) in [
        ("1", constant("1")),
        ("-1.5", constant("- 1.5")),
        ("(- (1))", constant("( - ( 1 ) )")),
        ("'a'", constant("'a'")),
        ("'a'\n'b'", constant("'ab'")),
        ("'{}'::jsonb", constant("'{}' :: jsonb")),
        ("('a'::text)::varchar(3)", constant("( 'a' :: text ) :: varchar ( 3 )")),
        ("TRUE", constant("true")),
        ("ARRAY['a', 'b']::text[]", constant("array [ 'a' , 'b' ] :: text [ ]")),
        ("date '2020-01-01'", constant("date '2020-01-01'")),
        ("daterange '[2020-01-01,2021-01-01)'", constant("daterange '[2020-01-01,2021-01-01)'")),
        ("interval(0) '1' day", constant("interval ( 0 ) '1' day")),
        ("0x1F", constant("0x1F")),
        ("B'101'", constant("B'101'")),
        ("'a' COLLATE \"C\"", constant("'a' collate \"C\"")),
        ("null", Shape::Null),
        ("NULL::text", Shape::Null),
        ("(null)", Shape::Null),
        ("a", column("a")),
        ("\"A\"", column("A")),
        ("(t.a)", column("a")),
        ("U&\"d\\0061ta\"", column("data")),
        ("a COLLATE \"C\"", Shape::Other),
        ("1 + 2", Shape::Other),
        ("now()", Shape::Other),
        ("$1", Shape::Other),
        ("{{ x }}", Shape::Other),
        ("current_user", Shape::Other),
        ("a[1]", Shape::Other),
    ] {
        assert_eq!(expression_of(text).shape, shape, "{text}");
    }
    for text in ["c::text", "CAST(c AS text)", "(t.c)::text"] {
        let Shape::CastColumn(name, to) = expression_of(text).shape else { panic!("{text}") };
        assert_eq!((name.as_str(), to.name.as_str()), ("c", "text"));
    }
}

#[test]
fn columns_calls_and_casts() {
    let found = expression_of("lower(t.\"Name\") || coalesce(b, c)::varchar(3) || max(d) FILTER (WHERE e)");
    assert_eq!(found.columns, ["Name", "b", "c", "d", "e"]);
    assert_eq!(calls(&found), ["lower()", "max()"]);
    assert_eq!(found.casts.len(), 1);
    assert_eq!(
        (found.casts[0].name.as_str(), &*found.casts[0].modifiers),
        ("varchar", &["3".to_owned()][..])
    );
    for (text, expected) in [
        ("nextval('s.q'::regclass)", "nextval(s.q)"),
        ("now()", "now()"),
        ("CURRENT_TIMESTAMP(3)", "current_timestamp()"),
        ("current_date", "current_date()"),
        ("current_user", "current_user()"),
        ("current_schema", "current_schema()"),
        ("pg_catalog.set_config('search_path', '', false)", "set_config(search_path|)"),
        ("s.f(a)", "s.f()"),
        ("extract(epoch FROM a)", "extract()"),
        ("a AT TIME ZONE 'UTC'", "timezone(UTC)"),
        ("json_value(a, '$.x' RETURNING int DEFAULT 0 ON ERROR)", "json_value($.x)"),
        ("a OPERATOR(pg_catalog.+) 1", ""),
        ("coalesce(a, 1)", ""),
        ("f(VARIADIC a)", "f()"),
        ("uuid_generate_v4()", "uuid_generate_v4()"),
    ] {
        assert_eq!(calls(&expression_of(text)).join(" "), expected, "{text}");
    }
    assert_eq!(expression_of("OLD.* IS DISTINCT FROM NEW.*").columns, ["*"]);
    assert_eq!(expression_of("(a).b + c[d]").columns, ["a", "c", "d"]);
    let found = expression_of("a IN (SELECT x.b FROM x WHERE f(x.c))");
    assert_eq!(found.columns, ["a"]);
    assert_eq!(calls(&found), ["f()"]);
    assert_eq!(reads(&found.queries[0]), ["x where f ( x . c )"]);
    assert_eq!(found.queries[0].span, Span::new(6, 36));
}

#[test]
fn predicates() {
    let compare = |operand: &str, comparison, value: &str| {
        Predicate::Compare(operand.to_owned(), comparison, value.to_owned())
    };
    let not_null = |operand: &str| Predicate::NotNull(operand.to_owned());
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    for (text, expected) in [
        ("a IS NOT NULL", not_null("a")),
        ("(a) NOTNULL", not_null("a")),
        ("NOT (a IS NULL)", not_null("a")),
        ("lower(\"a\") is not null", not_null("lower ( a )")),
        ("a = b IS NULL", Predicate::Null("a = b".to_owned())),
        ("a > 0", compare("a", Comparison::Greater, "0")),
        ("0 <= a", compare("a", Comparison::GreaterOrEqual, "0")),
        ("a <> 'x'::text", compare("a", Comparison::NotEqual, "'x' :: text")),
        ("a != now()", compare("a", Comparison::NotEqual, "now ( )")),
        ("a = b", Predicate::Same("a".to_owned(), "b".to_owned())),
        ("a IN ('x', 'y')", Predicate::In("a".to_owned(), list(&["'x'", "'y'"]))),
        ("a = ANY (ARRAY['x', 'y'])", Predicate::In("a".to_owned(), list(&["'x'", "'y'"]))),
        (
            "(a)::text = ANY ((ARRAY['x'::character varying])::text[])",
            Predicate::In("( a ) :: text".to_owned(), list(&["'x' :: character varying"])),
        ),
        ("a NOT IN (1)", Predicate::Other),
        ("a IN (b)", Predicate::Other),
        (
            "a BETWEEN 1 AND 2 AND b IS NOT NULL",
            Predicate::All(vec![
                Predicate::All(vec![
                    compare("a", Comparison::GreaterOrEqual, "1"),
                    compare("a", Comparison::LessOrEqual, "2"),
                ]),
                not_null("b"),
            ]),
        ),
        (
            "a = 1 OR a = 2",
            Predicate::Any(vec![compare("a", Comparison::Equal, "1"), compare("a", Comparison::Equal, "2")]),
        ),
        ("true", Predicate::True),
        ("NOT true", Predicate::False),
        ("a", Predicate::Other),
        ("a IS TRUE", Predicate::Other),
        ("a IS DISTINCT FROM NULL", not_null("a")),
        ("a IS NOT DISTINCT FROM NULL", Predicate::Null("a".to_owned())),
        ("a IS DISTINCT FROM b", Predicate::Other),
        ("case when a then b end = 1", compare("case when a then b end", Comparison::Equal, "1")),
    ] {
        assert_eq!(expression_of(text).predicate, expected, "{text}");
    }
}

#[test]
fn expressions_that_are_hard_for_the_parser() {
    for text in [
        "a&>b",
        "a *< b",
        "a @@ b",
        "@ -5",
        "a ? 'x'",
        "a -> 'b' ->> 'c'",
        "a #>> '{x}'",
        "(a::text COLLATE \"C\") = 'x'",
        "a::text COLLATE pg_catalog.\"default\" > 'x'",
        "x'1F' = B'101'",
        "E'\\'' = U&'\\0061' UESCAPE '!'",
        "1_000 + 0b101 + .5",
        "date '2020-01-01' + interval '1' year",
        "timestamp with time zone 'now'",
        "a IS JSON OBJECT",
        "xmlelement(name foo, a)",
        "a IS NOT DISTINCT FROM b",
        "a LIKE ALL (ARRAY['x'])",
        "substring(a from 1 for 2)",
        "position('x' in a)",
        "trim(both 'x' from a)",
        "overlay(a placing b from 1)",
        "ROW(a, b) = ROW(1, 2)",
        "(a, b) OVERLAPS (c, d)",
        "a SIMILAR TO 'x' ESCAPE '!'",
        "EXISTS (SELECT)",
        "count(*) OVER (PARTITION BY a ORDER BY b RANGE BETWEEN '1 day'::interval PRECEDING AND CURRENT ROW)",
        "convert(a, 'utf8', 'latin1')",
        "top + qualify",
        "a::s.\"T\"[]",
        "array_agg(a ORDER BY b)",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY a)",
        "CASE a WHEN 1 THEN 'x' ELSE NULL END",
        "'a' < ANY (SELECT b FROM c)",
        "NOT a",
        "a NOTNULL",
        "a ISNULL",
        "{{ a }} = ${b}",
        "a = :b",
        "trim(both from a)",
        "a AT LOCAL",
        "a IS NOT DOCUMENT",
        "a @@ ANY (b)",
        "@#@ a",
        "collation for (a)",
        "json_array(SELECT b FROM c RETURNING jsonb)",
        "json_object('k': a, 'l' VALUE b)",
        "a NOT BETWEEN SYMMETRIC 1 AND 2",
        "trim(a)",
        "trim(replace(a, b, c), 'x')",
        "a[1:2] || a[:] || a[1:] || a[:2]",
        "(a).b.c[1].d",
        "((SELECT 1) + 1) * 2",
        "((SELECT 1) UNION (SELECT 2)) IS NULL",
        "a BETWEEN b AND c AND d",
        "a = ANY ((ARRAY[1, 2])::int[])",
        "a IN ((SELECT 1), 2)",
        "row() IS NULL",
        "f(a => 1, b := 2)",
        "a AT TIME ZONE 'UTC' AT TIME ZONE b",
        "(a, b) IN (SELECT 1, 2)",
    ] {
        expression_of(text);
    }
}

#[test]
fn what_is_no_expression_has_a_place() {
    for (text, start, expected) in [
        ("", 0, "an expression"),
        ("a +", 3, "an expression"),
        ("a b", 2, "the end of an expression"),
        ("f(a,)", 4, "an expression"),
    ] {
        let source = source(text);
        let miss = cursor(&source).expression().unwrap_err();
        assert_eq!((miss.at.start, miss.expected.as_str()), (start, expected), "{text}");
    }
}

#[test]
fn leaves_that_are_too_big_are_refused() {
    for text in [
        format!("1{}", " + 1".repeat(10_000)),
        format!("a{}", "::int".repeat(100_000)),
        format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1{}", "time(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1", "- ".repeat(20_000)),
        format!("a IN (0{})", ", 1".repeat(30_000)),
        format!("{}1{}", "case when ".repeat(100), " then 1 end".repeat(100)),
    ] {
        let source = source(&text);
        assert!(cursor(&source).expression().is_err(), "{}", text.len());
    }
    // These are long and harmless.
    expression_of(&format!("1{}", " + 1".repeat(9_000)));
    expression_of(&format!("{}1", "- ".repeat(10_000)));
    expression_of(&format!("a IN (0{})", ", -1".repeat(5_000)));
}

#[test]
fn relations_of_queries() {
    for (text, expected) in [
        ("SELECT 1", vec![]),
        ("SELECT * FROM s.t", vec!["s.t"]),
        ("SELECT * FROM ONLY t x", vec!["t only as x"]),
        ("SELECT * FROM ONLY (t)", vec!["t only"]),
        ("SELECT * FROM t * WHERE a > 1", vec!["t where a > 1"]),
        ("SELECT * FROM t WHERE a = 1 ORDER BY b LIMIT 5", vec!["t where a = 1"]),
        ("TABLE t", vec!["t"]),
        ("SELECT * FROM a JOIN b ON a.x = b.x", vec!["a joined", "b joined"]),
        ("SELECT * FROM a, LATERAL (SELECT * FROM b) c", vec!["a joined", "b joined"]),
        ("SELECT a FROM t FOR NO KEY UPDATE SKIP LOCKED", vec!["t locked"]),
        ("SELECT a FROM t, u FOR SHARE OF u NOWAIT", vec!["t joined", "u locked joined"]),
        ("SELECT (SELECT max(x) FROM u) FROM t", vec!["u", "t"]),
        ("SELECT 1 FROM t UNION ALL (SELECT 2 FROM u)", vec!["t", "u"]),
        ("VALUES (1), ((SELECT 1 FROM t))", vec!["t"]),
        ("WITH x AS (SELECT * FROM t) SELECT * FROM x JOIN u ON true", vec!["u joined", "t"]),
        ("WITH t AS (SELECT * FROM t) SELECT * FROM t", vec!["t"]),
        ("WITH RECURSIVE r AS (SELECT 1 UNION SELECT * FROM r) SELECT * FROM r", vec![]),
        ("SELECT * FROM (WITH x AS (SELECT * FROM t) SELECT * FROM x) y", vec!["t"]),
        ("SELECT * FROM generate_series(1, 2) AS g (i), unnest(a)", vec![]),
        ("SELECT * FROM ROWS FROM (f(1), g(2)) WITH ORDINALITY AS x (a, b), t", vec!["t joined"]),
        ("SELECT * FROM f() AS (a int, b text)", vec![]),
        ("SELECT * FROM s.t* x", vec!["s.t as x"]),
        ("SELECT * FROM a JOIN b USING (c) AS d", vec!["a joined", "b joined"]),
        ("SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b ROWS 1 PRECEDING)", vec!["t"]),
        (
            "SELECT * FROM xmltable('/x' PASSING y COLUMNS a int PATH '.', b FOR ORDINALITY) z, t",
            vec!["t joined"],
        ),
        ("SELECT a FROM t GROUP BY DISTINCT rollup (a), b", vec!["t"]),
        ("SELECT * FROM t TABLESAMPLE bernoulli (10)", vec!["t"]),
    ] {
        assert_eq!(reads(&query_of(text)), expected, "{text}");
    }
}

#[test]
fn facts_of_queries() {
    let query = query_of("SELECT a, b AS c, t.d, count(*), e::text, 1 + 1, t.* FROM t WHERE f > 1 LIMIT 10");
    let output: Vec<_> = query.output.iter().map(|name| name.as_deref().unwrap_or("?")).collect();
    assert_eq!(output, ["a", "c", "d", "count", "e", "?", "?"]);
    assert!(query.limited && !query.complex && query.parsed);
    let columns: Vec<_> = query
        .columns
        .iter()
        .map(|(qualifier, column)| format!("{}.{column}", qualifier.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(columns, [".a", ".b", ".e", ".f", "t.*", "t.d"]);
    for text in [
        "SELECT a FROM t GROUP BY a",
        "SELECT DISTINCT a FROM t",
        "SELECT 1 UNION SELECT 2",
        "SELECT a FROM (SELECT 1) x",
        "WITH x AS (SELECT 1) SELECT 1",
        "SELECT (SELECT 1)",
    ] {
        assert!(query_of(text).complex, "{text}");
    }
    assert!(query_of("SELECT 1 FETCH FIRST 5 ROWS ONLY").limited);
    assert!(!query_of("SELECT 1 LIMIT ALL").limited);
    let query = query_of("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x");
    assert_eq!(query.changes.len(), 1);
    assert_eq!(query.changes[0].table.to_string(), "t");
}

#[test]
fn a_query_that_is_not_parsed_still_shows_its_relations() {
    let text = "SELECT nextval('q'), ! FROM a x, ONLY s.b JOIN c USING (d) WHERE FROM";
    let source = source(text);
    let (query, miss) = query(cursor(&source));
    assert!(miss.is_some() && !query.parsed);
    assert_eq!(reads(&query), ["a joined", "s.b only joined", "c joined"]);
    assert_eq!(query.calls.iter().map(|call| call.literals.join("")).collect::<Vec<_>>(), ["q"]);
}

#[test]
fn changes_of_rows() {
    let change_of = |text: &str| {
        let source = source(text);
        let (change, miss) = change(cursor(&source));
        assert_eq!(miss, None, "{text}");
        change
    };
    let columns = |change: &crate::operation::DataChange| {
        change.columns.iter().map(|column| column.text.clone()).collect::<Vec<_>>().join(" ")
    };
    let values = |change: &crate::operation::DataChange| {
        change.values.iter().map(|value| value.text.clone()).collect::<Vec<_>>().join(" | ")
    };

    let change = change_of(
        "UPDATE ONLY s.t AS x SET a = f(1), (b, \"C\") = (2, DEFAULT), d[1] = 3 WHERE e IS NULL RETURNING *",
    );
    assert_eq!(
        (change.table.to_string(), change.alias.as_deref(), change.only),
        ("s.t".into(), Some("x"), true)
    );
    assert_eq!(columns(&change), "a b C d");
    assert_eq!(values(&change), "f ( 1 ) | 2 | default | 3");
    assert_eq!(change.condition.as_ref().unwrap().predicate, Predicate::Null("e".to_owned()));
    assert!(!change.limited);

    let change = change_of("UPDATE t SET (a, b) = (SELECT 1, 2 FROM u) FROM v WHERE CURRENT OF c");
    assert_eq!((columns(&change).as_str(), change.values.len()), ("a b", 0));
    assert_eq!(reads(&change.source), ["u", "v joined"]);

    let change = change_of("DELETE FROM t USING u WHERE t.a = u.a AND t.id IN (SELECT id FROM t LIMIT 100)");
    assert!(change.limited);
    assert_eq!(reads(&change.source), ["u joined", "t"]);

    let text = "WITH b AS (SELECT id FROM t LIMIT 5 FOR UPDATE) UPDATE t SET a = 1 FROM b WHERE t.id = b.id";
    let change = change_of(text);
    assert!(change.limited);
    assert_eq!(reads(&change.source), ["t locked"]);

    let change =
        change_of("INSERT INTO t (a, b) VALUES (1, DEFAULT), (nextval('q'), 'x') ON CONFLICT DO NOTHING");
    assert_eq!((columns(&change).as_str(), change.value_rows), ("a b", 2));
    assert_eq!(change.on_conflict, Some(crate::operation::OnConflict::Nothing));
    assert_eq!(change.source.calls[0].literals, ["q"]);

    let change = change_of(
        "INSERT INTO t AS x SELECT * FROM u WHERE a ON CONFLICT (lower(b) text_ops, c COLLATE \"C\") WHERE d DO UPDATE SET e = EXCLUDED.e WHERE x.f RETURNING g",
    );
    assert_eq!((columns(&change).as_str(), change.value_rows), ("e", 0));
    assert_eq!(change.on_conflict, Some(crate::operation::OnConflict::Update));
    assert_eq!(reads(&change.source), ["u where a"]);

    for (limited, text) in [
        (true, "DELETE FROM t WHERE id = ANY (ARRAY(SELECT id FROM t LIMIT 5))"),
        (true, "DELETE FROM t WHERE ctid IN (SELECT ctid FROM t FETCH FIRST 5 ROWS ONLY)"),
        (true, "UPDATE t SET a = 1 FROM (SELECT id FROM t LIMIT 5) b WHERE t.id = b.id"),
        (true, "WITH b AS (SELECT 1 LIMIT 1) DELETE FROM t USING b"),
        (true, "INSERT INTO t SELECT * FROM u LIMIT 5"),
        (false, "UPDATE t SET a = (SELECT b FROM u LIMIT 1)"),
        (false, "DELETE FROM t WHERE EXISTS (SELECT 1 FROM u LIMIT 1)"),
        (false, "DELETE FROM t WHERE id NOT IN (SELECT id FROM t LIMIT 5)"),
        (false, "DELETE FROM t WHERE id IN (SELECT id FROM u)"),
    ] {
        assert_eq!(change_of(text).limited, limited, "{text}");
    }

    let text = "MERGE INTO t USING u JOIN v ON u.a = v.a ON t.a = u.a WHEN MATCHED THEN DELETE";
    let change = change_of(text);
    assert_eq!(reads(&change.source), ["u joined", "v joined"]);
    assert_eq!(change.condition.unwrap().span.of(text), "t.a = u.a");

    let change = change_of("INSERT INTO t (SELECT 1)");
    assert!(change.columns.is_empty());
    assert_eq!(change_of("INSERT INTO t DEFAULT VALUES").value_rows, 1);
    assert_eq!(change_of("INSERT INTO t (a[1].b) OVERRIDING SYSTEM VALUE VALUES (1)").value_rows, 1);

    let text = "MERGE INTO t x USING (SELECT * FROM u) v ON x.a = v.a WHEN MATCHED AND v.b THEN DELETE \
                WHEN NOT MATCHED BY SOURCE THEN UPDATE SET c = 1 WHEN NOT MATCHED THEN INSERT (d, e) VALUES (DEFAULT, v.e) \
                WHEN MATCHED THEN DO NOTHING";
    let change = change_of(text);
    assert_eq!((change.table.to_string(), columns(&change)), ("t".into(), "c d e".into()));
    assert_eq!(reads(&change.source), ["u joined"]);
}

#[test]
fn many_rows_are_counted_without_parsing() {
    let text = format!("INSERT INTO t VALUES (0, uuid()){}", ", (-1, 'a''b;(')".repeat(50_000));
    let source = source(&text);
    let (change, miss) = change(cursor(&source));
    assert_eq!((change.value_rows, miss), (50_001, None));
    assert_eq!(change.source.calls.len(), 1);
}

#[test]
fn defaults_end_at_constraints() {
    for (text, expression, rest) in [
        ("0 NOT NULL", "0", "NOT NULL"),
        ("now() UNIQUE", "now()", "UNIQUE"),
        ("'a'::character varying CHECK (x)", "'a'::character varying", "CHECK (x)"),
        ("CASE WHEN a IS NOT NULL THEN 1 END NOT NULL", "CASE WHEN a IS NOT NULL THEN 1 END", "NOT NULL"),
        ("(a IS NOT NULL) NULL", "(a IS NOT NULL)", "NULL"),
        ("a IS NOT DISTINCT FROM b NOT NULL", "a IS NOT DISTINCT FROM b", "NOT NULL"),
        ("NULL NULL", "NULL", "NULL"),
        ("NULL", "NULL", ""),
        ("1 + 2 REFERENCES t", "1 + 2", "REFERENCES t"),
        ("'x' COLLATE \"C\"", "'x'", "COLLATE \"C\""),
        (
            "timestamp with time zone 'now' CONSTRAINT c NOT NULL",
            "timestamp with time zone 'now'",
            "CONSTRAINT c NOT NULL",
        ),
        ("ARRAY[]::text[] GENERATED", "ARRAY[]::text[]", "GENERATED"),
        ("nextval('s'::regclass) PRIMARY KEY", "nextval('s'::regclass)", "PRIMARY KEY"),
        ("NOT NULL", "NOT NULL", ""),
        ("now() AT TIME ZONE 'utc'", "now()", "AT TIME ZONE 'utc'"),
        ("1 IN (1, 2)", "1", "IN (1, 2)"),
    ] {
        let source = source(text);
        let mut cursor = cursor(&source);
        let found = cursor.default_expression();
        match found {
            Ok(found) => assert_eq!(found.span.of(text), expression, "{text}"),
            Err(miss) => assert_eq!((text, miss.expected.as_str()), ("", "an expression")),
        }
        assert_eq!(cursor.rest().of(text), rest, "{text}");
    }
    let comma = source("0, b int");
    let mut cursor = cursor(&comma);
    assert!(cursor.default_expression().is_ok() && cursor.at_symbol(","));
}
