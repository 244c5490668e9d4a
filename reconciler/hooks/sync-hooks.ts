/** Where hooks come in between the steps of a sync. */
import type { ObjectKey } from "../../src/object/object-id.ts";
import { earliest } from "../attempted.ts";
import type { Plan } from "../change.ts";
import type { Effective, SyncHook } from "../effective.ts";
import type { Executed } from "../execute.ts";
import type { Attempted } from "../outcome.ts";
import { isComplete } from "../outcome.ts";
import type { Members } from "../observed.ts";
import type { ReconcilePorts, ReconcileRequest } from "../reconcile-ports.ts";
import { cleanUpHooks } from "./clean-up.ts";
import { hooksOn, hookText } from "./hook.ts";
import type { Hook } from "./hook.ts";
import { hookKeyAt } from "./hook-body.ts";
import { HookRun } from "./hook-run.ts";
import type { HookWait } from "./hook-run.ts";
import type { HookLedger } from "./ledger.ts";
import { recordName } from "./ledger.ts";

/** What is known of the hooks of this content; undefined: it has none, or nobody runs them here. */
export function ledgerOf(newest: Effective, { attempts }: Pick<ReconcilePorts, "attempts">): HookLedger | undefined {
  return newest.hooks === undefined ? undefined : attempts.hooks?.ledger(newest);
}

/** The hooks of the open attempt; undefined: none is open, or it has none. */
export function hookRunOf(newest: Effective, request: ReconcileRequest, ports: ReconcilePorts): HookRun | undefined {
  const ledger = ledgerOf(newest, ports);
  const port = ports.attempts.hooks;
  if (newest.hooks === undefined || port === undefined || ledger?.state !== "Open" || ledger.run === undefined) return undefined;
  return new HookRun(hooksOn(newest.hooks, ledger.occasion), ledger.records, { request, ports, newest, port, run: ledger.run });
}

/** The first hook of the Sync phase that has not succeeded holds later waves up. */
export function holdForHooks(effective: Effective, ledger: HookLedger | undefined): Effective {
  const { hooks } = effective;
  if (hooks === undefined || ledger === undefined || ledger.state === "Done") return effective;
  const states = new Map(ledger.records.map((record) => [recordName(record), record.state]));
  const stateOf = (hook: Hook) => (ledger.run === undefined || ledger.state === "Due" ? undefined : states.get(recordName({ phase: hook.phase, object: hookKeyAt(hook, ledger.run) })));
  const first = hooksOn(hooks, ledger.occasion).find((hook) => hook.phase === "Sync" && stateOf(hook) !== "Succeeded");
  if (first === undefined) return effective;
  const reasons = { Running: "is running", Failed: "has failed" } as const;
  const state = stateOf(first);
  const syncHook: SyncHook = { wave: first.wave, id: first.id, reason: state === "Running" || state === "Failed" ? reasons[state] : "has not run yet" };
  return { ...effective, syncHook };
}

/** Everything that a look found and did. */
export interface AppliedLook {
  readonly effective: Effective;
  readonly plan: Plan;
  readonly result: Executed;
  readonly outcome: Attempted;
  /** Another look follows at once. */
  readonly isStep: boolean;
}

/** What hooks add to a look: why the sync does not go on, and whether another look follows at once. */
export interface HooksAfter {
  readonly wait: HookWait | undefined;
  readonly again: boolean;
  /** When to look again at the latest, besides what is waited for. Default never. */
  readonly until?: Date | undefined;
}

/** Hooks among the objects and after them, as far as their turn has come. */
export async function runAfterApply(run: HookRun, look: AppliedLook, members: Members, now: Date): Promise<HooksAfter> {
  const after = await advanceAfterApply(run, look, members);
  const failure = await runFailureHooks(run, after.wait, look.outcome, now);
  return { ...after, wait: after.wait === undefined ? undefined : withFailure(after.wait, failure), until: failure.until };
}

async function advanceAfterApply(run: HookRun, look: AppliedLook, members: Members): Promise<HooksAfter> {
  const failed = run.failed();
  if (failed !== undefined) return { wait: failed, again: false };
  const sync = run.next("Sync");
  if (sync !== undefined) {
    if (look.isStep || !isWaveReady(sync.wave, look, members)) return { wait: waitOf(sync), again: false };
    const wait = await run.advance("Sync", sync.wave);
    return { wait: wait ?? waitOf(sync), again: wait === undefined };
  }
  const post = run.next("PostSync");
  if (post === undefined) return { wait: undefined, again: false };
  return { wait: look.isStep || !isSettled(look.outcome) ? waitOf(post) : await run.advance("PostSync"), again: false };
}

const waitOf = (hook: Hook): HookWait => ({ kind: "Waiting", message: `hook ${hookText(hook)} waits until what comes before it is applied and healthy` });

/** Hooks of a wave run when its objects are applied, and those of the earlier waves healthy, too. */
function isWaveReady(wave: number, { effective, plan, result }: AppliedLook, members: Members): boolean {
  if (result.failures.length > 0 || plan.blocked.some((object) => object.wave <= wave)) return false;
  return effective.objects.every(({ key, policy }) => policy.wave >= wave || isHealthy(key, members));
}

/** Members of kinds that nobody may watch count as healthy once applied: there is nothing to tell otherwise. */
function isHealthy(key: ObjectKey, members: Members): boolean {
  const health = members.get(key)?.health;
  return health === undefined || health.status === "Current";
}

/** True once everything is applied, what is stale is gone, and all of it is healthy. */
export function isSettled(outcome: Attempted): boolean {
  return isComplete(outcome) && outcome.gate.prune.kind === "Open" && outcome.health.status === "Current" && !outcome.kept.some(({ kind }) => kind === "Waiting");
}

/**
 * Hooks for a failure run once for an attempt: when another hook has failed, something was refused or is not healthy. That
 * the rest may be mended later, and goes on then, does not take them back.
 */
export async function runFailureHooks(run: HookRun, wait: HookWait | undefined, outcome: Pick<Attempted, "failures" | "blocked" | "health"> | undefined, now: Date): Promise<FailureHooks> {
  if (run.isOver("SyncFail")) return {};
  const isBad = wait?.kind === "Failed" || wait?.refused === true || (outcome !== undefined && hasFailed(outcome));
  if (!isBad && !run.hasBegun("SyncFail")) return {};
  const own = await run.advance("SyncFail");
  return own?.kind === "Blocked" ? { until: new Date(now.getTime() + BLOCKED_MS), message: own.message } : { until: own?.until };
}

/** What hooks for a failure came to: when to look again, and why they cannot be started. */
export interface FailureHooks {
  readonly until?: Date | undefined;
  readonly message?: string;
}

/** How soon they are tried again: what has failed itself may wait for somebody, and asks for no other look. */
const BLOCKED_MS = 30_000;

/** What is waited for, with what hooks for a failure add to it. */
export function withFailure(wait: HookWait, { until, message }: FailureHooks): HookWait {
  return { ...wait, until: earliest([wait.until, until]), message: message === undefined ? wait.message : `${wait.message}\n${message}` };
}

function hasFailed({ failures, blocked, health }: Pick<Attempted, "failures" | "blocked" | "health">): boolean {
  return failures.some(({ outcome }) => outcome === "Refused") || blocked.some(({ kind }) => kind === "Failed") || health.status === "Failed";
}

/** How soon hooks of kinds that no watch tells of are looked at again. */
const UNWATCHED_MS = 10_000;

/** The outcome with what hooks came to; what they have made and nobody needs goes. `isStep`: another look follows. */
export async function settleHooks(outcome: Attempted, wait: HookWait | undefined, newest: Effective, isStep: boolean, request: ReconcileRequest, ports: ReconcilePorts): Promise<Attempted> {
  const isThrough = !isStep && wait === undefined && isSettled(outcome);
  const next = isStep ? undefined : await cleanUpHooks(newest, ledgerOf(newest, ports), isThrough, request, ports);
  const unseen = wait?.kind === "Running" && outcome.unwatched.length > 0 ? new Date(request.now.getTime() + UNWATCHED_MS) : undefined;
  return { ...outcome, hooks: wait, wakeAt: earliest([outcome.wakeAt, wait?.until, next, unseen]) };
}
