//! Loops over what a system catalog lists: `FOR r IN SELECT relname FROM pg_class WHERE … LOOP`.

use crate::operation::{CatalogRows, CatalogView, RelationFact, RowCondition, RowTest};
use crate::sql::cursor::Cursor;

/// A query of `pg_class`, `pg_tables` or the like that only asks for names and kinds.
pub(super) fn read(mut query: Cursor<'_>) -> Option<CatalogRows> {
    query.need("select").ok()?;
    query.eat("distinct");
    let list = query.until(&["from"]);
    query.need("from").ok()?;
    let mut from = query.until(&["where", "order by"]);
    let view = view(&mut from)?;
    if !from.at_end() && !is_namespace_joined(from, view) {
        return None;
    }
    let mut conditions = Vec::new();
    if query.eat("where") {
        let mut all = query.until(&["order by"]);
        while !all.at_end() {
            let one = all.until(&["and"]);
            all.eat("and");
            conditions.extend(condition(one, view)?);
        }
    }
    if query.eat("order by") {
        query.until(&["limit", "offset", "fetch", "for"]);
    }
    if !query.at_end() {
        return None;
    }
    let columns =
        list.commas().into_iter().map(|column| selected(column, view)).collect::<Option<Vec<_>>>()?;
    // The system's own relations are not in the catalog of a review.
    let bounded = |condition: &RowCondition| match (&condition.test, condition.of) {
        _ if condition.negated => false,
        (RowTest::In(names), RelationFact::Schema | RelationFact::Name) => {
            !names.iter().any(|name| name.starts_with("pg_") || name == "information_schema")
        }
        (RowTest::Like(pattern), RelationFact::Name) => {
            let start = pattern.split(['%', '_', '\\']).next().unwrap_or_default();
            !start.starts_with("pg") && !"pg".starts_with(start)
        }
        _ => false,
    };
    conditions.iter().any(bounded).then_some(CatalogRows { view, conditions, columns })
}

/// `[pg_catalog.]pg_class [[AS] c]`
fn view(from: &mut Cursor<'_>) -> Option<CatalogView> {
    let name = from.name().ok()?;
    let schema = name.schema.map_or("pg_catalog".to_owned(), |schema| schema.text);
    let view = match (schema.as_str(), name.name.text.as_str()) {
        ("pg_catalog", "pg_class") => CatalogView::Classes,
        ("pg_catalog", "pg_tables") => CatalogView::Tables,
        ("information_schema", "tables") => CatalogView::StandardTables,
        ("information_schema", "columns") => CatalogView::StandardColumns,
        _ => return None,
    };
    alias(from);
    Some(view)
}

fn alias(from: &mut Cursor<'_>) {
    from.eat("as");
    let join = ["join", "inner", "left", "right", "full", "cross", "on"].iter().any(|word| from.at(word));
    if !join && !from.at_end() {
        let _ = from.label();
    }
}

/// `JOIN pg_namespace n ON n.oid = c.relnamespace`: the only join that is followed.
fn is_namespace_joined(mut from: Cursor<'_>, view: CatalogView) -> bool {
    from.eat("inner");
    let joined = from.eat("join") && from.name().is_ok_and(|name| name.name.text == "pg_namespace");
    alias(&mut from);
    if !joined || view != CatalogView::Classes || !from.eat("on") {
        return false;
    }
    let mut condition = match from.inside() {
        Ok(inside) if from.at_end() => inside,
        Ok(_) => return false,
        Err(_) => from,
    };
    let mut side = || {
        let name = condition.name().ok();
        condition.eat_symbol("=");
        name.map(|name| name.name.text)
    };
    let mut sides = [side(), side()];
    sides.sort();
    sides == [Some("oid".to_owned()), Some("relnamespace".to_owned())] && condition.at_end()
}

/// A column of the list, and what it is called.
fn selected(mut column: Cursor<'_>, view: CatalogView) -> Option<(String, RelationFact)> {
    let name = column.name().ok()?.name.text;
    let fact = fact(&name, view)?;
    if column.eat_symbol("::") {
        column.eat("text").then_some(())?;
    }
    column.eat("as");
    let called = if column.at_end() { name } else { column.label().ok()?.text };
    column.at_end().then_some((called, fact))
}

fn fact(column: &str, view: CatalogView) -> Option<RelationFact> {
    let facts: &[(&str, RelationFact)] = match view {
        CatalogView::Classes => &[
            ("relname", RelationFact::Name),
            ("nspname", RelationFact::Schema),
            ("relkind", RelationFact::Kind),
        ],
        CatalogView::Tables => &[("tablename", RelationFact::Name), ("schemaname", RelationFact::Schema)],
        CatalogView::StandardTables => &[
            ("table_name", RelationFact::Name),
            ("table_schema", RelationFact::Schema),
            ("table_type", RelationFact::Kind),
        ],
        CatalogView::StandardColumns => &[
            ("table_name", RelationFact::Name),
            ("table_schema", RelationFact::Schema),
            ("column_name", RelationFact::Column),
        ],
    };
    facts.iter().find(|(name, _)| *name == column).map(|(_, fact)| *fact)
}

/// `relname LIKE 'x%'`, `relkind IN ('r', 'p')`, `relnamespace = 'public'::regnamespace`; nothing but a join says nothing.
fn condition(one: Cursor<'_>, view: CatalogView) -> Option<Vec<RowCondition>> {
    let mut rest = one;
    let column = rest.name().ok()?.name.text;
    let namespace = view == CatalogView::Classes && column == "relnamespace";
    if namespace && rest.at_symbol("=") && rest.count() > 1 {
        rest.skip();
        // The join may stand in WHERE.
        if let Ok(other) = rest.name() {
            return (other.name.text == "oid" && rest.at_end()).then(Vec::new);
        }
        let schema = rest.string().ok()?;
        let cast = rest.eat_symbol("::") && rest.eat("regnamespace") && rest.at_end();
        let test = RowTest::In(vec![schema]);
        return cast.then(|| vec![RowCondition { of: RelationFact::Schema, negated: false, test }]);
    }
    let of = fact(&column, view)?;
    let mut negated = rest.eat("not");
    let test = if rest.eat("like") || rest.eat_symbol("~~") {
        RowTest::Like(value(&mut rest)?)
    } else if rest.eat("in") {
        let values = rest.inside().ok()?.commas();
        let one = |mut element: Cursor<'_>| value(&mut element).filter(|_| element.at_end());
        RowTest::In(values.into_iter().map(one).collect::<Option<Vec<_>>>()?)
    } else {
        let unequal = rest.eat_symbol("<>") || rest.eat_symbol("!=");
        if negated || !unequal && !rest.eat_symbol("=") {
            return None;
        }
        negated = unequal;
        RowTest::In(vec![value(&mut rest)?])
    };
    rest.at_end().then(|| vec![RowCondition { of, negated, test }])
}

/// A string, perhaps with a cast to text.
fn value(rest: &mut Cursor<'_>) -> Option<String> {
    let value = rest.string().ok()?;
    if rest.eat_symbol("::") {
        ["text", "name", "\"char\""].iter().any(|name| rest.eat(name)).then_some(())?;
    }
    Some(value)
}
