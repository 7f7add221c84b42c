//! The policy and what it names, as the base has them: a change can't switch off its own review.

use lockkeeper_core::baseline::{self, Baseline};
use lockkeeper_core::change::{SourceFile, Stats};
use lockkeeper_core::policy::{self, FILE_NAME, Policy};
use lockkeeper_core::report::words::counted;
use lockkeeper_core::review::Problem;

use super::change::{Found, Sources};
use super::failure::Failure;
use super::unknown;
use crate::workspace::is_interesting;
use crate::{Console, Trouble, cli, configuration, stats, text};

/// Whether a file may matter: to migrations, or as our own configuration.
pub(super) fn is_wanted(path: &str) -> bool {
    is_interesting(path) || path == FILE_NAME || path == baseline::FILE_NAME
}

/// What the base and the command line say.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    pub policy: Policy,
    pub schema: Vec<SourceFile>,
    pub stats: Option<Stats>,
    /// What is to be said of a change to the policy.
    pub problems: Vec<Problem>,
}

/// Reads it. What the command line says wins.
pub(super) async fn read(
    arguments: &cli::Review,
    sources: &Sources<'_>,
    found: &Found,
    console: Console,
) -> Result<Configuration, Trouble> {
    let mut read = Configuration::default();
    let side = |files: &[SourceFile]| files.iter().find(|file| file.path == FILE_NAME).cloned();
    let (base, head) = (side(&found.change.base), side(&found.change.head));
    let changed = base.as_ref().map(|file| &file.bytes) != head.as_ref().map(|file| &file.bytes);
    if changed {
        read.problems = change_of_policy(head.as_ref());
    }
    if let Some(file) = &base {
        match policy::read(&file.bytes) {
            Ok(policy) => read.policy = policy,
            // Whoever repairs it must be able to.
            Err(_) if changed => {}
            Err(faults) => {
                console.draw(&text::faults(file, &faults, &console.terminal()));
                let count = counted(faults.len(), "fault", "faults");
                return Err(Trouble::new(
                    format!("{FILE_NAME} of the base has {count}: nothing was looked at"),
                    "docs/policy.md has every key with an example",
                ));
            }
        }
    }
    read.policy.today = configuration::today();
    if let Some(version) = arguments.pg {
        read.policy.version = version;
    }
    if let Some(gate) = arguments.fail_on {
        read.policy.fail_on = gate.into();
    }
    // Without a migration nothing of the base was read, and nothing is judged.
    if found.change.head.is_empty() && found.change.base.is_empty() {
        return Ok(read);
    }
    named(arguments, sources, found, &mut read).await?;
    Ok(read)
}

/// The files that the policy or the command line names.
async fn named(
    arguments: &cli::Review,
    sources: &Sources<'_>,
    found: &Found,
    read: &mut Configuration,
) -> Result<(), Trouble> {
    let files = read.policy.files.clone();
    let asked = |read: Result<Option<Vec<u8>>, Failure>| read.map_err(|failure| unknown(&failure));
    let missing = |path: &str| {
        Trouble::new(
            format!("{path} is not in the base ({})", super::publish::short(&found.base)),
            "files are named by their path from the root of the repository, and read from the base commit",
        )
    };
    let schema = if arguments.schema.is_empty() { &files.schema } else { &arguments.schema };
    for path in schema {
        let content = asked(sources.file(found, path).await)?.ok_or_else(|| missing(path))?;
        read.schema.push(SourceFile::new(path.as_str(), content));
    }
    if let Some(path) = &arguments.stats {
        read.stats = Some(stats::read(path)?);
    } else if let Some(path) = &files.stats {
        let content = asked(sources.file(found, path).await)?.ok_or_else(|| missing(path))?;
        read.stats = Some(stats::parsed(path, &content)?);
    }
    let path = files.baseline.as_deref().unwrap_or(baseline::FILE_NAME);
    match asked(sources.file(found, path).await)? {
        Some(content) => {
            read.policy.baseline = Some(Baseline::read(path, &content).map_err(|reason| {
                Trouble::new(
                    format!("{path} is no baseline: {reason}"),
                    "write it anew with lockkeeper baseline",
                )
            })?);
        }
        None if files.baseline.is_some() => return Err(missing(path)),
        None => {}
    }
    Ok(())
}

/// A change to the policy is told, and one that can't be read is a loss.
fn change_of_policy(head: Option<&SourceFile>) -> Vec<Problem> {
    let problem =
        |span, message: String, harmless| Problem { path: FILE_NAME.to_owned(), span, message, harmless };
    let faults = head.map_or(Vec::new(), |file| policy::read(&file.bytes).err().unwrap_or_default());
    if faults.is_empty() {
        let message = "This change edits the policy. It is reviewed with the policy of its base; the new one counts \
                       once it is merged.";
        return vec![problem(None, message.to_owned(), true)];
    }
    faults.into_iter().map(|fault| problem(Some(fault.span), fault.message, false)).collect()
}
