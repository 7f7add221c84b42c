//! `--since`: the migrations that run after one that is named.

use lockkeeper_core::framework::{Migration, Project};

use crate::Trouble;

/// How many names are offered where none fits.
const OFFERED: usize = 3;

/// The files that run after the migration of a name, in its project, as far as they are wanted.
pub(crate) fn after(
    projects: &[Project],
    name: &str,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Trouble> {
    let here = |project: &&Project| project.migrations.iter().any(|migration| is_wanted(&migration.path));
    let projects: Vec<&Project> = projects.iter().filter(here).collect();
    let found: Vec<(&Project, usize)> = projects
        .iter()
        .filter_map(|project| Some((*project, project.migrations.iter().rposition(|it| is_named(it, name))?)))
        .collect();
    match found.as_slice() {
        [(project, last)] => {
            let later = project.migrations.iter().skip(last + 1).map(|migration| migration.path.clone());
            Ok(later.filter(|path| is_wanted(path)).collect())
        }
        [] => Err(Trouble::new(format!("no migration is named {name}"), offered(&projects))),
        several => {
            let roots: Vec<&str> = several.iter().map(|(project, _)| project.root.as_str()).collect();
            Err(Trouble::new(
                format!("{name} names migrations in {}", roots.join(" and ")),
                "name the folder that is meant: lockkeeper check FOLDER --since NAME",
            ))
        }
    }
}

/// By its tool's name, its path or the end of it, with or without what a file's name ends in.
fn is_named(migration: &Migration, name: &str) -> bool {
    let name = name.trim_end_matches('/');
    let path = migration.path.as_str();
    let ends = |path: &str, name: &str| {
        path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    !name.is_empty()
        && (migration.name == name
            || ends(path, name)
            || ends(stem, name)
            || path.ends_with("/migration.sql") && ends(folder, name)
            || path.ends_with("/up.sql") && ends(folder, name))
}

fn offered(projects: &[&Project]) -> String {
    let names: Vec<&str> = projects
        .iter()
        .flat_map(|project| project.migrations.iter().rev().take(OFFERED))
        .map(|migration| migration.name.as_str())
        .take(OFFERED)
        .collect();
    if names.is_empty() {
        return "no migration was found at all".to_owned();
    }
    format!("the last ones are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use lockkeeper_core::framework::TransactionModel;

    use super::*;

    fn project(root: &str, paths: &[&str]) -> Project {
        let migration = |path: &&str| {
            let name = path.split('/').next().unwrap_or_default();
            Migration::new(format!("{root}/{path}"), name, Vec::new(), TransactionModel::Autocommit)
        };
        let tool = lockkeeper_core::framework::tool("prisma").unwrap();
        let mut project = Project::new(tool, root);
        project.migrations = paths.iter().map(migration).collect();
        project
    }

    #[test]
    fn those_after_it_run() {
        let projects = [project("a", &["1_x/migration.sql", "2_y/migration.sql", "3_z/migration.sql"])];
        for name in ["1_x", "a/1_x/", "1_x/migration.sql", "a/1_x/migration.sql"] {
            let later = after(&projects, name, |_| true).unwrap();
            assert_eq!(later, ["a/2_y/migration.sql", "a/3_z/migration.sql"], "{name}");
        }
        assert_eq!(after(&projects, "3_z", |_| true).unwrap(), Vec::<String>::new());
        let second = |path: &str| path.contains("2_y");
        assert_eq!(after(&projects, "1_x", second).unwrap(), ["a/2_y/migration.sql"]);
    }

    #[test]
    fn a_name_that_fits_none_or_several_is_refused() {
        let projects = [project("a", &["1.sql", "2.sql"]), project("b", &["1.sql"])];
        let error = after(&projects, "x", |_| true).unwrap_err().to_string();
        assert!(error.contains("no migration is named x") && error.contains("2.sql"), "{error}");
        let error = after(&projects, "1", |_| true).unwrap_err().to_string();
        assert!(error.contains("a and b"), "{error}");
        assert_eq!(after(&projects, "1", |path| path.starts_with("a/")).unwrap(), ["a/2.sql"]);
    }
}
