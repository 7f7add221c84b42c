// The built page in headless Chromium, from a server of our own.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

import packed from "@sparticuz/chromium";
import { chromium } from "playwright-core";

export const folder = fileURLToPath(new URL("..", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** LOCKKEEPER_CHROMIUM names another browser than the one from the package. */
export async function browser() {
  const executablePath = process.env.LOCKKEEPER_CHROMIUM ?? (await packed.executablePath());
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export function serve(root = path.join(folder, "dist")) {
  const server = http.createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = path.join(root, asked.endsWith("/") ? `${asked}index.html` : asked);
    if (!file.startsWith(root) || !fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" });
    fs.createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() })));
}

/** A state as a link carries it. */
export async function fragment(state) {
  const stream = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `#1.${Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url")}`;
}

/** The page has an answer to what is in the editor. */
export async function reviewed(page) {
  await page.waitForFunction(() => document.querySelector("#verdict:not(.waiting)"), null, { timeout: 20_000 });
}
