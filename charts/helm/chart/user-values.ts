import { messageOf, ReconcileError } from "../../../src/errors.ts";
import { isJsonObject, parseJson } from "../../../src/object/json.ts";
import { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import { copyMap } from "./copy-value.ts";
import { fromJsonText } from "./json-prefix.ts";
import { mergeMaps } from "./merge-maps.ts";
import { setValue, type Made, type ReadFile, type SetMode } from "./set-value.ts";
import { readValues } from "./values-file.ts";

/** What a user gives besides the chart, in Helm's order: files, setJson, set, setString, setFile, setLiteral; later ones win. */
export interface UserValues {
  /** Texts of values files, the last one wins; `name` is for error texts. */
  readonly files?: readonly { readonly name: string; readonly text: string }[];
  readonly setJson?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setLiteral?: readonly string[];
  /** The text of a file that `setFile` names; throws where there is none. Default: none can be read. */
  readonly readFile?: ReadFile | undefined;
  /** Default "v4". Helm 3 reads only the first document of a file, and takes no object for setJson. */
  readonly version?: HelmVersion | undefined;
}

/** The user's values as one map, new each time. Throws BUILD_FAILED with file and line, or with the flag and what is wrong in it. */
export function mergeUserValues(values: UserValues): GoMap {
  let merged = new GoMap();
  for (const { name, text } of values.files ?? []) merged = mergeMaps(merged, readValues(text.replace(/^\uFEFF/, ""), name, values.version));
  const how: Setting = { readFile: values.readFile ?? noFile, made: { items: 0 } };
  merged = copyMap(merged);
  for (const flag of values.setJson ?? []) merged = setJson(flag, merged, values.version ?? "v4", how);
  for (const [name, mode, flags] of modes(values)) for (const flag of flags) set({ name, mode }, flag, merged, how);
  return merged;
}

/** What all flags share. */
interface Setting {
  readonly readFile: ReadFile;
  readonly made: Made;
}

const modes = (values: UserValues): readonly (readonly [string, SetMode, readonly string[]])[] => [
  ["--set", "typed", values.set ?? []],
  ["--set-string", "string", values.setString ?? []],
  ["--set-file", "file", values.setFile ?? []],
  ["--set-literal", "literal", values.setLiteral ?? []],
];

/** An object, or names with JSON behind them. */
function setJson(flag: string, merged: GoMap, version: HelmVersion, how: Setting): GoMap {
  const text = flag.trim();
  if (version === "v3" || !text.startsWith("{")) {
    set({ name: "--set-json", mode: "json" }, flag, merged, how);
    return merged;
  }
  try {
    const value = parseJson(text);
    const map = isJsonObject(value) ? fromJsonText(value) : undefined;
    return map instanceof GoMap ? copyMap(mergeMaps(merged, map)) : merged;
  } catch (error) {
    throw refusal("--set-json", flag, error);
  }
}

function set({ name, mode }: { readonly name: string; readonly mode: SetMode }, flag: string, merged: GoMap, { readFile, made }: Setting): void {
  try {
    setValue(flag, merged, mode, readFile, made);
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw refusal(name, flag, error);
  }
}

/** The flag is named by its keys alone: a value may be secret. */
const refusal = (name: string, flag: string, error: unknown): ReconcileError => new ReconcileError("BUILD_FAILED", `failed parsing ${name} data: ${messageOf(error)} (in "${keysOf(flag)}")`, { cause: error });

const keysOf = (flag: string): string => {
  const end = flag.search(/[={]/);
  return end < 0 ? flag.slice(0, 80) : `${flag.slice(0, Math.min(end, 80))}${flag[end]}…`;
};

const noFile: ReadFile = (path) => {
  throw new Error(`file ${path} cannot be read here`);
};
