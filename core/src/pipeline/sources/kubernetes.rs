//! Manifests of Kubernetes and templates of Helm: containers of deployments start with each pod, jobs run once. Also the
//! services and jobs of Cloud Run, which look alike.

use super::{Source, command, variables};
use crate::framework::tree::{Tree, folder_of};
use crate::framework::yaml::{self, Node};
use crate::pipeline::environment::{is_development, says_development};
use crate::pipeline::follow::{Start, of_image};
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::shell::{self, Word};
use crate::text::Span;

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    if !is_manifest(source.name, source.text) {
        return Vec::new();
    }
    let text = without_templates(source.text);
    let hpa = scaled(source.tree, folder_of(source.path));
    let mut found = Vec::new();
    for (at, part) in documents(&text) {
        let Some(node) = yaml::parse(part) else { continue };
        let Some(kind) = node.text("kind") else { continue };
        let Some((phase, pod)) = pod(&node, kind) else { continue };
        let name = node.get("metadata").and_then(|it| it.text("name")).unwrap_or_default();
        let instances = match (phase, count(&node)) {
            (Phase::Job, _) => Instances::One,
            (_, _) if hpa => {
                Instances::Several("A HorizontalPodAutoscaler changes the number of pods.".to_owned())
            }
            (_, Count::Said(count)) if count > 1 => {
                Instances::Several(format!("The manifest has {count} replicas."))
            }
            (_, Count::Said(_)) => Instances::One,
            (_, Count::Computed) => Instances::Unknown,
            // Kubernetes starts one where nothing is said; while it rolls out, the old one is still there.
            (_, Count::Nothing) => Instances::Unknown,
        };
        for key in ["initContainers", "containers"] {
            for container in pod.get(key).map(Node::items).unwrap_or_default() {
                let Some(mut start) = of_container(source, container, at, phase) else { continue };
                start.instances = instances.clone();
                start.development |= says_development(name);
                found.push(start);
            }
        }
    }
    found
}

fn is_manifest(name: &str, text: &str) -> bool {
    let yaml = name
        .strip_suffix(".yml")
        .or_else(|| name.strip_suffix(".yaml"))
        .or_else(|| name.strip_suffix(".tpl"));
    yaml.is_some() && text.contains("\nkind:") | text.starts_with("kind:") && text.contains("ontainers:")
}

/// Documents between lines `---`, with where they begin.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            found.push((start, text.get(start..at).unwrap_or_default()));
            start = at + line.len();
        }
        at += line.len();
    }
    found.push((start, text.get(start..).unwrap_or_default()));
    found
}

/// The text with what a template computes blanked out, each byte in its place: a line of nothing else is empty, a value
/// becomes a word that says nothing.
fn without_templates(text: &str) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        out.push_str(before);
        let length = from.find("}}").map_or(from.len(), |at| at + 2);
        let (inside, after) = from.split_at_checked(length).unwrap_or((from, ""));
        let line = before.rsplit('\n').next().unwrap_or_default();
        let alone = line.trim().is_empty() && after.lines().next().unwrap_or_default().trim().is_empty();
        for byte in inside.bytes() {
            out.push(match byte {
                b'\n' => '\n',
                _ if alone => ' ',
                _ => 'x',
            });
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The pod of a workload, and when its containers run.
fn pod<'n>(node: &'n Node, kind: &str) -> Option<(Phase, &'n Node)> {
    let spec = node.get("spec")?;
    let of_template = |spec: &'n Node| spec.get("template").and_then(|template| template.get("spec"));
    match kind {
        "Job" => {
            let pod = of_template(spec)?;
            // A job of Cloud Run has a template in its template.
            Some((Phase::Job, of_template(pod).unwrap_or(pod)))
        }
        "CronJob" => spec
            .get("jobTemplate")
            .and_then(|it| it.get("spec"))
            .and_then(of_template)
            .map(|it| (Phase::Hand, it)),
        "Pod" => Some((Phase::Job, spec)),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Service" | "Rollout"
        | "DeploymentConfig" => of_template(spec).map(|it| (Phase::StartUp, it)),
        _ => None,
    }
}

/// What a manifest says of the number of pods.
enum Count {
    Said(u32),
    Computed,
    Nothing,
}

fn count(node: &Node) -> Count {
    match node.get("spec").and_then(|spec| spec.text("replicas")) {
        Some(text) => text.trim().parse().map_or(Count::Computed, Count::Said),
        None => Count::Nothing,
    }
}

fn of_container(source: &Source<'_, '_>, container: &Node, at: usize, phase: Phase) -> Option<Start> {
    let shift = |span: Span| super::super::scripts::span(at + span.start as usize, at + span.end as usize);
    // The place in the whole file; the text in it is that of the file, with what templates compute.
    let part = |node: &Node| {
        let (span, commands) = command(source, node)?;
        let commands = match node {
            Node::Scalar(scalar) => shell::commands(&scalar.text, shift(span).start),
            _ => commands,
        };
        let moved = |word: Word| Word { span: shift(word.span), ..word };
        let commands: Vec<shell::Simple> = match node {
            Node::Scalar(_) => commands,
            _ => commands
                .into_iter()
                .map(|simple| shell::of_words(simple.words.into_iter().map(moved).collect()))
                .collect(),
        };
        Some((shift(span), commands))
    };
    let own = container.get("command").and_then(part);
    let given = container.get("args").and_then(part);
    let (span, mut commands) = match (own, given) {
        (Some((span, mut commands)), Some((other, rest))) => {
            if let ([first], [rest]) = (commands.as_mut_slice(), rest.as_slice()) {
                first.words.extend(rest.words.clone());
            }
            (span.to(other), commands)
        }
        (Some(one), None) => one,
        (None, Some((span, commands))) => {
            // What the image's entry point is given; `migrate up` tells enough.
            let [first] = commands.as_slice() else { return None };
            let mut words = first.words.clone();
            words.insert(0, Word { text: "./image".to_owned(), span: words.first()?.span });
            (span, vec![shell::of_words(words)])
        }
        (None, None) => return None,
    };
    if let Some(image) = container.scalar("image") {
        let given: Vec<Word> = commands.iter().flat_map(|simple| simple.words.clone()).collect();
        commands.extend(of_image(&image.text, shift(image.span), given));
    }
    let mut start = Start::of(source.path, span, commands, phase);
    start.variables = variables(container.get("env"))
        .into_iter()
        .map(|(name, value, span)| (name, value, shift(span)))
        .collect();
    start.development = is_development(source.path);
    Some(start)
}

/// Whether a manifest in this folder scales on its own.
fn scaled(tree: &Tree<'_>, folder: &str) -> bool {
    tree.under(folder).take(200).any(|path| {
        folder_of(path) == folder
            && (path.ends_with(".yaml") || path.ends_with(".yml"))
            && tree.text(path).is_some_and(|text| text.contains("kind: HorizontalPodAutoscaler"))
    })
}

/// That more than one pod runs the image as it starts by itself, where a manifest says so.
pub(super) fn several(tree: &Tree<'_>) -> Option<String> {
    for path in tree.paths().filter(|path| path.ends_with(".yaml") || path.ends_with(".yml")) {
        let Some(text) =
            tree.text(path).filter(|text| is_manifest(crate::framework::tree::name_of(path), text))
        else {
            continue;
        };
        if is_development(path) {
            continue;
        }
        let clean = without_templates(text);
        for (_, part) in documents(&clean) {
            let Some(node) = yaml::parse(part) else { continue };
            let Some((Phase::StartUp, pod)) = node.text("kind").and_then(|kind| pod(&node, kind)) else {
                continue;
            };
            let plain =
                |container: &Node| container.get("command").is_none() && container.get("args").is_none();
            if !pod.get("containers").map(Node::items).unwrap_or_default().iter().any(plain) {
                continue;
            }
            if let Count::Said(count) = count(&node)
                && count > 1
            {
                return Some(format!("`{path}` has {count} replicas."));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_blanked_in_place() {
        let text = "{{- if .x }}\nreplicas: {{ .Values.n }}\n{{- end }}\n";
        assert_eq!(
            without_templates(text),
            "            \nreplicas: xxxxxxxxxxxxxxx\n          \n"
                .replace("xxxxxxxxxxxxxxx", &"x".repeat(15))
        );
        assert_eq!(without_templates("a {{ b"), "a xxxx");
    }
}
