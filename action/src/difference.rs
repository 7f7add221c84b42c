//! What differs between two texts, line by line.

use std::fmt::{self, Write};
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter};

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is in both texts.
    Kept,
    /// It is in the first alone.
    Removed,
    /// It is in the second alone.
    Added,
}

/// All lines of both texts, in the order of a diff, with their line breaks.
pub(crate) fn lines<'a>(before: &'a str, after: &'a str) -> Vec<(Fate, &'a str)> {
    let input = InternedInput::new(before, after);
    let mut lines = Vec::new();
    let mut add = |fate, tokens: &[Token], range: Range<u32>| {
        let tokens = tokens.get(range.start as usize..range.end as usize).unwrap_or_default();
        lines.extend(tokens.iter().map(|token| (fate, input.interner[*token])));
    };
    let mut at = 0;
    for hunk in compare(&input).hunks() {
        add(Fate::Kept, &input.before, at..hunk.before.start);
        at = hunk.before.end;
        add(Fate::Removed, &input.before, hunk.before);
        add(Fate::Added, &input.after, hunk.after);
    }
    add(Fate::Kept, &input.before, at..u32::try_from(input.before.len()).unwrap_or(u32::MAX));
    lines
}

/// The hunks of a patch, as git writes them, with three lines around each. Nothing where the texts are alike.
pub(crate) fn hunks(before: &str, after: &str) -> String {
    let input = InternedInput::new(before, after);
    compare(&input).unified_diff(&Git(&input.interner), UnifiedDiffConfig::default(), &input).to_string()
}

fn compare(input: &InternedInput<&str>) -> Diff {
    let mut diff = Diff::compute(Algorithm::Histogram, input);
    diff.postprocess_lines(input);
    diff
}

/// Hunks as git writes them: the library's own printer forgets how git marks a last line without a line break, and
/// where a side without lines begins.
struct Git<'a>(&'a Interner<&'a str>);

impl Git<'_> {
    fn line(&self, mut out: impl Write, sign: char, token: Token) -> fmt::Result {
        let line = self.0[token];
        let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
        write!(out, "{sign}{line}{end}")
    }
}

impl UnifiedDiffPrinter for Git<'_> {
    fn display_header(
        &self,
        mut out: impl Write,
        before: u32,
        after: u32,
        before_lines: u32,
        after_lines: u32,
    ) -> fmt::Result {
        let side = |start: u32, lines: u32| match lines {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            lines => format!("{},{lines}", start + 1),
        };
        writeln!(out, "@@ -{} +{} @@", side(before, before_lines), side(after, after_lines))
    }

    fn display_context_token(&self, out: impl Write, token: Token) -> fmt::Result {
        self.line(out, ' ', token)
    }

    fn display_hunk(&self, mut out: impl Write, before: &[Token], after: &[Token]) -> fmt::Result {
        before.iter().try_for_each(|token| self.line(&mut out, '-', *token))?;
        after.iter().try_for_each(|token| self.line(&mut out, '+', *token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stay_and_lines_that_change() {
        use Fate::{Added, Kept, Removed};
        assert_eq!(
            lines("a\nb\nc\nd", "a\nx\nc\nd\n"),
            [(Kept, "a\n"), (Removed, "b\n"), (Added, "x\n"), (Kept, "c\n"), (Removed, "d"), (Added, "d\n")]
        );
        assert_eq!(lines("", ""), []);
    }

    #[test]
    fn hunks_are_written_as_git_writes_them() {
        assert_eq!(hunks("a\n", "a\n"), "");
        assert_eq!(hunks("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(hunks("a\nb", "a\nc\n"), "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n");
        let numbers = |changed: &[u32]| -> String {
            (1..=20)
                .map(
                    |number| if changed.contains(&number) { "x\n".to_owned() } else { format!("{number}\n") },
                )
                .collect()
        };
        assert_eq!(
            hunks(&numbers(&[]), &numbers(&[2, 19])),
            "@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -16,5 +16,5 @@\n 16\n 17\n 18\n-19\n+x\n 20\n"
        );
    }
}
