import { ignoreRulesOf } from "../drift/ignore.ts";
import type { Artifact } from "../sources/source.ts";
import { KubeApiError, messageOf, ReconcileError } from "../src/errors.ts";
import { formatKey } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import { explainRefusal } from "./apply-failure.ts";
import { attempted, earliest } from "./attempted.ts";
import { deletesOf, entriesOf, hasNews } from "./change.ts";
import type { Change, Failure, Plan } from "./change.ts";
import { correct, readLastGood } from "./correct.ts";
import { desiredState } from "./desired-state.ts";
import type { Effective } from "./effective.ts";
import { execute, isStale } from "./execute.ts";
import type { Executed } from "./execute.ts";
import { gatedChanges } from "./gate/gated-changes.ts";
import { gate } from "./gate/gate.ts";
import type { Gate } from "./gate/gate.ts";
import { holdSome, keepBlocked, keepUnseen } from "./hold.ts";
import { hookKeyAt } from "./hooks/hook-body.ts";
import type { HookRun, HookWait } from "./hooks/hook-run.ts";
import { withHooks } from "./hooks/ledger.ts";
import { planOfNeeds } from "./hooks/needs.ts";
import type { HooksAfter } from "./hooks/sync-hooks.ts";
import { holdForHooks, hookRunOf, ledgerOf, runAfterApply, runFailureHooks, settleHooks, withFailure } from "./hooks/sync-hooks.ts";
import { settleOn } from "./memory.ts";
import type { Members } from "./observed.ts";
import type { Outcome } from "./outcome.ts";
import { planFor } from "./plan-for.ts";
import { withoutDeletes } from "./plan.ts";
import { beginLook, recall } from "./recall.ts";
import type { Attempt, ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";
import { noteRetries, notYetDue } from "./retries.ts";

/** The outcome and what was done on the way; waiting: source or watches have not delivered yet and call again. */
export type Reconciled = { readonly outcome: Outcome; readonly changes: readonly Change[]; readonly plan: Plan | undefined } | { readonly waiting: true };

/** How often objects that change under our hands are looked at again before the reconcile ends as failed. */
const MAX_LOOKS = 5;
/** Looks of one reconcile in all; the next ones come with another reconcile. */
const MAX_STEPS = 100;

/** One reconcile, from source to outcome. Never waits: what it waits for calls again. */
export async function reconcile(request: ReconcileRequest, ports: ReconcilePorts): Promise<Reconciled> {
  const changes: Change[] = [];
  let before: Reconciled | undefined;
  recall(request.memory, () => ports.earlierDrift?.(), request.app, request.now);
  beginLook(request.memory, request.app, request.now);
  for (let look = 1, step = 1; ; step += 1) {
    const result = await lookOnce(request, ports);
    if ("waiting" in result) return before ?? result; // what was done must be told, whatever the next look waits for
    changes.push(...result.changes);
    before = { outcome: result.outcome, plan: result.plan, changes };
    if (result.again === "Stale") look += 1;
    if (result.again === "No" || look > MAX_LOOKS || step === MAX_STEPS) return before;
  }
}

/** One look with what it led to. Another one is due: Stale, because others wrote meanwhile; Next, because a step is done and more may follow. */
type Looked = (Extract<Reconciled, { outcome: Outcome }> & { readonly again: "No" | "Stale" | "Next" }) | Extract<Reconciled, { waiting: true }>;

async function lookOnce(request: ReconcileRequest, ports: ReconcilePorts): Promise<Looked> {
  if (request.app.spec.suspend === true) return { outcome: { kind: "Suspended" }, changes: [], plan: undefined, again: "No" };
  let artifact: Artifact | undefined;
  try {
    artifact = ports.artifact();
    if (artifact === undefined) return { waiting: true };
    const newest = await desiredState(artifact, request, ports);
    return await bringTo(newest, artifact, request, ports);
  } catch (error) {
    request.signal.throwIfAborted();
    return correctAfter(asReconcileError(error, request.account), artifact?.revision, request, ports);
  }
}

/** The newest content is known: apply as much of it as the gate lets through. */
async function bringTo(newest: Effective, artifact: Artifact, request: ReconcileRequest, ports: ReconcilePorts): Promise<Looked> {
  const { revision } = artifact;
  const { memory, now } = request;
  ports.attempts.want(newest, artifact);
  const due = notYetDue(newest, memory.retries, now);
  // After a restart only what is stored tells a change of the source from what somebody did meanwhile.
  if (request.app.status?.lastAttemptedRevision !== undefined || due.size > 0) await readLastGood(request, ports);
  const rules = ignoreRulesOf(request.app);
  const wanted = holdSome(keepBlocked(newest, memory.lastGood, rules), due, memory.lastGood, rules);
  const reach = await ports.reach(wanted);
  if (!reach.synced) return { waiting: true };
  if (newest.hooks !== undefined) await ports.attempts.hooks?.restart(newest);
  const effective = holdForHooks(keepUnseen(wanted, reach), ledgerOf(newest, ports));
  const { attempt, decision } = await planAtGate(effective, { newest, artifact }, request, ports);
  const { plan } = attempt;
  if (decision.apply.kind === "Closed") return waitAtGate(attempt, decision, decision.apply.message, request, ports);
  if (gatedChanges(plan).length > 0) await ports.attempts.begin(attempt, decision);
  const run = hookRunOf(newest, request, ports);
  const first = run === undefined || run.isOver("PreSync") ? undefined : planOfNeeds(plan, run.left("PreSync"));
  const held = first === undefined ? await run?.advance("PreSync") : undefined;
  if (run !== undefined && held !== undefined) return waitForHook(attempt, decision, run, held, request, ports);
  const open = first ?? (decision.prune.kind === "Open" ? plan : withoutDeletes(plan, decision.prune.message));
  const result = await execute(open, request, ports, { asShown: decision.asksForApproval && request.app.spec.sync?.approval === "Manual" });
  noteRetries(memory.retries, effective, result.changes, result.failures, now, request.retryDelay);
  if (first !== undefined) {
    const outcome = attempted({ request, ports, revision, desired: newest, gate: decision, pending: plan, effective, plan: open, result, reach });
    const again = result.failures.some(isStale) || result.unsure > 0 ? "Stale" : result.failures.length === 0 ? "Next" : "No";
    return { outcome: { ...outcome, hooks: BEFORE_HOOKS }, changes: result.changes, plan: open, again };
  }
  settleOn(memory, newest, stillToGo(open, result, ports.known()));
  const applied = attempted({ request, ports, revision, desired: newest, gate: decision, pending: undefined, effective, plan: open, result, reach });
  const again = leavesDrift(open, result) ? "Next" : againAfter(open, result);
  const after = run === undefined ? NO_HOOKS : await runAfterApply(run, { effective, plan: open, result, outcome: applied, isStep: again !== "No" }, ports.known(), now);
  const next = again === "No" && after.again ? "Next" : again;
  const outcome = await settleHooks({ ...applied, wakeAt: earliest([applied.wakeAt, after.until]) }, after.wait, newest, next !== "No", request, ports);
  return { outcome, changes: result.changes, plan: open, again: next };
}

/** What hooks need is applied before they begin. */
const BEFORE_HOOKS: HookWait = { kind: "Waiting", message: "what its hooks need is applied first" };
const NO_HOOKS: HooksAfter = { wait: undefined, again: false };

/** What runs before everything else is not through: nothing of the source is applied; what was applied before is kept as it was. */
async function waitForHook(attempt: Attempt, decision: Gate, run: HookRun, wait: HookWait, request: ReconcileRequest, ports: ReconcilePorts): Promise<Looked> {
  const { newest, plan, artifact: { revision } } = attempt;
  const held = await correct(newest.desired, wait.message, request, ports);
  if (held === undefined) return { waiting: true };
  const failure = await runFailureHooks(run, wait, undefined, request.now);
  const again = held.result.changes.length > 0 ? "Next" : againAfter(held.plan, held.result);
  const outcome = attempted({ request, ports, revision, desired: newest, gate: decision, pending: plan, ...held });
  const told = await settleHooks(outcome, withFailure(wait, failure), newest, again !== "No", request, ports);
  return { outcome: told, changes: held.result.changes, plan, again };
}

/** Plan and gate. While the gate is closed it is not asked again and again whether what is to be created is still not there. */
async function planAtGate(effective: Effective, wanted: Pick<Attempt, "newest" | "artifact">, request: ReconcileRequest, ports: ReconcilePorts): Promise<{ readonly attempt: Attempt; readonly decision: Gate }> {
  const { artifact: { revision } } = wanted;
  const { assumed } = request.memory.looks;
  const first = { ...wanted, plan: await planWaves(effective, revision, { ...request, trusting: true }, ports) };
  const decision = decisionOn(first, request, ports);
  if (decision.apply.kind === "Closed" || !entriesOf(first.plan).some(({ object }) => assumed.has(object.key))) return { attempt: first, decision };
  const attempt = { ...wanted, plan: await planWaves(effective, revision, request, ports) };
  return { attempt, decision: decisionOn(attempt, request, ports) };
}

/** Members that are to be deleted, handed over or made nobody's, and were not: for now they stay as they were applied. */
function stillToGo(plan: Plan, { changes, failures }: Executed, members: Members): Set<ObjectKey> {
  const gone = new Set(changes.map(({ key }) => key));
  const stale = [...deletesOf(plan), ...plan.transfers, ...plan.kept.filter(({ kind }) => kind === "Waiting"), ...plan.blocked, ...failures].map(({ id }) => formatKey(id));
  return new Set(stale.filter((key) => !gone.has(key) && members.get(key)?.terminating === false));
}

/** Newest content was refused for an object that somebody has changed: the next look puts back what was applied before. */
function leavesDrift(plan: Plan, { failures }: Executed): boolean {
  const refused = new Set(failures.flatMap(({ key, outcome }) => (outcome === "Refused" ? [key] : [])));
  return entriesOf(plan).some(({ object, corrections }) => object.content === "Newest" && corrections.length > 0 && refused.has(object.key));
}

/** What a later wave brings waits; what others do meanwhile to the objects that wait is undone all the same. */
async function planWaves(effective: Effective, revision: string, request: ReconcileRequest, ports: ReconcilePorts): Promise<Plan> {
  const plan = await planWrites(effective, revision, request, ports);
  return withHooks(plan, effective.hooks, ledgerOf(effective, ports), hookKeyAt);
}

async function planWrites(effective: Effective, revision: string, request: ReconcileRequest, ports: ReconcilePorts): Promise<Plan> {
  const { app, account, memory: { lastGood } } = request;
  const plan = await planFor(effective, revision, request, ports, account);
  const waiting = new Set(plan.held.map(({ object }) => object.key));
  const held = new Map(plan.blocked.filter(({ key }) => waiting.has(key)).map((object) => [object.key, object]));
  if (![...held.keys()].some((key) => lastGood.get(key)?.valuesWithheld === false)) return plan;
  return { ...(await planFor(holdSome(effective, held, lastGood, ignoreRulesOf(app)), revision, { ...request, trusting: false }, ports, account)), held: plan.held };
}

/** Nothing is held up: there is nothing to hold up. */
const OPEN_GATE: Gate = { apply: { kind: "Open" }, prune: { kind: "Open" }, asksForApproval: false };

/** The gate is asked only for what the source brings; undoing drift needs no permission. */
function decisionOn(attempt: Attempt, { now }: ReconcileRequest, { attempts }: ReconcilePorts): Gate {
  return hasNews(attempt.plan) ? gate(attempt.plan, attempts.facts(attempt), now) : OPEN_GATE;
}

/** Nobody is asked before drift is undone: a yes is one to changes of what was applied, not of what somebody made of it. */
async function waitAtGate(attempt: Attempt, decision: Gate, reason: string, request: ReconcileRequest, ports: ReconcilePorts): Promise<Looked> {
  const { newest, plan, artifact: { revision } } = attempt;
  const held = await correct(newest.desired, reason, request, ports);
  if (held === undefined) return { waiting: true };
  const again = held.result.changes.length > 0 ? "Next" : againAfter(held.plan, held.result);
  if (again === "No") await ports.attempts.begin(attempt, decision);
  return { outcome: attempted({ request, ports, revision, desired: newest, gate: decision, pending: plan, ...held }), changes: held.result.changes, plan, again };
}

/** The newest content cannot be had: what was applied before is kept as it was. */
async function correctAfter(error: ReconcileError, revision: string | undefined, request: ReconcileRequest, ports: ReconcilePorts): Promise<Looked> {
  const failed: Outcome = { kind: "Failed", error, revision, meanwhile: undefined };
  try {
    const held = await correct(new Set(), "the newest content cannot be had", request, ports);
    if (held === undefined || held.effective.objects.length === 0) return { outcome: failed, changes: [], plan: undefined, again: "No" };
    const meanwhile = attempted({ request, ports, revision: revision ?? "", desired: held.effective, gate: OPEN_GATE, pending: undefined, ...held });
    return { outcome: { ...failed, meanwhile: { ...meanwhile, failures: [...meanwhile.failures, ...unread(held.plan)] } }, changes: held.result.changes, plan: undefined, again: againAfter(held.plan, held.result) };
  } catch (second) {
    request.signal.throwIfAborted();
    ports.logger.warn({ cause: messageOf(second) }, "drift could not be corrected meanwhile");
    return { outcome: failed, changes: [], plan: undefined, again: "No" };
  }
}

/** What could not even be looked at is tried again like what could not be written. */
function unread({ blocked }: Plan): Failure[] {
  return blocked.filter(({ kind }) => kind === "Failed").map(({ id, key, reason }) => ({ id, key, where: undefined, message: reason, verb: "apply", outcome: "Unavailable" }));
}

/** Steps that follow by themselves: the next wave, the next objects to delete. */
function againAfter(plan: Plan, { changes, failures, unsure }: Executed): "No" | "Stale" | "Next" {
  if (unsure > 0 || failures.some(isStale)) return "Stale";
  const isStep = changes.some(({ kind }) => kind !== "deleted") && failures.length === 0 && (plan.blocked.length > 0 || plan.pruneLater.length > 0);
  return isStep ? "Next" : "No";
}

function asReconcileError(error: unknown, account: Account): ReconcileError {
  if (error instanceof ReconcileError) return error;
  if (error instanceof KubeApiError) return new ReconcileError("OBSERVE_FAILED", explainRefusal(error, account), { cause: error });
  return new ReconcileError("INTERNAL", messageOf(error), { cause: error });
}
