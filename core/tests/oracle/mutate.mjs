// Looks for statements that PostgreSQL's parser accepts and we misread: `node mutate.mjs [COUNT] [SEED]`.
//
// Takes the forms apart into tokens, then drops, doubles, swaps and grafts runs of them. What PostgreSQL accepts must
// be read the same by us; what it refuses and we grasp fully is counted, and shown with --refused.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { scanSync } from "libpg-query";

import { compare } from "./compare.mjs";
import { ours, theirs } from "./read.mjs";
import { root } from "./sources.mjs";

const numbers = process.argv.slice(2).filter((word) => /^\d+$/.test(word)).map(Number);
const showRefused = process.argv.includes("--refused");
const [count = 20_000, seed = 1] = numbers;

let state = BigInt(seed) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn;
function below(limit) {
  state ^= (state << 13n) & 0xffffffffffffffffn;
  state ^= state >> 7n;
  state ^= (state << 17n) & 0xffffffffffffffffn;
  return Number(state % BigInt(Math.max(limit, 1)));
}

const bytes = fs.readFileSync(path.join(root, "core/tests/forms.sql"));
const statements = theirs(bytes).map(({ start, end }) => {
  const text = bytes.subarray(start, end).toString("utf8");
  return scanSync(text).tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName)).map(({ text: token }) => token);
});

function mutated() {
  let tokens = [...statements[below(statements.length)]];
  for (let left = 1 + below(3); left > 0; left -= 1) {
    const at = below(tokens.length);
    const run = 1 + below(4);
    switch (below(5)) {
      case 0: tokens.splice(at, run); break;
      case 1: tokens.splice(at, 0, ...tokens.slice(at, at + run)); break;
      case 2: [tokens[at], tokens[at + 1]] = [tokens[at + 1] ?? "", tokens[at]]; break;
      default: {
        const donor = statements[below(statements.length)];
        const from = below(donor.length);
        tokens.splice(at, below(2) * run, ...donor.slice(from, from + 1 + below(6)));
      }
    }
  }
  return tokens.filter(Boolean).join(" ");
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "lockkeeper-mutants-"));
try {
  const file = path.join(scratch, "mutants.sql");
  const texts = [...new Set(Array.from({ length: count }, mutated))].filter((text) => text && !text.includes(";"));
  const files = texts.map((text, number) => {
    const name = path.join(scratch, `${number}.sql`);
    fs.writeFileSync(name, text);
    return name;
  });
  fs.rmSync(file, { force: true });
  let accepted = 0;
  let refused = 0;
  let apart = 0;
  for (const [number, mine] of ours(files).entries()) {
    const source = Buffer.from(texts[number]);
    let right;
    try {
      right = theirs(source);
    } catch {
      if (mine.statements.every(({ grasp }) => grasp === "full")) {
        refused += 1;
        if (showRefused) console.log(`refused by PostgreSQL, grasped by us: ${texts[number]}`);
      }
      continue;
    }
    accepted += 1;
    const found = compare(source, mine, right);
    apart += found.length > 0;
    for (const { what } of found) console.log(`${what}\n    ${texts[number]}`);
  }
  console.log(`${texts.length} mutants: PostgreSQL accepts ${accepted}, ${apart} of them we misread; `
    + `of the rest we grasp ${refused}`);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
