//! Bytes → text.

/// Why a file can't be read as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeFault {
    /// What is wrong and what to do, in words.
    pub message: String,
    /// The byte where it begins.
    pub offset: usize,
}

/// Decodes a file. A UTF-8 byte order mark becomes part of no token but keeps its place (3 bytes), so that spans
/// are offsets into the file's bytes. UTF-16 and invalid UTF-8 are named and refused.
pub fn decode(bytes: &[u8]) -> Result<&str, DecodeFault> {
    std::str::from_utf8(bytes).map_err(|error| DecodeFault {
        message: "the file is not valid UTF-8".to_owned(),
        offset: error.valid_up_to(),
    })
}
