import { noteCorrection, resume } from "../drift/fight.ts";
import { retainedAfter, retainedText } from "../drift/retained.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { FIELD_MANAGER } from "../src/api/group.ts";
import { messageOf } from "../src/errors.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { byId, displayId } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { applyPlan } from "./apply.ts";
import type { Change, ChangeSet, Failure, Plan, PlanEntry } from "./change.ts";
import { entriesOf, hasChanges, newClaims } from "./change.ts";
import { isMembership } from "./effective.ts";
import { memberOf } from "./member.ts";
import { ownershipOf } from "./membership.ts";
import { noteEqual, noteLive } from "./memory.ts";
import type { AppMemory } from "./memory.ts";
import { prune } from "./prune.ts";
import type { PruneContext } from "./prune.ts";
import { forgetEarlier } from "./recall.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";
import { recreateLimit } from "./recreate-limit.ts";
import { claim, letGo } from "./transfer.ts";

/** What was done, and how many objects have to be looked at once more because others wrote at the same time. */
export interface Executed extends ChangeSet {
  readonly unsure: number;
}

/** How a plan is carried out. */
export interface ExecuteOptions {
  /** It was approved by a person: an object that is not what was shown is not written. */
  readonly asShown: boolean;
}

/**
 * Carries a plan out: findings are recorded before what they tell is overwritten, then stage by stage; then what others have
 * claimed is handed over, and, if nothing failed, what is stale deleted.
 */
export async function execute(plan: Plan, request: ReconcileRequest, ports: ReconcilePorts, options: ExecuteOptions): Promise<Executed> {
  const { memory } = request;
  for (const equal of plan.proven) {
    noteEqual(memory, equal);
    if (isMembership(equal.object)) ports.seen(equal.member);
  }
  memory.reported = plan.reported;
  forgetEarlier(memory);
  await ports.record([...entriesOf(plan).flatMap(({ corrections }) => corrections), ...plan.reported]);
  await endHolds(plan, request, ports);
  if (!hasChanges(plan)) return { changes: [], failures: [], unsure: 0 };
  return carryOut(plan, request, ports, options);
}

/** A hold that is over goes, lest a later write of the same tool begins it anew; a fight that had ended is tried once more. */
async function endHolds({ endedHolds = [] }: Plan, { account, memory, now, signal }: ReconcileRequest, { cluster, logger }: ReconcilePorts): Promise<void> {
  for (const { object, patch } of endedHolds) {
    const fight = memory.fights.get(object.key);
    if (fight !== undefined) memory.fights.set(object.key, resume(fight, now.getTime()));
    try {
      await cluster.patch(object.ref, patch, { type: "json", as: account, signal, fieldManager: FIELD_MANAGER });
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ object: object.key, cause: messageOf(error) }, "the annotation of a hold that is over stays");
    }
  }
}

async function carryOut(plan: Plan, request: ReconcileRequest, ports: ReconcilePorts, { asShown }: ExecuteOptions): Promise<Executed> {
  const { memory, identity, account, signal } = request;
  const began = performance.now();
  const deleting: PruneContext = { cluster: ports.cluster, account, identity, signal, onRead: (live) => ports.seen(memberOf(live, request.now, request.checks)) };
  let unsure = 0;
  ports.logger.info({ writes: entriesOf(plan).length, deletes: plan.prune.length, unchanged: plan.unchanged, blocked: plan.blocked.length }, "planned");
  const applied = await applyPlan(plan, {
    cluster: ports.cluster, account, identity, signal, asShown, mayBegin: request.mayBegin, limit: recreateLimit(request, ports.members().size),
    onApplied: (entry, live, created) => {
      if (isMembership(entry.object) && ownershipOf(live.metadata, entry.id, identity).kind === "Member") ports.seen(memberOf(live, request.now, request.checks));
      noteRetained(memory, entry, live);
      memory.recreating.delete(entry.object.key);
      const object = entry.action === "Recreate" ? { ...entry.object, content: "Newest" as const } : entry.object; // whatever the gate says now: this it let through
      if (!noteLive(memory, object, live, entry, created)) unsure += 1;
    },
  });
  const claims = await claim(newClaims(plan), deleting);
  const left = await leave(applied.failures.length > 0 ? { ...plan, prune: [] } : plan, deleting, ports);
  const result = { changes: [...applied.changes, ...left.changes], failures: [...applied.failures, ...claims, ...left.failures].sort(byId) };
  noteFights(request, result.changes);
  const recreating = new Set(result.changes.flatMap(({ key, kind }) => (kind === "recreating" ? [key] : [])));
  for (const { object, uid } of entriesOf(plan).filter((entry) => recreating.has(entry.object.key))) {
    memory.recreating.set(object.key, object);
    if (uid !== undefined) ports.leaving(object.key, uid);
  }
  tell(result, ports, began);
  return { ...result, unsure };
}

/** What is stale goes: to whom claimed it, or away. */
async function leave(plan: Plan, context: PruneContext, ports: ReconcilePorts): Promise<ChangeSet> {
  const given = await letGo(plan.transfers, { ...context, handOver: (to, key) => (ports.handOver === undefined ? () => undefined : ports.handOver(to, key)) });
  const done = new Set<ObjectKey>(given.changes.map(({ key }) => key));
  for (const { member, to } of plan.transfers.filter((entry) => done.has(entry.member.key))) {
    ports.lost(member.key);
    if (to !== undefined) ports.handedOver(to);
  }
  if (plan.prune.length > 0) await ports.forgetStored?.(new Set(plan.prune.map(({ member }) => member.key)));
  const pruned = await prune(plan.prune, context);
  const deleted = new Set<ObjectKey>(pruned.changes.map(({ key }) => key));
  for (const { member } of plan.prune.filter((entry) => deleted.has(entry.member.key))) ports.leaving(member.key, member.uid);
  return { changes: [...given.changes, ...pruned.changes], failures: [...given.failures, ...pruned.failures] };
}

/** Who corrects the same object again and again is in a fight. */
function noteFights({ memory, now }: ReconcileRequest, changes: readonly Change[]): void {
  for (const { key, kind, corrections } of changes) {
    if (corrections.length > 0) memory.fights.set(key, noteCorrection(memory.fights.get(key), now.getTime()));
    else if (kind === "reasserted") memory.reasserts.set(key, noteCorrection(memory.reasserts.get(key), now.getTime()));
  }
}

/** Fields that the source dropped and another tool keeps: told until the object is written again. */
function noteRetained({ lastGood, notes }: AppMemory, { object, action, body, notes: seen }: PlanEntry, live: KubeObject): void {
  const before = body === undefined && action === "Configure" ? lastGood.get(object.key) : undefined;
  const retained = before === undefined ? [] : retainedAfter(before.object.object, object.object, live, object.ignored);
  const texts = [...seen, ...retained.map((field) => `${displayId(object.id)}: ${retainedText(field)}`)];
  if (texts.length === 0) notes.delete(object.key);
  else notes.set(object.key, texts);
}

function tell({ changes, failures }: ChangeSet, ports: ReconcilePorts, began: number): void {
  const stale = failures.filter(isStale);
  for (const { key, verb } of stale) if (verb === "apply") ports.doubted(key); // the content of what goes does not matter
  ports.logger.info({ changes: changes.length, failures: failures.length - stale.length, again: stale.length, durationMs: Math.round(performance.now() - began) }, "applied");
}

/** True for a failure that another look settles. */
export const isStale = ({ outcome }: Failure): boolean => outcome === "Stale";

/** Differences that were to be corrected and are still live. */
export function uncorrected(plan: Plan, { changes }: ChangeSet): DriftFinding[] {
  const done = new Set(changes.map(({ key }) => key));
  return entriesOf(plan).flatMap(({ object, corrections }) => (done.has(object.key) ? [] : corrections));
}
