//! PostgreSQL's version, where a file that starts one for development or tests tells it.

use super::scripts::span;
use crate::change::SourceFile;
use crate::framework::tree::name_of;
use crate::postgres::Version;
use crate::review::Location;
use crate::text::decode;

/// A version that a file tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldVersion {
    /// The version.
    pub version: Version,
    /// Where it stands.
    pub location: Location,
    /// As it is written: an image with its tag, a setting.
    pub words: String,
}

/// Images of PostgreSQL, by a part of their names.
const IMAGES: [&str; 7] = [
    "postgres:",
    "postgis:",
    "pgvector:",
    "timescaledb:",
    "timescaledb-ha:",
    "postgresql:",
    "supabase/postgres:",
];

/// Versions that images of compose files, workflows and Dockerfiles and Supabase's settings tell, compose files first:
/// people keep these like production.
pub fn postgres_versions(files: &[SourceFile]) -> Vec<ToldVersion> {
    let mut found: Vec<(u8, ToldVersion)> = Vec::new();
    for file in files {
        let name = name_of(&file.path).to_ascii_lowercase();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        let rank = match name.as_str() {
            "config.toml" if file.path.ends_with("supabase/config.toml") => 0,
            _ if name.contains("compose") && is_yaml => {
                u8::from(super::environment::is_development(&file.path)) + 1
            }
            _ if file.path.starts_with(".github/workflows/") || name == ".gitlab-ci.yml" => 3,
            _ if name.starts_with("dockerfile") => 4,
            _ => continue,
        };
        let Ok(text) = decode(&file.bytes) else { continue };
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some((offset, words, version)) = told(line, rank == 0) else { continue };
            let location = Location {
                path: file.path.clone(),
                span: span(start + offset, start + offset + words.len()),
            };
            found.push((rank, ToldVersion { version, location, words: words.to_owned() }));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, told)| told).collect()
}

/// What a line tells: where, in which words, which version.
fn told(line: &str, settings: bool) -> Option<(usize, &str, Version)> {
    let bare = line.trim();
    if bare.starts_with('#') {
        return None;
    }
    if settings {
        let number = bare.strip_prefix("major_version")?.trim_start().strip_prefix('=')?.trim();
        return Some((line.find(bare)?, bare, Version::new(number.parse().ok()?)?));
    }
    let words =
        bare.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | ',' | '[' | ']'));
    for word in words {
        let Some(image) = IMAGES.iter().find_map(|image| word.rfind(image).map(|at| at + image.len())) else {
            continue;
        };
        let tag = word.get(image..).unwrap_or_default();
        // `16-alpine`, `16-3.4`, `pg16`, `latest-pg16`, `${VERSION:-16}`
        let tag = tag.rsplit_once(":-").map_or(tag, |(_, usual)| usual);
        let pg = tag.rfind("pg").map_or(tag, |at| tag.get(at + 2..).unwrap_or_default());
        let digits = pg.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(pg.len());
        let number = pg.get(..digits)?.parse().ok();
        if let Some(version) = number.and_then(Version::new) {
            return Some((line.find(word)?, word, version));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_tell_the_version() {
        let of = |line: &str| told(line, false).map(|(_, _, version)| version.number());
        for (line, version) in [
            ("    image: postgres:16.2-alpine", 16),
            ("image: \"postgis/postgis:15-3.4\"", 15),
            ("services: [postgres:14]", 14),
            ("image: pgvector/pgvector:pg17", 17),
            ("image: timescale/timescaledb:latest-pg16", 16),
            ("FROM postgres:${PG:-13}", 13),
            ("image: supabase/postgres:15.8.1.040", 15),
        ] {
            assert_eq!(of(line), Some(version), "{line}");
        }
        for line in [
            "image: postgres:latest",
            "# image: postgres:16",
            "image: postgres:9.6",
            "url: postgres://a:16@h",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
