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
/// are offsets into the file's bytes. UTF-16 and invalid UTF-8 are named and refused. A NUL byte is text here;
/// PostgreSQL does not accept it, which the lexer reports.
pub fn decode(bytes: &[u8]) -> Result<&str, DecodeFault> {
    if let Some(encoding) = wide_encoding(bytes) {
        return Err(DecodeFault {
            message: format!("the file is in {encoding}: save it as UTF-8"),
            offset: 0,
        });
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        DecodeFault {
            message: format!(
                "the file is not valid UTF-8 (byte 0x{byte:02X} at offset {offset}): save it as UTF-8"
            ),
            offset,
        }
    })
}

/// The encoding with two or four bytes for a letter, by its byte order mark or by its NUL bytes.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Some("UTF-32"),
        [0xFF, 0xFE, ..] => return Some("UTF-16 (little-endian)"),
        [0xFE, 0xFF, ..] => return Some("UTF-16 (big-endian)"),
        _ => {}
    }
    // Without a mark: SQL is mostly ASCII, of which every other byte is NUL.
    let sample = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    let pairs = sample.len() / 2;
    let nuls = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    if pairs < 2 {
        None
    } else if odd * 10 >= pairs * 8 && even * 10 <= pairs {
        Some("UTF-16 (little-endian)")
    } else if even * 10 >= pairs * 8 && odd * 10 <= pairs {
        Some("UTF-16 (big-endian)")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf8_is_text() {
        assert_eq!(decode(b""), Ok(""));
        assert_eq!(decode("select 'ä€😀';".as_bytes()), Ok("select 'ä€😀';"));
        assert_eq!(decode(b"\xEF\xBB\xBFselect 1"), Ok("\u{FEFF}select 1"));
        assert_eq!(decode(b"a\0b"), Ok("a\0b"));
        assert_eq!(decode(b"\0"), Ok("\0"));
    }

    #[test]
    fn utf16_is_named() {
        let text = "create table t (a int);\r\n-- ä\r\n";
        for (bytes, name) in [
            (utf16(text, u16::to_le_bytes), "little"),
            (utf16(text, u16::to_be_bytes), "big"),
            (utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes), "little"),
            (utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes), "big"),
        ] {
            let fault = decode(&bytes).unwrap_err();
            assert!(fault.message.contains("UTF-16") && fault.message.contains(name), "{}", fault.message);
            assert_eq!(fault.offset, 0);
        }
    }

    #[test]
    fn invalid_bytes_have_a_place() {
        let fault = decode(b"select '\xE4';").unwrap_err();
        assert_eq!(fault.offset, 8);
        assert!(fault.message.contains("0xE4"), "{}", fault.message);
        assert_eq!(decode(b"ab\xC3").unwrap_err().offset, 2);
    }
}
