// PostgreSQL in a worker of its own: it can be ended whatever it does, and takes its memory with it.

import { type Database, type Script, observe } from "./observe";

export type Answer = { observation: Awaited<ReturnType<typeof observe>> } | { fault: string };

interface Library {
  PGlite: { create(options: { loadDataDir: Blob }): Promise<Database> };
}

export interface Order {
  /** Where the server's code is. */
  library: string;
  /** Where its folder is, made before: with it a server starts in a second. */
  folder: string;
  script: Script;
}

/** Its start is most of the time of a run: it stays for the next one. */
let server: Promise<Database> | undefined;

self.addEventListener("message", async ({ data }: MessageEvent<Order>) => {
  let answer: Answer;
  try {
    server ??= start(data);
    answer = { observation: await observe(await server, data.script) };
  } catch (error) {
    answer = { fault: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
});

async function start({ library, folder }: Order): Promise<Database> {
  const [{ PGlite }, loadDataDir] = await Promise.all([import(/* @vite-ignore */ library) as Promise<Library>, fetched(folder)]);
  return PGlite.create({ loadDataDir });
}

async function fetched(folder: string): Promise<Blob> {
  const response = await fetch(folder);
  if (!response.ok) throw new Error(`its folder could not be fetched: ${response.status}`);
  return new Blob([await response.arrayBuffer()], { type: "application/gzip" });
}
