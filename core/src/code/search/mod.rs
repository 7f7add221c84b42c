//! Where code names what a change takes away. A quick look at every file's words; a closer one, token by token, only
//! at the files that have the name or the table in them.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "names are in lower case here")]

mod context;
mod sql_text;
mod sql_words;
mod words;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use self::context::Code;
pub(super) use self::words::Words;
use super::evidence::{Doubt, Evidence, FileUse, Strength, Way};
use super::files::names_another_database;
use super::model::Models;
use super::names::{is_distinctive, is_plain, plain, singular};
use super::subject::{Kind, Subject};
use crate::embedded::{Language, TokenKind};
use crate::operation::{Operation, Persistence, Statement};
use crate::sql;
use crate::text::Span;

/// How many places of one file are kept for one subject.
const MOST: usize = 40;

/// The largest file whose tokens are looked at, in bytes.
const LONGEST: usize = 1_000_000;

/// The names by which code knows a subject and its table, in their plain form.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) subject: &'a Subject,
    pub(super) own: BTreeSet<String>,
    pub(super) tables: BTreeSet<String>,
    /// Other tables that have a column of that name.
    others: BTreeSet<String>,
    distinctive: bool,
    /// No ORM declares a model.
    without_models: bool,
}

impl<'a> Terms<'a> {
    pub(super) fn new(subject: &'a Subject, models: &[&Models]) -> Self {
        let mut own = BTreeSet::from([plain(subject.own_name())]);
        let mut tables = BTreeSet::new();
        let relation = plain(&subject.relation);
        if matches!(subject.kind, Kind::Column | Kind::Table) {
            tables.extend(singular(&relation));
            tables.insert(relation);
        }
        for model in
            models.iter().flat_map(|models| &models.models).filter(|model| subject.is_table_of(model))
        {
            tables.insert(plain(&model.name));
            match subject.kind {
                Kind::Column => {
                    let fields = model.fields.iter().filter(|field| field.column == subject.part);
                    own.extend(fields.map(|field| plain(&field.name)));
                }
                Kind::Table => {
                    own.insert(plain(&model.name));
                }
                _ => {}
            }
        }
        let distinctive = is_distinctive(subject.own_name()) && subject.others.is_empty();
        let mut others: BTreeSet<String> = BTreeSet::new();
        for other in subject.others.iter().map(|other| plain(other)).filter(|other| !tables.contains(other)) {
            others.extend(singular(&other).filter(|other| !tables.contains(other)));
            others.insert(other);
        }
        let without_models = models.iter().all(|models| models.models.is_empty());
        Terms { subject, own, tables, others, distinctive, without_models }
    }

    /// In Rust without models of an ORM only SQL names tables: `let paid_orders = …` is something of its own.
    fn is_variable(&self, code: &Code<'_>, name: &str, is_text: bool) -> bool {
        let is_own = !is_text && !name.contains(char::is_uppercase);
        is_own && self.without_models && self.subject.kind == Kind::Table && code.language == Language::Rust
    }

    /// A file that has the subject's own name, and not its table's as it is written, may still say something of it: a
    /// column with a common name is told from others by what stands for its table.
    pub(super) fn may_mean(&self, bytes: &[u8]) -> bool {
        self.subject.kind != Kind::Column
            || self.distinctive
            || words::any_name(bytes, |name| self.is_table(name))
    }

    /// A name in code stands for the table, or for one row of it: `user`, `currentUser`, `usersTable`.
    fn is_table(&self, name: &str) -> bool {
        const ENDS: [&str; 9] =
            ["table", "model", "schema", "row", "record", "entity", "repository", "repo", "query"];
        let stem =
            ENDS.iter().find_map(|end| name.strip_suffix(end)).filter(|stem| stem.len() > 1).unwrap_or(name);
        self.tables.iter().any(|table| {
            stem == table
                || name == table
                || table.len() >= 4 && stem.len() <= table.len() + 12 && stem.ends_with(table.as_str())
        })
    }

    /// Another table that has a column of that name is meant.
    fn is_others(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.others.contains(name))
    }

    fn any_table(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.is_table(name))
    }
}

/// A file that is looked at closely; its tokens are read once for all subjects.
pub(super) struct Opened<'a> {
    path: &'a str,
    text: &'a str,
    code: OnceCell<Code<'a>>,
    queries: OnceCell<Vec<Span>>,
    /// It speaks to another database, too: its queries may be about tables there.
    elsewhere: OnceCell<bool>,
}

impl<'a> Opened<'a> {
    pub(super) fn new(path: &'a str, text: &'a str) -> Self {
        Opened { path, text, code: OnceCell::new(), queries: OnceCell::new(), elsewhere: OnceCell::new() }
    }
}

/// What a file says of a subject.
pub(super) fn look(file: &Opened<'_>, terms: &Terms<'_>) -> FileUse {
    let (path, text) = (file.path, file.text);
    let mut found = FileUse::default();
    if text.len() > LONGEST {
        found
            .doubts
            .push(Doubt { span: Span::default(), why: "the file is too long to be looked at".to_owned() });
        return found;
    }
    if path.ends_with(".prisma") {
        return found;
    }
    match language(path) {
        Some(language) => {
            look_at_code(file.code.get_or_init(|| Code::new(text, language)), terms, &mut found);
        }
        None => {
            for query in file.queries.get_or_init(|| queries(text)) {
                take_sql(query.of(text), query.start as usize, b'"', terms, &mut found);
            }
        }
    }
    if !found.evidence.is_empty() && *file.elsewhere.get_or_init(|| names_another_database(text)) {
        let queries = found.evidence.iter_mut().filter(|one| one.way == Way::Sql);
        queries.for_each(|one| one.strength = Strength::Weak);
    }
    found.evidence.sort_by_key(|one| (std::cmp::Reverse(one.strength), one.span.start));
    found.evidence.dedup_by_key(|one| one.span);
    found.evidence.truncate(MOST);
    found
}

/// The statements of a file of SQL that use what there is. Others declare it; and where tables are declared, functions
/// and views are too, which are the database's own.
fn queries(text: &str) -> Vec<Span> {
    let all = sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX))).statements;
    let declares = all.iter().any(|statement| {
        matches!(&statement.operation, Operation::CreateTable(create) if create.persistence != Persistence::Temporary)
    });
    let uses =
        |statement: &&Statement| match first_word(statement.span.of(text)).to_ascii_lowercase().as_str() {
            "alter" | "drop" | "comment" | "grant" | "revoke" => false,
            "create" => !declares,
            _ => true,
        };
    all.iter().filter(uses).map(|statement| statement.span).collect()
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default()
}

/// How a file is read; none is SQL from its beginning to its end.
fn language(path: &str) -> Option<Language> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    Some(match ending {
        "sql" => return None,
        "py" => Language::Python,
        "rb" | "rake" | "erb" | "haml" | "slim" | "jbuilder" | "cr" | "sh" | "bash" | "pl" | "pm" => {
            Language::Ruby
        }
        "ex" | "exs" | "eex" | "heex" | "leex" => Language::Elixir,
        "go" => Language::Go,
        "java" | "kt" | "kts" | "scala" | "groovy" | "cs" | "fs" | "vb" | "swift" | "dart" => Language::Jvm,
        "rs" => Language::Rust,
        _ => Language::Script,
    })
}

fn look_at_code(code: &Code<'_>, terms: &Terms<'_>, found: &mut FileUse) {
    for index in 0..code.tokens.len() {
        let Some(token) = code.token(index) else { break };
        match &token.kind {
            TokenKind::Text(_) => {
                let raw = token.span.of(code.text);
                match code.name(index) {
                    Some(name) if !name.contains('.') => name_at(code, index, name, terms, found),
                    _ => text_at(code, index, raw, terms, found),
                }
            }
            TokenKind::Word | TokenKind::Key(_) | TokenKind::Symbol(_) => {
                if let Some(name) = code.name(index) {
                    name_at(code, index, name, terms, found);
                }
            }
            TokenKind::Open(b'[') => computed(code, index, terms, found),
            _ => {}
        }
    }
}

fn name_at(code: &Code<'_>, index: usize, name: &str, terms: &Terms<'_>, found: &mut FileUse) {
    let is_any = |names: &BTreeSet<String>| names.iter().any(|known| is_plain(name, known));
    let Some(token) = code.token(index) else { return };
    let is_text = matches!(token.kind, TokenKind::Text(_));
    if is_any(&terms.tables) {
        found.names_table = true;
        found.queries_table |= is_text && table_call(code, index).is_some();
    }
    if !is_any(&terms.own) || terms.is_variable(code, name, is_text) {
        return;
    }
    let graded = match terms.subject.kind {
        Kind::Column => column_at(code, index, terms),
        Kind::Table => table_at(code, index, is_text),
        Kind::Function => function_at(code, index, is_text),
        Kind::Constraint => (is_text && name == terms.subject.part)
            .then(|| (Strength::Medium, "a string that is its name".to_owned())),
        Kind::Label => (is_text && name == terms.subject.part && is_distinctive(name))
            .then(|| (Strength::Weak, "a string that is the label".to_owned())),
        Kind::Type => None,
    };
    if graded.is_none() && (terms.is_others(&code.receiver(index)) || terms.is_others(&code.calls(index))) {
        return;
    }
    found.has_name = true;
    let weak =
        || terms.distinctive.then(|| (Strength::Weak, "a name that only it has in the schema".to_owned()));
    if let Some((strength, why)) = graded.or_else(weak) {
        let way = Way::Name;
        found.evidence.push(Evidence { strength, way, name: plain(name), span: token.span, why });
    }
}

fn column_at(code: &Code<'_>, index: usize, terms: &Terms<'_>) -> Option<(Strength, String)> {
    let medium = |why: String| Some((Strength::Medium, why));
    let table = &terms.subject.relation;
    let is_text = code.token(index).is_some_and(|token| matches!(token.kind, TokenKind::Text(_)));
    if let Some(strong) = is_text.then(|| named_in_query(code, index, terms)).flatten() {
        return Some(strong);
    }
    let receiver = code.receiver(index);
    if terms.any_table(&receiver) {
        return medium(format!("read from something named after `{table}`"));
    }
    // `u` in `users.map(u => u.name)`
    let short = receiver.iter().all(|name| name.len() <= 2);
    if short && terms.any_table(&code.calls(index)) {
        return medium(format!("in a call on something named after `{table}`"));
    }
    None
}

/// A string in a query whose table stands there by its name: `from("users").select("user_name")`.
fn named_in_query(code: &Code<'_>, index: usize, terms: &Terms<'_>) -> Option<(Strength, String)> {
    let table = &terms.subject.relation;
    let is_table = |name: &&str| name.rsplit('.').next() == Some(table.as_str());
    let named = code.first_arguments(index, TABLE_CALLS).into_iter().find(is_table)?;
    (!code.is_query_name(named)).then(|| (Strength::Strong, format!("in a query of `{table}`")))
}

/// Objects whose members are tables. A `client` alone is that of anything.
const DATABASES: &[&str] =
    &["db", "tx", "trx", "orm", "query", "models", "tables", "dbclient", "prismaclient"];

/// Ends of their names: `appDatabase`, `dbSchema`. No short ones: `ctx` is no `tx`.
const DATABASE_ENDS: &[&str] = &["prisma", "database", "knex", "schema"];

/// Calls whose argument is a table's name.
const TABLE_CALLS: &[&str] = &[
    "from",
    "table",
    "into",
    "join",
    "leftjoin",
    "rightjoin",
    "innerjoin",
    "fulljoin",
    "knex",
    "db",
    "selectfrom",
    "insertinto",
    "updatetable",
    "deletefrom",
    "replaceinto",
    "update",
    "insert",
    "delete",
    "jointable",
    "settable",
    "gettable",
    "truncate",
];

fn table_at(code: &Code<'_>, index: usize, is_text: bool) -> Option<(Strength, String)> {
    if is_text {
        let called = table_call(code, index)?;
        return Some((Strength::Strong, format!("`{called}(…)` names the table")));
    }
    let receiver = code.receiver(index);
    receiver
        .iter()
        .any(|name| {
            DATABASES.contains(&name.as_str()) || DATABASE_ENDS.iter().any(|known| name.ends_with(known))
        })
        .then(|| (Strength::Medium, "a member of the database's client".to_owned()))
}

/// The call that a string is the first argument of, where that is a table: `from("users")`.
fn table_call<'a>(code: &Code<'a>, index: usize) -> Option<&'a str> {
    let open = index.checked_sub(1)?;
    let is_first = code.token(open).is_some_and(|token| token.kind == TokenKind::Open(b'('));
    let called = code.name(open.checked_sub(1)?).filter(|_| is_first)?;
    let is_table = TABLE_CALLS.contains(&plain(called).as_str()) && !code.is_query_name(code.name(index)?);
    is_table.then_some(called)
}

fn function_at(code: &Code<'_>, index: usize, is_text: bool) -> Option<(Strength, String)> {
    let open = index.checked_sub(1).filter(|_| is_text)?;
    let called = code.name(open.checked_sub(1)?).map(plain)?;
    matches!(called.as_str(), "rpc" | "callproc" | "call")
        .then(|| (Strength::Strong, "a call of the function by its name".to_owned()))
}

/// A string that is more than a name.
fn text_at(code: &Code<'_>, index: usize, raw: &str, terms: &Terms<'_>, found: &mut FileUse) {
    let Some(token) = code.token(index) else { return };
    let quote_at = raw.find(['"', '\'', '`']).filter(|at| *at < 6);
    let quote = quote_at.and_then(|at| raw.as_bytes().get(at).copied()).unwrap_or(b'"');
    let start = quote_at.map_or(0, |at| at + 1);
    let inner = raw.get(start..).unwrap_or_default();
    let offset = token.span.start as usize + start;
    if sql_text::is_statement(inner) {
        take_sql(inner, offset, quote, terms, found);
        return;
    }
    fragment(code, index, inner, offset, terms, found);
}

/// Calls whose strings are parts of queries.
const QUERY_CALLS: &[&str] = &[
    "where",
    "andwhere",
    "orwhere",
    "whereraw",
    "orderby",
    "orderbyraw",
    "order",
    "select",
    "selectraw",
    "addselect",
    "raw",
    "join",
    "leftjoin",
    "innerjoin",
    "leftjoinandselect",
    "on",
    "group",
    "groupby",
    "groupbyraw",
    "having",
    "query",
    "execute",
    "exec",
    "sql",
    "literal",
    "pluck",
    "column",
    "columns",
    "col",
    "ref",
    "eq",
    "neq",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "is",
    "filter",
    "ilike",
    "like",
    "fragment",
    "text",
    "queryrow",
    "queryrowcontext",
    "execcontext",
    "querycontext",
    "get",
    "find",
    "values",
    "set",
    "returning",
    "only",
    "defer",
    "orderbydesc",
    "sortby",
    "countdistinct",
    "sum",
    "update",
    "insert",
    "upsert",
];

/// A part of a query, or a list of columns: `"lower(user_name) = ?"`, `"id, user_name"`, `users.user_name`, a tag of a
/// struct.
fn fragment(
    code: &Code<'_>,
    index: usize,
    inner: &str,
    offset: usize,
    terms: &Terms<'_>,
    found: &mut FileUse,
) {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = 0;
    let mut before = "";
    for piece in inner.split_inclusive(|letter: char| !is_part(letter)) {
        let word = piece.trim_end_matches(|letter: char| !is_part(letter));
        let start = rest;
        rest += piece.len();
        if word.is_empty() {
            continue;
        }
        let is_any = |names: &BTreeSet<String>| names.iter().any(|known| is_plain(word, known));
        let spelled = word.eq_ignore_ascii_case(terms.subject.own_name());
        if is_any(&terms.tables) {
            found.names_table = true;
        }
        let previous = std::mem::replace(&mut before, word);
        if !(spelled || terms.subject.kind == Kind::Column && is_any(&terms.own)) {
            continue;
        }
        let at = |place: usize| u32::try_from(place + offset).unwrap_or(u32::MAX);
        let span = Span::new(at(start), at(start + word.len()));
        let qualified = start > 0
            && inner
                .get(..start)
                .is_some_and(|head| head.ends_with('.') || head.ends_with(".\"") || head.ends_with(".\\\""));
        let calls = code.calls(index);
        let queries = calls.iter().any(|name| QUERY_CALLS.contains(&name.as_str()));
        if terms.is_others(&calls) || qualified && terms.others.contains(&plain(previous)) {
            continue;
        }
        found.has_name = true;
        let graded = match terms.subject.kind {
            Kind::Column if qualified && queries && terms.is_table(&plain(previous)) => Some((
                Strength::Medium,
                format!("a part of a query that names it as a column of `{}`", terms.subject.relation),
            )),
            Kind::Column if qualified => None,
            Kind::Column
                if inner.starts_with("db:") || inner.contains(" db:\"") || inner.contains("gorm:") =>
            {
                terms.any_table(&code.declared_in(index)).then(|| {
                    (
                        Strength::Medium,
                        format!("a field of a type named after `{}` is kept in it", terms.subject.relation),
                    )
                })
            }
            Kind::Column if queries && terms.any_table(&calls) => {
                let named = spelled && !in_hole(inner, start);
                named.then(|| named_in_query(code, index, terms)).flatten().or_else(|| {
                    let table = &terms.subject.relation;
                    Some((Strength::Medium, format!("a part of a query of something named after `{table}`")))
                })
            }
            Kind::Constraint if spelled => Some((Strength::Medium, "a string that has its name".to_owned())),
            Kind::Table if inner.split_whitespace().count() <= 3 => table_at(code, index, true),
            _ => None,
        };
        let weak = || {
            (terms.distinctive && !inner.trim().contains("  ") && words_between(inner) <= 12)
                .then(|| (Strength::Weak, "a name that only it has in the schema".to_owned()))
        };
        if let Some((strength, why)) = graded.or_else(weak) {
            let way = if spelled && queries && !in_hole(inner, start) { Way::Sql } else { Way::Name };
            found.evidence.push(Evidence { strength, way, name: plain(word), span, why });
        }
        if found.evidence.len() > MOST * 4 {
            break;
        }
    }
}

/// A place of a text is in an expression that is put in: `${user.name}`, `#{user.name}`.
fn in_hole(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let open = before.rfind("${").max(before.rfind("#{"));
    open.is_some_and(|open| !before.get(open..).is_some_and(|rest| rest.contains('}')))
}

fn words_between(text: &str) -> usize {
    text.split_whitespace().take(13).count()
}

fn take_sql(text: &str, offset: usize, quote: u8, terms: &Terms<'_>, found: &mut FileUse) {
    let sql = sql_text::look(text, offset, quote, terms.subject);
    found.names_table |= sql.names_table;
    found.queries_table |= sql.names_table;
    found.stars.extend(sql.stars);
    let name = plain(terms.subject.own_name());
    let uses = sql.uses.into_iter().map(|(strength, span, why)| Evidence {
        strength,
        way: Way::Sql,
        name: name.clone(),
        span,
        why,
    });
    found.evidence.extend(uses.take(MOST));
}

/// `user[key]`, `{ [key]: value }` in a call on the table: which column it is, nobody can tell.
fn computed(code: &Code<'_>, open: usize, terms: &Terms<'_>, found: &mut FileUse) {
    const INDEXES: [&str; 8] = ["i", "j", "k", "n", "idx", "index", "number", "id"];
    if terms.subject.kind != Kind::Column || found.doubts.len() >= MOST {
        return;
    }
    let Some(close) = code.token(open).and_then(|token| token.partner).filter(|close| *close == open + 2)
    else {
        return;
    };
    let Some(token) = code.token(open + 1).filter(|token| token.kind == TokenKind::Word) else { return };
    let key = token.span.of(code.text);
    if INDEXES.contains(&key) || key.starts_with(|letter: char| letter.is_uppercase()) {
        return;
    }
    let before = open.checked_sub(1).and_then(|at| code.name(at)).map(plain);
    let member = before.as_ref().is_some_and(|name| terms.tables.contains(name) && singular(name).is_none());
    let as_key = code.mark(close + 1) == ":" && before.is_none() && terms.any_table(&code.calls(open));
    if member || as_key {
        let why = format!("`[{key}]` is computed: it can be any column of `{}`", terms.subject.relation);
        found.doubts.push(Doubt { span: token.span, why });
    }
}
