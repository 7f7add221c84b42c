//! Makes a disagreement small.

use super::{Disagreement, Stage};

/// Takes statements out of the schema, the last first, for as long as core and the server disagree in the same way.
pub(crate) fn reduce(stage: &mut Stage<'_>, found: &mut Disagreement) {
    let mut at = found.schema.len();
    while at > 0 {
        at -= 1;
        let mut smaller = found.schema.clone();
        smaller.remove(at);
        if let Some(difference) = disagree(stage, &smaller, &found.statement)
            && difference == found.difference
        {
            found.schema = smaller;
        }
    }
}

fn disagree(stage: &mut Stage<'_>, schema: &[String], statement: &str) -> Option<Vec<String>> {
    stage.set(schema).ok()?;
    let (difference, _) = stage.compare(statement);
    (!difference.is_empty()).then_some(difference)
}
