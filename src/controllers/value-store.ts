import { combineErrors, ReconcileError } from "../errors.ts";
import type { Json } from "../object/json.ts";
import { jsonEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Account, ClusterClient } from "../ports.ts";
import type { ResourceName } from "./resource-store.ts";
import type { ValueWatchOptions } from "./value-watch.ts";
import { ValueWatch } from "./value-watch.ts";
import type { SourceRead } from "./variable-source.ts";
import { missingSources, readSource } from "./variable-source.ts";
import type { SourceValues, ValueSource } from "./variable-values.ts";

/** What referenced values need from their surroundings. */
export interface ValueStoreOptions extends ValueWatchOptions {
  readonly cluster: ClusterClient;
  /** Has an Application looked at now. */
  readonly wake: (name: ResourceName) => void;
}

/** How one part of a spec refers to values, and what is made of them. */
export interface ValueReading<Spec extends object, Source extends ValueSource, Made> {
  /** Where the sources stand: `spec.render.substitute.from`. */
  readonly field: string;
  readonly sourcesOf: (spec: Spec) => readonly Source[];
  /** What of an object is taken. */
  readonly valuesOf: (object: KubeObject, source: Source) => SourceValues;
  /** `reads`: one for each source. */
  readonly join: (spec: Spec, reads: readonly SourceRead[]) => Made;
}

/** Watches of one namespace: each is a request that stays open. */
const MAX_WATCHES = 250;

/** `Secret shop/db`, or with the key of it that counts: one watch, however many Applications refer to it. */
type SourceKey = string;

/** What one Application has read. */
interface Held<Spec, Made> {
  /** Who read it. */
  readonly account: string;
  readonly reads: ReadonlyMap<SourceKey, SourceRead>;
  readonly spec: Spec;
  readonly made: Made;
}

/** Whose values are wanted. */
export interface ValueUser {
  readonly name: ResourceName;
  readonly account: Account;
  readonly signal: AbortSignal;
}

interface SharedWatch {
  readonly namespace: string;
  readonly watch: ValueWatch;
  readonly users: Set<ResourceName>;
}

/**
 * Values that Applications refer to in ConfigMaps and Secrets. Each is read as the account of the Application that it is
 * for, and again only when the watch over its object tells of another version, or cannot tell.
 */
export class ValueStore<Spec extends object, Source extends ValueSource, Made> {
  readonly #reading: ValueReading<Spec, Source, Made>;
  readonly #options: ValueStoreOptions;
  readonly #held = new Map<ResourceName, Held<Spec, Made>>();
  readonly #watches = new Map<SourceKey, SharedWatch>();

  constructor(reading: ValueReading<Spec, Source, Made>, options: ValueStoreOptions) {
    this.#reading = reading;
    this.#options = options;
  }

  /** What is made of the values that a spec refers to, the very same while nothing has changed. Throws VARIABLES_NOT_READY. */
  async made(spec: Spec, user: ValueUser): Promise<Made> {
    const { name, account } = user;
    const sources = this.#reading.sourcesOf(spec);
    const keys = sources.map((source) => keyOf(source, account.namespace));
    this.#watchOnly(name, new Map(sources.map((source, index) => [keys[index] ?? "", source])), account.namespace);
    const before = this.#heldBy(name, account);
    const reads = await this.#readAll(sources, keys, before, user);
    const isSame = before !== undefined && sameSpec(before.spec, spec) && keys.every((key, index) => before.reads.get(key) === reads[index]);
    const made = isSame ? before.made : this.#reading.join(spec, reads);
    this.#held.set(name, { account: nameOfAccount(account), spec, reads: new Map(keys.map((key, index) => [key, reads[index] as SourceRead])), made }); // one for each key
    const missing = missingSources(sources, reads, account.namespace, this.#reading.field);
    if (missing.length > 0) throw combineErrors("VARIABLES_NOT_READY", missing);
    this.#wakeIfOutdated(name);
    return made;
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
  #heldBy(name: ResourceName, account: Account): Held<Spec, Made> | undefined {
    const held = this.#held.get(name);
    return held?.account === nameOfAccount(account) ? held : undefined;
  }

  async #readAll(sources: readonly Source[], keys: readonly SourceKey[], before: Held<Spec, Made> | undefined, { name, account, signal }: ValueUser): Promise<readonly SourceRead[]> {
    const { field, valuesOf } = this.#reading;
    const reader = { cluster: this.#options.cluster, namespace: account.namespace, account, signal };
    const results = await Promise.allSettled(sources.map(async (source, index) => {
      const key = keys[index] ?? "";
      const known = before?.reads.get(key);
      if (known !== undefined && this.#watches.get(key)?.watch.proves(known) === true) return known;
      return this.#told(await readSource(source, { field: `${field}[${index}]`, valuesOf }, reader), known, key, name);
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

  #watchOnly(name: ResourceName, sources: ReadonlyMap<SourceKey, ValueSource>, namespace: string): void {
    for (const [key, source] of sources) (this.#watches.get(key) ?? this.#start(key, source, namespace))?.users.add(name);
    for (const [key, { watch, users }] of this.#watches) {
      if (sources.has(key) || !users.delete(name) || users.size > 0) continue;
      this.#watches.delete(key);
      void watch.stop();
    }
  }

  /** Undefined: the namespace has its share, and what is not watched is read at every reconcile. */
  #start(key: SourceKey, source: ValueSource, namespace: string): SharedWatch | undefined {
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

const sameSpec = (left: object, right: object): boolean => jsonEqual(left as Json, right as Json); // parts of a spec are JSON

const keyOf = ({ kind, name, valuesKey = "" }: ValueSource, namespace: string): SourceKey => `${kind} ${namespace}/${name}${valuesKey === "" ? "" : `, key ${valuesKey}`}`;

const nameOfAccount = ({ namespace, name }: Account): string => `${namespace}/${name}`;
