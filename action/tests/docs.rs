//! `docs/rules` is what the rules' pages make of it, and no link in the repository's Markdown is dead.

use std::path::Path;
use std::process::Command;

#[test]
fn pages_are_fresh_and_links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_lockkeeper"))
        .args(["debug", "docs", "--check"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn stale_pages_and_dead_links_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let docs = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lockkeeper"));
        let output =
            command.args(["debug", "docs"]).args(arguments).current_dir(folder.path()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    assert!(docs(&[]).0);
    let (good, said) = docs(&["--check"]);
    assert!(good, "{said}");
    std::fs::write(folder.path().join("docs/rules/set-not-null.md"), "stale").unwrap();
    std::fs::write(folder.path().join("docs/rules/gone.md"), "").unwrap();
    std::fs::write(folder.path().join("README.md"), "[x](docs/nothing.md)").unwrap();
    let (good, said) = docs(&["--check"]);
    assert!(!good);
    for fault in [
        "set-not-null.md is stale",
        "gone.md: there is no such rule",
        "README.md:1: docs/nothing.md: there is no such file",
    ] {
        assert!(said.contains(fault), "{said}");
    }
    assert!(docs(&[]).0 && !folder.path().join("docs/rules/gone.md").exists());
}
