//! Lockkeeper's native shell: everything that touches the world. It reads files, asks git, draws on the terminal.
//! What is dangerous and in which words it is said is core's alone.

pub mod baseline;
pub mod check;
pub mod cli;
mod configuration;
mod console;
#[cfg(feature = "internals")]
pub mod debug;
mod difference;
#[cfg(feature = "internals")]
mod docs;
#[cfg(feature = "internals")]
pub mod embedded;
pub mod explain;
#[cfg(feature = "internals")]
mod findings;
pub mod github;
#[cfg(feature = "internals")]
mod history;
pub mod init;
pub mod locks;
#[cfg(feature = "internals")]
mod measured;
mod mend;
#[cfg(feature = "internals")]
mod models;
#[cfg(feature = "internals")]
mod projects;
#[cfg(feature = "internals")]
pub mod reference;
#[cfg(feature = "internals")]
mod schemas;
mod since;
mod stats;
pub mod text;
mod trouble;
pub mod workspace;

pub use console::Console;
pub use trouble::{Outcome, Trouble};

/// Runs what the command line asks for.
pub fn run(arguments: &cli::Arguments) -> Outcome {
    let console = Console::new(arguments.color.into());
    let outcome = match &arguments.command {
        cli::Command::Check(check) => check::run(check, console),
        cli::Command::Locks(locks) => locks::run(locks, console),
        cli::Command::Baseline(baseline) => baseline::run(baseline, console),
        cli::Command::Explain(explain) => explain::run(explain, console),
        cli::Command::Init(init) => init::run(init, console),
        cli::Command::Review(review) => github::run(review, console),
        #[cfg(feature = "internals")]
        cli::Command::Debug(debug) => {
            debug::run(debug).map(|()| Outcome::Pass).map_err(|error| Trouble::plain(error.to_string()))
        }
    };
    outcome.unwrap_or_else(|trouble| {
        console.say(&trouble);
        Outcome::Unable
    })
}
