//! Tables, queries that become tables, and indexes.

use super::assert_read;

#[test]
fn tables() {
    assert_read(&[
        ("create table t ()", "table t Permanent ()"),
        (
            "create table if not exists s.t (id bigserial primary key, a int not null, check (a > 0))",
            "table s.t Permanent (id bigserial primary(id), a int4 notnull, check) if not exists",
        ),
        (
            "create unlogged table t (a int) with (fillfactor = 70) tablespace x",
            "table t Unlogged (a int4) with(fillfactor=70) tablespace x",
        ),
        ("create local temp table t (a int) on commit drop", "table t Temporary (a int4) on commit drop"),
        (
            "create table t (a int, like u including all excluding indexes)",
            "table t Permanent (a int4, like u defaults constraints identity generated statistics storage comments compression)",
        ),
        (
            "create table t (a int) inherits (p, s.q) using heap",
            "table t Permanent (a int4) inherits(p,s.q) using heap",
        ),
        (
            "create table t of x (a with options not null, primary key (a))",
            "table t Permanent (a notnull, primary(a)) of x",
        ),
        (
            "create table t (a int, b text) partition by range (a, lower(b) collate \"C\" text_ops)",
            "table t Permanent (a int4, b text) by Range(a,expression collate C text_ops)",
        ),
        (
            "create table c partition of p (a not null, b default 1, constraint k check (a > 1)) for values in (1) partition by hash (b)",
            "table c Permanent (a notnull, b default, k:check) partition of p in 1 by Hash(b)",
        ),
        ("create table c partition of p default", "table c Permanent () partition of p default"),
        ("create foreign table f (a int) server s options (x 'y')", "foreign table f Permanent (a int4)"),
        (
            "create table t (a int constraint n not null constraint k unique, constraint m not null a)",
            "table t Permanent (a int4 n:notnull k:unique(a), m:notnull(a))",
        ),
    ]);
}

#[test]
fn tables_of_queries() {
    assert_read(&[
        (
            "create table t (a, b) with (fillfactor = 70) as select 1, 2 with no data",
            "table as t Permanent (a,b) no data",
        ),
        (
            "create temp table if not exists t on commit drop as table u",
            "table as t Temporary () if not exists on commit drop",
        ),
        ("create table t as execute q (1)", "table as t Permanent () execute"),
        (
            "create materialized view if not exists v (a) using heap tablespace x as select 1 with data",
            "materialized view v Permanent (a) if not exists",
        ),
        (
            "create or replace temp view v (a) with (security_barrier) as select 1 with local check option",
            "view v Temporary (a) [security_barrier] or replace",
        ),
        ("create recursive view v (n) as values (1)", "view v Permanent (n) [] recursive"),
    ]);
}

#[test]
fn indexes() {
    assert_read(&[
        ("create index on t (a)", "index - on t (a)"),
        (
            "create unique index concurrently if not exists i on only s.t (a desc nulls last, b)",
            "index i on s.t (a desc nulls last,b) only unique concurrently if not exists",
        ),
        (
            "create index i on t using gist (a gist_trgm_ops(siglen = 32), (b || c), lower(d) collate \"C\" s.ops asc nulls first)",
            "index i on t (a gist_trgm_ops,expression,expression collate C s.ops nulls first) using gist",
        ),
        (
            "create unique index i on t (a) include (b, c) nulls not distinct",
            "index i on t (a) include(b,c) unique nulls not distinct",
        ),
        (
            "create index i on t (coalesce(a, b), current_date, cast(a as int))",
            "index i on t (expression,expression,expression)",
        ),
        (
            "create index i on t (a) with (fillfactor = 70) tablespace x where a > 1",
            "index i on t (a) with(fillfactor=70) tablespace x where",
        ),
    ]);
}
