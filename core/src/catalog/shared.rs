//! Parts of the catalog that copies of it share until one of them changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A value that is copied when it is changed, not when the catalog is. Reads like the value itself.
#[derive(Clone, Debug, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: Clone + Default> Shared<T> {
    /// The value, and an empty one in its place.
    pub fn take(&mut self) -> T {
        Arc::unwrap_or_clone(std::mem::take(&mut self.0))
    }
}

#[expect(clippy::into_iter_without_iter, reason = "the value's own is there through `Deref`")]
impl<'a, T> IntoIterator for &'a Shared<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
