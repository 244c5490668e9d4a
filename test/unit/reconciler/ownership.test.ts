/** Whose an object is, is not what drift.mode speaks of: our marks come back in every mode, and nothing else does. */
import { describe, expect, test } from "vitest";
import { isProvenMember } from "../../../reconciler/membership.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import { idOf } from "../../../src/object/object-id.ts";
import { shop } from "../../support/desired.ts";
import { LookWorld } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

const SOURCE = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {app: web}}, data: {x: "1", z: "1"}}';
const LABEL = { metadata: { labels: { [PART_OF_LABEL]: null } } };
const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" };
const MODES = ["Report", "Ignore"] as const;

async function applied(mode: (typeof MODES)[number]): Promise<LookWorld> {
  const world = new LookWorld();
  world.app = shopWith({ drift: { mode } });
  world.source = SOURCE;
  await world.look();
  return world;
}

const hand = (world: LookWorld, body: Parameters<LookWorld["cluster"]["server"]["patch"]>[1]): void => void world.cluster.server.patch(ref, body, "merge", { manager: "kubectl-edit" });
const isMember = (world: LookWorld): boolean => {
  const live = world.cluster.get(ref);
  return live !== undefined && isProvenMember(live.metadata, idOf(live), shop);
};
const recorded = (world: LookWorld): string[] => world.recorded.map(({ class: found, path }) => `${found} ${path}`);

describe.each(MODES)("where drift.mode is %s", (mode) => {
  test.each([["label", LABEL, "OwnershipLost /metadata/labels/applyset.kubernetes.io~1part-of"], ["origin", { metadata: { annotations: { [ORIGIN_ANNOTATION]: null } } }, "Missing /metadata/annotations/driftless.dev~1origin"]])("a lost %s is put back, and what people made of the rest stays", async (_name, removal, finding) => {
    const world = await applied(mode);
    hand(world, { ...removal, data: { x: "hand", more: "1" } });
    const { outcome, changes } = await world.look();
    expect([isMember(world), world.data("a")]).toEqual([true, { x: "hand", z: "1", more: "1" }]);
    expect([changes.map(({ kind }) => kind), recorded(world)]).toEqual([["reverted"], expect.arrayContaining([finding])]);
    expect(outcome).toMatchObject({ health: { status: "Current" }, reported: mode === "Report" ? [{ path: "/data/x" }, { path: "/data/more" }] : [] });
  });

  test("it comes back after a restart, while the newest content cannot be had", async () => {
    const world = await applied(mode);
    world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
    world.restart();
    world.source = new Error("broken");
    hand(world, LABEL);
    await world.look();
    expect(isMember(world)).toBe(true);
  });

  test("what is no longer in the source is deleted although it had lost its label", async () => {
    const world = await applied(mode);
    hand(world, LABEL);
    await world.look();
    world.source = SOURCE.replace("name: a", "name: b");
    await world.look();
    expect(world.data("a")).toBeUndefined();
  });

  test("who takes the label off again and again has it for a while, and everything is told", async () => {
    const world = await applied(mode);
    for (let round = 0; round < 10; round += 1) {
      hand(world, LABEL);
      await world.look();
    }
    expect([isMember(world), world.memory.fights.size]).toEqual([false, 1]);
    await world.clock.advance(60_000);
    await world.look();
    expect(isMember(world)).toBe(true);
  });

  test("an object that is left alone on its own word stays without", async () => {
    const world = await applied(mode);
    hand(world, { metadata: { ...LABEL.metadata, annotations: { "driftless.dev/reconcile": "disabled" } } });
    await world.look();
    expect(isMember(world)).toBe(false);
  });
});
