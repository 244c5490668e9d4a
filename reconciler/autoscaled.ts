import type { FieldPattern, IgnoreRules } from "../drift/ignore.ts";
import { valueAt } from "../src/object/json.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { formatKey } from "../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import { groupKind } from "./group-kind.ts";
import { referencesOf } from "./references.ts";

const REPLICAS: FieldPattern = [{ kind: "Field", name: "spec" }, { kind: "Field", name: "replicas" }];
const HORIZONTAL = "HorizontalPodAutoscaler.autoscaling";
const KEDA = "ScaledObject.keda.sh";

/** An object and what it is called. */
interface Named {
  readonly id: ObjectId;
  readonly object: KubeObject;
}

/**
 * The rules, and besides them: the number of Pods is left to the autoscaler where one among these objects scales the
 * object. What Git says is where it starts. Only 0 is taken at its word, since it switches a HorizontalPodAutoscaler off.
 */
export function withAutoscaled(rules: IgnoreRules, objects: readonly Named[]): IgnoreRules {
  const scaled = new Set([...targetsOf(objects, KEDA), ...targetsOf(objects, HORIZONTAL).difference(switchedOff(objects))]);
  if (scaled.size === 0) return rules;
  return { forObject: (id) => (scaled.has(formatKey(id)) ? [...rules.forObject(id), REPLICAS] : rules.forObject(id)) };
}

function targetsOf(objects: readonly Named[], scaler: string): ReadonlySet<ObjectKey> {
  return new Set(objects.filter(({ id }) => groupKind(id.group, id.kind) === scaler).flatMap(({ id, object }) => referencesOf(id, object).map(formatKey)));
}

function switchedOff(objects: readonly Named[]): ReadonlySet<ObjectKey> {
  return new Set(objects.flatMap(({ id, object }) => (valueAt(asJson(object), ["spec", "replicas"]) === 0 ? [formatKey(id)] : [])));
}
