//! Where a project's declared schema stands, and what it says.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::Declared;
use super::facts::{Facts, TableKey};
use super::{Table, drizzle, prisma};
use crate::catalog::Catalog;
use crate::change::SourceFile;
use crate::embedded::{self, CodeTool, Files};
use crate::framework::{Project, SchemaLanguage as Language};
use crate::operation::{Operation, Statement};
use crate::postgres::Version;
use crate::replay::{Read, replay};
use crate::text::{Span, decode};

/// What a declared schema says.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) language: Language,
    /// The file that it is called by.
    pub(super) path: String,
    pub(super) facts: Facts,
    /// Tables with their places.
    pub(super) places: BTreeMap<TableKey, Place>,
    /// Tables of which a part was not understood, with that part's place.
    pub(super) skipped: BTreeMap<TableKey, (String, Span)>,
    /// Tables that it leaves alone, or that it makes by itself.
    pub(super) beside: BTreeSet<TableKey>,
}

/// Where a table is declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) span: Span,
    /// Its columns in the order of the declaration, with their places where they have any.
    pub(super) columns: Vec<(String, Span)>,
}

/// The files that declare a project's schema, sorted, and their language. None where there are none.
pub(super) fn files<'a>(
    project: &Project,
    files: &[&'a SourceFile],
    alone: bool,
) -> Option<(Language, Vec<&'a SourceFile>)> {
    let (language, mut found): (Language, Vec<&SourceFile>) = match project.framework {
        "prisma" => {
            let all = files.iter().copied().filter(|file| prisma::is_schema(&file.path)).collect();
            (Language::Prisma, all)
        }
        "drizzle" => {
            // Of several projects nobody knows whose tables a file declares.
            let looks = |file: &&SourceFile| {
                alone && decode(&file.bytes).is_ok_and(|text| drizzle::looks(&file.path, text))
            };
            let snapshot = drizzle::snapshot::newest(&project.root, files);
            (Language::Drizzle, files.iter().copied().filter(looks).chain(snapshot).collect())
        }
        "supabase" => {
            let folder = folder_of(&project.root);
            let is = |path: &str| {
                inside(path, folder)
                    .is_some_and(|rest| rest.starts_with("schemas/") && has_ending(rest, "sql"))
            };
            (Language::Supabase, files.iter().copied().filter(|file| is(&file.path)).collect())
        }
        _ => {
            let (folder, prefix) = dumped(&project.root)?;
            let is = |path: &str| {
                let name = inside(path, folder).and_then(|name| name.strip_prefix(prefix));
                matches!(name, Some("structure.sql" | "schema.rb"))
            };
            (Language::Dump, files.iter().copied().filter(|file| is(&file.path)).collect())
        }
    };
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found.dedup_by(|one, other| one.path == other.path);
    (!found.is_empty()).then_some((language, found))
}

/// Reads the files of a project's schema. None where they are another project's.
pub(super) fn read(
    project: &Project,
    language: Language,
    files: &[&SourceFile],
    version: Version,
) -> Option<Source> {
    match language {
        Language::Prisma => {
            let near = |one: &&Declared| shared(&one.folder, &project.root);
            let all = prisma::read(files);
            let best = all.iter().map(|one| near(&one)).max()?;
            let mut nearest = all.into_iter().filter(|one| near(&one) == best);
            let one = nearest.next().filter(|_| nearest.next().is_none())?;
            Some(declared(Language::Prisma, &one, version))
        }
        Language::Drizzle => {
            let (snapshots, code): (Vec<&SourceFile>, Vec<&SourceFile>) =
                files.iter().copied().partition(|file| has_ending(&file.path, "json"));
            let snapshot = snapshots.first().and_then(|file| drizzle::snapshot::read(file));
            let one = completed(drizzle::read(&code), snapshot);
            (!one.tables.is_empty()).then(|| declared(Language::Drizzle, &one, version))
        }
        Language::Supabase | Language::Dump => Some(sql(language, files, version)),
    }
}

/// What code declares; what of it could not be read, or all where nothing could, is as the snapshot has it.
fn completed(mut code: Declared, snapshot: Option<Declared>) -> Declared {
    let Some(snapshot) = snapshot else { return code };
    if code.tables.is_empty() {
        return snapshot;
    }
    for table in code.tables.iter_mut().filter(|table| table.not_understood.is_some()) {
        let is_same = |other: &&Table| other.table == table.table && other.schema == table.schema;
        if let Some(same) = snapshot.tables.iter().find(is_same) {
            *table = Table { path: table.path.clone(), span: table.span, ..same.clone() };
        }
    }
    let known: BTreeSet<String> = code.enums.iter().map(|one| one.type_name.clone()).collect();
    code.enums.extend(snapshot.enums.into_iter().filter(|one| !known.contains(&one.type_name)));
    code
}

/// Where the dump of a folder of migrations stands, and what its name begins with: that of `db/migrate` is
/// `db/structure.sql`, that of another database's `db/animals_migrate` is `db/animals_structure.sql`.
fn dumped(root: &str) -> Option<(&str, &str)> {
    let (folder, name) = root.rsplit_once('/').unwrap_or(("", root));
    let prefix = name.strip_suffix("migrate").or_else(|| name.strip_suffix("migrations"))?;
    (prefix.is_empty() || prefix.ends_with('_')).then_some((folder, prefix))
}

/// The name ends so, as the tools compare it.
fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

/// How many folders two paths share.
fn shared(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn inside<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

fn declared(language: Language, one: &Declared, version: Version) -> Source {
    let mut source = Source {
        language,
        path: one.tables.first().map(|table| table.path.clone()).unwrap_or_default(),
        facts: Facts::of(&one.catalog(version)),
        places: BTreeMap::new(),
        skipped: BTreeMap::new(),
        beside: BTreeSet::new(),
    };
    for table in &one.tables {
        let key = (table.schema.clone().unwrap_or_else(|| "public".to_owned()), table.table.clone());
        if table.is_view || table.is_ignored || table.is_implied {
            source.beside.insert(key);
            continue;
        }
        if let Some(span) = table.not_understood {
            source.skipped.insert(key.clone(), (table.path.clone(), span));
        }
        let ordered = table.columns.iter().filter(|_| !table.is_unordered);
        let columns = ordered.map(|column| (column.column.clone(), column.span)).collect();
        source.places.insert(key, Place { path: table.path.clone(), span: table.span, columns });
    }
    source
}

/// The statements of a file of SQL, or those that a dump in Ruby stands for.
fn statements(file: &SourceFile) -> Vec<Statement> {
    let text = decode(&file.bytes).ok().filter(|_| has_ending(&file.path, "rb"));
    let Some(text) = text else { return Read::whole(file).statements };
    let code = embedded::code(CodeTool::RAILS_SCHEMA, &file.path, text, &Files::default());
    embedded::read(&code.up).statements
}

fn sql(language: Language, files: &[&SourceFile], version: Version) -> Source {
    let mut catalog = Catalog::default();
    let mut source = Source {
        language,
        path: files.first().map(|file| file.path.clone()).unwrap_or_default(),
        facts: Facts::default(),
        places: BTreeMap::new(),
        skipped: BTreeMap::new(),
        beside: BTreeSet::new(),
    };
    for file in files {
        for statement in &statements(file) {
            if let Operation::CreateTable(create) = &statement.operation {
                let key = catalog.new_key(&create.name);
                let span = Span::new(statement.span.start, create.name.name.span.end);
                let place = Place { path: file.path.clone(), span, columns: Vec::new() };
                source.places.insert(key, place);
            }
            replay(&mut catalog, std::slice::from_ref(statement), version);
        }
    }
    catalog.settle();
    source.facts = Facts::of(&catalog);
    for (key, known) in &source.facts.tables {
        if let Some(place) = source.places.get(key).filter(|_| !known.is_sure) {
            source.skipped.insert(key.clone(), (place.path.clone(), place.span));
        }
    }
    source
}
