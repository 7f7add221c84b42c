// One brain: the wasm build in node and the native program give the same bytes for the same input.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { root } from "../../core/tests/oracle/sources.mjs";
import { applications, examples, files, forms, odd, pages, policies } from "./changes.mjs";

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

for (const command of ["check", "locks"]) {
  for (const [name, changes] of Object.entries({ forms: [forms], examples, pages: pages(), applications: applications(), policies: policies(), odd })) {
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
