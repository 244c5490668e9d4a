import { isJsonObject, type Json } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { readPlain } from "./change-fields.ts";
import { idsOf } from "./replacement-selection.ts";
import { kindOf, lookUp, splitFieldPath, type Found } from "./replacement-path.ts";
import { DEFAULT_FIELD_PATH, type FieldOptions, type Replacement, type ReplacementSource } from "./replacement-entry.ts";
import { currentId, formatId, type Resource, type ResourceId } from "./resource.ts";

/** What a replacement puts into its targets. */
export type ReplacementValue = Found;

/** The value of a replacement. Throws Error where no object, several objects or no field is there to take it from. */
export function sourceValue(resources: readonly Resource[], { source, sourceValue: given }: Replacement, spend: Spend): ReplacementValue {
  if (source !== undefined && given !== undefined) throw new Error("replacement has both a source and a sourceValue; leave out one");
  if (source === undefined) return { value: readPlain(given ?? ""), text: given ?? "" };
  spend(resources.length);
  const resource = findSource(resources, source);
  const path = source.fieldPath || DEFAULT_FIELD_PATH;
  const name = formatId(currentId(resource));
  const found = inSource(name, path, () => lookUp(resource.value, splitFieldPath(path)));
  if (found === undefined || isNothing(found.value)) throw new Error(`replacement source ${name} has no ${path}${siblings(resource, path)}`);
  return inSource(name, path, () => partOf(found, source.options));
}

function findSource(resources: readonly Resource[], source: ReplacementSource): Resource {
  const found = resources.filter((resource) => idsOf(resource).some((id) => isMeant(id, source)));
  const [first] = found;
  if (found.length > 1) throw new Error(`replacement source ${describe(source)} may be ${found.slice(0, 5).map((each) => formatId(currentId(each))).join(" or ")}`);
  if (first === undefined) throw new Error(`replacement source ${describe(source)} is none of the ${resources.length} objects here${similar(resources, source)}`);
  return first;
}

/** Kinds and names are compared as texts, namespaces with \`default\` for none. */
function isMeant(id: ResourceId, { group, version, kind, name, namespace }: ReplacementSource): boolean {
  return equals(group, id.group) && equals(version, id.version) && equals(kind, id.kind) && equals(name, id.name) && equals(namespace, id.namespace || "default");
}

const equals = (wanted: string | undefined, text: string): boolean => !wanted || wanted === text;

function describe({ group, version, kind, name, namespace }: ReplacementSource): string {
  const parts = Object.entries({ group, version, kind, name, namespace }).flatMap(([part, text]) => (text ? [`${part} "${text}"`] : []));
  return parts.length === 0 ? "without kind and name" : parts.join(", ");
}

/** What else has that name, or is of that kind: most misses are a typing error. */
function similar(resources: readonly Resource[], { kind, name }: ReplacementSource): string {
  const ids = resources.map(currentId);
  const named = name ? ids.filter((id) => id.name === name) : [];
  const near = (named.length > 0 ? named : ids.filter((id) => id.kind === kind)).slice(0, 3);
  return near.length === 0 ? "" : `; there is ${near.map(formatId).join(", ")}`;
}

/** The names of the members that are there instead, never their values. */
function siblings(resource: Resource, path: string): string {
  const parent = lookUp(resource.value, splitFieldPath(path).slice(0, -1))?.value;
  const names = isJsonObject(parent) ? Object.keys(parent).slice(0, 10) : [];
  return names.length === 0 ? "" : `; there is ${names.join(", ")}`;
}

const isNothing = (value: Json): boolean => value === null || (typeof value === "object" && Object.keys(value).length === 0);

function partOf(found: Found, { delimiter, index = 0 }: FieldOptions = {}): ReplacementValue {
  if (!delimiter) return found;
  if (typeof found.value === "object") throw new Error(`a delimiter takes texts apart, and this is ${kindOf(found.value)}`);
  const parts = found.text.split(delimiter);
  const part = Number(index) < 0 ? undefined : parts[Number(index)];
  if (part === undefined) throw new Error(`options.index is ${index}, and "${delimiter}" splits the text into ${parts.length}; positions count from 0`);
  return { value: retyped(found.value, part), text: part };
}

/** A part of a text is a text; a part of a number is read anew. */
const retyped = (whole: Json, part: string): Json => (typeof whole === "string" ? part : readPlain(part));

function inSource<Result>(name: string, path: string, take: () => Result): Result {
  try {
    return take();
  } catch (error) {
    throw error instanceof Error && error.name === "Error" ? new Error(`replacement source ${name}: ${path}: ${error.message}`, { cause: error }) : error;
  }
}
