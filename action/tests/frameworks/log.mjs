// The log of a server → its transactions, a line for each message.
//
//     together          a transaction of several statements; `alone`: one that commits by itself
//       create table …  a message, without comments and on one line
//       ! 25001         the message before it failed
//     undone            it was rolled back

/** What tools send for themselves: their history, their locks, questions to the catalog, settings. */
const OWN = [
  /\b(pg_get_keywords|information_schema)\b/i,
  /^(select|show|deallocate|with)\b(?!.*\b(into|insert|update|delete)\b)/i,
  /\b(pgmigrations|knex_migrations(_lock)?|typeorm_metadata|sequelizemeta|mikro_orm_migrations|kysely_migration(_lock)?)\b/i,
  /\b(alembic_version|django_migrations|django_content_type|auth_\w+|schema_migrations|_prisma_migrations)\b/i,
  /\b(__drizzle_migrations|databasechangelog(lock)?|_yoyo_\w+|yoyo_\w+|seaql_migrations|goose_db_version)\b/i,
  /\b(insert into|delete from|create table|create table if not exists) "?(public"?\.)?"?migrations"?\b/i,
  /^create schema if not exists "?drizzle"?/i,
  /^(set (?!(local |session )?(lock|statement)_timeout|constraints)[^;]*;?\s*)+$/i,
  /^(alter table|drop table|create table)( if exists)? "?(_yoyo|yoyo)/i,
];
const CONTROL = /^(begin|start transaction|commit|end|rollback|abort|savepoint|release)\b/i;
const BEGINS = /^(begin|start transaction)\b/i;
const UNDOES = /^(rollback|abort)\b(?! *to\b)(?!.*\bto\b)/i;

export function seen(log, database) {
  const groups = new Map();
  const latest = new Map();
  for (const line of lines(log, database)) {
    // A transaction that failed has no number any more.
    const key = line.transaction.endsWith("/0") ? latest.get(line.process) : `${line.process} ${line.transaction}`;
    latest.set(line.process, key);
    if (!groups.has(key)) groups.set(key, { messages: [], begun: false, undone: false });
    const group = groups.get(key);
    if (line.error) {
      group.error = line.error;
      group.undone = true;
      continue;
    }
    if (line.failed !== undefined) {
      // What can't be parsed is not logged as a statement.
      const sql = plain(line.failed);
      if (group.messages.at(-1)?.sql !== sql) group.messages.push({ sql, own: OWN.some((pattern) => pattern.test(sql)) });
      group.messages.at(-1).error = group.error;
      continue;
    }
    const sql = plain(line.sql);
    if (BEGINS.test(sql)) group.begun = true;
    if (UNDOES.test(sql)) group.undone = true;
    if (/^(begin|start transaction)[^;]*$/i.test(sql) || (CONTROL.test(sql) && !sql.includes(";"))) continue;
    group.messages.push({ sql, own: OWN.some((pattern) => pattern.test(sql)) });
  }
  let text = "";
  for (const { messages, begun, undone } of groups.values()) {
    const kept = messages.filter((message) => !message.own);
    if (kept.length === 0) continue;
    const together = begun || kept.length > 1 || kept.some((message) => hasSeveral(message.sql));
    text += together ? "together\n" : "alone\n";
    for (const { sql, error } of kept) text += `  ${sql}\n${error ? `  ! ${error}\n` : ""}`;
    if (undone && together) text += "undone\n";
  }
  return text;
}

function* lines(log, database) {
  for (const entry of log.split(/^@@/m).slice(1)) {
    const found = /^(\d+)\|([^|]*)\|([^|]*)\|(\w{5})@@(\w+): {2}([^]*)$/.exec(entry);
    if (!found || found[3] !== database) continue;
    const [, process, transaction, , state, level, rest] = found;
    const content = rest.replace(/\n$/, "").replace(/\n\t/g, "\n");
    const statement = /^(?:statement|execute [^:]*): ([^]*)$/.exec(content);
    if (level === "LOG" && statement) yield { process, transaction, sql: statement[1] };
    else if (level === "ERROR") yield { process, transaction, error: state };
    else if (level === "STATEMENT") yield { process, transaction, failed: content };
  }
}

/** Strings, names in quotes, comments, blanks, the rest. */
const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[^]*?\1|--[^\n]*|\/\*[^]*?\*\/|\s+|[^'"$\-/\s]+|[^]/g;

/** Several statements. */
function hasSeveral(sql) {
  return /;\s*\S/.test(sql.replace(PARTS, (part) => (/^['"$]./.test(part) ? "x" : part)));
}

/** Without comments and line breaks; those in strings are written as `\n`. */
function plain(sql) {
  const text = sql.replace(PARTS, (part) => {
    if (/^(--|\/\*|\s)/.test(part)) return " ";
    return part.replace(/\n/g, "\\n");
  });
  return text.replace(/(\s|;)+$/, "").replace(/^\s+/, "").replace(/ {2,}/g, " ");
}
