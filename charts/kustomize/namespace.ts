import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { demandScalar, mapShared, setPath, type FieldSpec } from "./field-path.ts";
import { CLUSTER, currentId, inObject, metadataOf, rememberId, scalarText, textAt, withMember, withMetadata, withValue, type Resource } from "./resource.ts";
import { specsFor } from "./specs-of-kind.ts";

/** What a namespace is written into. */
export interface NamespaceOptions {
  /** Fields besides metadata.namespace. */
  readonly specs: readonly FieldSpec[];
  /** Which subjects of role bindings get it: those called `default` (default), every ServiceAccount, or none. */
  readonly subjects?: "defaultOnly" | "allServiceAccounts" | "none" | undefined;
  /** True: a field that holds something is left alone; default false. */
  readonly unsetOnly?: boolean | undefined;
}

/**
 * Puts everything into a namespace: metadata of kinds not known to be cluster-scoped, the subjects of role bindings, and
 * what the specs reach. Throws Error where a spec reaches a map or list.
 */
export function setNamespace(resources: readonly Resource[], namespace: string, options: NamespaceOptions): Resource[] {
  const set = (current: Json | undefined): Json | undefined => {
    demandScalar(current);
    return options.unsetOnly === true && scalarText(current) !== "" ? undefined : namespace;
  };
  return resources.map((resource) => {
    const remembered = rememberId(resource);
    return withValue(remembered, inObject(resource, () => intoNamespace(remembered, options, set)));
  });
}

type Set = (current: Json | undefined) => Json | undefined;

function intoNamespace(resource: Resource, { specs, subjects = "defaultOnly" }: NamespaceOptions, set: Set): JsonObject {
  let { value } = resource;
  const isBinding = /^(?:Cluster)?RoleBinding$/.test(textAt(value, "kind"));
  if (currentId(resource).namespace !== CLUSTER) value = withNamespace(value, set);
  if (isBinding && subjects !== "none") value = intoSubjects(value, subjects, set);
  for (const spec of specsFor(specs, value)) {
    if (spec.path === "metadata/namespace" || (spec.path === "metadata/name" && value["apiVersion"] !== "v1")) continue;
    if (isBinding && spec.path === "subjects/namespace" && spec.kind) continue;
    value = setPath(value, spec.path, spec.create === true, set);
  }
  return value;
}

function withNamespace(value: JsonObject, set: Set): JsonObject {
  const current = metadataOf(value)["namespace"];
  const next = set(current);
  return next === undefined || next === current ? value : withMetadata(value, { namespace: next });
}

function intoSubjects(value: JsonObject, meant: "defaultOnly" | "allServiceAccounts", set: Set): JsonObject {
  const subjects = value["subjects"];
  if (!Array.isArray(subjects)) return value;
  const isMeant = (subject: JsonObject): boolean => (meant === "defaultOnly" ? subject["name"] === "default" : subject["kind"] === "ServiceAccount");
  const change = (subject: Json): Json => {
    if (!isJsonObject(subject) || !isMeant(subject)) return subject;
    const next = set(subject["namespace"]);
    return next === undefined || next === subject["namespace"] ? subject : withMember(subject, "namespace", next);
  };
  return withMember(value, "subjects", mapShared(subjects as Json[], change));
}
