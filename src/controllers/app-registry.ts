import type { HealthChecks } from "../../reconciler/health/checks.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { identityOf } from "../../reconciler/identity.ts";
import type { AppMemory } from "../../reconciler/memory.ts";
import { emptyMemory } from "../../reconciler/memory.ts";
import type { Application } from "../api/application.ts";
import { findCondition } from "../api/conditions.ts";
import type { ReconcileError } from "../errors.ts";
import type { ObjectKey } from "../object/object-id.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/** What an Application has fully brought about: what depends on it may go on. */
export interface Readiness {
  readonly generation: number;
  readonly revision: string;
}

/** A spec that was looked at as a whole. */
export interface CheckedSpec {
  readonly generation: number | undefined;
  /** All that is wrong with it. */
  readonly problem: ReconcileError | undefined;
  readonly checks: HealthChecks;
}

/** What is kept of one Application between reconciles. All of it can be lost. */
export interface AppState {
  readonly uid: string;
  readonly identity: AppIdentity;
  readonly memory: AppMemory;
  /** Reconciles in a row that ended with something to wait for. */
  waits: number;
  /** When everything was looked at last, on the monotonic clock; undefined: never. */
  fullAt: number | undefined;
  /** Objects of others that it wants, with whose they are; undefined: it has not been looked at. */
  claims: ReadonlyMap<ObjectKey, ResourceName> | undefined;
  /** Keys of all that its newest content wants; undefined: not known. */
  desired: ReadonlySet<ObjectKey> | undefined;
  /** How many objects are just being handed to it. */
  receiving: number;
  /** What it was looked at with last: generation and revision; undefined: it has not been. */
  looked: string | undefined;
  /** Applications that wait for it to have been looked at. */
  readonly awaitedBy: Set<ResourceName>;
  ready: Readiness | undefined;
  /** What those who depend on it were told of it last. */
  readiness: string;
  /** Its objects are broken, and people were told. */
  sick: boolean;
  spec: CheckedSpec | undefined;
}

/** The states of all Applications, by `namespace/name`. */
export class AppRegistry {
  readonly #installation: string;
  readonly #states = new Map<ResourceName, AppState>();

  constructor(installation: string) {
    this.#installation = installation;
  }

  /** The state of an Application; a fresh one for an Application that was made anew. `isNew` tells which. */
  open(app: Application): { readonly state: AppState; readonly isNew: boolean } {
    const name = nameOf(app);
    const known = this.#states.get(name);
    if (known !== undefined && known.uid === app.metadata.uid) return { state: known, isNew: false };
    const identity = identityOf(this.#installation, { namespace: app.metadata.namespace ?? "", name: app.metadata.name });
    const state: AppState = {
      uid: app.metadata.uid ?? "", identity, memory: emptyMemory(), waits: 0, fullAt: undefined, claims: undefined, desired: undefined, receiving: 0, looked: undefined, awaitedBy: new Set(), ready: undefined, readiness: "", sick: findCondition(app.status?.conditions, "Healthy")?.status === "False", spec: undefined,
    };
    this.#states.set(name, state);
    return { state, isNew: true };
  }

  /** The state of an Application that has been looked at. */
  get(name: ResourceName): AppState | undefined {
    return this.#states.get(name);
  }

  /** Forgets an Application and returns what was known. */
  drop(name: ResourceName): AppState | undefined {
    const state = this.#states.get(name);
    this.#states.delete(name);
    return state;
  }
}
