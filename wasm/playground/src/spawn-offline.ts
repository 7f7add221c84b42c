// The same for the page that is one file: the worker and the engine are inside of it. It has the one that reads code,
// which reads all that the other reads.

import EngineWorker from "./worker?worker&inline";

export const spawn = () => new EngineWorker();

let module: Promise<WebAssembly.Module> | undefined;

export const compile = (): Promise<WebAssembly.Module> => (module ??= unpacked());

const unpacked = async (): Promise<WebAssembly.Module> => {
  const packed = document.getElementById("engine")?.textContent?.trim() ?? "";
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
};
