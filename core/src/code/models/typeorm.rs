//! TypeORM: classes with `@Entity`, and `EntitySchema`. Names as its `DefaultNamingStrategy` makes them, or the
//! `SnakeNamingStrategy` of typeorm-naming-strategies (0.3).

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::naming::{title, typeorm_camel, typeorm_snake};
use super::script::{Class, Decorator, Member, classes};
use super::source::{Constants, Part, Source, sources};
use crate::change::SourceFile;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        super::is_script(path)
            && (text.contains("typeorm")
                || ["TableName", "ColumnName", "TABLE_NAME"].iter().any(|name| text.contains(name)))
    },
    read,
};

/// Decorators of columns. A `@VirtualColumn` is computed.
const COLUMNS: [&str; 9] = [
    "Column",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "CreateDateColumn",
    "UpdateDateColumn",
    "DeleteDateColumn",
    "VersionColumn",
    "ObjectIdColumn",
    "ViewColumn",
];

/// How deep classes inherit and embed.
const DEPTH: usize = 12;

/// How names are made that the code does not give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Default,
    Snake,
    /// A strategy of the project's own.
    Unknown,
}

struct Tree<'a> {
    fuel: Fuel,
    sources: &'a [Source<'a>],
    classes: Vec<(&'a Source<'a>, Class)>,
    names: Names<'a>,
    constants: Constants,
    naming: Naming,
    prefix: String,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    if !sources.iter().any(|source| source.text.contains("typeorm")) {
        return;
    }
    let mut tree = Tree {
        fuel: Fuel::default(),
        sources: &sources,
        classes: Vec::new(),
        names: Names::default(),
        constants: Constants::of(&sources),
        naming: naming(&sources),
        prefix: prefix(&sources),
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
    for source in tree.sources {
        super::typeorm_schema::read(source, models, &|name| tree.column_name(name, None, &[]));
    }
}

/// The strategy that some file of the tree sets.
fn naming(sources: &[Source<'_>]) -> Naming {
    let mut naming = Naming::Default;
    for source in sources {
        for at in 0..source.all().end {
            if source.is(at, "namingStrategy") && matches!(source.word(at + 1), ":" | "=") {
                naming = match source.word(at + 3) {
                    "SnakeNamingStrategy" => return Naming::Snake,
                    "DefaultNamingStrategy" => naming,
                    _ => Naming::Unknown,
                };
            }
        }
    }
    naming
}

fn prefix(sources: &[Source<'_>]) -> String {
    let found = sources.iter().find_map(|source| {
        (0..source.all().end)
            .find(|at| source.is(*at, "entityPrefix") && source.is(at + 1, ":"))
            .and_then(|at| source.string(at + 2))
    });
    found.unwrap_or_default().to_owned()
}

impl Tree<'_> {
    fn entity(&self, number: usize, models: &mut Models) {
        let Some((source, class)) = self.classes.get(number) else { return };
        let Some(entity) = class.decorator(&["Entity", "ViewEntity", "ChildEntity"]) else { return };
        if !source.text.contains("typeorm") {
            return;
        }
        let Some(table) = self.table(number, entity, 0) else { return };
        let mut fields = Fields::default();
        self.fields(number, &[], 0, &mut fields, None);
        self.join_tables(number, &table, models);
        models.models.push(fields.model("typeorm", source.path, class.head, &class.name, table));
    }

    fn table(&self, number: usize, entity: &Decorator, depth: usize) -> Option<Table> {
        let (source, class) = self.classes.get(number)?;
        if entity.name == "ChildEntity" {
            let parent = self.names.find(&class.base, source.path).filter(|_| depth < DEPTH)?;
            let (_, above) = self.classes.get(parent)?;
            let decorator = above.decorator(&["Entity", "ChildEntity"])?;
            return self.table(parent, decorator, depth + 1);
        }
        let mut name = None;
        let mut schema = None;
        for (place, argument) in source.cut(entity.arguments, ",").into_iter().enumerate() {
            if let Some(options) = source.object(argument) {
                for (key, target) in [("name", &mut name), ("schema", &mut schema)] {
                    if let Some(value) = source.get(options, key) {
                        *target = Some(self.constants.text_of(source, value)?);
                    }
                }
            } else if place == 0 {
                name = Some(self.constants.text_of(source, argument)?);
            } else {
                return None;
            }
        }
        // A strategy of the project's own may change names that are given, too; most leave these alone.
        let name = match name {
            Some(name) => name,
            None if self.naming == Naming::Unknown => return None,
            None => typeorm_snake(&class.name),
        };
        let mut table = Table::dotted(&name);
        table.schema = schema.or(table.schema);
        table.name.insert_str(0, &self.prefix);
        Some(table)
    }

    /// The fields of a class and of all that it extends. `prefixes` are those of what it is embedded in.
    fn fields(
        &self,
        number: usize,
        prefixes: &[String],
        depth: usize,
        fields: &mut Fields,
        place: Option<crate::text::Span>,
    ) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(class.members.len()) {
            fields.unknown = true;
            return;
        }
        if !class.heritage.is_empty() && class.base != "BaseEntity" {
            match self.names.find(&class.base, source.path).filter(|base| *base != number) {
                Some(base) => {
                    let elsewhere = self.classes.get(base).is_none_or(|(other, _)| other.path != source.path);
                    let place = place.or(elsewhere.then_some(class.head));
                    self.fields(base, prefixes, depth + 1, fields, place);
                }
                None => fields.unknown = true,
            }
        } else if class.base == "BaseEntity" {
            // TypeORM's own has no columns; a project's own of that name may have some.
            if let Some(base) = self.names.find("BaseEntity", source.path).filter(|base| *base != number) {
                self.fields(base, prefixes, depth + 1, fields, place.or(Some(class.head)));
            }
        }
        if let Some(inheritance) = class.decorator(&["TableInheritance"]) {
            self.discriminator(source, inheritance, fields, place);
        }
        for member in &class.members {
            if let Some(column) = member.decorator(&COLUMNS) {
                self.column(source, member, column, prefixes, depth, fields, place);
            } else if let Some(relation) = member.decorator(&["ManyToOne", "OneToOne"]) {
                self.relation(source, member, relation, prefixes, fields, place);
            } else {
                // A decorator of the project's own may make a column.
                let own = |decorator: &Decorator| {
                    decorator.name.ends_with("Column") && decorator.name != "VirtualColumn"
                };
                fields.unknown |= member.decorators.iter().any(own);
            }
        }
    }

    /// The column that tells classes of one table apart.
    fn discriminator(
        &self,
        source: &Source<'_>,
        inheritance: &Decorator,
        fields: &mut Fields,
        place: Option<crate::text::Span>,
    ) {
        let column = source.object(inheritance.arguments).and_then(|options| source.get(options, "column"));
        let named =
            column.map(|part| source.object(part).map_or(Some(part), |inner| source.get(inner, "name")));
        let name = match named.flatten() {
            Some(part) => self.constants.text_of(source, part),
            None => Some("type".to_owned()),
        };
        match name {
            Some(name) => {
                let own = source.span_of(inheritance.arguments);
                fields.add(&name, &name, place.unwrap_or(own));
            }
            None => fields.unknown = true,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what a column stands in has this many sides")]
    fn column(
        &self,
        source: &Source<'_>,
        member: &Member,
        column: &Decorator,
        prefixes: &[String],
        depth: usize,
        fields: &mut Fields,
        place: Option<crate::text::Span>,
    ) {
        let mut explicit = None;
        let arguments = source.cut(column.arguments, ",");
        for (index, argument) in arguments.iter().enumerate() {
            if let Some(target) = arrow_target(source, *argument) {
                let options = arguments.get(index + 1).and_then(|next| source.object(*next));
                let prefix = options.and_then(|options| source.get(options, "prefix"));
                let mut inner = prefixes.to_vec();
                match prefix {
                    None => inner.push(member.name.clone()),
                    Some(prefix) if source.flag_of(prefix) == Some(false) => {}
                    Some(prefix) => match self.constants.text_of(source, prefix) {
                        Some(prefix) if prefix.is_empty() => {}
                        Some(prefix) => inner.push(prefix),
                        None => {
                            fields.unknown = true;
                            return;
                        }
                    },
                }
                match self.names.find(target, source.path) {
                    Some(embedded) => {
                        let mut own = Fields::default();
                        self.fields(embedded, &inner, depth + 1, &mut own, place.or(Some(member.span)));
                        fields.embed(own);
                    }
                    None => fields.unknown = true,
                }
                return;
            }
            if let Some(options) = source.object(*argument) {
                if let Some(name) = source.get(options, "name") {
                    explicit = self.constants.text_of(source, name);
                    if explicit.is_none() {
                        fields.unknown = true;
                        return;
                    }
                } else if source.entries(options).iter().any(|entry| source.is(entry.at, "...")) {
                    fields.unknown = true;
                    return;
                }
            } else if source.string(argument.start).is_none() && arguments.len() == 1 {
                // Options, or a type, that stand elsewhere.
                let word = source.word(argument.start);
                if !matches!(word, "String" | "Number" | "Boolean" | "Date" | "Object") {
                    fields.unknown = true;
                    return;
                }
            }
        }
        if explicit.is_none() && self.naming == Naming::Unknown {
            fields.unknown = true;
            return;
        }
        let name = self.column_name(&member.name, explicit.as_deref(), prefixes);
        fields.add(&member.name, &name, place.unwrap_or(member.span));
    }

    fn column_name(&self, property: &str, explicit: Option<&str>, prefixes: &[String]) -> String {
        if self.naming == Naming::Snake {
            let own = explicit.map_or_else(|| typeorm_snake(property), str::to_owned);
            let mut outer = prefixes.join("_");
            if !prefixes.is_empty() {
                outer.push('_');
            }
            return typeorm_snake(&outer) + &own;
        }
        let own = explicit.unwrap_or(property);
        if prefixes.is_empty() { own.to_owned() } else { typeorm_camel(&prefixes.join("_")) + &title(own) }
    }

    /// The columns of a foreign key.
    fn relation(
        &self,
        source: &Source<'_>,
        member: &Member,
        relation: &Decorator,
        prefixes: &[String],
        fields: &mut Fields,
        place: Option<crate::text::Span>,
    ) {
        let joins: Vec<&Decorator> =
            member.decorators.iter().filter(|decorator| decorator.name == "JoinColumn").collect();
        if relation.name == "OneToOne" && joins.is_empty() {
            return;
        }
        let mut options = Vec::new();
        for join in &joins {
            let list = if source.is_open(join.arguments.start, b'[') {
                source.cut(source.inside(join.arguments.start), ",")
            } else {
                source.cut(join.arguments, ",")
            };
            options.extend(list);
        }
        if options.is_empty() {
            options.push(Part::default());
        }
        let target = source.cut(relation.arguments, ",").first().and_then(|part| arrow_target(source, *part));
        for part in options {
            let object = source.object(part).filter(|_| !part.is_empty());
            if object.is_none() && !part.is_empty() {
                fields.unknown = true;
                continue;
            }
            let value = |key| object.and_then(|object| source.get(object, key));
            let name = match value("name") {
                Some(name) => self.constants.text_of(source, name),
                None => {
                    let referenced = match value("referencedColumnName") {
                        Some(name) => self.constants.text_of(source, name),
                        None => target.and_then(|target| self.primary_key(target, source.path, 0)),
                    };
                    referenced.and_then(|referenced| self.join_name(&member.name, &referenced))
                }
            };
            let Some(mut name) = name else {
                fields.unknown = true;
                continue;
            };
            if !prefixes.is_empty() && value("name").is_none() {
                name = self.column_name(&name, None, prefixes);
            }
            if !fields.has_column(&name) {
                fields.add(&member.name, &name, place.unwrap_or(member.span));
            }
        }
    }

    fn join_name(&self, relation: &str, referenced: &str) -> Option<String> {
        let joined = format!("{relation}_{referenced}");
        match self.naming {
            Naming::Default => Some(typeorm_camel(&joined)),
            Naming::Snake => Some(typeorm_snake(&joined)),
            Naming::Unknown => None,
        }
    }

    /// The property that is the only primary key of a class.
    fn primary_key(&self, name: &str, from: &str, depth: usize) -> Option<String> {
        let number = self.names.find(name, from)?;
        let (source, class) = self.classes.get(number)?;
        let is_key = |member: &&Member| {
            member.decorators.iter().any(|decorator| match decorator.name.as_str() {
                "PrimaryColumn" | "PrimaryGeneratedColumn" => true,
                "Column" => source.cut(decorator.arguments, ",").iter().any(|argument| {
                    source.object(*argument).and_then(|options| source.get(options, "primary")).is_some()
                }),
                _ => false,
            })
        };
        let mut keys = class.members.iter().filter(is_key);
        match (keys.next(), keys.next()) {
            (Some(key), None) => Some(key.name.clone()),
            (None, _) if !class.base.is_empty() && depth < DEPTH && class.base != name => {
                self.primary_key(&class.base, source.path, depth + 1)
            }
            _ => None,
        }
    }

    /// The tables between two entities.
    fn join_tables(&self, number: usize, table: &Table, models: &mut Models) {
        let Some((source, class)) = self.classes.get(number) else { return };
        for member in &class.members {
            let Some(relation) = member.decorator(&["ManyToMany"]) else { continue };
            let Some(join) = member.decorator(&["JoinTable"]) else { continue };
            let options = source.object(join.arguments);
            let value = |key: &str| options.and_then(|options| source.get(options, key));
            let target = source
                .cut(relation.arguments, ",")
                .first()
                .and_then(|part| arrow_target(source, *part))
                .and_then(|target| self.names.find(target, source.path));
            let other = target.and_then(|target| {
                let (_, class) = self.classes.get(target)?;
                self.table(target, class.decorator(&["Entity", "ChildEntity"])?, 0)
            });
            let name = match value("name") {
                Some(name) => self.constants.text_of(source, name),
                None if self.naming == Naming::Unknown => None,
                None => other
                    .as_ref()
                    .map(|other| typeorm_snake(&format!("{}_{}_{}", table.name, member.name, other.name))),
            };
            let Some(name) = name else { continue };
            let mut fields = Fields::default();
            for key in ["joinColumn", "inverseJoinColumn"] {
                let column = value(key)
                    .and_then(|part| source.object(part))
                    .and_then(|options| source.get(options, "name"))
                    .and_then(|name| self.constants.text_of(source, name));
                match column {
                    Some(column) => fields.add(&column, &column, member.span),
                    None => fields.unknown = true,
                }
            }
            let schema = value("schema").and_then(|schema| self.constants.text_of(source, schema));
            let joined = Table { schema: schema.or_else(|| table.schema.clone()), name };
            let code_name = format!("{}.{}", class.name, member.name);
            models.models.push(fields.model("typeorm", source.path, member.span, &code_name, joined));
        }
    }
}

/// The name at the end of `() => Name`, `type => Name`.
fn arrow_target<'a>(source: &Source<'a>, part: Part) -> Option<&'a str> {
    let mut at = part.start;
    while at < part.end {
        if source.is(at, "=>") {
            let name = source.last_name(Part::new(at + 1, part.end));
            return Some(name).filter(|name| !name.is_empty());
        }
        at = source.after(at);
    }
    None
}
