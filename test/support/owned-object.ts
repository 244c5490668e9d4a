import { FIELD_MANAGER } from "../../src/api/group.ts";
import { isJsonObject } from "../../src/object/json.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../src/object/kube-object.ts";

/** Lists that the made-up server of these tests merges by key; every other list is atomic. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  env: ["name"],
  volumes: ["name"],
  ports: ["containerPort", "protocol"],
};

/** The paths that an apply of this content owns, as FieldsV1: what the server writes for kinds with the lists above. */
export function fieldsOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(value).sort().map((name) => [`f:${name}`, fieldsOfValue(name, value[name] ?? null)]));
}

function fieldsOfValue(name: string, value: Json): JsonObject {
  if (isJsonObject(value)) return fieldsOf(value);
  const keys = KEYS[name];
  if (keys === undefined || !Array.isArray(value)) return {};
  return Object.fromEntries((value as readonly JsonObject[]).map((item) => [keyElement(item, keys), { ".": {}, ...fieldsOf(item) }]));
}

function keyElement(item: JsonObject, keys: readonly string[]): string {
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? "TCP"])))}`;
}

/** The entry of our own apply of an object. */
export function ownEntryOf({ apiVersion, kind: _kind, metadata, ...content }: KubeObject, time = "2026-05-04T10:00:00Z"): ManagedFieldsEntry {
  const { labels, annotations } = metadata;
  const kept = { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  const body = { ...content, ...(Object.keys(kept).length === 0 ? {} : { metadata: kept }) } as unknown as JsonObject; // JSON by construction of the tests
  return { manager: FIELD_MANAGER, operation: "Apply", apiVersion, time, fieldsType: "FieldsV1", fieldsV1: fieldsOf(body) };
}

/** An entry of somebody else. */
export function entryOf(manager: string, fieldsV1: JsonObject, rest: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry {
  return { manager, operation: "Update", apiVersion: "apps/v1", time: "2026-05-04T11:00:00Z", fieldsType: "FieldsV1", fieldsV1, ...rest };
}

/** `content` as a live object whose entries are the given ones. */
export function liveObject(content: KubeObject, managedFields: readonly ManagedFieldsEntry[]): KubeObject {
  return { ...content, metadata: { uid: "u1", resourceVersion: "7", generation: 1, ...content.metadata, managedFields } };
}
