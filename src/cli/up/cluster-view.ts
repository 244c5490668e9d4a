import { silentLogger } from "../silent-logger.ts";
import { Reflector } from "../../kube/reflector.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { ClusterClient, Clock } from "../../ports.ts";

/** A kind to look at, in one namespace. */
export interface ViewedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
}

/**
 * What a second client sees: its own watches on the API server, apart from the operator's. Times in the story are
 * taken here, not where the work is done.
 */
export class ClusterView {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<() => void>();
  readonly #reflectors: Reflector[] = [];
  readonly #cluster: ClusterClient;
  readonly #clock: Clock;

  constructor(cluster: ClusterClient, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** Watches these kinds from now on; resolves when each was listed once. */
  async watch(kinds: readonly ViewedKind[]): Promise<void> {
    await Promise.all(
      kinds.map(async ({ apiVersion, kind, namespace }) => {
        const served = await this.#cluster.kindOf(apiVersion, kind);
        if (served === undefined) throw new Error(`the cluster serves no ${kind} in ${apiVersion}`);
        const reflector = new Reflector({
          client: this.#cluster, kind: served, namespace, clock: this.#clock, logger: silentLogger, random: Math.random,
          handler: {
            onUpsert: (object) => this.#change(object, object),
            onDelete: (object) => this.#change(object, undefined),
          },
        });
        this.#reflectors.push(reflector);
        reflector.start();
        await reflector.synced;
      }),
    );
  }

  /** The object as last seen. */
  get(kind: string, name: string): KubeObject | undefined {
    return this.#objects.get(`${kind}/${name}`);
  }

  /**
   * Resolves with the first defined answer, asked again after every event. Rejects with what `ask` throws, and with
   * `what` when time is over.
   */
  until<T>(what: string, ask: (view: ClusterView) => T | undefined, signal: AbortSignal, deadlineMs = 60_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        cancel();
        this.#listeners.delete(check);
        signal.removeEventListener("abort", stop);
        settle();
      };
      const check = (): void => {
        try {
          const answer = ask(this);
          if (answer !== undefined) end(() => resolve(answer));
        } catch (error) {
          end(() => reject(error));
        }
      };
      const stop = (): void => end(() => reject(signal.reason));
      const cancel = this.#clock.after(deadlineMs, () => end(() => reject(new Error(`not seen within ${deadlineMs / 1000}s: ${what}`))));
      signal.addEventListener("abort", stop, { once: true });
      this.#listeners.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  #change(object: KubeObject, now: KubeObject | undefined): void {
    const key = `${object.kind}/${object.metadata.name}`;
    if (now === undefined) this.#objects.delete(key);
    else this.#objects.set(key, now);
    for (const listener of this.#listeners) listener();
  }
}
