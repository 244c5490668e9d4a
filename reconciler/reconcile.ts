import { KubeApiError, messageOf, ReconcileError } from "../src/errors.ts";
import type { Account } from "../src/ports.ts";
import { explainRefusal } from "./apply-failure.ts";
import type { Change, ChangeSet, Plan } from "./change.ts";
import { desiredState } from "./desired-state.ts";
import type { BlockedObject, Effective } from "./effective.ts";
import { execute, uncorrected } from "./execute.ts";
import { aggregateHealth } from "./health/aggregate.ts";
import type { AggregateHealth } from "./health/aggregate.ts";
import type { Health } from "./health/health.ts";
import type { Members } from "./observed.ts";
import type { Outcome } from "./outcome.ts";
import { planFor } from "./plan-for.ts";
import type { Reach, ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** The outcome and what was done on the way; waiting: source or watches have not delivered yet and call again. */
export type Reconciled = { readonly outcome: Outcome; readonly changes: readonly Change[]; readonly plan: Plan | undefined } | { readonly waiting: true };

/** How often objects that change under our hands are looked at again before the reconcile ends as failed. */
const MAX_LOOKS = 5;

/** One reconcile, from source to outcome. Never waits: what it waits for calls again. */
export async function reconcile(request: ReconcileRequest, ports: ReconcilePorts): Promise<Reconciled> {
  const changes: Change[] = [];
  let before: Reconciled | undefined;
  for (let look = 1; ; look += 1) {
    const result = await lookOnce(request, ports);
    if ("waiting" in result) return before ?? result; // what was done must be told, whatever the next look waits for
    changes.push(...result.changes);
    before = { outcome: result.outcome, plan: result.plan, changes };
    const stale = result.outcome.kind === "Attempted" && result.outcome.failures.some((failure) => failure.stale);
    if ((!stale && !result.unsure) || look === MAX_LOOKS) return before;
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

function attempted(revision: string, effective: Effective, plan: Plan, result: ChangeSet, reach: Reach, members: Members): Outcome {
  return {
    kind: "Attempted",
    revision,
    objects: effective.objects.length + effective.blocked.length,
    failures: result.failures,
    blocked: plan.blocked,
    kept: plan.kept,
    health: healthOfMembers(effective, plan.blocked, members),
    reported: [...plan.reported, ...uncorrected(plan, result)],
    unwatched: reach.unwatched,
    warnings: effective.warnings,
  };
}

/** The health of every desired object, from the watches. */
function healthOfMembers(effective: Effective, blocked: readonly BlockedObject[], members: Members): AggregateHealth {
  const missing: Health = { status: "NotFound", message: "not live" };
  const keys = new Set([...effective.objects, ...blocked].map(({ key }) => key));
  return aggregateHealth([...keys].map((key) => ({ key, health: members.get(key)?.health ?? missing })));
}

function asReconcileError(error: unknown, account: Account): ReconcileError {
  if (error instanceof ReconcileError) return error;
  if (error instanceof KubeApiError) return new ReconcileError("OBSERVE_FAILED", explainRefusal(error, account), { cause: error });
  return new ReconcileError("INTERNAL", messageOf(error), { cause: error });
}
