import type { Account } from "../src/ports.ts";
import type { Plan } from "./change.ts";
import type { Effective } from "./effective.ts";
import { askServer, lookUpAll, readBodies } from "./observe.ts";
import type { Observed } from "./observed.ts";
import { objectsToAsk, objectsToExplain, objectsToLookUp, planChanges } from "./plan.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/**
 * Effective → observed → plan. Contacts the cluster only for what the watches cannot answer; objects that are no members
 * are read as `reader`, undefined: as the client's own identity.
 */
export async function planFor(effective: Effective, revision: string, request: ReconcileRequest, ports: Pick<ReconcilePorts, "cluster" | "members">, reader: Account | undefined): Promise<Plan> {
  const { app, identity, account, memory, signal, now } = request;
  const context = { cluster: ports.cluster, identity, account: reader, signal };
  const members = ports.members();
  const lookUps = await lookUpAll(objectsToLookUp(effective, members), context);
  const bodies = await readBodies(objectsToExplain(effective, members, lookUps, memory.baselines), members, context);
  const answers = await askServer(objectsToAsk(effective, bodies), bodies, context);
  const observed: Observed = { members, lookUps, bodies, answers };
  return planChanges(effective, observed, {
    app,
    account,
    operatorNamespace: request.operatorNamespace,
    baselines: memory.baselines,
    reported: memory.reported,
    sameRevision: app.status?.lastAppliedRevision === revision && app.status.observedGeneration === app.metadata.generation,
    now,
  });
}
