import { compareAnswer } from "../drift/compare-answer.ts";
import { compare } from "../drift/compare.ts";
import { foreignDifferences, isProvedEqual } from "../drift/difference.ts";
import type { Comparison, Difference } from "../drift/difference.ts";
import { findExtras } from "../drift/extras.ts";
import { field, formatPath } from "../drift/field-path.ts";
import type { FieldPath } from "../drift/field-path.ts";
import { isCovered, patternAt } from "../drift/field-pattern.ts";
import type { FieldPattern } from "../drift/field-pattern.ts";
import { findingsOf, ownershipLostFinding } from "../drift/finding.ts";
import { handedBack, letGo } from "../drift/handover.ts";
import { withLive, withoutIgnored } from "../drift/ignored-fields.ts";
import { formsOfValues, maskText } from "../drift/mask.ts";
import { retainedBy, retainedText } from "../drift/retained.ts";
import { takeOver } from "../drift/takeover.ts";
import { FIELD_MANAGER, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { isJsonObject } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { displayId, idOf } from "../src/object/object-id.ts";
import { ORIGIN_POINTER } from "./marks.ts";

/** A change of somebody else that can be undone: where it is, and what is told of it. */
export interface Cause {
  readonly path: FieldPath;
  readonly finding: DriftFinding;
}

/** Why a live object is not what is desired, and what follows. */
export interface Explanation {
  /** Changes of somebody else, with their places. */
  readonly causes: readonly Cause[];
  /** The same as findings: all of them, to be undone. */
  readonly corrections: readonly DriftFinding[];
  /** Changes that the source made: desired is newer than live. */
  readonly updates: readonly DriftFinding[];
  /** Changes of somebody else that are told but never undone. */
  readonly kept: readonly Cause[];
  /** Operations that hand fields to us before the apply: those of people, so that it removes them, and what was handed over and is ours again. */
  readonly takeover: readonly Json[];
  /** What the apply is to send. The desired object, with live values for what is ignored in lists that are stored as a whole. */
  readonly body: KubeObject;
  /** Something that is ours and no longer desired is live: an apply removes it. */
  readonly drops: boolean;
  /** Live is proved to be what is desired, down to who owns it. */
  readonly equal: boolean;
  /** What people should know besides: which dropped field stays because another tool applies it. */
  readonly notes: readonly string[];
}

/** What else is known for a comparison. */
export interface ExplainOptions {
  /** What the server made of the desired object on top of this very live one, in a dry run; then nothing stays undecided. */
  readonly answer?: KubeObject | undefined;
  /** What is left to others, and not in `desired`. Default nothing. */
  readonly ignored?: readonly FieldPattern[] | undefined;
  /** Values of Secrets that were put into the object, now or before. Default none. */
  readonly secrets?: readonly string[];
}

const LABELS_POINTER = formatPath(["metadata", "labels"].map(field));
const LABEL_PATH: FieldPath = ["metadata", "labels", PART_OF_LABEL].map(field);
const LABEL_POINTER = formatPath(LABEL_PATH);
const ANNOTATIONS_POINTER = formatPath(["metadata", "annotations"].map(field));
const ORIGIN_PATH: FieldPath = ["metadata", "annotations", ORIGIN_ANNOTATION].map(field);

/** Compares one desired object with its live content. Does not contact the cluster. */
export function explain(desired: KubeObject, live: KubeObject, now: Date, { answer, ignored = [], secrets = [] }: ExplainOptions = {}): Explanation {
  const open = letGo(desired, ignored);
  const comparison = comparisonOf(desired, live, open, answer);
  const extras = findExtras(desired, live, open);
  const undo = extras.filter(({ revert }) => revert);
  const taken = takeOver(live, undo.map(({ path }) => path), handedBack(live, desired, ignored));
  const kept = extras.filter(({ revert }) => !revert);
  const causes = causesOf(live, [...foreignDifferences(comparison), ...undo], now, secrets);
  return {
    causes,
    corrections: causes.map(({ finding }) => finding),
    updates: findingsOf(live, comparison.differences.filter(({ owned }) => owned), now, secrets),
    kept: withPaths(kept, findingsOf(live, kept, now, secrets)),
    takeover: taken?.patch ?? [],
    body: withLive(desired, live, ignored),
    drops: comparison.released.length > 0,
    equal: isProvedEqual(comparison) && undo.length === 0 && taken === undefined,
    notes: retainedBy(live, desired, open).map((one) => `${displayId(idOf(live))}: ${maskText(retainedText(one), formsOfValues(secrets))}`),
  };
}

/** What is sent where some causes are left as they are: neither written nor owned by us, like what is ignored. */
export interface PartialBody {
  /** The desired object without what is left. */
  readonly object: KubeObject;
  /** What is ignored, and what is left. */
  readonly patterns: readonly FieldPattern[];
  readonly body: KubeObject;
  readonly takeover: readonly Json[];
}

/**
 * What undoes some causes and leaves the others. Somebody else owns what they changed, and nobody what they removed, so
 * leaving it out of an apply changes nothing about it; what is stored only as a whole is sent with its live parts.
 * `dropped`: what Git has dropped and somebody else owns as well, which goes all the same. Default none.
 */
export function leaving(desired: KubeObject, live: KubeObject, { undo, left }: { readonly undo: readonly Cause[]; readonly left: readonly Cause[] }, ignored: readonly FieldPattern[], dropped: readonly FieldPath[] = []): PartialBody {
  const { object } = withoutIgnored(desired, left.map(({ path }) => patternAt(path)));
  const patterns = [...ignored, ...left.map(({ path }) => patternAt(path))];
  const extras = undo.filter(({ finding }) => finding.class === "Extra").map(({ path }) => path);
  return { object, patterns, body: withLive(object, live, patterns), takeover: takeOver(live, [...extras, ...dropped], handedBack(live, object, patterns))?.patch ?? [] };
}

/** What the server would reset because we let go of it is handed over first, so it does not change. */
function comparisonOf(desired: KubeObject, live: KubeObject, open: readonly FieldPattern[], answer: KubeObject | undefined): Comparison {
  if (answer === undefined) return compare(desired, live, open);
  const told = compareAnswer(withLive(answer, live, open), live);
  const [left, differences] = [told.differences.filter(({ path }) => isCovered(open, path)), told.differences.filter(({ path }) => !isCovered(open, path))];
  return { ...told, differences, released: [...told.released, ...left.map(({ pointer }) => pointer)].sort() };
}

/**
 * True where only the server can compare: some desired field may be stored in another form than it is written, or a
 * webhook rewrote our own request (the server books that on our name, as an update) and would do so again.
 */
export function isUndecided(desired: KubeObject, live: KubeObject, ignored: readonly FieldPattern[] = []): boolean {
  const { undecided, differences } = compare(desired, live, letGo(desired, ignored));
  return undecided.length > 0 || (differences.length > 0 && wasRewritten(live));
}

const wasRewritten = ({ metadata }: KubeObject): boolean =>
  (metadata.managedFields ?? []).some(({ manager, operation, subresource }) => manager === FIELD_MANAGER && operation === "Update" && subresource === undefined);

/** A lost membership label is told as what it means, also where it was the last one and the map went with it. So is the origin. */
function causesOf(live: KubeObject, differences: readonly Difference[], now: Date, secrets: readonly string[]): Cause[] {
  const fields = differences.filter(({ pointer, desired }) => pointer !== LABEL_POINTER && !(pointer === LABELS_POINTER && isOnly(PART_OF_LABEL, desired))).map(asOrigin);
  const label = differences.some(({ pointer }) => pointer === LABEL_POINTER || pointer === LABELS_POINTER) ? [{ path: LABEL_PATH, finding: ownershipLostFinding(live, now) }] : [];
  return [...label, ...withPaths(fields, findingsOf(live, fields, now, secrets))];
}

/** There is one finding for each difference, in the same order. */
function withPaths(differences: readonly Difference[], findings: readonly DriftFinding[]): Cause[] {
  return findings.flatMap((finding, index) => {
    const path = differences[index]?.path;
    return path === undefined ? [] : [{ path, finding }];
  });
}

/** The loss of annotations that were nothing but the origin is the loss of that. */
function asOrigin(difference: Difference): Difference {
  const { pointer, desired } = difference;
  if (pointer !== ANNOTATIONS_POINTER || difference.class !== "Missing" || !isJsonObject(desired) || !isOnly(ORIGIN_ANNOTATION, desired)) return difference;
  return { ...difference, path: ORIGIN_PATH, pointer: ORIGIN_POINTER, desired: desired[ORIGIN_ANNOTATION] };
}

/** True for a map that has this one key. */
const isOnly = (key: string, map: Json | undefined): boolean => isJsonObject(map) && Object.keys(map).join() === key;
