//! Places that must name the same version, and the action's definition.

use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

#[test]
fn the_action_and_the_changelog_name_the_programs_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(read("action.yml").contains(&format!("LOCKKEEPER_VERSION: \"{version}\"\n")));
    let changelog = read("CHANGELOG.md");
    let newest = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## ["))
        .find(|line| !line.starts_with("Unreleased"));
    // Before the first release there is nothing but what is coming.
    let newest = newest.and_then(|line| line.split(']').next());
    assert!(newest.is_none_or(|newest| newest == version), "{newest:?}");
    let page = read("docs/github.md");
    assert!(page.contains(&format!("rev: v{version}\n")) && page.contains(&format!("lockkeeper:{version}\n")));
    assert!(read("wasm/npm/package.json").contains(&format!("\"version\": \"{version}\"")));
}

#[test]
fn no_expression_is_text_of_a_script() {
    let action = read("action.yml");
    for line in action.lines().filter(|line| line.contains("${{")) {
        let value = line.split_once(": ").map_or("", |(_, value)| value);
        assert!(value.starts_with("${{ ") && value.ends_with(" }}"), "{line}");
        assert!(!line.trim_start().starts_with("run:"), "{line}");
    }
    assert!(!action.contains("uses:"));
}

#[test]
fn every_input_is_handed_on_and_explained() {
    let (action, script, page) = (read("action.yml"), read("action/run.sh"), read("docs/github.md"));
    let inputs = action.split("\ninputs:\n").nth(1).unwrap().split("\noutputs:\n").next().unwrap();
    let names = inputs
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|name| !name.starts_with(' '));
    let mut count = 0;
    for name in names {
        count += 1;
        assert!(action.contains(&format!("${{{{ inputs.{name} }}}}")), "{name}");
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
        if name != "token" {
            let variable = format!("INPUT_{}", name.to_uppercase().replace('-', "_"));
            assert!(script.contains(&variable), "{variable}");
        }
    }
    assert!(count >= 10, "{count}");
}
