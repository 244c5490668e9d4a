import { FIELD_MANAGER } from "../src/api/group.ts";
import { isApiStatus } from "../src/errors.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Account, ClusterClient } from "../src/ports.ts";
import { failureOf } from "./apply-failure.ts";
import type { Change, ChangeKind, ChangeSet, Failure, Plan, PlanEntry } from "./change.ts";
import { forEachBounded } from "./each.ts";
import { groupKind } from "./order.ts";

/** Writes of one stage that may be under way at once; the client adapts below this to what the server bears. */
const CONCURRENCY = 32;

/** What apply needs from its surroundings. */
export interface ApplyContext {
  readonly cluster: ClusterClient;
  /** The account that every write is made as. */
  readonly account: Account;
  readonly signal: AbortSignal;
  /** Called with each object as the server answered it, before the next write of that object can be seen. */
  readonly onApplied: (entry: PlanEntry, live: KubeObject, created: boolean) => void;
}

/**
 * Executes the stages of a plan. One bad object does not stop the others of its stage; what needs a namespace or a
 * definition that failed is not sent. Never throws for a refused object: failures are part of the result.
 */
export async function applyPlan(plan: Plan, context: ApplyContext): Promise<ChangeSet> {
  const changes: Change[] = [];
  const failures: Failure[] = [];
  for (const stage of plan.stages) {
    const missing = failedNeeds(failures);
    await forEachBounded(
      stage,
      CONCURRENCY,
      async (entry) => {
        const need = missing(entry.id);
        const result = need === undefined ? await applyEntry(entry, context) : blockedBy(entry, need);
        if ("kind" in result) changes.push(result);
        else failures.push(result);
      },
      context.signal,
    );
  }
  return { changes, failures };
}

async function applyEntry(entry: PlanEntry, context: ApplyContext): Promise<Change | Failure> {
  const { object } = entry;
  const { cluster, account: as, signal } = context;
  try {
    if (entry.takeover.length > 0) await cluster.patch(object.ref, entry.takeover, { type: "json", as, signal, fieldManager: FIELD_MANAGER });
    const { object: live, created } = await cluster.apply(withUid(object.object, entry.uid), { fieldManager: FIELD_MANAGER, force: true, as, signal });
    context.onApplied(entry, live, created);
    return { id: object.id, key: object.key, kind: changeKind(entry, live, created), findings: entry.findings };
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(object, error, as);
    return isStale(error, entry) ? { ...failure, stale: true } : failure;
  }
}

/** A conflict, or a takeover whose tests failed (422): the object is not what was looked at. */
function isStale(error: unknown, { takeover }: PlanEntry): boolean {
  return isApiStatus(error, 409) || (takeover.length > 0 && isApiStatus(error, 422));
}

/** A uid in the body makes the server refuse the write when the object has been replaced since it was looked at. */
function withUid(object: KubeObject, uid: string | undefined): KubeObject {
  return uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
}

function changeKind({ action, resourceVersion }: PlanEntry, live: KubeObject, created: boolean): ChangeKind {
  switch (action) {
    case "Create":
      return created ? "created" : "adopted";
    case "Configure":
      if (created) return "created";
      return live.metadata.resourceVersion === resourceVersion ? "unchanged" : "configured";
    case "Adopt":
      return "adopted";
    case "Revert":
      return "reverted";
  }
}

function blockedBy({ object }: PlanEntry, need: string): Failure {
  return { id: object.id, key: object.key, where: undefined, message: `${displayId(object.id)}: not applied, because ${need} failed`, verb: "apply", refused: false, stale: false };
}

/** What later objects cannot live without: the namespaces and definitions among the failures. */
function failedNeeds(failures: readonly Failure[]): (id: ObjectId) => string | undefined {
  const namespaces = new Set(failures.filter(({ id }) => id.group === "" && id.kind === "Namespace").map(({ id }) => id.name));
  const definitions = failures.filter(({ id }) => id.kind === "CustomResourceDefinition").map(({ id }) => id.name);
  return (id) => {
    if (namespaces.has(id.namespace)) return `Namespace ${id.namespace}`;
    const definition = definitions.find((name) => name.endsWith(`.${id.group}`) && id.group !== "");
    return definition === undefined ? undefined : `CustomResourceDefinition ${definition} (${groupKind(id.group, id.kind)})`;
  };
}
