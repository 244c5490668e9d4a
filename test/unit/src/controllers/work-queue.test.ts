import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WorkQueue } from "../../../../src/controllers/work-queue.ts";
import type { WorkHandler, WorkQueueOptions, WorkResult } from "../../../../src/controllers/work-queue.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

interface Run {
  readonly key: string;
  readonly at: number;
  readonly signal: AbortSignal;
  end(result?: WorkResult): void;
  fail(error: Error): void;
}

/** A queue whose runs last until the test ends them. */
function manualQueue(options: Partial<WorkQueueOptions> = {}) {
  const clock = new VirtualClock();
  const runs: Run[] = [];
  const handler: WorkHandler = (key, signal) =>
    new Promise((resolve, reject) => {
      runs.push({ key, at: clock.monotonic(), signal, end: (result = { kind: "Done" }) => resolve(result), fail: reject });
    });
  const queue = new WorkQueue({ clock, handler, concurrency: 1, random: () => 0, ...options });
  const keys = (): string => runs.map(({ key }) => key).join(" ");
  const end = async (index: number, result?: WorkResult): Promise<void> => {
    runs[index]?.end(result);
    await settle();
  };
  return { clock, queue, runs, keys, end };
}

const FAILED: WorkResult = { kind: "Failed", error: new Error("no") };

const throwsAtOnce: WorkHandler = () => {
  throw new Error("sync");
};

describe("WorkQueue", () => {
  test("runs a key once however often it was added while it waited", async () => {
    const { queue, keys, end } = manualQueue();
    for (const key of ["a", "b", "b", "b", "c"]) queue.add(key);
    await end(0);
    await end(1);
    await end(2);
    expect(keys()).toBe("a b c");
  });

  test("runs a key again when it was added while it ran, and not at the same time", async () => {
    const { queue, keys, end } = manualQueue({ concurrency: 4 });
    queue.add("a");
    queue.add("a");
    queue.add("a");
    expect(keys()).toBe("a");
    await end(0);
    expect(keys()).toBe("a a");
    await end(1);
    expect(keys()).toBe("a a");
  });

  test("sends a key that comes back to the end of the queue", async () => {
    const { queue, keys, end } = manualQueue();
    for (const key of ["a", "b", "c", "a"]) queue.add(key);
    for (const index of [0, 1, 2, 3]) await end(index);
    expect(keys()).toBe("a b c a");
  });

  test("runs as many keys at once as it may", async () => {
    const { queue, keys, end } = manualQueue({ concurrency: 2 });
    for (const key of ["a", "b", "c"]) queue.add(key);
    expect(keys()).toBe("a b");
    await end(1);
    expect(keys()).toBe("a b c");
  });

  test("lets others run beside those that take longer than a second, up to four times as many as it has places", async () => {
    const { clock, queue, keys, end } = manualQueue({ concurrency: 2 });
    for (const key of "abcdefghijk") queue.add(key);
    await clock.advance(999);
    expect(keys()).toBe("a b");
    await clock.advance(1);
    expect(keys()).toBe("a b c d");
    await clock.advance(10_000);
    expect(keys()).toBe("a b c d e f g h");
    await end(0);
    expect(keys()).toBe("a b c d e f g h i");
  });

  test("has a place taken again by what runs after a run that took long", async () => {
    const { clock, queue, keys, end } = manualQueue();
    queue.add("a");
    await clock.advance(1_000);
    await end(0);
    queue.add("a");
    queue.add("b");
    expect(keys()).toBe("a a");
  });

  test("lets an add overtake the time at which the handler wanted to come back", async () => {
    const { clock, queue, runs, end } = manualQueue();
    queue.add("a");
    await end(0, { kind: "Done", requeueAfterMs: 500 });
    await clock.advance(200);
    queue.add("a");
    await end(1);
    await clock.advance(1000);
    expect(runs.map(({ at }) => at)).toEqual([0, 200]);
    expect(clock.pending).toBe(0);
  });

  test("drops the handler's wish to come back when the key was added meanwhile", async () => {
    const { clock, queue, runs, end } = manualQueue();
    queue.add("a");
    queue.add("a");
    await end(0, { kind: "Done", requeueAfterMs: 500 });
    await end(1);
    await clock.advance(1000);
    expect(runs.map(({ at }) => at)).toEqual([0, 0]);
  });

  test("comes back when the handler says so", async () => {
    const { clock, queue, runs, end } = manualQueue();
    queue.add("a");
    await end(0, { kind: "Done", requeueAfterMs: 60_000 });
    await clock.advance(60_000);
    expect(runs.map(({ at }) => at)).toEqual([0, 60_000]);
  });

  test("waits longer after each failure and forgets that after a success", async () => {
    const { clock, queue, runs, end } = manualQueue();
    queue.add("a");
    for (const index of [0, 1, 2]) {
      runs[index]?.fail(new Error("no"));
      await settle();
      await clock.advance(clock.nextIn ?? 0);
    }
    await end(3);
    queue.add("a");
    await end(4, { kind: "Failed", error: new Error("no") });
    await clock.advance(1000);
    expect(runs.map(({ at }) => at)).toEqual([0, 1000, 3000, 7000, 7000, 8000]);
  });

  test("takes the backoff that a failure brings", async () => {
    const { clock, queue, runs, end } = manualQueue();
    queue.add("a");
    await end(0, { kind: "Failed", error: "no", backoff: { initialMs: 50, maxMs: 50 } });
    await clock.advance(50);
    await end(1, { kind: "Failed", error: "no", backoff: { initialMs: 50, maxMs: 50 } });
    await clock.advance(50);
    expect(runs.map(({ at }) => at)).toEqual([0, 50, 100]);
  });

  test("comes back after a failure no later than the handler says", async () => {
    const { clock, queue, runs, end } = manualQueue();
    queue.add("a");
    await end(0, { kind: "Failed", error: "no", withinMs: 50 });
    await clock.advance(50);
    await end(1, { kind: "Failed", error: "no", withinMs: 60_000 });
    await clock.advance(2_000);
    expect(runs.map(({ at }) => at)).toEqual([0, 50, 2_050]);
  });

  test("tells a handler whether others wait", async () => {
    const told: (() => boolean)[] = [];
    const queue = new WorkQueue({ clock: new VirtualClock(), concurrency: 1, random: () => 0, handler: (_key, _signal, othersWait) => new Promise(() => told.push(othersWait)) });
    queue.add("a");
    const before = told[0]?.();
    queue.add("b");
    expect([before, told[0]?.()]).toEqual([false, true]);
  });

  test("treats a handler that throws before it returns a promise as failed", async () => {
    const failures: unknown[] = [];
    const { queue } = manualQueue({ handler: throwsAtOnce, observer: { finished: (_key, result) => failures.push(result) } });
    queue.add("a");
    await settle();
    expect(failures).toEqual([{ kind: "Failed", error: new Error("sync") }]);
  });

  test("lets events shorten the wait after a failure to a second and no further", async () => {
    const { clock, queue, runs, end } = manualQueue({ backoff: { initialMs: 60_000, maxMs: 60_000 } });
    queue.add("a");
    queue.add("a");
    await end(0, FAILED);
    for (let ms = 0; ms < 3000; ms += 100) {
      queue.add("a");
      await clock.advance(100);
      if (runs.length > 1) await end(runs.length - 1, FAILED);
    }
    expect(runs.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
  });

  test("does not make a key wait longer for an event than it would have waited without", async () => {
    const { clock, queue, runs, end } = manualQueue({ backoff: { initialMs: 50, maxMs: 50 } });
    queue.add("a");
    await end(0, FAILED);
    queue.add("a");
    await clock.advance(50);
    expect(runs.map(({ at }) => at)).toEqual([0, 50]);
  });

  test.each(["after", "during"])("runs at once for an urgent add %s the run that failed", async (when) => {
    const { queue, keys, end } = manualQueue();
    queue.add("a");
    if (when === "during") queue.add("a", { urgent: true });
    if (when === "during") queue.add("a");
    await end(0, FAILED);
    if (when === "after") queue.add("a", { urgent: true });
    expect(keys()).toBe("a a");
  });

  test("runs at once for an event when the last run succeeded", async () => {
    const { queue, keys, end } = manualQueue();
    queue.add("a");
    await end(0, FAILED);
    queue.add("a", { urgent: true });
    await end(1);
    queue.add("a");
    expect(keys()).toBe("a a a");
  });

  test("tells its observer depth, waiting time, duration and the delay of the next attempt", async () => {
    const told: string[] = [];
    const { clock, queue, end } = manualQueue({
      observer: {
        queued: (depth) => told.push(`depth ${depth}`),
        started: (key, waited) => told.push(`${key} waited ${waited}`),
        finished: (key, result, duration, retry) => told.push(`${key} ${result.kind} after ${duration}, retry in ${retry}`),
      },
    });
    queue.add("a");
    queue.add("b");
    await clock.advance(30);
    await end(0, { kind: "Failed", error: "no" });
    await end(1);
    expect(told).toEqual([
      "depth 1", "depth 0", "a waited 0", "depth 1",
      "a Failed after 30, retry in 1000", "depth 0", "b waited 30", "b Done after 0, retry in undefined",
    ]);
  });
});

describe("stopping a WorkQueue", () => {
  test("lets running handlers end, starts nothing more and cancels every delay", async () => {
    const { clock, queue, runs, keys, end } = manualQueue();
    queue.add("c");
    await end(0, FAILED);
    queue.add("a");
    queue.add("b");
    const stopped = queue.stop(5000);
    queue.add("d");
    await end(1, { kind: "Done", requeueAfterMs: 1 });
    expect(await stopped).toEqual([]);
    await clock.advance(10_000);
    expect(keys()).toBe("c a");
    expect(runs[1]?.signal.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test("aborts what has not ended in time", async () => {
    const { clock, queue, runs } = manualQueue();
    queue.add("a");
    const stopped = queue.stop(5000);
    runs[0]?.signal.addEventListener("abort", () => runs[0]?.fail(new Error("aborted")));
    await clock.advance(5000);
    expect(await stopped).toEqual([]);
  });

  test("names the handlers that do not even heed the abort", async () => {
    const { clock, queue } = manualQueue({ concurrency: 2 });
    queue.add("b");
    queue.add("a");
    const stopped = queue.stop(5000);
    await clock.advance(6000);
    expect(await stopped).toEqual(["a", "b"]);
  });
});

type Step =
  | { readonly do: "add"; readonly key: string; readonly urgent: boolean }
  | { readonly do: "advance"; readonly ms: number };

const anyKey = fc.constantFrom("a", "b", "c", "d");
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("add" as const), key: anyKey, urgent: fc.boolean() }),
  fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 40 }) }),
);
const anyScenario = fc.record({
  steps: fc.array(anyStep, { maxLength: 60 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  durations: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 }),
  failEvery: fc.integer({ min: 2, max: 5 }),
});

const FLOOR_MS = 12;

type Scenario = typeof anyScenario extends fc.Arbitrary<infer S> ? S : never;

/** Runs a scenario and then lets time pass until nothing can happen any more. */
async function play({ steps, concurrency, durations, failEvery }: Scenario) {
  const clock = new VirtualClock();
  const running = new Set<string>();
  const unanswered = new Set<string>();
  /** When a key may run again; urgent adds end that, those that come during a run too. */
  const earliest = new Map<string, number>();
  const urged = new Set<string>();
  const seen = { runs: 0, mostAtOnce: 0, sameKeyAtOnce: false, tooEarly: false };
  const handler: WorkHandler = async (key) => {
    seen.sameKeyAtOnce ||= running.has(key);
    running.add(key);
    seen.mostAtOnce = Math.max(seen.mostAtOnce, running.size);
    unanswered.delete(key);
    seen.runs += 1;
    const failed = seen.runs % failEvery === 0;
    const wait = earliest.get(key) ?? 0;
    seen.tooEarly ||= clock.monotonic() < wait;
    await new Promise<void>((resolve) => void clock.after(durations[seen.runs % durations.length] ?? 0, resolve));
    running.delete(key);
    const atOnce = urged.delete(key);
    earliest.set(key, failed && !atOnce ? clock.monotonic() + FLOOR_MS : 0);
    return failed ? { kind: "Failed", error: "no" } : { kind: "Done" };
  };
  const queue = new WorkQueue({ clock, handler, concurrency, random: () => 0.5, backoff: { initialMs: 15, maxMs: 60 }, floorMs: FLOOR_MS });
  for (const step of steps) {
    if (step.do === "advance") {
      await clock.advance(step.ms);
      continue;
    }
    unanswered.add(step.key);
    if (step.urgent) earliest.delete(step.key);
    if (step.urgent && running.has(step.key)) urged.add(step.key);
    queue.add(step.key, { urgent: step.urgent });
  }
  await clock.advance(10_000);
  return { ...seen, unanswered: [...unanswered], stillRunning: running.size, timersLeft: clock.pending };
}

test("no key runs twice at once or too soon after a failure and no add is lost, whatever happens in whatever order", async () => {
  await fc.assert(fc.asyncProperty(anyScenario, async (scenario) => {
    const end = await play(scenario);
    expect(end).toMatchObject({ sameKeyAtOnce: false, tooEarly: false, unanswered: [], stillRunning: 0, timersLeft: 0 });
    expect(end.mostAtOnce).toBeLessThanOrEqual(scenario.concurrency);
  }), { numRuns: 200, seed: 3 });
});
