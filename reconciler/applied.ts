/** What of an object was applied last, and whether the source has changed since. Does not contact the cluster. */
import { namesOwner } from "../drift/finding.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { EffectiveObject } from "./effective.ts";
import type { PlanContext } from "./plan-context.ts";

/**
 * True where stored content may be older than what we applied last: a field that is gone, with nobody's name on it, may have
 * been dropped by a commit whose content was not stored before the operator died.
 */
export function isUnexplained({ key, content }: EffectiveObject, corrections: readonly DriftFinding[], { baselines }: PlanContext): boolean {
  return content === "LastGood" && !baselines.has(key) && corrections.some((finding) => !namesOwner(finding));
}

/**
 * True when the source has changed since this object was last applied. After a restart also when that cannot be told: what
 * nobody knows to be drift is not written as if it were.
 */
export function isNewContent(object: EffectiveObject, updates: readonly DriftFinding[], context: PlanContext): boolean {
  const applied = appliedDigest(object, context);
  if (context.baselines.has(object.key)) return applied !== object.digest;
  return updates.length > 0 || (applied === undefined ? !context.sameRevision : applied !== object.digest);
}

/**
 * Digest of the content that was applied last; undefined where it is not known: nothing was, or its values are not stored.
 * Last good content is what was applied, whatever ignore rules have come since.
 */
export function appliedDigest({ key, digest, content }: EffectiveObject, { baselines, lastGood }: Pick<PlanContext, "baselines" | "lastGood">): string | undefined {
  if (content === "LastGood") return digest;
  const good = lastGood.get(key);
  return baselines.get(key)?.desiredDigest ?? (good?.valuesWithheld === false ? good.object.digest : undefined);
}
