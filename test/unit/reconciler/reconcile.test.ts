import { describe, expect, test } from "vitest";
import { reconcile } from "../../../reconciler/reconcile.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { LookWorld, revisionOf } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

const config = (name: string, data: string, wave = 0): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, annotations: {driftless.dev/wave: "${wave}"}}, data: {${data}}}`;
const source = (...documents: readonly string[]): string => documents.join("\n---\n");
const [FIRST, SECOND] = [source(config("a", 'x: "1"'), config("b", 'x: "1"')), source(config("a", 'x: "2"'), config("b", 'x: "1"'))];

/** A world in which this was applied. */
async function applied(content: string): Promise<LookWorld> {
  const world = new LookWorld();
  world.source = content;
  await world.look();
  world.app = shopWith({}, { status: { lastAttemptedRevision: revisionOf(content), lastAppliedRevision: revisionOf(content), observedGeneration: 1 } });
  world.writes.length = 0;
  world.begun.length = 0;
  world.seen.length = 0;
  return world;
}

/** The operator starts anew; what was stored is there. */
function restart(world: LookWorld): void {
  world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
  world.restart();
}

describe("a reconcile", () => {
  test("does nothing before source and watches have delivered", async () => {
    const world = new LookWorld();
    expect(await reconcile(world.request({}), world.ports())).toEqual({ waiting: true });
    world.source = FIRST;
    world.reach = { synced: false, unwatched: [] };
    expect([await reconcile(world.request({}), world.ports()), world.writes]).toEqual([{ waiting: true }, []]);
  });

  test("creates what is absent and tells it, and does nothing the next time", async () => {
    const world = new LookWorld();
    world.source = FIRST;
    expect(await world.look()).toMatchObject({ outcome: { kind: "Attempted", revision: revisionOf(FIRST), failures: [] }, changes: [{ kind: "created", key: "/ConfigMap/shop/a" }, { kind: "created" }] });
    const requests = world.cluster.requests;
    expect([(await world.look()).changes, world.cluster.requests]).toEqual([[], requests]);
  });

  test("tells what the first look did although the second has to wait", async () => {
    const world = new LookWorld();
    world.source = config("a", 'x: "1"');
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop" }, data: { theirs: "1" } });
    world.reaches.push({ synced: true, unwatched: [] }, { synced: false, unwatched: [] });
    expect(await world.look()).toMatchObject({ outcome: { kind: "Attempted" }, changes: [{ kind: "adopted", key: "/ConfigMap/shop/a" }] });
  });

  test("takes an edit that arrives while another object is read for an edit, in the next look, and not for a deletion", async () => {
    const world = await applied(FIRST);
    world.edit("a", { x: "edited" });
    world.refuse = ({ verb, name }) => {
      if (verb === "get" && name === "a") world.edit("b", { x: "edited too" });
      return undefined;
    };
    await world.look();
    world.refuse = () => undefined;
    await world.look();
    expect(world.recorded.map(({ object, class: found, path }) => [object, found, path])).toEqual([["/ConfigMap/shop/a", "Modified", "/data/x"], ["/ConfigMap/shop/b", "Modified", "/data/x"]]);
    expect([world.data("a"), world.data("b")]).toEqual([{ x: "1" }, { x: "1" }]);
  });

  test.each([["prune", "disabled"], ["reconcile", "disabled"], ["claimed-by", "inst-1/team/b"]])("heeds a driftless.dev/%s: %s that arrives just before the delete", async (name, value) => {
    const world = await applied(FIRST);
    world.source = config("a", 'x: "1"');
    world.wants = "Unknown";
    world.refuse = ({ verb }) => {
      if (verb === "delete") world.cluster.server.patch({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "b" }, { metadata: { annotations: { [`driftless.dev/${name}`]: value } } }, "merge", { manager: "somebody" });
      return undefined;
    };
    expect((await world.look()).outcome).toMatchObject({ failures: [], kept: [{ id: { name: "b" } }] });
    expect([world.data("b"), world.writes, world.seen]).toEqual([{ x: "1" }, ["delete ConfigMap b"], ["/ConfigMap/shop/b"]]);
  });

  test("takes no object for a member that has got a controller by the time of the answer", async () => {
    const world = new LookWorld();
    const controlled = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, ownerReferences: [{apiVersion: v1, kind: Namespace, name: shop, uid: u, controller: true}]}}";
    world.source = source(config("a", 'x: "1"'), controlled);
    await world.look();
    expect(world.seen).toEqual(["/ConfigMap/shop/a"]);
  });

  test("goes through the waves, and deletes what is stale after the last", async () => {
    const world = await applied(config("old", 'x: "1"'));
    world.source = source(config("second", 'x: "1"', 1), config("first", 'x: "1"', -1));
    const { changes } = await world.look();
    expect([world.writes, changes.map(({ kind }) => kind)]).toEqual([["apply ConfigMap first", "apply ConfigMap second", "delete ConfigMap old"], ["created", "created", "deleted"]]);
  });

  test("leaves what others have no patience for to the next turn, deletes nothing before, and comes back at once", async () => {
    const world = await applied(config("old", 'x: "1"'));
    world.source = source(config("a", 'x: "1"'), config("b", 'x: "1"'));
    let writes = 0;
    const { outcome } = await world.look({ mayBegin: () => (writes += 1) < 2 });
    expect(outcome).toMatchObject({ failures: [], blocked: [{ kind: "Waiting", reason: expect.stringContaining("ConfigMap shop/b: is applied with the next turn") }], wakeAt: world.clock.now() });
    expect(world.writes).toEqual(["apply ConfigMap a"]);
    await world.look();
    expect(world.writes).toEqual(["apply ConfigMap a", "apply ConfigMap b", "delete ConfigMap old"]);
  });

  test("looks again where others write at the same time, and gives up after a while", async () => {
    const world = await applied(FIRST);
    world.source = SECOND;
    world.refuse = ({ verb, dryRun }) => (verb === "apply" && !dryRun ? 409 : undefined);
    const { outcome } = await world.look();
    expect([outcome, world.writes.length]).toMatchObject([{ failures: [{ outcome: "Stale" }] }, 0]);
  });

  test("of a suspended Application looks at nothing", async () => {
    const world = await applied(FIRST);
    world.edit("a", { x: "hand" });
    world.app = shopWith({ suspend: true });
    expect([(await world.look()).outcome, world.data("a")]).toEqual([{ kind: "Suspended" }, { x: "hand" }]);
  });
});

const manual = (world: LookWorld): void => void (world.app = { ...world.app, spec: { ...world.app.spec, sync: { approval: "Manual" } } });

describe("while the gate is closed", () => {
  const CASES: [string, (world: LookWorld) => void][] = [["in the same process", () => undefined], ["after a restart", restart]];

  test.each(CASES)("drift is undone against what was applied, and nothing new is written, %s", async (_name, between) => {
    const world = await applied(FIRST);
    manual(world);
    world.source = SECOND;
    between(world);
    world.edit("a", { x: "hand" });
    world.edit("b", { x: "hand" });
    const { outcome } = await world.look();
    expect([world.data("a"), world.data("b")]).toEqual([{ x: "1" }, { x: "1" }]);
    expect(outcome).toMatchObject({ kind: "Attempted", gate: { apply: { kind: "Closed", reason: "AwaitingApproval" } }, revision: revisionOf(SECOND) });
    expect(world.begun.map(({ apply }) => apply.kind)).toEqual(["Closed"]);
  });

  test.each(CASES)("an object that somebody deleted comes back as it was, although the source has other content, %s", async (_name, between) => {
    const world = await applied(FIRST);
    manual(world);
    world.source = source(config("a", 'x: "2"'), config("b", 'x: "1"'));
    world.cluster.server.delete({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" }, { propagationPolicy: "Background" });
    between(world);
    await world.look();
    expect(world.data("a")).toEqual({ x: "1" });
  });

  test.each(CASES)("a field that the source adds or drops is not taken for drift, %s", async (_name, between) => {
    const world = await applied(FIRST);
    manual(world);
    world.source = source(config("a", 'x: "1", new: "1"'), config("b", 'other: "1"'));
    between(world);
    await world.look();
    expect([world.data("a"), world.data("b"), world.writes, world.recorded]).toEqual([{ x: "1" }, { x: "1" }, [], []]);
  });

  test("after a restart with nothing stored, what may be news waits like news", async () => {
    const world = await applied(FIRST);
    manual(world);
    world.source = source(config("a", 'x: "1", new: "1"'), config("b", 'x: "1"'));
    world.restart();
    await world.look();
    expect([world.data("a"), world.writes]).toEqual([{ x: "1" }, []]);
  });

  test("what it holds back is applied when it opens", async () => {
    const world = await applied(FIRST);
    manual(world);
    world.source = SECOND;
    await world.look();
    world.facts = { approval: () => ({ namespace: "shop", release: "shop-1", planDigest: "ab12", approved: true }) };
    expect((await world.look()).outcome).toMatchObject({ gate: { apply: { kind: "Open" } }, failures: [] });
    expect(world.data("a")).toEqual({ x: "2" });
  });

  test("for deletes only, everything else is done", async () => {
    const world = await applied(source("{apiVersion: v1, kind: Namespace, metadata: {name: mine}}", FIRST));
    world.source = SECOND;
    const { outcome } = await world.look();
    expect([world.data("a"), world.writes, outcome]).toMatchObject([{ x: "2" }, ["apply ConfigMap a"], { gate: { apply: { kind: "Open" }, prune: { reason: "PruneHeld" } }, kept: [{ kind: "Waiting", id: { name: "mine" } }] }]);
  });
});

describe("while the newest content cannot be had", () => {
  const broken = new ReconcileError("BUILD_FAILED", "unexpected end");

  test.each<[string, (world: LookWorld) => void]>([["in the same process", () => undefined], ["after a restart", restart]])("what was applied is kept as it was, and told, %s", async (_name, between) => {
    const world = await applied(FIRST);
    world.source = broken;
    between(world);
    world.edit("a", { x: "hand" });
    const { outcome, changes } = await world.look();
    expect([world.data("a"), changes.map(({ kind }) => kind)]).toEqual([{ x: "1" }, ["reverted"]]);
    expect(outcome).toMatchObject({ kind: "Failed", error: broken, meanwhile: { health: { status: "Current" }, failures: [], reported: [] } });
  });

  test("what could not be kept is told, so that it is tried again", async () => {
    const world = await applied(FIRST);
    world.source = broken;
    world.edit("a", { x: "hand" });
    world.refuse = ({ verb }) => (verb === "apply" ? 500 : undefined);
    expect((await world.look()).outcome).toMatchObject({ kind: "Failed", meanwhile: { failures: [{ key: "/ConfigMap/shop/a", outcome: "Unavailable" }] } });
  });

  test("nothing is deleted, and of an Application that was never applied nothing is looked at", async () => {
    const world = await applied(FIRST);
    world.source = broken;
    world.restart();
    expect([(await world.look()).outcome, world.writes]).toMatchObject([{ kind: "Failed", meanwhile: undefined }, []]);
  });

  test("an error of no kind is told as one of ours", async () => {
    const world = await applied(FIRST);
    world.source = new Error("no such thing");
    expect((await world.look()).outcome).toMatchObject({ kind: "Failed", error: { code: "INTERNAL", message: "no such thing" } });
  });
});

describe("an object that is refused", () => {
  test("does not stop the others, is tried again at its own pace, and is kept as it was meanwhile", async () => {
    const world = await applied(FIRST);
    world.source = source(config("a", 'x: "2"'), config("b", 'x: "2"'));
    world.refuse = ({ verb, name }) => (verb === "apply" && name === "a" ? 422 : undefined);
    expect((await world.look()).outcome).toMatchObject({ failures: [{ key: "/ConfigMap/shop/a", outcome: "Refused" }], wakeAt: new Date("2026-01-01T00:00:01Z") });
    expect(world.data("b")).toEqual({ x: "2" });
    world.refuse = () => undefined;
    world.edit("a", { x: "hand" });
    expect((await world.look()).outcome).toMatchObject({ blocked: [{ kind: "Failed", key: "/ConfigMap/shop/a" }], wakeAt: new Date("2026-01-01T00:00:01Z") });
    expect(world.data("a")).toEqual({ x: "1" });
    await world.clock.advance(1_000);
    expect((await world.look()).outcome).toMatchObject({ failures: [], blocked: [], wakeAt: undefined });
    expect(world.data("a")).toEqual({ x: "2" });
  });
});

describe("a plan that brings something to a later wave only", () => {
  const refused = source(config("foreign", 'x: "1"'), config("late", 'x: "1"', 1));

  /** `old` was applied; the newest content has neither it nor a first wave that can be applied. */
  async function heldUp(): Promise<LookWorld> {
    const world = await applied(config("old", 'x: "1"'));
    manual(world);
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "foreign", namespace: "shop", annotations: { "meta.helm.sh/release-name": "h" } } });
    world.source = refused;
    return world;
  }

  test("waits at the gate like any other", async () => {
    const world = await heldUp();
    const outcomes = [(await world.look()).outcome, (await world.look()).outcome];
    for (const outcome of outcomes) expect(outcome).toMatchObject({ gate: { apply: { kind: "Closed", reason: "AwaitingApproval" } }, pending: { held: [{ id: { name: "late" } }] } });
  });

  test("leaves what it drops as it was applied", async () => {
    const world = await heldUp();
    await world.look();
    world.edit("old", { x: "hand" });
    await world.look();
    expect(world.data("old")).toEqual({ x: "1" });
  });
});

const good = (world: LookWorld): string[] => [...world.memory.lastGood.keys()].map((key) => key.split("/").at(-1) ?? "").sort();

describe("the last good content of what the source has dropped", () => {
  test("is kept while it cannot be deleted yet, and forgotten when it is", async () => {
    const world = await applied(source(config("old", 'x: "1"'), config("a", 'x: "1"')));
    world.source = config("a", 'x: "2"');
    world.refuse = ({ verb, name }) => (verb === "apply" && name === "a" ? 422 : undefined);
    await world.look();
    expect(good(world)).toEqual(["a", "old"]);
    world.refuse = () => undefined;
    await world.clock.advance(1_000);
    await world.look();
    expect([good(world), world.memory.unsaved, world.data("old")]).toEqual([["a"], true, undefined]);
  });

  test("is kept while its delete waits for a yes", async () => {
    const world = await applied(source("{apiVersion: v1, kind: Namespace, metadata: {name: mine}}", FIRST));
    world.source = FIRST;
    await world.look();
    expect(good(world)).toEqual(["a", "b", "mine"]);
  });

  test("is kept while its delete is refused", async () => {
    const world = await applied(source(config("old", 'x: "1"'), FIRST));
    world.source = FIRST;
    world.refuse = ({ verb }) => (verb === "delete" ? 403 : undefined);
    await world.look();
    expect(good(world)).toEqual(["a", "b", "old"]);
  });

  test("is forgotten where it stays for good", async () => {
    const world = await applied(FIRST);
    world.app = { ...world.app, spec: { ...world.app.spec, sync: { prune: false } } };
    world.source = config("a", 'x: "1"');
    await world.look();
    expect([good(world), world.data("b")]).toEqual([["a"], { x: "1" }]);
  });
});
