//! What a comment of ours remembers: a last line that nobody sees. Markers count in our own comments only; in anybody
//! else's they are text.

use serde::{Deserialize, Serialize};

use super::blob;

const BEGIN: &str = "<!-- lockkeeper:1 ";
const END: &str = " -->";

/// How many findings one comment remembers.
const MAX_NAMES: usize = 24;

/// A finding's names, from the one that says most to the one that lasts longest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name {
    /// In its file.
    #[serde(rename = "f")]
    pub in_file: String,
    /// Wherever the file is.
    #[serde(rename = "a")]
    pub anywhere: String,
    /// The same danger for the same relations in the same file, however the statement is written.
    #[serde(rename = "s")]
    pub subject: String,
}

/// What a comment remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Marker {
    /// A comment on a statement's findings.
    Findings {
        /// The findings.
        n: Vec<Name>,
        /// What its text says, as a digest.
        h: String,
    },
    /// A comment whose findings are gone.
    Fixed {
        /// What they were.
        n: Vec<Name>,
    },
    /// A reply that the findings are elsewhere now.
    Moved,
    /// The summary.
    Summary {
        /// What it says, as a digest.
        h: String,
    },
}

/// A comment's text with its marker.
pub fn signed(body: &str, marker: &Marker) -> String {
    let mut marker = marker.clone();
    if let Marker::Findings { n, .. } | Marker::Fixed { n } = &mut marker {
        n.truncate(MAX_NAMES);
    }
    // Our own types of strings: nothing in them can fail to be written, or end a comment.
    let json = serde_json::to_string(&marker).unwrap_or_default();
    format!("{}\n\n{BEGIN}{json}{END}\n", body.trim_end())
}

/// The marker of a comment of ours: its last line, or none.
pub fn read(body: &str) -> Option<Marker> {
    let last = body.trim_end().rsplit('\n').next()?;
    serde_json::from_str(last.trim().strip_prefix(BEGIN)?.strip_suffix(END)?).ok()
}

/// What a text says, without the line numbers in it: those change with every line above.
pub fn digest(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let place =
            [":", "line ", "Line ", "lines ", "#L", "-L"].iter().any(|before| plain.ends_with(before));
        let digits = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        if place && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            plain.push_str(&word[digits.len()..]);
        } else {
            plain.push_str(word);
        }
    }
    short(&plain)
}

/// The first digits of a text's digest.
pub fn short(text: &str) -> String {
    let mut id = blob::id(text.as_bytes());
    id.truncate(16);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_back_from_the_last_line_only() {
        let name = Name { in_file: "a".into(), anywhere: "b".into(), subject: "c".into() };
        let marker = Marker::Findings { n: vec![name], h: "x".into() };
        let body = signed("Text\n", &marker);
        assert_eq!(read(&body), Some(marker.clone()));
        assert_eq!(read(&body.replace('\n', "\r\n")), Some(marker));
        assert_eq!(read(&format!("{body}\nmore")), None);
        assert_eq!(read("<!-- lockkeeper:1 {\"is\":\"moved\"} -->"), Some(Marker::Moved));
        assert_eq!(read("<!-- lockkeeper:1 nonsense -->"), None);
    }

    #[test]
    fn lines_do_not_matter_and_figures_do() {
        let one = digest("`a.sql:12` and line 3");
        assert_eq!(one, digest("`a.sql:7` and line 14"));
        assert_ne!(digest("12 rows"), digest("13 rows"));
    }
}
