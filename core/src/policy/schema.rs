//! The JSON schema of `lockkeeper.yml`, for editors that complete and check it.

use serde_json::{Map, Value, json};

use super::keys::{FOLDER_KEYS, KEYS, Key, OVERRIDE_KEYS, Shape};
use super::read::ALL;
use crate::framework;
use crate::postgres::Version;
use crate::rules::{self, Edition};

/// The schema, made of the same table of keys that the reader follows; with a final line break.
pub fn schema() -> String {
    let mut root = object(KEYS);
    let about = [
        ("$schema", json!("http://json-schema.org/draft-07/schema#")),
        ("title", json!("lockkeeper.yml")),
        ("description", json!("How strict Lockkeeper is, and what it should know of production.")),
    ];
    if let Some(root) = root.as_object_mut() {
        for (key, value) in about {
            root.insert(key.to_owned(), value);
        }
    }
    let mut text = serde_json::to_string_pretty(&root).unwrap_or_default();
    text.push('\n');
    text
}

fn object(keys: &[Key]) -> Value {
    let properties: Map<String, Value> =
        keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn property(key: &Key) -> Value {
    let mut value = shape(key.shape);
    if let Some(value) = value.as_object_mut() {
        value.insert("description".to_owned(), json!(key.meaning));
    }
    value
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Format => json!({ "const": 1 }),
        Shape::Postgres => json!({
            "type": "integer",
            "minimum": Version::OLDEST.number(),
            "maximum": Version::NEWEST.number(),
        }),
        Shape::Edition => json!({
            "type": "integer",
            "minimum": Edition::FIRST.number(),
            "maximum": Edition::NEWEST.number(),
        }),
        Shape::Framework => {
            let tools = framework::tools().iter();
            let names: Vec<&str> =
                tools.flat_map(|tool| [tool.id].into_iter().chain(tool.aliases.iter().copied())).collect();
            json!({ "enum": names })
        }
        Shape::FailOn => json!({ "enum": ["error", "warning", "never"] }),
        Shape::Duration => json!({
            "oneOf": [
                { "type": "integer", "minimum": 1 },
                { "type": "string", "pattern": "^[0-9.]+ *(us|ms|s|min|h|d)?$" },
            ]
        }),
        Shape::File | Shape::Folder => json!({ "type": "string", "minLength": 1 }),
        Shape::Files | Shape::Paths | Shape::Tables => json!({
            "oneOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "items": { "type": "string", "minLength": 1 } },
            ]
        }),
        Shape::Rules => {
            let severity = |meaning: &str| json!({ "enum": ["off", "info", "warning", "error"], "description": meaning });
            let mut properties = Map::new();
            properties.insert(ALL.to_owned(), severity("Every rule that is not named."));
            for rule in rules::all() {
                properties.insert(rule.id.to_owned(), severity(rule.summary));
            }
            json!({ "type": "object", "additionalProperties": false, "properties": properties })
        }
        Shape::Folders => {
            let mut folder = object(FOLDER_KEYS);
            if let Some(folder) = folder.as_object_mut() {
                folder.insert("required".to_owned(), json!(["path"]));
            }
            json!({ "type": "array", "items": { "oneOf": [{ "type": "string", "minLength": 1 }, folder] } })
        }
        Shape::Overrides => {
            let mut entry = object(OVERRIDE_KEYS);
            if let Some(entry) = entry.as_object_mut() {
                entry.insert("required".to_owned(), json!(["rules"]));
                entry.insert(
                    "anyOf".to_owned(),
                    json!([{ "required": ["paths"] }, { "required": ["tables"] }]),
                );
            }
            json!({ "type": "array", "items": entry })
        }
    }
}
