//! Any bytes are a policy or have faults with places inside the text; any comment can be read.

use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::policy;
use lockkeeper_core::{report, review};

/// A plain generator of numbers (xorshift), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a>(&mut self, pieces: &[&'a str]) -> &'a str {
        pieces[self.roll(pieces.len())]
    }
}

const YAML: &[&str] = &[
    "postgres",
    ": ",
    ":",
    "15",
    "rules",
    "\n",
    "\n  ",
    "\n- ",
    "- ",
    "drop-column",
    "drop-colum",
    "off",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
    "'",
    "\"",
    "#",
    " ",
    "\t",
    "\r\n",
    "all",
    "overrides",
    "paths",
    "tables",
    "ignore",
    "é",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{0}",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "<<",
    "? ",
    "~",
    "5s",
    "1e999",
    "-1",
    "path",
    "framework",
    "prisma",
    "**",
    "../x",
    "edition",
    "99999999999999999999",
    "\u{1b}",
    "\\",
];

#[test]
fn any_yaml_is_a_policy_or_has_faults_with_places() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut right, mut wrong) = (0, 0);
    for _ in 0..20_000 {
        let length = dice.roll(30);
        let text: String = (0..length).map(|_| dice.pick(YAML)).collect();
        match policy::read(text.as_bytes()) {
            Ok(_) => right += 1,
            Err(faults) => {
                wrong += 1;
                assert!(!faults.is_empty(), "{text:?}");
                for fault in faults {
                    assert!(!fault.message.is_empty(), "{text:?}");
                    let (start, end) = (fault.span.start as usize, fault.span.end as usize);
                    assert!(text.get(start..end).is_some(), "{text:?}: {fault:?}");
                }
            }
        }
    }
    assert!(right > 100 && wrong > 1_000, "{right} right, {wrong} wrong");
}

#[test]
fn any_bytes_are_a_policy_or_have_faults() {
    let mut dice = Dice(88_172_645_463_325_252);
    for _ in 0..5_000 {
        let length = dice.roll(40);
        let bytes: Vec<u8> = (0..length).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
        if let Err(faults) = policy::read(&bytes) {
            assert!(
                faults.iter().all(|fault| fault.span.end as usize <= bytes.len()),
                "{bytes:?}: {faults:?}"
            );
        }
    }
}

const SQL: &[&str] = &[
    "-- lockkeeper:ignore ",
    "-- lockkeeper:ignore drop-table, no-lock-timeout reason\n",
    "-- lockkeeper:ignore-file ",
    "/* lockkeeper:ignore ",
    "*/",
    "drop-table",
    ",",
    " ",
    "\n",
    "until=2027-01-01",
    "until=",
    "é",
    "drop table users;",
    "alter table users",
    "drop column a",
    "do $$",
    "begin",
    "end $$;",
    "'",
    "\"",
    "$$",
    "--",
    "/*",
    "reason",
    ";",
    "\r\n",
    "lockkeeper:",
    "unused-suppression",
    "\u{202e}",
];

#[test]
fn any_comment_can_be_read() {
    let mut dice = Dice(1_234_567);
    let mut suppressed = 0;
    for _ in 0..3_000 {
        let length = dice.roll(25);
        let text: String = (0..length).map(|_| dice.pick(SQL)).collect();
        let change = Change {
            head: vec![SourceFile::new("migrations/1.sql", text.as_bytes())],
            review: Some(vec!["migrations/1.sql".to_owned()]),
            ..Change::default()
        };
        let review = review(&change, &policy::Policy::default());
        suppressed += review.findings.iter().filter(|finding| finding.suppressed.is_some()).count();
        for finding in &review.findings {
            assert!(finding.location.span.end as usize <= text.len(), "{text:?}");
        }
        assert!(report::json::review(&review).starts_with('{'));
    }
    assert!(suppressed > 10, "{suppressed}");
}

#[test]
fn many_suppressions_and_findings_take_no_square_of_time() {
    let one = "-- lockkeeper:ignore drop-table nobody needs it\ndrop table users;\n-- lockkeeper:ignore-file drop-table x\n";
    let text = one.repeat(3_000);
    let change = Change {
        head: vec![SourceFile::new("migrations/1.sql", text)],
        review: Some(vec!["migrations/1.sql".to_owned()]),
        ..Change::default()
    };
    let review = review(&change, &policy::Policy::default());
    assert!(review.findings.iter().filter(|it| it.rule == "drop-table").all(|it| it.suppressed.is_some()));
}

#[test]
fn many_comments_in_one_line_or_statement_take_no_square_of_time() {
    let one_line = "/* lockkeeper:ignore drop-table x */ ".repeat(20_000);
    let stacked = "-- lockkeeper:ignore drop-tabel x\n".repeat(20_000);
    for comments in [one_line, stacked] {
        for text in
            [format!("alter table users {comments} drop column a;"), format!("drop table users; {comments}")]
        {
            let change = Change {
                head: vec![SourceFile::new("migrations/1.sql", text)],
                review: Some(vec!["migrations/1.sql".to_owned()]),
                ..Change::default()
            };
            assert!(review(&change, &policy::Policy::default()).findings.len() > 1);
        }
    }
    let wrong: Vec<String> = (0..3_000).map(|number| format!("  drop-colum{number}: off\n")).collect();
    assert_eq!(policy::read(format!("rules:\n{}", wrong.concat()).as_bytes()).unwrap_err().len(), 40);
}
