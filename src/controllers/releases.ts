import type { ApprovalFacts } from "../../reconciler/gate/gate.ts";
import type { GatedPlan } from "../../reconciler/gate/gated-changes.ts";
import type { DigestKey } from "../../reconciler/gate/plan-digest.ts";
import { planDigest } from "../../reconciler/gate/plan-digest.ts";
import type { Application } from "../api/application.ts";
import { API_VERSION, STATUS_MANAGER } from "../api/group.ts";
import type { Release } from "../api/release.ts";
import { reasons } from "../api/reasons.ts";
import { isApiStatus, messageOf } from "../errors.ts";
import { derivedName } from "../object/derived-name.ts";
import { jsonEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { openOf, ownerOf, ReleaseIndex, surplusOf } from "./release-index.ts";
import { covers, isFor, releaseSpec } from "./release-spec.ts";
import type { Attempt, Wanted } from "./release-spec.ts";
import { hasFailed, isFinished, nextReleaseStatus } from "./release-status.ts";
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
}

const DEFAULT_HISTORY = 10;
/** Old Releases wait for a quiet moment (the resync, say), while there are no more than this. */
const MAX_SURPLUS = 10;
/** Names tried, should somebody have made Releases by hand. */
const MAX_NAMES = 20;
/** An attempt in progress is told of only when it takes longer, for most are over before anybody could look; then as rarely. */
const QUIET_MS = 5_000;
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
  /** Attempts in progress of which something is not told yet: what takes the timer back. */
  readonly #untold = new Map<ResourceName, () => void>();
  /** When the attempts in progress were last told of, in milliseconds since 1970. */
  readonly #toldAt = new Map<ResourceName, number>();

  constructor(deps: ReleasesDeps) {
    this.#deps = deps;
    const { cluster, clock, logger, random, onInterrupted } = deps;
    const listener = (_name: ResourceName, before: Release | undefined, after: Release | undefined): void => this.#onEvent(before, after);
    this.#store = new ResourceStore<Release>({ cluster, clock, logger, random, onInterrupted, kind: "Release", plural: "releases", absent: "None", listener });
  }

  /** Starts the watch; resolves when the first list was delivered. Before that no Application may be reconciled. */
  start(): Promise<boolean> {
    return this.#store.start();
  }

  /** Ends the watch. */
  stop(): Promise<void> {
    for (const cancel of this.#untold.values()) cancel();
    return this.#store.stop();
  }

  /** The newest Release of an Application. */
  newest(app: Application): Release | undefined {
    return this.#index.of(app).at(-1);
  }

  /** Where this plan is, or will be, approved, and whether it was. Makes no request. */
  approval(app: Application, plan: GatedPlan): ApprovalFacts {
    const { key } = this.#deps;
    const namespace = app.metadata.namespace ?? "";
    const open = openOf(this.#index.of(app));
    const digest = open?.spec.plan.digest;
    if (open === undefined || digest === undefined || !covers(open, plan, key)) {
      return { namespace, release: this.#nextName(app, this.#index.nextNumber(app)), planDigest: planDigest(plan, key), approved: false };
    }
    return { namespace, release: open.metadata.name, planDigest: digest, approved: open.spec.approval?.planDigest === digest };
  }

  /** True where the open attempt at this very content, under this very spec, asked for a yes and has none. Makes no request. */
  isUnanswered(wanted: Wanted): boolean {
    const open = openOf(this.#index.of(wanted.app));
    const digest = open?.spec.plan.digest;
    if (open === undefined || digest === undefined || open.spec.approval?.planDigest === digest) return false;
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
    if (open !== undefined && (covers(open, attempt.plan, key) || (!attempt.gate.asksForApproval && isFor(open, attempt, key)))) return open;
    return this.#create(attempt, signal);
  }

  /**
   * Writes how the open attempt stands after a reconcile that made a plan, if that is news; an open one about something
   * that is no longer wanted is given up. Then puts the history in order,
   * if it is `quiet`: nothing else was to be done.
   */
  async settle(wanted: Wanted, result: ReleaseResult, signal: AbortSignal, quiet = true): Promise<void> {
    const releases = this.#index.of(wanted.app);
    const open = openOf(releases);
    if (open !== undefined) {
      const current = isFor(open, wanted, this.#deps.key);
      await this.#write(open, current ? result : { kind: "Superseded", message: "the source no longer asks for these changes" }, signal);
    }
    await this.#tidy(wanted.app, quiet, signal);
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
    if (before === undefined) return;
    const approved = after !== undefined && !jsonEqual(before.spec.approval, after.spec.approval);
    if (approved || (after === undefined && !isFinished(before))) this.#deps.wake(ownerOf(before));
  }

  async #create(attempt: Attempt, signal: AbortSignal): Promise<Release> {
    const { app } = attempt;
    const spec = releaseSpec(attempt, this.#deps.key);
    const first = this.#index.nextNumber(app);
    for (let number = first; number < first + MAX_NAMES; number += 1) {
      const made = await this.#tryCreate(newRelease(app, this.#nextName(app, number), spec), signal);
      if (made === undefined) continue;
      this.#index.put(made);
      if (number !== first) this.#deps.wake(nameOf(app)); // what was told to whom has another name in it
      return made;
    }
    throw new Error(`no Release could be made for Application ${nameOf(app)}: the next ${MAX_NAMES} names, from ${this.#nextName(app, first)}, are taken; delete those Releases`);
  }

  /** Undefined: the name is taken. Where a request of ours made it whose answer was lost, it is the one. */
  async #tryCreate(release: Release, signal: AbortSignal): Promise<Release | undefined> {
    const { cluster } = this.#deps;
    try {
      return asRelease(await cluster.create(release as unknown as KubeObject, { signal, fieldManager: STATUS_MANAGER })); // plain JSON of our own
    } catch (error) {
      if (!isApiStatus(error, 409)) throw error;
    }
    const found = await cluster.get(refOf(release), { signal });
    const theirs = found === undefined ? undefined : asRelease(found);
    return theirs !== undefined && theirs.status === undefined && jsonEqual(theirs.spec, release.spec) ? theirs : undefined;
  }

  async #write(release: Release, result: ReleaseResult, signal: AbortSignal): Promise<void> {
    const { cluster, clock } = this.#deps;
    const now = clock.now();
    const status = nextReleaseStatus(release, result, now);
    const isProgress = result.kind === "InProgress";
    const quietMs = isProgress && !jsonEqual(release.status, status) ? this.#quietMs(release, now) : 0;
    if (quietMs > 0) return this.#tellLater(release, quietMs);
    this.#untold.get(nameOf(release))?.();
    this.#untold.delete(nameOf(release));
    if (!isProgress) this.#toldAt.delete(nameOf(release));
    else if (!jsonEqual(release.status, status)) this.#toldAt.set(nameOf(release), now.getTime());
    await writeStatus(cluster, release, status, (answer) => this.#noteAnswer(release, asRelease(answer)), signal);
  }

  /** How long nothing more is told of an attempt in progress, in milliseconds; 0 or less: it may be now. */
  #quietMs(release: Release, now: Date): number {
    const since = release.status === undefined ? Date.parse(release.metadata.creationTimestamp ?? "") : this.#toldAt.get(nameOf(release));
    return since === undefined ? 0 : since + QUIET_MS - now.getTime();
  }

  /** Nothing may happen until then that would have the Application looked at. */
  #tellLater(release: Release, delayMs: number): void {
    const name = nameOf(release);
    if (this.#untold.has(name)) return;
    const tell = (): void => {
      this.#untold.delete(name);
      this.#deps.wake(ownerOf(release));
    };
    this.#untold.set(name, this.#deps.clock.after(delayMs, tell));
  }

  #drop(release: Release): void {
    this.#index.drop(release);
    this.#toldAt.delete(nameOf(release));
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
    for (const release of older) await this.#write(release, { kind: "Superseded", message: `Release ${newest.metadata.name} took its place` }, signal);
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

  #nextName(app: Application, number: number): string {
    return derivedName(app.metadata.name, String(number));
  }
}

function newRelease(app: Application, name: string, spec: Release["spec"]): Release {
  const { namespace = "", uid = "" } = app.metadata;
  const ownerReferences = [{ apiVersion: app.apiVersion, kind: app.kind, name: app.metadata.name, uid, controller: true }];
  return { apiVersion: API_VERSION, kind: "Release", metadata: { name, namespace, ownerReferences }, spec };
}

const asRelease = (object: KubeObject): Release => object as unknown as Release; // the API server has validated it
