import type { FunctionTable } from "../go/value.ts";
import { decodeBase32, encodeBase32 } from "./base32.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { define, fn } from "./define.ts";
import { jsonFunctions } from "./json-functions.ts";
import { tomlFunctions } from "./toml-functions.ts";
import { yamlFunctions } from "./yaml-functions.ts";

const baseFunctions: FunctionTable = define({
  b64enc: fn(["string"], encodeBase64),
  b64dec: fn(["string"], decodeBase64),
  b32enc: fn(["string"], encodeBase32),
  b32dec: fn(["string"], decodeBase32),
});

/** Functions that write and read values in other notations, as Helm defines them: JSON, YAML, TOML, base 64 and 32. */
export const encodingFunctions: FunctionTable = new Map([...jsonFunctions, ...yamlFunctions, ...tomlFunctions, ...baseFunctions]);
