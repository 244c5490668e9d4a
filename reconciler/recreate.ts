import { createHash } from "node:crypto";
import { CONFIRM_ANNOTATION, FIELD_MANAGER, GROUP } from "../src/api/group.ts";
import { isApiStatus } from "../src/errors.ts";
import { valueAt } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { Account, ClusterClient, DeleteOptions } from "../src/ports.ts";
import { explainSafely } from "./apply-failure.ts";
import type { EffectiveObject } from "./effective.ts";
import { groupKind } from "./group-kind.ts";
import type { AppIdentity } from "./identity.ts";
import { immutableFields, isBuiltIn } from "./immutable.ts";
import { isProvenMember } from "./membership.ts";
import { livePolicyOf } from "./object-policy.ts";
import type { RecreateLimit } from "./recreate-limit.ts";
import { boundAccounts } from "./references.ts";

/** What a recreation needs from its surroundings. */
export interface RecreateContext {
  readonly cluster: ClusterClient;
  /** The account that the proof and the deletion are made as. */
  readonly account: Account;
  readonly identity: AppIdentity;
  readonly signal: AbortSignal;
  /** How many may be deleted. Default: all. */
  readonly limit?: RecreateLimit | undefined;
}

/**
 * What became of an object whose update was refused. No: the refusal is not one that recreating helps against, or the
 * object does not ask for it. Refused: recreating is not possible, and why. NeedsYes: it is possible, but more would go
 * than the object, or too many have gone; told is what, and that the annotation `driftless.dev/confirm-recreate: <uid>` on
 * it says yes. Deleting: it is going; its end is an event, after which it is created. Changed: it is gone or another one
 * already, so that it has to be looked at anew.
 */
export type Recreation =
  | { readonly kind: "No" }
  | { readonly kind: "Refused"; readonly message: string }
  | { readonly kind: "NeedsYes"; readonly fields: readonly string[]; readonly loss: string; readonly uid: string }
  | { readonly kind: "Deleting"; readonly fields: readonly string[] }
  | { readonly kind: "Changed" };

/** Tries against an object that others keep writing to. */
const MAX_TRIES = 10;

/** What goes with an object of these kinds, as `Kind.group`. */
const LOSSES: ReadonlyMap<string, string> = new Map([
  ["PersistentVolumeClaim", "the data of the volume may be deleted with the claim"],
  ["PersistentVolume", "the volume is released, and its data may be deleted"],
  ["Namespace", "everything in the namespace is deleted with it"],
  ["CustomResourceDefinition.apiextensions.k8s.io", "every object of the kind is deleted with it"],
  ["StatefulSet.apps", "all its Pods are deleted at once, and its claims where its persistentVolumeClaimRetentionPolicy says so"],
]);
const LOAD_BALANCER_LOSS = "the load balancer and its address are given back";

/** Kinds of Kubernetes' own whose dependents have an identity, one per node or one per run. */
const FOREGROUND = new Set(["StatefulSet.apps", "DaemonSet.apps", "Job.batch", "CronJob.batch"]);

/** Metadata is enough but for a Service, which may have a load balancer, and a binding, which may be what the account stands on. */
const READ_WHOLE = new Set(["Service", "RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"]);

/** A name may say what is in the object: nothing can be tried under another one. */
const NAMED_BY_CONTENT = new Set(["CustomResourceDefinition.apiextensions.k8s.io"]);

/**
 * Deletes an object whose update was refused because of fields that cannot change, where its policy has `force`: after a
 * dry run has proved that it could be created as it is desired, and only if it is a proved member. It never waits: that
 * the object is gone is an event, after which the next reconcile creates it. Never throws for an answer of the server.
 */
export async function recreate(desired: EffectiveObject, error: unknown, context: RecreateContext): Promise<Recreation> {
  const fields = immutableFields(error, desired.id);
  if (!desired.policy.force || desired.content !== "Newest" || fields.length === 0) return { kind: "No" };
  try {
    return await tryRecreate(desired, fields, context);
  } catch (failure) {
    context.signal.throwIfAborted();
    return refused(desired, failure, context);
  }
}

async function tryRecreate(desired: EffectiveObject, fields: readonly string[], context: RecreateContext): Promise<Recreation> {
  const live = await readLive(desired, context);
  const uid = live?.metadata.uid;
  if (live === undefined || uid === undefined) return { kind: "Changed" };
  const reason = reasonToKeep(live, desired.id, context);
  if (reason !== undefined) return { kind: "Refused", message: `${fields.join(", ")} cannot be changed, and it is not deleted and created again: ${reason}` };
  if (live.metadata.deletionTimestamp !== undefined) return { kind: "Deleting", fields };
  if (!NAMED_BY_CONTENT.has(kindName(desired.id))) await tryCreation(desired, context);
  const confirmed = live.metadata.annotations?.[CONFIRM_ANNOTATION] === uid;
  const loss = confirmed ? undefined : (lossOf(live, desired) ?? (context.limit?.allows(desired.key) === false ? context.limit.reason() : undefined));
  if (loss !== undefined) return { kind: "NeedsYes", fields, loss, uid };
  return await deleteMember(desired, fields, { live, uid }, context);
}

function readLive({ ref, id }: EffectiveObject, { cluster, signal }: RecreateContext): Promise<KubeObject | undefined> {
  return cluster.get(ref, { metadataOnly: !READ_WHOLE.has(kindName(id)), signal });
}

/** Creates it under another name, without anything coming of it. Throws the server's refusal. */
async function tryCreation({ initial }: EffectiveObject, { cluster, account: as, signal }: RecreateContext): Promise<void> {
  await cluster.apply(trialOf(initial), { fieldManager: FIELD_MANAGER, force: true, dryRun: true, as, signal });
}

/** Each delete carries uid and resourceVersion of an object that was proved to be ours. */
async function deleteMember(desired: EffectiveObject, fields: readonly string[], found: { readonly live: KubeObject; readonly uid: string }, context: RecreateContext): Promise<Recreation> {
  const { cluster, account: as, signal } = context;
  const { uid } = found;
  let { live } = found;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const deleted = await cluster.delete(desired.ref, { uid, resourceVersion: live.metadata.resourceVersion, propagationPolicy: propagationOf(desired), as, signal });
      return deleted ? { kind: "Deleting", fields } : { kind: "Changed" };
    } catch (error) {
      if (!isApiStatus(error, 409) || attempt >= MAX_TRIES) throw error;
    }
    const next = await readLive(desired, context);
    if (next?.metadata.uid !== uid || reasonToKeep(next, desired.id, context) !== undefined) return { kind: "Changed" };
    live = next;
  }
}

/** Why an object is not deleted though it asks for it; undefined: it may be. */
function reasonToKeep(live: KubeObject, id: ObjectId, { identity, account }: RecreateContext): string | undefined {
  const { metadata } = live;
  if (!isProvenMember(metadata, id, identity)) return "it is not proved to be ours";
  const policy = livePolicyOf(metadata);
  if (!policy.prune || !policy.reconcile) return "its annotations ask to keep it";
  if (id.group === GROUP || (id.kind === "CustomResourceDefinition" && id.name.endsWith(`.${GROUP}`))) return "it belongs to Driftless";
  if (kindName(id) === "ServiceAccount" && id.namespace === account.namespace && id.name === account.name) return "it is the account that this Application writes as";
  if (boundAccounts(id, live).includes(`${account.namespace}/${account.name}`)) return "it gives rights to the account that this Application writes as, which could not create it again without them";
  return kindName(id) === "Namespace" && id.name === identity.namespace ? "it holds this Application" : undefined;
}

function lossOf(live: KubeObject, { id, object }: EffectiveObject): string | undefined {
  const isBalanced = kindName(id) === "Service" && [live, object].some((service) => valueAt(asJson(service), ["spec", "type"]) === "LoadBalancer");
  return isBalanced ? LOAD_BALANCER_LOSS : LOSSES.get(kindName(id));
}

/**
 * Foreground where what belongs to the old object would be in the way of the new one: Pods that must not run twice, children
 * of custom resources, which mostly have the same names again. Else the new one begins while the rest of the old one is
 * cleared away.
 */
function propagationOf({ id, object }: EffectiveObject): DeleteOptions["propagationPolicy"] {
  const kind = kindName(id);
  if (kind === "Deployment.apps") return valueAt(asJson(object), ["spec", "strategy", "type"]) === "Recreate" ? "Foreground" : "Background";
  return FOREGROUND.has(kind) || !isBuiltIn(id.group) ? "Foreground" : "Background";
}

/** What can be tried while the live object still exists: under another name, without the ports that it holds. */
function trialOf(object: KubeObject): KubeObject {
  const { name } = object.metadata;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const start = name.slice(0, 38).replace(/[^a-z0-9]+$/i, ""); // 52 in all: a StatefulSet and a CronJob take no more
  const trial = { ...object, metadata: { ...object.metadata, name: `${start}-try-${hash}` } };
  return object.kind === "Service" && object.apiVersion === "v1" ? withoutNodePorts(trial) : trial;
}

function withoutNodePorts(service: KubeObject): KubeObject {
  const spec = service["spec"];
  if (typeof spec !== "object" || spec === null) return service;
  const { healthCheckNodePort: _port, ports, ...rest } = spec as { readonly healthCheckNodePort?: unknown; readonly ports?: unknown }; // any member may be anything
  const free = Array.isArray(ports) ? ports.map((port: unknown) => (typeof port === "object" && port !== null ? { ...port, nodePort: undefined } : port)) : ports;
  return { ...service, spec: { ...rest, ports: free } };
}

const kindName = ({ group, kind }: ObjectId): string => groupKind(group, kind);

function refused(desired: EffectiveObject, error: unknown, { account }: RecreateContext): Recreation {
  return { kind: "Refused", message: `it cannot be changed, and it is not deleted because it could not be created again: ${explainSafely(desired, error, account)}` };
}
