// Our reading of the project's own SQL is PostgreSQL's reading.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { compare } from "./compare.mjs";
import { ours, theirs } from "./read.mjs";
import { below, fences, root } from "./sources.mjs";

const files = [path.join(root, "core/tests/forms.sql"), ...below(path.join(root, "examples"), ".sql")]
  .map((file) => ({ title: path.relative(root, file), file }));

for (const [name, sources] of [["forms and examples", files], ["rule pages", fences()]]) {
  test(`PostgreSQL's parser and ours agree on the ${name}`, { skip: sources.length === 0 }, () => {
    const readings = ours(sources.map(({ file }) => file));
    const apart = sources.flatMap(({ title, file, refused }, number) => {
      const bytes = fs.readFileSync(file);
      let right;
      try {
        right = theirs(bytes);
      } catch (error) {
        return refused ? [] : [`${title}: PostgreSQL refuses it: ${error.message}`];
      }
      if (refused) return [`${title}: PostgreSQL accepts it, the page says it does not`];
      return compare(bytes, readings[number], right)
        .map(({ line, sql, what }) => `${title}:${line}: ${what}\n    ${sql}`);
    });
    assert.equal(apart.length, 0, `${apart.length} differences\n${apart.join("\n")}`);
  });
}

test("the forms are many and of many kinds", () => {
  const statements = theirs(fs.readFileSync(files[0].file));
  assert.ok(statements.length >= 500, `${statements.length} statements`);
  assert.ok(new Set(statements.map(({ tag }) => tag)).size >= 95);
});
