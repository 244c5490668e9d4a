/** Holds and fights over an in-memory cluster: what is left, until when, and what is told of it. */
import { describe, expect, test } from "vitest";
import { annotate, applied, holdAll, holdOf, look, MINUTE, put, ref, restart, source } from "../../support/drift-world.ts";
import type { LookWorld } from "../../support/look-world.ts";

describe("a hold", () => {
  test("on an object leaves what people do to it, until it ends; then its annotation goes, too", async () => {
    const world = await applied();
    annotate(world, "30m");
    put(world, { x: "hand", more: "1" });
    const { outcome, told, done } = await look(world);
    expect([done, told]).toEqual(["", ['Report /data/more "1"', 'Report /data/x "hand"']]);
    expect(outcome).toMatchObject({ reported: [{ revertAt: "2026-01-01T00:30:00Z" }, { revertAt: "2026-01-01T00:30:00Z" }], held: ["held until 00:30Z by kubectl-annotate: ConfigMap shop/a"], parts: { holds: [{ object: "/ConfigMap/shop/a", by: "kubectl-annotate", until: "2026-01-01T00:30:00Z" }] } });
    expect(outcome.wakeAt?.toISOString()).toBe("2026-01-01T00:30:00.000Z");
    await world.clock.advance(29 * MINUTE);
    expect((await look(world)).done).toBe("");
    await world.clock.advance(MINUTE);
    await look(world);
    const after = await look(world);
    expect([world.data("a"), holdOf(world), after.told, after.outcome.held]).toEqual([{ x: "1", y: "1" }, undefined, [], []]);
  });

  test("that ends without drift takes its annotation off, and nothing is looked at any more", async () => {
    const world = await applied();
    annotate(world, "30m");
    await look(world);
    await world.clock.advance(30 * MINUTE);
    await look(world);
    await look(world);
    const writes = world.writes.length;
    await look(world);
    expect([holdOf(world), world.writes.length]).toEqual([undefined, writes]);
  });

  test("begins anew with another value, and ends at once when it is taken off", async () => {
    const world = await applied();
    annotate(world, "30m");
    put(world, { x: "hand" });
    await look(world);
    await world.clock.advance(10 * MINUTE);
    annotate(world, "1h");
    expect((await look(world)).outcome.reported).toMatchObject([{ revertAt: "2026-01-01T01:10:00Z" }]);
    annotate(world, null);
    expect((await look(world)).done).toBe("reverted /data/x");
  });

  test("that nobody understands holds nothing, and is told", async () => {
    const world = await applied();
    annotate(world, "a while");
    put(world, { x: "hand" });
    const { done, outcome } = await look(world);
    expect([done, outcome.held]).toEqual(["reverted /data/x", ['driftless.dev/drift-hold of ConfigMap shop/a holds nothing: "a while": write a duration such as 30m or 2h, or an end such as 2026-01-31T18:00:00Z']]);
    expect(holdOf(world)).toBe("a while");
  });

  test("keeps what was done by hand while the source changes other fields, and gives way where it changes the very field", async () => {
    const world = await applied();
    annotate(world, "30m");
    put(world, { x: "hand" });
    await look(world);
    world.source = source({ x: "1", y: "2" });
    expect(await look(world)).toMatchObject({ done: "configured", told: ['Report /data/x "hand"'] });
    expect(world.data("a")).toEqual({ x: "hand", y: "2" });
    world.source = source({ x: "3", y: "2" });
    await look(world);
    expect(world.data("a")).toEqual({ x: "3", y: "2" });
  });

  test("lets go of what Git takes back although a person had set it first", async () => {
    const world = await applied();
    annotate(world, "30m");
    put(world, { more: "1" });
    await look(world);
    world.source = source({ x: "1", y: "1", more: "1" });
    await look(world);
    world.source = source({ x: "1", y: "1" });
    expect([(await look(world)).told, world.data("a")]).toEqual([[], { x: "1", y: "1" }]);
  });

  test("of the whole Application leaves deleted objects gone, until it ends", async () => {
    const world = await applied();
    holdAll(world, "1h");
    world.cluster.server.delete(ref, { propagationPolicy: "Background" });
    world.ports().members();
    const { done, told, outcome } = await look(world);
    expect([done, told, outcome.held, outcome.parts?.holds]).toEqual(["", ["Report"], ["held until 01:00Z by kubectl-annotate: everything of this Application"], [{ by: "kubectl-annotate", until: "2026-01-01T01:00:00Z" }]]);
    await world.clock.advance(60 * MINUTE);
    await look(world);
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });

  test("outlives a restart", async () => {
    const world = await applied();
    annotate(world, "30m");
    put(world, { x: "hand" });
    const { outcome } = await look(world);
    restart(world, outcome);
    await world.clock.advance(20 * MINUTE);
    expect((await look(world)).outcome.reported).toMatchObject([{ revertAt: "2026-01-01T00:30:00Z" }]);
    await world.clock.advance(10 * MINUTE);
    await look(world);
    await look(world);
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });
});

/** Changes the value back whenever it was put right, look by look, each time that the operator comes back by itself. */
async function insist(world: LookWorld, rounds: number) {
  let last = await look(world);
  for (let round = 0; round < rounds; round += 1) {
    put(world, { x: `mine ${round}` }, "rival");
    last = await look(world);
    const wait = last.outcome.wakeAt === undefined ? 0 : last.outcome.wakeAt.getTime() - world.clock.now().getTime();
    await world.clock.advance(wait);
  }
  return last;
}

describe("a fight", () => {
  test("ends with a question: after six pauses nothing is written any more, until somebody asks for a look", async () => {
    const world = await applied();
    const { outcome } = await insist(world, 40);
    expect(outcome.fights).toEqual([expect.stringMatching(/^ConfigMap shop\/a: rival keeps changing \/data\/x; corrections have ended after 6 pauses/)]);
    expect(outcome.parts?.fights).toEqual([{ object: "/ConfigMap/shop/a", managers: ["rival"], fields: ["/data/x"], state: "Stopped", rounds: 6 }]);
    expect(outcome.wakeAt).toBeUndefined();
    const writes = world.writes.length;
    expect(writes).toBe(1 + 6 + 6);
    await world.clock.advance(48 * 60 * MINUTE);
    put(world, { x: "days later" }, "rival");
    await look(world);
    expect(world.writes.length).toBe(writes);
    world.app = { ...world.app, metadata: { ...world.app.metadata, annotations: { "driftless.dev/reconcile-requested-at": "now" } } };
    expect((await look(world)).done).toBe("reverted /data/x");
  });

  test("that had ended is over a restart what it was", async () => {
    const world = await applied();
    const { outcome } = await insist(world, 40);
    restart(world, outcome);
    const writes = world.writes.length;
    put(world, { x: "after the restart" }, "rival");
    expect((await look(world)).outcome.parts?.fights).toMatchObject([{ state: "Stopped" }]);
    expect(world.writes.length).toBe(writes);
  });

  test("is no reason to leave what the source brings", async () => {
    const world = await applied();
    await insist(world, 40);
    world.source = source({ x: "2", y: "1" });
    await look(world);
    expect(world.data("a")).toEqual({ x: "2", y: "1" });
  });
});
