import { forEachBounded } from "../../reconciler/each.ts";
import { groupKind } from "../../reconciler/group-kind.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { ownershipOf } from "../../reconciler/membership.ts";
import { PART_OF_LABEL } from "../api/group.ts";
import { KubeApiError } from "../errors.ts";
import { idOf } from "../object/object-id.ts";
import type { ClusterClient, ResourceKind } from "../ports.ts";
import type { Places } from "./member-places.ts";

const CONCURRENCY = 8;
/** What a kind must allow to have members: they are applied, found and deleted. */
const NEEDED_VERBS = ["list", "patch", "delete"];

/** What a crawl has found so far, and what it has still to look at. */
interface Crawl {
  readonly uid: string;
  readonly places: { readonly groupKinds: Set<string>; readonly namespaces: Set<string> };
  left: readonly ResourceKind[];
}

/** Where members are, and the kinds of which that could not be told, each with the cause. */
export interface Crawled {
  readonly places: Places;
  readonly failed: readonly string[];
}

/**
 * Finds an Application's members where no record says of which kinds they are: every kind is listed by label, once. What
 * could not be listed is listed again the next time.
 */
export class MemberCrawl {
  readonly #cluster: Pick<ClusterClient, "kinds" | "list">;
  /** By set id: those that have not finished. */
  readonly #crawls = new Map<string, Crawl>();

  constructor(cluster: Pick<ClusterClient, "kinds" | "list">) {
    this.#cluster = cluster;
  }

  /** `uid`: of the Application; one that was made anew is looked for anew. */
  async crawl(identity: AppIdentity, uid: string, signal: AbortSignal): Promise<Crawled> {
    const { setId } = identity;
    const crawl = await this.#begun(setId, uid, signal);
    const failed = new Map<ResourceKind, string>();
    await forEachBounded(crawl.left, CONCURRENCY, async (kind) => {
      try {
        await this.#look(kind, identity, crawl, signal);
      } catch (error) {
        if (!(error instanceof KubeApiError)) throw error;
        if (error.status !== 404) failed.set(kind, `${groupKind(kind.group, kind.kind)} (${error.message})`); // 404: no longer served
      }
    }, signal);
    crawl.left = [...failed.keys()];
    if (failed.size === 0) this.#crawls.delete(setId);
    return { places: crawl.places, failed: [...failed.values()].sort() };
  }

  /** The Application is gone. */
  forget({ setId }: AppIdentity): void {
    this.#crawls.delete(setId);
  }

  async #begun(setId: string, uid: string, signal: AbortSignal): Promise<Crawl> {
    const known = this.#crawls.get(setId);
    if (known?.uid === uid) return known;
    const crawl: Crawl = { uid, places: { groupKinds: new Set(), namespaces: new Set() }, left: await this.#allKinds(signal) };
    this.#crawls.set(setId, crawl);
    return crawl;
  }

  async #allKinds(signal: AbortSignal): Promise<readonly ResourceKind[]> {
    return (await this.#cluster.kinds(signal)).filter(({ verbs }) => NEEDED_VERBS.every((verb) => verbs.includes(verb)));
  }

  async #look(kind: ResourceKind, identity: AppIdentity, { places }: Crawl, signal: AbortSignal): Promise<void> {
    const { items } = await this.#cluster.list(kind, { labelSelector: `${PART_OF_LABEL}=${identity.setId}`, metadataOnly: true, signal });
    for (const object of items) {
      const id = idOf(object);
      if (ownershipOf(object.metadata, id, identity).kind !== "Member") continue;
      places.groupKinds.add(groupKind(id.group, id.kind));
      if (id.namespace !== "") places.namespaces.add(id.namespace);
    }
  }
}
