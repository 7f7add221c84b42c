// The application's code, pasted as one text: a line `== path` begins a file, as it is before and after the change;
// `== before: path` and `== after: path` begin one side of it.

import type { Input, SourceFile } from "../../npm/types";

export interface CodeFile extends SourceFile {
  side: "same" | "base" | "head";
  /** How many lines of the whole text stand before its first one. */
  above: number;
}

const HEAD = /^== ?(?:(before|after): *)?(\S.*)$/;

/** A path for what has none, by the look of it: the path tells which language it is. */
const LOOKS: [RegExp, string][] = [
  [/^\s*(model|datasource|generator|enum)\s+\w+\s*\{/m, "prisma/schema.prisma"],
  [/^\s*(from [\w.]+ import |import \w+$|class \w+(\(.*\))?:|def \w+\(.*\).*:)/m, "app/code.py"],
  [/^\s*(class \w+ < |module [A-Z]\w*$|def \w+[^:{]*$)/m, "app/models/code.rb"],
  [/^\s*defmodule /m, "lib/code.ex"],
  [/^package \w+$/m, "code.go"],
  [/^\s*(pub )?(fn \w+|use \w+::|diesel::table!)/m, "src/code.rs"],
  [/^\s*(package [\w.]+;|import [\w.]+;)/m, "src/main/java/Code.java"],
];

export function codeFiles(text: string): CodeFile[] {
  const files: CodeFile[] = [];
  let lines: string[] = [];
  let next: Omit<CodeFile, "text"> = { path: "", side: "same", above: 0 };
  const done = () => {
    const body = lines.join("\n");
    if (!body.trim()) return;
    const path = next.path || (LOOKS.find(([look]) => look.test(body))?.[1] ?? "src/code.ts");
    if (!files.some((file) => file.path === path && (file.side === next.side || file.side === "same" || next.side === "same"))) files.push({ ...next, path, text: body });
  };
  for (const [number, line] of text.split("\n").entries()) {
    const head = HEAD.exec(line);
    if (!head) {
      lines.push(line);
      continue;
    }
    done();
    lines = [];
    const side = head[1] === "before" ? "base" : head[1] === "after" ? "head" : "same";
    next = { path: head[2]!.trim(), side, above: number + 1 };
  }
  done();
  return files;
}

/** The trees as the engine takes them; nothing where there is no code. */
export function codeTrees(text: string): Pick<Input, "code"> {
  const files = codeFiles(text);
  if (files.length === 0) return {};
  const of = (side: CodeFile["side"]) => files.filter((file) => file.side === side).map(({ path, text }) => ({ path, text }));
  return { code: { same: of("same"), base: of("base"), head: of("head"), unread: [] } };
}
