import { isMarkedHook } from "../../src/api/annotations.ts";
import { HOOK_MANAGER, HOOK_RUN_ANNOTATION, ORIGIN_ANNOTATION } from "../../src/api/group.ts";
import { formatPosition, isApiStatus, KubeApiError } from "../../src/errors.ts";
import type { HookRecord } from "../../src/api/release.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { groupOf } from "../../src/object/kube-object.ts";
import { displayId, formatKey } from "../../src/object/object-id.ts";
import type { ObjectId } from "../../src/object/object-id.ts";
import { fieldAt } from "../health/fields.ts";
import { adoptionOf } from "../adoption.ts";
import { explainSafely, isRefusal } from "../apply-failure.ts";
import type { EffectiveObject } from "../effective.ts";
import { isPrecious } from "../gate/brake.ts";
import { originOf } from "../identity.ts";
import { memberOf } from "../member.ts";
import { refOfMember } from "../prune.ts";
import { ownershipOf } from "../membership.ts";
import type { ReconcilePorts, ReconcileRequest } from "../reconcile-ports.ts";
import { parseDuration } from "../../src/api/duration.ts";
import type { Hook } from "./hook.ts";
import { runsToAnEnd } from "./hook.ts";
import { hookBody, isRunOf } from "./hook-body.ts";
import type { HookBody } from "./hook-body.ts";
import { hookStateOf, isAtWork } from "./hook-state.ts";
import { podsOf } from "./job-pods.ts";

/** What came of one step of one hook. */
export type HookStep =
  /** It runs, or is over. `until`: when to look again, for what no event tells of. */
  | { readonly kind: HookRecord["state"]; readonly uid: string; readonly startedAt: string | undefined; readonly message: string; readonly until?: Date }
  /** What is there has to go first, or its kind to be served, which are events. */
  | { readonly kind: "Waiting"; readonly message: string }
  /** It cannot be started; `refused`: the API server said so. */
  | { readonly kind: "Blocked"; readonly message: string; readonly refused: boolean };

/** Where a hook runs. */
export interface HookContext {
  readonly request: ReconcileRequest;
  readonly ports: Pick<ReconcilePorts, "cluster" | "known" | "seen" | "leaving" | "isAlive" | "holds" | "applicationOf">;
  /** uid of the Release. */
  readonly run: string;
}

/** Looks again when others were faster. */
const MAX_TRIES = 4;

/**
 * Brings one hook as far as it gets now: what is in its place goes, it is created, it is looked at. Whether it has been
 * created is read from the object itself, which says for which run it was made: the answer to a create may be lost.
 */
export async function advanceHook(hook: Hook, record: HookRecord | undefined, context: HookContext): Promise<HookStep> {
  const { target } = hook;
  if (typeof target === "string") return hook.isComing ? waiting(target) : { kind: "Blocked", message: target, refused: true };
  const { run, request: { identity, signal } } = context;
  const attempt: Attempt = { hook, target, record, body: hookBody(hook, target, run, identity), context };
  try {
    for (let tries = 1; tries < MAX_TRIES; tries += 1) {
      const step = await stepOnce(attempt);
      if (step !== "Again") return step;
    }
    return blocked(attempt, "others keep changing it", false);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KubeApiError)) throw error;
    return blocked(attempt, explainSafely(target, error, context.request.account), isRefusal(error));
  }
}

interface Attempt {
  readonly hook: Hook;
  readonly target: EffectiveObject;
  readonly record: HookRecord | undefined;
  readonly body: HookBody;
  readonly context: HookContext;
}

async function stepOnce(attempt: Attempt): Promise<HookStep | "Again"> {
  const { record, body, context: { ports: { cluster }, request: { account: as, signal } } } = attempt;
  const live = await cluster.get(body.ref, { as, signal });
  if (live !== undefined && isOfThisRun(live, attempt)) return judge(live, attempt);
  if (record !== undefined) return { kind: "Failed", uid: record.uid ?? "", startedAt: record.startedAt, message: "it was deleted while it ran, and nobody saw how it would have ended" };
  if (live !== undefined) return replace(live, attempt);
  return (await endEarlier(attempt)) ?? create(attempt);
}

/** Earlier runs with generated names are not in the place of this one, and are not to work beside it either. Undefined: none is under way. */
async function endEarlier(attempt: Attempt): Promise<HookStep | "Again" | undefined> {
  const { hook, body, context: { ports: { cluster, known }, request: { account: as, signal, now } } } = attempt;
  if (!hook.isGenerated || !runsToAnEnd(hook)) return undefined;
  for (const member of known().values()) {
    if (member.key === body.key || !isRunOf(hook, member)) continue;
    const live = await cluster.get(refOfMember(member), { as, signal });
    if (live !== undefined && live.metadata.uid === member.uid && hookStateOf(live, now).state === "Running") return makeRoom(live, member.id, attempt);
  }
  return undefined;
}

function isOfThisRun({ metadata: { annotations = {} } }: KubeObject, { body: { id, mark }, context: { request: { identity } } }: Attempt): boolean {
  return annotations[HOOK_RUN_ANNOTATION] === mark && annotations[ORIGIN_ANNOTATION] === originOf(identity, id);
}

/** 409 where it is there by now. */
async function create(attempt: Attempt): Promise<HookStep | "Again"> {
  const { body, context: { ports, request: { account: as, signal, now, checks } } } = attempt;
  try {
    const live = await ports.cluster.create(body.object, { fieldManager: HOOK_MANAGER, as, signal });
    ports.seen(memberOf(live, now, checks));
    return await judge(live, attempt);
  } catch (error) {
    if (isApiStatus(error, 409) && error.reason === "AlreadyExists") return "Again";
    throw error;
  }
}

async function judge(live: KubeObject, attempt: Attempt): Promise<HookStep> {
  const { hook, record, body, target, context } = attempt;
  const { request: { now, checks, app } } = context;
  const { state, message } = hookStateOf(live, now, checks);
  const startedAt = record?.startedAt ?? live.metadata.creationTimestamp ?? undefined;
  const step = { kind: state, uid: live.metadata.uid ?? "", startedAt, message };
  if (state === "Succeeded") return step;
  if (state === "Failed") return { ...step, message: [message, await podsOf(body, target, context)].filter((text) => text !== "").join("; ") };
  if (live.metadata.deletionTimestamp !== undefined) return { ...step, message: `it is being deleted, ${message}` };
  if (isStuck(live)) return { ...step, ...(await explainStuck(message, startedAt, attempt)) };
  if (runsToAnEnd(hook) || startedAt === undefined) return step;
  const until = new Date(Date.parse(startedAt) + parseDuration(app.spec.health?.timeout ?? "5m"));
  return until > now ? { ...step, until } : { ...step, kind: "Failed", message: `not healthy in ${app.spec.health?.timeout ?? "5m"}: ${message}` };
}

/** No event tells why a Job's Pods do not get ready, or are not even there. */
const STUCK_MS = 30_000;

/** True for a Job that should be at work and is not. */
const isStuck = (live: KubeObject): boolean => live.kind === "Job" && groupOf(live.apiVersion) === "batch" && fieldAt(live, "spec.suspend") !== true && !isAtWork(live);

async function explainStuck(message: string, startedAt: string | undefined, { body, target, context }: Attempt): Promise<{ readonly message: string; readonly until: Date }> {
  const { now } = context.request;
  const until = new Date(now.getTime() + STUCK_MS);
  if (startedAt === undefined || now.getTime() - Date.parse(startedAt) < STUCK_MS) return { message, until };
  const { namespace, name } = body.id;
  const cause = await podsOf(body, target, context);
  return { message: `${message}${cause === "" ? "" : `; ${cause}`}. To see why: kubectl describe job ${name} -n ${namespace}`, until };
}

/** Something else has its place: an earlier run, what was an ordinary object before, or something of somebody's. */
async function replace(live: KubeObject, attempt: Attempt): Promise<HookStep | "Again"> {
  const { hook, body: { id }, context: { request: { identity, now } } } = attempt;
  const { uid, deletionTimestamp } = live.metadata;
  if (deletionTimestamp !== undefined) return makeRoom(live, id, attempt);
  const ownership = ownershipOf(live.metadata, id, identity);
  const isOwn = ownership.kind === "Member" || ownership.kind === "LabelLost";
  const refusal = isOwn ? undefined : refusalOf(live, attempt);
  if (refusal !== undefined) return blocked(attempt, refusal, true);
  const keeps = isPrecious({ id, member: memberOf(live, now) }) ? "what goes with it would be lost" : !hook.policy.beforeCreation && !runsToAnEnd(hook) ? "its delete policy keeps it" : undefined;
  if (keeps !== undefined) return { kind: "Succeeded", uid: uid ?? "", startedAt: live.metadata.creationTimestamp ?? undefined, message: `it exists, and was left as it is: ${keeps}` };
  return makeRoom(live, id, attempt);
}

/** An earlier run goes, unless it is at work. */
async function makeRoom(live: KubeObject, id: ObjectId, { target, body: { ref }, context: { ports, request: { account: as, signal } } }: Attempt): Promise<HookStep | "Again"> {
  const { uid, resourceVersion, deletionTimestamp, finalizers = [] } = live.metadata;
  if (deletionTimestamp !== undefined) return waiting(`the one that was there before is being deleted${finalizers.length === 0 ? "" : `, held by ${finalizers.join(", ")}`}`);
  if (isAtWork(live)) return waiting(`the one that was there before is still at work; it is not interrupted. To end it: kubectl delete ${target.kind.plural}${id.group === "" ? "" : `.${id.group}`} ${id.name}${id.namespace === "" ? "" : ` -n ${id.namespace}`}`);
  try {
    // Foreground: it is gone when its Pods are, so that two never work at the same time.
    const deleted = await ports.cluster.delete({ ...ref, name: id.name }, { uid, resourceVersion, propagationPolicy: "Foreground", as, signal });
    if (deleted) ports.leaving(formatKey(id), uid ?? "");
  } catch (error) {
    if (!isApiStatus(error, 409)) throw error;
  }
  return "Again";
}

/** Whose it is, where it is not for us to take. Undefined: it may go. */
function refusalOf(live: KubeObject, { hook, target, body: { id, key }, context: { ports, request: { app, identity } } }: Attempt): string | undefined {
  const ownership = ownershipOf(live.metadata, id, identity);
  const found = ownership.kind === "Foreign"
    ? { kind: "Foreign" as const, live, owner: ownership.owner, application: ownership.application }
    : ownership.kind === "Copied" ? { kind: "Foreign" as const, live, owner: "a controller that copied our label onto it", application: undefined } : { kind: "Unowned" as const, live };
  const policy = target.policy.adopt ?? app.spec.sync?.adopt ?? "IfUnowned";
  const adoption = adoptionOf({ ...target, id, key }, found, { identity, policy, isAlive: ports.isAlive, holds: ports.holds, applicationOf: ports.applicationOf });
  switch (adoption.kind) {
    case "TakeOver":
      return found.kind === "Unowned" && policy !== "Always" && hook.policy.beforeCreation && !runsToAnEnd(hook) && !isMarkedHook(live.metadata.annotations) ? UNMARKED : undefined;
    case "Refuse":
      return adoption.reason;
    case "Claim":
      return `belongs to Application ${adoption.owner}; give the hook of one of the two another name`;
  }
}

/** An ordinary object that is taken over keeps what it holds; one that a hook replaces does not. What a hook of Helm or Argo CD has left says so itself. */
const UNMARKED = "exists, belongs to nobody and was not made by a hook: it would be deleted; rename or delete one of the two, or set the annotation driftless.dev/adopt: Always on the hook to replace it";

const waiting = (message: string): HookStep => ({ kind: "Waiting", message });

/** With the place in the source, and the name where the cause does not say it. */
function blocked({ hook: { origin }, body: { id } }: Attempt, message: string, refused: boolean): HookStep {
  return { kind: "Blocked", message: `${formatPosition({ file: origin.file, line: origin.line })}: ${displayId(id)}: ${message}`, refused };
}
