import { systemClock } from "../../src/controllers/clock.ts";
import { silentLogger } from "../../src/cli/silent-logger.ts";
import { Reflector } from "../../src/kube/reflector.ts";
import { isJsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ResourceKind } from "../../src/ports.ts";
import type { Content } from "./kill-world.ts";
import { nameOf } from "./kill-world.ts";

/**
 * A second client that watches a namespace and knows what every commit desired: it tells which deletions nobody can have
 * asked for.
 */
export class KillWitness {
  readonly #live = new Map<string, KubeObject>();
  readonly #wrong: string[] = [];
  readonly #reflectors: Reflector[] = [];
  readonly #waiting = new Set<() => void>();
  /** What an operator may know of: the content it had converged to, and all that came after. */
  #possible: Content[] = [];
  #events = 0;

  /** Watches a kind; resolves when it was listed. */
  async watch(client: ClusterClient, kind: ResourceKind, namespace: string): Promise<void> {
    const reflector = new Reflector({
      client, kind, namespace, clock: systemClock, logger: silentLogger, random: Math.random,
      handler: { onUpsert: (object) => this.#seen(object, "live"), onDelete: (object) => this.#seen(object, "gone") },
    });
    this.#reflectors.push(reflector);
    reflector.start();
    await reflector.synced;
  }

  /** A commit has been made. */
  desires(content: Content): void {
    this.#possible.push(content);
  }

  /** The operator has answered for the newest commit: the ones before are history. */
  converged(): void {
    this.#possible = this.#possible.slice(-1);
  }

  /** Deletions of objects that every commit desires which the operator may have known, or that were never ours. */
  get wrongDeletions(): readonly string[] {
    return this.#wrong;
  }

  /** Events so far. */
  get events(): number {
    return this.#events;
  }

  /** What is live other than desired, object by object; empty: nothing. `bystanders` are never desired and stay. */
  differences(content: Content, bystanders: ReadonlySet<string>): string[] {
    const desired = new Map([...content.values()].map((object) => [nameOf(object), object]));
    const surplus = [...this.#live.keys()].filter((name) => !desired.has(name) && !bystanders.has(name));
    const lacking = [...bystanders].filter((name) => !this.#live.has(name));
    const different = [...desired].filter(([name, object]) => object.kind !== "CustomResourceDefinition" && !holds(this.#live.get(name), object));
    return [...surplus.map((name) => `${name} is live`), ...lacking.map((name) => `${name} is gone`), ...different.map(([name]) => `${name} is not as desired`)];
  }

  /** Resolves as soon as this holds, asked after every event; false when time is over. */
  until(holds: () => boolean, deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (answer: boolean): void => {
        cancel();
        this.#waiting.delete(check);
        resolve(answer);
      };
      const check = (): void => {
        if (holds()) end(true);
      };
      const cancel = systemClock.after(deadlineMs, () => end(holds()));
      this.#waiting.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  #seen(object: KubeObject, state: "live" | "gone"): void {
    const name = nameOf(object);
    this.#events += 1;
    if (state === "live") this.#live.set(name, object);
    else {
      this.#live.delete(name);
      if (BYSTANDER.test(name) || this.#possible.every((content) => isDesired(content, name))) this.#wrong.push(`${name} ${object.metadata.uid ?? ""}`);
    }
    for (const check of this.#waiting) check();
  }
}

const isDesired = (content: Content, name: string): boolean => [...content.values()].some((object) => nameOf(object) === name);

/** Names of objects that nobody ever desires. */
export const BYSTANDER = /^ConfigMap\/(?:bystander-|kube-root-ca)/;

/** True when everything that is desired is live, whatever else is. */
function holds(live: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) return Array.isArray(live) && desired.every((item, index) => holds(live[index], item));
  if (isJsonObject(desired)) return isJsonObject(live) && Object.entries(desired).every(([key, value]) => holds(live[key], value));
  return live === desired;
}
