import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { levelsOf } from "../../../reconciler/order/graph.ts";
import type { Edge, Strength } from "../../../reconciler/order/graph.ts";

const edge = (from: number, to: number, strength: Strength = "Reference"): Edge => ({ from, to, strength });
const levels = (objects: number, nodes: number, edges: readonly Edge[]): number[] => [...levelsOf(objects, nodes, edges).levels];

describe("levels", () => {
  test("start at 0 for what needs nothing and grow along a chain", () => {
    expect(levels(4, 4, [edge(2, 1), edge(1, 0)])).toEqual([2, 1, 0, 0]);
  });

  test("take no step for a group in between", () => {
    expect(levels(4, 5, [edge(0, 4), edge(1, 4), edge(4, 2), edge(4, 3)])).toEqual([0, 0, 1, 1]);
  });

  test("drop the weakest edge of a cycle", () => {
    const weak = edge(2, 0, "Kind");
    expect(levelsOf(3, 3, [weak, edge(0, 1, "Required"), edge(1, 2)])).toMatchObject({ dropped: [weak] });
  });

  test("drop the later of two edges that contradict each other", () => {
    expect(levelsOf(2, 2, [edge(1, 0), edge(0, 1)])).toEqual({ levels: Int32Array.of(1, 0), dropped: [edge(0, 1)] });
  });

  test("keep every edge beside a cycle, before it and behind it", () => {
    const { levels: found, dropped } = levelsOf(4, 4, [edge(0, 1), edge(1, 2), edge(2, 1), edge(2, 3)]);
    expect([[...found], dropped]).toEqual([[0, 1, 2, 3], [edge(2, 1)]]);
  });

  test("are found for a ring of ten thousand in bounded work, and hold", () => {
    const ring = Array.from({ length: 10_000 }, (_, index) => edge((index + 1) % 10_000, index));
    const { levels: found, dropped } = levelsOf(10_000, 10_000, ring);
    const gone = new Set(dropped);
    expect(dropped.length).toBeGreaterThan(0);
    for (const one of ring) if (!gone.has(one)) expect(found[one.to] ?? 0).toBeGreaterThan(found[one.from] ?? 0);
  });
});

const SIZE = 12;
const node = fc.nat(SIZE - 1);
const anyEdge = fc.record({ from: node, to: node, strength: fc.constantFrom<Strength>("Required", "Reference", "Kind") }).filter(({ from, to }) => from !== to);
const anyEdges = fc.array(anyEdge, { maxLength: 40 });

describe("of any graph", () => {
  test("every edge that is kept is respected", () => {
    fc.assert(fc.property(anyEdges, (edges) => {
      const { levels: found, dropped } = levelsOf(SIZE, SIZE, edges);
      const gone = new Set(dropped);
      return edges.every((one) => gone.has(one) || (found[one.to] ?? 0) > (found[one.from] ?? 0));
    }));
  });

  test("no edge is dropped without a cycle", () => {
    const upwards = anyEdges.map((edges) => edges.map(({ from, to, strength }) => ({ from: Math.min(from, to), to: Math.max(from, to), strength })));
    fc.assert(fc.property(upwards, (edges) => levelsOf(SIZE, SIZE, edges).dropped.length === 0));
  });

  test("an edge is dropped only where those kept of its strength and stronger close the cycle", () => {
    fc.assert(fc.property(anyEdges, (edges) => {
      const { dropped } = levelsOf(SIZE, SIZE, edges);
      const rank: Record<Strength, number> = { Required: 0, Reference: 1, Kind: 2 };
      const kept = edges.filter((one) => !dropped.includes(one));
      return dropped.every((one) => reachable(kept.filter(({ strength }) => rank[strength] <= rank[one.strength]), one.to, one.from));
    }));
  });

  test("the levels have no gaps", () => {
    fc.assert(fc.property(anyEdges, (edges) => {
      const used = new Set(levelsOf(SIZE, SIZE, edges).levels);
      return [...used].every((level) => level === 0 || used.has(level - 1));
    }));
  });
});

function reachable(edges: readonly Edge[], start: number, goal: number): boolean {
  const seen = new Set([start]);
  for (const at of seen) for (const { from, to } of edges) if (from === at) seen.add(to);
  return seen.has(goal);
}
