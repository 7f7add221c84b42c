//! What a run is told by the runner's environment and the command line.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use crate::Trouble;
use crate::cli;

/// Where and how a run talks to GitHub.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// `https://api.github.com`, or a server's own (`https://host/api/v3`).
    pub rest: String,
    /// `https://api.github.com/graphql`, or a server's own (`https://host/api/graphql`).
    pub graphql: String,
    /// Where people see it: `https://github.com`.
    pub server: Option<String>,
    /// `owner/name`.
    pub repository: String,
    /// The job's token; none where it has none.
    pub token: Option<String>,
    /// The event's name.
    pub event: String,
    /// The event's payload.
    pub payload: PathBuf,
    /// Files the runner reads: the step's summary and its outputs.
    pub summary: Option<PathBuf>,
    /// The step's outputs.
    pub outputs: Option<PathBuf>,
    /// Where the SARIF file goes.
    pub sarif: PathBuf,
    /// Between two writes; what other pauses are multiples of.
    pub pace: Duration,
}

impl Settings {
    /// Reads them.
    pub(super) fn read(arguments: &cli::Review) -> Result<Self, Trouble> {
        let rest = variable("GITHUB_API_URL").unwrap_or_else(|| "https://api.github.com".to_owned());
        let rest = rest.trim_end_matches('/').to_owned();
        let graphql = variable("GITHUB_GRAPHQL_URL").unwrap_or_else(|| graphql_of(&rest));
        let sarif = arguments
            .sarif
            .clone()
            .or_else(|| variable("RUNNER_TEMP").map(|folder| PathBuf::from(folder).join("lockkeeper.sarif")));
        Ok(Settings {
            rest,
            graphql,
            server: variable("GITHUB_SERVER_URL").filter(|server| is_plain_address(server)),
            repository: repository()?,
            token: variable("LOCKKEEPER_TOKEN").or_else(|| variable("GITHUB_TOKEN")),
            event: needed("GITHUB_EVENT_NAME")?,
            payload: PathBuf::from(needed("GITHUB_EVENT_PATH")?),
            summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            outputs: variable("GITHUB_OUTPUT").map(PathBuf::from),
            sarif: sarif.unwrap_or_else(|| PathBuf::from("lockkeeper.sarif")),
            pace: Duration::from_millis(arguments.pace),
        })
    }

    /// The address below which people see a commit's files; empty where the runner names no server.
    pub(super) fn files_at(&self, commit: &str) -> String {
        self.server
            .as_deref()
            .map(|server| format!("{}/{}/blob/{commit}", server.trim_end_matches('/'), self.repository))
            .unwrap_or_default()
    }
}

/// An address that can stand in a link of Markdown.
fn is_plain_address(address: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/".contains(letter);
    address.starts_with("http") && address.chars().all(plain)
}

fn repository() -> Result<String, Trouble> {
    let name = needed("GITHUB_REPOSITORY")?;
    let plain = |part: &str| {
        !part.is_empty()
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    match name.split_once('/') {
        Some((owner, repository)) if plain(owner) && plain(repository) => Ok(name),
        _ => Err(Trouble::plain("GITHUB_REPOSITORY is not the name of a repository (owner/name)")),
    }
}

/// A server's GraphQL stands beside its REST: `/api/v3` and `/api/graphql`.
fn graphql_of(rest: &str) -> String {
    match rest.strip_suffix("/v3") {
        Some(server) => format!("{server}/graphql"),
        None => format!("{rest}/graphql"),
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn needed(name: &str) -> Result<String, Trouble> {
    variable(name).ok_or_else(|| {
        Trouble::new(
            format!("{name} is not set: this is no GitHub workflow"),
            "review runs in GitHub Actions; elsewhere use lockkeeper check",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_stands_beside_rest() {
        assert_eq!(graphql_of("https://api.github.com"), "https://api.github.com/graphql");
        assert_eq!(graphql_of("https://git.example.com/api/v3"), "https://git.example.com/api/graphql");
    }
}
