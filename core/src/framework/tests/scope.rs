//! What a change puts under review.

use super::super::{Migration, Scope, Selection, changed};
use super::tree;
use crate::change::{Change, SourceFile};

fn change(base: &[(&str, &str)], head: &[(&str, &str)]) -> Scope {
    changed(&Change { base: tree(base), head: tree(head), ..Change::default() }, &Selection::default())
}

fn asked(head: &[(&str, &str)], paths: &[&str]) -> Scope {
    let review = Some(paths.iter().map(|path| (*path).to_owned()).collect());
    changed(&Change { head: tree(head), review, ..Change::default() }, &Selection::default())
}

/// `before | review | between`, each project on its line, then problems.
fn shape(scope: &Scope) -> String {
    let names =
        |migrations: &[Migration]| migrations.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    for one in &scope.projects {
        let between: Vec<String> = one.between.iter().map(|(at, it)| format!("{at}:{}", it.name)).collect();
        text += &format!(
            "{} | {} | {} | {}\n",
            one.project.framework,
            names(&one.before),
            names(&one.review),
            between.join(" ")
        );
        for one in &one.project.irregular {
            text += &format!("  ? {}\n", super::irregular(one));
        }
        for problem in &one.project.problems {
            text += &format!(
                "  {} {}: {}\n",
                if problem.harmless { '~' } else { '!' },
                problem.path,
                problem.message
            );
        }
    }
    for problem in &scope.problems {
        text +=
            &format!("{} {}: {}\n", if problem.harmless { '~' } else { '!' }, problem.path, problem.message);
    }
    text
}

const A: (&str, &str) = ("migrations/1_a.sql", "create table a (id int);");
const B: (&str, &str) = ("migrations/2_b.sql", "alter table a add b int;");
const C: (&str, &str) = ("migrations/3_c.sql", "alter table a add c int;");

#[test]
fn new_files_are_under_review_and_old_ones_are_replayed() {
    assert_eq!(shape(&change(&[A, B], &[A, B, C])), "sql | 1_a 2_b | 3_c | \n");
    assert_eq!(shape(&change(&[A, B], &[A, B])), "sql | 1_a 2_b |  | \n");
    assert_eq!(shape(&change(&[], &[A, B])), "sql |  | 1_a 2_b | \n");
}

#[test]
fn a_new_file_with_an_old_name_runs_last() {
    assert_eq!(shape(&change(&[A, C], &[A, B, C])), "sql | 1_a 3_c | 2_b | \n");
    let old = ("supabase/migrations/1_a.sql", "create table a (id int)");
    let late = ("supabase/migrations/0_z.sql", "create table z (id int)");
    let text = shape(&change(&[old], &[old, late]));
    assert!(
        text.starts_with(
            "supabase | 1_a | 0_z | \n  ? supabase/migrations/0_z.sql: stands before 1_a: refused"
        ),
        "{text}"
    );
}

#[test]
fn an_edited_migration_is_reviewed_in_its_place() {
    let edited = (B.0, "alter table a add b bigint;");
    let text = shape(&change(&[A, B, C], &[A, edited, C, ("migrations/4_d.sql", "drop table a;")]));
    assert!(text.starts_with("sql | 1_a | 2_b 4_d | 1:3_c\n  ? migrations/2_b.sql: edited"), "{text}");
    let returns = (B.0, "alter table a add b int;\r\n");
    assert_eq!(
        shape(&change(&[A, (B.0, "alter table a add b int;\n")], &[A, returns])),
        "sql | 1_a 2_b |  | \n"
    );
}

#[test]
fn a_moved_file_is_not_new() {
    assert_eq!(shape(&change(&[A, B], &[A, ("migrations/02_b.sql", B.1)])), "sql | 1_a 02_b |  | \n");
    let lock = ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"");
    let package = ("package.json", r#"{"dependencies":{"prisma":"6.0.0"}}"#);
    let (old, new) =
        (("prisma/migrations/1_a/migration.sql", A.1), ("prisma/migrations/2_a/migration.sql", A.1));
    let text = shape(&change(&[lock, package, old], &[lock, package, new]));
    assert!(text.starts_with("prisma | 2_a |  | \n  ! prisma/migrations/2_a/migration.sql: This migration was called `1_a` before."), "{text}");
    let copy = ("migrations/4_again.sql", B.1);
    assert_eq!(shape(&change(&[A, B], &[A, B, copy])), "sql | 1_a 2_b | 4_again | \n");
}

#[test]
fn a_migration_that_is_gone_is_named() {
    assert_eq!(
        shape(&change(&[A, B], &[A])),
        "sql | 1_a |  | \n~ migrations/2_b.sql: This migration is gone. Databases that have applied it keep what it did.\n"
    );
}

#[test]
fn drizzle_reviews_new_entries_and_sees_those_that_are_skipped() {
    let journal = |entries: &str| format!(r#"{{"dialect":"postgresql","entries":[{entries}]}}"#);
    let one = r#"{"tag":"0000_a","when":20}"#;
    let (before, newer, older) = (
        journal(one),
        journal(&format!(r#"{one},{{"tag":"0001_b","when":30}}"#)),
        journal(&format!(r#"{one},{{"tag":"0001_b","when":15}}"#)),
    );
    let path = "drizzle/meta/_journal.json";
    let files = [("drizzle/0000_a.sql", A.1), ("drizzle/0001_b.sql", B.1)];
    let base = [(path, before.as_str()), files[0], files[1]];
    let text = shape(&change(&base, &[(path, newer.as_str()), files[0], files[1]]));
    assert_eq!(text, "drizzle | 0000_a | 0001_b | \n");
    let text = shape(&change(&base, &[(path, older.as_str()), files[0], files[1]]));
    assert!(
        text.starts_with(
            "drizzle | 0000_a | 0001_b | \n  ? drizzle/0001_b.sql: stands before 0000_a: skipped"
        ),
        "{text}"
    );
}

#[test]
fn files_that_somebody_names_are_under_review() {
    assert_eq!(shape(&asked(&[A, B, C], &["migrations/2_b.sql"])), "sql | 1_a | 2_b | \n");
    assert_eq!(
        shape(&asked(&[A, B, C], &["migrations/3_c.sql", "./migrations/1_a.sql"])),
        "sql |  | 1_a 3_c | 1:2_b\n"
    );
    assert_eq!(shape(&asked(&[A, B, C], &["migrations/"])), "sql |  | 1_a 2_b 3_c | \n");
    assert_eq!(shape(&asked(&[A, B], &["."])), "sql |  | 1_a 2_b | \n");
    let single = ("fix.sql", "alter table a add b int");
    assert_eq!(shape(&asked(&[single], &["fix.sql"])), "sql |  | fix | \n");
    let down = ("migrations/2_b.down.sql", "alter table a drop b");
    assert_eq!(
        shape(&asked(&[A, B, down], &["migrations/2_b.down.sql", "none.sql"])),
        "sql | 1_a 2_b |  | \n\
         ! migrations/2_b.down.sql: This file undoes migrations/2_b.sql and does not run forwards: it is not reviewed.\n\
         ! none.sql: No migration that could be reviewed is here.\n"
    );
}

#[test]
fn a_changeset_is_new_or_edited_by_itself() {
    let header = "--liquibase formatted sql\n--changeset a:1\ncreate table a (id int);\n";
    let path = "db/changelog/all.sql";
    let more = format!("{header}--changeset a:2\nalter table a add b int;\n");
    let text = shape(&change(&[(path, header)], &[(path, &more)]));
    assert_eq!(text, "liquibase | a:1 | a:2 | \n");
    let edited = more.replace("id int", "id bigint");
    let text = shape(&change(&[(path, &more)], &[(path, &edited)]));
    assert_eq!(text, "liquibase |  | a:1 | \n  ? db/changelog/all.sql: edited\n");
}

#[test]
fn blanks_and_comments_are_an_edit_only_to_tools_that_compare_texts() {
    let plain = ("migrations/1_a.up.sql", "create table a (id int);");
    let spaced = (plain.0, "-- why\ncreate  table a (id int);");
    assert_eq!(shape(&change(&[plain], &[spaced])), "golang-migrate | 1_a |  | \n");
    let (plain, spaced) = (("db/V1__a.sql", plain.1), ("db/V1__a.sql", spaced.1));
    assert_eq!(shape(&change(&[plain], &[spaced])), "flyway |  | V1__a | \n  ? db/V1__a.sql: edited\n");
}

#[test]
fn what_runs_again_when_it_is_edited_is_new_and_last() {
    let versioned = ("db/V1__a.sql", "create table a (id int);");
    let view = ("db/R__v.sql", "create or replace view v as select 1;");
    let edited = (view.0, "create or replace view v as select 2;");
    let more = ("db/V2__b.sql", "alter table a add b int;");
    let text = shape(&change(&[versioned, view], &[versioned, edited, more]));
    assert_eq!(text, "flyway | V1__a | V2__b R__v | \n");
}

#[test]
fn order_of_input_does_not_matter() {
    let one = change(&[A, B], &[A, B, C]);
    let two = change(&[B, A], &[C, B, A]);
    assert_eq!(shape(&one), shape(&two));
}

#[test]
fn what_could_not_be_read_before_fails_no_change() {
    let with_unread = |files: &[(&str, &str)]| {
        let mut files = tree(files);
        files.push(SourceFile::new("migrations/0_a.sql", vec![0xff, 0xfe, 0x61]));
        files
    };
    let old = Change { base: with_unread(&[A]), head: with_unread(&[A, B]), ..Change::default() };
    let text = shape(&changed(&old, &Selection::default()));
    assert!(
        text.starts_with("sql | 0_a 1_a | 2_b | \n  ~ migrations/0_a.sql: This migration can't"),
        "{text}"
    );
    let new = Change { base: tree(&[A]), ..old };
    let text = shape(&changed(&new, &Selection::default()));
    assert!(
        text.starts_with("sql | 1_a | 0_a 2_b | \n  ! migrations/0_a.sql: This migration can't"),
        "{text}"
    );
}
