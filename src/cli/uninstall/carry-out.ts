import { count } from "../../../reconciler/sentences.ts";
import { can } from "../../kube/access.ts";
import type { ClusterClient } from "../../ports.ts";
import { stopOperator } from "./stop-operator.ts";
import { takeFinalizerOff } from "./finalizers.ts";
import { nameOfRef } from "./found.ts";
import type { Patience } from "./patience.ts";
import { removeDefinitions } from "./remove-definitions.ts";
import type { Removal } from "./removal.ts";
import { rightsFor, rightText } from "./removal.ts";

/** Is told what was done, and what did not go as it should. */
export interface RemovalListener {
  done(text: string): void;
  trouble(text: string): void;
}

/** Throws, naming all of them, where rights are missing. Changes nothing. */
export async function requireRights(cluster: ClusterClient, removal: Removal, signal: AbortSignal): Promise<void> {
  const asked = await Promise.all(rightsFor(removal).map(async (question) => ({ question, isGranted: await can(cluster, question, { signal }) })));
  const missing = asked.filter(({ isGranted }) => !isGranted).map(({ question }) => rightText(question));
  if (missing.length > 0) throw new Error(`nothing was changed, because these rights are missing; take the kubeconfig of somebody who has them:\n  ${missing.join("\n  ")}`);
}

/**
 * Goes through the steps in their order; the first that fails ends it, and a second run goes on from there. True when
 * everything is gone.
 */
export async function carryOut(cluster: ClusterClient, removal: Removal, tell: RemovalListener, patience: Patience): Promise<boolean> {
  const { stop, release, remove, definitions, namespace } = removal;
  const { signal } = patience;
  if (stop !== undefined) {
    const pods = await stopOperator(cluster, stop, patience);
    if (pods.length === 0) tell.done("the operator is stopped");
    else tell.trouble(`still there: ${pods.map((name) => `Pod ${name}`).join(", ")}. Going on all the same: an operator whose definitions are being deleted deletes nothing`);
  }
  await Promise.all(release.map((app) => takeFinalizerOff(cluster, app, signal)));
  if (release.length > 0) tell.done(`${count(release.length, "Application")} let go of`);
  for (const { ref, metadata: { uid } } of remove) await cluster.delete(ref, { uid, propagationPolicy: "Background", signal });
  if (remove.length > 0) tell.done(`${count(remove.length, "object")} deleted`);
  const left = await removeDefinitions(cluster, definitions, patience);
  if (left.length > 0) tell.trouble(`still being deleted:\n  ${left.join("\n  ")}`);
  else if (definitions.length > 0) tell.done(`${count(definitions.length, "definition")} deleted`);
  if (namespace !== undefined) {
    await cluster.delete(namespace.ref, { uid: namespace.metadata.uid, propagationPolicy: "Background", signal });
    tell.done(`${nameOfRef(namespace.ref)} is being deleted`);
  }
  return left.length === 0;
}
