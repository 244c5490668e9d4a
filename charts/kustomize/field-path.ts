import { messageOf, ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { groupOf, versionOf } from "../../src/object/kube-object.ts";
import { carryWritten } from "../../src/object/written.ts";
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

/** Characters of a path that an error shows. */
const MAX_SHOWN = 200;

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
  try {
    return descend(object, { steps: splitPath(path), create, set }, 0) as JsonObject; // an object stays an object: descend replaces members only
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw new Error(`${path.slice(0, MAX_SHOWN)}: ${messageOf(error).slice(-1000)}`, { cause: error });
  }
}

interface Way {
  readonly steps: readonly string[];
  readonly create: boolean;
  readonly set: SetLeaf;
}

/** `depth`: steps that were taken. Called for every object and path: it makes nothing on its way. */
function descend(value: Json | undefined, way: Way, depth: number): Json | undefined {
  const step = way.steps[depth];
  if (step === undefined) return way.set(value) ?? value;
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return mapShared(value as Json[], (item) => descend(item, way, depth) ?? item);
  if (isJsonObject(value)) return descendInto(value, step, way, depth);
  throw new Error(`field "${way.steps.slice(depth).join("/")}" is looked for in ${typeof value === "string" ? "text" : `a ${typeof value}`}, a list or map is needed`);
}

function descendInto(value: JsonObject, step: string, way: Way, depth: number): JsonObject {
  const isList = step.endsWith("[]");
  const name = isList ? step.slice(0, -2) : step;
  if (name === "") throw new Error("path has an empty step");
  const current = Object.hasOwn(value, name) ? value[name] : undefined;
  const makes = way.create && !isList;
  if (current === undefined && !makes) return value;
  const isLast = depth === way.steps.length - 1;
  const start = current ?? (isList ? [] : makes ? (isLast ? undefined : {}) : null);
  const next = descend(start, way, depth + 1);
  return next === current ? value : withMember(value, name, next);
}

/** Throws Error where a text is to be written over a map or a list. */
export function demandScalar(current: Json | undefined): void {
  if (typeof current === "object" && current !== null) throw new Error(`a ${Array.isArray(current) ? "list" : "map"} is there, text is expected`);
}

/** Like map, but the same array where no item changed. */
export function mapShared<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed = false;
  const mapped = items.map((item) => {
    const next = change(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? carryWritten(items, mapped) : items;
}
