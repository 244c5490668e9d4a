import { ORIGIN_ANNOTATION } from "../src/api/group.ts";
import { isApiStatus } from "../src/errors.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Account, ClusterClient, ObjectRef } from "../src/ports.ts";
import { explainRefusal, isRefusal } from "./apply-failure.ts";
import type { Change, ChangeSet, Failure, FailureOutcome, PruneEntry } from "./change.ts";
import { forEachBounded } from "./each.ts";
import type { AppIdentity } from "./identity.ts";
import { originOf } from "./identity.ts";
import { ownershipOf, ownsLabel } from "./membership.ts";
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
}

/**
 * Deletes stale members, which do not depend on each other. Each delete carries uid and resourceVersion, so that it cannot
 * hit an object that changed since it was found stale; on a conflict the object is read again and proved again.
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
    const live = await cluster.get(ref, { metadataOnly: true, signal });
    if (live === undefined || live.metadata.uid !== member.uid) return "Gone";
    if (!stillOurs(live, context.identity, id)) return failure(entry, `no longer ours (its ${ORIGIN_ANNOTATION} or label changed); not deleted`, "Refused");
    if (live.metadata.deletionTimestamp !== undefined) return "Gone";
    resourceVersion = live.metadata.resourceVersion ?? resourceVersion;
  }
}

/** The address of a member in the version in which it is watched. */
export function refOfMember({ apiVersion, id: { kind, namespace, name } }: LiveMember): ObjectRef {
  return { apiVersion, kind, namespace: namespace === "" ? undefined : namespace, name };
}

const stillOurs = (live: KubeObject, identity: AppIdentity, id: PruneEntry["id"]): boolean =>
  live.metadata.annotations?.[ORIGIN_ANNOTATION] === originOf(identity, id) &&
  ownershipOf(live.metadata, id, identity).kind === "Member" &&
  ownsLabel(live.metadata.managedFields);

const failure = ({ id, member: { key } }: PruneEntry, text: string, outcome: FailureOutcome): Failure => ({
  id,
  key,
  where: undefined,
  message: `${displayId(id)}: not deleted: ${text}`,
  verb: "delete",
  outcome,
});
