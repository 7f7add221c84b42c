//! The name that PostgreSQL makes of an expression (`FigureColname` in its sources): a call's is the function's,
//! a cast's that of what is cast, or else the type's.

use super::tokens::tokens;
use crate::operation::{Expression, Shape};

/// Its name; none where it has none, like an operator's result.
pub(super) fn expression_name(expression: &Expression) -> Option<String> {
    match &expression.shape {
        Shape::Column(column) | Shape::CastColumn(column, _) => return Some(column.clone()),
        _ => {}
    }
    let tokens: Vec<&str> = tokens(&expression.text).collect();
    let cast = expression.casts.last().map(|cast| cast.name.as_str());
    name_of(&tokens, cast, 0).map(|(name, _)| name)
}

/// How good a name is: a type's or a key word's gives way to that of what is inside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Weak,
    Strong,
}

/// Parentheses in parentheses beyond this have no name.
const DEEPEST: u8 = 50;

fn name_of(tokens: &[&str], cast: Option<&str>, depth: u8) -> Option<(String, Strength)> {
    if depth > DEEPEST {
        return None;
    }
    let (mut name, mut rest) = primary(tokens, cast, depth)?;
    loop {
        match rest {
            [] => return name,
            ["::", after @ ..] => {
                if name.as_ref().is_none_or(|(_, strength)| *strength == Strength::Weak) {
                    name = cast.map(|cast| (cast.to_owned(), Strength::Weak));
                }
                let end = type_end(after);
                rest = after.get(end..).unwrap_or_default();
            }
            ["collate", after @ ..] => {
                let name_end = if after.get(1) == Some(&".") { 3 } else { 1 };
                rest = after.get(name_end..).unwrap_or_default();
            }
            ["[", ..] => rest = rest.get(closing(rest)? + 1..).unwrap_or_default(),
            ["at", "time", "zone", ..] => {
                // What follows binds closer or as close, so that the top is a call of `timezone`, unless an
                // operator stands behind.
                let (_, behind) = primary(rest.get(3..).unwrap_or_default(), None, depth)?;
                let plain = behind.is_empty() || behind.first() == Some(&"::");
                return plain.then(|| ("timezone".to_owned(), Strength::Strong));
            }
            _ => return None,
        }
    }
}

type Named = Option<(String, Strength)>;

/// The name of what stands first (a call, a column, something in parentheses), and what stands behind it.
fn primary<'a, 't>(tokens: &'a [&'t str], cast: Option<&str>, depth: u8) -> Option<(Named, &'a [&'t str])> {
    let (first, after) = tokens.split_first()?;
    let strong = |name: &str| Some((name.to_owned(), Strength::Strong));
    let weak = |name: &str| Some((name.to_owned(), Strength::Weak));
    match *first {
        "(" => {
            let end = closing(tokens)?;
            let inside = tokens.get(1..end)?;
            Some((name_of(inside, cast, depth + 1), tokens.get(end + 1..)?))
        }
        "case" => {
            let end = tokens.iter().rposition(|token| *token == "end")?;
            let otherwise = tokens.get(..end)?.iter().rposition(|token| *token == "else");
            let name = otherwise
                .and_then(|at| name_of(tokens.get(at + 1..end)?, None, depth + 1))
                .filter(|(_, strength)| *strength == Strength::Strong);
            Some((name.or_else(|| weak("case")), tokens.get(end + 1..)?))
        }
        "array" => {
            let end = closing(after)?;
            Some((weak("array"), after.get(end + 1..)?))
        }
        "not" | "-" | "+" | "~" => None,
        "cast" => {
            let end = closing(after)?;
            let inside = after.get(1..end)?;
            let end_of_value = inside.iter().rposition(|token| *token == "as")?;
            let name = match name_of(inside.get(..end_of_value)?, None, depth + 1) {
                Some((name, Strength::Strong)) => Some((name, Strength::Strong)),
                _ => cast.map(|cast| (cast.to_owned(), Strength::Weak)),
            };
            Some((name, after.get(end + 1..)?))
        }
        _ if is_literal(first) => Some((None, after)),
        _ => {
            let mut last = *first;
            let mut rest = after;
            while let [".", name, behind @ ..] = rest {
                last = name;
                rest = behind;
            }
            if rest.first() == Some(&"(") {
                let end = closing(rest)?;
                let name = if last == "trim" {
                    match rest.get(1) {
                        Some(&"leading") => "ltrim",
                        Some(&"trailing") => "rtrim",
                        _ => "btrim",
                    }
                } else {
                    last
                };
                Some((strong(&unquoted(name)), rest.get(end + 1..)?))
            } else {
                Some((strong(&unquoted(last)), rest))
            }
        }
    }
}

/// Where the parenthesis or bracket that opens at the first token is closed.
fn closing(tokens: &[&str]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// How many tokens the type that stands first takes.
fn type_end(tokens: &[&str]) -> usize {
    let mut end = 0;
    while let Some(token) = tokens.get(end) {
        let word = token.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"');
        let joins = *token == "." || end == 0 || tokens.get(end - 1) == Some(&".");
        let second = matches!(
            *token,
            "precision" | "varying" | "with" | "without" | "time" | "zone" | "large" | "object"
        ) && !(*token == "time" && tokens.get(end - 1) == Some(&"at"));
        if *token == "(" || *token == "[" {
            match tokens.get(end..).and_then(closing) {
                Some(length) => end += length + 1,
                None => return tokens.len(),
            }
        } else if joins || (word && second) {
            end += 1;
        } else {
            break;
        }
    }
    end
}

fn is_literal(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit() || c == '\'' || c == '$')
        || token.get(1..2) == Some("'")
        || matches!(token, "null" | "true" | "false")
}

fn unquoted(token: &str) -> String {
    match token.strip_prefix('"').and_then(|token| token.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => token.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::TypeName;

    fn name(text: &str, cast: Option<&str>) -> Option<String> {
        let casts = cast.map(|name| TypeName { name: name.to_owned(), ..TypeName::default() });
        expression_name(&Expression {
            text: text.to_owned(),
            casts: casts.into_iter().collect(),
            ..Expression::default()
        })
    }

    #[test]
    fn calls_are_named_after_their_function() {
        assert_eq!(name("lower ( email )", None).as_deref(), Some("lower"));
        assert_eq!(name("( lower ( email ) )", None).as_deref(), Some("lower"));
        assert_eq!(name("public . f ( a , b )", None).as_deref(), Some("f"));
        assert_eq!(name("lower ( a ) || 'x'", None), None);
        assert_eq!(name("a + b", None), None);
        assert_eq!(name("( a ->> 'x' )", None), None);
        assert_eq!(name("case when a > 0 then b else c end", None).as_deref(), Some("c"));
        assert_eq!(name("case when a > 0 then 1 else 2 end", None).as_deref(), Some("case"));
        assert_eq!(name("trim ( both from a )", None).as_deref(), Some("btrim"));
    }

    #[test]
    fn casts_are_named_after_what_they_cast_or_the_type() {
        assert_eq!(name("( a ->> 'x' ) :: int", Some("int4")).as_deref(), Some("int4"));
        assert_eq!(name("lower ( a ) :: varchar ( 10 )", Some("varchar")).as_deref(), Some("lower"));
        assert_eq!(name("cast ( a ->> 'x' as int )", Some("int4")).as_deref(), Some("int4"));
        assert_eq!(name("a + b :: int", Some("int4")), None);
        assert_eq!(name("( a at time zone 'utc' ) :: date", Some("date")).as_deref(), Some("timezone"));
    }
}
