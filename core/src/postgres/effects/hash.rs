//! To which partition of a table partitioned by hash a number goes (`compute_partition_hash_value` in `partbounds.c`,
//! `hash_bytes_uint32_extended` in `hashfn.c`; the same from 13 to 18 and on every machine).

use crate::operation::TypeName;

/// `HASH_PARTITION_SEED`.
const SEED: u64 = 0x7A5B_2236_7996_DCFD;

/// What `hash_combine64` adds to the first key's hash.
const COMBINED: u64 = 0x49A0_F4DD_15E5_A8E3;

/// The remainder of a whole number's hash; none where the type or the literal is another.
pub(super) fn remainder(type_name: &TypeName, literal: &str, modulus: u32) -> Option<u32> {
    if type_name.dimensions > 0 || modulus == 0 {
        return None;
    }
    let value = literal.parse::<i64>().ok()?;
    let bits = value.cast_unsigned();
    let (low, high) = ((bits & 0xFFFF_FFFF) as u32, (bits >> 32) as u32);
    let folded = match type_name.name.as_str() {
        "int2" | "int4" => low,
        // A bigint hashes as the integer of the same value does.
        "int8" => low ^ if value >= 0 { high } else { !high },
        _ => return None,
    };
    let row = hash(folded).wrapping_add(COMBINED);
    u32::try_from(row % u64::from(modulus)).ok()
}

/// Bob Jenkins's `lookup3`, of four bytes.
fn hash(key: u32) -> u64 {
    let start: u32 = 0x9E37_79B9_u32.wrapping_add(4).wrapping_add(3_923_095);
    let mut a = start.wrapping_add((SEED >> 32) as u32);
    let mut b = start.wrapping_add((SEED & 0xFFFF_FFFF) as u32);
    let mut c = start;
    for (first, second) in [(4, 6), (16, 19)] {
        let third = if first == 4 { 8 } else { 4 };
        a = a.wrapping_sub(c) ^ c.rotate_left(first);
        c = c.wrapping_add(b);
        b = b.wrapping_sub(a) ^ a.rotate_left(second);
        a = a.wrapping_add(c);
        c = c.wrapping_sub(b) ^ b.rotate_left(third);
        b = b.wrapping_add(a);
    }
    a = a.wrapping_add(key);
    c = (c ^ b).wrapping_sub(b.rotate_left(14));
    a = (a ^ c).wrapping_sub(c.rotate_left(11));
    b = (b ^ a).wrapping_sub(a.rotate_left(25));
    c = (c ^ b).wrapping_sub(b.rotate_left(16));
    a = (a ^ c).wrapping_sub(c.rotate_left(4));
    b = (b ^ a).wrapping_sub(a.rotate_left(14));
    c = (c ^ b).wrapping_sub(b.rotate_left(24));
    (u64::from(b) << 32) | u64::from(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen on a server: the partition that `WHERE id = …` leaves.
    #[test]
    fn numbers_go_where_a_server_puts_them() {
        let of = |name: &str, literal: &str| {
            remainder(&TypeName { name: name.to_owned(), ..TypeName::default() }, literal, 4)
        };
        let ours: Vec<u32> = ["1", "2", "3", "4", "5", "100", "-1", "5000000000"]
            .iter()
            .filter_map(|it| of("int8", it))
            .collect();
        assert_eq!(ours, [0, 2, 1, 3, 1, 1, 1, 0]);
        assert_eq!(of("text", "1"), None);
    }
}
