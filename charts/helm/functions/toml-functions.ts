import { MarshalError } from "../go/json.ts";
import { readToml } from "../go/toml-read.ts";
import { writeToml } from "../go/toml-write.ts";
import type { FunctionTable, GoMap, GoValue } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { mapWithError, messageOf } from "./read-problem.ts";

/** Functions for TOML. `mustToToml` fails, the others give the error's text where Go does. */
export const tomlFunctions: FunctionTable = define({
  toToml: fn(["any"], (value, scope) => writeOrProblem(value, scope.spendText)),
  mustToToml: fn(["any"], (value, scope) => writeToml(value, scope.spendText)),
  fromToml: fn(["string"], (text, scope) => {
    scope.spend(Math.ceil(text.length / SPEED));
    scope.spendText(text.length * MEMORY);
    return readOrProblem(text);
  }),
});

/** Characters that are read in a microsecond. */
const SPEED = 8;
/** Characters that take as much memory as one character of TOML that is read: tables of a few characters are dear. */
const MEMORY = 100;

function writeOrProblem(value: GoValue, spend: (characters: number) => void): string {
  try {
    return writeToml(value, spend);
  } catch (error) {
    if (error instanceof MarshalError) return error.message;
    throw error;
  }
}

function readOrProblem(text: string): GoMap {
  try {
    return readToml(text);
  } catch (error) {
    return mapWithError(messageOf(error));
  }
}
