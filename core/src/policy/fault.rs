//! What is wrong with a policy file, and what was probably meant.

use crate::text::Span;

/// Something wrong in a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in the file's decoded text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// The longest word that is compared, in characters.
const LONGEST: usize = 64;

/// The known word that is nearest to a written one, where one is near enough to be meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.to_ascii_lowercase().replace(['_', ' '], "-");
    let wanted = plain(written);
    if wanted.chars().count() > LONGEST {
        return None;
    }
    let allowed = (wanted.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|word| (distance(&wanted, &plain(word)), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters have to be put in, taken out or changed, or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut last: Option<char> = None;
    for (number, letter) in one.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(number + 1);
        for (place, wanted) in other.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&row, place) + usize::from(letter != *wanted))
                .min(at(&row, place + 1) + 1)
                .min(at(&next, place) + 1);
            let swapped = place
                .checked_sub(1)
                .filter(|above| last == Some(*wanted) && other.get(*above) == Some(&letter));
            if let Some(above) = swapped {
                cost = cost.min(at(&before, above) + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(letter);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        let known = ["drop-column", "drop-table", "set-not-null", "rename-column"];
        let near = |written| nearest(written, known);
        assert_eq!(near("drop-colum"), Some("drop-column"));
        assert_eq!(near("drop_column"), Some("drop-column"));
        assert_eq!(near("dorp-table"), Some("drop-table"));
        assert_eq!(near("Set-Not-Nul"), Some("set-not-null"));
        assert_eq!(near("ban-drop-column"), Some("drop-column"));
        assert_eq!(near("something-else"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"x".repeat(100_000)), None);
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("abc", "acb"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
