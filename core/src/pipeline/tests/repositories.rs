//! Small repositories in the shape of real ones: `repositories/*.md`, read by `crate::fixture`. The block `found` has a
//! line for each run that is found.

use std::fmt::Write as _;

use super::super::{Instances, Pipeline, read};
use crate::change::SourceFile;
use crate::text::LineIndex;

/// A line for each run: what, when, where, and what is said of it.
pub(super) fn shape(pipeline: &Pipeline, files: &[SourceFile]) -> String {
    let mut out = String::new();
    for run in &pipeline.runs {
        let place = |path: &str, at: u32| {
            let file = files.iter().find(|file| file.path == path).unwrap();
            let text = std::str::from_utf8(&file.bytes).unwrap();
            format!("{path}:{}", LineIndex::new(text).place(at).line)
        };
        let places: Vec<String> = run.places.iter().map(|it| place(&it.path, it.span.start)).collect();
        let _ = write!(out, "{:?} {:?} {}", run.phase, run.act, run.tool.unwrap_or("?"));
        let _ = write!(out, " `{}` {}", run.words, places.join(" > "));
        match &run.instances {
            Instances::One => {}
            Instances::Unknown => out.push_str("; how many is not known"),
            Instances::Several(why) => {
                let _ = write!(out, "; {why}");
            }
        }
        if let Some(then) = &run.then {
            let _ = write!(out, "; then `{then}`");
        }
        if let Some(workflow) = &run.workflow {
            if workflow.is_alone {
                out.push_str("; alone");
            }
            if let Some(after) = &workflow.after {
                let _ = write!(out, "; after `{after}`");
            }
            if workflow.in_matrix {
                out.push_str("; in a matrix");
            }
        }
        if let Some(pooler) = &run.pooler {
            let _ = write!(
                out,
                "; pooler `{}` at {}",
                pooler.sign,
                place(&pooler.location.path, pooler.location.span.start)
            );
        }
        if run.development {
            out.push_str("; development");
        }
        out.push('\n');
    }
    out
}

#[test]
fn pipelines_of_repositories() {
    crate::fixture::check("pipeline/tests/repositories", 5, |files| shape(&read(files, &[]), files));
}

#[test]
fn nonsense_is_read_without_end_or_panic() {
    let texts = [
        "",
        "{",
        "a: [",
        "FROM\nCMD [\nRUN \\\n",
        "[deploy\nrelease_command = \"",
        "services:\n  a:\n    command: [",
        "jobs:\n - x",
        "\u{feff}\u{e9}'",
    ];
    let names = [
        "package.json",
        "Dockerfile",
        "docker-compose.yml",
        "Procfile",
        "heroku.yml",
        "app.json",
        "fly.toml",
        "railway.json",
        "railway.toml",
        "render.yaml",
        "vercel.json",
        "netlify.toml",
        "k8s.yaml",
        ".github/workflows/a.yml",
        ".gitlab-ci.yml",
        "application.yml",
        "Makefile",
        "Taskfile.yml",
        "entrypoint.sh",
        "a.ts",
        "main.rs",
    ];
    for text in texts {
        let files: Vec<SourceFile> = names.iter().map(|name| SourceFile::new(*name, text)).collect();
        let _ = read(&files, &[]);
    }
    // Scripts that call each other for ever.
    let files = [SourceFile::new(
        "package.json",
        r#"{"scripts":{"start":"npm run a","a":"npm run b; npm run b","b":"npm run a; npm run start"}}"#,
    )];
    assert_eq!(read(&files, &[]).runs, []);
    // A manifest per line, a command per line.
    let many = "RUN a && b && c\n".repeat(5_000);
    let _ = read(&[SourceFile::new("Dockerfile", many)], &[]);
}
