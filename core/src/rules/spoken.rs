//! Which rules have said already what they say once for a file.

use std::collections::BTreeMap;

use super::{Repeat, Rule};
use crate::review::Location;

/// The places where rules that speak once for a file have spoken. Such a rule is not asked of what comes later in the
/// file: [`settle`](super::settle) would drop what it says.
#[derive(Debug, Default)]
pub struct Spoken(BTreeMap<&'static str, Location>);

impl Spoken {
    /// The rule has spoken for that file, further up.
    pub(super) fn is_enough(&self, rule: &Rule, location: &Location) -> bool {
        let above = |first: &Location| first.path == location.path && first.span.start < location.span.start;
        rule.repeat == Repeat::OncePerFile && self.0.get(rule.id).is_some_and(above)
    }

    /// The rule speaks there.
    pub(super) fn note(&mut self, rule: &Rule, location: &Location) {
        if rule.repeat == Repeat::OncePerFile {
            self.0.insert(rule.id, location.clone());
        }
    }
}
