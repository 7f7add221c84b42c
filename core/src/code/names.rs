//! Names as code spells them: `user_name`, `userName` and `UserName` are one.

/// The form that all spellings of a name share: lower case, without underscores and dollar signs.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '_' | '$')).flat_map(char::to_lowercase).collect()
}

/// The plain form of a name is this: the same as comparing with `plain(name)`, for the many names that are not.
pub(super) fn is_plain(name: &str, plain_form: &str) -> bool {
    if !name.is_ascii() {
        return plain(name) == plain_form;
    }
    let mut letters = name.bytes().filter(|letter| !matches!(letter, b'_' | b'$'));
    let mut wanted = plain_form.bytes();
    loop {
        match (letters.next(), wanted.next()) {
            (None, None) => return true,
            (Some(letter), Some(wanted)) if letter.to_ascii_lowercase() == wanted => {}
            _ => return false,
        }
    }
}

/// The singular of an English plural, as far as names of tables go; none where the word is none.
pub(super) fn singular(word: &str) -> Option<String> {
    let cut = |count: usize, end: &str| {
        word.get(..word.len().checked_sub(count)?)
            .filter(|stem| stem.len() > 1)
            .map(|stem| format!("{stem}{end}"))
    };
    if word.ends_with("ies") && word.len() > 4 {
        return cut(3, "y");
    }
    if ["sses", "xes", "ches", "shes", "uses"].iter().any(|end| word.ends_with(end)) {
        return cut(2, "");
    }
    if word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        return cut(1, "");
    }
    None
}

/// How many words a name is made of: underscores and capitals divide.
pub(super) fn words(name: &str) -> usize {
    let mut count = 0;
    let mut inside = false;
    let mut lower = false;
    for letter in name.chars() {
        let part = letter.is_alphanumeric();
        if part && (!inside || lower && letter.is_uppercase()) {
            count += 1;
        }
        inside = part;
        lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    count
}

/// The name is rare enough for one that stands alone to mean something.
pub(super) fn is_distinctive(name: &str) -> bool {
    words(name) >= 2 && plain(name).len() >= 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_one() {
        assert!(
            ["user_name", "userName", "UserName", "USER_NAME", "$userName"]
                .iter()
                .all(|it| plain(it) == "username")
        );
    }

    #[test]
    fn a_name_is_compared_as_its_plain_form_is() {
        for name in ["user_name", "userName", "users", "", "_", "Größe_X", "USER_NAMES", "$user$name"] {
            for form in ["username", "", "größex", "users"] {
                assert_eq!(is_plain(name, form), plain(name) == form, "{name} {form}");
            }
        }
    }

    #[test]
    fn singulars() {
        for (plural, one) in [
            ("users", Some("user")),
            ("categories", Some("category")),
            ("statuses", Some("status")),
            ("boxes", Some("box")),
            ("status", None),
            ("address", None),
            ("news", Some("new")),
            ("user", None),
        ] {
            assert_eq!(singular(plural).as_deref(), one, "{plural}");
        }
    }

    #[test]
    fn names_of_several_words_are_distinctive() {
        assert!(is_distinctive("user_name") && is_distinctive("legacyFlag") && is_distinctive("auth0Id"));
        assert!(!is_distinctive("status") && !is_distinctive("user_id") && !is_distinctive("createdat"));
    }
}
