//! What is gathered from folders and real git repositories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lockkeeper::workspace::{Gathered, Request, Scope, gather};
use tempfile::TempDir;

struct Repository(TempDir);

impl Repository {
    /// A repository with one migration committed on `main`.
    fn new() -> Self {
        let repository = Repository(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.write("migrations/1.sql", "create table a (id int);");
        repository.commit("first");
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, content: &str) {
        write(&self.path().join(name), content);
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args(["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn gather(&self, paths: &[&str], base: Option<&str>) -> Gathered {
        gathered(self.path(), paths, base)
    }
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn gathered(folder: &Path, paths: &[&str], base: Option<&str>) -> Gathered {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
    gather(&Request { paths: &paths, base, since: None, pull_request: None, folder }).unwrap()
}

fn fails(folder: &Path, base: Option<&str>, pull_request: Option<&str>) -> String {
    gather(&Request { paths: &[], base, since: None, pull_request, folder }).unwrap_err().to_string()
}

fn names(files: &[lockkeeper_core::change::SourceFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

fn review(gathered: &Gathered) -> Vec<&str> {
    gathered.change.review.as_ref().unwrap().iter().map(String::as_str).collect()
}

#[test]
fn a_branch_against_its_merge_base() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    repository.write("migrations/2.sql", "committed");
    repository.commit("second");
    repository.write("migrations/1.sql", "changed");
    repository.write("migrations/3.sql", "untracked");
    repository.write(".gitignore", "*.tmp.sql");
    repository.write("x.tmp.sql", "ignored");
    repository.write("readme.md", "not SQL");
    repository.git(&["branch", "--force", "elsewhere", "main"]);

    let found = repository.gather(&[], None);
    assert_eq!(found.scope, Scope::ChangedSince("main".to_owned()));
    assert_eq!(names(&found.change.base), ["migrations/1.sql"]);
    assert_eq!(found.change.base[0].bytes, b"create table a (id int);");
    assert_eq!(names(&found.change.head), ["migrations/1.sql", "migrations/2.sql", "migrations/3.sql"]);
    assert_eq!(found.change.head[0].bytes, b"changed");
    assert_eq!(found.change.review, None);
    assert!(!found.change.one_by_one);
    assert_eq!(repository.gather(&[], Some("elsewhere")).change.head, found.change.head);
}

#[test]
fn what_the_base_gained_since_is_no_change() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    repository.write("migrations/2.sql", "mine");
    repository.commit("mine");
    repository.git(&["switch", "--quiet", "main"]);
    repository.write("migrations/9.sql", "theirs");
    repository.commit("theirs");
    repository.git(&["switch", "--quiet", "topic"]);
    let found = repository.gather(&[], None);
    assert_eq!(names(&found.change.base), ["migrations/1.sql"]);
    assert_eq!(names(&found.change.head), ["migrations/1.sql", "migrations/2.sql"]);
}

#[test]
fn a_deleted_file_is_in_the_base_only() {
    let repository = Repository::new();
    fs::remove_file(repository.path().join("migrations/1.sql")).unwrap();
    let found = repository.gather(&[], None);
    assert_eq!(names(&found.change.base), ["migrations/1.sql"]);
    assert_eq!(names(&found.change.head), Vec::<&str>::new());
}

#[test]
fn a_sparse_check_out_deletes_nothing() {
    let repository = Repository::new();
    repository.write("other/2.sql", "two");
    repository.commit("two");
    repository.git(&["sparse-checkout", "set", "migrations"]);
    assert!(!repository.path().join("other/2.sql").exists());
    let found = repository.gather(&[], None);
    assert_eq!(names(&found.change.base), ["migrations/1.sql", "other/2.sql"]);
    assert_eq!(found.change.head, found.change.base);
}

#[test]
fn line_endings_of_a_check_out_are_no_change() {
    let repository = Repository::new();
    repository.write("migrations/1.sql", "one\ntwo\n");
    repository.write(".gitattributes", "*.sql text eol=crlf\n");
    repository.commit("crlf");
    fs::remove_file(repository.path().join("migrations/1.sql")).unwrap();
    repository.git(&["checkout", "--quiet", "--", "."]);
    let found = repository.gather(&[], None);
    assert_eq!(found.change.head[0].bytes, b"one\r\ntwo\r\n");
    assert_eq!(found.change.head, found.change.base);
}

#[cfg(unix)]
#[test]
fn hostile_names_stay_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    for name in ["migrations/new\nline\t\"q\".sql", "migrations/-rf $(id).sql", "--help.sql"] {
        repository.write(name, name);
    }
    fs::write(repository.path().join(OsStr::from_bytes(b"migrations/\xff.sql")), "not UTF-8").unwrap();
    let before = repository.gather(&[], None).change.head;
    repository.commit("hostile");
    let found = repository.gather(&[], None);
    assert_eq!(found.change.head, before);
    let expected = [
        "--help.sql",
        "migrations/-rf $(id).sql",
        "migrations/1.sql",
        "migrations/new\nline\t\"q\".sql",
        "migrations/\u{fffd}.sql",
    ];
    assert_eq!(names(&found.change.head), expected);
    assert_eq!(names(&found.change.base), ["migrations/1.sql"]);
    assert_eq!(found.problems, []);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_the_project() {
    let repository = Repository::new();
    std::os::unix::fs::symlink("/etc/hostname", repository.path().join("migrations/2.sql")).unwrap();
    for _ in 0..2 {
        let found = repository.gather(&[], None);
        assert_eq!(names(&found.change.head), ["migrations/1.sql"]);
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].path, "migrations/2.sql");
        assert!(found.problems[0].message.contains("symbolic link"));
        assert!(!found.problems[0].harmless);
        repository.git(&["add", "--all"]);
    }
}

#[test]
fn a_file_that_is_too_large_is_a_loss_only_where_it_changed() {
    let repository = Repository::new();
    let large = fs::File::create(repository.path().join("dump.sql")).unwrap();
    large.set_len(51 * 1024 * 1024).unwrap();
    let found = repository.gather(&[], None);
    assert_eq!(names(&found.change.head), ["migrations/1.sql"]);
    assert_eq!(found.problems[0].message, "larger than 50 MB (51 MB), which is not read; split it");
    assert!(!found.problems[0].harmless);
    repository.commit("dump");
    let found = repository.gather(&[], None);
    assert!(found.problems[0].harmless && found.problems.len() == 1);
    assert_eq!(found.change.head, found.change.base);
}

#[test]
fn many_files_come_through_the_pipes() {
    let repository = Repository::new();
    for number in 0..1_700 {
        repository.write(&format!("m/{number:04}.sql"), &format!("-- {number}\n{}", "x".repeat(500)));
    }
    repository.commit("many");
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    for number in 0..1_700 {
        repository.write(&format!("m/{number:04}.sql"), "changed");
    }
    let found = repository.gather(&[], None);
    assert_eq!(found.change.base.len(), 1_701);
    assert!(found.change.base[1_699].bytes.starts_with(b"-- 1699\n"));
}

#[test]
fn a_base_that_is_not_there_is_no_pass() {
    let repository = Repository::new();
    let message = fails(repository.path(), Some("nowhere"), None);
    assert!(
        message.contains("nowhere is not in this clone") && message.contains("fetch-depth: 0"),
        "{message}"
    );
    let message = fails(repository.path(), None, Some("main2"));
    assert!(message.contains("git fetch origin main2"), "{message}");
    assert!(fails(repository.path(), Some("--upload-pack=x"), None).contains("not in this clone"));
    repository.git(&["switch", "--quiet", "--orphan", "alone"]);
    repository.git(&["commit", "--quiet", "--allow-empty", "--message", "alone"]);
    assert!(fails(repository.path(), Some("main"), None).contains("no commit in common"));
    let plain = tempfile::tempdir().unwrap();
    assert!(fails(plain.path(), Some("main"), None).contains("--base needs a git repository"));
}

#[test]
fn the_pull_requests_base_comes_from_origin() {
    let origin = Repository::new();
    let clone = tempfile::tempdir().unwrap();
    let clone = Repository(clone);
    clone.git(&["clone", "--quiet", origin.path().to_str().unwrap(), "."]);
    clone.write("migrations/2.sql", "two");
    clone.commit("on main, not pushed");
    for pull_request in [Some("main"), None] {
        let request = Request { paths: &[], base: None, since: None, pull_request, folder: clone.path() };
        let found = gather(&request).unwrap();
        assert_eq!(names(&found.change.base), ["migrations/1.sql"]);
        assert_eq!(names(&found.change.head), ["migrations/1.sql", "migrations/2.sql"]);
    }
}

#[test]
fn a_named_file_is_reviewed_with_its_project_as_history() {
    let repository = Repository::new();
    repository.write("migrations/2.sql", "two");
    repository.write("other/readme.txt", "select 1");
    repository.commit("two");
    let found = repository.gather(&["migrations/2.sql", "other/readme.txt"], None);
    assert_eq!(review(&found), ["migrations/2.sql", "other/readme.txt"]);
    assert_eq!(names(&found.change.head), ["migrations/1.sql", "migrations/2.sql", "other/readme.txt"]);
    assert_eq!(found.change.base, []);
    assert!(!found.change.one_by_one);
}

#[test]
fn a_named_folder_is_reviewed_migration_by_migration() {
    let repository = Repository::new();
    repository.write("other/2.sql", "two");
    repository.write("ignored/3.sql", "three");
    repository.write(".gitignore", "ignored/");
    repository.commit("two");
    let found = repository.gather(&["migrations"], None);
    assert_eq!(review(&found), ["migrations"]);
    assert_eq!(names(&found.change.head), ["migrations/1.sql", "other/2.sql"]);
    assert!(found.change.one_by_one);
    assert_eq!(review(&repository.gather(&["."], None)), [""]);
    let found = repository.gather(&["ignored"], None);
    assert_eq!(review(&found), ["ignored"]);
    assert!(names(&found.change.head).contains(&"ignored/3.sql"));
}

#[test]
fn a_named_folder_with_a_base_is_what_changed_in_it() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    repository.write("migrations/2.sql", "two");
    repository.write("other/3.sql", "three");
    let found = repository.gather(&["migrations"], Some("main"));
    assert_eq!(found.change.review, None);
    // What is elsewhere counts as unchanged.
    assert_eq!(names(&found.change.base), ["migrations/1.sql", "other/3.sql"]);
    assert_eq!(names(&found.change.head), ["migrations/1.sql", "migrations/2.sql", "other/3.sql"]);
    assert!(!found.change.one_by_one);
}

#[test]
fn nothing_committed_yet_is_everything() {
    let repository = Repository(tempfile::tempdir().unwrap());
    repository.git(&["init", "--quiet"]);
    repository.write("1.sql", "one");
    let found = repository.gather(&[], None);
    assert!(matches!(found.scope, Scope::Everything(_)) && found.change.one_by_one);
    assert_eq!(review(&found), [""]);
    assert_eq!(names(&found.change.head), ["1.sql"]);
}

#[test]
fn without_git_a_file_finds_its_project() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["shop/package.json", "shop/db/migrations/1.sql", "shop/db/migrations/2.sql", "else/3.sql"] {
        write(&folder.path().join(name), name);
    }
    let found = gathered(folder.path(), &["shop/db/migrations/2.sql"], None);
    assert_eq!(review(&found), ["shop/db/migrations/2.sql"]);
    let expected = ["shop/db/migrations/1.sql", "shop/db/migrations/2.sql", "shop/package.json"];
    assert_eq!(names(&found.change.head), expected);
    let found = gathered(folder.path(), &[], None);
    assert!(matches!(found.scope, Scope::Everything(_)) && found.change.one_by_one);
    assert_eq!(found.change.head.len(), 4);
    // From elsewhere, names are relative to the project.
    let target = folder.path().join("shop/db/migrations/2.sql");
    let elsewhere = folder.path().join("else");
    let request =
        Request { paths: &[target], base: None, since: None, pull_request: None, folder: &elsewhere };
    let found = gather(&request).unwrap();
    assert_eq!(review(&found), ["db/migrations/2.sql"]);
}

#[test]
fn what_is_missing_is_told_and_the_rest_is_gathered() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("1.sql"), "one");
    let found = gathered(folder.path(), &["nowhere.sql", "1.sql"], None);
    assert!(found.named_unread);
    assert_eq!(review(&found), ["1.sql"]);
    assert!(found.problems[0].path.ends_with("nowhere.sql"));
    assert_eq!(found.problems[0].message, "does not exist");
}
