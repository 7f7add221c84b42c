//! The built program against a GitHub that keeps state: each test asks what GitHub has in the end, and what it was
//! asked on the way.

#![allow(unreachable_pub, reason = "nothing of a test is reached from elsewhere")]

mod action;
mod conversation;
mod events;
mod failures;
mod fake;
mod hostile;
mod limits;
mod policy;
mod run;
mod versions;
