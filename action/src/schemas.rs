//! `lockkeeper debug schema`: declared schemas beside migrations, over the history of a repository.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lockkeeper_core::change::{Change, Policy, SourceFile};
use lockkeeper_core::schema_agreement;
use lockkeeper_core::text::{LineIndex, decode};

use crate::workspace::is_interesting;

/// The arguments of `lockkeeper debug schema`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A git repository, bare or not
    folder: PathBuf,
    /// How many commits to look at, from the newest: those that touch migrations or schemas
    #[arg(long, default_value_t = 0)]
    last: usize,
    /// Tell what schema and migrations disagree on at HEAD
    #[arg(long)]
    differences: bool,
}

/// Paths whose commits are looked at.
const PATHS: &[&str] = &[
    "*.prisma",
    "*/migrations/*",
    "migrations/*",
    "*/migrate/*",
    "*drizzle*",
    "*structure.sql",
    "*schema.rb",
    "*/schema/*.ts",
    "sql/schema/*",
    "supabase/*",
];

/// What is found, as text.
pub(crate) fn report(arguments: &Arguments) -> io::Result<String> {
    let mut repository = Repository { folder: &arguments.folder, known: HashMap::new() };
    let mut text = String::new();
    let head = repository.files("HEAD")?;
    for one in schema_agreement(&head, &Policy::default()) {
        let _ = writeln!(
            text,
            "HEAD {}: tables {}/{}, columns {}/{}, indexes {}/{}, not understood {}",
            one.root,
            one.tables.1,
            one.tables.0,
            one.columns.1,
            one.columns.0,
            one.indexes.1,
            one.indexes.0,
            one.skipped
        );
        if arguments.differences {
            one.differences.iter().for_each(|line| _ = writeln!(text, "  {line}"));
        }
    }
    let mut counts = (0, 0, 0);
    for commit in repository.commits(arguments.last)? {
        let Some((id, parent)) = commit.split_once(' ') else { continue };
        let change =
            Change { base: repository.files(parent)?, head: repository.files(id)?, ..Change::default() };
        let review = lockkeeper_core::compare_schemas(&change, &Policy::default());
        counts.0 += 1;
        counts.1 += usize::from(!review.migrations.is_empty());
        counts.2 += usize::from(!review.findings.is_empty());
        for finding in &review.findings {
            let file = change.head.iter().find(|file| file.path == finding.location.path);
            let line = file
                .and_then(|file| decode(&file.bytes).ok())
                .map_or(0, |text| LineIndex::new(text).place(finding.location.span.start).line);
            let _ = writeln!(
                text,
                "{id} {} {}:{line}\n    {} {}",
                finding.rule, finding.location.path, finding.message.what, finding.message.why
            );
        }
        for problem in review.problems.iter().filter(|problem| problem.message.contains("compared")) {
            let _ = writeln!(text, "{id} ~ {}: {}", problem.path, problem.message);
        }
    }
    let _ = writeln!(text, "{} commits, {} with migrations, {} with findings", counts.0, counts.1, counts.2);
    Ok(text)
}

struct Repository<'a> {
    folder: &'a Path,
    known: HashMap<String, Vec<u8>>,
}

impl Repository<'_> {
    fn git(&self, arguments: &[&str]) -> io::Result<String> {
        let output = Command::new("git").arg("-C").arg(self.folder).args(arguments).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Commits with their first parents.
    fn commits(&self, last: usize) -> io::Result<Vec<String>> {
        if last == 0 {
            return Ok(Vec::new());
        }
        let last = last.to_string();
        let mut arguments = vec!["log", "--format=%H %P", "--no-merges", "-n", &last, "--"];
        arguments.extend(PATHS);
        Ok(self.git(&arguments)?.lines().map(str::to_owned).collect())
    }

    /// The files of a commit that matter to migrations.
    fn files(&mut self, commit: &str) -> io::Result<Vec<SourceFile>> {
        let listing = self.git(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let entries: Vec<(&str, &str)> = listing
            .split('\0')
            .filter_map(|line| {
                let (meta, path) = line.split_once('\t')?;
                let id = meta.split(' ').nth(2)?;
                (meta.contains(" blob ") && is_interesting(path)).then_some((id, path))
            })
            .collect();
        let missing: Vec<&str> =
            entries.iter().map(|(id, _)| *id).filter(|id| !self.known.contains_key(*id)).collect();
        self.load(&missing)?;
        let file = |(id, path): &(&str, &str)| Some(SourceFile::new(*path, self.known.get(*id)?.clone()));
        Ok(entries.iter().filter_map(file).collect())
    }

    fn load(&mut self, ids: &[&str]) -> io::Result<()> {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let wanted = ids.join("\n") + "\n";
        let input = child.stdin.take();
        let writer = std::thread::spawn(move || input.map(|mut input| input.write_all(wanted.as_bytes())));
        let mut output = Vec::new();
        child.stdout.take().map(|mut out| out.read_to_end(&mut output)).transpose()?;
        child.wait()?;
        drop(writer.join());
        let mut rest = output.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            let mut words = head.split(' ');
            let (Some(id), Some("blob"), Some(Ok(size))) =
                (words.next(), words.next(), words.next().map(str::parse::<usize>))
            else {
                continue;
            };
            self.known.insert(id.to_owned(), rest[..size].to_vec());
            rest = &rest[(size + 1).min(rest.len())..];
        }
        Ok(())
    }
}
