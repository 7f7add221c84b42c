//! Stops a server process in the middle of a statement, so that its locks can be read there.
//!
//! A server writes its log to a pipe. Every line begins with a prefix that is longer than a pipe holds, so a process
//! that logs something stands still until this end reads on. PostgreSQL logs an error before it aborts the
//! transaction, and at the level `debug5` each commit before it lets go of locks (`CommitTransaction` in xact.c): at
//! both places `pg_locks` shows every lock of the transaction. So we see the locks of statements that fail, and of
//! those that commit several times on their own (`… CONCURRENTLY`, `VACUUM`, `CALL`), without another
//! session in their way.

use std::collections::BTreeSet;
use std::io::{PipeReader, Read};
use std::sync::{Arc, Mutex};

use lockkeeper_core::postgres::LockMode;

use crate::session::Session;

/// Bytes of the prefix after the process id: more than a pipe holds, which is 64 KiB.
const FILLER: usize = 100_000;

/// `log_line_prefix`: the process id, a space, and the filler.
pub(crate) fn log_line_prefix() -> String {
    format!("%p {}", "#".repeat(FILLER))
}

/// A lock that a process holds: on which relation, in which mode.
pub(crate) type Held = (u32, LockMode);

/// Reads a server's log and looks at locks where it is told to.
pub(crate) struct Gate {
    watch: Arc<Mutex<Option<Watch>>>,
}

struct Watch {
    pid: i32,
    witness: Arc<Session>,
    seen: BTreeSet<Held>,
}

impl Gate {
    /// Reads the log from now on, until the server is gone.
    pub(crate) fn new(log: PipeReader) -> Gate {
        let watch = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&watch);
        std::thread::spawn(move || read(log, &shared));
        Gate { watch }
    }

    /// From now on the locks of a process are collected whenever it logs something.
    pub(crate) fn watch(&self, pid: i32, witness: &Arc<Session>) {
        let watch = Watch { pid, witness: Arc::clone(witness), seen: BTreeSet::new() };
        *self.watch.lock().expect("the reader lives") = Some(watch);
    }

    /// The locks that were seen since.
    pub(crate) fn seen(&self) -> BTreeSet<Held> {
        let watch = self.watch.lock().expect("the reader lives").take();
        watch.map(|watch| watch.seen).unwrap_or_default()
    }
}

/// Relation locks that a process holds in the witness's database, on relations that are not the system's own.
pub(crate) fn held(witness: &Session, pid: i32) -> BTreeSet<Held> {
    let rows = witness.must_rows(&format!(
        "select l.relation, l.mode from pg_locks l join pg_database d on d.oid = l.database \
         where l.pid = {pid} and l.locktype = 'relation' and l.granted and l.relation >= 16384 \
         and d.datname = current_database()"
    ));
    rows.iter()
        .filter_map(|row| {
            let oid = row.first()?.as_ref()?.parse().ok()?;
            let name = row.get(1)?.as_ref()?;
            Some((oid, LockMode::ALL.into_iter().find(|mode| mode.name() == name)?))
        })
        .collect()
}

/// One message after the other: the process id, a stop, the rest. Bytes are read one by one outside the filler, so
/// that nothing of the next message is taken before its stop.
fn read(mut log: PipeReader, watch: &Mutex<Option<Watch>>) {
    let mut filler = vec![0; FILLER];
    loop {
        // A line that does not begin with a process id continues the message before it.
        let Some(head) = until(&mut log, b" \n") else { return };
        let Ok(pid) = head.trim_end().parse::<i32>() else {
            if head.ends_with('\n') || until(&mut log, b"\n").is_some() {
                continue;
            }
            return;
        };
        if let Some(watch) = watch.lock().expect("the observer lives").as_mut()
            && watch.pid == pid
        {
            let held = held(&watch.witness, pid);
            watch.seen.extend(held);
        }
        if log.read_exact(&mut filler).is_err() || until(&mut log, b"\n").is_none() {
            return;
        }
    }
}

fn until(log: &mut PipeReader, ends: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    let mut byte = [0];
    loop {
        log.read_exact(&mut byte).ok()?;
        text.push(byte[0]);
        if ends.contains(&byte[0]) {
            return Some(String::from_utf8_lossy(&text).into_owned());
        }
    }
}
