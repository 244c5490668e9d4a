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

/** Writes of one report until it is given up: the first may find it deleted. */
const WRITE_ATTEMPTS = 3;
/** News that nobody waits for are written together, at most once in this time. */
const LATER_MS = 1_000;

/**
 * Keeps one DriftReport per Application. Findings are written before what they tell is overwritten; findings that come
 * while a write is under way share the next one, so that a storm costs few writes.
 */
export class DriftRecorder {
  readonly #deps: DriftRecorderDeps;
  readonly #states = new Map<ResourceName, ReportState>();
  /** Applications whose report tells of live differences from before this process began. */
  readonly #inherited = new Set<ResourceName>();

  constructor(deps: DriftRecorderDeps) {
    this.#deps = deps;
  }

  /** Reads which reports have something to take back, should it not be live any more. */
  async start(signal: AbortSignal): Promise<void> {
    const { cluster } = this.#deps;
    const kind = await cluster.kindOf(API_VERSION, "DriftReport", signal);
    if (kind === undefined) return;
    for (const report of (await cluster.list(kind, { signal })).items.map(asReport)) {
      if ((report.status?.total ?? 0) > 0) this.#inherited.add(nameOf(report));
    }
  }

  /** Resolves when the findings are stored. Returns at once when there are none. */
  async record(app: Application, findings: readonly DriftFinding[], signal: AbortSignal): Promise<void> {
    if (findings.length === 0) return;
    const state = this.#stateOf(app);
    const known = new Set(state.live.map(sightOf));
    const news = findings.filter((finding) => !known.has(sightOf(finding)));
    for (const finding of news) this.#deps.metrics.count("driftless_drift_findings_total", { class: finding.class });
    if (news.length === 0 && !state.dirty) return;
    state.live = [...withoutPlaces(state.live, news), ...news];
    state.dirty = true;
    await this.#flush(state);
    signal.throwIfAborted();
  }

  /**
   * Takes in what became of the findings; written within a second, without making anybody wait. `reported` undefined:
   * nobody could look at the end, so that what was not corrected is taken to be live still.
   */
  settled(app: Application, changes: readonly Change[], reported: readonly DriftFinding[] | undefined): void {
    const reverted = changes.flatMap(({ corrections }) => corrections);
    const inherited = reported !== undefined && this.#inherited.delete(nameOf(app));
    const state = inherited || (reported?.length ?? 0) > 0 ? this.#stateOf(app) : this.#states.get(nameOf(app));
    if (state === undefined) return;
    const live = reported ?? withoutPlaces(state.live, reverted);
    const gone = inherited || withoutPlaces(state.live, live).length > 0;
    if (reverted.length === 0 && !gone) return;
    state.app = app;
    state.reverted = [...reverted, ...state.reverted];
    state.live = live;
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
    const { reverted } = state;
    for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
      const report = (state.report ??= await this.#load(state.app));
      const status: DriftReportStatus = nextReport(report.status, { found: state.live, reverted }, clock.now());
      const result = await writeStatus(cluster, report, status, (answer) => void (state.report = asReport(answer)), signal);
      if (result !== "Gone") break;
      state.report = undefined; // somebody deleted it: the next attempt makes a new one
      if (attempt === WRITE_ATTEMPTS) throw new Error(`DriftReport ${nameOf(report)} is deleted again and again while it is written`);
    }
    state.reverted = state.reverted.slice(0, state.reverted.length - reverted.length);
  }

  /** A report that an earlier Application of the same name left is made ours before the garbage collector takes it. */
  async #adopt(stored: DriftReport, wanted: DriftReport): Promise<DriftReport> {
    const { cluster, signal } = this.#deps;
    if (stored.metadata.ownerReferences?.[0]?.uid === wanted.metadata.ownerReferences?.[0]?.uid) return stored;
    const body = { metadata: { uid: stored.metadata.uid, ownerReferences: wanted.metadata.ownerReferences?.map((owner) => ({ ...owner })) } };
    return asReport(await cluster.patch(refOf(stored), body, { type: "merge", fieldManager: STATUS_MANAGER, signal }));
  }

  async #load(app: Application): Promise<DriftReport> {
    const { cluster, signal } = this.#deps;
    const report = newReport(app);
    const stored = await cluster.get(refOf(report), { signal });
    if (stored !== undefined) return this.#adopt(asReport(stored), report);
    try {
      return asReport(await cluster.create(report as unknown as KubeObject, { signal, fieldManager: STATUS_MANAGER })); // plain JSON of our own
    } catch (error) {
      const theirs = isApiStatus(error, 409) ? await cluster.get(refOf(report), { signal }) : undefined;
      if (theirs === undefined) throw error;
      return asReport(theirs);
    }
  }
}

function newReport(app: Application): DriftReport {
  const { name, namespace = "", uid = "" } = app.metadata;
  const ownerReferences = [{ apiVersion: app.apiVersion, kind: app.kind, name, uid, controller: true }];
  return { apiVersion: API_VERSION, kind: "DriftReport", metadata: { name, namespace, ownerReferences }, spec: { application: name } };
}

const asReport = (object: KubeObject): DriftReport => object as unknown as DriftReport; // the API server has validated it

/** The findings that are in none of these places. */
function withoutPlaces(findings: readonly DriftFinding[], places: readonly DriftFinding[]): readonly DriftFinding[] {
  const taken = new Set(places.map(placeOf));
  return findings.filter((finding) => !taken.has(placeOf(finding)));
}

/** Where a difference is, and what it is. */
const placeOf = ({ object, class: kind, path }: DriftFinding): string => JSON.stringify([object, kind, path]);

/** The same with what was seen there. */
const sightOf = (finding: DriftFinding): string => JSON.stringify([placeOf(finding), finding.live, finding.manager]);
