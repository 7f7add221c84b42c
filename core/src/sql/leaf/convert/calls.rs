//! Functions of SQL/JSON and SQL/XML, whose arguments have a syntax of their own: their operands are kept, the words
//! between them are left out.

use sqlparser::tokenizer::Token as ParserToken;

use super::{Converter, MOST_DEPTH, word};
use crate::sql::cursor::Cursor;
use crate::sql::leaf::begins_query;
use crate::sql::token::Token;

/// The functions.
const FUNCTIONS: [&str; 19] = [
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Words that begin another operand.
const NEXT: [&str; 4] = ["passing by ref", "passing by value", "passing", "value"];

/// Words from which on nothing is an operand.
const ENDS: [&str; 22] = [
    "absent on",
    "as",
    "by ref",
    "by value",
    "columns",
    "default",
    "empty",
    "error on",
    "false on",
    "format json",
    "keep quotes",
    "null on",
    "omit quotes",
    "order by",
    "preserve whitespace",
    "returning",
    "strip whitespace",
    "true on",
    "unknown on",
    "version",
    "with",
    "without",
];

impl Converter {
    /// A call of one of the functions. False where it is none, so that nothing was done.
    pub(super) fn syntax_call(&mut self, cursor: &mut Cursor<'_>, token: Token, text: &str) -> bool {
        let name = text.to_ascii_lowercase();
        if FUNCTIONS.binary_search(&name.as_str()).is_err()
            || !cursor.symbol_at(1, "(")
            || self.depth >= MOST_DEPTH
        {
            return false;
        }
        let mut after = *cursor;
        after.skip();
        let Ok(arguments) = after.inside() else { return false };
        *cursor = after;
        self.push(word(name, Some('"')), Some(token.span));
        self.push(ParserToken::LParen, None);
        let mut first = true;
        for argument in arguments.commas() {
            let (operands, ended) = operands(argument);
            for operand in operands {
                if !first {
                    self.push(ParserToken::Comma, None);
                }
                first = false;
                let query = operand.peek_word().is_some_and(begins_query);
                if query {
                    self.push(ParserToken::LParen, None);
                }
                self.nested(operand);
                if query {
                    self.push(ParserToken::RParen, None);
                }
            }
            if ended {
                break;
            }
        }
        self.push(ParserToken::RParen, None);
        true
    }
}

/// The operands between two commas, and whether behind them only columns come.
fn operands(mut argument: Cursor<'_>) -> (Vec<Cursor<'_>>, bool) {
    let mut operands = Vec::new();
    if argument.peek_word().is_some_and(begins_query) {
        return (vec![argument.until(&["returning"])], false);
    }
    if ["version", "standalone", "xmlnamespaces"].iter().any(|word| argument.at(word)) && argument.count() > 1
    {
        return (operands, false);
    }
    let _ = argument.eat("document") || argument.eat("content");
    if argument.at("name") && argument.count() > 1 && !argument.symbol_at(1, ".") {
        argument.skip_many(2);
    }
    // `'key' : value`
    let mut value = argument;
    let key = value.until_symbol(":");
    if value.eat_symbol(":") {
        operands.push(key);
        argument = value;
    }
    let stops: Vec<&str> = NEXT.into_iter().chain(ENDS).collect();
    loop {
        let operand = argument.until(&stops);
        if !operand.at_end() {
            operands.push(operand);
        }
        if !NEXT.iter().any(|words| argument.eat(words)) {
            return (operands, argument.at("columns"));
        }
    }
}
