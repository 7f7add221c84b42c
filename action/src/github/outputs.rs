//! What a run leaves on the runner: the step's summary, annotations, the SARIF file, outputs. None of it needs a
//! permission, so that it comes first.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use lockkeeper_core::report::{github, markdown, sarif};
use lockkeeper_core::review::Review;

use super::settings::Settings;
use crate::{Console, Outcome, Trouble};

/// GitHub takes a megabyte of a step; over it, nothing.
const MAX_SUMMARY: usize = 900 * 1024;

/// Writes the summary and the SARIF file, prints the annotations, and sets the outputs. What the SARIF file holds comes
/// back.
pub(super) fn write(
    settings: &Settings,
    review: &Review,
    outcome: Outcome,
    console: Console,
) -> Result<String, Trouble> {
    let summary = markdown::review(review);
    append(
        settings.summary.as_deref(),
        "the step's summary",
        summary.get(..MAX_SUMMARY).unwrap_or(&summary),
    )?;
    let found = sarif::review(review);
    fs::write(&settings.sarif, &found).map_err(|error| unwritten("the SARIF file", &error))?;
    console.report(&github::review(review))?;
    outputs(settings, review, outcome)?;
    Ok(found)
}

/// What later steps can ask for. Nothing of the repository is in it but the SARIF file's path, which is the runner's.
fn outputs(settings: &Settings, review: &Review, outcome: Outcome) -> Result<(), Trouble> {
    let open = review.findings.iter().filter(|finding| finding.suppressed.is_none()).count();
    let sarif = settings.sarif.to_string_lossy();
    let text = output("findings", &open.to_string())
        + &output("verdict", verdict(outcome))
        + &output("sarif", &sarif);
    append(settings.outputs.as_deref(), "the step's outputs", &text)
}

/// The verdict where nothing could be established.
pub(super) fn unable(settings: &Settings) -> Result<(), Trouble> {
    append(settings.outputs.as_deref(), "the step's outputs", &output("verdict", verdict(Outcome::Unable)))
}

fn verdict(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Findings => "fail",
        Outcome::Unable => "unable",
    }
}

/// An output between two lines that nobody can guess, so that no value ends early and sets another.
fn output(name: &str, value: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos());
    let end = format!("lockkeeper-{now:x}-{:x}", std::process::id());
    format!("{name}<<{end}\n{value}\n{end}\n")
}

/// A notice in the run's log and on its page.
pub(super) fn notice(console: Console, words: &str) -> Result<(), Trouble> {
    let escaped = words.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    console.report(&format!("::notice title=Lockkeeper::{escaped}\n"))
}

fn append(path: Option<&Path>, what: &str, text: &str) -> Result<(), Trouble> {
    let Some(path) = path else { return Ok(()) };
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| unwritten(what, &error))
}

fn unwritten(what: &str, error: &io::Error) -> Trouble {
    Trouble::plain(format!("{what} can't be written: {error}"))
}
