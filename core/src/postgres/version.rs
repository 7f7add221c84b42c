//! PostgreSQL's major versions.

/// A supported major version of PostgreSQL, 13 to 18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u8);

impl Version {
    /// The oldest version that Lockkeeper knows.
    pub const OLDEST: Version = Version(13);
    /// The newest version that Lockkeeper knows.
    pub const NEWEST: Version = Version(18);
    /// What is taken where nobody says.
    pub const DEFAULT: Version = Version(17);

    /// The version of that number, if it is 13 to 18.
    pub fn new(number: u8) -> Option<Version> {
        (Self::OLDEST.0..=Self::NEWEST.0).contains(&number).then_some(Version(number))
    }

    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// This version or a later one.
    pub fn at_least(self, number: u8) -> bool {
        self.0 >= number
    }

    /// All supported versions, oldest first.
    pub fn all() -> impl Iterator<Item = Version> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(Version)
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
