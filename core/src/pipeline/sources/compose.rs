//! Compose files: `command:` and `entrypoint:` of services.

use super::{Source, command, number, variables};
use crate::framework::tree::{folder_of, join, name_of, resolve};
use crate::framework::yaml::{self, Node};
use crate::pipeline::commands::{bare, image_program, recognise};
use crate::pipeline::environment::{is_development, says_development, says_migration};
use crate::pipeline::follow::{Start, of_image};
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::shell::{self, Word};

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    let lower = source.name.to_ascii_lowercase();
    let Some(stem) = lower.strip_suffix(".yml").or_else(|| lower.strip_suffix(".yaml")) else {
        return Vec::new();
    };
    if !stem.contains("compose") && !stem.contains("stack") {
        return Vec::new();
    }
    let Some(node) = yaml::parse(source.text) else { return Vec::new() };
    let Some(Node::Map(services)) = node.get("services") else { return Vec::new() };
    services.iter().filter_map(|(name, service)| start(source, name, service)).collect()
}

fn start(source: &Source<'_, '_>, name: &str, service: &Node) -> Option<Start> {
    let image = service.scalar("image");
    let own = service.get("command").and_then(|node| command(source, node));
    let entry = service.get("entrypoint").and_then(|node| command(source, node));
    let (span, mut commands) = match (entry, own) {
        (Some((span, mut first)), Some((other, rest))) => {
            // The command is what the entry point is given.
            if let [entry] = first.as_mut_slice()
                && let [given] = rest.as_slice()
            {
                entry.words.extend(given.words.clone());
            }
            (span.to(other), first)
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            let image = image.filter(|_| says_migration(name))?;
            (image.span, Vec::new())
        }
    };
    if image.is_some_and(|image| is_server(&image.text, &commands)) {
        return None;
    }
    // The image is the program of the tool, and the command what it is given.
    if let Some(image) = image {
        let given: Vec<Word> = commands.iter().flat_map(|simple| simple.words.clone()).collect();
        commands.extend(of_image(&image.text, image.span, given));
    }
    let recognised =
        |commands: &[shell::Simple]| commands.iter().any(|simple| recognise(bare(&simple.words)).is_some());
    let one_time = says_migration(name) || image.is_some_and(|image| image_program(&image.text).is_some());
    let flyway = one_time && is_flyway(source, service);
    if one_time && (flyway || !recognised(&commands)) {
        // The image or its entry point does it, as the service's name says.
        let words: Vec<Word> = commands.iter().flat_map(|simple| simple.words.clone()).collect();
        let word = words.last().map_or_else(|| name.to_owned(), |last| last.text.clone());
        let text = |text: &str| Word { text: text.to_owned(), span };
        let words = if flyway {
            vec![text("flyway"), text("migrate")]
        } else {
            vec![text(&format!("./{name}")), text("migrate"), text(&word)]
        };
        commands = vec![shell::of_words(words)];
    }
    let mut start =
        Start::of(source.path, span, commands, if one_time { Phase::Job } else { Phase::StartUp });
    let replicas = service
        .get("deploy")
        .and_then(|deploy| number(deploy, "replicas"))
        .or_else(|| number(service, "scale"));
    start.instances = match replicas {
        Some(count) if count > 1 => Instances::Several(format!("`{name}` has {count} replicas.")),
        _ => Instances::One,
    };
    let build =
        service.text("build").or_else(|| service.get("build").and_then(|build| build.text("context")));
    if let Some(context) = build.and_then(|build| resolve(folder_of(source.path), build)) {
        start.folder = context;
    }
    start.variables = variables(service.get("environment"));
    let dockerfile = service.get("build").and_then(|build| build.text("dockerfile"));
    start.development = is_development(source.path)
        || says_development(name)
        || dockerfile.is_some_and(|file| says_development(name_of(file)));
    Some(start)
}

/// The database itself, whatever the service is called. With a command of another program its image is there for psql.
fn is_server(image: &str, commands: &[shell::Simple]) -> bool {
    let serves = |simple: &shell::Simple| {
        simple.words.first().is_none_or(|word| word.text == "postgres" || word.text.starts_with('-'))
    };
    image.rsplit('/').next().is_some_and(|name| name.starts_with("postgres")) && commands.iter().all(serves)
}

/// The stage of a Dockerfile that the service is built from is an image of Flyway.
fn is_flyway(source: &Source<'_, '_>, service: &Node) -> bool {
    let Some(build) = service.get("build") else { return false };
    let context = build.text("context").unwrap_or(".");
    let file = build.text("dockerfile").unwrap_or("Dockerfile");
    let folder = resolve(folder_of(source.path), context).unwrap_or_default();
    let path = join(&folder, file);
    let target = build.text("target").unwrap_or_default();
    source.tree.text(&path).is_some_and(|text| {
        text.lines().any(|line| line.starts_with("FROM") && line.contains("flyway") && line.ends_with(target))
    })
}
