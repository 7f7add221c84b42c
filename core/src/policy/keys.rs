//! The keys of `lockkeeper.yml`: the one list that the reader, the schema for editors and the documentation follow.

/// A key of the file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// What it says, in a sentence or two.
    pub meaning: &'static str,
    /// The key with a value, as YAML.
    pub example: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The version of the file's format.
    Format,
    /// A major version of PostgreSQL.
    Postgres,
    /// The number of an edition of the rules.
    Edition,
    /// A migration tool's id.
    Framework,
    /// `error`, `warning` or `never`.
    FailOn,
    /// A length of time, as PostgreSQL writes it.
    Duration,
    /// A file.
    File,
    /// One file or a list of files.
    Files,
    /// One pattern of paths or a list of them.
    Paths,
    /// One pattern of table names or a list of them.
    Tables,
    /// A map from rules to severities.
    Rules,
    /// A list of folders that hold migrations, each with its tool.
    Folders,
    /// A list of settings for some paths and tables.
    Overrides,
    /// A folder, within [`Shape::Folders`].
    Folder,
}

/// The keys, in the order in which the documentation has them.
pub static KEYS: &[Key] = &[
    Key {
        name: "version",
        shape: Shape::Format,
        meaning: "The version of this file's format: 1.",
        example: "version: 1",
    },
    Key {
        name: "postgres",
        shape: Shape::Postgres,
        meaning: "PostgreSQL's major version in production. `--pg` wins over it.",
        example: "postgres: 15",
    },
    Key {
        name: "framework",
        shape: Shape::Framework,
        meaning: "The migration tool, where it is not recognised by its files. `--framework` wins over it.",
        example: "framework: prisma",
    },
    Key {
        name: "paths",
        shape: Shape::Folders,
        meaning: "The folders that hold migrations, each with its migration tool where it is not recognised. \
                  Without this key they are found; with it, only these are looked into.",
        example: "paths:\n  - path: apps/api/prisma/migrations\n  - path: db/changes\n    framework: sql",
    },
    Key {
        name: "ignore",
        shape: Shape::Paths,
        meaning: "Files that are treated as if they were not there: seeds, dumps, another database's SQL.",
        example: "ignore:\n  - db/seeds\n  - \"*.dump.sql\"",
    },
    Key {
        name: "schema",
        shape: Shape::Files,
        meaning: "SQL of the schema before any migration, as `pg_dump --schema-only` writes it; several files are \
                  applied in order. `--schema` wins over it.",
        example: "schema: db/structure.sql",
    },
    Key {
        name: "stats",
        shape: Shape::File,
        meaning: "Table sizes of production, as JSON. `--stats` wins over it.",
        example: "stats: lockkeeper-stats.json",
    },
    Key {
        name: "lock_timeout",
        shape: Shape::Duration,
        meaning: "The `lock_timeout` that the migrating role, the database or the migration tool sets, so that no file \
                  has to.",
        example: "lock_timeout: 5s",
    },
    Key {
        name: "statement_timeout",
        shape: Shape::Duration,
        meaning: "The `statement_timeout` that the migrating role, the database or the migration tool sets.",
        example: "statement_timeout: 15min",
    },
    Key {
        name: "hot_tables",
        shape: Shape::Tables,
        meaning: "Tables that can't wait: a finding about one of them is a step worse (info, warning, error).",
        example: "hot_tables: [orders, \"billing.*\"]",
    },
    Key {
        name: "small_tables",
        shape: Shape::Tables,
        meaning: "Tables that are always small: what is dangerous only because it takes long does not count on them.",
        example: "small_tables: [countries, feature_flags]",
    },
    Key {
        name: "rules",
        shape: Shape::Rules,
        meaning: "How bad the findings of a rule are: `off`, `info`, `warning` or `error`. `all` stands for every rule \
                  that is not named.",
        example: "rules:\n  all: warning\n  drop-table: error\n  no-statement-timeout: off",
    },
    Key {
        name: "overrides",
        shape: Shape::Overrides,
        meaning: "The same for some `paths`, some `tables`, or some tables in some paths. Later ones win over earlier \
                  ones, and all over `rules` and `hot_tables`.",
        example: "overrides:\n  - paths: apps/legacy\n    rules: {all: info}\n  - tables: [audit_log]\n    rules: {drop-table: error}",
    },
    Key {
        name: "fail_on",
        shape: Shape::FailOn,
        meaning: "From which severity up a review fails, which is exit code 1: `error`, `warning` or `never`. \
                  `--fail-on` wins over it.",
        example: "fail_on: warning",
    },
    Key {
        name: "edition",
        shape: Shape::Edition,
        meaning: "The newest edition of the rules that counts. Findings of rules that came later are listed and don't \
                  count, so that an upgrade turns no check red.",
        example: "edition: 1",
    },
    Key {
        name: "baseline",
        shape: Shape::File,
        meaning: "The file of findings that were there before, which `lockkeeper baseline` writes. They don't count.",
        example: "baseline: lockkeeper-baseline.json",
    },
];

/// The keys of an entry of `paths`.
pub(super) static FOLDER_KEYS: &[Key] = &[
    Key {
        name: "path",
        shape: Shape::Folder,
        meaning: "The folder, from the root of the repository; `.` is the root.",
        example: "path: db/changes",
    },
    Key {
        name: "framework",
        shape: Shape::Framework,
        meaning: "The migration tool that runs what is in it.",
        example: "framework: sql",
    },
];

/// The keys of an entry of `overrides`.
pub(super) static OVERRIDE_KEYS: &[Key] = &[
    Key {
        name: "paths",
        shape: Shape::Paths,
        meaning: "Migrations that it is about.",
        example: "paths: apps/legacy",
    },
    Key {
        name: "tables",
        shape: Shape::Tables,
        meaning: "Tables that it is about.",
        example: "tables: [audit_log]",
    },
    Key {
        name: "rules",
        shape: Shape::Rules,
        meaning: "How bad the findings of a rule are there.",
        example: "rules: {drop-table: error}",
    },
];
