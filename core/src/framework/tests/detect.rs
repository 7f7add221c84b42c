//! Small repositories and the projects in them.

use super::super::{TransactionModel, concurrently_advice, detect, detect_with};
use super::{shape, tree};
use crate::change::SourceFile;

const POSTGRES: &str = "provider = \"postgresql\"\n";
const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

fn found(files: &[(&str, &str)]) -> String {
    shape(&detect(&tree(files), None))
}

fn named(name: &str, files: &[(&str, &str)]) -> String {
    shape(&detect(&tree(files), Some(name)))
}

#[test]
fn a_file_that_lies_elsewhere_is_read_as_the_tool_that_somebody_names_usually_runs_one() {
    let files = tree(&[
        ("notes/add_index.sql", "create index concurrently i on a (b);"),
        ("notes/add_index.down.sql", "drop index i;"),
        ("notes/goose.sql", "-- +goose NO TRANSACTION\n-- +goose Up\ncreate index concurrently i on a (b);"),
    ]);
    let asked = |tool: &str, path: &str| shape(&detect_with(&files, Some(tool), &[path.to_owned()]));
    for (tool, model) in [
        ("dbmate", "FileString"),
        ("supabase", "Pipeline"),
        ("drizzle", "RunStatements"),
        ("knex", "RunStatements"),
        ("golang-migrate", "SimpleQuery"),
        ("rails", "FileStatements"),
        ("sequelize", "Autocommit"),
    ] {
        let text = asked(tool, "notes/add_index.sql");
        assert!(text.starts_with(tool), "{text}");
        assert!(text.contains(&format!("  add_index {model} 1\n  ~ notes/add_index.sql: ")), "{text}");
    }
    assert!(asked("goose", "notes/goose.sql").contains("Autocommit"), "what the file says counts");
    let backwards = asked("golang-migrate", "notes/add_index.down.sql");
    assert!(!backwards.contains("add_index.down "), "{backwards}");
}

#[test]
fn prisma_orders_by_folder_and_leaves_down_aside() {
    let text = found(&[
        ("prisma/schema.prisma", SCHEMA),
        ("prisma/migrations/migration_lock.toml", POSTGRES),
        ("prisma/migrations/20240201_b/migration.sql", "alter table a add b int;"),
        ("prisma/migrations/20240101_a/migration.sql", "create table a (id int);"),
        ("prisma/migrations/20240101_a/down.sql", "drop table a;"),
        ("prisma/migrations/20240301_c/down.sql", "drop table c;"),
        ("prisma/migrations/20240401_d.sql/migration.sql", ""),
        ("prisma/migrations/notes.sql", "select 1;"),
        ("package.json", r#"{"devDependencies":{"prisma":"6.2.1"}}"#),
    ]);
    let expected = "\
prisma 6.2.1 in \"prisma/migrations\"
  20240101_a SimpleQuery 1 down prisma/migrations/20240101_a/down.sql
  20240201_b SimpleQuery 1
  20240401_d.sql SimpleQuery 1
  ? prisma/migrations/notes.sql: never runs
  ! prisma/migrations/20240301_c/down.sql: The folder `20240301_c` has no migration.sql: Prisma stops there with P3015.
";
    assert_eq!(text, expected);
}

#[test]
fn prisma_from_7_4_asks_the_parser() {
    let text = found(&[
        ("db/migrations/migration_lock.toml", POSTGRES),
        ("db/migrations/1_a/migration.sql", "SET lock_timeout = '5s'; CREATE INDEX CONCURRENTLY i ON t (a);"),
        ("db/migrations/2_b/migration.sql", "DROP INDEX CONCURRENTLY i; ALTER TABLE t ADD c int;"),
        ("package.json", r#"{"devDependencies":{"prisma":"^7.4.0"}}"#),
        ("package-lock.json", r#"{"packages":{"node_modules/prisma":{"version":"7.10.1"}}}"#),
    ]);
    assert_eq!(text, "prisma 7.10.1 in \"db/migrations\"\n  1_a Autocommit 1\n  2_b SimpleQuery 1\n");
}

#[test]
fn prisma_says_when_the_version_is_not_known() {
    let text = found(&[("prisma/migrations/20240101_a/migration.sql", "create table a (id int);")]);
    assert!(
        text.starts_with(
            "prisma ? in \"prisma/migrations\"\n  20240101_a Autocommit 1\n  ~ prisma/migrations: "
        ),
        "{text}"
    );
}

#[test]
fn prisma_configurations_move_the_folder() {
    let text = found(&[
        (
            "api/prisma.config.ts",
            "export default defineConfig({ schema: 'db', migrations: { path: './sql/steps' } })",
        ),
        ("api/db/main.prisma", SCHEMA),
        ("api/sql/steps/1_a/migration.sql", "select 1"),
        ("api/package.json", r#"{"dependencies":{"@prisma/client":"8.0.0-rc.19"}}"#),
        (
            "api/sql/steps/main/20260101T1200_a/ops.json",
            r#"[{"id": "t", "execute": [{"sql": "create table \"t\" (id int)", "params": []}]}, {"execute": [{"sql": "select 1"}]}]"#,
        ),
    ]);
    let expected = "\
prisma 8.0.0-rc.19 in \"api/sql/steps\"
  1_a RunStatements 1
  main/20260101T1200_a RunStatements 2
";
    assert_eq!(text, expected);
}

#[test]
fn prisma_for_another_database_is_skipped_and_several_projects_are_found() {
    let text = found(&[
        ("a/prisma/migrations/migration_lock.toml", "provider = \"mysql\""),
        ("a/prisma/migrations/1_a/migration.sql", "create table `a` (id int)"),
        ("b/prisma/schema.prisma", "datasource db {\n  provider = \"sqlite\"\n}"),
        ("b/prisma/migrations/20240101_a/migration.sql", "create table a (id int)"),
        ("c/prisma/migrations/migration_lock.toml", POSTGRES),
        ("c/prisma/migrations/1_a/migration.sql", "create table a (id int)"),
        ("c/package.json", r#"{"dependencies":{"prisma":"5.1.0"}}"#),
    ]);
    let expected = "\
prisma ? in \"a/prisma/migrations\"
  ~ a/prisma/migrations: These are migrations for mysql, not for PostgreSQL: they are not reviewed.
prisma ? in \"b/prisma/migrations\"
  ~ b/prisma/migrations: These are migrations for sqlite, not for PostgreSQL: they are not reviewed.
prisma 5.1.0 in \"c/prisma/migrations\"
  1_a SimpleQuery 1
";
    assert_eq!(text, expected);
}

const JOURNAL: &str = r#"{"version":"7","dialect":"postgresql","entries":[
    {"idx":0,"when":10,"tag":"0001_b"},{"idx":1,"when":20,"tag":"0000_a"},{"idx":2,"when":30,"tag":"0002_gone"}]}"#;

#[test]
fn drizzle_follows_its_journal() {
    let text = found(&[
        ("app/drizzle/meta/_journal.json", JOURNAL),
        (
            "app/drizzle/0000_a.sql",
            "create table a (id int);\n--> statement-breakpoint\ncreate table b (id int);",
        ),
        ("app/drizzle/0001_b.sql", "create schema s;"),
        ("app/drizzle/0003_stray.sql", "select 1;"),
        ("app/package.json", r#"{"dependencies":{"drizzle-orm":"0.45.2","pg":"8"}}"#),
    ]);
    let expected = "\
drizzle 0.45.2 in \"app/drizzle\"
  0001_b RunStatements 1
  0000_a RunStatements 2
  ? app/drizzle/0003_stray.sql: never runs
  ! app/drizzle/0002_gone.sql: The journal names `0002_gone`, which is not there: Drizzle stops at it.
";
    assert_eq!(text, expected);
}

#[test]
fn drizzle_1_has_folders_instead() {
    let text = found(&[
        ("drizzle/20260102000000_b/migration.sql", "alter table a add b int"),
        ("drizzle/20260102000000_b/snapshot.json", r#"{"dialect":"postgres"}"#),
        ("drizzle/20260101000000_a/migration.sql", "create table a (id int)"),
        ("drizzle/20260101000000_a/snapshot.json", r#"{"dialect":"postgres"}"#),
        ("lite/20260101000000_a/migration.sql", "create table a (id int)"),
        ("lite/20260101000000_a/snapshot.json", r#"{"dialect":"sqlite"}"#),
    ]);
    let expected = "\
drizzle ? in \"drizzle\"
  20260101000000_a RunStatements 1
  20260102000000_b RunStatements 1
drizzle ? in \"lite\"
  ~ lite: These are migrations for sqlite, not for PostgreSQL: they are not reviewed.
";
    assert_eq!(text, expected);
}

#[test]
fn drizzle_over_neon_http_has_no_transaction() {
    let journal = r#"{"entries":[{"tag":"0000_a","when":1}]}"#;
    let base = [("drizzle/meta/_journal.json", journal), ("drizzle/0000_a.sql", "create table a (id int)")];
    let package =
        ("package.json", r#"{"dependencies":{"drizzle-orm":"0.45.2","@neondatabase/serverless":"1"}}"#);
    let script = ("src/migrate.ts", "import { migrate } from 'drizzle-orm/neon-http/migrator';");
    let over_http = found(&[base[0], base[1], package, script]);
    assert_eq!(over_http, "drizzle 0.45.2 in \"drizzle\"\n  0000_a Autocommit 1\n");
    let unsure = found(&[base[0], base[1], package]);
    assert!(unsure.contains("0000_a RunStatements 1\n  ~ drizzle: "), "{unsure}");
}

#[test]
fn drizzle_dialect_may_stand_in_the_configuration() {
    let text = found(&[
        (
            "server/db/drizzle.config.ts",
            "export default defineConfig({ out: './drizzle', dialect: 'mysql' })",
        ),
        ("drizzle/meta/_journal.json", r#"{"entries":[{"tag":"0000_a","when":1}]}"#),
        ("drizzle/0000_a.sql", "create table a (id int)"),
        ("broken/meta/_journal.json", "<<<<<<< HEAD"),
        ("broken/0000_a.sql", "create table a (id int)"),
    ]);
    let expected = "\
drizzle ? in \"broken\"
  ! broken/meta/_journal.json: This journal can't be read: Drizzle runs no migration with it, and none is reviewed.
drizzle ? in \"drizzle\"
  ~ drizzle: These are migrations for mysql, not for PostgreSQL: they are not reviewed.
";
    assert_eq!(text, expected);
}

#[test]
fn supabase_runs_what_has_digits() {
    let text = found(&[
        ("supabase/config.toml", "[db.migrations]\nenabled = true\n"),
        ("supabase/migrations/20240102_b.sql", "create index concurrently i on a (id);"),
        ("supabase/migrations/20240101_a.sql", "create table a (id int);"),
        ("supabase/migrations/notes.sql", "select 1;"),
        ("supabase/migrations/20240103_c.down.sql", "drop table a;"),
        ("supabase/seed.sql", "insert into a values (1);"),
    ]);
    let expected = "\
supabase ? in \"supabase/migrations\"
  20240101_a Pipeline 1
  20240102_b Pipeline 1
  20240103_c.down Pipeline 1
  ? supabase/migrations/notes.sql: never runs
  ! supabase/migrations/20240103_c.down.sql: Supabase has no way down: it runs this file forwards, like every other.
sql ? in \"\"
  ~ : 1 SQL file is not taken for migrations (supabase/seed.sql). Name them to have them reviewed.
";
    assert_eq!(text, expected);
}

#[test]
fn plain_folders_keep_ways_back_apart() {
    let text = found(&[
        ("db/migrations/3_d.sql", "alter table a add d int;"),
        ("db/migrations/4_e.sql", "alter table a add e int;"),
        (
            "db/migrations/10_c.sql",
            "-- +migrate Up\nalter table a add c int;\n-- +migrate Down\nalter table a drop c;",
        ),
        ("db/migrations/2_b.up.sql", "alter table a add b int;"),
        ("db/migrations/2_b.down.sql", "alter table a drop b;"),
        ("db/migrations/a/up.sql", "create table a (id serial);"),
        ("db/migrations/a/down.sql", "drop table a;"),
        ("db/migrations/9_x.down.sql", "drop table x;"),
        ("queries/users.sql", "select * from users;"),
    ]);
    let expected = "\
sql ? in \"db/migrations\"
  2_b.up Autocommit 1 down db/migrations/2_b.down.sql
  3_d Autocommit 1
  4_e Autocommit 1
  10_c FileStatements 1 down db/migrations/10_c.sql
  a Autocommit 1 down db/migrations/a/down.sql
  ~ db/migrations: 1 SQL file is not reviewed: by the name nothing here runs forwards (db/migrations/9_x.down.sql).
sql ? in \"\"
  ~ : 1 SQL file is not taken for migrations (queries/users.sql). Name them to have them reviewed.
";
    assert_eq!(text, expected);
}

#[test]
fn plain_numbers_make_a_folder_of_migrations() {
    let text = found(&[
        ("sql/V10__c.sql", "alter table a add c int;"),
        ("sql/V2__b.sql", "alter table a add b int;"),
        ("sql/R__view.sql", "create or replace view v as select 1;"),
        ("sql/U2__b.sql", "alter table a drop b;"),
        ("reports/01_top.sql", "select 1;"),
    ]);
    let expected = "\
flyway ? in \"sql\"
  V2__b FileStatements 1 down sql/U2__b.sql
  V10__c FileStatements 1
  R__view FileStatements 1
sql ? in \"\"
  ~ : 1 SQL file is not taken for migrations (reports/01_top.sql). Name them to have them reviewed.
";
    assert_eq!(text, expected);
}

#[test]
fn other_databases_are_not_taken_for_postgresql() {
    let text = found(&[
        (
            "clickhouse/migrations/0001_a.up.sql",
            "create table a (x Nullable(String)) engine = MergeTree order by x",
        ),
        ("d1/migrations/0001_a.sql", "create table a (id integer primary key autoincrement)"),
        (
            "db/clickhouse_migrate/20250101000000_a.rb",
            "class A < ActiveRecord::Migration[8.0]\n  def change\n    drop_table :a\n  end\nend\n",
        ),
    ]);
    let expected = "\
rails ? in \"db/clickhouse_migrate\"
  ~ db/clickhouse_migrate: The migrations here are ClickHouse's, not PostgreSQL's: they are not reviewed.
sql ? in \"clickhouse/migrations\"
  ~ clickhouse/migrations: The SQL here is ClickHouse's, not PostgreSQL's: it is not reviewed.
sql ? in \"d1/migrations\"
  ~ d1/migrations: The SQL here is SQLite's, not PostgreSQL's: it is not reviewed.
";
    assert_eq!(text, expected);
}

#[test]
fn files_that_somebody_names_are_migrations() {
    let files =
        tree(&[("notes/z.sql", "select 1"), ("notes/a.sql", "select 2"), ("notes/b.sql", "select 3")]);
    let asked = ["./notes/z.sql".to_owned(), "notes/a.sql".to_owned()];
    let text = shape(&detect_with(&files, None, &asked));
    let expected = "\
sql ? in \"notes\"
  z Autocommit 1
  a Autocommit 1
sql ? in \"\"
  ~ : 1 SQL file is not taken for migrations (notes/b.sql). Name them to have them reviewed.
";
    assert_eq!(text, expected);
    let single = tree(&[("fix.sql", "alter table a add b int")]);
    assert_eq!(
        shape(&detect_with(&single, None, &["fix.sql".into()])),
        "sql ? in \"\"\n  fix Autocommit 1\n"
    );
}

#[test]
fn a_named_framework_takes_what_looks_like_its_own() {
    let files = [
        ("steps/20240101_a/migration.sql", "create table a (id int)"),
        ("package.json", r#"{"dependencies":{"prisma":"5.0.0"}}"#),
    ];
    assert_eq!(found(&files), "sql ? in \"steps\"\n  20240101_a Autocommit 1\n");
    assert_eq!(named("Prisma", &files), "prisma 5.0.0 in \"steps\"\n  20240101_a SimpleQuery 1\n");
    assert_eq!(named("supabase", &[("db/1_a.sql", "select 1")]), "supabase ? in \"db\"\n  1_a Pipeline 1\n");
    assert_eq!(named("psql", &[("x/users.sql", "select 1")]), "sql ? in \"x\"\n  users Autocommit 1\n");
    assert_eq!(named("drizzle", &files), "drizzle ? in \"steps\"\n  20240101_a RunStatements 1\n");
    assert_eq!(
        named("drizzle", &[("a.sql", "")]),
        "drizzle ? in \"\"\n  ! : No migrations of Drizzle are here.\n"
    );
    let unknown = named("nonsense", &files);
    assert!(unknown.starts_with("sql ? in \"\"\n  ! : `nonsense` is no migration tool"), "{unknown}");
    assert!(unknown.contains("20240101_a Autocommit"), "{unknown}");
}

#[test]
fn what_is_no_text_is_named() {
    let files = [SourceFile::new("migrations/1_a.sql", vec![0xff, 0xfe, 0x61])];
    let projects = detect(&files, None);
    let [project] = projects.as_slice() else { panic!("one project") };
    let [problem] = project.problems.as_slice() else { panic!("one problem") };
    assert!(!problem.harmless && problem.path == "migrations/1_a.sql");
}

#[test]
fn every_tool_gives_advice_for_every_way_of_sending() {
    use TransactionModel as Model;
    let models = [
        Model::Autocommit,
        Model::SimpleQuery,
        Model::Pipeline,
        Model::FileStatements,
        Model::FileString,
        Model::RunStatements,
        Model::RunString,
    ];
    for tool in super::super::tools() {
        for model in models {
            assert!(concurrently_advice(tool.id, model).ends_with('.'), "{} {model:?}", tool.id);
            assert!(super::super::after_failure(tool.id, model).ends_with('.'), "{} {model:?}", tool.id);
        }
    }
    assert!(concurrently_advice("prisma", Model::SimpleQuery).contains("migration of its own"));
    assert!(concurrently_advice("drizzle", Model::RunStatements).contains("`COMMIT;`"));
    assert!(concurrently_advice("supabase", Model::Pipeline).contains("first statement"));
}

#[test]
fn large_and_odd_trees_are_read_to_the_end() {
    let mut files = Vec::new();
    for number in 0..2000 {
        files.push(SourceFile::new(format!("migrations/{number}_a.sql"), "alter table a add b int;"));
        files.push(SourceFile::new(
            format!("p{number}/prisma/migrations/20240101_a/migration.sql"),
            "select 1",
        ));
        files.push(SourceFile::new(
            format!("p{number}/package.json"),
            "{\"dependencies\":{\"prisma\":\"6.0.0\"}}",
        ));
        files.push(SourceFile::new(format!("d{number}/meta/_journal.json"), "{\"entries\":[]}"));
        let spring = "spring:\n  flyway:\n    locations: classpath:db/migration\n";
        files.push(SourceFile::new(format!("f{number}/src/main/resources/application.yml"), spring));
        files.push(SourceFile::new(
            format!("f{number}/src/main/resources/db/migration/V1__a.sql"),
            "create table a (id int);",
        ));
        files.push(SourceFile::new(format!("f{number}/pom.xml"), "<artifactId>flyway-core</artifactId>"));
    }
    files.push(SourceFile::new("/".repeat(3000) + "a.sql", "create table a ()"));
    files.push(SourceFile::new("", "create table a ()"));
    files.push(SourceFile::new("drizzle.config.ts", "{".repeat(100_000) + "out: '"));
    let changesets: Vec<String> =
        (0..2000).map(|number| format!("--changeset a:{number}\nselect ${{x}};\n")).collect();
    let changesets = changesets.concat();
    files.push(SourceFile::new("log.sql", format!("--liquibase formatted sql\n{changesets}")));
    let deep = "databaseChangeLog:\n".to_owned() + &"- ".repeat(100_000);
    files.push(SourceFile::new("changelog/deep.yaml", deep));
    files.push(SourceFile::new("changelog/deep.xml", "<databaseChangeLog>".repeat(100_000)));
    let projects = detect(&files, None);
    let migrations: usize = projects.iter().map(|project| project.migrations.len()).sum();
    assert_eq!(migrations, 8000);
}
