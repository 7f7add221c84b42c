//! Tools that keep SQL files and code in one history: what the two readers found is put together.

use super::flyway;
use super::order::natural;
use super::tool::Tool;
use super::tree::name_of;
use super::{Migration, Project, code_tools, goose};

/// A tool of SQL files, and the reader of its code.
struct Pair {
    sql: &'static Tool,
    code: &'static Tool,
    /// What the roots of both have in common.
    place: fn(&str) -> String,
    /// By what they run, compared naturally; none where the name does not tell.
    version: fn(&Migration) -> Option<String>,
}

static PAIRS: [Pair; 2] = [
    Pair {
        sql: &goose::TOOL,
        code: &code_tools::GOOSE_GO,
        place: str::to_owned,
        version: |migration| Some(name_of(&migration.path).to_owned()),
    },
    Pair {
        sql: &flyway::TOOL,
        code: &code_tools::FLYWAY_JAVA,
        // `src/main/resources/db/migration` and `src/main/java/db/migration` are one package.
        place: |root| {
            let own = |part: &&str| !matches!(*part, "java" | "kotlin" | "resources");
            root.split('/').filter(own).collect::<Vec<_>>().join("/")
        },
        version: |migration| flyway::version(name_of(&migration.path)),
    },
];

/// Puts projects together that are one history.
pub(super) fn join(projects: &mut Vec<Project>) {
    for pair in &PAIRS {
        let mut at = 0;
        while let Some(code) = projects.get(at) {
            let place = (pair.place)(&code.root);
            let home =
                projects.iter().position(|it| it.framework == pair.sql.id && (pair.place)(&it.root) == place);
            let told = |project: &Project| {
                project.migrations.iter().all(|it| it.repeatable || (pair.version)(it).is_some())
            };
            match home {
                Some(home)
                    if code.framework == pair.code.id
                        && told(code)
                        && projects.get(home).is_some_and(told) =>
                {
                    let code = projects.remove(at);
                    let home = if home > at { home - 1 } else { home };
                    if let Some(project) = projects.get_mut(home) {
                        take(project, code, pair);
                    }
                }
                _ => at += 1,
            }
        }
    }
}

fn take(project: &mut Project, code: Project, pair: &Pair) {
    project.migrations.extend(code.migrations);
    project.migrations.sort_by(|one, two| {
        let version = |migration: &Migration| (pair.version)(migration).unwrap_or_default();
        // Repeatable ones run last, in the order in which they stand.
        let versions = || {
            if one.repeatable { std::cmp::Ordering::Equal } else { natural(&version(one), &version(two)) }
        };
        one.repeatable.cmp(&two.repeatable).then_with(versions)
    });
    project.problems.extend(code.problems);
    project.irregular.extend(code.irregular);
}

/// The reader of code that belongs to a tool's own files.
pub(super) fn code_of(tool: &'static Tool) -> Option<&'static Tool> {
    PAIRS.iter().find(|pair| pair.sql.id == tool.id).map(|pair| pair.code)
}

/// The tool whose ways a migration of a project follows: code beside SQL files has its own.
pub(crate) fn tool_of<'a>(framework: &'a str, migration: &Migration) -> &'a str {
    let pair = PAIRS.iter().find(|pair| pair.sql.id == framework && migration.code.is_some());
    pair.map_or(framework, |pair| pair.code.id)
}
