//! `lockkeeper locks`.

use lockkeeper_core::change::SourceFile;
use lockkeeper_core::report::json;
use lockkeeper_core::review::Problem;

use crate::check::{say_losses, schema};
use crate::cli::{self, ListFormat};
use crate::configuration::Configuration;
use crate::workspace::{self, STDIN, display_name, read_named_text};
use crate::{Console, Outcome, Trouble, text};

/// Shows what each statement of the named files locks.
pub fn run(arguments: &cli::Locks, console: Console) -> Result<Outcome, Trouble> {
    let mut files = Vec::new();
    let mut unread = Vec::new();
    for path in &arguments.files {
        let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { display_name(path) };
        match read_named_text(path) {
            Ok(bytes) => files.push(SourceFile::new(name, bytes)),
            Err(fault) => {
                unread.push(Problem { path: name, span: None, message: fault.reason, harmless: false });
            }
        }
    }
    let folder = std::env::current_dir()
        .map_err(|error| Trouble::plain(format!("the current folder can't be read: {error}")))?;
    let root = workspace::root(&arguments.files, &folder)?;
    let configuration = Configuration::load(&arguments.common.known, &root, console)?;
    let schema = schema(&arguments.common.known, &configuration)?;
    let mut locks = lockkeeper_core::locks(&files, &schema, &configuration.policy);
    let lost = locks.problems.iter().any(|problem| !problem.harmless);
    let unable = !unread.is_empty() || locks.statements.is_empty() && lost;
    locks.problems.splice(0..0, unread);
    match arguments.format {
        ListFormat::Json => {
            say_losses(&locks.problems, console);
            console.report(&json::locks(&locks))?;
        }
        ListFormat::Text => console.report(&text::locks(&locks, &console.terminal()))?,
    }
    Ok(if unable { Outcome::Unable } else { Outcome::Pass })
}
