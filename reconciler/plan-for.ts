import { treatmentOf } from "../drift/modes.ts";
import type { Treatment } from "../drift/modes.ts";
import { fightState } from "../drift/fight.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import type { Plan } from "./change.ts";
import type { Effective } from "./effective.ts";
import { askServer, lookUpAll, readBodies } from "./observe.ts";
import type { Observed } from "./observed.ts";
import { planChanges } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { objectsToAsk, objectsToExplain, objectsToLookUp } from "./plan-needs.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** The ports that a plan needs. */
export type PlanPorts = Pick<ReconcilePorts, "cluster" | "members" | "isAlive" | "wants" | "rival">;

/**
 * Effective → observed → plan. Contacts the cluster only for what the watches cannot answer; objects that are no members
 * are read as `reader`, undefined: as the client's own identity.
 */
export async function planFor(effective: Effective, revision: string | undefined, request: ReconcileRequest, ports: PlanPorts, reader: Account | undefined): Promise<Plan> {
  const { identity, memory, signal } = request;
  const context = contextOf(revision, request, ports);
  const needs = { ...context, full: request.full };
  const reading = { cluster: ports.cluster, identity, account: reader, signal };
  const members = ports.members();
  const lookUps = await lookUpAll(objectsToLookUp(effective, members, needs), reading);
  const bodies = await readBodies(objectsToExplain(effective, members, lookUps, needs), members, reading);
  const answers = await askServer(objectsToAsk(effective, bodies), bodies, reading);
  const observed: Observed = { members, lookUps, bodies, answers };
  return planChanges(effective, observed, { ...context, reported: memory.reported });
}

function contextOf(revision: string | undefined, { app, identity, account, operatorNamespace, sourceSecrets, memory, now }: ReconcileRequest, ports: PlanPorts): PlanContext {
  const mode = app.spec.drift?.mode ?? "Revert";
  return {
    app, identity, account, operatorNamespace, sourceSecrets, now,
    baselines: memory.baselines,
    lastGood: memory.lastGood,
    recreating: memory.recreating,
    settled: memory.settled,
    reported: memory.reported,
    sameRevision: revision !== undefined && app.status?.lastAppliedRevision === revision && app.status.observedGeneration === app.metadata.generation,
    treatment: (key: ObjectKey): Treatment => treatmentOf({ mode, fight: fightState(memory.fights.get(key), now.getTime()) }),
    isPaused: (key) => fightState(memory.reasserts.get(key), now.getTime()).kind === "Fight",
    notes: memory.notes,
    isAlive: (application) => ports.isAlive(application),
    wants: (application, key) => ports.wants(application, key),
    rival: (key) => ports.rival?.(key),
  };
}
