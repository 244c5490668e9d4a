import type { Origin } from "../charts/rendered.ts";
import type { FieldPattern } from "../drift/ignore.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import type { ObjectRef, ResourceKind } from "../src/ports.ts";
import type { Hooks } from "./hooks/hook.ts";
import type { ObjectPolicy } from "./object-policy.ts";

/** A desired object exactly as it will be sent, with its identity, content digest and origin. */
export interface EffectiveObject {
  readonly key: ObjectKey;
  readonly id: ObjectId;
  readonly ref: ObjectRef;
  readonly kind: ResourceKind;
  readonly object: KubeObject;
  /** What it is created as: with the fields that are left to others from then on. The same as `object` where there are none. */
  readonly initial: KubeObject;
  /** SHA-256 over the canonical JSON of `object`. Stays in this process: it may cover Secret values. */
  readonly digest: string;
  readonly origin: Origin;
  /** Values of Secrets that a substitution has put into it: masked in every text about it. Default none. */
  readonly secrets?: readonly string[];
  readonly policy: ObjectPolicy;
  /** Fields that are left to others. */
  readonly ignored: readonly FieldPattern[];
  /** Newest: what the source wants. LastGood: older content; what others did to it is undone, nothing else is written. */
  readonly content: "Newest" | "LastGood";
}

/** A desired object that cannot be planned yet, and by what it is held up. */
export interface BlockedObject {
  readonly key: ObjectKey;
  readonly id: ObjectId;
  readonly origin: Origin;
  readonly wave: number;
  /** `Waiting` resolves itself by event; `Failed` needs somebody to change something. */
  readonly kind: "Waiting" | "Failed";
  readonly reason: string;
  /** What is there is somebody else's. Default false. */
  readonly taken?: boolean;
  /** It is on its way out: what needs it cannot be there either. Default false. */
  readonly leaving?: boolean;
}

/** What the cluster should look like: the input of plan, drift and dry run alike. */
export interface Effective {
  /** Sorted by id. */
  readonly objects: readonly EffectiveObject[];
  readonly blocked: readonly BlockedObject[];
  /** Keys of all that is desired, whether it can be planned or not: what is not here is stale. */
  readonly desired: ReadonlySet<ObjectKey>;
  /** Why nothing may be deleted now; undefined: what is stale may. */
  readonly keepStale: string | undefined;
  readonly warnings: readonly string[];
  /** What runs at points of a sync instead of being kept as it is. Default: nothing. */
  readonly hooks?: Hooks;
  /** What of the Sync phase has not run yet: later waves, and deletes, wait for it. */
  readonly syncHook?: SyncHook;
  /** Everything is to go: what hooks have left behind is a member like any other. Default false. */
  readonly takesHooks?: boolean;
  /** Objects that were left out because they are at rest: unchanged and healthy. Default 0. */
  readonly resting?: number;
}

/** A hook that holds up later waves. */
export interface SyncHook {
  readonly wave: number;
  /** What is told of it, after its name. */
  readonly reason: string;
  readonly id: ObjectId;
}

/** True for an object that becomes a member: others are written, but stay everybody's. */
export function isMembership({ policy }: EffectiveObject): boolean {
  return policy.ssa === "Override";
}

/** Values of Secrets that are in this object, or were in what was applied of it last. */
export function secretsIn({ key, secrets = [] }: EffectiveObject, lastGood: ReadonlyMap<ObjectKey, { readonly object: EffectiveObject }>): readonly string[] {
  return [...secrets, ...(lastGood.get(key)?.object.secrets ?? [])];
}

/** True for an object that is neither written nor compared. */
export function isLeftAlone({ policy }: EffectiveObject): boolean {
  return !policy.reconcile || policy.ssa === "Ignore";
}
