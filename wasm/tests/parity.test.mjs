// One brain: the wasm build in node and the native program give the same bytes for the same input.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { below, root } from "../../core/tests/oracle/sources.mjs";

const wasm = createRequire(import.meta.url)(process.env.LOCKKEEPER_WASM);

function native(command, inputs) {
  const ran = spawnSync(process.env.LOCKKEEPER, ["debug", command], {
    input: inputs.join("\n") + "\n",
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (ran.error) throw ran.error;
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

function files(folder, ...endings) {
  return endings.flatMap((ending) => below(folder, ending)).sort()
    .map((file) => ({ path: path.relative(folder, file), text: fs.readFileSync(file, "utf8") }));
}

/** Each rule page: its setup as the schema, its other fences as one file each. */
function pages() {
  const folder = path.join(root, "core/src/rules");
  return below(folder, ".md").flatMap((page) => {
    const found = [...fs.readFileSync(page, "utf8").matchAll(/^```sql *(\w*).*\n([\s\S]*?)^```$/gm)];
    const schema = found.filter(([, kind]) => kind === "setup").map(([, , text]) => ({ path: "setup.sql", text }));
    return found.filter(([, kind]) => kind !== "setup")
      .map(([, , text]) => ({ files: [{ path: "migration.sql", text }], schema }));
  });
}

/** The policies of the documents that test them, faults included, over the same few statements. */
function policies() {
  const text = "-- lockkeeper:ignore drop-column until=2026-12-31 nobody reads it\nalter table users drop column a;\ndrop table orders;\n";
  return below(path.join(root, "core/tests/policy"), ".md").flatMap((page) =>
    [...fs.readFileSync(page, "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, policy]) => (
      { files: [{ path: "migrations/1.sql", text }], review: ["migrations/1.sql"], policy, today: "2026-11-22" })));
}

const forms = { files: [{ path: "forms.sql", text: fs.readFileSync(path.join(root, "core/tests/forms.sql"), "utf8") }] };
const examples = below(path.join(root, "examples"), "package.json")
  .map((file) => ({ files: files(path.dirname(file), ".sql", ".toml", ".prisma", ".json", ".ts", ".tsx") }));
const odd = [
  { files: [] },
  { files: [{ path: "a.sql", text: "" }, { path: "b.sql", text: "\ufeffselect 'é日本';\r\n$$" }] },
  { files: [{ path: "a.sql", text: "alter table t frobnicate; )( ; drop table" }] },
  { files: [{ path: "a.sql", text: "(".repeat(5000) }] },
  { files: [{ path: "a.sql", text: "select " + "1+".repeat(5000) + "1" }] },
];

for (const command of ["check", "locks"]) {
  for (const [name, changes] of Object.entries({ forms: [forms], examples, pages: pages(), policies: policies(), odd })) {
    test(`${command}: same bytes for ${name}`, { skip: changes.length === 0 }, () => {
      const inputs = [13, 17, 18].flatMap((pg) => changes.map((change) => JSON.stringify({ ...change, pg })));
      const natively = native(command, inputs);
      for (const [number, input] of inputs.entries()) {
        assert.equal(wasm[command](input), natively[number], input.slice(0, 300));
      }
    });
  }

  test(`${command}: input that can't be read is refused in words`, () => {
    const inputs = ["{}", "[]", '{"files": [], "pg": 12}', '{"files": [], "shema": []}'];
    const natively = native(command, inputs);
    for (const [number, input] of inputs.entries()) {
      assert.equal(wasm[command](input), natively[number]);
      assert.match(JSON.parse(natively[number]).error, /\w+ \w+/);
    }
  });
}

test("the command line prints the same bytes for files of examples/shop", () => {
  const shop = fs.mkdtempSync(path.join(os.tmpdir(), "lockkeeper-shop-"));
  try {
    // Outside of any repository, where nothing is compared with a base.
    fs.cpSync(path.join(root, "examples/shop"), shop, { recursive: true });
    const all = files(shop, ".sql", ".toml", ".prisma", ".json");
    const stats = JSON.parse(fs.readFileSync(path.join(shop, "stats.json"), "utf8"));
    const migrations = all.map((file) => file.path).filter((name) => name.endsWith("migration.sql"));
    for (const name of migrations) {
      const check = ["check", name, "--pg", "15", "--stats", "stats.json", "--format", "json"];
      const input = { files: all, review: [name], pg: 15, stats };
      assert.equal(wasm.check(JSON.stringify(input)), printed(shop, check), name);
    }
    const sql = all.filter((file) => migrations.includes(file.path));
    const locks = ["locks", ...migrations, "--pg", "13", "--format", "json"];
    assert.equal(wasm.locks(JSON.stringify({ files: sql, pg: 13 })), printed(shop, locks));
  } finally {
    fs.rmSync(shop, { recursive: true, force: true });
  }
});

function printed(folder, words) {
  const ran = spawnSync(process.env.LOCKKEEPER, words, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 30 });
  if (ran.error) throw ran.error;
  assert.notEqual(ran.status, 2, ran.stderr);
  return ran.stdout;
}

test("versions agree", () => {
  const ran = spawnSync(process.env.LOCKKEEPER, ["--version"], { encoding: "utf8" });
  assert.equal(ran.stdout.trim(), `lockkeeper ${wasm.version()}`);
});
