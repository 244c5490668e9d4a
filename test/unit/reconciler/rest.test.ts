import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { missingFinding } from "../../../drift/finding.ts";
import { attempted } from "../../../reconciler/attempted.ts";
import type { Plan } from "../../../reconciler/change.ts";
import type { Effective } from "../../../reconciler/effective.ts";
import type { ProgressEntry } from "../../../reconciler/health/progress.ts";
import { emptyMemory, noteEqual, settleOn } from "../../../reconciler/memory.ts";
import type { AppMemory } from "../../../reconciler/memory.ts";
import type { LiveMember, Members } from "../../../reconciler/observed.ts";
import { planFor } from "../../../reconciler/plan-for.ts";
import { awake, restlessMembers } from "../../../reconciler/rest.ts";
import { TouchedMap } from "../../../reconciler/touched-map.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import type { ClusterClient } from "../../../src/ports.ts";
import { desiredFrom } from "../../support/desired.ts";
import { LookWorld } from "../../support/look-world.ts";
import { baselinesOf, configMapMember, liveOf, shopWith } from "../../support/plan-cases.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const keyOf = (name: string): ObjectKey => configMapMember(name).key;

/** What a watch may tell of a member. */
const MEMBERS: readonly Partial<LiveMember>[] = [
  {}, {}, {}, { resourceVersion: "8" }, { ownHash: "another" }, { othersHash: "more" }, { uid: "another" }, { terminating: true }, { claimedBy: "inst-1/team/b" },
  { health: { status: "InProgress", message: "starting" } }, { health: { status: "Failed", message: "crashed" } }, { hookRun: "1/PreSync" },
  { policy: { prune: true, reconcile: false, wave: 0 } }, { hold: { kind: "Hold", value: "1h", until: 5_000, isCut: false, by: "kubectl-annotate" } },
];

/** What happens between two looks. */
type Step =
  | { readonly kind: "Told"; readonly name: string; readonly member: Partial<LiveMember> }
  | { readonly kind: "Gone" | "Applied" | "Forgotten" | "Older" | "Left"; readonly name: string }
  | { readonly kind: "Note" | "Report"; readonly name: string }
  | { readonly kind: "Back"; readonly commits: number }
  | { readonly kind: "Commit"; readonly wanted: readonly (readonly [string, string])[] }
  | { readonly kind: "Look"; readonly seconds: number; readonly full: boolean; readonly settles: boolean };

const name = fc.constantFrom(...NAMES);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("Told" as const), name, member: fc.constantFrom(...MEMBERS) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("Gone" as const, "Applied" as const, "Applied" as const, "Applied" as const, "Forgotten" as const, "Older" as const, "Left" as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("Note" as const, "Report" as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Commit" as const), wanted: fc.array(fc.tuple(name, fc.constantFrom("{}", "{}", "{driftless.dev/wave: '1'}", "{driftless.dev/ssa: Merge}", "{driftless.dev/reconcile: disabled}")), { minLength: 1, maxLength: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("Back" as const), commits: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("Look" as const), seconds: fc.integer({ min: 0, max: 400 }), full: fc.boolean(), settles: fc.boolean() }) },
), { maxLength: 40 });

const commit = (wanted: Extract<Step, { kind: "Commit" }>["wanted"]): Effective =>
  desiredFrom([...new Map(wanted)].map(([own, annotations]) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${own}, annotations: ${annotations}}, data: {x: "1"}}`).join("\n---\n"));

/** The look at everything that stands beside each look: nothing is known to be at rest. */
class History {
  readonly members = new TouchedMap<ObjectKey, LiveMember>();
  readonly memory = emptyMemory();
  readonly #whole = new TouchedMap<ObjectKey, ProgressEntry>();
  readonly #world = new LookWorld();
  #effective = commit(NAMES.map((own) => [own, "{}"]));
  readonly #commits = [this.#effective];
  #now = 0;
  rested = 0;

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case "Told": return void this.members.set(keyOf(step.name), configMapMember(step.name, step.member));
      case "Gone": return void this.members.delete(keyOf(step.name));
      case "Applied": return this.#baseline(step.name, {});
      case "Older": return this.#baseline(step.name, { desiredDigest: "older" });
      case "Left": return this.#baseline(step.name, { resourceVersion: "7" });
      case "Forgotten": return void this.memory.baselines.delete(keyOf(step.name));
      case "Note": return void this.memory.notes.set(keyOf(step.name), ["told"]);
      case "Report": return void (this.memory.reported = [missingFinding(configMapMember(step.name).id, new Date(this.#now))]);
      case "Commit": return this.#commit(commit(step.wanted));
      case "Back": return void (this.#effective = this.#commits.at(-step.commits) ?? this.#effective);
      case "Look": return this.#look(step);
    }
  }

  #commit(effective: Effective): void {
    this.#effective = effective;
    this.#commits.push(effective);
  }

  #baseline(own: string, extra: object): void {
    const baseline = baselinesOf(this.#effective).get(keyOf(own));
    if (baseline !== undefined) this.memory.baselines.set(keyOf(own), { ...baseline, ...extra });
  }

  async #look({ seconds, full, settles }: Extract<Step, { kind: "Look" }>): Promise<void> {
    this.#now += seconds * 1_000;
    const plan = await this.#plan(this.memory, this.members, full);
    expect(plan).toEqual(await this.#plan(copyOf(this.memory, { progress: new TouchedMap() }), new Map(this.members), full));
    for (const proven of plan.proven) noteEqual(this.memory, proven);
    this.memory.reported = plan.reported;
    if (settles) settleOn(this.memory, this.#effective, new Set());
    const outcome = this.#outcome(plan, this.memory);
    expect(outcome).toEqual(this.#outcome(plan, copyOf(this.memory, { progress: this.#whole, baselines: new TouchedMap() })));
    expect(this.memory.progress).toEqual(this.#whole);
    const restless = restlessMembers(this.members, this.memory, new Date(this.#now));
    expect([...this.members].filter(([key, { hookRun }]) => hookRun !== undefined && !restless.has(key))).toEqual([]);
    this.rested += awake(this.#effective, this.members, this.memory, new Date(this.#now)).effective.resting ?? 0;
  }

  #plan(memory: AppMemory, members: Members, full: boolean): Promise<Plan> {
    const bodies = new Map(this.#effective.objects.map((object) => [object.id.name, liveOf(object, { data: { x: "by hand" } })]));
    const get = async (ref: { readonly name: string }): Promise<KubeObject | undefined> => (members.has(keyOf(ref.name)) ? bodies.get(ref.name) : undefined);
    const cluster = { get } as unknown as ClusterClient; // a few ConfigMaps are read one by one, and nothing is asked besides
    return planFor(this.#effective, "main", this.#world.request({ memory, full, now: new Date(this.#now) }), { cluster, members: () => members, isAlive: () => true, wants: () => "Yes" }, undefined);
  }

  #outcome(plan: Plan, memory: AppMemory): ReturnType<typeof attempted> {
    return attempted({
      request: this.#world.request({ memory, app: shopWith(), now: new Date(this.#now) }), ports: { known: () => this.members }, revision: "main", desired: this.#effective, effective: this.#effective, plan,
      result: { changes: [], failures: [], unsure: 0 }, reach: { synced: true, unwatched: [] }, gate: { apply: { kind: "Open" }, prune: { kind: "Open" }, asksForApproval: false }, pending: undefined,
    });
  }
}

/** The same memory, of which nobody has said what is at rest. */
function copyOf(memory: AppMemory, extra: Partial<AppMemory>): AppMemory {
  return { ...memory, rest: [], baselines: new TouchedMap(memory.baselines), ...extra };
}

const LOOK: Step = { kind: "Look", seconds: 1, full: false, settles: true };
/** As at a closed gate, where older content is looked at after the newest. */
const IN_TURNS: readonly Step[] = [{ kind: "Commit", wanted: [["a", "{}"]] }, { ...LOOK, settles: false }, { kind: "Back", commits: 2 }, { ...LOOK, settles: false }];

describe("of any history", () => {
  test("a look at what is not at rest has the plan and the outcome of a look at everything", async () => {
    let rested = 0;
    await fc.assert(fc.asyncProperty(steps, async (history) => {
      const world = new History();
      for (const step of [...NAMES.flatMap((own): Step[] => [{ kind: "Told", name: own, member: {} }, { kind: "Applied", name: own }]), LOOK, LOOK, ...history, LOOK]) await world.run(step);
      rested += world.rested;
    }), { numRuns: 150, examples: [[IN_TURNS]] });
    expect(rested).toBeGreaterThan(1_000);
  });
});

async function settled(): Promise<History> {
  const world = new History();
  for (const own of NAMES) for (const step of [{ kind: "Told", name: own, member: {} }, { kind: "Applied", name: own }] as const) await world.run(step);
  await world.run(LOOK);
  return world;
}

const awakeOf = ({ members, memory }: History, effective: Effective): readonly string[] => awake(effective, members, memory, new Date(0)).effective.objects.map(({ id }) => id.name);

describe("an Application that was looked at", () => {
  test("is at rest, until something is told of one of its members", async () => {
    const world = await settled();
    const effective = commit(NAMES.map((own) => [own, "{}"]));
    expect(awakeOf(world, effective)).toEqual([]);
    await world.run({ kind: "Told", name: "c", member: { ownHash: "another" } });
    await world.run({ kind: "Forgotten", name: "a" });
    expect(awakeOf(world, effective)).toEqual(["a", "c"]);
  });

  test("leaves no member out that is nobody's", async () => {
    const world = await settled();
    world.members.set(keyOf("old"), configMapMember("old"));
    expect([...awake(commit([["a", "{}"]]), world.members, world.memory, new Date(0)).members.keys()]).toEqual(["b", "c", "d", "e", "old"].map(keyOf));
  });
});

test("a map tells once which of its keys were set or deleted, and no others", () => {
  const map = new TouchedMap<string, number>();
  map.set("a", 1).set("b", 2);
  expect([...map.take()]).toEqual(["a", "b"]);
  map.delete("a");
  map.delete("nobody");
  map.touch("c");
  const { version } = map;
  expect([[...map.take()], [...map.take()], map.version]).toEqual([["a", "c"], [], version]);
  map.clear();
  expect([[...map.take()], map.size, map.version > version]).toEqual([["b"], 0, true]);
});
