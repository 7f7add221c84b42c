//! What is known of the tools whose migrations are code. Versions and sources: run against servers with
//! `log_statement` where the tool runs without much around it, read otherwise.

use super::super::TransactionModel;
use super::super::search::{Found, Search, problem};
use super::super::tool::{self, Edited, Late, RunLock, Tool};
use super::super::tree::{folder_of, name_of, upward};
use super::search::find;
use super::{Order, Spec};
use crate::embedded::{Code, Sql};
use crate::review::Problem;
use TransactionModel::{Autocommit, FileStatements, RunStatements};

const SCRIPTS: &[&str] = &["js", "ts", "mjs", "cjs", "mts", "cts"];

/// What most of these tools have in common.
const fn usual(id: &'static str, title: &'static str, find: fn(&Search<'_>) -> Vec<Found>) -> Tool {
    Tool {
        id,
        title,
        aliases: &[],
        parts_are_strings: true,
        opt_out_parts_run: false,
        known_by_name: true,
        late: Late::Applied,
        edited: Edited::Ignored,
        same_version: "",
        history: "",
        lock: RunLock::Nothing,
        concurrently: tool::usual_advice,
        after_failure: tool::usual_failure,
        find,
        check_new: None,
    }
}

fn always_autocommit(_: TransactionModel) -> TransactionModel {
    Autocommit
}

fn a_file_each(_: &Search<'_>, _: &str) -> TransactionModel {
    FileStatements
}

/// Whether a file of the repository whose name begins so holds one of these words.
fn configured(search: &Search<'_>, folder: &str, stems: &[&str], words: &[&str]) -> bool {
    let near = |path: &str| {
        upward(folder).any(|above| above == folder_of(path))
            || folder_of(path).starts_with(folder)
            || folder.is_empty()
    };
    search
        .tree
        .paths()
        .filter(|path| stems.iter().any(|stem| name_of(path).starts_with(stem)) && near(path))
        .any(|path| {
            search.tree.text(path).is_some_and(|text| {
                let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
                words.iter().any(|word| plain.contains(word))
            })
        })
}

/// node-pg-migrate 9: all pending migrations in one transaction; `pgm.noTransaction()` commits it and begins another
/// after the migration.
pub(in crate::framework) static NODE_PG_MIGRATE: Tool = Tool {
    known_by_name: true,
    late: Late::Refused(
        "node-pg-migrate stops with \"Not run migration … is preceding already run migration\" unless `--no-check-order` is set",
    ),
    history: "pgmigrations",
    lock: RunLock::Tries("pg_try_advisory_lock"),
    concurrently: |_| "Put it into a migration of its own that calls `pgm.noTransaction()`; with `pgm.createIndex(…, { concurrently: true })`.",
    ..usual("node-pg-migrate", "node-pg-migrate", |search| find(search, &NODE_PG_MIGRATE_SPEC))
};
static NODE_PG_MIGRATE_SPEC: Spec = Spec {
    tool: &NODE_PG_MIGRATE,
    code: "node-pg-migrate",
    endings: SCRIPTS,
    marks: &["node-pg-migrate", "pgm."],
    also: &["pgm", "MigrationBuilder"],
    packages: &["node-pg-migrate"],
    order: Order::Number,
    model: |search, _| {
        if search.evidence.says(&["--no-single-transaction"]) { FileStatements } else { RunStatements }
    },
    outside: always_autocommit,
};

/// Knex 3.3: all pending migrations in one transaction, unless one of them opts out.
pub(in crate::framework) static KNEX: Tool = Tool {
    aliases: &["knex.js"],
    opt_out_parts_run: true,
    history: "knex_migrations",
    lock: RunLock::Table("a row in knex_migrations_lock"),
    concurrently: |_| "Put it into a migration of its own with `exports.config = { transaction: false }`, as `knex.raw(…)` with one statement in the string.",
    after_failure: |model| match model {
        Autocommit => {
            "What ran before the failing statement stays applied; a process that was killed also leaves `is_locked` in \
             knex_migrations_lock, which `knex migrate:unlock` takes away."
        }
        other => tool::usual_failure(other),
    },
    ..usual("knex", "Knex", |search| find(search, &KNEX_SPEC))
};
static KNEX_SPEC: Spec = Spec {
    tool: &KNEX,
    code: "knex",
    endings: SCRIPTS,
    marks: &["knex", "Knex", "db.schema", "db.raw"],
    also: &["exports.up", "up =", "function up", "{ up", "up,", "up(", "up:"],
    packages: &["knex"],
    order: Order::Name,
    model: |search, folder| {
        if configured(search, folder, &["knexfile."], &["disableTransactions:true"]) {
            Autocommit
        } else {
            RunStatements
        }
    },
    outside: always_autocommit,
};

/// `TypeORM` 1.1: `migrationsTransactionMode` is `all` unless it is set.
pub(in crate::framework) static TYPEORM: Tool = Tool {
    history: "migrations",
    concurrently: |model| match model {
        Autocommit => "It runs as it is: each statement commits by itself.",
        FileStatements => "Put it into a migration of its own with the field `transaction = false`.",
        _ => {
            "Set `migrationsTransactionMode: 'each'` (or run `migration:run -t each`), and put it into a migration of its \
             own with the field `transaction = false`, which TypeORM refuses in the mode `all`."
        }
    },
    ..usual("typeorm", "TypeORM", |search| find(search, &TYPEORM_SPEC))
};
static TYPEORM_SPEC: Spec = Spec {
    tool: &TYPEORM,
    code: "typeorm",
    endings: SCRIPTS,
    marks: &["MigrationInterface", "queryRunner"],
    also: &["queryRunner", "QueryRunner"],
    packages: &["typeorm"],
    order: Order::Timestamp,
    model: |search, folder| {
        let said = |mode: &str| {
            let stems = ["data-source", "ormconfig", "datasource"];
            let words = [
                format!("migrationsTransactionMode:\"{mode}\""),
                format!("migrationsTransactionMode:'{mode}'"),
            ];
            let flags =
                [format!("-t {mode}"), format!("--transaction {mode}"), format!("--transaction={mode}")];
            configured(search, folder, &stems, &[words[0].as_str(), words[1].as_str()])
                || search.evidence.says(&[flags[0].as_str(), flags[1].as_str(), flags[2].as_str()])
        };
        if said("each") {
            FileStatements
        } else if said("none") {
            Autocommit
        } else {
            RunStatements
        }
    },
    outside: |usual| if usual == RunStatements { RunStatements } else { Autocommit },
};

/// Sequelize 6: no transaction, every statement commits by itself.
pub(in crate::framework) static SEQUELIZE: Tool = Tool {
    aliases: &["sequelize-cli"],
    history: "SequelizeMeta",
    concurrently: |_| "It runs as it is outside of `sequelize.transaction(…)`: `queryInterface.addIndex(…, { concurrently: true })` without `transaction`.",
    ..usual("sequelize", "Sequelize", |search| find(search, &SEQUELIZE_SPEC))
};
static SEQUELIZE_SPEC: Spec = Spec {
    tool: &SEQUELIZE,
    code: "sequelize",
    endings: SCRIPTS,
    marks: &["queryInterface", "QueryInterface"],
    also: &[],
    packages: &["sequelize", "sequelize-cli", "umzug"],
    order: Order::Name,
    model: |_, _| Autocommit,
    outside: always_autocommit,
};

/// `MikroORM` 6: one transaction around all, with a savepoint for each.
pub(in crate::framework) static MIKRO_ORM: Tool = Tool {
    aliases: &["mikroorm"],
    history: "mikro_orm_migrations",
    concurrently: |model| match model {
        FileStatements => "Put it into a migration of its own with `isTransactional() { return false; }`.",
        _ => {
            "Set `migrations: { allOrNothing: false }`, and put it into a migration of its own with \
             `isTransactional() { return false; }`: otherwise that runs on another connection, beside the open transaction."
        }
    },
    ..usual("mikro-orm", "MikroORM", |search| find(search, &MIKRO_ORM_SPEC))
};
static MIKRO_ORM_SPEC: Spec = Spec {
    tool: &MIKRO_ORM,
    code: "mikro-orm",
    endings: SCRIPTS,
    marks: &["mikro-orm"],
    also: &["addSql", "extends Migration"],
    packages: &["@mikro-orm/migrations", "@mikro-orm/core"],
    order: Order::Name,
    model: |search, folder| {
        if configured(search, folder, &["mikro-orm.config", "mikro-orm"], &["allOrNothing:false"]) {
            FileStatements
        } else {
            RunStatements
        }
    },
    outside: always_autocommit,
};

/// Kysely 0.28: all pending migrations in one transaction.
pub(in crate::framework) static KYSELY: Tool = Tool {
    late: Late::Refused(
        "Kysely stops with \"corrupted migrations\" unless `allowUnorderedMigrations` is set",
    ),
    history: "kysely_migration",
    lock: RunLock::Waits("pg_advisory_lock"),
    concurrently: |_| {
        "Kysely runs all pending migrations in one transaction, which only the whole migrator can switch off \
         (`disableTransactions: true`, `kysely migrate --no-transaction`). Run the statement by hand before the deploy."
    },
    ..usual("kysely", "Kysely", |search| find(search, &KYSELY_SPEC))
};
static KYSELY_SPEC: Spec = Spec {
    tool: &KYSELY,
    code: "kysely",
    endings: SCRIPTS,
    marks: &["kysely", "Kysely"],
    also: &["function up", "up =", "up("],
    packages: &["kysely"],
    order: Order::Name,
    model: |search, folder| {
        let off = configured(search, folder, &["kysely.config", "migrate", "migrator"], &["disableTransactions:true"])
            || search.evidence.says(&["kysely migrate --no-transaction", "migrate:latest --no-transaction"]);
        if off { Autocommit } else { RunStatements }
    },
    outside: always_autocommit,
};

/// Alembic 1.20: all pending migrations in one transaction; `autocommit_block()` commits it for a while.
pub(in crate::framework) static ALEMBIC: Tool = Tool {
    late: Late::NotByOrder,
    history: "alembic_version",
    concurrently: |_| {
        "Put it into `with op.get_context().autocommit_block():`, which commits everything that ran before it; with \
         `op.create_index(…, postgresql_concurrently=True)`."
    },
    ..usual("alembic", "Alembic", |search| find(search, &ALEMBIC_SPEC))
};
static ALEMBIC_SPEC: Spec = Spec {
    tool: &ALEMBIC,
    code: "alembic",
    endings: &["py"],
    marks: &["down_revision"],
    also: &["def upgrade"],
    packages: &["alembic"],
    order: Order::Revisions,
    model: |search, folder| {
        let above = folder_of(folder);
        let each = search.tree.text(&super::super::tree::join(above, "env.py")).is_some_and(|text| {
            let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
            plain.contains("transaction_per_migration=True")
        });
        if each { FileStatements } else { RunStatements }
    },
    outside: always_autocommit,
};

/// Django 5.2: each migration in a transaction of its own.
pub(in crate::framework) static DJANGO: Tool = Tool {
    late: Late::NotByOrder,
    history: "django_migrations",
    concurrently: |_| {
        "Use `AddIndexConcurrently` or `RemoveIndexConcurrently` from `django.contrib.postgres.operations` in a migration of \
         its own with `atomic = False`. With `RunSQL`, give one statement to each string."
    },
    ..usual("django", "Django", |search| find(search, &DJANGO_SPEC))
};
static DJANGO_SPEC: Spec = Spec {
    tool: &DJANGO,
    code: "django",
    endings: &["py"],
    marks: &["migrations.Migration"],
    also: &["class Migration"],
    packages: &["django", "Django"],
    order: Order::Dependencies,
    model: a_file_each,
    outside: always_autocommit,
};

/// Rails: each migration in a transaction of its own.
pub(in crate::framework) static RAILS: Tool = Tool {
    aliases: &["activerecord", "active-record"],
    known_by_name: false,
    history: "schema_migrations",
    same_version: "stops with DuplicateMigrationVersionError before it runs anything",
    lock: RunLock::Tries("pg_try_advisory_lock"),
    concurrently: |_| "Put it into a migration of its own with `disable_ddl_transaction!`, as `add_index …, algorithm: :concurrently`.",
    ..usual("rails", "Rails", |search| find(search, &RAILS_SPEC))
};
static RAILS_SPEC: Spec = Spec {
    tool: &RAILS,
    code: "rails",
    endings: &["rb"],
    marks: &["ActiveRecord::Migration"],
    also: &["def change", "def up", "def self.up"],
    packages: &["activerecord", "rails"],
    order: Order::Number,
    model: a_file_each,
    outside: always_autocommit,
};

/// Ecto: each migration in a transaction of its own, while a second connection holds a lock on the history.
pub(in crate::framework) static ECTO: Tool = Tool {
    known_by_name: false,
    history: "schema_migrations",
    lock: RunLock::Table("SHARE UPDATE EXCLUSIVE on schema_migrations"),
    concurrently: |_| {
        "Put it into a migration of its own with `@disable_ddl_transaction true` and `@disable_migration_lock true` (or set \
         `migration_lock: :pg_advisory_lock`), as `create index(…, concurrently: true)`."
    },
    ..usual("ecto", "Ecto", |search| find(search, &ECTO_SPEC))
};
static ECTO_SPEC: Spec = Spec {
    tool: &ECTO,
    code: "ecto",
    endings: &["exs", "ex"],
    marks: &["use Ecto.Migration"],
    also: &[],
    packages: &["ecto_sql"],
    order: Order::Number,
    model: a_file_each,
    outside: always_autocommit,
};

/// sea-orm: each migration in a transaction of its own (2.x; 1.x runs all in one).
pub(in crate::framework) static SEA_ORM: Tool = Tool {
    aliases: &["seaorm"],
    history: "seaql_migrations",
    concurrently: |_| "Put it into a migration of its own whose `use_transaction` returns `Some(false)`, with `execute_unprepared`.",
    ..usual("sea-orm", "SeaORM", |search| find(search, &SEA_ORM_SPEC))
};
static SEA_ORM_SPEC: Spec = Spec {
    tool: &SEA_ORM,
    code: "code",
    endings: &["rs"],
    marks: &["impl MigrationTrait for"],
    also: &[],
    packages: &["sea-orm-migration"],
    order: Order::Listed,
    model: |search, folder| match search.evidence.version(folder, &["sea-orm-migration"]) {
        Some(version)
            if version.trim_start_matches(['^', '~', '=']).starts_with('1') || version.starts_with("0.") =>
        {
            RunStatements
        }
        _ => FileStatements,
    },
    outside: always_autocommit,
};

/// goose's migrations in Go.
pub(in crate::framework) static GOOSE_GO: Tool = Tool {
    history: "goose_db_version",
    concurrently: |_| "Register it with `goose.AddMigrationNoTxContext`, in a file of its own.",
    ..usual("goose-go", "goose (Go)", |search| find(search, &GOOSE_GO_SPEC))
};
static GOOSE_GO_SPEC: Spec = Spec {
    tool: &GOOSE_GO,
    code: "code",
    endings: &["go"],
    marks: &["goose.AddMigration", "goose.AddNamedMigration"],
    also: &[],
    packages: &["github.com/pressly/goose"],
    order: Order::Number,
    model: a_file_each,
    outside: always_autocommit,
};

/// Flyway's migrations in Java and Kotlin.
pub(in crate::framework) static FLYWAY_JAVA: Tool = Tool {
    history: "flyway_schema_history",
    lock: RunLock::Tries("pg_try_advisory_xact_lock"),
    concurrently: |_| {
        "Let `canExecuteInTransaction` return false, and set `flyway.postgresql.transactional.lock=false`: otherwise it waits \
         for Flyway's own transaction."
    },
    ..usual("flyway-java", "Flyway (Java)", |search| find(search, &FLYWAY_JAVA_SPEC))
};
static FLYWAY_JAVA_SPEC: Spec = Spec {
    tool: &FLYWAY_JAVA,
    code: "code",
    endings: &["java", "kt"],
    marks: &["BaseJavaMigration", "JavaMigration"],
    also: &["migrate("],
    packages: &["org.flywaydb", "flyway-core"],
    order: Order::Number,
    model: a_file_each,
    outside: always_autocommit,
};

/// What a migration asks for that its tool refuses or that hangs.
pub(super) fn dangers(
    tool: &str,
    usual: TransactionModel,
    path: &str,
    text: &str,
    code: &Code,
) -> Option<Problem> {
    if tool == "typeorm" && code.outside && usual == RunStatements {
        let message = "TypeORM refuses `transaction = false` in the mode `all` (ForbiddenTransactionModeOverrideError): set \
                       `migrationsTransactionMode: 'each'`.";
        return Some(problem(path, message, false));
    }
    let concurrently = code.up.iter().any(
        |item| matches!(&item.sql, Sql::Text(sql) if sql.text.to_ascii_lowercase().contains("concurrently")),
    );
    if tool == "ecto" && code.outside && concurrently && !text.contains("@disable_migration_lock true") {
        let message = "Without `@disable_migration_lock true` a second connection holds a transaction open while this runs, \
                       for which CONCURRENTLY waits: it hangs, unless the repository sets `migration_lock: \
                       :pg_advisory_lock`.";
        return Some(problem(path, message, false));
    }
    None
}
