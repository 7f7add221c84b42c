//! In which order a change has to be deployed: migrations first, code first, either, or several deploys.

use super::subject::{Fate, Kind};
use super::verdict::{Outcome, State, begin};
use crate::rules::words;

/// What has to come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Migrations, then the code.
    MigrateFirst,
    /// The code, then the migrations.
    CodeFirst,
    /// Both orders work.
    Either,
    /// No order works in one deploy.
    Split,
    /// The code of the change uses what the change takes away.
    Broken,
    /// Nothing proves which orders work.
    Unknown,
}

impl Order {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Order::MigrateFirst => "migrations first, then the code",
            Order::CodeFirst => "the code first, then the migrations",
            Order::Either => "either way round",
            Order::Split => "not in one deploy",
            Order::Broken => "not as it is",
            Order::Unknown => "the code first, as far as anyone can tell",
        }
    }
}

/// The order for a whole change, and what goes into which deploy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployOrder {
    /// The order.
    pub order: Order,
    /// Why, as sentences.
    pub why: String,
    /// The deploys, each a list of what to do in it, in order; empty where one deploy is enough.
    pub deploys: Vec<Vec<String>>,
}

/// The order that follows from what code makes of what goes away and of what is added.
pub(crate) fn order(gone: &[Outcome], added: &[Outcome]) -> DeployOrder {
    let breaking = |outcome: &&Outcome| {
        outcome.subject.fate != Fate::Tightened && outcome.subject.kind != Kind::Constraint
    };
    let gone: Vec<&Outcome> = gone.iter().filter(breaking).collect();
    let needed: Vec<&Outcome> =
        added.iter().filter(|it| it.head.state >= State::Likely && it.base.state < State::Used).collect();
    let old: Vec<&Outcome> = gone.iter().copied().filter(|it| it.breaks_old()).collect();
    let required: Vec<&Outcome> = old.iter().copied().filter(|it| it.is_left_out()).collect();
    let renamed: Vec<&Outcome> =
        old.iter().copied().filter(|it| matches!(it.subject.fate, Fate::Renamed(_))).collect();
    let still: Vec<&Outcome> = gone.iter().copied().filter(|it| it.head.state == State::Used).collect();
    let unproven: Vec<&Outcome> =
        gone.iter().copied().filter(|it| !it.breaks_old() && it.base.state != State::Clean).collect();
    let (order, why) = if !still.is_empty() {
        (
            Order::Broken,
            format!("The code of this change still uses {}, which the change takes away.", names(&still)),
        )
    } else if !renamed.is_empty() {
        let why = format!(
            "The code that runs now uses {} under the old name and the code of this change needs the new one: whichever comes \
             first breaks the other.",
            names(&renamed)
        );
        (Order::Split, why)
    } else if !old.is_empty() && !needed.is_empty() {
        let why = format!(
            "The code of this change needs {}, so the migrations must come first; the code that runs now uses {}, so they must \
             not.",
            names(&needed),
            names(&old)
        );
        (Order::Split, why)
    } else if !required.is_empty() {
        let why = format!(
            "The code that runs now uses {}, so the migrations must not come first; the code of this change does not, and can \
             add no row as long as {} is NOT NULL without a default, so the code must not either.",
            names(&old),
            names(&required)
        );
        (Order::Split, why)
    } else if !old.is_empty() {
        let why = format!("The code that runs now uses {}; the code of this change does not.", names(&old));
        (Order::CodeFirst, why)
    } else if !unproven.is_empty() && !needed.is_empty() {
        let why = format!(
            "The code of this change needs {}, so the migrations must come first; nothing proves that the code that runs now \
             can do without {}.",
            names(&needed),
            names(&unproven)
        );
        (Order::Split, why)
    } else if !unproven.is_empty() {
        let why = format!("Nothing proves that the code that runs now can do without {}.", names(&unproven));
        (Order::Unknown, why)
    } else if !needed.is_empty() {
        (
            Order::MigrateFirst,
            format!("The code of this change needs {}, which the migrations add.", names(&needed)),
        )
    } else {
        (
            Order::Either,
            "Neither the code that runs now nor that of this change uses what goes away.".to_owned(),
        )
    };
    DeployOrder { order, why, deploys: deploys(order, &needed, &gone, &renamed, &required) }
}

fn deploys(
    order: Order,
    needed: &[&Outcome],
    gone: &[&Outcome],
    renamed: &[&Outcome],
    required: &[&Outcome],
) -> Vec<Vec<String>> {
    let left: Vec<&Outcome> =
        gone.iter().copied().filter(|it| it.base.state != State::Clean && !is_in(it, renamed)).collect();
    let mut first = Vec::new();
    let mut last = Vec::new();
    match order {
        Order::CodeFirst => {
            first.push("the code of this change, everywhere: workers and jobs too".to_owned());
            last.push(format!("the migrations that take away {}", names(&left)));
        }
        Order::Split => {
            if !needed.is_empty() {
                first.push(format!("migrations that add {}", names(needed)));
            }
            if !required.is_empty() {
                first.push(format!("a migration that lets {} be null", names(required)));
            }
            for outcome in renamed {
                let Fate::Renamed(to) = &outcome.subject.fate else { continue };
                let (old, new) = (words::code(&outcome.subject.shown), words::code(to));
                first.push(format!("a migration that adds {new} beside {old}, kept in step with it (by a trigger, or by code that writes both)"));
                last.push(format!("a migration that drops {old}"));
            }
            first.push("the code that uses what is new, and no longer what goes away".to_owned());
            if !left.is_empty() {
                last.push(format!("migrations that take away {}", names(&left)));
            }
        }
        Order::MigrateFirst | Order::Either | Order::Broken | Order::Unknown => return Vec::new(),
    }
    [first, last].into_iter().map(|parts| parts.iter().map(|part| begin(part)).collect()).collect()
}

fn is_in(outcome: &Outcome, list: &[&Outcome]) -> bool {
    list.iter().any(|other| {
        other.subject.place == outcome.subject.place && other.subject.shown == outcome.subject.shown
    })
}

fn names(outcomes: &[&Outcome]) -> String {
    words::codes(outcomes.iter().map(|outcome| outcome.subject.shown.as_str()))
}
