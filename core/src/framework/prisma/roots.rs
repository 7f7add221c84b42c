//! Where Prisma's migrations are: beside `migration_lock.toml`, where `prisma.config` says, or beside the schema
//! file that has the `datasource`.

use std::collections::BTreeMap;

use crate::framework::config;
use crate::framework::dialect::Dialect;
use crate::framework::search::{Search, problem};
use crate::framework::tree::{folder_of, join, leading_digits, name_of, resolve};
use crate::review::Problem;

/// A folder of Prisma migrations.
#[derive(Clone, Debug, Default)]
pub(super) struct Root {
    /// The folder.
    pub(super) folder: String,
    /// `provider` of the lock file, or else of the schema.
    pub(super) provider: Option<String>,
    /// The configuration file that names it.
    pub(super) config: Option<String>,
    /// What was found on the way.
    pub(super) problems: Vec<Problem>,
}

impl Root {
    /// The provider, where it is another database's.
    pub(super) fn foreign_provider(&self) -> Option<&str> {
        let provider = self.provider.as_deref()?;
        let foreign = Dialect::from_setting(provider) != Dialect::PostgreSql && !provider.contains('(');
        foreign.then_some(provider)
    }
}

/// Every folder that holds or should hold Prisma's migrations, sorted.
pub(super) fn roots(search: &Search<'_>) -> Vec<Root> {
    let mut roots: BTreeMap<String, Root> = BTreeMap::new();
    for path in search.tree.paths() {
        let name = name_of(path);
        if name == "migration_lock.toml" {
            let root = entry(&mut roots, folder_of(path).to_owned());
            let provider = search.tree.text(path).and_then(|text| config::toml(text, "", "provider"));
            root.provider = provider.map(str::to_owned).or_else(|| root.provider.take());
        } else if is_config(path) {
            from_config(search, path, &mut roots);
        } else if name.ends_with(".prisma") {
            from_schema(search, path, &mut roots);
        } else if name == "migration.sql" && is_migration_folder(search, folder_of(path)) {
            entry(&mut roots, folder_of(folder_of(path)).to_owned());
        }
    }
    roots.into_values().collect()
}

/// `prisma.config.ts` and its kin, also in `.config` without the word `config`.
fn is_config(path: &str) -> bool {
    let Some((stem, extension)) = name_of(path).rsplit_once('.') else { return false };
    let script = matches!(extension, "ts" | "js" | "mjs" | "cjs" | "mts" | "cts");
    let hidden = folder_of(path).ends_with(".config") && stem == "prisma";
    script && (stem == "prisma.config" || stem == "prisma7.config" || hidden)
}

fn from_config(search: &Search<'_>, path: &str, roots: &mut BTreeMap<String, Root>) {
    let Some(text) = search.tree.text(path) else { return };
    let base = config::base_of(path);
    let written = config::value(text, &["migrations", "path"]);
    let given = written.as_ref().and_then(|value| resolve(base, value.text()?));
    let folder = given.unwrap_or_else(|| beside_schema(text, base));
    if written.as_ref().is_some_and(|value| value.text().is_none()) {
        let message =
            "The path of the migrations is computed here: Lockkeeper looks for them beside the schema.";
        entry(roots, folder.clone()).problems.push(problem(path, message, true));
    }
    entry(roots, folder).config = Some(path.to_owned());
}

/// The folder `migrations` beside the schema that a configuration names; `prisma/schema.prisma` unless it does.
fn beside_schema(text: &str, base: &str) -> String {
    let written = config::value(text, &["schema"]);
    let schema = written.as_ref().and_then(|value| value.text()).and_then(|written| resolve(base, written));
    let folder = match schema {
        Some(file) if file.ends_with(".prisma") => folder_of(&file).to_owned(),
        Some(folder) => folder,
        None => join(base, "prisma"),
    };
    join(&folder, "migrations")
}

fn from_schema(search: &Search<'_>, path: &str, roots: &mut BTreeMap<String, Root>) {
    let Some(text) = search.tree.text(path).filter(|text| config::has_datasource(text)) else { return };
    let provider = config::datasource(text, "provider").map(str::to_owned);
    let beside = join(folder_of(path), "migrations");
    let root = entry(roots, beside);
    root.provider = root.provider.take().or(provider);
}

/// `<folder>/migration.sql` with no other sign of Prisma: taken in a folder called `prisma`, or where Prisma is
/// named. Drizzle 1.0 has a `snapshot.json` beside it.
fn is_migration_folder(search: &Search<'_>, folder: &str) -> bool {
    let above = folder_of(folder);
    if search.tree.has(&join(folder, "snapshot.json")) || folder.is_empty() {
        return false;
    }
    let in_prisma =
        above.split('/').any(|part| part == "prisma") && leading_digits(name_of(folder)).0.len() >= 4;
    in_prisma || search.forced
}

fn entry(roots: &mut BTreeMap<String, Root>, folder: String) -> &mut Root {
    roots.entry(folder).or_insert_with_key(|folder| Root { folder: folder.clone(), ..Root::default() })
}
