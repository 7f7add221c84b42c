//! Sequelize (6): `define`, `init`, and the classes of sequelize-typescript. Tables are plurals, timestamps come by
//! themselves, keys of others by associations.

use std::collections::BTreeSet;

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Names, Table};
use super::inflection::Inflection;
use super::naming::rails_underscore;
use super::script::{Class, Member, classes};
use super::source::{Constants, Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| super::is_script(path) && (text.contains("sequelize") || text.contains("Sequelize")),
    read,
};

const DEPTH: usize = 12;

/// Of the arguments of an association only so many tokens are looked at.
const LONGEST_CALL: usize = 80;

/// What shapes names and brings columns, of the whole connection or of one model.
#[derive(Clone, Debug)]
struct Options {
    table: Option<String>,
    schema: Option<String>,
    model: Option<String>,
    underscored: bool,
    freeze: bool,
    paranoid: bool,
    timestamps: bool,
    /// Names of the three timestamps; none where one is switched off.
    moments: [Option<String>; 3],
    /// A part of it was not understood.
    unknown: bool,
    /// The table's name was not.
    nameless: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            table: None,
            schema: None,
            model: None,
            underscored: false,
            freeze: false,
            paranoid: false,
            timestamps: true,
            moments: ["createdAt", "updatedAt", "deletedAt"].map(|name| Some(name.to_owned())),
            unknown: false,
            nameless: false,
        }
    }
}

/// A model while associations may still add to it.
struct Draft<'a> {
    source: &'a Source<'a>,
    span: Span,
    name: String,
    options: Options,
    fields: Fields,
    has_key: bool,
    /// Where timestamps are declared.
    moments: Vec<(String, Span)>,
}

struct Tree<'a> {
    /// Names in calls of `belongsToMany`: a table between two models has no `id` of its own.
    between: BTreeSet<String>,
    constants: Constants,
    shared: Options,
    classes: Vec<(&'a Source<'a>, Class)>,
    names: Names<'a>,
    drafts: Vec<Draft<'a>>,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    let constants = Constants::of(&sources);
    let mut shared = Options::default();
    for source in &sources {
        for at in 0..source.all().end {
            if source.is(at, "define")
                && source.is(at + 1, ":")
                && source.text.contains("new Sequelize")
                && let Some(object) = source.object(Part::new(at + 2, source.after(at + 2)))
            {
                apply(&constants, source, object, &mut shared);
            }
        }
    }
    let (table, model) = (None, None);
    shared = Options { table, model, unknown: false, nameless: false, ..shared };
    let mut tree = Tree {
        between: BTreeSet::new(),
        constants,
        shared,
        classes: Vec::new(),
        names: Names::default(),
        drafts: Vec::new(),
    };
    for source in &sources {
        for class in classes(source) {
            tree.names.add(&class.name, source.path, tree.classes.len());
            tree.classes.push((source, class));
        }
        tree.calls(source);
        tree.learn_between(source);
    }
    for number in 0..tree.classes.len() {
        tree.class(number);
    }
    for source in &sources {
        tree.associations(source);
    }
    for draft in tree.drafts {
        if let Some(model) = draft.finish(&tree.between) {
            models.models.push(model);
        }
    }
}

/// Takes options from an object in braces.
fn apply(constants: &Constants, source: &Source<'_>, object: Part, options: &mut Options) {
    for entry in source.entries(object) {
        let flag = source.flag_of(entry.value);
        match entry.key.as_str() {
            "tableName" => {
                options.table = constants.text_of(source, entry.value);
                options.nameless = options.table.is_none();
            }
            "schema" => options.schema = constants.text_of(source, entry.value),
            "modelName" => options.model = constants.text_of(source, entry.value),
            "underscored" => options.underscored = flag == Some(true),
            "freezeTableName" => options.freeze = flag == Some(true),
            "paranoid" => options.paranoid = flag == Some(true),
            "timestamps" => options.timestamps = flag != Some(false),
            key @ ("createdAt" | "updatedAt" | "deletedAt") => {
                let place = ["createdAt", "updatedAt", "deletedAt"].iter().position(|name| *name == key);
                if let Some(moment) = place.and_then(|place| options.moments.get_mut(place))
                    && flag != Some(true)
                {
                    *moment = constants.text_of(source, entry.value);
                }
            }
            "" if source.is(entry.at, "...") => options.unknown = true,
            _ => {}
        }
    }
}

impl<'a> Tree<'a> {
    /// `sequelize.define("user", {…}, {…})` and `User.init({…}, {…})`.
    fn calls(&mut self, source: &'a Source<'a>) {
        let mut class = String::new();
        for at in 0..source.all().end {
            if source.is(at, "class") && source.is_word(at + 1) {
                source.word(at + 1).clone_into(&mut class);
            }
            let dotted = at > 1 && source.is(at - 1, ".");
            if !dotted || !source.is_open(at + 1, b'(') {
                continue;
            }
            let arguments = source.cut(source.inside(at + 1), ",");
            let object = |place: usize| arguments.get(place).and_then(|part| source.object(*part));
            let mut options = self.shared.clone();
            let (name, attributes) = match source.word(at) {
                "define" => {
                    let Some(name) = arguments.first().and_then(|part| self.constants.text_of(source, *part))
                    else {
                        continue;
                    };
                    let Some(attributes) = object(1) else { continue };
                    match object(2) {
                        Some(given) => apply(&self.constants, source, given, &mut options),
                        None => options.unknown |= arguments.len() > 2,
                    }
                    (name, attributes)
                }
                "init" => {
                    let (Some(attributes), Some(given)) = (object(0), object(1)) else { continue };
                    if !source.entries(given).iter().any(|entry| {
                        entry.key == "sequelize"
                            || entry.key == "modelName"
                            || source.is(entry.at, "sequelize")
                    }) {
                        continue;
                    }
                    apply(&self.constants, source, given, &mut options);
                    let receiver = source.word(at - 2);
                    let name = if matches!(receiver, "super" | "this") { class.as_str() } else { receiver };
                    (name.to_owned(), attributes)
                }
                _ => continue,
            };
            let mut draft = Draft {
                source,
                span: source.span(at - 2).to(source.span(at)),
                name,
                options,
                fields: Fields::default(),
                has_key: false,
                moments: Vec::new(),
            };
            for entry in source.entries(attributes) {
                if entry.key.is_empty() {
                    draft.fields.unknown = true;
                    continue;
                }
                self.attribute(source, &entry.key, entry.value, source.span(entry.at), &mut draft);
            }
            self.drafts.push(draft);
        }
    }

    fn learn_between(&mut self, source: &Source<'_>) {
        for at in 0..source.all().end {
            if matches!(source.word(at), "belongsToMany" | "@BelongsToMany") && source.is_open(at + 1, b'(') {
                let arguments = source.inside(at + 1);
                for at in arguments.start..arguments.end.min(arguments.start + LONGEST_CALL) {
                    let name = source.string(at).unwrap_or_else(|| source.word(at));
                    self.between.insert(name.to_owned());
                }
            }
        }
    }

    fn attribute(&self, source: &Source<'_>, name: &str, value: Part, span: Span, draft: &mut Draft<'_>) {
        if source.mentions(value, "VIRTUAL") {
            return;
        }
        let object = source.object(value);
        let get = |key: &str| object.and_then(|object| source.get(object, key));
        draft.has_key |= get("primaryKey").is_some_and(|part| source.flag_of(part) == Some(true));
        let column = match get("field") {
            Some(part) => self.constants.text_of(source, part),
            None if object
                .is_some_and(|object| source.entries(object).iter().any(|e| source.is(e.at, "..."))) =>
            {
                None
            }
            None => Some(draft.options.column(name)),
        };
        match column {
            Some(column) => draft.fields.add(name, &column, span),
            None => draft.fields.unknown = true,
        }
    }

    /// A class of sequelize-typescript.
    fn class(&mut self, number: usize) {
        let Some((source, class)) = self.classes.get(number) else { return };
        let source = *source;
        let Some(table) = class.decorator(&["Table"]) else { return };
        let mut options = self.shared.clone();
        let arguments = source.cut(table.arguments, ",");
        match arguments.first().map(|part| source.object(*part)) {
            Some(Some(object)) => apply(&self.constants, source, object, &mut options),
            Some(None) => options.nameless = true,
            None => {}
        }
        let mut draft = Draft {
            source,
            span: class.head,
            name: class.name.clone(),
            options,
            fields: Fields::default(),
            has_key: false,
            moments: Vec::new(),
        };
        self.members(number, 0, None, &mut draft);
        if let Some(Some(object)) = arguments.first().map(|part| source.object(*part)) {
            apply(&self.constants, source, object, &mut draft.options);
        }
        self.drafts.push(draft);
    }

    fn members(&self, number: usize, depth: usize, place: Option<Span>, draft: &mut Draft<'_>) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if depth > DEPTH {
            draft.fields.unknown = true;
            return;
        }
        if !class.heritage.is_empty() && class.base != "Model" {
            match self.names.find(&class.base, source.path).filter(|base| *base != number) {
                Some(base) => {
                    let elsewhere = self.classes.get(base).is_none_or(|(other, _)| other.path != source.path);
                    let place = place.or(elsewhere.then_some(class.head));
                    self.members(base, depth + 1, place, draft);
                }
                None => draft.fields.unknown = true,
            }
        }
        for member in &class.members {
            self.member(source, member, place.unwrap_or(member.span), draft);
        }
    }

    fn member(&self, source: &Source<'_>, member: &Member, place: Span, draft: &mut Draft<'_>) {
        for (number, decorator) in ["CreatedAt", "UpdatedAt", "DeletedAt"].into_iter().enumerate() {
            if member.decorator(&[decorator]).is_some() {
                // The timestamp goes by this name then, unless the table's options say otherwise.
                if let Some(moment) = draft.options.moments.get_mut(number) {
                    *moment = Some(member.name.clone());
                }
                draft.options.paranoid |= number == 2;
                draft.moments.push((member.name.clone(), place));
            }
        }
        if let Some(column) = member.decorator(&["Column"]) {
            draft.has_key |= member.decorator(&["PrimaryKey"]).is_some();
            let value = source.cut(column.arguments, ",").first().copied().unwrap_or_default();
            if value.is_empty() {
                let name = draft.options.column(&member.name);
                draft.fields.add(&member.name, &name, place);
            } else {
                self.attribute(source, &member.name, value, place, draft);
            }
        } else if member.decorators.iter().any(|decorator| decorator.name.ends_with("Column")) {
            // A decorator of the project's own may make a column.
            draft.fields.unknown = true;
        } else if let Some(relation) = member.decorator(&["BelongsTo"]) {
            let arguments = source.cut(relation.arguments, ",");
            let Some(given) = arguments.get(1) else { return };
            let key = match source.object(*given) {
                Some(object) => source.get(object, "foreignKey").and_then(|part| self.key(source, part)),
                None => self.key(source, *given),
            };
            match key {
                Some((name, column)) => draft.add_key(&name, column, place),
                None => draft.fields.unknown = true,
            }
        }
    }

    /// `'userId'` or `{ name: 'userId', field: 'user_id' }`
    fn key(&self, source: &Source<'_>, part: Part) -> Option<(String, Option<String>)> {
        let Some(object) = source.object(part) else {
            return Some((self.constants.text_of(source, part)?, None));
        };
        let name = self.constants.text_of(source, source.get(object, "name")?)?;
        let field = source.get(object, "field").and_then(|part| self.constants.text_of(source, part));
        Some((name, field))
    }

    /// `Post.belongsTo(User, { foreignKey: 'userId' })`
    fn associations(&mut self, source: &Source<'_>) {
        let mut class = String::new();
        for at in 2..source.all().end {
            if source.is(at, "class") && source.is_word(at + 1) {
                source.word(at + 1).clone_into(&mut class);
            }
            if !source.is(at, "belongsTo") || !source.is(at - 1, ".") || !source.is_open(at + 1, b'(') {
                continue;
            }
            let receiver = match source.word(at - 2) {
                "this" => class.as_str(),
                other => other,
            };
            let arguments = source.cut(source.inside(at + 1), ",");
            let object = arguments.get(1).and_then(|part| source.object(*part));
            let key = object.and_then(|object| source.get(object, "foreignKey"));
            let key = key.and_then(|part| self.key(source, part));
            let span = source.span(at);
            let mut matching = self.drafts.iter_mut().filter(|draft| draft.name == receiver);
            if let (Some(draft), None) = (matching.next(), matching.next()) {
                let place = if draft.source.path == source.path { span } else { draft.span };
                match key {
                    Some((name, column)) => draft.add_key(&name, column, place),
                    None => draft.fields.unknown = true,
                }
            }
        }
    }
}

impl Options {
    fn column(&self, name: &str) -> String {
        if self.underscored { rails_underscore(name) } else { name.to_owned() }
    }
}

impl Draft<'_> {
    /// The key of an association, unless an attribute of that name says more.
    fn add_key(&mut self, name: &str, column: Option<String>, place: Span) {
        if !self.fields.has_name(name) {
            let column = column.unwrap_or_else(|| self.options.column(name));
            self.fields.add(name, &column, place);
        }
    }

    fn finish(mut self, between: &BTreeSet<String>) -> Option<super::super::Model> {
        if self.options.nameless {
            return None;
        }
        let name = match &self.options.table {
            Some(table) => table.clone(),
            None => {
                let model = self.options.model.as_ref().unwrap_or(&self.name);
                if self.options.freeze { model.clone() } else { self.options.column(&plural(model)?) }
            }
        };
        if !self.has_key
            && !between.contains(&self.name)
            && !self.fields.unknown
            && !self.fields.has_name("id")
        {
            self.fields.add("id", "id", self.span);
        }
        if self.options.timestamps {
            for (number, moment) in self.options.moments.clone().into_iter().enumerate() {
                if number == 2 && !self.options.paranoid {
                    continue;
                }
                if let Some(moment) = moment
                    && !self.fields.has_name(&moment)
                {
                    let column = self.options.column(&moment);
                    let place = self.moments.iter().find(|(name, _)| *name == moment);
                    self.fields.add(&moment, &column, place.map_or(self.span, |(_, place)| *place));
                }
            }
        }
        self.fields.unknown |= self.options.unknown;
        let table = Table { schema: self.options.schema.clone(), name };
        Some(self.fields.model("sequelize", self.source.path, self.span, &self.name, table))
    }
}

/// The plural of a name with its capital letters: `UserStatus` → `UserStatuses`.
fn plural(name: &str) -> Option<String> {
    let small = name.to_lowercase();
    let plural = Inflection::default().plural(&small)?;
    let same = small.bytes().zip(plural.bytes()).take_while(|(one, other)| one == other).count();
    let same = if name.len() == small.len() { same } else { 0 };
    Some(format!("{}{}", name.get(..same).unwrap_or_default(), plural.get(same..).unwrap_or_default()))
}
