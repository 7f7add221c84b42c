//! `package.json`: the scripts that platforms call by their names.

use super::Source;
use crate::framework::tree::folder_of;
use crate::pipeline::environment::is_development;
use crate::pipeline::follow::Start;
use crate::pipeline::model::{Instances, Phase};
use crate::pipeline::scripts::Scripts;

/// Names of scripts, with when platforms run them.
const NAMES: [(&str, Phase); 16] = [
    ("start", Phase::StartUp),
    ("prestart", Phase::StartUp),
    ("start:prod", Phase::StartUp),
    ("start:production", Phase::StartUp),
    ("serve", Phase::StartUp),
    ("build", Phase::Build),
    ("prebuild", Phase::Build),
    ("postbuild", Phase::Build),
    ("vercel-build", Phase::Build),
    ("heroku-postbuild", Phase::Build),
    ("gcp-build", Phase::Build),
    ("cf-build", Phase::Build),
    ("install", Phase::Install),
    ("preinstall", Phase::Install),
    ("postinstall", Phase::Install),
    ("prepare", Phase::Install),
];

pub(super) fn read(source: &Source<'_, '_>) -> Vec<Start> {
    if source.name != "package.json" {
        return Vec::new();
    }
    let file = crate::change::SourceFile::new(source.path, source.text.as_bytes());
    let files = [file];
    let scripts = Scripts::new(&crate::framework::tree::Tree::new(&files));
    let Some((_, scripts)) = scripts.packages().next() else { return Vec::new() };
    let mut found = Vec::new();
    for (name, phase) in NAMES {
        let Some(script) = scripts.get(name) else { continue };
        let mut start = Start::shell(source.path, script.span, &script.text, phase);
        if phase == Phase::StartUp {
            start.instances = Instances::Unknown;
        }
        folder_of(source.path).clone_into(&mut start.folder);
        start.is_led_to = true;
        start.development = is_development(source.path);
        found.push(start);
    }
    found
}
