//! Django: the operations of a migration as its `PostgreSQL` schema editor renders them (5.2), with what django-pgtrigger
//! adds. Operations say what changes in models, so that models are kept from migration to migration.

mod fields;
mod joins;
mod operations;
mod triggers;

use std::collections::BTreeMap;

use super::CodeTool;
use super::digest;
use super::render::quoted;
use crate::embedded::files::Load;
use crate::embedded::reader::Reader;
use crate::embedded::sent::Item;
use crate::embedded::tree::{Kind, Link, Node, Step};
use crate::embedded::{Code, Files, Language, parser};
use crate::text::Span;
use fields::Field;
use joins::Join;

/// Django, as far as one migration can be read without the ones before it.
pub(in crate::embedded) const TOOL: CodeTool =
    CodeTool::new("django", |_, _| Code::default(), |_, _, _, _| false);

/// The models of a project, as its migrations made them.
#[derive(Debug, Default)]
pub struct Models {
    known: BTreeMap<(String, String), Model>,
    /// Tables and keys of all models, wherever they are made.
    targets: BTreeMap<(String, String), Target>,
    joins: Vec<Join>,
    /// By model and name of a trigger: its identifier in the database, and its table.
    triggers: BTreeMap<((String, String), String), (String, String)>,
}

/// A model: its table and its fields.
#[derive(Clone, Debug, Default)]
struct Model {
    table: String,
    fields: Vec<(String, Field)>,
    /// It has no table of its own: a proxy, or one that Django does not manage.
    absent: bool,
}

/// What a foreign key points to.
#[derive(Clone, Debug)]
struct Target {
    table: String,
    column: String,
    kind: String,
}

impl Models {
    /// Takes note of the models that a migration makes, for foreign keys of others.
    pub fn survey(&mut self, path: &str, text: &str) {
        let files = Files::default();
        let Some(mut reader) = reader_of(path, text, &files) else { return };
        let app = app_of(path);
        let steps = parser::steps(text, whole(text), Language::Python);
        reader.learn(&steps);
        let Some(operations) = operations(&steps) else { return };
        for node in &operations {
            if let Some(("CreateModel", Some(call))) = called(node) {
                operations::note_target(self, &mut reader, &app, call);
            }
        }
    }

    /// What a migration sends, with the models as the migrations before it left them.
    pub fn code(&mut self, path: &str, text: &str, files: &Files<'_>) -> Code {
        let Some(mut reader) = reader_of(path, text, files) else { return Code::default() };
        let app = app_of(path);
        let steps = parser::steps(text, whole(text), Language::Python);
        reader.learn(&steps);
        let Some(operations) = operations(&steps) else { return Code::default() };
        let mut editor = operations::Editor::new(self, app);
        for node in &operations {
            editor.apply(&mut reader, node, true);
        }
        let deferred = editor.deferred();
        reader.items.extend(deferred);
        let up: Vec<Item> = std::mem::take(&mut reader.items);
        let outside = steps.iter().any(|step| match step {
            Step::Class(class) => class.body.iter().any(|step| {
                matches!(step, Step::Assign(name, value) if name == "atomic" && matches!(value.kind, Kind::Bool(false)))
            }),
            _ => false,
        });
        let mut code = Code { up, down: None, outside, found: true, ..Code::default() };
        code.count();
        code
    }

    fn target(&self, app: &str, model: &str) -> Option<&Target> {
        self.targets.get(&(app.to_owned(), model.to_lowercase()))
    }
}

fn reader_of<'a>(path: &'a str, text: &'a str, files: &'a dyn Load) -> Option<Reader<'a>> {
    (text.len() <= super::super::LONGEST).then(|| Reader::new(text, path, Language::Python, files, TOOL))
}

fn whole(text: &str) -> Span {
    Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX))
}

/// The label of the app that a migration belongs to: the folder above `migrations`.
fn app_of(path: &str) -> String {
    let mut parts = path.rsplit('/').skip(1);
    parts.next();
    parts.next().unwrap_or_default().to_owned()
}

/// The list `operations` of the class `Migration`.
fn operations(steps: &[Step]) -> Option<Vec<Node>> {
    steps.iter().find_map(|step| match step {
        Step::Class(class) if class.name == "Migration" => {
            let list = class.body.iter().rev().find_map(|step| match step {
                Step::Assign(name, value) if name == "operations" => Some(value),
                _ => None,
            });
            Some(match list.map(|node| &node.kind) {
                Some(Kind::List(items)) => items.clone(),
                Some(_) => list.map(|node| (**node).clone()).into_iter().collect(),
                None => Vec::new(),
            })
        }
        _ => None,
    })
}

/// The last name of `migrations.AddField`, and its call.
fn called(node: &Node) -> Option<(&str, Option<&crate::embedded::tree::Call>)> {
    match &node.kind {
        Kind::Name(name) => Some((name, None)),
        Kind::Chain(root, links) => {
            let mut name = root.word().unwrap_or_default();
            let mut call = None;
            for link in links {
                match link {
                    Link::Member(member, _) => name = member,
                    Link::Call(arguments) => call = Some(arguments),
                    _ => return None,
                }
            }
            Some((name, call))
        }
        _ => None,
    }
}

/// Django's names of indexes and constraints: table, columns, a digest, cut to fit.
fn index_name(table: &str, columns: &[String], suffix: &str) -> String {
    let mut hashed = table.to_owned();
    columns.iter().for_each(|column| hashed.push_str(column));
    let digest: String = digest::md5(&hashed).chars().take(8).collect();
    let mut tail = format!("{digest}{suffix}");
    let joined = columns.join("_");
    let whole = format!("{table}_{joined}_{tail}");
    if whole.len() <= 63 {
        return whole;
    }
    tail = tail.chars().take(21).collect();
    let other = (63 - tail.len()) / 2 - 1;
    let cut = |text: &str| text.chars().take(other).collect::<String>();
    let name = format!("{}_{}_{tail}", cut(table), cut(&joined));
    if name.starts_with(|letter: char| letter == '_' || letter.is_ascii_digit()) {
        let shorter: String = name.chars().take(name.chars().count() - 1).collect();
        return format!("D{shorter}");
    }
    name
}

/// Columns between commas.
fn columns(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
