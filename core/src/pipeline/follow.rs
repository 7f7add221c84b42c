//! Commands, followed through scripts to the migration tools that they run.

use std::collections::BTreeSet;

use super::code::Calls;
use super::commands::{bare, image_program, program, recognise};
use super::environment::{is_development, is_direct, is_local, pooler, says_migration};
use super::model::{Act, Instances, Phase, Run, Workflow};
use super::scripts::{Script, Scripts};
use super::shell::{self, Simple, Word};
use crate::framework::tree::{Tree, folder_of, join, name_of, resolve};
use crate::review::Location;
use crate::text::Span;

/// Something that a platform, a person or a workflow starts.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// The file.
    pub(super) path: String,
    /// The words that start it.
    pub(super) span: Span,
    /// The commands.
    pub(super) commands: Vec<Simple>,
    /// When.
    pub(super) phase: Phase,
    /// How often at the same time.
    pub(super) instances: Instances,
    /// The folder that names are relative to.
    pub(super) folder: String,
    /// Variables that are set around it, with their places.
    pub(super) variables: Vec<(String, String, Span)>,
    /// Of a workflow's step.
    pub(super) workflow: Option<Workflow>,
    /// It is for development, whatever its path says.
    pub(super) development: bool,
    /// It counts only where nothing else leads to it.
    pub(super) is_led_to: bool,
}

impl Start {
    /// A start of a script's text that stands at a place.
    pub(super) fn shell(path: &str, span: Span, text: &str, phase: Phase) -> Start {
        Start::of(path, span, shell::commands(text, span.start), phase)
    }

    /// A start of commands.
    pub(super) fn of(path: &str, span: Span, commands: Vec<Simple>, phase: Phase) -> Start {
        Start {
            path: path.to_owned(),
            span,
            commands,
            phase,
            instances: Instances::One,
            folder: folder_of(path).to_owned(),
            variables: Vec::new(),
            workflow: None,
            development: false,
            is_led_to: false,
        }
    }

    pub(super) fn instances(mut self, instances: Instances) -> Start {
        self.instances = instances;
        self
    }
}

/// How deep scripts may call each other.
const MAX_DEPTH: usize = 8;

/// How many commands are looked at for one start.
const MOST_COMMANDS: usize = 2_000;

/// Follows commands through the scripts of a repository.
pub(super) struct Follower<'a, 'f> {
    tree: &'a Tree<'f>,
    calls: &'a Calls,
    scripts: Scripts,
}

/// Places of scripts, by file and first byte.
type Visited = BTreeSet<(String, u32)>;

/// One start being followed.
struct Walk<'s> {
    start: &'s Start,
    runs: Vec<Run>,
    visited: Visited,
    fuel: usize,
}

impl Walk<'_> {
    fn has_visited(&self, script: &Script) -> bool {
        self.visited.contains(&(script.path.clone(), script.span.start))
    }
}

impl<'a, 'f> Follower<'a, 'f> {
    pub(super) fn new(tree: &'a Tree<'f>, calls: &'a Calls) -> Self {
        Follower { tree, calls, scripts: Scripts::new(tree) }
    }

    /// The runs that a start leads to, and the scripts on the way.
    pub(super) fn runs(&self, start: &Start) -> (Vec<Run>, Visited) {
        let mut walk = Walk { start, runs: Vec::new(), visited: BTreeSet::new(), fuel: MOST_COMMANDS };
        let places = vec![Location { path: start.path.clone(), span: start.span }];
        self.commands(&start.commands, &places, &start.folder, &mut walk, 0);
        (walk.runs, walk.visited)
    }

    fn commands(
        &self,
        commands: &[Simple],
        places: &[Location],
        folder: &str,
        walk: &mut Walk<'_>,
        depth: usize,
    ) {
        let mut folder = folder.to_owned();
        for (number, simple) in commands.iter().enumerate() {
            if walk.fuel == 0 || depth > MAX_DEPTH {
                return;
            }
            walk.fuel -= 1;
            let words = bare(&simple.words);
            let Some(first) = words.first() else { continue };
            if program(&first.text) == "cd" {
                folder = words.get(1).map_or(folder.clone(), |to| into(&folder, &to.text));
                continue;
            }
            let path = places.last().map_or("", |place| place.path.as_str());
            let then = next(commands.get(number + 1..).unwrap_or_default());
            if let Some(found) = recognise(words) {
                let mut places = places.to_vec();
                let last = Location { path: path.to_owned(), span: simple.span() };
                // What starts it is shown as narrow as the command, where that is the same line.
                match places.last_mut() {
                    Some(place) if place.path == last.path && contains(place.span, last.span) => {
                        *place = last;
                    }
                    _ => places.push(last),
                }
                let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
                Self::push(walk, places, simple, found.tool, words.join(" "), found.act, then);
                continue;
            }
            self.follow(simple, words, places, &folder, then, walk, depth);
        }
    }

    /// Where a command leads that is no tool's own.
    #[expect(clippy::too_many_arguments, reason = "what is around a command")]
    fn follow(
        &self,
        simple: &Simple,
        words: &[Word],
        places: &[Location],
        folder: &str,
        then: Option<String>,
        walk: &mut Walk<'_>,
        depth: usize,
    ) {
        let path = places.last().map_or("", |place| place.path.as_str());
        let first = words.first().map_or("", |word| word.text.as_str());
        let second = words.get(1).map_or("", |word| word.text.as_str());
        let name = match program(first) {
            "bun" if second == "run" && !words.get(2).is_some_and(|word| word.text.contains('.')) => "npm",
            "bun" => "node",
            name => name,
        };
        match name {
            "sh" | "bash" | "ash" | "zsh" | "dash" if second.starts_with('-') && second.ends_with('c') => {
                if let Some(inner) = words.get(2) {
                    // The quote stands before the text.
                    let base = inner.span.start.saturating_add(1);
                    let commands = shell::commands(&inner.text, base);
                    self.commands(&commands, places, folder, walk, depth + 1);
                }
            }
            "sh" | "bash" | "ash" | "zsh" | "dash" | "source" | "." => {
                let file = words.iter().skip(1).find(|word| !word.text.starts_with('-'));
                if let Some(file) = file {
                    self.script_file(&file.text, simple, places, folder, walk, depth);
                }
            }
            "npm" | "pnpm" | "yarn" | "turbo" | "nx" | "lerna" | "npm-run-all" | "run-s" | "concurrently" => {
                let before = walk.runs.len();
                let scripts = self.packaged(words, folder);
                // What a script does is told once.
                let told = scripts.iter().any(|script| walk.has_visited(script));
                for script in scripts {
                    self.script(script, simple, places, folder_of(&script.path), walk, depth);
                }
                let called = words.iter().skip(1).find(|word| !matches!(word.text.as_str(), "run" | "-s"));
                if let Some(called) = called.filter(|_| !told) {
                    Self::by_name(&called.text, before, simple, places, then, walk);
                }
            }
            "make" | "gmake" | "just" | "task" | "go-task" => {
                // `make in-pod COMMAND="npm run migrate"`
                let given = |word| shell::assignment(word).filter(|(name, _)| name.ends_with("COMMAND"));
                if let Some((word, (_, value))) = words.iter().find_map(|word| Some((word, given(word)?))) {
                    let commands = shell::commands(&value, word.span.start);
                    return self.commands(&commands, places, folder, walk, depth + 1);
                }
                let mut folder = folder.to_owned();
                let mut words = words.iter().skip(1);
                while let Some(word) = words.next() {
                    if word.text == "-C" {
                        folder = words.next().map_or(folder.clone(), |to| into(&folder, &to.text));
                        continue;
                    }
                    let before = walk.runs.len();
                    if let Some(script) = self.scripts.target(&word.text, &folder) {
                        if walk.has_visited(script) {
                            continue;
                        }
                        self.script(script, simple, places, folder_of(&script.path), walk, depth);
                    }
                    Self::by_name(&word.text, before, simple, places, then.clone(), walk);
                }
            }
            "docker-compose" => {
                self.compose(words.get(1..).unwrap_or_default(), simple, places, folder, walk, depth);
            }
            "docker" | "podman" if second == "compose" => {
                self.compose(words.get(2..).unwrap_or_default(), simple, places, folder, walk, depth);
            }
            // These make programs, and run none.
            "go" if matches!(second, "build" | "generate" | "get" | "install" | "mod" | "test" | "vet") => {}
            "node" | "tsx" | "ts-node" | "ts-node-dev" | "deno" | "python" | "python3" | "ruby" | "go" => {
                let file = words.iter().skip(1).find(|word| self.calls.is_program(&word.text, folder));
                if let Some(file) = file {
                    for (call, inner) in self.calls.of_program(&file.text, folder) {
                        let mut places = places.to_vec();
                        let last = Location { path: path.to_owned(), span: simple.span() };
                        match places.last_mut() {
                            Some(place) if place.path == last.path && contains(place.span, last.span) => {
                                *place = last;
                            }
                            _ => places.push(last),
                        }
                        places.push(inner);
                        Self::push(
                            walk,
                            places,
                            simple,
                            Some(call.tool),
                            call.words.clone(),
                            call.act,
                            then.clone(),
                        );
                    }
                    return;
                }
                // What it leads to is not here, and its name tells.
                let named = |word: &&Word| word.text.contains('.') && !word.text.starts_with('-');
                if let Some(file) = words.iter().skip(1).find(named) {
                    let name = name_of(&file.text);
                    Self::by_name(name, walk.runs.len(), simple, places, then, walk);
                }
            }
            _ => self.script_file(first, simple, places, folder, walk, depth),
        }
    }

    /// A script or target whose name says that it migrates, and of which no command of a tool could be seen.
    fn by_name(
        name: &str,
        before: usize,
        simple: &Simple,
        places: &[Location],
        then: Option<String>,
        walk: &mut Walk<'_>,
    ) {
        const OTHERS: [&str; 18] = [
            "wait", "lint", "verify", "create", "generate", "gen", "new", "down", "rollback", "revert",
            "undo", "list", "status", "check", "test", "dev", "build", "repl",
        ];
        let spoken = name.split(|letter: char| !letter.is_ascii_alphanumeric());
        let migrates = says_migration(name) && !spoken.into_iter().any(|word| OTHERS.contains(&word));
        if !migrates || walk.runs.len() > before || name.starts_with('-') {
            return;
        }
        let mut places = places.to_vec();
        let path = places.last().map_or("", |place| place.path.as_str()).to_owned();
        let here = Location { path, span: simple.span() };
        match places.last_mut() {
            Some(place) if place.path == here.path && contains(place.span, here.span) => *place = here,
            _ => places.push(here),
        }
        let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
        Self::push(walk, places, simple, None, words.join(" "), Act::Migrate, then);
    }

    /// The scripts that `npm run x` and its likes call.
    fn packaged(&self, words: &[Word], folder: &str) -> Vec<&Script> {
        let runner = program(words.first().map_or("", |word| word.text.as_str()));
        let mut package: Option<String> = None;
        let mut names: Vec<&str> = Vec::new();
        let mut rest = words.iter().skip(1);
        let mut past = false;
        while let Some(word) = rest.next() {
            let text = word.text.as_str();
            let value = |prefix: &str| text.strip_prefix(prefix).map(str::to_owned);
            if text == "--" {
                past = true;
            } else if past && !names.is_empty() {
                // `npm run with:env -- npm run other`: what follows is a command of its own.
                let tail: Vec<Word> = std::iter::once(word).chain(rest).cloned().collect();
                let mut found: Vec<&Script> = names
                    .iter()
                    .take(1)
                    .filter_map(|name| self.scripts.named(name, folder, package.as_deref()))
                    .collect();
                let inner = bare(&tail);
                if matches!(
                    program(inner.first().map_or("", |word| word.text.as_str())),
                    "npm" | "pnpm" | "yarn"
                ) {
                    found.extend(self.packaged_once(inner, folder));
                }
                return found;
            } else if matches!(
                text,
                "-w" | "--workspace" | "--filter" | "-F" | "-C" | "--prefix" | "--cwd" | "--dir"
            ) {
                package = rest.next().map(|word| word.text.clone());
            } else if let Some(name) =
                value("--filter=").or_else(|| value("--workspace=")).or_else(|| value("--cwd="))
            {
                package = Some(name);
            } else if text == "workspace" && runner == "yarn" {
                package = rest.next().map(|word| word.text.clone());
            } else if !text.starts_with('-') {
                names.push(text);
            }
        }
        self.of_names(runner, &names, folder, package.as_deref())
    }

    fn packaged_once(&self, words: &[Word], folder: &str) -> Vec<&Script> {
        let until = words.iter().position(|word| word.text == "--").unwrap_or(words.len());
        self.packaged(words.get(..until).unwrap_or_default(), folder)
    }

    fn of_names(&self, runner: &str, names: &[&str], folder: &str, package: Option<&str>) -> Vec<&Script> {
        let called: Vec<&str> = match (runner, names) {
            ("npm" | "pnpm" | "yarn" | "bun", ["run" | "run-script", name, ..]) => vec![name],
            ("npm", [name @ ("start" | "test" | "stop" | "restart"), ..]) => vec![name],
            ("pnpm" | "yarn" | "bun", ["turbo", names @ ..]) => {
                return self.of_names("turbo", names, folder, package);
            }
            ("pnpm" | "yarn" | "bun", [name, ..]) if !matches!(*name, "install" | "add" | "i") => vec![name],
            ("turbo" | "lerna", names) => {
                let names = names.iter().filter(|name| !matches!(**name, "run" | "exec"));
                return names
                    .flat_map(|name| match package {
                        Some(package) => {
                            self.scripts.named(name, folder, Some(package)).into_iter().collect()
                        }
                        // In the root's script of that name the runner calls all others.
                        None => self
                            .scripts
                            .everywhere(name)
                            .filter(|script| !script.text.contains("turbo") && !script.text.contains("lerna"))
                            .collect::<Vec<_>>(),
                    })
                    .collect();
            }
            ("nx", ["run", name, ..] | [name]) => {
                name.split_once(':').map(|(_, name)| name).into_iter().collect()
            }
            ("npm-run-all" | "run-s", names) => names.to_vec(),
            _ => Vec::new(),
        };
        let mut found = Vec::new();
        for name in called {
            for name in [format!("pre{name}"), name.to_owned(), format!("post{name}")] {
                found.extend(self.scripts.named(&name, folder, package));
            }
        }
        found
    }

    /// `docker compose run x`, `docker compose up x`: what the service's file says is read there.
    fn compose(
        &self,
        words: &[Word],
        simple: &Simple,
        places: &[Location],
        folder: &str,
        walk: &mut Walk<'_>,
        depth: usize,
    ) {
        let mut left =
            words.iter().skip_while(|word| !matches!(word.text.as_str(), "run" | "exec" | "up")).skip(1);
        let plain: Vec<&Word> = left.by_ref().filter(|word| !word.text.starts_with('-')).collect();
        let Some((service, command)) = plain.split_first() else { return };
        if !command.is_empty() {
            let words: Vec<Word> = command.iter().map(|word| (*word).clone()).collect();
            let inner = Simple { words, ..simple.clone() };
            self.commands(&[inner], places, folder, walk, depth + 1);
        } else if says_migration(&service.text) {
            let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
            let mut places = places.to_vec();
            let path = places.last().map_or("", |place| place.path.as_str()).to_owned();
            places.push(Location { path, span: simple.span() });
            Self::push(walk, places, simple, None, words.join(" "), Act::Migrate, None);
        }
    }

    /// A file that is run: a shell script.
    fn script_file(
        &self,
        written: &str,
        simple: &Simple,
        places: &[Location],
        folder: &str,
        walk: &mut Walk<'_>,
        depth: usize,
    ) {
        let Some(path) = find(self.tree, written, folder) else { return };
        let Some(text) = self.tree.text(path).filter(|text| is_shell(path, text)) else { return };
        let script = Script {
            path: path.to_owned(),
            span: super::scripts::span(0, text.len()),
            text: text.to_owned(),
        };
        self.script(&script, simple, places, folder, walk, depth);
    }

    fn script(
        &self,
        script: &Script,
        simple: &Simple,
        places: &[Location],
        folder: &str,
        walk: &mut Walk<'_>,
        depth: usize,
    ) {
        if !walk.visited.insert((script.path.clone(), script.span.start)) {
            return;
        }
        let mut places = places.to_vec();
        let path = places.last().map_or("", |place| place.path.as_str()).to_owned();
        let here = Location { path, span: simple.span() };
        match places.last_mut() {
            Some(place) if contains(place.span, here.span) => *place = here,
            _ => places.push(here),
        }
        places.push(Location { path: script.path.clone(), span: script.span });
        let commands = shell::commands(&script.text, script.span.start);
        self.commands(&commands, &places, folder, walk, depth + 1);
    }

    fn push(
        walk: &mut Walk<'_>,
        places: Vec<Location>,
        simple: &Simple,
        tool: Option<&'static str>,
        words: String,
        act: Act,
        then: Option<String>,
    ) {
        let start = walk.start;
        if walk.runs.iter().any(|run| run.words == words && run.act == act && run.tool == tool) {
            return;
        }
        let path = places.last().map_or("", |place| place.path.as_str()).to_owned();
        let own = simple
            .variables
            .iter()
            .map(|(name, word)| (path.as_str(), name.as_str(), word.text.as_str(), word.span));
        let around = start
            .variables
            .iter()
            .map(|(name, value, span)| (start.path.as_str(), name.as_str(), value.as_str(), *span));
        let variables: Vec<(&str, &str, &str, Span)> = own.chain(around).collect();
        let has_direct = variables.iter().any(|(_, name, _, _)| is_direct(name));
        let pooler = variables
            .iter()
            .filter(|_| !has_direct)
            .find_map(|(path, name, value, span)| pooler(path, name, value, *span));
        let local = variables.iter().any(|(_, _, value, _)| is_local(value)) && start.workflow.is_some();
        let watches = then.as_deref().is_some_and(|then| {
            ["nodemon", "--watch", "next dev", "vite dev", "ts-node-dev", "runserver", "--reload"]
                .iter()
                .any(|word| then.contains(word))
        });
        let by_script = places.iter().any(|place| is_development(&place.path));
        walk.runs.push(Run {
            places,
            tool,
            words,
            act,
            phase: start.phase,
            instances: start.instances.clone(),
            then,
            workflow: start.workflow.clone(),
            pooler,
            development: start.development || simple.development || by_script || local || watches,
        });
    }
}

/// What runs after a command, as far as it says something.
fn next(rest: &[Simple]) -> Option<String> {
    const QUIET: [&str; 14] = [
        "echo",
        "printf",
        "sleep",
        "set",
        "export",
        "cd",
        "exit",
        "status=$?",
        "true",
        "[",
        "test",
        "wait",
        "rm",
        "if",
    ];
    let telling =
        |simple: &&Simple| simple.words.first().is_some_and(|word| !QUIET.contains(&word.text.as_str()));
    rest.iter().find(telling).map(|simple| {
        let words: Vec<&str> = simple.words.iter().take(12).map(|word| word.text.as_str()).collect();
        words.join(" ")
    })
}

/// The folder after `cd`. What is absolute is meant inside of a container, where the end of the path is telling.
fn into(folder: &str, to: &str) -> String {
    if let Some(inside) = to.strip_prefix('/') {
        return inside.trim_end_matches('/').to_owned();
    }
    resolve(folder, to).unwrap_or_else(|| folder.to_owned())
}

/// The file that a script means: from the current folder, from the root, or the only one whose path ends so.
pub(super) fn find<'t>(tree: &Tree<'t>, written: &str, folder: &str) -> Option<&'t str> {
    let bare = written.trim_start_matches("./").trim_start_matches('/');
    if bare.is_empty() || bare.contains(['$', '*', ' ']) {
        return None;
    }
    let here = resolve(folder, written).unwrap_or_else(|| join(folder, bare));
    if tree.has(&here) {
        return tree.paths().find(|path| *path == here);
    }
    let same = tree.named(name_of(bare));
    let fits = |path: &str| path == bare || path.strip_suffix(bare).is_some_and(|rest| rest.ends_with('/'));
    let longest = same.iter().find(|path| fits(path) && !is_development(path));
    // Where an image has it under another folder, the name has to do.
    let in_folder = same.iter().find(|path| folder_of(path) == folder || folder_of(path).starts_with(folder));
    longest
        .or(if written.contains('/') || name_of(bare).ends_with(".sh") {
            in_folder.or(same.first())
        } else {
            None
        })
        .copied()
}

fn is_shell(path: &str, text: &str) -> bool {
    let name = name_of(path);
    if text.starts_with("#!") {
        let line = text.lines().next().unwrap_or_default();
        return line.contains("sh") || name.ends_with(".sh");
    }
    name.ends_with(".sh") || name.ends_with(".bash") || name.contains("entrypoint") && !name.contains('.')
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// An official image of a migration tool that is started with these words.
pub(super) fn of_image(image: &str, span: Span, mut words: Vec<Word>) -> Option<Simple> {
    let name = image_program(image)?;
    let span = words.first().map_or(span, |first| first.span);
    words.insert(0, Word { text: name.to_owned(), span });
    Some(shell::of_words(words))
}
