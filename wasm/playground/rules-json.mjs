// The rules' pages and their examples as one JSON, which the page fetches when somebody asks for the first of them.
//
//   node rules-json.mjs ENGINE-FOLDER

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const folder = path.resolve(process.argv[2]);
const engine = await import(pathToFileURL(path.join(folder, "lockkeeper.js")).href);
engine.initSync({ module: fs.readFileSync(path.join(folder, "code.wasm")) });

const { rules } = JSON.parse(engine.rules());
const pages = rules.map(({ id }) => {
  const [{ page }] = JSON.parse(engine.explain(id)).rules;
  const { examples } = JSON.parse(engine.examples(id));
  return [id, { page, examples }];
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(pages))}\n`);
