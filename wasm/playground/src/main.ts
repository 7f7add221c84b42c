// The page: holds the state, asks the engine, shows what it says.

import "./style.css";

import type { Arranged, Examples, Findings, Fixed, Frameworks, Locks, Review, SourceFile } from "../../npm/types";
import { checklist } from "./checklist";
import { codeFiles } from "./code";
import { byId, copy, h, prose } from "./dom";
import { Editor } from "./editor";
import { Engine, EngineFault, type Kind, latest } from "./engine";
import { STORIES } from "./examples";
import { type Actions, counts, findings, ranked } from "./findings";
import { transactions, written } from "./observe";
import { EMPTY, type Size, type State, draft, fromFragment, toFragment, toInput } from "./state";
import { timeline } from "./timeline";

const SIZES: [value: string, words: string][] = [
  ["unknown", "size unknown: taken as large"],
  ["small", "always small"],
  ["10000", "10 thousand rows"],
  ["1000000", "1 million rows"],
  ["50000000", "50 million rows"],
  ["1000000000", "1 billion rows"],
];
const TABS = [
  ["timeline", "Lock timeline"],
  ["rewrite", "Safe rewrite"],
  ["comment", "PR comment"],
  ["checklist", "Checklist"],
  ["postgres", "Run in PostgreSQL"],
  ["json", "JSON"],
] as const;
type Tab = (typeof TABS)[number][0];
/** The page as one file has no PostgreSQL in it. */
const WITH_POSTGRES = import.meta.env.MODE !== "offline";
const SHOWN_TABS = TABS.filter(([id]) => WITH_POSTGRES || id !== "postgres");
/** Longer links are cut by some chats. */
const LONG_LINK = 8_000;

/** Fixes are tried before they are offered, which takes longer than finding: above this many letters findings come first. */
const SHORT = 2_000;
/** How long nobody types before fixes are tried, in milliseconds. */
const PAUSE = 250;
/** A browser compiles the engine well only after some runs. Where a long text is opened they come before somebody types. */
const PRACTICE = 5;

/** What people wait for while they type; and everything that may take longer. */
interface Engines {
  quick: Engine;
  thorough: Engine;
}
const engines: Record<Kind, Engines> = {
  sql: { quick: new Engine("sql"), thorough: new Engine("sql") },
  code: { quick: new Engine("code"), thorough: new Engine("code") },
};

/** The engines that can read all of a state. */
const enginesFor = ({ code }: State) => engines[code.trim() ? "code" : "sql"];

const ui = {
  story: byId<HTMLSelectElement>("story"),
  pg: byId<HTMLSelectElement>("pg"),
  framework: byId<HTMLSelectElement>("framework"),
  panel: byId("panel"),
  live: byId("live"),
  verdict: byId("verdict"),
  trouble: byId("trouble"),
};

let state: State = EMPTY;
/** What was found in what is in the editor. */
let review: Findings | undefined;
/** All that was last made of it; while somebody types it is a moment behind. */
let whole: Review | undefined;
let arranged: Arranged = { version: 1, files: [], review: [] };
let raw = "";
let order: number[] = [];
let current: number | undefined;
let listAll = false;
let tab: Tab = "timeline";
let frameworks: Frameworks["frameworks"] = [];
let typed: number | undefined;
let closeTab = () => {};

const editor = new Editor(byId("editor"), onTyped, onMoved);
const actions: Actions = { go, fix, allow: (number) => void allow(number).catch(trouble), explain: (rule) => void showRule(rule), name };

async function call<T>(command: Parameters<Engine["ask"]>[0], input = "", by = engines.sql.quick): Promise<T> {
  const value = JSON.parse(await by.ask(command, input)) as T & { error?: string };
  if (typeof value.error === "string") throw new Error(value.error);
  return value;
}

// ── The review ──────────────────────────────────────────────────────────────────────────────────────────────────

interface Asked {
  state: State;
  typed: number | undefined;
}

const run = latest<Asked>(async (asked) => {
  try {
    const { migrations, framework, schema } = asked.state;
    const placed = await call<Arranged>("arrange", JSON.stringify({ framework, migrations }));
    const input = JSON.stringify(toInput(asked.state, placed));
    const short = migrations.reduce((sum, text) => sum + text.length, schema.length) < SHORT;
    take(placed, await enginesFor(asked.state).quick.ask(short ? "check" : "findings", input), asked);
    window.clearTimeout(fixing);
    if (!short) fixing = window.setTimeout(() => withFixes({ asked, placed, input }), asked.typed === undefined ? 0 : PAUSE);
  } catch (error) {
    trouble(error);
  }
});

let fixing = 0;
const withFixes = latest<{ asked: Asked; placed: Arranged; input: string }>(async ({ asked, placed, input }) => {
  try {
    const { quick, thorough } = enginesFor(asked.state);
    const output = await thorough.ask("check", input);
    if (asked.state === state) take(placed, output, { state, typed: undefined });
    if (asked.typed === undefined) await practise(quick, input);
  } catch (error) {
    trouble(error);
  }
});

let practised = 0;
async function practise(engine: Engine, input: string): Promise<void> {
  while (practised < PRACTICE) {
    practised += 1;
    await engine.ask("findings", input);
  }
}

function take(placed: Arranged, output: string, asked: Asked): void {
  const answer = JSON.parse(output) as (Review | Findings) & { error?: string };
  if (answer.error) throw new Error(answer.error);
  arranged = placed;
  review = answer;
  if ("timelines" in answer) {
    whole = answer;
    raw = output;
    // While somebody types, what is below the editor may come a little later.
    window.clearTimeout(drawing);
    drawing = window.setTimeout(showTab, asked.typed === undefined ? 0 : 150);
  }
  ui.trouble.hidden = true;
  show();
  if (asked.typed !== undefined) performance.measure("keystroke to findings", { start: asked.typed, end: performance.now() });
  // Only what the engine has survived comes back when the page is opened again.
  keep(asked.state);
}

function ask(): void {
  run({ state, typed });
  typed = undefined;
}

let drawing = 0;
let keeping = 0;
function keep(value: State): void {
  window.clearTimeout(keeping);
  keeping = window.setTimeout(() => draft.keep(value), 300);
}

function onTyped(): void {
  typed = performance.now();
  state = { ...state, ...edited() };
  ui.story.value = "";
  ask();
}

/** What the editor holds: the schema, the migrations in their order, and the application's code. */
function edited(): Pick<State, "schema" | "migrations" | "code"> {
  const [schema = "", ...migrations] = editor.texts();
  const code = migrations.pop() ?? "";
  return { schema, migrations, code };
}

/** Where the application's code is in the editor. */
const codeAt = () => state.migrations.length + 1;

function change(part: Partial<State>): void {
  state = { ...state, ...part };
  ui.story.value = "";
  ask();
}

function load(next: State, at = 1): void {
  state = structuredClone(next);
  const migrations = state.migrations.map((text, number) => ({ text, label: `Migration ${number + 1}` }));
  const texts = [{ text: state.schema, label: "Schema before the migrations" }, ...migrations, { text: state.code, label: "Code of the application", isCode: true }];
  current = undefined;
  listAll = false;
  editor.load(texts, at);
  ui.pg.value = String(state.pg);
  ui.framework.value = state.framework;
  showFiles();
  ask();
}

// ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────────

function show(): void {
  if (!review) return;
  order = ranked(review);
  if (current === undefined || !order.includes(current)) current = order[0];
  const worst = current === undefined ? undefined : review.findings[order[0] ?? 0];
  const statements = review.migrations.reduce((sum, one) => sum + one.statements, 0);
  const unread = review.problems.some((problem) => !problem.harmless) || review.not_understood.length > 0;
  const look = worst?.severity ?? (statements === 0 ? "waiting" : unread ? "warning" : "good");
  ui.verdict.className = `verdict ${look}`;
  ui.verdict.firstElementChild!.textContent = { error: "✕", warning: "!", info: "i", good: "✓", waiting: "…" }[look];
  const count = counts(review);
  const words = worst
    ? [h("strong", {}, `${count}. `), ...prose(worst.what)]
    : statements === 0
      ? ["Paste a migration on the left, or choose an example."]
      : unread
        ? [h("strong", {}, "No findings, but not all of it was understood: "), "see below."]
        : [h("strong", {}, "No findings. "), "These migrations can run while the application does."];
  byId("verdict-words").replaceChildren(...words);
  document.title = `${worst ? `${count}` : "Lockkeeper playground"}${worst?.relations[0] ? `: ${worst.relations[0]}` : ""}`;
  announce(byId("verdict-words").textContent ?? "");
  showFindings();
  mark();
  showSizes();
  showFiles();
  const model = review.migrations[0]?.transactions ?? frameworks.find(({ id }) => id === state.framework)?.transactions;
  byId("transactions").textContent = model ? `runs ${model}` : "";
}

let findingsShown = "";
function showFindings(): void {
  if (!review) return;
  // Most of what is typed changes nothing here.
  const { findings: found, not_understood, problems } = review;
  const key = JSON.stringify([found, not_understood, problems, arranged.review, order, current, listAll]);
  if (key === findingsShown) return;
  findingsShown = key;
  const more = () => {
    listAll = true;
    showFindings();
  };
  const shown = findings(review, order, current, listAll, actions, more);
  const empty = review.findings.length === 0 && shown.length === 0 ? [h("p", { class: "quiet" }, "Nothing was found.")] : [];
  byId("findings").replaceChildren(...shown, ...empty);
}

function mark(): void {
  const path = arranged.review[editor.active - 1];
  const here = order.map((number) => ({ number, finding: review?.findings[number] })).filter((one) => one.finding?.file === path);
  editor.mark(here.flatMap(({ number, finding }) => (finding ? [{ number, finding }] : [])), fix);
}

let said = 0;
function announce(words: string): void {
  window.clearTimeout(said);
  said = window.setTimeout(() => {
    if (ui.live.textContent !== words) ui.live.textContent = words;
  }, 900);
}

function name(path: string): string {
  const number = arranged.review.indexOf(path);
  if (number < 0) return path;
  return arranged.review.length > 1 ? `Migration ${number + 1}` : path;
}

function showFiles(): void {
  const labels = ["Schema before", ...state.migrations.map((_, number) => `Migration ${number + 1}`), "Code"];
  const parent = byId("files");
  const focused = parent.contains(document.activeElement);
  parent.replaceChildren(
    ...labels.map((label, index) => {
      const chosen = index === editor.active;
      const path = arranged.review[index - 1];
      const worst = review && order.map((number) => review?.findings[number]).find((finding) => finding?.file === path);
      const dot = worst ? h("span", { class: `dot ${worst.severity}`, "aria-hidden": "true" }) : null;
      return h("button", { role: "tab", id: `file-${index}`, "aria-selected": String(chosen), "aria-controls": "editor", tabindex: chosen ? 0 : -1, title: path ?? "", onclick: () => openFile(index) }, label, dot);
    }),
  );
  if (focused) parent.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  const at = editor.active;
  const isCode = at === codeAt();
  byId("schema-help").hidden = at !== 0;
  byId("code-help").hidden = !isCode;
  byId<HTMLButtonElement>("earlier").disabled = at < 2 || isCode;
  byId<HTMLButtonElement>("later").disabled = at === 0 || at >= state.migrations.length;
  byId<HTMLButtonElement>("remove").disabled = at === 0 || isCode || state.migrations.length < 2;
}

function openFile(index: number): void {
  editor.show(index);
  showFiles();
  mark();
}

let sizesShown = "";
function showSizes(): void {
  const tables = new Set(Object.keys(state.sizes));
  for (const one of whole?.timelines ?? []) for (const hold of one.holds) if (hold.kind === "table") tables.add(hold.relation);
  const parent = byId("sizes");
  const key = JSON.stringify([[...tables], state.sizes]);
  if (key === sizesShown) return;
  sizesShown = key;
  parent.hidden = tables.size === 0;
  const selects = [...tables].slice(0, 24).map((table) => {
    const size = String(state.sizes[table] ?? "unknown");
    const options = SIZES.some(([value]) => value === size) ? SIZES : [...SIZES, [size, `${Number(size).toLocaleString("en")} rows`] as [string, string]];
    const select = h("select", {}, ...options.map(([value, words]) => h("option", { value, selected: value === size }, words)));
    select.addEventListener("change", () => {
      const value: Size = select.value === "unknown" || select.value === "small" ? select.value : Number(select.value);
      const { [table]: _, ...others } = state.sizes;
      change({ sizes: value === "unknown" ? others : { ...others, [table]: value } });
    });
    return h("label", {}, h("code", {}, table), " ", select);
  });
  parent.replaceChildren(h("span", { class: "quiet" }, "In production:"), ...selects);
}

// ── Results ─────────────────────────────────────────────────────────────────────────────────────────────────────

function showTabs(): void {
  byId("tabs").replaceChildren(
    ...SHOWN_TABS.map(([id, label], index) =>
      h("button", { role: "tab", id: `tab-${id}`, "aria-selected": String(id === tab), "aria-controls": "panel", tabindex: id === tab ? 0 : -1, title: `Alt+${index + 1}`, onclick: () => openTab(id) }, label),
    ),
  );
  ui.panel.setAttribute("aria-labelledby", `tab-${tab}`);
}

function openTab(id: Tab): void {
  tab = id;
  const focused = byId("tabs").contains(document.activeElement);
  showTabs();
  if (focused) byId(`tab-${id}`).focus();
  showTab();
}

const showTab = () => drawTab(tab);
const drawTab = latest<Tab>(async (which) => {
  if (!whole) return;
  const drawn = whole;
  const put = (...nodes: Node[]) => {
    if (which !== tab) return;
    closeTab();
    closeTab = () => {};
    ui.panel.className = which;
    ui.panel.replaceChildren(...nodes);
  };
  try {
    if (which === "timeline") put(...timeline(drawn, goTo, name));
    else if (which === "checklist") put(...checklist(drawn));
    else if (which === "json") put(copyable(raw, "Copy JSON"), h("p", { class: "quiet" }, "What ", h("code", {}, "lockkeeper check --format json"), " prints."), h("pre", { class: "json", tabindex: 0 }, raw));
    else if (which === "comment") {
      const input = JSON.stringify(toInput(state, arranged));
      const [text, { render }] = await Promise.all([enginesFor(state).thorough.ask("check_markdown", input), import("./markdown")]);
      put(copyable(text, "Copy Markdown"), h("p", { class: "quiet" }, "The comment that Lockkeeper writes on a pull request with these migrations."), render(text));
    } else if (which === "postgres") {
      put(...(await postgres(drawn)));
    } else {
      const paths = arranged;
      const input = JSON.stringify(toInput(state, paths));
      const [fixed, { rewrite }] = await Promise.all([call<Fixed>("fix", input, enginesFor(state).thorough), import("./rewrite")]);
      const text = (path: string) => paths.files.find((file) => file.path === path)?.text ?? "";
      const made = rewrite({ fixed, review: drawn, text, name, accept });
      put(...made.nodes);
      if (which === tab) {
        made.mount();
        // The buttons between the two sides come with the next measurement.
        if (refocus) window.setTimeout(() => (ui.panel.querySelector<HTMLElement>(".take") ?? ui.panel).focus(), 100);
        refocus = false;
        closeTab = made.destroy;
      }
    }
  } catch (error) {
    trouble(error);
  }
});

let observed: { of: string; nodes: Node[] } | undefined;

/** What PostgreSQL did, or the offer to find out. */
async function postgres(drawn: Review): Promise<Node[]> {
  if (!WITH_POSTGRES) return [];
  const { DOWNLOAD, VERSION, results, run } = await import("./postgres");
  const all = transactions(drawn);
  const of = JSON.stringify([state.schema, all]);
  if (observed?.of === of) return observed.nodes;
  const button = h("button", { class: "primary" }, `Run it in PostgreSQL ${VERSION}`);
  const words = h("p", { class: "quiet" }, `A real PostgreSQL ${VERSION}, compiled for the browser (PGlite), runs the schema and the migrations here, in the page, and shows what it locked, rewrote and refused beside what was predicted. It is fetched when you press the button: ${DOWNLOAD}, once. Nothing is sent anywhere.`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = "PostgreSQL starts and runs it …";
    announce("PostgreSQL starts.");
    try {
      const files = [{ path: "migration.sql", text: written(all) }];
      const schema = [{ path: "schema.sql", text: state.schema }];
      const [predicted, observation] = await Promise.all([call<Locks>("locks", JSON.stringify({ files, schema, pg: VERSION })), run({ schema: state.schema, transactions: all })]);
      observed = { of, nodes: results(all, predicted, observation, state.pg, name) };
      announce(observed.nodes[0]?.textContent ?? "");
    } catch (error) {
      trouble(error);
    }
    showTab();
  });
  return [words, h("div", { class: "row" }, button)];
}

function copyable(text: string, label: string): HTMLElement {
  const button = h("button", { class: "copy" }, label);
  button.addEventListener("click", () => void copy(text, button));
  return button;
}

function accept(files: SourceFile[]): void {
  const before = editor.active;
  refocus = ui.panel.contains(document.activeElement);
  for (const file of files) {
    const number = arranged.review.indexOf(file.path);
    if (number >= 0) editor.replace(number + 1, file.text);
  }
  openFile(before);
  announce("Taken into the editor.");
}
/** Somebody works in the panel with keys: what is drawn next there gets the focus back. */
let refocus = false;

// ── What people do ──────────────────────────────────────────────────────────────────────────────────────────────

/** Opens a file and says how many lines stand above it in the editor; none where it is not there. */
function openPath(path: string): number | undefined {
  const index = arranged.review.indexOf(path) + 1;
  const code = codeFiles(state.code).findLast((file) => file.path === path);
  if (index === 0 && !code) return undefined;
  openFile(index || codeAt());
  return index === 0 ? code?.above : 0;
}

function go(number: number, focus = false): void {
  const finding = review?.findings[number];
  if (!finding) return;
  current = number;
  const above = openPath(finding.file);
  if (above !== undefined) editor.select({ ...finding, line: finding.line + above, end_line: finding.end_line + above }, focus);
  showFindings();
  const head = document.querySelector<HTMLElement>(`[data-number="${number}"]`);
  if (!focus) head?.focus({ preventScroll: true });
  head?.closest("li")?.scrollIntoView({ block: "nearest" });
}

function goTo(path: string, line: number): void {
  const above = openPath(path) ?? 0;
  editor.select({ file: path, line: line + above, column: 1, end_line: line + above, end_column: 1 }, true);
}

/** The next finding in the order of the list, or the one before. */
function step(by: number): void {
  if (order.length === 0) return;
  const inEditor = byId("editor").contains(document.activeElement);
  const at = current === undefined || !visited ? -Math.max(by, 0) : order.indexOf(current);
  visited = true;
  const next = order[(at + by + order.length) % order.length];
  if (next !== undefined) go(next, inEditor);
}
let visited = false;

function fix(number: number): void {
  const finding = review?.findings[number];
  if (!finding?.fix) return;
  const index = arranged.review.indexOf(finding.fix.edits[0]?.file ?? finding.file) + 1;
  if (index === 0) return;
  openFile(index);
  editor.apply(finding.fix.edits);
  visited = false;
  announce(`Applied: ${finding.fix.title.replaceAll("`", "")}`);
}

async function allow(number: number): Promise<void> {
  const finding = review?.findings[number];
  const index = finding ? arranged.review.indexOf(finding.file) + 1 : 0;
  if (!finding || index === 0) return;
  openFile(index);
  // Above the statement, which may begin before the place that shows the danger.
  const { timelines } = whole && review === whole ? whole : await call<Review>("check", JSON.stringify(toInput(state, arranged)), enginesFor(state).thorough);
  const holds = timelines.flatMap((one) => one.steps).find((one) => one.file === finding.file && one.line <= finding.line && finding.line <= one.end_line);
  editor.insertLine(holds?.line ?? finding.line, `-- lockkeeper:ignore ${finding.rule} say here why it is fine`);
}

function onMoved(line: number): void {
  const path = arranged.review[editor.active - 1];
  const found = order.find((number) => {
    const finding = review?.findings[number];
    return finding && finding.file === path && finding.line <= line && line <= finding.end_line;
  });
  const shown = current === undefined ? undefined : review?.findings[current];
  if (shown && shown.file === path && shown.line <= line && line <= shown.end_line) return;
  if (found !== undefined && found !== current) {
    current = found;
    showFindings();
  }
}

/** A rule's page and its examples; empty where there is no such rule. */
async function rulePage(id: string): Promise<RulePage> {
  const { default: pages } = await import("../engine/rules.json");
  return (pages as Partial<Record<string, RulePage>>)[id] ?? { page: "", examples: [] };
}
interface RulePage extends Pick<Examples, "examples"> {
  page: string;
}

async function showRule(id: string): Promise<void> {
  try {
    const [{ page, examples }, { render }] = await Promise.all([rulePage(id), import("./markdown")]);
    const dialog = byId<HTMLDialogElement>("rule");
    const buttons = examples.map((example, number) => {
      const label = `${example.bad ? "Dangerous" : "Safe"} example ${number + 1}`;
      return h("button", { class: "small", onclick: () => { dialog.close(); openExample(example); } }, label);
    });
    const close = h("button", { class: "close", "aria-label": "Close", onclick: () => dialog.close() }, "✕");
    dialog.replaceChildren(close, h("div", { class: "row" }, h("span", { class: "quiet" }, "Open here:"), ...buttons), render(page));
    dialog.showModal();
    dialog.scrollTop = 0;
  } catch (error) {
    trouble(error);
  }
}

function openExample(example: Examples["examples"][number]): void {
  const pg = Math.min(Math.max(state.pg, example.oldest), example.newest);
  load({ ...EMPTY, pg, framework: example.framework, schema: example.schema, migrations: example.migrations });
  ui.story.value = "";
}

async function share(): Promise<void> {
  const url = new URL(location.href);
  url.search = "";
  url.hash = await toFragment(state);
  history.replaceState(null, "", url);
  const copied = await copy(url.href, byId<HTMLButtonElement>("share"));
  const long = url.href.length > LONG_LINK ? ` It has ${url.href.length.toLocaleString("en")} characters, more than some chats keep.` : "";
  announce(copied ? `The link is copied.${long}` : `The link is in the address bar.${long}`);
}

const able = typeof WebAssembly === "object";

function trouble(error: unknown): void {
  if (!able) return;
  const words =
    error instanceof EngineFault
      ? ["The engine stopped on this text (", error.message, "). It starts anew with the next change. Please ", h("a", { href: "https://github.com/lockkeeper/lockkeeper/issues/new" }, "report it"), " with the text, if you may share it."]
      : [error instanceof Error ? error.message : String(error)];
  ui.trouble.replaceChildren(...words);
  ui.trouble.hidden = false;
}

/** Arrow keys within a list of tabs. */
function arrows(list: HTMLElement): void {
  list.addEventListener("keydown", (event) => {
    const tabs = [...list.querySelectorAll<HTMLElement>("[role=tab]")];
    const at = tabs.findIndex((one) => one === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    tabs[(to + tabs.length) % tabs.length]?.click();
  });
}

function listen(): void {
  ui.story.append(...STORIES.map(({ id, title }) => h("option", { value: id }, title)));
  ui.story.addEventListener("change", () => {
    const story = STORIES.find(({ id }) => id === ui.story.value);
    load(story?.state ?? EMPTY);
    ui.story.value = story?.id ?? "";
  });
  for (let pg = 18; pg >= 13; pg--) ui.pg.append(h("option", { value: pg }, String(pg)));
  ui.pg.addEventListener("change", () => change({ pg: Number(ui.pg.value) }));
  ui.framework.addEventListener("change", () => change({ framework: ui.framework.value }));
  byId("share").addEventListener("click", () => void share());
  byId("forget").addEventListener("click", () => {
    window.clearTimeout(keeping);
    draft.forget();
    history.replaceState(null, "", location.pathname);
    openStory();
    announce("The draft is forgotten.");
  });
  byId("add").addEventListener("click", () => {
    const at = Math.min(editor.active, state.migrations.length) + 1;
    editor.insert(at, `Migration ${at}`);
    onTyped();
    showFiles();
    editor.view.focus();
  });
  byId("remove").addEventListener("click", () => {
    editor.remove(editor.active);
    onTyped();
    showFiles();
  });
  const move = (by: number) => {
    const { migrations, ...others } = edited();
    const from = editor.active - 1;
    const [moved = ""] = migrations.splice(from, 1);
    migrations.splice(from + by, 0, moved);
    load({ ...state, ...others, migrations }, editor.active + by);
  };
  byId("earlier").addEventListener("click", () => move(-1));
  byId("later").addEventListener("click", () => move(1));
  arrows(byId("tabs"));
  arrows(byId("files"));
  window.addEventListener("hashchange", () => void fromFragment(location.hash.slice(1)).then((found) => found && load(found)));
  window.addEventListener(
    "keydown",
    (event) => {
      const held = event.ctrlKey || event.metaKey;
      const number = event.altKey ? Number(/^Digit([1-6])$/.exec(event.code)?.[1] ?? 0) : 0;
      if (event.key === "F8") step(event.shiftKey ? -1 : 1);
      else if (held && event.key === "." && current !== undefined) fix(current);
      else if (held && event.key === "s") void share();
      else if (number > 0) openTab(SHOWN_TABS[number - 1]?.[0] ?? tab);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

function openStory(): void {
  const [first] = STORIES;
  if (!first) return;
  load(first.state);
  ui.story.value = first.id;
}

async function open(): Promise<void> {
  const asked = new URLSearchParams(location.search);
  const rule = asked.get("rule");
  const linked = await fromFragment(location.hash.slice(1));
  const kept = draft.read();
  if (linked) load(linked);
  else if (rule) {
    const { examples } = await rulePage(rule);
    const example = examples[Math.max(Number(asked.get("example") ?? 1) - 1, 0)];
    if (example) openExample(example);
    else {
      openStory();
      throw new Error(`There is no such example of a rule ${rule}.`);
    }
  } else if (kept) load(kept);
  else openStory();
  if (!linked && location.hash.length > 1) throw new Error("The link is damaged: what it held can't be read.");
}

async function begin(): Promise<void> {
  listen();
  showTabs();
  if (!able) {
    openStory();
    ui.trouble.replaceChildren(
      "This browser has WebAssembly switched off or lacks it (Lockdown Mode on Apple's systems does that), and the review is made of it. Allow it for this page, open the page in another browser, or run ",
      h("code", {}, "lockkeeper check"),
      " in a terminal: it is the same review.",
    );
    ui.trouble.hidden = false;
    byId("verdict-words").textContent = "Not reviewed: the engine can't run in this browser.";
    return;
  }
  await open().catch(trouble);
  const [offered, version] = await Promise.all([call<Frameworks>("frameworks"), engines.sql.quick.ask("version")]);
  frameworks = offered.frameworks;
  ui.framework.replaceChildren(...frameworks.map(({ id, title }) => h("option", { value: id }, title)));
  ui.framework.value = state.framework;
  byId("about").textContent = `version ${version}`;
  if ("serviceWorker" in navigator && import.meta.env.PROD && import.meta.env.MODE !== "offline") {
    await navigator.serviceWorker.register("sw.js").catch(() => undefined);
  }
}

if (import.meta.env.MODE !== "offline") byId("offline").replaceChildren("No network? ", h("a", { href: "playground.html", download: true }, "Take the page with you"), " as one file.");
void begin().catch(trouble);
