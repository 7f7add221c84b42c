//! SQLAlchemy (2.0): declarative classes with their mixins, tables of its core, SQLModel and Flask's extension.

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::naming::flask_snake;
use super::python::{Class, Module, module};
use super::source::{Constants, Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        path.ends_with(".py")
            && ["sqlalchemy", "sqlmodel", "SQLModel", "__tablename__", "db.Model"]
                .iter()
                .any(|name| text.contains(name))
    },
    read,
};

/// What a class may extend without getting columns from it.
const BARE: [&str; 16] = [
    "Base",
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "MappedAsDataclass",
    "AsyncAttrs",
    "SQLModel",
    "db.Model",
    "Model",
    "BaseModel",
    "object",
    "ABC",
    "Generic",
    "Protocol",
    "UserMixin",
    "SerializerMixin",
    "Enum",
];

/// Calls in a class's body that make no column.
const OTHERS: [&str; 20] = [
    "relationship",
    "dynamic_loader",
    "backref",
    "association_proxy",
    "synonym",
    "hybrid_property",
    "column_property",
    "query_expression",
    "validates",
    "Index",
    "UniqueConstraint",
    "CheckConstraint",
    "Relationship",
    "ConfigDict",
    "SettingsConfigDict",
    "MetaData",
    "registry",
    "PrivateAttr",
    "dict",
    "orm_insert_sentinel",
];

const DEPTH: usize = 16;

struct Tree<'a> {
    fuel: Fuel,
    classes: Vec<(&'a Source<'a>, Class)>,
    names: Names<'a>,
    constants: Constants,
    /// Tables of the core, by the variable that holds them.
    tables: Names<'a>,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    let mut tree = Tree {
        fuel: Fuel::default(),
        classes: Vec::new(),
        names: Names::default(),
        constants: Constants::of(&sources),
        tables: Names::default(),
    };
    for source in &sources {
        let Module { classes, globals } = module(source);
        for class in classes {
            tree.names.add(&class.name, source.path, tree.classes.len());
            tree.classes.push((source, class));
        }
        for global in &globals {
            if let Some((table, fields)) = core_table(&tree.constants, source, global.value) {
                tree.tables.add(&global.name, source.path, models.models.len());
                let model = fields.model("sqlalchemy", source.path, global.span, &global.name, table);
                models.models.push(model);
            }
        }
    }
    for number in 0..tree.classes.len() {
        tree.class(number, models);
    }
}

/// `Table("name", metadata, Column("a", …), schema="x")`
fn core_table(constants: &Constants, source: &Source<'_>, value: Part) -> Option<(Table, Fields)> {
    let (name, arguments) = source.call(value)?;
    if !matches!(name.as_str(), "Table" | "db.Table" | "sa.Table" | "sqlalchemy.Table") {
        return None;
    }
    let entries = source.entries(arguments);
    let mut positional = entries.iter().filter(|entry| entry.key.is_empty());
    let table = constants.text_of(source, positional.next()?.value)?;
    let mut schema = None;
    if let Some(part) = source.get(arguments, "schema") {
        schema = constants.text_of(source, part);
    }
    let mut fields = Fields::default();
    for entry in positional {
        match source.call(entry.value) {
            Some((call, inner)) if last(&call) == "Column" => {
                let first = source.entries(inner).into_iter().find(|entry| entry.key.is_empty());
                let name = first.and_then(|first| constants.text_of(source, first.value));
                match name {
                    Some(name) => fields.add(&name, &name, source.span(entry.at)),
                    None => fields.unknown = true,
                }
            }
            None if source.is(entry.at, "*") => fields.unknown = true,
            _ => {}
        }
    }
    // A table that is reflected has its columns elsewhere.
    fields.unknown |= fields.list.is_empty() || source.get(arguments, "autoload_with").is_some();
    Some((Table { schema, name: table }, fields))
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

impl Tree<'_> {
    fn class(&self, number: usize, models: &mut Models) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if self.is_abstract(number) {
            return;
        }
        if let Some(given) = class.field("__table__") {
            self.given_table(source, class, given.value, models);
            return;
        }
        let sqlmodel = class.option("table").and_then(|part| source.flag_of(part)) == Some(true);
        let table = match self.table_name(number, 0) {
            Some(found) => found,
            None if sqlmodel => Some(class.name.to_lowercase()),
            None if self.extends(number, "db.Model", 0) => Some(flask_snake(&class.name)),
            None => None,
        };
        let Some(name) = table else { return };
        let is_mixin = class.bases.is_empty();
        if is_mixin {
            return;
        }
        let mut fields = Fields::default();
        self.fields(number, &name, sqlmodel, 0, &mut fields, None);
        if fields.list.is_empty() && !fields.unknown {
            return;
        }
        let schema = self.schema(number, &name, 0);
        let table = Table { schema, ..Table { schema: None, name } };
        models.models.push(fields.model("sqlalchemy", source.path, class.head, &class.name, table));
    }

    fn is_abstract(&self, number: usize) -> bool {
        self.classes.get(number).is_some_and(|(source, class)| {
            class.field("__abstract__").is_some_and(|field| source.flag_of(field.value) == Some(true))
        })
    }

    /// `__table__ = Table(…)`, or the variable of one.
    fn given_table(&self, source: &Source<'_>, class: &Class, value: Part, models: &mut Models) {
        let found = core_table(&self.constants, source, value).or_else(|| {
            let known = models.models.get(self.tables.find(source.last_name(value), source.path)?)?;
            let unknown = !known.is_complete;
            let fields = Fields { list: known.fields.clone(), unknown, ..Fields::default() };
            Some((Table { schema: known.schema.clone(), name: known.table.clone() }, fields))
        });
        if let Some((table, mut fields)) = found {
            fields.list.iter_mut().for_each(|field| field.span = class.head);
            models.models.push(fields.model("sqlalchemy", source.path, class.head, &class.name, table));
        }
    }

    fn parents(&self, number: usize) -> Vec<Option<usize>> {
        let Some((source, class)) = self.classes.get(number) else { return Vec::new() };
        let find = |part: Part| self.names.find(base_name(source, part), source.path);
        class.parents().map(|part| find(part).filter(|base| *base != number)).collect()
    }

    fn extends(&self, number: usize, root: &str, depth: usize) -> bool {
        let Some((source, class)) = self.classes.get(number) else { return false };
        class.parents().any(|part| source.path_of(part).as_deref() == Some(root))
            || depth < DEPTH
                && self.fuel.burn(1)
                && self.parents(number).into_iter().flatten().any(|base| self.extends(base, root, depth + 1))
    }

    /// The table that a class or what it extends names. `Some(None)` where one is named in a way that is not understood.
    fn table_name(&self, number: usize, depth: usize) -> Option<Option<String>> {
        let (source, class) = self.classes.get(number)?;
        if let Some(field) = class.field("__tablename__") {
            return Some(self.constants.text_of(source, field.value));
        }
        if let Some(method) = class.methods.iter().find(|method| method.name == "__tablename__") {
            return Some(source.string(method.returns.start).map(str::to_owned)).filter(Option::is_some).or(
                // What a method makes of each class's own name is known to the class alone.
                Some(None),
            );
        }
        if depth > DEPTH || !self.fuel.burn(1) {
            return None;
        }
        let mut parents = self.parents(number).into_iter().flatten();
        parents.find_map(|base| self.made_name(base, class).or_else(|| self.table_name(base, depth + 1)))
    }

    /// `return cls.__name__.lower()` of a base, for a class.
    fn made_name(&self, base: usize, class: &Class) -> Option<Option<String>> {
        let (source, base) = self.classes.get(base)?;
        let method = base.methods.iter().find(|method| method.name == "__tablename__")?;
        let written = source.span_of(method.returns).of(source.text);
        let name = match written {
            "cls.__name__.lower()" => Some(class.name.to_lowercase()),
            "cls.__name__" => Some(class.name.clone()),
            _ => source.text_of(method.returns),
        };
        Some(name)
    }

    /// `__table_args__` with a schema, or a schema of the base's metadata.
    fn schema(&self, number: usize, table: &str, depth: usize) -> Option<String> {
        let (source, class) = self.classes.get(number)?;
        if let Some(field) = class.field("__table_args__") {
            let options = if source.is_open(field.value.start, b'(') {
                source.cut(source.inside(field.value.start), ",").last().copied()
            } else {
                Some(field.value)
            };
            let schema = options
                .and_then(|part| source.object(part))
                .and_then(|options| source.get(options, "schema"))
                .and_then(|part| self.constants.text_of(source, part));
            if schema.is_some() {
                return schema;
            }
        }
        if let Some(field) = class.field("metadata")
            && let Some((_, arguments)) = source.call(field.value)
            && let Some(schema) = source.get(arguments, "schema")
        {
            return self.constants.text_of(source, schema);
        }
        if depth > DEPTH || !self.fuel.burn(1) {
            return None;
        }
        // What a class says of its own table is not said of the tables of those below it.
        let shares = |base: &usize| {
            self.is_abstract(*base) || self.table_name(*base, 0).flatten().is_none_or(|other| other == table)
        };
        let mut bases = self.parents(number).into_iter().flatten().filter(shares);
        bases.find_map(|base| self.schema(base, table, depth + 1))
    }

    fn fields(
        &self,
        number: usize,
        table: &str,
        sqlmodel: bool,
        depth: usize,
        fields: &mut Fields,
        place: Option<Span>,
    ) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(class.fields.len()) {
            fields.unknown = true;
            return;
        }
        // The first base counts most: it is read last.
        let parents: Vec<Part> = class.parents().collect();
        for (part, base) in parents.iter().zip(self.parents(number)).rev() {
            match base {
                Some(base) => {
                    // A base with a table of its own keeps its columns there.
                    let other = self.table_name(base, 0).flatten();
                    let has_own = self.classes.get(base).is_some_and(|(_, base)| !base.bases.is_empty())
                        && !self.is_abstract(base)
                        && other.is_some_and(|other| other != table);
                    if !has_own {
                        let elsewhere =
                            self.classes.get(base).is_none_or(|(other, _)| other.path != source.path);
                        let place = place.or(elsewhere.then_some(class.head));
                        self.fields(base, table, sqlmodel, depth + 1, fields, place);
                    }
                }
                None => {
                    let path = source.path_of(*part).unwrap_or_else(|| base_name(source, *part).to_owned());
                    let known =
                        BARE.contains(&path.as_str()) || BARE.contains(&last(&path)) && !path.is_empty();
                    fields.unknown |= !known;
                }
            }
        }
        for field in &class.fields {
            if field.name.starts_with("__") {
                continue;
            }
            let place = place.unwrap_or(field.span);
            self.field(source, &field.name, field.kind, field.value, sqlmodel, fields, place);
        }
        for method in &class.methods {
            let declared = (method.decorators.start..method.decorators.end)
                .any(|at| matches!(source.word(at).trim_start_matches('@'), "declared_attr"));
            if declared && !method.name.starts_with("__") {
                let nothing = Part::default();
                let place = place.unwrap_or(method.span);
                self.field(source, &method.name, nothing, method.returns, false, fields, place);
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a field is read from its name, type and value")]
    fn field(
        &self,
        source: &Source<'_>,
        name: &str,
        kind: Part,
        value: Part,
        sqlmodel: bool,
        fields: &mut Fields,
        place: Span,
    ) {
        let mapped = source.is(kind.start, "Mapped") && !kind.is_empty()
            || source.is(kind.start + 2, "Mapped") && !kind.is_empty();
        let Some((call, arguments)) = source.call(value) else {
            let column = if sqlmodel {
                !kind.is_empty() && !source.mentions(kind, "ClassVar") && !name.starts_with('_')
            } else {
                mapped && value.is_empty()
            };
            if column {
                fields.add(name, name, place);
            }
            return;
        };
        match last(&call) {
            "Column" | "mapped_column" => self.column(source, name, arguments, fields, place),
            "deferred" | "column_property" | "orm_column" => {
                let first = source.entries(arguments).into_iter().next();
                if let Some((inner, arguments)) = first.and_then(|first| source.call(first.value))
                    && matches!(last(&inner), "Column" | "mapped_column")
                {
                    self.column(source, name, arguments, fields, place);
                }
            }
            "Field" if sqlmodel => {
                match source.get(arguments, "sa_column").and_then(|part| source.call(part)) {
                    Some((_, arguments)) => self.column(source, name, arguments, fields, place),
                    None if source.get(arguments, "sa_column").is_some() => fields.unknown = true,
                    None => fields.add(name, name, place),
                }
            }
            other if OTHERS.contains(&other) => {}
            _ if sqlmodel && !kind.is_empty() && !source.mentions(kind, "ClassVar") => {
                fields.add(name, name, place);
            }
            // A function of the project, which may make a column.
            other if mapped || other.starts_with(char::is_lowercase) => fields.unknown = true,
            _ => {}
        }
    }

    fn column(&self, source: &Source<'_>, name: &str, arguments: Part, fields: &mut Fields, place: Span) {
        let entries = source.entries(arguments);
        let first = entries.first().filter(|entry| entry.key.is_empty());
        let named = entries.iter().find(|entry| matches!(entry.key.as_str(), "name" | "__name_pos"));
        let column = match (first, named) {
            (_, Some(named)) => self.constants.text_of(source, named.value),
            (Some(first), None) if source.string(first.at).is_some() => source.text_of(first.value),
            (Some(first), None) if source.is(first.at, "*") => None,
            (Some(first), None) => {
                self.constants.text_of(source, first.value).or_else(|| Some(name.to_owned()))
            }
            (None, None) => Some(name.to_owned()),
        };
        match column {
            Some(column) => fields.add(name, &column, place),
            None => fields.unknown = true,
        }
    }
}

/// The last name of `a.B` or `B[C]`.
fn base_name<'a>(source: &Source<'a>, part: Part) -> &'a str {
    source.last_name(part)
}
