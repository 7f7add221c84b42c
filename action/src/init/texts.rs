//! The files that are written.

use lockkeeper_core::rules::Edition;

use super::found::Found;

/// The job for GitLab, which is for people to put where it belongs.
pub(super) const GITLAB: &str = r#"lockkeeper:
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0"
  script:
    - git fetch origin "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
    - lockkeeper check --base "origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" --format gitlab > gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"#;

/// A policy with what was found, and the rest as comments.
pub(super) fn policy(found: &Found) -> String {
    let mut out = String::from(
        "# What no migration tells of production, and how strict reviews are. Every key, with an example:\n\
         # https://github.com/lockkeeper/lockkeeper/blob/main/docs/policy.md\n\
         version: 1\n\n",
    );
    match &found.version {
        Some((number, place)) => {
            out.push_str(&format!(
                "# PostgreSQL's major version in production. Found: {}.\npostgres: {number}\n\n",
                comment(place)
            ));
        }
        None => {
            out.push_str("# PostgreSQL's major version in production; no file tells it.\n# postgres: 17\n\n");
        }
    }
    out.push_str("# Migrations are found by themselves. To look only where they are:\n# paths:\n");
    for project in &found.projects {
        let path = if project.path.is_empty() { "." } else { &project.path };
        out.push_str(&format!("#   - path: {}\n#     framework: {}\n", comment(path), project.framework));
    }
    if found.projects.is_empty() {
        out.push_str("#   - path: db/migrations\n#     framework: sql\n");
    }
    out.push_str(
        "\n# The timeouts that the migrating role or the database sets (ALTER ROLE migrator SET lock_timeout = '5s').\n\
         # lock_timeout: 5s\n\
         # statement_timeout: 15min\n\n\
         # Tables that can't wait, and tables that are always small.\n\
         # hot_tables: [orders]\n\
         # small_tables: [countries]\n\n\
         # How bad findings of a rule are: off, info, warning or error. `lockkeeper explain` lists the rules.\n\
         # rules:\n\
         #   drop-table: error\n\n\
         # From which severity a review fails: error, warning or never.\n\
         fail_on: error\n\n",
    );
    let edition = Edition::NEWEST.number();
    out.push_str(&format!(
        "# Rules that come later are listed and don't count, until this is raised.\nedition: {edition}\n"
    ));
    out
}

/// Text of a repository in a comment: one line of it.
fn comment(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// The workflow: no checkout, the least permissions, one run for each pull request.
pub(super) fn workflow() -> String {
    "# Reviews the migrations of pull requests. What it does and needs:\n\
     # https://github.com/lockkeeper/lockkeeper/blob/main/docs/github.md\n\
     name: lockkeeper\n\
     on:\n  pull_request:\n  merge_group:\n\
     permissions: {}\n\
     concurrency:\n  group: lockkeeper-${{ github.workflow }}-${{ github.ref }}\n  cancel-in-progress: true\n\
     jobs:\n  lockkeeper:\n    name: lockkeeper\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    permissions:\n      \
     contents: read # the files of the change\n      pull-requests: write # comments\n    steps:\n      \
     - uses: lockkeeper/lockkeeper@v0\n"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use lockkeeper_core::change::SourceFile;
    use lockkeeper_core::policy;

    use super::*;

    fn found(files: &[(&str, &str)]) -> Found {
        let files: Vec<SourceFile> = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
        Found::new(&files)
    }

    #[test]
    fn the_policy_is_read_back_without_faults() {
        let none = policy(&found(&[]));
        assert!(policy::read(none.as_bytes()).is_ok(), "{none}");
        let some = policy(&found(&[
            ("docker-compose.yml", "services:\n  db:\n    image: postgres:15-alpine\n"),
            ("migrations/0001_a.sql", "create table a (id int);"),
        ]));
        let read = policy::read(some.as_bytes()).unwrap();
        assert_eq!(read.version.number(), 15);
        // What stands in comments is right too.
        let bare: String = some
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest)
                    if rest.starts_with(' ')
                        || rest.split_once(':').is_some_and(|(key, _)| !key.contains(' ')) =>
                {
                    if rest.starts_with("http") { "\n".to_owned() } else { format!("{rest}\n") }
                }
                _ => format!("{line}\n"),
            })
            .collect();
        assert!(policy::read(bare.as_bytes()).is_ok(), "{bare}");
    }

    #[test]
    fn the_workflow_is_yaml_with_the_least_permissions() {
        let text = workflow();
        let yaml: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(yaml["permissions"], serde_json::json!({}));
        assert_eq!(yaml["jobs"]["lockkeeper"]["permissions"]["pull-requests"], "write");
        assert_eq!(yaml["jobs"]["lockkeeper"]["steps"][0]["uses"], "lockkeeper/lockkeeper@v0");
        assert!(!text.contains("pull_request_target") && !text.contains("secrets."));
        let _: serde_json::Value = serde_yaml::from_str(GITLAB).unwrap();
    }
}
