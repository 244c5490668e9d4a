import type { Rendered } from "../charts/rendered.ts";
import type { Baseline } from "../drift/baseline.ts";
import { baselineOf } from "../drift/baseline.ts";
import { addsNothing } from "../drift/managed-fields.ts";
import { leftBehind } from "../drift/retained.ts";
import type { FightRecord } from "../drift/fight.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { ResourceKind } from "../src/ports.ts";
import type { PlanEntry, ProvenEqual } from "./change.ts";
import type { Effective, EffectiveObject } from "./effective.ts";
import { isLeftAlone, isMembership } from "./effective.ts";
import type { ProgressEntry } from "./health/progress.ts";
import type { LastGoodObject } from "./last-good.ts";
import { letGoOfHeld } from "./hold.ts";
import { emptyLooks } from "./look-memory.ts";
import type { LookMemory } from "./look-memory.ts";
import type { RestIndex } from "./rest.ts";
import type { Retries } from "./retries.ts";
import { TouchedMap } from "./touched-map.ts";

/**
 * What the operator remembers of one Application between reconciles. All of it can be lost: after a restart it is
 * found out again by comparing.
 */
export interface AppMemory {
  /** Per object: the live state in which it was known to be what is desired. */
  readonly baselines: TouchedMap<ObjectKey, Baseline>;
  /** Differences that are live and left alone: told until the object they are in is looked at again. */
  reported: readonly DriftFinding[];
  /** The newest content that was applied, per object. Also stored in the cluster, for when the source cannot be had. */
  readonly lastGood: TouchedMap<ObjectKey, LastGoodObject>;
  /** Whether what is stored has been read, and whether it has to be written. */
  stored: "NotRead" | "Read";
  unsaved: boolean;
  /** Digests of objects that are no members and were found or made as desired. */
  readonly settled: Map<ObjectKey, string>;
  readonly retries: Retries;
  /** Objects that were deleted to be created again, as the content that the gate let through. */
  readonly recreating: Map<ObjectKey, EffectiveObject>;
  /** Those that were for this content, by its name, without a yes to each. */
  recreated: { readonly content: string; readonly keys: Set<ObjectKey> };
  readonly fights: Map<ObjectKey, FightRecord>;
  /** The same for writes that change no value, only who owns it. */
  readonly reasserts: Map<ObjectKey, FightRecord>;
  /** What an earlier process has told of differences that this one has not looked at yet; undefined: it has not been read. */
  earlier: readonly DriftFinding[] | undefined;
  /** The hold on all of the Application, as it was when it was last looked at; empty: none. */
  hold: string;
  /** What people are to know of an object since it was last written. */
  readonly notes: Map<ObjectKey, readonly string[]>;
  readonly progress: TouchedMap<ObjectKey, ProgressEntry>;
  /** Which objects are at rest: of those that were looked at last, and of those before. */
  rest: readonly RestIndex[];
  readonly looks: LookMemory;
  /** What was asked for when it was last looked at: generation and the value of the reconcile annotation. */
  asked: string;
  /** Since when deletes have failed, in milliseconds since 1970. */
  failingSince: number | undefined;
  /** Since when a deletion has waited for what other Applications may want, in milliseconds since 1970. */
  contestedSince: number | undefined;
  /** When it was last looked at, in milliseconds since 1970. */
  lookedAt: number;
  /** The last composition and what it was made from. */
  effective: ComposedFrom | undefined;
  /** The composition that counted last: it passed the gate. */
  settledOn: Effective | undefined;
}

/** A composition with its inputs, so that equal inputs need not be composed again. */
export interface ComposedFrom {
  readonly rendered: Rendered;
  /** metadata.generation of the Application. */
  readonly generation: number | undefined;
  readonly kinds: KindTable;
  readonly effective: Effective;
}

/** Served kinds by `<apiVersion> <kind>`; undefined where the server has none. Of those also, by `Kind.group`, what it has in another version. */
export type KindTable = ReadonlyMap<string, ResourceKind | undefined>;

/** An Application about which nothing is known. */
export function emptyMemory(): AppMemory {
  return {
    baselines: new TouchedMap(), reported: [], lastGood: new TouchedMap(), stored: "NotRead", unsaved: false, settled: new Map(), retries: new Map(), recreating: new Map(), recreated: { content: "", keys: new Set() }, fights: new Map(), reasserts: new Map(), earlier: undefined, hold: "", notes: new Map(),
    progress: new TouchedMap(), rest: [], looks: emptyLooks(), asked: "", failingSince: undefined, contestedSince: undefined, lookedAt: 0, effective: undefined, settledOn: undefined,
  };
}

/** Hash of nothing that exists: an object with it has to be looked at. */
const NOT_LOOKED_AT = "";

/**
 * Remembers the server's answer to an apply as baseline. Returns false when others own something that they did not when the
 * object was looked at: somebody may have added a field in between, so it has to be looked at once more.
 */
export function noteLive(memory: AppMemory, object: EffectiveObject, live: KubeObject, entry: PlanEntry, created: boolean): boolean {
  const dropped = leavesBehind(memory, object, live, entry);
  noteGood(memory, object);
  if (!isMembership(object)) {
    memory.settled.set(object.key, object.digest);
    return true;
  }
  const baseline = baselineOf(live, { digest: object.digest, apiVersion: object.ref.apiVersion });
  if (baseline === undefined) {
    memory.baselines.delete(object.key);
    return false;
  }
  const before = memory.baselines.get(object.key);
  const looked = entry.othersHash ?? (before?.uid === baseline.uid ? before.othersHash : NOT_LOOKED_AT);
  const isSame = looked === baseline.othersHash || isPlainRevert(entry, live);
  const known = entry.marksOnly !== true && (created || (isSame && !dropped));
  const told = entry.partial?.isTold === true && live.metadata.resourceVersion !== undefined ? { resourceVersion: live.metadata.resourceVersion } : {};
  const left = entry.silent === true ? { ...told, silent: true as const } : told;
  memory.baselines.set(object.key, known ? { ...baseline, ...left } : { ...baseline, othersHash: NOT_LOOKED_AT });
  return known;
}

/** It put back values, which others own no more, and nothing else has come. What is to be removed with fields of people is looked at again. */
function isPlainRevert({ action, takeover, handover, managedBefore }: PlanEntry, { metadata }: KubeObject): boolean {
  return action === "Revert" && managedBefore !== undefined && takeover.length === 0 && handover === undefined && addsNothing(managedBefore, metadata.managedFields);
}

/** A field that the source dropped is still there, because a person's tool owns it as well. */
function leavesBehind({ lastGood }: AppMemory, { key, object, ignored }: EffectiveObject, live: KubeObject, { action, managedBefore }: PlanEntry): boolean {
  if (action !== "Configure" && action !== "Revert") return false;
  return leftBehind({ managedFields: managedBefore, content: lastGood.get(key)?.object.object }, object, live, ignored);
}

/** Remembers a comparison that found nothing to do. */
export function noteEqual(memory: AppMemory, { object, member, drifted = false, silent = false }: ProvenEqual): void {
  noteGood(memory, object);
  if (!isMembership(object)) return void memory.settled.set(object.key, object.digest);
  memory.baselines.set(object.key, {
    uid: member.uid,
    desiredDigest: object.digest,
    apiVersion: object.ref.apiVersion,
    ownHash: member.ownHash,
    othersHash: member.othersHash,
    ...(drifted ? { resourceVersion: member.resourceVersion } : {}),
    ...(silent ? { silent } : {}),
  });
}

/** The content of an object was applied, or found to be applied. */
function noteGood(memory: AppMemory, object: EffectiveObject): void {
  if (object.content !== "Newest" || !isMembership(object)) return;
  const before = memory.lastGood.get(object.key);
  if (before?.object === object && !before.valuesWithheld) return;
  if (before?.object.digest !== object.digest) memory.unsaved = true;
  memory.lastGood.set(object.key, { object, valuesWithheld: false });
}

/**
 * The newest content counts: what is no longer desired, or left alone by now, is forgotten, as is what made a member of an
 * object that is to be nobody's; of equal content one copy is kept. `leaving`: members that are still to go, or to become
 * nobody's, whose last good content holds until they are.
 */
export function settleOn(memory: AppMemory, newest: Effective, leaving: ReadonlySet<ObjectKey>): void {
  letGoOfHeld(memory.lastGood);
  memory.rest = memory.rest.slice(0, 1);
  const touched = memory.lastGood.take();
  const known = memory.settledOn === newest ? touched : memory.lastGood.keys();
  for (const key of [...known].filter((one) => !newest.desired.has(one)).concat(strangersOf(newest.objects))) {
    if (leaving.has(key)) {
      memory.lastGood.touch(key); // to be looked at again
      continue;
    }
    memory.baselines.delete(key);
    if (memory.lastGood.delete(key)) memory.unsaved = true;
  }
  if (memory.settledOn === newest) return;
  memory.settledOn = newest;
  for (const object of newest.objects) {
    if (memory.lastGood.get(object.key)?.object.digest === object.digest) memory.lastGood.set(object.key, { object, valuesWithheld: false });
  }
  const alone = new Set(newest.objects.filter(isLeftAlone).map(({ key }) => key));
  const isOver = (key: ObjectKey): boolean => !newest.desired.has(key) || alone.has(key);
  for (const map of [memory.recreating, memory.baselines, memory.settled, memory.retries, memory.fights, memory.reasserts, memory.notes]) for (const key of map.keys()) if (isOver(key)) map.delete(key);
}

const strangers = new WeakMap<readonly EffectiveObject[], readonly ObjectKey[]>();

/** Those that are nobody's members or left alone; found once for each composition. */
function strangersOf(objects: readonly EffectiveObject[]): readonly ObjectKey[] {
  const known = strangers.get(objects) ?? objects.flatMap((object) => (isLeftAlone(object) || !isMembership(object) ? [object.key] : []));
  strangers.set(objects, known);
  return known;
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
