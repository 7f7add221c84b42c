//! What the application's code says, as JSON.

use serde::Serialize;

use crate::code::{self, Fate, Kind, Order, Outcome, State, Strength, TreeVerdict};
use crate::report::Places;

/// The order of deploys, and what it follows from.
#[derive(Serialize)]
pub(super) struct Code<'a> {
    order: Order,
    words: &'static str,
    why: &'a str,
    deploys: &'a [Vec<String>],
    files: usize,
    uses: Vec<Use<'a>>,
}

/// What goes away or is tightened, with what both trees say of it.
#[derive(Serialize)]
struct Use<'a> {
    name: &'a str,
    kind: &'static str,
    becomes: &'static str,
    to: Option<&'a str>,
    file: &'a str,
    line: u32,
    base: Tree<'a>,
    head: Tree<'a>,
}

#[derive(Serialize)]
struct Tree<'a> {
    state: State,
    why: &'a str,
    references: Vec<Reference<'a>>,
    more: usize,
}

#[derive(Serialize)]
struct Reference<'a> {
    strength: Strength,
    file: &'a str,
    line: u32,
    text: &'a str,
    why: &'a str,
}

pub(super) fn code<'a>(review: &'a code::CodeReview, places: &Places<'_>) -> Code<'a> {
    Code {
        order: review.order.order,
        words: review.order.order.words(),
        why: &review.order.why,
        deploys: &review.order.deploys,
        files: review.files.1,
        uses: review.outcomes.iter().map(|outcome| one(outcome, places)).collect(),
    }
}

fn one<'a>(outcome: &'a Outcome, places: &Places<'_>) -> Use<'a> {
    let subject = &outcome.subject;
    let (becomes, to) = match &subject.fate {
        Fate::Dropped => ("dropped", None),
        Fate::Renamed(to) => ("renamed", Some(to.as_str())),
        Fate::Required | Fate::Narrowed => ("tightened", None),
        Fate::Retyped => ("retyped", None),
        Fate::Added => ("added", None),
    };
    Use {
        name: &subject.shown,
        kind: kind(subject.kind),
        becomes,
        to,
        file: &subject.place.path,
        line: places.line(&subject.place.path, subject.place.span),
        base: tree(&outcome.base),
        head: tree(&outcome.head),
    }
}

fn tree(verdict: &TreeVerdict) -> Tree<'_> {
    Tree {
        state: verdict.state,
        why: &verdict.why,
        references: verdict
            .references
            .iter()
            .map(|it| Reference {
                strength: it.strength,
                file: &it.path,
                line: it.line,
                text: &it.text,
                why: &it.why,
            })
            .collect(),
        more: verdict.more,
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Column => "column",
        Kind::Table => "table",
        Kind::Label => "label",
        Kind::Type => "type",
        Kind::Function => "function",
        Kind::Constraint => "constraint",
    }
}
