//! What a bot says on a pull request besides the findings at their lines.

use super::{escape, footer, review as document};
use crate::report::words;
use crate::review::Review;

/// How many characters notices may have.
const MAX_NOTICES: usize = 1_000;

/// What is said of a review in its summary.
#[derive(Clone, Debug, Default)]
pub struct About<'a> {
    /// The commit that was reviewed, shortened.
    pub commit: &'a str,
    /// Statements with findings whose comments somebody resolved.
    pub acknowledged: usize,
    /// Statements with findings that have no comment of their own.
    pub without_comment: usize,
    /// What could not be done and what to do about it.
    pub notices: &'a [String],
}

/// The one comment that holds the whole review, kept up to date.
pub fn summary(review: &Review, about: &About<'_>) -> String {
    let open = review.findings.iter().any(|finding| finding.suppressed.is_none());
    let lost = review.problems.iter().any(|problem| !problem.harmless);
    let mut body = if open || lost {
        document(review)
    } else {
        format!("✅ **Lockkeeper: nothing left to say.**\n\n{}", footer(review))
    };
    let mut notes = vec![format!("Reviewed {}.", escape::code(about.commit))];
    if about.acknowledged > 0 {
        let count = words::counted(about.acknowledged, "statement", "statements");
        notes.push(format!(
            "{count} with a resolved comment: resolving one does not change the verdict; a suppression with a reason, \
             in the SQL, does."
        ));
    }
    if about.without_comment > 0 {
        let count = words::counted(about.without_comment, "statement has", "statements have");
        notes.push(format!("{count} findings without a comment in the files."));
    }
    body.push_str(&format!("\n<sub>{}</sub>\n", notes.join(" ")));
    let notices: String =
        about.notices.iter().map(|notice| format!("> {}\n", escape::sentence(notice))).collect();
    if !notices.is_empty() && notices.chars().count() <= MAX_NOTICES {
        body.push_str(&format!("\n{notices}"));
    }
    body
}

/// The words above new comments: they are the first that a mail shows.
pub fn opening(statements: usize) -> String {
    let count = words::counted(statements, "statement needs", "statements need");
    format!("{count} a look before this runs on a live database.")
}

/// What a comment becomes when its finding is gone.
pub fn fixed(commit: &str) -> String {
    format!("✅ Fixed as of {}.\n", escape::code(commit))
}

/// The reply to a conversation whose finding is at another place now.
pub fn moved(path: &str, line: u32) -> String {
    format!(
        "The statement changed and the finding is still there: it is at {} now.\n",
        escape::code(&format!("{path}:{line}"))
    )
}
