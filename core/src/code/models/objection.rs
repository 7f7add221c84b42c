//! Objection and its like: classes with `static tableName`. Columns come from the database.

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Table};
use super::script::classes;
use super::source::{Part, sources};
use crate::change::SourceFile;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        super::is_script(path)
            && text.contains("tableName")
            && text.contains("static")
            && !text.contains("mikro-orm")
            && !text.contains("equelize")
    },
    read,
};

fn read(files: &[&SourceFile], models: &mut Models) {
    for source in &sources(files) {
        for class in classes(source) {
            let Some(member) =
                class.members.iter().find(|member| member.is_static && member.name == "tableName")
            else {
                continue;
            };
            // `static get tableName() { return 'users' }`
            let part = if source.is(member.value.start, "return") {
                let end = member.value.end - usize::from(source.is(member.value.end - 1, ";"));
                Part::new(member.value.start + 1, end)
            } else {
                member.value
            };
            let Some(name) = source.text_of(part) else { continue };
            let fields = Fields { unknown: true, ..Fields::default() };
            let table = Table::dotted(&name);
            let mut model = fields.model("objection", source.path, class.head, &class.name, table);
            model.names_every_column = false;
            models.models.push(model);
        }
    }
}
