import { handover, takeBack } from "../drift/handover.ts";
import { othersHash, ownHash } from "../drift/managed-fields.ts";
import { FIELD_MANAGER, HANDOVER_MANAGER } from "../src/api/group.ts";
import { isApiStatus, KubeApiError } from "../src/errors.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { Account, ApplyResult, ClusterClient } from "../src/ports.ts";
import type { PlanEntry } from "./change.ts";

/** Where and as whom an entry is written. */
export interface WriteContext {
  readonly cluster: ClusterClient;
  /** The account that every write is made as. */
  readonly account: Account;
  readonly signal: AbortSignal;
  /** The plan was approved by a person: an object that is not what was shown is not written. Default false. */
  readonly asShown?: boolean;
}

/**
 * Writes one object: fields that are let go of are handed over first, fields of people that are to go are taken over, then
 * the content is applied. Throws KubeApiError; 409 where the object is not what was looked at.
 */
export async function writeEntry(entry: PlanEntry, context: WriteContext): Promise<ApplyResult> {
  const { object, uid, partial } = entry;
  const { cluster, account: as, signal } = context;
  const resourceVersion = context.asShown === true ? await versionAsShown(entry, context) : undefined;
  if (entry.handover !== undefined) await cluster.apply(entry.handover, { fieldManager: HANDOVER_MANAGER, as, signal });
  const taken = entry.takeover.length === 0 ? undefined : await takeOver(entry, context);
  const untouched = entry.handover === undefined && entry.takeover.length === 0;
  if (uid === undefined && object.initial !== object.object) return create(entry, context);
  const result = await applyAs(context, withIdentity(entry.body ?? object.object, uid, untouched ? resourceVersion : undefined)).catch(async (error: unknown) => {
    if (taken !== undefined && isRefusal(error)) await giveBack(entry, taken, context);
    throw error;
  });
  const back = uid === undefined ? undefined : takeBack(result.object, partial?.object ?? object.object, partial?.patterns ?? object.ignored);
  return back === undefined ? result : { ...result, object: (await cluster.apply(back, { fieldManager: HANDOVER_MANAGER, as, signal })).object };
}

/** A test of the patch that fails (422) says that the object is not what was looked at. */
async function takeOver({ object, takeover }: PlanEntry, { cluster, account: as, signal }: WriteContext): Promise<KubeObject> {
  try {
    return await cluster.patch(object.ref, takeover, { type: "json", as, signal, fieldManager: FIELD_MANAGER });
  } catch (error) {
    throw isApiStatus(error, 422) ? new KubeApiError(409, "Conflict", "it is no longer what was looked at", { cause: error }) : error;
  }
}

/** Refused for good: nothing was written. */
const isRefusal = (error: unknown): boolean => [400, 403, 422].some((status) => isApiStatus(error, status));

/**
 * What was taken over is as it was when the write that was to remove it is refused: else it would look as if we had wanted
 * it. Where somebody wrote in between, or the server does not answer, it stays.
 */
async function giveBack({ object, managedBefore = [] }: PlanEntry, taken: KubeObject, { cluster, account: as, signal }: WriteContext): Promise<void> {
  const patch = [
    { op: "test", path: "/metadata/resourceVersion", value: taken.metadata.resourceVersion ?? "" },
    { op: "replace", path: "/metadata/managedFields", value: managedBefore as unknown as Json }, // as the server sent it
  ];
  await cluster.patch(object.ref, patch, { type: "json", as, signal, fieldManager: FIELD_MANAGER }).catch(() => signal.throwIfAborted());
}

/** Fields that are left to others start with the value of the source; from then on they are not ours. */
async function create({ object }: PlanEntry, context: WriteContext): Promise<ApplyResult> {
  const first = await applyAs(context, withIdentity(object.initial, undefined, undefined));
  const body = handover(first.object, object.object, object.ignored);
  if (body === undefined) return first;
  const { cluster, account: as, signal } = context;
  await cluster.apply(body, { fieldManager: HANDOVER_MANAGER, as, signal });
  return { ...(await applyAs(context, withIdentity(object.object, first.object.metadata.uid, undefined))), created: first.created };
}

function applyAs({ cluster, account: as, signal }: WriteContext, object: KubeObject): Promise<ApplyResult> {
  return cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true, as, signal });
}

/** The version of the live object, if it still is what the plan was made from. */
async function versionAsShown({ object, uid, ownHash: own, othersHash: others }: PlanEntry, { cluster, signal }: WriteContext): Promise<string | undefined> {
  if (uid === undefined || own === undefined) return undefined; // absent, or nobody's: the uid, or the creation, tells
  const live = await cluster.get(object.ref, { metadataOnly: true, signal });
  const same = live !== undefined && live.metadata.uid === uid && ownHash(live.metadata.managedFields) === own && (others === undefined || othersHash(live.metadata.managedFields) === others);
  if (!same) throw new KubeApiError(409, "Conflict", "it is no longer what the approved plan was made from");
  return live.metadata.resourceVersion;
}

/**
 * A version that no object has: with it the server creates what is absent and refuses (409) to touch what is there (tried on
 * Kubernetes 1.36; what took the name since the look-up is looked at first).
 */
const NO_VERSION = "1";

/** The server refuses the write when the object is not the one that was looked at: with 422 for its uid, 409 for its version. */
function withIdentity(object: KubeObject, uid: string | undefined, resourceVersion: string | undefined): KubeObject {
  if (uid === undefined) return { ...object, metadata: { ...object.metadata, resourceVersion: NO_VERSION } };
  return { ...object, metadata: { ...object.metadata, uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
}
