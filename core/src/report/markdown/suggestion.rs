//! A fix that can be applied with one click: GitHub replaces the lines that a comment stands at with a block's text.

use super::block::{all_steps, with_fix};
use super::escape::sentence;
use crate::report::{Block, Places, changed_lines};
use crate::review::{Edit, Fix};
use crate::text::visible_text;

/// A fix of a statement's findings as whole lines of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does, in words.
    pub title: String,
    /// The edits.
    pub edits: Vec<Edit>,
    /// The first line that is replaced, from 1.
    pub first: u32,
    /// The last line that is replaced.
    pub last: u32,
    /// What stands there instead.
    pub lines: String,
}

/// What can be suggested at a statement, the best first: the worst finding's fix, which often is enough for all, then all
/// fixes together where they touch nothing of one another. Left out is what has characters that a reader would not see.
pub fn suggestions(block: &Block<'_>, places: &Places<'_>) -> Vec<Suggestion> {
    let fixes: Vec<&Fix> = block.findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    let first = fixes.first().map(|fix| (fix.title.clone(), fix.edits.clone()));
    let all = if fixes.len() > 1 { together(&fixes) } else { None };
    first.into_iter().chain(all).filter_map(|(title, edits)| suggestion(title, edits, places)).collect()
}

fn suggestion(title: String, edits: Vec<Edit>, places: &Places<'_>) -> Option<Suggestion> {
    let place = &edits.first()?.location;
    let (before, after) = changed_lines(&edits, places)?;
    // A page shows neither; and a line that stays as it is can't be suggested.
    let shown = after.replace("\r\n", "\n");
    if before == after || visible_text(&shown) != shown || before.is_empty() {
        return None;
    }
    let first = places.line(&place.path, place.span);
    let count = u32::try_from(before.lines().count()).ok()?;
    Some(Suggestion { title, edits, first, last: (first + count).checked_sub(1)?, lines: after })
}

/// All fixes as one, where no two touch the same bytes of one file.
fn together(fixes: &[&Fix]) -> Option<(String, Vec<Edit>)> {
    let mut edits: Vec<Edit> = fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
    edits.sort_by(|one, other| one.location.cmp(&other.location).then_with(|| one.text.cmp(&other.text)));
    edits.dedup();
    for pair in edits.windows(2) {
        let [one, other] = pair else { return None };
        if one.location.path != other.location.path || one.location.span.end >= other.location.span.start {
            return None;
        }
    }
    let mut titles: Vec<&str> = fixes.iter().map(|fix| fix.title.as_str()).collect();
    titles.dedup();
    Some((titles.join(" "), edits))
}

/// The comment at a statement, with its fix as a suggestion. The comment has to stand at the suggestion's lines.
pub fn with_suggestion(block: &Block<'_>, suggestion: &Suggestion) -> String {
    let longest = suggestion.lines.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines = suggestion.lines.strip_suffix('\n').unwrap_or(&suggestion.lines);
    let lines = lines.strip_suffix('\r').unwrap_or(lines);
    let title = sentence(&suggestion.title);
    with_fix(
        block,
        &format!("**Fix:** {title}\n\n{fence}suggestion\n{lines}\n{fence}\n\n{}", all_steps(block)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, Policy, SourceFile};
    use crate::report::blocks;
    use crate::review::Review;

    fn review(sql: &str) -> Review {
        let change = Change {
            head: vec![SourceFile::new("migrations/1.sql", sql)],
            review: Some(vec!["migrations/1.sql".to_owned()]),
            framework: Some("sql".to_owned()),
            ..Change::default()
        };
        crate::review(&change, &Policy::default())
    }

    fn first(sql: &str) -> Option<(Suggestion, String)> {
        let review = review(sql);
        let places = Places::new(&review.sources);
        blocks(&review).iter().find_map(|block| {
            let found = suggestions(block, &places).into_iter().next()?;
            let comment = with_suggestion(block, &found);
            Some((found, comment))
        })
    }

    #[test]
    fn whole_lines_with_their_indentation() {
        let (found, comment) = first("-- é\r\n\tcreate index i on users (email);\r\n").unwrap();
        assert_eq!((found.first, found.last), (2, 2));
        assert!(found.lines.to_lowercase().starts_with("\tcreate index concurrently"), "{found:?}");
        assert!(comment.to_lowercase().contains("```suggestion\n\tcreate index concurrently"), "{comment}");
    }

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        let (_, comment) = first("create index i on users (email); -- ```` x\n").unwrap();
        assert!(comment.contains("`````suggestion\n"), "{comment}");
    }

    #[test]
    fn nothing_unseen_is_suggested() {
        assert_eq!(first("create index i on users (email); -- \u{202e}x\n"), None);
    }
}
