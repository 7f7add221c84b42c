// Examples of rules on a real PostgreSQL in the page: what it does is what was predicted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, fragment, reviewed, serve } from "./browser.mjs";

/** One of each kind: locks, two tables, a rewrite, an index, outside of transactions, a transaction, an error. */
const SHOP = "create table users (id bigint primary key, email text, n int, created_at timestamp);\ncreate table orders (id bigint primary key, user_id bigint, total int);\ncreate index orders_user_idx on orders (user_id);\n";
const EXAMPLES = [
  ["ALTER TABLE users ALTER COLUMN email SET NOT NULL;"],
  ["CREATE INDEX users_email_idx ON users (email);"],
  ["CREATE INDEX CONCURRENTLY users_email_idx ON users (email);"],
  ["ALTER TABLE users ALTER COLUMN n TYPE bigint;"],
  ["ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id);"],
  ["ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en';"],
  ["BEGIN;\nALTER TABLE orders DROP COLUMN total;\nALTER TABLE users RENAME COLUMN email TO mail;\nCOMMIT;"],
  ["ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);"],
  ["DROP INDEX orders_user_idx;"],
  ["ALTER TABLE users ADD CONSTRAINT c CHECK (n > 0) NOT VALID;", "ALTER TABLE users VALIDATE CONSTRAINT c;"],
  ["BEGIN;\nCREATE INDEX CONCURRENTLY i ON users (n);\nCOMMIT;"],
];

let server;
let chromium;
before(async () => {
  server = await serve();
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  server?.close();
});

const state = (migrations, schema = SHOP) => ({ migrations: migrations.map((one) => `${one}\n`), schema, pg: 18, framework: "sql", sizes: {} });

async function opened(t) {
  const context = await chromium.newContext({ serviceWorkers: "block" });
  t.after(() => context.close());
  return context.newPage();
}

async function ran(page, one) {
  const hash = await fragment(one);
  if (page.url().startsWith(server.url)) {
    // The server stays for the next run.
    await page.evaluate((hash) => (location.hash = hash), hash);
  } else {
    await page.goto(server.url + hash);
    await reviewed(page);
    await page.click("#tab-postgres");
  }
  await page.click("#panel.postgres .primary");
  await page.waitForSelector("#panel .observed-verdict, #panel .trouble, #trouble:not([hidden])", { timeout: 170_000 });
  assert.equal(await page.$eval("#trouble", (element) => (element.hidden ? "" : element.textContent)), "");
}

test("ten examples and more: observed is what was predicted", { timeout: 1_200_000 }, async (t) => {
  const page = await opened(t);
  for (const migrations of EXAMPLES) {
    await ran(page, state(migrations));
    const rows = await page.$$eval("#panel tbody tr", (all) => all.map((row) => row.innerText));
    const expected = migrations.join("\n").split(";").filter((one) => /\w/.test(one) && !/^\s*(BEGIN|COMMIT)\s*$/.test(one)).length;
    assert.equal(rows.length, expected, migrations.join("\n"));
    for (const row of rows) assert.match(row, /✓ As predicted/, row);
  }
});

test("a schema that does not run is told, and so is what the schema lacks", { timeout: 400_000 }, async (t) => {
  const page = await opened(t);
  await ran(page, state(["DROP TABLE users;"], "create tabel users ();"));
  assert.match(await page.textContent("#panel"), /refuses the schema.*syntax error/);
  await ran(page, state(["ALTER TABLE nobody ADD COLUMN a int;"], ""));
  assert.match(await page.textContent("#panel"), /needs something that the schema before the migrations does not have/);
});
