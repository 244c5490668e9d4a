import { asJson } from "../src/object/kube-object.ts";
import { valueAt } from "../src/object/json.ts";
import type { EffectiveObject } from "./effective.ts";

/**
 * True for a Job that removes itself after it has finished and was applied with this content: that it is not live means
 * that it has done what it was for, and to create it would be to run it again. `applied`: digest of the content that was
 * applied last.
 */
export function expires({ id, object, digest }: EffectiveObject, applied: string | undefined): boolean {
  if (id.group !== "batch" || id.kind !== "Job" || applied !== digest) return false;
  return typeof valueAt(asJson(object), ["spec", "ttlSecondsAfterFinished"]) === "number";
}
