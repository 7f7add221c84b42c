//! Cuts SQL at its semicolons without asking what is being proven: strings, quoted names, dollar quotes and comments
//! are whole; so is the body of `BEGIN ATOMIC`.

/// The statements of a text, without comments around them; none is empty.
pub(crate) fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(';') {
            found.push(text[start..at].to_owned());
            at += 1;
            start = at;
        } else {
            at += unit(rest);
        }
    }
    found.push(text[start..].to_owned());
    let mut whole: Vec<String> = Vec::new();
    for statement in found {
        match whole.last_mut() {
            Some(open) if in_atomic_body(open) => *open = format!("{open};{statement}"),
            _ => whole.push(statement),
        }
    }
    whole
        .iter()
        .map(|statement| statement.trim().to_owned())
        .filter(|statement| !is_blank(statement))
        .collect()
}

/// Bytes of the token that a text begins with.
fn unit(text: &str) -> usize {
    let first = text.chars().next().map_or(1, char::len_utf8);
    if text.starts_with("--") {
        return text.find('\n').map_or(text.len(), |end| end + 1);
    }
    if text.starts_with("/*") {
        return block_comment(text);
    }
    if text.starts_with('\'') || text.starts_with('"') {
        return quoted(text, 0);
    }
    if text.starts_with(['e', 'E']) && text[1..].starts_with('\'') {
        return escaped(text);
    }
    if let Some(rest) = text.strip_prefix('$') {
        let tag = rest.find('$').map(|end| &text[..end + 2]);
        let is_tag = |tag: &&str| {
            tag.trim_matches('$').chars().all(|c| c.is_alphanumeric() || c == '_')
                && !tag.trim_matches('$').starts_with(|c: char| c.is_ascii_digit())
        };
        if let Some(tag) = tag.filter(is_tag) {
            return text[tag.len()..].find(tag).map_or(text.len(), |end| end + 2 * tag.len());
        }
    }
    if text.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        return text.find(|c: char| !word(c)).unwrap_or(text.len());
    }
    first
}

fn quoted(text: &str, from: usize) -> usize {
    let quote = &text[from..=from];
    text[from + 1..].find(quote).map_or(text.len(), |end| from + end + 2)
}

fn escaped(text: &str) -> usize {
    let mut escape = false;
    for (at, character) in text.char_indices().skip(2) {
        match character {
            _ if escape => escape = false,
            '\\' => escape = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn is_blank(text: &str) -> bool {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if !(rest.starts_with(char::is_whitespace) || rest.starts_with("--") || rest.starts_with("/*")) {
            return false;
        }
        at += unit(rest);
    }
    true
}

fn in_atomic_body(text: &str) -> bool {
    let words: Vec<String> = words(text);
    let Some(begin) = words.windows(2).position(|pair| pair == ["begin", "atomic"]) else { return false };
    let mut depth = 1;
    for word in &words[begin + 2..] {
        match word.as_str() {
            "case" => depth += 1,
            "end" => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

fn words(text: &str) -> Vec<String> {
    let (mut words, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let length = unit(&text[at..]);
        let word = &text[at..at + length];
        if word.starts_with(|c: char| c.is_alphabetic()) && !word.contains('\'') {
            words.push(word.to_lowercase());
        }
        at += length;
    }
    words
}
