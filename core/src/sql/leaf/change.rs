//! Changes of rows: `INSERT`, `UPDATE`, `DELETE`, `MERGE`. Their parts are found by tokens, what stands in
//! them is read by the grammar.

mod insert;
mod merge;
mod set;

use super::query::{self, merge as merge_query};
use super::{Scope, expression};
use crate::operation::{ChangeKind, DataChange, Expression, Identifier, Name, Query};
use crate::sql::cursor::{Cursor, Miss};

/// Reads all of the cursor as a change of rows, `WITH` included.
pub(in crate::sql) fn change(cursor: Cursor<'_>) -> (DataChange, Option<Miss>) {
    read(cursor, &Scope::default())
}

/// The statement, behind its `WITH`, changes rows.
pub(in crate::sql) fn begins_change(cursor: Cursor<'_>) -> bool {
    const WORDS: [&str; 4] = ["insert", "update", "delete", "merge"];
    let mut rest = cursor;
    if rest.at("with") {
        // Behind the last CTE comes the first such word outside brackets that begins something.
        rest.until(&["insert into", "update", "delete from", "merge into", "select", "values", "table"]);
    }
    WORDS.iter().any(|word| rest.at(word))
}

pub(super) fn read(cursor: Cursor<'_>, scope: &Scope) -> (DataChange, Option<Miss>) {
    let mut rest = cursor;
    let mut reader = Reader {
        change: DataChange {
            span: cursor.rest(),
            kind: kind(cursor),
            table: Name::default(),
            alias: None,
            only: false,
            columns: Vec::new(),
            values: Vec::new(),
            condition: None,
            source: Query { parsed: true, ..Query::default() },
            value_rows: 0,
            rows: Vec::new(),
            on_conflict: None,
            conflict_columns: Vec::new(),
            from_values: false,
            limited: false,
            parsed: true,
        },
        scope: scope.clone(),
        miss: None,
    };
    if let Err(miss) = reader.statement(&mut rest) {
        reader.note(miss);
    }
    let mut change = reader.change;
    change.parsed = reader.miss.is_none();
    change.source.parsed = change.parsed;
    (change, reader.miss)
}

fn kind(cursor: Cursor<'_>) -> ChangeKind {
    let mut rest = cursor;
    if rest.at("with") {
        rest.until(&["insert into", "update", "delete from", "merge into"]);
    }
    if rest.at("insert") {
        ChangeKind::Insert
    } else if rest.at("delete") {
        ChangeKind::Delete
    } else if rest.at("merge") {
        ChangeKind::Merge
    } else {
        ChangeKind::Update
    }
}

/// Words that end the condition of a change.
const ENDS: [&str; 1] = ["returning"];

struct Reader {
    change: DataChange,
    scope: Scope,
    /// The first thing that was not understood.
    miss: Option<Miss>,
}

impl Reader {
    fn statement(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        if cursor.at("with") {
            let (source, scope, miss) = query::with(cursor, &self.scope)?;
            self.scope = scope;
            self.change.limited |= source.limited;
            self.add(source, miss);
        }
        if cursor.eat("insert into") {
            self.insert(cursor)?;
        } else if cursor.eat("update") {
            self.update(cursor)?;
        } else if cursor.eat("delete from") {
            self.delete(cursor)?;
        } else if cursor.eat("merge into") {
            self.merge(cursor)?;
        } else {
            return Err(cursor.miss("INSERT INTO, UPDATE, DELETE FROM or MERGE INTO"));
        }
        self.returning(cursor)?;
        cursor.finish()
    }

    /// `UPDATE [ONLY] t [AS a] SET … [FROM …] [WHERE …]`
    fn update(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        self.table(cursor)?;
        cursor.need("set")?;
        self.assignments(cursor.until(&["from", "where", "returning"]));
        if cursor.eat("from") {
            self.tables(cursor.until(&["where", "returning"]));
        }
        self.where_clause(cursor);
        Ok(())
    }

    /// `DELETE FROM [ONLY] t [AS a] [USING …] [WHERE …]`
    fn delete(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        self.table(cursor)?;
        if cursor.eat("using") {
            self.tables(cursor.until(&["where", "returning"]));
        }
        self.where_clause(cursor);
        Ok(())
    }

    /// The table that is changed, with its alias.
    fn table(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        self.change.only = cursor.eat("only");
        let brackets = self.change.only && cursor.eat_symbol("(");
        self.change.table =
            cursor.name().map_err(|miss| Miss { expected: "a table's name".to_owned(), ..miss })?;
        if brackets {
            cursor.need_symbol(")")?;
        }
        cursor.eat_symbol("*");
        if cursor.eat("as") {
            self.change.alias = Some(cursor.label()?.text);
        } else if cursor.at_name() && !cursor.at("set") && !cursor.at("overriding") && !cursor.at("values") {
            self.change.alias = Some(cursor.identifier()?.text);
        }
        Ok(())
    }

    /// What stands after `FROM` or `USING`.
    fn tables(&mut self, list: Cursor<'_>) {
        let (mut source, miss) = query::tables(list, &self.scope);
        for read in &mut source.reads {
            read.joined = true;
        }
        self.change.limited |= limited_table(list);
        self.change.from_values = is_values(list);
        self.add(source, miss);
    }

    /// `WHERE e`, `WHERE CURRENT OF c`
    fn where_clause(&mut self, cursor: &mut Cursor<'_>) {
        if !cursor.eat("where") {
            return;
        }
        let condition = cursor.until(&ENDS);
        if condition.at("current of") {
            self.change.condition = Some(expression::unread(condition));
            return;
        }
        let read = self.expression(condition);
        self.change.limited |= read.queries.iter().any(|query| query.limited && chooses(condition, query));
        self.change.condition = Some(read);
    }

    /// `RETURNING …`
    fn returning(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        if !cursor.eat("returning") {
            return Ok(());
        }
        if cursor.eat("with") {
            cursor.inside()?;
        }
        let list = cursor.take(cursor.count());
        let (mut source, miss) = query::selected(list, &self.scope);
        // What is given back is no output of the source.
        source.output.clear();
        self.add(source, miss);
        Ok(())
    }

    /// An expression of the change; its sub-queries belong to what the change reads.
    fn expression(&mut self, cursor: Cursor<'_>) -> Expression {
        match expression::read(cursor, &self.scope) {
            Ok(expression) => {
                let columns = expression.columns.iter().map(|column| (None, column.clone())).collect();
                let mut source = Query { parsed: true, columns, ..Query::default() };
                source.calls.clone_from(&expression.calls);
                merge_query(&mut self.change.source, source);
                for query in &expression.queries {
                    merge_query(&mut self.change.source, query.clone());
                }
                expression
            }
            Err(miss) => {
                self.note(miss);
                expression::unread(cursor)
            }
        }
    }

    /// Adds what a part of the change reads.
    fn add(&mut self, source: Query, miss: Option<Miss>) {
        if let Some(miss) = miss {
            self.note(miss);
        }
        merge_query(&mut self.change.source, source);
    }

    fn note(&mut self, miss: Miss) {
        self.miss.get_or_insert(miss);
    }
}

/// `(VALUES …) [AS] alias [(columns)]` and nothing else.
fn is_values(mut list: Cursor<'_>) -> bool {
    if !list.at_symbol("(") || !list.inside().is_ok_and(|inside| inside.at("values")) {
        return false;
    }
    list.eat("as");
    list.label().is_ok() && (!list.at_symbol("(") || list.inside().is_ok()) && list.at_end()
}

/// A sub-query among the tables has a `LIMIT`.
fn limited_table(mut list: Cursor<'_>) -> bool {
    while !list.at_end() {
        if !list.at_symbol("(") {
            list.skip();
        } else if let Ok(table) = list.inside()
            && (query::position_of(table, "limit").is_some() || query::position_of(table, "fetch").is_some())
        {
            return true;
        }
    }
    false
}

/// The rows are those that a sub-query of the condition gives: `id IN (SELECT …)`, `id = ANY (ARRAY (SELECT …))`.
fn chooses(condition: Cursor<'_>, query: &Query) -> bool {
    let source = condition.source();
    let Some(first) =
        condition.tokens().iter().position(|token| source.place(token.span).start == query.span.start)
    else {
        return false;
    };
    let mut before = condition;
    before.skip_many(first.saturating_sub(3));
    let excluded = first >= 3 && before.at("not in");
    before.skip_many(usize::from(first >= 3));
    !excluded && (["in", "any", "array"].iter().any(|word| before.at(word)) || before.at_symbol("="))
}

/// `(a, b)` as names; sub-fields and subscripts after a name are passed over.
fn columns(group: Cursor<'_>) -> Result<Vec<Identifier>, Miss> {
    group
        .commas()
        .into_iter()
        .map(|mut column| {
            let name =
                column.label().map_err(|miss| Miss { expected: "a column's name".to_owned(), ..miss })?;
            if !column.at_end() && !column.at_symbol(".") && !column.at_symbol("[") {
                return Err(column.miss("`,` or `)`"));
            }
            Ok(name)
        })
        .collect()
}
