// The examples' migrations are real: they run on PostgreSQL, each sent as its framework sends it.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import pg from "pg";

import { below, root } from "./sources.mjs";

const servers = Object.entries(process.env)
  .filter(([name]) => /^LOCKKEEPER_POSTGRES_\d+$/.test(name))
  .map(([name, connection]) => ({ major: name.split("_").at(-1), connection: options(connection) }));

function options(connection) {
  const { dbname, ...rest } = Object.fromEntries(connection.split(" ").map((pair) => pair.split("=")));
  return { ...rest, database: dbname };
}

async function connected(connection, use) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const migrations = below(path.join(root, "examples/shop/prisma/migrations"), "migration.sql");

test("the examples have migrations", () => assert.ok(migrations.length > 10));

for (const { major, connection } of servers) {
  test(`examples/shop runs on PostgreSQL ${major}`, async () => {
    await connected(connection, (client) => client.query("CREATE DATABASE examples_shop"));
    await connected({ ...connection, database: "examples_shop" }, async (client) => {
      for (const file of migrations) {
        // Prisma 6 sends the whole file as one string.
        await client.query(fs.readFileSync(file, "utf8")).catch((error) => {
          assert.fail(`${path.relative(root, file)}: ${error.message}`);
        });
      }
      const { rows } = await client.query("SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'");
      assert.equal(rows[0].tables, 12);
    });
    await connected(connection, (client) => client.query("DROP DATABASE examples_shop"));
  });
}
