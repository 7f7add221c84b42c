//! A GitHub for tests: it keeps state, knows diffs, holds every request against GitHub's own description of its API,
//! and then against what that description leaves open.

mod contract;
mod diff;
mod graph;
mod rest;
mod server;
pub mod state;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

pub use self::state::{Fault, Kind, Level, State, Tree};

/// A running fake.
pub struct Fake {
    state: Arc<Mutex<State>>,
    address: String,
    _runtime: tokio::runtime::Runtime,
}

impl Fake {
    /// Starts one whose pull request makes `head` of `base`.
    pub fn start(base: &[(&str, &str)], head: &[(&str, &str)]) -> Self {
        Fake::start_with(tree(base), tree(head))
    }

    pub fn start_with(base: Tree, head: Tree) -> Self {
        let state = Arc::new(Mutex::new(State::new(base, head)));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let address = runtime.block_on(server::listen(&state));
        Fake { state, address, _runtime: runtime }
    }

    /// `http://127.0.0.1:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

pub fn tree(files: &[(&str, &str)]) -> Tree {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect::<BTreeMap<_, _>>()
}
