//! Digests that tools put into the names of constraints and indexes. They guard nothing.

/// MD5 (RFC 1321), in hexadecimal digits.
pub(super) fn md5(text: &str) -> String {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(text, u64::to_le_bytes).chunks_exact(64) {
        let words: Vec<u32> = block
            .chunks_exact(4)
            .map(|bytes| bytes.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte)))
            .collect();
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64_usize {
            let (mix, word) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), (7 * step) % 16),
            };
            // The table of the standard: the sines of whole numbers.
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "it is between 0 and 2^32"
            )]
            let sine = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let word = words.get(word).copied().unwrap_or(0);
            let shift = SHIFTS.get(step / 16).and_then(|row| row.get(step % 4)).copied().unwrap_or(0);
            let turned = a.wrapping_add(mix).wrapping_add(sine).wrapping_add(word).rotate_left(shift);
            (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-1 (FIPS 180-4), in hexadecimal digits.
pub(super) fn sha1(text: &str) -> String {
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(text, u64::to_be_bytes).chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|bytes| bytes.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte)))
            .collect();
        for index in 16..80 {
            let at = |back: usize| words.get(index - back).copied().unwrap_or(0);
            words.push((at(3) ^ at(8) ^ at(14) ^ at(16)).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (step, word) in words.iter().enumerate() {
            let (mix, constant) = match step / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let turned = a.rotate_left(5).wrapping_add(mix).wrapping_add(e);
            let turned = turned.wrapping_add(constant).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, turned);
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// SHA-256 (FIPS 180-4), in hexadecimal digits.
pub(super) fn sha256(text: &str) -> String {
    let (constants, mut state) = primes();
    for block in padded(text, u64::to_be_bytes).chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|bytes| bytes.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte)))
            .collect();
        for index in 16..64 {
            let at = |back: usize| words.get(index - back).copied().unwrap_or(0);
            let (low, high) = (at(15), at(2));
            let low = low.rotate_right(7) ^ low.rotate_right(18) ^ (low >> 3);
            let high = high.rotate_right(17) ^ high.rotate_right(19) ^ (high >> 10);
            let word = at(16).wrapping_add(low).wrapping_add(at(7)).wrapping_add(high);
            words.push(word);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (word, constant) in words.iter().zip(&constants) {
            let one = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let first = h.wrapping_add(one).wrapping_add(choice).wrapping_add(*constant).wrapping_add(*word);
            let zero = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = zero.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(first), c, b, a, first.wrapping_add(second));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// The constants of SHA-256: fractions of the roots of the first primes.
fn primes() -> (Vec<u32>, [u32; 8]) {
    let primes = (2_u32..).filter(|number| (2..*number).all(|divisor| number % divisor != 0)).take(64);
    let mut constants = Vec::new();
    let mut state = [0; 8];
    for (index, prime) in primes.enumerate() {
        constants.push(fraction(prime, 3));
        if let Some(word) = state.get_mut(index) {
            *word = fraction(prime, 2);
        }
    }
    (constants, state)
}

/// The first 32 bits behind the point of a root, found by halving: exact where floating point is not.
fn fraction(prime: u32, power: u32) -> u32 {
    let target = u128::from(prime) << (32 * power);
    let (mut low, mut high) = (0_u128, 1_u128 << 40);
    while high - low > 1 {
        let middle = u128::midpoint(low, high);
        if middle.pow(power) <= target { low = middle } else { high = middle }
    }
    u32::try_from(low & 0xffff_ffff).unwrap_or(0)
}

fn padded(text: &str, length: fn(u64) -> [u8; 8]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0x80);
    while bytes.len() % 64 != 56 {
        bytes.push(0);
    }
    bytes.extend(length(text.len() as u64 * 8));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests() {
        assert_eq!(md5(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        assert_eq!(sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(sha1(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
