//! `lockkeeper debug findings`: what is found in whole histories of projects, counted and sampled for reading. Few
//! and true beats many: this is how to see both.

mod sample;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use lockkeeper_core::change::Policy;
use lockkeeper_core::postgres::Version;
use lockkeeper_core::report::{Places, Statements};
use lockkeeper_core::review::{Location, Message, Severity};

use crate::Trouble;
use crate::workspace::{self, Request, display_name};

/// The arguments of `lockkeeper debug findings`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A folder of projects
    folder: PathBuf,
    /// Only these projects; may be repeated
    #[arg(long, value_name = "NAME")]
    project: Vec<String>,
    /// Only these rules; may be repeated
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// Print this many findings instead of the table, spread over rules and projects, always the same ones; 0 for all
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Another number samples others
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How the table or the sample is written
    #[arg(long, value_enum, default_value_t = Shape::Markdown)]
    format: Shape,
    /// PostgreSQL's major version
    #[arg(long, value_name = "N", default_value_t = Version::DEFAULT, value_parser = crate::cli::version)]
    pg: Version,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shape {
    /// For reading
    Markdown,
    /// For a spreadsheet
    Tsv,
}

/// What was found in one project.
struct Project {
    name: String,
    migrations: usize,
    statements: usize,
    /// How many migrations have a finding.
    touched: usize,
    found: Vec<Found>,
}

/// One finding with what a reader needs to judge it.
struct Found {
    project: String,
    rule: &'static str,
    severity: Severity,
    path: String,
    line: u32,
    /// Where the statement begins, and what it is.
    start: u32,
    statement: String,
    message: Message,
    evidence: Vec<String>,
}

/// Reviews the projects and prints the table or the sample.
pub(crate) fn run(arguments: &Arguments) -> Result<String, Trouble> {
    let mut projects = Vec::new();
    for folder in folders(&arguments.folder)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if arguments.project.is_empty() || arguments.project.contains(&name) {
            projects.push(project(name, &folder, arguments)?);
        }
    }
    if projects.is_empty() {
        return Err(Trouble::plain(format!("{}: no project in it", display_name(&arguments.folder))));
    }
    let tsv = arguments.format == Shape::Tsv;
    Ok(match arguments.sample {
        Some(count) => sample::written(&sample::spread(&projects, count, arguments.seed), tsv),
        None => table::written(&projects, tsv),
    })
}

/// The folders in a folder, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let unread = |error| Trouble::plain(format!("{} can't be read: {error}", display_name(folder)));
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn project(name: String, folder: &Path, arguments: &Arguments) -> Result<Project, Trouble> {
    let folder = folder
        .canonicalize()
        .map_err(|error| Trouble::plain(format!("{} can't be read: {error}", display_name(folder))))?;
    let gathered = workspace::gather(&Request {
        paths: std::slice::from_ref(&folder),
        base: None,
        since: None,
        pull_request: None,
        folder: &folder,
    })?;
    let review =
        lockkeeper_core::review(&gathered.change, &Policy { version: arguments.pg, ..Policy::default() });
    let places = Places::new(&review.sources);
    let statements = Statements::new(&review.timelines);
    let wanted = |rule: &str| arguments.rule.is_empty() || arguments.rule.iter().any(|id| id == rule);
    let open = review.findings.iter().filter(|finding| finding.suppressed.is_none() && wanted(finding.rule));
    let found: Vec<Found> = open
        .map(|finding| {
            let path = &finding.location.path;
            let span = statements.around(&finding.location).unwrap_or(finding.location.span);
            Found {
                project: name.clone(),
                rule: finding.rule,
                severity: finding.severity,
                path: path.clone(),
                line: places.line(path, finding.location.span),
                start: span.start,
                statement: places.written(&Location { path: path.clone(), span }).to_owned(),
                message: finding.message.clone(),
                evidence: finding.evidence.clone(),
            }
        })
        .collect();
    let mut files: Vec<&str> = found.iter().map(|found| found.path.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    Ok(Project {
        migrations: review.migrations.len(),
        statements: review.statements,
        touched: files.len(),
        name,
        found,
    })
}
