import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fightMessage, fightState, isForgotten, noteCorrection } from "../../../drift/fight.ts";
import type { FightRecord } from "../../../drift/fight.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse("2026-05-04T10:00:00Z");

/** The record after corrections at these times. */
const after = (...times: number[]): FightRecord | undefined => times.reduce<FightRecord | undefined>((record, at) => noteCorrection(record, START + at), undefined);
const sixAtOnce = after(0, 1, 2, 3, 4, 5);
const finding = (rest: Partial<DriftFinding>): DriftFinding => ({ object: "apps/Deployment/shop/cart", class: "Modified", path: "/spec/replicas", manager: "scaler", detectedAt: "2026-05-04T10:00:00Z", ...rest });

describe("a fight", () => {
  test("is more than five corrections within a minute", () => {
    expect(fightState(after(0, 1, 2, 3, 4), START + 4)).toEqual({ kind: "Peace" });
    expect(fightState(sixAtOnce, START + 5)).toEqual({ kind: "Fight", until: START + 5 + MINUTE, rounds: 1 });
  });

  test("is not one correction every 15 seconds", () => {
    const record = after(...Array.from({ length: 40 }, (_, index) => index * 15 * SECOND));
    expect(fightState(record, START + 40 * 15 * SECOND)).toEqual({ kind: "Peace" });
  });

  test("pauses for a minute, then one write probes; each answer doubles the pause up to half an hour", () => {
    let record = sixAtOnce;
    const pauses: number[] = [];
    for (let round = 1; round <= 7; round += 1) {
      const until = record?.until ?? 0;
      expect(fightState(record, until - 1).kind).toBe("Fight");
      expect(fightState(record, until).kind).toBe("Peace");
      record = noteCorrection(record, until);
      expect(fightState(record, until + 1)).toMatchObject({ kind: "Fight", rounds: round + 1 });
      pauses.push((record.until - until) / MINUTE);
    }
    expect(pauses).toEqual([2, 4, 8, 16, 30, 30, 30]);
  });

  test("is forgotten after a quiet time, and takes six corrections again to begin", () => {
    const quiet = (sixAtOnce?.until ?? 0) + 2 * MINUTE;
    expect(isForgotten(sixAtOnce as FightRecord, quiet - 1)).toBe(false);
    expect(isForgotten(sixAtOnce as FightRecord, quiet)).toBe(true);
    expect(noteCorrection(sixAtOnce, quiet)).toEqual({ recent: [quiet], rounds: 0, until: 0 });
  });

  test("leaves a record that never grows, and no pause beyond half an hour", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * MINUTE), { maxLength: 200 }), (steps) => {
        let [record, now] = [undefined as FightRecord | undefined, START];
        for (const step of steps) {
          now += step;
          record = noteCorrection(record, now);
          expect(record.recent.length).toBeLessThanOrEqual(5);
          expect(record.until - now).toBeLessThanOrEqual(30 * MINUTE);
        }
      }),
    );
  });
});

describe("the message of a fight", () => {
  const now = new Date(START + 5);

  test("names who writes what, and when it is tried again", () => {
    expect(fightMessage([finding({}), finding({ path: "/spec/paused", manager: "kubectl-edit" })], sixAtOnce, now)).toBe(
      "Deployment shop/cart: kubectl-edit, scaler keeps changing /spec/paused, /spec/replicas; corrections pause for 1m, until 10:01:00Z. Stop the other writer, or leave the field to it with spec.drift.ignore",
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
