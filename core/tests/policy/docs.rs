//! The schema for editors and the documentation follow the one table of keys.

use lockkeeper_core::policy::{self, KEYS};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// `LOCKKEEPER_BLESS=1` writes it anew.
#[test]
fn the_schema_is_not_stale() {
    let path = format!("{DOCS}/lockkeeper.schema.json");
    if std::env::var_os("LOCKKEEPER_BLESS").is_some() {
        std::fs::write(&path, policy::schema()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(
        written,
        policy::schema(),
        "docs/lockkeeper.schema.json is stale: run with LOCKKEEPER_BLESS=1"
    );
}

#[test]
fn every_key_has_an_example_that_is_right() {
    for key in KEYS {
        assert!(key.example.starts_with(&format!("{}:", key.name)), "{}", key.name);
        let read = policy::read(key.example.as_bytes());
        assert!(read.is_ok(), "{}: {read:?}", key.example);
    }
    let all: Vec<&str> = KEYS.iter().map(|key| key.example).collect();
    let read = policy::read(all.join("\n").as_bytes());
    assert!(read.is_ok(), "{read:?}");
}

#[test]
fn the_page_has_every_key_and_only_examples_that_are_right() {
    let page = std::fs::read_to_string(format!("{DOCS}/policy.md")).unwrap().replace("\r\n", "\n");
    for key in KEYS {
        assert!(page.contains(&format!("### `{}`\n", key.name)), "{} has no section", key.name);
    }
    let headings = page.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
    for heading in headings {
        assert!(KEYS.iter().any(|key| key.name == heading), "{heading} is no key");
    }
    let mut examples = 0;
    for part in page.split("```yaml\n").skip(1) {
        let example = part.split("```").next().unwrap();
        let read = policy::read(example.as_bytes());
        assert!(read.is_ok(), "{example}: {read:?}");
        examples += 1;
    }
    assert!(examples > KEYS.len(), "{examples} examples");
}
