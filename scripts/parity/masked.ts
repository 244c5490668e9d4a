/** Comparing with a reference that never says the same twice: what differs between two of its runs may differ in ours, within its shape. */
import { isJsonObject, type Json } from "../../src/object/json.ts";

/** Two runs of the reference on the same input. */
export type Runs<Value> = readonly [Value, Value];

/** Our objects with what is left to chance taken from the first run: texts in which the runs differ, where ours have the same shape. */
export function withoutChance(ours: readonly Json[], [first, second]: Runs<readonly Json[]>): Json[] {
  return ours.map((object, index) => masked(object, first[index], second[index]) ?? null);
}

function masked(ours: Json | undefined, first: Json | undefined, second: Json | undefined): Json | undefined {
  if (isJsonObject(ours) && isJsonObject(first) && isJsonObject(second)) {
    return Object.fromEntries(Object.entries(ours).map(([key, value]) => [key, masked(value, first[key], second[key])]));
  }
  if (Array.isArray(ours) && Array.isArray(first) && Array.isArray(second)) return ours.map((item: Json, index) => masked(item, (first as Json[])[index], (second as Json[])[index]) ?? null);
  if (first === second || typeof ours !== "string" || typeof first !== "string" || typeof second !== "string") return ours;
  return hasShape(ours, first) || hasShape(ours, second) ? first : ours;
}

const PEM = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g;
const BCRYPT = /\$2[aby]\$\d\d\$[./A-Za-z\d]{53}/g;
/** Base64 of what begins as a certificate or a key does. */
const PACKED_PEM = /LS0tLS1CRUdJTi[A-Za-z\d+/=]+/g;
const WORD = /[A-Za-z\d+/=]+/g;

/** Words of the same length with the same signs between them; certificates and keys whatever their length. */
function hasShape(ours: string, theirs: string): boolean {
  return shapeOf(ours) === shapeOf(theirs);
}

/** A text of which only the length of each word is told, and what kind of certificate or key it holds. */
export function shapeOf(text: string): string {
  const unpacked = text.replaceAll(PACKED_PEM, (packed) => Buffer.from(packed, "base64").toString("latin1").trim());
  return unpacked.replaceAll(PEM, (_, label: string) => `<${label.replaceAll(" ", "_")}>`).replaceAll(BCRYPT, "<bcrypt>").replaceAll(WORD, (word) => String(word.length));
}

/** Lines of our text, those taken from the first run in which the runs differ and ours have the same shape; each certificate or key is one line. */
export function linesWithoutChance(ours: string, runs: Runs<string>): string {
  const [first, second] = runs.map((text) => plainLines(text).split("\n")) as [string[], string[]]; // as many as runs
  const maskLine = (line: string, index: number): string => {
    const [one, other] = [first[index] ?? "", second[index] ?? ""];
    return one !== other && (hasShape(line, one) || hasShape(line, other)) ? one : line;
  };
  return plainLines(ours).split("\n").map(maskLine).join("\n");
}

/** A text whose certificates and keys are one line each. */
export const plainLines = (text: string): string => text.replaceAll(PEM_LINES, "<PEM>");

const PEM_LINES = /-----BEGIN [A-Z ]+-----\n(?:[ A-Za-z\d+/=]+\n)+ *-----END [A-Z ]+-----/g;

/** Whether two texts are the same but for words of the same length, certificates and keys: all that can be told of one run of each. */
export const differsByChance = (ours: string, theirs: string): boolean => shapeOf(plainLines(ours)) === shapeOf(plainLines(theirs));
