/** What a measured process tells on standard output, line by line, and what is made of it. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ENVIRONMENT, NODE, timed } from "./kustomize/processes.ts";
import { failed, measured, type Bar, type Row } from "./row.ts";

/** What the process tells: the digest of what one case gives or its error, or how long all of them took. */
export type WorkerLine = { readonly dir: string; readonly sha256: string } | { readonly dir: string; readonly error: string } | { readonly renderedInMs: number };

/** One pass over the corpus: how long it took, and the digest of each case's text. */
export interface Pass {
  readonly ms: number;
  readonly digests: ReadonlyMap<string, string>;
}

/** Times of both programs for the same cases. */
export interface Figures {
  readonly ours: readonly Pass[];
  readonly ms: number;
  /** Case → milliseconds of its process. */
  readonly theirs: ReadonlyMap<string, number>;
  /** Cases and the digests that they must have in every pass. */
  readonly expected: ReadonlyMap<string, string>;
}

/** A case that is not rendered as the reference does counts for our time but not for that of the reference. */
export function speedRow(bar: Bar, { ours, ms, theirs, expected }: Figures): Row {
  const equal = [...expected].flatMap(([name, sha256]) => (ours.every(({ digests }) => digests.get(name) === sha256) ? [name] : []));
  if (equal.length === 0) return failed(bar, "nothing is rendered as the reference does");
  const row = measured(bar, total(theirs, equal) / ms, ours.length);
  return equal.length === expected.size ? row : { ...row, why: `${expected.size - equal.length} of ${expected.size} are not equal; the reference's time for them is left out` };
}

/** The sum of the times of some cases. */
export const total = (times: ReadonlyMap<string, number>, names: Iterable<string>): number => Array.from(names).reduce((sum, name) => sum + (times.get(name) ?? 0), 0);

/** A new process that renders everything once. */
export async function runCold(worker: string, ...args: readonly string[]): Promise<Pass> {
  const { ms, stdout } = await timed([...NODE, worker, "cold", ...args]);
  return { ms, digests: digestsOf(stdout.trimEnd().split("\n")) };
}

function digestsOf(lines: readonly string[]): Map<string, string> {
  const parsed = lines.map((line) => JSON.parse(line) as WorkerLine); // of our own worker
  return new Map(parsed.flatMap((line) => ("sha256" in line ? [[line.dir, line.sha256] as const] : [])));
}

/** A process that keeps its caches and renders everything again whenever it is told to. */
export class WarmWorker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(worker: string, ...args: readonly string[]) {
    this.#child = spawn(process.execPath, [...NODE.slice(1), worker, "warm", ...args], { env: ENVIRONMENT, stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** How long the first pass takes, in milliseconds. */
  async first(): Promise<number> {
    return this.#renderedIn();
  }

  /** One more pass over this many cases. */
  async again(cases: number): Promise<Pass> {
    this.#child.stdin.write("again\n");
    const ms = await this.#renderedIn();
    return { ms, digests: digestsOf(await this.#take(cases)) };
  }

  async stop(): Promise<void> {
    this.#child.stdin.end("stop\n");
    await once(this.#child, "close");
  }

  kill(): void {
    this.#child.kill();
  }

  async #renderedIn(): Promise<number> {
    const [line = ""] = await this.#take(1);
    const { renderedInMs } = JSON.parse(line) as WorkerLine & { renderedInMs: number }; // it says so before anything else
    return renderedInMs;
  }

  async #take(count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) {
      const next: IteratorResult<string, unknown> = await this.#lines.next();
      if (next.done === true) throw new Error("the measured process ended before it was done");
      taken.push(next.value);
    }
    return taken;
  }
}
