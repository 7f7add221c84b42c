//! Objects that are no tables.

use super::assert_read;

#[test]
fn drops() {
    assert_read(&[
        ("drop table if exists s.t, u cascade", "drop Table s.t,u if exists cascade"),
        ("drop index concurrently if exists i, j", "drop Index i,j if exists concurrently"),
        ("drop materialized view v restrict", "drop MaterializedView v"),
        (
            "drop function f, s.g(a int, out b text, variadic c text[], double precision)",
            "drop Function f,s.g(int4,text[],float8)",
        ),
        ("drop procedure p(inout int), q()", "drop Procedure p,q(int4),()"),
        ("drop aggregate a(*), b(int order by text)", "drop Aggregate a,b(),(int4,text)"),
        ("drop trigger if exists x on s.t cascade", "drop Trigger x on s.t if exists cascade"),
        ("drop policy p on t", "drop Policy p on t"),
        ("drop rule r on t", "drop Rule r on t"),
        ("drop schema a, b", "drop Schema a,b"),
        ("drop owned by a, current_user cascade", "drop Owned a,current_user cascade"),
        ("drop database d with (force)", "drop Database d"),
        ("drop cast if exists (a as b)", "drop Other  if exists"),
        ("drop operator s.+ (int, none), - (int, int)", "drop Other s.+,-"),
        ("drop operator class c using btree", "drop Other c"),
        ("drop user mapping if exists for joe server s", "drop Other  if exists"),
        ("drop text search dictionary d", "drop Other d"),
        ("drop event trigger e", "drop EventTrigger e"),
        ("drop transform for int language l", "drop Other "),
        ("drop statistics s.x", "drop Statistics s.x"),
        ("drop role if exists a, b", "drop Other a,b if exists"),
    ]);
}

#[test]
fn types_domains_and_sequences() {
    assert_read(&[
        ("create type e as enum ('a', 'b''c')", "type e enum a,b'c"),
        ("create type e as enum ()", "type e enum "),
        ("create type s.c as (a int, b text collate \"C\")", "type s.c composite a int4, b text collate C"),
        ("create type r as range (subtype = float8)", "type r range"),
        ("create type x", "type x base"),
        ("create type x (input = f, output = g, passedbyvalue)", "type x base"),
        ("alter type e add value if not exists 'c' before 'a'", "alter type e: add value c if not exists"),
        ("alter type e rename value 'a' to 'b'", "alter type e: rename value a to b"),
        (
            "alter type c add attribute x int cascade, drop attribute if exists y",
            "alter type c: add x int4 cascade, drop y if exists",
        ),
        ("alter type c alter attribute x set data type text", "alter type c: alter x text"),
        ("alter type c rename attribute x to y cascade", "alter type c: rename x to y cascade"),
        ("alter type c set (storage = plain)", "alter type c: set options"),
        ("alter type c rename to d", "rename Type c to d"),
        ("alter type c owner to joe", "alter Type c: owner joe"),
        (
            "create domain d as text collate \"C\" not null default 'x' constraint k check (value ~ 'x')",
            "domain d text default not null k:check",
        ),
        (
            "alter domain d add constraint k check (value > 0) not valid",
            "alter domain d: add k:check not valid",
        ),
        ("alter domain d drop constraint if exists k", "alter domain d: drop k if exists"),
        ("alter domain d validate constraint k", "alter domain d: validate k"),
        ("alter domain d set default 1", "alter domain d: set default"),
        ("alter domain d drop not null", "alter domain d: drop not null"),
        ("alter domain d rename constraint a to b", "rename DomainConstraint a on d to b"),
        (
            "create unlogged sequence if not exists s as bigint start 1 no cycle owned by x.t.c",
            "sequence s Unlogged if not exists as int8 owned by x.t.c others",
        ),
        (
            "alter sequence if exists s restart with 5 owned by none",
            "alter sequence s if exists restart owned by none",
        ),
    ]);
}

#[test]
fn code() {
    assert_read(&[
        (
            "create or replace trigger x before insert or update of a, b on s.t for each row when (old.* is distinct from new.*) execute function f('a', 1, 2.5, b)",
            "trigger x on s.t -> f of(a,b) or replace when row",
        ),
        (
            "create constraint trigger x after delete on t from u not deferrable initially immediate for each row execute procedure s.f()",
            "trigger x on t -> s.f of() constraint from u row",
        ),
        (
            "create trigger x after update on t referencing old table as o new table n for statement execute function f()",
            "trigger x on t -> f of()",
        ),
        ("alter trigger x on t rename to y", "rename Trigger x on t to y"),
        ("alter trigger x on t no depends on extension e", "alter Trigger x on t: depends"),
        (
            "create event trigger e on ddl_command_end when tag in ('a', 'b') execute function f()",
            "create event trigger: e",
        ),
        ("alter event trigger e enable always", "alter EventTrigger e: options"),
        ("create rule r as on insert to t do instead nothing", "rule r on t 0"),
        (
            "create or replace rule r as on update to t where a do also (insert into u values (1); delete from u;)",
            "rule r on t or replace where 2",
        ),
        (
            "create policy p on t as restrictive for select to public, joe using (a) with check (b)",
            "policy p on t using check",
        ),
        ("alter policy p on t using (true)", "alter policy p on t using"),
        ("alter policy if exists p on t rename to q", "rename Policy p on t to q"),
        ("alter function s.f(int, b text) owner to joe", "alter Function s.f: owner joe"),
        ("alter routine f rename to g", "rename Routine f to g"),
        ("alter procedure p() set schema s", "alter Procedure p: schema s"),
    ]);
}

#[test]
fn schemas_extensions_statistics_and_publications() {
    assert_read(&[
        ("create schema if not exists s authorization joe", "schema s if not exists []"),
        ("create schema authorization joe", "schema joe []"),
        (
            "create schema s create table t (a int) create index on t (a) grant create on t to joe with grant option",
            "schema s [table t Permanent (a int4); index - on t (a); grant Table t[] create to joe]",
        ),
        ("alter schema s rename to r", "rename Schema s to r"),
        (
            "create extension if not exists \"uuid-ossp\" with schema public version '1.1' cascade",
            "extension uuid-ossp if not exists schema public",
        ),
        ("alter extension e update to '2'", "alter Extension e: options"),
        ("alter extension e drop function f(int)", "alter Extension e: options"),
        (
            "create statistics if not exists s.x (ndistinct) on a, (b + 1), lower(c) from t",
            "statistics s.x on t (a) 2 if not exists",
        ),
        ("create statistics on a, b from t", "statistics - on t (a,b) 0"),
        ("alter statistics if exists x set statistics 100", "alter Statistics x: options"),
        ("create publication p for all tables with (publish = 'insert')", "publication p Create [] [] all"),
        (
            "create publication p for table t (a, b) where (a > 1), only u, tables in schema s, current_schema",
            "publication p Create [t(a,b) where,u only()] [s,current_schema]",
        ),
        ("alter publication p drop table t", "publication p Drop [t()] []"),
        ("alter publication p set (publish = 'insert')", "publication p Options [] []"),
        (
            "create subscription s connection 'x' publication p, q with (enabled = false)",
            "subscription s slot",
        ),
        ("create subscription s connection 'x' publication p with (connect = false)", "subscription s"),
        (
            "create subscription s connection 'x' publication p with (copy_data = true, create_slot = false)",
            "subscription s",
        ),
        ("alter subscription s refresh publication", "alter Subscription s: options"),
    ]);
}

#[test]
fn comments_and_privileges() {
    assert_read(&[
        ("comment on table s.t is 'x'", "comment Table s.t"),
        ("comment on column s.t.c is null", "comment Column s.t.c"),
        ("comment on constraint k on domain d is 'x'", "comment DomainConstraint k on d"),
        ("comment on constraint k on s.t is 'x'", "comment Constraint k on s.t"),
        ("comment on function f(int) is E'x'", "comment Function f"),
        ("comment on operator + (int, int) is 'x'", "comment Other +"),
        ("comment on large object 12 is 'x'", "comment Other "),
        ("security label for \"p\" on role joe is 'x'", "comment Other joe"),
        (
            "grant select, insert (a, b) on table t, s.u to joe, group x with grant option",
            "grant Table t,s.u[] select,insert columns to joe,x",
        ),
        (
            "grant all privileges on all sequences in schema s, r to public granted by joe",
            "grant Sequence [s,r] all to public",
        ),
        ("grant usage on foreign server s to joe", "grant Other s[] usage to joe"),
        ("grant execute on function f(a int), g to joe", "grant Function f,g[] execute to joe"),
        ("grant set, alter system on parameter a.b to joe", "grant Other a.b[] set,alter system to joe"),
        ("revoke grant option for all on schema s from joe cascade", "revoke Schema s[] all to joe"),
        ("grant a, b to c with admin option", "grant"),
        ("revoke admin option for a from b", "revoke"),
        (
            "alter default privileges for role r in schema s grant select on tables to joe",
            "alter default privileges",
        ),
        ("reassign owned by a to b", "reassign owned"),
    ]);
}

#[test]
fn objects_that_are_only_named() {
    assert_read(&[
        ("create role joe with login password 'x' in role a, b valid until '2030-01-01'", "create role: joe"),
        ("alter role all set search_path = a, b", "alter role"),
        ("alter user joe in database d reset all", "alter user: joe"),
        ("create database d owner = joe encoding 'UTF8' connection limit 5", "create database: d"),
        ("alter database d set work_mem to '1GB'", "alter database: d"),
        ("create tablespace x owner joe location '/y'", "create tablespace: x"),
        ("alter system reset all", "alter system"),
        (
            "create foreign data wrapper w handler f no validator options (a 'b')",
            "create foreign data wrapper: w",
        ),
        ("create server if not exists s type 'a' version '1' foreign data wrapper w", "create server: s"),
        ("alter user mapping for public server s options (add a 'b')", "alter user mapping"),
        ("import foreign schema s limit to (a, b) from server x into y", "import foreign schema: s"),
        ("create aggregate a (int order by int) (sfunc = f, stype = int)", "create aggregate: a"),
        (
            "create operator === (leftarg = int, rightarg = int, function = f, commutator = ===)",
            "create operator: ===",
        ),
        (
            "create operator class c default for type int using btree as operator 1 <, function 1 f(int, int)",
            "create operator class: c",
        ),
        ("alter operator family f using btree add operator 1 < (int, int)", "alter operator family: f"),
        ("create cast (a as b) with function f(a) as implicit", "create cast"),
        ("create collation c from \"de-DE\"", "create collation: c"),
        ("create default conversion c for 'UTF8' to 'LATIN1' from f", "create conversion: c"),
        ("create or replace trusted procedural language l handler h validator v", "create language: l"),
        ("create transform for int language l (from sql with function f(internal))", "create transform"),
        ("create text search configuration c (copy = simple)", "create text search configuration: c"),
        (
            "alter text search configuration c alter mapping for word with a, b",
            "alter text search configuration: c",
        ),
        ("create access method m type table handler h", "create access method: m"),
        ("alter server s version '2' options (set a 'b')", "alter server: s"),
        ("alter large object 1 owner to joe", "alter Other : owner joe"),
    ]);
}
