/** The operator's loop on an in-memory cluster: every part that src/controllers/wiring.ts ties together but Git, tied together in the same way. */
import { AsyncLocalStorage } from "node:async_hooks";
import { RenderCache } from "../../../charts/render-cache.ts";
import { dependantsOf } from "../../../reconciler/dependencies.ts";
import type { Artifact } from "../../../sources/source.ts";
import type { Application } from "../../../src/api/application.ts";
import type { GitSource } from "../../../src/api/git-source.ts";
import { RECONCILE_ANNOTATION } from "../../../src/api/group.ts";
import type { NamespacedName } from "../../../src/api/meta.ts";
import { operatorDefaults } from "../../../src/config.ts";
import { ApplicationController } from "../../../src/controllers/application.ts";
import { Artifacts } from "../../../src/controllers/artifacts.ts";
import { DriftRecorder } from "../../../src/controllers/drift-recorder.ts";
import { LastGoodStore } from "../../../src/controllers/last-good-store.ts";
import { MemberStore } from "../../../src/controllers/member-store.ts";
import { Releases } from "../../../src/controllers/releases.ts";
import { nameOf, ResourceStore, wantsReconcile } from "../../../src/controllers/resource-store.ts";
import { Timers } from "../../../src/controllers/timers.ts";
import { VariableStore } from "../../../src/controllers/variables.ts";
import { Watches } from "../../../src/controllers/watches.ts";
import { WorkQueue } from "../../../src/controllers/work-queue.ts";
import { KubeEventRecorder } from "../../../src/kube/events.ts";
import type { ClusterClient, Clock, Logger } from "../../../src/ports.ts";
import { Metrics } from "../../../src/server/metrics.ts";
import type { MemoryClient } from "../memory-cluster/client.ts";

/** What an operator is made from. */
export interface LoopGround {
  readonly client: MemoryClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Told when a reconcile begins and ends. */
  readonly onReconcile: (app: string, phase: "Begin" | "End") => void;
  /** Applications worked on at the same time. Default: the operator's. */
  readonly concurrency?: number;
}

export const INSTALLATION = "loop-test";
export const OPERATOR_NAMESPACE = "driftless-system";
/** Account of Applications that name none. */
export const ACCOUNT = "deployer";
const KEY = Buffer.alloc(32, 7);

/** Requests under way in one reconcile. */
interface Run {
  requests: number;
}

const runs = new AsyncLocalStorage<Run>();

/** One process of the operator. */
export class LoopOperator {
  readonly metrics = new Metrics();
  readonly #artifacts = new Artifacts();
  readonly #clock: MortalClock;
  readonly #client: MemoryClient;
  readonly #running = new Set<Run>();
  readonly #start: () => Promise<void>;
  #dead = false;

  constructor(ground: LoopGround) {
    this.#client = ground.client;
    this.#clock = new MortalClock(ground.clock);
    this.#start = this.#wire(ground);
  }

  /** Begins; what follows comes with time. */
  start(): void {
    void this.#start();
  }

  /** A source was fetched. */
  fetched(source: NamespacedName, artifact: Artifact): void {
    if (!this.#dead) this.#artifacts.put(source, artifact);
  }

  /** The process ends between two instructions: nothing of it happens any more. */
  kill(): void {
    this.#dead = true;
    this.#client.kill();
    this.#clock.kill();
    this.#running.clear();
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** True while a reconcile works on something that is neither a request nor a timer: on another thread, say. */
  get computing(): boolean {
    for (const { requests } of this.#running) if (requests === 0) return true;
    return false;
  }

  #wire({ logger, random, onReconcile, concurrency = Number(operatorDefaults.concurrency) }: LoopGround): () => Promise<void> {
    const clock = this.#clock;
    const cluster = counted(this.#client);
    const metrics = this.metrics;
    const { signal } = new AbortController();
    const common = { cluster, clock, logger, random, onInterrupted: () => undefined };
    const events = new KubeEventRecorder({ client: cluster, clock, logger, random, instance: "loop", signal });
    const drift = new DriftRecorder({ cluster, clock, logger, metrics, signal });
    const wake = (name: string): void => queue.add(name, { urgent: true });
    const members = new MemberStore(({ namespace, name }) => queue.add(`${namespace}/${name}`), () => clock.now());
    const releases = new Releases({ ...common, key: KEY, wake });
    const watches = new Watches({
      ...common,
      store: members,
      onStateChange: (setIds) => {
        for (const { namespace, name } of setIds.flatMap((setId) => members.identityOf(setId) ?? [])) queue.add(`${namespace}/${name}`);
      },
    });
    const sources = new ResourceStore<GitSource>({ ...common, kind: "GitSource", plural: "gitsources", listener: () => undefined });
    const applications = new ResourceStore<Application>({
      ...common,
      kind: "Application",
      plural: "applications",
      listener: (name, before, after) => {
        if (after === undefined || wantsReconcile(before, after, RECONCILE_ANNOTATION)) wake(name);
        if (before === undefined) wakeDependants(name);
      },
    });
    const wakeDependants = (dependency: string): void => {
      const [namespace = "", name = ""] = dependency.split("/");
      for (const dependant of dependantsOf({ namespace, name }, applications.values())) wake(nameOf({ metadata: dependant }));
    };
    const controller = new ApplicationController({
      ...common, applications, sources, artifacts: this.#artifacts, members, watches, drift, events, metrics, releases, wake, wakeDependants,
      installation: INSTALLATION, operatorNamespace: OPERATOR_NAMESPACE, defaultAccount: ACCOUNT, crossNamespace: false,
      renders: new RenderCache({ maxPaths: 100 }),
      variables: new VariableStore({ ...common, wake }),
      lastGood: new LastGoodStore({ cluster, clock, logger, key: KEY }),
    });
    const queue = new WorkQueue({
      clock, random, concurrency,
      handler: (name, signal, othersWait) => this.#tracked(name, onReconcile, () => controller.handle(name, logger, signal, othersWait)),
      observer: metrics.observerOf("Application"),
    });
    this.#artifacts.onChange(({ namespace, name }) => {
      for (const { metadata, spec } of applications.values()) if (metadata.namespace === namespace && spec.sourceRef.name === name) wake(`${namespace}/${metadata.name}`);
    });
    return async () => {
      await drift.start(signal).catch(() => logger.warn({}, "earlier drift reports could not be read"));
      if ((await sources.start()) && (await releases.start())) await applications.start();
    };
  }

  async #tracked<T>(name: string, onReconcile: LoopGround["onReconcile"], work: () => Promise<T>): Promise<T> {
    const run: Run = { requests: 0 };
    this.#running.add(run);
    onReconcile(name, "Begin");
    try {
      return await runs.run(run, work);
    } finally {
      this.#running.delete(run);
      onReconcile(name, "End");
    }
  }
}

const COUNTED = new Set(["get", "list", "create", "apply", "patch", "delete"]);

/** The client, with the requests of each reconcile counted. */
function counted(client: MemoryClient): ClusterClient {
  return new Proxy<ClusterClient>(client, {
    get: (target, name) => {
      const method = (target as unknown as Record<PropertyKey, (...args: unknown[]) => unknown>)[name]?.bind(client); // the port has methods only
      if (method === undefined || !COUNTED.has(String(name))) return method;
      return (...args: unknown[]) => {
        const run = runs.getStore();
        if (run === undefined) return method(...args);
        run.requests += 1;
        return (method(...args) as Promise<unknown>).finally(() => (run.requests -= 1)); // each counted method answers with a promise
      };
    },
  });
}

/** A clock whose timers end with the process that set them. */
class MortalClock implements Clock {
  readonly #clock: Clock;
  readonly #timers: Timers;
  #dead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
  }

  now(): Date {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(ms: number, callback: () => void): () => void {
    return this.#dead ? () => undefined : this.#timers.after(ms, callback);
  }

  kill(): void {
    this.#dead = true;
    this.#timers.cancelAll();
  }
}
