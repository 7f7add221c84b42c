//! `lockkeeper debug history`: each commit of a repository that takes something away from the schema, reviewed with the
//! application's code as it was before and after it. A line each, for reading: every "still used" and every "proven"
//! that a person would call wrong is a bug.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::code::{Fate, Outcome, TreeVerdict};
use lockkeeper_core::policy::Policy;
use lockkeeper_core::review::Review;

use crate::Trouble;
use crate::workspace::{Repository, code, is_interesting};

/// The arguments of `lockkeeper debug history`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A repository's git folder
    repository: PathBuf,
    /// So many commits, the newest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Only these commits; may be repeated
    #[arg(long, value_name = "COMMIT")]
    commit: Vec<String>,
    /// Commits that only add, too
    #[arg(long)]
    additions: bool,
    /// Show all evidence
    #[arg(long)]
    evidence: bool,
}

/// A commit with its first parent.
struct Commit {
    id: String,
    parent: String,
    subject: String,
    files: Vec<String>,
}

/// Words of which a migration that takes something away has one.
const TAKES_AWAY: &[&str] = &[
    "drop column",
    "drop table",
    "rename column",
    "rename to",
    "rename value",
    "drop type",
    "drop view",
    "remove_column",
    "drop_table",
    "rename_column",
    "rename_table",
    "removefield",
    "renamefield",
    "deletemodel",
    "renamemodel",
    "dropcolumn",
    "droptable",
    "renamecolumn",
    "renametable",
    "removecolumn",
    "drop_column",
    "remove :",
    "rename table",
    "rename(",
];

/// Reviews them, printing each as soon as it is done.
pub(crate) fn run(arguments: &Arguments, mut print: impl FnMut(&str)) -> Result<(), Trouble> {
    let repository = Repository::at(&arguments.repository);
    let mut done = 0;
    for commit in commits(arguments)? {
        if done >= arguments.limit {
            break;
        }
        if !is_candidate(arguments, &commit) {
            continue;
        }
        let wanted = |name: &str| is_interesting(name) || code::is_wanted(name);
        let (Some((before, _)), Some((after, _))) =
            (repository.files_of(&commit.parent, wanted)?, repository.files_of(&commit.id, wanted)?)
        else {
            continue;
        };
        let change = change(before, after);
        let review = lockkeeper_core::review(&change, &Policy::default());
        if !review.wants_code {
            continue;
        }
        done += 1;
        print(&told(&commit, &review, arguments.evidence));
    }
    Ok(())
}

fn change(before: BTreeMap<String, Vec<u8>>, after: BTreeMap<String, Vec<u8>>) -> Change {
    let sources = |files: &BTreeMap<String, Vec<u8>>| -> Vec<SourceFile> {
        let files = files.iter().filter(|(name, _)| is_interesting(name));
        files.map(|(name, bytes)| SourceFile::new(name.clone(), bytes.clone())).collect()
    };
    let (base, head) = (sources(&before), sources(&after));
    let code = |files: BTreeMap<String, Vec<u8>>| {
        files.into_iter().filter(|(name, _)| code::is_wanted(name)).collect()
    };
    Change { base, head, code: Some(code::split(code(before), code(after))), ..Change::default() }
}

/// Commits of the first parents that add files, the newest first.
fn commits(arguments: &Arguments) -> Result<Vec<Commit>, Trouble> {
    let mut command = Command::new("git");
    command.arg("-C").arg(&arguments.repository);
    command.args([
        "log",
        "-m",
        "--first-parent",
        "--no-renames",
        "--diff-filter=A",
        "--name-only",
        "--format=%x01%H%x02%P%x02%s",
    ]);
    if !arguments.commit.is_empty() {
        command.arg("--no-walk").args(&arguments.commit);
    }
    let output =
        command.output().map_err(|error| Trouble::plain(format!("git can't be started: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split('\u{1}').filter_map(commit).collect())
}

fn commit(text: &str) -> Option<Commit> {
    let mut lines = text.lines();
    let mut head = lines.next()?.split('\u{2}');
    let id = head.next()?.to_owned();
    let parent = head.next()?.split(' ').next().filter(|parent| !parent.is_empty())?.to_owned();
    let subject = head.next()?.to_owned();
    let files = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    Some(Commit { id, parent, subject, files })
}

/// A file that the commit adds looks like a migration that takes something away.
fn is_candidate(arguments: &Arguments, commit: &Commit) -> bool {
    let migrations = commit
        .files
        .iter()
        .filter(|name| is_interesting(name) && !name.to_ascii_lowercase().ends_with(".json"));
    migrations.take(200).any(|name| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&arguments.repository).arg("show").arg(format!("{}:{name}", commit.id));
        let text = command.output().map(|output| String::from_utf8_lossy(&output.stdout).to_lowercase());
        text.is_ok_and(|text| arguments.additions || TAKES_AWAY.iter().any(|words| text.contains(words)))
    })
}

fn told(commit: &Commit, review: &Review, evidence: bool) -> String {
    let short = commit.id.get(..10).unwrap_or(&commit.id);
    let Some(code) = &review.code else { return format!("{short} {}: no code\n", commit.subject) };
    let gone: Vec<&Outcome> = code.outcomes.iter().filter(|it| !it.subject.stays()).collect();
    let mut out =
        format!("{short} | {} | {} | {} files\n", commit.subject, code.order.order.words(), code.files.1);
    for it in gone {
        let fate = match &it.subject.fate {
            Fate::Renamed(to) => format!("renamed to {to}"),
            _ => "dropped".to_owned(),
        };
        let (base, head) = (side(&it.base, evidence), side(&it.head, evidence));
        out.push_str(&format!(
            "    {:?} {} {fate}: base {base}; head {head}\n",
            it.subject.kind, it.subject.shown
        ));
    }
    for finding in review.findings.iter().filter(|it| it.rule == "code-before-schema") {
        out.push_str(&format!(
            "    code-before-schema: {}: {}\n",
            finding.location.path, finding.message.what
        ));
    }
    out
}

fn side(verdict: &TreeVerdict, evidence: bool) -> String {
    let state = format!("{:?}", verdict.state);
    let shown = if evidence { verdict.references.len() } else { 1 };
    let places: Vec<String> = verdict
        .references
        .iter()
        .take(shown)
        .map(|it| format!("{}:{} {:?} `{}` ({})", it.path, it.line, it.strength, it.text, it.why))
        .collect();
    let count = verdict.references.len() + verdict.more;
    match places.as_slice() {
        [] => format!("{state} ({})", verdict.why),
        _ if evidence => format!("{state}\n        {}\n       ", places.join("\n        ")),
        _ => format!("{state} {count}× {}", places.join("")),
    }
}
