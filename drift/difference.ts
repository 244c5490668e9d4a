import type { Json } from "../src/object/json.ts";
import type { FieldPath } from "./field-path.ts";

/** One field on which desired and live do not agree. */
export interface Difference {
  readonly path: FieldPath;
  /** The path as text: `/spec/template/spec/containers[name=web]/image`. */
  readonly pointer: string;
  /** Modified: another value. Missing: not there. Extra: there, but nobody asked for it. */
  readonly class: "Modified" | "Missing" | "Extra";
  /** Undefined for Extra. */
  readonly desired: Json | undefined;
  /** Undefined for Missing. */
  readonly live: Json | undefined;
  /**
   * Our entry still owns the path: nobody changed it since our last apply, so it is desired that changed. Such a
   * difference belongs into a plan, not into a drift report.
   */
  readonly owned: boolean;
  /** False for what is reported, but left as it is (only some Extra are). */
  readonly revert: boolean;
}

/** What a comparison found. Live is proved equal to desired when every list in it is empty. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Paths that we own and that are no longer desired: the next apply removes them. */
  readonly released: readonly string[];
  /** Desired fields whose value is right but that somebody else took over: an apply makes them ours again. No drift. */
  readonly unowned: readonly string[];
  /** Fields that only the server can compare: ask by dry run. */
  readonly undecided: readonly string[];
}

/** True where live is proved to be what is desired. */
export function isProvedEqual({ differences, released, unowned, undecided }: Comparison): boolean {
  return differences.length + released.length + unowned.length + undecided.length === 0;
}

/** The differences that somebody else made: what a drift report tells. */
export function foreignDifferences(comparison: Comparison): readonly Difference[] {
  return comparison.differences.filter((difference) => !difference.owned);
}
