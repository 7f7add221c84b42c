//! What holds for every text.

use super::*;
use crate::operation::{Grasp, Operation};

fn read_all(text: &str) -> Script {
    read(text, Span::new(0, u32::try_from(text.len()).unwrap()))
}

/// Statements and those inside bodies.
fn each<'a>(statements: &'a [Statement], visit: &mut dyn FnMut(&'a Statement)) {
    for statement in statements {
        visit(statement);
        match &statement.operation {
            Operation::Do(block) => each(&block.body.statements, visit),
            Operation::CreateFunction(function) => each(&function.body.statements, visit),
            Operation::Nested(nested) => each(std::slice::from_ref(&nested.statement), visit),
            _ => {}
        }
    }
}

fn check(text: &str, part: Span) {
    let lexed = lexer::lex(text, within(text, part));
    let mut pieces: Vec<Span> = lexed.tokens.iter().map(|token| token.span).collect();
    pieces.extend(&lexed.comments);
    pieces.extend(&lexed.copy_data);
    // A meta-command that sends a query is a token too.
    pieces.extend(
        lexed
            .meta_commands
            .iter()
            .filter(|command| !lexed.tokens.iter().any(|token| token.span == **command)),
    );
    pieces.sort();
    let mut end = within(text, part).start;
    for piece in &pieces {
        assert!(piece.start >= end && !piece.is_empty(), "overlap at {piece:?} in {text:?}");
        let between = text.get(end as usize..piece.start as usize).expect("a character boundary");
        let blank = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '\u{B}' | '\u{FEFF}');
        assert!(between.chars().all(blank), "not read: {between:?} in {text:?}");
        end = piece.end;
    }
    let rest = text.get(end as usize..within(text, part).end as usize).expect("a character boundary");
    assert!(
        rest.chars().all(|letter| letter.is_ascii_whitespace() || matches!(letter, '\u{B}' | '\u{FEFF}')),
        "{rest:?}"
    );

    let script = read(text, part);
    let mut end = within(text, part).start;
    for statement in &script.statements {
        assert!(statement.span.start >= end && statement.span.end <= within(text, part).end);
        end = statement.span.end;
    }
    each(&script.statements, &mut |statement| {
        let inside = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
        assert!(inside(statement.span), "{:?} in {text:?}", statement.span);
        if let Grasp::Partial { at, expected } | Grasp::None { at, expected } = &statement.grasp {
            assert!(inside(*at) && !expected.is_empty(), "{at:?} in {text:?}");
        }
    });
}

/// Numbers that look random and are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit.max(1)
    }
}

const SEEDS: [&str; 17] = [
    "CREATE TABLE s.t (id bigint PRIMARY KEY, a varchar(20) DEFAULT 'x'::text NOT NULL, CHECK (a <> ''));",
    "ALTER TABLE t ADD COLUMN c int DEFAULT 1 + 2 NOT NULL, ALTER d TYPE text USING (d::text);",
    "DO $$ DECLARE n text[] := ARRAY['a']; c text; BEGIN FOREACH x IN ARRAY n LOOP c := format('DROP TABLE %1$I', x || 'b'); EXECUTE c; END LOOP; FOR r IN SELECT relname FROM pg_class WHERE relname LIKE 'a%' LOOP EXECUTE 'DROP TABLE ' || quote_ident(r.relname); END LOOP; END $$;",
    "DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN EXECUTE 'DROP TABLE \"é\"'; END IF; END $$;",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a THEN b END; END;",
    "INSERT INTO t (a, b) VALUES (1, 'ä''b'), (E'\\'', U&'\\0061') ON CONFLICT DO NOTHING RETURNING *;",
    "WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) UPDATE t SET a = x.n FROM x WHERE t.id = x.n;",
    "SELECT a[1:2], b ->> 'c', d #>> '{e}', count(*) FILTER (WHERE f) OVER (ORDER BY g ROWS 1 PRECEDING) FROM t;",
    "COPY t FROM stdin;\n1\t2\n\\.\nSELECT 1 \\gexec\n\\set x 'y'\n",
    "SELECT 'a'\n  'b', $x$ $$ $x$, 1_000.5e-3, 0x1F, \"q\"\"r\", U&\"d\\0061ta\", :v, ${w}, {{ z }};",
    "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = u.b WHEN NOT MATCHED THEN INSERT VALUES (1);",
    "CREATE RULE r AS ON INSERT TO t DO INSTEAD (INSERT INTO u VALUES (1); DELETE FROM u);",
    "CREATE INDEX CONCURRENTLY i ON t USING gin (lower(a) COLLATE \"C\" ops DESC) WHERE b IS NOT NULL;",
    "SET LOCAL lock_timeout = '5s'; BEGIN; /* c /* d */ */ -- e\nCOMMIT AND CHAIN;",
    "SELECT * FROM json_table(a, '$' PASSING b AS c COLUMNS (d int)) j, xmltable('//x' PASSING y COLUMNS z int);",
    "EXPLAIN (ANALYZE) SELECT interval(0) '1' day, date '2020-01-01', CAST(a AS numeric(3,-2)[]), b::s.\"T\";",
    "GRANT SELECT (a, b) ON TABLE t TO joe; COMMENT ON COLUMN t.a IS 'x'; DROP FUNCTION f(int, OUT text) CASCADE;",
];

const SPLINTERS: [&str; 40] = [
    "'",
    "\"",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "\\",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "::",
    ".",
    ",",
    "\0",
    "\n",
    "\r\n",
    "é",
    "😀",
    "\u{FEFF}",
    "E'",
    "U&'",
    "BEGIN",
    "END",
    "CASE",
    "ATOMIC",
    "SELECT",
    "FROM",
    "AS",
    "WITH",
    "1e",
    "0x",
    "@",
    "+-",
    "COPY t FROM stdin;\n",
];

fn mutated(numbers: &mut Numbers) -> String {
    let mut text = SEEDS[numbers.below(SEEDS.len())].to_owned();
    for _ in 0..=numbers.below(4) {
        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let from = boundaries[numbers.below(boundaries.len())];
        let to = boundaries[numbers.below(boundaries.len())];
        let (from, to) = (from.min(to), from.max(to));
        match numbers.below(5) {
            0 => text.replace_range(from..to, ""),
            1 => text.truncate(from),
            2 => text.insert_str(from, SPLINTERS[numbers.below(SPLINTERS.len())]),
            3 => {
                let part = text.get(from..to).unwrap().to_owned();
                text.insert_str(to, &part);
            }
            _ => {
                let other = SEEDS[numbers.below(SEEDS.len())];
                text.insert_str(from, other);
            }
        }
    }
    text
}

#[test]
fn seeds_are_read() {
    for seed in SEEDS {
        check(seed, Span::new(0, u32::MAX));
    }
}

#[test]
fn any_text_is_read() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for _ in 0..20_000 {
        let text = mutated(&mut numbers);
        check(&text, Span::new(0, u32::MAX));
    }
}

#[test]
fn any_part_is_read() {
    let mut numbers = Numbers(0xD1B5_4A32_D192_ED03);
    for _ in 0..5_000 {
        let text = mutated(&mut numbers);
        let from = u32::try_from(numbers.below(text.len() + 3)).unwrap();
        let to = u32::try_from(numbers.below(text.len() + 3)).unwrap();
        check(&text, Span::new(from, to));
    }
}

#[test]
fn any_bytes_are_decoded_or_refused() {
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for _ in 0..5_000 {
        let bytes: Vec<u8> =
            (0..numbers.below(40)).map(|_| u8::try_from(numbers.below(256)).unwrap()).collect();
        match crate::text::decode(&bytes) {
            Ok(text) => check(text, Span::new(0, u32::MAX)),
            Err(fault) => assert!(fault.offset <= bytes.len() && !fault.message.is_empty()),
        }
    }
}

#[test]
fn odd_repetitions_are_read_in_linear_time() {
    for piece in [
        "(",
        "[",
        "'",
        "\"",
        "$a$",
        "/*",
        "SELECT (",
        "CASE WHEN ",
        "WITH x AS (",
        "BEGIN ",
        "DO $$",
        "f(",
        "{{",
        ":a",
        "\\x ",
        "a.",
        "::int",
        "NOT ",
        "only (",
        "json(",
        "time(",
        "operator(",
        "1 + ",
        "COPY t FROM stdin;\n",
        ",",
        ";",
        "(VALUES ",
        "INSERT INTO t VALUES (",
        "E'\\'",
        "-- \n",
        "rows 1",
        "interval '1' ",
        "as (",
        "EXISTS (SELECT ",
        "CREATE TABLE t (",
        "ALTER TABLE t ADD CHECK (",
        "EXPLAIN ",
        "PREPARE a AS ",
        "\0",
    ] {
        let text = piece.repeat(5_000);
        let script = read_all(&text);
        drop(script);
        let statement = format!("SELECT {text}");
        drop(read_all(&statement));
        let body = format!("DO $body$ BEGIN {text} END $body$");
        drop(read_all(&body));
    }
}
