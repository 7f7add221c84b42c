// The same for the page that is one file: the worker and the engine are inside of it.

import EngineWorker from "./worker?worker&inline";

export const spawn = () => new EngineWorker();

export const compile = async (): Promise<WebAssembly.Module> => {
  const packed = document.getElementById("engine")?.textContent?.trim() ?? "";
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
};
