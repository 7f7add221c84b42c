//! Functions and procedures: created and altered.

use super::builder::Builder;
use super::query;
use crate::catalog::Function;
use crate::operation::{AlterFunction, CreateFunction, Name, ObjectKind, TypeName};
use crate::postgres::functions;

/// It is no function of the user's, of an extension's or of PostgreSQL's own.
pub(super) fn is_missing_function(builder: &Builder<'_>, name: &Name) -> bool {
    builder.catalog.lacks_function(name) && !functions::is_builtin(&name.name.text)
}

pub(super) fn alter_function(builder: &mut Builder<'_>, alter: &AlterFunction) {
    if alter.kind != ObjectKind::Aggregate && is_missing_function(builder, &alter.name) {
        builder.fail("42883", format!("function `{}` does not exist", alter.name));
    }
}

/// Types that only functions have (documentation, table 8.27 "Pseudo-Types").
fn is_pseudo(name: &TypeName) -> bool {
    name.name.starts_with("any")
        || name.name.ends_with("_handler")
        || matches!(
            name.name.as_str(),
            "void" | "trigger" | "event_trigger" | "record" | "cstring" | "internal" | "unknown" | "table"
        )
}

pub(super) fn create_function(builder: &mut Builder<'_>, create: &CreateFunction) {
    if create.body.atomic && !builder.version.at_least(14) {
        builder.syntax_error(14, "a function body in standard SQL");
        return;
    }
    if let Some(missing) = create
        .arguments
        .iter()
        .chain(&create.returns)
        .find(|it| builder.catalog.lacks_type(it) && !is_pseudo(it))
    {
        builder.fail("42704", format!("type `{}` does not exist", missing.name));
        return;
    }
    let same =
        |function: &Function| {
            function.arguments.len() == create.arguments.len()
                && function.arguments.iter().zip(&create.arguments).all(|(one, other)| {
                    one.name == other.name && (one.dimensions > 0) == (other.dimensions > 0)
                })
        };
    if !create.or_replace {
        let key = builder.catalog.new_key(&create.name);
        let there = builder.catalog.functions.get(&key).is_some_and(|overloads| overloads.iter().any(same));
        if there {
            builder.fail("42723", format!("function `{}` already exists", create.name));
            return;
        }
    }
    // Only bodies in SQL are parsed when the function is made (`check_function_bodies`).
    if create.language.as_deref() == Some("sql") {
        for statement in &create.body.statements {
            query::parse_statement(builder, statement);
        }
    }
}
