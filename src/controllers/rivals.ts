import type { Plan } from "../../reconciler/change.ts";
import type { Attempted } from "../../reconciler/outcome.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import type { Rival } from "../../reconciler/reconcile-ports.ts";
import type { Application } from "../api/application.ts";
import { GROUP } from "../api/group.ts";
import type { ObjectKey } from "../object/object-id.ts";
import type { AppRegistry, AppState } from "./app-registry.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import type { Artifacts } from "./artifacts.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/** What the other Applications are known by. */
export type RivalsDeps = Pick<ApplicationDeps, "artifacts"> & {
  readonly applications: Pick<ApplicationDeps["applications"], "get" | "values">;
  readonly members: Pick<ApplicationDeps["members"], "membersOf">;
};

/** Who else there is. */
interface Around {
  /** The Applications over the same source that may want something. */
  readonly others: readonly Application[];
  /** One that was just made, and of which the watch has not told yet. */
  readonly coming: ResourceName | undefined;
}

/**
 * The other Applications, for one reconcile of one: one commit can move an object between two of them, and nobody knows
 * which looks at it first. So what one wants, or has, counts only when it has looked at what there is now.
 */
export class Rivals {
  readonly #app: Application;
  readonly #registry: AppRegistry;
  readonly #deps: RivalsDeps;
  /** Holds until something else runs: one reconcile looks many times, and meanwhile Applications come. */
  #around: Around | undefined;

  constructor(app: Application, registry: AppRegistry, deps: RivalsDeps) {
    this.#app = app;
    this.#registry = registry;
    this.#deps = deps;
  }

  /** Who of those over the same source wants this object; else somebody who has not looked yet, and who calls when that is done. */
  of(key: ObjectKey): Rival | undefined {
    const { others, coming } = this.#lookAround();
    const claimant = others.find((other) => this.#registry.get(nameOf(other))?.claims?.has(key) === true && this.#isUpToDate(other));
    if (claimant !== undefined) return { application: nameOf(claimant), state: "Claims" };
    // The last one: by then the queue has mostly been through the others.
    const unseen = others.findLast((other) => !this.#isUpToDate(other));
    if (unseen !== undefined) this.#await(unseen);
    const awaited = unseen === undefined ? coming : nameOf(unseen);
    return awaited === undefined ? undefined : { application: awaited, state: "NotLooked" };
  }

  /** Whether an Application wants this object of another one. Unknown: it has yet to look, and calls when that is done. */
  wants(application: ResourceName, key: ObjectKey): "Yes" | "No" | "Unknown" {
    const other = this.#deps.applications.get(application);
    if (other === undefined) return "No";
    if (other.spec.suspend !== true && !this.#isUpToDate(other)) {
      this.#await(other);
      return "Unknown";
    }
    return this.#registry.get(application)?.claims?.has(key) === true ? "Yes" : "No";
  }

  /** False: this Application is gone, or has looked and neither wants the object nor sees it among its members. */
  holds(application: ResourceName, key: ObjectKey): boolean {
    const other = this.#deps.applications.get(application);
    if (other === undefined || other.metadata.deletionTimestamp !== undefined) return false;
    const state = this.#registry.get(application);
    if (state === undefined || !this.#isUpToDate(other)) {
      this.#await(other);
      return true;
    }
    const { desired, memory, identity } = state;
    return desired === undefined || desired.has(key) || memory.lastGood.has(key) || this.#deps.members.membersOf(identity.setId).has(key);
  }

  /**
   * A member is about to become one of this Application, until what is returned is called: until then that one does not
   * stop watching for it, nor go. Undefined: it does not want it any more.
   */
  handOver(application: ResourceName, key: ObjectKey): (() => void) | undefined {
    const [other, state] = [this.#deps.applications.get(application), this.#registry.get(application)];
    if (other === undefined || other.metadata.deletionTimestamp !== undefined || state === undefined || this.wants(application, key) !== "Yes") return undefined;
    state.receiving += 1;
    return () => void (state.receiving -= 1);
  }

  #isUpToDate(other: Application): boolean {
    const state = this.#registry.get(nameOf(other));
    return state !== undefined && state.uid === other.metadata.uid && state.looked === lookedAt(other, this.#deps.artifacts);
  }

  #await(other: Application): void {
    this.#registry.open(other).state.awaitedBy.add(nameOf(this.#app));
  }

  #lookAround(): Around {
    if (this.#around !== undefined) return this.#around;
    queueMicrotask(() => (this.#around = undefined));
    return (this.#around = { others: this.#listOthers(), coming: this.#findComing() });
  }

  /** Who is suspended, or being deleted, wants nothing. */
  #listOthers(): readonly Application[] {
    const { namespace, name } = this.#app.metadata;
    const isOther = ({ metadata, spec }: Application): boolean => metadata.namespace === namespace && metadata.name !== name && spec.sourceRef.name === this.#app.spec.sourceRef.name;
    return [...this.#deps.applications.values()].filter((app) => isOther(app) && app.metadata.deletionTimestamp === undefined && app.spec.suspend !== true);
  }

  /** An Application can be a member of another one. Its source is not known before the watch tells of it. */
  #findComing(): ResourceName | undefined {
    const { applications, members } = this.#deps;
    for (const app of applications.values()) {
      const state = this.#registry.get(nameOf(app));
      for (const { id, terminating } of state === undefined ? [] : members.membersOf(state.identity.setId).values()) {
        const isHere = id.group === GROUP && id.kind === "Application" && id.namespace === this.#app.metadata.namespace;
        const name = nameOf({ metadata: id });
        if (isHere && !terminating && applications.get(name) === undefined) return name;
      }
    }
    return undefined;
  }
}

/** Generation and revision that there are to look at now. */
export function lookedAt({ metadata, spec }: Application, artifacts: Pick<Artifacts, "get">): string {
  const source = artifacts.get({ namespace: metadata.namespace ?? "", name: spec.sourceRef.name });
  return `${metadata.generation ?? 0} ${source?.kind === "Ready" ? source.artifact.revision : ""}`;
}

/** Who may not claim an object does not get it, so nobody waits for that. */
function claimsOf(plan: Plan | undefined, { failures }: Attempted): ReadonlyMap<ObjectKey, ResourceName> {
  const refused = new Set(failures.flatMap(({ key, outcome }) => (outcome === "Refused" ? [key] : [])));
  return new Map((plan?.claims ?? []).filter(({ object }) => !refused.has(object.key)).map(({ object, owner }) => [object.key, owner]));
}

const NO_CLAIMS: ReadonlyMap<ObjectKey, ResourceName> = new Map();

/**
 * Takes in what a look has shown. Wakes whose objects are wanted now, or no longer, and who waited for the look. One that
 * came to nothing, such as for a suspended Application, leaves its claims as they were; where there were none, there are none.
 */
export function noteLook(state: AppState, { outcome, plan }: Exclude<Reconciled, { waiting: true }>, looked: string, wake: (name: ResourceName) => void): void {
  const before = state.claims ?? NO_CLAIMS;
  const claims = outcome.kind === "Attempted" ? claimsOf(plan, outcome) : before;
  const concerned = new Set([...onlyIn(before, claims), ...onlyIn(claims, before)]);
  state.claims = claims;
  state.desired = outcome.kind === "Attempted" ? state.memory.effective?.effective.desired : undefined;
  if (state.looked !== looked) wakeAwaiting(state, (name) => concerned.add(name));
  state.looked = looked;
  for (const name of concerned) wake(name);
}

const onlyIn = (claims: ReadonlyMap<ObjectKey, ResourceName>, other: ReadonlyMap<ObjectKey, ResourceName>): ResourceName[] => [...claims].flatMap(([key, owner]) => (other.has(key) ? [] : [owner]));

/** It has looked, or never will. */
export function wakeAwaiting({ awaitedBy }: AppState, wake: (name: ResourceName) => unknown): void {
  for (const name of awaitedBy) wake(name);
  awaitedBy.clear();
}
