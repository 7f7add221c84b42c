//! Functions, procedures, `DO` and `CALL`.

mod arguments;

use super::{Reading, session};
use crate::operation::{
    AlterFunction, Body, Call, CreateFunction, Do, ObjectKind, Operation, Setting, TypeName, Volatility,
};
use crate::sql::body;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::token::{Token, TokenKind};

/// Reads a statement of these kinds; none where it is of another.
pub(super) fn read(cursor: Cursor<'_>) -> Option<Reading> {
    let mut after = cursor;
    if after.eat("do") {
        return Some(do_block(after));
    }
    if after.eat("create") {
        let or_replace = after.eat("or replace");
        let procedure = after.eat("procedure");
        if procedure || after.eat("function") {
            return Some(create(after, or_replace, procedure));
        }
        return None;
    }
    if after.eat("alter") {
        let kinds = [
            ("function", ObjectKind::Function),
            ("procedure", ObjectKind::Procedure),
            ("routine", ObjectKind::Routine),
        ];
        let (_, kind) = kinds.into_iter().find(|(word, _)| after.eat(word))?;
        return alter(after, kind);
    }
    None
}

/// `CALL procedure (arguments)`
pub(super) fn call(cursor: &mut Cursor<'_>) -> Result<Operation, Miss> {
    let name = cursor.name()?;
    for argument in cursor.inside()?.commas() {
        let mut value = argument;
        // `name => value`
        value.until_symbol("=>");
        let value = if value.eat_symbol("=>") { value } else { argument };
        value.expression()?;
    }
    Ok(Operation::Call(Call { name }))
}

/// What stands after `DO`.
fn do_block(mut cursor: Cursor<'_>) -> Reading {
    let mut language = "plpgsql".to_owned();
    let mut code: Option<Token> = None;
    while !cursor.at_end() {
        if cursor.eat("language") {
            match arguments::language(&mut cursor) {
                Ok(written) => language = written,
                Err(miss) => return (Operation::Unknown, Some(miss)),
            }
        } else if cursor.at_string() && code.is_none() {
            code = cursor.peek();
            cursor.skip();
        } else {
            return (Operation::Unknown, Some(cursor.miss("a string or LANGUAGE")));
        }
    }
    let Some(code) = code else { return (Operation::Unknown, Some(cursor.miss("a string"))) };
    let (body, miss) = body::quoted(cursor, code, &language);
    (Operation::Do(Do { language, body }), miss)
}

/// What stands after `CREATE [OR REPLACE] FUNCTION`.
fn create(mut cursor: Cursor<'_>, or_replace: bool, procedure: bool) -> Reading {
    let name = match cursor.name() {
        Ok(name) => name,
        Err(miss) => return (Operation::Unknown, Some(miss)),
    };
    let mut function = CreateFunction {
        name,
        or_replace,
        procedure,
        arguments: Vec::new(),
        returns: None,
        language: None,
        volatility: Volatility::Volatile,
        body: Body::default(),
        settings: Vec::new(),
    };
    let mut code = Code::Missing;
    if let Err(miss) = parts(&mut cursor, &mut function, &mut code) {
        // A body that was found is read even where an option before it was not understood.
        if matches!(code, Code::Missing)
            && let Some(string) = cursor.tokens().iter().rfind(|token| token.kind == TokenKind::DollarString)
        {
            code = Code::Quoted(*string);
        }
        let _ = read_body(cursor, &mut function, code);
        return (Operation::CreateFunction(function), Some(miss));
    }
    let miss = read_body(cursor, &mut function, code);
    (Operation::CreateFunction(function), miss)
}

/// Where the body is.
#[derive(Clone, Copy)]
enum Code<'a> {
    Missing,
    Quoted(Token),
    /// `RETURN e`
    Returned(Cursor<'a>),
    /// Between `BEGIN ATOMIC` and `END`.
    Atomic(Cursor<'a>),
}

fn read_body(cursor: Cursor<'_>, function: &mut CreateFunction, code: Code<'_>) -> Option<Miss> {
    let (body, miss) = match code {
        Code::Missing => return Some(cursor.miss("AS and a body")),
        Code::Quoted(string) => {
            let (body, miss) = body::quoted(cursor, string, function.language.as_deref().unwrap_or_default());
            let unsaid = function.language.is_none().then(|| cursor.miss("LANGUAGE"));
            (body, unsaid.or(miss))
        }
        Code::Returned(expression) => body::returned(expression),
        Code::Atomic(statements) => body::atomic(statements),
    };
    function.body = body;
    miss
}

fn parts<'a>(
    cursor: &mut Cursor<'a>,
    function: &mut CreateFunction,
    code: &mut Code<'a>,
) -> Result<(), Miss> {
    function.arguments = arguments::inputs(cursor.inside()?)?;
    if cursor.eat("returns table") {
        arguments::columns(cursor.inside()?)?;
        function.returns = Some(TypeName { name: "record".to_owned(), set_of: true, ..TypeName::default() });
    } else if cursor.at("returns") && !cursor.at("returns null on null input") {
        cursor.skip();
        function.returns = Some(cursor.type_name()?);
    }
    while !cursor.at_end() {
        if cursor.eat("language") {
            function.language = Some(arguments::language(cursor)?);
        } else if cursor.eat("set") {
            let start = cursor.start();
            let (name, value) = session::clause(cursor)?;
            function.settings.push(Setting { name, value, span: cursor.span_from(start) });
        } else if cursor.eat("as") {
            let Some(string) = cursor.peek().filter(|token| token.kind.is_string()) else {
                return Err(cursor.miss("a string"));
            };
            cursor.skip();
            *code = Code::Quoted(string);
            // `AS 'object file', 'symbol'`
            if cursor.eat_symbol(",") {
                cursor.string()?;
            }
        } else if cursor.eat("return") {
            function.language.get_or_insert_with(|| "sql".to_owned());
            *code = Code::Returned(cursor.take(cursor.count()));
        } else if cursor.eat("begin atomic") {
            function.language.get_or_insert_with(|| "sql".to_owned());
            *code = Code::Atomic(cursor.take(cursor.count().saturating_sub(1)));
            cursor.need("end")?;
        } else {
            option(cursor, &mut function.volatility)?;
        }
    }
    Ok(())
}

/// Options without a value.
const PLAIN: [&str; 10] = [
    "called on null input",
    "external security definer",
    "external security invoker",
    "leakproof",
    "not leakproof",
    "returns null on null input",
    "security definer",
    "security invoker",
    "strict",
    "window",
];

/// An option that creating and altering share.
fn option(cursor: &mut Cursor<'_>, volatility: &mut Volatility) -> Result<(), Miss> {
    let volatilities = [
        ("immutable", Volatility::Immutable),
        ("stable", Volatility::Stable),
        ("volatile", Volatility::Volatile),
    ];
    if let Some((_, written)) = volatilities.into_iter().find(|(word, _)| cursor.eat(word)) {
        *volatility = written;
        return Ok(());
    }
    if PLAIN.iter().any(|words| cursor.eat(words)) {
        return Ok(());
    }
    if cursor.eat("parallel") {
        cursor.identifier()?;
    } else if cursor.eat("support") {
        cursor.name()?;
    } else if cursor.eat("cost") || cursor.eat("rows") {
        if !cursor.peek().is_some_and(|token| token.kind == TokenKind::Number) {
            return Err(cursor.miss("a number"));
        }
        cursor.skip();
    } else if cursor.eat("transform") {
        loop {
            cursor.need("for type")?;
            cursor.type_name()?;
            if !cursor.eat_symbol(",") {
                break;
            }
        }
    } else {
        return Err(cursor.miss("an option of a function"));
    }
    Ok(())
}

/// What stands after `ALTER FUNCTION`. None for renames and the like, which are the same for all objects.
fn alter(mut cursor: Cursor<'_>, kind: ObjectKind) -> Option<Reading> {
    let name = cursor.name().ok()?;
    let mut function = AlterFunction { name, kind, arguments: None, volatility: None };
    if cursor.at_symbol("(") {
        function.arguments = cursor.inside().and_then(arguments::inputs).ok();
        function.arguments.as_ref()?;
    }
    if ["rename to", "owner to", "set schema", "depends on", "no depends on"]
        .iter()
        .any(|words| cursor.at(words))
    {
        return None;
    }
    let miss = options(&mut cursor, &mut function).err();
    Some((Operation::AlterFunction(function), miss))
}

fn options(cursor: &mut Cursor<'_>, function: &mut AlterFunction) -> Result<(), Miss> {
    if cursor.at_end() {
        return Err(cursor.miss("an option of a function"));
    }
    while !cursor.at_end() {
        if cursor.eat("set") {
            session::clause(cursor)?;
        } else if cursor.eat("reset") {
            session::reset(cursor)?;
        } else if cursor.eat("restrict") {
            return cursor.finish();
        } else {
            let unsaid = function.volatility;
            let mut volatility = Volatility::Volatile;
            let written = cursor.at("volatile") || cursor.at("stable") || cursor.at("immutable");
            option(cursor, &mut volatility)?;
            function.volatility = if written { Some(volatility) } else { unsaid };
        }
    }
    Ok(())
}
