//! Choices made in advance. Equal choices give equal SQL; smaller ones give plainer SQL, and where they run out the
//! first of everything is taken.

use std::cell::Cell;

/// A row of numbers to choose by.
pub(crate) struct Dice<'a> {
    numbers: &'a [u16],
    next: Cell<usize>,
}

impl<'a> Dice<'a> {
    /// Choices by these numbers.
    pub(crate) fn new(numbers: &'a [u16]) -> Self {
        Dice { numbers, next: Cell::new(0) }
    }

    /// A number below `end`, 0 where there is none.
    pub(crate) fn below(&self, end: usize) -> usize {
        let at = self.next.get();
        self.next.set(at + 1);
        let number = usize::from(self.numbers.get(at).copied().unwrap_or_default());
        if end == 0 { 0 } else { number % end }
    }

    /// One of some; none where there are none.
    pub(crate) fn of<'b, T>(&self, choices: &'b [T]) -> Option<&'b T> {
        choices.get(self.below(choices.len()))
    }

    /// One of some texts.
    pub(crate) fn text(&self, choices: &[&'static str]) -> &'static str {
        self.of(choices).copied().unwrap_or_default()
    }

    /// True in one case of `n`.
    pub(crate) fn one_in(&self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}
