//! What core says of statements, in the form in which the server's answer is compared with it.

use std::collections::{BTreeMap, BTreeSet};

use lockkeeper_core::change::{Policy, SourceFile};
use lockkeeper_core::postgres::{Effect, LockMode, LockedKind, TransactionRule, Version};
use lockkeeper_core::review::StatementEffect;

use crate::observation::Observation;

/// `data_corrupted` and `index_corrupted`: the server's own mistake, which nobody predicts. 17 and 18 lose a partition's
/// file where `ALTER TABLE … SET ACCESS METHOD`, `ALTER COLUMN … TYPE` and a new check of a partitioned table stand in
/// one statement.
const DAMAGED: [&str; 2] = ["XX001", "XX002"];

/// What core says that a statement does, or some in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prediction {
    /// The strongest mode on each relation that existed before; indexes are left out.
    pub(crate) locks: BTreeMap<String, LockMode>,
    /// Those of them that are held for moments only: they may go unseen.
    pub(crate) fleeting: BTreeSet<String>,
    /// Relations written anew.
    pub(crate) rewrites: BTreeSet<String>,
    /// Relations emptied.
    pub(crate) truncates: BTreeSet<String>,
    /// Relations read whole.
    pub(crate) scans: BTreeSet<String>,
    /// Indexes built.
    pub(crate) index_builds: BTreeSet<String>,
    /// It may not run in a transaction block.
    pub(crate) transaction_forbidden: bool,
    /// The SQLSTATE with which it fails for sure.
    pub(crate) fails: Option<String>,
    /// Core does not vouch for it.
    pub(crate) uncertain: bool,
}

/// The effects of the statements of some SQL on a schema, in order. `BEGIN` and its likes have none.
pub(crate) fn effects(schema: &str, sql: &str, version: Version) -> Vec<StatementEffect> {
    let policy = Policy { version, ..Policy::default() };
    let schema = [SourceFile::new("schema.sql", schema)];
    lockkeeper_core::locks(&[SourceFile::new("change.sql", sql)], &schema, &policy).statements
}

impl Prediction {
    /// Of some SQL that runs on a schema as one transaction, with settings of the session.
    pub(crate) fn of(schema: &str, settings: &str, sql: &str, version: Version) -> Prediction {
        let one = crate::split::statements(sql).len() < 2;
        let text = if one {
            format!("{settings};\n{sql};")
        } else {
            format!("{settings};\nbegin;\n{sql};\ncommit;")
        };
        let effects = effects(schema, &text, version);
        let mut prediction = Prediction::default();
        for statement in effects {
            prediction.add(&statement.effect);
            prediction.uncertain |= !statement.understood;
        }
        prediction
    }

    /// Adds a statement of the same transaction; one after a failure does nothing.
    pub(crate) fn add(&mut self, effect: &Effect) {
        if self.fails.is_some() {
            return;
        }
        let others = |lock: &&lockkeeper_core::postgres::Lock| !lock.new && lock.kind != LockedKind::Index;
        for lock in effect.locks.iter().filter(others) {
            let name = lock.relation.name.clone();
            if lock.transient {
                self.fleeting.insert(name.clone());
            }
            let strongest = self.locks.entry(name).or_insert(lock.mode);
            *strongest = lock.mode.max(*strongest);
        }
        self.transaction_forbidden |= effect.transaction == TransactionRule::Forbidden;
        self.uncertain |= effect.uncertain;
        if let Some(failure) = &effect.fails {
            // What a statement did is undone when it fails; what it locked was locked.
            self.fails = Some(failure.sqlstate.to_owned());
            self.rewrites.clear();
            self.truncates.clear();
            self.scans.clear();
            self.index_builds.clear();
            return;
        }
        let names = |relations: &[lockkeeper_core::postgres::RelationRef]| {
            relations.iter().map(|relation| relation.name.clone()).collect::<Vec<_>>()
        };
        self.rewrites.extend(names(&effect.rewrites));
        self.truncates.extend(names(&effect.truncates));
        self.scans.extend(names(&effect.scans));
        self.index_builds.extend(effect.index_builds.iter().map(|build| build.index.clone()));
    }

    /// Where the server did something else, a line each. What core does not vouch for is not held against it.
    pub(crate) fn differences(&self, seen: &Observation) -> Vec<String> {
        let refused = seen.fails.as_ref().map(|refusal| refusal.sqlstate.as_str());
        // In a block that somebody opened, what can't run there fails at once.
        if self.uncertain || (seen.in_block && self.transaction_forbidden && seen.transaction_forbidden) {
            return Vec::new();
        }
        if refused.is_some_and(|sqlstate| DAMAGED.contains(&sqlstate)) {
            return Vec::new();
        }
        let mut lines = self.lock_differences(seen);
        // Of a table without rows nothing shows; what the change made itself counts as new.
        let unseen = |name: &String| seen.empty.contains(name) || seen.young.contains(name);
        for (word, predicted, observed) in [
            ("rewrite", &self.rewrites, &seen.rewrites),
            ("truncate", &self.truncates, &seen.truncates),
            ("scan", &self.scans, &seen.scans),
        ] {
            for name in predicted.symmetric_difference(observed).filter(|name| !unseen(name)) {
                lines.push(one_sided(word, name, predicted.contains(name)));
            }
        }
        let built: BTreeSet<String> = seen.index_builds.keys().cloned().collect();
        for name in self.index_builds.symmetric_difference(&built).filter(|name| !seen.young.contains(*name))
        {
            lines.push(one_sided("index build", name, self.index_builds.contains(name)));
        }
        if self.transaction_forbidden != seen.transaction_forbidden {
            let word = |forbidden| if forbidden { "forbidden" } else { "allowed" };
            let (predicted, observed) = (word(self.transaction_forbidden), word(seen.transaction_forbidden));
            lines.push(format!("in a transaction block: predicted {predicted}, observed {observed}"));
        }
        if self.fails.as_deref() != refused {
            let predicted = self.fails.as_deref().unwrap_or("success");
            let observed = seen.fails.as_ref().map_or("success".to_owned(), ToString::to_string);
            lines.push(format!("outcome: predicted {predicted}, observed {observed}"));
        }
        lines
    }

    fn lock_differences(&self, seen: &Observation) -> Vec<String> {
        let mut lines = Vec::new();
        let observed = seen.locks_beside_indexes();
        for (name, mode) in &self.locks {
            let other = observed.get(name.as_str());
            let held = seen.held_before.contains(&(name.clone(), *mode));
            let fleeting = self.fleeting.contains(name)
                || (seen.transaction_forbidden && seen.partitioned.contains(name));
            if other == Some(mode) || (other.is_none_or(|other| other < mode) && (held || fleeting)) {
                continue;
            }
            let other = other.map_or("none", |mode| mode.name());
            lines.push(format!("lock on {name}: predicted {}, observed {other}", mode.name()));
        }
        for (name, mode) in observed {
            // What the change made itself counts as new.
            if !self.locks.contains_key(name) && !seen.young.contains(name) {
                lines.push(format!("lock on {name}: predicted none, observed {}", mode.name()));
            }
        }
        lines
    }
}

fn one_sided(word: &str, name: &str, predicted: bool) -> String {
    let (yes, no) = if predicted { ("predicted", "observed") } else { ("observed", "predicted") };
    format!("{word} of {name}: {yes}, not {no}")
}
