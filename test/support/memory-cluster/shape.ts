/** How the values of a kind are merged: which objects are maps, which lists are keyed, sets or atomic. */
import { canonicalJson, isJsonObject } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { MergeList, MergeType } from "../../../src/object/merge-keys.ts";
import { mergeTypeOf } from "../../../src/object/merge-keys.ts";
import { listAt, objectAt, textAt } from "./plain.ts";

/** A value is merged as a whole (`Leaf`), member by member, item by item under keys, or as a set of scalars. */
export type Shape = { readonly kind: "Leaf" } | ObjectShape | KeyedShape | { readonly kind: "Set" };

/** Undeclared members: refused, part of the structure (built-in kinds, whose fields are not all listed here), or items of a map. */
export interface ObjectShape {
  readonly kind: "Object";
  readonly fields: ReadonlyMap<string, Shape>;
  readonly rest: "Refused" | "Declared" | Shape;
}

/** A list whose items are told apart by these members; a member that an item leaves out has this default. */
export interface KeyedShape {
  readonly kind: "Keyed";
  readonly keys: readonly string[];
  readonly defaults: JsonObject;
  readonly item: Shape;
}

/** A member of an object: `declared` members are named in FieldsV1 only where something lies below them. */
export interface MemberShape {
  readonly shape: Shape;
  readonly declared: boolean;
}

const LEAF: Shape = { kind: "Leaf" };
const SET: Shape = { kind: "Set" };
const MAP: Shape = { kind: "Object", fields: new Map(), rest: LEAF };
/** A structure of which nothing is known: objects below are structures, lists are atomic. */
const OPEN: ObjectShape = { kind: "Object", fields: new Map(), rest: "Declared" };
/** A value without schema: objects are maps, lists are atomic. */
const DEDUCED: ObjectShape = { kind: "Object", fields: new Map(), rest: LEAF };
(DEDUCED as { rest: Shape }).rest = DEDUCED; // it holds itself

const keyed = (keys: readonly string[], item: Shape = OPEN): KeyedShape => ({ kind: "Keyed", keys, defaults: keys.includes("protocol") ? { protocol: "TCP" } : {}, item });

/** Members of built-in kinds by name, wherever they occur. */
const NAMED: Readonly<Record<string, Shape>> = {
  labels: MAP, annotations: MAP, data: MAP, binaryData: MAP, stringData: MAP, limits: MAP, requests: MAP, capacity: MAP,
  selector: LEAF, labelSelector: LEAF, nodeSelector: LEAF, roleRef: LEAF, fieldRef: LEAF, configMapKeyRef: LEAF, secretKeyRef: LEAF,
  conditions: keyed(["type"]), finalizers: SET, ownerReferences: keyed(["uid"]),
};

/** The shape of a member. Throws TypeError where the schema declares no such member. */
export function memberShape(shape: ObjectShape, name: string): MemberShape {
  const declared = shape.fields.get(name);
  if (declared !== undefined) return { shape: declared, declared: true };
  if (shape.rest === "Refused") throw new TypeError("field not declared in schema");
  if (shape.rest !== "Declared") return { shape: shape.rest, declared: false };
  return { shape: Object.hasOwn(NAMED, name) ? (NAMED[name] ?? OPEN) : OPEN, declared: true };
}

/** What a shape means for these values: a structure or list that is neither there is a leaf. */
export function fitting(shape: Shape, ...values: readonly (Json | undefined)[]): Shape {
  const present = values.filter((value) => value !== undefined && value !== null);
  if (shape.kind === "Leaf") return shape;
  const fits = shape.kind === "Object" ? isJsonObject : Array.isArray;
  return present.every((value) => fits(value)) ? shape : LEAF;
}

/** The path element of a list item. */
export function elementOf(shape: KeyedShape | { readonly kind: "Set" }, item: Json): string {
  if (shape.kind === "Set") return `v:${canonicalJson(item)}`;
  const source = isJsonObject(item) ? item : {};
  return `k:${canonicalJson(Object.fromEntries(shape.keys.map((name) => [name, source[name] ?? shape.defaults[name] ?? null])))}`;
}

const METADATA: Shape = OPEN;

const builtIn = new Map<string, Shape>();

/** The shape of a kind of Kubernetes itself. */
export function builtInShape(apiVersion: string, kind: string): Shape {
  const name = `${apiVersion} ${kind}`;
  const known = builtIn.get(name);
  if (known !== undefined) return known;
  const type = mergeTypeOf(apiVersion, kind);
  const shape = type === undefined ? OPEN : fromMergeType(type);
  builtIn.set(name, shape);
  return shape;
}

function fromMergeType({ members = {}, lists = {} }: MergeType): ObjectShape {
  const fields = new Map<string, Shape>(Object.entries(members).map(([name, type]) => [name, name === "metadata" ? METADATA : fromMergeType(type)]));
  for (const [name, list] of Object.entries(lists)) fields.set(name, fromMergeList(list));
  return { kind: "Object", fields, rest: "Declared" };
}

function fromMergeList({ keys, item }: MergeList): Shape {
  return keys.length === 0 ? SET : keyed(keys, item === undefined ? OPEN : fromMergeType(item));
}

/** The shape of a custom resource from the structural schema of its version. */
export function customShape(schema: JsonObject): Shape {
  const fields = new Map<string, Shape>([["apiVersion", LEAF], ["kind", LEAF], ["metadata", METADATA]]);
  const root = fromSchema(schema);
  if (root.kind !== "Object") return root;
  return { ...root, fields: new Map([...root.fields, ...fields]) };
}

function fromSchema(schema: JsonObject): Shape {
  if (schema["x-kubernetes-map-type"] === "atomic") return LEAF;
  if (schema["type"] === "array") return fromListSchema(schema);
  if (schema["type"] !== "object") return schema["x-kubernetes-preserve-unknown-fields"] === true ? DEDUCED : LEAF;
  const fields = new Map(Object.entries(objectAt(schema, "properties")).map(([name, member]) => [name, fromSchema(objectAt(member))]));
  const { additionalProperties } = schema;
  if (isJsonObject(additionalProperties)) return { kind: "Object", fields, rest: fromSchema(additionalProperties) };
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return { kind: "Object", fields, rest: DEDUCED };
  return fields.size === 0 ? { kind: "Object", fields, rest: DEDUCED } : { kind: "Object", fields, rest: "Refused" };
}

function fromListSchema(schema: JsonObject): Shape {
  switch (textAt(schema, "x-kubernetes-list-type")) {
    case "map":
      return { ...keyed(listAt(schema, "x-kubernetes-list-map-keys").map(String), fromSchema(objectAt(schema, "items"))), defaults: keyDefaults(schema) };
    case "set":
      return SET;
    case undefined:
    default:
      return LEAF;
  }
}

function keyDefaults(schema: JsonObject): JsonObject {
  const properties = objectAt(schema, "items", "properties");
  return Object.fromEntries(Object.entries(properties).flatMap(([name, member]) => (objectAt(member)["default"] === undefined ? [] : [[name, objectAt(member)["default"]] as const])));
}
