//! Words that sqlparser misreads, and clauses it does not know.

use sqlparser::tokenizer::Token as ParserToken;

use super::{Converter, MADE_QUOTE, word};
use crate::sql::cursor::Cursor;
use crate::sql::leaf::begins_query;
use crate::sql::token::Token;

impl Converter {
    /// Words that need more than to be passed on. False where the word does not.
    pub(super) fn special_word(&mut self, cursor: &mut Cursor<'_>, token: Token, text: &str) -> bool {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        let after_dot = matches!(self.last(), Some(ParserToken::Period));
        if after_dot {
            return false;
        }
        if is("collate") {
            cursor.skip();
            return cursor.name().is_ok();
        }
        if is("cast") && cursor.symbol_at(1, "(") {
            self.casts.push(self.chains.open() + 1);
            return false;
        }
        if is("as") {
            return self.alias(cursor, token);
        }
        if is("using") && cursor.symbol_at(1, "(") {
            return self.join_columns(cursor, token);
        }
        if is("operator") && cursor.symbol_at(1, "(") {
            return self.qualified_operator(cursor);
        }
        if is("only") && !self.after_word("rows") && !self.after_word("row") {
            return self.only(cursor);
        }
        if is("for") {
            return self.row_lock(cursor, token);
        }
        if is("exclude") {
            return ["exclude no others", "exclude current row", "exclude group", "exclude ties"]
                .iter()
                .any(|words| cursor.eat(words));
        }
        if is("select") && (cursor.count() == 1 || cursor.symbol_at(1, ")")) {
            // A query without output has rows all the same.
            cursor.skip();
            self.push(word("select".to_owned(), None), Some(token.span));
            self.push(word("null".to_owned(), None), None);
            return true;
        }
        if (is("range") || is("rows") || is("groups")) && window_frame(cursor) {
            return true;
        }
        if is("table") {
            cursor.skip();
            self.push(word("select".to_owned(), None), None);
            self.push(ParserToken::Mul, None);
            self.push(word("from".to_owned(), None), None);
            return true;
        }
        if is("rows") && cursor.at("rows from") && cursor.symbol_at(2, "(") {
            return self.rows_from(cursor, token);
        }
        if is("collation") && cursor.at("collation for") && cursor.symbol_at(2, "(") {
            cursor.skip_many(2);
            self.push(word("pg_collation_for".to_owned(), Some('"')), Some(token.span));
            return true;
        }
        if self.left_out(cursor, text) || self.replaced(cursor, token, text) {
            return true;
        }
        if FOREIGN.contains(&text.to_ascii_lowercase().as_str()) {
            cursor.skip();
            self.push(word(text.to_ascii_lowercase(), Some('"')), Some(token.span));
            return true;
        }
        self.syntax_call(cursor, token, text) || self.typed_literal(cursor)
    }

    /// `AS`: of `CAST (e AS type)`, of `f() AS (a int)`, or of an alias.
    fn alias(&mut self, cursor: &mut Cursor<'_>, token: Token) -> bool {
        if self.casts.last() == Some(&self.chains.open()) {
            self.casts.pop();
            cursor.skip();
            self.push(word("as".to_owned(), None), Some(token.span));
            self.type_name(cursor, false);
            return true;
        }
        let query = cursor.word_at(2).is_some_and(begins_query);
        let function = matches!(self.last(), Some(ParserToken::RParen)) || self.after_word("ordinality");
        if function && cursor.symbol_at(1, "(") && !query && !cursor.symbol_at(2, "(") {
            cursor.skip();
            self.push(word("as".to_owned(), None), Some(token.span));
            self.push(word("columns".to_owned(), Some(MADE_QUOTE)), None);
            return true;
        }
        false
    }

    /// The next word stands between brackets or commas: `VALUES (DEFAULT, 1)`.
    pub(super) fn stands_alone(&self, cursor: &Cursor<'_>) -> bool {
        matches!(self.last(), Some(ParserToken::LParen | ParserToken::Comma))
            && (cursor.symbol_at(1, ",") || cursor.symbol_at(1, ")"))
    }
}

/// Moves past the frame of a window, which holds no more than constants.
fn window_frame(cursor: &mut Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let mut near = ahead.take(LONGEST_FRAME);
    let mut frame = near.until_symbol(")");
    if !near.at_symbol(")") {
        return false;
    }
    let length = frame.count();
    frame.until(&["preceding", "following", "current row"]);
    if frame.at_end() {
        return false;
    }
    cursor.skip_many(length);
    true
}

/// The most tokens of a window's frame.
const LONGEST_FRAME: usize = 60;

/// Words that mean something to sqlparser in other dialects and nothing to PostgreSQL.
const FOREIGN: [&str; 34] = [
    "anti",
    "apply",
    "asof",
    "connect",
    "convert",
    "dictionary",
    "distribute",
    "div",
    "final",
    "format",
    "global",
    "if",
    "interpolate",
    "lambda",
    "listagg",
    "map",
    "match_recognize",
    "minus",
    "pivot",
    "prewhere",
    "prior",
    "qualify",
    "regexp",
    "rlike",
    "safe_cast",
    "sample",
    "semi",
    "settings",
    "sort",
    "straight_join",
    "struct",
    "top",
    "try_cast",
    "unpivot",
];
