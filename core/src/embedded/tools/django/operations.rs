//! Operations of Django's migrations.

use super::super::render::{expected, literal, quoted};
use super::fields::{self, Field};
use super::{Model, Models, Target, called, columns, index_name};
use crate::embedded::reader::Reader;
use crate::embedded::sent::{Item, Sql};
use crate::embedded::tree::{Call, Kind, Link, Node};
use crate::text::{Placed, Span};

pub(super) type Texts = Result<Vec<String>, String>;

/// The table and key of a model that a migration makes.
pub(super) fn note_target(models: &mut Models, reader: &mut Reader<'_>, app: &str, call: &Call) {
    let Ok(Some(name)) = option(reader, call, "name", 0) else { return };
    let mut target = Target {
        table: table_name(reader, app, &name, call),
        column: "id".to_owned(),
        kind: "bigint".to_owned(),
    };
    for (field_name, node) in listed(reader, call.named("fields").or_else(|| call.at(1))) {
        let own =
            called(&node).and_then(|(_, call)| call).is_some_and(|call| call.named("primary_key").is_some());
        if own && let Ok(field) = fields::read(models, reader, app, &field_name, &node) {
            target.column = field.column;
            target.kind = field.kind;
        }
    }
    models.targets.insert((app.to_owned(), name.to_lowercase()), target);
}

pub(super) fn option(
    reader: &mut Reader<'_>,
    call: &Call,
    name: &str,
    place: usize,
) -> Result<Option<String>, String> {
    match call
        .arguments
        .iter()
        .find(|argument| argument.name.as_deref() == Some(name))
        .map(|it| &it.value)
        .or_else(|| call.at(place))
    {
        Some(node) => expected(reader.plain(node), &format!("a text for `{name}`")).map(Some),
        None => Ok(None),
    }
}

fn table_name(reader: &mut Reader<'_>, app: &str, model: &str, call: &Call) -> String {
    let named = call.named("options").and_then(|options| reader.key_text(options, "db_table").ok().flatten());
    named.unwrap_or_else(|| format!("{app}_{}", model.to_lowercase())).trim_matches('"').to_owned()
}

/// `[("name", models.X(…)), …]`
fn listed(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(String, Node)> {
    let Some(node) = node else { return Vec::new() };
    let seen = reader.seen(node);
    let Kind::List(items) = &seen.kind else { return Vec::new() };
    let mut fields = Vec::new();
    for item in items {
        if let Kind::List(pair) = &item.kind
            && let [name, field] = pair.as_slice()
            && let Some(name) = reader.plain(name)
        {
            fields.push((name, (*reader.seen(field)).clone()));
        }
    }
    fields
}

/// The schema editor of one migration.
pub(super) struct Editor<'m> {
    pub(super) models: &'m mut Models,
    pub(super) app: String,
    /// What is sent at the end of the migration.
    pub(super) later: Vec<(Span, String)>,
}

impl<'m> Editor<'m> {
    pub(super) fn new(models: &'m mut Models, app: String) -> Self {
        Editor { models, app, later: Vec::new() }
    }

    /// What the editor sends when it is done.
    pub(super) fn deferred(&mut self) -> Vec<Item> {
        std::mem::take(&mut self.later)
            .into_iter()
            .map(|(span, sql)| Item { span, sql: Sql::Text(Placed::made(&sql, span)) })
            .collect()
    }

    /// Applies an operation to the models and, unless it is there for the state only, to the database.
    pub(super) fn apply(&mut self, reader: &mut Reader<'_>, node: &Node, database: bool) {
        let Some((name, Some(call))) = called(node) else {
            if database {
                reader.miss(node.span, "an operation that is written here");
            }
            return;
        };
        let span = node.span;
        match name {
            "SeparateDatabaseAndState" => {
                for (key, place, counts) in
                    [("database_operations", 0, database), ("state_operations", 1, false)]
                {
                    let list =
                        call.named(key).or_else(|| call.at(place)).map(|node| (*reader.seen(node)).clone());
                    if let Some(Node { kind: Kind::List(items), .. }) = list {
                        // The state does not follow what is done to the database only.
                        let before = (key == "database_operations").then(|| self.models.known.clone());
                        for item in &items {
                            self.apply(reader, item, counts);
                        }
                        if let Some(before) = before {
                            self.models.known = before;
                        }
                    }
                }
                return;
            }
            "RunSQL" if database => {
                self.run_sql(reader, call, span);
                return;
            }
            "RunPython" if database => {
                let noop = call.at(0).is_some_and(|node| matches!(&node.kind, Kind::Chain(_, links) if matches!(links.last(), Some(Link::Member(name, _)) if name == "noop")));
                if !noop {
                    reader.miss(span, "SQL instead of `RunPython`");
                }
                return;
            }
            _ => {}
        }
        let later = self.later.len();
        let made = self.render(reader, name, call, span);
        if !database {
            self.later.truncate(later);
            return;
        }
        match made {
            Ok(texts) => texts.iter().for_each(|text| reader.made(span, text)),
            Err(expected) => reader.miss(span, &expected),
        }
    }

    fn run_sql(&mut self, reader: &mut Reader<'_>, call: &Call, span: Span) {
        let Some(node) = call.named("sql").or_else(|| call.at(0)) else {
            reader.miss(span, "SQL in a string");
            return;
        };
        let seen = (*reader.seen(node)).clone();
        let parts: Vec<Node> = match &seen.kind {
            Kind::List(items) => items.clone(),
            _ => vec![seen],
        };
        for part in &parts {
            // `("SQL", [parameters])`
            let part = match &part.kind {
                Kind::List(pair) => pair.first().unwrap_or(part),
                _ => part,
            };
            if matches!(&part.kind, Kind::Chain(_, links) if matches!(links.last(), Some(Link::Member(name, _)) if name == "noop"))
            {
                continue;
            }
            match reader.text_with_holes(part) {
                Some(text) => reader.send(span, text),
                None => reader.miss(span, "SQL in a string"),
            }
        }
        if let Some(Node { kind: Kind::List(items), .. }) =
            call.named("state_operations").map(|node| (*reader.seen(node)).clone())
        {
            items.iter().for_each(|item| self.apply(reader, item, false));
        }
    }

    pub(super) fn key(&self, model: &str) -> (String, String) {
        (self.app.clone(), model.to_lowercase())
    }

    fn model(&self, name: &str) -> Option<&Model> {
        self.models.known.get(&self.key(name))
    }

    /// The table of a model.
    pub(super) fn table(&self, model: &str) -> String {
        match self.model(model) {
            Some(model) => model.table.clone(),
            None => self.models.target(&self.app, model).map_or_else(
                || format!("{}_{}", self.app, model.to_lowercase()),
                |target| target.table.clone(),
            ),
        }
    }

    fn field(&self, model: &str, name: &str) -> Option<Field> {
        self.model(model)?
            .fields
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, field)| field.clone())
    }

    /// The column of a field; what is no known field is taken for a column.
    fn column(&self, model: &str, field: &str) -> String {
        let bare = field.trim_start_matches('-');
        self.field(model, bare).map_or_else(|| bare.to_owned(), |field| field.column)
    }

    fn render(&mut self, reader: &mut Reader<'_>, name: &str, call: &Call, span: Span) -> Texts {
        let text = |reader: &mut Reader<'_>, key: &str, place: usize| -> Result<String, String> {
            expected(option(reader, call, key, place)?, &format!("a text for `{key}`"))
        };
        match name {
            "CreateModel" => self.create_model(reader, call, span),
            "DeleteModel" => {
                let model = text(reader, "name", 0)?;
                let table = self.table(&model);
                let known = self.models.known.remove(&self.key(&model));
                if known.as_ref().is_some_and(|model| model.absent) {
                    return Ok(Vec::new());
                }
                let mut texts = self.drop_joins(&model, None);
                texts.push(format!("DROP TABLE {} CASCADE", quoted(&table)));
                Ok(texts)
            }
            "RenameModel" => {
                let (old, new) = (text(reader, "old_name", 0)?, text(reader, "new_name", 1)?);
                let table = self.table(&old);
                let renamed = format!("{}_{}", self.app, new.to_lowercase());
                let (from, to) = (self.key(&old), self.key(&new));
                self.rename_in_triggers(&from, &to);
                if let Some(mut model) = self.models.known.remove(&from) {
                    if model.table == format!("{}_{}", self.app, old.to_lowercase()) {
                        model.table.clone_from(&renamed);
                    }
                    self.models.known.insert(to.clone(), model);
                }
                let now = self.table(&new);
                if let Some(target) = self.models.targets.get(&from).cloned() {
                    self.models.targets.insert(to, Target { table: now.clone(), ..target });
                }
                if now == table {
                    return Ok(Vec::new());
                }
                let mut texts = vec![format!("ALTER TABLE {} RENAME TO {}", quoted(&table), quoted(&now))];
                texts.extend(self.point_to(&table, &now));
                texts.extend(self.rename_in_joins(&old, &new));
                Ok(texts)
            }
            "AlterModelTable" => {
                let (model, table) = (text(reader, "name", 0)?, text(reader, "table", 1)?);
                let old = self.table(&model);
                let key = self.key(&model);
                if let Some(model) = self.models.known.get_mut(&key) {
                    model.table.clone_from(&table);
                }
                if let Some(target) = self.models.targets.get_mut(&key) {
                    target.table.clone_from(&table);
                }
                let mut texts = vec![format!("ALTER TABLE {} RENAME TO {}", quoted(&old), quoted(&table))];
                texts.extend(self.rename_joins(&model));
                Ok(texts)
            }
            "AddField" => self.add_field(reader, call, span),
            "RemoveField" => {
                let (model, field) = (text(reader, "model_name", 0)?, text(reader, "name", 1)?);
                let known = self.field(&model, &field);
                let table = self.table(&model);
                let key = self.key(&model);
                if let Some(model) = self.models.known.get_mut(&key) {
                    model.fields.retain(|(name, _)| *name != field);
                }
                if known.as_ref().is_some_and(|field| field.many.is_some()) {
                    return Ok(self.drop_joins(&model, Some(&field)));
                }
                let column = known.map_or_else(|| field.clone(), |field| field.column);
                Ok(vec![format!("ALTER TABLE {} DROP COLUMN {} CASCADE", quoted(&table), quoted(&column))])
            }
            "AlterField" => self.alter_field(reader, call),
            "RenameField" => {
                let (model, old, new) = (
                    text(reader, "model_name", 0)?,
                    text(reader, "old_name", 1)?,
                    text(reader, "new_name", 2)?,
                );
                let table = self.table(&model);
                let before = self.field(&model, &old);
                let key = self.key(&model);
                let many = before.as_ref().is_some_and(|field| field.many.is_some());
                let relation = before
                    .as_ref()
                    .is_some_and(|field| field.target.is_some() || field.column == format!("{old}_id"));
                let moved = before
                    .as_ref()
                    .is_none_or(|field| field.column == old || field.column == format!("{old}_id"));
                let column = if relation { format!("{new}_id") } else { new.clone() };
                if let Some(model) = self.models.known.get_mut(&key) {
                    for (name, field) in model.fields.iter_mut().filter(|(name, _)| *name == old) {
                        name.clone_from(&new);
                        if moved {
                            field.column.clone_from(&column);
                        }
                    }
                }
                if many {
                    return Ok(self.rename_join_field(&model, &old, &new));
                }
                let was = before.map_or(old, |field| field.column);
                Ok(if moved && was != column {
                    vec![format!(
                        "ALTER TABLE {} RENAME COLUMN {} TO {}",
                        quoted(&table),
                        quoted(&was),
                        quoted(&column)
                    )]
                } else {
                    Vec::new()
                })
            }
            "AlterUniqueTogether" | "AlterIndexTogether" => {
                let model = text(reader, "name", 0)?;
                let node = expected(
                    call.named(if name == "AlterUniqueTogether" {
                        "unique_together"
                    } else {
                        "index_together"
                    })
                    .or_else(|| call.at(1)),
                    "fields",
                )?;
                let table = self.table(&model);
                let mut texts = Vec::new();
                for group in groups(reader, node) {
                    let names: Vec<String> = group.iter().map(|field| self.column(&model, field)).collect();
                    texts.push(if name == "AlterUniqueTogether" {
                        let index = index_name(&table, &names, "_uniq");
                        format!(
                            "ALTER TABLE {} ADD CONSTRAINT {} UNIQUE ({})",
                            quoted(&table),
                            quoted(&index),
                            columns(&names)
                        )
                    } else {
                        let index = index_name(&table, &names, "_idx");
                        format!("CREATE INDEX {} ON {} ({})", quoted(&index), quoted(&table), columns(&names))
                    });
                }
                Ok(texts)
            }
            "AddIndex" | "AddIndexConcurrently" => {
                let model = text(reader, "model_name", 0)?;
                let node = expected(call.named("index").or_else(|| call.at(1)), "an index")?;
                let concurrently = name == "AddIndexConcurrently";
                self.index(reader, &model, node, concurrently).map(|sql| vec![sql])
            }
            "RemoveIndex" | "RemoveIndexConcurrently" => {
                let index = text(reader, "name", 1)?;
                let concurrently = if name == "RemoveIndexConcurrently" { " CONCURRENTLY" } else { "" };
                Ok(vec![format!("DROP INDEX{concurrently} IF EXISTS {}", quoted(&index))])
            }
            "RenameIndex" => {
                let new = text(reader, "new_name", 1)?;
                if let Some(old) = reader.option(call, "old_name")? {
                    return Ok(vec![format!("ALTER INDEX {} RENAME TO {}", quoted(&old), quoted(&new))]);
                }
                let model = text(reader, "model_name", 0)?;
                let fields = expected(
                    call.named("old_fields").and_then(|node| reader.plains(node)),
                    "an index's fields",
                )?;
                let names: Vec<String> = fields.iter().map(|field| self.column(&model, field)).collect();
                let old = index_name(&self.table(&model), &names, "_idx");
                Ok(vec![format!("ALTER INDEX {} RENAME TO {}", quoted(&old), quoted(&new))])
            }
            "AddConstraint" | "AddConstraintNotValid" => {
                let model = text(reader, "model_name", 0)?;
                let node = expected(call.named("constraint").or_else(|| call.at(1)), "a constraint")?;
                let (constraint, is_index) = self.constraint(reader, &model, node)?;
                if is_index {
                    return Ok(vec![constraint]);
                }
                let valid = if name == "AddConstraintNotValid" { " NOT VALID" } else { "" };
                Ok(vec![format!("ALTER TABLE {} ADD {constraint}{valid}", quoted(&self.table(&model)))])
            }
            "RemoveConstraint" => {
                let (model, constraint) = (text(reader, "model_name", 0)?, text(reader, "name", 1)?);
                Ok(vec![format!(
                    "ALTER TABLE {} DROP CONSTRAINT {}",
                    quoted(&self.table(&model)),
                    quoted(&constraint)
                )])
            }
            "ValidateConstraint" => {
                let (model, constraint) = (text(reader, "model_name", 0)?, text(reader, "name", 1)?);
                Ok(vec![format!(
                    "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                    quoted(&self.table(&model)),
                    quoted(&constraint)
                )])
            }
            "AlterModelOptions"
            | "AlterModelManagers"
            | "AlterOrderWithRespectTo"
            | "AlterModelTableComment"
            | "AlterConstraint" => Ok(Vec::new()),
            "CreateExtension" => Ok(vec![extension(&text(reader, "name", 0)?)]),
            "BtreeGinExtension" => Ok(vec![extension("btree_gin")]),
            "BtreeGistExtension" => Ok(vec![extension("btree_gist")]),
            "CITextExtension" => Ok(vec![extension("citext")]),
            "CryptoExtension" => Ok(vec![extension("pgcrypto")]),
            "HStoreExtension" => Ok(vec![extension("hstore")]),
            "TrigramExtension" => Ok(vec![extension("pg_trgm")]),
            "UnaccentExtension" => Ok(vec![extension("unaccent")]),
            "VectorExtension" => Ok(vec![extension("vector")]),
            "AddTrigger" => self.add_trigger(reader, call),
            "RemoveTrigger" => self.remove_trigger(reader, call),
            "RunSQL" | "RunPython" => Ok(Vec::new()),
            other => Err(format!("an operation that Lockkeeper follows (not `{other}`)")),
        }
    }

    fn create_model(&mut self, reader: &mut Reader<'_>, call: &Call, span: Span) -> Texts {
        let name = expected(option(reader, call, "name", 0)?, "a model's name")?;
        note_target(self.models, reader, &self.app, call);
        let table = table_name(reader, &self.app, &name, call);
        let options = call.named("options").or_else(|| call.at(2)).map(|node| (*reader.seen(node)).clone());
        let absent = match &options {
            Some(options) => {
                reader.key_flag(options, "proxy")? == Some(true)
                    || reader.key_flag(options, "managed")? == Some(false)
            }
            None => false,
        };
        let mut model = Model { table: table.clone(), fields: Vec::new(), absent };
        let mut unknown = None;
        let list = call.named("fields").or_else(|| call.at(1));
        for (field_name, node) in listed(reader, list) {
            match fields::read(self.models, reader, &self.app, &field_name, &node) {
                Ok(field) => model.fields.push((field_name, field)),
                Err(error) => unknown = Some(error),
            }
        }
        let key = self.key(&name);
        let parts_of = model.clone();
        self.models.known.insert(key, model);
        if let Some(error) = unknown {
            return Err(error);
        }
        if absent {
            return Ok(Vec::new());
        }
        let mut parts = Vec::new();
        let mut texts = Vec::new();
        // They come after the foreign keys.
        let mut indexes = Vec::new();
        for (field_name, field) in &parts_of.fields {
            if let Some((target, own)) = &field.many {
                if !field.through {
                    texts.extend(self.add_join(&name, &table, field_name, target, own.as_deref(), span));
                }
                continue;
            }
            if field.kind.is_empty() {
                continue;
            }
            parts.push(field.definition());
            if let Some((other, column)) = &field.target {
                let constraint = foreign_key_name(&table, &field.column, other, column);
                self.later.push((
                    span,
                    format!(
                        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                        quoted(&table), quoted(&constraint), quoted(&field.column), quoted(other), quoted(column)
                    ),
                ));
            }
            indexes.extend(field.indexes(&table).into_iter().map(|sql| (span, sql)));
        }
        self.later.append(&mut indexes);
        if let Some(options) = &options {
            if let Some(together) = reader.key(options, "unique_together") {
                for group in groups(reader, &together) {
                    let names: Vec<String> = group.iter().map(|field| self.column(&name, field)).collect();
                    let index = index_name(&table, &names, "_uniq");
                    self.later.push((
                        span,
                        format!(
                            "ALTER TABLE {} ADD CONSTRAINT {} UNIQUE ({})",
                            quoted(&table),
                            quoted(&index),
                            columns(&names)
                        ),
                    ));
                }
            }
            if let Some(Node { kind: Kind::List(items), .. }) = reader.key(options, "constraints") {
                for item in &items {
                    let (sql, is_index) = self.constraint(reader, &name, item)?;
                    if is_index {
                        self.later.push((span, sql));
                    } else {
                        parts.push(sql);
                    }
                }
            }
            if let Some(Node { kind: Kind::List(items), .. }) = reader.key(options, "indexes") {
                for item in &items {
                    let sql = self.index(reader, &name, item, false)?;
                    self.later.push((span, sql));
                }
            }
            if let Some(together) = reader.key(options, "index_together") {
                for group in groups(reader, &together) {
                    let names: Vec<String> = group.iter().map(|field| self.column(&name, field)).collect();
                    let index = index_name(&table, &names, "_idx");
                    self.later.push((
                        span,
                        format!(
                            "CREATE INDEX {} ON {} ({})",
                            quoted(&index),
                            quoted(&table),
                            columns(&names)
                        ),
                    ));
                }
            }
        }
        let mut sent = vec![format!("CREATE TABLE {} ({})", quoted(&table), parts.join(", "))];
        let comment =
            options.as_ref().and_then(|options| reader.key_text(options, "db_table_comment").ok()?);
        sent.extend(comment.map(|text| format!("COMMENT ON TABLE {} IS {}", quoted(&table), literal(&text))));
        sent.extend(parts_of.fields.iter().filter_map(|(_, field)| field.comment_on(&table)));
        sent.append(&mut texts);
        Ok(sent)
    }

    /// Foreign keys to a table that was renamed are made anew, under names that fit.
    fn point_to(&mut self, old: &str, new: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for model in self.models.known.values_mut() {
            let fields = model.fields.iter_mut().map(|(_, field)| field);
            for field in fields {
                let Some((table, column)) = field.target.as_mut().filter(|(table, _)| table == old) else {
                    continue;
                };
                let (from, to) = (quoted(&model.table), &field.column);
                let before = quoted(&foreign_key_name(&model.table, to, old, column));
                let after = quoted(&foreign_key_name(&model.table, to, new, column));
                texts.push(format!(
                    "SET CONSTRAINTS {before} IMMEDIATE; ALTER TABLE {from} DROP CONSTRAINT {before}"
                ));
                texts.push(format!(
                    "ALTER TABLE {from} ADD CONSTRAINT {after} FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                    quoted(to), quoted(new), quoted(column)
                ));
                new.clone_into(table);
            }
        }
        texts
    }

    fn add_field(&mut self, reader: &mut Reader<'_>, call: &Call, span: Span) -> Texts {
        let model = expected(option(reader, call, "model_name", 0)?, "a model's name")?;
        let name = expected(option(reader, call, "name", 1)?, "a field's name")?;
        let node = expected(call.named("field").or_else(|| call.at(2)), "a field")?;
        let field = fields::read(self.models, reader, &self.app, &name, node)?;
        let table = self.table(&model);
        let key = self.key(&model);
        self.models
            .known
            .entry(key)
            .or_insert_with(|| Model { table: table.clone(), ..Model::default() })
            .fields
            .push((name.clone(), field.clone()));
        if let Some((target, own)) = &field.many {
            return Ok(if field.through {
                Vec::new()
            } else {
                self.add_join(&model, &table, &name, target, own.as_deref(), span)
            });
        }
        if field.kind.is_empty() || self.model(&model).is_some_and(|model| model.absent) {
            return Ok(Vec::new());
        }
        let mut sql =
            format!("ALTER TABLE {} ADD COLUMN {} {}", quoted(&table), quoted(&field.column), field.kind);
        // The default is there for the rows that exist, and dropped at once.
        let default = field.default.as_ref().filter(|_| {
            field.db_default.is_none() && (!field.null || field.default.as_deref() != Some("null"))
        });
        let default = default.filter(|default| *default != "null");
        if let Some(default) = &field.db_default {
            sql.push_str(&format!(" DEFAULT {default}"));
        } else if let Some(default) = default {
            sql.push_str(&format!(" DEFAULT {default}"));
        }
        sql.push_str(if field.null { " NULL" } else { " NOT NULL" });
        if field.primary {
            sql.push_str(" PRIMARY KEY");
        } else if field.unique {
            sql.push_str(" UNIQUE");
        }
        sql.push_str(&field.check);
        if let Some((other, column)) = &field.target {
            let constraint = foreign_key_name(&table, &field.column, other, column);
            sql.push_str(&format!(
                " CONSTRAINT {} REFERENCES {}({}) DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS {} IMMEDIATE",
                quoted(&constraint), quoted(other), quoted(column), quoted(&constraint)
            ));
        }
        let mut texts = vec![sql];
        if default.is_some() {
            texts.push(format!(
                "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                quoted(&table),
                quoted(&field.column)
            ));
        }
        texts.extend(field.comment_on(&table));
        self.later.extend(field.indexes(&table).into_iter().map(|sql| (span, sql)));
        Ok(texts)
    }

    fn alter_field(&mut self, reader: &mut Reader<'_>, call: &Call) -> Texts {
        let model = expected(option(reader, call, "model_name", 0)?, "a model's name")?;
        let name = expected(option(reader, call, "name", 1)?, "a field's name")?;
        let node = expected(call.named("field").or_else(|| call.at(2)), "a field")?;
        let field = fields::read(self.models, reader, &self.app, &name, node)?;
        let before = self.field(&model, &name);
        let table = self.table(&model);
        let key = self.key(&model);
        let fields = &mut self
            .models
            .known
            .entry(key)
            .or_insert_with(|| Model { table: table.clone(), ..Model::default() })
            .fields;
        fields.retain(|(known, _)| *known != name);
        fields.push((name, field.clone()));
        let before = expected(before, "the field as an earlier migration made it")?;
        if field.many.is_some()
            || field.kind.is_empty()
            || self.model(&model).is_some_and(|model| model.absent)
        {
            return Ok(Vec::new());
        }
        let (table_sql, column) = (quoted(&table), quoted(&field.column));
        let mut texts = Vec::new();
        if before.column != field.column {
            texts.push(format!(
                "ALTER TABLE {table_sql} RENAME COLUMN {} TO {column}",
                quoted(&before.column)
            ));
        }
        let one = std::slice::from_ref(&field.column);
        let retarget = before.target != field.target || before.kind != field.kind;
        if let Some((other, key)) = before.target.as_ref().filter(|_| retarget) {
            let constraint = foreign_key_name(&table, &field.column, other, key);
            texts.push(format!(
                "SET CONSTRAINTS {0} IMMEDIATE; ALTER TABLE {table_sql} DROP CONSTRAINT {0}",
                quoted(&constraint)
            ));
        }
        if before.unique && !field.unique {
            let constraint = index_name(&table, one, "_key");
            texts.push(format!(
                "ALTER TABLE {table_sql} DROP CONSTRAINT {}",
                quoted(&constraint.replace(&format!("_{}_key", hash_of(&table, one)), "_key"))
            ));
        }
        if before.index && !before.unique && (!field.index || field.unique) {
            texts.push(format!("DROP INDEX IF EXISTS {}", quoted(&index_name(&table, one, ""))));
        }
        let like = |field: &Field| field.text_like && (field.index || field.unique || field.primary);
        if like(&before)
            && (!like(&field)
                || before.kind != field.kind
                    && before.kind.starts_with("varchar") != field.kind.starts_with("varchar"))
        {
            texts.push(format!("DROP INDEX IF EXISTS {}", quoted(&index_name(&table, one, "_like"))));
        }
        if before.kind != field.kind {
            texts.push(format!(
                "ALTER TABLE {table_sql} ALTER COLUMN {column} TYPE {0} USING {column}::{0}",
                field.kind
            ));
        }
        if before.db_default != field.db_default {
            texts.push(match &field.db_default {
                Some(default) => {
                    format!("ALTER TABLE {table_sql} ALTER COLUMN {column} SET DEFAULT {default}")
                }
                None => format!("ALTER TABLE {table_sql} ALTER COLUMN {column} DROP DEFAULT"),
            });
        }
        if before.null && !field.null {
            if let Some(default) = field.default.as_ref().filter(|default| *default != "null") {
                texts.push(format!("ALTER TABLE {table_sql} ALTER COLUMN {column} SET DEFAULT {default}"));
                texts.push(format!("UPDATE {table_sql} SET {column} = {default} WHERE {column} IS NULL; SET CONSTRAINTS ALL IMMEDIATE"));
                texts.push(format!("ALTER TABLE {table_sql} ALTER COLUMN {column} SET NOT NULL"));
                texts.push(format!("ALTER TABLE {table_sql} ALTER COLUMN {column} DROP DEFAULT"));
            } else {
                texts.push(format!("ALTER TABLE {table_sql} ALTER COLUMN {column} SET NOT NULL"));
            }
        } else if !before.null && field.null {
            texts.push(format!("ALTER TABLE {table_sql} ALTER COLUMN {column} DROP NOT NULL"));
        }
        if field.unique && !before.unique && !field.primary {
            let constraint = index_name(&table, one, "_uniq");
            texts.push(format!(
                "ALTER TABLE {table_sql} ADD CONSTRAINT {} UNIQUE ({column})",
                quoted(&constraint)
            ));
        }
        for index in field.indexes(&table) {
            if !before.indexes(&table).contains(&index) {
                texts.push(index);
            }
        }
        if let Some((other, key)) = field.target.as_ref().filter(|_| retarget) {
            let constraint = foreign_key_name(&table, &field.column, other, key);
            texts.push(format!(
                "ALTER TABLE {table_sql} ADD CONSTRAINT {} FOREIGN KEY ({column}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                quoted(&constraint), quoted(other), quoted(key)
            ));
        }
        if field.check != before.check && !field.check.is_empty() {
            let constraint = index_name(&table, one, "_check");
            texts.push(format!(
                "ALTER TABLE {table_sql} ADD CONSTRAINT {}{}",
                quoted(&constraint),
                field.check
            ));
        }
        Ok(texts)
    }

    /// `models.Index(fields=[…], name=…)` and `PostgreSQL`'s own kinds.
    fn index(
        &mut self,
        reader: &mut Reader<'_>,
        model: &str,
        node: &Node,
        concurrently: bool,
    ) -> Result<String, String> {
        let seen = reader.seen(node);
        let (kind, call) = expected(called(&seen), "an index")?;
        let call = expected(call, "an index")?;
        let name = expected(reader.option(call, "name")?, "an index's name")?;
        let method = match kind {
            "Index" => "",
            "GinIndex" => " USING gin",
            "GistIndex" => " USING gist",
            "BTreeIndex" => " USING btree",
            "BrinIndex" => " USING brin",
            "HashIndex" => " USING hash",
            "SpGistIndex" => " USING spgist",
            "BloomIndex" => " USING bloom",
            "HnswIndex" => " USING hnsw",
            other => return Err(format!("an index that Lockkeeper knows (not `{other}`)")),
        };
        let classes = match call.named("opclasses") {
            Some(node) => expected(reader.plains(node), "operator classes")?,
            None => Vec::new(),
        };
        let mut parts = Vec::new();
        if let Some(fields) = call.named("fields") {
            for (place, field) in expected(reader.plains(fields), "fields")?.iter().enumerate() {
                let class = classes.get(place).map_or(String::new(), |class| format!(" {class}"));
                let order = if field.starts_with('-') { " DESC" } else { "" };
                parts.push(format!("{}{class}{order}", quoted(&self.column(model, field))));
            }
        }
        for argument in call.arguments.iter().filter(|argument| argument.name.is_none()) {
            parts.push(self.expression(reader, model, &argument.value)?);
        }
        let include = self.included(reader, model, call)?;
        let filter = match call.named("condition") {
            Some(node) => format!(" WHERE {}", self.condition(reader, model, node)?),
            None => String::new(),
        };
        let concurrently = if concurrently { " CONCURRENTLY" } else { "" };
        let table = self.table(model);
        Ok(format!(
            "CREATE INDEX{concurrently} {} ON {}{method} ({}){include}{filter}",
            quoted(&name),
            quoted(&table),
            parts.join(", ")
        ))
    }

    /// `INCLUDE (…)` of an index, with a blank before it.
    fn included(&self, reader: &mut Reader<'_>, model: &str, call: &Call) -> Result<String, String> {
        let Some(node) = call.named("include") else { return Ok(String::new()) };
        let fields = expected(reader.plains(node), "fields")?;
        let names: Vec<String> = fields.iter().map(|field| self.column(model, field)).collect();
        Ok(format!(" INCLUDE ({})", columns(&names)))
    }

    /// A constraint, and whether it is an index of its own.
    fn constraint(
        &mut self,
        reader: &mut Reader<'_>,
        model: &str,
        node: &Node,
    ) -> Result<(String, bool), String> {
        let seen = reader.seen(node);
        let (kind, call) = expected(called(&seen), "a constraint")?;
        let call = expected(call, "a constraint")?;
        let name = quoted(&expected(reader.option(call, "name")?, "a constraint's name")?);
        match kind {
            "CheckConstraint" => {
                let condition =
                    expected(call.named("condition").or_else(|| call.named("check")), "a condition")?;
                Ok((
                    format!("CONSTRAINT {name} CHECK ({})", self.condition(reader, model, condition)?),
                    false,
                ))
            }
            "UniqueConstraint" => {
                let mut names = Vec::new();
                if let Some(fields) = call.named("fields") {
                    names.extend(
                        expected(reader.plains(fields), "fields")?
                            .iter()
                            .map(|field| quoted(&self.column(model, field))),
                    );
                }
                let mut index = false;
                for argument in call.arguments.iter().filter(|argument| argument.name.is_none()) {
                    names.push(self.expression(reader, model, &argument.value)?);
                    index = true;
                }
                let nulls =
                    if call.named("nulls_distinct").is_some_and(|node| reader.flag(node) == Some(false)) {
                        " NULLS NOT DISTINCT"
                    } else {
                        ""
                    };
                let filter = match call.named("condition") {
                    Some(node) => Some(self.condition(reader, model, node)?),
                    None => None,
                };
                let include = self.included(reader, model, call)?;
                if index || filter.is_some() || !include.is_empty() || call.named("opclasses").is_some() {
                    let filter = filter.map_or(String::new(), |filter| format!(" WHERE {filter}"));
                    return Ok((
                        format!(
                            "CREATE UNIQUE INDEX {name} ON {} ({}){include}{nulls}{filter}",
                            quoted(&self.table(model)),
                            names.join(", ")
                        ),
                        true,
                    ));
                }
                let deferrable = match call.named("deferrable").map(|node| &node.kind) {
                    Some(Kind::Chain(_, links)) if matches!(links.last(), Some(Link::Member(name, _)) if name == "DEFERRED") => {
                        " DEFERRABLE INITIALLY DEFERRED"
                    }
                    Some(Kind::Chain(..)) => " DEFERRABLE INITIALLY IMMEDIATE",
                    _ => "",
                };
                Ok((format!("CONSTRAINT {name} UNIQUE{nulls} ({}){deferrable}", names.join(", ")), false))
            }
            other => Err(format!("a constraint that Lockkeeper knows (not `{other}`)")),
        }
    }

    /// An expression of an index: `Upper("name")`, `F("a").desc()`, `OrderBy(F("a"), descending=True)`.
    fn expression(&mut self, reader: &mut Reader<'_>, model: &str, node: &Node) -> Result<String, String> {
        let wanted = "an expression that Lockkeeper knows";
        let seen = reader.seen(node);
        if let Some(field) = reader.plain(&seen) {
            return Ok(quoted(&self.column(model, &field)));
        }
        let Kind::Chain(root, links) = &seen.kind else { return Err(wanted.to_owned()) };
        let mut name = root.word().unwrap_or_default();
        let mut sql = None;
        for link in links {
            match link {
                Link::Member(member, _) => name = member,
                Link::Call(call) => {
                    sql = Some(match (name, sql) {
                        ("desc", Some(inner)) => format!("{inner} DESC"),
                        ("asc", Some(inner)) => format!("{inner} ASC"),
                        ("F", None) => quoted(&self.column(model, &reader.argument(call, 0, "a field")?)),
                        ("OrderBy", None) => {
                            let inner = self.expression(reader, model, expected(call.at(0), wanted)?)?;
                            let down = reader.is_set(call, "descending")?;
                            format!("{inner}{}", if down { " DESC" } else { "" })
                        }
                        ("OpClass", None) => {
                            let inner = self.expression(reader, model, expected(call.at(0), wanted)?)?;
                            let class = expected(reader.option(call, "name")?, "an operator class")?;
                            format!("{inner} {class}")
                        }
                        (
                            "Upper" | "Lower" | "Coalesce" | "Trim" | "Length" | "MD5" | "Abs" | "Greatest"
                            | "Least",
                            None,
                        ) => {
                            let mut parts = Vec::new();
                            for argument in call.arguments.iter().filter(|argument| argument.name.is_none()) {
                                parts.push(self.expression(reader, model, &argument.value)?);
                            }
                            format!("{}({})", name.to_uppercase(), parts.join(", "))
                        }
                        ("Value", None) => {
                            expected(call.at(0).and_then(|node| reader.constant(node)), wanted)?
                        }
                        _ => return Err(wanted.to_owned()),
                    });
                }
                _ => return Err(wanted.to_owned()),
            }
        }
        expected(sql, wanted)
    }

    /// `models.Q(a__gte=1, _connector="OR")`, joined with `&`, `|`, `~`.
    fn condition(&mut self, reader: &mut Reader<'_>, model: &str, node: &Node) -> Result<String, String> {
        let wanted = "a condition that is written here";
        let seen = reader.seen(node);
        if let Kind::Operation(operands, operators) = &seen.kind {
            let mut parts = Vec::new();
            for operand in operands {
                parts.push(self.condition(reader, model, operand)?);
            }
            let word = if operators.iter().all(|mark| mark == "&") {
                " AND "
            } else if operators.iter().all(|mark| mark == "|") {
                " OR "
            } else {
                return Err(wanted.to_owned());
            };
            return Ok(format!("({})", parts.join(word)));
        }
        let Some(("Q", Some(call))) = called(&seen) else { return Err(wanted.to_owned()) };
        let mut parts = Vec::new();
        let mut word = " AND ";
        let mut negated = false;
        for argument in &call.arguments {
            match argument.name.as_deref() {
                Some("_connector") => {
                    word =
                        if reader.plain(&argument.value).as_deref() == Some("OR") { " OR " } else { " AND " }
                }
                Some("_negated") => negated = reader.flag(&argument.value) == Some(true),
                Some(lookup) => parts.push(self.lookup(reader, model, lookup, &argument.value)?),
                None => match &reader.seen(&argument.value).kind {
                    // `("name__gte", 1)`
                    Kind::List(pair) => {
                        let [lookup, value] = pair.as_slice() else { return Err(wanted.to_owned()) };
                        let lookup = expected(reader.plain(lookup), wanted)?;
                        parts.push(self.lookup(reader, model, &lookup, value)?);
                    }
                    _ => parts.push(self.condition(reader, model, &argument.value)?),
                },
            }
        }
        let joined = if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(word)) };
        Ok(if negated { format!("NOT ({joined})") } else { joined })
    }

    fn lookup(
        &mut self,
        reader: &mut Reader<'_>,
        model: &str,
        lookup: &str,
        value: &Node,
    ) -> Result<String, String> {
        let wanted = "a condition that is written here";
        let (field, operator) = lookup.rsplit_once("__").unwrap_or((lookup, "exact"));
        let column = quoted(&self.column(model, field));
        if operator == "isnull" {
            return Ok(format!(
                "{column} IS {}NULL",
                if reader.flag(value) == Some(true) { "" } else { "NOT " }
            ));
        }
        let seen = reader.seen(value);
        if operator == "in" {
            let Kind::List(items) = &seen.kind else { return Err(wanted.to_owned()) };
            let mut parts = Vec::new();
            for item in items {
                parts.push(expected(reader.constant(item), wanted)?);
            }
            return Ok(format!("{column} IN ({})", parts.join(", ")));
        }
        let value = match reader.constant(&seen) {
            Some(value) => value,
            None => self.expression(reader, model, &seen)?,
        };
        let mark = match operator {
            "exact" if value == "true" => return Ok(column),
            "exact" if value == "false" => return Ok(format!("NOT {column}")),
            "exact" => "=",
            "gt" => ">",
            "gte" => ">=",
            "lt" => "<",
            "lte" => "<=",
            "startswith" => return Ok(format!("{column}::text LIKE {value} || '%'")),
            "iexact" => return Ok(format!("UPPER({column}::text) = UPPER({value})")),
            "regex" => "~",
            _ => return Err(wanted.to_owned()),
        };
        Ok(format!("{column} {mark} {value}"))
    }
}

fn extension(name: &str) -> String {
    format!("CREATE EXTENSION IF NOT EXISTS {}", quoted(name))
}

pub(super) fn foreign_key_name(table: &str, column: &str, other: &str, key: &str) -> String {
    index_name(table, &[column.to_owned()], &format!("_fk_{other}_{key}"))
}

fn hash_of(table: &str, columns: &[String]) -> String {
    let mut hashed = table.to_owned();
    columns.iter().for_each(|column| hashed.push_str(column));
    super::digest::md5(&hashed).chars().take(8).collect()
}

/// `{("a", "b")}`, `[("a", "b")]`, `("a", "b")`
fn groups(reader: &mut Reader<'_>, node: &Node) -> Vec<Vec<String>> {
    let seen = (*reader.seen(node)).clone();
    let items = match &seen.kind {
        Kind::List(items) => items.clone(),
        // `set()`, `set([…])`
        Kind::Chain(_, links) => match links.last() {
            Some(Link::Call(call)) => match call.at(0).map(|node| reader.seen(node).kind.clone()) {
                Some(Kind::List(items)) => items,
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    if items.iter().all(|item| matches!(item.kind, Kind::Text(_))) && !items.is_empty() {
        return reader.plains(&seen).into_iter().collect();
    }
    items.iter().filter_map(|item| reader.plains(item)).collect()
}
