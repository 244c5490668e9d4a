/** Rules over an in-memory cluster: what is left, what is undone, and what is told of it. */
import { describe, expect, test } from "vitest";
import { PART_OF_LABEL } from "../../../src/api/group.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { applied, hand, holdAll, look, MINUTE, put, ref, restart, source } from "../../support/drift-world.ts";
import type { Drift, Rule } from "../../support/drift-world.ts";
import { LookWorld } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

const report = (paths?: readonly string[]): Rule => ({ ...(paths === undefined ? {} : { paths }), action: "Report" });
const recreate = (world: LookWorld): void => {
  world.cluster.server.delete(ref, { propagationPolicy: "Background" });
  world.cluster.server.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop" }, data: { x: "hand", y: "1" } }, { manager: "kubectl-create" });
  world.ports().members();
};
const isMember = (world: LookWorld): boolean => world.cluster.get(ref)?.metadata.labels?.[PART_OF_LABEL] !== undefined;
const respec = (world: LookWorld, drift: Drift): void => void (world.app = shopWith({ drift }, { metadata: { ...world.app.metadata, generation: 2 } }));

describe("a rule for one field", () => {
  test("leaves it, while another field of the same object is reverted", async () => {
    const world = await applied({ rules: [report(["/data/x"])] });
    put(world, { x: "hand", y: "hand" });
    expect(await look(world)).toMatchObject({ done: "reverted /data/y", told: ['Report /data/x "hand"'] });
    expect(world.data("a")).toEqual({ x: "hand", y: "1" });
    const writes = world.writes.length;
    expect(await look(world)).toMatchObject({ done: "", told: ['Report /data/x "hand"'] });
    put(world, { x: "again" });
    expect(await look(world)).toMatchObject({ done: "", told: ['Report /data/x "again"'] });
    expect([world.writes.length, world.data("a")]).toEqual([writes, { x: "again", y: "1" }]);
  });

  test("leaves it beside what is reverted also where the first look is one after a restart", async () => {
    const world = await applied({ rules: [report(["/data/x"])] });
    world.app = { ...world.app, status: { lastAppliedRevision: "main@sha1:0", observedGeneration: 1, lastAttemptedRevision: "main@sha1:0" } };
    world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
    world.restart();
    put(world, { x: "hand", y: "hand" });
    expect(await look(world)).toMatchObject({ done: "reverted /data/y", told: ['Report /data/x "hand"'] });
    world.restart();
    expect(await look(world)).toMatchObject({ done: "", told: ['Report /data/x "hand"'] });
  });

  test("whose value is put back by hand says nothing any more", async () => {
    const world = await applied({ rules: [report(["/data/x"])] });
    put(world, { x: "hand", y: "hand" });
    await look(world);
    put(world, { x: "1" });
    expect((await look(world)).told).toEqual([]);
    put(world, { y: "hand" });
    expect((await look(world)).done).toBe("reverted /data/y");
  });

  test("leaves a field that was removed, and one that was added, and both go with the next change of the source", async () => {
    const world = await applied({ rules: [report(["/data/x", "/data/more"])] });
    put(world, { x: null, y: "hand", more: "1", other: "1" });
    expect(await look(world)).toMatchObject({ done: "reverted /data/y /data/other", told: ['Report /data/more "1"', "Report /data/x"] });
    expect(world.data("a")).toEqual({ y: "1", more: "1" });
    world.source = source({ x: "1", y: "2" });
    expect((await look(world)).told).toEqual([]);
    expect(world.data("a")).toEqual({ x: "1", y: "2" });
  });

  test("with action Ignore says nothing", async () => {
    const world = await applied({ rules: [{ paths: ["/data/x"], action: "Ignore" }] });
    put(world, { x: "hand", y: "hand" });
    expect(await look(world)).toMatchObject({ done: "reverted /data/y", told: [] });
    expect(await look(world)).toMatchObject({ done: "", told: [] });
    expect(world.data("a")).toEqual({ x: "hand", y: "1" });
  });

  test.each(["Report", "Ignore"] as const)("with action Revert is an exception from mode %s", async (mode) => {
    const world = await applied({ mode, rules: [{ paths: ["/data/y"], action: "Revert" }] });
    put(world, { x: "hand", y: "hand" });
    expect(await look(world)).toMatchObject({ done: "reverted /data/y", told: mode === "Report" ? ['Report /data/x "hand"'] : [] });
    expect(world.data("a")).toEqual({ x: "hand", y: "1" });
  });

  test("never speaks of whose the object is", async () => {
    const world = await applied({ rules: [report()] });
    hand(world, { metadata: { labels: { [PART_OF_LABEL]: null } }, data: { x: "hand" } });
    expect(await look(world)).toMatchObject({ told: ['Report /data/x "hand"'] });
    expect(world.cluster.get(ref)?.metadata.labels?.[PART_OF_LABEL]).toBeDefined();
  });

  test.each<[string, JsonObject, string]>([
    ["changed", { labels: { [PART_OF_LABEL]: "mine" } }, "/metadata/labels/applyset.kubernetes.io~1part-of"],
    ["taken away with all labels", { labels: null }, "/metadata/labels/applyset.kubernetes.io~1part-of"],
    ["(the origin) taken away with all annotations", { annotations: null }, "/metadata/annotations/driftless.dev~1origin"],
  ])("puts a mark back that was %s, in every mode", async (_name, metadata, path) => {
    for (const mode of ["Revert", "Report"] as const) {
      const world = await applied({ mode });
      const { labels, annotations } = world.cluster.get(ref)?.metadata ?? {};
      hand(world, { metadata });
      expect(await look(world)).toMatchObject({ done: `reverted ${path}`, told: [] });
      expect(world.cluster.get(ref)?.metadata).toMatchObject({ labels, annotations });
      expect(await look(world)).toMatchObject({ done: "", told: [] });
    }
  });
});

test.each<[string, Drift, boolean]>([
  ["mode Ignore", { mode: "Ignore" }, false],
  ["mode Ignore", { mode: "Ignore" }, true],
  ["a rule with action Ignore", { rules: [{ action: "Ignore" }] }, false],
  ["a rule with action Ignore", { rules: [{ action: "Ignore" }] }, true],
])("what was told and left is told no more once there is %s", async (_name, drift, isGone) => {
  const world = await applied({ mode: "Report" });
  if (isGone) world.cluster.server.delete(ref, { propagationPolicy: "Background" });
  else put(world, { x: "hand" });
  expect((await look(world)).told).toHaveLength(1);
  world.app = shopWith({ drift }, { metadata: { ...world.app.metadata, generation: 2 } });
  expect((await look(world)).told).toEqual([]);
  expect(world.data("a")).toEqual(isGone ? undefined : { x: "hand", y: "1" });
});

describe("an object that somebody deleted and created again", () => {
  test.each<[string, Drift, readonly string[], string]>([
    ["is undone and told like an edit", {}, [], "1"],
    ["is left in mode Report", { mode: "Report" }, ['Report /data/x "hand"'], "hand"],
    ["is left by a rule", { rules: [report(["/data/x"])] }, ['Report /data/x "hand"'], "hand"],
    ["has its grace time", { rules: [{ action: "RevertAfter", after: "10m" }] }, ['RevertAfter /data/x "hand"'], "hand"],
  ])("%s, and is ours again", async (_name, drift, told, x) => {
    const world = await applied(drift);
    recreate(world);
    await look(world);
    expect([(await look(world)).told, world.data("a"), isMember(world)]).toEqual([told, { x, y: "1" }, true]);
    if (x === "1") expect(world.recorded).toContainEqual(expect.objectContaining({ class: "Modified", path: "/data/x", manager: "kubectl-create" }));
  });

  test("stays while all of the Application is held, until the hold ends", async () => {
    const world = await applied();
    holdAll(world, "1h");
    world.cluster.server.delete(ref, { propagationPolicy: "Background" });
    world.ports().members();
    expect((await look(world)).told).toEqual(["Report"]);
    recreate(world);
    await look(world);
    expect([(await look(world)).told, world.data("a"), isMember(world)]).toEqual([['Report /data/x "hand"'], { x: "hand", y: "1" }, true]);
    await world.clock.advance(60 * MINUTE);
    await look(world);
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });

  test("is refused where adopting is forbidden", async () => {
    const world = await applied();
    world.app = shopWith({ sync: { adopt: "Never" } });
    recreate(world);
    expect((await world.look()).outcome).toMatchObject({ blocked: [{ kind: "Failed" }] });
    expect([world.data("a"), isMember(world)]).toEqual([{ x: "hand", y: "1" }, false]);
  });
});

describe("what was left without a word", () => {
  test.each<[string, Drift, Drift, string, readonly string[]]>([
    ["undone", { rules: [{ action: "Ignore" }] }, { rules: [{ action: "Revert" }] }, "reverted /data/x", []],
    ["undone", { rules: [{ action: "Ignore" }] }, {}, "reverted /data/x", []],
    ["told", { rules: [{ action: "Ignore" }] }, { rules: [report()] }, "", ['Report /data/x "hand"']],
    ["undone", { mode: "Ignore", rules: [report(["/data/y"])] }, { rules: [report(["/data/y"])] }, "reverted /data/x", []],
    ["told", { mode: "Ignore" }, { mode: "Report" }, "", ['Report /data/x "hand"']],
  ])("is %s once other rules or another mode ask for it: %j, then %j", async (_name, before, after, done, told) => {
    const world = await applied(before);
    put(world, { x: "hand" });
    expect(await look(world)).toMatchObject({ done: "", told: [] });
    respec(world, after);
    expect(await look(world)).toMatchObject({ done, told });
  });

  test("beside what was undone is undone by other rules, too", async () => {
    const world = await applied({ rules: [{ paths: ["/data/x"], action: "Ignore" }] });
    put(world, { x: "hand", y: "hand" });
    expect(await look(world)).toMatchObject({ done: "reverted /data/y", told: [] });
    respec(world, {});
    expect(await look(world)).toMatchObject({ done: "reverted /data/x" });
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });
});

describe("a rule by author", () => {
  test("tells a person's change from a controller's", async () => {
    const world = await applied({ rules: [{ actors: ["Controller", "Autoscaler"], action: "Ignore" }] });
    put(world, { x: "hand" });
    put(world, { y: "machine" }, "some-controller");
    expect(await look(world)).toMatchObject({ done: "reverted /data/x", told: [] });
    expect(world.data("a")).toEqual({ x: "1", y: "machine" });
    put(world, { y: "hand" });
    expect((await look(world)).done).toBe("reverted /data/y");
  });

  test("of nobody is about what was deleted; a rule about fields is not", async () => {
    const world = await applied({ rules: [report(["/data/x"]), { actors: ["Unknown"], action: "Report" }] });
    world.cluster.server.delete(ref, { propagationPolicy: "Background" });
    world.ports().members();
    expect(await look(world)).toMatchObject({ done: "", told: ["Report"] });
    world.app = shopWith({ drift: { rules: [report(["/data/x"])] } }, { metadata: { ...world.app.metadata, generation: 2 } });
    await look(world);
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });
});

describe("a grace time", () => {
  const grace: Drift = { rules: [{ paths: ["/data/x"], action: "RevertAfter", after: "10m" }] };

  test("is told at once, counts from the first sight, and is over when it is over", async () => {
    const world = await applied(grace);
    put(world, { x: "hand", y: "hand" });
    const first = await look(world);
    expect(first).toMatchObject({ done: "reverted /data/y", told: ['RevertAfter /data/x "hand"'], outcome: { reported: [{ detectedAt: "2026-01-01T00:00:00Z", revertAt: "2026-01-01T00:10:00Z" }] } });
    expect(first.outcome.wakeAt?.toISOString()).toBe("2026-01-01T00:10:00.000Z");
    await world.clock.advance(9 * MINUTE);
    put(world, { x: "again" });
    expect((await look(world)).outcome.reported).toMatchObject([{ live: '"again"', detectedAt: "2026-01-01T00:00:00Z", revertAt: "2026-01-01T00:10:00Z" }]);
    await world.clock.advance(MINUTE);
    expect(await look(world)).toMatchObject({ done: "reverted /data/x", told: [] });
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });

  test("goes on over a restart", async () => {
    const world = await applied(grace);
    put(world, { x: "hand" });
    const { outcome } = await look(world);
    restart(world, outcome);
    await world.clock.advance(4 * MINUTE);
    expect((await look(world)).outcome.reported).toMatchObject([{ revertAt: "2026-01-01T00:10:00Z" }]);
    await world.clock.advance(6 * MINUTE);
    expect((await look(world)).done).toBe("reverted /data/x");
    put(world, { x: "later" });
    expect((await look(world)).outcome.reported).toMatchObject([{ revertAt: "2026-01-01T00:20:00Z" }]);
  });

  test("holds for an object that was deleted", async () => {
    const world = await applied({ rules: [{ action: "RevertAfter", after: "10m" }] });
    world.cluster.server.delete(ref, { propagationPolicy: "Background" });
    world.ports().members();
    expect((await look(world)).outcome.reported).toMatchObject([{ class: "Missing", action: "RevertAfter", revertAt: "2026-01-01T00:10:00Z" }]);
    await world.clock.advance(10 * MINUTE);
    await look(world);
    expect(world.data("a")).toEqual({ x: "1", y: "1" });
  });
});

const shared = (x: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/ssa: Merge}}, data: {"x": "${x}", "y": "1"}}`;

async function merged(drift: Drift): Promise<LookWorld> {
  const world = new LookWorld();
  world.app = shopWith({ drift });
  world.source = shared("1");
  await world.look();
  put(world, { x: "hand", y: "hand", other: "theirs" });
  return world;
}
const full = async (world: LookWorld) => {
  const { outcome, changes } = await world.look({ full: true });
  return [changes.flatMap(({ corrections }) => corrections.map(({ path }) => path)), outcome.kind === "Attempted" ? outcome.reported.map(({ path, action }) => `${action} ${path}`) : []];
};

describe("an object that many share", () => {
  test("has its fields left and undone by the same rules", async () => {
    const world = await merged({ rules: [report(["/data/x"])] });
    expect([await full(world), world.data("a")]).toEqual([[["/data/y"], ["Report /data/x"]], { x: "hand", y: "1", other: "theirs" }]);
    world.source = shared("2");
    expect([await full(world), world.data("a")]).toEqual([[[], []], { x: "2", y: "1", other: "theirs" }]);
  });

  test("comes back when a grace time is over", async () => {
    const world = await merged({ rules: [{ action: "RevertAfter", after: "10m" }] });
    expect(await full(world)).toEqual([[], ["RevertAfter /data/x", "RevertAfter /data/y"]]);
    await world.clock.advance(10 * MINUTE);
    await world.look();
    expect(world.data("a")).toEqual({ x: "1", y: "1", other: "theirs" });
  });
});
