/**
 * Paths into an object as managed fields name them. Format of one element in a FieldsV1 document
 * (sigs.k8s.io/structured-merge-diff, fieldpath/serialize-pe.go): `f:<name>` a member, `k:<json>` a list item by its
 * keys, `v:<json>` an item of a set, `i:<number>` an item by position.
 */
import { canonicalJson, isJsonObject, jsonEqual, parseJson } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { escapeStep } from "../src/object/json-pointer.ts";

/** One step into an object. */
export type PathElement =
  | { readonly kind: "Field"; readonly name: string }
  | { readonly kind: "Key"; readonly key: JsonObject }
  | { readonly kind: "Value"; readonly value: Json }
  | { readonly kind: "Index"; readonly index: number };

/** Steps from the root of an object. */
export type FieldPath = readonly PathElement[];

/** A member by name. */
export function field(name: string): PathElement {
  return { kind: "Field", name };
}

/** Reads `f:spec`, `k:{"name":"web"}` and so on; undefined for text that is none of them. */
export function parseElement(text: string): PathElement | undefined {
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case "f:":
      return field(rest);
    case "k:": {
      const key = parseQuietly(rest);
      return isJsonObject(key) ? { kind: "Key", key } : undefined;
    }
    case "v:": {
      const value = parseQuietly(rest);
      return value === undefined ? undefined : { kind: "Value", value };
    }
    case "i:":
      return /^\d{1,9}$/.test(rest) ? { kind: "Index", index: Number(rest) } : undefined;
    default:
      return undefined;
  }
}

/** The reverse of parseElement; equal elements give equal text, so it serves as a map key. */
export function formatElement(element: PathElement): string {
  switch (element.kind) {
    case "Field":
      return `f:${element.name}`;
    case "Key":
      return `k:${canonicalJson(element.key)}`;
    case "Value":
      return `v:${canonicalJson(element.value)}`;
    case "Index":
      return `i:${element.index}`;
  }
}

/** `/spec/template/spec/containers[name=web]/image`: a JSON pointer (RFC 6901) whose list items are named by their keys. */
export function formatPath(path: FieldPath): string {
  return path.map(pointerPart).join("");
}

/** What an element leads to: a member, the item with these keys, the item of a set; undefined where it leads nowhere. */
export function step(value: Json | undefined, element: PathElement): Json | undefined {
  if (element.kind === "Field") return isJsonObject(value) ? member(value, element.name) : undefined;
  if (!Array.isArray(value)) return undefined;
  const items = value as readonly Json[];
  switch (element.kind) {
    case "Key":
      return findItem(items, element.key);
    case "Value":
      return items.find((item) => jsonEqual(item, element.value));
    case "Index":
      return items[element.index];
  }
}

/**
 * The item with these keys. An item that leaves a key out counts where the server would fill in that very value:
 * a full match first, then one by default.
 */
export function findItem(items: readonly Json[], key: JsonObject): Json | undefined {
  const names = Object.keys(key);
  const matches = (item: Json, loose: boolean): boolean =>
    isJsonObject(item) && names.every((name) => jsonEqual(member(item, name), key[name]) || (loose && mayDefault(item, name, key[name])));
  return items.find((item) => matches(item, false)) ?? items.find((item) => matches(item, true));
}

/** The keys of a list item; a key that it leaves out is left out here too. */
export function keyOfItem(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => member(item, name) !== undefined).map((name) => [name, member(item, name)]));
}

/** `protocol` is the one key of a built-in kind with a default; keys of other kinds may have any. */
function mayDefault(item: JsonObject, name: string, value: Json | undefined): boolean {
  return member(item, name) === undefined && (name !== "protocol" || value === "TCP");
}

function member(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function pointerPart(element: PathElement): string {
  switch (element.kind) {
    case "Field":
      return `/${escapeStep(element.name)}`;
    case "Key":
      return `[${Object.keys(element.key).sort().map((name) => `${name}=${scalarText(element.key[name])}`).join(",")}]`;
    case "Value":
      return `[=${scalarText(element.value)}]`;
    case "Index":
      return `[${element.index}]`;
  }
}

/** A key or a scalar as it stands in a path. */
export function scalarText(value: Json | undefined): string {
  return escapeStep(typeof value === "string" ? value : canonicalJson(value));
}

function parseQuietly(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined; // written by a client that may write anything; the element is then not ours to understand
  }
}
