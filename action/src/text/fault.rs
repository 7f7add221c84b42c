//! What is wrong with a policy file, each fault in its place.

use annotate_snippets::Level;
use lockkeeper_core::change::SourceFile;
use lockkeeper_core::policy::Fault;
use lockkeeper_core::report::Places;
use lockkeeper_core::review::Location;

use super::Terminal;
use super::escape::visible_line;
use super::excerpt;
use super::layout::wrapped;
use super::style::{BOLD, RED, paint};

/// All faults of a file.
pub fn faults(file: &SourceFile, faults: &[Fault], terminal: &Terminal) -> String {
    let places = Places::new(std::slice::from_ref(file));
    let drawn = |fault: &Fault| {
        let label = format!("{}: ", paint(RED, "error"));
        let mut out = wrapped(&label, &visible_line(&fault.message), terminal.width);
        let location = Location { path: file.path.clone(), span: fault.span };
        out.push_str(&excerpt::drawn(&location, None, Level::ERROR, &places, terminal));
        if let Some(hint) = &fault.hint {
            out.push_str(&wrapped(
                &format!("  {} ", paint(BOLD, "hint:")),
                &visible_line(hint),
                terminal.width,
            ));
        }
        out
    };
    faults.iter().map(drawn).collect::<Vec<_>>().join("\n")
}
