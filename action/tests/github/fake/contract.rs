//! GitHub's own description of its API: which requests there are, what they may hold, and what answers look like.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let mut description = serde_json::from_str(include_str!("../data/openapi.json")).unwrap();
    plain(&mut description);
    description
});

static VALIDATORS: LazyLock<Mutex<BTreeMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// An operation that a request asks for.
pub struct Operation {
    pub id: String,
    about: &'static Value,
    parts: BTreeMap<String, String>,
}

impl Operation {
    /// The operation of a method and a path.
    pub fn find(method: &str, path: &str) -> Option<Operation> {
        let paths = DESCRIPTION["paths"].as_object().unwrap();
        for (template, methods) in paths {
            let (Some(parts), Some(about)) = (parts(template, path), methods.get(method.to_lowercase()))
            else {
                continue;
            };
            return Some(Operation { id: about["operationId"].as_str().unwrap().to_owned(), about, parts });
        }
        None
    }

    /// A part of the path.
    pub fn part(&self, name: &str) -> String {
        self.parts[name].clone()
    }

    /// What is wrong with a request's query and body.
    pub fn faults(&self, query: &BTreeMap<String, String>, body: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        let parameters: Vec<&Value> =
            self.about["parameters"].as_array().into_iter().flatten().map(resolved).collect();
        for (name, value) in query {
            let known =
                parameters.iter().find(|known| known["in"] == "query" && known["name"] == name.as_str());
            match known {
                None => faults.push(format!("{}: no query parameter {name}", self.id)),
                Some(known) if known["schema"]["type"] == "integer" && value.parse::<u32>().is_err() => {
                    faults.push(format!("{}: {name} is no number: {value}", self.id));
                }
                Some(_) => {}
            }
        }
        for known in
            parameters.iter().filter(|known| known["in"] == "path" && known["schema"]["type"] == "integer")
        {
            if self.parts[known["name"].as_str().unwrap()].parse::<u64>().is_err() {
                faults.push(format!("{}: {} is no number", self.id, known["name"]));
            }
        }
        let schema = &self.about["requestBody"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            let known = schema["properties"].as_object();
            for name in body.as_object().into_iter().flatten().map(|(name, _)| name) {
                if known.is_some_and(|known| !known.contains_key(name)) {
                    faults.push(format!("{}: no field {name}", self.id));
                }
            }
            faults.extend(errors(&format!("{} body", self.id), schema, body));
        }
        faults
    }

    /// An answer from GitHub's own example, with some fields as they should be.
    pub fn answer(&self, status: u16, fields: Value) -> Value {
        let mut example = self.content(status)["example"].clone();
        if let Some(first) = example.as_array().and_then(|all| all.first()) {
            example = first.clone();
        }
        merge(&mut example, fields);
        example
    }

    /// What is wrong with an answer.
    pub fn answer_faults(&self, status: u16, body: &Value) -> Vec<String> {
        let schema = &self.content(status)["schema"];
        if schema.is_null() { Vec::new() } else { errors(&format!("{} {status}", self.id), schema, body) }
    }

    fn content(&self, status: u16) -> &'static Value {
        &self.about["responses"][status.to_string()]["content"]["application/json"]
    }
}

fn merge(into: &mut Value, fields: Value) {
    match (into, fields) {
        (Value::Object(into), Value::Object(fields)) => {
            for (name, value) in fields {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, fields) => *into = fields,
    }
}

fn errors(name: &str, schema: &'static Value, value: &Value) -> Vec<String> {
    let mut validators = VALIDATORS.lock().unwrap();
    let validator = validators.entry(name.to_owned()).or_insert_with(|| {
        let mut whole = Map::new();
        whole.insert("components".to_owned(), DESCRIPTION["components"].clone());
        whole.insert("allOf".to_owned(), json!([schema]));
        let options =
            jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&Value::Object(whole));
        Box::leak(Box::new(options.unwrap()))
    });
    validator
        .iter_errors(value)
        .take(3)
        .map(|error| format!("{name}: {} at {}", error, error.instance_path()))
        .collect()
}

fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => DESCRIPTION.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// A path's parts by their names in a template. The last may have slashes in it.
fn parts(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    let mut parts = BTreeMap::new();
    for (name, part) in template.iter().zip(path) {
        match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => drop(parts.insert(name.to_owned(), part.to_owned())),
            None if *name != part => return None,
            None => {}
        }
    }
    Some(parts)
}

/// OpenAPI 3.0's `nullable` as JSON Schema has it.
fn plain(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(plain),
        Value::Object(fields) => {
            fields.iter_mut().filter(|(name, _)| *name != "example").for_each(|(_, value)| plain(value));
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                fields.remove("nullable");
                let own = Value::Object(std::mem::take(fields));
                fields.insert("anyOf".to_owned(), json!([own, { "type": "null" }]));
            }
        }
        _ => {}
    }
}
