//! `lockkeeper init`: looks at a repository, says what it found and where, and writes a policy and a workflow.

mod found;
mod texts;
mod write;

use lockkeeper_core::change::SourceFile;
use lockkeeper_core::policy::FILE_NAME;

use crate::workspace;
use crate::{Console, Outcome, Trouble, cli};

use found::Found;
use write::Written;

/// Where GitHub looks for workflows.
const WORKFLOW: &str = ".github/workflows/lockkeeper.yml";

/// Looks, says what was found, writes.
pub fn run(arguments: &cli::Init, console: Console) -> Result<Outcome, Trouble> {
    let folder = std::env::current_dir()
        .map_err(|error| Trouble::plain(format!("the current folder can't be read: {error}")))?;
    let root = workspace::root(&[], &folder)?;
    let files: Vec<SourceFile> = workspace::all(&folder)?.change.head;
    let found = Found::new(&files);
    let mut report = found.words();
    let mut planned = vec![(FILE_NAME, texts::policy(&found))];
    if found.gitlab && !root.join(".github").is_dir() {
        report.push_str(&format!("\n.gitlab-ci.yml: add this job to it\n\n{}", texts::GITLAB));
    } else {
        planned.push((WORKFLOW, texts::workflow()));
    }
    for (name, text) in planned {
        report.push('\n');
        if arguments.dry_run {
            report.push_str(&format!("{name}\n\n{text}"));
            continue;
        }
        let done = write::write(&root, name, &text, arguments.force)?;
        report.push_str(&match done {
            Written::New => format!("{name}: written\n"),
            Written::Replaced => format!("{name}: written anew, as --force says\n"),
            Written::Same => format!("{name}: is there already, just so\n"),
            Written::Kept => {
                format!("{name}: is there already, and is left as it is (--force writes it anew)\n")
            }
        });
    }
    if !arguments.dry_run {
        report
            .push_str("\nNext: lockkeeper check; and lockkeeper baseline, so that only new findings count\n");
    }
    console.report(&report)?;
    Ok(Outcome::Pass)
}
