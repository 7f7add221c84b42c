//! A server's schema in the words of core's `Catalog::describe`, so that both can be compared line by line.

use std::collections::{BTreeMap, BTreeSet};

use crate::session::Session;

/// Blocks by their first line; the lines of each.
pub(crate) type Blocks = BTreeMap<String, BTreeSet<String>>;

/// Objects of extensions and the system's own are not the schema's.
const OWN: &str = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

/// A name without the schema where it is `public`.
fn shown(schema: &str, name: &str) -> String {
    format!("case {schema} when 'public' then '' else {schema} || '.' end || {name}")
}

/// A type as core says it: PostgreSQL's own name, modifiers, `[]`.
fn type_text(oid: &str, modifier: &str) -> String {
    let name = shown("s.nspname", "e.typname");
    format!(
        "(select case s.nspname when 'pg_catalog' then e.typname else {name} end \
           || coalesce('(' || (regexp_match(format_type(e.oid, {modifier}), '\\(([^)]*)\\)'))[1] || ')', '') \
           || case when y.typcategory = 'A' and y.typelem <> 0 then '[]' else '' end \
         from pg_type y \
         join pg_type e on e.oid = case when y.typcategory = 'A' and y.typelem <> 0 then y.typelem else y.oid end \
         join pg_namespace s on s.oid = e.typnamespace where y.oid = {oid})"
    )
}

fn not_of_extension(class: &str, oid: &str) -> String {
    format!(
        "not exists (select from pg_depend x where x.classid = '{class}'::regclass and x.objid = {oid} and x.deptype = 'e')"
    )
}

/// The schema of a session's database.
pub(crate) fn describe(session: &Session) -> Blocks {
    let mut blocks = Blocks::new();
    for row in session.must_rows(&heads()) {
        if let [Some(head), ..] = row.as_slice() {
            blocks.entry(head.clone()).or_default();
        }
    }
    for row in session.must_rows(&lines(session)) {
        if let [Some(head), Some(line), ..] = row.as_slice()
            && let Some(block) = blocks.get_mut(head)
        {
            block.insert(line.clone());
        }
    }
    blocks
}

/// First lines: relations, enums, domains.
fn heads() -> String {
    let enumeration = format!(
        "'enum ' || {} || ' (' || (select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum \
         where enumtypid = t.oid) || ')'",
        shown("n.nspname", "t.typname")
    );
    format!(
        "select {relation} from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where {OWN} and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c', 'S') and {own_relation} \
         union all select {enumeration} from pg_type t join pg_namespace n on n.oid = t.typnamespace \
         where {OWN} and t.typtype = 'e' and {own_type} \
         union all select {domain} from pg_type t join pg_namespace n on n.oid = t.typnamespace \
         where {OWN} and t.typtype = 'd' and {own_type}",
        relation = relation_head(),
        own_relation = not_of_extension("pg_class", "c.oid"),
        own_type = not_of_extension("pg_type", "t.oid"),
        domain = domain_head(),
    )
}

fn domain_head() -> String {
    format!(
        "'domain ' || {} || ' ' || {} || case when t.typnotnull then ' not null' else '' end \
         || case when t.typdefault is not null then ' default' else '' end",
        shown("n.nspname", "t.typname"),
        type_text("t.typbasetype", "t.typtypmod"),
    )
}

fn relation_head() -> String {
    let other = shown("pn.nspname", "pc.relname");
    let parents = format!(
        "(select string_agg({other}, ', ' order by i.inhseqno) from pg_inherits i join pg_class pc on pc.oid = i.inhparent \
         join pg_namespace pn on pn.oid = pc.relnamespace where i.inhrelid = c.oid)"
    );
    let owner = format!(
        "(select min({other} || '.' || a.attname) from pg_depend d join pg_class pc on pc.oid = d.refobjid \
         join pg_namespace pn on pn.oid = pc.relnamespace \
         join pg_attribute a on a.attrelid = pc.oid and a.attnum = d.refobjsubid \
         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass \
         and d.deptype in ('a', 'i'))"
    );
    format!(
        "case c.relkind when 'r' then 'table ' when 'p' then 'partitioned table ' when 'f' then 'foreign table ' \
           when 'v' then 'view ' when 'm' then 'materialized view ' when 'c' then 'composite type ' \
           else 'sequence ' end || {name} \
         || case when c.relkind = 'S' then coalesce(' owned by ' || {owner}, '') \
            else case when c.relpersistence = 'u' then ' unlogged' else '' end \
              || case when c.relispartition then ' partition of ' || {parents} \
                   || case when pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' then ' default' else '' end \
                 else coalesce(' inherits ' || {parents}, '') end \
              || coalesce((select ' partition by ' || case partstrat when 'r' then 'range' when 'l' then 'list' \
                   else 'hash' end from pg_partitioned_table where partrelid = c.oid), '') \
              || case when c.relrowsecurity then ' row security' else '' end \
              || case when c.relforcerowsecurity then ' forced' else '' end end",
        name = shown("n.nspname", "c.relname"),
    )
}

/// The lines of all blocks, each after its head.
fn lines(session: &Session) -> String {
    let generated = "case when a.attgenerated = 's' then ' stored' when a.attgenerated = 'v' then ' virtual' \
                     when a.atthasdef then ' default' else '' end";
    let from = format!(
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace {{}} \
         where {OWN} and c.relkind in ('r', 'p', 'f', 'm', 'c') and "
    );
    let head = relation_head();
    let columns = format!(
        "select {head}, a.attname || ' ' || {kind} || case when a.attnotnull then ' not null' else '' end || {generated} \
           || case when a.attidentity <> '' then ' identity' else '' end {from} \
         c.relkind <> 'm' and a.attnum > 0 and not a.attisdropped",
        kind = type_text("a.atttypid", "a.atttypmod"),
        from = from.replace("{}", "join pg_attribute a on a.attrelid = c.oid"),
    );
    let indexes = format!(
        "select {head}, {} {from} true",
        index_line(),
        from = from.replace(
            "{}",
            "join pg_index i on i.indrelid = c.oid join pg_class ic on ic.oid = i.indexrelid \
             join pg_am m on m.oid = ic.relam"
        ),
    );
    let constraints = format!(
        "select {head}, {} {from} k.contype in ({kinds})",
        constraint_line(session),
        from = from.replace("{}", "join pg_constraint k on k.conrelid = c.oid"),
        // Triggers for constraints are PostgreSQL's own affair; partitions' copies of foreign keys too.
        kinds = "'c', 'u', 'p', 'x', 'f', 'n'",
    );
    let triggers = format!(
        "select {head}, 'trigger ' || t.tgname || ' ' || {} {from} not t.tgisinternal",
        shown("fn.nspname", "f.proname"),
        from = from.replace(
            "{}",
            "join pg_trigger t on t.tgrelid = c.oid join pg_proc f on f.oid = t.tgfoid \
             join pg_namespace fn on fn.oid = f.pronamespace"
        ),
    );
    let policies = format!(
        "select {head}, 'policy ' || p.polname {from} true",
        from = from.replace("{}", "join pg_policy p on p.polrelid = c.oid"),
    );
    let domains = format!(
        "select {}, 'check ' || k.conname || case when k.convalidated then '' else ' not valid' end \
         from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_constraint k on k.contypid = t.oid \
         where {OWN} and t.typtype = 'd' and k.contype = 'c'",
        domain_head()
    );
    [columns, indexes, constraints, triggers, policies, domains].join(" union all ")
}

fn index_line() -> String {
    let part = |first: &str, last: &str| {
        format!(
            "(select string_agg(coalesce((select attname::text from pg_attribute \
               where attrelid = i.indrelid and attnum = i.indkey[g] and attnum <> 0), '(expression)'), ', ' order by g) \
             from generate_series({first}, {last}) g)"
        )
    };
    format!(
        "'index ' || ic.relname || ' ' || m.amname || ' (' || {keys} || ')' \
         || coalesce(' include (' || {include} || ')', '') || case when i.indisunique then ' unique' else '' end \
         || case when i.indpred is not null then ' where' else '' end \
         || case when i.indisvalid then '' else ' invalid' end \
         || coalesce((select ' of ' || {parent} from pg_inherits h join pg_class pc on pc.oid = h.inhparent \
              join pg_namespace pn on pn.oid = pc.relnamespace where h.inhrelid = i.indexrelid), '') \
         || case when i.indisclustered then ' clustered' else '' end \
         || case when i.indisreplident then ' replica identity' else '' end",
        keys = part("0", "i.indnkeyatts - 1"),
        include = part("i.indnkeyatts", "i.indnatts - 1"),
        parent = shown("pn.nspname", "pc.relname"),
    )
}

fn constraint_line(session: &Session) -> String {
    let columns = |keys: &str, relation: &str, order: &str| {
        format!(
            "(select coalesce(string_agg(a.attname, ', ' order by {order}), '') from unnest({keys}) with ordinality u(n, o) \
             join pg_attribute a on a.attrelid = {relation} and a.attnum = u.n)"
        )
    };
    let action = |word: &str, column: &str| {
        format!(
            "case k.{column} when 'r' then ' on {word} restrict' when 'c' then ' on {word} cascade' \
             when 'n' then ' on {word} set null' when 'd' then ' on {word} set default' else '' end"
        )
    };
    let own = columns("k.conkey", "k.conrelid", "u.o");
    let enforced = session.value("show server_version_num").as_str() >= "180000";
    let enforced = if enforced { "k.conenforced" } else { "true" };
    format!(
        "case k.contype \
           when 'c' then 'check ' || k.conname || ' (' || {sorted} || ')' \
           when 'n' then 'not null ' || k.conname || ' (' || {own} || ')' \
           when 'u' then 'unique ' || k.conname || ' (' || {own} || ')' \
           when 'p' then 'primary key ' || k.conname || ' (' || {own} || ')' \
           when 'x' then 'exclude ' || k.conname \
           else 'foreign key ' || k.conname || ' (' || {own} || ') references ' || \
             (select {parent} from pg_class pc join pg_namespace pn on pn.oid = pc.relnamespace where pc.oid = k.confrelid) \
             || ' (' || {referenced} || ')' || {update} || {delete} end \
         || case when k.condeferrable then ' deferrable' else '' end \
         || case when k.connoinherit and k.contype in ('c', 'n') then ' no inherit' else '' end \
         || case when not {enforced} then ' not enforced' when not k.convalidated then ' not valid' else '' end \
         || case when k.coninhcount > 0 then ' inherited' else '' end",
        sorted = columns("k.conkey", "k.conrelid", "a.attname"),
        parent = shown("pn.nspname", "pc.relname"),
        referenced = columns("k.confkey", "k.confrelid", "u.o"),
        update = action("update", "confupdtype"),
        delete = action("delete", "confdeltype"),
    )
}

/// Core's text, cut into the same blocks. What the server is not asked for is left out.
pub(crate) fn blocks(text: &str) -> Blocks {
    const HEADS: [&str; 9] = [
        "table ",
        "partitioned table ",
        "foreign table ",
        "view ",
        "materialized view ",
        "composite type ",
        "sequence ",
        "enum ",
        "domain ",
    ];
    const LINES: [&str; 2] = ["rule ", "statistics "];
    let mut blocks = Blocks::new();
    let mut current: Option<String> = None;
    for line in text.lines() {
        let Some(line) = line.strip_prefix("  ") else {
            current = HEADS.iter().any(|head| line.starts_with(head)).then(|| line.to_owned());
            if let Some(head) = &current {
                blocks.entry(head.clone()).or_default();
            }
            continue;
        };
        let Some(head) = &current else { continue };
        // Of a view there is only its name, of a materialized one its indexes too.
        let told = match head.split(' ').next() {
            Some("view") => false,
            Some("materialized") => line.starts_with("index "),
            _ => !LINES.iter().any(|word| line.starts_with(word)),
        };
        if let Some(block) = blocks.get_mut(head)
            && told
        {
            block.insert(sorted_check(line));
        }
    }
    blocks
}

/// The order of a check's columns means nothing.
fn sorted_check(line: &str) -> String {
    let parts = line.strip_prefix("check ").and_then(|rest| {
        let (name, rest) = rest.split_once(" (")?;
        let (columns, rest) = rest.split_once(')')?;
        Some((name, columns, rest))
    });
    let Some((name, columns, rest)) = parts else { return line.to_owned() };
    let columns: BTreeSet<&str> = columns.split(", ").collect();
    format!("check {name} ({}){rest}", columns.into_iter().collect::<Vec<_>>().join(", "))
}
