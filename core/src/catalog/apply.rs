//! Replaying operations.

use super::Catalog;
use crate::operation::Statement;
use crate::postgres::Version;

impl Catalog {
    /// Takes a statement as executed: the catalog is then as PostgreSQL's would be after it. Transaction control
    /// is the caller's business.
    pub fn apply(&mut self, statement: &Statement, version: Version) {
        let _ = (statement, version);
    }
}
