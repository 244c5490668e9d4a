/** What the API server refuses of built-in kinds, as far as objects of tests can be wrong, in its own words. */
import { isJsonObject, jsonEqual } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { FieldProblem } from "./api-errors.ts";
import { listAt, objectAt, textAt } from "./plain.ts";

type Check = (now: JsonObject, before: JsonObject | undefined) => readonly FieldProblem[];

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** All problems of an object; `before` is what it replaces. */
export function problemsOf(group: string, kind: string, now: JsonObject, before: JsonObject | undefined): readonly FieldProblem[] {
  const check = CHECKS[`${group}/${kind}`];
  return [...(group.startsWith("rbac.") ? [] : nameProblems(now)), ...finalizerProblems(now, before), ...(check === undefined ? [] : check(now, before))];
}

function nameProblems(now: JsonObject): FieldProblem[] {
  const name = textAt(now, "metadata", "name") ?? "";
  return SUBDOMAIN.test(name) ? [] : [wrong("metadata.name", name, SUBDOMAIN_MESSAGE)];
}

function finalizerProblems(now: JsonObject, before: JsonObject | undefined): FieldProblem[] {
  if (before === undefined || textAt(before, "metadata", "deletionTimestamp") === undefined) return [];
  const known = new Set(listAt(before, "metadata", "finalizers"));
  const added = listAt(now, "metadata", "finalizers").filter((name) => !known.has(name));
  if (added.length === 0) return [];
  const list = added.map((name) => JSON.stringify(name)).join(", ");
  return [{ field: "metadata.finalizers", reason: "FieldValueForbidden", message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}` }];
}

const wrong = (field: string, value: Json | undefined, why: string): FieldProblem => ({ field, reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}` });
const missing = (field: string, why = ""): FieldProblem => ({ field, reason: "FieldValueRequired", message: why === "" ? "Required value" : `Required value: ${why}` });
const forbidden = (field: string, why: string): FieldProblem => ({ field, reason: "FieldValueForbidden", message: `Forbidden: ${why}` });

/** Data that was declared immutable stays as it is. */
const immutableData: Check = (now, before) => {
  if (before?.["immutable"] !== true) return [];
  const changed = ["data", "binaryData"].filter((name) => !jsonEqual(now[name], before[name]));
  const loosened = now["immutable"] === true ? [] : [forbidden("immutable", "field is immutable when `immutable` is set")];
  return [...loosened, ...changed.map((name) => forbidden(name, "field is immutable when `immutable` is set"))];
};

const secret: Check = (now, before) => {
  const retyped = before !== undefined && !jsonEqual(now["type"], before["type"]) ? [wrong("type", now["type"], "field is immutable")] : [];
  return [...retyped, ...immutableData(now, before)];
};

const selected: Check = (now, before) => {
  const spec = objectAt(now, "spec");
  const selector = objectAt(spec, "selector");
  if (Object.keys(selector).length === 0) return [missing("spec.selector")];
  const labels = objectAt(spec, "template", "metadata", "labels");
  const fits = Object.entries(objectAt(selector, "matchLabels")).every(([name, value]) => labels[name] === value);
  const unfit = fits ? [] : [wrong("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
  const moved = before !== undefined && !jsonEqual(selector, objectAt(before, "spec", "selector")) ? [wrong("spec.selector", selector, "field is immutable")] : [];
  return [...unfit, ...containerProblems(spec), ...moved];
};

function containerProblems(spec: JsonObject): FieldProblem[] {
  const path = "spec.template.spec.containers";
  const containers = listAt(spec, "template", "spec", "containers");
  if (containers.length === 0) return [missing(path)];
  return containers.flatMap((container, index) => ["name", "image"].filter((name) => (textAt(container, name) ?? "") === "").map((name) => missing(`${path}[${index}].${name}`)));
}

/** What of a StatefulSet may change. */
const FLUID = new Set(["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"]);

const statefulSet: Check = (now, before) => {
  if (before === undefined) return selected(now, before);
  const [spec, old] = [objectAt(now, "spec"), objectAt(before, "spec")];
  const frozen = [...new Set([...Object.keys(spec), ...Object.keys(old)])].filter((name) => !FLUID.has(name) && !jsonEqual(spec[name], old[name]));
  const text = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return frozen.length === 0 ? selected(now, undefined) : [forbidden("spec", text)];
};

const service: Check = (now, before) => {
  const spec = objectAt(now, "spec");
  const old = objectAt(before, "spec");
  const ports = listAt(spec, "ports").flatMap((port, index) => {
    const { port: number } = objectAt(port);
    return typeof number === "number" && number >= 1 && number <= 65_535 ? [] : [wrong(`spec.ports[${index}].port`, number, "must be between 1 and 65535, inclusive")];
  });
  const moved = textAt(old, "clusterIP") !== undefined && spec["clusterIP"] !== old["clusterIP"] && spec["type"] !== "ExternalName";
  return [...ports, ...(moved ? [wrong("spec.clusterIPs[0]", listAt(spec, "clusterIPs"), "may not change once set")] : [])];
};

const fixed = (object: JsonObject): JsonObject => ({ ...objectAt(object, "spec"), resources: null, volumeName: null });

const claim: Check = (now, before) => {
  if (before === undefined) return [];
  const text = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
  return jsonEqual(fixed(now), fixed(before)) ? [] : [forbidden("spec", text)];
};

const job: Check = (now, before) => {
  if (before === undefined) return containerProblems(objectAt(now, "spec"));
  const template = objectAt(now, "spec", "template");
  return jsonEqual(template, objectAt(before, "spec", "template")) ? [] : [wrong("spec.template", template, "field is immutable")];
};

const binding: Check = (now, before) => (before === undefined || jsonEqual(now["roleRef"], before["roleRef"]) ? [] : [wrong("roleRef", now["roleRef"], "cannot change roleRef")]);

const definition: Check = (now, before) => {
  const spec = objectAt(now, "spec");
  const [name, plural, group] = [textAt(now, "metadata", "name"), textAt(spec, "names", "plural"), textAt(spec, "group")];
  const misnamed = name === `${plural}.${group}` ? [] : [wrong("metadata.name", name, `must be spec.names.plural+"."+spec.group`)];
  const moved = before === undefined ? [] : ["group", "scope"].filter((field) => spec[field] !== objectAt(before, "spec")[field]).map((field) => wrong(`spec.${field}`, spec[field], "field is immutable"));
  return [...misnamed, ...moved];
};

const CHECKS: Readonly<Record<string, Check>> = {
  "/ConfigMap": immutableData,
  "/Secret": secret,
  "/Service": service,
  "/PersistentVolumeClaim": claim,
  "apps/Deployment": selected,
  "apps/ReplicaSet": selected,
  "apps/DaemonSet": selected,
  "apps/StatefulSet": statefulSet,
  "batch/Job": job,
  "rbac.authorization.k8s.io/RoleBinding": binding,
  "rbac.authorization.k8s.io/ClusterRoleBinding": binding,
  "apiextensions.k8s.io/CustomResourceDefinition": definition,
};

/** A value of data that is no text: the server cannot even read the object. */
export function unreadable(group: string, kind: string, now: JsonObject): string | undefined {
  if (group !== "" || (kind !== "ConfigMap" && kind !== "Secret")) return undefined;
  for (const map of ["data", "stringData"]) {
    const values = now[map];
    if (!isJsonObject(values)) continue;
    const bad = Object.keys(values).find((name) => typeof values[name] !== "string");
    if (bad !== undefined) return `.${map}.${bad}: expected string`;
  }
  return undefined;
}
