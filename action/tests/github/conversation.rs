//! What is said, and that it is said once.

use crate::fake::{Fake, tree};
use crate::run::run;

pub const TABLES: &str = "create table users (id bigint primary key, email text);\n\
    create table orders (id bigint primary key, user_id bigint, total numeric);\n";
pub const INDEX: &str = "create index orders_user on orders (user_id);\n";

pub fn fake(change: &str) -> Fake {
    Fake::start(
        &[("migrations/0001_tables.sql", TABLES)],
        &[("migrations/0001_tables.sql", TABLES), ("migrations/0002_change.sql", change)],
    )
}

#[test]
fn a_danger_gets_one_comment_with_a_suggestion_and_a_summary() {
    let fake = fake(INDEX);
    let run = run(&fake);
    let state = fake.state();
    assert_eq!(run.code, 1, "{}", run.stderr);
    println!("{}\n{}\n{:?}", run.stderr, run.stdout, state.writes());
    println!("{}", state.threads[0].comments[0].body);
    println!("{}", state.summaries[0].body);
    for logged in &state.log { println!("{} {} {}", logged.method, logged.path, logged.status); }
    assert_eq!(state.reviews.len(), 1);
    assert_eq!(run.requests(), 0);
}
