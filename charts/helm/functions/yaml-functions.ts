import { isJsonObject, type Json } from "../../../src/object/json.ts";
import { fromJson, mapFromJson, MarshalError } from "../go/json.ts";
import { readYaml } from "../go/yaml-read.ts";
import { writePrettyYaml, writeYaml } from "../go/yaml-write.ts";
import { ANY_LIST, ANY_MAP, GoList, GoMap, type FunctionTable, type GoValue } from "../go/value.ts";
import { TextCache } from "../text-cache.ts";
import { define, fn } from "./define.ts";
import { listOfText, mapWithError, messageOf, wrongKind } from "./read-problem.ts";

/** Functions for YAML. `mustToYaml` fails, the others give what Go gives: nothing, or the error as a value. */
export const yamlFunctions: FunctionTable = define({
  toYaml: fn(["any"], (value, scope) => writeOrNothing(value, scope.spendText)),
  mustToYaml: fn(["any"], (value, scope) => withoutBreak(writeYaml(value, scope.spendText))),
  toYamlPretty: fn(["any"], (value, scope) => withoutBreak(writePrettyYaml(value, scope.spendText))),
  fromYaml: fn(["string"], (text, scope) => paid(text, scope.spend, readMap)),
  fromYamlArray: fn(["string"], (text, scope) => paid(text, scope.spend, readList)),
});

/** Characters that are read in a microsecond. */
const SPEED = 8;

function paid(text: string, spend: (units: number) => void, read: (text: string) => GoValue): GoValue {
  spend(Math.ceil(text.length / SPEED));
  return read(text);
}

const withoutBreak = (text: string): string => (text.endsWith("\n") ? text.slice(0, -1) : text);

function writeOrNothing(value: GoValue, spend: (characters: number) => void): string {
  try {
    return withoutBreak(writeYaml(value, spend));
  } catch (error) {
    if (error instanceof MarshalError) return "";
    throw error;
  }
}

function readMap(text: string): GoMap {
  const { value, error } = readOrProblem(text);
  if (value === undefined) return mapWithError(`error converting YAML to JSON: ${error}`);
  if (value === null) return new GoMap();
  const problem = wrongKind(value, "object", ANY_MAP);
  return problem === undefined && isJsonObject(value) ? mapFromJson(value) : mapWithError(`error unmarshaling JSON: while decoding JSON: ${problem}`);
}

function readList(text: string): GoList {
  const { value, error } = readOrProblem(text);
  if (value === undefined) return listOfText(`error converting YAML to JSON: ${error}`);
  if (value === null) return new GoList([]);
  const problem = wrongKind(value, "array", ANY_LIST);
  if (problem !== undefined) return listOfText(`error unmarshaling JSON: while decoding JSON: ${problem}`);
  return new GoList((value as readonly Json[]).map(fromJson)); // an array, see above
}

/** Texts that were read: templates read the same ones again and again. */
const known = new TextCache<{ readonly value: Json }>(4 << 20, ({ length }) => length * 4 + 500);

function readOrProblem(text: string): { readonly value?: Json; readonly error?: string } {
  try {
    return known.get(text, (text) => ({ value: readYaml(text) }));
  } catch (error) {
    return { error: messageOf(error) };
  }
}
