/** The operator's loop over the Applications on an in-memory cluster: all of it, without Git. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Artifact } from "../../../sources/source.ts";
import type { GitSource } from "../../../src/api/git-source.ts";
import type { NamespacedName } from "../../../src/api/meta.ts";
import { operatorDefaults } from "../../../src/config.ts";
import { applicationLoop } from "../../../src/controllers/application-loop.ts";
import { Artifacts } from "../../../src/controllers/artifacts.ts";
import { ResourceStore } from "../../../src/controllers/resource-store.ts";
import { Timers } from "../../../src/controllers/timers.ts";
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
    const { metrics } = this;
    const common = { cluster: counted(this.#client), clock: this.#clock, logger, random, onInterrupted: () => undefined };
    const { signal } = new AbortController();
    const sources = new ResourceStore<GitSource>({ ...common, kind: "GitSource", plural: "gitsources", listener: () => undefined });
    const loop = applicationLoop({
      ...common, metrics, sources, signal,
      config: { concurrency, namespace: OPERATOR_NAMESPACE, defaultServiceAccount: ACCOUNT, crossNamespaceDependencies: false },
      changed: () => undefined,
      bases: NO_BASES,
      installation: INSTALLATION,
      installationKey: KEY,
      artifacts: this.#artifacts,
      events: new KubeEventRecorder({ ...common, client: common.cluster, instance: "loop", signal }),
      run: (name, reconcile) => this.#tracked(name, onReconcile, () => reconcile(logger)),
    });
    return async () => {
      if (await sources.start()) await loop.start();
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

const noBases = (): Promise<never> => Promise.reject(new Error("nothing is fetched here"));
const NO_BASES = { lookUp: noBases, fetch: noBases, retain: () => Promise.resolve() };

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
