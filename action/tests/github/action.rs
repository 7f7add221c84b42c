//! The action itself: its script finds the program and hands its inputs on; with `LOCKKEEPER_ACT` naming the program
//! `act`, the whole action runs as on a runner.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::conversation::{INDEX, fake};
use crate::fake::Fake;
use crate::run::synchronize;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lockkeeper");

/// The released program, where it is to be weighed: `.ci/weigh` names it.
fn program() -> (String, bool) {
    match std::env::var("LOCKKEEPER_PROGRAM") {
        Ok(program) => (program, true),
        Err(_) => (PROGRAM.to_owned(), false),
    }
}

/// What a released program may take.
const MAX_TIME: Duration = Duration::from_millis(1500);
const MAX_MEMORY: u64 = 64 << 20;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The action's tree without a program.
fn action() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("action")).unwrap();
    for name in ["action.yml", "action/run.sh"] {
        fs::copy(root().join(name), folder.path().join(name)).unwrap();
    }
    folder
}

fn started(fake: &Fake, action: &Path, variables: &[(&str, &str)]) -> Output {
    let folder = TempDir::new().unwrap();
    command(fake, action, folder.path(), variables).output().unwrap()
}

fn command(fake: &Fake, action: &Path, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let event = folder.join("event.json");
    fs::write(&event, synchronize(fake).payload.to_string()).unwrap();
    let mut command = Command::new("bash");
    command
        .arg(action.join("action/run.sh"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("RUNNER_OS", "Linux")
        .env("RUNNER_ARCH", "X64")
        .env("RUNNER_TEMP", folder)
        .env("GITHUB_API_URL", fake.address())
        .env("GITHUB_REPOSITORY", "octo-org/shop")
        .env("GITHUB_EVENT_NAME", "pull_request")
        .env("GITHUB_EVENT_PATH", &event)
        .env("LOCKKEEPER_VERSION", env!("CARGO_PKG_VERSION"))
        .env("LOCKKEEPER_TOKEN", "token")
        .env("INPUT_COMMENTS", "off");
    for (name, value) in variables {
        command.env(name, value);
    }
    command
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn install(from: &str, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

fn sum(path: &str) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn inputs_reach_the_program_and_nothing_in_them_is_run() {
    let (fake, action) = (fake(INDEX), action());
    let own = ("INPUT_BINARY", PROGRAM);
    assert_eq!(started(&fake, action.path(), &[own]).status.code(), Some(1));
    assert_eq!(started(&fake, action.path(), &[own, ("INPUT_FAIL_ON", "never")]).status.code(), Some(0));
    let schema = ("INPUT_SCHEMA", "migrations/0001_tables.sql\r\n\nmigrations/0001_tables.sql\n");
    assert_eq!(started(&fake, action.path(), &[own, schema]).status.code(), Some(1));
    let hostile = "$(touch owned)`touch owned`; touch owned #";
    for input in ["INPUT_FAIL_ON", "INPUT_FRAMEWORK", "INPUT_SCHEMA", "INPUT_STATS", "INPUT_COMMENTS"] {
        let output = started(&fake, action.path(), &[own, (input, hostile)]);
        assert_eq!(output.status.code(), Some(2), "{input}: {}", words(&output));
    }
}

#[test]
fn the_program_is_the_trees_or_the_released_one_and_no_other() {
    let (fake, action) = (fake(INDEX), action());
    let cache = TempDir::new().unwrap();
    let place = ("RUNNER_TOOL_CACHE", cache.path().to_str().unwrap());
    // Nothing is there, and nothing says what would be right.
    let output = started(&fake, action.path(), &[place]);
    assert!(
        output.status.code() == Some(2) && words(&output).contains("::error title=Lockkeeper::"),
        "{}",
        words(&output)
    );

    // In the tool cache, with the checksum of the release.
    let version = env!("CARGO_PKG_VERSION");
    let target = "x86_64-unknown-linux-musl";
    let cached = cache.path().join(format!("lockkeeper/{version}/{target}/lockkeeper"));
    install(PROGRAM, &cached);
    let checksums = action.path().join("SHA256SUMS");
    fs::write(&checksums, format!("{}  lockkeeper-{target}\n", sum(PROGRAM))).unwrap();
    assert_eq!(started(&fake, action.path(), &[place]).status.code(), Some(1));

    // Somebody put another program there: it is not run. Without a network there is no right one either.
    fs::write(&cached, "#!/bin/sh\nexit 0\n").unwrap();
    fs::set_permissions(&cached, fs::Permissions::from_mode(0o755)).unwrap();
    let offline = ("https_proxy", "http://127.0.0.1:9");
    let output = started(&fake, action.path(), &[place, offline]);
    assert_eq!(output.status.code(), Some(2), "{}", words(&output));

    // A release has its programs in its tree.
    install(PROGRAM, &action.path().join(format!("bin/{target}/lockkeeper")));
    assert_eq!(started(&fake, action.path(), &[]).status.code(), Some(1));
}

#[test]
fn a_release_has_its_programs_in_its_tree() {
    let fake = fake(INDEX);
    let (source, world) = (action(), TempDir::new().unwrap());
    let run = |folder: &Path, program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {}", words(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    fs::create_dir(source.path().join(".ci")).unwrap();
    for name in [".ci/lib.sh", ".ci/release-commit"] {
        fs::copy(root().join(name), source.path().join(name)).unwrap();
    }
    let programs = world.path().join("programs");
    install(PROGRAM, &programs.join("lockkeeper-x86_64-unknown-linux-musl"));
    install(PROGRAM, &programs.join("lockkeeper-x86_64-pc-windows-msvc.exe"));
    let (programs, remote) = (programs.to_str().unwrap(), world.path().join("remote.git"));
    let remote = remote.to_str().unwrap();
    run(world.path(), "git", &["init", "--quiet", "--bare", remote]);
    run(source.path(), "git", &["init", "--quiet"]);
    run(source.path(), "git", &["add", "."]);
    let who = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "source"];
    run(source.path(), "git", &who);
    let source_commit = run(source.path(), "git", &["rev-parse", "HEAD"]);

    for version in ["1.2.3", "1.3.0"] {
        run(source.path(), "git", &["checkout", "--quiet", &source_commit]);
        run(source.path(), ".ci/release-commit", &[version, programs, remote]);
        let folder = world.path().join(version);
        let tag = format!("v{version}");
        run(world.path(), "git", &["clone", "--quiet", "--branch", &tag, remote, folder.to_str().unwrap()]);
        assert_eq!(run(&folder, "git", &["rev-parse", "HEAD~1"]), source_commit);
        assert_eq!(run(&folder, "git", &["rev-parse", "HEAD"]), run(&folder, "git", &["rev-parse", "v1"]));
        assert!(folder.join("bin/x86_64-pc-windows-msvc/lockkeeper.exe").exists());
        // It reviews from there, and from the tool cache by its checksums.
        assert_eq!(started(&fake, &folder, &[]).status.code(), Some(1));
        let cache = world.path().join("cache");
        install(PROGRAM, &cache.join(format!("lockkeeper/{version}/x86_64-unknown-linux-musl/lockkeeper")));
        fs::remove_dir_all(folder.join("bin")).unwrap();
        let variables = [("RUNNER_TOOL_CACHE", cache.to_str().unwrap()), ("LOCKKEEPER_VERSION", version)];
        assert_eq!(started(&fake, &folder, &variables).status.code(), Some(1));
    }
}

#[test]
fn the_whole_action_runs() {
    let Ok(act) = std::env::var("LOCKKEEPER_ACT") else { return };
    let fake = fake(INDEX);
    let (action, work) = (action(), TempDir::new().unwrap());
    let (program, released) = program();
    install(&program, &action.path().join("bin/x86_64-unknown-linux-musl/lockkeeper"));
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments).current_dir(work.path());
        assert!(command.output().unwrap().status.success());
    };
    fs::create_dir_all(work.path().join(".github/workflows")).unwrap();
    let commit = "0123456789012345678901234567890123456789";
    let workflow = format!(
        "on: pull_request\njobs:\n  lockkeeper:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         lockkeeper/lockkeeper@{commit}\n        id: it\n        with:\n          token: token\n      - if: always()\n        \
         env:\n          VERDICT: ${{{{ steps.it.outputs.verdict }}}} ${{{{ steps.it.outputs.findings }}}}\n        \
         run: echo \"seen $VERDICT\"\n"
    );
    fs::write(work.path().join(".github/workflows/x.yml"), workflow).unwrap();
    fs::write(work.path().join("event.json"), synchronize(&fake).payload.to_string()).unwrap();
    git(&["init", "--quiet"]);
    git(&["remote", "add", "origin", "https://github.com/octo-org/shop.git"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "x"]);
    let local = format!("lockkeeper/lockkeeper@{commit}={}", action.path().display());
    let begin = Instant::now();
    let running = Command::new(act)
        .args([
            "pull_request",
            "-P",
            "ubuntu-latest=-self-hosted",
            "-e",
            "event.json",
            "-s",
            "GITHUB_TOKEN=token",
        ])
        .args(["--local-repository", &local, "--env", &format!("GITHUB_API_URL={}", fake.address())])
        .args(["--env", &format!("GITHUB_GRAPHQL_URL={}/graphql", fake.address())])
        .current_dir(work.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while fake.state().reviews.is_empty() && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let posted = begin.elapsed();
    let output = running.wait_with_output().unwrap();
    let log = words(&output);
    eprintln!(
        "act: review posted after {} ms, done after {} ms",
        posted.as_millis(),
        begin.elapsed().as_millis()
    );
    assert!(log.contains("seen fail "), "{log}");
    assert!(!released || posted < MAX_TIME, "{posted:?}");
    assert_eq!((fake.state().reviews.len(), output.status.code()), (1, Some(1)), "{log}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_review_takes_little_time_and_memory() {
    let (fake, action, folder) = (fake(INDEX), action(), TempDir::new().unwrap());
    let (program, released) = program();
    let variables = [("INPUT_BINARY", program.as_str()), ("INPUT_COMMENTS", "full")];
    let begin = Instant::now();
    // The script becomes the program, so that both have one process.
    let mut running = command(&fake, action.path(), folder.path(), &variables)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut posted, mut memory) = (None, 0);
    while running.try_wait().unwrap().is_none() {
        if posted.is_none() && !fake.state().reviews.is_empty() {
            posted = Some(begin.elapsed());
        }
        memory = memory.max(peak(running.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(1));
    }
    let posted = posted.unwrap();
    let size = fs::metadata(&program).unwrap().len();
    eprintln!(
        "review posted after {} ms, at most {} kB of memory, program of {} kB",
        posted.as_millis(),
        memory >> 10,
        size >> 10
    );
    assert!(memory > 0 && memory < MAX_MEMORY, "{memory}");
    assert!(!released || posted < MAX_TIME, "{posted:?}");
}

/// The most memory that a process had, in bytes.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
