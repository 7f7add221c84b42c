//! `lockkeeper debug models`: the models of a tree of code, and how far they agree with what its migrations make.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lockkeeper_core::change::SourceFile;
use lockkeeper_core::code::{Agreement, Miss};
use lockkeeper_core::embedded::Language;
use lockkeeper_core::postgres::Version;

use crate::workspace;

/// The arguments of `lockkeeper debug models`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A tree of code
    folder: PathBuf,
    /// Print each model with its columns instead of the agreement
    #[arg(long)]
    all: bool,
}

/// Longer files hold no models.
const LONGEST: u64 = 2_000_000;

/// Folders that hold other people's code.
const FOREIGN: [&str; 5] = [".git", "node_modules", ".venv", "target", "vendor"];

/// The models, or where they and the schema differ.
pub(crate) fn report(arguments: &Arguments) -> String {
    let mut files: BTreeMap<String, SourceFile> =
        workspace::files_of(&arguments.folder).into_iter().map(|file| (file.path.clone(), file)).collect();
    code(&arguments.folder, &arguments.folder, &mut files);
    let files: Vec<SourceFile> = files.into_values().collect();
    let agreement = Agreement::of(&files, Version::DEFAULT);
    if arguments.all { dump(&agreement) } else { compared(&agreement) }
}

/// Adds the files of code below a folder.
fn code(root: &Path, folder: &Path, files: &mut BTreeMap<String, SourceFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && !FOREIGN.iter().any(|foreign| name == *foreign) {
            code(root, &path, files);
        }
        let Ok(relative) = path.strip_prefix(root) else { continue };
        let relative = workspace::display_name(relative);
        let wanted = kind.is_file()
            && Language::of_path(&relative).is_some()
            && entry.metadata().is_ok_and(|data| data.len() <= LONGEST);
        if wanted && let Ok(bytes) = fs::read(&path) {
            files.entry(relative.clone()).or_insert_with(|| SourceFile::new(relative, bytes));
        }
    }
}

fn dump(agreement: &Agreement) -> String {
    let mut text = String::new();
    for model in &agreement.models.models {
        let schema = model.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
        let unsure = if model.is_complete { "" } else { " (incomplete)" };
        let _ =
            writeln!(text, "{} {} → {schema}{}{unsure}  {}", model.orm, model.name, model.table, model.path);
        for field in &model.fields {
            let ignored = if field.is_ignored { " (ignored)" } else { "" };
            let _ = writeln!(text, "    {} → {}{ignored}", field.name, field.column);
        }
    }
    text
}

fn compared(agreement: &Agreement) -> String {
    let mut text = String::new();
    let (mut columns, mut known) = (0, 0);
    let mut by_orm: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for model in &agreement.models.models {
        let counts = by_orm.entry(model.orm).or_default();
        counts.0 += 1;
        counts.2 += usize::from(!model.is_complete);
        let miss = agreement.miss(model);
        if miss != Some(Miss::Table) {
            counts.1 += 1;
            columns += model.fields.len();
            known += model.fields.len();
        }
        match miss {
            Some(Miss::Table) => {
                let _ = writeln!(text, "no table {} of {} in {}", model.table, model.name, model.path);
            }
            Some(Miss::Columns(lacking)) => {
                known -= lacking.len();
                let _ = writeln!(
                    text,
                    "table {} of {} in {} has no {}",
                    model.table,
                    model.name,
                    model.path,
                    lacking.join(", ")
                );
            }
            None => {}
        }
    }
    let unmapped: Vec<&str> = agreement.unmapped().collect();
    for table in &unmapped {
        let _ = writeln!(text, "no model of {table}");
    }
    for (orm, (models, found, incomplete)) in by_orm {
        let _ = writeln!(text, "{orm}: {found} of {models} models have a table, {incomplete} are incomplete");
    }
    let tables = agreement.tables.len();
    let _ = writeln!(
        text,
        "{known} of {columns} columns exist; {} of {tables} tables have a model",
        tables - unmapped.len()
    );
    text
}
