import type { KubeObject, ObjectMeta } from "../src/object/kube-object.ts";
import { othersHash, ownHash } from "./managed-fields.ts";

/** What the no-op rule needs to know of a live object: metadata is enough. */
export interface ObservedState {
  readonly uid: string;
  /** It has a deletionTimestamp. */
  readonly terminating: boolean;
  readonly ownHash: string;
  readonly othersHash: string;
  readonly resourceVersion?: string;
}

/** What is remembered of an object after an apply that reached, or a dry run that confirmed, its desired state. */
export interface Baseline {
  readonly uid: string;
  readonly desiredDigest: string;
  /** The version it was applied in. */
  readonly apiVersion: string;
  /** Hash of our managed-fields entry. */
  readonly ownHash: string;
  /** Hash of the entries of others: when it changes, somebody may have added a field. */
  readonly othersHash: string;
  /** Where differences were told and left: they hold for this version, as a field that is no longer ours can change without a trace in the hashes. */
  readonly resourceVersion?: string;
  /** Differences were left without a word: that holds as long as the rules and the mode do. */
  readonly silent?: true;
}

/** What is wanted of the object now. */
export interface DesiredState {
  readonly digest: string;
  readonly apiVersion: string;
}

/** The answer to "is there anything to do for this object", with the reason. */
export type Decision =
  /** Nothing to do, and no request needed to know it. */
  | { readonly kind: "Unchanged" }
  /** It is being deleted: an apply would be lost with it. */
  | { readonly kind: "Terminating" }
  /** Nothing is remembered of this object (a cold start, or another one took its name): compare. */
  | { readonly kind: "Unknown"; readonly reason: "NoBaseline" | "Replaced" }
  /** It is as we left it, but something else is desired: apply. */
  | { readonly kind: "Outdated"; readonly reason: "ContentChanged" | "VersionChanged" }
  /** Somebody changed a field of ours (OwnFields), or what others own is not what it was (OtherFields): compare. */
  | { readonly kind: "Touched"; readonly reason: "OwnFields" | "OtherFields" };

/**
 * The no-op rule. Sound because any change of an owned leaf, by update, patch, scale, another apply or an admission
 * webhook, takes its path out of our entry; so equal hashes need no look at a single value.
 */
export function decide(baseline: Baseline | undefined, live: ObservedState, desired: DesiredState): Decision {
  if (live.terminating) return { kind: "Terminating" };
  if (baseline === undefined) return { kind: "Unknown", reason: "NoBaseline" };
  if (live.uid !== baseline.uid) return { kind: "Unknown", reason: "Replaced" };
  if (live.ownHash !== baseline.ownHash) return { kind: "Touched", reason: "OwnFields" };
  if (baseline.apiVersion !== desired.apiVersion) return { kind: "Outdated", reason: "VersionChanged" };
  if (baseline.desiredDigest !== desired.digest) return { kind: "Outdated", reason: "ContentChanged" };
  if (baseline.resourceVersion !== undefined && baseline.resourceVersion !== live.resourceVersion) return { kind: "Touched", reason: "OtherFields" };
  return live.othersHash === baseline.othersHash ? { kind: "Unchanged" } : { kind: "Touched", reason: "OtherFields" };
}

/** What the no-op rule needs of a live object's metadata. */
export function observedState(metadata: ObjectMeta): ObservedState {
  return {
    uid: metadata.uid ?? "",
    terminating: metadata.deletionTimestamp !== undefined,
    ownHash: ownHash(metadata.managedFields),
    othersHash: othersHash(metadata.managedFields),
  };
}

/**
 * The baseline after an apply (or a dry run that changed nothing) answered with this object.
 * Undefined where the answer has no uid or no entry of ours: nothing is proved then.
 */
export function baselineOf(answer: KubeObject, desired: DesiredState): Baseline | undefined {
  const state = observedState(answer.metadata);
  if (state.uid === "" || state.ownHash === "") return undefined;
  return { uid: state.uid, desiredDigest: desired.digest, apiVersion: desired.apiVersion, ownHash: state.ownHash, othersHash: state.othersHash };
}
