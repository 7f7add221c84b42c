//! Code beside the schema: what the application's models and queries say of tables and columns.
//!
//! Files of code → models (`models/`: how an ORM's names map to the database's) → references (`search/`: which lines use
//! what a change takes away, and how sure that is) → `verdict` (does the code that runs now break, does that of the
//! change) → `order` (what has to be deployed first) and `findings` (which of them stay, and what they show).

mod agreement;
mod evidence;
mod files;
mod findings;
mod model;
pub mod models;
mod names;
mod order;
pub(crate) mod schema;
mod search;
mod skew;
mod subject;
mod tree;
mod verdict;

pub use agreement::{Agreement, Miss};
pub use evidence::{Reference, Strength};
pub use files::is_code;
pub(crate) use findings::{silence, tell};
pub use model::{EnumModel, Field, Label, Model, Models};
pub(crate) use order::order;
pub use order::{DeployOrder, Order};
pub use schema::SchemaAgreement;
pub(crate) use skew::{Missing, missing};
pub use subject::{Fate, Kind, Subject};
pub(crate) use subject::{added, anchors, of_step};
pub(crate) use verdict::{Known, look_up};
pub use verdict::{Outcome, State, TreeVerdict};

/// What the code that runs now and the code of a change make of what the change does to the schema.
#[derive(Clone, Debug)]
pub struct CodeReview {
    /// Files of code that were searched: before the change, and after it.
    pub files: (usize, usize),
    /// What goes away or is tightened, in running order, with what both trees say of it.
    pub outcomes: Vec<Outcome>,
    /// What has to be deployed first.
    pub order: DeployOrder,
}

impl CodeReview {
    /// What code uses and goes away, with what both trees say of it.
    pub(crate) fn gone(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|it| it.subject.is_gone())
    }
}
