import { needsContent } from "../../reconciler/member.ts";
import { PART_OF_LABEL } from "../api/group.ts";
import { messageOf } from "../errors.ts";
import type { KnownObjects } from "../kube/known-objects.ts";
import type { ClusterClient, Logger, ResourceKind } from "../ports.ts";
import type { MemberStore } from "./member-store.ts";
import type { Listing } from "./watch-sight.ts";

/** What the lists of one kind need from its watch and from their surroundings. */
export interface LateListsOptions {
  /** `Kind.group`, for the log. */
  readonly groupKind: string;
  readonly cluster: Pick<ClusterClient, "list">;
  readonly store: Pick<MemberStore, "upsert">;
  readonly logger: Logger;
  /** What the watch has told. */
  readonly known: KnownObjects;
  /** The kind as it is served; undefined while that is not known. */
  readonly served: () => ResourceKind | undefined;
  /** Whether the kind can be listed now. */
  readonly isSynced: () => boolean;
  /** Calls back after so many milliseconds, unless the watch has ended by then. */
  readonly later: (ms: number, work: () => void) => void;
  /** Called with the set ids of the Applications whose list has come, or has failed for the first time. */
  readonly onStateChange: (setIds: readonly string[]) => void;
}

/** How long until a list that failed comes again. */
const RETRY_MS = 30_000;

/**
 * Lists of the members of Applications that came late to the watch over a kind: it has told of them before it was known
 * whose they are.
 */
export class LateLists {
  readonly #options: LateListsOptions;
  /** By set id. Only the newest list of an Application counts. */
  readonly #listings = new Map<string, Listing>();

  constructor(options: LateListsOptions) {
    this.#options = options;
  }

  /** The list that this Application waits for. */
  of(setId: string): Listing | undefined {
    return this.#listings.get(setId);
  }

  /** Lists an Application's members once more. While nothing can be listed it is only noted that it has to be. */
  add(setId: string): void {
    const listing: Listing = { trouble: undefined };
    this.#listings.set(setId, listing);
    if (this.#options.isSynced()) void this.#list(setId, listing);
  }

  /** The kind can be listed again: whoever waits is listed anew. */
  addAll(): void {
    for (const setId of this.#listings.keys()) this.add(setId);
  }

  /** This Application waits no more; what is under way comes to nothing. */
  drop(setId: string): void {
    this.#listings.delete(setId);
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#listings.clear();
  }

  async #list(setId: string, listing: Listing): Promise<void> {
    const { groupKind, cluster, store, known, logger, onStateChange } = this.#options;
    const kind = this.#options.served();
    const isWanted = (): boolean => this.#listings.get(setId) === listing;
    if (kind === undefined || !isWanted()) return;
    try {
      const list = await cluster.list(kind, { labelSelector: `${PART_OF_LABEL}=${setId}`, metadataOnly: !needsContent(kind.group, kind.kind) });
      if (!isWanted()) return;
      // What the watch knows in another version, or not at all, it has told since, or will.
      for (const object of list.items) if (known.has(object)) store.upsert(object);
      this.#listings.delete(setId);
      onStateChange([setId]);
    } catch (error) {
      const isFirst = listing.trouble === undefined;
      listing.trouble = messageOf(error);
      logger.warn({ kind: groupKind, cause: listing.trouble }, "members could not be listed, trying again");
      if (isFirst && isWanted()) onStateChange([setId]);
      this.#options.later(RETRY_MS, () => void this.#list(setId, listing));
    }
  }
}
