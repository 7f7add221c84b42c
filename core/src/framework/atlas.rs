//! Atlas: `<version>_<name>.sql` beside an `atlas.sum`, in the order of the names. No files that lead back.

use super::folders::{is_foreign, stem, unclaimed};
use super::in_place::whole;
use super::search::{Found, Search};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{join, name_of};
use super::{Migration, Project, TransactionModel};
use crate::text::Span;

/// Atlas (read at a5e0aec, 2026-06; `sql/migrate/dir.go`, `cmdapi/migrate.go`): each file in a transaction of its
/// own, statement by statement.
pub(super) static TOOL: Tool = Tool {
    id: "atlas",
    title: "Atlas",
    aliases: &["ariga"],
    parts_are_strings: false,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::Refused(
        "`atlas migrate apply` stops at a file that was added out of order, unless `--exec-order` says otherwise",
    ),
    edited: Edited::Refused(
        "stops (\"checksum mismatch\") unless `atlas migrate hash` has run; and then does not run it again",
    ),
    same_version: "runs only the first of them: it continues after the last version that it has applied",
    history: "atlas_schema_revisions",
    lock: RunLock::Tries("pg_try_advisory_lock(fnv32 of its name)"),
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => "It runs as it is: each statement of this file commits by itself.",
        TransactionModel::RunStatements => {
            "With `--tx-mode all` Atlas refuses files that opt out: run it with the mode `file`, and begin the file with \
             the line `-- atlas:txmode none` and an empty line."
        }
        _ => {
            "Begin the file with the line `-- atlas:txmode none` and an empty line after it; without the empty line the \
             directive counts for the first statement only and changes nothing."
        }
    }
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let usual = match () {
        () if search.evidence.says(&["--tx-mode all", "--tx-mode=all"]) => TransactionModel::RunStatements,
        () if search.evidence.says(&["--tx-mode none", "--tx-mode=none"]) => TransactionModel::Autocommit,
        () => TransactionModel::FileStatements,
    };
    let mut found = Vec::new();
    for (folder, paths) in unclaimed(search) {
        let summed = search.tree.has(&join(folder, "atlas.sum"));
        if (summed || search.forced) && !is_foreign(search, folder, &paths) {
            found.push(project(search, folder, &paths, usual));
        }
    }
    found
}

fn project(search: &Search<'_>, folder: &str, paths: &[&str], usual: TransactionModel) -> Found {
    let mut project = Project::new(&TOOL, folder);
    let sums = search.tree.text(&join(folder, "atlas.sum"));
    let mut versions = Vec::new();
    for path in paths {
        let text = search.migration_text(path, &mut project.problems);
        let header = Header::of(text);
        // A checkpoint holds what the files before it did, for databases that have none of them.
        if header.checkpoint && !project.migrations.is_empty() {
            continue;
        }
        let listed = sums
            .is_none_or(|sums| sums.lines().any(|line| line.starts_with(&format!("{} h1:", name_of(path)))));
        if !listed {
            project.never_runs(
                path,
                "`atlas.sum` does not list this file: Atlas stops with a checksum mismatch and runs nothing until \
                 `atlas migrate hash` has run.",
            );
        }
        let model = match header.transactions {
            Some("none") => TransactionModel::Autocommit,
            Some("file") => TransactionModel::FileStatements,
            Some("all") => TransactionModel::RunStatements,
            _ => usual,
        };
        let up = header.delimiter.map_or_else(|| whole(text), |delimiter| cut(text, &delimiter));
        versions.push(stem(path).split('_').next().unwrap_or("").to_owned());
        project.migrations.push(Migration::new(*path, stem(path), up, model));
    }
    project.check_versions(&versions);
    Found::new(project, paths.iter().map(|path| (*path).to_owned()))
}

/// The directives of a file. They count only in a block of comments at the very beginning that an empty line ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Header<'a> {
    transactions: Option<&'a str>,
    delimiter: Option<String>,
    checkpoint: bool,
}

impl<'a> Header<'a> {
    fn of(text: &'a str) -> Self {
        let mut header = Header::default();
        for line in text.lines() {
            let Some(comment) = line.strip_prefix("--").or_else(|| line.strip_prefix('#')) else {
                let ends = line.trim().is_empty();
                return if ends { header } else { Header::default() };
            };
            let Some(directive) = comment.trim().strip_prefix("atlas:") else { continue };
            match directive.split_once(char::is_whitespace).unwrap_or((directive, "")) {
                ("txmode", mode) => header.transactions = Some(mode.trim()),
                ("delimiter", written) => {
                    header.delimiter = Some(written.trim().replace("\\n", "\n").replace("\\t", "\t"));
                }
                ("checkpoint", _) => header.checkpoint = true,
                _ => {}
            }
        }
        Header::default()
    }
}

/// The pieces between delimiters that hold anything.
fn cut(text: &str, delimiter: &str) -> Vec<Span> {
    if delimiter.is_empty() {
        return whole(text);
    }
    let mut start = 0;
    let ends = text.match_indices(delimiter).map(|(at, mark)| (at, at + mark.len()));
    let mut pieces = Vec::new();
    for (end, next) in ends.chain(std::iter::once((text.len(), text.len()))) {
        let piece = super::markers::span(start, end);
        if !piece.of(text).trim().is_empty() {
            pieces.push(piece);
        }
        start = next;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_need_an_empty_line_after_them() {
        let mode = |text: &'static str| Header::of(text).transactions;
        assert_eq!(mode("-- atlas:txmode none\n\ncreate index concurrently i on t (a);"), Some("none"));
        assert_eq!(mode("-- atlas:txmode none\ncreate index concurrently i on t (a);"), None);
        assert_eq!(mode("create table t ();\n-- atlas:txmode none\n\n"), None);
        assert_eq!(Header::of("-- atlas:delimiter \\n\\n\\n\n\na").delimiter.as_deref(), Some("\n\n\n"));
    }
}
