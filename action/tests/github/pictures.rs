//! What the pictures of the README show: a comment and a summary as they are posted. `.ci/pictures` draws them.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::fake::{Fake, tree};
use crate::run::run;

const PATH: &str = "migrations/0007_order_status.sql";

const CHANGE: &str = "alter table orders add column status text not null default 'new';\n\
    create index orders_customer on orders (customer_id);\n\
    alter table customers drop column phone;\n";

#[test]
fn the_pictures_show_what_is_posted() {
    let base = tree(&[
        (
            "migrations/0001_tables.sql",
            "create table customers (id bigint primary key, email text, phone text);\n\
             create table orders (id bigint primary key, customer_id bigint not null, total numeric);\n",
        ),
        ("lockkeeper.yml", "stats: sizes.json\n"),
        (
            "sizes.json",
            r#"{"tables":{"orders":{"rows":42000000,"bytes":9100000000},"customers":{"rows":3100000,"bytes":610000000}}}"#,
        ),
    ]);
    let mut head = base.clone();
    head.insert(PATH.to_owned(), CHANGE.as_bytes().to_vec());
    let fake = Fake::start_with(base, head);
    assert_eq!(run(&fake).code, 1);
    let state = fake.state();
    let thread = state.threads.iter().find(|thread| thread.comments[0].body.contains("suggestion")).unwrap();
    let line = thread.line.unwrap();
    // Commits have other ids with every version of the fake; the picture needs none.
    let plain = |body: &str| body.replace(&state.pull.head, "0000000").replace(&state.pull.head[..7], "4c1f2ab");
    let shown = json!({
        "path": PATH,
        "lines": CHANGE.lines().take(line as usize).collect::<Vec<_>>(),
        "line": line,
        "comment": plain(&thread.comments[0].body),
        "summary": plain(&state.summaries[0].body),
    });
    let text = serde_json::to_string_pretty(&shown).unwrap() + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures/review.json");
    if std::env::var_os("LOCKKEEPER_WRITE").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    assert!(known == text, "docs/pictures is stale: LOCKKEEPER_WRITE=1 cargo test … pictures, then .ci/pictures");
}
