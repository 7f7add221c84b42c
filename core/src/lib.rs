//! Lockkeeper's core: predicts what PostgreSQL migrations do to a live database.
//!
//! Pure: values in, values out. Data flows one way: files → framework → statements → operations →
//! (catalog, effects) → timeline → findings → review → reports.

pub mod catalog;
pub mod change;
pub mod checklist;
pub mod framework;
pub mod operation;
pub mod postgres;
pub mod report;
pub mod review;
pub mod rules;
pub mod sql;
pub mod text;
pub mod timeline;

/// Stands in until the engine is merged.
#[doc(hidden)]
pub fn review(change: &change::Change, policy: &change::Policy) -> review::Review {
    let _ = change;
    review::Review {
        version: policy.version,
        frameworks: Vec::new(),
        migrations: Vec::new(),
        findings: Vec::new(),
        not_understood: Vec::new(),
        problems: Vec::new(),
        timelines: Vec::new(),
        checklist: Vec::new(),
        sources: Vec::new(),
        statements: 0,
        replayed: 0,
    }
}

/// Stands in until the engine is merged.
#[doc(hidden)]
pub fn locks(
    files: &[change::SourceFile],
    schema: &[change::SourceFile],
    policy: &change::Policy,
) -> review::Locks {
    let _ = schema;
    review::Locks { version: policy.version, sources: files.to_vec(), ..review::Locks::default() }
}
