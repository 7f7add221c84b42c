//! Every row of the reference: what core says of it, and what a server does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lockkeeper::reference::{self, Row, SCHEMA};

use crate::observation::Observation;
use crate::observe::{After, Observer};
use crate::predict::Prediction;
use crate::servers::{Database, Server};
use crate::split;

/// Proves all rows, or those of the pages or with the SQL that hold `LOCKKEEPER_CASE`.
pub(crate) fn run(server: &Server) -> Result<(), String> {
    let only = std::env::var("LOCKKEEPER_CASE").unwrap_or_default();
    let template = template(server);
    let mut clean: Option<Database<'_>> = None;
    let (mut report, mut shares) = (String::new(), BTreeMap::<String, (usize, usize)>::new());
    for page in reference::pages()? {
        let rows: Vec<&Row> = page.groups.iter().flat_map(|group| &group.rows).collect();
        let mut rows = rows.into_iter().filter(|row| page.id.contains(&only) || row.sql.contains(&only));
        let mut next = rows.next();
        while next.is_some() {
            let database = clean.take().unwrap_or_else(|| server.database(&template.name));
            let mut frozen: Option<Observer<'_>> = None;
            let mut with = String::new();
            let mut spoilt = false;
            while let Some(row) = next {
                // What one row wants first would be in the way of others.
                if spoilt || (row.with != with && (frozen.is_some() || !with.is_empty())) {
                    break;
                }
                let mut ready = Ok(());
                if row.with != with {
                    ready = prepare(&database, &row.with);
                    with.clone_from(&row.with);
                }
                let wrong = match ready {
                    Ok(()) => {
                        let seen = if row.session.is_empty() {
                            let observer = frozen.get_or_insert_with(|| frozen_on(&database));
                            observer.observe_frozen(&row.sql)
                        } else {
                            Observer::new(&database, &row.session).observe(&row.sql, After::Rollback)
                        };
                        // It was not undone.
                        spoilt = seen.transaction_forbidden;
                        if seen.blurred {
                            // The server was too slow to be watched: nothing is said of the row.
                            next = rows.next();
                            continue;
                        }
                        let wrong = differences(row, &seen, server);
                        if wrong.is_empty() || spoilt || row.differs_on(server.version) {
                            wrong
                        } else {
                            // What a session knows of a table it looks up no more, and locks nothing for it: a new one has
                            // the last word.
                            let mut fresh = Observer::new(&database, &row.session);
                            differences(row, &fresh.observe(&row.sql, After::Rollback), server)
                        }
                    }
                    Err(lines) => {
                        spoilt = true;
                        lines
                    }
                };
                let share = shares.entry(page.id.clone()).or_default();
                share.1 += 1;
                share.0 += usize::from(wrong.is_empty());
                if wrong.is_empty() == row.differs_on(server.version) {
                    let wrong = if wrong.is_empty() {
                        "no difference any more".to_owned()
                    } else {
                        wrong.join("\n  ")
                    };
                    let _ = writeln!(
                        report,
                        "{}.md:{}, PostgreSQL {}: {}{}\n  {wrong}",
                        page.id, row.line, server.version, row.with, row.sql
                    );
                }
                next = rows.next();
            }
            drop(frozen);
            if !spoilt && with.is_empty() {
                clean = Some(database);
            }
        }
    }
    let (right, all) = shares.values().fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    eprintln!("PostgreSQL {}: {right} of {all} statements of the reference as predicted", server.version);
    for (page, (right, all)) in shares {
        eprintln!("  {page:<20} {right:>4} of {all:>4}");
    }
    if report.is_empty() { Ok(()) } else { Err(report) }
}

/// The database that all rows start from. Nobody is connected to it.
fn template(server: &Server) -> Database<'_> {
    let database = server.database("template0");
    let session = database.connect();
    for statement in split::statements(SCHEMA) {
        session.must(&statement);
    }
    session.must("vacuum analyze");
    drop(session);
    database.wait_until_idle();
    database
}

fn frozen_on<'a>(database: &'a Database<'a>) -> Observer<'a> {
    let mut observer = Observer::new(database, "");
    observer.freeze();
    observer
}

/// Runs what a row wants first. What the version does not have can't be built upon: then there is nothing to observe,
/// and core has to know that.
fn prepare(database: &Database<'_>, with: &str) -> Result<(), Vec<String>> {
    let session = database.connect();
    for statement in split::statements(with) {
        if let Err(refusal) = session.run(&statement) {
            let predicted = Prediction::of(SCHEMA, "", with, database.server().version).fails;
            let known = predicted.as_ref() == Some(&refusal.sqlstate);
            let line = format!("first: {statement}: predicted {predicted:?}, observed {refusal}");
            return Err(if known { Vec::new() } else { vec![line] });
        }
    }
    Ok(())
}

fn differences(row: &Row, seen: &Observation, server: &Server) -> Vec<String> {
    let schema = format!("{SCHEMA}\n{}", row.with);
    let mut prediction = Prediction::of(&schema, &row.session, &row.sql, server.version);
    let uncertain = std::mem::take(&mut prediction.uncertain);
    let mut wrong = prediction.differences(seen);
    if uncertain && !wrong.is_empty() {
        wrong.push("(core did not vouch for it)".to_owned());
    }
    wrong
}
