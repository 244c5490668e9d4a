import type { Effective } from "../../reconciler/effective.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { needsContent } from "../../reconciler/member.ts";
import { groupKind } from "../../reconciler/order.ts";
import type { Outcome } from "../../reconciler/outcome.ts";
import { isComplete } from "../../reconciler/outcome.ts";
import type { Reach } from "../../reconciler/reconcile-ports.ts";
import type { Application } from "../api/application.ts";
import {
  APPLYSET_GROUP_KINDS_ANNOTATION, APPLYSET_ID_LABEL, APPLYSET_NAMESPACES_ANNOTATION, APPLYSET_TOOLING_ANNOTATION, FINALIZER, PART_OF_LABEL, STATUS_MANAGER, TOOL_VERSION,
} from "../api/group.ts";
import { isApiStatus, KubeApiError } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Account, ClusterClient, ResourceKind } from "../ports.ts";
import { MemberCrawl } from "./member-crawl.ts";
import type { MemberStore } from "./member-store.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceStore } from "./resource-store.ts";
import { refOf, writeStatus } from "./status-writer.ts";
import type { Watches } from "./watches.ts";

/** Where members can be. */
export interface Places {
  readonly groupKinds: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

/** The most kinds, and the most namespaces, that the schema of status.membership holds. */
const MAX_PLACES = 512;
/** Tries to change what others change at the same time. */
const MAX_TRIES = 5;
/** `Kind.group`, the core group without a dot. */
const GROUP_KIND = /^[A-Za-z][A-Za-z0-9-]{0,62}(\.(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

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
    const places = unite(neededPlaces(effective), recorded);
    if (places.groupKinds.size === 0 && latest.metadata.deletionTimestamp !== undefined) return this.#find(latest, identity, signal);
    const isRecorded = isSame(recorded, places) && latest.metadata.labels?.[APPLYSET_ID_LABEL] === identity.setId && this.isHeld(latest);
    if (!isRecorded && places.groupKinds.size > 0 && latest.metadata.deletionTimestamp === undefined) await this.#record(latest, identity, places, signal);
    this.#deps.watches.want(identity.setId, places.groupKinds);
    return this.#deps.watches.reach(identity.setId, places.groupKinds);
  }

  /** It is being deleted, and nothing says where its members are: the record was lost in a replace or a restore. */
  async #find(app: Application, identity: AppIdentity, signal: AbortSignal): Promise<Reach> {
    const { cluster, applications, watches } = this.#deps;
    const { places, failed } = await this.#crawl.crawl(identity, signal);
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

  /** True for an Application that stays until its members are dealt with. */
  isHeld({ metadata }: Application): boolean {
    return metadata.finalizers?.includes(FINALIZER) === true;
  }

  /** Lets an Application go whose members are dealt with. */
  async release(app: Application, signal: AbortSignal): Promise<void> {
    const { cluster } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      const live = await cluster.get(refOf(app), { metadataOnly: true, signal });
      if (live === undefined || live.metadata.uid !== app.metadata.uid) return;
      const finalizers = (live.metadata.finalizers ?? []).filter((name) => name !== FINALIZER);
      try {
        await cluster.patch(refOf(app), { metadata: { finalizers, resourceVersion: live.metadata.resourceVersion } }, { type: "merge", fieldManager: STATUS_MANAGER, signal });
        return;
      } catch (error) {
        if (isApiStatus(error, 404)) return;
        if (!isApiStatus(error, 409) || attempt === MAX_TRIES) throw error;
      }
    }
  }

  /** After a complete sync: lets go of kinds and namespaces in which nothing is left. */
  async shrink(app: Application, identity: AppIdentity, effective: Effective | undefined, outcome: Outcome, signal: AbortSignal): Promise<void> {
    if (outcome.kind !== "Attempted" || !isComplete(outcome) || effective === undefined) return;
    const latest = this.#deps.applications.get(nameOf(app)) ?? app;
    const recorded = recordedPlaces(latest);
    const places = this.#placesInUse(recorded, identity, effective);
    if (isSame(recorded, places)) return;
    await this.#record(latest, identity, places, signal);
    this.#deps.watches.want(identity.setId, places.groupKinds);
  }

  #placesInUse(recorded: Places, identity: AppIdentity, effective: Effective): Places {
    const needed = neededPlaces(effective);
    const ids = [...this.#deps.members.membersOf(identity.setId).values()].map(({ id }) => id);
    const live = { groupKinds: new Set(ids.map((id) => groupKind(id.group, id.kind))), namespaces: new Set(ids.map((id) => id.namespace)) };
    const unsure = new Set([...recorded.groupKinds].filter((name) => !this.#deps.watches.isComplete(identity.setId, name)));
    const inUse = { groupKinds: needed.groupKinds.union(live.groupKinds), namespaces: new Set([...needed.namespaces, ...live.namespaces].filter((name) => name !== "")) };
    return unite(inUse, { groupKinds: unsure, namespaces: unsure.size > 0 ? recorded.namespaces : new Set() });
  }

  async #record(app: Application, identity: AppIdentity, places: Places, signal: AbortSignal): Promise<void> {
    const { cluster, applications } = this.#deps;
    const own = app.metadata.namespace ?? "";
    const held = this.isHeld(app) ? {} : { finalizers: [...(app.metadata.finalizers ?? []), FINALIZER], resourceVersion: app.metadata.resourceVersion };
    const body = {
      metadata: {
        ...held,
        labels: { [APPLYSET_ID_LABEL]: identity.setId },
        annotations: {
          [APPLYSET_TOOLING_ANNOTATION]: `driftless/v${TOOL_VERSION}`,
          [APPLYSET_GROUP_KINDS_ANNOTATION]: sorted(places.groupKinds).join(","),
          [APPLYSET_NAMESPACES_ANNOTATION]: sorted(places.namespaces).filter((name) => name !== own).join(","),
        },
      },
    };
    const answer = await cluster.patch(refOf(app), body, { type: "merge", fieldManager: STATUS_MANAGER, signal });
    applications.note(answer);
    const latest = applications.get(nameOf(app)) ?? app;
    await writeStatus(cluster, latest, { ...latest.status, membership: membershipOf(places) }, (written) => applications.note(written), signal);
  }
}

function neededPlaces(effective: Effective): Places {
  const groupKinds = new Set(effective.objects.map(({ id }) => groupKind(id.group, id.kind)));
  const namespaces = new Set(effective.objects.map(({ id }) => id.namespace).filter((name) => name !== ""));
  return { groupKinds, namespaces };
}

/**
 * What status and annotations say together: one of them may have been lost in a replace or a restore. Whoever may edit
 * the Application may write anything into the annotations: what is no name, or too much, is left out.
 */
export function recordedPlaces(app: Application): Places {
  const annotations = app.metadata.annotations ?? {};
  const { groupKinds = [], namespaces = [] } = app.status?.membership ?? {};
  return {
    groupKinds: wellFormed([...groupKinds, ...(annotations[APPLYSET_GROUP_KINDS_ANNOTATION] ?? "").split(",")], GROUP_KIND),
    namespaces: wellFormed([...namespaces, ...(annotations[APPLYSET_NAMESPACES_ANNOTATION] ?? "").split(",")], NAMESPACE),
  };
}

function wellFormed(names: readonly string[], pattern: RegExp): ReadonlySet<string> {
  return new Set([...new Set(names.filter((name) => pattern.test(name)))].slice(0, MAX_PLACES));
}

/** All that is needed, and of what is recorded as much as there is room for. */
export function unite(needed: Places, recorded: Places): Places {
  return { groupKinds: withinLimit(needed.groupKinds, recorded.groupKinds), namespaces: withinLimit(needed.namespaces, recorded.namespaces) };
}

function withinLimit(needed: ReadonlySet<string>, recorded: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...needed, ...[...recorded.difference(needed)].slice(0, Math.max(0, MAX_PLACES - needed.size))]);
}

const isSame = (left: Places, right: Places): boolean =>
  left.groupKinds.symmetricDifference(right.groupKinds).size === 0 && left.namespaces.symmetricDifference(right.namespaces).size === 0;

const membershipOf = ({ groupKinds, namespaces }: Places) => ({ groupKinds: sorted(groupKinds), namespaces: sorted(namespaces) });

const sorted = (names: ReadonlySet<string>): string[] => [...names].sort();
