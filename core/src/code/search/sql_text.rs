//! SQL in a string or a file, word by word: which of its names are columns of a table, through its aliases. It takes
//! fragments and texts with holes, which no parser would.

use std::collections::BTreeMap;

use super::sql_words::{Word, words};
use crate::code::evidence::Strength;
use crate::code::subject::{Kind, Subject};
use crate::text::Span;

/// What a text of SQL says of a subject.
#[derive(Debug, Default)]
pub(super) struct SqlUse {
    pub(super) uses: Vec<(Strength, Span, String)>,
    pub(super) stars: Vec<Span>,
    pub(super) names_table: bool,
}

/// Words that end a table's name and its alias.
const AFTER_TABLE: &[&str] = &[
    "where",
    "on",
    "using",
    "set",
    "join",
    "inner",
    "left",
    "right",
    "full",
    "cross",
    "natural",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "union",
    "except",
    "intersect",
    "returning",
    "values",
    "select",
    "for",
    "window",
    "fetch",
    "default",
    "tablesample",
    "lateral",
    "do",
    "conflict",
    "overriding",
    "when",
    "with",
    "and",
    "or",
    "as",
    "from",
    "not",
    "in",
    "is",
    "add",
    "drop",
    "alter",
    "rename",
    "enable",
    "cascade",
];

/// Words of SQL that are no column unless they are quoted or qualified.
const KEYWORDS: &[&str] = &[
    "select",
    "from",
    "where",
    "order",
    "group",
    "user",
    "end",
    "case",
    "when",
    "then",
    "else",
    "table",
    "default",
    "values",
    "limit",
    "offset",
    "desc",
    "asc",
    "and",
    "or",
    "not",
    "null",
    "true",
    "false",
    "as",
    "on",
    "in",
    "is",
    "set",
    "left",
    "right",
    "date",
    "timestamp",
    "time",
    "interval",
    "text",
    "json",
    "jsonb",
    "uuid",
    "integer",
    "boolean",
    "numeric",
    "count",
    "sum",
    "min",
    "max",
    "key",
    "index",
    "column",
    "type",
    "row",
    "rows",
    "first",
    "last",
    "update",
    "delete",
    "insert",
    "into",
    "references",
];

/// The text is a statement of SQL, or the beginning of one: not a sentence for people (`Update document`).
pub(super) fn is_statement(text: &str) -> bool {
    let begin = text.trim_start_matches(|letter: char| !letter.is_alphabetic() && letter != '$');
    let word: String = begin.chars().take_while(char::is_ascii_alphabetic).take(9).collect();
    let rest = begin.get(word.len()..).unwrap_or_default();
    if !rest.starts_with(|letter: char| letter.is_whitespace() || letter == '\\') {
        return false;
    }
    let others: &[&str] = match word.to_ascii_lowercase().as_str() {
        "select" | "delete" => &["from"],
        "insert" => &["into"],
        "update" => &["set"],
        "with" => &["as"],
        "merge" => &["using"],
        "truncate" => &["table"],
        "refresh" => &["view"],
        "copy" => &["from", "to"],
        "lock" => &["table", "in"],
        _ => return false,
    };
    let mut words = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| others.iter().any(|other| word.eq_ignore_ascii_case(other)))
        // A part of one, to which more is added; a call alone.
        || rest.ends_with(char::is_whitespace)
        || rest.contains(['{', '(', '$', '%', '?'])
        || word.starts_with("TRUNCATE")
}

/// What a text says of a subject. `offset` is where it begins in its file; `quote` is what closes the string it stands
/// in.
pub(super) fn look(text: &str, offset: usize, quote: u8, subject: &Subject) -> SqlUse {
    let mut found = SqlUse::default();
    let words = words(text, quote);
    for statement in words.split(|word| word.text == ";" && !word.literal) {
        statement_of(statement, offset, subject, &mut found);
    }
    found
}

fn statement_of(words: &[Word<'_>], offset: usize, subject: &Subject, found: &mut SqlUse) {
    let at = |index: usize| words.get(index);
    match subject.kind {
        Kind::Column => {}
        Kind::Table => {
            for (place, _) in tables(words).iter().filter(|(_, name)| same(name.name, &subject.relation)) {
                if let Some(word) = at(*place) {
                    found.names_table = true;
                    found.uses.push((Strength::Strong, word.span(offset), "SQL names it".to_owned()));
                }
            }
            return;
        }
        Kind::Function => {
            for (place, word) in words.iter().enumerate() {
                if word.is_name()
                    && same(word.text, &subject.relation)
                    && at(place + 1).is_some_and(|next| next.text == "(")
                {
                    found.uses.push((Strength::Strong, word.span(offset), "SQL calls it".to_owned()));
                }
            }
            return;
        }
        Kind::Type => {
            for (place, word) in words.iter().enumerate() {
                let before = place.checked_sub(1).and_then(at);
                if word.is_name()
                    && same(word.text, &subject.relation)
                    && before.is_some_and(|it| it.text == "::" || it.is("as"))
                {
                    found.uses.push((Strength::Strong, word.span(offset), "SQL casts to it".to_owned()));
                }
            }
            return;
        }
        Kind::Label => {
            for (place, word) in
                words.iter().enumerate().filter(|(_, word)| word.literal && word.text == subject.part)
            {
                let cast = at(place + 1).is_some_and(|it| it.text == "::")
                    && at(place + 2).is_some_and(|it| same(it.text, &subject.relation));
                let strength = if cast { Strength::Strong } else { Strength::Medium };
                found.uses.push((strength, word.span(offset), "SQL names the label".to_owned()));
            }
            return;
        }
        Kind::Constraint => {
            for word in words.iter().filter(|word| word.is_name() && same(word.text, &subject.part)) {
                found.uses.push((Strength::Strong, word.span(offset), "SQL names it".to_owned()));
            }
            return;
        }
    }
    let tables = tables(words);
    let own: Vec<&Table<'_>> =
        tables.iter().map(|(_, table)| table).filter(|it| same(it.name, &subject.relation)).collect();
    if own.is_empty() {
        return;
    }
    found.names_table = true;
    // Which table each alias stands for; a name without an alias stands for itself.
    let mut aliases: BTreeMap<String, bool> = BTreeMap::new();
    for (_, table) in &tables {
        let is_own = same(table.name, &subject.relation);
        let known = aliases.entry(table.alias.unwrap_or(table.name).to_ascii_lowercase()).or_insert(is_own);
        *known |= is_own;
    }
    let rivals = tables.iter().any(|(_, table)| {
        !same(table.name, &subject.relation) && subject.others.iter().any(|other| same(table.name, other))
    });
    let unknown =
        tables.iter().any(|(_, table)| !same(table.name, &subject.relation)) && subject.others.is_empty();
    for (place, word) in words.iter().enumerate() {
        let before = place.checked_sub(1).and_then(at);
        let qualifier =
            before.filter(|it| it.text == "." && !it.literal).and_then(|_| at(place.checked_sub(2)?));
        if word.text == "*" && !word.literal {
            let all = before.is_some_and(|it| it.is("select") || it.is("returning") || it.is("distinct"))
                || qualifier.is_some_and(|it| aliases.get(&it.text.to_ascii_lowercase()) == Some(&true));
            if all {
                found.stars.push(word.span(offset));
            }
            continue;
        }
        if !word.is_name() || !same(word.text, &subject.part) {
            continue;
        }
        let next = at(place + 1);
        // The name that something gets, a call, a table's name, a parameter.
        if before.is_some_and(|it| it.is("as") || matches!(it.text, ":" | "@" | "$" | "#"))
            || next.is_some_and(|it| it.text == "(" && it.start == word.start + word.text.len())
            || tables.iter().any(|(at, table)| *at == place || table.alias_at == Some(place))
        {
            continue;
        }
        let why = |how: &str| format!("SQL names it {how}");
        let (strength, why) = match qualifier.map(|it| it.text.to_ascii_lowercase()) {
            Some(name) => match aliases.get(&name) {
                Some(true) => (Strength::Strong, why("as a column of the table")),
                Some(false) => continue,
                None if matches!(name.as_str(), "excluded" | "new" | "old") => {
                    (Strength::Strong, why("as a column of the table"))
                }
                None => (Strength::Weak, why("beside the table")),
            },
            None if !word.quoted && KEYWORDS.iter().any(|keyword| word.is(keyword)) => continue,
            None if next.is_some_and(|it| it.text == ".") => continue,
            None if rivals => {
                (Strength::Medium, why("beside the table, and other tables there have such a column too"))
            }
            None if unknown => {
                (Strength::Strong, why("beside the table, and no other table has such a column"))
            }
            None => (Strength::Strong, why("as a column of the table")),
        };
        found.uses.push((strength, word.span(offset), why));
    }
    if let Some(place) = bare_insert(words, subject)
        && let Some(word) = at(place)
    {
        let why = "`INSERT` without a list of columns gives every column a value".to_owned();
        found.uses.push((Strength::Strong, word.span(offset), why));
    }
}

/// `INSERT INTO t VALUES`, `INSERT INTO t SELECT`.
fn bare_insert(words: &[Word<'_>], subject: &Subject) -> Option<usize> {
    let into = words.iter().position(|word| word.is("into"))?;
    let mut place = into + 1;
    while words.get(place + 1).is_some_and(|next| next.text == ".") {
        place += 2;
    }
    let named = words.get(place).is_some_and(|word| same(word.text, &subject.relation));
    let bare = words.get(place + 1).is_some_and(|next| next.is("values") || next.is("select"));
    (named && bare).then_some(place)
}

struct Table<'a> {
    name: &'a str,
    alias: Option<&'a str>,
    alias_at: Option<usize>,
}

/// The tables that a statement names, each with the place of its name.
fn tables<'a>(words: &[Word<'a>]) -> Vec<(usize, Table<'a>)> {
    let mut found = Vec::new();
    let mut from = false;
    let mut depth = 0_usize;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let before = place.checked_sub(1).and_then(|at| words.get(at));
        let opens = word.is("join")
            || word.is("into")
            || word.is("only")
            || word.is("using") && words.get(place + 1).is_none_or(|next| next.text != "(")
            || word.is("from") && !before.is_some_and(|it| it.is("distinct"))
            || word.is("update")
                && !before.is_some_and(|it| it.is("for") || it.is("do") || it.is("on") || it.is("key"))
            || word.is("table")
            || word.is("truncate")
            || word.is("view")
            || word.text == "," && !word.literal && from && depth == 0;
        match word.text {
            "(" if !word.literal => depth += 1,
            ")" if !word.literal => {
                from = from && depth > 0;
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if word.is("from") {
            (from, depth) = (true, 0);
        } else if AFTER_TABLE.iter().any(|keyword| word.is(keyword)) && !word.is("as") && !word.is("join") {
            from = from
                && (word.is("left")
                    || word.is("right")
                    || word.is("inner")
                    || word.is("cross")
                    || word.is("on"));
        }
        place += 1;
        if opens && let Some((at, table)) = table_at(words, place) {
            place = table.alias_at.unwrap_or(at) + 1;
            found.push((at, table));
        }
    }
    found
}

fn table_at<'a>(words: &[Word<'a>], start: usize) -> Option<(usize, Table<'a>)> {
    let mut at = start;
    if words.get(at).is_some_and(|word| word.is("only")) {
        at += 1;
    }
    while words.get(at + 1).is_some_and(|next| next.text == "." && !next.literal) {
        at += 2;
    }
    let word = words.get(at).filter(|word| word.is_name())?;
    if !word.quoted && AFTER_TABLE.iter().any(|keyword| word.is(keyword)) {
        return None;
    }
    let mut next = at + 1;
    if words.get(next).is_some_and(|word| word.is("as")) {
        next += 1;
    }
    let alias = words.get(next).filter(|word| {
        word.is_name() && (word.quoted || !AFTER_TABLE.iter().any(|keyword| word.is(keyword)))
    });
    Some((at, Table { name: word.text, alias: alias.map(|word| word.text), alias_at: alias.map(|_| next) }))
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::subject::Fate;
    use crate::review::Location;

    fn strengths(sql: &str) -> Vec<Strength> {
        let subject = Subject {
            place: Location { path: String::new(), span: Span::default() },
            kind: Kind::Column,
            fate: Fate::Dropped,
            schema: None,
            relation: "users".to_owned(),
            part: "user_name".to_owned(),
            others: ["accounts".to_owned()].into(),
            shown: "users.user_name".to_owned(),
            required: false,
        };
        look(sql, 0, b'"', &subject).uses.into_iter().map(|(strength, ..)| strength).collect()
    }

    #[test]
    fn columns_of_the_table() {
        use Strength::{Medium, Strong, Weak};
        for (sql, expected) in [
            ("SELECT user_name FROM users", &[Strong][..]),
            ("select u.user_name from users u where u.id = 1", &[Strong]),
            ("select u.user_name from users as u join accounts a on a.user_name = u.id", &[Strong]),
            ("select user_name from users, accounts", &[Medium]),
            ("select user_name from users join orders o on o.user_id = users.id", &[Strong]),
            (
                "insert into users (id, user_name) values ($1, $2) on conflict (id) do update set user_name = excluded.user_name",
                &[Strong, Strong, Strong],
            ),
            ("update users set user_name = 'x'", &[Strong]),
            ("insert into users values (1)", &[Strong]),
            ("select \"user_name\" from \"users\"", &[Strong]),
            ("select \\\"user_name\\\" from \\\"public\\\".\\\"users\\\"", &[Strong]),
            ("select user_name from accounts", &[]),
            ("select id as user_name from users", &[]),
            ("select id from users -- user_name", &[]),
            ("select 'user_name' from users", &[]),
            ("select x.user_name from users", &[Weak]),
            ("select id from users where id = :user_name", &[]),
            ("select 1; select user_name from accounts; select user_name from users", &[Strong]),
            ("delete from users where user_name is distinct from $1", &[Strong]),
        ] {
            assert_eq!(strengths(sql), expected, "{sql}");
        }
    }

    #[test]
    fn statements_are_told_from_sentences() {
        assert!(
            is_statement("SELECT a FROM b")
                && is_statement("UPDATE users ")
                && is_statement("select refresh_all()")
                && is_statement("update ${table}")
                && is_statement("\n  with a as (select 1)")
                && !is_statement("-- x\nselect 1")
        );
        assert!(
            !is_statement("Update document")
                && !is_statement("DELETE ACCOUNT")
                && !is_statement("Select users")
        );
        assert!(!is_statement("selected users") && !is_statement("users") && !is_statement(""));
    }
}
