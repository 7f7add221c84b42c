// Runs each project of core/src/framework/tests/proven with its real tool and compares what the server's log says with
// the block `server` of the file. LOCKKEEPER_WRITE=1 writes the log into the file instead.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { parse, replace } from "./documents.mjs";
import { seen } from "./log.mjs";
import { open } from "./server.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "../../../core/src/framework/tests/proven");
const tools = process.env.LOCKKEEPER_TOOLS;
const write = process.env.LOCKKEEPER_WRITE !== undefined;
const require = createRequire(join(tools, "package.json"));
const run = promisify(execFile);

const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".md") && (wanted.length === 0 || wanted.includes(name.slice(0, -3))))
  .sort();
const server = await open(require("pg"), process.env.LOCKKEEPER_POSTGRES_17);
let failures = 0;
let projects = 0;

for (const name of names) {
  const path = join(folder, name);
  let text = readFileSync(path, "utf8");
  for (const project of parse(text).reverse()) {
    projects += 1;
    const { record, output } = await prove(project);
    if (record === "") {
      failures += 1;
      console.log(`${name}: ${project.title}: the server saw nothing\n${output}`);
      continue;
    }
    if (record === project.server) continue;
    if (write) {
      text = replace(text, project, record);
      console.log(`${name}: ${project.title}: written`);
    } else {
      failures += 1;
      console.log(`${name}: ${project.title}: the server saw\n${record}recorded is\n${project.server}${output}`);
    }
  }
  if (write) writeFileSync(path, text);
}
await server.close();
console.log(`${projects} projects of ${names.length} tools, ${failures} differ from the record`);
process.exit(failures === 0 ? 0 : 1);

/** What the server sees of one project. */
async function prove(project) {
  const work = mkdtempSync(join(tmpdir(), "lockkeeper-project-"));
  const database = await server.database(project.before);
  try {
    for (const [path, content] of project.files) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    symlinkSync(join(tools, "node_modules"), join(work, "node_modules"));
    let output = "";
    for (const command of project.commands) {
      output += await shell(command, work, database);
    }
    return { record: seen(server.log(), database), output };
  } finally {
    await server.drop(database);
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs a command to its end, however it ends. */
async function shell(command, cwd, database) {
  const url = `postgres://postgres:none@127.0.0.1:${server.port}/${database}`;
  const env = {
    ...process.env,
    PATH: `${join(tools, "node_modules/.bin")}:${join(tools, "python/bin")}:${process.env.PATH}`,
    DATABASE_URL: `${url}?sslmode=disable`,
    PLAIN_URL: url,
    PGHOST: "127.0.0.1",
    PGPORT: String(server.port),
    PGUSER: "postgres",
    PGPASSWORD: "none",
    PGDATABASE: database,
    PGSSLMODE: "disable",
    LIQUIBASE: `${join(tools, "node_modules/liquibase/dist/liquibase/internal/lib/*")}:${join(tools, "node_modules/liquibase/dist/drivers/*")}`,
    NO_COLOR: "1",
    CI: "1",
  };
  try {
    const { stdout, stderr } = await run("bash", ["-c", command], { cwd, env, timeout: 120_000 });
    return stdout + stderr;
  } catch (error) {
    return `${error.stdout ?? ""}${error.stderr ?? ""}${error.killed ? "it took more than two minutes\n" : ""}`;
  }
}
