//! A change that takes away from the schema what the code that runs until then uses.

use super::{Check, Code, Draft, Repeat, Rule, words};
use crate::code::{Kind, Order, Outcome, State};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "expand-and-contract",
    summary: "Code and schema stop using something in the same deploy",
    severity: Severity::Warning,
    page: page!("expand-and-contract.md"),
    lineage: &[],
    repeat: Repeat::OncePerFile,
    check: Check::Code(check),
};

fn check(code: &Code<'_>, drafts: &mut Vec<Draft>) {
    let review = code.review;
    for outcome in review.outcomes.iter().filter(|outcome| goes_with_its_model(outcome)) {
        let name = words::code(&outcome.subject.shown);
        let split = review.order.order == Order::Split;
        let what = if split {
            format!(
                "This change needs its migrations before its code and after it: {name} goes in the same deploy."
            )
        } else {
            format!("{name} goes from the code and from the database in the same deploy.")
        };
        let why = format!(
            "A deploy is no moment: the code that runs before it still uses {name} when the migration has run, and so do \
             workers, jobs and open pages after it."
        );
        let instead = match review.order.deploys.len() {
            0 | 1 => "Make two changes of it: the code first, and the migration when that runs everywhere."
                .to_owned(),
            _ => {
                let deploys = review.order.deploys.iter().zip(1..);
                let parts: Vec<String> = deploys
                    .map(|(parts, number)| format!("Deploy {number}: {}.", parts.join("; then ")))
                    .collect();
                parts.join(" ")
            }
        };
        let place = &outcome.subject.place;
        let mut draft = Draft::new(place.span, what, why, instead).also(&outcome.subject.relation);
        draft.path = Some(place.path.clone());
        if let Some(reference) = outcome.base.references.first() {
            let at = words::code(&format!("{}:{}", reference.path, reference.line));
            draft = draft.because(format!("The code that runs now uses it at {at}."));
        }
        drafts.push(draft);
    }
}

fn goes_with_its_model(outcome: &Outcome) -> bool {
    matches!(outcome.subject.kind, Kind::Column | Kind::Table)
        && outcome.subject.is_gone()
        && outcome.base.state == State::Used
        && outcome.head.state < State::Used
}
