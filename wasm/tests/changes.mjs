// The changes that tests of parity review: every fence of every rule, every form of SQL, examples, odd input.

import fs from "node:fs";
import path from "node:path";

import { below, root } from "../../core/tests/oracle/sources.mjs";

export function files(folder, ...endings) {
  return endings.flatMap((ending) => below(folder, ending)).sort()
    .map((file) => ({ path: path.relative(folder, file), text: fs.readFileSync(file, "utf8") }));
}

/** Each rule page: its setup as the schema, its other fences as one file each. */
export function pages() {
  const folder = path.join(root, "core/src/rules");
  return below(folder, ".md").flatMap((page) => {
    const found = [...fs.readFileSync(page, "utf8").matchAll(/^```sql *(\w*).*\n([\s\S]*?)^```$/gm)];
    const schema = found.filter(([, kind]) => kind === "setup").map(([, , text]) => ({ path: "setup.sql", text }));
    return found.filter(([, kind]) => kind !== "setup")
      .map(([, , text]) => ({ files: [{ path: "migration.sql", text }], schema }));
  });
}

/** The policies of the documents that test them, faults included, over the same few statements. */
export function policies() {
  const text = "-- lockkeeper:ignore drop-column until=2026-12-31 nobody reads it\nalter table users drop column a;\ndrop table orders;\n";
  return below(path.join(root, "core/tests/policy"), ".md").flatMap((page) =>
    [...fs.readFileSync(page, "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, policy]) => (
      { files: [{ path: "migrations/1.sql", text }], review: ["migrations/1.sql"], policy, today: "2026-11-22" })));
}

/** The applications of the fixtures of code, each beside a column that goes away. */
export function applications() {
  const schema = [{ path: "schema.sql", text: "create table users (id bigint primary key, user_name text, status text);\n" }];
  const migration = [{ path: "migration.sql", text: "alter table users drop column user_name;\n" }];
  return below(path.join(root, "core/tests/code"), ".md").flatMap((page) =>
    [...fs.readFileSync(page, "utf8").matchAll(/^```files.*\n([\s\S]*?)^```$/gm)].map(([, fence]) => {
      const base = new Map();
      const head = new Map();
      for (const part of fence.split(/^== /m).slice(1)) {
        const [title, ...lines] = part.split("\n");
        const before = title.startsWith("before: ");
        (before ? base : head).set(before ? title.slice("before: ".length) : title, lines.join("\n"));
      }
      const list = (files) => [...files].filter(([name]) => !/migrat|\.sql$/.test(name)).map(([path, text]) => ({ path, text }));
      const same = new Map([...base].filter(([name]) => !head.has(name)));
      const changed = new Map([...base].filter(([name]) => head.has(name)));
      return { schema, files: migration, code: { same: list(same), base: list(changed), head: list(head) } };
    }));
}

export const forms = { files: [{ path: "forms.sql", text: fs.readFileSync(path.join(root, "core/tests/forms.sql"), "utf8") }] };
export const examples = below(path.join(root, "examples"), "package.json")
  .map((file) => ({ files: files(path.dirname(file), ".sql", ".toml", ".prisma", ".json", ".ts", ".tsx") }));
export const odd = [
  { files: [] },
  { files: [{ path: "a.sql", text: "" }, { path: "b.sql", text: "\ufeffselect 'é日本';\r\n$$" }] },
  { files: [{ path: "a.sql", text: "alter table t frobnicate; )( ; drop table" }] },
  { files: [{ path: "a.sql", text: "(".repeat(5000) }] },
  { files: [{ path: "a.sql", text: "select " + "1+".repeat(5000) + "1" }] },
];
