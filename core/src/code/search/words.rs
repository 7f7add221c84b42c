//! A quick look at many files: which of some names are written in them, in any spelling.

use std::collections::BTreeMap;

use crate::code::names::plain;

/// Names that are looked for together, each with what asks for it.
#[derive(Debug, Default)]
pub(in crate::code) struct Words {
    by_hash: BTreeMap<u32, Vec<u32>>,
    /// One bit for the low bits of each hash: most words of a file end here.
    bits: Vec<u64>,
}

const BITS: u32 = 1 << 14;
const START: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// What a byte is in a name: 0 ends it, 1 is passed over, everything else is the letter itself in lower case.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut class = [0_u8; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::indexing_slicing,
            reason = "the array has 256 places"
        )]
        {
            let letter = byte as u8;
            class[byte] = match letter {
                b'_' | b'$' => 1,
                b'A'..=b'Z' => letter + 32,
                b'a'..=b'z' | b'0'..=b'9' | 0x80..=0xff => letter,
                _ => 0,
            };
        }
        byte += 1;
    }
    class
}

impl Words {
    /// Adds a name under the number of what asks for it.
    pub(in crate::code) fn add(&mut self, name: &str, number: u32) {
        let plain = plain(name);
        if plain.is_empty() {
            return;
        }
        let hash = plain.bytes().fold(START, step);
        let numbers = self.by_hash.entry(hash).or_default();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
        self.bits.resize((BITS / 64) as usize, 0);
        if let Some(word) = self.bits.get_mut((hash % BITS / 64) as usize) {
            *word |= 1 << (hash % 64);
        }
    }

    /// The numbers of the names that are written in a text. Two names may be taken for one, rarely: whoever asks looks
    /// closer.
    pub(in crate::code) fn find(&self, bytes: &[u8]) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let mut hash = START;
        let mut open = false;
        for byte in bytes.iter().chain([&b' ']) {
            match CLASS.get(usize::from(*byte)).copied().unwrap_or(0) {
                0 => {
                    if open {
                        self.look_up(hash, &mut found);
                        hash = START;
                        open = false;
                    }
                }
                1 => {}
                letter => {
                    hash = step(hash, letter);
                    open = true;
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn look_up(&self, hash: u32, found: &mut Vec<u32>) {
        let word = self.bits.get((hash % BITS / 64) as usize).copied().unwrap_or(0);
        if word >> (hash % 64) & 1 == 0 {
            return;
        }
        for number in self.by_hash.get(&hash).into_iter().flatten() {
            if !found.contains(number) {
                found.push(*number);
            }
        }
    }
}

/// Some name of a text is a wanted one, in its plain form.
pub(in crate::code) fn any_name(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> bool {
    let is_end = |byte: &u8| CLASS.get(usize::from(*byte)) == Some(&0);
    let mut name = String::new();
    bytes.split(is_end).filter(|part| !part.is_empty()).filter_map(|part| std::str::from_utf8(part).ok()).any(
        |part| {
            name.clear();
            if part.is_ascii() {
                let letters = part
                    .bytes()
                    .filter_map(|byte| CLASS.get(usize::from(byte)).filter(|letter| **letter > 1));
                name.extend(letters.map(|letter| char::from(*letter)));
            } else {
                name.push_str(&plain(part));
            }
            wanted(&name)
        },
    )
}

fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(PRIME)
}

#[cfg(test)]
mod tests {
    use super::{Words, any_name};

    #[test]
    fn whole_names_in_any_spelling() {
        let mut words = Words::default();
        words.add("user_name", 1);
        words.add("users", 2);
        let find = |text: &str| words.find(text.as_bytes());
        assert_eq!(find("select UserName from x"), [1]);
        assert_eq!(find("a.user_name, users;"), [1, 2]);
        assert_eq!(find("user name superuser_name user_names"), [] as [u32; 0]);
        assert_eq!(find("USERS"), [2]);
    }

    #[test]
    fn names_in_their_plain_form() {
        let has = |text: &str, name: &str| any_name(text.as_bytes(), |it| it == name);
        assert!(
            has("const current_User = 1", "currentuser")
                && has("$user.", "user")
                && has("GRÖSSE_x", "grössex")
        );
        assert!(!has("user name", "username") && !has("", "") && !has("_ = 1", "x"));
    }
}
