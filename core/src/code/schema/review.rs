//! A declared schema beside the migrations of a change: what one of them does and the other does not.
//!
//! Only the difference of differences counts. What the schema gained is held against what the migrations did and what
//! is there after them; what they disagreed on before the change is never told.

use std::collections::BTreeMap;

use super::facts::{Fact, Facts, TableKey};
use super::sources::{self, Source};
use super::{renames, steps::Steps};
use crate::catalog::Catalog;
use crate::change::{Change, SourceFile};
use crate::embedded::READS_CODE;
use crate::framework::{Irregularity, Mishap, ProjectScope, SchemaGap, SchemaLanguage};
use crate::postgres::Version;
use crate::replay::Sources;
use crate::review::Problem;
use crate::text::Span;

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Where schema and migrations disagree.
    pub(crate) irregular: Vec<Irregularity>,
    /// What could not be compared.
    pub(crate) problems: Vec<Problem>,
}

/// Compares what a project's schema gained and lost with what its migrations do. Nothing where there is no schema
/// before and after the change. The catalog is the one before the project's first migration; `alone` says that no
/// other project of the repository has the same tool.
pub(crate) fn review(
    change: &Change,
    scope: &ProjectScope,
    alone: bool,
    before: &Catalog,
    sources: &Sources<'_>,
    version: Version,
) -> Found {
    let mut found = Found::default();
    // Migrations that are not new may do anything to what databases have.
    if !READS_CODE || change.review.is_some() || !scope.between.is_empty() {
        return found;
    }
    let (base, head) = trees(change);
    let project = &scope.project;
    let Some((language, old_files)) = sources::files(project, &base, alone) else { return found };
    let Some((_, new_files)) = sources::files(project, &head, alone) else { return found };
    if scope.review.is_empty() && old_files == new_files {
        return found;
    }
    let read = |files: &[&SourceFile]| sources::read(project, language, files, version);
    let (Some(old), Some(new)) = (read(&old_files), read(&new_files)) else { return found };
    let steps = Steps::run(scope, before, sources, version);
    let sides = Sides { old: &old, new: &new, steps: &steps };
    if !sides.agree() {
        return found;
    }
    found.problems.extend(sides.skipped());
    sides.not_migrated(&mut found.irregular);
    sides.not_declared(&mut found.irregular);
    found.irregular.extend(renames::find(&sides));
    found
}

/// The files before and after the change, code included.
fn trees(change: &Change) -> (Vec<&SourceFile>, Vec<&SourceFile>) {
    let mut base: Vec<&SourceFile> = change.base.iter().collect();
    let mut head: Vec<&SourceFile> = change.head.iter().collect();
    if let Some(code) = &change.code {
        base.extend(code.same.iter().chain(&code.base));
        head.extend(code.same.iter().chain(&code.head));
    }
    (base, head)
}

/// Everything that is compared.
pub(super) struct Sides<'a> {
    pub(super) old: &'a Source,
    pub(super) new: &'a Source,
    pub(super) steps: &'a Steps,
}

impl Sides<'_> {
    /// The schema before the change and the migrations before it speak of the same tables. A folder of migrations that
    /// nobody uses any more proves nothing.
    fn agree(&self) -> bool {
        let declared = &self.old.facts.tables;
        let both = declared.keys().filter(|key| self.steps.before.tables.contains_key(*key)).count();
        both * 2 > declared.len()
    }

    /// Tables that are left out though the change has to do with them.
    fn skipped(&self) -> Vec<Problem> {
        let concerned = |key: &TableKey| {
            let changed = |one: &Facts, other: &Facts| one.tables.get(key) != other.tables.get(key);
            changed(&self.old.facts, &self.new.facts) || changed(&self.steps.before, &self.steps.after)
        };
        let skipped = self.new.skipped.iter().filter(|(key, _)| concerned(key));
        let problem = |(key, (path, span)): (&TableKey, &(String, Span))| Problem {
            path: path.clone(),
            span: Some(*span),
            message: format!(
                "This part of the declaration of `{}` is not understood: the table is not compared with the migrations.",
                shown(key)
            ),
            harmless: true,
        };
        skipped.map(problem).collect()
    }

    /// The table can be compared: all of it is understood, and the tool has it in its hands.
    pub(super) fn is_comparable(&self, key: &TableKey) -> bool {
        let sides = [self.old, self.new];
        sides.iter().all(|side| !side.skipped.contains_key(key) && !side.beside.contains(key))
    }

    /// What the schema asks for and nothing makes.
    fn not_migrated(&self, found: &mut Vec<Irregularity>) {
        let (old, new) = (&self.old.facts, &self.new.facts);
        let (before, after) = (&self.steps.before, &self.steps.after);
        let mut gaps: BTreeMap<TableKey, (Vec<Fact>, Vec<Fact>)> = BTreeMap::new();
        for fact in new.beyond(old) {
            let key = fact.table().clone();
            if !self.is_comparable(&key) || after.has(&fact) || self.is_vague(&fact) {
                continue;
            }
            let is_missing = match &fact {
                // The table may stand in another schema of the database.
                Fact::Table(_) => !after.names.contains(&key.1),
                Fact::Column(..) => after.tables.contains_key(&key),
                Fact::NotNull(_, name) => {
                    let nullable = |facts: &Facts| facts.column(&key, name).is_some_and(|it| !it.not_null);
                    nullable(before) && nullable(after)
                }
                Fact::Type(_, name, _) => {
                    let declared = old.column(&key, name).and_then(|it| it.type_name.as_ref());
                    let stays = after.column(&key, name).and_then(|it| it.type_name.as_ref());
                    declared.is_some() && declared == stays
                }
                Fact::Index(_, columns, _) => after.tables.get(&key).is_some_and(|table| {
                    columns.iter().all(|name| table.columns.contains_key(name))
                        && !table.covered.contains(columns)
                }),
            };
            if is_missing {
                gaps.entry(key).or_default().0.push(fact);
            }
        }
        for fact in old.beyond(new) {
            let key = fact.table().clone();
            let (Fact::Column(_, name) | Fact::NotNull(_, name)) = &fact else { continue };
            // What the schema no longer says may go later; but a column that has to be filled is not filled then.
            let refuses = after.column(&key, name).is_some_and(|it| it.not_null && !it.is_filled);
            let same = before.column(&key, name).is_some_and(|it| it.not_null);
            if self.is_comparable(&key) && refuses && same && !self.is_vague(&fact) {
                gaps.entry(key).or_default().1.push(fact);
            }
        }
        for (key, (made, taken)) in gaps {
            let place = self.new.places.get(&key);
            let column = made.iter().find_map(Fact::column);
            let span = place.map_or_else(Span::default, |place| {
                let own = place.columns.iter().find(|(name, _)| Some(name.as_str()) == column);
                own.map_or(place.span, |(_, span)| *span)
            });
            let gap = self.gap(&key, &made, &taken);
            found.push(Irregularity {
                path: place.map_or_else(|| self.new.path.clone(), |place| place.path.clone()),
                migration: String::new(),
                span,
                mishap: Mishap::NotMigrated(gap),
            });
        }
    }

    /// What migrations do and the schema does not say.
    fn not_declared(&self, found: &mut Vec<Irregularity>) {
        let (old, new) = (&self.old.facts, &self.new.facts);
        let mut gaps: BTreeMap<(usize, TableKey), (Vec<Fact>, Vec<Fact>)> = BTreeMap::new();
        for fact in self.steps.after.beyond(&self.steps.before) {
            let key = fact.table().clone();
            if !self.is_comparable(&key) || new.has(&fact) || self.is_vague(&fact) {
                continue;
            }
            let declared = new.tables.get(&key);
            let is_unknown = match &fact {
                Fact::Table(_) => self.is_own(&key),
                Fact::Column(..) => declared.is_some() && old.tables.contains_key(&key),
                Fact::NotNull(_, name) => {
                    let nullable = |facts: &Facts| {
                        facts.column(&key, name).is_some_and(|it| {
                            !it.not_null && it.type_name.as_ref().is_some_and(|name| !name.ends_with("[]"))
                        })
                    };
                    nullable(old) && nullable(new)
                }
                Fact::Type(_, name, _) => {
                    let stays = new.column(&key, name).and_then(|it| it.type_name.as_ref());
                    let was = self.steps.before.column(&key, name).and_then(|it| it.type_name.as_ref());
                    stays.is_some() && stays == was
                }
                Fact::Index(_, columns, _) => {
                    self.new.language != SchemaLanguage::Drizzle
                        && old.tables.contains_key(&key)
                        && declared.is_some_and(|table| {
                            columns.iter().all(|name| table.columns.contains_key(name))
                                && !table.covered.contains(columns)
                        })
                }
            };
            if let Some(number) = self.steps.made(&fact).filter(|_| is_unknown) {
                gaps.entry((number, key)).or_default().0.push(fact);
            }
        }
        for fact in self.steps.before.beyond(&self.steps.after) {
            let key = fact.table().clone();
            let same = old.has(&fact) && new.has(&fact);
            let told = match &fact {
                Fact::Type(..) => false,
                Fact::Index(..) => self.new.language != SchemaLanguage::Drizzle,
                _ => true,
            };
            if !self.is_comparable(&key) || !same || !told || self.is_vague(&fact) {
                continue;
            }
            if let Some(number) = self.steps.taken(&fact) {
                gaps.entry((number, key)).or_default().1.push(fact);
            }
        }
        for ((number, key), (made, taken)) in gaps {
            let Some(step) = self.steps.all.get(number) else { continue };
            let gap = self.gap(&key, &made, &taken);
            found.push(Irregularity {
                path: step.path.clone(),
                migration: step.migration.clone(),
                span: step.span,
                mishap: Mishap::NotDeclared(gap),
            });
        }
    }

    /// A table that the tool would have in its hands, in a schema that it knows.
    fn is_own(&self, key: &TableKey) -> bool {
        let facts = &self.new.facts;
        self.new.language != SchemaLanguage::Drizzle
            && facts.schemas.contains(&key.0)
            && !facts.names.contains(&key.1)
    }

    /// Nothing follows from what the replay has of the table: parts of it may be missing.
    fn is_vague(&self, fact: &Fact) -> bool {
        let vague = |facts: &Facts| facts.tables.get(fact.table()).is_some_and(|table| !table.is_sure);
        vague(&self.steps.before) || vague(&self.steps.after)
    }

    fn gap(&self, key: &TableKey, made: &[Fact], taken: &[Fact]) -> SchemaGap {
        SchemaGap {
            language: self.new.language,
            table: shown(key),
            schema: self.new.places.get(key).map_or_else(|| self.new.path.clone(), |it| it.path.clone()),
            made: made.iter().map(Fact::words).collect(),
            taken: taken.iter().map(Fact::words).collect(),
            whole: made.iter().chain(taken).any(|fact| matches!(fact, Fact::Table(_))),
        }
    }
}

/// A table as reports show it.
pub(super) fn shown((schema, name): &TableKey) -> String {
    if schema == "public" { name.clone() } else { format!("{schema}.{name}") }
}
