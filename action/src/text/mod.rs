//! Text for a terminal. It lives here and not in core because what draws its excerpts must not cost the bytes of the
//! browser's build. It judges nothing, and the words for locks are core's.
//!
//! Styles are always written; the stream that the text goes to takes them out where nobody sees colours.

mod checklist;
mod escape;
mod excerpt;
mod explain;
mod fault;
mod finding;
mod fix;
mod layout;
mod locks;
mod page;
mod problem;
mod review;
mod style;
mod timeline;

pub use escape::{visible_line, visible_text};
pub use explain::{explanation, rules};
pub use fault::faults;
pub use finding::all as findings;
pub use locks::locks;
pub use review::review;

/// What text is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Its width in columns.
    pub width: usize,
    /// It shows more than ASCII.
    pub unicode: bool,
}

impl Terminal {
    /// Narrower than this nothing can be laid out.
    pub const NARROWEST: usize = 40;
    /// Wider than this nobody can read a line.
    pub const WIDEST: usize = 140;

    /// The first where the terminal shows more than ASCII, else the second.
    fn pick<'a>(&self, unicode: &'a str, ascii: &'a str) -> &'a str {
        if self.unicode { unicode } else { ascii }
    }
}
