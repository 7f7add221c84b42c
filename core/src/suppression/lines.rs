//! Comments in files that are no SQL: `# lockkeeper:ignore <rule> <reason>`, `// lockkeeper:ignore …`.

use super::comment::{self, MARK};
use super::{Suppression, Target};
use crate::review::Location;
use crate::text::Span;

/// Hints for rules that there are not, of which each costs a search.
const HINTS: u32 = 20;

/// The comments of a file about rules that found something in it. A comment about another rule is left alone: what it is
/// about may be told another time.
pub(crate) fn read_lines(path: &str, text: &str, rules: &[&str]) -> Vec<Suppression> {
    let mut found = Vec::new();
    let mut hints = HINTS;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((from, written)) = mark(line) else { continue };
        let Some(mut directive) = comment::read(&format!("--{written}"), &mut hints) else { continue };
        directive.rules.retain(|rule| rules.contains(rule));
        if directive.rules.is_empty() {
            continue;
        }
        let alone = line.get(..from).is_some_and(|before| before.trim().is_empty());
        let target = if directive.file {
            Target::File
        } else if alone {
            // The next line that says something.
            let mut next = at;
            let mut lines = text.get(at..).unwrap_or_default().split_inclusive('\n');
            let blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with(['#', '/']);
            let told = lines.find(|line| {
                let skip = blank(line);
                next += if skip { line.len() } else { 0 };
                !skip
            });
            told.map_or(Target::Nothing, |line| Target::From(offset(next), offset(next + line.len())))
        } else {
            Target::From(offset(start), offset(start + from))
        };
        let location = Location { path: path.to_owned(), span: Span::new(offset(start + from), offset(at)) };
        found.push(Suppression { location, target, directive });
    }
    found
}

/// Where a comment with our mark begins in a line, and what it says.
fn mark(line: &str) -> Option<(usize, &str)> {
    let at = line.to_ascii_lowercase().find(MARK)?;
    let before = line.get(..at)?.trim_end();
    let bare = before.strip_suffix('#').or_else(|| before.strip_suffix("//"))?;
    Some((bare.len(), line.get(at..)?.trim_end()))
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_above_or_behind() {
        let text = "a\n# lockkeeper:ignore migrate-in-build one database per branch\nRUN x\nCMD y # lockkeeper:ignore migrate-at-start-up one instance\n";
        let found = read_lines("Dockerfile", text, &["migrate-in-build", "migrate-at-start-up"]);
        let targets: Vec<Target> = found.iter().map(|it| it.target).collect();
        let place = |words: &str| u32::try_from(text.find(words).unwrap()).unwrap();
        assert_eq!(targets.len(), 2);
        assert_eq!(targets[0], Target::From(place("RUN"), place("CMD")));
        assert!(matches!(targets[1], Target::From(from, _) if from == place("CMD")));
        assert_eq!(read_lines("Dockerfile", text, &["drop-table"]).len(), 0);
    }
}
