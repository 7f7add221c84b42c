//! `docs/postgres-locks.md`: the statements that are marked for it, with what core says of each on every version.

use std::fmt::Write as _;

use lockkeeper_core::change::{Policy, SourceFile};
use lockkeeper_core::postgres::{Effect, LockMode, LockedKind, TransactionRule, Version};
use lockkeeper_core::report::words;
use lockkeeper_core::review::StatementEffect;

use super::{Group, Page, Row, SCHEMA};

/// The page as Markdown.
pub fn markdown(pages: &[Page]) -> String {
    let mut out = introduction(pages);
    let shown: Vec<&Row> = pages
        .iter()
        .flat_map(|page| &page.groups)
        .flat_map(|group| &group.rows)
        .filter(|row| is_on_page(row))
        .collect();
    let columns: Vec<(Version, Vec<Cells>)> =
        Version::all().map(|version| (version, all_cells(&shown, version))).collect();
    let mut number = 0;
    for page in pages.iter().filter(|page| page.groups.iter().any(is_shown)) {
        let _ = write!(out, "\n## {}\n", page.title);
        if !page.introduction.is_empty() {
            let _ = write!(out, "\n{}\n", page.introduction);
        }
        for group in page.groups.iter().filter(|group| is_shown(group)) {
            let _ = write!(out, "\n### {}\n\n", group.title);
            if !group.text.is_empty() {
                let _ = write!(out, "{}\n\n", group.text);
            }
            out.push_str("| statement | locks | who waits | work | in a block |\n|---|---|---|---|---|\n");
            for row in group.rows.iter().filter(|row| is_on_page(row)) {
                let cells: Vec<(Version, &Cells)> = columns
                    .iter()
                    .filter_map(|(version, cells)| Some((*version, cells.get(number)?)))
                    .collect();
                out.push_str(&line(row, &cells));
                number += 1;
            }
        }
    }
    let _ =
        write!(out, "\n## The schema\n\nThe statements above run on these tables.\n\n```sql\n{SCHEMA}```\n");
    out
}

/// What core does not foresee on every version is not said.
fn is_on_page(row: &Row) -> bool {
    row.shown && row.differs.is_empty()
}

fn is_shown(group: &Group) -> bool {
    group.rows.iter().any(is_on_page)
}

fn introduction(pages: &[Page]) -> String {
    let rows = |shown: bool| {
        pages
            .iter()
            .flat_map(|page| &page.groups)
            .flat_map(|group| &group.rows)
            .filter(|row| !shown || is_on_page(row))
            .count()
    };
    let mut out = format!(
        "# What PostgreSQL locks\n\n\
         <!-- Written by `LOCKKEEPER_WRITE=1 cargo test -p lockkeeper --test reference`: edit core/src/postgres/reference/ instead. -->\n\n\
         What {} statements lock, read and write anew on PostgreSQL {} to {}, statement by statement. It is Lockkeeper's \
         own prediction, and the prediction is proven: `make prove` runs these statements and {} others on servers of \
         every version, watches which locks they take, which tables they read and which files they replace, and \
         compares. Where a prediction is known to be wrong on a version, the statement is not on this page.\n\n\
         A lock lasts to the end of its transaction. While one transaction holds it, another that asks for a mode \
         that conflicts waits; and everybody who asks later waits behind that one.\n\n\
         ## Lock modes\n\n\
         | mode | conflicts with | while it is held |\n|---|---|---|\n",
        rows(true),
        Version::OLDEST,
        Version::NEWEST,
        rows(false) - rows(true),
    );
    for mode in LockMode::ALL {
        let conflicts: Vec<&str> =
            LockMode::ALL.into_iter().filter(|other| mode.conflicts(*other)).map(short).collect();
        let _ = writeln!(out, "| {} | {} | {} |", short(mode), conflicts.join(", "), words::who_waits(mode));
    }
    out.push_str(
        "\nHow to read the tables:\n\n\
         * **locks** names the strongest mode on each table, view and sequence that was there before; indexes are left \
         out. `none` takes no lock on any of them.\n\
         * **who waits** says what the strongest of these locks does to others.\n\
         * **work** is what takes time that grows with the table: `reads` the whole of it, `rewrites` it, `builds` an index. \
         What is empty here takes moments, once the lock is there.\n\
         * **in a block** says whether it may run in a transaction block.\n\
         * Where versions differ, each line says for which it holds. `fails` gives the SQLSTATE.\n\nFamilies: ",
    );
    let links: Vec<String> = pages
        .iter()
        .filter(|page| page.groups.iter().any(is_shown))
        .map(|page| format!("[{}](#{})", page.title, anchor(&page.title)))
        .collect();
    out.push_str(&links.join(" · "));
    out.push('\n');
    out
}

/// As GitHub makes it of a heading.
fn anchor(title: &str) -> String {
    title
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-'))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// What a version says of a row, cell by cell.
#[derive(PartialEq, Eq)]
struct Cells {
    locks: String,
    waits: String,
    work: String,
    block: String,
}

fn line(row: &Row, cells: &[(Version, &Cells)]) -> String {
    let column = |pick: fn(&Cells) -> &str| by_version(cells, pick);
    let mut statement = format!("`{}`", row.sql.replace('\n', " ").replace('|', "\\|"));
    if !row.note.is_empty() {
        let _ = write!(statement, "<br>{}", row.note);
    }
    let after = row.with.trim().trim_end_matches(';');
    if !after.is_empty() {
        let _ = write!(statement, "<br>after `{}`", after.replace('\n', " "));
    }
    format!(
        "| {statement} | {} | {} | {} | {} |\n",
        column(|cells| &cells.locks),
        column(|cells| &cells.waits),
        column(|cells| &cells.work),
        column(|cells| &cells.block),
    )
}

/// One text where all versions agree, else a line for each run of versions that do.
fn by_version(cells: &[(Version, &Cells)], pick: fn(&Cells) -> &str) -> String {
    let mut runs: Vec<(Version, Version, &str)> = Vec::new();
    for (version, cells) in cells {
        match runs.last_mut() {
            Some((_, last, text)) if *text == pick(cells) => *last = *version,
            _ => runs.push((*version, *version, pick(cells))),
        }
    }
    if let [(_, _, only)] = runs.as_slice() {
        return (*only).to_owned();
    }
    let line = |(first, last, text): &(Version, Version, &str)| {
        let versions = match (*first == *last, *last == Version::NEWEST) {
            (true, _) => first.to_string(),
            (false, true) => format!("{first}+"),
            (false, false) => format!("{first}–{last}"),
        };
        format!("{versions}: {}", if text.is_empty() { "–" } else { text })
    };
    runs.iter().map(line).collect::<Vec<_>>().join("<br>")
}

/// What each shown row does on a version. Rows that want nothing first share one reading of the schema: each is rolled
/// back.
fn all_cells(rows: &[&Row], version: Version) -> Vec<Cells> {
    let mut text = String::new();
    let mut ends = Vec::new();
    for row in rows {
        if row.with.is_empty() {
            let _ = write!(text, "begin;\n{}{};\nrollback;\n", row.session, row.sql);
        }
        ends.push(text.len());
    }
    let together = effects(SCHEMA.to_owned(), &text, version);
    let mut start = 0;
    rows.iter()
        .zip(ends)
        .map(|(row, end)| {
            let within = start..end;
            start = end;
            if row.with.is_empty() {
                let own = together
                    .iter()
                    .filter(|statement| within.contains(&(statement.location.span.start as usize)));
                return cells(&own.map(|statement| &statement.effect).collect::<Vec<_>>());
            }
            let text = format!("{}\nbegin;\n{};\ncommit;", row.session, row.sql);
            let own = effects(format!("{SCHEMA}\n{}", row.with), &text, version);
            cells(&own.iter().map(|statement| &statement.effect).collect::<Vec<_>>())
        })
        .collect()
}

fn effects(schema: String, text: &str, version: Version) -> Vec<StatementEffect> {
    let schema = [SourceFile::new("schema.sql", schema)];
    lockkeeper_core::locks(
        &[SourceFile::new("rows.sql", text)],
        &schema,
        &Policy { version, ..Policy::default() },
    )
    .statements
}

fn cells(effects: &[&Effect]) -> Cells {
    // Locks of what fails would lead away from the point.
    if let Some(failure) = effects.iter().find_map(|effect| effect.fails.as_ref()) {
        return Cells {
            locks: format!("fails: {}", failure.sqlstate),
            waits: String::new(),
            work: String::new(),
            block: String::new(),
        };
    }
    let mut held: Vec<(LockMode, &str)> = Vec::new();
    for lock in effects.iter().flat_map(|effect| &effect.locks) {
        if lock.new || lock.kind == LockedKind::Index {
            continue;
        }
        match held.iter_mut().find(|(_, name)| *name == lock.relation.name) {
            Some((mode, _)) => *mode = lock.mode.max(*mode),
            None => held.push((lock.mode, &lock.relation.name)),
        }
    }
    let forbidden = effects.iter().any(|effect| effect.transaction == TransactionRule::Forbidden);
    Cells {
        locks: modes(&held),
        waits: held
            .iter()
            .map(|(mode, _)| *mode)
            .max()
            .map_or_else(String::new, |mode| words::who_waits(mode).to_owned()),
        work: work(effects),
        block: if forbidden { "no".to_owned() } else { "yes".to_owned() },
    }
}

/// `AccessExclusive` on `users`, a line for each mode, strongest first.
fn modes(held: &[(LockMode, &str)]) -> String {
    let mut lines = Vec::new();
    for mode in LockMode::ALL.into_iter().rev() {
        let names: Vec<String> =
            held.iter().filter(|(own, _)| *own == mode).map(|(_, name)| format!("`{name}`")).collect();
        if !names.is_empty() {
            lines.push(format!("{} {}", short(mode), names.join(" ")));
        }
    }
    if lines.is_empty() { "none".to_owned() } else { lines.join("<br>") }
}

fn short(mode: LockMode) -> &'static str {
    mode.name().trim_end_matches("Lock")
}

fn work(effects: &[&Effect]) -> String {
    let mut rewrites: Vec<&str> = Vec::new();
    let mut reads: Vec<&str> = Vec::new();
    let mut builds: Vec<&str> = Vec::new();
    for effect in effects {
        rewrites.extend(effect.rewrites.iter().map(|relation| relation.name.as_str()));
        reads.extend(effect.scans.iter().map(|relation| relation.name.as_str()));
        builds.extend(
            effect.index_builds.iter().filter(|build| !build.instant).map(|build| build.index.as_str()),
        );
    }
    // What is written anew is read too.
    reads.retain(|name| !rewrites.contains(name));
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
    let parts = [("rewrites", rewrites), ("reads", reads), ("builds", builds)];
    let said = parts.iter().filter(|(_, names)| !names.is_empty());
    said.map(|(word, names)| format!("{word} {}", quoted(names))).collect::<Vec<_>>().join("<br>")
}
