//! MikroORM (6): classes with `@Entity`. Names as its `UnderscoreNamingStrategy` makes them.

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::naming::mikro_underscore;
use super::script::{Class, Decorator, Member, classes};
use super::source::{Constants, Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader =
    Reader { looks: |path, text| super::is_script(path) && text.contains("mikro-orm"), read };

const COLUMNS: [&str; 7] = ["Property", "PrimaryKey", "Enum", "Version", "ManyToOne", "OneToOne", "Embedded"];

const DEPTH: usize = 12;

struct Tree<'a> {
    fuel: Fuel,
    classes: Vec<(&'a Source<'a>, Class)>,
    names: Names<'a>,
    constants: Constants,
    /// A strategy of names that is not read.
    own_strategy: bool,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    let own_strategy = sources.iter().any(|source| {
        (0..source.all().end).any(|at| {
            source.is(at, "namingStrategy")
                && source.is(at + 1, ":")
                && !matches!(source.word(at + 2), "UnderscoreNamingStrategy" | "")
        })
    });
    let mut tree = Tree {
        fuel: Fuel::default(),
        classes: Vec::new(),
        names: Names::default(),
        constants: Constants::of(&sources),
        own_strategy,
    };
    for source in &sources {
        for class in classes(source) {
            tree.names.add(&class.name, source.path, tree.classes.len());
            tree.classes.push((source, class));
        }
    }
    for number in 0..tree.classes.len() {
        tree.entity(number, models);
    }
}

impl Tree<'_> {
    fn entity(&self, number: usize, models: &mut Models) {
        let Some((source, class)) = self.classes.get(number) else { return };
        let Some(entity) = class.decorator(&["Entity"]) else { return };
        let options = source.object(entity.arguments);
        let value = |key: &str| options.and_then(|options| source.get(options, key));
        if value("abstract").is_some_and(|part| source.flag_of(part) == Some(true))
            || value("expression").is_some()
        {
            return;
        }
        let Some(name) = self.table(number, 0) else { return };
        let mut fields = Fields::default();
        self.fields(number, "", 0, &mut fields, None);
        let schema = value("schema").and_then(|part| self.constants.text_of(source, part));
        let table = Table { schema: schema.filter(|schema| schema != "*"), name };
        models.models.push(fields.model("mikro-orm", source.path, class.head, &class.name, table));
    }

    fn table(&self, number: usize, depth: usize) -> Option<String> {
        let (source, class) = self.classes.get(number)?;
        let entity = class.decorator(&["Entity"])?;
        let options = source.object(entity.arguments);
        for key in ["tableName", "collection"] {
            if let Some(part) = options.and_then(|options| source.get(options, key)) {
                return self.constants.text_of(source, part);
            }
        }
        // Classes of one table are told apart by a value in it.
        if let Some(parent) = self.names.find(&class.base, source.path).filter(|base| *base != number)
            && depth < DEPTH
            && let Some((above, class)) = self.classes.get(parent)
            && let Some(entity) = class.decorator(&["Entity"])
            && ["discriminatorColumn", "discriminatorMap"]
                .iter()
                .any(|key| above.mentions(entity.arguments, key))
        {
            return self.table(parent, depth + 1);
        }
        (!self.own_strategy).then(|| mikro_underscore(&class.name))
    }

    fn fields(&self, number: usize, prefix: &str, depth: usize, fields: &mut Fields, place: Option<Span>) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(class.members.len()) {
            fields.unknown = true;
            return;
        }
        if !class.heritage.is_empty() {
            match self.names.find(&class.base, source.path).filter(|base| *base != number) {
                Some(base) => {
                    let elsewhere = self.classes.get(base).is_none_or(|(other, _)| other.path != source.path);
                    self.fields(base, prefix, depth + 1, fields, place.or(elsewhere.then_some(class.head)));
                }
                None => fields.unknown |= class.base != "BaseEntity",
            }
        }
        for member in &class.members {
            if let Some(column) = member.decorator(&COLUMNS) {
                self.column(source, member, column, prefix, depth, fields, place);
            } else {
                // A decorator of the project's own may make a column.
                let own = |decorator: &Decorator| {
                    decorator.name.ends_with("Property") && decorator.name != "SerializedPrimaryKey"
                };
                fields.unknown |= member.decorators.iter().any(own);
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what a column stands in has this many sides")]
    fn column(
        &self,
        source: &Source<'_>,
        member: &Member,
        column: &Decorator,
        prefix: &str,
        depth: usize,
        fields: &mut Fields,
        place: Option<Span>,
    ) {
        let span = place.unwrap_or(member.span);
        let arguments = source.cut(column.arguments, ",");
        let options = arguments.iter().rev().find_map(|part| source.object(*part));
        let value = |key: &str| options.and_then(|options| source.get(options, key));
        let spread = options
            .is_some_and(|options| source.entries(options).iter().any(|entry| source.is(entry.at, "...")));
        let is = |key: &str, flag: bool| value(key).is_some_and(|part| source.flag_of(part) == Some(flag));
        if is("persist", false) || value("formula").is_some() || value("mappedBy").is_some() {
            return;
        }
        let target = arguments
            .first()
            .and_then(|part| arrow(source, *part))
            .or_else(|| value("entity").and_then(|part| arrow(source, part)));
        if column.name == "Embedded" && !is("object", true) && !is("array", true) {
            let own = match value("prefix") {
                None => Some(format!("{}_", mikro_underscore(&member.name))),
                Some(part) if source.flag_of(part) == Some(false) => Some(String::new()),
                Some(part) if source.flag_of(part) == Some(true) => {
                    Some(format!("{}_", mikro_underscore(&member.name)))
                }
                Some(part) => self.constants.text_of(source, part),
            };
            match (own, target.and_then(|target| self.names.find(target, source.path))) {
                (Some(own), Some(inner)) => {
                    let mut embedded = Fields::default();
                    self.fields(inner, &format!("{prefix}{own}"), depth + 1, &mut embedded, Some(span));
                    fields.embed(embedded);
                }
                _ => fields.unknown = true,
            }
            return;
        }
        let relation = matches!(column.name.as_str(), "ManyToOne" | "OneToOne");
        let mut named = value("fieldName").or_else(|| value("name"));
        if relation {
            named = named.or_else(|| value("joinColumn"));
        }
        // A relation may have several columns.
        for key in ["fieldNames", "joinColumns"] {
            if let Some(part) = value(key) {
                for item in source.cut(source.inside(part.start), ",") {
                    match self.constants.text_of(source, item) {
                        Some(column) if !fields.has_column(&column) => {
                            fields.add(&member.name, &column, span);
                        }
                        Some(_) => {}
                        None => fields.unknown = true,
                    }
                }
                return;
            }
        }
        let column = match named {
            Some(part) => self.constants.text_of(source, part),
            None if spread || self.own_strategy => None,
            // The side of a one-to-one that does not own it may say so by a function.
            None if column.name == "OneToOne"
                && arguments.len() > 1
                && !source.mentions(column.arguments, "owner") =>
            {
                None
            }
            None if relation => {
                let key = target.map_or(Some("id".to_owned()), |target| self.key(target, source.path, 0));
                key.map(|key| format!("{}_{key}", mikro_underscore(&member.name)))
            }
            None => Some(mikro_underscore(&member.name)),
        };
        match column {
            Some(column) => {
                let column = format!("{prefix}{column}");
                if !relation || !fields.has_column(&column) {
                    fields.add(&member.name, &column, span);
                }
            }
            None => fields.unknown = true,
        }
    }

    /// The column of the only primary key of a class.
    fn key(&self, name: &str, from: &str, depth: usize) -> Option<String> {
        let (source, class) = self.classes.get(self.names.find(name, from)?)?;
        let mut keys = class.members.iter().filter(|member| member.decorator(&["PrimaryKey"]).is_some());
        match (keys.next(), keys.next()) {
            (Some(key), None) => {
                let options =
                    key.decorator(&["PrimaryKey"]).and_then(|decorator| source.object(decorator.arguments));
                let named = options.and_then(|options| {
                    source.get(options, "fieldName").or_else(|| source.get(options, "name"))
                });
                match named {
                    Some(part) => self.constants.text_of(source, part),
                    None => Some(mikro_underscore(&key.name)),
                }
            }
            (None, _) if !class.base.is_empty() && depth < DEPTH => {
                self.key(&class.base, source.path, depth + 1)
            }
            _ => None,
        }
    }
}

/// The name at the end of `() => Name`.
fn arrow<'a>(source: &Source<'a>, part: Part) -> Option<&'a str> {
    let at = (part.start..part.end.min(part.start + 8)).find(|at| source.is(*at, "=>"))?;
    Some(source.last_name(Part::new(at + 1, part.end))).filter(|name| !name.is_empty())
}
