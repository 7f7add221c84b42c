// Runs migrations on a PostgreSQL and notes what it really did: locks from pg_locks, files written anew, indexes built,
// errors. One session sees what itself holds; who would wait follows from the modes and can't be seen here.

import type { Locks, Review } from "../../npm/types";

/** What is needed of a database: queries, and several statements at once. */
export interface Database {
  query<T>(sql: string): Promise<{ rows: T[] }>;
  exec(sql: string): Promise<unknown>;
}

export interface Statement {
  file: string;
  line: number;
  sql: string;
}

/** Statements that run together: in a transaction, or one that commits by itself. */
export interface Transaction {
  block: boolean;
  statements: Statement[];
}

export interface Script {
  schema: string;
  transactions: Transaction[];
}

export interface Observed {
  /** The strongest mode by relation that was there before the transaction. */
  locks: Record<string, string>;
  rewrites: string[];
  index_builds: string[];
  /** It has to run outside of transactions, where its locks are gone before anyone can look. */
  alone: boolean;
  error: { sqlstate: string; message: string } | null;
}

export interface Observation {
  version: string;
  /** What kept the schema from being made. */
  schema: string | null;
  /** By transaction and statement, as far as they ran. */
  seen: Observed[][];
}

export const MODES = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"];
const stronger = (one: string, other: string) => MODES.indexOf(one) > MODES.indexOf(other);

const TABLES = "rpfmvS";
/** Outside of transaction blocks only; and a subtransaction in one that has it already. */
const ALONE = ["25001"];

/** The transactions of a review, as core laid them out. */
export function transactions(review: Review): Transaction[] {
  return review.timelines
    .filter((one) => one.steps.length > 0)
    .map((one) => ({ block: one.kind !== "autocommit", statements: one.steps.map(({ file, line, sql }) => ({ file, line, sql })) }));
}

/** The same as one text, of which core is asked what each statement does. */
export function written(all: Transaction[]): string {
  const lines = (one: Transaction) => one.statements.map(({ sql }) => `${sql}\n;\n`).join("");
  return all.map((one) => (one.block ? `BEGIN;\n${lines(one)}COMMIT;\n` : lines(one))).join("");
}

interface Relation {
  oid: number;
  name: string;
  kind: string;
  file: number;
  table: number | null;
}

const RELATIONS = `select c.oid::int, case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end as name,
  c.relkind::text as kind, c.relfilenode::int as file, i.indrelid::int as table
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
  where c.oid >= 16384 and n.nspname not in ('pg_toast', 'information_schema', 'pg_catalog')`;
const HELD = "select relation::int as oid, mode from pg_locks where locktype = 'relation' and relation >= 16384";

/** As if nobody had been here. */
const RESET = `do $$ declare one record; begin
  for one in select evtname from pg_event_trigger loop execute format('drop event trigger %I', one.evtname); end loop;
  for one in select pubname from pg_publication loop execute format('drop publication %I', one.pubname); end loop;
  for one in select extname from pg_extension where extname <> 'plpgsql' loop execute format('drop extension %I cascade', one.extname); end loop;
  for one in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop execute format('drop schema %I cascade', one.nspname); end loop;
  for one in select rolname from pg_roles where oid >= 16384 loop execute format('drop role %I', one.rolname); end loop;
  create schema public;
end $$`;

export async function observe(db: Database, script: Script): Promise<Observation> {
  await db.exec("ROLLBACK");
  await db.exec("DISCARD ALL");
  await db.exec(RESET);
  const [row] = (await db.query<{ version: string }>("select current_setting('server_version') as version")).rows;
  const observation: Observation = { version: row?.version ?? "", schema: null, seen: [] };
  try {
    await db.exec(script.schema);
  } catch (error) {
    observation.schema = fault(error).message;
    return observation;
  }
  for (const transaction of script.transactions) {
    const seen: Observed[] = [];
    observation.seen.push(seen);
    const old = await relations(db);
    if (transaction.block) await db.exec("BEGIN");
    for (const statement of transaction.statements) {
      const observed = await one(db, statement.sql, transaction.block, old);
      seen.push(observed);
      if (observed.error) break;
    }
    const failed = seen.some(({ error }) => error);
    if (transaction.block) await db.exec(failed ? "ROLLBACK" : "COMMIT");
    // A tool stops at the first error.
    if (failed) break;
  }
  return observation;
}

async function one(db: Database, sql: string, block: boolean, old: Map<number, Relation>): Promise<Observed> {
  const before = await relations(db);
  let alone = false;
  try {
    if (!block) await db.exec("BEGIN");
    await db.exec(sql);
    const observed = await done(db, sql, before, old);
    if (!block) await db.exec("COMMIT");
    return observed;
  } catch (error) {
    if (!block) await db.exec("ROLLBACK").catch(() => undefined);
    alone = !block && ALONE.includes(fault(error).sqlstate);
    if (!alone) return { locks: {}, rewrites: [], index_builds: [], alone, error: fault(error) };
  }
  try {
    await db.exec(sql);
    return { ...(await done(db, sql, before, old)), locks: {}, alone };
  } catch (error) {
    return { locks: {}, rewrites: [], index_builds: [], alone, error: fault(error) };
  }
}

async function done(db: Database, sql: string, before: Map<number, Relation>, old: Map<number, Relation>): Promise<Observed> {
  const held = (await db.query<{ oid: number; mode: string }>(HELD)).rows;
  const now = await relations(db);
  const locks: Record<string, string> = {};
  for (const { oid, mode } of held) {
    const relation = old.get(oid);
    if (!relation || !TABLES.includes(relation.kind)) continue;
    const known = locks[relation.name];
    if (known === undefined || stronger(mode, known)) locks[relation.name] = mode;
  }
  const emptied = /^\s*truncate/i.test(sql);
  const rewrites = [...old.values()].filter(({ oid, kind, file }) => "rm".includes(kind) && !emptied && now.has(oid) && (before.get(oid) ?? { file }).file !== now.get(oid)?.file);
  const names = new Set([...before.values()].map(({ name, file }) => `${name} ${file}`));
  const built = [...now.values()].filter(({ kind, name, file, table }) => "iI".includes(kind) && !names.has(`${name} ${file}`) && !emptied && table !== null && old.has(table));
  return { locks, rewrites: rewrites.map(({ name }) => name).sort(), index_builds: built.map(({ name }) => name).sort(), alone: false, error: null };
}

async function relations(db: Database): Promise<Map<number, Relation>> {
  return new Map((await db.query<Relation>(RELATIONS)).rows.map((one) => [one.oid, one]));
}

function fault(error: unknown): { sqlstate: string; message: string } {
  const code = (error as { code?: unknown }).code;
  return { sqlstate: typeof code === "string" ? code : "", message: error instanceof Error ? error.message : String(error) };
}

// ── Beside what was predicted ───────────────────────────────────────────────────────────────────────────────────────

export type Predicted = Locks["statements"][number];

export interface Compared {
  statement: Statement;
  predicted: Predicted;
  /** Absent where an earlier error kept it from running. */
  observed: Observed | undefined;
  /** Where PostgreSQL did something else, a line each. */
  differences: string[];
  /** Why it is not compared. */
  excuse: string | null;
}

/** Something that the statement needs is in none of the files: nobody could foresee that it is not there. */
const NOT_THERE = ["42P01", "42703", "42704", "42883", "3F000", "0A000", "58P01"];

export function compare(all: Transaction[], predictions: Predicted[], seen: Observed[][]): Compared[] {
  let next = 0;
  return all.flatMap((transaction, at) => {
    const held = new Map<string, string>();
    return transaction.statements.flatMap((statement, number) => {
      const predicted = predictions[next++];
      if (!predicted) return [];
      for (const lock of predicted.locks) {
        const known = held.get(lock.relation);
        if (!lock.new && lock.kind !== "index" && (known === undefined || stronger(lock.mode, known))) held.set(lock.relation, lock.mode);
      }
      const observed = seen[at]?.[number];
      return [{ statement, predicted, observed, ...judged(predicted, held, observed) }];
    });
  });
}

function judged(predicted: Predicted, held: Map<string, string>, observed: Observed | undefined): { differences: string[]; excuse: string | null } {
  const differences: string[] = [];
  if (!observed) return { differences, excuse: "An error before it ended the run." };
  const { error } = observed;
  if (error || predicted.fails) {
    if (error?.sqlstate === predicted.fails) return { differences, excuse: null };
    if (error && !predicted.fails && NOT_THERE.includes(error.sqlstate)) return { differences, excuse: "It needs something that the schema before the migrations does not have." };
    return { differences: [`predicted ${predicted.fails ?? "no error"}, observed ${error ? error.sqlstate : "no error"}`], excuse: null };
  }
  if (!predicted.understood) return { differences, excuse: "It is not understood, and nothing was predicted." };
  if (!observed.alone) {
    for (const relation of new Set([...held.keys(), ...Object.keys(observed.locks)])) {
      const [said, was] = [held.get(relation), observed.locks[relation]];
      if (said !== was) differences.push(`${relation}: predicted ${said ?? "no lock"}, observed ${was ?? "no lock"}`);
    }
  }
  different("rewrite", predicted.rewrites, observed.rewrites, differences);
  different("index build", predicted.index_builds, observed.index_builds, differences);
  return { differences, excuse: null };
}

function different(what: string, predicted: string[], observed: string[], differences: string[]): void {
  for (const name of new Set([...predicted, ...observed])) {
    const [said, was] = [predicted.includes(name), observed.includes(name)];
    if (said !== was) differences.push(`${what} of ${name}: ${said ? "predicted, not observed" : "observed, not predicted"}`);
  }
}
