//! The README shows what the program really prints.

use std::path::Path;
use std::process::Command;

#[test]
fn the_excerpts_are_real_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the repository");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("there is a README");
    let arguments = readme
        .lines()
        .find_map(|line| line.strip_prefix("$ cargo run --release -- "))
        .expect("the README begins with a command");
    let output = Command::new(env!("CARGO_BIN_EXE_lockkeeper"))
        .args(arguments.split(' '))
        .current_dir(root)
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("GITHUB_BASE_REF")
        .output()
        .expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("the report is UTF-8");
    let excerpts: Vec<&str> =
        readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!excerpts.is_empty());
    for excerpt in excerpts {
        assert!(printed.contains(excerpt), "not in the output:\n{excerpt}\nThe output:\n{printed}");
    }
}
