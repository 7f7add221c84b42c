//! Throw-away PostgreSQL servers from the pinned packages of `.ci/postgres`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use lockkeeper_core::postgres::Version;
use tokio::runtime::Runtime;
use tokio_postgres::Config;

use crate::gate::{Gate, log_line_prefix};
use crate::owner::{self, Owner};
use crate::session::Session;

/// Not UTC: there a change between `timestamp` and `timestamptz` rewrites nothing, which is the exception.
const TIME_ZONE: &str = "Europe/Berlin";

/// What every database here starts from, beside what a case brings: roles and a tablespace that cases name.
const CLUSTER: &str = "create role app_owner; create role app_reader;";

/// A running server. It is stopped and its files are deleted when it goes out of scope, panics included.
pub(crate) struct Server {
    /// Its version.
    pub(crate) version: Version,
    /// Its log, which can hold processes still.
    pub(crate) gate: Gate,
    runtime: Runtime,
    folder: PathBuf,
    binaries: PathBuf,
    process: Child,
    owner: Owner,
    databases: AtomicU32,
}

/// The versions that were asked for: `LOCKKEEPER_PG="13 17"`, or those of `.ci/unit`. None where nobody asks.
pub(crate) fn wanted() -> Vec<Version> {
    let asked =
        std::env::var("LOCKKEEPER_PG").or_else(|_| std::env::var("LOCKKEEPER_TEST_PG")).unwrap_or_default();
    match asked.trim() {
        "" | "none" => Vec::new(),
        "all" => Version::all().collect(),
        list => list
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .map(|part| {
                let version = part.parse().ok().and_then(Version::new);
                version.unwrap_or_else(|| panic!("`{part}` is no PostgreSQL version from 13 to 18"))
            })
            .collect(),
    }
}

impl Server {
    /// Installs (where it isn't yet), creates and starts a server.
    pub(crate) fn start(version: Version) -> Server {
        let folder = scratch(version);
        let owner = owner::unprivileged(&folder);
        owner::give(&folder, owner);
        let binaries = binaries(version, &folder, owner);
        let data = folder.join("data");
        let mut initdb = command(&binaries.join("initdb"), owner, &folder);
        initdb.arg("-D").arg(&data);
        run(initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]));
        configure(&data, &folder);
        let (reader, writer) = std::io::pipe().expect("pipes can be made");
        let mut postgres = command(&binaries.join("postgres"), owner, &folder);
        postgres.arg("-D").arg(&data).stderr(writer).stdout(Stdio::null()).stdin(Stdio::null());
        let process = postgres.spawn().expect("the server starts");
        // The writing end belongs to the server alone, or its end would never show.
        drop(postgres);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let server = Server {
            version,
            gate: Gate::new(reader),
            runtime: runtime.expect("a runtime can be made"),
            folder,
            binaries,
            process,
            owner,
            databases: AtomicU32::new(0),
        };
        server.wait();
        server.prepare();
        server
    }

    /// A connection to a database.
    pub(crate) fn connect(&self, database: &str) -> Session {
        Session::open(self.runtime.handle(), &self.config(database))
    }

    /// A new database, a copy of `template`.
    pub(crate) fn database(&self, template: &str) -> Database<'_> {
        let name = format!("case_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.connect("postgres").must(&format!("create database {name} template {template}"));
        Database { server: self, name }
    }

    /// Roles belong to the server, so that the next case would find those of this one. One that still owns something
    /// in another database stays.
    fn forget_roles(session: &Session) {
        let sql =
            "select format('drop role %I', rolname) from pg_roles where rolname !~ '^pg_|^app_|^postgres$'";
        for row in session.must_rows(sql) {
            for command in row.into_iter().flatten() {
                drop(session.run(&command));
            }
        }
    }

    fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        owner::address(&mut config, &self.folder);
        config.port(5432).user("postgres").dbname(database);
        config
    }

    /// Until it takes connections.
    fn wait(&self) {
        let begin = Instant::now();
        let config = self.config("postgres");
        while self.runtime.block_on(config.connect(tokio_postgres::NoTls)).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(30), "PostgreSQL {} does not start", self.version);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn prepare(&self) {
        let session = self.connect("postgres");
        session.must(CLUSTER);
        let tablespace = self.folder.join("ts1");
        fs::create_dir(&tablespace).expect("a folder can be made");
        owner::give(&tablespace, self.owner);
        session.must(&format!("create tablespace ts1 location '{}'", tablespace.display()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = command(&self.binaries.join("pg_ctl"), self.owner, &self.folder);
        stop.arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "-s", "stop"]);
        if !stop.status().is_ok_and(|status| status.success()) {
            // Nothing more can be done here; killing the parent ends its children.
            drop(self.process.kill());
        }
        drop(self.process.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// A database that is dropped when it goes out of scope.
pub(crate) struct Database<'a> {
    server: &'a Server,
    /// Its name.
    pub(crate) name: String,
}

impl Database<'_> {
    /// Its server.
    pub(crate) fn server(&self) -> &Server {
        self.server
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> Session {
        self.server.connect(&self.name)
    }

    /// Empties it for the next case, which is much quicker than another database.
    pub(crate) fn reset(&self) {
        let session = self.connect();
        session.must("set client_min_messages = error; drop owned by app_owner, app_reader cascade");
        session.must(
            "do $$ declare command text; begin
               for command in
                 select format('drop publication %I', pubname) from pg_publication
                 union all select format('drop event trigger %I', evtname) from pg_event_trigger
                 union all select format('drop extension %I cascade', extname) from pg_extension where extname <> 'plpgsql'
                 union all select format('drop foreign data wrapper %I cascade', fdwname) from pg_foreign_data_wrapper
                 union all select format('drop access method %I cascade', amname) from pg_am where oid >= 16384
                 union all select format('drop schema %I cascade', nspname) from pg_namespace
                   where nspname !~ '^pg_' and nspname <> 'information_schema'
                 union all select format('alter database %I reset all', current_database())
               loop
                 -- An extension may have gone with the schema of another object.
                 begin execute command; exception when undefined_object then null; end;
               end loop;
             end $$;
             create schema public; create schema other; set search_path = public",
        );
        Server::forget_roles(&session);
    }

    /// Nobody may be connected to a database that others are copied from.
    pub(crate) fn wait_until_idle(&self) {
        let session = self.server.connect("postgres");
        let sql = format!("select count(*) from pg_stat_activity where datname = '{}'", self.name);
        while session.value(&sql) != "0" {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A failure here would hide the panic that may be under way.
        drop(self.server.connect("postgres").run(&format!("drop database {} with (force)", self.name)));
    }
}

/// A folder for a server. Socket paths may have 107 bytes at most, so it is not below the checkout.
fn scratch(version: Version) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("lockkeeper-prove-{}-{version}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir(&folder).expect("a folder for temporary files");
    folder
}

fn binaries(version: Version, folder: &Path, owner: Owner) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/postgres");
    let output = Command::new(script).args(["install", &version.to_string()]).output().expect("bash");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let installed = PathBuf::from(printed.trim());
    let runs = |binaries: &Path| {
        let mut postgres = command(&binaries.join("postgres"), owner, folder);
        postgres.arg("--version").output().is_ok_and(|output| output.status.success())
    };
    if runs(&installed) {
        return installed;
    }
    // A checkout below a private home directory is out of reach for `nobody`.
    let native = installed.parent().expect("a folder that was installed has a parent");
    run(Command::new("cp").arg("-R").arg(native).arg(folder.join("native")));
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(folder.join("native")));
    folder.join("native/bin")
}

fn command(program: &Path, owner: Owner, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("HOME", folder).stdin(Stdio::null()).stdout(Stdio::null());
    owner::hand_over(&mut command, owner);
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn configure(data: &Path, folder: &Path) {
    let settings = format!(
        "listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 64MB
autovacuum = off
jit = off
max_connections = 50
max_prepared_transactions = 10
wal_level = logical
timezone = '{TIME_ZONE}'
log_min_messages = fatal
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_line_prefix = '{prefix}'
",
        folder = folder.display(),
        prefix = log_line_prefix(),
    );
    let path = data.join("postgresql.conf");
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("initdb wrote it");
    file.write_all(settings.as_bytes()).expect("it can be written");
    // Readable for the server whoever wrote it.
    owner::make_readable(&path);
}
