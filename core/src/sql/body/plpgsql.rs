//! PL/pgSQL: the statements between its control words.

use super::variables::Variables;
use super::{dynamic, statement};
use crate::operation::{Body, Operation, Statement};
use crate::sql::cursor::Cursor;
use crate::sql::leaf;
use crate::sql::statement::without;
use crate::sql::token::TokenKind;

/// What is read so far.
pub(super) struct Block<'b> {
    pub(super) body: &'b mut Body,
    pub(super) variables: Variables,
}

/// Reads all of the cursor as a block.
pub(super) fn read(mut cursor: Cursor<'_>, body: &mut Body) {
    let mut block = Block { body, variables: Variables::of(cursor) };
    while !cursor.at_end() {
        let before = cursor.count();
        one(&mut cursor, &mut block);
        if cursor.count() == before {
            cursor.skip();
        }
    }
}

/// A control word, or a statement to its semicolon. The cursor is where a statement begins.
fn one(cursor: &mut Cursor<'_>, block: &mut Block<'_>) {
    if cursor.peek().is_some_and(|token| token.kind == TokenKind::Semicolon) {
        return cursor.skip();
    }
    if cursor.eat_symbol("<<") {
        cursor.until_symbol(">>");
        return cursor.skip();
    }
    if cursor.eat("declare") {
        return declarations(cursor, block);
    }
    if [
        "begin",
        "end",
        "else",
        "exception",
        "if",
        "elsif",
        "elseif",
        "when",
        "case",
        "while",
        "for",
        "foreach",
        "loop",
    ]
    .iter()
    .any(|word| cursor.at(word))
    {
        block.variables.control();
    }
    if cursor.eat("begin") {
        return;
    }
    block.body.conditional |= cursor.peek_word().is_some_and(decides);
    if cursor.eat("else") || cursor.eat("exception") {
        return;
    }
    if cursor.eat("loop") {
        return block.variables.enter_plain();
    }
    if cursor.at("if") || cursor.at("elsif") || cursor.at("elseif") || cursor.at("when") {
        cursor.skip();
        let condition = up_to(cursor, "then");
        queries(condition, block);
        cursor.eat("then");
        return;
    }
    if cursor.eat("case") {
        // `CASE e WHEN …`: the first WHEN is read as the others are.
        let operand = up_to(cursor, "when");
        return queries(operand, block);
    }
    if cursor.eat("while") {
        let condition = up_to(cursor, "loop");
        queries(condition, block);
        cursor.eat("loop");
        return block.variables.enter_plain();
    }
    if cursor.at("for") || cursor.at("foreach") {
        return for_loop(cursor, block);
    }
    let whole = cursor.until_symbol_or_end(";");
    if !whole.at_end() {
        simple(whole, block);
        block.variables.set_by(whole);
    }
    cursor.skip();
}

/// What it begins decides which statements run, how often, or what becomes of their failures. (`FOR` does so where nothing
/// tells that it has rows.)
fn decides(word: &str) -> bool {
    const DECIDING: &[&str] =
        &["if", "case", "while", "loop", "exception", "return", "exit", "continue", "raise"];
    DECIDING.iter().any(|deciding| word.eq_ignore_ascii_case(deciding))
}

/// `name type := e; name CURSOR FOR query;` up to `BEGIN`.
fn declarations(cursor: &mut Cursor<'_>, block: &mut Block<'_>) {
    while !cursor.at_end() && !cursor.at("begin") {
        let mut declaration = cursor.until_symbol_or_end(";");
        cursor.skip();
        let whole = declaration;
        block.variables.declare(whole);
        declaration.until(&["cursor"]);
        if declaration.eat("cursor") {
            if declaration.at_symbol("(") {
                let _ = declaration.inside();
            }
            if declaration.eat("for") || declaration.eat("is") {
                block.body.statements.push(declaration.statement());
            }
        } else {
            queries(whole, block);
        }
    }
}

/// `FOR x IN …  LOOP`, `FOREACH x IN ARRAY e LOOP`
fn for_loop(cursor: &mut Cursor<'_>, block: &mut Block<'_>) {
    cursor.skip();
    let mut head = up_to(cursor, "loop");
    cursor.eat("loop");
    block.body.conditional |= !block.variables.enter(head);
    head.until(&["in"]);
    if !head.eat("in") {
        return;
    }
    if head.eat("execute") {
        return dynamic::execute(head, block);
    }
    if head.peek_word().is_some_and(leaf::begins_query)
        || head.at("explain")
        || head.at_symbol("(") && is_query(head)
    {
        return block.body.statements.push(head.statement());
    }
    queries(head, block);
}

/// A statement without the semicolon.
fn simple(mut whole: Cursor<'_>, block: &mut Block<'_>) {
    let word = whole.peek_word().unwrap_or_default().to_ascii_lowercase();
    if whole.at("end loop") {
        block.variables.leave();
    }
    match word.as_str() {
        "end" | "null" | "get" | "fetch" | "move" | "close" => {}
        "exit" | "continue" | "raise" | "assert" => queries(whole, block),
        "commit" => block.body.transaction_control = true,
        "rollback" => block.body.transaction_control |= !whole.at("rollback to"),
        "return" => {
            whole.skip();
            returns(whole, block);
        }
        "perform" => {
            let mut list = whole;
            list.skip();
            let (query, miss) = leaf::select_list(list);
            block.body.statements.push(statement(whole, Operation::Query(query), miss));
        }
        "execute" => {
            whole.skip();
            dynamic::execute(whole, block);
        }
        "open" => open(whole, block),
        _ if is_assignment(whole) => {
            block.body.sets_row |= word == "new";
            block.variables.assign(whole);
            queries(whole, block);
        }
        "select" | "with" | "insert" | "update" | "delete" | "merge" | "values" | "table" => {
            sql(whole, block);
        }
        _ => block.body.statements.push(whole.statement()),
    }
}

/// `RETURN QUERY …`, `RETURN e`
fn returns(mut cursor: Cursor<'_>, block: &mut Block<'_>) {
    if !cursor.eat("query") {
        return queries(cursor, block);
    }
    if cursor.eat("execute") {
        return dynamic::execute(cursor, block);
    }
    block.body.statements.push(cursor.statement());
}

/// `OPEN c FOR query`, `OPEN c FOR EXECUTE e`
fn open(mut cursor: Cursor<'_>, block: &mut Block<'_>) {
    cursor.until(&["for"]);
    if !cursor.eat("for") {
        return;
    }
    if cursor.eat("execute") {
        return dynamic::execute(cursor, block);
    }
    block.body.statements.push(cursor.statement());
}

/// A query or a change of rows without the `INTO` target that PL/pgSQL takes out of it.
fn sql(whole: Cursor<'_>, block: &mut Block<'_>) {
    let Some(at) = target(whole) else { return block.body.statements.push(whole.statement()) };
    let mut after = whole;
    after.skip_many(at + 1);
    after.eat("strict");
    loop {
        let _ = after.name();
        while after.at_symbol("[") {
            after.skip_subscript();
        }
        if !after.eat_symbol(",") {
            break;
        }
    }
    let source = without(whole, at, whole.count() - after.count());
    let Some(rest) = Cursor::new(&source, 0, source.tokens.len()).below(whole) else { return };
    let statement = Statement { span: whole.rest(), ..rest.statement() };
    block.body.statements.push(statement);
}

/// Where `INTO target` stands; the `INTO` of `INSERT INTO` and `MERGE INTO` is none.
fn target(whole: Cursor<'_>) -> Option<usize> {
    let mut from = 0;
    loop {
        let mut rest = whole;
        rest.skip_many(from);
        let at = from + leaf::position_of(rest, "into")?;
        let before = at.checked_sub(1).and_then(|before| whole.word_at(before)).unwrap_or_default();
        if !before.eq_ignore_ascii_case("insert") && !before.eq_ignore_ascii_case("merge") {
            return Some(at);
        }
        from = at + 1;
    }
}

/// `x := e`, `x.y[1] = e`
fn is_assignment(mut cursor: Cursor<'_>) -> bool {
    let parameter = cursor.peek().is_some_and(|token| token.kind == TokenKind::Parameter);
    if parameter {
        cursor.skip();
    } else if cursor.label().is_err() {
        return false;
    }
    loop {
        if cursor.eat_symbol(".") {
            if cursor.label().is_err() {
                return false;
            }
        } else if cursor.at_symbol("[") {
            cursor.skip_subscript();
        } else {
            return cursor.at_symbol(":=") || cursor.at_symbol("=");
        }
    }
}

/// Queries in an expression of PL/pgSQL are statements too: they read tables.
fn queries(cursor: Cursor<'_>, block: &mut Block<'_>) {
    let mut rest = cursor;
    while let Some(token) = rest.peek() {
        if rest.at("exists") && rest.symbol_at(1, "(") && rest.word_at(2).is_some_and(is_select) {
            // It asks for one row only.
            let mut after = rest;
            after.skip();
            if after.inside().is_err() {
                return;
            }
            let whole = rest.take(rest.count() - after.count());
            let (query, miss) = leaf::select_list(whole);
            block.body.statements.push(statement(whole, Operation::Query(query), miss));
        } else if rest.at_symbol("(") && rest.word_at(1).is_some_and(is_select) {
            let Ok(inside) = rest.inside() else { return };
            block.body.statements.push(inside.statement());
        } else if token.kind == TokenKind::Word && rest.at("select") {
            // `x := a FROM t` is `SELECT a FROM t` without its word, which nobody writes; this is `x := SELECT …`.
            return;
        } else {
            rest.skip();
        }
    }
}

fn is_select(word: &str) -> bool {
    word.eq_ignore_ascii_case("select") || word.eq_ignore_ascii_case("with")
}

fn is_query(cursor: Cursor<'_>) -> bool {
    let mut inside = cursor;
    while inside.eat_symbol("(") {}
    inside.peek_word().is_some_and(leaf::begins_query)
}

/// What stands before a control word outside brackets and `CASE … END`, and before the next semicolon.
fn up_to<'a>(cursor: &mut Cursor<'a>, word: &str) -> Cursor<'a> {
    let mut ahead = *cursor;
    let mut statement = ahead.until_symbol_or_end(";");
    let part = statement.until(&[word]);
    let length = part.count();
    cursor.take(length)
}
