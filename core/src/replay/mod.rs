//! Runs statements in thought: catalog, effects, timelines and rules, in the order in which a server would see them.

mod built;
mod convergence;
mod history;
mod judge;
mod run;
mod source;
mod undo;

pub(crate) use convergence::judge_and_verify;
pub(crate) use history::{not_followed, replay, schema};
pub(crate) use judge::{Judged, Order, Trial, Waiting};
pub(crate) use run::{Judge, Run};
pub(crate) use source::{Read, Sources, sent};
pub(crate) use undo::not_undone;
