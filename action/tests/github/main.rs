//! The built program against a GitHub that keeps state: each test asks what GitHub has in the end, and what it was
//! asked on the way.

#![allow(unreachable_pub, reason = "nothing of a test is reached from elsewhere")]

mod action;
mod beside;
mod code;
mod conversation;
mod events;
mod failures;
mod fake;
mod hostile;
mod limits;
mod network;
mod pictures;
mod policy;
mod run;
mod shapes;
mod suggestions;
mod versions;

// Servers as the proofs have them.
#[allow(dead_code)]
#[path = "../prove/gate.rs"]
mod gate;
#[allow(dead_code)]
#[path = "../prove/owner.rs"]
mod owner;
#[allow(dead_code)]
#[path = "../prove/servers.rs"]
mod servers;
#[allow(dead_code)]
#[path = "../prove/session.rs"]
mod session;
#[allow(dead_code)]
#[path = "../prove/split.rs"]
mod split;
