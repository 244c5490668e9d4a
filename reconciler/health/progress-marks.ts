/** What a live object tells about its pace, so that a restart of the operator does not start every clock anew. */
import { isOwnEntry, ownEntry } from "../../drift/managed-fields.ts";
import { isJsonObject } from "../../src/object/json.ts";
import type { Json } from "../../src/object/json.ts";
import { groupOf } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { fieldAt, integerAt } from "./fields.ts";
import { isSettled } from "./health.ts";
import type { Health, ProgressMarks } from "./health.ts";

const SECOND_MS = 1000;
/** The largest int32: a deadline that somebody switched off. */
const NO_DEADLINE = 2_147_483_647;

/** The health with the object's marks, while it is on its way. */
export function withMarks(object: KubeObject, health: Health): Health {
  return isSettled(health) ? health : { ...health, progress: marksOf(object) };
}

function marksOf(object: KubeObject): ProgressMarks {
  return { generation: object.metadata.generation ?? 0, since: lastSign(object), allowedMs: allowedMs(object) };
}

/**
 * The latest of: created, deletion asked for, applied by us, status written, a condition changed, a rollout moved on.
 * Statuses that are written without need make it too late, never too early: nothing fails because of a restart.
 */
function lastSign(object: KubeObject): number {
  const { creationTimestamp, deletionTimestamp, managedFields = [] } = object.metadata;
  const entries = managedFields.filter((entry) => isOwnEntry(entry) || entry.subresource === "status").map(({ time }) => time);
  return Math.max(0, ...[creationTimestamp, deletionTimestamp, ...entries, ...conditionTimes(object)].flatMap(millisecondsOf));
}

function conditionTimes(object: KubeObject): (Json | undefined)[] {
  const conditions = fieldAt(object, "status.conditions");
  if (!Array.isArray(conditions)) return [];
  return (conditions as readonly Json[]).filter(isJsonObject).flatMap((condition) => [condition["lastTransitionTime"], condition["type"] === "Progressing" ? condition["lastUpdateTime"] : undefined]);
}

function millisecondsOf(time: Json | undefined): number[] {
  const ms = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? [] : [ms];
}

/**
 * The deadline of a rollout counts where it was written in Git: the API server's default of ten minutes is nobody's wish.
 * A Job has the time that it gives itself, and all the time in the world while its Pods run. An Application of ours times
 * out by itself.
 */
function allowedMs(object: KubeObject): number {
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case "batch/Job":
      return (integerAt(object, "status.ready") ?? 0) > 0 ? Number.POSITIVE_INFINITY : seconds(integerAt(object, "spec.activeDeadlineSeconds"));
    case "driftless.dev/Application":
      return fieldAt(object, "status") === undefined ? 0 : Number.POSITIVE_INFINITY;
    default:
      return isOurs(object, "progressDeadlineSeconds") ? seconds(integerAt(object, "spec.progressDeadlineSeconds")) : 0;
  }
}

const seconds = (count: number | undefined): number => (count === undefined || count === NO_DEADLINE ? 0 : count * SECOND_MS);

/** True for a field directly below spec that our applies wrote. */
export function isOurs(object: KubeObject, field: string): boolean {
  const spec = ownEntry(object.metadata.managedFields)?.fieldsV1?.["f:spec"];
  return isJsonObject(spec) && spec[`f:${field}`] !== undefined;
}
