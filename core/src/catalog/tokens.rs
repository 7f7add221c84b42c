//! The normalised text of expressions, token by token.

use crate::operation::{Expression, Predicate, Shape};
use crate::text::quoted_name;

/// The tokens of a normalised text: one space stands between them, none outside of quotes is in them.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return None;
        }
        let mut quote = None;
        let end = rest.char_indices().find(|(_, c)| match quote {
            Some(open) if *c == open => {
                quote = None;
                false
            }
            Some(_) => false,
            None if *c == '\'' || *c == '"' => {
                quote = Some(*c);
                false
            }
            None => *c == ' ',
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        let (token, behind) = rest.split_at_checked(end)?;
        rest = behind;
        Some(token)
    })
}

/// Puts a column's new name in an expression.
pub(super) fn rename_column(expression: &mut Expression, from: &str, to: &str) {
    if !expression.columns.iter().any(|column| column == from) {
        return;
    }
    expression.text = rename_in_text(&expression.text, from, to);
    rename_in_list(&mut expression.columns, from, to);
    expression.columns.sort();
    expression.columns.dedup();
    match &mut expression.shape {
        Shape::Column(column) | Shape::CastColumn(column, _) if column == from => to.clone_into(column),
        _ => {}
    }
    rename_in_predicate(&mut expression.predicate, from, to);
}

/// Puts a new name in a list of names.
pub(super) fn rename_in_list(names: &mut [String], from: &str, to: &str) {
    for name in names.iter_mut().filter(|name| *name == from) {
        to.clone_into(name);
    }
}

/// An expression names a column. One that takes the whole row hangs on the table, not on its columns.
pub(super) fn names(expression: &Expression, column: &str) -> bool {
    expression.columns.iter().any(|name| name == column)
}

fn rename_in_text(text: &str, from: &str, to: &str) -> String {
    let (from_quoted, to_quoted) = (quoted_name(from), quoted_name(to));
    let all: Vec<&str> = tokens(text).collect();
    let mut result = String::with_capacity(text.len());
    for (at, token) in all.iter().enumerate() {
        if at > 0 {
            result.push(' ');
        }
        let called = all.get(at + 1) == Some(&"(");
        let typed = at > 0 && all.get(at - 1) == Some(&"::");
        if (*token == from || *token == from_quoted) && !called && !typed {
            result.push_str(if needs_quotes(to) { &to_quoted } else { to });
        } else {
            result.push_str(token);
        }
    }
    result
}

fn needs_quotes(name: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$' || !c.is_ascii();
    !name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit() || c == '$')
}

/// Conditions deeper than this are given up.
const DEEPEST: usize = 200;

fn rename_in_predicate(predicate: &mut Predicate, from: &str, to: &str) {
    let mut waiting = vec![(predicate, 0)];
    while let Some((predicate, depth)) = waiting.pop() {
        if depth == DEEPEST {
            *predicate = Predicate::Other;
            continue;
        }
        match predicate {
            Predicate::NotNull(operand)
            | Predicate::Null(operand)
            | Predicate::Compare(operand, _, _)
            | Predicate::In(operand, _) => *operand = rename_in_text(operand, from, to),
            Predicate::Same(left, right) => {
                *left = rename_in_text(left, from, to);
                *right = rename_in_text(right, from, to);
            }
            Predicate::All(parts) | Predicate::Any(parts) => {
                waiting.extend(parts.iter_mut().map(|part| (part, depth + 1)));
            }
            Predicate::True | Predicate::False | Predicate::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keep_quoted_spaces() {
        let found: Vec<&str> = tokens("f ( 'a b' , \"c d\" ) || 'it''s one'").collect();
        assert_eq!(found, ["f", "(", "'a b'", ",", "\"c d\"", ")", "||", "'it''s one'"]);
    }

    #[test]
    fn renames_columns_but_not_functions_or_strings() {
        let mut expression = Expression {
            text: "a ( a ) > 'a' and a is not null".to_owned(),
            columns: vec!["a".to_owned()],
            predicate: Predicate::All(vec![Predicate::Other, Predicate::NotNull("a".to_owned())]),
            ..Expression::default()
        };
        rename_column(&mut expression, "a", "b");
        assert_eq!(expression.text, "a ( b ) > 'a' and b is not null");
        assert_eq!(expression.columns, ["b"]);
        assert_eq!(
            expression.predicate,
            Predicate::All(vec![Predicate::Other, Predicate::NotNull("b".to_owned())])
        );
    }
}
