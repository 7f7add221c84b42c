//! Patterns with wildcards: `*` and `?` of globs, `%` and `_` of `LIKE`.

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wildcard {
    /// Any letters, or none.
    Any,
    /// One letter, whichever.
    One,
    /// This letter.
    Is(char),
}

impl Wildcard {
    /// Whether the whole name fits the pattern. Takes as long as both are long, multiplied.
    pub fn fits(pattern: impl IntoIterator<Item = Wildcard>, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        // Which beginnings of the name the pattern so far fits.
        let mut reached = vec![false; name.len() + 1];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        for part in pattern {
            let mut after = vec![false; name.len() + 1];
            if part == Wildcard::Any {
                let mut open = false;
                for (to, from) in after.iter_mut().zip(&reached) {
                    open |= *from;
                    *to = open;
                }
            } else {
                for ((to, from), had) in after.iter_mut().skip(1).zip(&reached).zip(&name) {
                    *to = *from && (part == Wildcard::One || part == Wildcard::Is(*had));
                }
            }
            reached = after;
        }
        reached.last().copied().unwrap_or(false)
    }
}
