import { APPLYSET_ID_LABEL, GROUP, VERSION } from "../api/group.ts";
import type { Resource } from "../api/meta.ts";
import { Reflector } from "../kube/reflector.ts";
import type { WatchInterruption } from "../kube/reflector.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, Clock, Logger, ResourceKind } from "../ports.ts";
import { isHeld } from "./finalizer.ts";

/** `namespace/name`: how queues and stores name one of our objects. */
export type ResourceName = string;

/** Tells of an object of ours: `before` is undefined when it is new, `after` when it is gone. */
export type ResourceListener<R> = (name: ResourceName, before: R | undefined, after: R | undefined) => void;

/** What a store needs from its surroundings. */
export interface ResourceStoreOptions<R> {
  readonly cluster: ClusterClient;
  readonly kind: string;
  readonly plural: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly listener: ResourceListener<R>;
  /** Told of every interrupted watch. */
  readonly onInterrupted: (reason: WatchInterruption) => void;
  /**
   * What a start makes of a kind that is not served: waits until it is (default), or takes it that there are none. The
   * definitions of our kinds go one by one, and the Applications, which are held, last.
   */
  readonly absent?: "Wait" | "None";
}

/** All objects of one of our kinds, kept current by a watch. */
export class ResourceStore<R extends Resource<unknown, unknown>> {
  readonly #objects = new Map<ResourceName, R>();
  readonly #reflector: Reflector;
  readonly #listener: ResourceListener<R>;
  readonly #noneServed = Promise.withResolvers<boolean>();

  constructor(options: ResourceStoreOptions<R>) {
    const { absent = "Wait" } = options;
    this.#listener = options.listener;
    const kind: ResourceKind = { group: GROUP, version: VERSION, kind: options.kind, plural: options.plural, namespaced: true, verbs: ["list", "watch"], subresources: ["status"] };
    this.#reflector = new Reflector({
      client: options.cluster,
      kind,
      clock: options.clock,
      logger: options.logger.child({ watch: options.kind }),
      random: options.random,
      handler: {
        onUpsert: (object) => this.#put(object, options.listener),
        onDelete: (object) => this.#drop(object, options.listener),
        onInterrupted: options.onInterrupted,
        onGone: () => {
          if (absent === "None") this.#noneServed.resolve(true);
        },
      },
    });
  }

  /** Starts the watch; resolves when the first list was delivered, or there is nothing to list; false: it was stopped before. */
  async start(): Promise<boolean> {
    this.#reflector.start();
    return Promise.race([this.#reflector.synced, this.#noneServed.promise]);
  }

  async stop(): Promise<void> {
    await this.#reflector.stop();
  }

  /** The object as last seen. */
  get(name: ResourceName): R | undefined {
    return this.#objects.get(name);
  }

  /** Takes in the answer to a write of ours, so that the next reconcile does not start from before it. */
  note(object: KubeObject): void {
    const known = this.#objects.get(nameOf(object));
    if (known === undefined || !isNewer(object, known)) return;
    const after = object as unknown as R; // see #put
    this.#objects.set(nameOf(object), after);
    this.#listener(nameOf(object), known, after); // the watch will not tell it again, and somebody else may have asked for something in it
  }

  /** All objects as last seen. */
  values(): IterableIterator<R> {
    return this.#objects.values();
  }

  #put(object: KubeObject, listener: ResourceListener<R>): void {
    const after = object as unknown as R; // the API server has validated it against the CRD
    const name = nameOf(object);
    const before = this.#objects.get(name);
    if (before !== undefined && before.metadata.uid === after.metadata.uid && !isNewer(object, before)) return;
    this.#objects.set(name, after);
    listener(name, before, after);
  }

  #drop(object: KubeObject, listener: ResourceListener<R>): void {
    const name = nameOf(object);
    const before = this.#objects.get(name);
    if (before !== undefined && this.#objects.delete(name)) listener(name, before, undefined);
  }
}

const isNewer = (object: KubeObject, known: Resource<unknown, unknown>): boolean =>
  !(compareResourceVersions(object.metadata.resourceVersion ?? "", known.metadata.resourceVersion ?? "") <= 0);

/** The name under which queues and stores know an object. */
export function nameOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): ResourceName {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

/**
 * True when somebody asked for something (another spec, a deletion, or a new value of the reconcile annotation), or took
 * away what we put there, as a replace does.
 */
export function wantsReconcile(before: Resource<unknown, unknown> | undefined, after: Resource<unknown, unknown>, annotation: string): boolean {
  return (
    before === undefined ||
    before.metadata.uid !== after.metadata.uid ||
    before.metadata.generation !== after.metadata.generation ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.metadata.annotations?.[annotation] !== after.metadata.annotations?.[annotation] ||
    (isMarked(before) && !isMarked(after))
  );
}

/** True for what carries the marks by which it is held until its members are dealt with, and known as their set. */
const isMarked = (object: Resource<unknown, unknown>): boolean => isHeld(object) && object.metadata.labels?.[APPLYSET_ID_LABEL] !== undefined;
