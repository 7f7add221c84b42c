-- The schema on which the statements of this folder run. Every table has rows, but for empty_table.
create extension citext;
create extension btree_gist;
create schema archive;
create type status as enum ('new', 'paid', 'sent');
create type address as (street text, city text);
create domain positive as int check (value > 0);
create domain label as text;
create domain short_label as varchar(10);
create domain whole as int;
create access method other_heap type table handler heap_tableam_handler;
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create function touch_too() returns trigger language plpgsql as $$ begin return new; end $$;
create function doubled(int) returns int language sql immutable as $$ select $1 * 2 $$;
create function rate() returns int language sql stable as $$ select 7 $$;
create function dice() returns int language plpgsql volatile as $$ begin return 4; end $$;
create function plain() returns int language sql as $$ select 1 $$;
create function on_ddl() returns event_trigger language plpgsql as $$ begin end $$;
create sequence ticket_numbers;

-- Ordinary tables.
create table users (
  id bigint primary key, email text not null constraint users_email_key unique, name varchar(50) default 'nobody',
  age int, balance numeric(10,2), role status, created_at timestamp default now(), note text, shift int4range
);
create index users_age_idx on users (age);
insert into users select n, 'e' || n, 'n' || n, n, n, 'new', timestamp '2024-01-01', 'note', int4range(n, n + 1) from generate_series(1, 1500) n;
create table orders (
  id bigint primary key, user_id bigint not null constraint orders_user_fk references users, amount int, state text
);
create index orders_user_idx on orders (user_id);
insert into orders select n, 1 + n % 1500, n, 'open' from generate_series(1, 1800) n;
create table items (id bigint primary key, order_id bigint constraint items_order_fk references orders on delete cascade, quantity int);
insert into items select n, 1 + n % 1800, n from generate_series(1, 1600) n;
create table bills (id bigint primary key, user_id bigint, order_id bigint, x int);
insert into bills select n, 1 + n % 1500, 1 + n % 1800, n from generate_series(1, 1400) n;
create table payments (id bigint primary key, user_id bigint, x int);
insert into payments select n, 1 + n % 1500, n from generate_series(1, 1300) n;
alter table payments add constraint payments_user_fk foreign key (user_id) references users not valid;
create table categories (id bigint primary key, parent_id bigint constraint categories_parent_fk references categories);
insert into categories select n, null from generate_series(1, 1100) n;
create table empty_table (id bigint primary key, a int, b text);
create table plain_table (id int not null, a int, b text, c varchar(20));
create unique index plain_table_id on plain_table (id);
create unique index plain_table_a on plain_table (a);
insert into plain_table select n, n, 'b', 'c' from generate_series(1, 1000) n;

-- Constraints.
create table accounts (
  id int primary key, a int, b int, c int, d int, e int not null, f int,
  constraint a_not_null check (a is not null), constraint b_both check (b is not null and b > 0),
  constraint c_positive check (c > 0), constraint accounts_d_key unique (d), constraint accounts_f_key unique (f) deferrable
);
insert into accounts select n, n, n, n, n, n, n from generate_series(1, 1000) n;
alter table accounts add constraint d_not_null check (d is not null) not valid;
alter table accounts add constraint e_positive check (e > 0) not valid;
create table rooms (id int primary key, during tsrange, floor int, constraint rooms_during exclude using gist (during with &&));
insert into rooms select n, tsrange(timestamp '2024-01-01' + n * interval '1 hour', timestamp '2024-01-01' + (n + 1) * interval '1 hour'), n from generate_series(1, 1000) n;

-- Types.
create table samples (
  id int primary key, v50 varchar(50), v varchar, t text, c10 char(10), si smallint, i int, bi bigint, n102 numeric(10,2), n numeric,
  ts timestamp, ts3 timestamp(3), tz timestamptz, tz3 timestamptz(3), d date, tm time, tm3 time(3), tmz timetz, iv interval, iv3 interval(3), e status, js json, jb jsonb, ci citext,
  b8 bit(8), vb8 varbit(8), vb varbit, bo boolean, ine inet, cid cidr, mac macaddr, pos positive, lab label, sla short_label, wh whole, u uuid, x xml, ai int[], av10 varchar(10)[], at text[],
  f4 real, f8 double precision, o oid, rc regclass, nm name, by bytea, m money, r4 int4range, ut text, it text, bt text, adr address, jt text, dt text
);
insert into samples select n, 'v', 'v', 't', 'c', n, n, n, n, n, '2024-01-01', '2024-01-01', '2024-01-01', '2024-01-01', '2024-01-01', '10:00', '10:00', '10:00', '1 day', '1 day', 'new', '{}', '{}', 'ci' || n,
  B'00000001', B'01', B'01', true, '10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', n, 'l', 's', n, gen_random_uuid(), '<a/>', array[n], array['a'], array['a'],
  n, n, n, 'pg_class'::regclass, 'n', '\x00', 1, int4range(n, n + 1), gen_random_uuid()::text, n::text, 'true', row('s', 'c')::address, '{}', '2024-01-01' from generate_series(1, 1000) n;
create table indexed (
  id int primary key, v50 varchar(50), vu varchar(50), t text, i int, n102 numeric(10,2), ts timestamp, e status, ci citext, c10 char(10),
  low varchar(50), part varchar(50), checked varchar(50) constraint checked_length check (length(checked) > 0), stat varchar(50),
  unchecked varchar(50), hashed varchar(50), brinned varchar(50), trailing_one varchar(50), included varchar(50), tz timestamptz, js jsonb, other int
);
create index indexed_v50 on indexed (v50);
create unique index indexed_vu on indexed (vu);
create index indexed_t on indexed (t);
create index indexed_t_pattern on indexed (t text_pattern_ops);
create index indexed_i on indexed (i);
create index indexed_n102 on indexed (n102);
create index indexed_ts on indexed (ts);
create index indexed_e on indexed (e);
create index indexed_ci on indexed (ci);
create index indexed_c10 on indexed (c10);
create index indexed_low on indexed (lower(low));
create index indexed_part on indexed (other) where part <> 'x';
create index indexed_hashed on indexed using hash (hashed);
create index indexed_brinned on indexed using brin (brinned);
create index indexed_two on indexed (other, trailing_one);
create index indexed_included on indexed (other) include (included);
create index indexed_tz on indexed (tz);
create index indexed_js on indexed using gin (js);
create statistics indexed_stat on stat, other from indexed;
insert into indexed select n, 'v', 'v' || n, 't', n, n, '2024-01-01', 'new', 'c', 'c', 'l', 'p', 'c', 's', 'u', 'h', 'b', 't', 'i', '2024-01-01', '{}', n from generate_series(1, 1000) n;
alter table indexed add constraint unchecked_length check (length(unchecked) > 0) not valid;
create table codes (code varchar(20) primary key, n int constraint codes_n_key unique);
insert into codes select 'c' || n, n from generate_series(1, 1200) n;
create table code_uses (id int primary key, code varchar(20) constraint code_uses_code_fk references codes, n int constraint code_uses_n_fk references codes (n), x int);
insert into code_uses select n, 'c' || n, n, n from generate_series(1, 1100) n;

-- Partitioned tables.
create table events (id bigint not null, day date not null, a int, v text, primary key (id, day)) partition by range (day);
create table events_2023 partition of events for values from ('2023-01-01') to ('2024-01-01');
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
create index events_a_idx on events (a);
insert into events select n, date '2023-01-01' + n % 700, n, 'v' from generate_series(1, 3000) n;
create table events_2025 (id bigint not null, day date not null, a int, v text);
create table events_2025_checked (id bigint not null, day date not null, a int, v text, constraint day_2025 check (day >= '2025-01-01' and day < '2026-01-01'));
create table events_2025_ready (like events_2025_checked including constraints, primary key (id, day));
create index events_2025_ready_a on events_2025_ready (a);
insert into events_2025 select n, date '2025-01-01' + n % 300, n, 'v' from generate_series(1, 1000) n;
insert into events_2025_checked select * from events_2025;
insert into events_2025_ready select * from events_2025;
create table metrics (id bigint not null, day date not null, a int) partition by range (day);
create table metrics_2023 partition of metrics for values from ('2023-01-01') to ('2024-01-01');
create table metrics_default partition of metrics default;
insert into metrics select n, case n % 2 when 0 then date '2023-01-01' + n % 300 else date '2027-01-01' + n % 300 end, n from generate_series(1, 2000) n;
create table metrics_2025 (id bigint not null, day date not null, a int);
insert into metrics_2025 select n, date '2025-01-01' + n % 300, n from generate_series(1, 1000) n;
create table regions (id int, country text not null, a int) partition by list (country);
create table regions_de partition of regions for values in ('de') partition by range (id);
create table regions_de_1 partition of regions_de for values from (1) to (1000000);
create table regions_fr partition of regions for values in ('fr');
insert into regions select n, case n % 2 when 0 then 'de' else 'fr' end, n from generate_series(1, 2000) n;
create table hashed (id bigint not null, a int) partition by hash (id);
create table hashed_0 partition of hashed for values with (modulus 2, remainder 0);
create table hashed_1 partition of hashed for values with (modulus 2, remainder 1);
insert into hashed select n, n from generate_series(1, 2000) n;
create table visits (id bigint not null, day date not null, user_id bigint constraint visits_user_fk references users) partition by range (day);
create table visits_2023 partition of visits for values from ('2023-01-01') to ('2024-01-01');
create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
insert into visits select n, date '2023-01-01' + n % 700, 1 + n % 1500 from generate_series(1, 2000) n;
create table visits_2025 (id bigint not null, day date not null, user_id bigint);
insert into visits_2025 select n, date '2025-01-01' + n % 300, 1 + n % 1500 from generate_series(1, 1000) n;
create table tickets (id bigint primary key, a int) partition by range (id);
create table tickets_1 partition of tickets for values from (1) to (1001);
create table tickets_2 partition of tickets for values from (1001) to (2001);
insert into tickets select n, n from generate_series(1, 2000) n;
create table tickets_3 (id bigint not null, a int);
insert into tickets_3 select n, n from generate_series(2001, 3000) n;
create table ticket_notes (id int primary key, ticket_id bigint constraint ticket_notes_ticket_fk references tickets);
insert into ticket_notes select n, 1 + n % 1000 from generate_series(1, 1200) n;

-- Inheritance.
create table people (id int, x int, constraint people_x check (x > 0));
create table staff (extra text) inherits (people);
create table guests (id int, x int, constraint people_x check (x > 0));
insert into people select n, n from generate_series(1, 1000) n;
insert into staff select n, n, 'e' from generate_series(1, 1000) n;
insert into guests select n, n from generate_series(1, 1000) n;

-- Views.
create table products (id int primary key, a int, b text, c varchar(50), hidden int);
insert into products select n, n, 'b', 'c', n from generate_series(1, 1000) n;
create view product_names as select id, a, b from products;
create view short_names as select id, a from product_names;
create materialized view product_stats as select id, a from products;
create unique index product_stats_id on product_stats (id);
create materialized view product_counts as select a, count(*) as n from products group by a;

-- Sequences, identity, generated columns.
create table letters (id serial primary key, x int);
insert into letters (x) select n from generate_series(1, 1000) n;
create table parcels (id int generated always as identity primary key, x int, y int not null, z smallint generated by default as identity);
insert into parcels (x, y) select n, n from generate_series(1, 1000) n;
create table boxes (id int primary key, width int, volume int generated always as (width * 2) stored);
insert into boxes (id, width) select n, n from generate_series(1, 1000) n;

-- Triggers, rules, policies, and the rest.
create table audited (id int primary key, x int, y text);
create trigger audited_insert after insert on audited for each row execute function touch();
create trigger audited_update before update of x on audited for each row when (new.x > 0) execute function touch();
insert into audited select n, n, 'y' from generate_series(1, 1000) n;
create table ruled (id int primary key, x int);
create rule ruled_delete as on delete to ruled where old.id < 0 do instead nothing;
insert into ruled select n, n from generate_series(1, 1000) n;
create table secrets (id int primary key, owner text, x int);
create policy secrets_own on secrets using (owner = current_user);
insert into secrets select n, 'o', n from generate_series(1, 1000) n;
create unlogged table scratch (id int primary key, x int);
insert into scratch select n, n from generate_series(1, 1000) n;
create table sorted (id int primary key, x int);
create index sorted_x on sorted (x);
insert into sorted select n, 1000 - n from generate_series(1, 1000) n;
alter table sorted cluster on sorted_x;
create table typed of address;
insert into typed select 's', 'c' from generate_series(1, 1000) n;
create table untyped (street text, city text);
create table measured (id int primary key, p positive, l label, w whole);
insert into measured select n, n, 'l', n from generate_series(1, 1000) n;
create table folded (id int primary key, e citext);
insert into folded select n, 'x' || n from generate_series(1, 1000) n;
create table published (id int primary key, x int, y text);
insert into published select n, n, 'y' from generate_series(1, 1000) n;
create publication news for table published;
create statistics user_stats on age, balance from users;
create procedure commit_twice() language plpgsql as $$ begin update users set note = note where id < 10; commit; update users set note = note where id >= 10; end $$;
create procedure once() language plpgsql as $$ begin update bills set x = x; end $$;
