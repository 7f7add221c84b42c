//! `cargo test --test prove -- observe [--pg N] [--schema FILE] [--set SQL] SQL…` runs statements, each in a
//! transaction of its own that is kept, and prints what each did.

use crate::observe::{After, Observer};
use crate::servers::Server;
use lockkeeper_core::postgres::Version;

const USAGE: &str = "usage: observe [--pg N]… [--schema FILE]… [--set SQL] SQL…";

/// Does what the arguments after `observe` say.
pub(crate) fn run(arguments: &[String]) {
    let (mut versions, mut schema, mut settings, mut statements) =
        (Vec::new(), String::new(), String::new(), Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect(USAGE);
        match argument.as_str() {
            "--pg" => versions.extend(
                value()
                    .split([' ', ','])
                    .map(|part| part.parse().ok().and_then(Version::new).expect("a version from 13 to 18")),
            ),
            "--schema" => {
                schema.push_str(&std::fs::read_to_string(value()).expect("a file that can be read"));
            }
            "--set" => settings.push_str(value()),
            sql => statements.push(sql),
        }
    }
    assert!(!statements.is_empty(), "{USAGE}");
    if versions.is_empty() {
        versions.push(Version::DEFAULT);
    }
    for version in versions {
        let server = Server::start(version);
        let database = server.database("template0");
        let session = database.connect();
        for statement in crate::split::statements(&schema) {
            if let Err(refusal) = session.run(&statement) {
                println!("schema: {refusal}\n{statement}");
            }
        }
        crate::relations::analyze(&session);
        drop(session);
        let mut observer = Observer::new(&database, &settings);
        for statement in &statements {
            println!("PostgreSQL {version}: {statement}");
            print!("{}", observer.observe(statement, After::Commit));
        }
    }
}
