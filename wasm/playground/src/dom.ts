// Elements from code. Text always becomes a text node, so that no SQL can become markup.

type Attributes = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;
type Child = Node | string | false | null | undefined;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Words with names between backquotes: the names become code. */
export function prose(words: string): (Node | string)[] {
  const parts = words.split("`");
  if (parts.length % 2 === 0) return [words];
  return parts.map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export async function copy(text: string, button: HTMLButtonElement): Promise<boolean> {
  const label = button.textContent ?? "";
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copied = false;
  }
  button.textContent = copied ? "Copied" : "Can't copy here";
  setTimeout(() => (button.textContent = label), 1600);
  return copied;
}
