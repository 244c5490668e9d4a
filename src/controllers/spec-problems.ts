import type { KindName } from "../api/kinds.ts";
import { formatProblems, parseResource } from "../api/validate.ts";
import { ReconcileError } from "../errors.ts";

/**
 * What is wrong with the spec of one of our objects, all of it at once; undefined when nothing is. The API server has
 * checked it when it was stored, but maybe against the definition of another version.
 */
export function specProblems(kind: KindName, object: object): ReconcileError | undefined {
  const parsed = parseResource(kind, object);
  return parsed.kind === "Valid" ? undefined : new ReconcileError("SPEC_INVALID", formatProblems(parsed.problems));
}
