import { treatmentOf } from "../drift/modes.ts";
import type { Treatment } from "../drift/modes.ts";
import { driftHoldOf } from "../drift/drift-hold.ts";
import { fightState, isBraked } from "../drift/fight.ts";
import { driftRulesOf } from "../drift/rules.ts";
import { byId } from "../src/object/object-id.ts";
import type { Application } from "../src/api/application.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import type { Plan } from "./change.ts";
import { concealer, concealPlan } from "./conceal.ts";
import type { Effective, EffectiveObject } from "./effective.ts";
import { membersWithoutHooks } from "./hooks/hook-members.ts";
import { assumeAbsent, noteLookUps } from "./look-memory.ts";
import { firstSights } from "./recall.ts";
import { askServer, lookUpAll, readBodies } from "./observe.ts";
import type { ObserveContext, Read } from "./observe.ts";
import type { LookUp, Members, Observed } from "./observed.ts";
import { planChanges } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { objectsToAsk, objectsToExplain, objectsToLookUp } from "./plan-needs.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";
import { awake } from "./rest.ts";
import { provenByMetadata, unwatchedMembers } from "./unwatched.ts";

/** The ports that a plan needs. */
export type PlanPorts = Pick<ReconcilePorts, "cluster" | "members" | "isAlive" | "wants" | "rival" | "holds" | "applicationOf"> & Partial<Pick<ReconcilePorts, "known" | "survey">>;

/**
 * Effective → observed → plan. Contacts the cluster only for what the watches cannot answer; objects that are no members
 * are read as `reader`, undefined: as the client's own identity.
 */
export async function planFor(effective: Effective, revision: string | undefined, request: ReconcileRequest, ports: PlanPorts, reader: Account | undefined): Promise<Plan> {
  const { identity, memory, now, signal } = request;
  const context = contextOf(revision, request, ports);
  const needs = { ...context, full: request.full };
  const reading = { cluster: ports.cluster, identity, account: reader, signal };
  const unwatched = await unwatchedMembers(effective, request, ports);
  if (request.full) memory.rest = [];
  const { effective: own, members: restless } = awake(effective, ports.members(), memory, now);
  const isStale = (key: ObjectKey): boolean => !effective.desired.has(key);
  const near = membersWithoutHooks(restless, effective); // what a watch tells from here on is for the next look: what is read now follows from what was known
  const watched = near.keys().some(isStale) || unwatched.members.keys().some(isStale) ? membersWithoutHooks(ports.members(), effective) : near; // what is stale is judged among all
  const shown = joined(watched, unwatched.members);
  const { found: lookUps, unread } = await lookUp(objectsToLookUp(own, shown, needs), request, reading);
  const members = joined(shown, provenByMetadata(own.objects, lookUps, context));
  const { found: bodies, unread: hidden } = await readBodies(objectsToExplain(own, members, lookUps, needs), watched, reading);
  const answers = await askServer(objectsToAsk(own, bodies), bodies, reading);
  const observed: Observed = { members, lookUps, bodies, unread: new Map([...unread, ...hidden]), answers };
  const plan = concealPlan(planChanges(own, observed, { ...context, reported: memory.reported }), concealer(effective.objects, memory.lastGood));
  return unwatched.hidden.length === 0 ? plan : { ...plan, kept: [...plan.kept, ...unwatched.hidden].sort(byId) };
}

/** Only of what was never applied an earlier answer is believed: that something of ours is gone is drift, and has to be seen. */
async function lookUp(objects: readonly EffectiveObject[], { memory, now, full, trusting = false }: ReconcileRequest, reading: ObserveContext): Promise<Read<LookUp>> {
  const { looks, baselines, lastGood } = memory;
  looks.assumed.clear();
  const unseen = trusting && !full ? objects.filter(({ key }) => !baselines.has(key) && !lastGood.has(key)) : [];
  const assumed = assumeAbsent(looks, unseen, now);
  const asked = objects.filter(({ key }) => !assumed.has(key));
  const { found, unread } = await lookUpAll(asked, reading);
  noteLookUps(looks, asked, found, now);
  return { found: new Map([...assumed, ...found]), unread };
}

/** Values of variables change without a commit. */
const takesValues = ({ spec }: Application): boolean => (spec.render?.substitute?.from?.length ?? 0) > 0;

const joined = (members: Members, more: Members): Members => (more.size === 0 ? members : new Map([...members, ...more]));

function contextOf(revision: string | undefined, { app, identity, account, operatorNamespace, sourceSecrets, memory, now, checks }: ReconcileRequest, ports: PlanPorts): PlanContext {
  const mode = app.spec.drift?.mode ?? "Revert";
  return {
    app, identity, account, operatorNamespace, sourceSecrets, now, checks,
    baselines: memory.baselines,
    lastGood: memory.lastGood,
    recreating: memory.recreating,
    settled: memory.settled,
    reported: memory.reported,
    sameRevision: revision !== undefined && app.status?.lastAppliedRevision === revision && app.status.observedGeneration === app.metadata.generation && !takesValues(app),
    treatment: (key: ObjectKey, ruled: Treatment = mode): Treatment => treatmentOf({ mode: ruled, fight: fightState(memory.fights.get(key), now.getTime()) }),
    isPaused: (key) => fightState(memory.fights.get(key), now.getTime()).kind !== "Peace" || isBraked(memory.reasserts.get(key), now.getTime()),
    rules: driftRulesOf(app),
    hold: driftHoldOf(app.metadata),
    firstSeen: firstSights(memory),
    notes: memory.notes,
    isAlive: (application) => ports.isAlive(application),
    wants: (application, key) => ports.wants(application, key),
    rival: (key) => ports.rival?.(key),
    holds: (application, key) => ports.holds?.(application, key) ?? ports.isAlive(application),
    applicationOf: (setId) => ports.applicationOf?.(setId),
  };
}
