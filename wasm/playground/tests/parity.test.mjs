// One brain: the engine of the page, in the browser, and the native program give the same bytes for the same input.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { applications, forms, odd, pages } from "../../tests/changes.mjs";
import { browser, folder, serve } from "./browser.mjs";

const program = process.env.LOCKKEEPER;
const asset = (start) => `assets/${fs.readdirSync(path.join(folder, "dist/assets")).find((name) => name.startsWith(start))}`;

/** What the page gives to the small engine: no code. */
const isPlain = ({ code, files }) => !code && files.every(({ path }) => path.endsWith(".sql"));

for (const [kind, command] of ["sql", "code"].flatMap((kind) => [[kind, "check"], [kind, "locks"]])) {
  test(`${command}: same bytes in the browser, from the engine for ${kind}, for every fence of every rule`, { skip: !program }, async (t) => {
    const changes = [...pages(), ...applications(), forms, ...odd].filter((change) => kind === "code" || isPlain(change));
    const inputs = [13, 18].flatMap((pg) => changes.map((change) => JSON.stringify({ ...change, pg })));
    assert.ok(inputs.length > 400, `${inputs.length} inputs`);
    const ran = spawnSync(program, ["debug", command], { input: `${inputs.join("\n")}\n`, encoding: "utf8", maxBuffer: 1 << 30 });
    assert.equal(ran.status, 0, ran.stderr);
    const natively = ran.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const [server, chromium] = [await serve(), await browser()];
    t.after(() => chromium.close().then(() => server.close()));
    const page = await chromium.newPage();
    await page.goto(`${server.url}sw.js`);
    const urls = [asset("worker-"), asset(`${kind}-`)].map((name) => server.url + name);
    const inBrowser = await page.evaluate(async ([command, inputs, [script, engine]]) => {
      const module = await WebAssembly.compile(await (await fetch(engine)).arrayBuffer());
      const worker = new Worker(script, { type: "module" });
      const ask = (message) => new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => ("trap" in data ? reject(new Error(data.trap)) : resolve(data.output));
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(message);
      });
      await ask({ module });
      const outputs = [];
      for (const [id, input] of inputs.entries()) outputs.push(await ask({ id, command, input }));
      return outputs;
    }, [command, inputs, urls]);
    for (const [number, input] of inputs.entries()) assert.equal(inBrowser[number], natively[number], input.slice(0, 300));
  });
}

test("an engine refuses what it can't read, in words", async () => {
  for (const [kind, refused] of [["sql", ["code", "policy", "baseline"]], ["code", ["policy", "baseline"]]]) {
    const engine = await import(`../engine/lockkeeper.js?${kind}`);
    engine.initSync({ module: fs.readFileSync(path.join(folder, `engine/${kind}.wasm`)) });
    for (const field of refused) {
      const input = { files: [], [field]: field === "code" ? {} : "" };
      assert.match(JSON.parse(engine.findings(JSON.stringify(input))).error, new RegExp(`"${field}"`));
    }
    const files = [{ path: "1.sql", text: "drop table a;" }];
    const { findings, timelines } = JSON.parse(engine.findings(JSON.stringify({ files, small_tables: ["b"] })));
    assert.ok(findings.length > 0 && timelines === undefined);
    assert.match(JSON.parse(engine.findings(JSON.stringify({ files, small_tables: ["!b"] }))).error, /small_tables/);
  }
});
