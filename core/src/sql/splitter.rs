//! Tokens → statements.

use super::cursor::Cursor;
use super::keyword;
use super::token::{Token, TokenKind};
use crate::operation::Statement;
use crate::text::Span;

impl<'a> Cursor<'a> {
    /// Reads all that is left as statements between semicolons.
    pub(super) fn statements(self) -> Vec<Statement> {
        self.split().into_iter().map(Cursor::statement).collect()
    }

    /// The statements between semicolons, without those that hold nothing.
    pub(super) fn split(mut self) -> Vec<Cursor<'a>> {
        let mut statements = Vec::new();
        while !self.at_end() {
            let length = self.statement_length();
            let statement = self.take(length);
            if !statement.at_end() {
                statements.push(statement);
            }
            self.skip();
        }
        statements
    }

    /// How many tokens stand before the semicolon that ends the next statement.
    fn statement_length(&self) -> usize {
        let tokens = self.tokens();
        let mut nesting = Nesting::of(*self);
        for (index, token) in tokens.iter().enumerate() {
            if token.kind == TokenKind::Semicolon {
                let next = tokens.get(index + 1).copied();
                if nesting.is_outside()
                    || self.sends(*token)
                    || (nesting.may_be_torn() && self.begins_anew(*token, next))
                {
                    return index;
                }
            } else {
                nesting.pass(self.source().text_of(*token), *token);
            }
        }
        tokens.len()
    }

    /// `\;` and `\g` end a statement wherever they stand.
    fn sends(&self, semicolon: Token) -> bool {
        self.source().text_of(semicolon) != ";"
    }

    /// After a semicolon in an open parenthesis a line begins with a statement's keyword: the parenthesis was never
    /// closed, and what follows is a statement of its own.
    fn begins_anew(&self, semicolon: Token, next: Option<Token>) -> bool {
        let Some(next) = next else { return true };
        let between = Span::new(semicolon.span.end, next.span.start).of(self.source().text);
        next.kind == TokenKind::Word
            && between.contains('\n')
            && keyword::begins_statement(self.source().text_of(next))
    }
}

/// Where in a statement a semicolon does not end it.
struct Nesting {
    parentheses: u32,
    /// Open `BEGIN ATOMIC` and, in it, `CASE`.
    blocks: u32,
    /// The statement is a rule, whose actions stand between semicolons in parentheses.
    keeps: bool,
    /// The statement makes a routine, so that `BEGIN ATOMIC` opens a block.
    routine: bool,
    /// The last word was `BEGIN`.
    begins: bool,
}

impl Nesting {
    fn of(mut statement: Cursor<'_>) -> Self {
        let creates = statement.eat("create");
        let _ = statement.eat("or replace");
        let keeps = creates && statement.at("rule");
        let routine = creates && (statement.at("function") || statement.at("procedure"));
        Nesting { parentheses: 0, blocks: 0, keeps, routine, begins: false }
    }

    fn is_outside(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    /// Only an open parenthesis keeps the statement from ending.
    fn may_be_torn(&self) -> bool {
        self.blocks == 0 && !self.keeps
    }

    fn pass(&mut self, text: &str, token: Token) {
        match (token.kind, text) {
            (TokenKind::Symbol, "(") => self.parentheses += 1,
            (TokenKind::Symbol, ")") => self.parentheses = self.parentheses.saturating_sub(1),
            (TokenKind::Word, word) if self.routine => self.block_word(word),
            _ => {}
        }
    }

    fn block_word(&mut self, word: &str) {
        let is = |expected: &str| word.eq_ignore_ascii_case(expected);
        if (self.begins && is("atomic")) || (self.blocks > 0 && is("case")) {
            self.blocks += 1;
        } else if is("end") {
            self.blocks = self.blocks.saturating_sub(1);
        }
        self.begins = is("begin");
    }
}

#[cfg(test)]
mod tests {
    use crate::sql;
    use crate::text::Span;

    fn split(text: &str) -> Vec<&str> {
        let part = Span::new(0, u32::try_from(text.len()).unwrap());
        sql::read(text, part).statements.iter().map(|statement| statement.span.of(text)).collect()
    }

    #[test]
    fn semicolons_end_statements() {
        assert_eq!(split("select 1; ;; select 2 ;"), ["select 1", "select 2"]);
        assert_eq!(split("select 1 \\; select 2"), ["select 1", "select 2"]);
        assert_eq!(
            split("select 'a;b', \"c;d\", $$;$$, $x$;$$;$x$ /* ; */ -- ;\n"),
            ["select 'a;b', \"c;d\", $$;$$, $x$;$$;$x$"]
        );
        assert_eq!(split(""), Vec::<&str>::new());
        assert_eq!(split("-- nothing"), Vec::<&str>::new());
    }

    #[test]
    fn atomic_bodies_are_whole() {
        let body =
            "create function f() returns int begin atomic select case when a then b end; select 2; end";
        assert_eq!(split(&format!("{body}; select 3")), [body, "select 3"]);
        let lines = "create procedure p()\nbegin atomic\n  insert into t values (1);\n  select (2);\nend";
        assert_eq!(split(&format!("{lines};\nselect 3")), [lines, "select 3"]);
        assert_eq!(split("begin; select 1; end; select 2"), ["begin", "select 1", "end", "select 2"]);
    }

    #[test]
    fn rules_are_whole() {
        let rule = "create or replace rule r as on insert to t do (insert into u values (1);\ndelete from u)";
        assert_eq!(split(&format!("{rule}; select 3")), [rule, "select 3"]);
    }

    #[test]
    fn an_open_parenthesis_takes_one_statement() {
        assert_eq!(
            split("create table t (a int;\n\ndrop table u;\nselect (1; 2);"),
            ["create table t (a int", "drop table u", "select (1; 2)"]
        );
    }
}
