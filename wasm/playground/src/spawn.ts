import type { Kind } from "./engine";

export const spawn = () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

const urls: Record<Kind, URL> = {
  sql: new URL("../engine/sql.wasm", import.meta.url),
  code: new URL("../engine/code.wasm", import.meta.url),
};

export const compile = async (kind: Kind): Promise<WebAssembly.Module> => {
  const response = await fetch(urls[kind]);
  if (!response.ok) throw new Error(`the engine could not be fetched: ${response.status}`);
  try {
    return await WebAssembly.compileStreaming(response.clone());
  } catch {
    // A server that doesn't send application/wasm.
    return WebAssembly.compile(await response.arrayBuffer());
  }
};
