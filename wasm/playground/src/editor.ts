// The editor: one view, and a document for the schema and each migration, each with a history of its own.

import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Action, type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

import type { Edit, Finding, Range } from "../../npm/types";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-word)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--code-type)" },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--code-comment)" },
]);

const looks = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--text)", fontSize: "var(--code-size)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--edge)" },
  ".cm-diagnostic": { padding: "8px 12px", maxWidth: "34rem", borderLeft: "3px solid var(--edge)", whiteSpace: "pre-wrap" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
});

const plain: Extension = [basicSetup, syntaxHighlighting(colours), looks, EditorView.lineWrapping];
export const shared: Extension = [plain, sql({ dialect: PostgreSQL, upperCaseKeywords: false })];

/** A document to edit. */
export interface Document {
  text: string;
  label: string;
  /** It is code of the application, and no SQL. */
  isCode?: boolean;
}

export interface Shown {
  /** An index into the findings of the review. */
  number: number;
  finding: Finding;
}

export class Editor {
  readonly view: EditorView;
  private documents: EditorState[] = [];
  private at = 0;

  constructor(
    parent: HTMLElement,
    private readonly changed: () => void,
    private readonly moved: (line: number) => void,
  ) {
    this.view = new EditorView({ parent, state: this.document({ text: "", label: "" }) });
  }

  private document({ text, label, isCode = false }: Document): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        isCode ? plain : shared,
        lintGutter(),
        EditorView.contentAttributes.of({
          "aria-label": label || "SQL",
          "aria-describedby": "editor-help",
          spellcheck: "false",
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed();
          else if (update.selectionSet) this.moved(update.state.doc.lineAt(update.state.selection.main.head).number);
        }),
      ],
    });
  }

  /** Everything anew; histories begin again. */
  load(texts: Document[], at: number): void {
    this.documents = texts.map((one) => this.document(one));
    this.at = Math.min(at, texts.length - 1);
    this.view.setState(this.current());
  }

  insert(index: number, label: string): void {
    this.keep();
    this.documents.splice(index, 0, this.document({ text: "", label }));
    this.at = index;
    this.view.setState(this.current());
  }

  remove(index: number): void {
    this.keep();
    this.documents.splice(index, 1);
    this.at = Math.min(index, this.documents.length - 1);
    this.view.setState(this.current());
  }

  show(index: number): void {
    if (index === this.at) return;
    this.keep();
    this.at = index;
    this.view.setState(this.current());
  }

  get active(): number {
    return this.at;
  }

  texts(): string[] {
    this.keep();
    return this.documents.map((document) => document.doc.toString());
  }

  replace(index: number, text: string): void {
    this.show(index);
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, userEvent: "input.fix" });
  }

  apply(edits: Edit[]): void {
    const doc = this.view.state.doc;
    const changes = edits.map((edit) => ({ ...span(doc, edit), insert: edit.text }));
    this.view.dispatch({ changes, userEvent: "input.fix" });
  }

  insertLine(line: number, text: string): void {
    const from = this.view.state.doc.line(Math.min(line, this.view.state.doc.lines)).from;
    this.view.dispatch({ changes: { from, insert: `${text}\n` }, selection: { anchor: from + text.length }, scrollIntoView: true });
    this.view.focus();
  }

  mark(findings: Shown[], fix: (number: number) => void): void {
    const doc = this.view.state.doc;
    const diagnostics = findings.map(({ number, finding }): Diagnostic => {
      const actions: Action[] = finding.fix ? [{ name: "Apply fix", apply: () => fix(number) }] : [];
      return { ...span(doc, finding), severity: finding.severity, source: finding.rule, message: finding.what.replaceAll("`", ""), actions };
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  select(range: Range, focus: boolean): void {
    const { from, to } = span(this.view.state.doc, range);
    this.view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    if (focus) this.view.focus();
  }

  private keep(): void {
    if (this.documents.length > 0) this.documents[this.at] = this.view.state;
  }

  private current(): EditorState {
    return this.documents[this.at] ?? this.document({ text: "", label: "" });
  }
}

/** Columns count characters there, and UTF-16 here. */
function span(doc: Text, range: Omit<Range, "file">): { from: number; to: number } {
  const from = offset(doc, range.line, range.column);
  return { from, to: Math.max(from, offset(doc, range.end_line, range.end_column)) };
}

function offset(doc: Text, line: number, column: number): number {
  if (line > doc.lines) return doc.length;
  const { from, text } = doc.line(Math.max(1, line));
  let at = 0;
  for (let left = column - 1; left > 0 && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return from + at;
}
