/** From unknown JSON to one of our own resources: the border at which their types begin to be true. */
import { isJsonObject } from "../object/json.ts";
import type { Json, JsonObject } from "../object/json.ts";
import { API_VERSION } from "./group.ts";
import { kindDefinition } from "./kinds.ts";
import type { KindDefinition, KindName, Kinds } from "./kinds.ts";
import { checkValue } from "./schema-check.ts";
import type { CheckContext, Problem } from "./schema-check.ts";
import { schemaNode } from "./schema-node.ts";

export type { Problem } from "./schema-check.ts";

/** A resource whose spec holds every default that its schema gives, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly kind: "Valid"; readonly value: T }
  | { readonly kind: "Invalid"; readonly problems: readonly Problem[] };

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Checks a value as the API server would: types, required and unknown fields, patterns, bounds and rules.
 * Unknown fields of the status are dropped, so that a newer operator's status does not stop an older one.
 */
export function parseResource<K extends KindName>(kind: K, value: unknown): Parsed<Kinds[K]> {
  const problems: Problem[] = [];
  if (!isJsonObject(value)) return { kind: "Invalid", problems: [{ path: "", message: `must be a ${kind} object` }] };
  checkType(kind, value, problems);
  checkMetadata(value["metadata"], problems);
  const parts = checkParts(kindDefinition(kind), value, problems);
  if (problems.length > 0) return { kind: "Invalid", problems };
  return { kind: "Valid", value: { ...value, ...parts } as unknown as Kinds[K] }; // every part was checked against the schema that the type is inferred from
}

/** All problems as text for people, one line each: `spec.url: is required`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n");
}

function checkType(kind: KindName, value: JsonObject, problems: Problem[]): void {
  if (value["apiVersion"] !== API_VERSION) problems.push({ path: "apiVersion", message: `must be ${API_VERSION}` });
  if (value["kind"] !== kind) problems.push({ path: "kind", message: `must be ${kind}` });
  for (const name of Object.keys(value)) {
    if (!["apiVersion", "kind", "metadata", "spec", "status"].includes(name)) {
      problems.push({ path: name, message: "is not a field here; known are apiVersion, kind, metadata, spec, status" });
    }
  }
}

function checkParts(definition: KindDefinition, value: JsonObject, problems: Problem[]): JsonObject {
  const refuse: CheckContext = { problems, unknownMembers: "refuse" };
  const drop: CheckContext = { problems, unknownMembers: "drop" };
  const { spec, status } = value;
  if (spec === undefined || spec === null) problems.push({ path: "spec", message: "is required" });
  return {
    ...(spec === undefined || spec === null ? {} : { spec: checkValue(schemaNode(definition.spec.json), spec, "spec", refuse) }),
    ...(status === undefined || status === null ? {} : { status: checkValue(schemaNode(definition.status.json), status, "status", drop) }),
  };
}

function checkMetadata(metadata: Json | undefined, problems: Problem[]): void {
  if (!isJsonObject(metadata)) {
    problems.push({ path: "metadata", message: "must be an object with a name" });
    return;
  }
  const { name, namespace } = metadata;
  if (typeof name !== "string" || name.length > 253 || !DNS_SUBDOMAIN.test(name)) {
    problems.push({ path: "metadata.name", message: "must be lower-case letters, digits, - and ., at most 253" });
  }
  if (namespace !== undefined && (typeof namespace !== "string" || namespace.length > 63 || !DNS_LABEL.test(namespace))) {
    problems.push({ path: "metadata.namespace", message: "must be lower-case letters, digits and -, at most 63" });
  }
  for (const map of ["labels", "annotations"] as const) checkTextMap(metadata[map], `metadata.${map}`, problems);
}

function checkTextMap(map: Json | undefined, path: string, problems: Problem[]): void {
  if (map === undefined || map === null) return;
  if (!isJsonObject(map)) {
    problems.push({ path, message: "must be an object of texts" });
    return;
  }
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== "string") problems.push({ path: `${path}.${key}`, message: "must be a text; put it in quotes" });
  }
}
