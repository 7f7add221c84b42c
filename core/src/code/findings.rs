//! What the code says, told in the findings about what goes away.

use super::evidence::Reference;
use super::subject::{Fate, Kind};
use super::verdict::{Outcome, State, TreeVerdict};
use crate::review::Finding;
use crate::rules::words;

/// How many places a finding shows of one tree.
const SHOWN: usize = 3;

/// Rules that say that a name in use goes away: proof that nobody uses it leaves nothing to say.
const GONE: &[&str] = &[
    "drop-column",
    "drop-function",
    "drop-table",
    "drop-type",
    "drop-view",
    "rename-column",
    "rename-enum-value",
    "rename-table",
    "rename-type",
];

/// Rules that say what the code that uses something runs into; the code does not decide whether it hurts.
const TIGHTENED: &[&str] = &["column-type-change", "drop-constraint", "set-not-null"];

/// Adds to each finding what the code says of what it is about.
pub(crate) fn tell(findings: &mut [Finding], outcomes: &[Outcome]) {
    for finding in findings {
        let Some(outcome) = outcomes.iter().find(|outcome| is_about(finding, outcome)) else { continue };
        let gone = GONE.contains(&finding.rule);
        let shows = |reference: &&Reference| gone || !reference.declared;
        let base = places("The code that runs now uses it", &outcome.base, shows);
        let head = places("The code of this change uses it", &outcome.head, shows);
        if gone {
            judge(finding, outcome);
        }
        let (first, then) = if outcome.head.state == State::Used { (head, base) } else { (base, head) };
        let shown: Vec<String> = first.into_iter().chain(then).collect();
        finding.leading = shown.len().min(SHOWN);
        finding.evidence.splice(0..0, shown);
        if gone {
            finding.evidence.extend(unproven(outcome));
        }
    }
}

/// Takes findings away that the code proves to be about nothing.
pub(crate) fn silence(findings: &mut Vec<Finding>, outcomes: &[Outcome]) {
    findings.retain(|finding| {
        !GONE.contains(&finding.rule)
            || !outcomes.iter().any(|outcome| is_about(finding, outcome) && outcome.is_proven())
    });
}

fn is_about(finding: &Finding, outcome: &Outcome) -> bool {
    let known = GONE.contains(&finding.rule) || TIGHTENED.contains(&finding.rule);
    let place = &outcome.subject.place;
    let named = outcome.subject.kind != Kind::Label
        || finding.message.what.contains(&words::code(&outcome.subject.part));
    known && finding.location == *place && named
}

/// Who breaks, first; then the order that helps.
fn judge(finding: &mut Finding, outcome: &Outcome) {
    let subject = &outcome.subject;
    let name = words::code(&subject.shown);
    let doing = match &subject.fate {
        Fate::Renamed(to) => format!("Renaming {name} to {}", words::code(to)),
        _ => format!("Dropping {name}"),
    };
    let renamed = matches!(subject.fate, Fate::Renamed(_));
    let (old, new) = (outcome.base.state, outcome.head.state);
    if new == State::Used {
        finding.message.what = format!("{doing} breaks the code of this change, which still uses it.");
        finding.message.instead = format!(
            "Take {name} out of the code first; then deploy that, and change the schema in a later deploy."
        );
    } else if old >= State::Likely {
        let looks = if old == State::Used { "uses it" } else { "looks as if it uses it" };
        let head = if new >= State::Maybe {
            "That of this change may use it too."
        } else {
            "That of this change does not."
        };
        finding.message.what = format!("{doing} breaks the code that runs now, which {looks}. {head}");
        if !renamed {
            let first = if outcome.is_left_out() {
                format!(
                    "Let {name} be null first, so that code without it can add rows. Deploy the code of this change then"
                )
            } else {
                "Deploy the code of this change first".to_owned()
            };
            finding.message.instead = format!(
                "{first}, without this statement; drop {name} in a later deploy, when nothing that uses it runs any more."
            );
        }
    }
}

fn places<'a>(what: &str, verdict: &'a TreeVerdict, shows: impl Fn(&&'a Reference) -> bool) -> Vec<String> {
    // Beside what is sure, a name that stands alone says nothing more.
    let sure = verdict.state >= State::Likely;
    let says = |it: &&Reference| !sure || it.strength > super::Strength::Weak;
    let shown: Vec<&Reference> = verdict.references.iter().filter(says).filter(shows).collect();
    let mut lines: Vec<String> = shown
        .iter()
        .take(SHOWN)
        .map(|reference| {
            let place = words::code(&format!("{}:{}", reference.path, reference.line));
            let (text, why) = (words::code(&reference.text), &reference.why);
            let sure = match reference.strength {
                super::Strength::Strong => what.to_owned(),
                super::Strength::Medium => what.replace(" uses it", " looks as if it uses it"),
                super::Strength::Weak => what.replace(" uses it", " may use it"),
            };
            format!("{sure}: {place} {text} ({why}).")
        })
        .collect();
    let more = shown.len().saturating_sub(SHOWN);
    if more > 0 {
        let places = crate::report::words::counted(more, "more place", "more places");
        lines.push(format!("{what}: {places}."));
    }
    lines
}

/// Why silence is not earned, where nothing was found.
fn unproven(outcome: &Outcome) -> Option<String> {
    let verdict = &outcome.base;
    (verdict.state < State::Likely && verdict.state != State::Clean)
        .then(|| format!("Nothing proves that the code that runs now does not use it. {}", verdict.why))
}
