// PostgreSQL's folder, made before anybody opens the page: to make it there takes longer than everything after it.
//
//   node server-folder.mjs FILE    writes it, gzipped

import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { PGlite } from "@electric-sql/pglite";

const server = await PGlite.create();
// A copy of a database that nobody connects to. `template1` stays: CREATE DATABASE copies it.
await server.exec("UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'");
await server.exec("DROP DATABASE template0");
await server.exec("CHECKPOINT");
const folder = await server.dumpDataDir("none");
writeFileSync(process.argv[2], gzipSync(Buffer.from(await folder.arrayBuffer()), { level: 9 }));
await server.close();
