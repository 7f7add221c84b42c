//! JPA as Hibernate (6) does it: classes with `@Entity`. With Spring, names are made small with underscores; without
//! it they are taken as they are, and PostgreSQL makes them small.

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Fuel, Names, Table};
use super::jvm::{Annotation, Class, Member, annotation, classes};
use super::source::{Constants, Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        (path.ends_with(".java") || path.ends_with(".kt") || path.ends_with(".kts"))
            && (text.contains("persistence.") || text.contains("springframework"))
    },
    read,
};

const DEPTH: usize = 12;

struct Tree<'a> {
    fuel: Fuel,
    classes: Vec<(&'a Source<'a>, Class)>,
    names: Names<'a>,
    constants: Constants,
    spring: bool,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    if !sources.iter().any(|source| source.text.contains("@Entity")) {
        return;
    }
    let spring = sources.iter().any(|source| source.text.contains("org.springframework"));
    let mut tree = Tree {
        fuel: Fuel::default(),
        classes: Vec::new(),
        names: Names::default(),
        constants: Constants::of(&sources),
        spring,
    };
    for source in &sources {
        if !source.text.contains("persistence.") {
            continue;
        }
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
    /// What the physical strategy makes of a name.
    fn physical(&self, name: &str) -> String {
        if let Some(quoted) = name.strip_prefix(['`', '"']) {
            return quoted.trim_end_matches(['`', '"']).to_owned();
        }
        if !self.spring {
            return name.to_lowercase();
        }
        let letters: Vec<char> = name.replace('.', "_").chars().collect();
        let mut snake = String::new();
        for (at, letter) in letters.iter().enumerate() {
            let small = |at: Option<usize>| {
                at.and_then(|at| letters.get(at))
                    .is_some_and(|letter| letter.is_lowercase() || letter.is_ascii_digit())
            };
            let before = small(at.checked_sub(1));
            let after =
                letters.get(at + 1).is_some_and(|letter| letter.is_lowercase() || letter.is_ascii_digit());
            if letter.is_uppercase() && before && after {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        }
        snake
    }

    /// An option of an annotation: `Some(None)` where it is there and not understood.
    fn option(&self, source: &Source<'_>, found: &Annotation, key: &str) -> Option<Option<String>> {
        let entries = source.entries(found.arguments);
        let entry = entries.iter().find(|entry| entry.key == key)?;
        Some(self.constants.text_of(source, entry.value))
    }

    fn entity(&self, number: usize, models: &mut Models) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if annotation(&class.annotations, "Entity").is_none() {
            return;
        }
        let Some(table) = self.table(number, 0) else { return };
        let mut fields = Fields::default();
        self.fields(number, 0, &[], &mut fields, None);
        models.models.push(fields.model("jpa", source.path, class.head, &class.name, table));
    }

    fn table(&self, number: usize, depth: usize) -> Option<Table> {
        let (source, class) = self.classes.get(number)?;
        let entity = annotation(&class.annotations, "Entity")?;
        let given = annotation(&class.annotations, "Table");
        // Without a strategy, classes share the table of the first above them.
        if let Some(base) = self.names.find(&class.base, source.path).filter(|base| *base != number)
            && depth < DEPTH
            && let Some((above, parent)) = self.classes.get(base)
            && annotation(&parent.annotations, "Entity").is_some()
        {
            let strategy = annotation(&parent.annotations, "Inheritance");
            let single = strategy.is_none_or(|strategy| {
                !above.mentions(strategy.arguments, "JOINED")
                    && !above.mentions(strategy.arguments, "TABLE_PER_CLASS")
            });
            if single {
                return self.table(base, depth + 1);
            }
        }
        let mut table = Table::default();
        if let Some(given) = given {
            if let Some(schema) = self.option(source, given, "schema") {
                table.schema = Some(schema?);
            }
            if let Some(name) = self.option(source, given, "name") {
                table.name = self.physical(&name?);
                return Some(table);
            }
        }
        let name = match self.option(source, entity, "name") {
            Some(name) => name?,
            None => class.name.clone(),
        };
        table.name = self.physical(&name);
        Some(table)
    }

    fn fields(
        &self,
        number: usize,
        depth: usize,
        overrides: &[(String, String)],
        fields: &mut Fields,
        place: Option<Span>,
    ) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if depth > DEPTH || !self.fuel.burn(class.members.len()) {
            fields.unknown = true;
            return;
        }
        if !class.base.is_empty() {
            match self.names.find(&class.base, source.path).filter(|base| *base != number) {
                Some(base) => {
                    let above = self.classes.get(base);
                    let joined = above.is_some_and(|(above, parent)| {
                        let strategy = annotation(&parent.annotations, "Inheritance");
                        strategy.is_some_and(|strategy| above.mentions(strategy.arguments, "JOINED"))
                    });
                    let mapped = above.is_some_and(|(_, parent)| {
                        ["Entity", "MappedSuperclass", "Embeddable"]
                            .iter()
                            .any(|name| annotation(&parent.annotations, name).is_some())
                    });
                    if !mapped {
                        // What such a class holds is in no column.
                    } else if !joined {
                        let elsewhere = above.is_none_or(|(above, _)| above.path != source.path);
                        let place = place.or(elsewhere.then_some(class.head));
                        self.fields(base, depth + 1, overrides, fields, place);
                    } else {
                        fields.unknown = true;
                    }
                }
                None => fields.unknown = true,
            }
        }
        // Annotations stand on fields, or all of them on methods.
        let on_methods = class.members.iter().any(|member| {
            member.is_method
                && (annotation(&member.annotations, "Id").is_some()
                    || annotation(&member.annotations, "Column").is_some())
        });
        if on_methods {
            fields.unknown = true;
        }
        for member in &class.members {
            if member.is_static || member.is_method || annotation(&member.annotations, "Transient").is_some()
            {
                continue;
            }
            self.member(source, member, depth, overrides, fields, place.unwrap_or(member.span));
        }
    }

    fn member(
        &self,
        source: &Source<'_>,
        member: &Member,
        depth: usize,
        overrides: &[(String, String)],
        fields: &mut Fields,
        place: Span,
    ) {
        let has = |name: &str| annotation(&member.annotations, name);
        if ["OneToMany", "ManyToMany", "ElementCollection", "Formula"].iter().any(|name| has(name).is_some())
        {
            return;
        }
        let embedded = self.names.find(&member.kind, source.path).filter(|inner| {
            self.classes
                .get(*inner)
                .is_some_and(|(_, class)| annotation(&class.annotations, "Embeddable").is_some())
        });
        if has("Embedded").is_some() || has("EmbeddedId").is_some() || embedded.is_some() {
            let Some(inner) = embedded.or_else(|| self.names.find(&member.kind, source.path)) else {
                fields.unknown = true;
                return;
            };
            let mut given = Vec::new();
            for found in &member.annotations {
                if found.name.starts_with("AttributeOverride") {
                    given.extend(self.overrides(source, found.arguments));
                }
            }
            let mut embedded = Fields::default();
            self.fields(inner, depth + 1, &given, &mut embedded, Some(place));
            fields.embed(embedded);
            return;
        }
        if let Some((_, column)) = overrides.iter().find(|(name, _)| *name == member.name) {
            fields.add(&member.name, &self.physical(column), place);
            return;
        }
        let relation = has("ManyToOne").or_else(|| has("OneToOne"));
        let named =
            has("Column").or_else(|| has("JoinColumn")).and_then(|found| self.option(source, found, "name"));
        let column = match (named, relation) {
            (Some(name), _) => name,
            (None, Some(relation)) => {
                if source.mentions(relation.arguments, "mappedBy") {
                    return;
                }
                if has("JoinColumns").is_some()
                    || has("MapsId").is_some()
                    || has("JoinTable").is_some()
                    || has("PrimaryKeyJoinColumn").is_some()
                {
                    None
                } else {
                    self.key(&member.kind, source.path, 0).map(|key| format!("{}_{key}", member.name))
                }
            }
            (None, None) => Some(member.name.clone()),
        };
        match column {
            Some(column) => {
                let column = self.physical(&column);
                if relation.is_none() || !fields.has_column(&column) {
                    fields.add(&member.name, &column, place);
                }
            }
            None => fields.unknown = true,
        }
    }

    /// `@AttributeOverride(name = "a", column = @Column(name = "b"))`, one or several.
    fn overrides(&self, source: &Source<'_>, part: Part) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut name = None;
        for at in part.start..part.end {
            if source.is(at, "name") && source.is(at + 1, "=") {
                let text = self.constants.text_of(source, Part::new(at + 2, at + 3));
                match (name.take(), text) {
                    (None, Some(text)) => name = Some(text),
                    (Some(name), Some(text)) => found.push((name, text)),
                    _ => {}
                }
            }
        }
        found
    }

    /// The column of the only key of a class.
    fn key(&self, name: &str, from: &str, depth: usize) -> Option<String> {
        let (source, class) = self.classes.get(self.names.find(name, from)?)?;
        let mut keys = class.members.iter().filter(|member| annotation(&member.annotations, "Id").is_some());
        match (keys.next(), keys.next()) {
            (Some(key), None) => {
                let column = annotation(&key.annotations, "Column");
                match column.and_then(|column| self.option(source, column, "name")) {
                    Some(name) => name,
                    None => Some(key.name.clone()),
                }
            }
            (None, _) if !class.base.is_empty() && depth < DEPTH => {
                self.key(&class.base, source.path, depth + 1)
            }
            _ => None,
        }
    }
}
