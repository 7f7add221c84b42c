use super::*;
use crate::sql::lexer;
fn source(text: &str) -> Source<'_> {
    let tokens = lexer::lex(text, Span::new(0, u32::try_from(text.len()).unwrap())).tokens;
    Source { text, tokens, places: Places::default() }
}

fn name(text: &str) -> Identifier {
    let source = source(text);
    identifier(&source, source.tokens[0])
}

fn decoded(text: &str) -> String {
    let source = source(text);
    string(&source, source.tokens[0])
}

#[test]
fn names_fold_ascii_only() {
    assert_eq!(name("AbC").text, "abc");
    assert_eq!(name("ÄB").text, "Äb");
    assert_eq!(name("\"Ab\"\"C\"").text, "Ab\"C");
    assert_eq!(name("U&\"d\\0061t\\+000061\\\\\"").text, "data\\");
}

#[test]
fn names_are_cut_at_63_bytes() {
    let long = "a".repeat(64);
    assert_eq!(name(&long).text.len(), 63);
    assert!(name(&long).truncated);
    assert!(!name(&"a".repeat(63)).truncated);
    // No character is split.
    let accents = "é".repeat(32);
    assert_eq!(name(&format!("\"{accents}\"")).text, "é".repeat(31));
}

#[test]
fn strings_are_decoded() {
    for (text, expected) in [
        ("'a''b\\n'", "a'b\\n"),
        ("N'a'", "a"),
        ("E'a\\n\\t\\'\\x41\\101\\u00e9\\\\''c'", "a\n\t'AAé\\'c"),
        ("U&'d\\0061t\\+000061'", "data"),
        ("$$a'b$$", "a'b"),
        ("$x$a$$b$x$", "a$$b"),
        ("'a'\n'b' -- 'c'\n 'd'", "abd"),
        ("''", ""),
        ("'open", "open"),
        ("$$open", "open"),
        ("E'open\\", "open\\"),
        ("B'101'", "101"),
    ] {
        assert_eq!(decoded(text), expected, "{text}");
    }
}

#[test]
fn places_survive_decoding() {
    let text = "x 'a''b\n' \n 'é''''c'";
    let source = source(text);
    let (decoded, places) = string_with_places(&source, source.tokens[1]);
    assert_eq!(decoded, "a'b\né''c");
    for (local, letter) in decoded.char_indices() {
        let file = places.of(u32::try_from(local).unwrap()) as usize;
        assert!(text.get(file..).is_some_and(|rest| rest.starts_with(letter)), "{local} {letter} {file}");
    }
}

#[test]
fn normal_text_is_equal_for_equal_tokens() {
    let normal = |text: &str| {
        let source = source(text);
        normal_text(&source, &source.tokens)
    };
    assert_eq!(normal("LOWER( \"name\" ) /* x */ = 'a''b'"), "lower ( name ) = 'a''b'");
    assert_eq!(normal("lower(name)=$$a'b$$"), "lower ( name ) = 'a''b'");
    assert_eq!(
        normal("\"Name\", \"select\", \"1a\", \"a\"\"b\""),
        "\"Name\" , \"select\" , \"1a\" , \"a\"\"b\""
    );
}

#[test]
fn whole_numbers() {
    assert_eq!(integer("1_000"), Some(1000));
    assert_eq!(integer("0x1F"), Some(31));
    assert_eq!(integer("0b101"), Some(5));
    assert_eq!(integer("0o17"), Some(15));
    assert_eq!(integer("1.5"), None);
    assert_eq!(integer("99999999999999999999"), None);
}
