//! A careful look into configuration files without running them: JavaScript, TypeScript and JSON objects, TOML
//! and Prisma lines. What is not written as a literal is not guessed.

use super::tree::folder_of;

/// A value that a configuration gives to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A literal text.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// Something computed: unknown here.
    Computed,
}

impl Value {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Flag(_) | Value::Computed => None,
        }
    }
}

/// The value under a path of keys in a JavaScript, TypeScript or JSON text: `["migrations", "path"]` finds
/// `migrations: { path: "…" }`. Of several places the least nested counts, then the first.
pub(super) fn value(text: &str, keys: &[&str]) -> Option<Value> {
    let tokens = tokens(text);
    let mut names: Vec<Option<&str>> = Vec::new();
    let mut best: Option<(usize, Value)> = None;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Punct('{' | '(' | '[') => names.push(key_before(&tokens, index)),
            Token::Punct('}' | ')' | ']') => {
                names.pop();
            }
            Token::Word(word) | Token::Text(word) => {
                let (last, above) = keys.split_last()?;
                let is_key = word.as_str() == *last && tokens.get(index + 1) == Some(&Token::Punct(':'));
                let inside = names.len() >= above.len()
                    && names.iter().rev().zip(above.iter().rev()).all(|(name, key)| *name == Some(*key));
                let better = best.as_ref().is_none_or(|(depth, _)| names.len() < *depth);
                if is_key && inside && better {
                    best = Some((names.len(), read_value(tokens.get(index + 2..).unwrap_or_default())));
                }
            }
            Token::Punct(_) | Token::Template => {}
        }
    }
    best.map(|(_, value)| value)
}

/// The value of a key in a TOML text, below a table's header (empty: before any header).
pub(super) fn toml<'a>(text: &'a str, table: &str, key: &str) -> Option<&'a str> {
    let mut current = "";
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            current = header.split(']').next().unwrap_or("").trim();
        } else if current == table
            && let Some((name, value)) = line.split_once('=')
            && name.trim() == key
        {
            return Some(literal(value));
        }
    }
    None
}

/// The value of a key in the first `datasource` block of a Prisma schema. The value is what stands between quotes,
/// or the whole expression.
pub(super) fn datasource<'a>(schema: &'a str, key: &str) -> Option<&'a str> {
    let mut inside = false;
    for line in schema.lines() {
        let line = line.trim();
        if line.strip_prefix("datasource").is_some_and(|rest| rest.starts_with([' ', '\t'])) {
            inside = true;
        } else if inside && line.starts_with('}') {
            return None;
        }
        if inside
            && let Some((name, value)) = line.split_once('=')
            && name.trim() == key
        {
            return Some(literal(value));
        }
    }
    None
}

/// True where a Prisma schema has a `datasource` block.
pub(super) fn has_datasource(schema: &str) -> bool {
    schema
        .lines()
        .any(|line| line.trim().strip_prefix("datasource").is_some_and(|rest| rest.starts_with([' ', '\t'])))
}

/// The folder a configuration file speaks of: its own; for one in `.config`, the folder above.
pub(super) fn base_of(path: &str) -> &str {
    let folder = folder_of(path);
    match folder.strip_suffix(".config") {
        Some("") => "",
        Some(above) if above.ends_with('/') => above.trim_end_matches('/'),
        _ => folder,
    }
}

fn literal(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return inner.split(quote).next().unwrap_or("");
        }
    }
    value.split('#').next().unwrap_or("").trim()
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    /// A template literal with something computed in it.
    Template,
    Punct(char),
}

fn key_before(tokens: &[Token], index: usize) -> Option<&str> {
    let colon = index.checked_sub(1).and_then(|at| tokens.get(at))?;
    let key = index.checked_sub(2).and_then(|at| tokens.get(at))?;
    match (key, colon) {
        (Token::Word(word) | Token::Text(word), Token::Punct(':')) => Some(word),
        _ => None,
    }
}

fn read_value(tokens: &[Token]) -> Value {
    let ends = |token: Option<&Token>| matches!(token, None | Some(Token::Punct(',' | '}' | ';')));
    match tokens {
        [Token::Text(text), rest @ ..] if ends(rest.first()) => Value::Text(text.clone()),
        // `"postgresql" as const`
        [Token::Text(text), Token::Word(word), ..] if word == "as" || word == "satisfies" => {
            Value::Text(text.clone())
        }
        [Token::Word(word), rest @ ..] if ends(rest.first()) && (word == "true" || word == "false") => {
            Value::Flag(word == "true")
        }
        [Token::Word(module), Token::Punct('.'), Token::Word(call), Token::Punct('('), rest @ ..]
            if module == "path" && (call == "join" || call == "resolve") =>
        {
            joined(rest)
        }
        [Token::Word(call), Token::Punct('('), rest @ ..] if call == "join" || call == "resolve" => {
            joined(rest)
        }
        _ => Value::Computed,
    }
}

/// The arguments of `path.join(…)`: literals, and words for the file's own or the working folder.
fn joined(tokens: &[Token]) -> Value {
    let mut parts: Vec<&str> = Vec::new();
    for argument in tokens.split(|token| matches!(token, Token::Punct(',' | ')'))) {
        match argument {
            [Token::Text(text)] => parts.push(text),
            [Token::Word(word)] if word == "__dirname" => {}
            [
                Token::Word(one),
                Token::Punct('.'),
                Token::Word(two),
                Token::Punct('.'),
                Token::Word(three),
            ] if one == "import" && two == "meta" && three == "dirname" => {}
            _ => return if parts.is_empty() { Value::Computed } else { Value::Text(parts.join("/")) },
        }
    }
    Value::Computed
}

/// Words, strings and marks; comments are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|char| *char == '\n');
            }
            '/' if chars.peek() == Some(&'*') => {
                chars.next();
                let mut before = ' ';
                chars.by_ref().find(|char| std::mem::replace(&mut before, *char) == '*' && *char == '/');
            }
            '"' | '\'' | '`' => tokens.push(string(&mut chars, char)),
            char if char.is_alphanumeric() || char == '_' || char == '$' => {
                let mut word = String::from(char);
                while let Some(next) =
                    chars.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '$'))
                {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
            char if char.is_whitespace() => {}
            char => tokens.push(Token::Punct(char)),
        }
    }
    tokens
}

fn string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char) -> Token {
    let mut content = String::new();
    let mut computed = false;
    while let Some(char) = chars.next() {
        match char {
            '\\' => content.extend(chars.next()),
            '$' if quote == '`' && chars.peek() == Some(&'{') => computed = true,
            char if char == quote => break,
            char => content.push(char),
        }
    }
    if computed { Token::Template } else { Token::Text(content) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str, keys: &[&str]) -> Option<String> {
        value(source, keys).and_then(|value| value.text().map(str::to_owned))
    }

    #[test]
    fn reads_literals_only() {
        let source = r#"
            import { defineConfig } from "drizzle-kit"; // out: "no"
            /* out: "neither" */
            export default defineConfig({
              dialect: 'postgresql' as const,
              nested: { out: "deeper" },
              out: `./db/out`,
              schema: env.SCHEMA ?? "x",
              breakpoints: false,
            });"#;
        assert_eq!(text(source, &["out"]).as_deref(), Some("./db/out"));
        assert_eq!(text(source, &["dialect"]).as_deref(), Some("postgresql"));
        assert_eq!(value(source, &["schema"]), Some(Value::Computed));
        assert_eq!(value(source, &["breakpoints"]), Some(Value::Flag(false)));
        assert_eq!(value(source, &["absent"]), None);
    }

    #[test]
    fn reads_nested_keys_and_joined_paths() {
        let source = r#"defineConfig({ path: "no", migrations: { path: path.join(__dirname, "db", 'migrations'), seed: "x" } })"#;
        assert_eq!(text(source, &["migrations", "path"]).as_deref(), Some("db/migrations"));
        assert_eq!(
            text(r#"{"out": "./x", "migrations": {"path": "p"}}"#, &["migrations", "path"]).as_deref(),
            Some("p")
        );
        assert_eq!(value("out: `a/${b}`", &["out"]), Some(Value::Computed));
    }

    #[test]
    fn reads_lines() {
        assert_eq!(toml("# x\nprovider = \"postgresql\" # y", "", "provider"), Some("postgresql"));
        assert_eq!(
            toml("[db]\nenabled = true\n[db.migrations]\nenabled = false # off", "db.migrations", "enabled"),
            Some("false")
        );
        let schema = "generator g {\n provider = \"x\"\n}\ndatasource db {\n  provider = \"mysql\"\n}";
        assert_eq!(datasource(schema, "provider"), Some("mysql"));
        assert_eq!(base_of("a/.config/prisma.ts"), "a");
        assert_eq!(base_of(".config/prisma.ts"), "");
    }
}
