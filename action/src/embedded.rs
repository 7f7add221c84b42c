//! `lockkeeper debug embedded`: how many calls of migrations in code are understood, and the rest by kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use lockkeeper_core::change::SourceFile;
use lockkeeper_core::embedded::{self, Code, CodeTool, Files, Item, Language, Models, Sql};
use lockkeeper_core::operation::Grasp;
use lockkeeper_core::text::{LineIndex, Span, decode};

/// The arguments of `lockkeeper debug embedded`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The tool whose migrations these are (`knex`)
    #[arg(long)]
    tool: String,
    /// Print what each call sends
    #[arg(long)]
    sql: bool,
    /// Print what the way back sends
    #[arg(long)]
    down: bool,
    /// The folder
    folder: PathBuf,
}

#[derive(Default)]
struct Count {
    files: usize,
    migrations: usize,
    calls: usize,
    understood: usize,
    outside: usize,
    /// By what was expected: how often, and the first place.
    rest: BTreeMap<String, (usize, String)>,
}

/// The report on a folder.
pub fn report(arguments: &Arguments) -> io::Result<String> {
    let tool = CodeTool::named(&arguments.tool).ok_or_else(|| io::Error::other("no such tool"))?;
    let mut sources = Vec::new();
    for entry in walkdir::WalkDir::new(&arguments.folder).into_iter().flatten() {
        if entry.file_type().is_file() {
            let path = entry.path().to_string_lossy().into_owned();
            if Path::new(&path).extension().is_some_and(|ending| ending == "sql")
                || Language::of_path(&path).is_some()
            {
                sources.push(SourceFile::new(path.clone(), std::fs::read(Path::new(&path))?));
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    let files = Files::new(&sources);
    let mut count = Count::default();
    let mut text = String::new();
    let mut models = Models::default();
    if tool.id == "django" {
        for source in sources.iter().filter(|source| Language::of_path(&source.path).is_some()) {
            if let Ok(written) = decode(&source.bytes) {
                models.survey(&source.path, written);
            }
        }
    }
    for source in sources.iter().filter(|source| Language::of_path(&source.path).is_some()) {
        let Ok(written) = decode(&source.bytes) else { continue };
        count.files += 1;
        let code = if tool.id == "django" {
            models.code(&source.path, written, &files)
        } else {
            embedded::code(tool, &source.path, written, &files)
        };
        if code.found {
            count.migrations += 1;
            count.outside += usize::from(code.outside);
            add(&mut count, &code, &source.path, written, arguments, &mut text);
        }
    }
    let tenths = 1000 * count.understood / count.calls.max(1);
    let share = format!("{}.{}", tenths / 10, tenths % 10);
    let _ = writeln!(
        text,
        "{} files, {} migrations ({} without a transaction), {} calls, {} understood ({share} %)",
        count.files, count.migrations, count.outside, count.calls, count.understood
    );
    let mut rest: Vec<_> = count.rest.into_iter().collect();
    rest.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
    for (expected, (times, place)) in rest {
        let _ = writeln!(text, "{times:5}  {expected}\n       {place}");
    }
    Ok(text)
}

fn add(count: &mut Count, code: &Code, path: &str, written: &str, arguments: &Arguments, text: &mut String) {
    let lines = LineIndex::new(written);
    let items = if arguments.down { code.down.as_deref().unwrap_or_default() } else { &code.up };
    if arguments.sql {
        let _ = writeln!(text, "-- {path}");
    }
    for item in items {
        if matches!(item.sql, Sql::Leave | Sql::Enter) {
            let _ = writeln!(text, "{:?};", item.sql);
            continue;
        }
        count.calls += 1;
        if arguments.sql {
            let _ = match &item.sql {
                Sql::Text(sql) => writeln!(text, "{};", sql.text.trim().trim_end_matches(';')),
                other => writeln!(text, "-- {other:?} {}", item.span.of(written)),
            };
        }
        match missed(item) {
            None => count.understood += 1,
            Some((at, expected)) => {
                let place = format!("{path}:{}: {}", lines.place(at.start).line, excerpt(item, at, written));
                let entry = count.rest.entry(expected).or_insert((0, place));
                entry.0 += 1;
            }
        }
    }
}

/// What of a call is not understood.
fn missed(item: &Item) -> Option<(Span, String)> {
    embedded::read(std::slice::from_ref(item)).statements.into_iter().find_map(|statement| {
        match statement.grasp {
            Grasp::Full => None,
            Grasp::Partial { at, expected } => Some((at, format!("partly: {expected}"))),
            Grasp::None { at, expected } => Some((at, expected)),
        }
    })
}

fn excerpt(item: &Item, at: Span, written: &str) -> String {
    let near: String = at.of(written).chars().take(120).collect();
    let sql = match &item.sql {
        Sql::Text(sql) => sql.text.chars().take(200).collect::<String>(),
        _ => String::new(),
    };
    format!("{near} | {sql}").replace('\n', " ")
}
