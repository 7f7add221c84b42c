//! Spring and Quarkus: what their settings run at start-up.

use super::Source;
use crate::framework::yaml;
use crate::pipeline::environment::says_development;
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::scripts::span;
use crate::pipeline::shell::{self, Word};

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    let lower = source.name.to_ascii_lowercase();
    if !lower.starts_with("application") {
        return Vec::new();
    }
    let settings = if lower.ends_with(".properties") {
        properties(source.text)
    } else if lower.ends_with(".yml") || lower.ends_with(".yaml") {
        yaml::flat(source.text)
    } else {
        return Vec::new();
    };
    let profile = lower.split(['.', '-']).nth(1).is_some_and(says_development);
    let in_tests = source.path.contains("src/test/");
    let of = |key: &str| settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim());
    let mut found = Vec::new();
    let mut tell = |words: [&str; 2], sign: &str| {
        let at = source.text.find(sign).unwrap_or(0);
        let place = span(at, at + sign.len());
        let words = words.iter().map(|text| Word { text: (*text).to_owned(), span: place }).collect();
        let mut start = Start::of(source.path, place, vec![shell::of_words(words)], Phase::StartUp);
        start.instances = Instances::Unknown;
        start.development = profile || in_tests;
        found.push(start);
    };
    let is_on = |tool: &str| {
        let about = settings.iter().any(|(name, _)| name.starts_with(&format!("spring.{tool}.")));
        let off = of(&format!("spring.{tool}.enabled")) == Some("false");
        let quarkus = of(&format!("quarkus.{tool}.migrate-at-start")) == Some("true");
        about && !off || quarkus
    };
    if is_on("flyway") {
        tell(["flyway", "migrate"], "flyway");
    }
    if is_on("liquibase") {
        tell(["liquibase", "update"], "liquibase");
    }
    let ddl = of("spring.jpa.hibernate.ddl-auto")
        .or_else(|| of("spring.jpa.properties.hibernate.hbm2ddl.auto"))
        .or_else(|| of("quarkus.hibernate-orm.database.generation"));
    if let Some(value @ ("update" | "create" | "create-drop" | "drop-and-create")) = ddl {
        let sign = ["ddl-auto", "hbm2ddl.auto", "database.generation", "generation"]
            .into_iter()
            .find(|sign| source.text.contains(sign))
            .unwrap_or("hibernate");
        let _ = value;
        tell(["hibernate", "ddl-auto"], sign);
    }
    found
}

fn properties(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with(['#', '!']))
        .filter_map(|line| line.split_once(['=', ':']))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}
