/** Objects that were refused come back on their own, with growing delay, and hold nobody else up. */
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Change, Failure } from "./change.ts";
import type { BlockedObject, Effective } from "./effective.ts";
import { blockedBecause } from "./verdict-parts.ts";

/** What is remembered of an object that could not be applied. */
export interface Retry {
  /** The content that was refused: another one is tried at once. */
  readonly digest: string;
  readonly attempts: number;
  /** When it is tried again, in milliseconds since 1970. */
  readonly at: number;
  /** What the server said, with the place in the source. */
  readonly message: string;
}

/** Retries by object. */
export type Retries = Map<ObjectKey, Retry>;

/** The objects whose time has not come, each as what it is blocked by. */
export function notYetDue(effective: Effective, retries: ReadonlyMap<ObjectKey, Retry>, now: Date): Map<ObjectKey, BlockedObject> {
  const held = new Map<ObjectKey, BlockedObject>();
  if (retries.size === 0) return held;
  for (const object of effective.objects) {
    const retry = retries.get(object.key);
    if (retry === undefined || retry.digest !== object.digest || retry.at <= now.getTime()) continue;
    held.set(object.key, { ...blockedBecause(object, "Failed", ""), reason: retry.message });
  }
  return held;
}

/**
 * Takes in how the writes ended. `delayOf`: milliseconds until the next attempt, from the number of attempts. How it went
 * with older content, while the newest waits, says nothing about the newest.
 */
export function noteRetries(retries: Retries, effective: Effective, changes: readonly Change[], failures: readonly Failure[], now: Date, delayOf: (attempts: number) => number): void {
  if (failures.length === 0 && retries.size === 0) return;
  const digests = new Map(effective.objects.flatMap(({ key, digest, content }) => (content === "Newest" ? [[key, digest]] : [])));
  for (const { key, kind } of changes) if (digests.has(key) && kind !== "recreating") retries.delete(key); // deleted is not applied
  for (const { key, message, outcome, verb } of failures) {
    const digest = digests.get(key);
    if (outcome === "Stale" || outcome === "NotSent" || outcome === "Later" || verb !== "apply" || digest === undefined) continue;
    const before = retries.get(key);
    const attempts = (before?.digest === digest ? before.attempts : 0) + 1;
    retries.set(key, { digest, attempts, at: now.getTime() + delayOf(attempts), message });
  }
}

/** When the next object will be due. What is due and was not tried waits for something else. */
export function nextRetry(retries: ReadonlyMap<ObjectKey, Retry>, now: Date): Date | undefined {
  const times = [...retries.values()].map(({ at }) => at).filter((at) => at > now.getTime());
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
