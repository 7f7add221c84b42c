//! Runs one statement and says what it did.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::gate::{self, Held};
use crate::observation::{Built, Observation};
use crate::relations::{self, Relations};
use crate::servers::{Database, Server};
use crate::session::{Refusal, Row, Session};

/// A scan reads at least this part of the rows (a few may be gone or not be there yet).
const WHOLE: f64 = 0.95;

/// Codes with which PostgreSQL refuses a statement in a transaction block: `active_sql_transaction`, and
/// `invalid_transaction_termination` for `COMMIT` in a procedure or `DO`.
const REFUSED_IN_A_BLOCK: [&str; 2] = ["25001", "2D000"];

/// The eyes on one database: a session that runs statements and another that watches it.
pub(crate) struct Observer<'a> {
    database: &'a Database<'a>,
    actor: Session,
    witness: Arc<Session>,
    settings: String,
    block: bool,
    /// Relations that were there when the watch began: what is made later locks nobody out.
    old: BTreeSet<u32>,
    frozen: Option<(Relations, BTreeMap<u32, i64>)>,
}

/// What becomes of a statement's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// It is kept.
    Commit,
    /// It is undone, where PostgreSQL can undo it.
    Rollback,
}

/// How long an observer waits for a server before 15 to count what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Patience {
    /// As long as it takes, about a second.
    Long,
    /// Not at all; where the time was too short the observation says so.
    Short,
}

/// A process of a server before 15 keeps its counts at least this long.
const UNREPORTED: Duration = Duration::from_millis(450);

impl<'a> Observer<'a> {
    /// Watches a database. `settings` are `SET` statements for the session that runs statements.
    pub(crate) fn new(database: &'a Database<'a>, settings: &str) -> Observer<'a> {
        let witness = Arc::new(database.connect());
        let actor = actor(database, settings);
        let old = relations::relations(&witness).into_keys().collect();
        Observer { database, actor, witness, settings: settings.to_owned(), block: false, old, frozen: None }
    }

    /// Runs statements that nobody asks about. `BEGIN` and `COMMIT` hold for those that follow.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), Refusal> {
        let result = self.actor.run(sql);
        // In a block that failed even this is refused.
        let in_a_block = self.actor.rows("select 1 where now() <> statement_timestamp()");
        self.block = !in_a_block.is_ok_and(|rows| rows.is_empty());
        result
    }

    /// Runs a statement (or some, as one) and says what it did: in a transaction of its own, or where `BEGIN` was
    /// run before, in that one.
    pub(crate) fn observe(&mut self, sql: &str, after: After) -> Observation {
        if self.block
            && let Err(refusal) = self.actor.run("select 1")
        {
            // The block failed before.
            return Observation { fails: Some(refusal), in_block: true, ..Observation::default() };
        }
        // What others can see, by the names that it has in an open transaction.
        let mut before = relations::relations(&self.witness);
        for (oid, relation) in relations::relations(&self.actor) {
            before.entry(oid).and_modify(|seen| seen.name = relation.name);
        }
        // The witness reads no rows: that would be counted as scans, at a time of its own choice.
        let rows = if self.block { estimates(&before) } else { relations::counts(&self.actor, &before) };
        if !self.block {
            self.actor.must("begin");
        }
        let seen = self.in_a_block(sql, &before, &rows);
        let refused = seen
            .fails
            .as_ref()
            .is_some_and(|refusal| REFUSED_IN_A_BLOCK.contains(&refusal.sqlstate.as_str()));
        if self.block {
            return Observation { transaction_forbidden: refused, in_block: true, ..seen };
        }
        match after {
            After::Commit if seen.fails.is_none() => self.actor.must("commit"),
            After::Commit | After::Rollback => self.actor.must("rollback"),
        }
        if refused { self.alone(sql, &before, Patience::Long) } else { seen }
    }

    /// Ends a session and waits until the server has done so too: then what it read counts as read.
    pub(crate) fn wait_for_end(&self, session: Session) {
        let pid = session.pid;
        drop(session);
        let alive = format!("select 1 from pg_stat_activity where pid = {pid}");
        while !self.witness.must_rows(&alive).is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Takes note of the database as it is now, for [`Observer::observe_frozen`].
    pub(crate) fn freeze(&mut self) {
        let relations = relations::relations(&self.actor);
        let rows = relations::counts(&self.actor, &relations);
        self.old = relations.keys().copied().collect();
        self.frozen = Some((relations, rows));
    }

    /// Like [`Observer::observe`], quicker, for many statements on one schema: each is undone, but for those that
    /// PostgreSQL refuses in a block.
    pub(crate) fn observe_frozen(&mut self, sql: &str) -> Observation {
        let (before, rows) = self.frozen.take().expect("the database was frozen");
        // Round trips are what this takes most of its time for, so questions are asked together.
        let in_transaction = tuples_query(&before, "pg_stat_get_xact_tuples_returned");
        // What an earlier transaction read is counted here too until the server gets to writing it down.
        let read_before = tuples_of(&self.actor.must_rows(&format!("begin; {in_transaction}")));
        self.server().gate.watch(self.actor.pid, &self.witness);
        let answer = self.actor.run(sql);
        let mut held = self.server().gate.seen();
        let mut observation = self.observation(&before, &rows);
        match answer {
            Ok(()) => {
                held.extend(gate::held(&self.witness, self.actor.pid));
                let answers = self.actor.must_rows(&format!("{in_transaction}; {}", relations::RELATIONS));
                let (read, now): (Vec<Row>, Vec<Row>) = answers.into_iter().partition(|row| row.len() == 2);
                scans(&mut observation, &before, &rows, &since(&read_before, tuples_of(&read)));
                let now = relations::of_rows(&now);
                files_changed(&mut observation, &self.actor, (&before, &now), &before, &rows);
            }
            Err(refusal) => observation.fails = Some(refusal),
        }
        // Prepared statements outlive their transaction.
        self.actor.must("rollback; deallocate all");
        locks(&mut observation, &before, &held);
        let refused = observation
            .fails
            .as_ref()
            .is_some_and(|refusal| REFUSED_IN_A_BLOCK.contains(&refusal.sqlstate.as_str()));
        if refused {
            observation = self.alone(sql, &before, Patience::Short);
        }
        self.frozen = Some((before, rows));
        observation
    }

    fn server(&self) -> &Server {
        self.database.server()
    }

    fn in_a_block(&self, sql: &str, before: &Relations, rows: &BTreeMap<u32, i64>) -> Observation {
        let files = relations::relations(&self.actor);
        let held_before = gate::held(&self.witness, self.actor.pid);
        let read_before = self.tuples_in_transaction(before);
        self.server().gate.watch(self.actor.pid, &self.witness);
        let answer = self.actor.run(sql);
        let mut held = self.server().gate.seen();
        let mut observation = self.observation(before, rows);
        match answer {
            Ok(()) => {
                held.extend(gate::held(&self.witness, self.actor.pid));
                scans(
                    &mut observation,
                    before,
                    rows,
                    &since(&read_before, self.tuples_in_transaction(before)),
                );
                let now = relations::relations(&self.actor);
                files_changed(&mut observation, &self.actor, (&files, &now), before, rows);
            }
            Err(refusal) => observation.fails = Some(refusal),
        }
        let taken: BTreeSet<Held> = held.difference(&held_before).copied().collect();
        locks(&mut observation, before, &taken);
        observation.held_before = held_before
            .iter()
            .filter_map(|(oid, mode)| Some((before.get(oid)?.name.clone(), *mode)))
            .collect();
        observation
    }

    /// Outside a block. Statements that commit in between are held still at each commit.
    fn alone(&mut self, sql: &str, before: &Relations, patience: Patience) -> Observation {
        let rows = relations::counts(&self.actor, before);
        if patience == Patience::Short && !self.server().version.at_least(15) {
            return self.alone_unreported(sql, before, &rows);
        }
        self.renew();
        let read_before = self.tuples_ever(before);
        self.actor.must("set log_min_messages = debug5");
        self.server().gate.watch(self.actor.pid, &self.witness);
        let answer = self.actor.run(sql);
        let held = self.server().gate.seen();
        self.actor.must("set log_min_messages = error");
        let mut observation = self.observation(before, &rows);
        observation.transaction_forbidden = true;
        locks(&mut observation, before, &held);
        match answer {
            Ok(()) => {
                self.renew();
                scans(&mut observation, before, &rows, &since(&read_before, self.tuples_ever(before)));
                let now = relations::relations(&self.witness);
                files_changed(&mut observation, &self.witness, (before, &now), before, &rows);
            }
            Err(refusal) => observation.fails = Some(refusal),
        }
        observation
    }

    /// The same before 15, without waiting for the statistics collector: a process reports what it did with its
    /// first statement, and then not again for half a second (`PGSTAT_STAT_INTERVAL`). Within that time what it read
    /// is still its own to count, over transactions too; after it the observation is blurred.
    fn alone_unreported(&mut self, sql: &str, before: &Relations, rows: &BTreeMap<u32, i64>) -> Observation {
        let begin = Instant::now();
        self.actor = actor(self.database, &self.settings);
        let read_before = self.tuples_in_transaction(before);
        self.actor.must("set log_min_messages = debug5");
        self.server().gate.watch(self.actor.pid, &self.witness);
        let answer = self.actor.run(sql);
        let held = self.server().gate.seen();
        let read = since(&read_before, self.tuples_in_transaction(before));
        let blurred = begin.elapsed() > UNREPORTED;
        self.actor.must("set log_min_messages = error");
        let mut observation = self.observation(before, rows);
        observation.transaction_forbidden = true;
        observation.blurred = blurred;
        locks(&mut observation, before, &held);
        match answer {
            Ok(()) => {
                scans(&mut observation, before, rows, &read);
                let now = relations::relations(&self.witness);
                files_changed(&mut observation, &self.witness, (before, &now), before, rows);
            }
            Err(refusal) => observation.fails = Some(refusal),
        }
        observation
    }

    fn observation(&self, before: &Relations, rows: &BTreeMap<u32, i64>) -> Observation {
        let names = |wanted: &dyn Fn(&u32) -> bool| {
            let found = before.iter().filter(|(oid, _)| wanted(oid));
            found.map(|(_, relation)| relation.name.clone()).collect()
        };
        Observation {
            young: names(&|oid| !self.old.contains(oid)),
            partitioned: names(&|oid| before.get(oid).is_some_and(|relation| relation.kind == 'p')),
            empty: names(&|oid| rows.get(oid).is_none_or(|rows| *rows == 0)),
            ..Observation::default()
        }
    }

    fn tuples_in_transaction(&self, relations: &Relations) -> BTreeMap<u32, i64> {
        tuples(&self.actor, relations, "pg_stat_get_xact_tuples_returned")
    }

    fn tuples_ever(&self, relations: &Relations) -> BTreeMap<u32, i64> {
        self.witness.must("select pg_stat_clear_snapshot()");
        tuples(&self.witness, relations, "pg_stat_get_tuples_returned")
    }

    /// Makes the server count what was done so far.
    fn renew(&mut self) {
        if self.server().version.at_least(15) {
            self.actor.must("select pg_stat_force_next_flush()");
            self.witness.must("select pg_stat_force_next_flush()");
            return;
        }
        // Before 15 a process reports at its end for sure, and a collector writes it down when it likes. So the
        // process ends; a scan of a small system table, which nobody else reads, says when the collector got to it.
        let marker = "select pg_stat_get_numscans('pg_catalog.pg_largeobject_metadata'::regclass)";
        self.witness.must("select pg_stat_clear_snapshot()");
        let scans: i64 = self.witness.value(marker).parse().expect("a count is a number");
        let old = std::mem::replace(&mut self.actor, actor(self.database, &self.settings));
        old.must("select count(*) from pg_largeobject_metadata");
        drop(old);
        let begin = Instant::now();
        loop {
            self.witness.must("select pg_stat_clear_snapshot()");
            if self.witness.value(marker).parse().is_ok_and(|now: i64| now > scans) {
                return;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "the statistics collector is silent");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn actor(database: &Database<'_>, settings: &str) -> Session {
    let session = database.connect();
    session.must("set log_min_messages = error");
    session.must(settings);
    session
}

/// Rows per relation as the last `ANALYZE` saw them.
fn estimates(relations: &Relations) -> BTreeMap<u32, i64> {
    let tables = relations.iter().filter(|(_, relation)| relation.has_rows());
    tables.map(|(oid, relation)| (*oid, relation.estimate.max(0))).collect()
}

fn since(before: &BTreeMap<u32, i64>, now: BTreeMap<u32, i64>) -> BTreeMap<u32, i64> {
    let was = |oid: &u32| before.get(oid).copied().unwrap_or_default();
    now.into_iter().map(|(oid, tuples)| (oid, tuples - was(&oid))).collect()
}

fn tuples(session: &Session, relations: &Relations, function: &str) -> BTreeMap<u32, i64> {
    tuples_of(&session.must_rows(&tuples_query(relations, function)))
}

fn tuples_query(relations: &Relations, function: &str) -> String {
    let tables: Vec<String> = relations
        .iter()
        .filter(|(_, relation)| relation.has_rows())
        .map(|(oid, _)| oid.to_string())
        .collect();
    format!("select oid, coalesce({function}(oid), 0) from unnest('{{{}}}'::oid[]) oid", tables.join(","))
}

fn tuples_of(rows: &[Row]) -> BTreeMap<u32, i64> {
    rows.iter()
        .filter_map(|row| Some((row.first()?.as_ref()?.parse().ok()?, row.get(1)?.as_ref()?.parse().ok()?)))
        .collect()
}

fn locks(observation: &mut Observation, before: &Relations, taken: &BTreeSet<Held>) {
    for (oid, mode) in taken {
        let Some(relation) = before.get(oid) else { continue };
        let first = (relation.locked_kind(), *mode);
        let strongest = observation.locks.entry(relation.name.clone()).or_insert(first);
        strongest.1 = strongest.1.max(*mode);
    }
}

#[expect(clippy::cast_precision_loss, reason = "tables here have a few thousand rows")]
fn scans(
    observation: &mut Observation,
    before: &Relations,
    rows: &BTreeMap<u32, i64>,
    read: &BTreeMap<u32, i64>,
) {
    for (oid, relation) in before {
        let rows = rows.get(oid).copied().unwrap_or_default();
        let read = read.get(oid).copied().unwrap_or_default();
        if rows > 0 && read as f64 >= rows as f64 * WHOLE {
            observation.scans.insert(relation.name.clone());
        }
    }
}

fn files_changed(
    observation: &mut Observation,
    session: &Session,
    (before, after): (&Relations, &Relations),
    visible: &Relations,
    rows: &BTreeMap<u32, i64>,
) {
    let tables = before.iter().filter(|(oid, relation)| relation.has_rows() && visible.contains_key(oid));
    for (oid, relation) in tables {
        if after.get(oid).is_none_or(|now| now.file == relation.file) {
            continue;
        }
        let had_rows = rows.get(oid).copied().unwrap_or_default() > 0;
        let empty = || session.value(&format!("select pg_relation_size({oid})")) == "0";
        let names = if had_rows && empty() { &mut observation.truncates } else { &mut observation.rewrites };
        names.insert(relation.name.clone());
    }
    for (oid, index) in after.iter().filter(|(_, relation)| relation.is_index()) {
        let built = match before.get(oid) {
            Some(same) if same.file == index.file => continue,
            Some(_) => Built::Rebuilt,
            None => {
                let mut gone =
                    before.iter().filter(|(old, _)| !after.contains_key(old)).map(|(_, relation)| relation);
                // `ALTER TYPE` makes the index anew and lets it keep its file; a constraint may rename it besides.
                if gone.clone().any(|old| old.is_index() && old.file == index.file) {
                    continue;
                }
                match gone.find(|old| old.name == index.name) {
                    Some(_) => Built::Replaced,
                    None => Built::New,
                }
            }
        };
        observation.index_builds.insert(index.name.clone(), built);
    }
}
