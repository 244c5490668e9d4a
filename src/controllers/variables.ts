import type { Variables } from "../../charts/substitute/substitute.ts";
import type { Application } from "../api/application.ts";
import type { SubstituteSpec } from "../api/render-spec.ts";
import { combineErrors, ReconcileError } from "../errors.ts";
import { jsonEqual } from "../object/json.ts";
import type { Account, ClusterClient } from "../ports.ts";
import type { ResourceName } from "./resource-store.ts";
import { nameOf } from "./resource-store.ts";
import type { ValueWatchOptions } from "./value-watch.ts";
import { ValueWatch } from "./value-watch.ts";
import type { SourceRead } from "./variable-source.ts";
import { missingSources, readSource } from "./variable-source.ts";
import type { VariableSource } from "./variable-values.ts";
import { joinVariables } from "./variable-values.ts";

/** What the values of variables need from their surroundings. */
export interface VariableStoreOptions extends ValueWatchOptions {
  readonly cluster: ClusterClient;
  /** Has an Application looked at now. */
  readonly wake: (name: ResourceName) => void;
}

/** Watches of one namespace: each is a request that stays open. */
const MAX_WATCHES = 250;

/** `Secret shop/db`: one object, however many Applications refer to it. */
type SourceKey = string;

/** What one Application has read. */
interface Held {
  /** Who read it. */
  readonly account: string;
  readonly reads: ReadonlyMap<SourceKey, SourceRead>;
  readonly spec: SubstituteSpec;
  readonly variables: Variables;
}

interface SharedWatch {
  readonly namespace: string;
  readonly watch: ValueWatch;
  readonly users: Set<ResourceName>;
}

/**
 * The variables of Applications. Each value is read as the account of the Application that it is for, and again only when
 * the watch over its object tells of another version, or cannot tell.
 */
export class VariableStore {
  readonly #options: VariableStoreOptions;
  readonly #held = new Map<ResourceName, Held>();
  readonly #watches = new Map<SourceKey, SharedWatch>();

  constructor(options: VariableStoreOptions) {
    this.#options = options;
  }

  /** The variables of an Application, the very same while nothing has changed; undefined where it has no `substitute`. Throws VARIABLES_NOT_READY. */
  async of(app: Application, account: Account, signal: AbortSignal): Promise<Variables | undefined> {
    const spec = app.spec.render?.substitute;
    const name = nameOf(app);
    if (spec === undefined) {
      this.forget(name);
      return undefined;
    }
    const { from = [] } = spec;
    const namespace = account.namespace;
    const keys = from.map((source) => keyOf(source, namespace));
    this.#watchOnly(name, new Map(from.map((source, index) => [keys[index] ?? "", source])), namespace);
    const before = this.#heldBy(name, account);
    const reads = await this.#readAll(from, keys, before, { name, account, signal });
    const isSame = before !== undefined && sameSpec(before.spec, spec) && keys.every((key, index) => before.reads.get(key) === reads[index]);
    const variables = isSame ? before.variables : joinVariables(spec, reads);
    this.#held.set(name, { account: nameOfAccount(account), spec, reads: new Map(keys.map((key, index) => [key, reads[index] as SourceRead])), variables }); // one for each key
    const missing = missingSources(from, reads, namespace);
    if (missing.length > 0) throw combineErrors("VARIABLES_NOT_READY", missing);
    this.#wakeIfOutdated(name);
    return variables;
  }

  /** An Application is gone: what was read for it is forgotten, and nothing is watched for it any more. */
  forget(name: ResourceName): void {
    this.#held.delete(name);
    this.#watchOnly(name, new Map(), "");
  }

  /** Ends all watches. */
  async stop(): Promise<void> {
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    await Promise.all(watches.map(async ({ watch }) => watch.stop()));
  }

  /** Another account may not be allowed to see what was read before. */
  #heldBy(name: ResourceName, account: Account): Held | undefined {
    const held = this.#held.get(name);
    return held?.account === nameOfAccount(account) ? held : undefined;
  }

  async #readAll(from: readonly VariableSource[], keys: readonly SourceKey[], before: Held | undefined, { name, account, signal }: { readonly name: ResourceName; readonly account: Account; readonly signal: AbortSignal }): Promise<readonly SourceRead[]> {
    const reader = { cluster: this.#options.cluster, namespace: account.namespace, account, signal };
    const results = await Promise.allSettled(from.map(async (source, index) => {
      const key = keys[index] ?? "";
      const known = before?.reads.get(key);
      if (known !== undefined && this.#watches.get(key)?.watch.proves(known) === true) return known;
      return this.#told(await readSource(source, index, reader), known, key, name);
    }));
    const failures = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
    const refusals = failures.filter((failure) => failure instanceof ReconcileError);
    if (refusals.length > 0 && refusals.length === failures.length) throw combineErrors("VARIABLES_NOT_READY", refusals);
    if (failures.length > 0) throw failures.find((failure) => !(failure instanceof ReconcileError));
    return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  }

  /** The same version is the same content; of another one it is told what cannot be used. */
  #told(read: SourceRead, known: SourceRead | undefined, key: SourceKey, name: ResourceName): SourceRead {
    if (known !== undefined && known.version === read.version) return known;
    const { skipped } = read;
    if (skipped.length > 0) {
      this.#options.logger.warn({ application: name, source: key, keys: skipped.slice(0, 10).join(", "), count: skipped.length }, "keys were left out: no names of variables, no text, or too long");
    }
    return read;
  }

  #watchOnly(name: ResourceName, sources: ReadonlyMap<SourceKey, VariableSource>, namespace: string): void {
    for (const [key, source] of sources) (this.#watches.get(key) ?? this.#start(key, source, namespace))?.users.add(name);
    for (const [key, { watch, users }] of this.#watches) {
      if (sources.has(key) || !users.delete(name) || users.size > 0) continue;
      this.#watches.delete(key);
      void watch.stop();
    }
  }

  /** Undefined: the namespace has its share, and what is not watched is read at every reconcile. */
  #start(key: SourceKey, source: VariableSource, namespace: string): SharedWatch | undefined {
    if ([...this.#watches.values()].filter((other) => other.namespace === namespace).length >= MAX_WATCHES) return undefined;
    const users = new Set<ResourceName>();
    const watch = new ValueWatch(source, namespace, this.#options, () => {
      for (const name of users) this.#wakeIfOutdated(name);
    });
    const shared = { namespace, watch, users };
    this.#watches.set(key, shared);
    return shared;
  }

  #wakeIfOutdated(name: ResourceName): void {
    const reads = this.#held.get(name)?.reads ?? new Map<SourceKey, SourceRead>();
    if ([...reads].some(([key, read]) => this.#watches.get(key)?.watch.contradicts(read) === true)) this.#options.wake(name);
  }
}

const sameSpec = (left: SubstituteSpec, right: SubstituteSpec): boolean => jsonEqual(left, right);

const keyOf = ({ kind, name }: VariableSource, namespace: string): SourceKey => `${kind} ${namespace}/${name}`;

const nameOfAccount = ({ namespace, name }: Account): string => `${namespace}/${name}`;
