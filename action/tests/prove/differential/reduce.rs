//! Makes a disagreement small.

use super::{Disagreement, Stage};

/// Takes statements out of the schema, many at once and then fewer, for as long as core and the server disagree in
/// the same way.
pub(crate) fn reduce(stage: &mut Stage<'_>, found: &mut Disagreement) {
    let mut size = found.schema.len() / 2;
    while size > 0 {
        let mut end = found.schema.len();
        while end > 0 {
            let start = end.saturating_sub(size);
            let mut smaller = found.schema.clone();
            smaller.drain(start..end);
            if disagree(stage, &smaller, &found.statement) == found.difference {
                found.schema = smaller;
            }
            end = start.min(found.schema.len());
        }
        size /= 2;
    }
}

fn disagree(stage: &mut Stage<'_>, schema: &[String], statement: &str) -> Vec<String> {
    if stage.set(schema).is_err() {
        return Vec::new();
    }
    stage.compare(statement).map(|(difference, _)| difference).unwrap_or_default()
}
