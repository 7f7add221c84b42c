//! Gives rows to the tables of a setup that has none, so that a scan shows.

use crate::relations::{self, quoted};
use crate::session::{Refusal, Session};

/// Rows that an empty table gets: enough that nobody takes a part for the whole.
const ROWS: u32 = 1000;

/// Fills empty tables unless at least half of them have rows already: then the others are meant to be empty.
pub(crate) fn empty_tables(session: &Session) -> Result<(), Refusal> {
    let relations = relations::relations(session);
    let counts = relations::counts(session, &relations);
    let tables: Vec<_> = relations.iter().filter(|(_, relation)| relation.kind == 'r').collect();
    let is_empty = |oid: &u32| counts.get(oid) == Some(&0);
    let empty: Vec<_> = tables.iter().filter(|(oid, _)| is_empty(oid)).collect();
    if empty.len() * 2 <= tables.len() && !empty.is_empty() && empty.len() < tables.len() {
        return Ok(());
    }
    // In order of creation, so that referenced tables come first; row number n refers to row number n.
    for (oid, relation) in empty {
        let columns = session.must_rows(&format!(
            "select quote_ident(attname), format_type(atttypid, atttypmod), \
               (select min(quote_literal(enumlabel)) from pg_enum where enumtypid = atttypid) from pg_attribute \
             where attrelid = {oid} and attnum > 0 and not attisdropped and attgenerated = '' \
               and attidentity <> 'a' order by attnum"
        ));
        let (names, values): (Vec<_>, Vec<_>) = columns
            .iter()
            .filter_map(|row| {
                let name = row.first()?.clone()?;
                let kind = row.get(1)?.clone()?;
                let label = row.get(2)?.clone();
                Some((name, label.unwrap_or_else(|| value(&kind))))
            })
            .unzip();
        if names.is_empty() {
            continue;
        }
        session.run(&format!(
            "insert into {} ({}) select {} from generate_series(1, {ROWS}) n",
            quoted(&relation.name),
            names.join(", "),
            values.join(", ")
        ))?;
    }
    Ok(())
}

/// A value for row `n`, as SQL; different for each row where the type has room for it.
fn value(kind: &str) -> String {
    let base = kind.split(['(', '[']).next().unwrap_or_default().trim();
    let value = match base {
        "boolean" => "n % 2 = 0",
        "text" | "character varying" | "citext" | "name" => "'v' || n",
        "character" => "'c'",
        "date" => "date '2024-01-01' + n % 300",
        "timestamp without time zone" => "timestamp '2024-01-01' + n * interval '1 minute'",
        "timestamp with time zone" => "timestamptz '2024-01-01' + n * interval '1 minute'",
        "time without time zone" => "time '10:00'",
        "interval" => "n * interval '1 minute'",
        "uuid" => "lpad(to_hex(n), 32, '0')::uuid",
        "json" | "jsonb" => "'{}'",
        "bytea" => "'\\x00'",
        "inet" => "'10.0.0.1'",
        "bit" | "bit varying" => "B'1'",
        "xml" => "'<a/>'",
        "int4range" => "int4range(n, n + 1)",
        "tstzrange" => {
            "tstzrange(timestamptz '2024-01-01' + n * interval '1 hour', \
             timestamptz '2024-01-01' + (n + 1) * interval '1 hour')"
        }
        _ => "n",
    };
    if kind.ends_with("[]") { format!("array[({value})]::{kind}") } else { format!("({value})::{kind}") }
}
