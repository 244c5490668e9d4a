import { parseGroupKind } from "../../reconciler/group-kind.ts";
import { needsContent } from "../../reconciler/member.ts";
import type { LiveMember } from "../../reconciler/observed.ts";
import { PART_OF_LABEL } from "../api/group.ts";
import { messageOf } from "../errors.ts";
import { KnownObjects } from "../kube/known-objects.ts";
import type { ReflectorHandler, WatchInterruption } from "../kube/reflector.ts";
import { Reflector } from "../kube/reflector.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { keyOf } from "../object/object-id.ts";
import type { ClusterClient, Clock, Logger, ResourceKind } from "../ports.ts";
import { LateLists } from "./late-lists.ts";
import type { MemberStore } from "./member-store.ts";
import { Timers } from "./timers.ts";
import { missingVerb, sightOf } from "./watch-sight.ts";
import type { KindState, Sight } from "./watch-sight.ts";

/** What the watch over one kind needs from its surroundings. */
export interface KindWatchOptions {
  readonly cluster: Pick<ClusterClient, "list" | "watch" | "preferredKind">;
  readonly store: Pick<MemberStore, "upsert" | "remove" | "listed" | "dropKind">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Told of every interrupted watch. */
  readonly onInterrupted: (reason: WatchInterruption) => void;
  /** Called with the set ids of the Applications that waited for a kind whose state has changed. */
  readonly onStateChange: (setIds: readonly string[]) => void;
}

/** How long a kind without users stays watched: an Application that changes its mind finds it warm. */
const LINGER_MS = 60_000;
/** How long until a kind that the server did not serve is asked for again. */
const UNKNOWN_RETRY_MS = 30_000;
/** How long the first list of a kind may take until its Applications go on without it. */
const DELIVERY_MS = 10_000;

/**
 * The watch over one group-kind for all Applications that use it: it is looked up, listed and watched until nobody has
 * used it for a while. An Application that comes when the list was delivered gets its members by a list of its own.
 */
export class KindWatch {
  readonly #name: string;
  readonly #options: KindWatchOptions;
  readonly #onUnused: () => void;
  #state: KindState = { kind: "Starting" };
  #served: ResourceKind | undefined;
  #reflector: Reflector | undefined;
  /** What was told of this kind, over all its reflectors. */
  readonly #known = new KnownObjects();
  readonly #users = new Set<string>();
  /** Of users that came when the list had been delivered. */
  readonly #late: LateLists;
  /** Why the last attempt to look it up or to list it failed. */
  #trouble: string | undefined;
  readonly #timers: Timers;
  /** Cancels the end of a watch that nobody uses any more. */
  #cancelEnd: (() => void) | undefined;
  #isOver = false;

  /** `name`: `Kind.group`. `onUnused` is called when the watch ends because nobody has used it for a while. */
  constructor(name: string, options: KindWatchOptions, onUnused: () => void) {
    this.#name = name;
    this.#options = options;
    this.#onUnused = onUnused;
    this.#timers = new Timers(options.clock);
    this.#late = new LateLists({
      ...options,
      groupKind: name,
      known: this.#known,
      served: () => this.#served,
      isSynced: () => this.#state.kind === "Synced",
      later: (ms, work) => this.#timers.after(ms, work),
    });
  }

  /** Looks the kind up and watches it. Call it once. */
  start(): void {
    this.#timers.after(DELIVERY_MS, () => {
      if (this.#state.kind === "Starting") this.#set({ kind: "Undelivered" });
    });
    void this.#lookUp();
  }

  /** Ends the watch; resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#late.clear();
    this.#timers.cancelAll();
    await this.#reflector?.stop();
  }

  /** An Application has, or may have, members of this kind. */
  use(setId: string): void {
    if (this.#users.has(setId)) return;
    this.#users.add(setId);
    this.#cancelEnd?.();
    this.tellAgain(setId);
  }

  /** An Application has none any more; without users the watch ends after a while. */
  leave(setId: string): void {
    if (!this.#users.delete(setId)) return;
    this.#late.drop(setId);
    if (this.#users.size > 0) return;
    this.#cancelEnd?.();
    this.#cancelEnd = this.#timers.after(LINGER_MS, () => {
      this.#onUnused();
      void this.stop();
    });
  }

  /** Tells the store once more of a user's members; until then they count as not delivered. */
  tellAgain(setId: string): void {
    if (this.#users.has(setId) && this.#state.kind !== "Starting") this.#late.add(setId);
  }

  /** What an Application can know of its members of this kind. */
  sightOf(setId: string): Sight {
    return sightOf(this.#state, this.#trouble, this.#late.of(setId));
  }

  /** The kind as it is served, where this Application uses it; undefined also while that is not known. */
  servedTo(setId: string): ResourceKind | undefined {
    return this.#users.has(setId) ? this.#served : undefined;
  }

  /** True when all was told up to this member's version, but not the member: it is gone. */
  provesGone({ id, uid, resourceVersion }: LiveMember): boolean {
    const { version } = this.#known;
    return version !== undefined && compareResourceVersions(resourceVersion, version) <= 0 && !this.#known.includes({ ...id, uid });
  }

  /** `missing`: what the server has just denied to serve; its word in the same breath that it does is not believed. */
  async #lookUp(missing?: ResourceKind): Promise<void> {
    if (this.#isOver) return;
    const { cluster, logger, store } = this.#options;
    const { group, kind } = parseGroupKind(this.#name);
    try {
      const served = await cluster.preferredKind(group, kind);
      if (this.#isOver) return;
      if (served !== undefined && served.version !== missing?.version) return this.#watch(served);
      // Objects go with their definition: where no watch could tell of that, a denial that is repeated after a while does.
      if (served === undefined && this.#state.kind === "Gone") store.dropKind(group, kind);
      if (served === undefined) this.#set({ kind: "Gone" });
    } catch (error) {
      this.#trouble = messageOf(error);
      logger.warn({ kind: this.#name, cause: this.#trouble }, "kind could not be looked up, trying again");
    }
    this.#timers.after(UNKNOWN_RETRY_MS, () => void this.#lookUp());
  }

  #watch(kind: ResourceKind): void {
    const { cluster, clock, logger, random } = this.#options;
    this.#served = kind;
    this.#reflector = new Reflector({
      client: cluster, kind, clock, random,
      labelSelector: PART_OF_LABEL,
      metadataOnly: !needsContent(kind.group, kind.kind),
      logger: logger.child({ watch: this.#name }),
      known: this.#known,
      handler: this.#handlerOf(kind),
    });
    this.#reflector.start();
  }

  #handlerOf(kind: ResourceKind): ReflectorHandler {
    const { store, onInterrupted } = this.#options;
    const lacksWatch = (): boolean => missingVerb(this.#state) === "watch";
    return {
      onUpsert: (object) => store.upsert(object),
      onDelete: (object) => store.remove(keyOf(object), object.metadata.uid),
      onFailed: (error) => (this.#trouble = messageOf(error)),
      onSynced: () => {
        store.listed(kind.group, kind.kind);
        // A list says nothing about the right to watch: taken for that, the state would change with every attempt.
        if (!lacksWatch()) this.#set({ kind: "Synced" });
      },
      onWatching: () => (lacksWatch() ? this.#set({ kind: "Synced" }) : undefined),
      onForbidden: (_error, verb) => this.#set({ kind: "Forbidden", verb }),
      onGone: () => this.#gone(kind),
      onInterrupted,
    };
  }

  /** The kind may be served in another version by now, or not at all: its members stay known until that is proved. */
  #gone(kind: ResourceKind): void {
    void this.#reflector?.stop();
    this.#reflector = undefined;
    void this.#lookUp(kind);
  }

  #set(state: KindState): void {
    const before = this.#state;
    if (before.kind === state.kind && missingVerb(before) === missingVerb(state)) return;
    this.#state = state;
    if (state.kind === "Synced") this.#late.addAll();
    this.#options.onStateChange([...this.#users]);
  }
}
