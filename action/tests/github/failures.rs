//! What goes wrong: the verdict stays, nothing is said twice, and whoever reads the log knows what to do.

use crate::conversation::{INDEX, fake, with};
use crate::fake::{Fake, Fault, Kind, Level};
use crate::run::{run, run_event, run_with, synchronize};

const REVIEW: &str = "POST /repos/octo-org/shop/pulls/2/reviews";
const SUMMARY: &str = "POST /repos/octo-org/shop/issues/2/comments";

fn fails(fake: &Fake, at: &str, times: usize, kind: Kind) {
    fake.state().faults.push(Fault { at: at.to_owned(), skip: 0, times, kind });
}

fn counts(fake: &Fake) -> (usize, usize, usize) {
    let state = fake.state();
    (state.reviews.len(), state.threads.len(), state.summaries.len())
}

#[test]
fn a_token_that_may_only_read_leaves_annotations_and_the_verdict() {
    let fake = fake(INDEX);
    fake.state().pulls = Level::Read;
    let run = run(&fake);
    assert_eq!((run.code, counts(&fake)), (1, (0, 0, 0)), "{}", run.stderr);
    assert_eq!(run.annotations("error"), 1);
    assert!(run.stdout.contains("::notice title=Lockkeeper::"), "{}", run.stdout);
    assert!(run.stdout.contains("pull_requests=write") && run.stdout.contains("`pull-requests: write`"));
    assert!(run.summary.contains("index-not-concurrent"));
    let writes = fake.state().writes();
    assert!(writes.len() <= 2, "{writes:?}");
}

#[test]
fn a_fork_is_told_of_the_other_trigger() {
    let fake = fake(INDEX);
    fake.state().pulls = Level::Read;
    let mut event = synchronize(&fake);
    event.payload["pull_request"]["head"]["repo"]["full_name"] = "mallory/shop".into();
    let run = run_event(&fake, &event, &[]);
    assert!(run.code == 1 && run.stdout.contains("pull_request_target"), "{}", run.stdout);
}

#[test]
fn without_a_right_to_read_nothing_passes() {
    for forbid in
        [|fake: &Fake| fake.state().contents = Level::None, |fake: &Fake| fake.state().pulls = Level::None]
    {
        let fake = fake(INDEX);
        forbid(&fake);
        let run = run(&fake);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(
            run.stderr.contains("contents: read") && run.outputs.contains("\nunable\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn without_a_token_that_is_known_nothing_passes() {
    let fake = fake(INDEX);
    let run = run_with(&fake, &synchronize(&fake), &[], &[("GITHUB_TOKEN", "another")]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains("another") && !run.stdout.contains("another"));
}

#[test]
fn a_bad_gateway_at_the_review_leaves_exactly_one() {
    for done in [true, false] {
        let fake = fake(INDEX);
        fails(&fake, REVIEW, 1, Kind::Status { status: 502, done });
        let run = run(&fake);
        assert_eq!((run.code, counts(&fake)), (1, (1, 1, 1)), "done: {done}");
    }
}

#[test]
fn a_bad_gateway_at_the_summary_leaves_exactly_one() {
    for done in [true, false] {
        let fake = fake(INDEX);
        fails(&fake, SUMMARY, 1, Kind::Status { status: 504, done });
        assert_eq!(run(&fake).code, 1);
        assert_eq!(counts(&fake), (1, 1, 1), "done: {done}");
    }
}

#[test]
fn github_that_is_down_keeps_the_verdict() {
    let fake = fake(INDEX);
    fails(&fake, "POST", 99, Kind::Status { status: 503, done: false });
    let run = run(&fake);
    assert_eq!((run.code, counts(&fake)), (1, (0, 0, 0)), "{}", run.stderr);
    let asked = fake.state().log.len();
    assert!(asked < 40, "{asked}");
}

#[test]
fn reading_is_tried_again_and_then_fails() {
    let good = fake(INDEX);
    fails(&good, "GET", 2, Kind::Status { status: 502, done: false });
    assert_eq!((run(&good).code, counts(&good)), (1, (1, 1, 1)));
    let bad = fake(INDEX);
    fails(&bad, "GET", 99, Kind::Status { status: 502, done: false });
    assert_eq!((run(&bad).code, counts(&bad)), (2, (0, 0, 0)));
}

#[test]
fn a_secondary_limit_is_waited_for_once() {
    for kind in [Kind::Secondary, Kind::Abuse] {
        let once = fake(INDEX);
        fails(&once, REVIEW, 1, kind.clone());
        assert_eq!((run(&once).code, counts(&once)), (1, (1, 1, 1)));
        let always = fake(INDEX);
        fails(&always, REVIEW, 99, kind);
        assert_eq!((run(&always).code, counts(&always)), (1, (0, 0, 1)));
        let writes = always.state().writes();
        assert!(writes.len() <= 3, "{writes:?}");
    }
}

#[test]
fn used_up_requests_keep_the_verdict() {
    let fake = fake(INDEX);
    fails(&fake, REVIEW, 99, Kind::UsedUp);
    let run = run(&fake);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("used up"), "{}", run.stdout);
}

#[test]
fn a_head_that_moves_during_the_run_gets_nothing() {
    let fake = fake(INDEX);
    fails(&fake, "GET /repos/octo-org/shop/tarball", 1, Kind::Push(with("select 1;\n")));
    let run = run(&fake);
    assert_eq!((run.code, counts(&fake)), (1, (0, 0, 0)), "{}", run.stderr);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
}

#[test]
fn a_refused_line_takes_no_finding_with_it() {
    let once = fake(INDEX);
    fails(&once, REVIEW, 1, Kind::Line);
    assert_eq!(run(&once).code, 1);
    let state = once.state();
    assert_eq!((state.reviews.len(), state.threads.len(), state.summaries.len()), (0, 1, 1));
    assert!(state.threads[0].on_file);
    drop(state);
    // The summary no longer says so, and that is the end of it.
    run(&once);
    once.state().log.clear();
    run(&once);
    assert_eq!(once.state().writes(), Vec::<String>::new());
    assert_eq!(counts(&once), (0, 1, 1));
}

#[test]
fn a_schema_file_that_is_not_there_is_an_error() {
    let fake = fake(INDEX);
    let event = synchronize(&fake);
    let run = run_event(&fake, &event, &["--schema=db/structure.sql"]);
    assert!(run.code == 2 && run.stderr.contains("db/structure.sql"), "{}", run.stderr);
    assert_eq!(run_event(&fake, &event, &["--schema=migrations/0001_tables.sql"]).code, 1);
}
