// docs/migration-tools.md: what each tool was seen to do.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The packages whose versions a tool's projects are run with. */
const PACKAGES = {
  dbmate: "@dbmate/linux-x64",
  drizzle: "drizzle-orm",
  "mikro-orm": "@mikro-orm/migrations",
  sequelize: "sequelize",
  sql: undefined,
};

export function page(tools, documents) {
  const rows = documents.flatMap(({ name, projects }) => {
    const title = projects.heading.replace(/, on a server$/, "");
    const version = versionOf(tools, name);
    return projects.map(
      (project, number) =>
        `| ${number === 0 ? `${title}${version ? ` ${version}` : ""}` : ""} | ${project.title} | ${summary(project.server)} |`,
    );
  });
  return `# What migration tools send

Each tool below was run on PostgreSQL 17 over small projects, with every statement logged. What the server saw is recorded in
\`core/src/framework/tests/proven\`; \`make prove-frameworks\` runs the tools again and compares, and core's own tests
compare the record with what Lockkeeper predicts: the text of each statement (of calls of builders, too), which of them one
message carries, which of them one transaction holds, and what fails because it must not run in one.

"Together" is one transaction, "alone" a statement that commits by itself.

| tool | project | what the server saw, in order |
|---|---|---|
${rows.join("\n")}

Read in their sources, not run here: Prisma (its engine is a binary that no package registry has), Supabase, Flyway, goose,
golang-migrate, Atlas, sqlx, diesel, refinery, SeaORM, Rails, Ecto, sqitch.
`;
}

/** \`together 3\`, \`alone\`, and what was undone. */
function summary(record) {
  const groups = [];
  for (const line of record.split("\n")) {
    if (line === "together" || line === "alone") groups.push({ kind: line, messages: 0 });
    else if (line === "undone") groups.at(-1).undone = true;
    else if (line.startsWith("  ! ")) groups.at(-1).error ??= line.slice(4);
    else if (line.startsWith("  ")) groups.at(-1).messages += 1;
  }
  const words = groups.map(({ kind, messages, error, undone }) => {
    const what = kind === "alone" ? "alone" : `together ${messages}`;
    return `${what}${error ? ` (${error}${undone ? ", undone" : ""})` : ""}`;
  });
  const runs = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.word === word && word === "alone") last.times += 1;
    else runs.push({ word, times: 1 });
  }
  return runs.map(({ word, times }) => (times > 1 ? `${word} × ${times}` : word)).join("; ");
}

function versionOf(tools, name) {
  const known = name in PACKAGES ? PACKAGES[name] : name;
  const path = known && join(tools, "node_modules", known, "package.json");
  if (path && existsSync(path)) return JSON.parse(readFileSync(path, "utf8")).version;
  const pinned = readFileSync(join(tools, "requirements.txt"), "utf8");
  return new RegExp(`^${name}==([^ ]+)`, "m").exec(pinned)?.[1];
}
