//! The ways into a migration: its functions for up and down.

use std::rc::Rc;

use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::sent::Item;
use crate::embedded::tree::{Function, Kind, Node, Step};

/// The function of a name, wherever a migration may keep it: exported, in a class, in an object.
pub(super) fn function(reader: &Reader<'_>, steps: &[Step], name: &str) -> Option<Rc<Function>> {
    steps.iter().rev().find_map(|step| in_step(reader, step, name))
}

fn in_step(reader: &Reader<'_>, step: &Step, name: &str) -> Option<Rc<Function>> {
    match step {
        Step::Function(function) if function.name == name => Some(Rc::clone(function)),
        Step::Class(class) => function(reader, &class.body, name),
        Step::Assign(target, value) => {
            let last = target.rsplit('.').next().unwrap_or(target);
            if last == name {
                as_function(reader, value)
            } else if matches!(last, "exports" | "default") || target.is_empty() {
                in_value(reader, value, name)
            } else {
                None
            }
        }
        Step::Expression(value) | Step::Return(Some(value)) => in_value(reader, value, name),
        _ => None,
    }
}

fn in_value(reader: &Reader<'_>, value: &Node, name: &str) -> Option<Rc<Function>> {
    match &value.kind {
        Kind::Map(_) => as_function(reader, value.get(name)?),
        Kind::Function(function) => function.body.iter().find_map(|step| match step {
            Step::Class(class) => self::function(reader, &class.body, name),
            _ => None,
        }),
        // `export default wrap({ … })`
        Kind::Chain(_, links) => links.iter().find_map(|link| match link {
            crate::embedded::tree::Link::Call(call) => {
                call.arguments.iter().find_map(|it| in_value(reader, &it.value, name))
            }
            _ => None,
        }),
        _ => None,
    }
}

fn as_function(reader: &Reader<'_>, value: &Node) -> Option<Rc<Function>> {
    match &value.kind {
        Kind::Function(function) => Some(Rc::clone(function)),
        Kind::Name(name) => reader.function_named(name),
        // `withTransaction(async (db) => …)`: the function that is handed on.
        Kind::Chain(_, links) => links.iter().find_map(|link| match link {
            crate::embedded::tree::Link::Call(call) => {
                call.arguments.iter().find_map(|it| as_function(reader, &it.value))
            }
            _ => None,
        }),
        _ => None,
    }
}

/// Follows the functions `up` and `down`, whose first parameter is the tool's handle.
pub(super) fn up_and_down(reader: &mut Reader<'_>, steps: &[Step]) -> Code {
    between(reader, steps, "up", "down")
}

/// The same with other names.
pub(super) fn between(reader: &mut Reader<'_>, steps: &[Step], up: &str, down: &str) -> Code {
    let Some(forwards) = function(reader, steps, up) else { return Code::default() };
    let back = function(reader, steps, down);
    let up = follow(reader, &forwards);
    reader.undoing = true;
    let down = back.map(|back| follow(reader, &back));
    Code { up, down, found: true, ..Code::default() }
}

/// What a function sends.
pub(super) fn follow(reader: &mut Reader<'_>, function: &Function) -> Vec<Item> {
    let handles = std::mem::take(&mut reader.handles);
    reader.handles.clone_from(&handles);
    reader.handles.extend(function.parameters.first().cloned());
    reader.enter(function);
    reader.handles = handles;
    std::mem::take(&mut reader.items)
}
