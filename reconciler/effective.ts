import type { Origin } from "../charts/rendered.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import type { ObjectRef, ResourceKind } from "../src/ports.ts";

/** A desired object exactly as it will be sent, with its identity, content digest and origin. */
export interface EffectiveObject {
  readonly key: ObjectKey;
  readonly id: ObjectId;
  readonly ref: ObjectRef;
  readonly kind: ResourceKind;
  readonly object: KubeObject;
  /** SHA-256 over the canonical JSON of `object`. Stays in this process: it may cover Secret values. */
  readonly digest: string;
  readonly origin: Origin;
}

/** A desired object that cannot be planned yet, and by what it is held up. */
export interface BlockedObject {
  readonly key: ObjectKey;
  readonly id: ObjectId;
  readonly origin: Origin;
  /** `Waiting` resolves itself by event; `Failed` needs somebody to change something. */
  readonly kind: "Waiting" | "Failed";
  readonly reason: string;
}

/** What the cluster should look like: the input of plan, drift and dry run alike. */
export interface Effective {
  /** Sorted by id. */
  readonly objects: readonly EffectiveObject[];
  readonly blocked: readonly BlockedObject[];
  readonly warnings: readonly string[];
}
