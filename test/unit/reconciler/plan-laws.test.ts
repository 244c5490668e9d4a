import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deletesOf, entriesOf, isNews } from "../../../reconciler/change.ts";
import type { Effective } from "../../../reconciler/effective.ts";
import type { LiveMember, LookUp } from "../../../reconciler/observed.ts";
import { planChanges } from "../../../reconciler/plan.ts";
import type { PlanContext } from "../../../reconciler/plan-context.ts";
import { desiredFrom } from "../../support/desired.ts";
import { baselinesOf, configMapMember, contextWith, liveOf, observedWith } from "../../support/plan-cases.ts";

/** How a desired object is found. */
type Situation = "applied" | "outdated" | "touched" | "terminating" | "sick" | "absent" | "deleted" | "unowned" | "foreign" | "claimed" | "refused" | "kept";
const SITUATIONS: readonly Situation[] = ["applied", "outdated", "touched", "terminating", "sick", "absent", "deleted", "unowned", "foreign", "claimed", "refused", "kept"];

interface World {
  readonly wanted: readonly { readonly situation: Situation; readonly wave: number; readonly ssa: string }[];
  readonly stale: readonly Partial<LiveMember>[];
  readonly treatment: "Revert" | "Report" | "Ignore";
}

const worlds: fc.Arbitrary<World> = fc.record({
  wanted: fc.array(fc.record({ situation: fc.constantFrom(...SITUATIONS), wave: fc.integer({ min: -1, max: 1 }), ssa: fc.constantFrom("Override", "Override", "Merge", "IfNotPresent", "Ignore") }), { maxLength: 7 }),
  stale: fc.array(fc.constantFrom<Partial<LiveMember>>({}, { terminating: true }, { deletable: false }, { claimedBy: "inst-1/team/b" }, { policy: { prune: false, reconcile: true, wave: 0 } }, { policy: { prune: true, reconcile: true, wave: 1 } }), { maxLength: 4 }),
  treatment: fc.constantFrom("Revert", "Report", "Ignore"),
});

const document = ({ wave, ssa }: World["wanted"][number], index: number): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: a${index}, annotations: {driftless.dev/wave: "${wave}", driftless.dev/ssa: ${ssa}}}, data: {x: "1"}}`;

function parts({ wanted, stale, treatment }: World): { readonly effective: Effective; readonly members: LiveMember[]; readonly lookUps: [string, LookUp][]; readonly unread: Record<string, string>; readonly context: Partial<PlanContext> } {
  const effective = wanted.length === 0 ? desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}") : desiredFrom(wanted.map(document).join("\n---\n"));
  const members: LiveMember[] = stale.map((extra, index) => configMapMember(`old${index}`, extra));
  const lookUps: [string, LookUp][] = [];
  const unread: Record<string, string> = {};
  const baselines = baselinesOf(effective);
  for (const [index, { situation }] of wanted.entries()) {
    const name = `a${index}`;
    const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop", uid: "1" } };
    const key = configMapMember(name).key;
    if (situation === "outdated") baselines.set(key, { uid: `uid-${name}`, desiredDigest: "older", apiVersion: "v1", ownHash: "own", othersHash: "others" });
    if (situation === "absent" || situation === "unowned") baselines.delete(key);
    switch (situation) {
      case "applied": case "outdated": members.push(configMapMember(name)); break;
      case "touched": members.push(configMapMember(name, { ownHash: "another" })); break;
      case "terminating": members.push(configMapMember(name, { terminating: true })); break;
      case "sick": members.push(configMapMember(name, { health: { status: "InProgress", message: "starting" } })); break;
      case "kept": members.push(configMapMember(name, { policy: { prune: true, reconcile: false, wave: 0 } })); break;
      case "absent": case "deleted": lookUps.push([name, { kind: "Absent" }]); break;
      case "unowned": lookUps.push([name, { kind: "Unowned", live }]); break;
      case "foreign": lookUps.push([name, { kind: "Foreign", live, owner: "Helm release x/y", application: undefined }]); break;
      case "claimed": lookUps.push([name, { kind: "Foreign", live, owner: "Application team/b", application: "team/b" }]); break;
      case "refused": unread[name] = "may not read";
    }
  }
  return { effective, members, lookUps, unread, context: { baselines, treatment: () => treatment, wants: () => "Yes" } };
}

function planOf(world: World, order: (items: readonly unknown[]) => readonly unknown[] = (items) => items) {
  const { effective, members, lookUps, unread, context } = parts(world);
  const bodies = effective.objects.map((object) => liveOf(object, { data: { x: "other" } }));
  const observed = observedWith({ members: order(members) as LiveMember[], lookUps: Object.fromEntries(order(lookUps) as [string, LookUp][]), unread, bodies: order(bodies) as typeof bodies });
  return { effective, plan: planChanges(effective, observed, contextWith(context)) };
}

const sorted = (keys: readonly string[]): string[] => [...keys].sort();

describe("of any world", () => {
  test("every desired object is either written, held up, let go of or needs nothing", () => {
    fc.assert(fc.property(worlds, (world) => {
      const { effective, plan } = planOf(world);
      const told = [...entriesOf(plan).map(({ object }) => object.key), ...plan.blocked.map(({ key }) => key), ...plan.transfers.map(({ member }) => member.key).filter((key) => effective.desired.has(key))];
      expect(new Set(told).size).toBe(told.length);
      expect(told.length + plan.unchanged).toBe(effective.desired.size);
    }));
  });

  test("every stale member is either deleted now, handed over, or kept with a reason", () => {
    fc.assert(fc.property(worlds, (world) => {
      const { effective, plan } = planOf(world);
      const transferred = plan.transfers.map(({ member }) => member.key).filter((key) => !effective.desired.has(key));
      const told = [...plan.prune.map(({ member }) => member.key), ...transferred, ...plan.kept.map(({ id }) => `/ConfigMap/${id.namespace}/${id.name}`)];
      expect(sorted(told)).toEqual(sorted(world.stale.map((_extra, index) => `/ConfigMap/shop/old${index}`)));
      expect(plan.kept.every(({ reason }) => reason !== "")).toBe(true);
    }));
  });

  test("nothing is deleted while anything is held up or news is to be applied, and nothing that is desired", () => {
    fc.assert(fc.property(worlds, (world) => {
      const { effective, plan } = planOf(world);
      if (plan.blocked.length > 0 || entriesOf(plan).some(isNews)) expect(plan.prune).toEqual([]);
      expect(deletesOf(plan).filter(({ member }) => effective.desired.has(member.key))).toEqual([]);
    }));
  });

  test("what the source brings never passes an earlier wave that is not done; what is held is what is told to wait", () => {
    fc.assert(fc.property(worlds, (world) => {
      const { plan } = planOf(world);
      const waves = entriesOf(plan).filter(isNews).map(({ object }) => object.policy.wave);
      expect(new Set(waves).size).toBeLessThanOrEqual(1);
      expect(plan.held.every(({ object }) => plan.blocked.some(({ key, kind }) => key === object.key && kind === "Waiting"))).toBe(true);
    }));
  });

  test("only Revert undoes what others did", () => {
    fc.assert(fc.property(worlds, (world) => {
      const reverted = entriesOf(planOf(world).plan).filter(({ action }) => action === "Revert");
      if (world.treatment !== "Revert") expect(reverted).toEqual([]);
    }));
  });

  test("the plan does not depend on the order in which things are known", () => {
    fc.assert(fc.property(worlds, (world) => {
      expect(planOf(world, (items) => items.toReversed()).plan).toEqual(planOf(world).plan);
    }));
  });
});
