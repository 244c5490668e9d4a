import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";

/** A way into a document. */
export type Path = readonly (string | number)[];

/** `patches[2].target` */
export const formatPath = (path: Path): string => path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");

/** Something wrong at a place of a document. */
export interface Flaw {
  readonly path: Path;
  readonly message: string;
}

/** Reads one value; on a flaw it is noted and the result is undefined. */
export type Decoder<Value> = (value: Json, path: Path, flaws: Flaw[]) => Value | undefined;

/** What a decoder makes. */
export type Decoded<D> = D extends Decoder<infer Value> ? Value : never;

const scalar = <Value>(what: string, read: (value: Json) => Value | undefined): Decoder<Value> => (value, path, flaws) => {
  const result = read(value);
  if (result === undefined) flaws.push({ path, message: `must be ${what}` });
  return result;
};

/** Text. A number or boolean is a flaw, as it is for kustomize: it has to be quoted. */
export const text: Decoder<string> = scalar("text (quote it)", (value) => (typeof value === "string" ? value : undefined));

/** true or false. */
export const flag: Decoder<boolean> = scalar("true or false", (value) => (typeof value === "boolean" ? value : undefined));

/** A whole number. */
export const integer: Decoder<number | bigint> = scalar("a whole number", (value) => (typeof value === "bigint" || Number.isInteger(value) ? (value as number | bigint) : undefined)); // isInteger: a number

/** Any value at all. */
export const anything: Decoder<Json> = (value) => value;

/** A list of such values; null items are flaws like any other. */
export function listOf<Value>(item: Decoder<Value>): Decoder<readonly Value[]> {
  return (value, path, flaws) => {
    if (!Array.isArray(value)) {
      flaws.push({ path, message: "must be a list" });
      return undefined;
    }
    return value.flatMap((each: Json, index) => item(each, [...path, index], flaws) ?? []);
  };
}

/** A map of names to texts. */
export const texts: Decoder<Readonly<Record<string, string>>> = (value, path, flaws) => {
  if (!isJsonObject(value)) {
    flaws.push({ path, message: "must be a map" });
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).flatMap(([name, each]) => (each === null || each === undefined ? [[name, ""]] : [[name, text(each, [...path, name], flaws) ?? ""]])));
};

type Members = Readonly<Record<string, Decoder<unknown>>>;

/** The members of a decoded map; what is absent or null is undefined. */
export type Fields<M extends Members> = { readonly [Name in keyof M]?: Decoded<M[Name]> | undefined };

/** A map with known members, matched as Go does: exactly or but for upper and lower case. Unknown members are flaws. */
export function recordOf<M extends Members>(members: M): Decoder<Fields<M>> {
  const byLowerCase = new Map(Object.keys(members).map((name) => [name.toLowerCase(), name]));
  return (value, path, flaws) => {
    if (!isJsonObject(value)) {
      flaws.push({ path, message: "must be a map" });
      return undefined;
    }
    return decodeMembers(value, members, byLowerCase, path, flaws) as Fields<M>; // each member went through its own decoder
  };
}

function decodeMembers(value: JsonObject, members: Members, byLowerCase: ReadonlyMap<string, string>, path: Path, flaws: Flaw[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const name = Object.hasOwn(members, key) ? key : byLowerCase.get(key.toLowerCase());
    const decoder = name === undefined ? undefined : members[name];
    if (name === undefined || decoder === undefined) flaws.push({ path: [...path, key], message: `unknown field "${key}"; known are ${Object.keys(members).join(", ")}` });
    else if (member !== null && member !== undefined) result[name] = decoder(member, [...path, key], flaws);
  }
  return result;
}
