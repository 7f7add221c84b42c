//! How fast SQL is read and reviewed, as ratios that mean the same on every machine: beside sqlparser on the same
//! bytes, and beside ourselves on less of the same. `make bench`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark needs a clock and prints"
)]
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a benchmark may stop")]
#![allow(clippy::cast_precision_loss, reason = "ratios are rounded anyway")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use lockkeeper_core::change::{Change, Policy, SourceFile};
use lockkeeper_core::text::Span;
use lockkeeper_core::{locks, review, sql};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

fn main() {
    let migration = migration(0);
    println!("{} statements, {} bytes a unit\n", statements(&migration), migration.len());

    println!("reading, beside sqlparser on the same bytes");
    let ours = best(|| read(&migration));
    let theirs =
        best(|| Parser::parse_sql(&PostgreSqlDialect {}, &migration).expect("valid for sqlparser").len());
    row("sqlparser", theirs, migration.len(), 1.0);
    row("ours, to typed operations", ours, migration.len(), ratio(ours, theirs));

    println!("\ngrowth of one file, time per byte beside the smallest");
    for (name, run) in [
        ("read", Box::new(|text: &str| read(text)) as Box<dyn Fn(&str) -> usize>),
        ("locks", Box::new(|text: &str| lock(&[file(0, text)]))),
        ("check", Box::new(|text: &str| check(vec![file(0, text)]))),
    ] {
        let mut smallest = None;
        for times in [1, 10, 100] {
            let text: String = (0..times).map(self::migration).collect();
            let taken = best(|| run(&text));
            let per_byte = taken.as_secs_f64() / text.len() as f64;
            let beside = per_byte / *smallest.get_or_insert(per_byte);
            row(&format!("{name} {times}×"), taken, text.len(), beside);
        }
    }

    println!("\nshapes, time per byte beside one unit's check");
    let unit = best(|| check(vec![file(0, &migration)])).as_secs_f64() / migration.len() as f64;
    let many: Vec<SourceFile> = (0..840).map(|number| file(number, &self::migration(number))).collect();
    let bytes = many.iter().map(|file| file.bytes.len()).sum();
    let taken = best(|| check(many.clone()));
    row("840 small files", taken, bytes, taken.as_secs_f64() / bytes as f64 / unit);
    let long: String = (0..).map(self::migration).take(10_000 / statements(&migration) + 1).collect();
    let taken = best(|| check(vec![file(0, &long)]));
    row(&format!("{} statements in a file", statements(&long)), taken, long.len(), {
        taken.as_secs_f64() / long.len() as f64 / unit
    });
    let rows: Vec<String> = (0..20_000).map(|number| format!("({number}, 'name {number}')")).collect();
    let insert = format!("insert into users (id, name) values\n{};", rows.join(",\n"));
    let taken = best(|| check(vec![file(0, &insert)]));
    row("20,000 rows in an insert", taken, insert.len(), taken.as_secs_f64() / insert.len() as f64 / unit);
}

/// A migration of ordinary statements that sqlparser reads too. Its tables are its own, but for the one that all
/// others reference.
fn migration(number: usize) -> String {
    format!(
        "create table t{number} (id bigint primary key, email varchar(320) not null, state text default 'new', \
           total numeric(12, 2) not null default 0 check (total >= 0), created_at timestamptz not null default now(), \
           user_id bigint not null references users (id) on delete cascade);\n\
         -- the list of a user's things\n\
         create index concurrently t{number}_user_idx on t{number} (user_id, created_at desc) where state <> 'gone';\n\
         alter table orders{number} add column c{number} text, add column d{number} bigint not null default 0;\n\
         alter table orders{number} add constraint f{number} foreign key (d{number}) references t{number} (id);\n\
         alter table orders{number} alter column c{number} set not null;\n\
         update orders{number} set c{number} = lower(email) from users u where u.id = user_id and orders{number}.id > {number};\n\
         create view v{number} as select t.id, count(*) as n from t{number} t join orders{number} o on o.d{number} = t.id \
           group by t.id;\n\
         drop view v{number};\n\
         alter table orders{number} drop column c{number};\n"
    )
}

fn statements(text: &str) -> usize {
    text.matches(";\n").count()
}

fn read(text: &str) -> usize {
    sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap())).statements.len()
}

fn lock(files: &[SourceFile]) -> usize {
    locks(files, &[], &Policy::default()).statements.len()
}

fn check(head: Vec<SourceFile>) -> usize {
    review(&Change { head, ..Change::default() }, &Policy::default()).findings.len()
}

fn file(number: usize, text: &str) -> SourceFile {
    SourceFile::new(format!("migrations/{number:05}.sql"), text)
}

/// The shortest of several runs: what disturbs a run only makes it longer.
fn best<T>(run: impl Fn() -> T) -> Duration {
    let begun = Instant::now();
    let mut shortest = Duration::MAX;
    for round in 0..200 {
        let start = Instant::now();
        black_box(run());
        shortest = shortest.min(start.elapsed());
        if round >= 2 && begun.elapsed() > Duration::from_secs(2) {
            break;
        }
    }
    shortest
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}

fn row(name: &str, taken: Duration, bytes: usize, beside: f64) {
    let per_byte = taken.as_secs_f64() * 1e9 / bytes as f64;
    println!("  {name:<28} {taken:>12.2?}  {per_byte:>9.1} ns/byte  ×{beside:.2}");
}
