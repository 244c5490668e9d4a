import { formatGoFloat } from "../../src/object/go-number.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { flag, formatPath, listOf, recordOf, text, type Decoder, type Fields, type Flaw } from "./decode.ts";
import type { FieldSpec } from "./field-path.ts";
import { toSpec } from "./read-config.ts";

/*
 * Configurations of plugins are read more kindly than a kustomization.yaml: unknown members are let pass, and most texts
 * may be written as numbers or as true and false. Which ones may not is told by experiment: those that Go embeds.
 */

/** Text, or the text of a plain value. */
export const looseText: Decoder<string> = (value, path, flaws) => {
  const read = plainText(value);
  if (read === undefined) flaws.push({ path, message: "must be text" });
  return read;
};

/** A map of names to such texts. */
export const looseTexts: Decoder<Readonly<Record<string, string>>> = (value, path, flaws) => {
  if (!isJsonObject(value)) {
    flaws.push({ path, message: "must be a map" });
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, looseText(each ?? "", [...path, name], flaws) ?? ""]));
};

type Members = Readonly<Record<string, Decoder<unknown>>>;

/** A map of which some members are read. Go's rule for their names: exactly, or but for upper and lower case. */
export const looseRecord = <M extends Members>(members: M): Decoder<Fields<M>> => partOf(members, (name) => name.toLowerCase());

/** The same with names that count exactly. */
export const exactRecord = <M extends Members>(members: M): Decoder<Fields<M>> => partOf(members, (name) => name);

function partOf<M extends Members>(members: M, form: (name: string) => string): Decoder<Fields<M>> {
  const names = new Set(Object.keys(members).map(form));
  const decode = recordOf(members);
  return (value, path, flaws) => decode(isJsonObject(value) ? Object.fromEntries<Json | undefined>(Object.entries(value).filter(([name]) => names.has(form(name)))) : value, path, flaws);
}

/** What a stricter decoder reads, where it finds fault with more than members that it does not know. */
export function knownOnly<Value>(decode: Decoder<Value>): Decoder<Value> {
  return (value, path, flaws) => {
    const found: Flaw[] = [];
    const read = decode(value, path, found);
    flaws.push(...found.filter(({ message }) => !message.startsWith("unknown field")));
    return read;
  };
}

const MAX_PATH = 1000;

/** A path of a field spec: as long as anybody needs, as it is followed step by step. */
export const fieldPath: Decoder<string> = (value, path, flaws) => {
  const read = looseText(value, path, flaws);
  if (read !== undefined && read.length > MAX_PATH) flaws.push({ path, message: `is longer than ${MAX_PATH} characters` });
  return read;
};

const fieldSpec = looseRecord({ group: text, version: text, kind: text, path: fieldPath, create: flag });

/** The fields that a plugin writes. */
export const fieldSpecs: Decoder<readonly FieldSpec[]> = (value, path, flaws) => listOf(fieldSpec)(value, path, flaws)?.map(toSpec);

/** The objects that a plugin is for. */
export const selector = looseRecord({ group: text, version: text, kind: text, name: text, namespace: text, labelSelector: looseText, annotationSelector: looseText });

/** Reads a configuration. Throws Error with everything that is wrong with it. */
export function readPlugin<Value>(config: JsonObject, decoder: Decoder<Value>): Value {
  const flaws: Flaw[] = [];
  const value = decoder(config, [], flaws);
  if (value === undefined || flaws.length > 0) throw new Error(flaws.map(({ path, message }) => `${formatPath(path)}: ${message}`).join("; "));
  return value;
}

function plainText(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? wholeText(value) : formatGoFloat(shortest(value));
  return typeof value === "boolean" || typeof value === "bigint" ? String(value) : undefined;
}

const wholeText = (value: number): string => (Number.isSafeInteger(value) ? String(value) : formatGoFloat(shortest(value)));

/** The number with the fewest digits that is the same with 32 bits: so many are kept. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === Math.fround(value)) return rounded;
  }
  return Number(value.toPrecision(9));
}
