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
    is_bounded(view, &conditions).then_some(CatalogRows { view, conditions, columns })
}

/// The system's own relations, and the constraints that PostgreSQL names by numbers, are not in the catalog of a review: a
/// query must not find them.
fn is_bounded(view: CatalogView, conditions: &[RowCondition]) -> bool {
    let by = |fact: RelationFact| {
        conditions.iter().filter(|condition| !condition.negated && condition.of == fact).any(|it| {
            match &it.test {
                RowTest::In(names) => {
                    !names.iter().any(|name| name.starts_with("pg_") || name == "information_schema")
                }
                RowTest::Like(pattern) => {
                    let start = pattern.split(['%', '_', '\\']).next().unwrap_or_default();
                    !start.is_empty() && !start.starts_with("pg") && !"pg".starts_with(start)
                }
            }
        })
    };
    let kinds = |without: &[&str]| {
        conditions.iter().any(|condition| match &condition.test {
            RowTest::In(kinds) if condition.of == RelationFact::Kind && !condition.negated => {
                !kinds.iter().any(|kind| without.contains(&kind.as_str()))
            }
            _ => false,
        })
    };
    let relation = by(RelationFact::Schema) || by(RelationFact::Name);
    match view {
        CatalogView::Policies | CatalogView::MaterializedViews | CatalogView::Children => true,
        CatalogView::Constraints => by(RelationFact::Part) || relation && kinds(&["n", "t"]),
        CatalogView::StandardConstraints => by(RelationFact::Part) || relation && kinds(&["CHECK"]),
        CatalogView::Indexes => by(RelationFact::Part) || relation,
        _ => relation,
    }
}

/// `[pg_catalog.]pg_class [[AS] c]`
fn view(from: &mut Cursor<'_>) -> Option<CatalogView> {
    let name = from.name().ok()?;
    let schema = name.schema.map_or("pg_catalog".to_owned(), |schema| schema.text);
    let view = match (schema.as_str(), name.name.text.as_str()) {
        ("pg_catalog", "pg_class") => CatalogView::Classes,
        ("pg_catalog", "pg_tables") => CatalogView::Tables,
        ("pg_catalog", "pg_views") => CatalogView::Views,
        ("pg_catalog", "pg_matviews") => CatalogView::MaterializedViews,
        ("pg_catalog", "pg_indexes") => CatalogView::Indexes,
        ("pg_catalog", "pg_constraint") => CatalogView::Constraints,
        ("pg_catalog", "pg_policies") => CatalogView::Policies,
        ("pg_catalog", "pg_inherits") => CatalogView::Children,
        ("information_schema", "tables") => CatalogView::StandardTables,
        ("information_schema", "columns") => CatalogView::StandardColumns,
        ("information_schema", "table_constraints") => CatalogView::StandardConstraints,
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
    let named = fact != RelationFact::Qualified || column.eat_symbol("::") && column.eat("regclass");
    let written = !column.eat_symbol("::") || column.eat("text");
    column.eat("as");
    let called = if column.at_end() { name } else { column.label().ok()?.text };
    (named && written && fact != RelationFact::Parent && column.at_end()).then_some((called, fact))
}

/// What a column of a view tells.
fn fact(column: &str, view: CatalogView) -> Option<RelationFact> {
    use RelationFact as Fact;
    let facts: &[(&str, Fact)] = match view {
        CatalogView::Classes => &[
            ("oid", Fact::Qualified),
            ("relname", Fact::Name),
            ("nspname", Fact::Schema),
            ("relkind", Fact::Kind),
        ],
        CatalogView::Tables => &[("tablename", Fact::Name), ("schemaname", Fact::Schema)],
        CatalogView::Views => &[("viewname", Fact::Name), ("schemaname", Fact::Schema)],
        CatalogView::MaterializedViews => &[("matviewname", Fact::Name), ("schemaname", Fact::Schema)],
        CatalogView::Indexes => {
            &[("indexname", Fact::Part), ("tablename", Fact::Name), ("schemaname", Fact::Schema)]
        }
        CatalogView::Policies => {
            &[("policyname", Fact::Part), ("tablename", Fact::Name), ("schemaname", Fact::Schema)]
        }
        CatalogView::Constraints => {
            &[("conname", Fact::Part), ("conrelid", Fact::Qualified), ("contype", Fact::Kind)]
        }
        CatalogView::Children => &[("inhrelid", Fact::Qualified), ("inhparent", Fact::Parent)],
        CatalogView::StandardTables => {
            &[("table_name", Fact::Name), ("table_schema", Fact::Schema), ("table_type", Fact::Kind)]
        }
        CatalogView::StandardColumns => {
            &[("table_name", Fact::Name), ("table_schema", Fact::Schema), ("column_name", Fact::Part)]
        }
        CatalogView::StandardConstraints => &[
            ("table_name", Fact::Name),
            ("table_schema", Fact::Schema),
            ("constraint_name", Fact::Part),
            ("constraint_type", Fact::Kind),
        ],
    };
    facts.iter().find(|(name, _)| *name == column).map(|(_, fact)| *fact)
}

/// `relname LIKE 'x%'`, `relkind IN ('r', 'p')`, `conrelid = 'x'::regclass`; nothing but a join says nothing.
fn condition(one: Cursor<'_>, view: CatalogView) -> Option<Vec<RowCondition>> {
    let mut rest = one;
    let column = rest.name().ok()?.name.text;
    if view == CatalogView::Classes && column == "relnamespace" {
        rest.need_symbol("=").ok()?;
        // The join may stand in WHERE.
        if let Ok(other) = rest.name() {
            return (other.name.text == "oid" && rest.at_end()).then(Vec::new);
        }
        let schema = rest.string().ok()?;
        let cast = rest.eat_symbol("::") && rest.eat("regnamespace") && rest.at_end();
        return cast.then(|| vec![is(RelationFact::Schema, schema)]);
    }
    let of = fact(&column, view)?;
    if matches!(of, RelationFact::Qualified | RelationFact::Parent) {
        rest.need_symbol("=").ok()?;
        return relation(rest, of);
    }
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

/// `'x'::regclass`, `'app.x'::regclass`
fn relation(mut written: Cursor<'_>, of: RelationFact) -> Option<Vec<RowCondition>> {
    let text = written.string().ok()?;
    let cast = written.eat_symbol("::") && written.eat("regclass") && written.at_end();
    let plain = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let (schema, name) =
        text.rsplit_once('.').map_or((None, text.as_str()), |(schema, name)| (Some(schema), name));
    if !cast || !plain(name) || schema.is_some_and(|schema| !plain(schema)) {
        return None;
    }
    if of == RelationFact::Parent {
        return Some(vec![is(RelationFact::Parent, name.to_owned())]);
    }
    let schema = schema.map(|schema| is(RelationFact::Schema, schema.to_owned()));
    Some([is(RelationFact::Name, name.to_owned())].into_iter().chain(schema).collect())
}

fn is(of: RelationFact, value: String) -> RowCondition {
    RowCondition { of, negated: false, test: RowTest::In(vec![value]) }
}

/// A string, perhaps with a cast to text.
fn value(rest: &mut Cursor<'_>) -> Option<String> {
    let value = rest.string().ok()?;
    if rest.eat_symbol("::") {
        ["text", "name"].iter().any(|name| rest.eat(name)).then_some(())?;
    }
    Some(value)
}
