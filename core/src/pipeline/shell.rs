//! Lines of a shell, cut into simple commands. Total and shallow: what a shell would compute stays as it is written.

use crate::text::Span;

/// A word of a command, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Where it stands, with its quotes, in the text of its file.
    pub(super) span: Span,
}

/// A command without what joins it to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Simple {
    /// Its words; at least one.
    pub(super) words: Vec<Word>,
    /// Variables that are set for it alone, by name.
    pub(super) variables: Vec<(String, Word)>,
    /// A `case` of the script has it, for a name that only developers and tests use.
    pub(super) development: bool,
}

impl Simple {
    /// From its first word to its last.
    pub(super) fn span(&self) -> Span {
        let first = self.words.first().map(|word| word.span).unwrap_or_default();
        self.words.last().map_or(first, |last| first.to(last.span))
    }
}

/// Words that begin or end something in a script and are no command.
const KEYWORDS: [&str; 11] = ["if", "then", "elif", "else", "do", "while", "until", "{", "}", "!", "fi"];

/// The commands of a text that stands at `base` in its file, in order.
pub(super) fn commands(text: &str, base: u32) -> Vec<Simple> {
    let mut reader = Reader { text, at: 0, base, found: Vec::new(), words: Vec::new(), label: None };
    reader.run();
    reader.found
}

/// A command whose words are given one by one, as a list of a container's command has them.
pub(super) fn of_words(words: Vec<Word>) -> Simple {
    Simple { words, ..Simple::default() }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    base: u32,
    found: Vec<Simple>,
    words: Vec<Word>,
    /// The label of the `case` that is open.
    label: Option<String>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(letter) = self.rest().chars().next() {
            match letter {
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                '\n' | ';' | '&' | '|' => {
                    self.finish();
                    if self.rest().starts_with(";;") {
                        self.label = None;
                    }
                    self.at += 1;
                }
                '(' => {
                    self.finish();
                    self.at += 1;
                }
                ')' => {
                    // The label of a `case`: one word before the bracket.
                    if let [label] = self.words.as_slice() {
                        self.label = Some(label.text.clone());
                        self.words.clear();
                    }
                    self.finish();
                    self.at += 1;
                }
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '<' if self.rest().starts_with("<<") && !self.rest().starts_with("<<<") => self.heredoc(),
                '>' | '<' => self.redirection(),
                letter if letter.is_whitespace() => self.at += letter.len_utf8(),
                _ => self.word(),
            }
        }
        self.finish();
    }

    /// A word up to the next blank or mark outside of quotes.
    fn word(&mut self) {
        let start = self.at;
        let mut text = String::new();
        let mut quote: Option<char> = None;
        let mut depth = 0_u32;
        while let Some(letter) = self.rest().chars().next() {
            match (quote, letter) {
                (Some(open), letter) if letter == open => quote = None,
                (Some('"') | None, '\\') => {
                    self.at += 1;
                    let Some(escaped) = self.rest().chars().next() else { break };
                    if escaped != '\n' {
                        text.push(escaped);
                    }
                    self.at += escaped.len_utf8();
                    continue;
                }
                (Some(_), letter) => text.push(letter),
                (None, '"' | '\'') => quote = Some(letter),
                (None, '(') if text.ends_with('$') || depth > 0 => {
                    depth += 1;
                    text.push(letter);
                }
                (None, ')') if depth > 0 => {
                    depth -= 1;
                    text.push(letter);
                }
                (None, letter) if depth > 0 && letter != '\n' => text.push(letter),
                (None, letter) if letter.is_whitespace() || ";&|()<>".contains(letter) => break,
                (None, letter) => text.push(letter),
            }
            self.at += letter.len_utf8();
        }
        let place = |at: usize| self.base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let span = Span::new(place(start), place(self.at));
        // `2>&1` and its likes have their digit before the mark.
        let is_channel = text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !(is_channel && self.rest().starts_with(['>', '<'])) {
            self.words.push(Word { text, span });
        }
    }

    /// `> file`, `2>&1`, `< file`
    fn redirection(&mut self) {
        let rest = self.rest();
        let mark = rest.len() - rest.trim_start_matches(['>', '<', '&']).len();
        let after = rest.get(mark..).unwrap_or_default();
        let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
        let name = after.trim_start_matches([' ', '\t']);
        let length = name
            .find(|letter: char| letter.is_whitespace() || ";&|()<>".contains(letter))
            .unwrap_or(name.len());
        self.at += mark + blank + length;
    }

    /// What stands between `<<WORD` and the line `WORD` is no command.
    fn heredoc(&mut self) {
        let rest = self.rest();
        let head = rest.trim_start_matches(['<', '-', ' ']);
        let word: String = head
            .chars()
            .take_while(|letter| !letter.is_whitespace() && !";&|".contains(*letter))
            .filter(|letter| !"'\"\\".contains(*letter))
            .collect();
        let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let mut end = line;
        for inner in rest.get(line..).unwrap_or_default().split_inclusive('\n') {
            end += inner.len();
            if inner.trim() == word {
                break;
            }
        }
        let first = rest.len() - head.len() + word.len();
        let _ = first;
        self.at += end.max(2);
        self.finish();
    }

    fn finish(&mut self) {
        let mut words = std::mem::take(&mut self.words);
        while words.first().is_some_and(|word| KEYWORDS.contains(&word.text.as_str())) {
            words.remove(0);
        }
        let mut variables = Vec::new();
        while let Some((name, value)) = words.first().and_then(assignment) {
            let first = words.remove(0);
            variables.push((name, Word { text: value, span: first.span }));
        }
        if words.is_empty() {
            return;
        }
        let development = self.label.as_deref().is_some_and(super::environment::says_development);
        self.found.push(Simple { words, variables, development });
    }
}

/// `NAME=value`, by name and value.
pub(super) fn assignment(word: &Word) -> Option<(String, String)> {
    let (name, value) = word.text.split_once('=')?;
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let first = name.chars().next()?;
    (!first.is_ascii_digit() && name.chars().all(fits)).then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let words = |simple: &Simple| {
            let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
            words.join(" ")
        };
        commands(text, 0).iter().map(words).collect()
    }

    #[test]
    fn lines_are_cut_into_commands() {
        assert_eq!(
            lines("npx prisma migrate deploy && node server.js"),
            ["npx prisma migrate deploy", "node server.js"]
        );
        assert_eq!(
            lines("A=1 B='x y' run \"a b\"; exec \"$@\" 2>&1 | tee log > out"),
            ["run a b", "exec $@", "tee log"]
        );
        assert_eq!(lines("if [ \"$X\" != 1 ]; then\n  a \\\n    b\nfi # c\n"), ["[ $X != 1 ]", "a b"]);
        assert_eq!(lines("psql <<EOF\nselect 1;\nEOF\nnext"), ["psql", "next"]);
        assert_eq!(lines("echo $(a && b) c"), ["echo $(a && b) c"]);
    }

    #[test]
    fn a_case_for_developers_is_no_production() {
        let found =
            commands("case \"$1\" in\n'web-dev')\n  ./manage.py migrate\n;;\nweb)\n run\n;;\nesac", 0);
        let told: Vec<bool> = found.iter().map(|simple| simple.development).collect();
        assert!(told.contains(&true), "{found:?}");
        assert!(!found.iter().any(|it| it.development && it.words[0].text == "run"));
    }

    #[test]
    fn places_and_variables() {
        let found = commands("X=1 a 'b c'", 10);
        let [only] = found.as_slice() else { panic!("one command") };
        assert_eq!(only.span(), Span::new(14, 21));
        assert_eq!(only.variables[0].0, "X");
        assert_eq!(only.words[1].text, "b c");
    }

    #[test]
    fn nonsense_ends() {
        for text in ["'", "\"", "\\", "$(", "<<", "<<EOF", ">", ")))", "a=", "=", ";;;;", "\u{e9}'\u{e9}"] {
            let _ = commands(text, 0);
        }
        let _ = commands(&"$(".repeat(50_000), 0);
        let _ = commands(&"<<a\n".repeat(20_000), 0);
    }
}
