//! Whether sqlparser itself reads a whole text: some migration tools decide by it how they send a file.

mod chain;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::lexer;
use super::token::TokenKind;
use crate::text::Span;
use chain::{Chains, Link};

/// The longest text that is given to sqlparser as a whole, in bytes.
const LONGEST: usize = 4 << 20;

/// sqlparser, with its dialect for PostgreSQL, parses the whole text. Prisma (7.4 and later) sends each statement of
/// such a file alone, and every other file as one string. A text that is too large to try is said to be read, as nearly
/// all such files are plain data.
pub fn sqlparser_reads(text: &str) -> bool {
    text.len() > LONGEST || has_long_chain(text) || Parser::parse_sql(&PostgreSqlDialect {}, text).is_ok()
}

/// A chain of operators is so long that sqlparser could overflow the stack.
fn has_long_chain(text: &str) -> bool {
    let part = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let mut chains = Chains::default();
    for token in lexer::lex(text, part).tokens {
        let written = token.span.of(text);
        match (token.kind, written) {
            (TokenKind::Semicolon, _) => chains = Chains::default(),
            (TokenKind::Symbol, "(") => chains.pass(Link::Open),
            (TokenKind::Symbol, "[") => chains.pass(Link::OpenSubscript),
            (TokenKind::Symbol, ")" | "]") => chains.pass(Link::Close),
            (TokenKind::Symbol, ",") => chains.pass(Link::Comma),
            (TokenKind::Symbol | TokenKind::Operator, _) => chains.pass(Link::Operator),
            (TokenKind::Word, word) if LINKS.iter().any(|link| word.eq_ignore_ascii_case(link)) => {
                chains.pass(Link::Operator);
            }
            _ => {}
        }
        if chains.too_long() {
            return true;
        }
    }
    false
}

/// Words that link operands as operators do.
const LINKS: [&str; 10] = ["and", "at", "except", "intersect", "is", "join", "like", "not", "or", "union"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scripts_are_read() {
        assert!(sqlparser_reads(
            "CREATE TABLE t (a int);
CREATE INDEX i ON t (a);"
        ));
        assert!(sqlparser_reads(""));
        assert!(!sqlparser_reads("DROP INDEX CONCURRENTLY i;"));
        assert!(!sqlparser_reads("DO $$ BEGIN END $$;"));
        assert!(!sqlparser_reads("SELECT 'open"));
    }

    #[test]
    fn long_chains_are_not_tried() {
        assert!(sqlparser_reads(&format!("SELECT 1{}; DO 'x'", " + 1".repeat(100_000))));
        assert!(!sqlparser_reads(&format!("SELECT 1{}; DO 'x'", " + 1".repeat(1_000))));
    }
}
