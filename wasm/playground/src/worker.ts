// The engine, away from the page: a slow or broken run never freezes or poisons it.

import * as wasm from "../engine/lockkeeper.js";

export type Command = "check" | "findings" | "locks" | "check_markdown" | "fix" | "frameworks" | "arrange" | "version";

export type Request = { module: WebAssembly.Module } | { id: number; command: Command; input: string };
export type Response = { ready: true } | { id: number; output: string; took: number } | { id: number | null; trap: string };

const calls: Record<Command, (input: string) => string> = {
  check: wasm.check,
  findings: wasm.findings,
  locks: wasm.locks,
  check_markdown: wasm.check_markdown,
  fix: wasm.fix,
  frameworks: () => wasm.frameworks(),
  arrange: wasm.arrange,
  version: () => wasm.version(),
};

const answer = (response: Response) => self.postMessage(response);

self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  const id = "id" in data ? data.id : null;
  try {
    if ("module" in data) {
      wasm.initSync({ module: data.module });
      answer({ ready: true });
    } else {
      const start = performance.now();
      const output = calls[data.command](data.input);
      answer({ id: data.id, output, took: performance.now() - start });
    }
  } catch (error) {
    answer({ id, trap: String(error) });
  }
});
