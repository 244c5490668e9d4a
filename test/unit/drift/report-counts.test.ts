import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countFound, moveAuthor, othersOf } from "../../../drift/report-counts.ts";
import type { Counts } from "../../../drift/report-counts.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";

const NONE: Counts = { foundTotal: 0, byActor: [], byField: [] };
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const by = (name: string, second = 0, path = "/data/x"): DriftFinding => ({ object: "/ConfigMap/shop/a", class: "Modified", path, manager: name, actor: "Person", detectedAt: at(second) });
const named = ({ byActor }: Counts): Record<string, number> => Object.fromEntries(byActor.map(({ name, count }) => [name, count]));

/** Counts every difference; some of them turn out to be somebody else's. */
function run(trace: readonly (readonly [string, boolean])[]): { counts: Counts; model: Map<string, number> } {
  const model = new Map<string, number>();
  let counts = NONE;
  for (const [second, [name, moves]] of trace.entries()) {
    const finding = by(name, second);
    counts = countFound(counts, [finding]);
    const owner = moves ? `user-${name}` : name;
    if (moves) counts = moveAuthor(counts, finding, { ...finding, user: owner });
    model.set(owner, (model.get(owner) ?? 0) + 1);
  }
  return { counts, model };
}

describe("counts", () => {
  test("are kept per author and per field, the greatest first", () => {
    const counts = countFound(NONE, [by("ann", 1), by("bob", 2, "/data/y"), by("ann", 3), { object: "/ConfigMap/shop/a", class: "Missing", detectedAt: at(4) }]);
    expect(counts).toEqual({
      foundTotal: 4,
      byActor: [{ actor: "Person", name: "ann", count: 2, lastAt: at(3) }, { actor: "Unknown", count: 1, lastAt: at(4) }, { actor: "Person", name: "bob", count: 1, lastAt: at(2) }],
      byField: [{ kind: "/ConfigMap", path: "/data/x", count: 2, lastAt: at(3) }, { kind: "/ConfigMap", count: 1, lastAt: at(4) }, { kind: "/ConfigMap", path: "/data/y", count: 1, lastAt: at(2) }],
    });
  });

  test("make room for a newcomer where the fewest were counted, of several where it has been quiet the longest", () => {
    const full = countFound(NONE, Array.from({ length: 32 }, (_, index) => [by(`a${index}`, index + 10), by(`a${index}`, index + 10)]).flat().slice(0, -1));
    expect(full.byActor.at(-1)).toMatchObject({ name: "a31", count: 1 });
    const once = countFound(full, [by("new", 100)]);
    expect([once.byActor.length, named(once)["a31"], named(once)["new"], othersOf(once.foundTotal, once.byActor)]).toEqual([32, undefined, 1, 1]);
    const twice = countFound(once, [by("newer", 101)]);
    expect([named(twice)["new"], named(twice)["newer"], othersOf(twice.foundTotal, twice.byActor)]).toEqual([undefined, 1, 2]);
  });

  test("move to whoever it was, also from an author who is not listed any more", () => {
    const counts = moveAuthor(countFound(NONE, [by("kubectl"), by("kubectl", 5)]), by("kubectl"), { ...by("kubectl"), user: "ann" });
    expect(counts).toMatchObject({ foundTotal: 2, byActor: [{ name: "kubectl", count: 1 }, { name: "ann", count: 1 }] });
    expect(named(moveAuthor({ ...counts, byActor: [] }, by("kubectl"), { ...by("kubectl"), user: "ann" }))).toEqual({ ann: 1 });
    expect(moveAuthor(counts, by("kubectl"), by("kubectl", 9))).toBe(counts);
  });
});

describe("counts against a model that keeps everything", () => {
  const author = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 80 })).map((index) => (index === 0 ? "__proto__" : `m${index}`));
  const events = fc.array(fc.tuple(author, fc.boolean()), { maxLength: 400 });

  test("are exact where all authors fit, and otherwise never too high, with the rest told as others", () => {
    fc.assert(
      fc.property(events, (trace) => {
        const { counts, model } = run(trace);
        const all = new Set(trace.flatMap(([name, moves]) => (moves ? [name, `user-${name}`] : [name])));
        const kept = new Map(counts.byActor.map(({ name = "", count }) => [name, count]));
        expect(kept.size).toBeLessThanOrEqual(32);
        if (all.size <= 32) expect(kept).toEqual(model);
        for (const [name, count] of kept) expect(count).toBeLessThanOrEqual(model.get(name) ?? 0);
        expect(counts.byActor.reduce((sum, { count }) => sum + count, 0) + othersOf(counts.foundTotal, counts.byActor)).toBe(trace.length);
      }),
      { numRuns: 200 },
    );
  });
});
