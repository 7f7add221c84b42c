//! The order in which tools run migrations that are code.

use std::collections::{BTreeMap, BTreeSet};

use super::super::order::natural;
use super::super::search::Search;
use super::super::tree::{folder_of, leading_digits, name_of};
use super::Order;

/// Sorts paths and texts. What keeps the order from being known comes back, each with its file.
pub(super) fn sort<'a>(
    search: &Search<'a>,
    order: Order,
    folder: &str,
    files: &mut Vec<(&'a str, &'a str)>,
) -> Vec<(&'a str, String)> {
    match order {
        Order::Name => files.sort_by(|one, two| name_of(one.0).cmp(name_of(two.0))),
        Order::Number => files.sort_by(|one, two| natural(name_of(one.0), name_of(two.0))),
        Order::Timestamp => files.sort_by(|one, two| timestamp(*one).cmp(&timestamp(*two))),
        Order::Revisions => return by_graph(files, revisions),
        Order::Dependencies => {
            files.sort_by(|one, two| (app_of(one.0), name_of(one.0)).cmp(&(app_of(two.0), name_of(two.0))));
            return by_graph(files, dependencies);
        }
        Order::Listed => {
            let list = ["lib.rs", "migrator.rs", "main.rs", "mod.rs"]
                .iter()
                .find_map(|name| search.tree.text(&super::super::tree::join(folder, name)));
            let place = |path: &str| {
                let stem = name_of(path).trim_end_matches(".rs");
                list.and_then(|list| list.find(&format!("{stem}::"))).unwrap_or(usize::MAX)
            };
            files.sort_by(|one, two| {
                place(one.0).cmp(&place(two.0)).then_with(|| name_of(one.0).cmp(name_of(two.0)))
            });
        }
    }
    Vec::new()
}

/// The app of a Django migration.
pub(super) fn app_of(path: &str) -> &str {
    name_of(folder_of(folder_of(path)))
}

/// The number at the end of the class's name, or before the file's.
fn timestamp<'a>((path, text): (&'a str, &'a str)) -> (String, &'a str) {
    let class = text
        .split("class ")
        .nth(1)
        .and_then(|rest| rest.split([' ', '{', '<', '\n']).next())
        .unwrap_or_default();
    let digits = |name: &str| -> String {
        let count = name.bytes().rev().take_while(u8::is_ascii_digit).count();
        name.get(name.len() - count..).unwrap_or_default().to_owned()
    };
    let mut number = digits(class);
    if number.len() < 10 {
        leading_digits(name_of(path)).0.clone_into(&mut number);
    }
    (format!("{number:0>20}"), name_of(path))
}

/// What a migration is called, and what must run before it.
type Links = (Vec<String>, Vec<String>);

/// Alembic: `revision = "a"`, `down_revision = "b"` or a tuple.
fn revisions((_, text): (&str, &str)) -> Links {
    let line = |name: &str| {
        let mut at = 0;
        let mut found = "";
        for one in text.split_inclusive('\n') {
            let head = one.strip_prefix(name).map(str::trim_start);
            if head.is_some_and(|rest| rest.starts_with('=') || rest.starts_with(':')) {
                let rest = text.get(at..).unwrap_or_default();
                let value = rest.split_once('=').map_or("", |(_, value)| value);
                // A tuple may go on over lines.
                let end =
                    if value.trim_start().starts_with('(') { value.find(')') } else { value.find('\n') };
                found = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
                break;
            }
            at += one.len();
        }
        quoted(found)
    };
    let mut before = line("down_revision");
    before.extend(line("depends_on"));
    (line("revision"), before)
}

/// Django: `dependencies = [("app", "0001_x")]`, `run_before`, `replaces` left aside.
fn dependencies((path, text): (&str, &str)) -> Links {
    let stem = name_of(path).trim_end_matches(".py");
    let name = format!("{}.{stem}", app_of(path));
    let list = text.split_once("dependencies = [").map_or("", |(_, rest)| {
        let mut depth = 1_usize;
        let end = rest.char_indices().find(|(_, letter)| {
            match letter {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        rest.get(..end.map_or(rest.len(), |(at, _)| at)).unwrap_or_default()
    });
    let words = quoted(list);
    let pairs = words.chunks(2).filter_map(|pair| match pair {
        [app, name] => Some(format!("{app}.{name}")),
        _ => None,
    });
    (vec![name], pairs.collect())
}

/// The strings in a text.
fn quoted(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'']) {
        let quote = rest.get(at..=at).unwrap_or_default();
        let inner = rest.get(at + 1..).unwrap_or_default();
        let Some(end) = inner.find(quote) else { break };
        words.push(inner.get(..end).unwrap_or_default().to_owned());
        rest = inner.get(end + 1..).unwrap_or_default();
    }
    words
}

/// What must run first comes first; among those that are free, the order is kept.
fn by_graph<'a>(
    files: &mut Vec<(&'a str, &'a str)>,
    links: fn((&str, &str)) -> Links,
) -> Vec<(&'a str, String)> {
    let all: Vec<Links> = files.iter().map(|file| links(*file)).collect();
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, (names, _)) in all.iter().enumerate() {
        by_name.extend(names.iter().map(|name| (name.as_str(), index)));
    }
    let mut waiting: Vec<BTreeSet<usize>> = Vec::new();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (index, (_, before)) in all.iter().enumerate() {
        let mut needs = BTreeSet::new();
        for name in before {
            // An abbreviated revision names the one that begins with it.
            let exact = by_name.get(name.as_str());
            let found = exact.or_else(|| {
                by_name
                    .range(name.as_str()..)
                    .next()
                    .filter(|(full, _)| full.starts_with(name.as_str()))
                    .map(|(_, at)| at)
            });
            if let Some(at) = found.filter(|at| **at != index) {
                needs.insert(*at);
                if let Some(list) = after.get_mut(*at) {
                    list.push(index);
                }
            }
        }
        waiting.push(needs);
    }
    let mut free: BTreeSet<usize> =
        waiting.iter().enumerate().filter(|(_, needs)| needs.is_empty()).map(|(index, _)| index).collect();
    let mut sorted = Vec::new();
    let mut done: BTreeSet<usize> = BTreeSet::new();
    while let Some(next) = free.pop_first() {
        done.insert(next);
        sorted.extend(files.get(next).copied());
        for later in after.get(next).into_iter().flatten() {
            if let Some(needs) = waiting.get_mut(*later) {
                needs.remove(&next);
                if needs.is_empty() && !done.contains(later) {
                    free.insert(*later);
                }
            }
        }
    }
    let stuck: Vec<(&str, &str)> =
        files.iter().enumerate().filter(|(index, _)| !done.contains(index)).map(|(_, file)| *file).collect();
    let faults = stuck
        .iter()
        .take(1)
        .map(|(path, _)| {
            (*path, "Migrations depend on each other in a circle here: their order is not known.".to_owned())
        })
        .collect();
    sorted.extend(stuck);
    *files = sorted;
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_a_chain() {
        let (a, b, c) = (
            ("v/9_a.py", "revision = 'a'\ndown_revision = None\n"),
            ("v/1_b.py", "revision: str = \"b\"\ndown_revision: Union[str, None] = \"a\"\n"),
            ("v/0_c.py", "revision = 'c'\ndown_revision = (\n  'b',\n  'a',\n)\n"),
        );
        let mut files = vec![c, b, a];
        assert_eq!(by_graph(&mut files, revisions), []);
        assert_eq!(files, [a, b, c]);
        let mut circle = vec![
            ("x.py", "revision='x'\ndown_revision='y'\n"),
            ("y.py", "revision='y'\ndown_revision='x'\n"),
        ];
        assert_eq!(by_graph(&mut circle, revisions).len(), 1);
    }

    #[test]
    fn dependencies_cross_apps() {
        let one = (
            "a/migrations/0001_x.py",
            "dependencies = [\n  ('b', '0001_y'),\n  migrations.swappable_dependency(settings.AUTH_USER_MODEL),\n]\n",
        );
        let two = ("b/migrations/0001_y.py", "dependencies = []");
        let mut files = vec![one, two];
        by_graph(&mut files, dependencies);
        assert_eq!(files, [two, one]);
    }
}
