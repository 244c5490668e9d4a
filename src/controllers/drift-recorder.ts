import type { EarlierDrift } from "../../drift/earlier.ts";
import type { Change } from "../../reconciler/change.ts";
import { completed, knownIn, newsAmong, noteCoverage, noteFound, noteSettled, openBook, placeOf, reportOf } from "../../drift/report.ts";
import type { Join, ReportBook, ReportParts } from "../../drift/report.ts";
import type { Application } from "../api/application.ts";
import type { DriftCoverage, DriftFinding } from "../api/drift-report.ts";
import { API_VERSION } from "../api/group.ts";
import { messageOf } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import { driftLabels, setDriftGauges } from "./drift-gauges.ts";
import { ReportIndex } from "./report-index.ts";
import { forgetTimes, isOpen, newState } from "./report-state.ts";
import type { ReportState } from "./report-state.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { RevertTimes } from "./revert-times.ts";
import { asReport, StoredReport } from "./stored-report.ts";
import type { StoredReportDeps } from "./stored-report.ts";

/** What the recorder needs from its surroundings; `signal` ends writes when the operator stops. */
export interface DriftRecorderDeps extends StoredReportDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What is known of the author of a difference besides managed fields; undefined: nothing. Default: nothing ever is. */
  readonly known?: Join;
}

/** News that nobody waits for are written together, at most once in this time. */
const LATER_MS = 1_000;

/**
 * Keeps one DriftReport per Application. Findings are written before what they tell is overwritten; findings that come
 * while a write is under way share the next one, so that a storm costs few writes. What is stored is read before the first
 * finding is added, so that times and counts go on from where an earlier process left them. Deleting a report
 * takes nothing back while the operator runs: it is written again as it was.
 */
export class DriftRecorder {
  readonly #deps: DriftRecorderDeps;
  readonly #states = new Map<ResourceName, ReportState>();
  readonly #index = new ReportIndex();
  readonly #times: RevertTimes;
  /** Reports that tell of coverage. */
  readonly #covered = new Set<ResourceName>();

  constructor(deps: DriftRecorderDeps) {
    this.#deps = deps;
    this.#times = new RevertTimes(deps.clock);
  }

  /** Reads what was live when the last process ended, and which objects the reports tell of. */
  async start(signal: AbortSignal): Promise<void> {
    const { cluster } = this.#deps;
    const kind = await cluster.kindOf(API_VERSION, "DriftReport", signal);
    if (kind === undefined) return;
    for (const report of (await cluster.list(kind, { signal })).items.map(asReport)) {
      const book = openBook(report.status);
      const { namespace = "", name } = report.metadata;
      if (isOpen(book)) this.#states.set(nameOf(report), newState({ namespace, name }, new StoredReport(this.#deps, { namespace, name }, report), book));
      if (book.coverage !== undefined) this.#covered.add(nameOf(report));
      this.#index.put(nameOf(report), book);
    }
  }

  /** A watch has told of a change of a member, which a reconcile is going to look at: reverts are timed from here. */
  noticed(name: ResourceName): void {
    this.#times.noticed(name);
  }

  /** What an earlier process has told of this Application, until this one has settled something; undefined: nothing. */
  earlier(app: Application): EarlierDrift | undefined {
    const { book } = this.#states.get(nameOf(app)) ?? {};
    return book === undefined ? undefined : { findings: book.live, fights: book.parts.fights };
  }

  /** Resolves when the findings are stored. Returns at once when there are none. */
  async record(app: Application, findings: readonly DriftFinding[], signal: AbortSignal): Promise<void> {
    const since = this.#times.looked(nameOf(app));
    if (findings.length === 0) return;
    const state = this.#stateOf(app);
    await this.#open(state);
    this.#apply(state, (book) => this.#found(state, book, findings, since));
    await this.#flush(state);
    signal.throwIfAborted();
  }

  /**
   * Takes in what became of the findings; written within a second, without making anybody wait. `left`: every difference
   * that is told and left; undefined: nobody could look at the end. `parts` undefined: as before.
   */
  settled(app: Application, changes: readonly Change[], left: readonly DriftFinding[] | undefined, parts?: ReportParts): void {
    const now = this.#deps.clock.now();
    const ended = this.#deps.clock.monotonic();
    this.#times.settled(nameOf(app));
    const reverted = changes.flatMap(({ corrections }) => corrections);
    const news = reverted.length + (left?.length ?? 0) + (parts?.holds.length ?? 0) + (parts?.fights.length ?? 0) > 0;
    if (!news && !this.#states.has(nameOf(app))) return;
    const state = this.#stateOf(app);
    this.#later(state, (before) => {
      this.#tellReverts(state, before, reverted, ended);
      const book = noteSettled(this.#found(state, before, left ?? [], ended), { reverted, left, parts }, now);
      forgetTimes(state.since, book);
      return book;
    });
  }

  /** The Application's namespaces were counted; undefined: that is not wanted. Written within a second. */
  covered(app: Application, coverage: DriftCoverage | undefined): void {
    if (coverage === undefined && !this.#covered.delete(nameOf(app))) return;
    if (coverage !== undefined) this.#covered.add(nameOf(app));
    this.#later(this.#stateOf(app), (book) => noteCoverage(book, coverage));
  }

  /** More has become known of who changed this object (a key): what reports tell of it is completed, within a second, those of an earlier process included. */
  complete(object: string, join: Join): void {
    for (const name of this.#index.namesOf(object)) {
      const [namespace = "", app = ""] = name.split("/");
      const state = this.#states.get(name) ?? newState({ namespace, name: app }, new StoredReport(this.#deps, { namespace, name: app }), undefined);
      this.#states.set(name, state);
      this.#later(state, (book) => completed(book, object, join));
    }
  }

  /** The Application is gone; its report goes with it by owner reference. */
  forget(name: ResourceName): void {
    const state = this.#states.get(name);
    state?.cancelLater?.();
    this.#states.delete(name);
    this.#index.drop(name);
    this.#covered.delete(name);
    this.#times.forget(name);
    if (state !== undefined) setDriftGauges(this.#deps.metrics, state.key, undefined);
  }

  /** Writes what still waits. */
  async close(): Promise<void> {
    const waiting = [...this.#states.values()].filter(({ dirty }) => dirty);
    for (const state of this.#states.values()) state.cancelLater?.();
    await Promise.allSettled(waiting.map((state) => this.#flush(state)));
  }

  /** One that was made for an Application of the same name is begun anew, from what is stored. */
  #stateOf(app: Application): ReportState {
    const known = this.#states.get(nameOf(app));
    if (known !== undefined && (known.app === undefined || known.app.metadata.uid === app.metadata.uid)) {
      known.app = app;
      return known;
    }
    known?.cancelLater?.();
    const { namespace = "", name } = app.metadata;
    const state = newState({ namespace, name }, new StoredReport(this.#deps, { namespace, name }), undefined);
    state.app = app;
    this.#states.set(nameOf(app), state);
    return state;
  }

  /** Reads what is stored, and adds to it what came meanwhile. */
  async #open(state: ReportState): Promise<void> {
    if (state.book !== undefined) return;
    const status = await state.stored.read();
    if (state.book !== undefined) return; // somebody else was as quick
    const { waiting } = state;
    state.waiting = [];
    state.book = openBook(status);
    for (const change of waiting) this.#change(state, state.book, change);
  }

  /** What is known, with the news among these findings and what is known of their authors. */
  #found({ since }: ReportState, book: ReportBook, findings: readonly DriftFinding[], told: number): ReportBook {
    const { metrics, known } = this.#deps;
    const news = newsAmong(book, findings).map((finding) => known?.(finding) ?? finding);
    for (const finding of news) {
      metrics.count("driftless_drift_findings_total", driftLabels(finding));
      since.set(placeOf(finding), told);
    }
    return noteFound(book, news);
  }

  #tellReverts({ since }: ReportState, book: ReportBook, reverted: readonly DriftFinding[], ended: number): void {
    const { metrics, clock } = this.#deps;
    for (const finding of reverted) {
      const seen = knownIn(book, finding) ?? finding;
      metrics.count("driftless_drift_reverts_total", driftLabels(seen));
      const told = since.get(placeOf(seen)) ?? ended - Math.max(0, clock.now().getTime() - Date.parse(seen.detectedAt)); // an earlier process saw it
      metrics.observe("driftless_drift_revert_seconds", { action: seen.action ?? "Revert" }, ended - told);
    }
  }

  #change(state: ReportState, before: ReportBook, change: (book: ReportBook) => ReportBook): void {
    const book = change(before);
    if (book !== before) {
      state.book = book;
      state.dirty = true;
    }
    const name = `${state.key.namespace}/${state.key.name}`;
    if (state.shown === book || state.app === undefined || this.#states.get(name) !== state) return;
    state.shown = book;
    setDriftGauges(this.#deps.metrics, state.key, book);
    this.#index.put(name, book);
  }

  /** A change of what is known, as soon as that is. */
  #apply(state: ReportState, change: (book: ReportBook) => ReportBook): void {
    if (state.book !== undefined) return this.#change(state, state.book, change);
    state.waiting.push(change);
    state.dirty = true;
  }

  /** The same for what nobody waits for. */
  #later(state: ReportState, change: (book: ReportBook) => ReportBook): void {
    this.#apply(state, change);
    if (!state.dirty) return;
    state.cancelLater ??= this.#deps.clock.after(LATER_MS, () => {
      state.cancelLater = undefined;
      this.#flush(state).catch((error: unknown) => this.#deps.logger.warn({ application: `${state.key.namespace}/${state.key.name}`, cause: messageOf(error) }, "drift report not written"));
    });
  }

  /** One write at a time; whoever comes while one is under way waits for the next, which has everybody's news. */
  async #flush(state: ReportState): Promise<void> {
    while (state.writing !== undefined) await state.writing.catch(() => undefined);
    if (!state.dirty) return;
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
    await this.#open(state);
    state.dirty = false;
    await state.stored.write(state.app, (current) => reportOf(state.book ?? openBook(current), current, this.#deps.clock.now()));
    if (state.dirty) return;
    state.cancelLater?.(); // what waited was written along: nobody's next finding is to wait behind another write
    state.cancelLater = undefined;
  }
}
