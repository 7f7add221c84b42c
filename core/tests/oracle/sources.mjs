// The SQL that the project has of its own: forms, examples, the fences of rule pages.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Every file below a folder with that ending, sorted. */
export function below(folder, ending) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`))
    .sort();
}

/**
 * The SQL fences of the rule pages, each written to a file of its own: {title, file, refused}. A page may show what
 * is a syntax error (SQLSTATE 42601) to PostgreSQL.
 */
export function fences(pages = path.join(root, "core/src/rules")) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "lockkeeper-fences-"));
  process.on("exit", () => fs.rmSync(scratch, { recursive: true, force: true }));
  return below(pages, ".md").flatMap((page) => {
    const rule = path.basename(page, ".md");
    const found = fs.readFileSync(page, "utf8").matchAll(/^```sql *(.*)\n([\s\S]*?)^```$/gm);
    return [...found].map(([, info, sql], number) => {
      const file = path.join(scratch, `${rule}-${number + 1}.sql`);
      fs.writeFileSync(file, sql);
      return { title: `${rule}.md, fence ${number + 1} (${info})`, file, refused: info.includes("fails 42601") };
    });
  });
}
