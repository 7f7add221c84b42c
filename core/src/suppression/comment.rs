//! What a comment says: `lockkeeper:ignore drop-column, drop-table until=2027-03-31 the reason`.

use super::{Directive, Flaw};
use crate::date::Date;
use crate::policy::nearest;
use crate::rules;

/// What every such comment begins with.
pub(super) const MARK: &str = "lockkeeper:";

/// The most rules of one comment, and the most letters of a reason and of a word in a message.
const MOST_RULES: usize = 50;
const LONGEST_REASON: usize = 300;
const LONGEST_WORD: usize = 60;

/// Reads a comment, delimiters included. None where it is one like any other. `hints` is for how many rules that there
/// are not the nearest one is still looked for.
pub(super) fn read(comment: &str, hints: &mut u32) -> Option<Directive> {
    let inside = match comment.strip_prefix("/*") {
        Some(rest) => rest.strip_suffix("*/").unwrap_or(rest).trim_start_matches('*'),
        None => comment.strip_prefix("--")?.trim_start_matches('-'),
    };
    let inside = inside.trim_start();
    let mark = inside.get(..MARK.len()).filter(|start| start.eq_ignore_ascii_case(MARK))?;
    let rest = inside.get(mark.len()..).unwrap_or_default();
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (word, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let mut directive = Directive::default();
    match word {
        "ignore" => {}
        "ignore-file" => directive.file = true,
        other => {
            directive.unknown.push(Flaw::UnknownWord(cut(other, LONGEST_WORD)));
            return Some(directive);
        }
    }
    let rest = rules_of(rest, &mut directive, hints);
    reason_of(rest, &mut directive);
    Some(directive)
}

/// Reads rules with commas between them; what follows comes back.
fn rules_of<'t>(text: &'t str, directive: &mut Directive, hints: &mut u32) -> &'t str {
    let mut rest = text.trim_start();
    for number in 0.. {
        let end = rest.find(|letter: char| letter == ',' || letter.is_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if word.starts_with("until=") {
            break;
        }
        // `drop-column: why` is how people write, too.
        let id = word.trim_end_matches(':');
        let is_last_rule = id.len() < word.len();
        match rules::resolve(id) {
            _ if number >= MOST_RULES => break,
            Some(rule) => {
                if !directive.rules.contains(&rule.id) {
                    directive.rules.push(rule.id);
                }
            }
            None if id.chars().all(|letter| !letter.is_alphanumeric()) => break,
            None => {
                let near = match hints.checked_sub(1) {
                    Some(left) => {
                        *hints = left;
                        nearest(id, rules::all().iter().map(|rule| rule.id))
                    }
                    None => None,
                };
                directive.unknown.push(Flaw::UnknownRule { written: cut(id, LONGEST_WORD), near });
            }
        }
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(more) if !is_last_rule => rest = more.trim_start(),
            _ => break,
        }
    }
    if directive.rules.is_empty() && directive.unknown.is_empty() {
        directive.unknown.push(Flaw::NoRule);
    }
    rest
}

/// Reads the reason, with `until=` at its beginning or its end.
fn reason_of(text: &str, directive: &mut Directive) {
    let is_control = |letter: char| letter.is_control() || letter.is_whitespace();
    let mut words: Vec<&str> = text.split(is_control).filter(|word| !word.is_empty()).collect();
    let is_date = |word: &&str| word.starts_with("until=");
    let date = if words.first().is_some_and(is_date) {
        Some(words.remove(0))
    } else if words.last().is_some_and(is_date) {
        words.pop()
    } else {
        None
    };
    if let Some(word) = date {
        let written = word.trim_start_matches("until=").trim_end_matches([',', ':', ';', ')']);
        directive.until = Date::parse(written);
        if directive.until.is_none() {
            directive.unknown.push(Flaw::NoDate(cut(written, LONGEST_WORD)));
        }
    }
    let reason = words.join(" ");
    let reason = reason.trim_start_matches(['-', '–', '—', ':', '*', ' ', ',', '(']).trim_end();
    if reason.chars().any(char::is_alphanumeric) {
        directive.reason = cut(reason, LONGEST_REASON);
    }
}

fn cut(text: &str, longest: usize) -> String {
    let mut out: String = text.chars().filter(|letter| !letter.is_control()).take(longest).collect();
    if text.chars().nth(longest).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(comment: &str) -> Directive {
        read(comment, &mut 10).unwrap_or_else(|| panic!("{comment} says nothing"))
    }

    #[test]
    fn rules_and_reason() {
        for comment in [
            "-- lockkeeper:ignore drop-column,drop-table unused since v12",
            "--lockkeeper:ignore drop-column , drop-table: unused since v12",
            "/* lockkeeper:ignore drop-column, drop-table — unused\n since v12 */",
            "/** LOCKKEEPER:ignore drop-column, drop-table (unused since v12",
        ] {
            let directive = of(comment);
            assert_eq!(directive.rules, ["drop-column", "drop-table"], "{comment}");
            assert_eq!(directive.reason, "unused since v12", "{comment}");
            assert!(
                directive.unknown.is_empty() && !directive.file && directive.until.is_none(),
                "{comment}"
            );
        }
        assert!(of("-- lockkeeper:ignore-file drop-column it is so").file);
    }

    #[test]
    fn until() {
        for comment in [
            "-- lockkeeper:ignore drop-table until=2027-03-31 a reason",
            "-- lockkeeper:ignore drop-table a reason until=2027-03-31",
            "-- lockkeeper:ignore drop-table: until=2027-03-31: a reason",
        ] {
            let directive = of(comment);
            assert_eq!((directive.until, directive.reason.as_str()), (Date::new(2027, 3, 31), "a reason"));
        }
        let directive = of("-- lockkeeper:ignore drop-table until=soon a reason");
        assert_eq!(directive.unknown, [Flaw::NoDate("soon".to_owned())]);
        let directive = of("-- lockkeeper:ignore until=2027-03-31 a reason");
        assert_eq!(directive.unknown, [Flaw::NoRule]);
    }

    #[test]
    fn no_reason() {
        for comment in [
            "-- lockkeeper:ignore drop-table",
            "-- lockkeeper:ignore drop-table --",
            "/*lockkeeper:ignore drop-table : … */",
        ] {
            assert_eq!(of(comment).reason, "", "{comment}");
        }
    }

    #[test]
    fn what_is_not_known() {
        let near = |near| Flaw::UnknownRule { written: "drop-colum".to_owned(), near };
        assert_eq!(of("-- lockkeeper:ignore drop-colum x").unknown, [near(Some("drop-column"))]);
        assert_eq!(of("-- lockkeeper:ignore").unknown, [Flaw::NoRule]);
        assert_eq!(of("-- lockkeeper:disable x").unknown, [Flaw::UnknownWord("disable".to_owned())]);
        assert_eq!(of("-- lockkeeper: ignore x").unknown, [Flaw::UnknownWord(String::new())]);
    }

    #[test]
    fn other_comments_say_nothing() {
        for comment in ["-- see lockkeeper:ignore", "-- lockkeeper", "--", "/* */", "-- é", "", "/*"] {
            assert_eq!(read(comment, &mut 10), None, "{comment}");
        }
    }

    #[test]
    fn hostile_comments_stay_small() {
        let long = of(&format!("-- lockkeeper:ignore drop-table {}", "\u{1b}[31mé ".repeat(10_000)));
        assert!(long.reason.chars().count() <= LONGEST_REASON + 1 && !long.reason.contains('\u{1b}'));
        let many = of(&format!("-- lockkeeper:ignore {} x", "nope,".repeat(10_000)));
        assert!(many.unknown.len() <= MOST_RULES);
        assert!(of(&format!("-- lockkeeper:ignore {}", "é".repeat(100_000))).reason.is_empty());
    }
}
