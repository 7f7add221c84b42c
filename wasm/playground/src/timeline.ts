// The lock timeline: tables by statements, a bar from the statement that takes a lock to the one after which it goes.
// The bars are a picture of the table below them, which says the same in words.

import type { Hold, Review, Timeline, TimelineStep } from "../../npm/types";
import { counted, h } from "./dom";

/** How many statements the picture shows. */
const MAX_COLUMNS = 40;
const MAX_ROWS = 24;

interface Column {
  timeline: number;
  step: number;
}

export function timeline(review: Review, go: (file: string, line: number) => void, name: (file: string) => string): Node[] {
  const timelines = review.timelines.filter((one) => one.steps.length > 0);
  if (timelines.length === 0) {
    return [h("p", { class: "quiet" }, "Nothing runs yet: write a statement, and here stands which tables it locks, from which statement to which commit.")];
  }
  return [picture(timelines, go, name), legend(), words(timelines, go, name)];
}

const strength = (hold: Hold) => (hold.blocks_reads ? 2 : hold.blocks_writes ? 1 : 0);
const LOOKS = ["open", "writes", "all"] as const;

const takes = (step: TimelineStep) => step.work.join("; ") || (step.uncertain ? "not known" : "takes moments");

function picture(timelines: Timeline[], go: (file: string, line: number) => void, name: (file: string) => string): HTMLElement {
  const columns: Column[] = timelines.flatMap((one, timeline) => one.steps.map((_, step) => ({ timeline, step }))).slice(0, MAX_COLUMNS);
  const total = timelines.reduce((sum, one) => sum + one.steps.length, 0);
  const at = new Map(columns.map((column, index) => [`${column.timeline}.${column.step}`, index]));
  const strongest = new Map<string, number>();
  for (const hold of timelines.flatMap((one) => one.holds)) {
    strongest.set(hold.relation, Math.max(strongest.get(hold.relation) ?? 0, strength(hold)));
  }
  const relations = [...strongest].sort((one, other) => other[1] - one[1]).map(([relation]) => relation).slice(0, MAX_ROWS);
  const grid = h("div", { class: "grid" });
  const widths = columns.map(({ timeline, step }) => (timelines[timeline]?.steps[step]?.slow ? "minmax(132px, 2fr)" : "minmax(92px, 1fr)"));
  grid.style.gridTemplateColumns = `minmax(84px, max-content) ${widths.join(" ")}`;

  const place = (element: HTMLElement, row: number, column: number, span = 1) => {
    element.style.gridRow = String(row);
    element.style.gridColumn = `${column} / span ${span}`;
    grid.append(element);
  };
  timelines.forEach((one, number) => {
    const first = at.get(`${number}.0`);
    if (first === undefined) return;
    const span = Math.min(one.steps.length, columns.length - first);
    const block = one.kind !== "autocommit";
    place(h("div", { class: `bracket${block ? " block" : ""}`, title: one.words }, block ? one.words : "by itself"), 1, first + 2, span);
  });
  columns.forEach(({ timeline, step }, index) => {
    const one = timelines[timeline]?.steps[step];
    if (!one) return;
    const head = h(
      "button",
      { class: `statement${one.slow ? " slow" : ""}`, title: one.sql.slice(0, 400), tabindex: -1, onclick: () => go(one.file, one.line) },
      h("span", { class: "statement-sql" }, one.sql.replace(/\s+/g, " ").slice(0, 70)),
      h("span", { class: "work" }, one.fails ? `fails: ${one.fails}` : takes(one)),
    );
    place(head, 2, index + 2);
  });
  relations.forEach((relation, index) => {
    const row = index + 3;
    place(h("div", { class: "relation", title: relation }, relation), row, 1);
    place(h("div", { class: "lane" }), row, 2, columns.length);
    timelines.forEach((one, number) => {
      for (const hold of one.holds.filter((hold) => hold.relation === relation)) {
        const from = at.get(`${number}.${hold.from}`);
        if (from === undefined) continue;
        const until = at.get(`${number}.${hold.until}`) ?? columns.length - 1;
        const brief = !one.steps.slice(hold.from, hold.until + 1).some((step) => step.slow || step.uncertain || step.work.length > 0);
        const bar = h(
          "div",
          { class: `bar ${LOOKS[strength(hold)]}${brief ? " brief" : ""}`, title: `${hold.mode} on ${relation}: ${hold.waits}` },
          h("span", { class: "bar-words" }, brief && strength(hold) > 0 ? `${hold.waits}, for moments` : hold.waits),
          h("span", { class: "bar-mode" }, hold.mode),
        );
        place(bar, row, from + 2, until - from + 1);
      }
    });
  });
  if (relations.length === 0) place(h("div", { class: "relation quiet" }, "No table that is in use is locked."), 3, 1, columns.length + 1);
  void name;
  const cut = total > columns.length ? h("p", { class: "quiet" }, `The first ${columns.length} of ${total} statements; all of them are in the table.`) : null;
  return h("div", {}, h("div", { class: "picture", "aria-hidden": "true" }, grid), cut);
}

function legend(): HTMLElement {
  const entry = (look: string, text: string) => h("span", { class: "legend-entry" }, h("span", { class: `swatch ${look}` }), text);
  return h(
    "p",
    { class: "legend", "aria-hidden": "true" },
    entry("all", "nobody can read or write"),
    entry("writes", "nobody can write"),
    entry("open", "reads and writes go on"),
    h("span", { class: "quiet" }, "Full colour: as long as the table is large."),
    h("span", { class: "quiet" }, "A bar ends where the transaction commits."),
  );
}

function words(timelines: Timeline[], go: (file: string, line: number) => void, name: (file: string) => string): HTMLElement {
  const rows: HTMLTableRowElement[] = [];
  const several = new Set(timelines.flatMap((one) => one.steps.map((step) => step.file))).size > 1;
  for (const one of timelines) {
    one.steps.forEach((step, number) => {
      const holds = one.holds.filter((hold) => hold.from === number);
      const last = holds.length > 0 ? Math.max(...holds.map((hold) => hold.until)) : -1;
      const until =
        last < 0 ? "" : one.kind === "autocommit" ? "its end" : last + 1 >= one.steps.length ? "the commit" : `statement ${last + 1} of the transaction`;
      const waits = holds.sort((a, b) => strength(b) - strength(a)).map((hold) =>
        h("li", {}, h("code", {}, hold.relation), `: ${hold.waits} `, h("span", { class: "mode" }, hold.mode)),
      );
      const line = h("button", { class: "link", onclick: () => go(step.file, step.line) }, `${several ? `${name(step.file)}:` : ""}${step.line}`);
      rows.push(
        h(
          "tr",
          {},
          h("td", {}, line),
          h("td", {}, h("code", {}, step.sql.replace(/\s+/g, " ").slice(0, 90))),
          h("td", {}, waits.length > 0 ? h("ul", {}, ...waits) : one.holds.some((hold) => hold.from < number && number <= hold.until && strength(hold) > 0) ? "those who wait already" : "nobody"),
          h("td", {}, until),
          h("td", {}, step.fails ? `fails with SQLSTATE ${step.fails}` : takes(step)),
        ),
      );
    });
  }
  const head = ["Line", "Statement", "Who waits", "Until", "Work"].map((title) => h("th", { scope: "col" }, title));
  const blocks = timelines.filter((one) => one.kind !== "autocommit");
  const caption = blocks.length > 0 ? `${counted(rows.length, "statement")}, in ${counted(timelines.length, "transaction")}: ${blocks[0]?.words ?? ""}` : `${counted(rows.length, "statement")}, each committed by itself`;
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Lock timeline in words" }, h("table", { class: "words" }, h("caption", {}, caption), h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)));
}
