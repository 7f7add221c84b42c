// A throw-away server as the tools need it: reachable over TCP, and with a log that tells every statement with its
// transaction.

import { readFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";

/** Between lines of the log: process, virtual transaction, database, SQLSTATE. */
const PREFIX = "@@%p|%v|%d|%e@@";

export async function open(pg, address) {
  const folder = /host=(\S+)/.exec(address)[1];
  // The server listens on a socket only; some tools know TCP only.
  const proxy = createServer((client) => {
    const upstream = createConnection(join(folder, ".s.PGSQL.5432"));
    client.pipe(upstream).pipe(client);
    for (const one of [client, upstream]) one.on("error", () => [client, upstream].forEach((it) => it.destroy()));
  });
  await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
  const connect = async (database) => {
    const client = new pg.Client({ host: folder, user: "postgres", database });
    await client.connect();
    return client;
  };
  const admin = await connect("postgres");
  for (const [name, value] of [["log_statement", "all"], ["log_line_prefix", PREFIX], ["log_error_verbosity", "terse"]]) {
    await admin.query(`alter system set ${name} = '${value}'`);
  }
  await admin.query("select pg_reload_conf()");
  await new Promise((done) => setTimeout(done, 200));
  let next = 0;
  return {
    port: proxy.address().port,
    /** A new database with a schema to start from, which the log doesn't tell. */
    async database(before) {
      const name = `project_${(next += 1)}`;
      await admin.query(`create database ${name}`);
      if (before !== "") {
        const client = await connect(name);
        await client.query("set log_statement = 'none'");
        await client.query(before);
        await client.end();
      }
      return name;
    },
    async drop(name) {
      await admin.query(`drop database ${name} with (force)`);
    },
    log: () => readFileSync(join(folder, "server.log"), "utf8"),
    async close() {
      await admin.end();
      proxy.close();
    },
  };
}
