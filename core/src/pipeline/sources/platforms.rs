//! Files of hosting platforms: `fly.toml`, `railway.json`, `render.yaml`, `vercel.json`, `netlify.toml`, and Kamal's hook.

use super::{Source, command, counted, number, shell_of, variables};
use crate::framework::tree::Tree;
use crate::framework::yaml::{self, Node};
use crate::pipeline::environment::is_development;
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::scripts::span;
use crate::text::Span;

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    if is_development(source.path) {
        return Vec::new();
    }
    match source.name {
        "fly.toml" => fly(source),
        "railway.toml" => railway_toml(source),
        "railway.json" => railway_json(source),
        "render.yaml" | "render.yml" => render(source),
        "vercel.json" => vercel(source),
        "netlify.toml" => netlify(source),
        _ => Vec::new(),
    }
}

/// That more than one instance runs, where a platform's file says so.
pub(super) fn several(tree: &Tree<'_>) -> Option<String> {
    for path in tree.named("fly.toml") {
        let text = tree.text(path)?;
        let count =
            entries(text).into_iter().find(|entry| entry.key == "min_machines_running").map(|it| it.value);
        if let Some(count) = count.and_then(|text| text.parse::<u32>().ok()).filter(|count| *count > 1) {
            return Some(format!("fly.toml keeps {count} machines running."));
        }
    }
    None
}

/// A line of a TOML file: `key = value` below a table.
struct Entry<'a> {
    table: &'a str,
    key: &'a str,
    /// The value, without quotes.
    value: &'a str,
    place: Span,
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let mut table = "";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim();
        if let Some(header) = bare.strip_prefix('[') {
            table = header.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
            continue;
        }
        let Some((key, rest)) = bare.split_once('=').filter(|_| !bare.starts_with('#')) else { continue };
        let rest = rest.trim();
        let value = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find_map(|quote| rest.strip_prefix(quote)?.split(quote).next())
            .unwrap_or_else(|| rest.split(" #").next().unwrap_or(rest).trim());
        let offset = line.find(value).unwrap_or(0);
        let place = span(start + offset, start + offset + value.len());
        found.push(Entry { table, key: key.trim().trim_matches('"'), value, place });
    }
    found
}

fn of_entry(source: &Source<'_, '_>, entry: &Entry<'_>, phase: Phase) -> Start {
    let instances = if phase == Phase::StartUp { Instances::Unknown } else { Instances::One };
    Start::shell(source.path, entry.place, entry.value, phase).instances(instances)
}

/// `[deploy] release_command` runs once in a machine of its own; processes start with each machine.
fn fly(source: &Source<'_, '_>) -> Vec<Start> {
    let entries = entries(source.text);
    let environment: Vec<(String, String, Span)> = entries
        .iter()
        .filter(|entry| entry.table == "env")
        .map(|entry| (entry.key.to_owned(), entry.value.to_owned(), entry.place))
        .collect();
    let of = |entry: &Entry<'_>| match (entry.table, entry.key) {
        ("deploy", "release_command") => Some(of_entry(source, entry, Phase::Release)),
        ("processes", _) | ("experimental", "cmd" | "entrypoint") => {
            Some(of_entry(source, entry, Phase::StartUp))
        }
        _ => None,
    };
    let starts = entries.iter().filter_map(of);
    starts
        .map(|mut start| {
            start.variables.clone_from(&environment);
            start
        })
        .collect()
}

fn railway_toml(source: &Source<'_, '_>) -> Vec<Start> {
    let entries = entries(source.text);
    let replicas = entries.iter().find(|it| it.key == "numReplicas").and_then(|it| it.value.parse().ok());
    let of = |entry: &Entry<'_>| {
        let phase = railway_phase(entry.key)?;
        let start = of_entry(source, entry, phase);
        Some(if phase == Phase::StartUp {
            start.instances(counted(replicas, "railway.toml says `numReplicas`"))
        } else {
            start
        })
    };
    entries.iter().filter_map(of).collect()
}

fn railway_phase(key: &str) -> Option<Phase> {
    match key {
        "preDeployCommand" => Some(Phase::Release),
        "startCommand" => Some(Phase::StartUp),
        "buildCommand" => Some(Phase::Build),
        _ => None,
    }
}

fn railway_json(source: &Source<'_, '_>) -> Vec<Start> {
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let replicas = node.get("deploy").and_then(|deploy| number(deploy, "numReplicas"));
    let mut found = Vec::new();
    for part in ["build", "deploy"].into_iter().filter_map(|key| node.get(key)) {
        let Node::Map(pairs) = part else { continue };
        for (key, value) in pairs {
            let Some(phase) = railway_phase(key) else { continue };
            for item in value.items() {
                let Some((at, commands)) = command(source, item) else { continue };
                let start = Start::of(source.path, at, commands, phase);
                let instances = counted(replicas, "railway.json says `numReplicas`");
                found.push(if phase == Phase::StartUp { start.instances(instances) } else { start });
            }
        }
    }
    found
}

fn render(source: &Source<'_, '_>) -> Vec<Start> {
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let mut found = Vec::new();
    for service in node.get("services").map(Node::items).unwrap_or_default() {
        let count = number(service, "numInstances")
            .or_else(|| service.get("scaling").and_then(|scaling| number(scaling, "maxInstances")));
        let name = service.text("name").unwrap_or("a service").to_owned();
        for (key, phase) in [
            ("preDeployCommand", Phase::Release),
            ("buildCommand", Phase::Build),
            ("startCommand", Phase::StartUp),
            ("dockerCommand", Phase::StartUp),
        ] {
            let Some(scalar) = service.scalar(key).filter(|scalar| !scalar.text.is_empty()) else { continue };
            let mut start = shell_of(source, scalar, phase);
            if phase == Phase::StartUp {
                start.instances =
                    counted(count, &format!("render.yaml gives `{name}` more than one instance:"));
            }
            start.variables = variables(service.get("envVars"));
            found.push(start);
        }
    }
    found
}

fn vercel(source: &Source<'_, '_>) -> Vec<Start> {
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let keys = [("buildCommand", Phase::Build), ("installCommand", Phase::Install)];
    let of = |(key, phase): (&str, Phase)| node.scalar(key).map(|scalar| shell_of(source, scalar, phase));
    keys.into_iter().filter_map(of).collect()
}

fn netlify(source: &Source<'_, '_>) -> Vec<Start> {
    let is_build = |entry: &&Entry<'_>| {
        entry.key == "command" && (entry.table == "build" || entry.table.starts_with("context."))
    };
    entries(source.text).iter().filter(is_build).map(|entry| of_entry(source, entry, Phase::Build)).collect()
}
