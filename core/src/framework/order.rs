//! Natural order of names: runs of digits compare as numbers.

use std::cmp::Ordering;

use super::tree::leading_digits;

/// Compares names part by part: digits as numbers of any length, everything else by character, so that `V2` comes
/// before `V10` and `2` before `010`.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    let (mut one, mut two) = (left, right);
    loop {
        let ((number_one, rest_one), (number_two, rest_two)) = (leading_digits(one), leading_digits(two));
        if !number_one.is_empty() && !number_two.is_empty() {
            let order = number(number_one, number_two);
            if order != Ordering::Equal {
                return order;
            }
            (one, two) = (rest_one, rest_two);
            continue;
        }
        let (mut chars_one, mut chars_two) = (one.chars(), two.chars());
        match (chars_one.next(), chars_two.next()) {
            (None, None) => return left.cmp(right),
            (first, second) if first != second => return first.cmp(&second),
            _ => (one, two) = (chars_one.as_str(), chars_two.as_str()),
        }
    }
}

fn number(one: &str, two: &str) -> Ordering {
    let (one, two) = (one.trim_start_matches('0'), two.trim_start_matches('0'));
    one.len().cmp(&two.len()).then_with(|| one.cmp(two))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_numbers() {
        let mut names = vec!["V10__b", "V2__z", "V2.1__a", "20240101_x", "9_a", "V1__a", "a", "010_a"];
        names.sort_by(|one, two| natural(one, two));
        assert_eq!(names, ["9_a", "010_a", "20240101_x", "V1__a", "V2.1__a", "V2__z", "V10__b", "a"]);
    }
}
