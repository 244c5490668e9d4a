/** Rules, holds and fights over an in-memory cluster: what is left, what is undone, and what is told of it. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attempted } from "../../../reconciler/outcome.ts";
import type { ApplicationSpec } from "../../../src/api/application.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { DRIFT_HOLD_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { LookWorld } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

type Drift = NonNullable<ApplicationSpec["drift"]>;
type Rule = NonNullable<Drift["rules"]>[number];

const MINUTE = 60_000;
const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" };
const source = (data: Readonly<Record<string, string>>): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: ${JSON.stringify(data)}}`;

async function applied(drift: Drift = {}): Promise<LookWorld> {
  const world = new LookWorld();
  world.app = shopWith({ drift });
  world.source = source({ x: "1", y: "1" });
  await world.look();
  return world;
}

/** A merge patch by a person, seen by the watch. */
function hand(world: LookWorld, body: JsonObject, manager = "kubectl-edit"): void {
  world.cluster.server.patch(ref, body, "merge", { manager });
  world.ports().members();
}

const put = (world: LookWorld, data: JsonObject, manager?: string): void => hand(world, { data }, manager);
const annotate = (world: LookWorld, value: string | null): void => hand(world, { metadata: { annotations: { [DRIFT_HOLD_ANNOTATION]: value } } }, "kubectl-annotate");
const holdOf = (world: LookWorld): string | undefined => world.cluster.get(ref)?.metadata.annotations?.[DRIFT_HOLD_ANNOTATION];

/** The Application with the annotation, set now. */
function holdAll(world: LookWorld, value: string): void {
  const { spec, ...app } = world.app;
  world.app = { ...app, spec, metadata: { ...app.metadata, annotations: { [DRIFT_HOLD_ANNOTATION]: value }, managedFields: [{ manager: "kubectl-annotate", operation: "Update", time: world.clock.now().toISOString(), fieldsV1: { "f:metadata": { "f:annotations": { [`f:${DRIFT_HOLD_ANNOTATION}`]: {} } } } }] } };
}

/** One look: what was done, and what is told and left. */
async function look(world: LookWorld) {
  const { outcome, changes } = await world.look();
  if (outcome.kind !== "Attempted") throw new Error(`it ${outcome.kind}`);
  const told = outcome.reported.map(({ path = "", action, live = "" }: DriftFinding) => `${action} ${path} ${live}`.trim()).sort();
  return { outcome, told, done: changes.flatMap(({ kind, corrections }) => [kind, ...corrections.map(({ path = "" }) => path)]).join(" ") };
}

/** Another process goes on where this one has told that all was applied. */
function restart(world: LookWorld, outcome: Attempted): void {
  restartable(world, outcome);
  world.restart();
}

const report = (paths?: readonly string[]): Rule => ({ ...(paths === undefined ? {} : { paths }), action: "Report" });

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

/** What a rule says of one of three fields, and what somebody did to it. */
interface Case {
  readonly action: "Revert" | "Report" | "Ignore" | "RevertAfter" | undefined;
  readonly edit: string | null | undefined;
  readonly by: "kubectl-edit" | "some-controller";
}

const FIELDS = ["x", "y", "z"] as const;
const CONTENT: Readonly<Record<string, string>> = { x: "1", y: "1", z: "1" };
const cases: fc.Arbitrary<readonly Case[]> = fc.array(
  fc.record({ action: fc.constantFrom("Revert", "Report", "Ignore", "RevertAfter", undefined), edit: fc.constantFrom("hand", "1", null, undefined), by: fc.constantFrom("kubectl-edit", "some-controller") }),
  { minLength: 3, maxLength: 3 },
);
const modes = fc.constantFrom("Revert", "Report", "Ignore");

/** What becomes of a field: what was done to it where that is left, else what Git says. */
function expected({ action, edit }: Case, mode: string): string | undefined {
  const stays = (action ?? mode) !== "Revert";
  return edit === undefined || !stays ? "1" : (edit ?? undefined);
}

test("whatever rules there are and whatever is done, each field is what its rule says, once, and all of it is told that is to be", async () => {
  await fc.assert(fc.asyncProperty(cases, modes, async (fields, mode) => {
    const rules: Rule[] = fields.flatMap(({ action }, index) => (action === undefined ? [] : [{ paths: [`/data/${FIELDS[index]}`], action, ...(action === "RevertAfter" ? { after: "1h" } : {}) }]));
    const world = new LookWorld();
    world.app = shopWith({ drift: { mode, rules } });
    world.source = source(CONTENT);
    await world.look();
    fields.forEach(({ edit, by }, index) => edit !== undefined && put(world, { [FIELDS[index] ?? ""]: edit }, by));
    const first = await look(world);
    const wanted = Object.fromEntries(fields.flatMap((one, index) => (expected(one, mode) === undefined ? [] : [[FIELDS[index] ?? "", expected(one, mode)]])));
    expect(world.data("a") ?? {}).toEqual(wanted);
    const told = fields.flatMap(({ action = mode, edit }, index) => (edit === undefined || edit === "1" || action === "Revert" || action === "Ignore" ? [] : [`${action} /data/${FIELDS[index]}${edit === null ? "" : ` "${edit}"`}`]));
    expect(first.told).toEqual(told.sort());
    const writes = world.writes.length;
    expect((await look(world)).told).toEqual(first.told);
    restart(world, first.outcome);
    expect([(await look(world)).told, world.data("a") ?? {}]).toEqual([first.told, wanted]);
    expect(world.writes.length).toBeLessThanOrEqual(writes + 1); // ownership of equal values may be taken back
  }), { numRuns: 3000 });
}, 500_000);

describe("an object that many share", () => {
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

/** What happens while an object may be held. */
type Step =
  | { readonly kind: "Edit"; readonly field: Field; readonly value: string | null }
  | { readonly kind: "Commit"; readonly field: Field; readonly value: string | undefined }
  | { readonly kind: "Hold"; readonly minutes: number | undefined }
  | { readonly kind: "Wait"; readonly minutes: number }
  | { readonly kind: "Restart" };
type Field = (typeof FIELDS)[number];

const someField = fc.constantFrom(...FIELDS);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("Edit" as const), field: someField, value: fc.constantFrom("hand", "1", "2", null) }),
  fc.record({ kind: fc.constant("Commit" as const), field: someField, value: fc.constantFrom("1", "2", "3", undefined) }),
  fc.record({ kind: fc.constant("Hold" as const), minutes: fc.constantFrom(10, 60, undefined) }),
  fc.record({ kind: fc.constant("Wait" as const), minutes: fc.constantFrom(1, 5, 60) }),
  fc.record({ kind: fc.constant("Restart" as const) }),
);

/** An object that is held at times, and what it should be. */
class HeldWorld {
  readonly world = new LookWorld();
  #git: Record<string, string> = { ...CONTENT };
  /** What was done by hand and stays; null: the field was removed. */
  #hand = new Map<string, string | null>();
  #until: number | undefined;

  async open(): Promise<void> {
    this.world.source = source(this.#git);
    await this.#look();
  }

  async go(step: Step): Promise<void> {
    const { world } = this;
    switch (step.kind) {
      case "Edit":
        put(world, { [step.field]: step.value });
        this.#hand.set(step.field, step.value);
        break;
      case "Commit":
        if (this.#git[step.field] !== step.value) this.#hand.delete(step.field);
        if (step.value === undefined) delete this.#git[step.field];
        else this.#git[step.field] = step.value;
        world.source = source(this.#git);
        break;
      case "Hold":
        annotate(world, null);
        if (step.minutes !== undefined) annotate(world, `${step.minutes}m`);
        this.#until = step.minutes === undefined ? undefined : world.clock.now().getTime() + step.minutes * MINUTE;
        break;
      case "Wait":
        await world.clock.advance(step.minutes * MINUTE);
        break;
      case "Restart":
        world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
        world.restart();
    }
    await this.#look();
    expect(world.data("a") ?? {}).toEqual(this.#expected());
  }

  /** Past every hold nothing is left of it. */
  async end(): Promise<void> {
    await this.go({ kind: "Wait", minutes: 60 });
    const writes = this.world.writes.length;
    const { told } = await look(this.world);
    expect([told, holdOf(this.world), this.world.writes.length]).toEqual([[], undefined, writes]);
  }

  /** Until nothing follows by itself: the second look is the event that our own writes are. */
  async #look(): Promise<void> {
    for (let again = 0; again < 2; again += 1) restartable(this.world, (await look(this.world)).outcome);
    const held = this.#until !== undefined && this.#until > this.world.clock.now().getTime();
    if (!held) this.#hand.clear();
  }

  #expected(): Record<string, string> {
    return Object.fromEntries(FIELDS.flatMap((name) => {
      const value = this.#hand.has(name) ? this.#hand.get(name) : this.#git[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }));
  }
}

/** What another process would find. */
function restartable(world: LookWorld, { revision, reported, parts }: Attempted): void {
  world.earlier = { findings: reported, fights: parts?.fights ?? [] };
  world.app = { ...world.app, status: { lastAppliedRevision: revision, observedGeneration: 1, lastAttemptedRevision: revision } };
}

test("whatever people do, Git brings and the operator goes through: what is held keeps what was done by hand until Git changes that field, and what is not is as Git has it", async () => {
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (trace) => {
    const held = new HeldWorld();
    await held.open();
    for (const step of trace) await held.go(step);
    await held.end();
  }), { numRuns: 3000 });
}, 500_000);
