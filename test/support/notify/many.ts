import * as fc from "fast-check";
import { runTrace } from "./run-trace.ts";
import type { Trace } from "./trace.ts";
import { traces } from "./trace.ts";

/** What many histories came to. */
export interface ManyTraces {
  readonly traces: number;
  /** Histories in which a law was broken, and the first few of them. */
  readonly bad: number;
  readonly failed: readonly { readonly trace: Trace; readonly problems: readonly string[] }[];
  readonly posts: number;
  readonly crashes: number;
  readonly requests: number;
}

const SHOWN = 5;

/** Runs `count` random histories, always the same for a seed. */
export async function runManyTraces(count: number, seed: number, say: (text: string) => void = () => undefined): Promise<ManyTraces> {
  const failed: { trace: Trace; problems: readonly string[] }[] = [];
  const total = { posts: 0, crashes: 0, requests: 0 };
  for (const [index, trace] of fc.sample(traces(), { numRuns: count, seed }).entries()) {
    const { problems, posts, crashes, requests } = await runTrace(trace);
    if (problems.length > 0) failed.push({ trace, problems });
    total.posts += posts;
    total.crashes += crashes;
    total.requests += requests;
    if ((index + 1) % 1_000 === 0) say(`${index + 1} of ${count} histories, ${failed.length} bad`);
  }
  return { traces: count, bad: failed.length, failed: failed.slice(0, SHOWN), ...total };
}
