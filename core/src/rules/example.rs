//! A page's example as the change that it shows: what tests judge, and documentation shows the result of.

use super::fence::Fence;
use crate::change::{Change, SourceFile};

/// Where the migration tool of an example keeps its migration of a number. Tools that no page names have the place of
/// plain SQL.
pub fn path(framework: Option<&str>, number: usize) -> String {
    let stamp = format!("202501010000{number:02}");
    match framework {
        Some("diesel") => format!("migrations/{stamp}_step/up.sql"),
        Some("drizzle") => format!("drizzle/{number:04}_step.sql"),
        Some("flyway") => format!("src/main/resources/db/migration/V{}__step.sql", number + 1),
        Some("golang-migrate") => format!("migrations/{:06}_step.up.sql", number + 1),
        Some("prisma") => format!("prisma/migrations/{stamp}_step/migration.sql"),
        Some("refinery") => format!("migrations/V{}__step.sql", number + 1),
        Some("supabase") => format!("supabase/migrations/{stamp}_step.sql"),
        Some("atlas" | "dbmate" | "goose" | "sqlx") => format!("migrations/{stamp}_step.sql"),
        _ => format!("migrations/{number:04}_step.sql"),
    }
}

/// A change that adds migrations to the schema that the example begins with.
pub fn change(fence: &Fence, migrations: &[String]) -> Change {
    let framework = fence.framework.as_deref();
    let (head, review) = files(framework, migrations);
    Change {
        head,
        review: Some(review),
        schema: vec![SourceFile::new("schema.sql", fence.setup.as_bytes())],
        framework: Some(framework.unwrap_or("sql").to_owned()),
        ..Change::default()
    }
}

/// The files of a project that has these migrations, in order, and the paths of the migrations among them.
pub fn files(framework: Option<&str>, migrations: &[String]) -> (Vec<SourceFile>, Vec<String>) {
    let mut head: Vec<SourceFile> = migrations
        .iter()
        .enumerate()
        .map(|(number, text)| SourceFile::new(path(framework, number), text.as_bytes()))
        .collect();
    let review = head.iter().map(|file| file.path.clone()).collect();
    if framework == Some("drizzle") {
        let entry = |number| {
            format!(
                r#"{{"idx":{number},"version":"7","when":{number},"tag":"{number:04}_step","breakpoints":true}}"#
            )
        };
        let entries: Vec<String> = (0..migrations.len()).map(entry).collect();
        let journal =
            format!(r#"{{"version":"7","dialect":"postgresql","entries":[{}]}}"#, entries.join(","));
        head.push(SourceFile::new("drizzle/meta/_journal.json", journal));
    }
    (head, review)
}
