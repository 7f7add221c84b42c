// PostgreSQL in a worker of its own: it can be ended whatever it does, and takes its memory with it.

import { type Database, type Script, observe } from "./observe";

export type Answer = { observation: Awaited<ReturnType<typeof observe>> } | { fault: string };

/** Its start is most of the time of a run: it stays for the next one. */
let server: Promise<Database> | undefined;

self.addEventListener("message", async ({ data }: MessageEvent<{ library: string; script: Script }>) => {
  let answer: Answer;
  try {
    server ??= start(data.library);
    answer = { observation: await observe(await server, data.script) };
  } catch (error) {
    answer = { fault: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
});

async function start(library: string): Promise<Database> {
  const { PGlite } = (await import(/* @vite-ignore */ library)) as { PGlite: { create(): Promise<Database> } };
  return PGlite.create();
}
