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

impl Pair {
    /// The project of SQL files that code belongs to: both tell by the names of their files when they run.
    fn home_of<'a>(&self, code: &Project, projects: &'a mut [Project]) -> Option<&'a mut Project> {
        let tells = |project: &Project| {
            project.migrations.iter().all(|it| it.repeatable || (self.version)(it).is_some())
        };
        let place = (self.place)(&code.root);
        let is_home = |it: &&mut Project| it.framework == self.sql.id && (self.place)(&it.root) == place;
        projects.iter_mut().find(is_home).filter(|home| tells(home) && tells(code))
    }
}

/// Puts projects together that are one history.
pub(super) fn join(projects: &mut Vec<Project>) {
    for pair in &PAIRS {
        for at in (0..projects.len()).rev() {
            if projects.get(at).is_none_or(|project| project.framework != pair.code.id) {
                continue;
            }
            let code = projects.remove(at);
            match pair.home_of(&code, projects) {
                Some(home) => take(home, code, pair),
                None => projects.insert(at, code),
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
