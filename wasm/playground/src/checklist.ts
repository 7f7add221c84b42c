// The seven questions of every review.

import type { Review, Verdict } from "../../npm/types";
import { h, prose } from "./dom";

const SAID: Record<Verdict, [sign: string, words: string]> = {
  pass: ["✓", "pass"],
  fail: ["✕", "fail"],
  unknown: ["?", "unknown"],
  not_applicable: ["–", "does not apply"],
};

/** In which order to deploy, where code was given. */
function deploys({ code }: Review): Node[] {
  if (!code) return [];
  const parts = code.deploys.map((parts) => h("li", {}, ...prose(parts.join("; then "))));
  return [h("p", { class: "deploys" }, h("strong", {}, `Deploy order: ${code.words}. `), ...prose(code.why)), h("ol", {}, ...parts)];
}

export function checklist(review: Review): Node[] {
  const items = review.checklist.map(({ question, verdict, evidence }) => {
    const [sign, words] = SAID[verdict];
    return h(
      "li",
      { class: `answer ${verdict}` },
      h("span", { class: "answer-sign", "aria-hidden": "true" }, sign),
      h("div", {}, h("p", { class: "question" }, question, " ", h("span", { class: "verdict-word" }, words)), h("p", { class: "quiet" }, ...prose(evidence))),
    );
  });
  return [...deploys(review), h("ol", { class: "answers" }, ...items)];
}
