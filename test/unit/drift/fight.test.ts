import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fightMessage, fightOf, fightState, isBraked, isForgotten, noteCorrection, recordOf, resume, stillDiffers } from "../../../drift/fight.ts";
import type { FightRecord } from "../../../drift/fight.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse("2026-05-04T10:00:00Z");

/** The record after corrections at these times. */
const after = (...times: number[]): FightRecord | undefined => times.reduce<FightRecord | undefined>((record, at) => noteCorrection(record, START + at), undefined);
const sixAtOnce = after(0, 1, 2, 3, 4, 5);
const stopped: FightRecord = { heat: 5, at: START, rounds: 7, until: START };
const finding = (rest: Partial<DriftFinding>): DriftFinding => ({ object: "apps/Deployment/shop/cart", class: "Modified", path: "/spec/replicas", manager: "scaler", detectedAt: "2026-05-04T10:00:00Z", ...rest });

describe("a fight", () => {
  test("is more than five corrections at once", () => {
    expect(fightState(after(0, 1, 2, 3, 4), START + 4)).toEqual({ kind: "Peace" });
    expect(fightState(sixAtOnce, START + 5)).toEqual({ kind: "Fight", until: START + 5 + MINUTE, rounds: 1 });
  });

  test.each([[15, "Peace"], [12, "Fight"], [8, "Fight"]])("with one correction every %i seconds there is %s", (seconds, expected) => {
    const record = after(...Array.from({ length: 20 }, (_, index) => index * seconds * SECOND));
    expect((record?.rounds ?? 0) > 0 ? "Fight" : "Peace").toBe(expected);
  });

  test("does not begin because of a burst now and then", () => {
    const record = after(...Array.from({ length: 10 }, (_, hour) => [0, 1, 2, 3].map((second) => (hour * 60 * 60 + second) * SECOND)).flat());
    expect(record?.rounds).toBe(0);
  });

  test("pauses for a minute, then one write probes; each answer doubles the pause up to half an hour, and after six corrections end", () => {
    let record = sixAtOnce;
    const pauses: (number | string)[] = [];
    for (let round = 1; round <= 6; round += 1) {
      const until = record?.until ?? 0;
      pauses.push((until - (record?.at ?? 0)) / MINUTE);
      expect(fightState(record, until - 1)).toMatchObject({ kind: "Fight", rounds: round });
      expect(fightState(record, until).kind).toBe("Peace");
      record = noteCorrection(record, until);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30]);
    expect([0, MINUTE, 24 * 60 * MINUTE].map((later) => fightState(record, (record?.at ?? 0) + later))).toEqual(Array.from({ length: 3 }, () => ({ kind: "Stopped", rounds: 6 })));
  });

  test("is forgotten after a quiet time, and takes six corrections again to begin", () => {
    const quiet = (sixAtOnce?.until ?? 0) + 2 * MINUTE;
    expect(isForgotten(sixAtOnce as FightRecord, quiet - 1)).toBe(false);
    expect(isForgotten(sixAtOnce as FightRecord, quiet)).toBe(true);
    expect(noteCorrection(sixAtOnce, quiet)).toEqual({ heat: 1, at: quiet, rounds: 0, until: 0 });
  });

  test("that has ended is remembered as long as something differs, and an hour beyond", () => {
    const seen = stillDiffers(stopped, START + 24 * 60 * MINUTE);
    expect([59, 60].map((minutes) => isForgotten(seen, START + (24 * 60 + minutes) * MINUTE))).toEqual([false, true]);
  });

  test("that has ended is tried once when somebody acts; who insists has the longest pause, and then the end again", () => {
    let record = resume(stopped, START + 5 * MINUTE);
    expect(fightState(record, START + 5 * MINUTE).kind).toBe("Peace");
    record = noteCorrection(record, START + 5 * MINUTE);
    expect(fightState(record, START + 5 * MINUTE)).toEqual({ kind: "Fight", until: START + 35 * MINUTE, rounds: 6 });
    record = noteCorrection(record, START + 35 * MINUTE);
    expect(fightState(record, START + 35 * MINUTE).kind).toBe("Stopped");
    expect(resume(sixAtOnce as FightRecord, START + 6)).toBe(sixAtOnce); // a pause that is on goes on
  });

  test("goes on after a restart where its report tells it was", () => {
    const now = START + 30 * SECOND;
    const told = fightOf([finding({})], sixAtOnce, new Date(now));
    if (told === undefined) throw new Error("no fight");
    const record = recordOf(told, now);
    expect([fightState(record, now), fightState(record, START + MINUTE + SECOND).kind]).toEqual([{ kind: "Fight", until: START + MINUTE, rounds: 1 }, "Peace"]);
    expect(recordOf({ ...told, until: "soon" }, now)).toBeUndefined();
    const ended = fightOf([finding({})], stopped, new Date(now));
    expect(ended).toEqual({ object: "apps/Deployment/shop/cart", managers: ["scaler"], fields: ["/spec/replicas"], state: "Stopped", rounds: 6 });
    expect(ended === undefined ? undefined : fightState(recordOf(ended, now), now)).toEqual({ kind: "Stopped", rounds: 6 });
  });

  test("never pauses longer than half an hour, nor writes more than seven times once it has begun", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * MINUTE), { maxLength: 400 }), (steps) => {
        let [record, now, writes] = [undefined as FightRecord | undefined, START, 0];
        for (const step of steps) {
          now += step;
          if (fightState(record, now).kind !== "Peace") continue;
          const hadBegun = (record?.rounds ?? 0) > 0 && record !== undefined && !isForgotten(record, now);
          record = noteCorrection(record, now);
          writes = hadBegun ? writes + 1 : 0;
          expect(record.until - now).toBeLessThanOrEqual(30 * MINUTE);
          expect(writes).toBeLessThanOrEqual(6);
        }
      }),
    );
  });
});

test("ownership of equal values that goes to and fro is braked, and never given up", () => {
  let record = sixAtOnce;
  for (let round = 0; round < 10; round += 1) {
    const until = record?.until ?? 0;
    expect([isBraked(record, until - 1), isBraked(record, until)]).toEqual([true, false]);
    record = noteCorrection(record, until);
  }
  expect((record?.until ?? 0) - (record?.at ?? 0)).toBe(30 * MINUTE);
});

describe("the message of a fight", () => {
  const now = new Date(START + 5);

  test("names who writes what, and when it is tried again", () => {
    expect(fightMessage([finding({}), finding({ path: "/spec/paused", manager: "kubectl-edit" })], sixAtOnce, now)).toBe(
      "Deployment shop/cart: kubectl-edit, scaler keeps changing /spec/paused, /spec/replicas; corrections pause for 1m, until 10:01:00Z. Stop the other writer, or leave the field to it with spec.drift.ignore",
    );
  });

  test("says that corrections have ended, and what to do", () => {
    expect(fightMessage([finding({})], stopped, now)).toBe(
      "Deployment shop/cart: scaler keeps changing /spec/replicas; corrections have ended after 6 pauses, and it stays as it is until somebody decides. Stop the other writer and set driftless.dev/reconcile-requested-at on the Application, or leave the field to it with spec.drift.ignore",
    );
  });

  test("of an object that is deleted again and again names nobody", () => {
    expect(fightMessage([{ object: "/ConfigMap/shop/x", class: "Missing", detectedAt: "" }], sixAtOnce, now)).toMatch(/^ConfigMap shop\/x: somebody keeps deleting it; /);
  });

  test("stays short", () => {
    const many = Array.from({ length: 200 }, (_, index) => finding({ path: `/data/${index}`, manager: "m".repeat(256) + String(index) }));
    expect(fightMessage(many, sixAtOnce, now)?.length).toBeLessThan(1200);
    expect(fightMessage(many, sixAtOnce, now)).toContain("and 197 more");
  });

  test("is not told in peace, or where nothing differs", () => {
    expect(fightMessage([finding({})], undefined, now)).toBeUndefined();
    expect(fightMessage([], sixAtOnce, now)).toBeUndefined();
  });
});
