import type { Change } from "../../reconciler/change.ts";
import { nextReport } from "../../drift/report.ts";
import type { Application } from "../api/application.ts";
import type { DriftFinding, DriftReport, DriftReportStatus } from "../api/drift-report.ts";
import { API_VERSION, STATUS_MANAGER } from "../api/group.ts";
import { isApiStatus, messageOf } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, Clock, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { refOf, writeStatus } from "./status-writer.ts";

/** What the recorder needs from its surroundings. */
export interface DriftRecorderDeps {
  readonly cluster: ClusterClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Ends writes when the operator stops. */
  readonly signal: AbortSignal;
}

/** The report of one Application and what has still to be written into it. */
interface ReportState {
  app: Application;
  report: DriftReport | undefined;
  /** Differences that are live as far as is known. */
  live: readonly DriftFinding[];
  /** Differences corrected since the last write. */
  reverted: readonly DriftFinding[];
  dirty: boolean;
  writing: Promise<void> | undefined;
  cancelLater: (() => void) | undefined;
}

/** News that nobody waits for are written together, at most once in this time. */
const LATER_MS = 1_000;

/**
 * Keeps one DriftReport per Application. Findings are written before what they tell is overwritten; findings that come
 * while a write is under way share the next one, so that a storm costs few writes.
 */
export class DriftRecorder {
  readonly #deps: DriftRecorderDeps;
  readonly #states = new Map<ResourceName, ReportState>();

  constructor(deps: DriftRecorderDeps) {
    this.#deps = deps;
  }

  /** Resolves when the findings are stored. Returns at once when there are none. */
  async record(app: Application, findings: readonly DriftFinding[], signal: AbortSignal): Promise<void> {
    if (findings.length === 0) return;
    const state = this.#stateOf(app);
    const news = findings.filter((finding) => !state.live.some((known) => isSame(known, finding)));
    for (const finding of news) this.#deps.metrics.count("driftless_drift_findings_total", { class: finding.class });
    if (news.length === 0) return;
    state.live = [...state.live.filter((known) => !news.some((finding) => isSamePlace(known, finding))), ...news];
    state.dirty = true;
    await this.#flush(state);
    signal.throwIfAborted();
  }

  /** Takes in what became of the findings; written within a second, without making anybody wait. */
  settled(app: Application, changes: readonly Change[], reported: readonly DriftFinding[] | undefined): void {
    const reverted = changes.filter(({ kind }) => kind === "reverted").flatMap(({ findings }) => findings);
    const state = this.#states.get(nameOf(app));
    if (state === undefined || reported === undefined) return;
    const gone = state.live.some((known) => !reported.some((finding) => isSamePlace(known, finding)));
    if (reverted.length === 0 && !gone) return;
    state.app = app;
    state.reverted = [...reverted, ...state.reverted];
    state.live = reported;
    state.dirty = true;
    state.cancelLater ??= this.#deps.clock.after(LATER_MS, () => {
      state.cancelLater = undefined;
      this.#flush(state).catch((error: unknown) => this.#deps.logger.warn({ application: nameOf(app), cause: messageOf(error) }, "drift report not written"));
    });
  }

  /** The Application is gone; its report goes with it by owner reference. */
  forget(name: ResourceName): void {
    this.#states.get(name)?.cancelLater?.();
    this.#states.delete(name);
  }

  /** Writes what still waits. */
  async close(): Promise<void> {
    const waiting = [...this.#states.values()].filter(({ dirty }) => dirty);
    for (const state of this.#states.values()) state.cancelLater?.();
    await Promise.allSettled(waiting.map((state) => this.#flush(state)));
  }

  #stateOf(app: Application): ReportState {
    const known = this.#states.get(nameOf(app));
    if (known !== undefined && known.app.metadata.uid === app.metadata.uid) {
      known.app = app;
      return known;
    }
    const state: ReportState = { app, report: undefined, live: [], reverted: [], dirty: false, writing: undefined, cancelLater: undefined };
    this.#states.set(nameOf(app), state);
    return state;
  }

  /** One write at a time; whoever comes while one is under way waits for the next, which has everybody's news. */
  async #flush(state: ReportState): Promise<void> {
    while (state.writing !== undefined) await state.writing.catch(() => undefined);
    if (!state.dirty) return;
    state.dirty = false;
    state.writing = this.#write(state);
    try {
      await state.writing;
    } catch (error) {
      state.dirty = true;
      throw error;
    } finally {
      state.writing = undefined;
    }
  }

  async #write(state: ReportState): Promise<void> {
    const { cluster, clock, signal } = this.#deps;
    const report = (state.report ??= await this.#load(state.app));
    const { reverted } = state;
    const status: DriftReportStatus = nextReport(report.status, { found: state.live, reverted }, clock.now());
    const result = await writeStatus(cluster, report, status, (answer) => void (state.report = asReport(answer)), signal);
    if (result === "Gone") {
      state.report = undefined; // somebody deleted it: the next write makes a new one
      throw new Error(`DriftReport ${nameOf(report)} was deleted while it was written`);
    }
    state.reverted = state.reverted.slice(0, state.reverted.length - reverted.length);
  }

  async #load(app: Application): Promise<DriftReport> {
    const { cluster, signal } = this.#deps;
    const report = newReport(app);
    const stored = await cluster.get(refOf(report), { signal });
    if (stored !== undefined) return asReport(stored);
    try {
      return asReport(await cluster.create(report as unknown as KubeObject, { signal, fieldManager: STATUS_MANAGER })); // plain JSON of our own
    } catch (error) {
      const theirs = isApiStatus(error, 409) ? await cluster.get(refOf(report), { signal }) : undefined;
      if (theirs === undefined) throw error;
      return asReport(theirs);
    }
  }
}

function newReport(app: Application): DriftReport & { readonly metadata: { readonly ownerReferences: readonly object[] } } {
  const { name, namespace = "", uid = "" } = app.metadata;
  const ownerReferences = [{ apiVersion: app.apiVersion, kind: app.kind, name, uid, controller: true }];
  return { apiVersion: API_VERSION, kind: "DriftReport", metadata: { name, namespace, ownerReferences }, spec: { application: name } };
}

const asReport = (object: KubeObject): DriftReport => object as unknown as DriftReport; // the API server has validated it

const isSamePlace = (left: DriftFinding, right: DriftFinding): boolean => left.object === right.object && left.path === right.path && left.class === right.class;

const isSame = (left: DriftFinding, right: DriftFinding): boolean => isSamePlace(left, right) && left.live === right.live && left.manager === right.manager;
