//! Types that Supabase generates: `Database = { public: { Tables: { users: { Row: … } }, Enums: … } }`. Names are the
//! database's own; queries name what they name.

use super::super::{EnumModel, Label, Models};
use super::Reader;
use super::declared::{Fields, Table};
use super::kysely::strings;
use super::script::{Member, members};
use super::source::{Source, sources};
use crate::change::SourceFile;

pub(super) const READER: Reader = Reader {
    looks: |path, text| super::is_script(path) && text.contains("Tables: {") && text.contains("Row: {"),
    read,
};

fn read(files: &[&SourceFile], models: &mut Models) {
    for source in &sources(files) {
        for at in 0..source.all().end {
            // A schema is what holds `Tables`.
            if source.is_open(at, b'{') && source.is(at.wrapping_sub(1), ":") {
                let parts = members(source, source.inside(at));
                if parts.iter().any(|part| part.name == "Tables") {
                    let key = at.wrapping_sub(2);
                    let schema = source.string(key).unwrap_or_else(|| source.word(key)).to_owned();
                    of_schema(source, &schema, &parts, models);
                }
            }
        }
    }
}

fn of_schema(source: &Source<'_>, schema: &str, parts: &[Member], models: &mut Models) {
    for part in parts {
        let Some(inner) = source.object(part.kind) else { continue };
        for member in members(source, inner) {
            match part.name.as_str() {
                "Tables" | "Views" => table(source, schema, &member, models),
                "Enums" => {
                    let labels = strings(source, member.kind)
                        .into_iter()
                        .map(|(value, span)| Label { name: value.clone(), value, span })
                        .collect();
                    models.enums.push(EnumModel {
                        orm: "supabase",
                        path: source.path.to_owned(),
                        span: member.span,
                        name: member.name.clone(),
                        type_name: member.name.clone(),
                        labels,
                    });
                }
                _ => {}
            }
        }
    }
}

fn table(source: &Source<'_>, schema: &str, member: &Member, models: &mut Models) {
    let Some(inner) = source.object(member.kind) else { return };
    let Some(row) = source.get_member(inner, "Row") else { return };
    let Some(columns) = source.object(row) else { return };
    let mut fields = Fields::default();
    for column in members(source, columns) {
        fields.add(&column.name, &column.name, column.span);
    }
    let table = Table { schema: Some(schema.to_owned()), name: member.name.clone() };
    let mut model = fields.model("supabase", source.path, member.span, &member.name, table);
    model.names_every_column = false;
    models.models.push(model);
}

impl Source<'_> {
    /// The type of a member of an object type.
    fn get_member(&self, object: super::source::Part, name: &str) -> Option<super::source::Part> {
        members(self, object).into_iter().find(|member| member.name == name).map(|member| member.kind)
    }
}
