//! `docs/postgres-locks.md` says what core says now. `LOCKKEEPER_WRITE=1` writes it.

use std::fs;
use std::path::Path;

use lockkeeper::reference;

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/postgres-locks.md");
    let page = reference::markdown(&reference::pages().expect("pages that can be read"));
    if std::env::var_os("LOCKKEEPER_WRITE").is_some() {
        fs::write(&path, &page).expect("a page that can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).position(|(old, new)| old != new);
    assert!(
        written == page,
        "docs/postgres-locks.md is out of date from line {}: LOCKKEEPER_WRITE=1 cargo test -p lockkeeper --test reference",
        differs.unwrap_or_else(|| written.lines().count().min(page.lines().count())) + 1
    );
}

#[test]
fn rows_are_told_apart_by_their_place() {
    let page = reference::parse(
        "x",
        "# X\n\n## Y\n\n```sql page\n-- with: create table a ();\nalter table a\n  add b int;\n```\n```sql proof\nselect 1\n```\n",
    );
    let page = page.expect("a page that can be read");
    let rows = &page.groups[0].rows;
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].sql.as_str(), rows[0].shown, rows[0].line), ("alter table a\nadd b int", true, 7));
    assert_eq!(rows[0].with, "create table a ();\n");
    assert!(!rows[1].shown && rows[1].with.is_empty());
    assert!(reference::parse("x", "## Y\n```sql\n```\n").is_err());
    assert!(reference::parse("x", "## Y\n```sql page\n-- nothing: x\n```\n").is_err());
}
