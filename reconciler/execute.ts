import type { DriftFinding } from "../src/api/drift-report.ts";
import { applyPlan } from "./apply.ts";
import type { ChangeSet, Plan } from "./change.ts";
import { entriesOf, hasChanges } from "./change.ts";
import { memberOf } from "./member.ts";
import { noteEqual, noteLive } from "./memory.ts";
import { prune } from "./prune.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** What was done, and how many objects have to be looked at once more because others wrote at the same time. */
export interface Executed extends ChangeSet {
  readonly unsure: number;
}

/**
 * Carries a plan out: findings are recorded before what they tell is overwritten, then stage by stage, then what is stale
 * goes, if nothing failed.
 */
export async function execute(plan: Plan, request: ReconcileRequest, ports: ReconcilePorts): Promise<Executed> {
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

/** Differences that were to be corrected and are still live. */
export function uncorrected(plan: Plan, { changes }: ChangeSet): DriftFinding[] {
  const done = new Set(changes.map(({ key }) => key));
  return entriesOf(plan).flatMap(({ action, object, findings }) => (action === "Revert" && !done.has(object.key) ? findings : []));
}
