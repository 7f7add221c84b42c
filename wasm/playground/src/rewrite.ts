// The safe rewrite: what all fixes make of the migrations, beside what they were. Each change can be taken by itself.

import { MergeView, unifiedMergeView, updateOriginalDoc } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import type { Fixed, Review, SourceFile } from "../../npm/types";
import { counted, h, prose } from "./dom";
import { shared } from "./editor";
import { steps } from "./findings";

export interface Rewrite {
  fixed: Fixed;
  /** The review of the change as it is. */
  review: Review;
  text(path: string): string;
  name(path: string): string;
  accept(files: SourceFile[]): void;
}

export function rewrite({ fixed, review, text, name, accept }: Rewrite): { nodes: Node[]; mount: () => void; destroy: () => void } {
  const nodes: Node[] = [];
  const views: { destroy(): void }[] = [];
  // An editor measures its lines when it is made, which works only in the page.
  const mounts: (() => void)[] = [];
  const still = [shared, EditorState.readOnly.of(true), EditorView.editable.of(false)];
  if (fixed.files.length > 0) {
    const titles = fixed.applied.map((applied) => h("li", {}, ...prose(applied.title), " ", h("code", {}, applied.rule)));
    nodes.push(
      h("div", { class: "row" }, h("strong", {}, `${counted(fixed.applied.length, "fix", "fixes")} applied, and each tried: the finding is gone and no other has come.`), h("button", { class: "primary", onclick: () => accept(fixed.files) }, "Take all into the editor")),
      h("ol", { class: "applied" }, ...titles),
    );
  }
  const wide = window.matchMedia("(min-width: 900px)").matches;
  for (const file of fixed.files) {
    const parent = h("div", { class: "merge", role: "region", "aria-label": `${name(file.path)} before and after`, tabindex: 0 });
    nodes.push(h("h3", {}, name(file.path)), parent);
    const before = text(file.path);
    const taken = (after: string) => accept([{ path: file.path, text: after }]);
    if (wide) {
      const listen = EditorView.updateListener.of((update) => update.docChanged && taken(update.state.doc.toString()));
      mounts.push(() => views.push(
        new MergeView({
          parent,
          a: { doc: before, extensions: [...still, labelled("Before"), listen] },
          b: { doc: file.text, extensions: [...still, labelled("After")] },
          gutter: true,
          collapseUnchanged: { margin: 3 },
          revertControls: "b-to-a",
          renderRevertControl: take,
        }),
      ));
    } else {
      const listen = EditorView.updateListener.of((update) => {
        const effects = update.transactions.flatMap((one) => one.effects);
        for (const effect of effects) if (effect.is(updateOriginalDoc)) taken(effect.value.doc.toString());
      });
      const mergeControls = (type: "accept" | "reject", act: (event: MouseEvent) => void) => {
        if (type === "reject") return h("span", { hidden: true });
        const button = h("button", { class: "small take" }, "Take this change");
        button.addEventListener("click", act);
        return button;
      };
      mounts.push(() => views.push(new EditorView({ parent, doc: file.text, extensions: [...still, labelled("After"), listen, unifiedMergeView({ original: before, mergeControls })] })));
    }
  }
  const later = review.findings.filter((finding) => !finding.suppressed && finding.steps.length > 0);
  if (later.length > 0) {
    nodes.push(h("h3", {}, "What no edit here can do"));
    for (const finding of later) {
      nodes.push(h("section", { class: "later" }, h("p", {}, ...prose(finding.what), " ", h("span", { class: "quiet" }, `${name(finding.file)}, line ${finding.line}`)), steps(finding.steps)));
    }
  }
  if (nodes.length === 0) {
    const open = review.findings.some((finding) => !finding.suppressed);
    nodes.push(h("p", { class: "quiet" }, open ? "No edit removes these dangers: what to do instead stands with each finding." : "Nothing to rewrite: no finding counts against these migrations."));
  }
  return { nodes, mount: () => mounts.forEach((mount) => mount()), destroy: () => views.forEach((view) => view.destroy()) };
}

/** Beside a change. The view listens for the mouse alone; a key press makes a click. */
function take(): HTMLElement {
  const button = h("button", { class: "take", "aria-label": "Take this change", title: "Take this change" }, "←");
  button.addEventListener("click", (event) => {
    if (event.detail === 0) button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  });
  return button;
}

const labelled = (label: string) => EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" });
