import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { mapShared, setField } from "./field-path.ts";
import { NAMESPACES } from "./field-specs.ts";
import { CLUSTER, currentId, rememberId, textAt, withMember, withMetadata, withValue, type Resource } from "./resource.ts";

/**
 * Puts everything into a namespace: metadata of kinds not known to be cluster-scoped, the Namespace object itself, the
 * service references of API services and CRD webhooks, and role-binding subjects called `default`.
 */
export function setNamespace(resources: readonly Resource[], namespace: string): Resource[] {
  return resources.map((resource) => {
    const remembered = rememberId(resource);
    return withValue(remembered, intoNamespace(remembered, namespace));
  });
}

function intoNamespace(resource: Resource, namespace: string): JsonObject {
  let { value } = resource;
  if (currentId(resource).namespace !== CLUSTER) value = withMetadata(value, { namespace });
  if (/^(?:Cluster)?RoleBinding$/.test(textAt(value, "kind"))) value = intoSubjects(value, namespace);
  for (const spec of NAMESPACES) {
    if (spec.path === "metadata/name" && value["apiVersion"] !== "v1") continue;
    value = setField(value, spec, () => namespace);
  }
  return value;
}

function intoSubjects(value: JsonObject, namespace: string): JsonObject {
  const subjects = value["subjects"];
  if (!Array.isArray(subjects)) return value;
  const set = (subject: Json): Json => (isJsonObject(subject) && subject["name"] === "default" ? withMember(subject, "namespace", namespace) : subject);
  return withMember(value, "subjects", mapShared(subjects as Json[], set));
}
