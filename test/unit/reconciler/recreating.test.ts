import { describe, expect, test } from "vitest";
import { isAwaiting } from "../../../reconciler/awaiting.ts";
import { isComplete } from "../../../reconciler/outcome.ts";
import type { Attempted } from "../../../reconciler/outcome.ts";
import { CONFIRM_ANNOTATION } from "../../../src/api/group.ts";
import { ReconcileError } from "../../../src/errors.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { LookWorld, revisionOf } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

/** A ConfigMap that has to be deleted for a change, and takes its time to go. */
const fixed = (name: string, x: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, annotations: {driftless.dev/force: enabled}, finalizers: [example.com/slow]}, immutable: true, data: {x: "${x}"}}`;
const plain = (name: string, x: string, wave = 0): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, annotations: {driftless.dev/wave: "${wave}"}}, data: {x: "${x}"}}`;
const source = (...documents: readonly string[]): string => documents.join("\n---\n");
const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name });

function patch(world: LookWorld, name: string, metadata: JsonObject): void {
  world.cluster.server.patch(ref(name), { metadata }, "merge", { manager: "kubectl-patch" });
  world.cluster.settle();
}

const letGo = (world: LookWorld, name: string): void => patch(world, name, { finalizers: null });
const attemptedIn = async (world: LookWorld): Promise<Attempted> => (await world.look()).outcome as Attempted; // of looks at content that builds

/** A world in which `before` was applied, and `after` needs the deletion of what is on its way out now. */
async function deleting(before: string, after: string): Promise<LookWorld> {
  const world = new LookWorld();
  world.source = before;
  await world.look();
  world.app = shopWith({}, { status: { lastAttemptedRevision: revisionOf(before), lastAppliedRevision: revisionOf(before), observedGeneration: 1 } });
  world.source = after;
  await world.look();
  return world;
}

const closeGate = (world: LookWorld): void => void (world.app = shopWith({ ...world.app.spec, sync: { approval: "Manual" } }, { status: world.app.status ?? {} }));

/** The operator starts anew; what was stored is there. */
function restart(world: LookWorld): void {
  world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
  world.restart();
}

const sourceIs = (content: LookWorld["source"]) => (world: LookWorld): void => void (world.source = content);

describe("an object that was deleted to be created again", () => {
  test.each<[string, (world: LookWorld) => void]>([
    ["is created though the gate has closed", () => undefined],
    ["is created though the gate has closed and there is more to come", sourceIs(source(fixed("a", "2"), plain("b", "2")))],
    ["is created as what was let through where the source wants something else by now", sourceIs(fixed("a", "3"))],
    ["is created as what was let through where the source drops it and more waits", sourceIs(plain("b", "1"))],
    ["is created as what was let through where the source is broken by now", sourceIs(new ReconcileError("BUILD_FAILED", "unexpected end"))],
    ["is created though drift is only reported", (world) => void (world.app = shopWith({ ...world.app.spec, drift: { mode: "Report" } }, { status: world.app.status ?? {} }))],
  ])("%s", async (_name, between) => {
    const world = await deleting(fixed("a", "1"), fixed("a", "2"));
    closeGate(world);
    between(world);
    await world.look();
    letGo(world, "a");
    const { changes } = await world.look();
    expect([world.data("a"), changes.map(({ kind, key }) => `${kind} ${key}`)]).toEqual([{ x: "2" }, ["created /ConfigMap/shop/a"]]);
    const good = [...world.memory.lastGood.values()].find(({ object }) => object.id.name === "a")?.object;
    expect([world.recorded, world.memory.recreating.size, good?.object["data"]]).toEqual([[], 0, { x: "2" }]);
  });

  test("is created after a restart as it was before, where the gate has closed", async () => {
    const world = await deleting(fixed("a", "1"), fixed("a", "2"));
    closeGate(world);
    restart(world);
    letGo(world, "a");
    await world.look();
    expect(world.data("a")).toEqual({ x: "1" });
  });

  test("is put back as it was before where it is refused, and tried again more and more rarely", async () => {
    const world = await deleting(fixed("a", "1"), fixed("a", "2"));
    const refuseOnce = (): void => {
      let left = 1;
      world.refuse = ({ verb, dryRun }) => (verb === "apply" && !dryRun && left-- > 0 ? 422 : undefined);
    };
    const delays: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      letGo(world, "a");
      refuseOnce();
      const { failures, wakeAt } = await attemptedIn(world);
      delays.push((wakeAt?.getTime() ?? 0) - world.clock.now().getTime());
      expect(failures).toMatchObject([{ key: "/ConfigMap/shop/a", outcome: "Refused" }]);
      await world.look();
      expect(world.data("a")).toEqual({ x: "1" });
      await world.clock.advance(delays.at(-1) ?? 0);
      await world.look();
    }
    expect(delays).toEqual([1_000, 2_000, 4_000]);
    letGo(world, "a");
    await world.look();
    expect([world.data("a"), world.memory.retries.size]).toEqual([{ x: "2" }, 0]);
  });

  test("is drift again once it was created", async () => {
    const world = await deleting(fixed("a", "1"), fixed("a", "2"));
    letGo(world, "a");
    await world.look();
    patch(world, "a", { finalizers: null });
    world.cluster.server.delete(ref("a"), { propagationPolicy: "Background" });
    expect((await world.look()).changes).toMatchObject([{ kind: "reverted", corrections: [{ class: "Missing" }] }]);
  });

  test("is not created where the source no longer has it and the gate is open", async () => {
    const world = await deleting(source(fixed("a", "1"), plain("b", "1")), source(fixed("a", "2"), plain("b", "1")));
    world.source = plain("b", "1");
    await world.look();
    letGo(world, "a");
    await world.look();
    expect([world.data("a"), world.memory.recreating.size]).toEqual([undefined, 0]);
  });

  test("is waited for: nothing is complete before it is there", async () => {
    const world = await deleting(fixed("a", "0"), fixed("a", "1"));
    letGo(world, "a");
    await world.look();
    world.source = fixed("a", "2");
    const outcome = await attemptedIn(world);
    expect(outcome.blocked).toMatchObject([{ key: "/ConfigMap/shop/a", kind: "Waiting", reason: expect.stringContaining("created again when it is gone") as string }]);
    expect([isComplete(outcome), isAwaiting(outcome)]).toEqual([false, true]);
    letGo(world, "a");
    expect(isComplete(await attemptedIn(world))).toBe(true);
  });

  test("is waited for by later waves and by deletes", async () => {
    const world = await deleting(source(fixed("a", "1"), plain("old", "1")), source(fixed("a", "2"), plain("late", "1", 1)));
    world.writes.length = 0;
    await world.look();
    expect(world.writes).toEqual([]);
    letGo(world, "a");
    await world.look();
    expect(world.writes.filter((write) => write !== "patch ConfigMap a")).toEqual(["apply ConfigMap a", "apply ConfigMap late", "delete ConfigMap old"]);
  });
});

const isLeaving = (world: LookWorld, name: string): boolean => world.cluster.get(ref(name))?.metadata.deletionTimestamp !== undefined;
const failuresOf = ({ failures, blocked }: Attempted): string[] => [...failures.map(({ message }) => message), ...blocked.filter(({ kind }) => kind === "Failed").map(({ reason }) => reason)];

describe("more objects than may be deleted at once", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const all = (x: string): string => source(...names.map((name) => fixed(name, x)));
  const changed = (world: LookWorld): string[] => names.filter((name) => (world.data(name) as { x?: string } | undefined)?.x === "2");

  /** As many as the limit allows have been created again. */
  async function stopped(): Promise<LookWorld> {
    const world = await deleting(all("1"), all("2"));
    for (const name of names) if (isLeaving(world, name)) letGo(world, name);
    await world.look();
    return world;
  }

  test("stay as they are, with the limit and the way out told, also at later looks", async () => {
    const world = await stopped();
    expect(changed(world)).toHaveLength(5);
    await world.clock.advance(60_000);
    const failures = failuresOf(await attemptedIn(world));
    expect([changed(world).length, failures.length]).toEqual([5, 2]);
    for (const text of failures) expect(text).toMatch(/5 others were for the same content, and spec\.sync\.limits\.maxPrune \(20%\) allows no more; raise it, or say yes to each\. To say yes: kubectl annotate configmaps \w -n shop driftless\.dev\/confirm-recreate=/);
  });

  test("go when the limit is raised", async () => {
    const world = await stopped();
    world.app = shopWith({ sync: { limits: { maxPrune: "100%" } } }, { status: world.app.status ?? {}, metadata: { name: "shop", namespace: "shop", generation: 2 } });
    await world.look();
    for (const name of names) if (isLeaving(world, name)) letGo(world, name);
    await world.look();
    expect(changed(world)).toHaveLength(7);
  });

  test("go one by one when somebody says yes to each", async () => {
    const world = await stopped();
    const left = names.find((name) => !changed(world).includes(name)) ?? "";
    patch(world, left, { annotations: { [CONFIRM_ANNOTATION]: world.cluster.get(ref(left))?.metadata.uid ?? "" } });
    await world.clock.advance(60_000);
    await world.look();
    letGo(world, left);
    await world.look();
    expect(changed(world)).toHaveLength(6);
    expect(changed(world)).toContain(left);
  });

  test("may be as many again for another content", async () => {
    const world = await stopped();
    world.source = all("3");
    await world.look();
    for (const name of names) if (isLeaving(world, name)) letGo(world, name);
    await world.look();
    expect(names.filter((name) => (world.data(name) as { x?: string } | undefined)?.x === "3")).toHaveLength(5);
  });
});
