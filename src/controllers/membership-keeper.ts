import type { Effective } from "../../reconciler/effective.ts";
import { groupKind } from "../../reconciler/group-kind.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { needsContent } from "../../reconciler/member.ts";
import type { Members } from "../../reconciler/observed.ts";
import type { Reach } from "../../reconciler/reconcile-ports.ts";
import type { Application } from "../api/application.ts";
import { APPLYSET_ID_LABEL, PART_OF_LABEL, STATUS_MANAGER } from "../api/group.ts";
import { KubeApiError } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Account, ClusterClient, ResourceKind } from "../ports.ts";
import { isHeld, patchAndHold } from "./finalizer.ts";
import { MemberCrawl } from "./member-crawl.ts";
import { applySetAnnotations, isSamePlaces, membershipOf, placesOf, recordedPlaces, unite } from "./member-places.ts";
import type { Places } from "./member-places.ts";
import type { MemberStore } from "./member-store.ts";
import { writing } from "./own-record.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceStore } from "./resource-store.ts";
import { refOf, writeStatus } from "./status-writer.ts";
import type { Watches } from "./watches.ts";

const needed = new WeakMap<Effective, Places>();

/** Where everything is that is to be live, what hooks make included; found once for each composition. */
function placesNeeded(effective: Effective): Places {
  const { objects, hooks } = effective;
  const known = needed.get(effective) ?? placesOf([...objects, ...(hooks?.all.filter(({ target }) => typeof target !== "string") ?? [])]);
  needed.set(effective, known);
  return known;
}

/** What the keeper needs from its surroundings. */
export interface MembershipDeps {
  readonly cluster: ClusterClient;
  readonly applications: Pick<ResourceStore<Application>, "get" | "note">;
  readonly members: MemberStore;
  readonly watches: Watches;
}

/**
 * Keeps the record of where an Application's members can be, on the Application itself: as ApplySet annotations, for
 * other tools, and in status.membership. It grows before the first object is created there, so that a crash leaves no
 * orphan, and shrinks only after a complete sync and a complete list.
 */
export class MembershipKeeper {
  readonly #deps: MembershipDeps;
  readonly #crawl: MemberCrawl;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
    this.#crawl = new MemberCrawl(deps.cluster);
  }

  /** Records what the desired objects need, watches it, and says whether the watches have delivered. */
  async reach(app: Application, identity: AppIdentity, effective: Effective, signal: AbortSignal): Promise<Reach> {
    const latest = this.#deps.applications.get(nameOf(app)) ?? app;
    const recorded = recordedPlaces(latest);
    const places = unite(placesNeeded(effective), recorded);
    if (places.groupKinds.size === 0 && latest.metadata.deletionTimestamp !== undefined) return this.#find(latest, identity, signal);
    const isRecorded = isSamePlaces(recorded, places) && latest.metadata.labels?.[APPLYSET_ID_LABEL] === identity.setId && isHeld(latest);
    if (!isRecorded && places.groupKinds.size > 0 && latest.metadata.deletionTimestamp === undefined) await this.#record(latest, identity, places, signal);
    this.#deps.watches.want(identity.setId, places.groupKinds);
    return this.#deps.watches.reach(identity.setId, places.groupKinds);
  }

  /** It is being deleted, and nothing says where its members are: the record was lost in a replace or a restore. */
  async #find(app: Application, identity: AppIdentity, signal: AbortSignal): Promise<Reach> {
    const { cluster, applications, watches } = this.#deps;
    const { places, failed } = await this.#crawl.crawl(identity, app.metadata.uid ?? "", signal);
    if (failed.length > 0) return { synced: true, unwatched: failed };
    if (places.groupKinds.size === 0) return { synced: true, unwatched: [] };
    await writeStatus(cluster, app, { ...app.status, membership: membershipOf(places) }, (written) => applications.note(written), signal);
    watches.want(identity.setId, places.groupKinds);
    return watches.reach(identity.setId, places.groupKinds);
  }

  /**
   * Lists, as the account, an Application's members of the kinds that are not watched; what the list does not have is
   * forgotten. Returns the kinds that could be listed.
   */
  async survey(app: Application, identity: AppIdentity, account: Account, signal: AbortSignal): Promise<readonly string[]> {
    const kinds = this.#deps.watches.blindTo(identity.setId);
    if (kinds.length === 0) return [];
    const { namespaces } = recordedPlaces(this.#deps.applications.get(nameOf(app)) ?? app);
    const listed: string[] = [];
    for (const kind of kinds) {
      const found = await this.#listAs(account, kind, kind.namespaced ? [...namespaces] : [undefined], identity, signal);
      if (found === undefined) continue;
      this.#deps.members.replace(identity, kind, found);
      listed.push(groupKind(kind.group, kind.kind));
    }
    return listed;
  }

  /** Undefined where the account may not, or the server cannot. */
  async #listAs(as: Account, kind: ResourceKind, namespaces: readonly (string | undefined)[], { setId }: AppIdentity, signal: AbortSignal): Promise<KubeObject[] | undefined> {
    const found: KubeObject[] = [];
    try {
      for (const namespace of namespaces) {
        const { items } = await this.#deps.cluster.list(kind, { namespace, labelSelector: `${PART_OF_LABEL}=${setId}`, metadataOnly: !needsContent(kind.group, kind.kind), as, signal });
        found.push(...items);
      }
      return found;
    } catch (error) {
      if (error instanceof KubeApiError) return undefined;
      throw error;
    }
  }

  /** After a complete sync: lets go of kinds and namespaces in which nothing is left. `members`: all that are not objects of `effective`. */
  async shrink(app: Application, identity: AppIdentity, effective: Effective, members: Members, signal: AbortSignal): Promise<void> {
    const latest = this.#deps.applications.get(nameOf(app)) ?? app;
    const recorded = recordedPlaces(latest);
    const places = this.#placesInUse(recorded, identity, effective, members);
    if (isSamePlaces(recorded, places)) return;
    await this.#record(latest, identity, places, signal);
    this.#deps.watches.want(identity.setId, places.groupKinds);
  }

  /** The Application is gone. */
  forget(identity: AppIdentity): void {
    this.#crawl.forget(identity);
  }

  #placesInUse(recorded: Places, identity: AppIdentity, effective: Effective, members: Members): Places {
    const needed = placesNeeded(effective);
    const live = placesOf(members.values());
    const unsure = new Set([...recorded.groupKinds].filter((name) => !this.#deps.watches.isComplete(identity.setId, name)));
    const inUse = { groupKinds: needed.groupKinds.union(live.groupKinds), namespaces: needed.namespaces.union(live.namespaces) };
    return unite(inUse, { groupKinds: unsure, namespaces: unsure.size > 0 ? recorded.namespaces : new Set() });
  }

  async #record(app: Application, identity: AppIdentity, places: Places, signal: AbortSignal): Promise<void> {
    await writing(`the record on Application ${nameOf(app)}`, () => this.#write(app, identity, places, signal));
  }

  async #write(app: Application, identity: AppIdentity, places: Places, signal: AbortSignal): Promise<void> {
    const { cluster, applications } = this.#deps;
    const annotations = applySetAnnotations(places, app.metadata.namespace ?? "");
    const metadata = { labels: { [APPLYSET_ID_LABEL]: identity.setId }, annotations };
    applications.note(await patchAndHold(cluster, { ref: refOf(app), seen: app }, metadata, { fieldManager: STATUS_MANAGER, signal }));
    const latest = applications.get(nameOf(app)) ?? app;
    await writeStatus(cluster, latest, { ...latest.status, membership: membershipOf(places) }, (written) => applications.note(written), signal);
  }
}
