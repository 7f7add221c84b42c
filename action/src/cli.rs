//! The command line.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};
use lockkeeper_core::policy::FailOn;
use lockkeeper_core::postgres::Version;

/// Reviews PostgreSQL migrations: what they lock, scan and rewrite on a live database, and what to do instead.
#[derive(Debug, Parser)]
#[command(
    name = "lockkeeper",
    version,
    after_help = EXAMPLES,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

const EXAMPLES: &str = "\
Examples:
  lockkeeper check                          what this branch changes, against its base
  lockkeeper check db/migrations            every migration of a folder
  lockkeeper explain set-not-null           what a rule finds, why, what to do instead
  lockkeeper locks migration.sql            what each statement locks
  pg_dump -s shop > schema.sql
  lockkeeper locks --schema schema.sql new.sql

Exit codes: 0 nothing at or above the gate, 1 findings, 2 nothing could be established.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review migrations: findings, lock timeline, checklist
    Check(Check),
    /// Write down today's findings, so that only new ones count
    Baseline(Baseline),
    /// Show what each statement locks, scans and rewrites, without judgement
    Locks(Locks),
    /// Show a rule's page; without a rule, all rules
    Explain(Explain),
    /// Inside GitHub Actions: review the event's change, comment on the pull request, set the verdict
    Review(Review),
    /// Look at the repository; write lockkeeper.yml and the workflow
    Init(Init),
    /// What the project's own tests look at
    #[cfg(feature = "internals")]
    #[command(hide = true)]
    Debug(crate::debug::Arguments),
}

/// `lockkeeper check`.
#[derive(Debug, Args)]
#[command(
    long_about = "Reviews migrations and says which of them hurt a live database, why, and what to do instead.\n\n\
        Without PATH, in a git repository: the migrations that the working tree changes against the base. Without \
        PATH, elsewhere: every migration under the current folder.\n\
        A file as PATH: that migration; earlier ones of its project are replayed before it. \
        A folder as PATH: every migration in it, each judged as a change of its own; with --base only those that \
        changed, with --since only those after the one named.",
    after_help = CHECK_EXAMPLES
)]
pub struct Check {
    /// Files or folders to review; - reads SQL from stdin
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub common: Common,

    /// Review what changed since the merge base with this branch, tag or commit [default: the pull request's base
    /// in GitHub Actions, else origin's default branch, else main or master]
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,

    /// Review only migrations that run after this one (its name, file or folder), as one change
    #[arg(long, value_name = "NAME", conflicts_with = "base")]
    pub since: Option<String>,

    /// The migration tool, where it is not recognised by its files (prisma, drizzle, flyway, …)
    #[arg(long, value_name = "NAME")]
    pub framework: Option<String>,

    /// Table sizes of production, as JSON
    #[arg(long, value_name = "FILE")]
    pub stats: Option<PathBuf>,

    /// The report's format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Everything that is known: why, what backs it, every transaction
    #[arg(long, short)]
    pub verbose: bool,

    /// Write the fixes into the files that are named, or into migrations that are new (in a folder with --base or
    /// --since); the report is of what remains
    #[arg(long, conflicts_with = "diff")]
    pub fix: bool,

    /// Print what --fix would change, as a patch for git apply; write nothing
    #[arg(long)]
    pub diff: bool,

    /// Exit with 1 from this severity up [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<Gate>,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  lockkeeper check
  lockkeeper check --base origin/release --pg 15
  lockkeeper check prisma/migrations/20260801120000_add_index/migration.sql
  lockkeeper check db/migrations --since 20260714_orders --fail-on warning
  lockkeeper check --schema structure.sql - < change.sql
  lockkeeper check --diff | git apply
  lockkeeper check --format json | jq '.findings[].rule'";

/// `lockkeeper init`.
#[derive(Debug, Args)]
#[command(
    long_about = "Finds the migrations of the repository, PostgreSQL's version and how migrations get run, says where \
    that stands, and writes lockkeeper.yml and .github/workflows/lockkeeper.yml (for GitLab it prints the job).\n\n\
    Files that are there are left as they are."
)]
pub struct Init {
    /// Print what would be written; write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Write files anew that are there already
    #[arg(long)]
    pub force: bool,
}

/// `lockkeeper baseline`.
#[derive(Debug, Args)]
#[command(
    long_about = "Reviews every migration and writes its findings down. They don't count in later reviews: check \
        lists them as suppressed, and fails for new ones only.\n\n\
        With PATH only the migrations there are reviewed; what is written down of others stays.",
    after_help = BASELINE_EXAMPLES
)]
pub struct Baseline {
    /// Files or folders to review [default: every migration of the repository]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub known: Known,

    /// The migration tool, where it is not recognised by its files (prisma, drizzle, flyway, …)
    #[arg(long, value_name = "NAME")]
    pub framework: Option<String>,

    /// Table sizes of production, as JSON
    #[arg(long, value_name = "FILE")]
    pub stats: Option<PathBuf>,

    /// Write to this file [default: what lockkeeper.yml says, or lockkeeper-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

const BASELINE_EXAMPLES: &str = "\
Examples:
  lockkeeper baseline
  lockkeeper baseline apps/api/prisma/migrations";

/// `lockkeeper locks`.
#[derive(Debug, Args)]
#[command(after_help = LOCKS_EXAMPLES)]
pub struct Locks {
    /// SQL files, in the order they run; - reads SQL from stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub common: Common,

    /// The report's format
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

const LOCKS_EXAMPLES: &str = "\
Examples:
  lockkeeper locks migration.sql
  lockkeeper locks --pg 13 --schema schema.sql one.sql two.sql
  echo 'alter table users alter email set not null' | lockkeeper locks -";

/// What the commands that report share.
#[derive(Debug, Args)]
pub struct Common {
    #[command(flatten)]
    pub known: Known,
}

/// What is known of production.
#[derive(Debug, Args)]
pub struct Known {
    /// The policy [default: lockkeeper.yml at the root of the repository]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// PostgreSQL's major version in production, 13 to 18 [default: 17]
    #[arg(long, value_name = "N", value_parser = version)]
    pub pg: Option<Version>,

    /// SQL of the schema before the migrations; may be given several times, applied in order
    #[arg(long, value_name = "FILE")]
    pub schema: Vec<PathBuf>,
}

/// Formats of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, in a terminal
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for GitHub's code scanning and editors
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// For a comment or a page
    Markdown,
}

/// Formats of what is no review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Formats of a rule's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people, in a terminal
    Text,
    /// For programs
    Json,
    /// For a page
    Markdown,
}

/// `lockkeeper explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub struct Explain {
    /// The rule's id, or the id of another tool's rule for the same danger
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,

    /// How it is written
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub format: PageFormat,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  lockkeeper explain
  lockkeeper explain set-not-null
  lockkeeper explain squawk:require-concurrent-index-creation
  lockkeeper explain strong_migrations:add_index";

/// `lockkeeper review`.
#[derive(Debug, Args)]
#[command(
    long_about = "Reviews what the event of a GitHub workflow is about: a pull request, a merge group, a push.\n\n\
        It needs no checkout: files come from GitHub's API and are never run. It comments on the pull request as far \
        as the token may, and always writes annotations, the step's summary, a SARIF file and the step's outputs."
)]
pub struct Review {
    /// PostgreSQL's major version in production, 13 to 18 [default: 17]
    #[arg(long, value_name = "N", value_parser = version)]
    pub pg: Option<Version>,

    /// SQL of the schema before the migrations: a file of the repository, read from the base commit; may be given
    /// several times, applied in order
    #[arg(long, value_name = "PATH")]
    pub schema: Vec<String>,

    /// The migration tool, where it is not recognised by its files (prisma, drizzle, flyway, …)
    #[arg(long, value_name = "NAME")]
    pub framework: Option<String>,

    /// Table sizes of production, as JSON
    #[arg(long, value_name = "FILE")]
    pub stats: Option<PathBuf>,

    /// Exit with 1 from this severity up [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<Gate>,

    /// What to post on the pull request
    #[arg(long, value_enum, default_value_t = Comments::Full)]
    pub comments: Comments,

    /// Where the SARIF file goes [default: lockkeeper.sarif in the runner's temporary folder]
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,

    /// Upload the SARIF file to code scanning, which needs `security-events: write`
    #[arg(long)]
    pub code_scanning: bool,

    /// Set the commit status `lockkeeper/verdict`, which needs `statuses: write`
    #[arg(long)]
    pub status: bool,

    /// Milliseconds between two writes, which other pauses are multiples of
    #[arg(long, hide = true, default_value_t = 1000)]
    pub pace: u64,
}

/// What is posted on a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Comments {
    /// Comments at the statements, and a summary
    Full,
    /// A summary only
    Summary,
    /// Nothing
    Off,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR or CLICOLOR=0 is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> ColorChoice {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// From which severity a review fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Gate {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Nothing
    Never,
}

impl From<Gate> for FailOn {
    fn from(gate: Gate) -> FailOn {
        match gate {
            Gate::Error => FailOn::Error,
            Gate::Warning => FailOn::Warning,
            Gate::Never => FailOn::Never,
        }
    }
}

pub(crate) fn version(written: &str) -> Result<Version, String> {
    written.parse().ok().and_then(Version::new).ok_or_else(|| {
        let (oldest, newest) = (Version::OLDEST, Version::NEWEST);
        format!("give PostgreSQL's major version, {oldest} to {newest} (for 15.4 that is 15)")
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }
}
