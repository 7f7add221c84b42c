export const spawn = () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

export const compile = async (): Promise<WebAssembly.Module> => {
  const url = new URL("../engine/lockkeeper_bg.wasm", import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the engine could not be fetched: ${response.status}`);
  try {
    return await WebAssembly.compileStreaming(response.clone());
  } catch {
    // A server that doesn't send application/wasm.
    return WebAssembly.compile(await response.arrayBuffer());
  }
};
