//! Facts about PostgreSQL 13–18, as data: lock modes and their conflicts, types, volatility, and what each
//! operation does on a given catalog. The only place where lock modes, scans, rewrites and version cut-offs stand.

mod effect;
mod lock;
mod version;

pub use effect::*;
pub use lock::*;
pub use version::*;
