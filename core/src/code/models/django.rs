//! Django (5.2): classes that come down from `models.Model`. Tables are `app_model` unless `Meta` names them; keys of
//! others end with `_id`; fields that hold many are tables of their own.

use std::collections::BTreeMap;

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::python::{Class, module};
use super::source::{Constants, Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        path.ends_with(".py")
            && !path.contains("/migrations/")
            && (text.contains("django") || text.contains("models.Model") || path.contains("/models"))
    },
    read,
};

const DEPTH: usize = 16;

/// PostgreSQL cuts names after so many bytes, and Django shortens them before that with a digest.
const LONGEST_NAME: usize = 63;

/// Columns of Django's own abstract models, with those that they extend.
const LIBRARY: [(&str, &[&str]); 4] = [
    ("AbstractBaseUser", &["password", "last_login"]),
    ("PermissionsMixin", &["is_superuser"]),
    (
        "AbstractUser",
        &[
            "password",
            "last_login",
            "is_superuser",
            "username",
            "first_name",
            "last_name",
            "email",
            "is_staff",
            "is_active",
            "date_joined",
        ],
    ),
    ("AbstractBaseSession", &["session_data", "expire_date"]),
];

struct Tree<'a> {
    fuel: Fuel,
    classes: Vec<Declared<'a>>,
    names: Names<'a>,
    constants: Constants,
    /// Labels of apps by the folder of their package.
    labels: BTreeMap<String, String>,
}

struct Declared<'a> {
    source: &'a Source<'a>,
    class: Class,
    /// Its `class Meta`.
    meta: Option<Class>,
}

/// What a class is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    No,
    /// A model; false where a part of what it extends stands in no file of the tree.
    Model(bool),
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    let mut tree = Tree {
        fuel: Fuel::default(),
        classes: Vec::new(),
        names: Names::default(),
        constants: Constants::of(&sources),
        labels: BTreeMap::new(),
    };
    for source in &sources {
        let classes = module(source).classes;
        for (number, class) in classes.iter().enumerate() {
            if class.parents().any(|part| source.last_name(part).ends_with("AppConfig")) {
                tree.label(source, class);
            }
            if class.name == "Meta" {
                continue;
            }
            let inner = |inner: &&Class| inner.outer == Some(number) && inner.name == "Meta";
            let meta = classes.get(number..).unwrap_or_default().iter().take(400).find(inner).cloned();
            tree.names.add(&class.name, source.path, tree.classes.len());
            tree.classes.push(Declared { source, class: class.clone(), meta });
        }
    }
    for number in 0..tree.classes.len() {
        tree.model(number, models);
    }
}

impl<'a> Tree<'a> {
    fn label(&mut self, source: &Source<'_>, config: &Class) {
        let text = |name: &str| config.field(name).and_then(|field| source.text_of(field.value));
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let label = text("label").or_else(|| text("name")?.rsplit('.').next().map(str::to_owned));
        if let Some(label) = label {
            self.labels.insert(folder.to_owned(), label);
        }
    }

    /// The label of the app that a file belongs to.
    fn app(&self, path: &str) -> Option<String> {
        let mut folder = path;
        while let Some((above, last)) = folder.rsplit_once('/') {
            if let Some(label) = self.labels.get(above) {
                return Some(label.clone());
            }
            if last == "models.py" || last == "models" {
                return above.rsplit('/').next().map(str::to_owned);
            }
            folder = above;
        }
        None
    }

    fn parents(&self, number: usize) -> Vec<(String, Option<usize>)> {
        let Some(Declared { source, class, .. }) = self.classes.get(number) else { return Vec::new() };
        let find =
            |part: Part| self.names.find(source.last_name(part), source.path).filter(|base| *base != number);
        class
            .parents()
            .map(|part| {
                let path = source.path_of(part).unwrap_or_else(|| source.last_name(part).to_owned());
                let own = !matches!(path.as_str(), "models.Model" | "Model");
                (path, find(part).filter(|_| own))
            })
            .collect()
    }

    fn kind(&self, number: usize, depth: usize) -> Kind {
        let mut kind = Kind::No;
        if depth > DEPTH || !self.fuel.burn(1) {
            return kind;
        }
        let mut complete = true;
        for (path, base) in self.parents(number) {
            let last = path.rsplit('.').next().unwrap_or(&path);
            match base {
                Some(base) => match self.kind(base, depth + 1) {
                    Kind::Model(known) => {
                        kind = Kind::Model(true);
                        complete &= known;
                    }
                    Kind::No => {}
                },
                None if matches!(last, "Model") || LIBRARY.iter().any(|(name, _)| *name == last) => {
                    kind = Kind::Model(true);
                }
                None if matches!(
                    last,
                    "MPTTModel"
                        | "TimeStampedModel"
                        | "UUIDModel"
                        | "SoftDeletableModel"
                        | "PolymorphicModel"
                        | "ClusterableModel"
                        | "Page"
                        | "MP_Node"
                ) =>
                {
                    kind = Kind::Model(true);
                    complete = false;
                }
                // A mixin of a library, which may be a model.
                None if !matches!(last, "object" | "ABC" | "Generic") => complete = false,
                None => {}
            }
        }
        match kind {
            Kind::Model(_) => Kind::Model(complete),
            Kind::No => Kind::No,
        }
    }

    fn meta(&self, number: usize, name: &str) -> Option<(&'a Source<'a>, Part)> {
        let declared = self.classes.get(number)?;
        let field = declared.meta.as_ref()?.field(name)?;
        Some((declared.source, field.value))
    }

    fn is_set(&self, number: usize, name: &str) -> bool {
        self.meta(number, name).is_some_and(|(source, value)| source.flag_of(value) == Some(true))
    }

    /// The table of a model that has one.
    fn table(&self, number: usize, depth: usize) -> Option<Table> {
        let Declared { source, class, .. } = self.classes.get(number)?;
        if depth > DEPTH {
            return None;
        }
        if self.is_set(number, "proxy") {
            let bases = self.parents(number).into_iter().filter_map(|(_, base)| base);
            return bases
                .filter(|base| !self.is_set(*base, "abstract"))
                .find_map(|base| self.table(base, depth + 1));
        }
        if let Some((source, value)) = self.meta(number, "db_table") {
            let name = self.constants.text_of(source, value)?;
            // `"schema"."table"` is how a schema is smuggled in.
            if let Some((schema, name)) = name.split_once("\".\"") {
                let (schema, name) = (schema.trim_matches('"'), name.trim_matches('"'));
                return Some(Table { schema: Some(schema.to_owned()), name: name.to_owned() });
            }
            return Some(Table { schema: None, name: name.trim_matches('"').to_owned() });
        }
        let app = match self.meta(number, "app_label") {
            Some((source, value)) => self.constants.text_of(source, value)?,
            None => self.app(source.path)?,
        };
        let name = format!("{app}_{}", class.name.to_lowercase());
        (name.len() <= LONGEST_NAME).then_some(Table { schema: None, name })
    }

    fn model(&self, number: usize, models: &mut Models) {
        let Some(Declared { source, class, .. }) = self.classes.get(number) else { return };
        let Kind::Model(complete) = self.kind(number, 0) else { return };
        if self.is_set(number, "abstract") {
            return;
        }
        let Some(table) = self.table(number, 0) else { return };
        let mut read = Reading { fields: Fields::default(), has_key: false, many: Vec::new() };
        read.fields.unknown = !complete;
        self.fields(number, 0, &mut read, None);
        if !read.has_key {
            let key = super::super::Field {
                name: "id".to_owned(),
                column: "id".to_owned(),
                span: class.head,
                is_ignored: false,
            };
            read.fields.list.insert(0, key);
        }
        for many in &read.many {
            self.between(number, &table, many, models);
        }
        models.models.push(read.fields.model("django", source.path, class.head, &class.name, table));
    }

    fn fields(&self, number: usize, depth: usize, read: &mut Reading, place: Option<Span>) {
        let Some(Declared { source, class, .. }) = self.classes.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(class.fields.len()) {
            read.fields.unknown = true;
            return;
        }
        let proxy = self.is_set(number, "proxy");
        for (path, base) in self.parents(number).into_iter().rev() {
            let last = path.rsplit('.').next().unwrap_or(&path);
            match base {
                Some(base) if self.kind(base, 0) == Kind::No => {}
                Some(base) if proxy || self.is_set(base, "abstract") => {
                    let elsewhere =
                        self.classes.get(base).is_none_or(|other| other.source.path != source.path);
                    let place = place.or(elsewhere.then_some(class.head));
                    self.fields(base, depth + 1, read, place);
                }
                Some(base) => {
                    // The parent keeps its fields in its own table; a key ties both.
                    let parent = self.classes.get(base).map(|base| base.class.name.to_lowercase());
                    let parent = parent.unwrap_or_default();
                    let linked = class.fields.iter().any(|field| {
                        source
                            .call(field.value)
                            .is_some_and(|(_, arguments)| source.get(arguments, "parent_link").is_some())
                    });
                    if !linked {
                        let place = place.unwrap_or(class.head);
                        read.fields.add(&format!("{parent}_ptr"), &format!("{parent}_ptr_id"), place);
                    }
                    read.has_key = true;
                }
                None => {
                    let own = LIBRARY.iter().find(|(name, _)| *name == last);
                    for column in own.map(|(_, columns)| *columns).unwrap_or_default() {
                        read.fields.add(column, column, place.unwrap_or(class.head));
                    }
                    if last == "AbstractBaseSession" {
                        read.fields.add("session_key", "session_key", place.unwrap_or(class.head));
                        read.has_key = true;
                    }
                    if matches!(last, "AbstractUser" | "PermissionsMixin") {
                        let own = |name: &str, target: &str| Many {
                            name: name.to_owned(),
                            table: None,
                            target: Some(target.to_owned()),
                            span: place.unwrap_or(class.head),
                        };
                        read.many.push(own("groups", "group"));
                        read.many.push(own("user_permissions", "permission"));
                    }
                }
            }
        }
        // A property of the same name takes a field away that a base has.
        class.methods.iter().for_each(|method| read.fields.remove(&method.name));
        for field in &class.fields {
            let place = place.unwrap_or(field.span);
            let Some((call, arguments)) = source.call(field.value) else {
                if !field.value.is_empty() {
                    read.fields.remove(&field.name);
                }
                continue;
            };
            let kind = call.rsplit('.').next().unwrap_or(&call);
            let column = match kind {
                "ManyToManyField" | "ParentalManyToManyField" | "SortedManyToManyField" => {
                    Self::many(source, &field.name, arguments, place, read);
                    continue;
                }
                "GenericForeignKey"
                | "GenericRelation"
                | "CompositePrimaryKey"
                | "FormField"
                | "ForeignObject" => continue,
                "ForeignKey" | "OneToOneField" | "ParentalKey" | "TreeForeignKey" | "TreeOneToOneField" => {
                    format!("{}_id", field.name)
                }
                _ if kind.ends_with("ForeignKey") || kind.ends_with("OneToOneField") => {
                    format!("{}_id", field.name)
                }
                _ if kind.ends_with("Field") => field.name.clone(),
                _ => continue,
            };
            let explicit = source.get(arguments, "db_column");
            let column = match explicit {
                Some(part) if source.is(part.start, "None") => Some(column),
                Some(part) => self.constants.text_of(source, part),
                None => Some(column),
            };
            let is_key = source.get(arguments, "primary_key").and_then(|part| source.flag_of(part));
            let links = source.get(arguments, "parent_link").and_then(|part| source.flag_of(part));
            read.has_key |= is_key == Some(true) || links == Some(true);
            match column {
                Some(column) => read.fields.add(&field.name, &column, place),
                None => read.fields.unknown = true,
            }
        }
    }

    fn many(source: &Source<'_>, name: &str, arguments: Part, span: Span, read: &mut Reading) {
        if source.get(arguments, "through").is_some_and(|part| !source.is(part.start, "None")) {
            return;
        }
        let entries = source.entries(arguments);
        let target = entries.iter().find(|entry| entry.key.is_empty() || entry.key == "to");
        let target = target.map(|entry| {
            source.text_of(entry.value).unwrap_or_else(|| source.last_name(entry.value).to_owned())
        });
        let target = target
            .and_then(|target| target.rsplit('.').next().map(str::to_lowercase))
            .filter(|target| !target.is_empty() && target != "auth_user_model");
        let table = source.get(arguments, "db_table").and_then(|part| source.text_of(part));
        read.many.push(Many { name: name.to_owned(), table, target, span });
    }

    /// The table between two models.
    fn between(&self, number: usize, table: &Table, many: &Many, models: &mut Models) {
        let Some(Declared { source, class, .. }) = self.classes.get(number) else { return };
        if self.is_set(number, "proxy") {
            return;
        }
        let name = many.table.clone().unwrap_or_else(|| format!("{}_{}", table.name, many.name));
        if name.len() > LONGEST_NAME {
            return;
        }
        let own = class.name.to_lowercase();
        let mut fields = Fields::default();
        fields.add("id", "id", many.span);
        match many.target.as_deref() {
            Some(target) if target == "self" || target == own => {
                fields.add(&format!("from_{own}"), &format!("from_{own}_id"), many.span);
                fields.add(&format!("to_{own}"), &format!("to_{own}_id"), many.span);
            }
            Some(target) => {
                fields.add(&own, &format!("{own}_id"), many.span);
                fields.add(target, &format!("{target}_id"), many.span);
            }
            None => {
                fields.add(&own, &format!("{own}_id"), many.span);
                fields.unknown = true;
            }
        }
        let joined = Table { schema: table.schema.clone(), name };
        let code_name = format!("{}.{}", class.name, many.name);
        models.models.push(fields.model("django", source.path, many.span, &code_name, joined));
    }
}

struct Reading {
    fields: Fields,
    has_key: bool,
    many: Vec<Many>,
}

/// A field that holds many of another model.
struct Many {
    name: String,
    table: Option<String>,
    /// The other model, in small letters.
    target: Option<String>,
    span: Span,
}
