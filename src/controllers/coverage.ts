import { coverageEntry, coverageOf, isCovered } from "../../drift/coverage.ts";
import type { CoverageEntry } from "../../drift/coverage.ts";
import { groupKind } from "../../reconciler/group-kind.ts";
import type { Members } from "../../reconciler/observed.ts";
import type { Application } from "../api/application.ts";
import type { DriftCoverage } from "../api/drift-report.ts";
import { parseDuration } from "../api/duration.ts";
import { isApiStatus, KubeApiError, messageOf } from "../errors.ts";
import { compareText } from "../object/object-id.ts";
import type { Account, ClusterClient, Clock, Logger, ResourceKind } from "../ports.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/** What counting needs from its surroundings. */
export interface CoverageDeps {
  readonly cluster: Pick<ClusterClient, "kinds" | "list">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly installation: string;
  /** Takes what was counted; undefined: it is not wanted (any more). */
  readonly tell: (app: Application, coverage: DriftCoverage | undefined) => void;
  /** Objects that are looked at for one Application (default 50,000), and for how long (default 2 min). */
  readonly limits?: { readonly objects: number; readonly ms: number };
}

/** One Application whose namespaces are to be counted. */
interface Job {
  readonly app: Application;
  readonly account: Account;
  readonly namespaces: readonly string[];
}

/** What was counted last. */
interface Done {
  /** What was asked for: generation and namespaces. */
  readonly asked: string;
  readonly at: number;
}

/** As for a resync: from this share of the interval on it is time. */
const RESYNC_SHARE = 0.8;
const LIMITS = { objects: 50_000, ms: 120_000 };

/**
 * Counts, for Applications that want it, which objects of their namespaces no source has. One Application at a time and one
 * list at a time, as the Application's account, beside all reconciles: none waits for it.
 */
export class CoverageKeeper {
  readonly #deps: CoverageDeps;
  /** In order of arrival. */
  readonly #jobs = new Map<ResourceName, Job>();
  readonly #done = new Map<ResourceName, Done>();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(deps: CoverageDeps) {
    this.#deps = deps;
  }

  /** A reconcile has ended: counts if that is wanted, and due since the last resync. Returns at once. */
  looked(app: Application, account: Account, members: Members): void {
    const name = nameOf(app);
    if (app.spec.drift?.coverage !== true || app.metadata.deletionTimestamp !== undefined) {
      this.forget(name);
      return this.#deps.tell(app, undefined);
    }
    const namespaces = [...new Set([...members.values()].map(({ id }) => id.namespace))].filter((namespace) => namespace !== "").sort(compareText);
    const asked = JSON.stringify([app.metadata.uid, app.metadata.generation, namespaces]);
    const done = this.#done.get(name);
    const now = this.#deps.clock.monotonic();
    if (namespaces.length === 0 || (done?.asked === asked && now - done.at < parseDuration(app.spec.sync?.resyncInterval ?? "1h") * RESYNC_SHARE)) return;
    this.#done.set(name, { asked, at: now });
    this.#jobs.set(name, { app, account, namespaces });
    this.#running ??= this.#run();
  }

  /** The Application is gone, or does not want it any more. */
  forget(name: ResourceName): void {
    this.#jobs.delete(name);
    this.#done.delete(name);
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("the operator is stopping"));
    this.#jobs.clear();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let [entry] = this.#jobs; entry !== undefined; [entry] = this.#jobs) {
      const [name, job] = entry;
      this.#jobs.delete(name);
      try {
        const coverage = await this.#count(job);
        if (this.#done.has(name)) this.#deps.tell(job.app, coverage);
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.#deps.logger.warn({ application: name, cause: messageOf(error) }, "coverage could not be counted; trying again at the next resync");
      }
    }
    this.#running = undefined;
  }

  async #count({ account, namespaces }: Job): Promise<DriftCoverage> {
    const { cluster, clock, limits = LIMITS } = this.#deps;
    const until = clock.monotonic() + limits.ms;
    const found: CoverageEntry[] = [];
    const unread = new Map<string, string>();
    for (const kind of (await cluster.kinds(this.#stop.signal)).filter(isCovered)) {
      for (const namespace of namespaces) {
        const problem = clock.monotonic() > until ? "not looked at: it takes too long" : found.length >= limits.objects ? "not looked at: there are too many objects" : await this.#list(kind, namespace, account, found);
        if (problem !== undefined) unread.set(groupKind(kind.group, kind.kind), problem);
      }
    }
    return coverageOf(found, [...unread].map(([kind, problem]) => `${kind}: ${problem}`), clock.now());
  }

  /** Why it could not be listed; undefined: it was. */
  async #list(kind: ResourceKind, namespace: string, account: Account, found: CoverageEntry[]): Promise<string | undefined> {
    const { cluster, installation } = this.#deps;
    try {
      const { items } = await cluster.list(kind, { namespace, metadataOnly: true, as: account, signal: this.#stop.signal });
      for (const item of items) found.push(coverageEntry(item, installation));
      return undefined;
    } catch (error) {
      if (!(error instanceof KubeApiError)) throw error;
      if (isApiStatus(error, 404) || isApiStatus(error, 405)) return undefined; // no longer served, or not to be listed
      return isApiStatus(error, 403) ? `ServiceAccount ${account.namespace}/${account.name} may not list it` : messageOf(error);
    }
  }
}
