//! Liquibase: changesets in the order of a changelog, which is XML, YAML, JSON or formatted SQL and includes others.
//!
//! A migration is a changeset; one whose SQL stands in several files is one migration for each of them. Changes in
//! Liquibase's own words (`createTable`) become the SQL that Liquibase makes of them; what is not known is named.

mod changelog;
mod formatted;
mod gather;
mod own;
mod values;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::in_place::InPlace;
use super::markers::span;
use super::search::{Found, Search, problem};
use super::tool::{Edited, Late, RunLock, Tool};
use super::tree::folder_of;
use super::{Down, Migration, Project, TransactionModel};
use crate::embedded::{Code, Item, Sql};
use crate::text::Span;
use changelog::{ChangeSet, Part};
use gather::{Gathered, Placed};

/// Liquibase 4.28 (run with `log_statement`; formatted SQL read in `FormattedSqlChangeLogParser`): each changeset in a
/// transaction of its own, statement by statement; its history row in another one after it.
pub(super) static TOOL: Tool = Tool {
    id: "liquibase",
    title: "Liquibase",
    aliases: &[],
    parts_are_strings: false,
    opt_out_parts_run: false,
    known_by_name: false,
    // New changesets are commonly put into files that come early.
    late: Late::NotByOrder,
    edited: Edited::Refused(
        "stops (\"Validation Failed: 1 changesets check sum\") unless the changeset says `runOnChange` or `validCheckSum`",
    ),
    same_version: "stops before it runs anything (\"duplicate identifiers\")",
    history: "databasechangelog",
    lock: RunLock::Table(
        "databasechangeloglock, which stays locked where a run is killed (`liquibase release-locks`)",
    ),
    concurrently,
    after_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "It runs as it is, because the changeset says `runInTransaction` is false."
        }
        TransactionModel::Pipeline => {
            "Give it a changeset of its own: with `splitStatements` off the statements of one are sent as one pipeline, \
             which is one transaction."
        }
        _ => {
            "Give it a changeset of its own with `runInTransaction:false` (in XML and YAML `runInTransaction=\"false\"`), \
             and leave `splitStatements` on."
        }
    }
}

fn after_failure(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Statements before the failing one stay applied, and the changeset is not noted: the next run starts it from \
             its beginning."
        }
        _ => "The failing changeset is rolled back, those before it stay: the next run continues there.",
    }
}

fn find(search: &Search<'_>) -> Vec<Found> {
    gather::gather(search).into_iter().filter_map(|gathered| project(search, &gathered)).collect()
}

fn project(search: &Search<'_>, gathered: &Gathered) -> Option<Found> {
    let mut project = Project::new(&TOOL, folder_of(&gathered.root));
    project.tool_version = search
        .evidence
        .version(&project.root, &["liquibase-core", "liquibase-maven-plugin", "liquibase/liquibase"]);
    project.problems.extend(gathered.problems.iter().map(|(path, message)| problem(path, message, false)));
    let mut ids: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut unread: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts = Texts { gathered, made: BTreeMap::new() };
    let mut claims: Vec<String> = gathered.files.iter().cloned().collect();
    for placed in &gathered.changesets {
        let set = &placed.set;
        if !set.is_for_postgres() {
            continue;
        }
        if !ids.insert((&placed.path, &set.name)) {
            project.problems.push(problem(
                &placed.path,
                format!("Two changesets are called `{}` here: Liquibase {}.", set.name, TOOL.same_version),
                false,
            ));
            continue;
        }
        if !set.unread.is_empty() {
            *unread.entry(&placed.path).or_default() += 1;
        }
        let found = migrations(search, placed, &mut texts, &mut project);
        claims.extend(found.iter().map(|migration| migration.path.clone()));
        project.migrations.extend(found);
    }
    for (path, count) in unread {
        let message = format!(
            "{count} of its changesets say what they do in Liquibase's own words, which Lockkeeper does not read. `liquibase \
             update-sql` writes them as SQL."
        );
        project.problems.push(problem(path, message, true));
    }
    (!project.migrations.is_empty() || !project.problems.is_empty()).then(|| Found::new(project, claims))
}

/// Texts of files as Liquibase sends them, made once for each file.
struct Texts<'a> {
    gathered: &'a Gathered,
    made: BTreeMap<String, Option<Arc<str>>>,
}

impl Texts<'_> {
    /// A file's text without escapes and with `${…}` made into names, where it has any.
    fn of(&mut self, search: &Search<'_>, path: &str) -> Option<Arc<str>> {
        if let Some(made) = self.made.get(path) {
            return made.clone();
        }
        let plain = self.gathered.texts.get(path).map(String::as_str);
        let text = plain.or_else(|| search.tree.text(path)).unwrap_or("");
        let mut made = InPlace::new(text);
        if text.contains("${") {
            let in_path = |name: &str| self.gathered.public.iter().any(|known| known == name);
            made.placeholders(span(0, text.len()), ("${", "}"), in_path);
        }
        let made = made.finish().or_else(|| plain.map(str::to_owned)).map(Arc::from);
        self.made.insert(path.to_owned(), made.clone());
        made
    }
}

/// The migrations of a changeset: one for each file that its SQL stands in.
fn migrations(
    search: &Search<'_>,
    placed: &Placed,
    texts: &mut Texts<'_>,
    project: &mut Project,
) -> Vec<Migration> {
    let set = &placed.set;
    let mut made: Vec<Migration> = Vec::new();
    // With one change in Liquibase's own words all of the changelog's part is what Liquibase makes of it.
    let is_made = set.parts.iter().any(|part| matches!(part, Part::Made { .. }));
    for part in &set.parts {
        let (path, up) = match part {
            Part::Made { span, statements } => {
                add(&mut made, placed, own::items(statements, *span).collect());
                continue;
            }
            Part::Inline(spans) if is_made => {
                let text = texts.of(search, &placed.path);
                let text = text.as_deref().or_else(|| search.tree.text(&placed.path)).unwrap_or("");
                add(&mut made, placed, written(text, spans, set.split));
                continue;
            }
            Part::Inline(spans) => (placed.path.clone(), spans.clone()),
            Part::File { written, relative } => {
                let Some(path) = gather::find_file(search, &placed.path, written, *relative) else {
                    let message =
                        format!("The changeset `{}` names `{written}`, which is not there.", set.name);
                    project.problems.push(problem(&placed.path, message, false));
                    continue;
                };
                let content = search.migration_text(&path, &mut project.problems);
                let cut = changelog::cut(content, span(0, content.len()), set.delimiter.as_deref());
                (path, cut)
            }
        };
        match made.last_mut().filter(|last| last.path == path) {
            Some(last) => last.up.extend(up),
            None => made.push(Migration::new(path, &set.name, up, set.model())),
        }
    }
    if made.is_empty() {
        made.push(Migration::new(&placed.path, &set.name, Vec::new(), set.model()));
    }
    for one in &mut made {
        one.repeatable = set.again;
        one.text = texts.of(search, &one.path);
    }
    if let Some(last) = made.last_mut() {
        last.down = down(search, placed, project);
        last.unread = (!set.unread.is_empty()).then(|| {
            format!(
                "The changeset `{}` says what it does in Liquibase's own words ({}), which Lockkeeper does not read: see \
                 `liquibase update-sql`.",
                set.name,
                set.unread.join(", ")
            )
        });
    }
    made
}

/// Adds what is sent to the changeset's migration in its own changelog.
fn add(made: &mut Vec<Migration>, placed: &Placed, items: Vec<Item>) {
    let at = made.iter().position(|one| one.path == placed.path).unwrap_or(made.len());
    if at == made.len() {
        let migration = Migration::new(&placed.path, &placed.set.name, Vec::new(), placed.set.model());
        made.push(Migration { code: Some(Arc::new(Code { found: true, ..Code::default() })), ..migration });
    }
    let Some(migration) = made.get_mut(at) else { return };
    migration.up.extend(items.iter().map(|item| item.span));
    if let Some(code) = migration.code.as_mut().map(Arc::make_mut) {
        code.up.extend(items);
        code.count();
    }
}

/// SQL of the changelog as it is sent: statement by statement, or as one string.
fn written(text: &str, spans: &[Span], split: bool) -> Vec<Item> {
    let whole = |part: Span| {
        let mut sql = crate::text::Placed::default();
        sql.push_written(part.of(text), part.start);
        Item { span: part, sql: Sql::Text(sql) }
    };
    if !split {
        return spans.iter().copied().map(whole).collect();
    }
    let statements = spans.iter().flat_map(|part| crate::sql::read(text, *part).statements);
    statements.map(|statement| whole(statement.span)).collect()
}

/// What undoes a changeset, where it is SQL in one file.
fn down(search: &Search<'_>, placed: &Placed, project: &mut Project) -> Option<Down> {
    let mut spans: Vec<Span> = Vec::new();
    for part in &placed.set.rollback {
        match part {
            Part::Inline(inner) => spans.extend(inner),
            Part::Made { .. } => {}
            Part::File { written, relative } => {
                let path = gather::find_file(search, &placed.path, written, *relative)?;
                let text = search.migration_text(&path, &mut project.problems);
                return Some(Down { parts: super::in_place::whole(text), path });
            }
        }
    }
    (!spans.is_empty()).then(|| Down { path: placed.path.clone(), parts: spans })
}

impl ChangeSet {
    fn model(&self) -> TransactionModel {
        match (self.in_transaction, self.split) {
            // The driver itself cuts one string into statements.
            (true, _) => TransactionModel::FileStatements,
            (false, true) => TransactionModel::Autocommit,
            // … and sends them as one pipeline.
            (false, false) => TransactionModel::Pipeline,
        }
    }
}
