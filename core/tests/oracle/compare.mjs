// Where two readings of one text differ, in words.

import { operations } from "./read.mjs";

/**
 * Compares our statements with PostgreSQL's. Returns a list of {line, sql, what}: every disagreement, and every
 * statement that we don't grasp fully.
 */
export function compare(bytes, mine, theirs) {
  const differences = [];
  const note = (statement, what) => differences.push({
    line: statement?.line ?? 1,
    sql: statement ? excerpt(bytes, statement.start, statement.end) : "",
    what,
  });
  for (const fault of mine.faults) note(undefined, `we see a fault: ${fault.message}`);
  if (mine.statements.length !== theirs.length) {
    note(firstApart(mine.statements, theirs), `we see ${mine.statements.length} statements, PostgreSQL ${theirs.length}`);
    return differences;
  }
  for (const [number, own] of mine.statements.entries()) {
    const other = theirs[number];
    // PostgreSQL's statement begins where the one before it ended, white space and comments included.
    if (own.start < other.start || own.end > other.end) {
      note(own, `we see bytes ${own.start} to ${own.end}, PostgreSQL ${other.start} to ${other.end}`);
    }
    const allowed = operations(other.tag, other.node);
    if (!allowed.includes(own.operation)) {
      note(own, `we see ${own.operation}, PostgreSQL ${other.tag} (${allowed.join(" or ")})`);
    } else if (other.actions && String(own.actions) !== String(other.actions)) {
      note(own, `we see ${own.actions.join(", ")}; PostgreSQL ${other.actions.join(", ")}`);
    }
    if (own.grasp !== "full") {
      note(own, `grasped ${own.grasp === "none" ? "not at all" : "partly"}: expected ${own.expected} at ${
        JSON.stringify(excerpt(bytes, own.at, Math.min(own.end, own.at + 40)))}`);
    }
  }
  return differences;
}

function firstApart(mine, theirs) {
  return mine.find((own, number) => {
    const other = theirs[number];
    return !other || own.start < other.start || own.end > other.end;
  }) ?? mine.at(-1);
}

function excerpt(bytes, start, end) {
  const text = bytes.subarray(start, Math.min(end, start + 200)).toString("utf8").replace(/\s+/g, " ");
  return end - start > 200 ? `${text} …` : text;
}
