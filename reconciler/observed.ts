import type { DriftHoldRequest } from "../drift/drift-hold.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import type { Health } from "./health/health.ts";
import type { LivePolicy } from "./object-policy.ts";

/** What is remembered of one live member: ids, versions and hashes; never its content. */
export interface LiveMember {
  readonly key: ObjectKey;
  readonly id: ObjectId;
  /** The version in which it is watched. */
  readonly apiVersion: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Hash of our own Apply entry in managedFields: changes with any foreign change of a field of ours. */
  readonly ownHash: string;
  /** Hash of what people and unknown tools own besides us. */
  readonly othersHash: string;
  /** When it was created, in milliseconds since 1970. */
  readonly createdAt: number;
  readonly terminating: boolean;
  /** What holds it once it is being deleted. */
  readonly finalizers: readonly string[];
  /** The full proof of membership holds, so that it may be deleted. */
  readonly deletable: boolean;
  /** What annotations on the live object ask for. */
  readonly policy: LivePolicy;
  /** What people ask for by the annotation driftless.dev/drift-hold on it; absent: nothing. */
  readonly hold?: DriftHoldRequest;
  /** The Application that wants to have it, as `<installation>/<namespace>/<name>`. */
  readonly claimedBy: string | undefined;
  /** Data goes with it: a StatefulSet with volume claims. */
  readonly holdsData: boolean;
  /** Accounts, `namespace/name`, that it gives rights to; absent: none, or no binding. */
  readonly grantsTo?: readonly string[];
  /** The role that says which rights; absent: it gives none. */
  readonly grantedRole?: ObjectKey;
  readonly health: Health;
  /** A hook made it: the attempt and phase that it ran for, `<uid of the Release>/<phase>`. Absent: it is no hook's. */
  readonly hookRun?: string;
}

/** What a look-up of a desired object that is no member told. */
export type LookUp =
  | { readonly kind: "Absent" }
  | { readonly kind: "Unowned"; readonly live: KubeObject }
  | { readonly kind: "LabelLost"; readonly live: KubeObject }
  /** `application`: `namespace/name` of the owner where that is an Application of this installation. */
  | { readonly kind: "Foreign"; readonly live: KubeObject; readonly owner: string; readonly application: string | undefined }
  /** Ours, only not seen by a watch (yet). */
  | { readonly kind: "Member"; readonly live: KubeObject }
  | { readonly kind: "Terminating" };

/** The live side of a plan. */
export interface Observed {
  readonly members: ReadonlyMap<ObjectKey, LiveMember>;
  /** For each desired object without a member: proof of what is there. */
  readonly lookUps: ReadonlyMap<ObjectKey, LookUp>;
  /** Live content of the members whose difference has to be explained. One that is not here was looked for and is gone. */
  readonly bodies: ReadonlyMap<ObjectKey, KubeObject>;
  /** Objects that could not be looked up or read, each with why: nothing is known of them. */
  readonly unread: ReadonlyMap<ObjectKey, string>;
  /** For bodies that cannot be compared here: what the server would make of the desired object on top of them. */
  readonly answers: ReadonlyMap<ObjectKey, KubeObject>;
}

/** The members of one Application as the watches have them. */
export type Members = ReadonlyMap<ObjectKey, LiveMember>;
