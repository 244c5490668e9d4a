import type { Rendered } from "../charts/rendered.ts";
import type { Baseline } from "../drift/baseline.ts";
import { baselineOf } from "../drift/baseline.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { ResourceKind } from "../src/ports.ts";
import type { PlanEntry, ProvenEqual } from "./change.ts";
import type { Effective, EffectiveObject } from "./effective.ts";

/**
 * What the operator remembers of one Application between reconciles. All of it can be lost: after a restart it is
 * found out again by comparing.
 */
export interface AppMemory {
  /** Per object: the live state in which it was known to be what is desired. */
  readonly baselines: Map<ObjectKey, Baseline>;
  /** Differences that are live and left alone: told until the object they are in is looked at again. */
  reported: readonly DriftFinding[];
  /** The last composition and what it was made from. */
  effective: ComposedFrom | undefined;
}

/** A composition with its inputs, so that equal inputs need not be composed again. */
export interface ComposedFrom {
  readonly rendered: Rendered;
  readonly namespace: string | undefined;
  readonly kinds: KindTable;
  readonly effective: Effective;
}

/** Served kinds by `<apiVersion> <kind>`; undefined where the server has none. */
export type KindTable = ReadonlyMap<string, ResourceKind | undefined>;

/** An Application about which nothing is known. */
export function emptyMemory(): AppMemory {
  return { baselines: new Map(), reported: [], effective: undefined };
}

/** Hash of nothing that exists: an object with it has to be looked at. */
const NOT_LOOKED_AT = "";

/**
 * Remembers the server's answer to an apply as baseline. Returns false when the fields of others are not what they were
 * when the object was looked at: somebody may have added one in between, so it has to be looked at once more.
 */
export function noteLive(memory: AppMemory, object: EffectiveObject, live: KubeObject, entry: PlanEntry, created: boolean): boolean {
  const baseline = baselineOf(live, { digest: object.digest, apiVersion: object.ref.apiVersion });
  if (baseline === undefined) {
    memory.baselines.delete(object.key);
    return false;
  }
  const before = memory.baselines.get(object.key);
  const looked = entry.othersHash ?? (before?.uid === baseline.uid ? before.othersHash : NOT_LOOKED_AT);
  const known = created || looked === baseline.othersHash;
  memory.baselines.set(object.key, known ? baseline : { ...baseline, othersHash: NOT_LOOKED_AT });
  return known;
}

/** Remembers a comparison that found nothing to do. */
export function noteEqual(memory: AppMemory, { object, member }: ProvenEqual): void {
  memory.baselines.set(object.key, {
    uid: member.uid,
    desiredDigest: object.digest,
    apiVersion: object.ref.apiVersion,
    ownHash: member.ownHash,
    othersHash: member.othersHash,
  });
}

/** Forgets objects that are no longer desired. */
export function forgetStale(memory: AppMemory, effective: Effective): void {
  const desired = new Set(effective.objects.map(({ key }) => key));
  for (const key of memory.baselines.keys()) if (!desired.has(key)) memory.baselines.delete(key);
}

/** True when both tables answer alike. */
export function sameKinds(left: KindTable, right: KindTable): boolean {
  if (left.size !== right.size) return false;
  for (const [name, kind] of left) {
    const other = right.get(name);
    if (kind?.plural !== other?.plural || kind?.namespaced !== other?.namespaced || kind?.version !== other?.version || !right.has(name)) return false;
  }
  return true;
}
