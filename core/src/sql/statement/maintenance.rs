//! Maintenance of tables and indexes, explicit locks.

use crate::operation::{
    Analyze, Cluster, Identifier, Lock, MaintainedTable, Name, Operation, Refresh, Reindex, ReindexTarget,
    Setting, Truncate, Vacuum,
};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;
use crate::sql::token::TokenKind;
use crate::text::Span;

type Read = Result<Operation, Miss>;

/// `LOCK [TABLE] tables [IN mode MODE] [NOWAIT]`
pub(super) fn lock(cursor: &mut Cursor<'_>) -> Read {
    const MODES: [&str; 8] = [
        "access share",
        "row share",
        "row exclusive",
        "share update exclusive",
        "share row exclusive",
        "share",
        "exclusive",
        "access exclusive",
    ];
    cursor.eat("table");
    let tables = relations(cursor)?;
    let mut mode = "access exclusive";
    if cursor.eat("in") {
        let Some(written) = MODES.into_iter().find(|mode| cursor.at(&format!("{mode} mode"))) else {
            return Err(cursor.miss("a lock mode"));
        };
        cursor.eat(written);
        cursor.eat("mode");
        mode = written;
    }
    let no_wait = cursor.eat("nowait");
    Ok(Operation::Lock(Lock { tables, mode: mode.to_owned(), no_wait }))
}

/// `TRUNCATE [TABLE] tables [RESTART | CONTINUE IDENTITY] [CASCADE | RESTRICT]`
pub(super) fn truncate(cursor: &mut Cursor<'_>) -> Read {
    cursor.eat("table");
    let tables = relations(cursor)?;
    let restart_identity = cursor.eat("restart identity");
    cursor.eat("continue identity");
    let cascade = cursor.eat("cascade");
    cursor.eat("restrict");
    Ok(Operation::Truncate(Truncate { tables, cascade, restart_identity }))
}

/// `VACUUM [(options)] [FULL] [FREEZE] [VERBOSE] [ANALYZE] [tables]`
pub(super) fn vacuum(cursor: &mut Cursor<'_>) -> Read {
    let (settings, full, analyze);
    if cursor.at_symbol("(") {
        settings = options(cursor.inside()?)?;
        full = is_on(&settings, "full");
        analyze = is_on(&settings, "analyze") || is_on(&settings, "analyse");
    } else {
        settings = Vec::new();
        full = cursor.eat("full");
        cursor.eat("freeze");
        cursor.eat("verbose");
        analyze = cursor.eat("analyze") || cursor.eat("analyse");
    }
    let tables = maintained(cursor)?;
    Ok(Operation::Vacuum(Vacuum { tables, full, analyze, settings }))
}

/// `ANALYZE [(options)] [VERBOSE] [tables]`
pub(super) fn analyze(cursor: &mut Cursor<'_>) -> Read {
    if cursor.at_symbol("(") {
        options(cursor.inside()?)?;
    } else {
        cursor.eat("verbose");
    }
    Ok(Operation::Analyze(Analyze { tables: maintained(cursor)? }))
}

/// `CLUSTER [(options)] [VERBOSE] [table [USING index]]`, `CLUSTER index ON table`
pub(super) fn cluster(cursor: &mut Cursor<'_>) -> Read {
    if cursor.at_symbol("(") {
        options(cursor.inside()?)?;
    } else {
        cursor.eat("verbose");
    }
    if cursor.at_end() {
        return Ok(Operation::Cluster(Cluster { table: None, index: None }));
    }
    let name = cursor.name()?;
    if name.schema.is_none() && cursor.eat("on") {
        return Ok(Operation::Cluster(Cluster { table: Some(cursor.name()?), index: Some(name.name) }));
    }
    let index = if cursor.eat("using") { Some(cursor.identifier()?) } else { None };
    Ok(Operation::Cluster(Cluster { table: Some(name), index }))
}

/// `REINDEX [(options)] INDEX | TABLE | SCHEMA | DATABASE | SYSTEM [CONCURRENTLY] [name]`
pub(super) fn reindex(cursor: &mut Cursor<'_>) -> Read {
    let start = before(cursor, "reindex");
    let mut settings = Vec::new();
    if cursor.at_symbol("(") {
        settings = options(cursor.inside()?)?;
    }
    let kinds = ["index", "table", "schema", "database", "system"];
    let Some(kind) = kinds.into_iter().find(|kind| cursor.at(kind)) else {
        return Err(cursor.miss("INDEX, TABLE, SCHEMA, DATABASE or SYSTEM"));
    };
    cursor.eat(kind);
    let head = cursor.span_from(start);
    let word = if cursor.at("concurrently") { Some(cursor.need("concurrently")?) } else { None };
    let option = settings.iter().find(|setting| setting.name == "concurrently");
    let concurrently = word.or(option.filter(|setting| is_true(setting)).map(|setting| setting.span));
    let target = match kind {
        "index" => ReindexTarget::Index(cursor.name()?),
        "table" => ReindexTarget::Table(cursor.name()?),
        "schema" => ReindexTarget::Schema(cursor.identifier()?),
        database => {
            if !cursor.at_end() {
                cursor.identifier()?;
            }
            if database == "system" { ReindexTarget::System } else { ReindexTarget::Database }
        }
    };
    let tablespace = settings.into_iter().find(|setting| setting.name == "tablespace");
    let tablespace = tablespace.and_then(|setting| {
        setting.value.map(|text| Identifier { text, span: setting.span, truncated: false })
    });
    Ok(Operation::Reindex(Reindex { target, concurrently, tablespace, head }))
}

/// `REFRESH MATERIALIZED VIEW [CONCURRENTLY] name [WITH [NO] DATA]`
pub(super) fn refresh(cursor: &mut Cursor<'_>) -> Read {
    let head = Span::new(before(cursor, "refresh materialized view"), cursor.span_from(0).end);
    let concurrently = if cursor.at("concurrently") { Some(cursor.need("concurrently")?) } else { None };
    let name = cursor.name()?;
    let with_data = !cursor.eat("with no data");
    cursor.eat("with data");
    Ok(Operation::Refresh(Refresh { name, concurrently, with_data, head }))
}

/// Where the words that were just read begin.
fn before(cursor: &Cursor<'_>, words: &str) -> u32 {
    cursor.read_before(words.split(' ').count()).start
}

/// `[ONLY] name [*], …`
fn relations(cursor: &mut Cursor<'_>) -> Result<Vec<(Name, bool)>, Miss> {
    let mut relations = Vec::new();
    loop {
        let only = cursor.eat("only");
        let parenthesised = only && cursor.eat_symbol("(");
        relations.push((cursor.name()?, only));
        if parenthesised {
            cursor.need_symbol(")")?;
        }
        cursor.eat_symbol("*");
        if !cursor.eat_symbol(",") {
            return Ok(relations);
        }
    }
}

/// `[ONLY] table [(columns)], …`, or nothing.
fn maintained(cursor: &mut Cursor<'_>) -> Result<Vec<MaintainedTable>, Miss> {
    let mut tables = Vec::new();
    if cursor.at_end() {
        return Ok(tables);
    }
    loop {
        let only = cursor.eat("only");
        tables.push(MaintainedTable { name: cursor.name()?, only });
        cursor.eat_symbol("*");
        if cursor.at_symbol("(") {
            for mut column in cursor.inside()?.commas() {
                column.identifier()?;
                column.finish()?;
            }
        }
        if !cursor.eat_symbol(",") {
            return Ok(tables);
        }
    }
}

/// `name [value], …` in parentheses.
fn options(group: Cursor<'_>) -> Result<Vec<Setting>, Miss> {
    let mut settings = Vec::new();
    for mut option in group.commas() {
        let start = option.start();
        let Ok(name) = option.label() else { return Err(option.miss("an option")) };
        let value = option_value(&mut option)?;
        option.finish()?;
        settings.push(Setting { name: name.text, value, span: option.span_from(start) });
    }
    Ok(settings)
}

fn option_value(option: &mut Cursor<'_>) -> Result<Option<String>, Miss> {
    match option.peek() {
        None => Ok(None),
        Some(token) if token.kind.is_string() => option.string().map(Some),
        Some(token) if token.kind.is_name() => {
            option.skip();
            Ok(Some(literal::identifier(option.source(), token).text))
        }
        Some(token) if token.kind == TokenKind::Number || option.at_symbol("-") || option.at_symbol("+") => {
            let value = literal::normal_text(option.source(), option.tokens()).replace("- ", "-");
            option.skip_all();
            Ok(Some(value))
        }
        Some(_) => Err(option.miss("an option's value")),
    }
}

fn is_on(settings: &[Setting], name: &str) -> bool {
    settings.iter().rfind(|setting| setting.name == name).is_some_and(is_true)
}

/// A boolean option: without a value it is on.
fn is_true(setting: &Setting) -> bool {
    !matches!(setting.value.as_deref(), Some("false" | "off" | "0"))
}
