import { ownHash } from "../drift/managed-fields.ts";
import { CLAIM_ANNOTATION, ORIGIN_ANNOTATION } from "../src/api/group.ts";
import { isApiStatus } from "../src/errors.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Account, ClusterClient, ObjectRef } from "../src/ports.ts";
import { explainRefusal, isRefusal } from "./apply-failure.ts";
import type { Change, ChangeSet, Failure, FailureOutcome, PruneEntry } from "./change.ts";
import { forEachBounded } from "./each.ts";
import type { AppIdentity } from "./identity.ts";
import { needsContent } from "./member.ts";
import { isProvenMember } from "./membership.ts";
import { livePolicyOf } from "./object-policy.ts";
import type { LiveMember } from "./observed.ts";

/** Tries against an object that others keep writing to. */
const MAX_TRIES = 10;
const CONCURRENCY = 16;

/** What prune needs from its surroundings. */
export interface PruneContext {
  readonly cluster: ClusterClient;
  readonly account: Account;
  readonly identity: AppIdentity;
  readonly signal: AbortSignal;
  /** Called with what a conflict made it read anew: it is newer than what a watch has told. Default: nobody is told. */
  readonly onRead?: ((live: KubeObject) => void) | undefined;
}

/**
 * Deletes stale members, which do not depend on each other. Each delete carries uid and resourceVersion, so that it cannot
 * hit an object that changed since it was found stale; on a conflict the object is read again and proved again. What somebody
 * has asked for meanwhile, and what an approval was not given to, is for another look.
 */
export async function prune(entries: readonly PruneEntry[], context: PruneContext): Promise<ChangeSet> {
  const changes: Change[] = [];
  const failures: Failure[] = [];
  await forEachBounded(
    entries,
    CONCURRENCY,
    async (entry) => {
      const result = await deleteMember(entry, context);
      if (result === "Deleted") changes.push({ id: entry.id, key: entry.member.key, kind: "deleted", corrections: [] });
      else if (result !== "Gone") failures.push(result);
    },
    context.signal,
  );
  return { changes, failures };
}

/** By us, before us, or not. */
type Deletion = "Deleted" | "Gone" | Failure;

/** A failure of any kind is this object's own. */
async function deleteMember(entry: PruneEntry, context: PruneContext): Promise<Deletion> {
  try {
    return await tryDelete(entry, context);
  } catch (error) {
    context.signal.throwIfAborted();
    return failure(entry, explainRefusal(error, context.account), isRefusal(error) ? "Refused" : "Unavailable");
  }
}

async function tryDelete(entry: PruneEntry, context: PruneContext): Promise<Deletion> {
  const { id, member } = entry;
  const { cluster, account: as, signal } = context;
  const ref = refOfMember(member);
  let resourceVersion = member.resourceVersion;
  for (let attempt = 1; ; attempt++) {
    try {
      const deleted = await cluster.delete(ref, { uid: member.uid, resourceVersion, propagationPolicy: "Background", as, signal });
      return deleted ? "Deleted" : "Gone";
    } catch (error) {
      if (!isApiStatus(error, 409) || attempt >= MAX_TRIES) throw error;
    }
    const live = await cluster.get(ref, { metadataOnly: !needsContent(id.group, id.kind), signal });
    if (live === undefined || live.metadata.uid !== member.uid) return "Gone";
    if (!isProvenMember(live.metadata, id, context.identity)) return failure(entry, `no longer ours (its ${ORIGIN_ANNOTATION} or label changed); not deleted`, "Refused");
    if (live.metadata.deletionTimestamp !== undefined) return "Gone";
    context.onRead?.(live);
    if (!isAsPlanned(live, member)) return failure(entry, "it changed while it was looked at", "Stale");
    resourceVersion = live.metadata.resourceVersion ?? resourceVersion;
  }
}

/** The address of a member in the version in which it is watched. */
export function refOfMember({ apiVersion, id: { kind, namespace, name } }: LiveMember): ObjectRef {
  return { apiVersion, kind, namespace: namespace === "" ? undefined : namespace, name };
}

/** Nobody has asked to keep or to have it, and our fields, which an approval covers, are as they were. */
function isAsPlanned({ metadata }: KubeObject, member: LiveMember): boolean {
  const { prune: isPruned, reconcile, wave } = livePolicyOf(metadata);
  const isAskedFor = isPruned !== member.policy.prune || reconcile !== member.policy.reconcile || wave !== member.policy.wave || metadata.annotations?.[CLAIM_ANNOTATION] !== member.claimedBy;
  return !isAskedFor && ownHash(metadata.managedFields) === member.ownHash;
}

const failure = ({ id, member: { key } }: PruneEntry, text: string, outcome: FailureOutcome): Failure => ({
  id,
  key,
  where: undefined,
  message: `${displayId(id)}: not deleted: ${text}`,
  verb: "delete",
  outcome,
});
