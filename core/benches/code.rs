//! How long it takes to look through an application's code: 20,000 files, 200 MB, a column and a table that go away.
//! `make bench`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark needs a clock and prints"
)]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark may stop")]

use std::time::{Duration, Instant};

use lockkeeper_core::change::{Change, CodeTrees, Policy, SourceFile};
use lockkeeper_core::review;

const FILES: usize = 20_000;
const BYTES: usize = 10_000;

fn main() {
    let migration = |path: &str, text: &str| SourceFile::new(path, text);
    let first = migration(
        "db/migration/V1__a.sql",
        "create table users (id bigint primary key, user_name text, status text);\n\
         create table orders (id bigint primary key, user_id bigint, status text);\n\
         create table audit_entries (id bigint primary key);",
    );
    let second = migration(
        "db/migration/V2__b.sql",
        "alter table users drop column user_name, drop column status;\ndrop table audit_entries;",
    );
    let mut change = Change { base: vec![first.clone()], head: vec![first, second], ..Change::default() };
    let bare = time(&change);
    let same: Vec<SourceFile> = (0..FILES).map(file).collect();
    let bytes: usize = same.iter().map(|file| file.bytes.len()).sum();
    change.code = Some(CodeTrees { same, ..CodeTrees::default() });
    let taken = time(&change);
    let code = review(&change, &Policy::default()).code.unwrap();
    let megabytes = f64::from(u32::try_from(bytes / 1_000_000).unwrap_or(u32::MAX));
    println!("{FILES} files, {} MB of code", bytes / 1_000_000);
    println!("review without code {bare:>10.1?}");
    println!("review with code    {taken:>10.1?}  {:.0} MB/s", megabytes / taken.as_secs_f64());
    for outcome in &code.outcomes {
        println!(
            "  {} {:?} {}",
            outcome.subject.shown,
            outcome.base.state,
            outcome.base.references.len() + outcome.base.more
        );
    }
    assert!(taken < Duration::from_secs(2), "a large tree takes longer than two seconds");
}

fn time(change: &Change) -> Duration {
    let run = || {
        let start = Instant::now();
        std::hint::black_box(review(change, &Policy::default()));
        start.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap_or_default()
}

/// A file of an ordinary application: one in fifty names the table, one in five hundred the column.
fn file(number: usize) -> SourceFile {
    let mut text = String::with_capacity(BYTES + 200);
    text.push_str("import { db } from '../db';\n");
    if number.is_multiple_of(50) {
        text.push_str(
            "export const all = () => db.query(`SELECT u.id, u.status FROM users u WHERE u.id = $1`);\n",
        );
    }
    if number.is_multiple_of(500) {
        text.push_str("export const names = () => db.query('SELECT user_name FROM users');\n");
    }
    let mut line = 0;
    while text.len() < BYTES {
        line += 1;
        text.push_str(&format!(
            "export function handler{number}_{line}(request: Request, response: Response) {{ // the order's status\n  \
               const order = findOrder(request.params.orderId, {{ status: 'open', total: {line} }});\n  \
               return response.json({{ id: order.id, title: \"Order\", items: order.items.map((item) => item.id) }});\n}}\n"
        ));
    }
    SourceFile::new(format!("src/module{}/handler{number}.ts", number % 97), text)
}
