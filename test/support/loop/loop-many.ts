import * as fc from "fast-check";
import type { Trace, TraceResult } from "./loop-trace.ts";
import { runTrace, traces } from "./loop-trace.ts";

/** What many histories came to. */
export interface ManyTraces {
  readonly traces: number;
  readonly orphans: number;
  readonly wrongDeletions: number;
  readonly notConverged: number;
  /** Histories in which any law was broken, the first few of them. */
  readonly failed: readonly { readonly trace: Trace; readonly problems: readonly string[] }[];
  readonly deletions: number;
  readonly crashes: number;
  readonly requests: number;
  /** Virtual milliseconds to convergence that 99 of 100 histories stay below. */
  readonly p99ConvergenceMs: number;
}

const SHOWN = 10;

/** Runs `count` random histories, always the same for a seed. */
export async function runManyTraces(count: number, seed: number, say: (text: string) => void = () => undefined): Promise<ManyTraces> {
  const failed: { trace: Trace; problems: readonly string[] }[] = [];
  const results: TraceResult[] = [];
  for (const [index, trace] of fc.sample(traces(), { numRuns: count, seed }).entries()) {
    const result = await runTrace(trace);
    results.push(result);
    if (result.problems.length > 0) failed.push({ trace, problems: result.problems });
    if ((index + 1) % 1_000 === 0) say(`${index + 1} of ${count} histories, ${failed.length} bad`);
  }
  const having = (pattern: RegExp): number => results.filter(({ problems }) => problems.some((problem) => pattern.test(problem))).length;
  const total = (of: (result: TraceResult) => number): number => results.reduce((sum, result) => sum + of(result), 0);
  const times = results.map(({ convergedMs }) => convergedMs ?? Number.POSITIVE_INFINITY).sort((left, right) => left - right);
  return {
    traces: count,
    orphans: having(/is an orphan$/), wrongDeletions: having(/^wrong deletion/), notConverged: results.filter(({ convergedMs }) => convergedMs === undefined).length,
    failed: failed.slice(0, SHOWN),
    deletions: total(({ deletions }) => deletions), crashes: total(({ crashes }) => crashes), requests: total(({ requests }) => requests),
    p99ConvergenceMs: times[Math.floor(count * 0.99)] ?? 0,
  };
}
