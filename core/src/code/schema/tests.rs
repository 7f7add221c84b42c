//! What declared schemas say, as SQL, and which names their models give. Each page under `tests/` holds files and what
//! is expected of them.

use super::{drizzle, prisma};
use crate::change::SourceFile;
use crate::code::models;
use crate::postgres::Version;

const PAGES: &[(&str, &str)] = &[
    ("drizzle", include_str!("tests/drizzle.md")),
    ("drizzle-casing", include_str!("tests/drizzle-casing.md")),
    ("prisma", include_str!("tests/prisma.md")),
    ("prisma-folder", include_str!("tests/prisma-folder.md")),
];

/// The fences of a page: what stands behind the marks, and the text.
fn fences(page: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            is_open = !is_open;
            if is_open {
                found.push((info, String::new()));
            }
        } else if let Some((_, text)) = found.last_mut().filter(|_| is_open) {
            text.push_str(line);
            text.push('\n');
        }
    }
    found
}

fn files(page: &str) -> Vec<SourceFile> {
    let files = fences(page).into_iter();
    files.filter_map(|(info, text)| Some(SourceFile::new(info.split_once(' ')?.1, text))).collect()
}

fn expected(page: &str, kind: &str) -> String {
    fences(page).into_iter().filter(|(info, _)| *info == kind).map(|(_, text)| text).collect()
}

#[test]
fn declarations_say_what_the_tool_makes_of_them() {
    for (name, page) in PAGES {
        let files = files(page);
        let files: Vec<&SourceFile> = files.iter().collect();
        let mut sql = String::new();
        for one in prisma::read(&files) {
            assert!(!one.catalog(Version::default()).relations.is_empty());
            sql.push_str(&one.sql());
        }
        let looking: Vec<&SourceFile> = files
            .iter()
            .copied()
            .filter(|file| drizzle::looks(&file.path, std::str::from_utf8(&file.bytes).unwrap()))
            .collect();
        sql.push_str(&drizzle::read(&looking).sql());
        assert_eq!(sql.trim(), expected(page, "sql").trim(), "{name}");
    }
}

#[test]
fn models_take_their_names_from_the_declarations() {
    for (name, page) in PAGES {
        let files = files(page);
        let files: Vec<&SourceFile> = files.iter().collect();
        let models = models::read(&files);
        let mut lines = Vec::new();
        for model in &models.models {
            let file = files.iter().find(|file| file.path == model.path).unwrap();
            let text = std::str::from_utf8(&file.bytes).unwrap();
            let schema = model.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            let fields: Vec<String> = model
                .fields
                .iter()
                .map(|field| {
                    assert!(!field.span.of(text).is_empty());
                    let ignored = if field.is_ignored { "!" } else { "" };
                    format!("{ignored}{}={}", field.name, field.column)
                })
                .collect();
            let complete = if model.is_complete { "" } else { " (not complete)" };
            let head = model.span.of(text).split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push(format!(
                "{head}: {}={schema}{}: {}{complete}",
                model.name,
                model.table,
                fields.join(" ")
            ));
        }
        for one in &models.enums {
            let labels: Vec<String> =
                one.labels.iter().map(|label| format!("{}={}", label.name, label.value)).collect();
            lines.push(format!("enum {}={}: {}", one.name, one.type_name, labels.join(" ")));
        }
        assert_eq!(lines.join("\n").trim(), expected(page, "models").trim(), "{name}");
    }
}
