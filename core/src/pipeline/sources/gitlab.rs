//! `.gitlab-ci.yml`: the scripts of jobs.

use super::{Source, shell_of, variables};
use crate::framework::yaml::{self, Node};
use crate::pipeline::environment::says_development;
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Phase, Workflow};

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    if !source.name.ends_with(".gitlab-ci.yml") && !source.path.starts_with(".gitlab/ci/") {
        return Vec::new();
    }
    let Some(Node::Map(jobs)) = yaml::parse(source.text) else { return Vec::new() };
    let stages: Vec<String> = jobs
        .iter()
        .find(|(name, _)| name == "stages")
        .map(|(_, node)| {
            node.items()
                .iter()
                .filter_map(|it| if let Node::Scalar(it) = it { Some(it.text.clone()) } else { None })
                .collect()
        })
        .unwrap_or_default();
    let place = |stage: &str| stages.iter().position(|it| it == stage);
    let deploys: Vec<(&str, Option<usize>)> = jobs
        .iter()
        .filter(|(name, job)| is_deploy(name) && job.get("script").is_some())
        .map(|(name, job)| (name.as_str(), place(job.text("stage").unwrap_or("test"))))
        .collect();
    let mut found = Vec::new();
    for (name, job) in &jobs {
        let Some(script) = job.get("script") else { continue };
        let stage = job.text("stage").unwrap_or("test");
        let needs: Vec<&str> = job
            .get("needs")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|it| match it {
                Node::Scalar(it) => Some(it.text.as_str()),
                _ => it.text("job"),
            })
            .collect();
        let own = place(stage);
        let after = deploys.iter().find(|(deploy, at)| {
            *deploy != name.as_str()
                && (needs.contains(deploy)
                    || needs.is_empty() && at.zip(own).is_some_and(|(at, own)| at < own))
        });
        let workflow = Workflow {
            is_alone: job.get("resource_group").is_some(),
            after: after.map(|(deploy, _)| (*deploy).to_owned()),
            in_matrix: false,
        };
        let production = job.get("environment").is_some()
            || is_deploy(name)
            || is_deploy(stage)
            || stage.contains("migrat");
        let tests =
            job.get("services").is_some() || says_development(name) || stage == "test" || stage == "lint";
        for item in script.items() {
            let Node::Scalar(scalar) = item else { continue };
            let mut start = shell_of(source, scalar, Phase::Workflow);
            start.workflow = Some(workflow.clone());
            start.folder = String::new();
            start.variables = variables(job.get("variables"));
            start.development = tests || !production;
            found.push(start);
        }
    }
    found
}

fn is_deploy(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["deploy", "release", "production", "rollout"].iter().any(|word| lower.contains(word))
        && !lower.contains("migrat")
}
