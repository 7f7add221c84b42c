//! Facts about PostgreSQL 13–18, as data: lock modes and their conflicts, types, volatility, and what each
//! operation does on a given catalog. The only place where lock modes, scans, rewrites and version cut-offs stand.

mod builtin_types;
mod effect;
mod effects;
mod functions;
mod lock;
pub mod reference;
mod types;
mod version;

pub use builtin_types::is_builtin;
pub use effect::*;
pub use effects::{
    EnumLabel, effect, is_forbidden_in_transaction, name_new_indexes, unusable_labels, used_label,
};
pub use functions::{is_volatile, unseen_code, volatile_call, volatility};
pub use lock::*;
pub(crate) use types::keeps_values;
pub use version::*;
