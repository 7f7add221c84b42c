//! `lockkeeper explain`.

use lockkeeper_core::report::explain as report;
use lockkeeper_core::{Explanation, explain, rules};

use crate::cli::{self, PageFormat};
use crate::{Console, Outcome, Trouble, text};

/// Shows a rule's page, or all rules.
pub fn run(arguments: &cli::Explain, console: Console) -> Result<Outcome, Trouble> {
    let terminal = console.terminal();
    let Some(id) = &arguments.rule else {
        console.report(&match arguments.format {
            PageFormat::Text => text::rules(rules::all(), &terminal),
            PageFormat::Json => report::rules_json(),
            PageFormat::Markdown => report::rules_markdown(),
        })?;
        return Ok(Outcome::Pass);
    };
    let found = explain(id);
    if let Explanation::Unknown(nearest) = &found {
        let hint = if nearest.is_empty() {
            "lockkeeper explain lists all rules".to_owned()
        } else {
            format!("did you mean {}?", nearest.join(", "))
        };
        return Err(Trouble::new(format!("there is no rule {id}"), hint));
    }
    console.report(&match arguments.format {
        PageFormat::Text => text::explanation(&found, id, &terminal),
        PageFormat::Json => report::json(&found),
        PageFormat::Markdown => report::markdown(&found),
    })?;
    Ok(Outcome::Pass)
}
