// The findings as a list, the worst first.

import type { Finding, Findings, SafeStep } from "../../npm/types";
import { copy, counted, h, prose } from "./dom";

export const SEVERITIES = ["error", "warning", "info"] as const;
export const SIGNS = { error: "✕", warning: "!", info: "i" } as const;
export const NAMES = { error: "Error", warning: "Warning", info: "Note" } as const;

/** How many are listed before somebody asks for more: a page of thousands helps nobody and types slowly. */
const LISTED = 60;

const PLACES: Record<SafeStep["place"], string> = {
  own_migration: "In a migration of its own",
  later_migration: "In a later migration",
  later_deploy: "In a later deploy",
  by_hand: "By hand, outside of the migration tool",
};

export interface Actions {
  go(number: number): void;
  fix(number: number): void;
  allow(number: number): void;
  explain(rule: string): void;
  name(file: string): string;
}

/** Numbers of the findings that count, the worst first. */
export function ranked(review: Findings): number[] {
  return review.findings
    .map((finding, number) => ({ finding, number }))
    .filter(({ finding }) => !finding.suppressed)
    .sort((one, other) => SEVERITIES.indexOf(one.finding.severity) - SEVERITIES.indexOf(other.finding.severity) || one.number - other.number)
    .map(({ number }) => number);
}

export function counts(review: Findings): string {
  const open = review.findings.filter((finding) => !finding.suppressed);
  const parts = SEVERITIES.map((severity) => ({ severity, count: open.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => counted(count, NAMES[severity].toLowerCase()));
  return parts.join(", ");
}

export function findings(review: Findings, order: number[], current: number | undefined, all: boolean, actions: Actions, more: () => void): Node[] {
  const out: Node[] = [];
  const shown = all ? order : order.slice(0, LISTED);
  const list = h("ol", { class: "findings" });
  for (const number of shown) {
    const finding = review.findings[number];
    if (finding) list.append(card(finding, number, number === current, review.files.length > 1, actions));
  }
  if (shown.length > 0) out.push(list);
  if (shown.length < order.length) out.push(h("button", { class: "more", onclick: more }, `Show all ${order.length}`));
  return [...out, ...rest(review, actions)];
}

function card(finding: Finding, number: number, open: boolean, several: boolean, actions: Actions): HTMLLIElement {
  const { severity } = finding;
  const place = `${several ? `${actions.name(finding.file)}, ` : ""}line ${finding.line}`;
  const head = h(
    "button",
    { class: "finding-head", "aria-expanded": String(open), "data-number": number, onclick: () => actions.go(number) },
    h("span", { class: `sign ${severity}`, "aria-hidden": "true" }, SIGNS[severity]),
    h("span", { class: "finding-what" }, h("span", { class: "unseen" }, `${NAMES[severity]}: `), ...prose(finding.what)),
    h("span", { class: "finding-place" }, place),
  );
  const item = h("li", { class: `finding ${severity}${open ? " open" : ""}`, "data-rule": finding.rule }, head);
  if (open) item.append(body(finding, number, actions));
  return item;
}

function body(finding: Finding, number: number, actions: Actions): HTMLElement {
  const out = h("div", { class: "finding-body" });
  if (finding.why) out.append(h("p", {}, ...prose(finding.why)));
  if (finding.instead) out.append(h("p", {}, h("strong", {}, "Instead: "), ...prose(finding.instead)));
  const buttons = h("div", { class: "row" });
  if (finding.fix) buttons.append(h("button", { class: "primary", onclick: () => actions.fix(number) }, "Apply fix"));
  buttons.append(
    h("button", { onclick: () => actions.allow(number) }, "Allow with a reason"),
    h("button", { class: "link", onclick: () => actions.explain(finding.rule) }, h("code", {}, finding.rule)),
  );
  out.append(buttons);
  if (finding.fix) out.append(h("p", { class: "quiet" }, "Fix: ", ...prose(finding.fix.title)));
  if (finding.steps.length > 0) {
    out.append(h("p", { class: "quiet" }, finding.fix ? "After the fix:" : "The safe way:"), steps(finding.steps));
  }
  if (finding.evidence.length > 0) {
    out.append(h("ul", { class: "evidence" }, ...finding.evidence.map((line) => h("li", {}, ...prose(line)))));
  }
  return out;
}

export function steps(steps: SafeStep[]): HTMLOListElement {
  return h(
    "ol",
    { class: "steps" },
    ...steps.map((step) => {
      const button = h("button", { class: "small" }, "Copy");
      button.addEventListener("click", () => void copy(step.sql, button));
      return h("li", {}, h("strong", {}, PLACES[step.place]), ". ", ...prose(step.why), h("div", { class: "code" }, h("pre", { tabindex: 0 }, step.sql), button));
    }),
  );
}

/** What is no finding, and still must not be silent. */
function rest(review: Findings, actions: Actions): Node[] {
  const out: Node[] = [];
  const allowed = review.findings.filter((finding) => finding.suppressed);
  if (allowed.length > 0) {
    const lines = allowed.map((finding) =>
      h("li", {}, h("code", {}, finding.rule), ` at ${actions.name(finding.file)}:${finding.line}: `, finding.suppressed?.reason ?? ""),
    );
    out.push(h("details", { class: "rest" }, h("summary", {}, `${counted(allowed.length, "finding")} allowed`), h("ul", {}, ...lines)));
  }
  if (review.not_understood.length > 0) {
    const lines = review.not_understood.map((part) =>
      h("li", {}, `${actions.name(part.file)}:${part.line}: `, h("code", {}, part.sql.slice(0, 120)), ` ${part.partly ? "partly understood; expected" : "not understood; expected"} `, ...prose(part.expected)),
    );
    out.push(h("details", { class: "rest" }, h("summary", {}, `${counted(review.not_understood.length, "statement")} not fully understood: nothing is claimed about them`), h("ul", {}, ...lines)));
  }
  for (const problem of review.problems) {
    const place = problem.file ? `${actions.name(problem.file)}${problem.line ? `:${problem.line}` : ""}: ` : "";
    out.push(h("p", { class: "rest" }, problem.harmless ? "Note: " : h("strong", {}, "Not reviewed: "), place, ...prose(problem.message)));
  }
  return out;
}
