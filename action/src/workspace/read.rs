//! Reads files within limits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use lockkeeper_core::text::decode;

/// The largest file that is read. A migration is written by people or by tools for people; a dump is not one.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// The most that is read of one project.
pub(super) const MAX_TOTAL_BYTES: u64 = 1024 * 1024 * 1024;

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In words that follow the file's name.
    pub reason: String,
}

impl Fault {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Fault { reason: reason.into() }
    }

    pub(super) fn missing() -> Self {
        Fault::new("does not exist")
    }

    pub(super) fn too_large(bytes: Option<u64>) -> Self {
        let size = bytes.map(|bytes| format!(" ({} MB)", bytes / (1024 * 1024))).unwrap_or_default();
        let limit = MAX_FILE_BYTES / (1024 * 1024);
        Fault::new(format!("larger than {limit} MB{size}, which is not read; split it"))
    }
}

/// A file that somebody names: links and pipes are followed, `-` is stdin.
pub fn read_named(path: &Path) -> Result<Vec<u8>, Fault> {
    if path.as_os_str() == "-" {
        return limited(io::stdin().lock());
    }
    let unreadable = |error: io::Error| Fault::new(reason(&error));
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Fault::new("is a folder, not a file"));
    }
    if about.is_file() && about.len() > MAX_FILE_BYTES {
        return Err(Fault::too_large(Some(about.len())));
    }
    limited(file)
}

/// A file of text that somebody names. Found files are left to core, which knows which of them matter.
pub fn read_named_text(path: &Path) -> Result<Vec<u8>, Fault> {
    let bytes = read_named(path)?;
    if let Err(fault) = decode(&bytes) {
        let before = bytes.get(..fault.offset).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        return Err(Fault::new(format!("line {line}: {}", fault.message)));
    }
    Ok(bytes)
}

/// A file that was found in a project: nobody named it, so that a link, which could lead out of the project, is not
/// followed, and nothing but a regular file is opened.
pub(crate) fn read_found(path: &Path) -> Result<Vec<u8>, Fault> {
    let about = path.symlink_metadata().map_err(|error| Fault::new(reason(&error)))?;
    if about.is_symlink() {
        return Err(Fault::new("is a symbolic link, which is not followed"));
    }
    if !about.is_file() {
        return Err(Fault::new("is not a regular file"));
    }
    read_named(path)
}

fn limited(source: impl Read) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    source.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| Fault::new(reason(&error)))?;
    if bytes.len() as u64 > MAX_FILE_BYTES { Err(Fault::too_large(None)) } else { Ok(bytes) }
}

/// An error of the system in words that follow the file's name.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => Fault::missing().reason,
        io::ErrorKind::PermissionDenied => "may not be read (permission denied)".to_owned(),
        _ => format!("can't be read: {error}"),
    }
}
