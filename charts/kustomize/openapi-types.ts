import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { apiVersionOf } from "../../src/object/kube-object.ts";
import type { MergeList, MergeType } from "../../src/object/merge-keys.ts";

/*
 * How lists are merged according to an OpenAPI v2 description, as kustomize 5.8 reads it: a list is merged where its patch
 * strategy names `merge`, by its list-map keys, else its patch merge key, else as a set. What stands beside a `$ref` is not seen.
 */
const GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";
const STRATEGY = "x-kubernetes-patch-strategy";
const MERGE_KEY = "x-kubernetes-patch-merge-key";
const MAP_KEYS = "x-kubernetes-list-map-keys";
/** References that lead to references. */
const MAX_REFERENCES = 100;

/** A type while it is being made; types may contain themselves. */
type Draft = { -readonly [Member in keyof MergeType]: MergeType[Member] };

/** The merge types of all kinds in the `definitions` of a description, by `<apiVersion> <kind>`. They may be cyclic. */
export function mergeTypesOf(definitions: JsonObject): ReadonlyMap<string, MergeType> {
  const reader: Reader = { definitions, known: new Map(), pending: [] };
  const types = new Map(Object.values(definitions).flatMap((schema) => (isJsonObject(schema) ? kindsOf(schema).map((kind) => [kind, typeOf(schema, reader)] as const) : [])));
  for (let fill = reader.pending.pop(); fill !== undefined; fill = reader.pending.pop()) fill();
  return types;
}

interface Reader {
  readonly definitions: JsonObject;
  readonly known: Map<JsonObject, MergeType>;
  /** What fills types that were asked for: a chain of references may be as long as the file. */
  readonly pending: (() => void)[];
}

/** The kinds that a definition describes, as `apps/v1 Deployment`. */
function kindsOf(schema: JsonObject): string[] {
  const kinds = schema[GROUP_VERSION_KIND];
  if (!Array.isArray(kinds)) return [];
  return (kinds as Json[]).flatMap((each) => {
    const { group = "", version, kind } = (isJsonObject(each) ? each : {}) as { group?: Json; version?: Json; kind?: Json }; // any member may be anything
    return typeof group === "string" && typeof version === "string" && typeof kind === "string" ? [`${apiVersionOf(group, version)} ${kind}`] : [];
  });
}

function typeOf(schema: JsonObject, reader: Reader): MergeType {
  const known = reader.known.get(schema);
  if (known !== undefined) return known;
  const draft: Draft = { isOpen: true };
  reader.known.set(schema, draft);
  reader.pending.push(() => fillType(draft, schema, reader));
  return draft;
}

function fillType(draft: Draft, schema: JsonObject, reader: Reader): void {
  const [lists, members]: [[string, MergeList][], [string, MergeType][]] = [[], []];
  for (const [name, property] of Object.entries(mapAt(schema, "properties"))) {
    const found = resolve(property, reader);
    if (found === undefined) continue;
    const list = listOf(found, reader);
    if (list === undefined) members.push([name, typeOf(found, reader)]);
    else lists.push([name, list]);
  }
  draft.lists = Object.fromEntries(lists);
  draft.members = Object.fromEntries(members);
  const values = resolve(schema["additionalProperties"], reader);
  if (values !== undefined) draft.values = typeOf(values, reader);
}

/** The list that a schema says to merge, or undefined for everything else. */
function listOf(schema: JsonObject, reader: Reader): MergeList | undefined {
  const strategy = schema[STRATEGY];
  if (typeof strategy !== "string" || !strategy.split(",").includes("merge")) return undefined;
  const [mapKeys, mergeKey] = [schema[MAP_KEYS], schema[MERGE_KEY]];
  const keys = (Array.isArray(mapKeys) ? (mapKeys as Json[]) : [mergeKey ?? null]).filter((key) => typeof key === "string");
  const item = isArray(schema) ? resolve(schema["items"], reader) : undefined;
  return item === undefined ? { keys } : { keys, item: typeOf(item, reader) };
}

/** OpenAPI writes a type as text or as a list of one. */
function isArray({ type }: { readonly type?: Json }): boolean {
  return type === "array" || (Array.isArray(type) && type.length === 1 && type[0] === "array");
}

/** The schema itself, or what it refers to; undefined where that leads nowhere. */
function resolve(schema: Json | undefined, { definitions }: Reader): JsonObject | undefined {
  let current = schema;
  for (let hops = 0; isJsonObject(current) && hops < MAX_REFERENCES; hops += 1) {
    const reference = current["$ref"];
    if (typeof reference !== "string" || reference === "") return current;
    const name = reference.replace(/^#\/definitions\//, "").replaceAll("~1", "/").replaceAll("~0", "~");
    current = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  }
  return undefined;
}

function mapAt(schema: JsonObject, member: string): JsonObject {
  const found = schema[member];
  return isJsonObject(found) ? found : {};
}
