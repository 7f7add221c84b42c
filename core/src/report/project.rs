//! Projects for callers that have no repository, only SQL that somebody wrote down: the migration tools there are,
//! where they keep migrations, and the examples of rules, as JSON.

use serde::{Deserialize, Serialize};

use super::json::error;
use super::{NO_PAGES, written};
use crate::framework;
use crate::rules::fence::{self, Fence};
use crate::rules::{example, page, resolve};

/// The format's version.
const VERSION: u8 = 1;

/// The migration tools, and how they wrap migrations in transactions. Those that keep migrations in ways that
/// [`arrange`] does not know are left out.
pub fn frameworks() -> String {
    // Some tools want to be told where the way up begins; for the others these are comments.
    let migrations = ["-- +goose Up\n-- migrate:up\nselect 1;\n".to_owned()];
    let frameworks = framework::tools().iter().filter_map(|tool| {
        let (files, _) = example::files(Some(tool.id), &migrations);
        let projects = framework::detect(&files, Some(tool.id));
        let migration = projects.iter().find_map(|project| project.migrations.first())?;
        Some(Framework { id: tool.id, title: tool.title, transactions: migration.transactions.words() })
    });
    written(&Frameworks { version: VERSION, frameworks: frameworks.collect() })
}

/// The files of a project with migrations: `{"framework": "prisma", "migrations": ["alter table …"]}` gives the
/// `files` and `review` of a change. The error says in words what is wrong.
pub fn arrange(json: &str) -> Result<String, String> {
    let asked: Asked =
        serde_json::from_str(json).map_err(|error| format!("the input is not valid: {error}"))?;
    if framework::tool(&asked.framework).is_none() {
        return Err(format!("there is no framework `{}`", asked.framework));
    }
    let (files, review) = example::files(Some(&asked.framework), &asked.migrations);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let files = files.into_iter().map(|file| File { path: file.path, text: text(file.bytes) }).collect();
    Ok(written(&Arranged { version: VERSION, files, review }))
}

/// The examples on a rule's page, in order. None where nothing has that id. A build without pages says so.
pub fn examples(rule: &str) -> String {
    if !page::HAS_PAGES {
        return error(NO_PAGES);
    }
    let page = resolve(rule).and_then(|rule| fence::parse(rule.page).ok()).unwrap_or_default();
    let examples = page.fences.iter().map(example_of).collect();
    written(&Page { version: VERSION, rule, examples })
}

#[derive(Serialize)]
struct Frameworks {
    version: u8,
    frameworks: Vec<Framework>,
}

#[derive(Serialize)]
struct Framework {
    id: &'static str,
    title: &'static str,
    transactions: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    framework: String,
    migrations: Vec<String>,
}

#[derive(Serialize)]
struct Arranged {
    version: u8,
    files: Vec<File>,
    review: Vec<String>,
}

#[derive(Serialize)]
struct File {
    path: String,
    text: String,
}

#[derive(Serialize)]
struct Page<'a> {
    version: u8,
    rule: &'a str,
    examples: Vec<Example<'a>>,
}

#[derive(Serialize)]
struct Example<'a> {
    bad: bool,
    oldest: u8,
    newest: u8,
    framework: &'a str,
    schema: &'a str,
    migrations: &'a [String],
}

fn example_of(fence: &Fence) -> Example<'_> {
    let (oldest, newest) = fence.versions;
    Example {
        bad: fence.bad,
        oldest: oldest.number(),
        newest: newest.number(),
        framework: fence.framework.as_deref().unwrap_or("sql"),
        schema: &fence.setup,
        migrations: &fence.migrations,
    }
}

#[cfg(test)]
mod tests {
    use super::{arrange, examples, frameworks};
    use crate::framework::tools;
    use crate::report::input;
    use crate::review;

    #[test]
    fn every_framework_that_is_offered_reviews_what_is_arranged_for_it() {
        let offered = frameworks();
        assert!(offered.contains(r#""id": "sql""#) && offered.contains(r#""id": "prisma""#));
        for tool in tools().iter().filter(|tool| offered.contains(&format!(r#""id": "{}""#, tool.id))) {
            let up = r"-- +goose Up\n-- migrate:up\n";
            let asked = format!(
                r#"{{"framework":"{}","migrations":["{up}drop table a;","{up}drop table b;"]}}"#,
                tool.id
            );
            let arranged: serde_json::Value = serde_json::from_str(&arrange(&asked).unwrap()).unwrap();
            let input = serde_json::json!({
                "files": arranged["files"], "review": arranged["review"], "framework": tool.id,
            });
            let (change, policy) = input::parse(&input.to_string()).unwrap();
            assert_eq!(review(&change, &policy).migrations.len(), 2, "{}", tool.id);
        }
    }

    #[test]
    fn examples_are_those_of_the_page() {
        assert!(examples("set-not-null").contains(r#""bad": true"#));
        assert!(examples("no-such-rule").contains(r#""examples": []"#));
        assert!(arrange(r#"{"framework":"none","migrations":[]}"#).unwrap_err().contains("`none`"));
    }
}
