use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn name(number: u8, path: &str) -> Name {
    Name {
        in_file: format!("{path}/{number}"),
        anywhere: format!("{number}"),
        subject: format!("{path}/{}", number % 3),
    }
}

fn wanted(number: u8) -> Wanted {
    Wanted {
        names: vec![name(number, "a")],
        severity: Severity::Error,
        path: "a".to_owned(),
        place: Place::Lines(u32::from(number) * 10 + 1, u32::from(number) * 10 + 2),
        body: format!("body {number}"),
        digest: format!("digest {number}"),
    }
}

fn thread(number: u8) -> Thread {
    Thread {
        id: format!("T{number}"),
        comment: u64::from(number),
        node: format!("C{number}"),
        names: vec![name(number, "a")],
        digest: Some(format!("digest {number}")),
        on_file: false,
        line: Some(u32::from(number) * 10 + 2),
        outdated: false,
        resolved: None,
        answered: false,
        moved: false,
        minimized: false,
    }
}

fn planned(wanted: &[Wanted], threads: &[Thread]) -> Plan {
    plan(wanted, threads, Limits::DEFAULT)
}

#[test]
fn a_new_finding_gets_a_comment_and_then_nothing_happens() {
    let first = planned(&[wanted(1)], &[]);
    assert_eq!(first.at_lines, [0]);
    assert!(planned(&[wanted(1)], &[thread(1)]).is_empty());
}

#[test]
fn words_that_changed_are_edited() {
    let mut old = thread(1);
    old.digest = Some("other".to_owned());
    assert_eq!(planned(&[wanted(1)], &[old]).edits, [(0, 0)]);
}

#[test]
fn an_outdated_conversation_is_replaced_and_one_with_replies_stays() {
    let mut old = thread(1);
    old.outdated = true;
    old.line = None;
    let plan = planned(&[wanted(1)], std::slice::from_ref(&old));
    assert_eq!((plan.at_lines.as_slice(), plan.retired.as_slice()), (&[0][..], &[0][..]));
    old.answered = true;
    let plan = planned(&[wanted(1)], std::slice::from_ref(&old));
    assert_eq!((plan.at_lines.as_slice(), plan.moved.as_slice()), (&[0][..], &[(0, 0)][..]));
    assert!(plan.retired.is_empty());
    // The next run sees both, and the answer.
    old.moved = true;
    assert!(planned(&[wanted(1)], &[old, thread(1)]).is_empty());
}

#[test]
fn what_somebody_resolved_stays_resolved() {
    let mut old = thread(1);
    old.resolved = Some(By::Somebody);
    let plan = planned(&[wanted(1)], &[old]);
    assert!(plan.is_empty());
    assert_eq!(plan.acknowledged, [0]);
}

#[test]
fn what_we_resolved_opens_again() {
    let mut old = thread(1);
    old.resolved = Some(By::Us);
    assert_eq!(planned(&[wanted(1)], &[old.clone()]).reopened, [(0, 0)]);
    assert!(planned(&[], &[old]).is_empty());
}

#[test]
fn a_fixed_finding_retires_its_conversation_once() {
    assert_eq!(planned(&[], &[thread(1)]).retired, [0]);
    let mut settled = thread(1);
    settled.digest = None;
    assert!(planned(&[], &[settled]).is_empty());
}

#[test]
fn a_renumbered_file_keeps_its_conversation() {
    let mut moved = wanted(1);
    moved.names = vec![name(1, "b")];
    moved.path = "b".to_owned();
    assert!(planned(&[moved], &[thread(1)]).is_empty());
}

#[test]
fn two_equal_statements_keep_a_conversation_each() {
    let mut other = wanted(1);
    other.names[0].in_file = "a/1#2".to_owned();
    let mut second = thread(1);
    second.names[0].in_file = "a/1#2".to_owned();
    assert!(planned(&[wanted(1), other], &[second, thread(1)]).is_empty());
}

#[test]
fn the_worst_come_first_and_the_rest_is_in_the_summary() {
    let many: Vec<Wanted> = (0..40)
        .map(|number| Wanted {
            severity: if number % 2 == 0 { Severity::Warning } else { Severity::Error },
            ..wanted(number)
        })
        .collect();
    let plan = planned(&many, &[]);
    assert_eq!((plan.at_lines.len(), plan.silent.len()), (25, 15));
    assert!(plan.at_lines[..20].iter().all(|number| many[*number].severity == Severity::Error));
    // Those with comments keep their places: the rest does not move up one by one, run by run.
    let there: Vec<Thread> =
        plan.at_lines.iter().map(|number| thread(u8::try_from(*number).unwrap())).collect();
    assert!(planned(&many, &there).is_empty());
}

/// What GitHub does with a plan.
fn apply(wanted: &[Wanted], threads: &[Thread], plan: &Plan, may_resolve: bool) -> Vec<Thread> {
    let mut threads: Vec<Option<Thread>> = threads.iter().cloned().map(Some).collect();
    for (at, number) in &plan.edits {
        threads[*at].as_mut().unwrap().digest = Some(wanted[*number].digest.clone());
        threads[*at].as_mut().unwrap().names = wanted[*number].names.clone();
    }
    for (at, number) in &plan.reopened {
        let thread = threads[*at].as_mut().unwrap();
        thread.digest = Some(wanted[*number].digest.clone());
        thread.names = wanted[*number].names.clone();
        thread.resolved = None;
    }
    for (at, _) in &plan.moved {
        threads[*at].as_mut().unwrap().moved = true;
    }
    for at in &plan.retired {
        let thread = threads[*at].as_mut().unwrap();
        match (may_resolve, thread.answered) {
            (true, _) => thread.resolved = Some(By::Us),
            (false, true) => thread.digest = None,
            (false, false) => threads[*at] = None,
        }
    }
    let fresh = plan.at_lines.iter().map(|number| (number, false));
    for (number, on_file) in fresh.chain(plan.at_files.iter().map(|number| (number, true))) {
        let statement = &wanted[*number];
        let line = match statement.place {
            Place::Lines(_, last) => Some(last),
            _ => None,
        };
        threads.push(Some(Thread {
            names: statement.names.clone(),
            digest: Some(statement.digest.clone()),
            on_file,
            line,
            ..thread(0)
        }));
    }
    threads.into_iter().flatten().collect()
}

fn any_wanted() -> impl Strategy<Value = Vec<Wanted>> {
    let place = prop_oneof![
        (1_u32..40, 0_u32..3).prop_map(|(first, more)| Place::Lines(first, first + more)),
        Just(Place::File),
        Just(Place::Nowhere),
    ];
    let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Info)];
    let one = (0_u8..8, 0_u8..2, place, severity, 0_u8..2, prop::collection::vec(0_u8..8, 0..2));
    prop::collection::vec(one, 0..8).prop_map(|all| {
        let mut seen = BTreeSet::new();
        all.into_iter()
            .filter_map(|(number, path, place, severity, words, more)| {
                let path = if path == 0 { "a" } else { "b" };
                let numbers: BTreeSet<u8> = std::iter::once(number).chain(more).collect();
                let fresh: Vec<u8> =
                    numbers.into_iter().filter(|number| seen.insert((*number, path))).collect();
                (!fresh.is_empty()).then(|| Wanted {
                    names: fresh.iter().map(|number| name(*number, path)).collect(),
                    severity,
                    path: path.to_owned(),
                    place,
                    body: String::new(),
                    digest: format!("digest {words}"),
                })
            })
            .collect()
    })
}

fn any_threads() -> impl Strategy<Value = Vec<Thread>> {
    let resolved = prop_oneof![2 => Just(None), 1 => Just(Some(By::Us)), 1 => Just(Some(By::Somebody))];
    let one = (
        (0_u8..8, 0_u8..2, 0_u8..3, any::<bool>(), 1_u32..40),
        (any::<bool>(), resolved, any::<bool>(), any::<bool>()),
    );
    prop::collection::vec(one, 0..8).prop_map(|all| {
        all.into_iter()
            .map(|((number, path, words, on_file, line), (outdated, resolved, answered, moved))| Thread {
                names: vec![name(number, if path == 0 { "a" } else { "b" })],
                digest: (words < 2).then(|| format!("digest {words}")),
                on_file,
                line: (!outdated && !on_file).then_some(line),
                outdated: outdated && !on_file,
                resolved,
                answered,
                moved,
                ..thread(number)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// What is done once is done.
    #[test]
    fn a_plan_that_was_carried_out_leaves_nothing_to_do(
        wanted in any_wanted(),
        threads in any_threads(),
        at_lines in 0_usize..6,
        at_files in 0_usize..3,
        may_resolve in any::<bool>(),
    ) {
        let limits = Limits { at_lines, at_files, retired: 50 };
        let first = plan(&wanted, &threads, limits);
        let after = apply(&wanted, &threads, &first, may_resolve);
        let second = plan(&wanted, &after, limits);
        prop_assert!(second.is_empty(), "{first:#?}\n{after:#?}\n{second:#?}");
        // What stands open in the end is about what was found, and nothing is said of a statement twice.
        let found: BTreeSet<&Name> = wanted.iter().flat_map(|statement| &statement.names).collect();
        let open = after.iter().filter(|thread| !thread.is_settled() && !thread.answered && !thread.outdated);
        let mut said = BTreeSet::new();
        for thread in open {
            let about: Vec<&Name> = found.iter().copied()
                .filter(|name| thread.names.iter().any(|own| own.anywhere == name.anywhere || own.subject == name.subject))
                .collect();
            prop_assert!(!about.is_empty(), "{thread:?}");
            prop_assert!(said.insert(thread.names.clone()), "{thread:?} twice in {after:#?}");
        }
    }
}
