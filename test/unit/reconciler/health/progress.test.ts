import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObjectHealth } from "../../../../reconciler/health/aggregate.ts";
import { aggregateHealth } from "../../../../reconciler/health/aggregate.ts";
import type { Health, HealthStatus, ProgressMarks } from "../../../../reconciler/health/health.ts";
import { assessHealth } from "../../../../reconciler/health/progress.ts";
import type { ProgressLog } from "../../../../reconciler/health/progress.ts";
import { formatKey } from "../../../../src/object/object-id.ts";

const START = Date.parse("2026-05-04T10:00:00Z");
const MINUTE = 60_000;
const timeoutMs = 5 * MINUTE;
const at = (minutes: number): Date => new Date(START + minutes * MINUTE);

function one(health: Partial<Health> & { readonly status: HealthStatus }, name = "web", held = false): ObjectHealth {
  return { key: formatKey({ group: "apps", kind: "Deployment", namespace: "shop", name }), health: { message: "1 of 2 replicas available", ...health }, held };
}

const marks = (more: Partial<ProgressMarks> = {}): ProgressMarks => ({ generation: 1, since: START, allowedMs: 0, ...more });
const slow = (more: Partial<ProgressMarks> = {}): ObjectHealth => one({ status: "InProgress", progress: marks(more) });

/** What one log says at several moments, about objects that may change between them. */
function over(times: readonly (readonly [minutes: number, ...objects: readonly ObjectHealth[]])[], more: { readonly startedAt?: Date } = {}) {
  const log: ProgressLog = new Map();
  return times.map(([minutes, ...objects]) => assessHealth(objects, log, { now: at(minutes), timeoutMs, ...more }));
}

const last = (...input: Parameters<typeof over>) => over(...input).at(-1);

describe("an object that is on its way", () => {
  test("has failed when nothing about it has changed for the timeout, and says what it stood at", () => {
    const [first, before, after] = over([[0, slow()], [4.9, slow()], [5, slow()]]);
    expect([first?.health.status, before?.health.status]).toEqual(["InProgress", "InProgress"]);
    expect([first?.nextTimeout, before?.nextTimeout]).toEqual([at(5), at(5)]);
    expect(after).toEqual({
      health: { status: "Failed", message: "1 of 1 not healthy: Deployment shop/web: no progress for 5m: 1 of 2 replicas available", healthy: 0, total: 1 },
      nextTimeout: undefined,
    });
  });

  test.each<[string, ObjectHealth]>([
    ["its message", one({ status: "InProgress", message: "2 of 3", progress: marks() })],
    ["its reason", one({ status: "InProgress", reason: "LessReady", progress: marks() })],
    ["its generation", slow({ generation: 2 })],
  ])("starts anew with a change of %s", (_, changed) => {
    expect(last([[0, slow()], [4, changed], [8, changed]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(9) });
  });

  test("recovers with the next sign of life, and has the whole time then", () => {
    const moved = one({ status: "InProgress", message: "2 of 3", progress: marks() });
    expect(last([[0, slow()], [6, slow()], [7, moved]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(12) });
  });

  test("that was healthy before begins when it broke, however old it is", () => {
    expect(last([[0, one({ status: "Current" })], [60, slow()]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(65) });
  });

  test.each([
    ["long ago", slow({ since: START - 10 * MINUTE }), "Failed", undefined],
    ["a moment ago", slow({ since: START - 2 * MINUTE }), "InProgress", at(3)],
    ["in the future, by another clock", slow({ since: START + 60 * MINUTE }), "InProgress", at(5)],
  ])("that nobody saw before began %s, as the object itself tells", (_, object, status, nextTimeout) => {
    expect(last([[0, object]])).toMatchObject({ health: { status }, nextTimeout });
  });

  test("is given the time that it was promised, where that is longer", () => {
    const patient = slow({ allowedMs: 20 * MINUTE });
    expect(last([[0, patient], [19, patient]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(20) });
    expect(last([[0, patient], [20, patient]])?.health.message).toContain("no progress for 20m: ");
    const short = slow({ allowedMs: MINUTE });
    expect(last([[0, short], [4, short]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(5) });
  });

  test("is never given up where its own controller decides", () => {
    const endless = slow({ allowedMs: Number.POSITIVE_INFINITY });
    expect(last([[0, endless], [10_000, endless]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: undefined });
  });

  test("may be one that is held by finalizers, which are named", () => {
    const stuck = one({ status: "Terminating", message: "being deleted, held by example.com/hold", progress: marks() });
    expect(last([[0, stuck], [5, stuck]])?.health.message).toContain("no progress for 5m: being deleted, held by example.com/hold");
  });
});

describe("a missing object", () => {
  const missing = one({ status: "NotFound", message: "not live" });

  test("is on its way from when the Application began to wait", () => {
    expect(last([[0, missing]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(5) });
    expect(last([[0, missing]], { startedAt: at(-6) })?.health.status).toBe("Failed");
  });

  test("that we hold back is not timed before we let it go", () => {
    const held = { ...missing, held: true };
    expect(last([[0, held], [60, held]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: undefined });
    expect(last([[0, held], [60, missing]])).toMatchObject({ health: { status: "InProgress" }, nextTimeout: at(65) });
  });
});

test("the next timeout is the earliest, and what is gone is forgotten", () => {
  const log: ProgressLog = new Map();
  const [early, late] = [one({ status: "InProgress", progress: marks({ since: START - MINUTE }) }, "early"), one({ status: "InProgress", progress: marks() }, "late")];
  expect(assessHealth([late, early], log, { now: at(0), timeoutMs }).nextTimeout).toEqual(at(4));
  expect(assessHealth([late], log, { now: at(0), timeoutMs }).nextTimeout).toEqual(at(5));
  expect([...log.keys()]).toEqual([late.key]);
});

test("without a timeout passed, all is as the objects say", () => {
  const status = fc.constantFrom<HealthStatus>("Current", "InProgress", "Failed", "Terminating", "NotFound", "Unknown");
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), status), { selector: ([name]) => name }), (list) => {
      const objects = list.map(([name, state]) => one({ status: state }, name));
      const { health, nextTimeout } = assessHealth(objects, new Map(), { now: at(0), timeoutMs });
      expect(health).toEqual(aggregateHealth(objects));
      expect(nextTimeout === undefined).toBe(list.every(([, state]) => state === "Current" || state === "Failed"));
    }),
  );
});
