//! What a bot says on a pull request besides the findings at their lines.

use super::block::sign;
use super::escape::{cell, code, sentence};
use super::{
    MAX_CHARACTERS, MAX_TIMELINE, characters, details, findings, footer, head, suppressed, timeline,
};
use crate::report::{Block, Places, blocks, page_url, path_in_url, words};
use crate::review::Review;

/// How many characters notices may have.
const MAX_NOTICES: usize = 1_000;

/// How many statements are listed.
const MAX_ROWS: usize = 100;

/// What is said of a review in its summary.
#[derive(Clone, Debug, Default)]
pub struct About<'a> {
    /// The commit that was reviewed, shortened.
    pub commit: &'a str,
    /// The address below which the commit's files are shown; empty where there is none.
    pub files: &'a str,
    /// Statements with findings whose comments somebody resolved.
    pub acknowledged: usize,
    /// Statements with findings that have no comment of their own: their numbers among the [`blocks`].
    pub silent: &'a [usize],
    /// What could not be done and what to do about it.
    pub notices: &'a [String],
}

/// The one comment that holds the whole review, kept up to date: the answers, a line for each statement with findings,
/// the order of deploys, the lock timeline. What no comment says stands there in full.
pub fn summary(review: &Review, about: &About<'_>) -> String {
    let open = review.findings.iter().any(|finding| finding.suppressed.is_none());
    let lost = review.problems.iter().any(|problem| !problem.harmless);
    let mut body = if open || lost {
        document(review, about)
    } else {
        format!("✅ **Lockkeeper: nothing left to say.**\n\n{}", footer(review))
    };
    let mut notes = vec![format!("Reviewed {}.", code(about.commit))];
    if about.acknowledged > 0 {
        let count = words::counted(about.acknowledged, "statement", "statements");
        notes.push(format!(
            "{count} with a resolved comment: resolving one does not change the verdict; a suppression with a reason, \
             in the SQL, does."
        ));
    }
    body.push_str(&format!("\n<sub>{}</sub>\n", notes.join(" ")));
    let notices: String = about.notices.iter().map(|notice| format!("> {}\n", sentence(notice))).collect();
    if !notices.is_empty() && characters(&notices) <= MAX_NOTICES {
        body.push_str(&format!("\n{notices}"));
    }
    body
}

fn document(review: &Review, about: &About<'_>) -> String {
    let places = Places::new(&review.sources);
    let blocks = blocks(review);
    let head = format!("{}{}", head(review, &places), table(&blocks, &places, about));
    let tail = format!("{}{}", suppressed(review, &places), footer(review));
    let timelines = timeline::timelines(&review.timelines, &places, MAX_TIMELINE);
    let used = characters(&head) + characters(&tail) + characters(&timelines) + MAX_NOTICES;
    let silent: Vec<Block<'_>> = about.silent.iter().filter_map(|at| blocks.get(*at).cloned()).collect();
    let silent = if silent.is_empty() {
        String::new()
    } else {
        let count = words::counted(
            silent.len(),
            "statement without a comment of its",
            "statements without comments of their",
        );
        let room = MAX_CHARACTERS.saturating_sub(used);
        details(&format!("{count} own"), &findings(&silent, &places, room))
    };
    format!("{head}{silent}{timelines}{tail}")
}

/// A line for each statement, the worst first.
fn table(blocks: &[Block<'_>], places: &Places<'_>, about: &About<'_>) -> String {
    let mut sorted: Vec<&Block<'_>> = blocks.iter().collect();
    sorted.sort_by_key(|block| std::cmp::Reverse(block.severity()));
    let rows: String = sorted.iter().take(MAX_ROWS).map(|block| row(block, places, about.files)).collect();
    if rows.is_empty() {
        return rows;
    }
    let more = match sorted.len().checked_sub(MAX_ROWS) {
        None | Some(0) => String::new(),
        Some(more) => {
            format!("\n{} left out.\n", words::counted(more, "further statement", "further statements"))
        }
    };
    format!("| | Where | What |\n|---|---|---|\n{rows}{more}\n")
}

fn row(block: &Block<'_>, places: &Places<'_>, files: &str) -> String {
    let Some(worst) = block.findings.first() else { return String::new() };
    let (path, line) = (&block.location.path, places.line(&block.location.path, block.location.span));
    let place = code(&format!("{path}:{line}"));
    let place =
        if files.is_empty() { place } else { format!("[{place}]({files}/{}#L{line})", path_in_url(path)) };
    let what = worst.message.what.split_inclusive(". ").next().unwrap_or_default().trim();
    let more = match block.findings.len() {
        0 | 1 => String::new(),
        count => format!(", {} more", count - 1),
    };
    format!(
        "| {} | {} | {} · [{}]({}){more} |\n",
        sign(worst.severity),
        cell(&place),
        cell(&sentence(what)),
        code(worst.rule),
        page_url(worst.rule)
    )
}

/// The words above new comments: they are the first that a mail shows.
pub fn opening(statements: usize) -> String {
    let count = words::counted(statements, "statement needs", "statements need");
    format!("{count} a look before this runs on a live database.")
}

/// What a comment becomes when its finding is gone.
pub fn fixed(commit: &str) -> String {
    format!("✅ Fixed as of {}.\n", code(commit))
}

/// The reply to a conversation whose finding is at another place now.
pub fn moved(path: &str, line: u32) -> String {
    format!(
        "The statement changed and the finding is still there: it is at {} now.\n",
        code(&format!("{path}:{line}"))
    )
}
