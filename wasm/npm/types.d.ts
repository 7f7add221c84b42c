/** Lines and columns count from 1; columns count characters (code points). An end is one past the last character. */
export interface Range {
  file: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

export interface SourceFile {
  path: string;
  text: string;
}

/** What is reviewed. Only `files` is needed; a field that is not known is refused. */
export interface Input {
  files: SourceFile[];
  base?: SourceFile[];
  /** Paths under review; without it those that differ between `base` and `files`. */
  review?: string[] | null;
  one_by_one?: boolean;
  /** SQL of the schema before any migration, applied in order. */
  schema?: SourceFile[];
  /** 13 to 18. */
  pg?: number;
  framework?: string | null;
  stats?: { tables: Record<string, { rows?: number; bytes?: number }> };
  /** Tables, or patterns of them, on which nothing takes long. */
  small_tables?: string[];
  /** The text of `lockkeeper.yml`. */
  policy?: string;
  /** The text of a baseline. */
  baseline?: string;
  /** `2026-11-22`, for suppressions that end. */
  today?: string;
  /** The application's code: files that the change leaves as they are, files before it, files after it; and, in words, what is not among them. */
  code?: { same?: SourceFile[]; base?: SourceFile[]; head?: SourceFile[]; unread?: string[] };
}

export type Severity = "error" | "warning" | "info";
export type Verdict = "pass" | "fail" | "unknown" | "not_applicable";
export type SafePlace = "own_migration" | "later_migration" | "later_deploy" | "by_hand";
export type LockedKind = "table" | "view" | "materialized_view" | "sequence" | "index" | "composite_type";

export interface Edit extends Range {
  text: string;
}

export interface Fix {
  title: string;
  edits: Edit[];
}

export interface SafeStep {
  place: SafePlace;
  sql: string;
  why: string;
}

export interface Finding extends Range {
  rule: string;
  severity: Severity;
  /** `what`, `why` and `instead` in one. */
  message: string;
  what: string;
  why: string;
  instead: string;
  relations: string[];
  evidence: string[];
  fix: Fix | null;
  steps: SafeStep[];
  suppressed: { reason: string } | null;
}

export interface NotUnderstood {
  file: string;
  line: number;
  sql: string;
  expected: string;
  partly: boolean;
}

export interface Problem {
  file: string | null;
  line: number | null;
  message: string;
  harmless: boolean;
}

export interface Answer {
  question: string;
  verdict: Verdict;
  evidence: string;
}

export interface Migration {
  file: string;
  framework: string;
  /** How its statements are wrapped in transactions, in words. */
  transactions: string;
  statements: number;
}

export interface TimelineStep {
  file: string;
  line: number;
  end_line: number;
  sql: string;
  operation: string;
  /** What takes as long as a table is large, in words. */
  work: string[];
  slow: boolean;
  /** Not all of it could be foreseen. */
  uncertain: boolean;
  /** The SQLSTATE with which PostgreSQL refuses it. */
  fails: string | null;
}

export interface Hold {
  relation: string;
  kind: LockedKind;
  mode: string;
  blocks_reads: boolean;
  blocks_writes: boolean;
  /** Who waits, in words. */
  waits: string;
  /** The step that takes the lock, and the last one that runs under it: indexes into `steps`. */
  from: number;
  until: number;
}

/** A transaction, or a statement that commits by itself. */
export interface Timeline {
  kind: "autocommit" | "explicit" | "framework" | "implicit";
  words: string;
  steps: TimelineStep[];
  holds: Hold[];
}

/** What one tree of code makes of something that goes away. */
export interface TreeUse {
  /** `clean` is proven; of `not_found` nothing is. */
  state: "clean" | "not_found" | "maybe" | "likely" | "used";
  why: string;
  references: { strength: "weak" | "medium" | "strong"; file: string; line: number; text: string; why: string }[];
  /** How many more references there are. */
  more: number;
}

/** What the application's code says of a change. */
export interface Code {
  order: "migrate_first" | "code_first" | "either" | "split" | "broken" | "unknown";
  /** The order in a few words. */
  words: string;
  why: string;
  /** What to do in which deploy; empty where one is enough. */
  deploys: string[][];
  files: number;
  uses: {
    name: string;
    kind: "column" | "table" | "label" | "type" | "function" | "constraint";
    becomes: "dropped" | "renamed" | "tightened";
    to: string | null;
    file: string;
    line: number;
    base: TreeUse;
    head: TreeUse;
  }[];
}

export interface Review {
  version: 1;
  pg: number;
  framework: string | null;
  frameworks: string[];
  files: string[];
  findings: Finding[];
  not_understood: NotUnderstood[];
  problems: Problem[];
  checklist: Answer[];
  plan: null;
  migrations: Migration[];
  timelines: Timeline[];
  /** Only where the application's code was given. */
  code?: Code;
}

/** A review that leaves out what takes time: no finding has a fix or steps, and there are no timelines. */
export type Findings = Omit<Review, "timelines">;

export interface Locks {
  version: 1;
  pg: number;
  statements: {
    file: string;
    line: number;
    sql: string;
    operation: string;
    understood: boolean;
    locks: { relation: string; kind: LockedKind; mode: string; new: boolean }[];
    rewrites: string[];
    scans: string[];
    index_builds: string[];
    transaction: "allowed" | "forbidden";
    fails: string | null;
  }[];
  problems: Problem[];
}

export interface Fixed {
  version: 1;
  files: SourceFile[];
  applied: { rule: string; file: string; title: string }[];
}

export interface Rules {
  version: 1;
  rules: {
    id: string;
    summary: string;
    severity: Severity;
    url: string;
    lineage: { tool: string; id: string }[];
    /** Markdown; only where one rule is asked for. */
    page?: string;
  }[];
  nearest: string[];
}

export interface Examples {
  version: 1;
  rule: string;
  examples: {
    bad: boolean;
    oldest: number;
    newest: number;
    framework: string;
    schema: string;
    migrations: string[];
  }[];
}

export interface Frameworks {
  version: 1;
  frameworks: { id: string; title: string; transactions: string }[];
}

export interface Arranged {
  version: 1;
  files: SourceFile[];
  review: string[];
}

/** Methods throw an `Error` that says in words what is wrong with the input. */
export interface Lockkeeper {
  /** As `lockkeeper check --format json`. */
  review(input: Input): Review;
  /** The same findings without fixes, which are tried before they are offered: a fraction of the time. */
  findings(input: Input): Findings;
  /** As `lockkeeper locks --format json`. */
  locks(input: Input): Locks;
  /** As `lockkeeper check --format markdown`. */
  markdown(input: Input): string;
  /** As `lockkeeper check --fix`: the files that changed, whole, and what was applied. */
  fix(input: Input): Fixed;
  rules(): Rules;
  explain(id: string): Rules;
  examples(rule: string): Examples;
  frameworks(): Frameworks;
  /** The `files` and `review` of a change that adds these migrations. */
  arrange(input: { framework: string; migrations: string[] }): Arranged;
  version(): string;
}

/** Loads the engine. In the browser `source` may say where the wasm file is, or be the compiled module. */
export function load(source?: string | URL | Response | BufferSource | WebAssembly.Module): Promise<Lockkeeper>;
