import { runManyTraces } from "../../support/notify/many.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";

const TRACES = 10_000;
const SEED = 20_262;

const bar: Bar = {
  bar: "drift.6",
  what: `${TRACES} random histories of states, flaps, deployments, corrections, faults of the destination and crashes: histories in which something true is not visible, something visible is not true, more was sent than the bound, or something was repeated without need`,
  unit: "histories",
  limit: "<=0",
};

/** The bar about what notifications come to over any history. */
export const traceBars: readonly Bar[] = [bar];

/** The real driver in virtual time against a destination that remembers what can be seen in it. About half a minute of CPU. */
export async function measureTraces(say: (text: string) => void): Promise<readonly Row[]> {
  const { bad, failed, posts, crashes, requests } = await runManyTraces(TRACES, SEED, say);
  say(`${posts} messages, ${requests} requests, ${crashes} crashes`);
  for (const { trace, problems } of failed) say(`${problems.join("; ")}: ${JSON.stringify(trace)}`);
  return [measured(bar, bad, TRACES)];
}
