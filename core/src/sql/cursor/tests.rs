use super::*;
use crate::sql::lexer;
use crate::sql::token::Places;
/// A source over a whole text.
pub(in crate::sql) fn source(text: &str) -> Source<'_> {
    let tokens = lexer::lex(text, Span::new(0, u32::try_from(text.len()).unwrap())).tokens;
    Source { text, tokens, places: Places::default() }
}

/// A cursor over all of a source.
pub(in crate::sql) fn cursor<'a>(source: &'a Source<'a>) -> Cursor<'a> {
    Cursor::new(source, 0, source.tokens.len())
}

fn texts(parts: &[Cursor<'_>]) -> Vec<String> {
    parts.iter().map(|part| part.rest().of(part.source().text).to_owned()).collect()
}

#[test]
fn words() {
    let source = source("Set  Not /* x */ NULL \"set\"");
    let mut cursor = cursor(&source);
    assert!(cursor.at("set not null"));
    assert!(!cursor.at("set null"));
    assert_eq!(cursor.need("set not null"), Ok(Span::new(0, 21)));
    // A quoted name is no keyword.
    assert!(!cursor.at("set"));
    assert_eq!(cursor.need("set").unwrap_err().expected, "SET");
    assert_eq!(cursor.identifier().unwrap().text, "set");
    assert!(cursor.finish().is_ok());
    assert_eq!(cursor.here(), Span::new(27, 27));
}

#[test]
fn names() {
    let source = source("A b.\"C\" d.e.f select x.select 1");
    let mut cursor = cursor(&source);
    let show = |name: crate::operation::Name| (name.schema.map(|schema| schema.text), name.name.text);
    assert_eq!(show(cursor.name().unwrap()), (None, "a".to_owned()));
    assert_eq!(show(cursor.name().unwrap()), (Some("b".to_owned()), "C".to_owned()));
    assert_eq!(show(cursor.name().unwrap()), (Some("e".to_owned()), "f".to_owned()));
    assert_eq!(cursor.name().unwrap_err().expected, "a name");
    assert!(cursor.eat("select"));
    assert_eq!(show(cursor.name().unwrap()), (Some("x".to_owned()), "select".to_owned()));
    assert!(cursor.name().is_err());
}

#[test]
fn values() {
    let source = source("'a''b' -5 + 6 0x10 1.5");
    let mut cursor = cursor(&source);
    assert_eq!(cursor.string().unwrap(), "a'b");
    assert_eq!(cursor.integer().unwrap(), -5);
    assert_eq!(cursor.integer().unwrap(), 6);
    assert_eq!(cursor.integer().unwrap(), 16);
    assert!(cursor.integer().is_err());
    assert!(cursor.string().is_err());
}

#[test]
fn groups_and_lists() {
    let source = source("(a, f(b, c)[1, 2], case when d then e, f end, ) using g, h");
    let mut rest = cursor(&source);
    let inside = rest.inside().unwrap();
    assert_eq!(texts(&inside.commas()), ["a", "f(b, c)[1, 2]", "case when d then e, f end", ""]);
    assert_eq!(texts(&rest.commas()), ["using g", "h"]);
    assert!(rest.eat("using"));
    assert!(rest.inside().is_err());
    let empty = super::tests::source("()");
    assert!(cursor(&empty).inside().unwrap().commas().is_empty());
    let open = super::tests::source("(a");
    let miss = cursor(&open).inside().err().unwrap();
    assert_eq!((miss.at, miss.expected.as_str()), (Span::new(2, 2), "`)`"));
}

#[test]
fn until_a_word_outside_brackets() {
    let source = source("f(using) + case when using then 1 end Using b");
    let mut rest = cursor(&source);
    let part = rest.until(&["where", "using"]);
    assert_eq!(texts(&[part]), ["f(using) + case when using then 1 end"]);
    assert!(rest.at("using b"));
    assert_eq!(texts(&[rest.until(&["x"])]), ["Using b"]);
    assert!(rest.at_end());
}

#[test]
fn spans() {
    let source = source(" a  b c");
    let mut cursor = cursor(&source);
    let start = cursor.start();
    assert_eq!(start, 1);
    assert_eq!(cursor.span_from(start), Span::new(1, 1));
    cursor.skip();
    cursor.skip();
    assert_eq!(cursor.span_from(start), Span::new(1, 5));
    assert_eq!(cursor.read_before(2), Span::new(1, 5));
    assert_eq!(cursor.rest(), Span::new(6, 7));
    cursor.skip_many(5);
    assert_eq!(cursor.rest(), Span::new(7, 7));
}
