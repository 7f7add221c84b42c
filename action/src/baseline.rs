//! `lockkeeper baseline`.

use std::fs;

use lockkeeper_core::baseline::Baseline;
use lockkeeper_core::report::words::counted;

use crate::check::{gathered, say_losses};
use crate::cli;
use crate::configuration::Configuration;
use crate::workspace::{self, display_name};
use crate::{Console, Outcome, Trouble};

/// Writes down the findings that there are, so that only new ones count from now on.
pub fn run(arguments: &cli::Baseline, console: Console) -> Result<Outcome, Trouble> {
    let folder = std::env::current_dir()
        .map_err(|error| Trouble::plain(format!("the current folder can't be read: {error}")))?;
    let root = workspace::root(&arguments.paths, &folder)?;
    let configuration = Configuration::load(&arguments.known, &root, console)?;
    let found = if arguments.paths.is_empty() {
        workspace::all(&folder)?
    } else {
        workspace::gather(&workspace::Request {
            paths: &arguments.paths,
            base: None,
            since: None,
            pull_request: None,
            folder: &folder,
        })?
    };
    let framework = arguments.framework.as_deref();
    let stats = arguments.stats.as_deref();
    let found = gathered(found, &configuration, &arguments.known, framework, stats)?;
    let mut change = found.change;
    if matches!(found.scope, workspace::Scope::Everything(_)) {
        change.review = Some(crate::check::every_migration(&change, &configuration.policy));
    }
    let mut review = lockkeeper_core::review(&change, &configuration.policy);
    review.problems.splice(0..0, found.problems);
    say_losses(&review.problems, console);
    if review.migrations.is_empty() || found.named_unread {
        return Err(Trouble::plain("no migration was reviewed, so no baseline is written"));
    }

    let name = configuration.baseline_path().to_owned();
    let path = arguments.output.clone().unwrap_or_else(|| configuration.place(&name));
    // Of other folders than the named ones nothing is known now: what is written down of them stays.
    let before = if arguments.paths.is_empty() { None } else { configuration.baseline()? };
    let baseline = Baseline::of(&review, &name).keeping(before, &review);
    let shown = arguments.output.as_deref().map_or(name, display_name);
    fs::write(&path, baseline.write())
        .map_err(|error| Trouble::plain(format!("{shown} can't be written: {error}")))?;
    let count = counted(baseline.entries.len(), "finding", "findings");
    console.say(&Trouble::note(
        format!("{count} written to {shown}: they don't count from now on"),
        "commit it; run lockkeeper baseline again when they are gone",
    ));
    Ok(Outcome::Pass)
}
