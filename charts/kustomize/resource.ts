import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";
import { isJsonObject } from "../../src/object/json.ts";
import { groupOf, versionOf } from "../../src/object/kube-object.ts";
import { carryWritten } from "../../src/object/written.ts";
import type { Origin } from "../rendered.ts";
import { MAX_NAME } from "../check-objects.ts";
import { isClusterScoped } from "./scope.ts";

/** What kustomize identifies an object by while it works; the namespace is the effective one. */
export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A name that an object had before a transformation. */
export interface FormerName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object on its way through the layers. Never changed in place: bases and parsed files are shared. */
export interface Resource {
  readonly value: JsonObject;
  readonly origin: Origin;
  /** Oldest first. */
  readonly former: readonly FormerName[];
  /** Innermost first. */
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** The name gets a hash of the content at the end. */
  readonly needsHash: boolean;
  /** Names of the `vars` whose values are read from this object. */
  readonly vars: readonly string[];
}

/** Namespace of everything that has none and could not have one. */
export const CLUSTER = "_cluster_";
const DEFAULT_NAMESPACE = "default";

/** A resource as it comes from a file or a generator. */
export function newResource(value: JsonObject, origin: Origin, needsHash = false): Resource {
  return { value, origin, former: [], prefixes: [], suffixes: [], needsHash, vars: [] };
}

/** Text at a member, or "" where there is none. */
export function textAt(value: JsonObject, member: string): string {
  const found = value[member];
  return typeof found === "string" ? found : "";
}

/** The text of a plain value, as it would stand in YAML; "" for lists, maps and nothing. */
export function scalarText(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** metadata, or an empty map. */
export function metadataOf(value: JsonObject): JsonObject {
  const metadata = value["metadata"];
  return isJsonObject(metadata) ? metadata : {};
}

const ids = new WeakMap<JsonObject, ResourceId>();

/** Name and namespace as written, with the effective namespace: "" means `default`, cluster-scoped kinds have CLUSTER. Remembered: it is asked for again and again. */
export function currentId({ value }: Resource): ResourceId {
  const known = ids.get(value);
  if (known !== undefined) return known;
  const id = idOf(value);
  ids.set(value, id);
  return id;
}

function idOf(value: JsonObject): ResourceId {
  const metadata = metadataOf(value);
  const [apiVersion, kind, name, written] = [idText(value, "apiVersion"), idText(value, "kind"), idText(metadata, "name"), idText(metadata, "namespace")];
  const namespace = isClusterScoped(apiVersion, kind) ? CLUSTER : written || DEFAULT_NAMESPACE;
  return { group: groupOf(apiVersion), version: versionOf(apiVersion), kind, namespace, name };
}

function idText(value: JsonObject, member: string): string {
  const text = textAt(value, member);
  if (text.length > MAX_NAME) throw new Error(`makes a ${member} of ${text.length} characters that begins with "${text.slice(0, 20)}"; Kubernetes takes 253`);
  return text;
}

/** The ids it had before, oldest first, in its present group and version. */
export function formerIds(resource: Resource): ResourceId[] {
  const { group, version } = currentId(resource);
  return resource.former.map((former) => ({ ...former, group, version }));
}

/** The id it was written with. */
export function originalId(resource: Resource): ResourceId {
  return formerIds(resource)[0] ?? currentId(resource);
}

/** All ids it ever had. */
export function allIds(resource: Resource): ResourceId[] {
  return [...formerIds(resource), currentId(resource)];
}

/** Equal in every part. */
export function sameId(left: ResourceId, right: ResourceId): boolean {
  return left.name === right.name && left.kind === right.kind && left.namespace === right.namespace && left.group === right.group && left.version === right.version;
}

/**
 * The same resource with its present id among the former ones. kustomize keeps them in annotations: from then on the object
 * has some, and a JSON patch may add to them. An empty map is dropped at the end of the build.
 */
export function rememberId(resource: Resource): Resource {
  const { kind, namespace, name } = currentId(resource);
  return { ...resource, value: withAnnotations(resource.value), former: [...resource.former, { kind, namespace, name }] };
}

const withAnnotations = (value: JsonObject): JsonObject => ((metadataOf(value)["annotations"] ?? null) === null ? withMetadata(value, { annotations: {} }) : value);

/** The same resource with another value; itself where nothing changed. */
export function withValue(resource: Resource, value: JsonObject): Resource {
  return value === resource.value ? resource : { ...resource, value };
}

/** An object with one member set, at its place or at the end; undefined removes it. `__proto__` is a member like any other. */
export function withMember(value: JsonObject, member: string, content: Json | undefined): JsonObject {
  if (content === undefined) return carryWritten(value, Object.fromEntries<Json | undefined>(Object.entries(value).filter(([key]) => key !== member)));
  if (member === "__proto__") return carryWritten(value, Object.fromEntries<Json | undefined>([...Object.entries(value), [member, content]]));
  return carryWritten(value, { ...value, [member]: content });
}

/** Sets a member of a map that is still being made; `__proto__` is a member like any other. */
export function setMember(draft: Record<string, Json | undefined>, member: string, content: Json | undefined): void {
  if (member === "__proto__") Object.defineProperty(draft, member, { value: content, enumerable: true, configurable: true, writable: true });
  else draft[member] = content;
}

/** The value with members of its metadata set; undefined removes one. */
export function withMetadata(value: JsonObject, members: JsonObject): JsonObject {
  let metadata = metadataOf(value);
  for (const [member, content] of Object.entries(members)) metadata = withMember(metadata, member, content);
  return withMember(value, "metadata", metadata);
}

/** `Deployment shop/cart (apps/v1)`, for people. */
export function formatId({ group, version, kind, namespace, name }: ResourceId): string {
  const place = namespace === CLUSTER ? "" : `${namespace}/`;
  return `${kind} ${place}${name} (${group === "" ? version : `${group}/${version}`})`;
}

/** The value with one annotation set. */
export function setAnnotation(value: JsonObject, name: string, text: string): JsonObject {
  const annotations = metadataOf(value)["annotations"];
  return withMetadata(value, { annotations: withMember(isJsonObject(annotations) ? annotations : {}, name, text) });
}

/** Names the object in what the action throws. */
export function inObject<Result>(resource: Resource, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw new Error(`${formatId(currentId(resource))}: ${messageOf(error)}`, { cause: error });
  }
}
