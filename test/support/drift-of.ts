import type { KubeObject } from "../../src/object/kube-object.ts";
import { compareAnswer } from "../../drift/compare-answer.ts";
import { compare } from "../../drift/compare.ts";
import { foreignDifferences } from "../../drift/difference.ts";
import type { Difference } from "../../drift/difference.ts";
import { findExtras } from "../../drift/extras.ts";

/** The drift of one object. */
export interface Drift {
  /** What others made different, sorted by path: modified and missing fields, and extra ones. */
  readonly differences: readonly Difference[];
  /** Fields that only the server can judge; ask by dry run, or apply, and call again with the answer. */
  readonly undecided: readonly string[];
  /** Fields of the right value that are no longer ours: an apply is needed, but nothing is to be reported. */
  readonly unowned: readonly string[];
}

/**
 * What others did to an object. `desired` is what was last applied, in the form it was applied in. `answer`, where it
 * is at hand, is what the server made of that same desired state on top of this very `live` (a dry run's answer has
 * its resourceVersion): then nothing stays undecided.
 */
export function driftOf(desired: KubeObject, live: KubeObject, answer?: KubeObject): Drift {
  const comparison = answer === undefined ? compare(desired, live) : compareAnswer(answer, live);
  const differences = [...foreignDifferences(comparison), ...findExtras(desired, live)].sort((left, right) => (left.pointer < right.pointer ? -1 : 1));
  return { differences, undecided: comparison.undecided, unowned: comparison.unowned };
}
