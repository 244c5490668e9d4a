import { compareAnswer } from "../drift/compare-answer.ts";
import { compare } from "../drift/compare.ts";
import { foreignDifferences, isProvedEqual } from "../drift/difference.ts";
import type { Difference } from "../drift/difference.ts";
import { findExtras } from "../drift/extras.ts";
import { field, formatPath } from "../drift/field-path.ts";
import { findingsOf, ownershipLostFinding } from "../drift/finding.ts";
import { takeOver } from "../drift/takeover.ts";
import { FIELD_MANAGER, PART_OF_LABEL } from "../src/api/group.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { isJsonObject } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";

/** Why a live object is not what is desired, and what follows. */
export interface Explanation {
  /** Changes of somebody else, to be undone. */
  readonly corrections: readonly DriftFinding[];
  /** Changes that the source made: desired is newer than live. */
  readonly updates: readonly DriftFinding[];
  /** Changes of somebody else that are told but left alone. */
  readonly reported: readonly DriftFinding[];
  /** Operations that hand fields of people to us, so that the apply removes them. */
  readonly takeover: readonly Json[];
  /** Live is proved to be what is desired, down to who owns it. */
  readonly equal: boolean;
}

const LABELS_POINTER = formatPath(["metadata", "labels"].map(field));
const LABEL_POINTER = formatPath(["metadata", "labels", PART_OF_LABEL].map(field));

/**
 * Compares one desired object with its live content. Does not contact the cluster. `answer`: what the server made of the
 * desired object on top of this very live one, in a dry run; then nothing stays undecided.
 */
export function explain(desired: KubeObject, live: KubeObject, now: Date, answer?: KubeObject): Explanation {
  const comparison = answer === undefined ? compare(desired, live) : compareAnswer(answer, live);
  const extras = findExtras(desired, live);
  const undo = extras.filter(({ revert }) => revert);
  const foreign = [...foreignDifferences(comparison), ...undo];
  const ours = comparison.differences.filter(({ owned }) => owned);
  return {
    corrections: correctionsOf(live, foreign, now),
    updates: findingsOf(live, ours, now),
    reported: findingsOf(live, extras.filter(({ revert }) => !revert), now),
    takeover: takeOver(live, undo.map(({ path }) => path))?.patch ?? [],
    equal: isProvedEqual(comparison) && undo.length === 0,
  };
}

/**
 * True where only the server can compare: some desired field may be stored in another form than it is written, or a
 * webhook rewrote our own request (the server books that on our name, as an update) and would do so again.
 */
export function isUndecided(desired: KubeObject, live: KubeObject): boolean {
  const { undecided, differences } = compare(desired, live);
  return undecided.length > 0 || (differences.length > 0 && wasRewritten(live));
}

const wasRewritten = ({ metadata }: KubeObject): boolean =>
  (metadata.managedFields ?? []).some(({ manager, operation, subresource }) => manager === FIELD_MANAGER && operation === "Update" && subresource === undefined);

/** A lost membership label is told as what it means, also where it was the last one and the map went with it. */
function correctionsOf(live: KubeObject, differences: readonly Difference[], now: Date): DriftFinding[] {
  const fields = differences.filter(({ pointer, desired }) => pointer !== LABEL_POINTER && !(pointer === LABELS_POINTER && isOnlyOurs(desired)));
  const label = differences.some(({ pointer }) => pointer === LABEL_POINTER || pointer === LABELS_POINTER) ? [ownershipLostFinding(live, now)] : [];
  return [...label, ...findingsOf(live, fields, now)];
}

/** True for labels that are nothing but the membership label. */
const isOnlyOurs = (labels: Json | undefined): boolean => isJsonObject(labels) && Object.keys(labels).join() === PART_OF_LABEL;
