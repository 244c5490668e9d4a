import type { Rendered } from "../charts/rendered.ts";
import { shortRevision } from "../sources/source.ts";
import type { Artifact } from "../sources/source.ts";
import type { Application } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { KubeApiError, messageOf, ReconcileError } from "../src/errors.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account, ClusterClient, Logger } from "../src/ports.ts";
import { applyPlan } from "./apply.ts";
import { explainRefusal } from "./apply-failure.ts";
import type { Change, ChangeSet, Plan } from "./change.ts";
import { entriesOf, hasChanges } from "./change.ts";
import { compose } from "./compose.ts";
import type { BlockedObject, Effective } from "./effective.ts";
import { aggregateHealth } from "./health/aggregate.ts";
import type { AggregateHealth } from "./health/aggregate.ts";
import type { Health } from "./health/health.ts";
import type { AppIdentity } from "./identity.ts";
import type { AppMemory, KindTable } from "./memory.ts";
import { forgetStale, noteEqual, noteLive, sameKinds } from "./memory.ts";
import { askServer, lookUpAll, readBodies } from "./observe.ts";
import { memberOf } from "./member.ts";
import type { LiveMember, Members, Observed } from "./observed.ts";
import type { Outcome } from "./outcome.ts";
import { objectsToAsk, objectsToExplain, objectsToLookUp, planChanges } from "./plan.ts";
import { prune } from "./prune.ts";

/** What one reconcile reaches the outside through. */
export interface ReconcilePorts {
  readonly cluster: ClusterClient;
  readonly logger: Logger;
  /** The content of the Application's source; undefined when it comes by itself in a moment. Throws SOURCE_NOT_READY. */
  artifact(): Artifact | undefined;
  /** Rendering, from the cache where no input changed. */
  render(artifact: Artifact): Rendered;
  /** The members as the watches have them now; none of kinds that may not be watched. */
  members(): Members;
  /** The same with what only look-ups told of kinds that may not be watched. */
  known(): Members;
  /** Records where members can be, before the first one is created, and watches there. Says what is not watched yet. */
  reach(effective: Effective): Promise<Reach>;
  /** Writes findings down before what they tell is overwritten. */
  record(findings: readonly DriftFinding[]): Promise<void>;
  /** Takes in what the server answered, to a write or a look-up: it may be newer than what the watches have. */
  seen(member: LiveMember): void;
  /** What is known of this object is wrong: it is to be looked up. */
  lost(key: ObjectKey): void;
}

/** Whether the watches over an Application's kinds have delivered. */
export interface Reach {
  readonly synced: boolean;
  /** Kinds that the operator may not watch, each with the missing verb. */
  readonly unwatched: readonly string[];
}

/** One Application to bring to its desired state. */
export interface ReconcileRequest {
  readonly app: Application;
  readonly identity: AppIdentity;
  /** Who every write is made as. */
  readonly account: Account;
  readonly operatorNamespace: string;
  readonly memory: AppMemory;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** The outcome and what was done on the way; waiting: source or watches have not delivered yet and call again. */
export type Reconciled = { readonly outcome: Outcome; readonly changes: readonly Change[]; readonly plan: Plan | undefined } | { readonly waiting: true };

/** How often objects that change under our hands are looked at again before the reconcile ends as failed. */
const MAX_LOOKS = 5;

/** One reconcile, from source to outcome. Never waits: what it waits for calls again. */
export async function reconcile(request: ReconcileRequest, ports: ReconcilePorts): Promise<Reconciled> {
  const changes: Change[] = [];
  for (let look = 1; ; look += 1) {
    const result = await lookOnce(request, ports);
    if ("waiting" in result) return result;
    changes.push(...result.changes);
    const stale = result.outcome.kind === "Attempted" && result.outcome.failures.some((failure) => failure.stale);
    if ((!stale && !result.unsure) || look === MAX_LOOKS) return { outcome: result.outcome, plan: result.plan, changes };
  }
}

/** One look with what it led to; `unsure` asks for another one. */
type Looked = (Extract<Reconciled, { outcome: Outcome }> & { readonly unsure: boolean }) | Extract<Reconciled, { waiting: true }>;

async function lookOnce(request: ReconcileRequest, ports: ReconcilePorts): Promise<Looked> {
  if (request.app.spec.suspend === true) return { outcome: { kind: "Suspended" }, changes: [], plan: undefined, unsure: false };
  let revision: string | undefined;
  try {
    const artifact = ports.artifact();
    if (artifact === undefined) return { waiting: true };
    revision = artifact.revision;
    const effective = await desiredState(artifact, request, ports);
    const reach = await ports.reach(effective);
    if (!reach.synced) return { waiting: true };
    const plan = await planFor(effective, revision, request, ports, request.account);
    const result = await execute(plan, request, ports);
    return { outcome: attempted(revision, effective, plan, result, reach, ports.known()), changes: result.changes, plan, unsure: result.unsure > 0 };
  } catch (error) {
    request.signal.throwIfAborted();
    return { outcome: { kind: "Failed", error: asReconcileError(error, request.account), revision }, changes: [], plan: undefined, unsure: false };
  }
}

/** Source → rendered → effective. Throws the error of the first stage that fails. */
export async function desiredState(artifact: Artifact, request: ReconcileRequest, ports: Pick<ReconcilePorts, "cluster" | "render" | "logger">): Promise<Effective> {
  const began = performance.now();
  const rendered = ports.render(artifact);
  if (rendered.objects.length === 0) {
    throw new ReconcileError("EMPTY_RENDER", `path "${request.app.spec.path ?? "."}" of ${shortRevision(artifact.revision)} holds no objects; nothing was applied and nothing was pruned. If it is meant to be empty, delete the Application`);
  }
  const kinds = await resolveKinds(rendered, ports.cluster, request.signal);
  const known = request.memory.effective;
  if (known !== undefined && known.rendered === rendered && known.namespace === request.app.spec.defaultNamespace && sameKinds(known.kinds, kinds)) return known.effective;
  const effective = compose(rendered, {
    identity: request.identity,
    defaultNamespace: request.app.spec.defaultNamespace ?? request.identity.namespace,
    kindOf: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`),
  });
  forgetStale(request.memory, effective);
  request.memory.effective = { rendered, namespace: request.app.spec.defaultNamespace, kinds, effective };
  ports.logger.info({ revision: artifact.revision, objects: rendered.objects.length, durationMs: Math.round(performance.now() - began) }, "rendered");
  return effective;
}

/**
 * Effective → observed → plan. Contacts the cluster only for what the watches cannot answer; objects that are no members
 * are read as `reader`, undefined: as the client's own identity.
 */
export async function planFor(effective: Effective, revision: string, request: ReconcileRequest, ports: Pick<ReconcilePorts, "cluster" | "members">, reader: Account | undefined): Promise<Plan> {
  const { app, identity, account, memory, signal, now } = request;
  const context = { cluster: ports.cluster, identity, account: reader, signal };
  const members = ports.members();
  const lookUps = await lookUpAll(objectsToLookUp(effective, members), context);
  const bodies = await readBodies(objectsToExplain(effective, members, lookUps, memory.baselines), members, context);
  const answers = await askServer(objectsToAsk(effective, bodies), bodies, context);
  const observed: Observed = { members, lookUps, bodies, answers };
  return planChanges(effective, observed, {
    app,
    account,
    operatorNamespace: request.operatorNamespace,
    baselines: memory.baselines,
    reported: memory.reported,
    sameRevision: app.status?.lastAppliedRevision === revision && app.status.observedGeneration === app.metadata.generation,
    now,
  });
}

/** What was done, and how many objects have to be looked at once more because others wrote at the same time. */
interface Executed extends ChangeSet {
  readonly unsure: number;
}

async function execute(plan: Plan, request: ReconcileRequest, ports: ReconcilePorts): Promise<Executed> {
  const { memory, identity, account, signal } = request;
  for (const equal of plan.proven) {
    noteEqual(memory, equal);
    ports.seen(equal.member);
  }
  memory.reported = plan.reported;
  await ports.record([...entriesOf(plan).filter(({ action }) => action === "Revert").flatMap(({ findings }) => findings), ...plan.reported]);
  if (!hasChanges(plan)) return { changes: [], failures: [], unsure: 0 };
  const began = performance.now();
  let unsure = 0;
  ports.logger.info({ writes: entriesOf(plan).length, deletes: plan.prune.length, unchanged: plan.unchanged, blocked: plan.blocked.length }, "planned");
  const applied = await applyPlan(plan, {
    cluster: ports.cluster,
    account,
    signal,
    onApplied: (entry, live, created) => {
      ports.seen(memberOf(live, request.now));
      if (!noteLive(memory, entry.object, live, entry, created)) unsure += 1;
    },
  });
  const pruned = applied.failures.length > 0 ? { changes: [], failures: [] } : await prune(plan.prune, { cluster: ports.cluster, account, identity, signal });
  const result = { changes: [...applied.changes, ...pruned.changes], failures: [...applied.failures, ...pruned.failures] };
  for (const { key, stale } of result.failures) if (stale) ports.lost(key);
  const stale = result.failures.filter((failure) => failure.stale).length;
  ports.logger.info({ changes: result.changes.length, failures: result.failures.length - stale, again: stale, durationMs: Math.round(performance.now() - began) }, "applied");
  return { ...result, unsure };
}

function attempted(revision: string, effective: Effective, plan: Plan, result: ChangeSet, reach: Reach, members: Members): Outcome {
  return {
    kind: "Attempted",
    revision,
    objects: effective.objects.length + effective.blocked.length,
    failures: result.failures,
    blocked: plan.blocked,
    health: healthOfMembers(effective, plan.blocked, members),
    reported: [...plan.reported, ...uncorrected(plan, result)],
    unwatched: reach.unwatched,
    warnings: effective.warnings,
  };
}

/** Differences that were to be corrected and are still live. */
function uncorrected(plan: Plan, { changes }: ChangeSet): DriftFinding[] {
  const done = new Set(changes.map(({ key }) => key));
  return entriesOf(plan).flatMap(({ action, object, findings }) => (action === "Revert" && !done.has(object.key) ? findings : []));
}

/** The health of every desired object, from the watches. */
export function healthOfMembers(effective: Effective, blocked: readonly BlockedObject[], members: Members): AggregateHealth {
  const missing: Health = { status: "NotFound", message: "not live" };
  const keys = new Set([...effective.objects, ...blocked].map(({ key }) => key));
  return aggregateHealth([...keys].map((key) => ({ key, health: members.get(key)?.health ?? missing })));
}

async function resolveKinds(rendered: Rendered, cluster: ClusterClient, signal: AbortSignal): Promise<KindTable> {
  const names = new Map(rendered.objects.map(({ object }) => [`${object.apiVersion} ${object.kind}`, object]));
  const kinds = await Promise.all([...names].map(async ([name, { apiVersion, kind }]) => [name, await cluster.kindOf(apiVersion, kind, signal)] as const));
  return new Map(kinds);
}

function asReconcileError(error: unknown, account: Account): ReconcileError {
  if (error instanceof ReconcileError) return error;
  if (error instanceof KubeApiError) return new ReconcileError("OBSERVE_FAILED", explainRefusal(error, account), { cause: error });
  return new ReconcileError("INTERNAL", messageOf(error), { cause: error });
}
