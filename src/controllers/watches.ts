import { groupKind } from "../../reconciler/group-kind.ts";
import type { Members } from "../../reconciler/observed.ts";
import type { Reach } from "../../reconciler/reconcile-ports.ts";
import type { ResourceKind } from "../ports.ts";
import { KindWatch } from "./kind-watch.ts";
import type { KindWatchOptions } from "./kind-watch.ts";
import type { MemberStore } from "./member-store.ts";
import { isBlind, reachOf } from "./watch-sight.ts";
import type { Sight } from "./watch-sight.ts";

/** What the watches need from their surroundings. */
export interface WatchesOptions extends KindWatchOptions {
  readonly store: MemberStore;
}

/**
 * One label-filtered watch per group-kind over all Applications, metadata only where health does not need the content.
 * A kind is watched while some Application has or may have members of it.
 */
export class Watches {
  readonly #kinds = new Map<string, KindWatch>();
  readonly #options: WatchesOptions;
  #stopped = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
    options.store.judgeBy((member) => this.#kinds.get(groupKind(member.id.group, member.id.kind))?.provesGone(member) === true);
  }

  /** Sets the group-kinds (`Kind.group`) that an Application needs; starts and, after a while, stops watches. */
  want(setId: string, groupKinds: ReadonlySet<string>): void {
    if (this.#stopped) return;
    for (const name of groupKinds) (this.#kinds.get(name) ?? this.#start(name)).use(setId);
    for (const [name, watch] of this.#kinds) if (!groupKinds.has(name)) watch.leave(setId);
  }

  /** Tells the store once more of an Application's members of these kinds; until then they count as not delivered. */
  tellAgain(setId: string, groupKinds: Iterable<string>): void {
    for (const name of groupKinds) this.#kinds.get(name)?.tellAgain(setId);
  }

  /** Whether all of these kinds have delivered, or it is known why they cannot, and which of them are not watched. */
  reach(setId: string, groupKinds: Iterable<string>): Required<Reach> {
    return reachOf([...groupKinds].map((name) => [name, this.#sightOf(name, setId)] as const));
  }

  /** An Application's members without those of kinds that are not watched: what is remembered of them may be long out of date. */
  watchedOnly(setId: string, members: Members): Members {
    const blind = new Set([...this.#kinds].filter(([, watch]) => isBlind(watch.sightOf(setId))).map(([name]) => name));
    return blind.size === 0 ? members : new Map([...members].filter(([, { id }]) => !blind.has(groupKind(id.group, id.kind))));
  }

  /** The kinds of an Application that are served, but not watched. */
  blindTo(setId: string): readonly ResourceKind[] {
    return [...this.#kinds.values()].filter((watch) => isBlind(watch.sightOf(setId))).flatMap((watch) => watch.servedTo(setId) ?? []);
  }

  /** True when a complete list of this kind was delivered to this Application, so that absence means absence. */
  isComplete(setId: string, groupKind: string): boolean {
    return this.#sightOf(groupKind, setId).kind === "Clear";
  }

  /** Ends all watches. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const watches = [...this.#kinds.values()];
    this.#kinds.clear();
    await Promise.all(watches.map(async (watch) => watch.stop()));
  }

  #start(name: string): KindWatch {
    const watch = new KindWatch(name, this.#options, () => this.#kinds.delete(name));
    this.#kinds.set(name, watch);
    watch.start();
    return watch;
  }

  #sightOf(name: string, setId: string): Sight {
    return this.#kinds.get(name)?.sightOf(setId) ?? { kind: "Pending" };
  }
}
