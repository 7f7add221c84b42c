// The tab that runs the migrations on a real PostgreSQL, in the page, and holds the prediction against it.

import type { Locks } from "../../npm/types";
import { counted, h, prose } from "./dom";
import { type Compared, type Observation, type Script, type Transaction, compare } from "./observe";
import type { Answer, Order } from "./postgres-worker";

/** What is fetched once, as it is sent. */
export const DOWNLOAD = "about 9 MB";
/** The version of what is fetched. */
export const VERSION = 18;
/** How long a run may take, in milliseconds: the start of a server is most of it. */
const LIMIT = 180_000;

let kept: Worker | undefined;

/** One run at a time. A worker in which something went wrong is ended, and the next run has a new one. */
export function run(script: Script): Promise<Observation> {
  const worker = (kept ??= new Worker(new URL("./postgres-worker.ts", import.meta.url), { type: "module" }));
  const done = new Promise<Observation>((resolve, reject) => {
    const late = window.setTimeout(() => reject(new Error("PostgreSQL took too long and was ended.")), LIMIT);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      window.clearTimeout(late);
      if ("observation" in data) resolve(data.observation);
      else reject(new Error(`PostgreSQL did not run: ${data.fault}`));
    };
    worker.onerror = (event) => reject(new Error(`PostgreSQL did not start: ${event.message || "its worker could not be loaded"}`));
  });
  const at = (file: string) => new URL(`pglite/${file}`, document.baseURI).href;
  worker.postMessage({ library: at("index.js"), folder: at("server-folder"), script } satisfies Order);
  return done.catch((error: unknown) => {
    worker.terminate();
    kept = undefined;
    throw error;
  });
}

export function results(all: Transaction[], predicted: Locks, observation: Observation, pg: number, name: (file: string) => string): Node[] {
  if (observation.schema !== null) {
    return [h("p", { class: "trouble" }, "PostgreSQL refuses the schema before the migrations: ", h("code", {}, observation.schema))];
  }
  const compared = compare(all, predicted.statements, observation.seen);
  const wrong = compared.filter(({ differences }) => differences.length > 0);
  const agreed = compared.filter(({ observed, differences, excuse }) => observed && differences.length === 0 && !excuse);
  const verdict = wrong.length > 0
    ? `${counted(wrong.length, "statement")} did something else than we predicted. That is our mistake.`
    : `${counted(agreed.length, "statement")} did what was predicted.`;
  const rows = compared.map((one) => row(one, name, observation.version));
  return [
    h("p", { class: `observed-verdict ${wrong.length > 0 ? "error" : "good"}` }, h("strong", {}, verdict), ` Observed on PostgreSQL ${observation.version}, with empty tables, in this page.`),
    ...(pg === VERSION ? [] : [h("p", { class: "quiet" }, `Here stands what is predicted for PostgreSQL ${VERSION}; the findings above are for ${pg}.`)]),
    h("div", { class: "scroll", role: "region", "aria-label": "Predicted and observed", tabindex: 0 },
      h("table", { class: "observed" },
        h("caption", {}, "Who waits can't be seen from one session: it follows from the lock modes. How long a scan or a rewrite takes depends on rows, of which there are none here."),
        h("thead", {}, h("tr", {}, ...["Statement", "Predicted", "Observed", ""].map((title) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, ...rows))),
  ];
}

function row(one: Compared, name: (file: string) => string, version: string): HTMLTableRowElement {
  const { statement, predicted, observed, differences, excuse } = one;
  const said = predicted.fails ? [`error \`${predicted.fails}\``] : [
    ...predicted.locks.filter((lock) => !lock.new && lock.kind !== "index").map((lock) => `\`${lock.mode}\` on \`${lock.relation}\``),
    ...predicted.rewrites.map((table) => `\`${table}\` is written anew`),
    ...predicted.index_builds.map((index) => `index \`${index}\` is built`),
  ];
  const was = !observed ? [] : observed.error ? [`error \`${observed.error.sqlstate}\`: ${observed.error.message.replaceAll("`", "'")}`] : [
    ...Object.entries(observed.locks).map(([relation, mode]) => `\`${mode}\` on \`${relation}\``),
    ...(observed.alone ? ["its locks: not seen, it runs outside of transactions"] : []),
    ...observed.rewrites.map((table) => `\`${table}\` is written anew`),
    ...observed.index_builds.map((index) => `index \`${index}\` is built`),
  ];
  const list = (lines: string[]) => h("td", {}, lines.length === 0 ? "nothing that others feel" : h("ul", {}, ...lines.map((line) => h("li", {}, ...prose(line)))));
  const judgement = differences.length > 0
    ? h("td", { class: "differs" }, h("strong", {}, "✕ Differs. "), differences.join("; "), ". ", h("a", { href: report(one, version), target: "_blank", rel: "noreferrer" }, "Report our mistake"))
    : h("td", {}, excuse ? h("span", { class: "quiet" }, excuse) : h("strong", { class: "agrees" }, "✓ As predicted"));
  return h("tr", {}, h("th", { scope: "row" }, h("span", { class: "quiet" }, `${name(statement.file)}, line ${statement.line}`), h("code", {}, statement.sql.slice(0, 160))), list(said), observed ? list(was) : h("td", { class: "quiet" }, "did not run"), judgement);
}

/** An issue that is filled in; nothing is sent before somebody presses the button there. */
function report({ statement, differences }: Compared, version: string): string {
  const body = `PostgreSQL ${version} (PGlite, in the playground) did something else than predicted:\n\n${differences.map((line) => `- ${line}`).join("\n")}\n\n\`\`\`sql\n${statement.sql.slice(0, 3000)}\n\`\`\`\n\nThe schema that it needs:\n\n\`\`\`sql\n\n\`\`\`\n`;
  return `https://github.com/lockkeeper/lockkeeper/issues/new?${new URLSearchParams({ title: `Wrong prediction: ${differences[0] ?? ""}`.slice(0, 120), body })}`;
}
