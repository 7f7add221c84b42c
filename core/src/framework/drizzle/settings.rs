//! Where Drizzle's migrations are and how they run: journals, snapshots, `drizzle.config`, `package.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::is_folder_of_one;
use super::journal::{self, Journal};
use crate::framework::TransactionModel;
use crate::framework::config;
use crate::framework::packages::lowest;
use crate::framework::search::{Search, problem};
use crate::framework::tree::{folder_of, join, leading_digits, name_of, resolve, upward};
use crate::review::Problem;

/// A folder of Drizzle's migrations.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// The folder.
    pub(super) folder: String,
    /// How it is laid out.
    pub(super) layout: Layout,
    /// The dialect, as it is written.
    pub(super) dialect: Option<String>,
    /// The version of `drizzle-orm`, or else of `drizzle-kit`.
    pub(super) version: Option<String>,
    /// How its migrations run.
    pub(super) transactions: TransactionModel,
    /// What was found on the way.
    pub(super) problems: Vec<Problem>,
}

/// How a folder is laid out.
#[derive(Clone, Debug)]
pub(super) enum Layout {
    /// With a journal, up to 0.45.
    Journal(Journal),
    /// With a folder for each migration, from 1.0.
    Folders,
    /// With a journal that can't be read, at that path.
    Broken(String),
}

/// Every folder of Drizzle migrations, sorted.
pub(super) fn roots(search: &Search<'_>) -> Vec<Root> {
    let mut layouts: BTreeMap<String, Layout> = BTreeMap::new();
    let mut configs: Vec<&str> = Vec::new();
    let mut http: Vec<&str> = Vec::new();
    for path in search.tree.paths() {
        let name = name_of(path);
        if name == "_journal.json" && name_of(folder_of(path)) == "meta" {
            let journal = search.tree.text(path).and_then(journal::read);
            let layout = journal.map_or_else(|| Layout::Broken(path.to_owned()), Layout::Journal);
            layouts.insert(folder_of(folder_of(path)).to_owned(), layout);
        } else if name == "migration.sql" && (is_folder_of_one(search, path) || forced_folder(search, path)) {
            layouts.entry(folder_of(folder_of(path)).to_owned()).or_insert(Layout::Folders);
        } else if is_config(name) {
            configs.push(path);
        } else if is_script(name)
            && search.tree.text(path).is_some_and(|text| text.contains("neon-http/migrator"))
        {
            http.push(path);
        }
    }
    let configs = configs.into_iter().filter_map(|path| read_config(search, path, &layouts));
    let configs: BTreeMap<String, Config> = configs.map(|config| (config.out.clone(), config)).collect();
    layouts.into_iter().map(|(folder, layout)| root(search, folder, layout, &configs, &http)).collect()
}

fn root(
    search: &Search<'_>,
    folder: String,
    layout: Layout,
    configs: &BTreeMap<String, Config>,
    http: &[&str],
) -> Root {
    let version =
        search.packages.version(&folder, &["drizzle-orm", "drizzle-kit"]).map(|it| it.text().to_owned());
    let config = configs.get(&folder);
    let from_files = match &layout {
        Layout::Journal(journal) => journal.dialect.clone(),
        Layout::Folders => snapshot_dialect(search, &folder),
        Layout::Broken(_) => None,
    };
    let dialect = from_files.or_else(|| config.and_then(|config| config.dialect.clone()));
    let mut problems = Vec::new();
    let first = version.as_deref().and_then(lowest).is_some_and(|version| version >= (1, 0));
    if first && let Layout::Journal(_) = &layout {
        let message = "Drizzle 1.0 refuses a folder with a journal until `drizzle-kit up` has run.";
        problems.push(problem(&join(&folder, "meta/_journal.json"), message, false));
    }
    let over_http = config.is_some_and(|config| config.over_http) || runs_over_http(search, &folder, http);
    let transactions = match &layout {
        // `neon-http/migrator`: no transaction at all; from 1.0 one `db.batch`, which is one transaction.
        Layout::Journal(_) if over_http => TransactionModel::Autocommit,
        _ => TransactionModel::RunStatements,
    };
    let only_neon = search.packages.depends(&folder, "drizzle-orm", "@neondatabase/serverless")
        && !["pg", "postgres", "@vercel/postgres"]
            .iter()
            .any(|it| search.packages.depends(&folder, "drizzle-orm", it));
    if only_neon && !over_http && matches!(layout, Layout::Journal(_)) {
        let message = "The review takes it that one transaction holds all pending migrations. Where code migrates by \
                       `drizzle-orm/neon-http/migrator` each statement commits by itself instead.";
        problems.push(problem(&folder, message, true));
    }
    Root { folder, layout, dialect, version, transactions, problems }
}

struct Config {
    out: String,
    dialect: Option<String>,
    over_http: bool,
}

fn is_config(name: &str) -> bool {
    let script = name.rsplit_once('.').is_some_and(|(_, it)| is_script(name) || it == "json");
    script && name.starts_with("drizzle") && name.contains("config")
}

fn is_script(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "ts" | "js" | "mjs" | "cjs" | "mts" | "cts")
}

/// `out` is relative to where drizzle-kit is started: the folder of the configuration or one above it, whichever has
/// such a folder of migrations.
fn read_config(search: &Search<'_>, path: &str, layouts: &BTreeMap<String, Layout>) -> Option<Config> {
    let text = search.tree.text(path)?;
    let written = config::value(text, &["out"]);
    let out = match &written {
        Some(value) => value.text()?,
        None => "drizzle",
    };
    let candidates = || upward(folder_of(path)).filter_map(|folder| resolve(folder, out));
    let out = candidates().find(|folder| layouts.contains_key(folder))?;
    let text_of = |key: &str| config::value(text, &[key]).and_then(|value| value.text().map(str::to_owned));
    // Before 0.21 there was no `dialect` but `driver: "pg"`.
    let driver = text_of("driver");
    let old = driver
        .clone()
        .filter(|driver| matches!(driver.as_str(), "pg" | "mysql2" | "better-sqlite" | "turso"));
    let old = old.map(|driver| if driver == "better-sqlite" { "sqlite".to_owned() } else { driver });
    Some(Config {
        out,
        dialect: text_of("dialect").or(old),
        over_http: driver.as_deref() == Some("neon-http"),
    })
}

/// A script that migrates over HTTP, in the package that holds the folder.
fn runs_over_http(search: &Search<'_>, folder: &str, scripts: &[&str]) -> bool {
    let package = upward(folder).find(|above| search.tree.has(&join(above, "package.json"))).unwrap_or("");
    scripts.iter().any(|script| crate::framework::tree::relative(script, package).is_some())
}

fn snapshot_dialect(search: &Search<'_>, folder: &str) -> Option<String> {
    let snapshot = search.tree.under(folder).find(|path| name_of(path) == "snapshot.json")?;
    let json: Value = serde_json::from_str(search.tree.text(snapshot)?).ok()?;
    json.get("dialect").and_then(Value::as_str).map(str::to_owned)
}

fn forced_folder(search: &Search<'_>, path: &str) -> bool {
    search.forced && leading_digits(name_of(folder_of(path))).0.len() >= 4
}
