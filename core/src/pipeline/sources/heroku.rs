//! Heroku and its likes: `Procfile`, `heroku.yml`, `app.json`.

use super::{Source, command};
use crate::framework::yaml::{self, Node};
use crate::pipeline::environment::is_development;
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::scripts::span;

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    match source.name {
        "heroku.yml" => heroku(source),
        "app.json" => app(source),
        "Procfile" => procfile(source),
        _ => Vec::new(),
    }
}

/// `name: command`, line by line. `release` runs once, before the new code; the others are processes.
fn procfile(source: &Source<'_, '_>) -> Vec<Start> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let here = at;
        at += line.len();
        let Some((name, rest)) = line.split_once(':').filter(|(name, _)| !name.starts_with('#')) else {
            continue;
        };
        let skipped = name.len() + 1 + (rest.len() - rest.trim_start().len());
        let rest = rest.trim();
        let place = span(here + skipped, here + skipped + rest.len());
        let phase = if name.trim() == "release" { Phase::Release } else { Phase::StartUp };
        let mut start = Start::shell(source.path, place, rest, phase);
        if phase == Phase::StartUp {
            start.instances = Instances::Unknown;
        }
        start.development = is_development(source.path);
        found.push(start);
    }
    found
}

fn heroku(source: &Source<'_, '_>) -> Vec<Start> {
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let mut found = Vec::new();
    let lines =
        |node: &Node| -> Vec<_> { node.items().iter().filter_map(|item| command(source, item)).collect() };
    if let Some(release) = node.get("release").and_then(|release| release.get("command")) {
        found.extend(
            lines(release)
                .into_iter()
                .map(|(at, commands)| Start::of(source.path, at, commands, Phase::Release)),
        );
    }
    if let Some(Node::Map(processes)) = node.get("run") {
        for (_, process) in processes {
            let body = process.get("command").unwrap_or(process);
            found.extend(lines(body).into_iter().map(|(at, commands)| {
                Start::of(source.path, at, commands, Phase::StartUp).instances(Instances::Unknown)
            }));
        }
    }
    found
}

/// `scripts.postdeploy` runs once, for review applications and new ones; `dokku.predeploy` with each deploy.
fn app(source: &Source<'_, '_>) -> Vec<Start> {
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let mut found = Vec::new();
    for ([first, second], phase) in
        [(["scripts", "postdeploy"], Phase::Hand), (["scripts", "predeploy"], Phase::Release)]
    {
        let inner = node.get(first).and_then(|it| it.get(second));
        let dokku = node.get("scripts").and_then(|it| it.get("dokku")).and_then(|it| it.get(second));
        for (body, phase) in [(inner, phase), (dokku, Phase::Release)] {
            found.extend(
                body.and_then(|body| command(source, body))
                    .map(|(at, commands)| Start::of(source.path, at, commands, phase)),
            );
        }
    }
    found
}
