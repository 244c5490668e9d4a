import type { Application } from "../api/application.ts";
import type { DriftReport } from "../api/drift-report.ts";
import type { GitSource } from "../api/git-source.ts";
import type { Notifier } from "../api/notifier.ts";
import type { Release } from "../api/release.ts";
import { messageOf } from "../errors.ts";
import { observeApplication } from "../notify/observe/observe-application.ts";
import type { ObservedApplication } from "../notify/observe/observe-application.ts";
import { observeDrift } from "../notify/observe/observe-drift.ts";
import { observeSource } from "../notify/observe/observe-source.ts";
import type { Observation, Subject } from "../notify/observation.ts";
import { subjectKey } from "../notify/observation.ts";
import { removeOrphans, removeOutbox } from "./outbox-store.ts";
import type { NotifierDeskDeps } from "./notifier-desk.ts";
import { NotifierDesk } from "./notifier-desk.ts";
import { nameOf, ResourceStore } from "./resource-store.ts";
import type { ResourceName, ResourceStoreOptions } from "./resource-store.ts";

/** What Notifiers need from their surroundings. */
export interface NotifiersDeps extends NotifierDeskDeps, Pick<ResourceStoreOptions<Notifier>, "onInterrupted"> {
  readonly applications: Iterate<Application>;
  readonly sources: Iterate<GitSource>;
  /** The newest Release of an Application. */
  readonly newestRelease: (app: Application) => Release | undefined;
}

interface Iterate<R> {
  get(name: ResourceName): R | undefined;
  values(): Iterable<R>;
}

/**
 * Follows Notifiers and brings each what is true of Applications and sources, read off their statuses. No reconcile waits for this, or
 * knows of it. Reports are watched as long as there is a Notifier.
 */
export class Notifiers {
  readonly #deps: NotifiersDeps;
  readonly #store: ResourceStore<Notifier>;
  /** As long as there is a Notifier. */
  #reports: ResourceStore<DriftReport> | undefined;
  readonly #desks = new Map<ResourceName, NotifierDesk>();
  readonly #ended = new Set<Promise<unknown>>();
  #reportsListed: Promise<boolean> | undefined;
  #isListed = false;

  constructor(deps: NotifiersDeps) {
    this.#deps = deps;
    this.#store = new ResourceStore<Notifier>({ ...deps, kind: "Notifier", plural: "notifiers", absent: "None", listener: (name, before, after) => this.#onNotifier(name, before, after) });
  }

  /** Starts the watch, once Applications and sources have been listed. Resolves when Notifiers have been. */
  async start(): Promise<void> {
    if (!(await this.#store.start())) return;
    this.#isListed = true;
    for (const name of this.#desks.keys()) this.#open(name);
    if (this.#desks.size === 0) return; // or our kinds are not served just now: nothing is taken away on that
    const { cluster, operatorNamespace, signal } = this.#deps;
    const isKnown = (uid: string): boolean => [...this.#store.values()].some(({ metadata }) => metadata.uid === uid);
    this.#follow(removeOrphans(cluster, operatorNamespace, isKnown, signal), {});
  }

  /** An Application, or what its newest Release says, has changed. */
  applicationChanged(name: ResourceName): void {
    if (this.#desks.size === 0) return;
    const app = this.#deps.applications.get(name);
    if (app === undefined) this.#gone(subjectOf("Application", name));
    else this.#tell(() => observeApplication(this.#observed(app)));
  }

  /** A source has changed. */
  sourceChanged(name: ResourceName): void {
    if (this.#desks.size === 0) return;
    const source = this.#deps.sources.get(name);
    if (source === undefined) this.#gone(subjectOf("GitSource", name));
    else this.#tell(() => observeSource(source));
  }

  /** Ends watches; what waits is stored and sent by the next operator. */
  async stop(): Promise<void> {
    await Promise.all([this.#store.stop(), this.#reports?.stop(), ...[...this.#desks.values()].map((desk) => desk.stop()), ...this.#ended]);
  }

  #onNotifier(name: ResourceName, before: Notifier | undefined, after: Notifier | undefined): void {
    const isSame = before !== undefined && before.metadata.uid === after?.metadata.uid;
    if (before !== undefined && !isSame) this.#drop(name, before);
    const desk = this.#desks.get(name);
    if (after === undefined) return;
    if (desk !== undefined) return desk.changed(after);
    this.#desks.set(name, new NotifierDesk(after, this.#deps));
    if (this.#isListed) this.#open(name);
  }

  #drop(name: ResourceName, notifier: Notifier): void {
    const desk = this.#desks.get(name);
    this.#desks.delete(name);
    const { cluster, operatorNamespace, signal } = this.#deps;
    this.#follow((desk?.stop() ?? Promise.resolve()).then(() => removeOutbox(cluster, operatorNamespace, notifier, signal)), { notifier: name });
    if (this.#desks.size > 0) return;
    const reports = this.#reports;
    this.#reports = undefined;
    if (reports !== undefined) this.#follow(reports.stop(), {});
  }

  /** What nobody waits for, but the end of the operator. What is left behind is taken away at the next start. */
  #follow(work: Promise<void>, about: object): void {
    const { logger, signal } = this.#deps;
    const ended = work.catch((error: unknown) => {
      if (!signal.aborted) logger.warn({ ...about, cause: messageOf(error) }, "outbox not removed");
    });
    this.#ended.add(ended);
    void ended.then(() => this.#ended.delete(ended));
  }

  /** A desk is shown all that is true now; what it remembers of others is gone. */
  #open(name: ResourceName): void {
    this.#followReports();
    void this.#reportsListed?.then(async (listed) => {
      const desk = this.#desks.get(name);
      if (!listed || desk === undefined) return;
      await desk.open(() => this.#everything());
    });
  }

  #followReports(): void {
    if (this.#reports !== undefined) return;
    this.#reports = new ResourceStore<DriftReport>({ ...this.#deps, kind: "DriftReport", plural: "driftreports", absent: "None", listener: (_name, before, after) => this.#onReport(after ?? before) });
    this.#reportsListed = this.#reports.start();
  }

  #everything(): { readonly observations: readonly Observation[]; readonly subjects: ReadonlySet<string> } {
    const { applications, sources } = this.#deps;
    const [apps, all] = [[...applications.values()], [...sources.values()]];
    const observations = [...all.flatMap(observeSource), ...apps.flatMap((app) => [...observeApplication(this.#observed(app)), ...observeDrift(app, this.#reports?.get(nameOf(app)))])];
    const subjects = [...apps.map((app) => subjectOf("Application", nameOf(app))), ...all.map((source) => subjectOf("GitSource", nameOf(source)))];
    return { observations, subjects: new Set(subjects.map(subjectKey)) };
  }

  #observed(app: Application): ObservedApplication {
    const { sources, newestRelease } = this.#deps;
    return { app, release: newestRelease(app), source: sources.get(`${app.metadata.namespace ?? ""}/${app.spec.sourceRef.name}`) };
  }

  #onReport(report: DriftReport | undefined): void {
    const app = report === undefined ? undefined : this.#deps.applications.get(nameOf(report));
    if (app !== undefined) this.#tell(() => observeDrift(app, this.#reports?.get(nameOf(app))));
  }

  /** Called where watches are listened to: a fault in here must not be theirs. */
  #tell(observe: () => readonly Observation[]): void {
    try {
      const observations = observe();
      for (const desk of this.#desks.values()) desk.observe(observations);
    } catch (error) {
      this.#deps.logger.error({ cause: messageOf(error) }, "a fault of Driftless in its notifications: an observation is left out");
    }
  }

  #gone(subject: Subject): void {
    for (const desk of this.#desks.values()) desk.gone(subject);
  }
}

function subjectOf(kind: Subject["kind"], name: ResourceName): Subject {
  const [namespace = "", own = ""] = name.split("/");
  return { kind, namespace, name: own };
}
