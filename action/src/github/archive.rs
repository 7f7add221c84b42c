//! A commit's files from one archive: it streams in, is unpacked on the way, and only what matters to migrations is
//! kept, within limits.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt;

use super::client::Stream;
use super::failure::Failure;

/// What an archive may have, so that none fills memory or runs for hours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes after unpacking, of everything in it.
    pub(super) unpacked: u64,
    /// Bytes of the files that are kept.
    pub(super) kept: u64,
    /// Bytes of one file that is kept.
    pub(super) file: u64,
    /// Entries.
    pub(super) entries: u64,
}

impl Limits {
    /// Enough for large repositories.
    pub(super) const DEFAULT: Limits = Limits {
        unpacked: 32 * 1024 * 1024 * 1024,
        kept: 1024 * 1024 * 1024,
        file: crate::workspace::MAX_FILE_BYTES,
        entries: 5_000_000,
    };
}

/// How many pieces of the stream wait to be unpacked.
const WAITING: usize = 64;

/// Unpacks an archive as it streams in. Files that are larger than one may be are left out: whoever knows what should
/// be there finds them missing.
pub(super) async fn unpack(
    mut stream: Stream,
    limits: Limits,
    wanted: fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let (sender, receiver) = sync_channel(WAITING);
    let worker = thread::spawn(move || files(Pieces::new(receiver), limits, wanted));
    let arrived = feed(&mut stream, &sender).await;
    drop(sender);
    let unpacked =
        worker.join().map_err(|_| Failure::Nonsense("the archive can't be unpacked".to_owned()))?;
    // A stream that broke off explains an archive that does.
    arrived?;
    unpacked.map_err(|error| Failure::Nonsense(format!("the archive can't be unpacked: {error}")))
}

async fn feed(stream: &mut Stream, sender: &SyncSender<Bytes>) -> Result<(), Failure> {
    while let Some(frame) = stream.frame().await {
        let frame = frame.map_err(|error| Failure::Unsure(format!("the archive breaks off: {error}")))?;
        // Nobody takes it any more: a limit is reached or the archive is over.
        if let Ok(data) = frame.into_data()
            && sender.send(data).is_err()
        {
            break;
        }
    }
    Ok(())
}

/// The wanted files of an archive, by their names below its one folder.
pub(super) fn files(
    source: impl Read,
    limits: Limits,
    wanted: fn(&str) -> bool,
) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let over = |what: &str| io::Error::other(format!("it has more {what} than are read"));
    let mut archive = tar::Archive::new(MultiGzDecoder::new(source).take(limits.unpacked));
    let mut files = BTreeMap::new();
    let (mut kept, mut count) = (0_u64, 0_u64);
    for entry in archive.entries()? {
        let mut entry = entry?;
        count += 1;
        if count > limits.entries {
            return Err(over("entries"));
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some((_, name)) = path.split_once('/') else { continue };
        if !entry.header().entry_type().is_file() || !wanted(name) || entry.size() > limits.file {
            continue;
        }
        kept += entry.size();
        if kept > limits.kept {
            return Err(over("bytes of migrations"));
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        files.insert(name.to_owned(), content);
    }
    // An archive that ends before its end must not look like one with fewer files.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink())?;
    if rest.limit() == 0 {
        return Err(over("bytes"));
    }
    Ok(files)
}

/// A stream of pieces as a reader.
struct Pieces {
    receiver: Receiver<Bytes>,
    piece: Bytes,
}

impl Pieces {
    fn new(receiver: Receiver<Bytes>) -> Self {
        Pieces { receiver, piece: Bytes::new() }
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.receiver.recv() {
                Ok(piece) => self.piece = piece,
                Err(_) => return Ok(0),
            }
        }
        let count = self.piece.len().min(into.len());
        into[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, format!("owner-name-abc/{name}"), *content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn all(_: &str) -> bool {
        true
    }

    #[test]
    fn wanted_files_without_the_folder() {
        let archive = packed(&[("a/b.sql", b"select 1"), ("c.rs", b"x")]);
        let found = files(archive.as_slice(), Limits::DEFAULT, |name| name == "a/b.sql").unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("a/b.sql".to_owned(), b"select 1".to_vec())]);
    }

    #[test]
    fn a_bomb_is_no_small_archive() {
        let archive = packed(&[("a.sql", &vec![b' '; 4 << 20])]);
        let limits = Limits { unpacked: 1 << 20, ..Limits::DEFAULT };
        assert!(files(archive.as_slice(), limits, all).is_err());
        let limits = Limits { kept: 1 << 20, ..Limits::DEFAULT };
        assert!(files(archive.as_slice(), limits, all).is_err());
        let limits = Limits { entries: 0, ..Limits::DEFAULT };
        assert!(files(archive.as_slice(), limits, all).is_err());
        let limits = Limits { file: 1 << 20, ..Limits::DEFAULT };
        assert!(files(archive.as_slice(), limits, all).unwrap().is_empty());
    }

    #[test]
    fn a_cut_archive_is_an_error() {
        let archive = packed(&[("a.sql", b"select 1"), ("b.sql", b"select 2")]);
        for end in [archive.len() / 2, archive.len() - 4] {
            assert!(files(&archive[..end], Limits::DEFAULT, all).is_err(), "{end}");
        }
    }
}
