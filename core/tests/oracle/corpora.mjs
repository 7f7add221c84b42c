// How much of other people's migrations is grasped fully: `node corpora.mjs FOLDER`.
//
// A file counts where PostgreSQL's parser accepts it: as a whole, or in the statements that we cut it into.

import fs from "node:fs";
import path from "node:path";

import { compare } from "./compare.mjs";
import { ours, theirs } from "./read.mjs";
import { below } from "./sources.mjs";

const folder = process.argv[2];
const files = below(folder, ".sql");
const readings = ours(files);

const count = { files: 0, refused: 0, pieces: 0, statements: 0, full: 0 };
const rest = [];
const refused = {};

for (const [number, file] of files.entries()) {
  const bytes = fs.readFileSync(file);
  const own = readings[number];
  if (own.undecodable) {
    refuse(file);
    continue;
  }
  for (const [piece, mine] of accepted(file, bytes, own)) {
    count.statements += mine.statements.length;
    count.full += mine.statements.filter(({ grasp }) => grasp === "full").length;
    for (const { line, sql, what } of compare(bytes, mine, piece)) {
      rest.push(`${path.relative(folder, file)}:${line}: ${what}\n    ${sql}`);
    }
  }
}

console.log(rest.join("\n"));
const where = Object.entries(refused).map(([project, files]) => `${project} ${files}`).join(", ");
console.log(
  `${files.length} files; PostgreSQL reads ${count.files} whole, some statements of ${count.pieces}, ` +
    `nothing of ${count.refused}${where && ` (${where})`}`,
);
const share = count.statements ? (100 * count.full) / count.statements : 0;
console.log(`${count.full} of ${count.statements} statements grasped fully (${share.toFixed(2)} %)`);
console.log(`${rest.length} differences`);

function refuse(file) {
  count.refused += 1;
  const [project] = path.relative(folder, file).split(path.sep);
  refused[project] = (refused[project] ?? 0) + 1;
}

/** What PostgreSQL accepts of a file: pairs of its statements and ours. */
function accepted(file, bytes, own) {
  try {
    const whole = theirs(bytes);
    count.files += 1;
    return [[whole, own]];
  } catch {
    // Other databases' SQL, psql's commands, rows of COPY, templates: then each of our statements by itself.
  }
  const pairs = own.statements.flatMap((statement) => {
    try {
      const alone = theirs(bytes.subarray(statement.start, statement.end));
      const moved = alone.map((other) => ({
        ...other,
        start: other.start + statement.start,
        end: other.end + statement.start,
      }));
      return [[moved, { ...own, faults: [], statements: [statement] }]];
    } catch {
      return [];
    }
  });
  if (pairs.length === 0) refuse(file);
  else count.pieces += 1;
  return pairs;
}
