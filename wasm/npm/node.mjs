import * as wasm from "./node/lockkeeper.js";

import { wrap } from "./wrap.mjs";

export async function load() {
  return wrap(wasm.default ?? wasm);
}
