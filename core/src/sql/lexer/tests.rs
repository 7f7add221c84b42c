use super::*;

fn lexed(text: &str) -> Lexed {
    lex(text, Span::new(0, u32::try_from(text.len()).unwrap()))
}

/// Tokens as `kind text`.
fn tokens(text: &str) -> Vec<String> {
    lexed(text).tokens.iter().map(|token| format!("{:?} {}", token.kind, token.span.of(text))).collect()
}

/// The texts of all tokens.
fn texts(text: &str) -> Vec<&str> {
    lexed(text).tokens.iter().map(|token| token.span.of(text)).collect()
}

#[test]
fn names_and_numbers() {
    assert_eq!(
        tokens("Aé_1$ \"a\"\"b\" U&\"x\\0061\""),
        ["Word Aé_1$", "QuotedName \"a\"\"b\"", "UnicodeName U&\"x\\0061\""]
    );
    let numbers = "12 1_000 1.5 .5 1. 1e10 1e-3 0x1F 0o17 0b101";
    assert_eq!(texts(numbers), numbers.split(' ').collect::<Vec<_>>());
    assert!(lexed(numbers).tokens.iter().all(|token| token.kind == TokenKind::Number));
    assert_eq!(texts("1..10"), ["1", "..", "10"]);
    assert_eq!(texts("1e 2x"), ["1", "e", "2", "x"]);
    assert_eq!(texts("a.b.c"), ["a", ".", "b", ".", "c"]);
}

#[test]
fn strings() {
    for (text, kind) in [
        ("'a''b\\'", "String"),
        ("n'a'", "String"),
        ("E'a\\'b'", "EscapeString"),
        ("e'\\\\'", "EscapeString"),
        ("u&'\\0061'", "UnicodeString"),
        ("B'101'", "BitString"),
        ("x'1F'", "BitString"),
        ("$$a'b\"$c$$", "DollarString"),
        ("$é_1$ $$ $é_1$", "DollarString"),
        ("'a'\n 'b'", "String"),
        ("'a' -- c\n\t'b'", "String"),
        ("$1", "Parameter"),
    ] {
        assert_eq!(tokens(text), [format!("{kind} {text}")]);
    }
    // Without a line break, or behind another kind of comment, nothing is continued.
    assert_eq!(texts("'a' 'b'"), ["'a'", "'b'"]);
    assert_eq!(texts("'a' /*\n*/ 'b'"), ["'a'", "'b'"]);
    assert_eq!(texts("a$b$c"), ["a$b$c"]);
}

#[test]
fn operators() {
    for (text, expected) in [
        ("a<=-1", "a <= - 1"),
        ("a@-1", "a @- 1"),
        ("a*-1", "a * - 1"),
        ("a->>'b'", "a ->> 'b'"),
        ("a::int", "a :: int"),
        ("a:=1", "a := 1"),
        ("a[1:2]", "a [ 1 : 2 ]"),
        ("a[x:y]", "a [ x : y ]"),
        ("a ? 'b' ?| c ?& d", "a ? 'b' ?| c ?& d"),
        ("a @> b <@ c", "a @> b <@ c"),
        ("a&&b", "a && b"),
        ("a#>>b #- c", "a #>> b #- c"),
        ("f(x=>1)", "f ( x => 1 )"),
        ("a % b", "a % b"),
        ("a%b", "a % b"),
        ("@ -5", "@ - 5"),
        ("2*/*c*/3", "2 * 3"),
        ("2+--c\n3", "2 + 3"),
        ("a<%b", "a <% b"),
        ("'k':v", "'k' : v"),
    ] {
        assert_eq!(texts(text).join(" "), expected, "{text}");
    }
}

#[test]
fn placeholders() {
    for text in [
        "{{ x }}",
        "{{ a.b('c') }}",
        "{% if x %}",
        "{schema}",
        "${x}",
        "${a.b:-c}",
        "idx_${x}_a",
        "${a}_${b}",
        "#{x}",
        "<%= x %>",
        ":x",
        ":'x'",
        ":\"x\"",
        "@x@",
        "%(x)s",
        "$name",
    ] {
        assert_eq!(tokens(text), [format!("Placeholder {text}")]);
    }
    assert_eq!(texts("${schema}.t"), ["${schema}", ".", "t"]);
    assert_eq!(texts("id = :id;"), ["id", "=", ":id", ";"]);
    assert_eq!(texts("x::int"), ["x", "::", "int"]);
    assert_eq!(tokens("a{"), ["Word a", "Stray {"]);
    assert_eq!(texts("a @b"), ["a", "@", "b"]);
}

#[test]
fn comments_are_kept_apart() {
    let text = "-- a\nselect /* b /* c */ d */ 1 --e";
    let lexed = lexed(text);
    let comments: Vec<_> = lexed.comments.iter().map(|comment| comment.of(text)).collect();
    assert_eq!(comments, ["-- a", "/* b /* c */ d */", "--e"]);
    assert_eq!(texts(text), ["select", "1"]);
}

#[test]
fn psql_commands() {
    let text = "\\set x 'a;b'\nselect 1 \\gexec\nselect 2 \\; select 3;\n\\echo a \\\\ select 4;\n\\restrict abc\r\n";
    let lexed = lexed(text);
    let commands: Vec<_> = lexed.meta_commands.iter().map(|command| command.of(text)).collect();
    assert_eq!(commands, ["\\set x 'a;b'", "\\gexec", "\\echo a \\\\", "\\restrict abc"]);
    let texts = texts(text).join(" ");
    assert_eq!(texts, "select 1 \\gexec select 2 \\; select 3 ; select 4 ;");
}

#[test]
fn copied_rows() {
    let text = "copy t (a) from stdin; -- rows\n1\t'x\n\\N\n\\.\nselect 1;";
    let found = lexed(text);
    assert_eq!(found.copy_data.iter().map(|rows| rows.of(text)).collect::<Vec<_>>(), ["1\t'x\n\\N\n\\."]);
    assert_eq!(texts(text).join(" "), "copy t ( a ) from stdin ; select 1 ;");
    assert!(found.faults.is_empty());
    // Tools that send no rows have no such line.
    for text in ["copy t from stdin;\ndrop table u;", "copy t from stdin;\n-- done\n", "copy t from stdin;"] {
        assert!(lexed(text).copy_data.is_empty(), "{text}");
    }
    let open = lexed("copy t from stdin;\n1\t2\n");
    assert_eq!((open.copy_data.len(), open.faults.len()), (1, 1));
    assert_eq!(lexed("\\copy t from stdin\n1\n\\.\nselect 1").copy_data.len(), 1);
}

#[test]
fn what_is_never_closed_ends_before_the_next_statement() {
    for (open, message) in [
        ("select 'a", "string"),
        ("select E'a\\'", "string"),
        ("select \"a", "quoted name"),
        ("select $x$ a $$", "dollar quote is never closed by $x$"),
        ("select 1 /* /* a */", "comment"),
    ] {
        let text = format!("{open};\n\n  drop table t;");
        let found = lexed(&text);
        assert_eq!(found.faults.len(), 1, "{text}");
        assert!(found.faults[0].message.contains(message), "{:?}", found.faults);
        assert_eq!(texts(&text).last(), Some(&";"));
        assert!(texts(&text).ends_with(&[";", "drop", "table", "t", ";"]), "{:?}", texts(&text));
        assert_eq!(lexed(open).faults.len(), 1);
    }
}

#[test]
fn repairs_are_bounded() {
    let text = "/* a;\nselect 1;\n".repeat(20_000);
    assert_eq!(lexed(&text).faults.len(), MOST_REPAIRS as usize + 1);
    let text = "select $a$;\nselect $b$;\n".repeat(20_000);
    lexed(&text);
}

#[test]
fn odd_bytes() {
    assert_eq!(texts("\u{FEFF}select 1"), ["select", "1"]);
    let found = lexed("select\u{0}1");
    assert_eq!(found.faults.len(), 1);
    assert_eq!(found.tokens.len(), 3);
    // PostgreSQL takes a no-break space for a letter.
    assert_eq!(texts("select\u{A0}1"), ["select\u{A0}1"]);
}

#[test]
fn a_part_is_read_alone() {
    let text = "select 'a'; select 2; select 'b";
    let found = lex(text, Span::new(12, 20));
    assert_eq!(found.tokens.iter().map(|token| token.span.of(text)).collect::<Vec<_>>(), ["select", "2"]);
    assert!(found.faults.is_empty());
}
