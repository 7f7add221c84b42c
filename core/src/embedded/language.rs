//! The languages that migrations are written in, as far as reading them goes.

/// A language, or a family of languages that are read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JavaScript and TypeScript.
    Script,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// Elixir.
    Elixir,
    /// Go.
    Go,
    /// Java and Kotlin.
    Jvm,
    /// Rust.
    Rust,
}

impl Language {
    /// The language of a file, by its name.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Language> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "js" | "ts" | "mjs" | "cjs" | "mts" | "cts" => Some(Language::Script),
            "py" => Some(Language::Python),
            "rb" => Some(Language::Ruby),
            "exs" | "ex" => Some(Language::Elixir),
            "go" => Some(Language::Go),
            "java" | "kt" | "kts" => Some(Language::Jvm),
            "rs" => Some(Language::Rust),
            _ => None,
        }
    }

    /// Blocks stand in braces.
    pub(super) fn has_braces(self) -> bool {
        matches!(self, Language::Script | Language::Go | Language::Jvm | Language::Rust)
    }

    /// Blocks stand between `do` and `end`.
    pub(super) fn has_ends(self) -> bool {
        matches!(self, Language::Ruby | Language::Elixir)
    }

    /// A call needs no brackets: `where name: x`.
    pub(crate) fn has_loose_calls(self) -> bool {
        self.has_ends()
    }

    /// The end of a line can end a statement.
    pub(super) fn lines_count(self) -> bool {
        matches!(self, Language::Python | Language::Ruby | Language::Elixir)
    }

    /// `#` begins a comment; otherwise `//` does.
    pub(super) fn hash_comments(self) -> bool {
        self.lines_count()
    }
}
