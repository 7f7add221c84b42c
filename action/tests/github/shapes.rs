//! What pull requests look like besides a new file: files renamed, deleted, large, binary, linked; several tools; bases
//! that move.

use crate::conversation::{INDEX, TABLES, fake, said, with};
use crate::fake::{Fake, Tree, tree};
use crate::run::{run, run_event, synchronize};

const FIRST: &str = "migrations/0001_tables.sql";
const CHANGE: &str = "migrations/0002_change.sql";

/// The tables, and what else there is.
fn files(more: &[(&str, &[u8])]) -> Tree {
    let mut files = tree(&[(FIRST, TABLES)]);
    files.extend(more.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())));
    files
}

fn quiet(fake: &Fake) {
    fake.state().log.clear();
    let run = run(fake);
    assert_eq!(fake.state().writes(), Vec::<String>::new(), "{}", run.stderr);
}

#[test]
fn an_empty_pull_request_passes_after_two_requests() {
    let fake = Fake::start(&[(FIRST, TABLES)], &[(FIRST, TABLES)]);
    let run = run(&fake);
    assert_eq!((run.code, said(&fake)), (0, (0, 0)), "{}", run.stderr);
    assert!(run.requests() <= 3, "{}", run.stderr);
}

#[test]
fn a_migration_that_is_renamed_runs_again_where_the_tool_knows_it_by_its_name() {
    let sql = "CREATE TABLE \"Post\" (\"id\" BIGINT PRIMARY KEY);\n";
    let project = |name: &str| {
        let migration = format!("prisma/migrations/{name}/migration.sql");
        tree(&[
            ("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}\n"),
            ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
            (migration.as_str(), sql),
        ])
    };
    let fake = Fake::start_with(project("20260101000000_post"), project("20260102000000_post"));
    let run1 = run(&fake);
    assert_ne!(run1.code, 0, "{}", run1.stderr);
    assert!(run1.summary.contains("20260101000000_post"), "{}", run1.summary);
    quiet(&fake);
    // Where order is all that counts, nothing happens.
    let old = files(&[(CHANGE, INDEX.as_bytes())]);
    let fake = Fake::start_with(old, files(&[("migrations/0009_change.sql", INDEX.as_bytes())]));
    assert_eq!((run(&fake).code, said(&fake)), (0, (0, 0)));
}

#[test]
fn a_migration_that_is_renamed_and_edited_is_read_from_both() {
    let long: String = (0..30).map(|number| format!("create table t{number} (id bigint primary key);\n")).collect();
    let old = files(&[(CHANGE, long.as_bytes())]);
    let edited = format!("{long}{INDEX}");
    let new = files(&[("migrations/0003_change.sql", edited.as_bytes())]);
    let fake = Fake::start_with(old, new);
    let run = run(&fake);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("0003_change.sql"), "{}", run.summary);
    quiet(&fake);
}

#[test]
fn a_migration_that_moves_out_of_the_tools_reach_is_no_error() {
    let old = files(&[(CHANGE, INDEX.as_bytes())]);
    let new = files(&[("docs/old-change.txt", INDEX.as_bytes())]);
    let fake = Fake::start_with(old, new);
    let run = run(&fake);
    assert!(run.code <= 1, "{}", run.stderr);
    quiet(&fake);
}

#[test]
fn a_migration_that_is_deleted_takes_its_conversation_along() {
    let fake = fake(INDEX);
    run(&fake);
    assert_eq!(fake.state().open().len(), 1);
    fake.state().push(files(&[]));
    let run = run(&fake);
    assert_eq!((run.code, fake.state().open().len()), (0, 0), "{}", run.stderr);
    quiet(&fake);
}

#[test]
fn a_deleted_migration_of_the_base_is_reviewed() {
    let fake = Fake::start_with(files(&[(CHANGE, INDEX.as_bytes())]), files(&[]));
    let run = run(&fake);
    assert!(run.code <= 1, "{}", run.stderr);
    quiet(&fake);
}

#[test]
fn several_tools_in_one_pull_request_are_one_review() {
    let mut base = files(&[]);
    base.extend(tree(&[
        ("api/prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}\n"),
        ("api/prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
        ("api/prisma/migrations/20260101000000_init/migration.sql", "CREATE TABLE \"Post\" (\"id\" BIGINT PRIMARY KEY, \"title\" TEXT);\n"),
        ("worker/alembic.ini", "[alembic]\nscript_location = alembic\n"),
        ("worker/alembic/env.py", "from alembic import context\n"),
        ("worker/alembic/versions/0001_jobs.py", "revision = '0001'\ndown_revision = None\nfrom alembic import op\nimport sqlalchemy as sa\n\ndef upgrade():\n    op.create_table('jobs', sa.Column('id', sa.BigInteger(), primary_key=True), sa.Column('state', sa.Text()))\n\ndef downgrade():\n    op.drop_table('jobs')\n"),
    ]));
    let mut head = base.clone();
    head.extend(tree(&[
        (CHANGE, INDEX),
        ("api/prisma/migrations/20260201000000_index/migration.sql", "CREATE INDEX \"Post_title_idx\" ON \"Post\"(\"title\");\n"),
        ("worker/alembic/versions/0002_index.py", "revision = '0002'\ndown_revision = '0001'\nfrom alembic import op\n\ndef upgrade():\n    op.create_index('jobs_state', 'jobs', ['state'])\n\ndef downgrade():\n    op.drop_index('jobs_state')\n"),
    ]));
    let fake = Fake::start_with(base, head);
    let run = run(&fake);
    let state = fake.state();
    assert_eq!((run.code, state.reviews.len(), state.summaries.len()), (1, 1, 1), "{}", run.stderr);
    let at = |name: &str| state.threads.iter().filter(|thread| thread.path.starts_with(name)).count();
    assert_eq!((at("migrations/"), at("api/"), at("worker/")), (1, 1, 1), "{}", run.summary);
    drop(state);
    assert!(run.requests() <= 12, "{}", run.stderr);
    quiet(&fake);
}

#[test]
fn a_megabyte_of_sql_is_reviewed_in_time() {
    let rows = "insert into users (id, email) values (1, 'somebody@example.com');\n";
    let sql = format!("{}{INDEX}", rows.repeat((1 << 20) / rows.len() + 1));
    let fake = fake(&sql);
    let begin = std::time::Instant::now();
    let run = run(&fake);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("index-not-concurrent"));
    assert!(begin.elapsed().as_secs() < 120, "{:?}", begin.elapsed());
    assert!(fake.state().summaries[0].body.chars().count() <= 65_536);
}

#[test]
fn a_file_that_is_too_large_is_not_passed_by() {
    let large = vec![b'\n'; 50 * 1024 * 1024 + 1];
    let fake = Fake::start_with(files(&[]), files(&[(CHANGE, &large)]));
    fake.state().patch_lines = 0;
    let run = run(&fake);
    assert_ne!(run.code, 0, "{}", run.stderr);
    assert!(run.summary.contains("larger than what is read") || run.stderr.contains("larger"), "{}", run.summary);
}

#[test]
fn binary_files_change_nothing() {
    let image: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe";
    let head = files(&[("logo.png", image), (CHANGE, INDEX.as_bytes())]);
    let fake = Fake::start_with(files(&[]), head);
    assert_eq!((run(&fake).code, said(&fake)), (1, (1, 1)));
    // A binary that calls itself SQL is not passed by.
    let fake = Fake::start_with(files(&[]), files(&[(CHANGE, image)]));
    let run = run(&fake);
    assert_ne!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn what_is_no_utf8_is_not_passed_and_not_suggested_away() {
    let sql = b"-- gr\xf6\xdfe\ncreate index orders_user on orders (user_id); -- f\xfcr alle\n";
    let fake = Fake::start_with(files(&[]), files(&[(CHANGE, sql)]));
    let run = run(&fake);
    assert_ne!(run.code, 0, "{}", run.stderr);
    assert!(run.summary.contains(CHANGE), "{}", run.summary);
    let state = fake.state();
    assert!(!state.threads.iter().any(|thread| thread.comments[0].body.contains("```suggestion")));
    drop(state);
    quiet(&fake);
}

#[test]
fn a_symbolic_link_is_not_taken_for_sql() {
    for target in ["../../etc/passwd", "0001_tables.sql"] {
        let fake = Fake::start_with(files(&[]), files(&[(CHANGE, target.as_bytes())]));
        fake.state().modes.insert(CHANGE.to_owned(), "120000");
        let run = run(&fake);
        assert_ne!(run.code, 0, "{}", run.stderr);
        assert!(run.summary.contains("symbolic link") || run.stdout.contains("symbolic link"), "{}", run.summary);
    }
}

#[test]
fn a_submodule_is_another_repository() {
    let commit = "Subproject commit 0123456789012345678901234567890123456789\n";
    // Beside migrations it does not matter; in the place of one it is not passed by.
    let head = files(&[("vendor/lib", commit.as_bytes()), (CHANGE, b"select 1;\n")]);
    let fake = Fake::start_with(files(&[]), head);
    fake.state().modes.insert("vendor/lib".to_owned(), "160000");
    assert_eq!(run(&fake).code, 0);
    let fake = Fake::start_with(files(&[]), files(&[(CHANGE, commit.as_bytes())]));
    fake.state().modes.insert(CHANGE.to_owned(), "160000");
    let run = run(&fake);
    assert_ne!(run.code, 0, "{}", run.stderr);
    assert!(run.summary.contains("another repository"), "{}", run.summary);
}

#[test]
fn a_statement_that_is_shown_in_part_has_a_comment_there_and_no_suggestion() {
    // The statement is old and long; its last line changed.
    let columns: String = (0..20).map(|number| format!("  -- note {number}\n")).collect();
    let old = format!("create index orders_user on orders (\n{columns}  user_id\n);\n");
    let new = old.replace("user_id\n", "user_id, total\n");
    let fake =
        Fake::start_with(files(&[(CHANGE, old.as_bytes())]), files(&[(CHANGE, new.as_bytes())]));
    run(&fake);
    let state = fake.state();
    for thread in state.threads.iter().filter(|thread| !thread.on_file) {
        assert!(thread.line.is_some_and(|line| line >= 19), "{:?}", thread.line);
        assert!(!thread.comments[0].body.contains("```suggestion"), "{}", thread.comments[0].body);
    }
    assert!(!state.threads.is_empty());
    drop(state);
    quiet(&fake);
}

#[test]
fn a_stacked_pull_request_is_compared_with_the_branch_that_it_goes_to() {
    // The branch below makes the table: here it is known, and is no part of this change.
    let below = files(&[(CHANGE, b"create table invoices (id bigint primary key, total numeric);\n")]);
    let mut head = below.clone();
    let sql = "create index invoices_total on invoices (total);\n";
    head.insert("migrations/0003_index.sql".to_owned(), sql.as_bytes().to_vec());
    let fake = Fake::start_with(below, head);
    let mut event = synchronize(&fake);
    event.payload["pull_request"]["base"]["ref"] = "stack/1".into();
    let run = run_event(&fake, &event, &[]);
    assert_eq!((run.code, said(&fake)), (1, (1, 1)), "{}", run.stderr);
    assert!(!run.summary.contains("0002_change.sql"), "{}", run.summary);
}

#[test]
fn a_base_that_moved_counts_with_what_it_has_now() {
    let fake = fake(INDEX);
    // Somebody else's migration arrived, and a policy.
    let mut base = files(&[("migrations/0002_other.sql", b"alter table orders add column note text;\n")]);
    base.insert("lockkeeper.yml".to_owned(), b"fail_on: never\n".to_vec());
    fake.state().push_base(base);
    let run = run_event(&fake, &synchronize(&fake), &[]);
    assert_eq!((run.code, said(&fake)), (0, (1, 1)), "{}", run.stderr);
    assert!(!run.summary.contains("edits the policy"), "{}", run.summary);
    assert!(!run.summary.contains("### `migrations/0002_other.sql`"), "{}", run.summary);
}

#[test]
fn a_migration_that_the_base_has_meanwhile_is_no_change() {
    let fake = fake(INDEX);
    // The same commit was merged from another branch.
    fake.state().push_base(with(INDEX));
    let run = run_event(&fake, &synchronize(&fake), &[]);
    assert_eq!((run.code, said(&fake)), (0, (0, 0)), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_force_push_that_begins_anew_says_what_is_new() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().reply(0, "ada", "later");
    let other = "create index users_email on users (email);\n";
    fake.state().push(files(&[("migrations/0002_email.sql", other.as_bytes())]));
    run(&fake);
    let state = fake.state();
    assert_eq!(state.reviews.len(), 2);
    let live: Vec<&str> = state
        .open()
        .into_iter()
        .filter(|thread| !thread.comments[0].body.starts_with("✅ Fixed"))
        .map(|thread| thread.path.as_str())
        .collect();
    assert_eq!(live, ["migrations/0002_email.sql"]);
    assert_eq!(state.threads[0].comments.len(), 2, "what somebody wrote stays");
    drop(state);
    quiet(&fake);
}
