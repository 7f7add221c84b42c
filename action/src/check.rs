//! `lockkeeper check`.

use std::path::{Path, PathBuf};

use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::framework;
use lockkeeper_core::policy::{FailOn, Policy};
use lockkeeper_core::report;
use lockkeeper_core::review::{Problem, Review};

use crate::cli::{self, Format};
use crate::configuration::Configuration;
use crate::workspace::{self, Gathered, Request, Scope, display_name, read_named_text};
use crate::{Console, Outcome, Trouble, mend, since, stats, text};

/// Reviews what the command line asks for and reports.
pub fn run(arguments: &cli::Check, console: Console) -> Result<Outcome, Trouble> {
    let folder = std::env::current_dir()
        .map_err(|error| Trouble::plain(format!("the current folder can't be read: {error}")))?;
    let root = workspace::root(&arguments.paths, &folder)?;
    let mut configuration = Configuration::load(&arguments.common.known, &root, console)?;
    let is_open = arguments.base.is_none() && arguments.since.is_none();
    if arguments.fix && is_open && arguments.paths.iter().any(|path| folder.join(path).is_dir()) {
        return Err(no_fix_of_all());
    }
    let pull_request = workspace::pull_request_base();
    let found = workspace::gather(&Request {
        paths: &arguments.paths,
        base: arguments.base.as_deref(),
        since: arguments.since.as_deref(),
        pull_request: pull_request.as_deref(),
        folder: &folder,
    })?;
    if arguments.fix && is_open && matches!(found.scope, Scope::Everything(_)) {
        return Err(no_fix_of_all());
    }
    let (framework, stats) = (arguments.framework.as_deref(), arguments.stats.as_deref());
    let mut gathered = gathered(found, &configuration, &arguments.common.known, framework, stats)?;
    configuration.policy.baseline = configuration.baseline()?;
    let mut policy = configuration.policy;
    if let Some(gate) = arguments.fail_on {
        policy.fail_on = gate.into();
    }
    narrow(&mut gathered, arguments.since.as_deref(), &policy, console)?;

    let mut review = if arguments.fix || arguments.diff {
        let fixed = lockkeeper_core::fix(&gathered.change, &policy);
        if arguments.fix {
            mend::write(&fixed, &gathered.root, console)?;
            fixed.review
        } else {
            console.raw(&mend::diff(&fixed, &gathered.change))?;
            fixed.before
        }
    } else {
        reviewed(&mut gathered, &policy)?
    };
    review.problems.splice(0..0, gathered.problems);
    if !review.migrations.is_empty() {
        // What belongs to no file only explains why nothing was found.
        review.problems.retain(|problem| !problem.harmless || !problem.path.is_empty());
    }
    let ignored =
        gathered.change.review.as_ref().is_some_and(|asked| {
            !asked.is_empty() && asked.iter().all(|path| policy.selection.is_ignored(path))
        });
    let scope = if ignored { Scope::Ignored } else { gathered.scope };
    let outcome = outcome(&review, gathered.named_unread, &scope, policy.fail_on);
    // A patch is the report where one is asked for.
    if arguments.diff || !matches!(arguments.format, Format::Text | Format::Markdown) {
        say_losses(&review.problems, console);
    }
    if !arguments.diff {
        console.report(&match arguments.format {
            Format::Text => text::review(&review, &console.terminal(), arguments.verbose),
            Format::Json => report::json::review(&review),
            Format::Sarif => report::sarif::review(&review),
            Format::Github => report::github::review(&review),
            Format::Gitlab => report::gitlab::review(&review),
            Format::Markdown => report::markdown::review(&review),
        })?;
    }
    if review.migrations.is_empty() && review.findings.is_empty() {
        console.say(&nothing(&arguments.paths, &scope, outcome));
    }
    Ok(outcome)
}

/// Most of what is in a folder is applied somewhere, and must stay as it is.
fn no_fix_of_all() -> Trouble {
    Trouble::new(
        "--fix does not edit all migrations of a folder: those that are applied already must not change",
        "name the files, or say which migrations are new: --base REF or --since NAME",
    )
}

/// The review; with the application's code where the change takes away what code can name.
fn reviewed(gathered: &mut Gathered, policy: &Policy) -> Result<Review, Trouble> {
    let review = lockkeeper_core::review(&gathered.change, policy);
    let Some(compared) = gathered.compared.as_ref().filter(|_| review.wants_code) else { return Ok(review) };
    gathered.change.code = Some(compared.code()?);
    Ok(lockkeeper_core::review(&gathered.change, policy))
}

/// What was gathered, with what the command line and the policy say about it.
pub(crate) fn gathered(
    mut gathered: Gathered,
    configuration: &Configuration,
    known: &cli::Known,
    framework: Option<&str>,
    stats: Option<&Path>,
) -> Result<Gathered, Trouble> {
    gathered.change.schema = schema(known, configuration)?;
    gathered.change.framework = framework.map(framework_id).transpose()?;
    gathered.change.stats = match stats {
        Some(path) => Some(stats::read(path)?),
        None => configuration.stats()?,
    };
    Ok(gathered)
}

/// The paths of all migrations, and of files that should be some.
pub(crate) fn every_migration(change: &Change, policy: &Policy) -> Vec<String> {
    let projects = policy.selection.projects(&change.head, change.framework.as_deref(), &[]);
    let migrations = projects.iter().flat_map(|project| &project.migrations).map(|it| &it.path);
    let irregular = projects.iter().flat_map(|project| &project.irregular).map(|it| &it.path);
    migrations.chain(irregular).cloned().chain(every_start(change)).collect()
}

/// The paths of files that say how migrations get run.
fn every_start(change: &Change) -> Vec<String> {
    let runs = lockkeeper_core::pipeline::read(&change.head, &change.code_after()).runs;
    let places = runs.iter().filter(|run| run.is_production()).filter_map(|run| {
        let pooler = run.pooler.as_ref().map(|pooler| pooler.location.path.clone());
        Some([run.start()?.path.clone()].into_iter().chain(pooler))
    });
    let mut paths: Vec<String> = places.flatten().collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Puts the migrations themselves under review where all of them are, or those that run after one.
fn narrow(
    gathered: &mut Gathered,
    since: Option<&str>,
    policy: &Policy,
    console: Console,
) -> Result<(), Trouble> {
    let change = &mut gathered.change;
    let named = change.framework.as_deref();
    let everything = matches!(gathered.scope, Scope::Everything(_));
    if let Some(name) = since {
        let asked = if everything { Vec::new() } else { change.review.take().unwrap_or_default() };
        let projects = policy.selection.projects(&change.head, named, &asked);
        let later = since::after(&projects, name, |path| everything || workspace::is_among(path, &asked))?;
        change.review = Some(later);
        change.one_by_one = false;
        gathered.scope = Scope::After(name.to_owned());
    } else if let Scope::Everything(why) = gathered.scope {
        console.say(&format!("note: {why}: every migration is reviewed"));
        change.review = Some(every_migration(change, policy));
    }
    Ok(())
}

/// The id of the migration tool that somebody names.
pub(crate) fn framework_id(name: &str) -> Result<String, Trouble> {
    framework::tool(name).map(|tool| tool.id.to_owned()).ok_or_else(|| {
        let known: Vec<&str> = framework::tools().iter().map(|tool| tool.id).collect();
        Trouble::new(
            format!("there is no migration tool {name} here"),
            format!("known are {}", known.join(", ")),
        )
    })
}

/// How a review ends. What was not reviewed is not passed: a loss counts as an error.
fn outcome(review: &Review, named_unread: bool, scope: &Scope, gate: FailOn) -> Outcome {
    let lost = review.problems.iter().any(|problem| !problem.harmless);
    let unchanged = matches!(scope, Scope::ChangedSince(_) | Scope::After(_) | Scope::Ignored) && !lost;
    let nothing = review.migrations.is_empty() && review.findings.is_empty() && !unchanged
        || review.statements == 0 && lost;
    if named_unread || nothing {
        return Outcome::Unable;
    }
    let mut open = review.findings.iter().filter(|finding| finding.suppressed.is_none());
    if open.any(|finding| gate.fails(finding.severity)) || lost && gate != FailOn::Never {
        return Outcome::Findings;
    }
    Outcome::Pass
}

/// That no migration was reviewed, and why.
fn nothing(paths: &[PathBuf], scope: &Scope, outcome: Outcome) -> Trouble {
    let advice = "name the files, or the migration tool with --framework";
    match scope {
        Scope::ChangedSince(base) if outcome == Outcome::Pass => Trouble::note(
            format!("no migration changed since the merge base with {base}"),
            "to review every migration, name its folder: lockkeeper check db/migrations",
        ),
        Scope::ChangedSince(base) => Trouble::plain(format!(
            "no migration that changed since the merge base with {base} could be read"
        )),
        Scope::After(name) => Trouble::note(
            format!("no migration runs after {name}"),
            "name the last migration that production has",
        ),
        Scope::Everything(_) => Trouble::new("no migration was found here", advice),
        Scope::Ignored => Trouble::note(
            "all that is named is ignored by the policy",
            "take it out of `ignore` to have it reviewed",
        ),
        Scope::Named => {
            let names: Vec<_> = paths.iter().map(|path| display_name(path)).collect();
            Trouble::new(format!("no migration was found in {}", names.join(", ")), advice)
        }
    }
}

/// The schema files that somebody names, or else those of the policy. Without one of them everything after would be
/// judged wrongly.
pub(crate) fn schema(known: &cli::Known, configuration: &Configuration) -> Result<Vec<SourceFile>, Trouble> {
    if known.schema.is_empty() {
        return configuration.schema();
    }
    known.schema.iter().map(|path| schema_file(path)).collect()
}

fn schema_file(path: &Path) -> Result<SourceFile, Trouble> {
    let name = display_name(path);
    let bytes = read_named_text(path).map_err(|fault| {
        Trouble::new(
            format!("{name}: {}", fault.reason),
            "--schema takes SQL, as pg_dump --schema-only writes it",
        )
    })?;
    Ok(SourceFile::new(name, bytes))
}

/// Tells people what a report for programs holds too: what was not reviewed.
pub(crate) fn say_losses(problems: &[Problem], console: Console) {
    for problem in problems.iter().filter(|problem| !problem.harmless) {
        let place = if problem.path.is_empty() { String::new() } else { format!("{}: ", problem.path) };
        console.say(&format!("error: {place}{}", problem.message));
    }
}
