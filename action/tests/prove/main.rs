//! Proves on real PostgreSQL servers what core says of them.
//!
//! The versions are those of `LOCKKEEPER_PG` (`"17"`, `"13 18"`, `"all"`) or `LOCKKEEPER_TEST_PG`; without either
//! there is nothing to do. `-- observe …` runs statements and prints what they did (see `ad_hoc.rs`).

mod ad_hoc;
mod corpora;
mod differential;
mod fences;
mod fill;
mod fixed;
mod gate;
mod itself;
mod measured;
mod observation;
mod observe;
mod owner;
mod predict;
mod reference;
mod relations;
mod schema_text;
mod servers;
mod session;
mod split;

use libtest_mimic::{Arguments, Failed, Trial};
use lockkeeper_core::postgres::Version;

use servers::Server;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "observe") {
        ad_hoc::run(&arguments[1..]);
        return;
    }
    let versions = servers::wanted();
    if versions.is_empty() {
        eprintln!("no PostgreSQL asked for (LOCKKEEPER_PG): nothing to prove");
    }
    let mut arguments = Arguments::from_args();
    // Locks are watched through the whole server: one statement at a time.
    arguments.test_threads.get_or_insert(1);
    let trials = versions.into_iter().flat_map(trials).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials(version: Version) -> Vec<Trial> {
    let mut trials = vec![trial("itself", version, itself::run)];
    if let Some(folder) = measured::folder() {
        trials.push(trial("measured", version, move |server| measured::run(server, &folder)));
    }
    if let Some(folder) = corpora::folder() {
        trials.push(trial("corpora", version, move |server| corpora::run(server, &folder)));
    }
    trials.push(trial("fences", version, fences::run));
    trials.push(trial("fixes", version, fixed::run));
    trials.push(trial("reference", version, reference::run));
    trials.push(trial("differential", version, differential::run));
    trials
}

fn trial(
    name: &str,
    version: Version,
    run: impl FnOnce(&Server) -> Result<(), String> + Send + 'static,
) -> Trial {
    Trial::test(format!("{name}_{version}"), move || {
        let server = Server::start(version);
        run(&server).map_err(Failed::from)
    })
}
