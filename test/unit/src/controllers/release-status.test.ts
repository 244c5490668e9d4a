import { describe, expect, test } from "vitest";
import type { Release, ReleaseStatus } from "../../../../src/api/release.ts";
import type { AttemptFacts, ReleaseResult } from "../../../../src/controllers/release-status.ts";
import { nextReleaseStatus, releaseResult } from "../../../../src/controllers/release-status.ts";
import { releaseSpec } from "../../../support/api-cases.ts";

const open = { kind: "Open" } as const;
const closed = (reason: "WindowClosed" | "PruneHeld") => ({ kind: "Closed", reason, message: `${reason} message` }) as const;
const fine: AttemptFacts = { gate: { apply: open, prune: open, asksForApproval: false }, failures: [], waiting: [], health: { status: "Current", message: "all healthy" }, done: "3 objects live and healthy" };

describe("an attempt", () => {
  test.each<[string, Partial<AttemptFacts>, ReleaseResult]>([
    ["succeeded when everything is live and healthy", {}, { kind: "Succeeded", message: "3 objects live and healthy" }],
    ["waits while the gate is closed, whatever else is", { gate: { apply: closed("WindowClosed"), prune: closed("WindowClosed"), asksForApproval: false }, failures: ["a: refused"] }, { kind: "Waiting", reason: "WindowClosed", message: "WindowClosed message" }],
    ["failed when something could not be done, all of it told", { failures: ["a: refused", "b: refused"], waiting: ["c"] }, { kind: "Failed", message: "a: refused\nb: refused" }],
    ["waits while only deletes are held up", { gate: { apply: open, prune: closed("PruneHeld"), asksForApproval: true }, waiting: ["c: waits"] }, { kind: "Waiting", reason: "PruneHeld", message: "PruneHeld message" }],
    ["goes on while later waves or deletes wait", { waiting: ["c: waits for wave 0"] }, { kind: "InProgress", message: "c: waits for wave 0" }],
    ["goes on while objects are on their way", { health: { status: "InProgress", message: "1 of 3" } }, { kind: "InProgress", message: "1 of 3" }],
    ["goes on while nobody knows", { health: { status: "Unknown", message: "not seen yet" } }, { kind: "InProgress", message: "not seen yet" }],
    ["failed when an object is broken", { health: { status: "Failed", message: "web crashes" } }, { kind: "Failed", message: "applied, but not healthy: web crashes" }],
  ])("%s", (_name, facts, result) => {
    expect(releaseResult({ ...fine, ...facts })).toEqual(result);
  });
});

const release = (status?: ReleaseStatus): Release =>
  ({ apiVersion: "driftless.dev/v1alpha1", kind: "Release", metadata: { name: "shop-1", namespace: "shop", generation: 2, creationTimestamp: "2026-01-01T00:00:00Z" }, spec: releaseSpec() as Release["spec"], ...(status === undefined ? {} : { status }) });
const [early, late] = [new Date("2026-01-01T00:01:00Z"), new Date("2026-01-01T00:09:00Z")];
const waiting: ReleaseResult = { kind: "Waiting", reason: "AwaitingApproval", message: "waits" };

describe("the status of a Release", () => {
  test("says when the first change was made: when it was created, or when it stopped waiting", () => {
    expect(nextReleaseStatus(release(), { kind: "Succeeded", message: "done" }, early)).toMatchObject({ startedAt: "2026-01-01T00:00:00Z", completedAt: "2026-01-01T00:01:00Z", observedGeneration: 2 });
    const waited = nextReleaseStatus(release(), waiting, early);
    expect(waited.startedAt).toBeUndefined();
    expect(nextReleaseStatus(release(waited), { kind: "Succeeded", message: "done" }, late)).toMatchObject({ startedAt: "2026-01-01T00:09:00Z", completedAt: "2026-01-01T00:09:00Z" });
  });

  test("counts held deletes as begun, and a Release that was given up before as never begun", () => {
    expect(nextReleaseStatus(release(), { kind: "Waiting", reason: "PruneHeld", message: "waits" }, early).startedAt).toBe("2026-01-01T00:00:00Z");
    expect(nextReleaseStatus(release(nextReleaseStatus(release(), waiting, early)), { kind: "Superseded", message: "newer" }, late)).toMatchObject({ completedAt: "2026-01-01T00:09:00Z" });
    expect(nextReleaseStatus(release(nextReleaseStatus(release(), waiting, early)), { kind: "Superseded", message: "newer" }, late).startedAt).toBeUndefined();
  });

  test("has no end while it is tried again", () => {
    expect(nextReleaseStatus(release(), { kind: "Failed", message: "refused" }, early).completedAt).toBeUndefined();
  });

  test("is equal for an equal result, whatever time it is", () => {
    const results: ReleaseResult[] = [waiting, { kind: "InProgress", message: "x" }, { kind: "Failed", message: "x" }, { kind: "Succeeded", message: "x" }, { kind: "Superseded", message: "x" }];
    for (const result of results) {
      const once = nextReleaseStatus(release(), result, early);
      expect(nextReleaseStatus(release(once), result, late)).toEqual(once);
    }
  });

  test("shows the first problems and the number of the rest", () => {
    const message = Array.from({ length: 20 }, (_problem, index) => `problem ${index}`).join("\n");
    expect(nextReleaseStatus(release(), { kind: "Failed", message }, early).conditions?.[0]?.message.split("\n").slice(-2)).toEqual(["problem 11", "and 8 more"]);
  });
});
