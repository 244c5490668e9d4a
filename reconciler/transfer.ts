/**
 * An object moves between Applications without being deleted: who wants it claims it, who has it makes it a member of the
 * other one when it no longer wants it itself, and who claimed it applies it then.
 */
import { CLAIM_ANNOTATION, CLAIM_MANAGER, TRANSFER_MANAGER } from "../src/api/group.ts";
import { isApiStatus, KubeApiError } from "../src/errors.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { displayId } from "../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import { explainRefusal, failureOf, isRefusal } from "./apply-failure.ts";
import type { Change, ChangeSet, ClaimEntry, Failure, TransferEntry } from "./change.ts";
import { forEachBounded } from "./each.ts";
import type { AppIdentity } from "./identity.ts";
import { identityFrom, ownerOf } from "./identity.ts";
import { marksOf, marksOff, sameMarks } from "./marks.ts";
import { ownershipOf } from "./membership.ts";
import { refOfMember } from "./prune.ts";
import type { PruneContext } from "./prune.ts";

const CONCURRENCY = 16;

/** What letting go needs besides what deleting does. */
export interface TransferContext extends PruneContext {
  /** Begins to hand this object to an Application; undefined: that one does not want it any more. What it returns ends it. */
  readonly handOver: (to: string, key: ObjectKey) => (() => void) | undefined;
}

/**
 * Hands members over: in one write the marks that name us give way to those that name the claimant, so that the object is
 * a member of one of the two in every moment, whatever dies in between. To nobody: our marks go.
 */
export async function letGo(entries: readonly TransferEntry[], context: TransferContext): Promise<ChangeSet> {
  const changes: Change[] = [];
  const failures: Failure[] = [];
  await forEachBounded(entries, CONCURRENCY, async (entry) => {
    try {
      if (await giveAway(entry, context)) changes.push({ id: entry.id, key: entry.member.key, kind: "transferred", corrections: [] });
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push(failureOfTransfer(entry, error, context));
    }
  }, context.signal);
  return { changes, failures };
}

/** False: it is gone, or another object by now. */
async function giveAway({ id, member, to }: TransferEntry, { cluster, account: as, identity, signal, handOver }: TransferContext): Promise<boolean> {
  const ref = refOfMember(member);
  const live = await cluster.get(ref, { metadataOnly: true, signal });
  if (live === undefined || live.metadata.uid !== member.uid) return false;
  if (ownershipOf(live.metadata, id, identity).kind !== "Member") throw new KubeApiError(409, "Conflict", "it is not ours any more");
  const end = to === undefined ? () => undefined : handOver(to, member.key);
  if (end === undefined) throw new KubeApiError(409, "Conflict", "it is not wanted any more");
  try {
    const marks = to === undefined ? marksOff(live) : marksFor(identityFrom(identity.installation, to), id, live);
    await cluster.patch(ref, [...sameMarks(live), ...marks], { type: "json", as, fieldManager: TRANSFER_MANAGER, signal });
    return true;
  } catch (error) {
    if (isApiStatus(error, 404)) return false;
    throw error;
  } finally {
    end();
  }
}

function marksFor(claimant: AppIdentity, id: ObjectId, { metadata: { annotations } }: KubeObject): readonly Json[] {
  if (annotations?.[CLAIM_ANNOTATION] !== ownerOf(claimant)) throw new KubeApiError(409, "Conflict", "the claim on it is another one by now");
  return marksOf(claimant, id);
}

function failureOfTransfer({ id, member, to }: TransferEntry, error: unknown, { account }: TransferContext): Failure {
  const isStale = isApiStatus(error, 409) || isApiStatus(error, 422);
  const message = `${displayId(id)}: not handed over${to === undefined ? "" : ` to Application ${to}`}: ${explainRefusal(error, account)}`;
  return { id, key: member.key, where: undefined, message, verb: "delete", outcome: isStale ? "Stale" : isRefusal(error) ? "Refused" : "Unavailable" };
}

/** Tells the Applications that have these objects that we want them. As the account: who may not write an object may not have it. */
export async function claim(entries: readonly ClaimEntry[], { cluster, account: as, identity, signal }: PruneContext): Promise<Failure[]> {
  const failures: Failure[] = [];
  await forEachBounded(entries, CONCURRENCY, async ({ object, uid }) => {
    const { apiVersion, kind, namespace, name } = object.ref;
    const body: KubeObject = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, annotations: { [CLAIM_ANNOTATION]: ownerOf(identity) } } };
    try {
      await cluster.apply(body, { fieldManager: CLAIM_MANAGER, force: true, as, signal });
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(object, error, as);
      failures.push(isApiStatus(error, 409) ? { ...failure, outcome: "Stale" } : failure);
    }
  }, signal);
  return failures;
}
