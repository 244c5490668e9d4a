import type { Members } from "../../reconciler/observed.ts";
import { groupKind, parseGroupKind } from "../../reconciler/order.ts";
import { needsContent } from "../../reconciler/member.ts";
import { PART_OF_LABEL } from "../api/group.ts";
import { messageOf } from "../errors.ts";
import { KnownObjects } from "../kube/known-objects.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { Reflector } from "../kube/reflector.ts";
import type { WatchInterruption } from "../kube/reflector.ts";
import type { ReflectorVerb } from "../kube/reflector-policy.ts";
import { keyOf } from "../object/object-id.ts";
import type { ClusterClient, Clock, Logger, ResourceKind } from "../ports.ts";
import type { MemberStore } from "./member-store.ts";

/** State of the watch over one group-kind. */
type KindState =
  | { readonly kind: "Starting" }
  | { readonly kind: "Synced" }
  | { readonly kind: "Forbidden"; readonly verb: ReflectorVerb }
  /** It has taken too long; the attempts go on. Until one succeeds nobody knows what there is of this kind. */
  | { readonly kind: "Undelivered" }
  /** The server proved that it serves no such kind: there can be no members of it. */
  | { readonly kind: "Gone" };

interface KindWatch {
  state: KindState;
  served: ResourceKind | undefined;
  reflector: Reflector | undefined;
  /** What was told of this kind, over all its reflectors. */
  readonly known: KnownObjects;
  readonly users: Set<string>;
  /** Users that came when the list had been delivered: their own members are listed, by the listing that is named here. */
  readonly late: Map<string, Listing>;
  /** Why the last attempt to look it up or to list it failed. */
  trouble: string | undefined;
  /** Cancels the end of a watch that nobody uses any more. */
  cancelEnd: (() => void) | undefined;
}

/** A list of one user's members that is under way, or comes again. */
interface Listing {
  /** Why the last attempt failed. */
  trouble: string | undefined;
}

/** What the watches know of the kinds of one Application. */
export interface WatchReach {
  /** All have delivered, or it is known why they cannot. */
  readonly synced: boolean;
  /** Kinds that are not watched, each with the missing verb or the cause. */
  readonly unwatched: readonly string[];
  /** Those of them of which nothing is known only because of a fault. */
  readonly unlisted: readonly string[];
}

/** What the watches need from their surroundings. */
export interface WatchesOptions {
  readonly cluster: Pick<ClusterClient, "list" | "watch" | "preferredKind">;
  readonly store: MemberStore;
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
 * One label-filtered watch per group-kind over all Applications, metadata only where health does not need the content.
 * A kind is watched while some Application has or may have members of it.
 */
export class Watches {
  readonly #kinds = new Map<string, KindWatch>();
  readonly #options: WatchesOptions;
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
    options.store.judgeBy((member) => {
      const known = this.#kinds.get(groupKind(member.id.group, member.id.kind))?.known;
      return known?.version !== undefined && compareResourceVersions(member.resourceVersion, known.version) <= 0 && !known.includes({ ...member.id, uid: member.uid });
    });
  }

  /** Sets the group-kinds (`Kind.group`) that an Application needs; starts and, after a while, stops watches. */
  want(setId: string, groupKinds: ReadonlySet<string>): void {
    if (this.#stopped) return;
    for (const name of groupKinds) if (!this.#kinds.get(name)?.users.has(setId)) this.#add(name, setId);
    for (const [name, watch] of this.#kinds) if (!groupKinds.has(name) && watch.users.has(setId)) this.#remove(name, watch, setId);
  }

  /** Tells the store once more of an Application's members of these kinds; until then they count as not delivered. */
  tellAgain(setId: string, groupKinds: Iterable<string>): void {
    for (const name of groupKinds) {
      const watch = this.#kinds.get(name);
      if (watch?.users.has(setId) === true && watch.state.kind !== "Starting") this.#listFor(name, watch, setId);
    }
  }

  /** Whether all of these kinds have delivered, and which of them are not watched. */
  reach(setId: string, groupKinds: Iterable<string>): WatchReach {
    const [forbidden, unlisted]: [string[], string[]] = [[], []];
    let synced = true;
    for (const name of groupKinds) {
      const watch = this.#kinds.get(name);
      const sight = watch === undefined ? "Pending" : sightOf(watch, setId);
      if (sight === "Pending") synced = false;
      else if (sight === "Forbidden") forbidden.push(`${name} (the operator lacks the verb ${verbOf(watch?.state)})`);
      else if (sight === "Unlisted") unlisted.push(`${name} (it cannot be listed: ${watch?.late.get(setId)?.trouble ?? watch?.trouble ?? "the server has not answered yet"})`);
    }
    return { synced, unwatched: [...forbidden, ...unlisted].sort(), unlisted: unlisted.sort() };
  }

  /** An Application's members without those of kinds that are not watched: what is remembered of them may be long out of date. */
  watchedOnly(setId: string, members: Members): Members {
    const blind = new Set([...this.#kinds].filter(([, watch]) => isBlind(sightOf(watch, setId))).map(([name]) => name));
    return blind.size === 0 ? members : new Map([...members].filter(([, { id }]) => !blind.has(groupKind(id.group, id.kind))));
  }

  /** The kinds of an Application that are served, but not watched. */
  blindTo(setId: string): readonly ResourceKind[] {
    return [...this.#kinds.values()].flatMap((watch) => (watch.users.has(setId) && watch.served !== undefined && isBlind(sightOf(watch, setId)) ? [watch.served] : []));
  }

  /** True when a complete list of this kind was delivered to this Application, so that absence means absence. */
  isComplete(setId: string, groupKind: string): boolean {
    const watch = this.#kinds.get(groupKind);
    return watch !== undefined && sightOf(watch, setId) === "Clear";
  }

  /** Ends all watches. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const watches = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const cancel of this.#timers) cancel();
    await Promise.all(watches.map(async ({ reflector }) => reflector?.stop()));
  }

  #add(name: string, setId: string): void {
    const known = this.#kinds.get(name);
    if (known !== undefined) {
      known.users.add(setId);
      known.cancelEnd?.();
      if (known.state.kind !== "Starting") this.#listFor(name, known, setId);
      return;
    }
    const watch: KindWatch = {
      state: { kind: "Starting" }, served: undefined, reflector: undefined, known: new KnownObjects(), users: new Set([setId]), late: new Map(), trouble: undefined, cancelEnd: undefined,
    };
    this.#kinds.set(name, watch);
    this.#later(DELIVERY_MS, () => {
      if (this.#isCurrent(name, watch) && watch.state.kind === "Starting") this.#set(name, watch, { kind: "Undelivered" });
    });
    void this.#start(name, watch);
  }

  #remove(name: string, watch: KindWatch, setId: string): void {
    watch.users.delete(setId);
    watch.late.delete(setId);
    this.#stopLater(name, watch);
  }

  /** `missing`: what the server has just denied to serve; its word in the same breath that it does is not believed. */
  async #start(name: string, watch: KindWatch, missing?: ResourceKind): Promise<void> {
    if (!this.#isCurrent(name, watch)) return;
    const { cluster, logger } = this.#options;
    const { group, kind } = parseGroupKind(name);
    try {
      const served = await cluster.preferredKind(group, kind);
      if (!this.#isCurrent(name, watch)) return;
      if (served !== undefined && served.version !== missing?.version) return this.#watch(name, watch, served);
      if (served === undefined) this.#set(name, watch, { kind: "Gone" });
    } catch (error) {
      watch.trouble = messageOf(error);
      logger.warn({ kind: name, cause: watch.trouble }, "kind could not be looked up, trying again");
    }
    this.#later(UNKNOWN_RETRY_MS, () => void this.#start(name, watch));
  }

  #isCurrent(name: string, watch: KindWatch): boolean {
    return !this.#stopped && this.#kinds.get(name) === watch;
  }

  /**
   * The watch has told of this user's members before it was known whose they are; a list tells again. While nothing
   * can be listed it is only noted that it has to be.
   */
  #listFor(name: string, watch: KindWatch, setId: string): void {
    const listing: Listing = { trouble: undefined };
    watch.late.set(setId, listing);
    if (watch.state.kind === "Synced") void this.#list(name, watch, setId, listing);
  }

  async #list(name: string, watch: KindWatch, setId: string, listing: Listing): Promise<void> {
    const { cluster, store, logger } = this.#options;
    const { served: kind } = watch;
    const isWanted = (): boolean => this.#isCurrent(name, watch) && watch.late.get(setId) === listing;
    if (kind === undefined || !isWanted()) return;
    try {
      const list = await cluster.list(kind, { labelSelector: `${PART_OF_LABEL}=${setId}`, metadataOnly: !needsContent(kind.group, kind.kind) });
      if (!isWanted()) return;
      // What the watch knows in another version, or not at all, it has told since, or will.
      for (const object of list.items) if (watch.known.has(object)) store.upsert(object);
      watch.late.delete(setId);
      this.#options.onStateChange([setId]);
    } catch (error) {
      const isFirst = listing.trouble === undefined;
      listing.trouble = messageOf(error);
      logger.warn({ kind: name, cause: listing.trouble }, "members could not be listed, trying again");
      if (isFirst && isWanted()) this.#options.onStateChange([setId]);
      this.#later(UNKNOWN_RETRY_MS, () => void this.#list(name, watch, setId, listing));
    }
  }

  #watch(name: string, watch: KindWatch, kind: ResourceKind): void {
    const { cluster, store, clock, logger, random } = this.#options;
    watch.served = kind;
    watch.reflector = new Reflector({
      client: cluster,
      kind,
      labelSelector: PART_OF_LABEL,
      metadataOnly: !needsContent(kind.group, kind.kind),
      clock,
      logger: logger.child({ watch: name }),
      random,
      known: watch.known,
      handler: {
        onUpsert: (object) => store.upsert(object),
        onDelete: (object) => store.remove(keyOf(object), object.metadata.uid),
        // A list says nothing about the right to watch: taken for that, the state would change with every attempt.
        onFailed: (error) => (watch.trouble = messageOf(error)),
        onSynced: () => {
          store.listed(kind.group, kind.kind);
          if (!lacksWatch(watch.state)) this.#set(name, watch, { kind: "Synced" });
        },
        onWatching: () => (lacksWatch(watch.state) ? this.#set(name, watch, { kind: "Synced" }) : undefined),
        onForbidden: (_error, verb) => this.#set(name, watch, { kind: "Forbidden", verb }),
        onGone: () => this.#gone(name, watch, kind),
        onInterrupted: this.#options.onInterrupted,
      },
    });
    watch.reflector.start();
  }

  /** The kind may be served in another version by now, or not at all: its members stay known until that is proved. */
  #gone(name: string, watch: KindWatch, kind: ResourceKind): void {
    void watch.reflector?.stop();
    watch.reflector = undefined;
    void this.#start(name, watch, kind);
  }

  #set(name: string, watch: KindWatch, state: KindState): void {
    const before = watch.state;
    if (before.kind === state.kind && verbOf(before) === verbOf(state)) return;
    watch.state = state;
    if (state.kind === "Synced") for (const setId of watch.late.keys()) this.#listFor(name, watch, setId);
    this.#options.onStateChange([...watch.users]);
  }

  #stopLater(name: string, watch: KindWatch): void {
    if (watch.users.size > 0) return;
    watch.cancelEnd?.();
    watch.cancelEnd = this.#later(LINGER_MS, () => {
      this.#kinds.delete(name);
      void watch.reflector?.stop();
    });
  }

  /** A timer that ends with the watches. */
  #later(ms: number, work: () => void): () => void {
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(cancel);
      work();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
}

/** What one Application can know of the members of a kind. */
type Sight = "Clear" | "Pending" | "Forbidden" | "Unlisted";

function sightOf({ state, late }: KindWatch, setId: string): Sight {
  switch (state.kind) {
    case "Starting":
      return "Pending";
    case "Forbidden":
      return "Forbidden";
    case "Undelivered":
      return "Unlisted";
    case "Gone":
      return "Clear";
    case "Synced": {
      const listing = late.get(setId);
      if (listing === undefined) return "Clear";
      return listing.trouble === undefined ? "Pending" : "Unlisted";
    }
  }
}

const isBlind = (sight: Sight): boolean => sight === "Forbidden" || sight === "Unlisted";

const verbOf = (state: KindState | undefined): ReflectorVerb | undefined => (state?.kind === "Forbidden" ? state.verb : undefined);

const lacksWatch = (state: KindState): boolean => verbOf(state) === "watch";
