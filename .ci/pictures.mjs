// A page that looks like GitHub's, with a comment and a summary in it, and pictures of both.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

import { browser } from "../wasm/playground/tests/browser.mjs";

const root = path.resolve(import.meta.dirname, "..");
const packages = createRequire(path.join(root, "wasm/playground/package.json"));
const { default: MarkdownIt } = await import(packages.resolve("markdown-it"));
const out = path.join(root, "docs/pictures");
const { path: file, lines, line, comment, summary } = JSON.parse(fs.readFileSync(path.join(out, "review.json"), "utf8"));

const markdown = new MarkdownIt({ html: true });
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

// GitHub shows a suggestion as the lines before and after it.
const fence = markdown.renderer.rules.fence;
markdown.renderer.rules.fence = (tokens, at, ...rest) => {
  const { info, content } = tokens[at];
  if (info !== "suggestion") return fence(tokens, at, ...rest);
  const row = (sign, text) => `<div class="${sign === "-" ? "out" : "in"}"><b>${sign}</b>${escaped(text)}</div>`;
  const after = content.trimEnd().split("\n").map((text) => row("+", text));
  return `<div class="suggestion"><header>Suggested change</header>${row("-", lines[line - 1])}${after.join("")}
    <footer><span>Commit suggestion</span><span>Add suggestion to batch</span></footer></div>`;
};

const body = (text) => markdown.render(text.replace(/<!--.*?-->/gs, ""));
const bubble = (text) => `<section class="bubble"><header><b>github-actions</b> <i>bot</i> <span>commented</span></header>
  <article>${body(text)}</article></section>`;
const code = lines.map((text, at) => `<div class="in"><em>${at + 1}</em><b>+</b>${escaped(text)}</div>`).join("");

const style = `
:root { --page:#fff; --text:#1f2328; --soft:#59636e; --line:#d1d9e0; --head:#f6f8fa; --link:#0969da; --code:#818b981f;
  --in:#dafbe1; --out:#ffebe9; }
@media (prefers-color-scheme: dark) { :root { --page:#0d1117; --text:#f0f6fc; --soft:#9198a1; --line:#3d444d;
  --head:#151b23; --link:#4493f8; --code:#656c7633; --in:#12261e; --out:#25171c; } }
body { margin:0; padding:16px; width:860px; box-sizing:border-box; background:var(--page); color:var(--text);
  font:14px/1.5 "Liberation Sans","Noto Sans",Helvetica,Arial,sans-serif; }
.file,.bubble,.suggestion { border:1px solid var(--line); border-radius:6px; overflow:hidden; }
.file > header,.bubble > header,.suggestion > header { background:var(--head); border-bottom:1px solid var(--line); padding:8px 16px; }
.file .bubble { margin:12px 16px; } header i { font:12px sans-serif; color:var(--soft); border:1px solid var(--line); border-radius:1em; padding:0 6px; }
header span { color:var(--soft); } article { padding:4px 16px; }
code,pre,.in,.out { font:12px/20px "DejaVu Sans Mono","Liberation Mono",monospace; }
:not(pre) > code { background:var(--code); border-radius:6px; padding:.2em .4em; font-size:85%; }
.in,.out { white-space:pre; padding:0 12px; } .in { background:var(--in); } .out { background:var(--out); }
.in em { display:inline-block; width:2.5em; font-style:normal; color:var(--soft); } .in b,.out b { margin-right:1em; font-weight:400; }
.suggestion > header { padding:4px 12px; font-size:12px; } .suggestion footer { padding:8px 12px; border-top:1px solid var(--line); text-align:right; }
.suggestion footer span { border:1px solid var(--line); border-radius:6px; padding:3px 12px; margin-left:8px; background:var(--head); font-size:12px; font-weight:600; }
a { color:var(--link); text-decoration:none; } a code { color:inherit; } h2 { font-size:1.4em; border-bottom:1px solid var(--line); padding-bottom:.3em; }
table { border-collapse:collapse; margin:0 0 16px; } th,td { border:1px solid var(--line); padding:5px 10px; text-align:left; vertical-align:top; font-size:13px; }
summary { cursor:pointer; } sub { color:var(--soft); }`;

const chromium = await browser();
for (const scheme of ["light", "dark"]) {
  const page = await chromium.newPage({ viewport: { width: 860, height: 100 }, deviceScaleFactor: 1.5, colorScheme: scheme });
  const shots = {
    comment: `<div class="file"><header><code>${file}</code></header>${code}${bubble(comment)}</div>`,
    summary: bubble(summary),
  };
  for (const [name, html] of Object.entries(shots)) {
    await page.setContent(`<!doctype html><meta charset="utf-8"><style>${style}</style>${html}`);
    const target = path.join(out, `${name}-${scheme}.png`);
    await page.screenshot({ path: target, fullPage: true });
    console.log(`${target}: ${fs.statSync(target).size} bytes`);
  }
  await page.close();
}
await chromium.close();
