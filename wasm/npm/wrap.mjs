// The compiled functions take and give strings; callers want values and errors.

export function wrap(wasm) {
  const read = (text) => {
    const value = JSON.parse(text);
    if (typeof value.error === "string") throw new Error(value.error);
    return value;
  };
  const onInput = (call) => (input) => read(call(JSON.stringify(input)));
  return {
    review: onInput(wasm.check),
    findings: onInput(wasm.findings),
    locks: onInput(wasm.locks),
    fix: onInput(wasm.fix),
    arrange: onInput(wasm.arrange),
    markdown(input) {
      const text = wasm.check_markdown(JSON.stringify(input));
      // A document begins with a heading; an input that can't be read is answered in JSON.
      if (text.startsWith("{")) read(text);
      return text;
    },
    rules: () => read(wasm.rules()),
    explain: (id) => read(wasm.explain(id)),
    examples: (rule) => read(wasm.examples(rule)),
    frameworks: () => read(wasm.frameworks()),
    version: () => wasm.version(),
  };
}
