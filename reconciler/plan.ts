import { driftHoldOf, holdOff, isOver } from "../drift/drift-hold.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { byId, displayId, formatKey } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { ClaimEntry, EndedHold, KeptMember, Plan, PlanEntry, ProvenEqual, TransferEntry } from "./change.ts";
import { bringsContent, deletesOf } from "./change.ts";
import { isLeftAlone } from "./effective.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import type { Members, Observed } from "./observed.ts";
import { inStages, needOf } from "./order.ts";
import type { PlanContext } from "./plan-context.ts";
import { claimantOf, staleMembers } from "./stale.ts";
import type { Delay } from "./stale.ts";
import { blockedBecause } from "./verdict-parts.ts";
import type { Verdict } from "./verdict-parts.ts";
import { verdictFor } from "./verdict.ts";
import { holdLaterWaves } from "./waves.ts";
import type { Waves } from "./waves.ts";

/** What the verdicts on all desired objects come to. */
interface Collected {
  readonly entries: PlanEntry[];
  readonly blocked: BlockedObject[];
  readonly reported: DriftFinding[];
  readonly proven: ProvenEqual[];
  readonly claims: ClaimEntry[];
  readonly letGo: TransferEntry[];
  readonly notes: string[];
  readonly endedHolds: EndedHold[];
  unchanged: number;
}

/**
 * Desired and live → what to do, in stages. Does not contact the cluster. The same plan serves dry run, apply and
 * drift; equal input gives an equal plan.
 */
export function planChanges(effective: Effective, observed: Observed, context: PlanContext): Plan {
  const all = collect(effective, observed, context);
  const possible = withoutHomeless(all.entries, all.blocked);
  const { entries, held, waiting } = holdLaterWaves(possible.entries, effective, all.blocked, observed.members);
  const stuck = [...all.blocked, ...possible.waiting];
  const stale = staleMembers(effective.desired, observed.members, delayOfDeletes(effective, [...entries, ...held], stuck), context);
  return {
    stages: inStages(entries),
    held,
    prune: stale.now,
    pruneLater: stale.later,
    transfers: [...all.letGo, ...stale.transfers],
    claims: all.claims,
    kept: stale.kept,
    blocked: [...stuck, ...waiting],
    unchanged: all.unchanged,
    reported: all.reported,
    proven: all.proven,
    ...(all.endedHolds.length === 0 ? {} : { endedHolds: all.endedHolds }),
    notes: [...all.notes, ...wantedElsewhere(effective, observed.members, context), ...leftAlone(effective, observed.members)],
  };
}

/** Nothing is sent into a namespace, or to a definition, that is on its way out. */
function withoutHomeless(entries: readonly PlanEntry[], blocked: readonly BlockedObject[]): Waves {
  const leaving = new Set(blocked.filter((object) => object.leaving === true).map(({ key }) => key));
  if (leaving.size === 0) return { entries, held: [], waiting: [] };
  const needs = entries.map((entry) => ({ entry, need: needOf(entry.object, leaving) }));
  const waiting = needs.flatMap(({ entry, need }) => (need === undefined ? [] : [blockedBecause(entry.object, "Waiting", `waits for ${displayId(need)}, which is being deleted`)]));
  return { entries: needs.flatMap(({ entry, need }) => (need === undefined ? [entry] : [])), held: [], waiting };
}

function collect(effective: Effective, observed: Observed, context: PlanContext): Collected {
  const all: Collected = { entries: [], blocked: [...effective.blocked], reported: [], proven: [], claims: [], letGo: [], notes: [], endedHolds: [], unchanged: effective.resting ?? 0 };
  const told = Map.groupBy(context.reported, ({ object }) => object);
  const held = new Set(effective.blocked.map(({ key }) => key));
  for (const object of effective.objects) {
    const verdict = verdictFor(object, observed, context);
    add(all, object, verdict, { told, held, notes: context.notes });
    if (verdict.kind === "Equal" || verdict.kind === "Write") all.endedHolds.push(...endedHold(object, observed, context));
  }
  return all;
}

/** The hold on an object that was looked at, if it is over. */
function endedHold(object: EffectiveObject, { bodies }: Observed, { now }: PlanContext): EndedHold[] {
  const live = bodies.get(object.key);
  if (live === undefined || !isOver(driftHoldOf(live.metadata), now)) return [];
  return [{ object, patch: [{ op: "test", path: "/metadata/uid", value: live.metadata.uid ?? "" }, ...holdOff(live.metadata)] }];
}

/** What was told of objects before; it holds for those that need no new look. */
interface Told {
  readonly told: ReadonlyMap<string, readonly DriftFinding[]>;
  /** Objects that are held up already, of which only what was applied before is looked at. */
  readonly held: ReadonlySet<ObjectKey>;
  readonly notes: PlanContext["notes"];
}

function add(all: Collected, object: EffectiveObject, verdict: Verdict, before: Told): void {
  switch (verdict.kind) {
    case "Nothing":
      all.unchanged += 1;
      all.reported.push(...(before.told.get(object.key) ?? []));
      all.notes.push(...(before.notes.get(object.key) ?? []));
      return;
    case "Equal":
      all.unchanged += 1;
      all.reported.push(...verdict.reported);
      all.notes.push(...(before.notes.get(object.key) ?? []));
      if (verdict.proven !== undefined) all.proven.push(verdict.proven);
      return;
    case "Write":
      all.entries.push(verdict.entry);
      all.reported.push(...verdict.reported);
      all.notes.push(...verdict.entry.notes);
      return;
    case "LeftAlone":
      all.unchanged += 1;
      return;
    case "Blocked":
      if (!before.held.has(object.key)) all.blocked.push(verdict.blocked);
      if (verdict.claim !== undefined) all.claims.push(verdict.claim);
      return;
    case "LetGo":
      all.letGo.push(verdict.transfer);
  }
}

/** Nothing is deleted before everything that the source brings is applied, and what replaces it works. */
function delayOfDeletes({ keepStale, syncHook }: Effective, entries: readonly PlanEntry[], [first]: readonly BlockedObject[]): Delay {
  const waited = syncHook === undefined ? undefined : `waits for hook ${displayId(syncHook.id)}, which ${syncHook.reason}`;
  const incomplete = first === undefined ? waited : `waits until everything is applied; ${displayId(first.id)} is not`;
  return { keepAll: keepStale, incomplete, notYet: entries.some(bringsContent) ? "waits until everything is applied" : undefined };
}

/** Whoever may edit an object can keep the source away from it: that is told. */
function leftAlone({ objects }: Effective, members: Members): string[] {
  const left = objects.filter((object) => !isLeftAlone(object) && members.get(object.key)?.policy.reconcile === false);
  return left.map(({ id }) => `${displayId(id)} is left alone, as an annotation on the live object asks: what the source wants of it is not applied`);
}

/** Two Applications want one object: both tell it. */
function wantedElsewhere({ objects }: Effective, members: Members, context: PlanContext): string[] {
  return objects.flatMap(({ key, id }) => {
    const member = members.get(key);
    const claimant = member === undefined ? undefined : claimantOf(member, context);
    if (claimant === undefined || context.wants(claimant, key) === "No") return [];
    return [`${displayId(id)} is also wanted by Application ${claimant}; it stays here until it is taken out of this source`];
  });
}

/** The plan without its deletes: they wait for what `reason` says. */
export function withoutDeletes(plan: Plan, reason: string): Plan {
  const kept = deletesOf(plan).map(({ id }): KeptMember => ({ id, kind: "Waiting", reason }));
  const told = new Set(kept.map(({ id }) => formatKey(id)));
  const others = plan.kept.filter(({ id }) => !told.has(formatKey(id)));
  return { ...plan, prune: [], pruneLater: [], kept: [...others, ...kept].sort(byId) };
}
