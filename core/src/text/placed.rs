//! A text that is put together from parts of a file, with the places of its bytes there.

use super::Span;

/// SQL as a tool sends it, and where in the file each part of it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// The text.
    pub text: String,
    runs: Vec<Run>,
}

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// Its first byte in the text.
    from: u32,
    /// Its place in the file.
    span: Span,
    /// It stands there byte by byte. Otherwise all of it comes from the whole span.
    exact: bool,
}

impl Placed {
    /// A text that comes from a place as a whole.
    pub fn made(text: &str, span: Span) -> Self {
        let mut placed = Placed::default();
        placed.push(text, span);
        placed
    }

    /// Appends a text that comes from a place as a whole.
    pub fn push(&mut self, text: &str, span: Span) {
        self.run(text, span, false);
    }

    /// Appends a text that stands in the file as it is, from `at` on.
    pub fn push_written(&mut self, text: &str, at: u32) {
        let span = Span::new(at, at.saturating_add(length(text)));
        self.run(text, span, true);
    }

    fn run(&mut self, text: &str, span: Span, exact: bool) {
        if text.is_empty() {
            return;
        }
        let from = length(&self.text);
        let known = match self.runs.last_mut() {
            Some(last) if last.exact && exact && last.span.end == span.start => {
                last.span.end = span.end;
                true
            }
            Some(last) => !last.exact && !exact && last.span == span,
            None => false,
        };
        if !known {
            self.runs.push(Run { from, span, exact });
        }
        self.text.push_str(text);
    }

    /// Appends another one.
    pub fn append(&mut self, other: &Placed) {
        for (index, run) in other.runs.iter().enumerate() {
            let end = other.runs.get(index + 1).map_or(length(&other.text), |next| next.from);
            self.run(Span::new(run.from, end).of(&other.text), run.span, run.exact);
        }
    }

    /// The smallest place that holds everything; empty for an empty text.
    pub fn span(&self) -> Span {
        self.runs.iter().map(|run| run.span).reduce(Span::to).unwrap_or_default()
    }

    /// All of it stands in the file as it is, in one place.
    pub fn is_written(&self) -> bool {
        matches!(self.runs.as_slice(), [Run { exact: true, .. }])
    }

    /// The stretches: first byte in the text, place in the file, and whether it stands there byte by byte.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (u32, Span, bool)> {
        self.runs.iter().map(|run| (run.from, run.span, run.exact))
    }

    /// The part between two bytes of the text.
    #[must_use]
    pub fn part(&self, start: usize, end: usize) -> Placed {
        let mut part = Placed::default();
        for (index, run) in self.runs.iter().enumerate() {
            let run_end = self.runs.get(index + 1).map_or(self.text.len(), |next| next.from as usize);
            let (from, to) = (start.max(run.from as usize), end.min(run_end));
            let Some(text) = self.text.get(from..to.max(from)).filter(|text| !text.is_empty()) else {
                continue;
            };
            if run.exact {
                part.push_written(text, run.span.start.saturating_add(size(from - run.from as usize)));
            } else {
                part.push(text, run.span);
            }
        }
        part
    }

    /// Without white space around it.
    #[must_use]
    pub fn trimmed(&self) -> Placed {
        let start = self.text.len() - self.text.trim_start().len();
        self.part(start, start + self.text.trim().len())
    }
}

fn length(text: &str) -> u32 {
    size(text.len())
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_places() {
        let mut placed = Placed::default();
        placed.push_written("select ", 10);
        placed.push("\n", Span::new(17, 19));
        placed.push_written("a from t", 19);
        assert_eq!(placed.span(), Span::new(10, 27));
        let part = placed.part(5, 9);
        assert_eq!(part.text, "t \na");
        assert_eq!(
            part.runs().collect::<Vec<_>>(),
            [(0, Span::new(15, 17), true), (2, Span::new(17, 19), false), (3, Span::new(19, 20), true)]
        );
        assert!(!placed.is_written());
        assert!(placed.part(0, 7).is_written());
    }
}
