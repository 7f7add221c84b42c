//! Workflows of GitHub: `run:` steps, and what is around them.

use super::{Source, shell_of, variables};
use crate::framework::yaml::{self, Node};
use crate::pipeline::environment::{is_local, says_development};
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Phase, Workflow};
use crate::text::Span;

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    let is_one = source.path.starts_with(".github/workflows/")
        && (source.name.ends_with(".yml") || source.name.ends_with(".yaml"));
    if !is_one {
        return Vec::new();
    }
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let Some(Node::Map(jobs)) = node.get("jobs") else { return Vec::new() };
    let alone = node.get("concurrency").is_some();
    let around = variables(node.get("env"));
    let events = events(&node);
    let about = format!("{} {}", source.name, node.text("name").unwrap_or_default());
    let mut found = Vec::new();
    for (id, job) in jobs {
        let name = job.text("name").unwrap_or(id);
        let steps = job.get("steps").map(Node::items).unwrap_or_default();
        let mut after = needed(job).find_map(|needed| {
            let (_, other) = jobs.iter().find(|(other, _)| other == needed)?;
            deploys(other).then(|| other.text("name").unwrap_or(needed).to_owned())
        });
        let production = is_production(&about, id, name, job, &events);
        let mut starts_database = job.get("services").is_some();
        let matrix = job
            .get("strategy")
            .filter(|it| it.get("matrix").is_some() && it.text("max-parallel") != Some("1"));
        for step in steps {
            let run = step.scalar("run");
            let own = variables(step.get("env"));
            let mut scope: Vec<(String, String, Span)> = own;
            scope.extend(variables(job.get("env")));
            scope.extend(around.clone());
            let local = scope.iter().any(|(_, value, _)| is_local(value));
            if let Some(run) = run {
                starts_database |= begins_database(&run.text);
                let mut start = shell_of(source, run, Phase::Workflow);
                // The step's own folder, or the root.
                start.folder = step
                    .text("working-directory")
                    .or_else(|| {
                        job.get("defaults")
                            .and_then(|it| it.get("run"))
                            .and_then(|it| it.text("working-directory"))
                    })
                    .map(|folder| folder.trim_start_matches("./").trim_end_matches('/').to_owned())
                    .unwrap_or_default();
                let differs = run.text.contains("matrix.")
                    || scope.iter().any(|(_, value, _)| value.contains("matrix."));
                start.workflow = Some(Workflow {
                    is_alone: alone || job.get("concurrency").is_some(),
                    after: after.clone(),
                    in_matrix: matrix.is_some() && !differs && !says_matrix(job),
                });
                start.variables = scope;
                start.development = !production || starts_database || local;
                found.push(start);
            }
            if after.is_none() && deploys_here(step) {
                let told = step
                    .text("name")
                    .or_else(|| step.text("uses"))
                    .or_else(|| run.map(|it| it.text.as_str()));
                after = told.map(|told| told.lines().next().unwrap_or_default().chars().take(60).collect());
            }
        }
    }
    found
}

/// The environment of the job differs by the matrix: each value has a database of its own.
fn says_matrix(job: &Node) -> bool {
    let environment =
        job.text("environment").or_else(|| job.get("environment").and_then(|it| it.text("name")));
    environment.is_some_and(|name| name.contains("matrix."))
}

fn needed(job: &Node) -> impl Iterator<Item = &str> {
    let needs = job.get("needs").map(Node::items).unwrap_or_default();
    needs.iter().filter_map(|it| if let Node::Scalar(it) = it { Some(it.text.as_str()) } else { None })
}

/// What starts the workflow.
fn events(node: &Node) -> Vec<String> {
    match node.get("on") {
        Some(Node::Map(pairs)) => pairs.iter().map(|(name, _)| name.clone()).collect(),
        Some(other) => other
            .items()
            .iter()
            .filter_map(|it| if let Node::Scalar(it) = it { Some(it.text.clone()) } else { None })
            .collect(),
        None => Vec::new(),
    }
}

/// Whether a job has to do with production: it deploys, or it has an environment, or its name says so; and it runs for
/// more than pull requests.
fn is_production(about: &str, id: &str, name: &str, job: &Node, events: &[String]) -> bool {
    let only_proposed =
        !events.is_empty() && events.iter().all(|it| it.starts_with("pull_request") || it == "merge_group");
    if only_proposed || job.get("services").is_some() {
        return false;
    }
    let environment =
        job.text("environment").or_else(|| job.get("environment").and_then(|it| it.text("name")));
    if environment.is_some_and(|name| !says_development(name)) {
        return true;
    }
    let spoken = format!("{about} {id} {name}").to_ascii_lowercase();
    if spoken.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word,
            "test"
                | "tests"
                | "e2e"
                | "lint"
                | "ci"
                | "preview"
                | "check"
                | "checks"
                | "validate"
                | "benchmark"
        )
    }) && !says_deploy(&format!("{id} {name}"))
    {
        return false;
    }
    says_deploy(&spoken) || spoken.contains("migrat") || deploys(job)
}

fn says_deploy(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["deploy", "release", "prod", "rollout", "publish"].iter().any(|word| lower.contains(word))
}

fn deploys(job: &Node) -> bool {
    job.get("steps").map(Node::items).unwrap_or_default().iter().any(deploys_here)
}

/// Commands that bring new code to where people use it.
const DEPLOYS: [&str; 26] = [
    "vercel deploy",
    "vercel --prod",
    "flyctl deploy",
    "fly deploy",
    "kubectl apply",
    "kubectl rollout",
    "kubectl set image",
    "helm upgrade",
    "ecs update-service",
    "ecs deploy",
    "gcloud run deploy",
    "gcloud run services update",
    "railway up",
    "netlify deploy",
    "wrangler deploy",
    "container:release",
    "git push heroku",
    "kamal deploy",
    "serverless deploy",
    "sls deploy",
    "cdk deploy",
    "eb deploy",
    "argocd app sync",
    "docker stack deploy",
    "az webapp deploy",
    "dokku",
];

/// Actions that do, by a part of their names.
const ACTIONS: [&str; 10] = [
    "amazon-ecs-deploy",
    "deploy-cloudrun",
    "vercel-action",
    "heroku-deploy",
    "webapps-deploy",
    "render-deploy",
    "railway-deploy",
    "k8s-deploy",
    "beanstalk-deploy",
    "deployctl",
];

fn deploys_here(step: &Node) -> bool {
    if let Some(uses) = step.text("uses") {
        return ACTIONS.iter().any(|action| uses.contains(action));
    }
    let Some(run) = step.text("run") else { return false };
    let dry = run.contains("--dry-run") || run.contains("migrat");
    !dry && DEPLOYS.iter().any(|words| run.contains(words))
}

/// A database is started in the job itself.
fn begins_database(run: &str) -> bool {
    [
        "supabase start",
        "supabase db start",
        "docker compose up",
        "docker-compose up",
        "docker compose -f",
        "pg_ctl",
        "initdb",
        "createdb",
        "systemctl start postgresql",
        "service postgresql start",
        "infra:dev",
    ]
    .iter()
    .any(|words| run.contains(words))
        || run.contains("docker run") && run.contains("postgres")
}
