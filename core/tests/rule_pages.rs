//! The pages of the rules are their tests: every `bad` fence fires, every `good` fence is silent, every claim is what
//! the effects say, every fix removes its danger.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use lockkeeper_core::change::Policy;
use lockkeeper_core::date::Date;
use lockkeeper_core::postgres::{Effect, TransactionRule, Version};
use lockkeeper_core::review::{Finding, Fix, Review};
use lockkeeper_core::rules::example::{change, path};
use lockkeeper_core::rules::fence::{Claim, Fence, Page, parse};
use lockkeeper_core::rules::{self, Rule};
use lockkeeper_core::text::Span;
use lockkeeper_core::{review, sql};

fn page(rule: &Rule) -> Page {
    parse(rule.page).unwrap_or_else(|fault| panic!("{}.md, line {}: {}", rule.id, fault.line, fault.message))
}

/// All fences of all pages, with their rules.
fn fences() -> Vec<(&'static Rule, Fence)> {
    rules::all()
        .iter()
        .flat_map(|rule| page(rule).fences.into_iter().map(move |fence| (rule, fence)))
        .collect()
}

fn judge(fence: &Fence, migrations: &[String], version: Version) -> Review {
    review(
        &change(fence, migrations),
        &Policy { version, today: Date::new(2026, 11, 1), ..Policy::default() },
    )
}

fn of<'a>(review: &'a Review, rule: &Rule) -> Vec<&'a Finding> {
    review.findings.iter().filter(|finding| finding.rule == rule.id).collect()
}

fn describe(review: &Review) -> String {
    let mut lines: Vec<String> = review
        .findings
        .iter()
        .map(|finding| format!("  {}: {}", finding.rule, finding.message.what))
        .collect();
    lines.extend(review.not_understood.iter().map(|it| format!("  not understood: {}", it.expected)));
    lines.extend(review.problems.iter().map(|it| format!("  problem: {}", it.message)));
    lines.join("\n")
}

/// A fence as it is judged on one version.
struct Judged {
    rule: &'static Rule,
    fence: Fence,
    version: Version,
    review: Review,
}

static JUDGED: LazyLock<Vec<Judged>> = LazyLock::new(|| {
    let each = |(rule, fence): (&'static Rule, Fence)| {
        fence.versions().map(move |version| {
            let review = judge(&fence, &fence.migrations, version);
            Judged { rule, fence: fence.clone(), version, review }
        })
    };
    fences().into_iter().flat_map(each).collect()
});

/// Runs a check on every fence and version and reports all failures together.
fn check_all(check: impl Fn(&Judged) -> Vec<String>) {
    let mut failures = BTreeSet::new();
    for judged in JUDGED.iter() {
        for failure in check(judged) {
            failures.insert(format!("{}.md:{}: {failure}", judged.rule.id, judged.fence.line));
        }
    }
    let text: Vec<String> = failures.into_iter().collect();
    assert!(text.is_empty(), "{} failures:\n{}", text.len(), text.join("\n"));
}

#[test]
fn rules_are_sorted_and_their_pages_complete() {
    let ids: Vec<&str> = rules::all().iter().map(|rule| rule.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "sorted and unique: {ids:?}");
    for rule in rules::all() {
        assert!(rule.id.chars().all(|it| it.is_ascii_lowercase() || it == '-'), "{}", rule.id);
        let page = page(rule);
        assert_eq!(page.title, rule.id);
        let wanted = ["What", "Why", "Instead"];
        let sections: Vec<&str> =
            page.sections.iter().map(String::as_str).filter(|it| wanted.contains(it)).collect();
        assert_eq!(sections, wanted, "{}.md", rule.id);
        let lines = rule.page.lines().count();
        assert!((40..=120).contains(&lines), "{}.md has {lines} lines", rule.id);
        let kinds =
            || page.fences.iter().map(|fence| fence.bad).chain(page.changes.iter().map(|change| change.bad));
        assert!(kinds().any(|bad| bad), "{}.md has no bad fence", rule.id);
        assert!(kinds().any(|bad| !bad), "{}.md has no good fence", rule.id);
        assert!(rules::find(rule.id).is_some_and(|found| found.id == rule.id));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks at the sources")]
fn a_rule_is_two_files_and_one_line() {
    // What rules share. Everything else in the folder is a rule's.
    const SHARED: &[&str] = &[
        "advice.rs",
        "bounds.rs",
        "deploy.rs",
        "draft.rs",
        "edition.rs",
        "example.rs",
        "fence.rs",
        "guard.rs",
        "mod.rs",
        "page.rs",
        "rewrite",
        "spoken.rs",
        "step.rs",
        "words.rs",
    ];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    let names: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let wanted: BTreeSet<String> = rules::all()
        .iter()
        .flat_map(|rule| [format!("{}.md", rule.id), format!("{}.rs", rule.id.replace('-', "_"))])
        .chain(SHARED.iter().map(|name| (*name).to_owned()))
        .collect();
    assert_eq!(names, wanted);
    let list = read("mod.rs");
    let mut elsewhere: Vec<String> = SHARED
        .iter()
        .filter(|name| name.split_once('.').is_some_and(|(_, ending)| ending == "rs") && **name != "mod.rs")
        .map(|name| read(name))
        .collect();
    elsewhere.push(list.split_once("\nrules! {").unwrap().0.to_owned());
    for rule in rules::all() {
        let module = rule.id.replace('-', "_");
        let lines = list.lines().filter(|line| line.trim() == format!("{module},")).count();
        assert_eq!(lines, 1, "{module} in the list");
        let known = elsewhere.iter().any(|text| text.contains(&format!("{module}::")));
        assert!(!known, "{module} is named outside of its files and the list");
        let text = read(&format!("{module}.rs"));
        assert!(text.lines().count() <= 120, "{module}.rs is too long");
        let typed = ["ShareLock", "ExclusiveLock", "RowShareLock", "may potentially"];
        assert!(
            !typed.iter().any(|words| text.contains(words)),
            "{module}.rs types a lock mode into a message"
        );
    }
}

#[test]
fn ids_of_other_tools_are_said_once() {
    for rule in rules::all() {
        let ids: BTreeSet<_> = rule.lineage.iter().collect();
        assert_eq!(ids.len(), rule.lineage.len(), "{}", rule.id);
    }
}

#[test]
fn bad_fences_fire_once_and_good_ones_never() {
    check_all(|Judged { rule, fence, review, .. }| {
        let mine = of(review, rule).len();
        let wanted = usize::from(fence.bad);
        let mut failures = Vec::new();
        if mine != wanted {
            failures.push(format!("fires {mine} times instead of {wanted}\n{}", describe(review)));
        }
        if fence.only && review.findings.len() != 1 {
            failures.push(format!("other rules fire\n{}", describe(review)));
        }
        failures
    });
}

#[test]
fn changes_of_repositories_fire_once_or_never() {
    for rule in rules::all() {
        for fence in page(rule).changes {
            let review = review(&fence.change(), &Policy::default());
            let mine = of(&review, rule);
            let told = describe(&review);
            assert_eq!(mine.len(), usize::from(fence.bad), "{}.md:{}:\n{told}", rule.id, fence.line);
            for finding in mine {
                let message = &finding.message;
                for part in [&message.what, &message.why, &message.instead] {
                    assert!(part.ends_with('.') && !part.contains("  "), "badly worded: {part}");
                }
                assert!(
                    review.sources.iter().any(|file| file.path == finding.location.path),
                    "{}",
                    finding.location.path
                );
            }
        }
    }
}

#[test]
fn fences_are_understood() {
    check_all(|Judged { rule, fence, review, .. }| {
        let mut failures = Vec::new();
        if rule.id != "partly-understood" && !review.not_understood.is_empty() {
            failures.push(format!("not understood\n{}", describe(review)));
        }
        let script = sql::read(&fence.setup, Span::new(0, u32::try_from(fence.setup.len()).unwrap()));
        let lost = script.statements.iter().filter(|it| it.grasp != lockkeeper_core::operation::Grasp::Full);
        failures.extend(lost.map(|it| format!("setup: not understood: {}", it.span.of(&fence.setup))));
        failures
    });
}

#[test]
fn messages_are_short_and_plain() {
    check_all(|Judged { rule, review, .. }| {
        let mut failures = Vec::new();
        for finding in of(review, rule) {
            let message = &finding.message;
            for part in [&message.what, &message.why, &message.instead] {
                if !part.ends_with('.') && !part.ends_with(".`")
                    || part.contains("  ")
                    || part.contains("potentially")
                {
                    failures.push(format!("badly worded: {part}"));
                }
            }
            let title = message.what.split(". ").next().unwrap_or_default().chars().count();
            if title > 120 {
                failures.push(format!("the title has {title} characters: {}", message.what));
            }
        }
        failures
    });
}

#[test]
fn claims_are_what_the_effects_say() {
    check_all(|Judged { fence, review, .. }| {
        let Some(effect) = effect(fence, review) else {
            return if fence.claims.is_empty() { Vec::new() } else { vec!["no such statement".to_owned()] };
        };
        fence.claims.iter().filter_map(|claim| refute(claim, effect)).collect()
    });
}

/// The effect of the statement that the fence's claim is about.
fn effect<'a>(fence: &Fence, review: &'a Review) -> Option<&'a Effect> {
    let statements: Vec<(String, Span)> = fence
        .migrations
        .iter()
        .enumerate()
        .flat_map(|(number, text)| {
            let path = path(fence.framework.as_deref(), number);
            let script = sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap()));
            script.statements.into_iter().map(move |statement| (path.clone(), statement.span))
        })
        .collect();
    let (path, span) = statements.get(fence.step.unwrap_or(statements.len()).checked_sub(1)?)?;
    let steps = review.timelines.iter().flat_map(|timeline| &timeline.steps);
    steps
        .into_iter()
        .find(|step| step.location.path == *path && step.location.span == *span)
        .map(|step| &step.effect)
}

/// Why a claim does not hold.
fn refute(claim: &Claim, effect: &Effect) -> Option<String> {
    let names =
        |list: &[lockkeeper_core::postgres::RelationRef], name: &str| list.iter().any(|it| it.name == name);
    match claim {
        Claim::Lock { relation, mode, scan, rewrite } => {
            let found = effect.lock_on(relation).map(|lock| lock.mode);
            let (scanned, rewritten) = (names(&effect.scans, relation), names(&effect.rewrites, relation));
            let holds = found == Some(*mode) && (scanned || rewritten) == *scan && rewritten == *rewrite;
            (!holds).then(|| {
                format!("{relation}: {found:?}, scan {scanned}, rewrite {rewritten}; claimed {mode:?}, {scan}, {rewrite}")
            })
        }
        Claim::Build(index) => {
            let built: Vec<&str> = effect.index_builds.iter().map(|build| build.index.as_str()).collect();
            (!built.contains(&index.as_str())).then(|| format!("builds {built:?}, claimed {index}"))
        }
        // What the statement does in a transaction, and what it does to rows, the effect alone does not tell.
        Claim::Fails(state) => {
            let found = effect.fails.as_ref().map(|failure| failure.sqlstate);
            let refused = state == "25001" && effect.transaction == TransactionRule::Forbidden;
            let unknown = found.is_none() && ["23502", "42601", "55P04"].contains(&state.as_str());
            let holds = found == Some(state.as_str()) || refused || unknown;
            (!holds).then(|| format!("fails {found:?}, claimed {state}"))
        }
        Claim::Nothing => {
            let locks: Vec<&str> = effect
                .locks
                .iter()
                .filter(|lock| !lock.new)
                .map(|lock| lock.relation.name.as_str())
                .collect();
            (!locks.is_empty()).then(|| format!("locks {locks:?}, claimed none"))
        }
    }
}

#[test]
fn fixes_remove_their_danger_and_bring_no_other() {
    check_all(|Judged { rule, fence, version, review: before }| {
        let Some(fix) = of(before, rule).into_iter().find_map(|finding| finding.fix.clone()) else {
            return Vec::new();
        };
        let fixed = apply(fence, &fix);
        let after = judge(fence, &fixed, *version);
        let known: BTreeSet<&str> = before.findings.iter().map(|finding| finding.rule).collect();
        let mut failures = Vec::new();
        if !of(&after, rule).is_empty() {
            failures.push(format!("the fix leaves the danger: {}", fixed.join("\n")));
        }
        failures.extend(
            after
                .findings
                .iter()
                .filter(|finding| !known.contains(finding.rule))
                .map(|finding| format!("the fix brings {}: {}", finding.rule, finding.message.what)),
        );
        if !after.not_understood.is_empty() {
            failures.push(format!("the fix is not understood: {}", fixed.join("\n")));
        }
        failures
    });
}

fn apply(fence: &Fence, fix: &Fix) -> Vec<String> {
    let mut migrations = fence.migrations.clone();
    for edit in fix.edits.iter().rev() {
        let number = (0..migrations.len())
            .find(|it| path(fence.framework.as_deref(), *it) == edit.location.path)
            .unwrap();
        let span = edit.location.span;
        migrations[number].replace_range(span.start as usize..span.end as usize, &edit.text);
    }
    migrations
}

/// What every fix makes of its fence, and the steps beside it, as data: to be read by people when it changes.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks at its own data")]
fn fixes_are_written_as_people_would() {
    let mut out = String::new();
    let mut shown = BTreeSet::new();
    for judged in JUDGED.iter().filter(|judged| judged.fence.bad) {
        for finding in of(&judged.review, judged.rule) {
            let mut text = String::new();
            if let Some(fix) = &finding.fix {
                let fixed = apply(&judged.fence, fix).join("-- next migration\n");
                writeln!(text, "{}\n{}", fix.title, fixed.trim_end()).unwrap();
            }
            for step in &finding.steps {
                writeln!(text, "[{}] {}\n    {}", step.place.words(), step.why, step.sql).unwrap();
            }
            let place = format!("{}.md:{}", judged.rule.id, judged.fence.line);
            if !text.is_empty() && shown.insert((place.clone(), text.clone())) {
                writeln!(out, "## {place}, from PostgreSQL {}\n{text}", judged.version).unwrap();
            }
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixes.txt");
    if std::env::var_os("LOCKKEEPER_WRITE").is_some() {
        std::fs::write(file, &out).unwrap();
    }
    let wanted = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(out, wanted, "LOCKKEEPER_WRITE=1 writes tests/fixes.txt anew");
}

#[test]
fn some_rules_have_fixes() {
    let fixed: BTreeSet<&str> = JUDGED
        .iter()
        .filter(|judged| of(&judged.review, judged.rule).iter().any(|finding| finding.fix.is_some()))
        .map(|judged| judged.rule.id)
        .collect();
    let wanted = [
        "add-check-validated",
        "add-column-not-null-without-default",
        "add-column-with-rewrite",
        "add-column-with-scan",
        "add-foreign-key-validated",
        "add-primary-key",
        "add-unique-constraint",
        "alter-domain-scan",
        "concurrently-if-not-exists",
        "create-partition-locks-parent",
        "detach-partition-not-concurrent",
        "drop-index-not-concurrent",
        "foreign-key-without-index",
        "identifier-too-long",
        "index-not-concurrent",
        "narrow-primary-key",
        "no-lock-timeout",
        "no-statement-timeout",
        "refresh-not-concurrent",
        "reindex-not-concurrent",
        "set-not-null",
        "validate-in-same-transaction",
    ];
    assert_eq!(fixed.into_iter().collect::<Vec<_>>(), wanted);
}

/// The findings of a change that is written here.
fn findings(setup: &str, sql: &str) -> Vec<Finding> {
    let page = parse(&format!("```sql setup\n{setup}\n```\n```sql bad\n{sql}\n```\n")).unwrap();
    let fence = &page.fences[0];
    judge(fence, &fence.migrations, Version::DEFAULT).findings
}

const USERS: &str = "create table users (id bigint primary key, email text, age int);
    alter table users add constraint email_set check (email is not null);";

#[test]
fn each_action_of_a_statement_answers_for_itself() {
    let sql = "alter table users alter column email set not null, add constraint c check (age > 0);";
    let ids: Vec<&str> = findings(USERS, sql).iter().map(|finding| finding.rule).collect();
    assert!(ids.contains(&"add-check-validated") && !ids.contains(&"set-not-null"), "{ids:?}");
    // Drops run first, so the check proves nothing here: no action alone explains the scan.
    let sql = "alter table users alter column email set not null, drop constraint email_set;";
    let ids: Vec<&str> = findings(USERS, sql).iter().map(|finding| finding.rule).collect();
    assert!(ids.contains(&"set-not-null"), "{ids:?}");
}

#[test]
fn what_stands_in_a_do_block_is_found_without_a_fix_that_fails_there() {
    let found = findings(USERS, "do $$ begin create index i on users (age); end $$;");
    let index = found.iter().find(|finding| finding.rule == "index-not-concurrent").unwrap();
    assert!(index.fix.is_none());
    assert!(index.message.instead.contains("`DO` block"), "{}", index.message.instead);
}

#[test]
fn a_rule_that_speaks_once_speaks_once_per_file() {
    let found = findings(USERS, "alter table users add a int;\nalter table users add b int;");
    assert_eq!(found.iter().filter(|finding| finding.rule == "no-lock-timeout").count(), 1);
}

#[test]
fn what_a_later_statement_mends_is_no_finding() {
    let keys = "create table notes (id bigint primary key, user_id bigint references users (id));";
    let ids = |sql: &str| findings(USERS, sql).iter().map(|finding| finding.rule).collect::<BTreeSet<_>>();
    assert!(ids(keys).contains("foreign-key-without-index"));
    assert!(!ids(&format!("{keys}\ncreate index on notes (user_id);")).contains("foreign-key-without-index"));
}
