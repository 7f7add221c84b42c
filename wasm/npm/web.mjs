import init, * as wasm from "./web/lockkeeper.js";

import { wrap } from "./wrap.mjs";

export async function load(source) {
  await init(source === undefined ? undefined : { module_or_path: source });
  return wrap(wasm);
}
