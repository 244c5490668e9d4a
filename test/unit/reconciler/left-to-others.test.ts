/** What Git leaves to others from some commit on: it is neither put back nor deleted, whatever comes after. */
import { describe, expect, test } from "vitest";
import { PART_OF_LABEL } from "../../../src/api/group.ts";
import { LookWorld, revisionOf } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

const config = (name: string, x: string, annotation = ""): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, annotations: {${annotation}}}, data: {x: "${x}"}}`;
const source = (...documents: readonly string[]): string => documents.join("\n---\n");
const KEEP = config("keep", "1");
const OFF = ["driftless.dev/reconcile: disabled", "driftless.dev/ssa: Ignore"];
const SHARED = ["driftless.dev/ssa: Merge", "driftless.dev/ssa: IfNotPresent"];

/** One more look at this content, after which the status says so. */
async function brought(world: LookWorld, content: string): Promise<void> {
  world.source = content;
  const { outcome } = await world.look();
  const revision = revisionOf(content);
  const isApplied = outcome.kind === "Attempted" && outcome.failures.length === 0;
  world.app = { ...world.app, status: { ...world.app.status, lastAttemptedRevision: revision, ...(isApplied ? { lastAppliedRevision: revision } : {}), observedGeneration: 1 } };
}

/** `x` was applied as a member. */
async function applied(spec: Parameters<typeof shopWith>[0] = {}): Promise<LookWorld> {
  const world = new LookWorld();
  world.app = shopWith(spec);
  await brought(world, source(config("x", "1"), KEEP));
  return world;
}

const isMember = (world: LookWorld): boolean => world.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "x" })?.metadata.labels?.[PART_OF_LABEL] !== undefined;

/** The operator starts anew; what was stored is there. */
function restart(world: LookWorld): void {
  world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
  world.restart();
}

const WAYS: [string, (world: LookWorld) => void][] = [["in the same process", () => undefined], ["after a restart", restart]];
const BLOCKS: [string, (world: LookWorld) => void][] = [
  ["the next commit is broken", (world) => void (world.source = new Error("broken"))],
  ["the gate is closed to the next commit", (world) => {
    world.app = { ...world.app, spec: { ...world.app.spec, sync: { approval: "Manual" } } };
    world.source = source(config("x", "1"), KEEP, config("more", "1"));
  }],
];

for (const [between, then] of WAYS) {
  for (const [what, block] of BLOCKS) {
    describe(`${between}, when ${what}`, () => {
      test.each(OFF)("an object that has %s by now stays as people made it", async (annotation) => {
        const world = await applied();
        await brought(world, source(config("x", "1", annotation), KEEP));
        world.edit("x", { x: "mine" });
        then(world);
        block(world);
        await world.look();
        expect(world.data("x")).toEqual({ x: "mine" });
      });

      test.each(SHARED)("an object that has %s by now does not become a member again", async (annotation) => {
        const world = await applied();
        await brought(world, source(config("x", "1", annotation), KEEP));
        expect(isMember(world)).toBe(false);
        then(world);
        block(world);
        await world.look();
        expect(isMember(world)).toBe(false);
      });
    });
  }
}

describe("an object that is left alone", () => {
  test("is news when it is not any more, and not drift", async () => {
    const world = await applied();
    await brought(world, source(config("x", "1", OFF[0]), KEEP));
    world.edit("x", { x: "mine" });
    world.app = { ...world.app, spec: { ...world.app.spec, sync: { approval: "Manual" } } };
    await brought(world, source(config("x", "1"), KEEP));
    expect([world.data("x"), world.begun.at(-1)?.apply.kind]).toEqual([{ x: "mine" }, "Closed"]);
  });

  test("has no drift that is told", async () => {
    const world = await applied({ drift: { mode: "Report" } });
    world.edit("x", { x: "mine" });
    expect((await world.look()).outcome).toMatchObject({ reported: [{ object: "/ConfigMap/shop/x" }] });
    world.source = source(config("x", "1", OFF[0]), KEEP);
    expect((await world.look()).outcome).toMatchObject({ reported: [] });
  });
});

const deployment = (spec: string, annotation = ""): string =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, annotations: {${annotation}}}, spec: {${spec} selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: "web:1"}]}}}}`;
const replicas = (world: LookWorld): unknown => (world.cluster.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" })?.["spec"] as { replicas?: number } | undefined)?.replicas; // as deployment() writes it

describe("a member that is to be nobody's", () => {
  test("is kept as it was applied until it is", async () => {
    const world = await applied();
    world.refuse = ({ verb, name }) => (verb === "patch" && name === "x" ? 403 : undefined);
    await brought(world, source(config("x", "2", SHARED[0]), KEEP));
    world.refuse = () => undefined;
    world.edit("x", { x: "hand" });
    await world.look();
    expect([world.data("x"), isMember(world)]).toEqual([{ x: "1" }, true]);
  });

  test("is that although who handed it over owns its marks, too", async () => {
    const world = await applied();
    const { labels, annotations } = world.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "x" })?.metadata ?? {};
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "x" };
    world.cluster.server.patch(ref, { metadata: { labels: null, annotations: null } }, "merge", { manager: "somebody" });
    world.cluster.server.patch(ref, { metadata: { labels: { ...labels }, annotations: { ...annotations } } }, "merge", { manager: "driftless-transfer" });
    await world.look();
    await brought(world, source(config("x", "1", SHARED[0]), KEEP));
    await brought(world, KEEP);
    expect([isMember(world), world.data("x")]).toEqual([false, { x: "1" }]);
  });

  test("keeps the number of Pods that Git drops at the same time", async () => {
    const world = new LookWorld();
    await brought(world, deployment("replicas: 3,"));
    await brought(world, deployment("", SHARED[0]));
    expect(replicas(world)).toBe(3);
    await brought(world, deployment("replicas: 4,", SHARED[0]));
    await brought(world, deployment("paused: true,", SHARED[0]));
    expect(replicas(world)).toBe(4);
  });
});
