//! SQL without what makes no difference: case and quotes of plain names, blanks, a final semicolon.

/// The text in that form; strings stay as they are.
pub(super) fn plain(sql: &str) -> String {
    let mut text = String::new();
    let mut rest = sql.trim().trim_end_matches([';', ' ', '\n']);
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '\'' => quoted(rest, '\''),
            '"' => quoted(rest, '"'),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            letter => letter.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        match letter {
            '\'' => text.push_str(piece),
            '"' if is_plain(piece.trim_matches('"')) => text.push_str(piece.trim_matches('"')),
            '"' => text.push_str(piece),
            '-' if length > 1 => blank(&mut text),
            letter if letter.is_whitespace() => blank(&mut text),
            '(' | ')' | ',' | '=' => {
                text.truncate(text.trim_end().len());
                text.push(letter);
            }
            letter => text.extend(letter.to_lowercase()),
        }
        rest = after;
    }
    text.truncate(text.trim_end().len());
    text
}

/// One blank between words, none after what needs none.
fn blank(text: &mut String) {
    if !text.is_empty() && !text.ends_with([' ', '(', ')', ',', '=']) {
        text.push(' ');
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}
