//! The harness itself: what is wrong makes it fail, what is right does not.

use lockkeeper_core::postgres::{LockMode, RelationRef};
use lockkeeper_core::review::StatementEffect;
use lockkeeper_core::rules::fence;

use crate::fences::{Oracle, Place, prove};
use crate::predict;
use crate::servers::Server;
use crate::split;

const PAGE: &str = "# page
```sql setup
create table users (id bigint primary key, email text);
```
```sql bad claim=\"CLAIM\"
alter table users alter column email set not null;
```
";

/// Tries wrong claims and wrong predictions.
pub(crate) fn run(server: &Server) -> Result<(), String> {
    splits()?;
    let database = server.database("template0");
    let honest: Box<Oracle> = Box::new(predict::effects);
    let lies: [(&str, Box<Oracle>); 4] = [
        ("predicted ShareLock", lie(|effect| effect.effect.locks[0].mode = LockMode::Share)),
        ("predicted none", lie(|effect| effect.effect.locks.clear())),
        ("scan of users: observed, not predicted", lie(|effect| effect.effect.scans.clear())),
        (
            "rewrite of users: predicted, not observed",
            lie(|effect| effect.effect.rewrites.push(RelationRef { name: "users".to_owned(), id: None })),
        ),
    ];
    let truth = "users: AccessExclusiveLock, scan";
    prove(&database, &place(truth), &honest).map_err(|lines| format!("the truth was refused: {lines:?}"))?;
    for (claim, said) in [
        ("users: ShareLock, scan", "claimed ShareLock"),
        ("users: AccessExclusiveLock", "scan of users: observed, not claimed"),
        ("users: AccessExclusiveLock, rewrite", "rewrite of users: claimed, not observed"),
        ("build users_email_idx", "build of users_email_idx: claimed, not observed"),
        ("fails 23502", "claimed 23502, observed success"),
        ("none", "claimed none, observed AccessExclusiveLock"),
    ] {
        expect(prove(&database, &place(claim), &honest), claim, said)?;
    }
    for (said, oracle) in &lies {
        expect(prove(&database, &place(truth), oracle), "a wrong prediction", said)?;
    }
    Ok(())
}

fn expect(result: Result<(), Vec<String>>, what: &str, said: &str) -> Result<(), String> {
    match result {
        Err(lines) if lines.iter().any(|line| line.contains(said)) => Ok(()),
        other => Err(format!("{what}: expected a line with `{said}`, found {other:?}")),
    }
}

fn place(claim: &str) -> Place {
    let page = fence::parse(&PAGE.replace("CLAIM", claim)).expect("a page");
    Place { page: "page.md".to_owned(), fence: page.fences.into_iter().next().expect("a fence") }
}

fn lie(change: impl Fn(&mut StatementEffect) + 'static) -> Box<Oracle> {
    Box::new(move |schema, sql, version| {
        let mut effects = predict::effects(schema, sql, version);
        effects.iter_mut().for_each(&change);
        effects
    })
}

fn splits() -> Result<(), String> {
    let text = "select ';'; -- ;\n create function f() returns int begin atomic select 1; end; \
                do $a$ begin; end; $a$; /* ; /* ; */ */ select \"a;b\", e'\\';' ; -- end";
    let found = split::statements(text);
    let starts: Vec<&str> =
        found.iter().filter_map(|statement| statement.split_whitespace().next()).collect();
    let expected = ["select", "--", "do", "/*"];
    if starts == expected { Ok(()) } else { Err(format!("{found:#?}")) }
}
