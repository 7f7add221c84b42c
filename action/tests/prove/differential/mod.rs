//! DDL that nobody thought of: schemas and statements by choices, run on a server and through core, which must agree
//! on locks, rewrites, scans, index builds and failure. What depends on the rows' values is left out by construction.
//!
//! A disagreement is made small by taking statements out of its schema for as long as it lasts, and printed as SQL.

mod alter;
mod dice;
mod kinds;
mod reduce;
mod schema;
mod statement;
mod wider;

use std::collections::BTreeMap;
use std::time::Instant;

use lockkeeper_core::catalog::{Catalog, RelationId};
use lockkeeper_core::operation::Grasp;
use lockkeeper_core::postgres::{self, Version};
use lockkeeper_core::sql;
use lockkeeper_core::text::Span;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::observe::Observer;
use crate::predict::Prediction;
use crate::servers::{Database, Server};
use dice::Dice;
use schema::Schema;

/// Statements per schema: making one takes as long as some fifty of them.
const STATEMENTS: usize = 60;

/// Statements where nobody says how many (`LOCKKEEPER_CASES`): a taste, for every run of the tests.
const DEFAULT_CASES: usize = 600;

/// So often a disagreement is looked at again.
const LOOKS: usize = 3;

/// Disagreements that are shown, each of another sort.
const SHOWN: usize = 40;

/// Runs statements until there were enough.
pub(crate) fn run(server: &Server) -> Result<(), String> {
    let cases = number("LOCKKEEPER_CASES")
        .map_or(DEFAULT_CASES, |number| usize::try_from(number).unwrap_or(usize::MAX));
    let seed = number("LOCKKEEPER_SEED").unwrap_or(1);
    let mut runner = runner(seed, server.version);
    let choices = (vec(any::<u16>(), 160), vec(vec(any::<u16>(), 20), STATEMENTS));
    let database = server.database("template0");
    let mut stage = Stage::new(&database);
    let (mut done, mut disagreements) = (0, BTreeMap::new());
    let begin = Instant::now();
    while done < cases {
        let (for_schema, for_statements) =
            choices.new_tree(&mut runner).expect("choices can be made").current();
        let schema = Schema::new(&Dice::new(&for_schema));
        let mut clean = false;
        for choices in for_statements {
            let Some(statement) = statement::statement(&Dice::new(&choices), &schema) else { continue };
            if !clean {
                stage
                    .set(&schema.statements)
                    .map_err(|refusal| format!("{refusal}\n{}", Schema::sql(&schema.statements)))?;
            }
            let Some((difference, kept)) = stage.compare(&statement) else {
                clean = false;
                continue;
            };
            clean = !kept;
            done += 1;
            // What a session remembers from statements before this one is none of core's business.
            let difference = if difference.is_empty() {
                difference
            } else {
                clean = false;
                stage.lasting(&schema.statements, &statement, difference)?
            };
            if !difference.is_empty() {
                let sort = sort(&statement, &difference);
                let seen = disagreements.entry(sort).or_insert_with(|| Disagreement {
                    schema: schema.statements.clone(),
                    statement,
                    difference,
                    times: 0,
                });
                seen.times += 1;
            }
        }
    }
    let speed = (done as u128 * 1000) / begin.elapsed().as_millis().max(1);
    let count: usize = disagreements.values().map(|found| found.times).sum();
    eprintln!(
        "PostgreSQL {}: {done} statements, {count} disagreements of {} sorts, {speed} statements a second, seed {seed}",
        server.version,
        disagreements.len()
    );
    if disagreements.is_empty() {
        return Ok(());
    }
    let mut found: Vec<Disagreement> = disagreements.into_values().collect();
    found.sort_by_key(|found| std::cmp::Reverse(found.times));
    let shown = number("LOCKKEEPER_SHOWN").and_then(|shown| usize::try_from(shown).ok()).unwrap_or(SHOWN);
    let shown = found.iter_mut().take(shown).map(|found| {
        reduce::reduce(&mut stage, found);
        format!("-- PostgreSQL {}, {} times\n{found}", server.version, found.times)
    });
    Err(shown.collect::<Vec<_>>().join("\n"))
}

/// A statement on which core and the server disagree.
pub(crate) struct Disagreement {
    schema: Vec<String>,
    statement: String,
    difference: Vec<String>,
    times: usize,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let difference = self.difference.join("\n--   ");
        write!(formatter, "{}{};\n--   {difference}\n", Schema::sql(&self.schema), self.statement)
    }
}

/// A database with a schema, and the same in core.
pub(crate) struct Stage<'a> {
    database: &'a Database<'a>,
    observer: Observer<'a>,
    catalog: Catalog,
    version: Version,
}

impl<'a> Stage<'a> {
    fn new(database: &'a Database<'a>) -> Self {
        let observer = Observer::new(database, "");
        Stage { database, observer, catalog: Catalog::default(), version: database.server().version }
    }

    /// Makes a schema in place of the one before.
    fn set(&mut self, statements: &[String]) -> Result<(), crate::session::Refusal> {
        let text = Schema::sql(statements);
        self.database.reset();
        let session = self.database.connect();
        session.run(&text)?;
        crate::relations::analyze(&session);
        self.observer.wait_for_end(session);
        self.observer.freeze();
        self.catalog = Catalog::default();
        for statement in &read(&format!("create schema other;\n{text}")) {
            self.catalog.apply(statement, self.version);
        }
        self.catalog.complete = true;
        self.catalog.settle();
        Ok(())
    }

    /// A disagreement that is there again on a new schema, as often as it is looked at: a server under load may let
    /// go of a lock unseen.
    fn lasting(
        &mut self,
        schema: &[String],
        statement: &str,
        first: Vec<String>,
    ) -> Result<Vec<String>, String> {
        let mut difference = first;
        for _ in 0..LOOKS {
            self.set(schema).map_err(|refusal| format!("{refusal}\n{}", Schema::sql(schema)))?;
            difference = self.compare(statement).map(|(difference, _)| difference).unwrap_or_default();
            if difference.is_empty() {
                break;
            }
        }
        Ok(difference)
    }

    /// Runs a statement in both worlds. Where they differ, and whether the server's was changed for good; none where
    /// the server was too slow to be watched.
    fn compare(&mut self, text: &str) -> Option<(Vec<String>, bool)> {
        let seen = self.observer.observe_frozen(text);
        if seen.blurred {
            return None;
        }
        let mut catalog = self.catalog.clone();
        let mut prediction = Prediction::default();
        let mut lines = Vec::new();
        let statements = read(text);
        if statements.len() != 1 {
            lines.push(format!("core reads {} statements", statements.len()));
        }
        for statement in &statements {
            if statement.grasp != Grasp::Full && seen.fails.is_none() {
                lines.push(format!("core does not grasp it fully: {:?}", statement.grasp));
            }
            catalog.begin(false);
            let mut effect = postgres::effect(statement, &catalog, self.version);
            let first = RelationId(catalog.next);
            catalog.apply(statement, self.version);
            postgres::name_new_indexes(&mut effect, &catalog, first);
            prediction.add(&effect);
        }
        lines.extend(prediction.differences(&seen));
        Some((lines, seen.transaction_forbidden))
    }
}

fn read(text: &str) -> Vec<lockkeeper_core::operation::Statement> {
    sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX))).statements
}

/// What kind of statement it is and how the worlds differ, without names. Where one of them refuses it, the refusal
/// says enough.
fn sort(statement: &str, difference: &[String]) -> String {
    let plain = |text: &str, most: usize| {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        let named = |word: &&str| word.len() > 1 && !word.contains('_') && !word.starts_with('t');
        let words = words
            .filter(named)
            .filter(|word| word.len() == 5 || !word.contains(|c: char| c.is_ascii_digit()));
        words.take(most).collect::<Vec<_>>().join(" ")
    };
    if let Some(outcome) = difference.iter().find(|line| line.starts_with("outcome")) {
        let at = outcome.find("observed").unwrap_or_default();
        return plain(&outcome[at..], 9);
    }
    let mut kinds: Vec<String> = difference.iter().map(|line| plain(line, 14)).collect();
    kinds.sort();
    kinds.dedup();
    format!("{} | {}", plain(statement, 8), kinds.join(" | "))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|value| value.parse().ok())
}

fn runner(seed: u64, version: Version) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8] = version.number();
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
