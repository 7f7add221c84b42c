// Markdown as GitHub shows it, as far as our comments use it. HTML stays text, but for four tags without attributes.

import MarkdownIt from "markdown-it";

const renderer = new MarkdownIt({ html: false, linkify: false });

// `<details><summary>…</summary>` and `</details>` stand on lines of their own.
renderer.block.ruler.before(
  "paragraph",
  "folds",
  (state, start, _end, silent) => {
    const from = (state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0);
    const line = state.src.slice(from, state.eMarks[start]);
    const open = /^<details><summary>([^<>]*)<\/summary>$/.exec(line);
    if (!open && line !== "</details>") return false;
    if (silent) return true;
    if (open) {
      state.push("fold_open", "details", 1).block = true;
      state.push("fold_title_open", "summary", 1);
      const inline = state.push("inline", "", 0);
      inline.content = open[1] ?? "";
      inline.children = [];
      state.push("fold_title_close", "summary", -1);
    } else {
      state.push("fold_close", "details", -1).block = true;
    }
    state.line = start + 1;
    return true;
  },
  { alt: ["paragraph", "reference", "blockquote", "list", "table"] },
);

renderer.inline.ruler.before("html_inline", "tags", (state, silent) => {
  const found = /^<(\/?)(sub|br)>/.exec(state.src.slice(state.pos, state.pos + 6));
  if (!found) return false;
  if (!silent) {
    const [, closing, tag] = found;
    if (tag === "br") state.push("hardbreak", "br", 0);
    else state.push(closing ? "sub_close" : "sub_open", "sub", closing ? -1 : 1);
  }
  state.pos += found[0].length;
  return true;
});

renderer.renderer.rules.link_open = (tokens, index, options, _environment, self) => {
  tokens[index]?.attrSet("rel", "noopener noreferrer");
  tokens[index]?.attrSet("target", "_blank");
  return self.renderToken(tokens, index, options);
};

/** Nothing is loaded for it, and a table may scroll. */
renderer.renderer.rules.image = (tokens, index) => renderer.utils.escapeHtml(tokens[index]?.content ?? "");
renderer.renderer.rules.table_open = () => '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>';
renderer.renderer.rules.table_close = () => "</table></div>";

export function render(markdown: string): HTMLElement {
  const out = document.createElement("div");
  out.className = "markdown";
  out.innerHTML = renderer.render(markdown);
  for (const pre of out.querySelectorAll("pre")) pre.tabIndex = 0;
  // A heading without words heads nothing.
  for (const head of out.querySelectorAll("th:empty")) head.replaceWith(document.createElement("td"));
  for (const code of out.querySelectorAll<HTMLElement>("code.language-diff")) {
    const lines = (code.textContent ?? "").split("\n").map((line) => {
      const part = document.createElement("span");
      part.className = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "";
      part.textContent = `${line}\n`;
      return part;
    });
    code.replaceChildren(...lines);
  }
  return out;
}
