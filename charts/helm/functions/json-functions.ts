import type { Json } from "../../../src/object/json.ts";
import { fromJson, mapFromJson, MarshalError } from "../go/json.ts";
import { readJson } from "../go/json-read.ts";
import { type JsonStyle, writeJson } from "../go/json-write.ts";
import { ANY_LIST, ANY_MAP, GoList, GoMap, type FunctionTable, type GoValue } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { listOfText, mapWithError, messageOf, wrongKind } from "./read-problem.ts";

/** Functions for JSON. Those with `must` fail, the others give what Go gives: nothing, or the error as a value. */
export const jsonFunctions: FunctionTable = define({
  toJson: fn(["any"], (value, scope) => writeOrNothing(value, { spend: scope.spendText })),
  mustToJson: fn(["any"], (value, scope) => writeJson(value, { spend: scope.spendText })),
  toPrettyJson: fn(["any"], (value, scope) => writeOrNothing(value, { indent: "  ", spend: scope.spendText })),
  mustToPrettyJson: fn(["any"], (value, scope) => writeJson(value, { indent: "  ", spend: scope.spendText })),
  toRawJson: fn(["any"], (value, scope) => writeJson(value, { escapeHtml: false, spend: scope.spendText })),
  mustToRawJson: fn(["any"], (value, scope) => writeJson(value, { escapeHtml: false, spend: scope.spendText })),
  fromJson: fn(["string"], (text, scope) => paid(text, scope.spend, readMap)),
  fromJsonArray: fn(["string"], (text, scope) => paid(text, scope.spend, readList)),
  mustFromJson: fn(["string"], (text, scope) => paid(text, scope.spend, readAny)),
});

/** Characters that are read in a microsecond. */
const SPEED = 20;

function paid(text: string, spend: (units: number) => void, read: (text: string) => GoValue): GoValue {
  spend(Math.ceil(text.length / SPEED));
  return read(text);
}

function writeOrNothing(value: GoValue, style: JsonStyle): string {
  try {
    return writeJson(value, style);
  } catch (error) {
    if (error instanceof MarshalError) return "";
    throw error;
  }
}

function readMap(text: string): GoMap {
  const { value, error } = readOrProblem(text);
  if (value === undefined) return mapWithError(error ?? "");
  if (value === null) return new GoMap(undefined, undefined, true);
  const problem = wrongKind(value, "object", ANY_MAP);
  if (problem !== undefined) return mapWithError(problem);
  const map = mapFromJson(value as Readonly<Record<string, Json>>); // an object, see above
  return error === undefined ? map : new GoMap(map.entries.set("Error", error));
}

function readList(text: string): GoList {
  const { value, error } = readOrProblem(text);
  if (value === undefined) return listOfText(error ?? "");
  if (value === null) return new GoList([], undefined, true);
  const problem = wrongKind(value, "array", ANY_LIST) ?? error;
  return problem === undefined ? new GoList((value as readonly Json[]).map(fromJson)) : listOfText(problem); // an array, see above
}

function readAny(text: string): GoValue {
  const { value, error } = readJson(text);
  if (error !== undefined) throw new Error(error);
  return fromJson(value);
}

function readOrProblem(text: string): { value?: Json; error?: string | undefined } {
  try {
    return readJson(text);
  } catch (error) {
    return { error: messageOf(error) };
  }
}
