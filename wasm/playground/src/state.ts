// All that a link carries. It stands in the fragment, which no browser sends to a server.

import type { Arranged, Input } from "../../npm/types";
import { codeTrees } from "./code";

export type Size = "unknown" | "small" | number;

export interface State {
  migrations: string[];
  schema: string;
  /** The application's code, as `code.ts` reads it. */
  code: string;
  pg: number;
  framework: string;
  sizes: Record<string, Size>;
}

/** A table's name that is, as a pattern of a policy, that table and no other. */
const NAMES_ITSELF = /^(?!\.+$)[^!*?/][^*?/]{0,99}$/;

export const EMPTY: State = { migrations: [""], schema: "", code: "", pg: 17, framework: "sql", sizes: {} };

const VERSION = "1.";
const DRAFT = "lockkeeper.draft";
/** More than this is no link but an attack, in characters of JSON. */
const MAX_JSON = 4_000_000;

export async function toFragment(state: State): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return VERSION + btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** None where the fragment is not one of ours or is damaged. */
export async function fromFragment(fragment: string): Promise<State | undefined> {
  if (!fragment.startsWith(VERSION)) return undefined;
  try {
    const packed = fragment.slice(VERSION.length).replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    return checked(JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw")))));
  } catch {
    return undefined;
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_JSON) throw new Error("too long");
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What came from outside, as far as it is what it claims to be. */
function checked(value: unknown): State | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { migrations, schema, code, pg, framework, sizes } = value as Record<string, unknown>;
  if (!Array.isArray(migrations) || migrations.length === 0 || migrations.length > 100) return undefined;
  if (!migrations.every((text): text is string => typeof text === "string")) return undefined;
  const state: State = { ...EMPTY, migrations, sizes: {} };
  if (typeof schema === "string") state.schema = schema;
  if (typeof code === "string") state.code = code;
  if (typeof pg === "number" && pg >= 13 && pg <= 18) state.pg = Math.trunc(pg);
  if (typeof framework === "string" && /^[a-z0-9-]{1,40}$/.test(framework)) state.framework = framework;
  if (typeof sizes === "object" && sizes !== null) {
    const said = ([, size]: [string, unknown]) => size === "small" || (typeof size === "number" && Number.isSafeInteger(size) && size >= 0);
    // A table may be called `__proto__`.
    state.sizes = Object.fromEntries(Object.entries(sizes).slice(0, 500).filter(said)) as State["sizes"];
  }
  return state;
}

export const draft = {
  read(): State | undefined {
    try {
      return checked(JSON.parse(localStorage.getItem(DRAFT) ?? "null"));
    } catch {
      return undefined;
    }
  },
  keep(state: State): void {
    try {
      localStorage.setItem(DRAFT, JSON.stringify(state));
    } catch {
      // Full, or forbidden: then there is no draft.
    }
  },
  forget(): void {
    try {
      localStorage.removeItem(DRAFT);
    } catch {
      // Forbidden: then there was none.
    }
  },
};

export function toInput(state: State, arranged: Arranged): Input {
  const small = Object.entries(state.sizes).filter(([table, size]) => size === "small" && NAMES_ITSELF.test(table));
  const rows = Object.entries(state.sizes).flatMap(([table, size]) => (typeof size === "number" ? [[table, { rows: size }] as const] : []));
  return {
    files: arranged.files,
    review: arranged.review,
    schema: state.schema.trim() ? [{ path: "schema.sql", text: state.schema }] : [],
    pg: state.pg,
    framework: state.framework,
    stats: { tables: Object.fromEntries(rows) },
    small_tables: small.map(([table]) => table),
    today: new Date().toISOString().slice(0, 10),
    ...codeTrees(state.code),
  };
}
