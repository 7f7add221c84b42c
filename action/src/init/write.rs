//! Writing, without taking anything away.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::Trouble;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    New,
    Replaced,
    /// It says the same already.
    Same,
    /// It says something else, and nobody said that it may go.
    Kept,
}

/// Writes a file, unless another one is there.
pub(super) fn write(root: &Path, name: &str, text: &str, force: bool) -> Result<Written, Trouble> {
    let path = root.join(name);
    let trouble = |error: std::io::Error| Trouble::plain(format!("{name} can't be written: {error}"));
    let there = match fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => {
            return Err(Trouble::new(
                format!("{name} is no plain file"),
                "move it away, then run this again",
            ));
        }
        Ok(_) => Some(fs::read(&path).map_err(trouble)?),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(trouble(error)),
    };
    let done = match there {
        Some(bytes) if bytes == text.as_bytes() => return Ok(Written::Same),
        Some(_) if !force => return Ok(Written::Kept),
        Some(_) => Written::Replaced,
        None => Written::New,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(trouble)?;
    }
    fs::write(&path, text).map_err(trouble)?;
    Ok(done)
}
