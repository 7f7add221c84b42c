//! `lockkeeper check --fix` and `--diff`: what fixes make of files.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use lockkeeper_core::Fixed;
use lockkeeper_core::change::{Change, SourceFile};

use crate::workspace::STDIN;
use crate::{Console, Trouble, difference};

/// Writes the files that fixes changed, and says what was done to each.
pub(crate) fn write(fixed: &Fixed, root: &Path, console: Console) -> Result<(), Trouble> {
    if fixed.files.iter().any(|file| file.path == STDIN) {
        return Err(Trouble::new(
            "what comes from stdin can't be fixed in place",
            "use --diff, or name a file",
        ));
    }
    for file in &fixed.files {
        fs::write(root.join(&file.path), &file.bytes).map_err(|error| {
            Trouble::new(
                format!("{}: can't be written: {error}", file.path),
                "files before it in the alphabet are fixed already; run it again once this one can be written",
            )
        })?;
    }
    for applied in &fixed.applied {
        console.say(&format!("fixed {}: {} [{}]", applied.path, applied.title, applied.rule));
    }
    if fixed.files.is_empty() {
        console.say(&"note: no finding has a fix that can be applied here");
    }
    Ok(())
}

/// What fixes change, as `git apply` and `patch -p1` take it.
pub(crate) fn diff(fixed: &Fixed, change: &Change) -> String {
    let mut out = String::new();
    for file in &fixed.files {
        if let Some(before) = change.head.iter().find(|before| before.path == file.path) {
            out.push_str(&diff_of(before, file));
        }
    }
    out
}

fn diff_of(before: &SourceFile, after: &SourceFile) -> String {
    let (old, new) = (String::from_utf8_lossy(&before.bytes), String::from_utf8_lossy(&after.bytes));
    let hunks = difference::hunks(&old, &new);
    format!("--- {}\n+++ {}\n{hunks}", name("a", &before.path), name("b", &after.path))
}

/// A file's name as git writes it: quoted where it holds what is no plain text, with a tab after it where blanks would
/// leave its end open.
fn name(side: &str, path: &str) -> String {
    let plain = |letter: char| !letter.is_control() && letter != '"' && letter != '\\';
    if path.chars().all(plain) {
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}/{path}{end}");
    }
    let mut quoted = String::new();
    for letter in path.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            letter => quoted.push(letter),
        }
    }
    format!("\"{side}/{quoted}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_git_does() {
        assert_eq!(name("a", "m/1.sql"), "a/m/1.sql");
        assert_eq!(name("b", "m/größe 1.sql"), "b/m/größe 1.sql\t");
        assert_eq!(name("a", "m/\"\n.sql"), r#""a/m/\"\012.sql""#);
    }

    #[test]
    fn a_file_without_a_last_line_end_stays_one() {
        let diff = diff_of(&SourceFile::new("1.sql", "a\nb"), &SourceFile::new("1.sql", "a\nc"));
        assert!(
            diff.starts_with("--- a/1.sql\n+++ b/1.sql\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline"),
            "{diff}"
        );
    }
}
