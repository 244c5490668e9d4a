import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextReport } from "../../../drift/report.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";

const FIRST = new Date("2026-05-04T10:00:00Z");
const LATER = new Date("2026-05-04T10:05:00Z");

function finding(name: string, detectedAt = "2026-05-04T10:00:00Z", live = "7"): DriftFinding {
  return { object: `apps/Deployment/shop/${name}`, class: "Modified", path: "/spec/replicas", desired: "3", live, detectedAt };
}

describe("the next report", () => {
  test("lists what is live and what was corrected, with totals", () => {
    const report = nextReport(undefined, { found: [finding("b"), finding("a")], reverted: [finding("c")] }, FIRST);
    expect(report).toEqual({
      observedAt: "2026-05-04T10:00:00Z",
      total: 2,
      truncated: 0,
      findings: [finding("a"), finding("b")],
      reverted: [{ ...finding("c"), revertedAt: "2026-05-04T10:00:00Z" }],
      revertedTotal: 1,
    });
  });

  test("keeps the time at which a difference was first seen, unless its value changed", () => {
    const first = nextReport(undefined, { found: [finding("a"), finding("b")], reverted: [] }, FIRST);
    const again = [finding("a", "2026-05-04T10:05:00Z"), finding("b", "2026-05-04T10:05:00Z", "9")];
    expect(nextReport(first, { found: again, reverted: [] }, LATER).findings?.map((one) => one.detectedAt)).toEqual(["2026-05-04T10:00:00Z", "2026-05-04T10:05:00Z"]);
  });

  test("is the current one where nothing changed", () => {
    const first = nextReport(undefined, { found: [finding("a")], reverted: [finding("b")] }, FIRST);
    expect(nextReport(first, { found: [finding("a", "2026-05-04T10:05:00Z")], reverted: [] }, LATER)).toBe(first);
  });

  test("puts the newest corrections first and keeps fifty", () => {
    const old = nextReport(undefined, { found: [], reverted: Array.from({ length: 50 }, (_, index) => finding(`old-${index}`)) }, FIRST);
    const report = nextReport(old, { found: [], reverted: [finding("new")] }, LATER);
    expect(report.reverted).toHaveLength(50);
    expect(report.reverted?.[0]).toMatchObject({ object: "apps/Deployment/shop/new", revertedAt: "2026-05-04T10:05:00Z" });
    expect(report.revertedTotal).toBe(51);
  });

  test("lists two hundred and counts the rest", () => {
    const report = nextReport(undefined, { found: Array.from({ length: 230 }, (_, index) => finding(`a-${index}`)), reverted: [] }, FIRST);
    expect([report.findings?.length, report.total, report.truncated]).toEqual([200, 230, 30]);
  });

  test("does not depend on the order in which things were found", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (found, reverted) => {
        const change = { found: found.map((name) => finding(name)), reverted: reverted.map((name) => finding(name)) };
        const turned = { found: change.found.toReversed(), reverted: change.reverted.toReversed() };
        expect(JSON.stringify(nextReport(undefined, turned, FIRST))).toBe(JSON.stringify(nextReport(undefined, change, FIRST)));
      }),
    );
  });
});
