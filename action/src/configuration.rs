//! `lockkeeper.yml` and what it names, found and read. What the command line says wins over it.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use lockkeeper_core::baseline::{self, Baseline};
use lockkeeper_core::change::{SourceFile, Stats};
use lockkeeper_core::date::Date;
use lockkeeper_core::policy::{self, FILE_NAME, Policy};
use lockkeeper_core::report::words::counted;

use crate::cli::Known;
use crate::workspace::{Fault, display_name, read_found, read_named};
use crate::{Console, Trouble, stats, text};

/// Names that people expect to be read, and that are not.
const OTHER_NAMES: &[&str] = &["lockkeeper.yaml", ".lockkeeper.yml", ".lockkeeper.yaml"];

const SECONDS_PER_DAY: u64 = 86_400;

/// A policy, and where it is from.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// The policy, without its baseline.
    pub(crate) policy: Policy,
    /// The folder that its paths are relative to.
    root: PathBuf,
}

impl Configuration {
    /// The policy that is named, or the one at the root; the default one where there is none. Faults are drawn.
    pub(crate) fn load(known: &Known, root: &Path, console: Console) -> Result<Self, Trouble> {
        let found = match &known.config {
            Some(path) => {
                let bytes = read_named(path).map_err(|fault| unread(&display_name(path), &fault))?;
                Some(SourceFile::new(display_name(path), bytes))
            }
            None => at_root(root, console)?,
        };
        let mut policy = match &found {
            None => Policy::default(),
            Some(file) => policy::read(&file.bytes).map_err(|faults| {
                console.draw(&text::faults(file, &faults, &console.terminal()));
                let count = counted(faults.len(), "fault", "faults");
                Trouble::new(
                    format!("{} has {count}: nothing was looked at", file.path),
                    "docs/policy.md has every key with an example",
                )
            })?,
        };
        if let Some(version) = known.pg {
            policy.version = version;
        }
        policy.today = today();
        Ok(Configuration { policy, root: root.to_path_buf() })
    }

    /// The schema files that the policy names.
    pub(crate) fn schema(&self) -> Result<Vec<SourceFile>, Trouble> {
        let read = |name: &String| Ok(SourceFile::new(name.as_str(), self.file(name)?));
        self.policy.files.schema.iter().map(read).collect()
    }

    /// The table sizes that the policy names.
    pub(crate) fn stats(&self) -> Result<Option<Stats>, Trouble> {
        let name = self.policy.files.stats.as_ref();
        name.map(|name| stats::parsed(name, &self.file(name)?)).transpose()
    }

    /// The path of the baseline: the one that the policy names, or the usual one.
    pub(crate) fn baseline_path(&self) -> &str {
        self.policy.files.baseline.as_deref().unwrap_or(baseline::FILE_NAME)
    }

    /// The baseline; none where the policy names none and the usual one is not there.
    pub(crate) fn baseline(&self) -> Result<Option<Baseline>, Trouble> {
        let name = self.baseline_path();
        let is_named = self.policy.files.baseline.is_some();
        if !is_named && self.root.join(name).symlink_metadata().is_err() {
            return Ok(None);
        }
        let bytes = self.file(name)?;
        Baseline::read(name, &bytes).map(Some).map_err(|reason| {
            Trouble::new(format!("{name} is no baseline: {reason}"), "write it anew with lockkeeper baseline")
        })
    }

    /// A place in the repository.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn file(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        read_found(&self.root.join(name)).map_err(|fault| {
            let mut trouble = unread(name, &fault);
            trouble.hint = Some(format!("{FILE_NAME} names it, from the root of the repository"));
            trouble
        })
    }
}

fn at_root(root: &Path, console: Console) -> Result<Option<SourceFile>, Trouble> {
    let path = root.join(FILE_NAME);
    for other in OTHER_NAMES.iter().filter(|other| root.join(other).symlink_metadata().is_ok()) {
        console.say(&Trouble::note(
            format!("{other} is not read"),
            format!("name it {FILE_NAME}, or give it with --config {other}"),
        ));
    }
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let bytes = read_found(&path).map_err(|fault| unread(FILE_NAME, &fault))?;
    Ok(Some(SourceFile::new(FILE_NAME, bytes)))
}

fn unread(name: &str, fault: &Fault) -> Trouble {
    Trouble::plain(format!("{name}: {}", fault.reason))
}

/// The day in UTC, for suppressions that end.
pub(crate) fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Date::of_unix_days(since.as_secs() / SECONDS_PER_DAY)
}
