//! A run of a migration tool, as the files of a repository tell it.

use crate::review::Location;

/// How migrations get run, as far as the files of a repository tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// The runs, those that a platform starts first.
    pub runs: Vec<Run>,
}

/// A place where a migration tool is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// From what starts it to the command itself; at least one place.
    pub places: Vec<Location>,
    /// The tool's id, as [`crate::framework::Tool`] has it; none where a program of the project runs it.
    pub tool: Option<&'static str>,
    /// The command, or the call in code, as it is written.
    pub words: String,
    /// What it does.
    pub act: Act,
    /// When it is run.
    pub phase: Phase,
    /// How often it is run at the same time.
    pub instances: Instances,
    /// What runs after it, in the same script.
    pub then: Option<String>,
    /// Of a workflow's step: what is around it.
    pub workflow: Option<Workflow>,
    /// A connection string beside it that leads through a pooler which gives no session.
    pub pooler: Option<Pooler>,
    /// It is not meant for production: a developer's machine, a test, an example.
    pub development: bool,
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Applies pending migrations.
    Migrate,
    /// Makes the schema what the models say, past the migrations.
    Push,
    /// Made for development: asks, resets, drops.
    Develop,
    /// Runs a SQL file that goes on after an error.
    GoesOn,
}

/// When a command is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Whenever an instance of the application starts.
    StartUp,
    /// While the application or its image is built.
    Build,
    /// Whenever its packages are installed.
    Install,
    /// Once, before the new code gets traffic.
    Release,
    /// In a step of a workflow.
    Workflow,
    /// Once, in a container of its own.
    Job,
    /// When somebody runs it by hand.
    Hand,
}

impl Phase {
    /// In words that complete "run …" ("at start-up").
    pub fn words(self) -> &'static str {
        match self {
            Phase::StartUp => "at start-up",
            Phase::Build => "in a build",
            Phase::Install => "when packages are installed",
            Phase::Release => "in a release phase",
            Phase::Workflow => "in a workflow",
            Phase::Job => "in a container of its own",
            Phase::Hand => "by hand",
        }
    }
}

/// How many instances run a command at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instances {
    /// One.
    One,
    /// Nothing says how many.
    Unknown,
    /// More than one; why, as a sentence.
    Several(String),
}

/// What is around a step of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workflow {
    /// Two runs of the workflow don't overlap: it has a concurrency group.
    pub is_alone: bool,
    /// What deploys the code before it, in words (a step's or a job's name).
    pub after: Option<String>,
    /// Its job is run for each value of a matrix, at the same time, and the step does not differ by it.
    pub in_matrix: bool,
}

/// A connection string that leads through a pooler in transaction mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooler {
    /// Where it stands.
    pub location: Location,
    /// What tells it, as it is written (`:6543`, `pgbouncer=true`).
    pub sign: String,
}

impl Run {
    /// Where it starts.
    pub fn start(&self) -> Option<&Location> {
        self.places.first()
    }

    /// Applies migrations or changes a schema where people work with it.
    pub fn is_production(&self) -> bool {
        !self.development && self.phase != Phase::Hand
    }
}
