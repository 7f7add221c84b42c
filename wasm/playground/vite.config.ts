// Two builds of one page: a site, and one file that needs no network (`--mode offline`).

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { type Plugin, defineConfig } from "vite";

const TYPES: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => {
  const offline = mode === "offline";
  return {
    base: "./",
    resolve: { alias: { "#spawn": here(offline ? "src/spawn-offline.ts" : "src/spawn.ts") } },
    // Browsers start no module from a blob on a page that is a file.
    worker: { format: offline ? "iife" : "es" },
    build: {
      target: "es2022",
      outDir: offline ? "dist-offline" : "dist",
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      ...(offline ? { rolldownOptions: { output: { codeSplitting: false } } } : {}),
    },
    plugins: offline ? [oneFile()] : [serviceWorker(), postgres()],
  };
});

/** Everything that the page needs, kept for when there is no network. Names carry hashes; the page itself is asked for first. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle(_options, bundle) {
      const files = ["./", ...Object.keys(bundle).filter((name) => name !== "index.html")];
      const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12);
      const template = readFileSync(here("service-worker.js"), "utf8");
      const source = template.replace('"NAME"', JSON.stringify(`lockkeeper-${hash}`)).replace('"FILES"', JSON.stringify(files));
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

/** PostgreSQL as its package has it, beside the page: it is fetched when somebody asks for it, and then kept by the service worker. */
function postgres(): Plugin {
  const library = here("node_modules/@electric-sql/pglite/dist/");
  const names = readdirSync(library).filter((name) => /^(index|initdb|chunk-\w+)\.js$|\.wasm$|\.data$/.test(name));
  const files = new Map([...names.map((name) => [name, library + name] as const), ["server-folder", here("engine/server-folder")]]);
  return {
    name: "postgres",
    // While the page is changed.
    configureServer(server) {
      server.middlewares.use("/pglite", (request, response, next) => {
        const file = files.get((request.url ?? "").replace(/^\/|\?.*$/g, ""));
        if (!file) return next();
        response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream").end(readFileSync(file));
      });
    },
    // After the list of what the service worker fetches at once.
    generateBundle: { order: "post", handler() {
      for (const [name, file] of files) this.emitFile({ type: "asset", fileName: `pglite/${name}`, source: readFileSync(file) });
    } },
  };
}

/** Puts script, style and engine into the page, and lets nothing else run there. */
function oneFile(): Plugin {
  return {
    name: "one-file",
    apply: "build",
    enforce: "post",
    // After all others: what they put into the code late is in it.
    generateBundle: { order: "post", handler(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("there is no index.html to put everything into");
      const code = Object.values(bundle).flatMap((file) => (file.type === "chunk" && file.isEntry ? [file.code] : [])).join("\n").replaceAll("</script", "<\\/script");
      const style = Object.values(bundle).flatMap((file) => (file.type === "asset" && file.fileName.endsWith(".css") ? [String(file.source)] : [])).join("\n");
      const engine = gzipSync(readFileSync(here("engine/code.wasm")), { level: 9 }).toString("base64");
      const hash = createHash("sha256").update(code).digest("base64");
      const html = String(page.source)
        .replace(/<script[^>]*src=[^>]*><\/script>/, "")
        .replace(/<link[^>]*rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
        .replace("script-src 'self' 'wasm-unsafe-eval'", `script-src 'sha256-${hash}' 'wasm-unsafe-eval' blob:`)
        .replace("connect-src 'self'", "connect-src 'none'")
        .replace('href="rules/index.html"', 'href="https://github.com/lockkeeper/lockkeeper/tree/main/docs/rules"')
        .replace("</body>", () => `<script type="text/plain" id="engine">${engine}</script>\n<script type="module">${code}</script></body>`);
      for (const name of Object.keys(bundle)) delete bundle[name];
      this.emitFile({ type: "asset", fileName: "playground.html", source: html });
    } },
  };
}
