// Talks to the worker. Answers come in order; a run that traps or takes too long ends the worker, and a new one starts.

import { compile, spawn } from "#spawn";

import type { Command, Response } from "./worker";

/** How long a run may take, in milliseconds. */
const LIMIT = 10_000;

interface Waiting {
  command: Command;
  resolve: (output: string) => void;
  reject: (error: Error) => void;
  timer: number;
}

export class EngineFault extends Error {}

/** What an engine reads: SQL, or the application's code too. */
export type Kind = "sql" | "code";

export class Engine {
  private worker: Promise<Worker> | undefined;
  /** All workers of a kind run one compiled engine. */
  private static modules: Partial<Record<Kind, Promise<WebAssembly.Module>>> = {};
  private waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(private readonly kind: Kind) {}

  async ask(command: Command, input = ""): Promise<string> {
    const worker = await this.ready();
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      const late = () => this.fail("it took too long");
      this.waiting.set(id, { command, resolve, reject, timer: window.setTimeout(late, LIMIT) });
      worker.postMessage({ id, command, input });
    });
  }

  private ready(): Promise<Worker> {
    this.worker ??= this.start().catch((error: unknown) => {
      this.worker = undefined;
      delete Engine.modules[this.kind];
      throw error;
    });
    return this.worker;
  }

  private async start(): Promise<Worker> {
    const module = await (Engine.modules[this.kind] ??= compile(this.kind));
    const worker = spawn();
    await new Promise<void>((resolve, reject) => {
      worker.onerror = (event) => reject(new EngineFault(event.message || "the worker did not start"));
      worker.onmessage = ({ data }: MessageEvent<Response>) =>
        "ready" in data ? resolve() : reject(new EngineFault("trap" in data ? data.trap : "it did not start"));
      worker.postMessage({ module });
    });
    worker.onmessage = ({ data }: MessageEvent<Response>) => {
      if ("trap" in data) this.fail(data.trap);
      else if ("output" in data) {
        const { command, resolve } = this.take(data.id) ?? {};
        performance.measure(`engine: ${command}`, { end: performance.now(), duration: data.took });
        resolve?.(data.output);
      }
    };
    worker.onerror = (event) => this.fail(event.message);
    return worker;
  }

  private take(id: number): Waiting | undefined {
    const found = this.waiting.get(id);
    if (found) window.clearTimeout(found.timer);
    this.waiting.delete(id);
    return found;
  }

  private fail(reason: string): void {
    void this.worker?.then((worker) => worker.terminate());
    this.worker = undefined;
    for (const id of [...this.waiting.keys()]) this.take(id)?.reject(new EngineFault(reason));
  }
}

/** Runs one at a time, and of those that wait only the newest. */
export function latest<T>(run: (value: T) => Promise<void>): (value: T) => void {
  let next: { value: T } | undefined;
  let busy = false;
  const work = async () => {
    if (busy) return;
    busy = true;
    while (next) {
      const { value } = next;
      next = undefined;
      await run(value);
    }
    busy = false;
  };
  return (value) => {
    next = { value };
    void work();
  };
}
