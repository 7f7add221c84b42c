//! Lock files of npm, pnpm, yarn and bun: versions of the packages that decide how migrations run.

use serde_json::Value;

/// Packages whose versions matter; all others of a lock file are passed over.
const WATCHED: [&str; 5] = ["prisma", "@prisma/client", "drizzle-orm", "drizzle-kit", "supabase"];

/// A version in a lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    /// The package.
    pub(super) name: String,
    /// The version.
    pub(super) version: String,
    /// The folder of the `package.json` that it is for, relative to the lock file (empty: the same folder), where
    /// the lock file says.
    pub(super) user: Option<String>,
    /// The range that it answers, where the lock file says.
    pub(super) range: Option<String>,
}

impl Locked {
    fn new(name: &str, version: &str) -> Option<Self> {
        let version = version.split('(').next().unwrap_or("").trim();
        let starts_with_digit = version.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        (WATCHED.contains(&name) && starts_with_digit).then(|| Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            user: None,
            range: None,
        })
    }
}

/// What a lock file of that name says; none where it is no lock file.
pub(super) fn read(name: &str, text: &str) -> Option<Vec<Locked>> {
    match name {
        "package-lock.json" | "npm-shrinkwrap.json" => Some(npm(text)),
        "pnpm-lock.yaml" => Some(pnpm(text)),
        "yarn.lock" => Some(yarn(text)),
        "bun.lock" => Some(bun(text)),
        _ => None,
    }
}

/// The names and ranges of the catalogs in `pnpm-workspace.yaml`.
pub(super) fn catalog(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if !line.starts_with([' ', '\t', '#']) && !line.trim().is_empty() {
            inside = line.starts_with("catalog:") || line.starts_with("catalogs:");
        } else if inside && let Some((name, range)) = line.trim().split_once(':') {
            let (name, range) = (unquote(name), unquote(range));
            if !range.is_empty() {
                found.push((name.to_owned(), range.to_owned()));
            }
        }
    }
    found
}

/// `packages` of lock versions 2 and 3 (`node_modules/prisma`, `apps/api/node_modules/prisma`), `dependencies` of
/// version 1.
fn npm(text: &str) -> Vec<Locked> {
    let Ok(json) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let mut found = Vec::new();
    for (path, package) in json.get("packages").and_then(Value::as_object).into_iter().flatten() {
        let Some((user, name)) = path.rsplit_once("node_modules/") else { continue };
        if let Some(mut locked) = package.get("version").and_then(|it| Locked::new(name, it.as_str()?)) {
            locked.user = Some(user.trim_end_matches('/').to_owned());
            found.push(locked);
        }
    }
    for (name, package) in json.get("dependencies").and_then(Value::as_object).into_iter().flatten() {
        if let Some(mut locked) = package.get("version").and_then(|it| Locked::new(name, it.as_str()?)) {
            locked.user = Some(String::new());
            found.push(locked);
        }
    }
    found
}

/// `importers: → folder: → dependencies: → name: → version:`; before lock version 6 the version stands behind the
/// name, and a repository with one package has no `importers`.
fn pnpm(text: &str) -> Vec<Locked> {
    let mut found = Vec::new();
    let mut section = "";
    let mut user = String::new();
    let mut name = "";
    for line in text.lines() {
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        let Some((key, value)) =
            line.trim().split_once(": ").or_else(|| line.trim().strip_suffix(':').map(|it| (it, "")))
        else {
            continue;
        };
        let (key, value) = (unquote(key), unquote(value));
        if indent == 0 {
            (section, user, name) = (key, String::new(), "");
            continue;
        }
        let importers = section == "importers";
        if !importers && !section.ends_with("ependencies") {
            continue;
        }
        if importers && indent == 2 {
            user = if key == "." { String::new() } else { key.to_owned() };
        }
        let package_indent = if importers { 6 } else { 2 };
        let version = if indent == package_indent {
            name = key;
            value
        } else if indent == package_indent + 2 && key == "version" {
            value
        } else {
            continue;
        };
        if let Some(mut locked) = Locked::new(name, version) {
            locked.user = Some(user.clone());
            found.push(locked);
        }
    }
    found
}

/// `prisma@^6.1.0:` (or `"prisma@npm:^6.1.0":`), then `version "6.1.0"` (or `version: 6.1.0`).
fn yarn(text: &str) -> Vec<Locked> {
    let mut found = Vec::new();
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    for line in text.lines() {
        if !line.starts_with([' ', '#']) && line.trim_end().ends_with(':') {
            let keys = line.trim_end().trim_end_matches(':').trim_matches('"');
            wanted = keys.split(',').filter_map(|key| unquote(key).rsplit_once('@')).collect();
        } else if let Some(rest) = line.trim().strip_prefix("version") {
            let version = unquote(rest.trim_start_matches(':'));
            for (name, range) in wanted.drain(..) {
                // `prisma@npm:^6` splits at its last `@`, a name with a scope keeps its first.
                if let Some(mut locked) = Locked::new(name, version) {
                    locked.range = Some(range.strip_prefix("npm:").unwrap_or(range).to_owned());
                    found.push(locked);
                }
            }
        }
    }
    found
}

/// `"prisma": ["prisma@6.1.0", …]`; `"apps/prisma": […]` for one that is nested.
fn bun(text: &str) -> Vec<Locked> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some((key, rest)) = line.trim().split_once(": [\"") else { continue };
        let Some((name, version)) = rest.split('"').next().and_then(|it| it.rsplit_once('@')) else {
            continue;
        };
        if let Some(mut locked) = Locked::new(name, version) {
            locked.user = (unquote(key) == name).then(String::new);
            found.push(locked);
        }
    }
    found
}

fn unquote(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(name: &str, text: &str) -> Vec<(String, String, Option<String>, Option<String>)> {
        let read = read(name, text).unwrap();
        read.into_iter().map(|it| (it.name, it.version, it.user, it.range)).collect()
    }

    fn row(
        name: &str,
        version: &str,
        user: Option<&str>,
        range: Option<&str>,
    ) -> (String, String, Option<String>, Option<String>) {
        (name.into(), version.into(), user.map(Into::into), range.map(Into::into))
    }

    #[test]
    fn npm_locks() {
        let text = r#"{"packages":{"":{"version":"1.0.0"},"node_modules/prisma":{"version":"6.19.3"},
            "apps/api/node_modules/prisma":{"version":"7.4.0"},"node_modules/other":{"version":"1.0.0"}}}"#;
        assert_eq!(
            versions("package-lock.json", text),
            [row("prisma", "7.4.0", Some("apps/api"), None), row("prisma", "6.19.3", Some(""), None)]
        );
        assert_eq!(
            versions("package-lock.json", r#"{"dependencies":{"prisma":{"version":"4.1.0"}}}"#),
            [row("prisma", "4.1.0", Some(""), None)]
        );
    }

    #[test]
    fn pnpm_locks() {
        let old = "lockfileVersion: 5.4\n\ndevDependencies:\n  prisma: 4.8.0\n\npackages:\n\n  /prisma/4.8.0:\n    x: 1\n";
        assert_eq!(versions("pnpm-lock.yaml", old), [row("prisma", "4.8.0", Some(""), None)]);
        let six = "lockfileVersion: '6.0'\n\ndependencies:\n  '@prisma/client':\n    specifier: ^5\n    version: 5.1.0(prisma@5.1.0)\n";
        assert_eq!(versions("pnpm-lock.yaml", six), [row("@prisma/client", "5.1.0", Some(""), None)]);
    }

    #[test]
    fn yarn_locks() {
        let classic = "# yarn lockfile v1\n\n\n\"@prisma/client@^5.0.0\":\n  version \"5.2.0\"\n\nprisma@5, prisma@^5.0.0:\n  version \"5.3.0\"\n";
        assert_eq!(
            versions("yarn.lock", classic),
            [
                row("@prisma/client", "5.2.0", None, Some("^5.0.0")),
                row("prisma", "5.3.0", None, Some("5")),
                row("prisma", "5.3.0", None, Some("^5.0.0"))
            ]
        );
        let berry = "\"prisma@npm:^7.0.0\":\n  version: 7.4.2\n  resolution: \"prisma@npm:7.4.2\"\n";
        assert_eq!(versions("yarn.lock", berry), [row("prisma", "7.4.2", None, Some("^7.0.0"))]);
    }

    #[test]
    fn bun_locks() {
        let text = "{\n  \"packages\": {\n    \"prisma\": [\"prisma@6.5.0\", \"\", {}, \"sha\"],\n    \"x/prisma\": [\"prisma@5.0.0\"],\n  }\n}";
        assert_eq!(
            versions("bun.lock", text),
            [row("prisma", "6.5.0", Some(""), None), row("prisma", "5.0.0", None, None)]
        );
    }
}
