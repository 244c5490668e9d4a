import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { groupOf, versionOf } from "../../src/object/kube-object.ts";
import { textAt, withMember } from "./resource.ts";

/** Which field of which kinds a transformation is about. Empty group, version or kind: any. */
export interface FieldSpec {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
  /** Steps separated by `/`; lists are walked through by themselves, `[]` says that a list is expected, `\/` is a slash. */
  readonly path: string;
  /** Missing fields are made. */
  readonly create?: boolean | undefined;
}

/** What happens at the end of a path; undefined in: the field is being made; undefined out: it is left as it was. */
export type SetLeaf = (current: Json | undefined) => Json | undefined;

/** True where a spec speaks about objects of this kind. */
export function appliesTo(spec: FieldSpec, apiVersion: string, kind: string): boolean {
  return (
    (!spec.kind || spec.kind === kind) &&
    (!spec.group || spec.group === groupOf(apiVersion)) &&
    (!spec.version || spec.version === versionOf(apiVersion))
  );
}

const splitCache = new Map<string, readonly string[]>();

/** `metadata/annotations/example.com\/name` → three steps. */
export function splitPath(path: string): readonly string[] {
  const known = splitCache.get(path);
  if (known !== undefined) return known;
  const steps = path.replace(/^\//, "").split(/(?<!\\)\//).map((step) => step.replaceAll("\\/", "/"));
  if (splitCache.size < 1000) splitCache.set(path, steps);
  return steps;
}

/** The object with every field that the spec reaches set; the object itself where it reaches none. Throws Error where a path meets text or a number on its way. */
export function setField(object: JsonObject, spec: FieldSpec, set: SetLeaf): JsonObject {
  return appliesTo(spec, textAt(object, "apiVersion"), textAt(object, "kind")) ? setPath(object, spec.path, spec.create === true, set) : object;
}

/** The same for one path, whatever the kind. */
export function setPath(object: JsonObject, path: string, create: boolean, set: SetLeaf): JsonObject {
  return descend(object, splitPath(path), create, set) as JsonObject; // an object stays an object: descend replaces members only
}

function descend(value: Json | undefined, steps: readonly string[], create: boolean, set: SetLeaf): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return set(value) ?? value;
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return mapShared(value as Json[], (item) => descend(item, steps, create, set) ?? item);
  if (!isJsonObject(value)) throw new Error(`field "${steps.join("/")}" is looked for in ${typeof value === "string" ? "text" : `a ${typeof value}`}, a list or map is needed`);
  return descendInto(value, step, rest, create, set);
}

function descendInto(value: JsonObject, step: string, rest: readonly string[], create: boolean, set: SetLeaf): JsonObject {
  const isList = step.endsWith("[]");
  const name = isList ? step.slice(0, -2) : step;
  const current = Object.hasOwn(value, name) ? value[name] : undefined;
  const makes = create && !isList;
  if (current === undefined && !makes) return value;
  const start = current ?? (isList ? [] : makes ? (rest.length === 0 ? undefined : {}) : null);
  const next = descend(start, rest, create, set);
  return next === current ? value : withMember(value, name, next);
}

/** Like map, but the same array where no item changed. */
export function mapShared<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed = false;
  const mapped = items.map((item) => {
    const next = change(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? mapped : items;
}
