import type { Plan } from "../../reconciler/change.ts";
import type { Attempted } from "../../reconciler/outcome.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import type { Rival } from "../../reconciler/reconcile-ports.ts";
import type { Application } from "../api/application.ts";
import type { ObjectKey } from "../object/object-id.ts";
import type { AppRegistry, AppState } from "./app-registry.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import type { Artifacts } from "./artifacts.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/**
 * The other Applications over the source of one Application, for one reconcile: one commit can move an object between
 * them, and nobody knows which of them looks at it first.
 */
export class Rivals {
  readonly #app: Application;
  readonly #registry: AppRegistry;
  readonly #deps: Pick<ApplicationDeps, "applications" | "artifacts">;
  #others: readonly Application[] | undefined;

  constructor(app: Application, registry: AppRegistry, deps: Pick<ApplicationDeps, "applications" | "artifacts">) {
    this.#app = app;
    this.#registry = registry;
    this.#deps = deps;
  }

  /** Who wants this object; else somebody who has not looked yet, and who calls when that is done. */
  of(key: ObjectKey): Rival | undefined {
    const others = (this.#others ??= this.#listOthers());
    const claimant = others.find((other) => this.#registry.wants(nameOf(other), key) === "Yes");
    if (claimant !== undefined) return { application: nameOf(claimant), state: "Claims" };
    // The last one: by then the queue has mostly been through the others.
    const unseen = others.findLast((other) => this.#registry.get(nameOf(other))?.looked !== lookedAt(other, this.#deps.artifacts));
    if (unseen === undefined) return undefined;
    this.#registry.get(nameOf(unseen))?.awaitedBy.add(nameOf(this.#app));
    return { application: nameOf(unseen), state: "NotLooked" };
  }

  /** Who is suspended, or being deleted, wants nothing. */
  #listOthers(): readonly Application[] {
    const { namespace, name } = this.#app.metadata;
    const isOther = ({ metadata, spec }: Application): boolean => metadata.namespace === namespace && metadata.name !== name && spec.sourceRef.name === this.#app.spec.sourceRef.name;
    return [...this.#deps.applications.values()].filter((app) => isOther(app) && app.metadata.deletionTimestamp === undefined && app.spec.suspend !== true);
  }
}

/** Generation and revision that there are to look at now. */
export function lookedAt({ metadata, spec }: Application, artifacts: Pick<Artifacts, "get">): string {
  const source = artifacts.get({ namespace: metadata.namespace ?? "", name: spec.sourceRef.name });
  return `${metadata.generation ?? 0} ${source?.kind === "Ready" ? source.artifact.revision : ""}`;
}

/** Who may not claim an object does not get it, so nobody waits for that. */
function claimsOf(plan: Plan | undefined, { failures }: Attempted): ReadonlyMap<ObjectKey, ResourceName> {
  const refused = new Set(failures.map(({ key }) => key));
  return new Map((plan?.claims ?? []).filter(({ object }) => !refused.has(object.key)).map(({ object, owner }) => [object.key, owner]));
}

/** Takes in what a look has shown. Wakes whose objects are no longer wanted, and who waited for the look. */
export function noteLook(state: AppState, { outcome, plan }: Exclude<Reconciled, { waiting: true }>, looked: string, wake: (name: ResourceName) => void): void {
  const claims = outcome.kind === "Attempted" ? claimsOf(plan, outcome) : state.claims;
  const dropped = [...(state.claims ?? [])].flatMap(([key, owner]) => (claims?.has(key) === true ? [] : [owner]));
  state.claims = claims;
  for (const name of new Set(dropped)) wake(name);
  if (state.looked === looked) return;
  state.looked = looked;
  for (const name of state.awaitedBy) wake(name);
  state.awaitedBy.clear();
}
