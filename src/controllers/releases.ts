import type { ApprovalFacts } from "../../reconciler/gate/gate.ts";
import type { GatedPlan } from "../../reconciler/gate/gated-changes.ts";
import type { DigestKey } from "../../reconciler/gate/plan-digest.ts";
import type { Hooks } from "../../reconciler/hooks/hook.ts";
import type { HookLedger } from "../../reconciler/hooks/ledger.ts";
import type { Application, ApplicationStatus } from "../api/application.ts";
import { reasons } from "../api/reasons.ts";
import type { HookRecord, Release } from "../api/release.ts";
import { messageOf, ReconcileError } from "../errors.ts";
import { jsonEqual } from "../object/json.ts";
import { answerOf, approvalOf, covers } from "./release-approval.ts";
import { hasFailedHook, hookDigests, hookLedger, syncedStatus } from "./release-hooks.ts";
import { asRelease, createRelease, releaseName } from "./release-create.ts";
import { openOf, ownerOf, ReleaseIndex, surplusOf } from "./release-index.ts";
import { isFor, releaseSpec } from "./release-spec.ts";
import type { Attempt, Wanted } from "./release-spec.ts";
import { ReleaseStatusWriter } from "./release-status-writer.ts";
import { hasFailed, isFinished } from "./release-status.ts";
import type { ReleaseResult } from "./release-status.ts";
import { nameOf, ResourceStore } from "./resource-store.ts";
import type { ResourceName, ResourceStoreOptions } from "./resource-store.ts";
import { refOf, writeStatus } from "./status-writer.ts";

/** What Releases need from their surroundings. */
export interface ReleasesDeps extends Pick<ResourceStoreOptions<Release>, "cluster" | "clock" | "logger" | "random" | "onInterrupted"> {
  /** The installation's key. */
  readonly key: DigestKey;
  /** Somebody approved something, or deleted a Release that was waiting: the Application has to look again. */
  readonly wake: (app: ResourceName) => void;
  /** A Release of this Application is new, gone, or not what it was. */
  readonly changed?: (app: ResourceName) => void;
}

const DEFAULT_HISTORY = 10;
/** Old Releases wait for a quiet moment (the resync, say), while there are no more than this. */
const MAX_SURPLUS = 10;
/** What an attempt waits for in sight of people; one whose dependencies are not ready has not begun. */
const SHOWN_WAITS: ReadonlySet<string> = new Set([reasons.AwaitingApproval, reasons.WindowClosed]);

/**
 * Keeps the Releases of every Application: one per attempt, made when it begins and written to again when something
 * about it changes. An attempt that succeeds at once costs two requests; where there is none, nothing is asked or
 * written. All state is in the cluster: after a restart the watch delivers the attempt that was under way.
 */
export class Releases {
  readonly #deps: ReleasesDeps;
  readonly #index = new ReleaseIndex();
  readonly #store: ResourceStore<Release>;
  readonly #statuses: ReleaseStatusWriter;

  constructor(deps: ReleasesDeps) {
    this.#deps = deps;
    const { cluster, clock, logger, random, onInterrupted } = deps;
    const listener = (_name: ResourceName, before: Release | undefined, after: Release | undefined): void => this.#onEvent(before, after);
    this.#store = new ResourceStore<Release>({ cluster, clock, logger, random, onInterrupted, kind: "Release", plural: "releases", absent: "None", listener });
    this.#statuses = new ReleaseStatusWriter({ cluster, clock, note: (release, answer) => this.#noteAnswer(release, asRelease(answer)), due: (release) => deps.wake(ownerOf(release)) });
  }

  /** Starts the watch; resolves when the first list was delivered. Before that no Application may be reconciled. */
  start(): Promise<boolean> {
    return this.#store.start();
  }

  /** Ends the watch. */
  stop(): Promise<void> {
    this.#statuses.stop();
    return this.#store.stop();
  }

  /** The newest Release of an Application. */
  newest(app: Application): Release | undefined {
    return this.#index.of(app).at(-1);
  }

  /** Where this plan is, or will be, approved, and whether it was. Makes no request. */
  approval(app: Application, plan: GatedPlan): ApprovalFacts {
    const next = releaseName(app, this.#index.nextNumber(app));
    return { namespace: app.metadata.namespace ?? "", ...approvalOf(plan, openOf(this.#index.of(app)), next, this.#deps.key) };
  }

  /** True where the open attempt at this very content, under this very spec, asked for a yes and has none. Makes no request. */
  isUnanswered(wanted: Wanted): boolean {
    const open = openOf(this.#index.of(wanted.app));
    if (open === undefined || answerOf(open) !== "Awaited") return false;
    return open.spec.generation === (wanted.app.metadata.generation ?? 0) && isFor(open, wanted, this.#deps.key);
  }

  /**
   * An attempt begins, or waits at the gate: makes its Release, unless the one that is open is already about it. Call it
   * for plans that bring something from the source, before anything is written. Undefined while the gate is closed for
   * something that no Release can be asked about.
   */
  async begin(attempt: Attempt, signal: AbortSignal): Promise<Release | undefined> {
    const { key } = this.#deps;
    if (attempt.gate.apply.kind === "Closed" && !SHOWN_WAITS.has(attempt.gate.apply.reason)) return undefined;
    const open = openOf(this.#index.of(attempt.app));
    const isOther = open !== undefined && (open.spec.plan.hooks !== undefined || attempt.effective.hooks !== undefined) && !isFor(open, attempt, key);
    if (open !== undefined && !isOther && (covers(open, attempt.plan, key) || (!attempt.gate.asksForApproval && isFor(open, attempt, key)))) return open;
    return this.#create(attempt, signal);
  }

  /**
   * Writes how the open attempt stands after a reconcile that made a plan, if that is news; an open one about something
   * that is no longer wanted is given up. Then puts the history in order, if it is `quiet`: nothing else was to be done.
   */
  async settle(wanted: Wanted, result: ReleaseResult, signal: AbortSignal, quiet = true): Promise<void> {
    const releases = this.#index.of(wanted.app);
    const open = openOf(releases);
    if (open !== undefined) {
      const current = isFor(open, wanted, this.#deps.key);
      await this.#statuses.write(open, current ? result : { kind: "Superseded", message: "the source no longer asks for these changes" }, signal);
    }
    await this.#tidy(wanted.app, quiet, signal);
  }

  /** What is known of the hooks of a content. Makes no request. */
  hookLedger(app: Application, hooks: Hooks): HookLedger {
    return hookLedger(app, this.#index.of(app), hookDigests(hooks, this.#deps.key));
  }

  /** What the status of an Application says of hooks after a complete sync. */
  syncedHooks(app: Application, hooks: Hooks | undefined): ApplicationStatus["hooks"] {
    return syncedStatus(hooks, this.newest(app)?.metadata.name, this.#deps.key);
  }

  /** Writes down how the hooks of the open attempt stand; throws RECORD_FAILED where there is none about this content. */
  async noteHooks(wanted: Wanted, hooks: readonly HookRecord[], signal: AbortSignal): Promise<void> {
    const open = openOf(this.#index.of(wanted.app));
    if (open === undefined || !isFor(open, wanted, this.#deps.key)) throw new ReconcileError("RECORD_FAILED", `no Release of Application ${nameOf(wanted.app)} is open for the hooks that ran`);
    const written = await writeStatus(this.#deps.cluster, open, { ...open.status, hooks }, (answer) => this.#noteAnswer(open, asRelease(answer)), signal);
    if (written === "Gone") throw new ReconcileError("RECORD_FAILED", `Release ${nameOf(open)} is gone, on which hooks are told`);
  }

  /** Gives up the open attempt at this content, if a failed hook has brought it to a stop: the next look begins another one. */
  async giveUpFailed(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const open = openOf(this.#index.of(wanted.app));
    if (open === undefined || !hasFailedHook(open) || !isFor(open, wanted, this.#deps.key)) return;
    await this.#statuses.write(open, { kind: "Superseded", message: "somebody asked for another try" }, signal);
  }

  /** The Application is gone; its Releases go with it by owner reference. */
  forget(app: ResourceName): void {
    this.#index.forget(app);
  }

  /** A Release that we have made ourselves may be told of for the first time when it is approved already. */
  #onEvent(told: Release | undefined, after: Release | undefined): void {
    const before = after === undefined ? told : (told ?? this.#index.known(after));
    if (after !== undefined) this.#index.put(after);
    else if (before !== undefined) this.#drop(before);
    const release = after ?? before;
    if (release !== undefined) this.#deps.changed?.(ownerOf(release));
    if (before === undefined) return;
    const approved = after !== undefined && !jsonEqual(before.spec.approval, after.spec.approval);
    if (approved || (after === undefined && !isFinished(before))) this.#deps.wake(ownerOf(before));
  }

  async #create(attempt: Attempt, signal: AbortSignal): Promise<Release> {
    const { app } = attempt;
    const { cluster, key, wake } = this.#deps;
    const first = this.#index.nextNumber(app);
    const made = await createRelease(cluster, app, first, releaseSpec(attempt, key), signal);
    this.#index.put(made);
    if (made.metadata.name !== releaseName(app, first)) wake(nameOf(app)); // what was told to whom has another name in it
    return made;
  }

  #drop(release: Release): void {
    this.#index.drop(release);
    this.#statuses.forget(release);
  }

  /** The answer to a write may be the first to tell of an approval. */
  #noteAnswer(before: Release, after: Release): void {
    this.#index.put(after);
    if (!jsonEqual(before.spec.approval, after.spec.approval)) this.#deps.wake(ownerOf(after));
  }

  /** What was left unfinished by a crash or a newer commit is told to be; what exceeds the limit goes. */
  async #tidy(app: Application, quiet: boolean, signal: AbortSignal): Promise<void> {
    const newest = this.newest(app);
    if (newest === undefined) return;
    const older = this.#index.of(app).slice(0, -1).filter((release) => !isFinished(release) && !hasFailed(release));
    for (const release of older) await this.#statuses.write(release, { kind: "Superseded", message: `Release ${newest.metadata.name} took its place` }, signal);
    const surplus = surplusOf(this.#index.of(app), app.spec.historyLimit ?? DEFAULT_HISTORY);
    if (quiet || surplus.length > MAX_SURPLUS) for (const release of surplus) await this.#remove(release, signal);
  }

  /** A history that is too long does no harm: that is no reason for an attempt to fail. */
  async #remove(release: Release, signal: AbortSignal): Promise<void> {
    const { cluster, logger } = this.#deps;
    try {
      await cluster.delete(refOf(release), { uid: release.metadata.uid, propagationPolicy: "Background", signal });
      this.#drop(release);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ release: nameOf(release), cause: messageOf(error) }, "an old Release could not be deleted");
    }
  }
}
