import { isJsonObject, valueAt } from "../../src/object/json.ts";
import type { Json } from "../../src/object/json.ts";
import { asJson } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";

/** One entry of status.conditions, as far as health reads it. */
export interface StatusCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The integer at a path such as `status.readyReplicas`, or undefined where there is none. */
export function integerAt(object: KubeObject, path: string): number | undefined {
  const value = fieldAt(object, path);
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}

/** The text at a path, or the empty string where there is none. */
export function textAt(object: KubeObject, path: string): string {
  return text(fieldAt(object, path));
}

/** The value at a dotted path; no name in it may hold a dot. */
export function fieldAt(object: KubeObject, path: string): Json | undefined {
  return valueAt(asJson(object), path.split("."));
}

/** status.conditions; entries that are not conditions are left out. */
export function conditionsOf(object: KubeObject): readonly StatusCondition[] {
  const conditions = fieldAt(object, "status.conditions");
  if (!Array.isArray(conditions)) return [];
  return (conditions as readonly Json[]).flatMap((value) => {
    if (!isJsonObject(value)) return [];
    return [{ type: text(value["type"]), status: text(value["status"]), reason: text(value["reason"]), message: text(value["message"]) }];
  });
}

/** The condition of a type, or undefined. */
export function conditionOf(object: KubeObject, type: string): StatusCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** What a condition says for itself: its message, else its reason, else the fallback. */
export function explain(condition: StatusCondition, fallback: string): string {
  return condition.message || condition.reason || fallback;
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
