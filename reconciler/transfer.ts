/**
 * An object moves between Applications without being deleted: who wants it claims it, who has it lets go of it when it no
 * longer wants it, and who claimed it applies it then.
 */
import { CLAIM_ANNOTATION, CLAIM_MANAGER, FIELD_MANAGER, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import { isApiStatus } from "../src/errors.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { displayId } from "../src/object/object-id.ts";
import { explainRefusal, failureOf, isRefusal } from "./apply-failure.ts";
import type { Change, ChangeSet, ClaimEntry, Failure, TransferEntry } from "./change.ts";
import { forEachBounded } from "./each.ts";
import { originOf, ownerOf } from "./identity.ts";
import { refOfMember } from "./prune.ts";
import type { PruneContext } from "./prune.ts";

const CONCURRENCY = 16;

/** Takes our marks off members that are no longer ours to have. An object that changed meanwhile is stale. */
export async function letGo(entries: readonly TransferEntry[], context: PruneContext): Promise<ChangeSet> {
  const changes: Change[] = [];
  const failures: Failure[] = [];
  await forEachBounded(entries, CONCURRENCY, async (entry) => {
    const { id, member } = entry;
    try {
      await context.cluster.patch(refOfMember(member), marksOff(entry, context), { type: "json", as: context.account, fieldManager: FIELD_MANAGER, signal: context.signal });
      changes.push({ id, key: member.key, kind: "transferred", corrections: [] });
    } catch (error) {
      context.signal.throwIfAborted();
      if (isApiStatus(error, 404)) return;
      const stale = isApiStatus(error, 409) || isApiStatus(error, 422);
      const to = entry.to === undefined ? "" : ` to Application ${entry.to}`;
      failures.push({ id, key: member.key, where: undefined, message: `${displayId(id)}: not handed over${to}: ${explainRefusal(error, context.account)}`, verb: "delete", outcome: stale ? "Stale" : isRefusal(error) ? "Refused" : "Unavailable" });
    }
  }, context.signal);
  return { changes, failures };
}

/** RFC 6902: the tests make it fail where the object is another one or somebody else's by now. */
function marksOff({ id, member }: TransferEntry, { identity }: PruneContext): readonly Json[] {
  const label = `/metadata/labels/${pointer(PART_OF_LABEL)}`;
  const origin = `/metadata/annotations/${pointer(ORIGIN_ANNOTATION)}`;
  return [
    { op: "test", path: "/metadata/uid", value: member.uid },
    { op: "test", path: label, value: identity.setId },
    { op: "test", path: origin, value: originOf(identity, id) },
    { op: "remove", path: label },
    { op: "remove", path: origin },
  ];
}

const pointer = (text: string): string => text.replaceAll("~", "~0").replaceAll("/", "~1");

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
