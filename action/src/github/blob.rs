//! Git's name for a content: what proves that content is what GitHub says it is.

use sha1::{Digest, Sha1};

/// The id of a blob in a repository of SHA-1.
pub(super) fn id(content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hash.finalize().iter().fold(String::new(), |id, byte| id + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_git_names_it() {
        assert_eq!(super::id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(super::id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
