/**
 * One source for types, CRD schemas and reference docs: small builders whose result carries both the structural
 * OpenAPI v3 schema that the API server enforces and, through Infer, the TypeScript type.
 */
import type { JsonObject } from "../object/json.ts";

/** A structural schema (OpenAPI v3 with Kubernetes' extensions) and the type of the values it admits. */
export interface Schema<T> {
  readonly json: JsonObject;
  readonly required: boolean;
  /** Never set; carries the type. */
  readonly type?: T;
}

/** An object member that may be absent. */
export interface OptionalSchema<T> extends Schema<T> {
  readonly required: false;
}

/** The type of the values that a schema admits. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

type Members = Readonly<Record<string, Schema<unknown>>>;
type OptionalKeys<M extends Members> = { [K in keyof M]: M[K] extends { required: false } ? K : never }[keyof M];
type Shape<M extends Members> = { readonly [K in Exclude<keyof M, OptionalKeys<M>>]: Infer<M[K]> } & {
  readonly [K in OptionalKeys<M>]?: Infer<M[K]>;
};

/** A CEL rule of the API server with the message that a user reads. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
}

interface StringOptions {
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: string;
  readonly format?: string;
}

/** A string; at most 1,024 characters unless told otherwise, so that the server can bound the cost of rules. */
export function string(doc: string, options: StringOptions = {}): Schema<string> {
  return required({ type: "string", description: doc, maxLength: 1024, ...options });
}

/** A time as RFC 3339 with seconds. */
export function time(doc: string): Schema<string> {
  return required({ type: "string", description: doc, format: "date-time" });
}

/** A duration such as `90s`, `5m`, `1h30m`. */
export function duration(doc: string, fallback?: string): Schema<string> {
  return string(doc, { pattern: "^([0-9]+(ms|s|m|h))+$", maxLength: 32, ...(fallback === undefined ? {} : { default: fallback }) });
}

/** One of a closed list of words. */
export function oneOf<const W extends string>(doc: string, words: readonly W[], fallback?: W): Schema<W> {
  return required({ type: "string", description: doc, enum: [...words], ...(fallback === undefined ? {} : { default: fallback }) });
}

/** An int64. */
export function integer(doc: string, options: { minimum?: number; maximum?: number; default?: number } = {}): Schema<number> {
  return required({ type: "integer", format: "int64", description: doc, ...options });
}

/** A number, or a share of something: `5` or `20%`. */
export function countOrPercent(doc: string, fallback?: number | string): Schema<number | string> {
  const json = { anyOf: [{ type: "integer" }, { type: "string" }], "x-kubernetes-int-or-string": true, pattern: "^[0-9]{1,9}%?$", description: doc };
  return required({ ...json, ...(fallback === undefined ? {} : { default: fallback }) });
}

/** True or false. */
export function boolean(doc: string, fallback?: boolean): Schema<boolean> {
  return required({ type: "boolean", description: doc, ...(fallback === undefined ? {} : { default: fallback }) });
}

/** An object with known members. */
export function object<const M extends Members>(doc: string, members: M, rules: readonly Rule[] = []): Schema<Shape<M>> {
  const names = Object.keys(members);
  const needed = names.filter((name) => members[name]?.required === true);
  return required({
    type: "object",
    description: doc,
    properties: Object.fromEntries(names.map((name) => [name, members[name]?.json])),
    ...(needed.length === 0 ? {} : { required: needed }),
    ...validations(rules),
  });
}

/** A list whose items are told apart by the named members. */
export function listByKey<T>(doc: string, keys: readonly string[], item: Schema<T>, maxItems: number): Schema<readonly T[]> {
  return required({ type: "array", description: doc, maxItems, items: item.json, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [...keys] });
}

/** A list of distinct scalars. */
export function setOf<T extends string>(doc: string, item: Schema<T>, maxItems: number): Schema<readonly T[]> {
  return required({ type: "array", description: doc, maxItems, items: item.json, "x-kubernetes-list-type": "set" });
}

/** A list that is always replaced as a whole. */
export function listOf<T>(doc: string, item: Schema<T>, maxItems: number): Schema<readonly T[]> {
  return required({ type: "array", description: doc, maxItems, items: item.json, "x-kubernetes-list-type": "atomic" });
}

/** A map whose names are free. */
export function mapOf<T>(doc: string, value: Schema<T>, maxProperties: number, rules: readonly Rule[] = []): Schema<Readonly<Record<string, T>>> {
  return required({ type: "object", description: doc, maxProperties, additionalProperties: value.json, ...validations(rules) });
}

/** An object that nothing is said about. */
export function anyObject(doc: string): Schema<JsonObject> {
  return required({ type: "object", description: doc, "x-kubernetes-preserve-unknown-fields": true });
}

/** Makes an object member optional. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return { ...schema, required: false };
}

const validations = (rules: readonly Rule[]): JsonObject => (rules.length === 0 ? {} : { "x-kubernetes-validations": rules.map(({ rule, message }) => ({ rule, message })) });

function required<T>(json: JsonObject): Schema<T> & { readonly required: true } {
  return { json, required: true };
}
