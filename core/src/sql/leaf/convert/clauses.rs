//! Clauses that sqlparser does not know, rewritten into some that it does.

use sqlparser::tokenizer::Token as ParserToken;

use super::{Converter, MADE_QUOTE, MOST_DEPTH, word};
use crate::sql::cursor::Cursor;
use crate::sql::leaf::operators;
use crate::sql::token::{Token, TokenKind};

impl Converter {
    /// `USING (columns) AS alias` → `USING (columns)`
    pub(super) fn join_columns(&mut self, cursor: &mut Cursor<'_>, token: Token) -> bool {
        let mut ahead = *cursor;
        ahead.skip();
        let Ok(columns) = ahead.inside() else { return false };
        if self.depth >= MOST_DEPTH || !ahead.eat("as") || ahead.identifier().is_err() {
            return false;
        }
        *cursor = ahead;
        self.push(word("using".to_owned(), None), Some(token.span));
        self.push(ParserToken::LParen, None);
        self.nested(columns);
        self.push(ParserToken::RParen, None);
        true
    }

    /// `ROWS FROM (f(1) AS (a int), g(2))` → a call with these calls in it.
    pub(super) fn rows_from(&mut self, cursor: &mut Cursor<'_>, token: Token) -> bool {
        let mut ahead = *cursor;
        ahead.skip_many(2);
        let Ok(calls) = ahead.inside() else { return false };
        if self.depth >= MOST_DEPTH {
            return false;
        }
        *cursor = ahead;
        self.push(word("rows from".to_owned(), Some(MADE_QUOTE)), Some(token.span));
        self.push(ParserToken::LParen, None);
        for (index, mut call) in calls.commas().into_iter().enumerate() {
            if index > 0 {
                self.push(ParserToken::Comma, None);
            }
            self.nested(call.until(&["as"]));
        }
        self.push(ParserToken::RParen, None);
        true
    }

    /// Words without meaning for what is looked for.
    pub(super) fn left_out(&self, cursor: &mut Cursor<'_>, text: &str) -> bool {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        let after = |words: &[&str]| words.iter().any(|word| self.after_word(word));
        let out = ["variadic", "symmetric", "asymmetric"].iter().any(|word| is(word))
            // `trim(both from a)`
            || (is("from") && after(&["both", "leading", "trailing"]))
            // `GROUP BY DISTINCT a`
            || ((is("distinct") || is("all")) && after(&["by"]));
        if out {
            cursor.skip();
        }
        out
    }

    /// One word for another, or several: false where the word stands for itself.
    pub(super) fn replaced(&mut self, cursor: &mut Cursor<'_>, token: Token, text: &str) -> bool {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        let null_test = (is("isnull") || is("notnull")) && !self.after_word("as");
        let document = is("document") && (self.after_word("is") || self.after_word("not"));
        let words: &[&str] = if null_test && is("isnull") {
            &["is", "null"]
        } else if null_test {
            &["is", "not", "null"]
        } else if document || (is("default") && self.stands_alone(cursor)) {
            &["null"]
        } else if is("at") && cursor.at("at local") {
            cursor.skip();
            &["at", "time", "zone"]
        } else {
            return false;
        };
        cursor.skip();
        for made in words {
            self.push(word((*made).to_owned(), None), Some(token.span));
        }
        if words.last() == Some(&"zone") {
            self.push(ParserToken::SingleQuotedString("local".to_owned()), None);
        }
        true
    }

    /// `OPERATOR (schema.+)` → `+`
    pub(super) fn qualified_operator(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let mut ahead = *cursor;
        ahead.skip();
        let Ok(group) = ahead.inside() else { return false };
        let Some(operator) = group.tokens().last().filter(|last| last.kind == TokenKind::Operator) else {
            return false;
        };
        self.push(operators::token(group.source().text_of(*operator)), Some(operator.span));
        *cursor = ahead;
        true
    }

    /// `ONLY t`, `ONLY (t)` → `t`
    pub(super) fn only(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let mut ahead = *cursor;
        ahead.skip();
        if ahead.at_symbol("(") && self.depth < MOST_DEPTH {
            let Ok(group) = ahead.inside() else { return false };
            let Some(name) = group.peek().filter(|name| name.kind.is_name()) else { return false };
            self.converted.only.push(name.span.start);
            self.nested(group);
            *cursor = ahead;
            return true;
        }
        let Some(name) = ahead.peek().filter(|name| name.kind.is_name()) else { return false };
        self.converted.only.push(name.span.start);
        *cursor = ahead;
        true
    }

    /// `FOR NO KEY UPDATE OF t NOWAIT` → `FOR UPDATE`
    pub(super) fn row_lock(&mut self, cursor: &mut Cursor<'_>, token: Token) -> bool {
        let mut ahead = *cursor;
        let locks = ["for update", "for no key update", "for share", "for key share"]
            .iter()
            .any(|words| ahead.eat(words));
        if !locks {
            return false;
        }
        if ahead.eat("of") {
            while let Ok(name) = ahead.name() {
                self.converted.locked.push(name.name.text);
                if !ahead.eat_symbol(",") {
                    break;
                }
            }
        }
        let _ = ahead.eat("nowait") || ahead.eat("skip locked");
        self.push(word("for".to_owned(), None), Some(token.span));
        self.push(word("update".to_owned(), None), None);
        *cursor = ahead;
        true
    }
}
