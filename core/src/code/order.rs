//! In which order a change has to be deployed: migrations first, code first, either, or several deploys.

use super::subject::Fate;
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

/// What decides the order, by what it asks for.
struct Reasons<'a> {
    /// Goes away, and the code of the change still uses it.
    still: Vec<&'a Outcome>,
    /// Is called otherwise, and the code that runs now uses it.
    renamed: Vec<&'a Outcome>,
    /// Goes away, and the code that runs now uses it.
    old: Vec<&'a Outcome>,
    /// Of these, what code that does not give it can't do without as long as it is there.
    required: Vec<&'a Outcome>,
    /// Takes less than before, and code gives it something.
    tightened: Vec<&'a Outcome>,
    /// Is new, and the code of the change needs it.
    needed: Vec<&'a Outcome>,
    /// May be one of these: nothing proves that it is not.
    unproven: Vec<&'a Outcome>,
}

impl<'a> Reasons<'a> {
    fn new(gone: &'a [Outcome], added: &'a [Outcome]) -> Self {
        let of = |is: &dyn Fn(&Outcome) -> bool| gone.iter().filter(|it| is(it)).collect::<Vec<_>>();
        let old = |it: &Outcome| it.subject.is_gone() && it.breaks_old();
        Reasons {
            still: of(&|it| it.subject.is_gone() && it.head.state == State::Used),
            renamed: of(&|it| old(it) && matches!(it.subject.fate, Fate::Renamed(_))),
            old: of(&old),
            required: of(&|it| old(it) && it.is_left_out()),
            tightened: of(&|it| it.subject.is_tightened() && it.is_used()),
            needed: added
                .iter()
                .filter(|it| it.head.state >= State::Likely && it.base.state < State::Used)
                .collect(),
            unproven: of(&|it| match it.subject.fate {
                _ if it.subject.is_gone() => !it.breaks_old() && it.base.state != State::Clean,
                // Code that leaves out what nobody else fills in adds no row any more.
                Fate::Required => !it.is_used() && (it.subject.required || it.may_be_used()),
                Fate::Narrowed => !it.is_used() && it.may_be_used(),
                Fate::Retyped => it.may_be_used(),
                _ => false,
            }),
        }
    }

    fn order(&self) -> (Order, String) {
        let Reasons { still, renamed, old, required, tightened, needed, unproven } = self;
        let last = if old.is_empty() { tightened } else { old };
        if !still.is_empty() {
            let why =
                format!("The code of this change still uses {}, which the change takes away.", names(still));
            (Order::Broken, why)
        } else if !renamed.is_empty() {
            let why = format!(
                "The code that runs now uses {} under the old name and the code of this change needs the new one: whichever \
                 comes first breaks the other.",
                names(renamed)
            );
            (Order::Split, why)
        } else if !last.is_empty() && !needed.is_empty() {
            let why = format!(
                "The code of this change needs {}, so the migrations must come first; {}, so they must not.",
                names(needed),
                self.late()
            );
            (Order::Split, why)
        } else if !required.is_empty() {
            let why = format!(
                "The code that runs now uses {}, so the migrations must not come first; the code of this change does not, and \
                 can add no row as long as {} is NOT NULL without a default, so the code must not either.",
                names(old),
                names(required)
            );
            (Order::Split, why)
        } else if !old.is_empty() {
            let why =
                format!("The code that runs now uses {}; the code of this change does not.", names(old));
            (Order::CodeFirst, why)
        } else if !tightened.is_empty() {
            (Order::CodeFirst, format!("{}.", begin(&self.late())))
        } else if !unproven.is_empty() && !needed.is_empty() {
            let needs = format!("The code of this change needs {}", names(needed));
            if unproven.iter().any(|it| it.subject.is_gone()) {
                (Order::Split, format!("{needs}, so the migrations must come first; {}.", self.doubt()))
            } else {
                (Order::MigrateFirst, format!("{needs}, which the migrations add. {}.", begin(&self.doubt())))
            }
        } else if !unproven.is_empty() {
            (Order::Unknown, format!("{}.", begin(&self.doubt())))
        } else if !needed.is_empty() {
            let why = format!("The code of this change needs {}, which the migrations add.", names(needed));
            (Order::MigrateFirst, why)
        } else {
            let why =
                "Neither the code that runs now nor that of this change uses what goes away or changes.";
            (Order::Either, why.to_owned())
        }
    }

    /// Why the migrations must not come before the code.
    fn late(&self) -> String {
        if !self.old.is_empty() {
            return format!("the code that runs now uses {}", names(&self.old));
        }
        let null: Vec<&Outcome> = with(&self.tightened, &Fate::Required);
        let (list, less) =
            if null.is_empty() { (&self.tightened, "fewer values") } else { (&null, "no NULL") };
        let doubt = if list.iter().any(|it| it.breaks_old()) {
            "nothing proves that the code that runs now gives none"
        } else {
            "only the code of this change is seen to give it a value"
        };
        format!("{} {less} once the migrations have run, and {doubt}", takes(list))
    }

    /// What nothing proves of the code that runs now.
    fn doubt(&self) -> String {
        let (gone, stays): (Vec<&Outcome>, Vec<&Outcome>) =
            self.unproven.iter().copied().partition(|it| it.subject.is_gone());
        let retyped = with(&stays, &Fate::Retyped);
        let asked = if !gone.is_empty() {
            format!("can do without {}", names(&gone))
        } else if !retyped.is_empty() {
            format!("goes on with another type of {}", names(&retyped))
        } else {
            format!("always gives {} a value that fits", names(&stays))
        };
        format!("nothing proves that the code that runs now {asked}")
    }
}

/// The order that follows from what code makes of what goes away or is tightened, and of what is added.
pub(crate) fn order(gone: &[Outcome], added: &[Outcome]) -> DeployOrder {
    let reasons = Reasons::new(gone, added);
    let (order, why) = reasons.order();
    DeployOrder { order, why, deploys: deploys(order, &reasons, gone) }
}

fn deploys(order: Order, reasons: &Reasons<'_>, gone: &[Outcome]) -> Vec<Vec<String>> {
    let Reasons { renamed, required, tightened, needed, .. } = reasons;
    let left: Vec<&Outcome> = gone
        .iter()
        .filter(|it| it.subject.is_gone() && it.base.state != State::Clean && !is_in(it, renamed))
        .collect();
    let mut first = Vec::new();
    let mut last = Vec::new();
    match order {
        Order::CodeFirst => {
            first.push("the code of this change, everywhere: workers and jobs too".to_owned());
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
        }
        Order::MigrateFirst | Order::Either | Order::Broken | Order::Unknown => return Vec::new(),
    }
    if !left.is_empty() {
        last.push(format!("the migrations that take away {}", names(&left)));
    }
    if !tightened.is_empty() {
        last.push(format!("the migrations after which {} less", takes(tightened)));
    }
    [first, last].into_iter().map(|parts| parts.iter().map(|part| begin(part)).collect()).collect()
}

fn takes(outcomes: &[&Outcome]) -> String {
    format!("{} {}", names(outcomes), if outcomes.len() == 1 { "takes" } else { "take" })
}

fn with<'a>(outcomes: &[&'a Outcome], fate: &Fate) -> Vec<&'a Outcome> {
    outcomes.iter().copied().filter(|it| it.subject.fate == *fate).collect()
}

fn is_in(outcome: &Outcome, list: &[&Outcome]) -> bool {
    list.iter().any(|other| {
        other.subject.place == outcome.subject.place && other.subject.shown == outcome.subject.shown
    })
}

fn names(outcomes: &[&Outcome]) -> String {
    words::codes(outcomes.iter().map(|outcome| outcome.subject.shown.as_str()))
}
