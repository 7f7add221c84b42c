//! What the code that runs now and the code of the change make of what goes away: used, or proven not to be, or not
//! known; and why.

use std::collections::BTreeSet;

use super::evidence::{Evidence, Reference, Strength, Way};
use super::model::{Model, Models};
use super::names::{is_distinctive, plain};
use super::subject::{Fate, Kind, Subject};
use super::tree::{Hit, Side, search};
use crate::change::{CodeTrees, SourceFile};
use crate::rules::words;
use crate::text::{LineIndex, Span, decode};

/// How many places of one tree are kept.
const MOST: usize = 25;

/// The longest line that is shown, in characters.
const LINE: usize = 120;

/// Whether a tree of code uses something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Proven: it does not.
    Clean,
    /// Nothing was found, and nothing proves it.
    NotFound,
    /// A place may.
    Maybe,
    /// A place looks like it.
    Likely,
    /// It does.
    Used,
}

/// What one tree says of one subject.
#[derive(Clone, Debug)]
pub struct TreeVerdict {
    /// Whether it is used.
    pub state: State,
    /// Why the state is that one, as a sentence.
    pub why: String,
    /// Where, the surest first.
    pub references: Vec<Reference>,
    /// How many more places there are.
    pub more: usize,
}

/// What both trees say of one subject.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What goes away or is tightened.
    pub subject: Subject,
    /// The code that runs now.
    pub base: TreeVerdict,
    /// The code of the change.
    pub head: TreeVerdict,
}

impl Outcome {
    /// Code that runs now breaks, as far as evidence goes.
    pub fn breaks_old(&self) -> bool {
        self.base.state >= State::Likely
    }

    /// Code of the change that adds rows leaves out a column that the old code gave, and that has to be given.
    pub(super) fn is_left_out(&self) -> bool {
        self.subject.required && self.subject.fate == Fate::Dropped && self.head.state < State::Likely
    }

    /// Either tree uses it, as far as evidence goes.
    pub(super) fn is_used(&self) -> bool {
        self.base.state.max(self.head.state) >= State::Likely
    }

    /// Nothing proves that neither tree uses it.
    pub(super) fn may_be_used(&self) -> bool {
        self.base.state.max(self.head.state) > State::Clean
    }

    /// Neither tree uses it, and that is proven.
    pub fn is_proven(&self) -> bool {
        self.base.state == State::Clean && self.head.state <= State::NotFound
    }
}

/// What is known beside the trees.
pub(crate) struct Known<'a> {
    /// Names of tables of the database.
    pub(crate) tables: &'a [String],
    /// Files that hold migrations.
    pub(crate) migrations: &'a BTreeSet<&'a str>,
}

/// What was looked up.
pub(crate) struct Looked {
    /// In the order of the subjects.
    pub(crate) outcomes: Vec<Outcome>,
    /// How many files were searched before and after the change.
    pub(crate) files: (usize, usize),
    /// The models before and after the change.
    pub(crate) models: (Models, Models),
}

/// Looks up subjects in both trees.
pub(crate) fn look_up(trees: &CodeTrees, subjects: Vec<Subject>, known: &Known<'_>) -> Looked {
    let searched = search(trees, &subjects, known.tables, known.migrations);
    let files = searched.files;
    let verdict = |subject: &Subject, hits: &[Hit<'_>], side: Side| {
        let (models, count) = match side {
            Side::Base => (&searched.base, files.0),
            Side::Head => (&searched.head, files.1),
        };
        Case { subject, models, trees, side, count, talks: searched.talks }.verdict(hits)
    };
    let verdicts: Vec<(TreeVerdict, TreeVerdict)> = subjects
        .iter()
        .zip(&searched.hits)
        .map(|(subject, hits)| (verdict(subject, hits, Side::Base), verdict(subject, hits, Side::Head)))
        .collect();
    let models = (searched.base, searched.head);
    let outcomes = subjects
        .into_iter()
        .zip(verdicts)
        .map(|(subject, (base, head))| Outcome { subject, base, head })
        .collect();
    Looked { outcomes, files, models }
}

/// A place that counts in a tree.
struct Place<'a> {
    strength: Strength,
    path: &'a str,
    span: Span,
    why: String,
    declared: bool,
}

/// One subject in one tree.
struct Case<'a> {
    subject: &'a Subject,
    models: &'a Models,
    trees: &'a CodeTrees,
    side: Side,
    count: usize,
    talks: bool,
}

impl Case<'_> {
    fn verdict(&self, hits: &[Hit<'_>]) -> TreeVerdict {
        let hits: Vec<&Hit<'_>> =
            hits.iter().filter(|hit| hit.side.is_none_or(|side| side == self.side)).collect();
        let own: Vec<&Model> =
            self.models.models.iter().filter(|model| self.subject.is_table_of(model)).collect();
        let mut places: Vec<Place<'_>> = Vec::new();
        for (path, one) in self.declared(&own) {
            places.push(Place { strength: one.strength, path, span: one.span, why: one.why, declared: true });
        }
        for hit in &hits {
            for one in &hit.says.evidence {
                if let Some((strength, why)) = self.weighed(one, &own) {
                    places.push(Place {
                        strength,
                        path: &hit.file.path,
                        span: one.span,
                        why,
                        declared: false,
                    });
                }
            }
        }
        places.sort_by(|one, other| {
            other.strength.cmp(&one.strength).then(one.path.cmp(other.path)).then(one.span.cmp(&other.span))
        });
        places.dedup_by(|one, other| one.path == other.path && one.span == other.span);
        let state = match places.first().map(|place| place.strength) {
            Some(Strength::Strong) => State::Used,
            Some(Strength::Medium) => State::Likely,
            Some(Strength::Weak) => State::Maybe,
            None => State::NotFound,
        };
        let more = places.len().saturating_sub(MOST);
        let mut seen = BTreeSet::new();
        let references: Vec<Reference> = places
            .into_iter()
            .take(MOST)
            .map(|place| self.reference(place))
            .filter(|it| seen.insert((it.path.clone(), it.line)))
            .collect();
        if state >= State::Likely {
            let why = references.first().map_or_else(String::new, |first| format!("{}.", begin(&first.why)));
            return TreeVerdict { state, why, references, more };
        }
        let doubt = self.doubt(&hits, &own);
        // A place that may mean it keeps silence away only where no model tells that it does not.
        let told = !own.is_empty() && own.iter().all(|model| model.is_complete);
        match doubt {
            Some(why) => TreeVerdict { state, why, references, more },
            None if state == State::Maybe && !told => {
                let why = "The name stands in places that may mean it.".to_owned();
                TreeVerdict { state, why, references, more }
            }
            None => {
                let why = self.proof(&hits, &own);
                TreeVerdict { state: State::Clean, why, references: Vec::new(), more: 0 }
            }
        }
    }

    /// What models declare of it.
    fn declared<'m>(&'m self, own: &[&'m Model]) -> Vec<(&'m str, Evidence)> {
        let subject = self.subject;
        let mut found = Vec::new();
        for model in own {
            let (name, orm) = (words::code(&model.name), orm(model.orm));
            let mut add = |strength, span, why: String| {
                found.push((
                    model.path.as_str(),
                    Evidence { strength, way: Way::Model, name: String::new(), span, why },
                ));
            };
            if subject.kind == Kind::Table {
                let (strength, why) = if model.names_every_column {
                    (Strength::Strong, format!("{orm} has the model {name} for it"))
                } else {
                    (Strength::Weak, format!("{name} is its type for {orm}"))
                };
                add(strength, model.span, why);
                continue;
            }
            let field = model.fields.iter().find(|field| field.column == subject.part);
            match field {
                Some(field) if field.is_ignored => {}
                Some(field) if model.names_every_column => add(
                    Strength::Strong,
                    field.span,
                    format!(
                        "the model {name} has it, and {orm} names every column of a model in its queries"
                    ),
                ),
                Some(field) => add(Strength::Weak, field.span, format!("{name} has it, as a type for {orm}")),
                None if asks_database(model) && self.side == Side::Base => add(
                    Strength::Strong,
                    model.span,
                    format!(
                        "{orm} reads the columns of {name} when it starts and names them in its queries until it starts anew; \
                         `ignored_columns` does not list it"
                    ),
                ),
                None => {}
            }
        }
        if matches!(subject.kind, Kind::Label | Kind::Type) {
            let named = |name: &str| name.eq_ignore_ascii_case(&subject.relation);
            for one in self.models.enums.iter().filter(|one| named(&one.type_name)) {
                let label = one.labels.iter().find(|label| label.value == subject.part);
                let span =
                    if subject.kind == Kind::Type { Some(one.span) } else { label.map(|label| label.span) };
                if let Some(span) = span {
                    let why = format!("the enum {} of {} has it", words::code(&one.name), orm(one.orm));
                    let evidence = Evidence {
                        strength: Strength::Strong,
                        way: Way::Model,
                        name: String::new(),
                        span,
                        why,
                    };
                    found.push((one.path.as_str(), evidence));
                }
            }
        }
        found
    }

    /// A place in the light of what this tree's models say: a name that they give to another column, or to none, is no
    /// use of this one.
    fn weighed(&self, one: &Evidence, own: &[&Model]) -> Option<(Strength, String)> {
        let kept = || Some((one.strength, one.why.clone()));
        if self.subject.kind != Kind::Column || one.way != Way::Name || own.is_empty() {
            return kept();
        }
        let field = own.iter().flat_map(|model| &model.fields).find(|field| plain(&field.name) == one.name);
        match field {
            Some(field) if field.column == self.subject.part && !field.is_ignored => kept(),
            Some(_) => None,
            None if own.iter().all(|model| model.is_complete) => is_distinctive(self.subject.own_name())
                .then(|| {
                    (Strength::Weak, "the name stands there, but the model does not have it".to_owned())
                }),
            None => kept(),
        }
    }

    fn reference(&self, place: Place<'_>) -> Reference {
        let Place { strength, path, span, why, declared } = place;
        let changed = match self.side {
            Side::Base => &self.trees.base,
            Side::Head => &self.trees.head,
        };
        let file = changed.iter().chain(&self.trees.same).find(|file| file.path == path);
        let (line, text) = file.map_or((0, String::new()), |file| line_of(file, span));
        Reference { strength, path: path.to_owned(), line, text, why, declared }
    }

    /// Why nothing proves that it is not used; none where something does.
    fn doubt(&self, hits: &[&Hit<'_>], own: &[&Model]) -> Option<String> {
        if self.count == 0 {
            return Some("No code was found beside the migrations.".to_owned());
        }
        if let Some(unread) = self.trees.unread.first() {
            return Some(format!("Not all code was read: {unread}."));
        }
        let first = hits.iter().find_map(|hit| Some((hit, hit.says.doubts.first()?)));
        if let Some((hit, doubt)) = first {
            let (line, _) = line_of(hit.file, doubt.span);
            return Some(format!("At {} {}.", words::code(&format!("{}:{line}", hit.file.path)), doubt.why));
        }
        if let Some(model) = own.iter().find(|model| !model.is_complete && !asks_database(model)) {
            let place = words::code(&model.path);
            return Some(format!(
                "The model {} in {place} could not be read as a whole.",
                words::code(&model.name)
            ));
        }
        if !self.talks && !hits.iter().any(|hit| hit.says.queries_table) {
            return Some(
                "The code names no table of this database: what uses it may be elsewhere.".to_owned(),
            );
        }
        let named = hits.iter().any(|hit| hit.says.names_table);
        let subject = self.subject;
        if own.is_empty() && subject.kind == Kind::Column && !named {
            let table = words::code(&subject.relation);
            return Some(format!("The code does not name {table} at all: what uses it may be elsewhere."));
        }
        // A common name without a model says nothing, and nothing says that it does not.
        let common =
            |hit: &&&Hit<'_>| hit.says.has_name && (hit.says.names_table || subject.kind != Kind::Column);
        if own.is_empty()
            && let Some(hit) = hits.iter().find(common)
        {
            let (name, place) = (words::code(subject.own_name()), words::code(&hit.file.path));
            return Some(format!(
                "The name {name} stands in {place}, and nothing tells what it means there."
            ));
        }
        None
    }

    fn proof(&self, hits: &[&Hit<'_>], own: &[&Model]) -> String {
        let files = crate::report::words::counted(self.count, "file", "files");
        let name = words::code(&self.subject.shown);
        let mut why = match own.first() {
            Some(model) => format!(
                "The model {} ({}) does not have it, and no SQL in {files} names it.",
                words::code(&model.name),
                words::code(&model.path)
            ),
            None => format!("Nothing in {files} of code names {name}."),
        };
        let star = hits.iter().find_map(|hit| Some((hit, hit.says.stars.first()?)));
        if let Some((hit, span)) = star {
            let (line, _) = line_of(hit.file, *span);
            why.push_str(&format!(
                " `SELECT *` at {} reads whatever columns there are.",
                words::code(&format!("{}:{line}", hit.file.path))
            ));
        }
        why
    }
}

impl Subject {
    /// The model is of the subject's table.
    pub(super) fn is_table_of(&self, model: &Model) -> bool {
        matches!(self.kind, Kind::Column | Kind::Table)
            && model.table.eq_ignore_ascii_case(&self.relation)
            && match (&model.schema, &self.schema) {
                (Some(one), Some(other)) => one == other,
                _ => true,
            }
    }
}

/// The ORM asks the database for the columns when it starts.
fn asks_database(model: &Model) -> bool {
    model.orm == "active-record" && model.names_every_column && !model.is_complete
}

/// An ORM's name for people.
fn orm(id: &str) -> String {
    match id {
        "prisma" => "Prisma",
        "drizzle" => "Drizzle",
        "typeorm" => "TypeORM",
        "mikro-orm" => "MikroORM",
        "sequelize" => "Sequelize",
        "kysely" => "Kysely",
        "supabase" => "Supabase",
        "sqlalchemy" => "SQLAlchemy",
        "django" => "Django",
        "active-record" => "ActiveRecord",
        "ecto" => "Ecto",
        "diesel" => "diesel",
        other => other,
    }
    .to_owned()
}

fn line_of(file: &SourceFile, span: Span) -> (u32, String) {
    let Ok(text) = decode(&file.bytes) else { return (1, String::new()) };
    let line = LineIndex::new(text).place(span.start).line;
    let at = (span.start as usize).min(text.len());
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let whole = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
    let short: String = whole.chars().take(LINE).collect();
    let cut = if short.len() < whole.len() { "…" } else { "" };
    (line, format!("{short}{cut}"))
}

/// With a capital.
pub(super) fn begin(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}", letters.as_str())
}
