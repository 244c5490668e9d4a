/** What look-ups told a moment ago, so that an event does not ask the server for all of it again. Does not contact the cluster. */
import type { ObjectKey } from "../src/object/object-id.ts";
import type { EffectiveObject } from "./effective.ts";
import type { LookUp } from "./observed.ts";

/** How long an answer is good for what only waits, in milliseconds: as long as what waits comes back by itself. */
const FRESH_MS = 30_000;

/** What is remembered of look-ups. Nothing is written because of it alone. */
export interface LookMemory {
  /** Objects that were not there, with the content that was wanted, and until when that is believed. */
  readonly absent: Map<ObjectKey, { readonly digest: string; readonly until: number }>;
  /** Objects that the last plan took for absent without asking. */
  readonly assumed: Set<ObjectKey>;
  /** Kinds (`Kind.group`) that are not watched and were listed, and until when that is believed. */
  readonly listed: Map<string, number>;
}

/** Nothing was looked up. */
export function emptyLooks(): LookMemory {
  return { absent: new Map(), assumed: new Set(), listed: new Map() };
}

/** Everything has to be looked up anew. */
export function forgetLooks({ absent, assumed, listed }: LookMemory): void {
  absent.clear();
  assumed.clear();
  listed.clear();
}

/** Those of the objects that were not there a moment ago; the plan that is made with them is not to be carried out as it is. */
export function assumeAbsent({ absent, assumed }: LookMemory, objects: readonly EffectiveObject[], now: Date): Map<ObjectKey, LookUp> {
  const known = objects.filter(({ key, digest }) => absent.get(key)?.digest === digest && (absent.get(key)?.until ?? 0) > now.getTime());
  for (const { key } of known) assumed.add(key);
  return new Map(known.map(({ key }) => [key, { kind: "Absent" }]));
}

/** Takes in what was looked up. */
export function noteLookUps({ absent }: LookMemory, objects: readonly EffectiveObject[], lookUps: ReadonlyMap<ObjectKey, LookUp>, now: Date): void {
  for (const [key, { until }] of absent) if (until <= now.getTime()) absent.delete(key);
  for (const { key, digest } of objects) {
    if (lookUps.get(key)?.kind === "Absent") absent.set(key, { digest, until: now.getTime() + FRESH_MS });
    else absent.delete(key);
  }
}

/** Takes in which kinds were listed. */
export function noteListed({ listed }: LookMemory, groupKinds: Iterable<string>, now: Date): void {
  for (const name of groupKinds) listed.set(name, now.getTime() + FRESH_MS);
}

/** True for a kind that was listed a moment ago. */
export function isListed({ listed }: LookMemory, groupKind: string, now: Date): boolean {
  return (listed.get(groupKind) ?? 0) > now.getTime();
}
