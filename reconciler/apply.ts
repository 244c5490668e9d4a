import { CONFIRM_ANNOTATION } from "../src/api/group.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { displayId } from "../src/object/object-id.ts";
import { failureOf, isConflict } from "./apply-failure.ts";
import { writeEntry } from "./apply-entry.ts";
import type { WriteContext } from "./apply-entry.ts";
import { entriesOf } from "./change.ts";
import type { Change, ChangeKind, ChangeSet, Failure, FailureOutcome, Plan, PlanEntry } from "./change.ts";
import { forEachBounded } from "./each.ts";
import type { EffectiveObject } from "./effective.ts";
import type { AppIdentity } from "./identity.ts";
import { needOf } from "./order.ts";
import { recreate } from "./recreate.ts";
import type { Recreation } from "./recreate.ts";
import type { RecreateLimit } from "./recreate-limit.ts";

/** Writes of one stage that may be under way at once; the client adapts below this to what the server bears. */
const CONCURRENCY = 32;

/** What apply needs from its surroundings. */
export interface ApplyContext extends WriteContext {
  readonly identity: AppIdentity;
  /** Called with each object as the server answered it, before the next write of that object can be seen. */
  readonly onApplied: (entry: PlanEntry, live: KubeObject, created: boolean) => void;
  /** How many objects may be deleted to be created again. Default: all. */
  readonly limit?: RecreateLimit | undefined;
  /** Whether another write may begin; once false it stays so. Default always. */
  readonly mayBegin?: (() => boolean) | undefined;
}

/**
 * Executes the stages of a plan. One bad object does not stop the others of its stage; what needs a namespace or a
 * definition that failed is not sent. Never throws for a refused object: failures are part of the result.
 */
export async function applyPlan(plan: Plan, context: ApplyContext): Promise<ChangeSet> {
  const changes: Change[] = [];
  const failures: Failure[] = [];
  const created = new Set(entriesOf(plan).filter(({ uid }) => uid === undefined).map(({ object }) => object.key));
  for (const stage of plan.stages) {
    const missing = new Set(failures.filter(({ key }) => created.has(key)).map(({ key }) => key));
    await forEachBounded(
      stage,
      CONCURRENCY,
      async (entry) => {
        const result = await applyInTurn(entry, missing, context);
        if ("kind" in result) changes.push(result);
        else failures.push(result);
      },
      context.signal,
    );
  }
  return { changes, failures };
}

async function applyInTurn(entry: PlanEntry, missing: ReadonlySet<ObjectKey>, context: ApplyContext): Promise<Change | Failure> {
  if (context.mayBegin?.() === false) return notSent(entry, "not applied yet: others have their turn first", "Later");
  const need = needOf(entry.object, missing);
  return need === undefined ? applyEntry(entry, context) : notSent(entry, `not applied, because ${displayId(need)} could not be created`, "NotSent");
}

async function applyEntry(entry: PlanEntry, context: ApplyContext): Promise<Change | Failure> {
  const { object } = entry;
  try {
    const { object: live, created } = await writeEntry(entry, context);
    context.onApplied(entry, live, created);
    return { id: object.id, key: object.key, kind: changeKind(entry, live, created), corrections: entry.corrections };
  } catch (error) {
    context.signal.throwIfAborted();
    const again = await recreate(object, error, context);
    return again.kind === "No" ? failureOfEntry(entry, error, context) : recreated(entry, again, context);
  }
}

function failureOfEntry(entry: PlanEntry, error: unknown, { account }: ApplyContext): Failure {
  const failure = failureOf(entry.object, error, account);
  return isConflict(error) ? { ...failure, outcome: "Stale" } : failure;
}

/** An object that cannot be changed is deleted; that it is gone is an event, after which it is created. */
function recreated({ object }: PlanEntry, again: Exclude<Recreation, { kind: "No" }>, { account }: ApplyContext): Change | Failure {
  const refusal = (text: string): Failure => failureOf(object, new Error(text), account);
  switch (again.kind) {
    case "Deleting":
      return { id: object.id, key: object.key, kind: "recreating", corrections: [] };
    case "Changed":
      return { ...refusal("it changed while it was looked at"), outcome: "Stale" };
    case "Refused":
      return { ...refusal(again.message), outcome: "Refused" };
    case "NeedsYes":
      return { ...refusal(`${again.fields.join(", ")} cannot be changed. It could be deleted and created again, but ${again.loss}. To say yes: ${confirmCommand(object, again.uid)}`), outcome: "Refused" };
  }
}

function confirmCommand({ id: { group, namespace, name }, kind }: EffectiveObject, uid: string): string {
  return `kubectl annotate ${kind.plural}${group === "" ? "" : `.${group}`} ${name}${namespace === "" ? "" : ` -n ${namespace}`} ${CONFIRM_ANNOTATION}=${uid}`;
}

function changeKind({ action, resourceVersion }: PlanEntry, live: KubeObject, created: boolean): ChangeKind {
  switch (action) {
    case "Create":
    case "Recreate":
      return created ? "created" : "adopted";
    case "Configure":
      if (created) return "created";
      return live.metadata.resourceVersion === resourceVersion ? "unchanged" : "configured";
    case "Adopt":
      return "adopted";
    case "Revert":
      return "reverted";
    case "Reassert":
      return "reasserted";
  }
}

function notSent({ object }: PlanEntry, text: string, outcome: FailureOutcome): Failure {
  return { id: object.id, key: object.key, where: undefined, message: `${displayId(object.id)}: ${text}`, verb: "apply", outcome };
}
