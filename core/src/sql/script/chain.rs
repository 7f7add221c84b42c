//! How deep the tree that sqlparser makes of a text can get. It limits nesting in brackets, but not chains of operators,
//! and drops trees by recursion.

/// The longest chain of operators that is parsed, from the top of the tree to the deepest operand.
pub(super) const LONGEST: u32 = 2_000;

/// What a token is to a chain.
#[derive(Clone, Copy)]
pub(super) enum Link {
    /// An operator, or a word that is one.
    Operator,
    /// `(`
    Open,
    /// `[`: also a link of the chain it is a subscript in.
    OpenSubscript,
    /// `)` or `]`
    Close,
    /// `,`
    Comma,
}

/// The chains up to a token.
#[derive(Default)]
pub(super) struct Chains {
    levels: Vec<Level>,
    top: Level,
    /// Operators of the levels that are open around the top.
    around: u32,
    /// The longest of all so far.
    longest: u32,
}

/// Operators on one level of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Since the last comma.
    chain: u32,
    /// The longest chain in brackets since the last comma.
    inner: u32,
    /// The longest of all before the last comma.
    before: u32,
}

impl Level {
    fn depth(&self) -> u32 {
        self.before.max(self.chain.saturating_add(self.inner))
    }
}

impl Chains {
    /// Goes past a token.
    pub(super) fn pass(&mut self, link: Link) {
        match link {
            Link::Operator => self.top.chain += 1,
            Link::Open => self.open_level(),
            Link::OpenSubscript => {
                self.top.chain += 1;
                self.open_level();
            }
            Link::Close => {
                let inner = self.top.depth();
                self.top = self.levels.pop().unwrap_or_default();
                self.around = self.around.saturating_sub(self.top.chain);
                self.top.inner = self.top.inner.max(inner);
            }
            Link::Comma => {
                self.top = Level { before: self.top.depth(), ..Level::default() };
            }
        }
        self.longest = self.longest.max(self.around.saturating_add(self.top.depth()));
    }

    fn open_level(&mut self) {
        self.around = self.around.saturating_add(self.top.chain);
        self.levels.push(std::mem::take(&mut self.top));
    }

    /// A chain is too long to be parsed.
    pub(super) fn too_long(&self) -> bool {
        self.longest > LONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_long(links: impl IntoIterator<Item = Link>) -> bool {
        let mut chains = Chains::default();
        links.into_iter().for_each(|link| chains.pass(link));
        chains.too_long()
    }

    #[test]
    fn long_chains_are_found() {
        let operators = || std::iter::repeat_n(Link::Operator, 2_001);
        assert!(too_long(operators()));
        assert!(!too_long(operators().skip(1)));
        assert!(!too_long(operators().flat_map(|operator| [operator, Link::Comma])));
        // Calls with short chains in them make a long chain.
        assert!(too_long((0..2_001).flat_map(|_| [Link::Open, Link::Close, Link::Operator])));
    }

    #[test]
    fn chains_in_brackets_add_up() {
        let level = || std::iter::repeat_n(Link::Operator, 500).chain([Link::Open]);
        assert!(too_long((0..5).flat_map(|_| level())));
        assert!(!too_long((0..3).flat_map(|_| level())));
    }
}
