// The rules' pages as HTML, each example with a link that opens it in the playground: `rule-pages.mjs FROM TO`.

import fs from "node:fs";
import path from "node:path";

import MarkdownIt from "markdown-it";

const [from, to] = process.argv.slice(2);
const renderer = new MarkdownIt({ html: false });
const style = `
:root { color-scheme: light dark; --text: #17211f; --page: #fff; --soft: #f0f4f2; --edge: #d5dcda; --accent: #0f5c6e; }
@media (prefers-color-scheme: dark) { :root { --text: #e4ebe9; --page: #10161a; --soft: #1b252b; --edge: #2c3940; --accent: #6cc3d5; } }
body { margin: 0 auto; max-width: 52rem; padding: 1.5rem; background: var(--page); color: var(--text); font: 16px/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); } pre, code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.9em; }
pre { background: var(--soft); padding: 0.8rem 1rem; border-radius: 8px; overflow-x: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.9rem 0.4rem 0; border-top: 1px solid var(--edge); }
`;

/** Headings can be linked to, as GitHub names them. */
renderer.renderer.rules.heading_open = (tokens, index, options, _environment, self) => {
  const words = tokens[index + 1]?.content ?? "";
  tokens[index].attrSet("id", words.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
  return self.renderToken(tokens, index, options);
};

fs.mkdirSync(to, { recursive: true });
for (const name of fs.readdirSync(from).filter((name) => name.endsWith(".md"))) {
  const rule = name.slice(0, -3);
  let number = 0;
  const text = fs
    .readFileSync(path.join(from, name), "utf8")
    .replace(/^<!--.*-->\n/, "")
    .replace(/^(\*\*(?:Dangerous|Safe)\*\*.*):$/gm, (_, label) => `${label} ([open in the playground](../?rule=${rule}&example=${++number})):`)
    .replace(/\]\(([a-z0-9-]+)\.md(#[^)]*)?\)/gi, (_, page, part = "") => `](${page === "README" ? "index" : page}.html${part})`);
  const title = rule === "README" ? "Lockkeeper's rules" : rule;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${renderer.utils.escapeHtml(title)}</title><style>${style}</style></head>
<body><p><a href="../">Playground</a> · <a href="index.html">All rules</a></p><main>${renderer.render(text)}</main></body></html>
`;
  fs.writeFileSync(path.join(to, rule === "README" ? "index.html" : `${rule}.html`), html);
}
