import { handover, takeBack } from "../drift/handover.ts";
import { othersHash, ownHash } from "../drift/managed-fields.ts";
import { FIELD_MANAGER, HANDOVER_MANAGER } from "../src/api/group.ts";
import { KubeApiError } from "../src/errors.ts";
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
  const { object, uid } = entry;
  const { cluster, account: as, signal } = context;
  const resourceVersion = context.asShown === true ? await versionAsShown(entry, context) : undefined;
  if (entry.handover !== undefined) await cluster.apply(entry.handover, { fieldManager: HANDOVER_MANAGER, as, signal });
  if (entry.takeover.length > 0) await cluster.patch(object.ref, entry.takeover, { type: "json", as, signal, fieldManager: FIELD_MANAGER });
  const untouched = entry.handover === undefined && entry.takeover.length === 0;
  if (uid === undefined && object.initial !== object.object) return create(entry, context);
  const result = await applyAs(context, withIdentity(entry.body ?? object.object, uid, untouched ? resourceVersion : undefined));
  const back = uid === undefined ? undefined : takeBack(result.object, object.object, object.ignored);
  return back === undefined ? result : { ...result, object: (await cluster.apply(back, { fieldManager: HANDOVER_MANAGER, as, signal })).object };
}

/** Fields that are left to others start with the value of the source; from then on they are not ours. */
async function create({ object }: PlanEntry, context: WriteContext): Promise<ApplyResult> {
  const first = await applyAs(context, object.initial);
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

/** A uid in the body makes the server refuse the write when the object has been replaced since it was looked at. */
function withIdentity(object: KubeObject, uid: string | undefined, resourceVersion: string | undefined): KubeObject {
  if (uid === undefined) return object;
  return { ...object, metadata: { ...object.metadata, uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
}
