//! Dockerfiles: `CMD` and `ENTRYPOINT`, which start the application; `RUN`, which builds it.

use super::Source;
use crate::framework::tree::{folder_of, name_of};
use crate::framework::yaml::{self, Node};
use crate::pipeline::environment::{is_development, says_migration};
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::scripts::span;
use crate::pipeline::shell::{self, Simple, Word};
use crate::text::Span;

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    let lower = source.name.to_ascii_lowercase();
    let is_one = lower.starts_with("dockerfile")
        || lower.starts_with("containerfile")
        || lower.ends_with(".dockerfile");
    if is_one {
        return dockerfile(source);
    }
    // Scripts that images start with: they count where no Dockerfile leads to them.
    let is_entry = lower.contains("entrypoint") && (lower.ends_with(".sh") || !lower.contains('.'));
    if !is_entry || source.path.contains("initdb") {
        return Vec::new();
    }
    let whole = span(0, source.text.len());
    let mut start =
        Start::shell(source.path, whole, source.text, Phase::StartUp).instances(Instances::Unknown);
    start.is_led_to = true;
    start.development = is_development(source.path);
    vec![start]
}

/// An instruction with the lines that carry it on.
struct Instruction<'a> {
    name: String,
    rest: &'a str,
    at: usize,
}

fn instructions(text: &str) -> Vec<Instruction<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        let mut end = at;
        let mut last = line;
        let is_comment = line.trim_start().starts_with('#');
        while !is_comment && last.trim_end().ends_with('\\')
            || last.trim_start().starts_with('#') && end > start + line.len()
        {
            let Some(next) = lines.next() else { break };
            at += next.len();
            end = at;
            last = next;
        }
        if is_comment {
            continue;
        }
        let whole = text.get(start..end).unwrap_or_default();
        let trimmed = whole.trim_start();
        let blank = whole.len() - trimmed.len();
        let Some((name, rest)) = trimmed.split_once(char::is_whitespace) else { continue };
        found.push(Instruction { name: name.to_ascii_uppercase(), rest, at: start + blank + name.len() + 1 });
    }
    found
}

fn dockerfile(source: &Source<'_, '_>) -> Vec<Start> {
    let mut starts = Vec::new();
    let mut folder = folder_of(source.path).to_owned();
    let mut variables: Vec<(String, String, Span)> = Vec::new();
    let mut entry: Option<(Span, Vec<Simple>)> = None;
    let mut last: Option<(Span, Vec<Simple>)> = None;
    let development = is_development(source.path);
    let mut stage_is_test = false;
    let mut copies: Vec<(String, String)> = Vec::new();
    for instruction in instructions(source.text) {
        match instruction.name.as_str() {
            "FROM" => {
                (entry, last) = (None, None);
                variables.clear();
                let stage = instruction.rest.split_whitespace().last().unwrap_or_default();
                stage_is_test = crate::pipeline::environment::says_development(stage)
                    && instruction.rest.contains(" AS ")
                    || crate::pipeline::environment::says_development(stage)
                        && instruction.rest.contains(" as ");
            }
            "WORKDIR" => {
                instruction.rest.trim().trim_matches('"').trim_start_matches('/').clone_into(&mut folder);
            }
            "ENV" => {
                let words = shell::commands(&format!("x {}", instruction.rest.trim()), 0);
                let pairs = words.iter().flat_map(|it| &it.words).filter_map(shell::assignment);
                let place = span(instruction.at, instruction.at + instruction.rest.trim_end().len());
                variables.extend(pairs.map(|(name, value)| (name, value, place)));
            }
            "RUN" => {
                let found = commands(source, &instruction);
                let mut start = Start::of(source.path, found.0, found.1, Phase::Build);
                start.folder.clone_from(&folder);
                start.variables.clone_from(&variables);
                start.development = development || stage_is_test;
                starts.push(start);
            }
            "COPY" | "ADD" => copies.extend(renamed(instruction.rest)),
            "CMD" => last = Some(commands(source, &instruction)),
            "ENTRYPOINT" => entry = Some(commands(source, &instruction)),
            _ => {}
        }
    }
    for (_, commands) in entry.iter_mut().chain(&mut last) {
        for word in commands.iter_mut().filter_map(|it| it.words.first_mut()) {
            let copied = copies.iter().rfind(|(_, to)| name_of(to) == name_of(&word.text));
            if let Some((from, _)) = copied {
                word.text.clone_from(from);
            }
        }
    }
    // An image that is there for migrations runs once, like a job.
    let named = says_migration(source.path);
    let mut begin = |(place, commands): (Span, Vec<Simple>)| {
        let mut start =
            Start::of(source.path, place, commands, if named { Phase::Job } else { Phase::StartUp })
                .instances(if named { Instances::One } else { Instances::Unknown });
        start.folder.clone_from(&folder);
        start.variables.clone_from(&variables);
        start.development = development || stage_is_test;
        starts.push(start);
    };
    match (entry, last) {
        (Some(entry), Some(cmd)) => {
            begin(entry.clone());
            // `ENTRYPOINT ["tini", "--"]` runs the command.
            begin(joined(&entry, cmd));
        }
        (Some(one), None) | (None, Some(one)) => begin(one),
        (None, None) => {}
    }
    starts
}

/// A file that gets another name in the image: `COPY docker/start.sh /entrypoint.sh`.
fn renamed(copy: &str) -> Option<(String, String)> {
    let mut paths = copy.split_whitespace().filter(|word| !word.starts_with("--"));
    let (from, to) = (paths.next()?, paths.next()?);
    let other = paths.next().is_none() && !to.ends_with('/') && name_of(from) != name_of(to);
    (other && !copy.contains("--from")).then(|| (from.to_owned(), to.to_owned()))
}

/// What an entry point runs that is given a command.
fn joined(entry: &(Span, Vec<Simple>), cmd: (Span, Vec<Simple>)) -> (Span, Vec<Simple>) {
    let wraps = entry.1.iter().filter_map(|it| it.words.first()).any(|word| {
        matches!(
            crate::pipeline::commands::program(&word.text),
            "tini"
                | "dumb-init"
                | "sh"
                | "bash"
                | "/init"
                | "doppler"
                | "infisical"
                | "npm"
                | "yarn"
                | "pnpm"
        )
    });
    match (wraps, entry.1.as_slice(), cmd.1.as_slice()) {
        (true, [first], [second]) if !first.words.iter().any(|word| word.text.ends_with(".sh")) => {
            let mut words = first.words.clone();
            words.extend(second.words.clone());
            (cmd.0, vec![shell::of_words(words)])
        }
        _ => cmd,
    }
}

/// A list in brackets, or a line of a shell.
fn commands(source: &Source<'_, '_>, instruction: &Instruction<'_>) -> (Span, Vec<Simple>) {
    let rest = instruction.rest;
    let blank = rest.len() - rest.trim_start().len();
    let (from, bare) = (instruction.at + blank, rest.trim());
    let place = span(from, from + bare.len());
    if bare.starts_with('[')
        && let Some(Node::List(items)) = yaml::parse(bare)
    {
        let shift = |inner: Span| span(from + inner.start as usize, from + inner.end as usize);
        let words: Vec<Word> = items
            .iter()
            .filter_map(|item| match item {
                Node::Scalar(scalar) => Some(Word { text: scalar.text.clone(), span: shift(scalar.span) }),
                _ => None,
            })
            .collect();
        return (place, vec![shell::of_words(words)]);
    }
    // `RUN --mount=… command`
    let mut text = source.text.get(from..from + bare.len()).unwrap_or(bare).to_owned();
    while let Some(options) = text.trim_start().strip_prefix("--") {
        let length = text.len() - options.len() + options.find(char::is_whitespace).unwrap_or(options.len());
        let Some(tail) = text.get(length..) else { break };
        let next = format!("{}{tail}", " ".repeat(length));
        if next == text {
            break;
        }
        text = next;
    }
    (place, shell::commands(&text, u32::try_from(from).unwrap_or(u32::MAX)))
}
