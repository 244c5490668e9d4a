import { messageOf, ReconcileError } from "../src/errors.ts";
import { isJsonObject, type Json } from "../src/object/json.ts";
import { copyMap } from "./helm/chart/copy-value.ts";
import { mergeMaps } from "./helm/chart/merge-maps.ts";
import { setValue, type SetMode } from "./helm/chart/set-value.ts";
import { readValues } from "./helm/chart/values-file.ts";
import { mapFromJson, toJson } from "./helm/go/json.ts";
import { GoMap } from "./helm/go/value.ts";
import type { HelmVersion } from "./helm/input.ts";
import type { HelmOptions, ValuesText } from "./helm-options.ts";
import type { TreeFiles } from "./tree-files.ts";

/** The values of an Application's chart, and which texts of them come from Secrets. */
export interface ChartValues {
  readonly values: GoMap;
  readonly secrets: readonly Json[];
}

const FIELD = "spec.render.helm";

/** Merges what an Application says of its chart's values; the last one counts. Throws BUILD_FAILED with the field or file. */
export function chartValues(files: TreeFiles, folder: string, { spec, valuesFrom = [] }: HelmOptions): ChartValues {
  const secrets: Json[] = [];
  let values = new GoMap();
  for (const [index, path] of (spec.valuesFiles ?? []).entries()) values = mergeMaps(values, valuesFile(files, folder, path, { field: `${FIELD}.valuesFiles[${index}]`, version: spec.version ?? "v4" }));
  for (const source of valuesFrom) {
    const { map, secret } = valuesOfText(values, source, spec.version ?? "v4");
    values = map;
    if (secret !== undefined) secrets.push(secret);
  }
  if (isJsonObject(spec.values ?? null)) values = mergeMaps(values, mapFromJson(spec.values ?? {}));
  for (const [index, { name, value, type = "Auto" }] of (spec.parameters ?? []).entries()) values = withValue(values, `${name}=${type === "Auto" ? escaped(value) : value}`, MODES[type], `${FIELD}.parameters[${index}]`);
  return { values: copyMap(values), secrets };
}

const MODES = { Auto: "typed", String: "literal", JSON: "json" } as const satisfies Record<string, SetMode>;

/** A value is one value, whatever stands in it: commas and braces mean nothing. */
const escaped = (value: string): string => value.replace(/[\\,{}[\]]/g, "\\$&");

function valuesFile(files: TreeFiles, folder: string, path: string, { field, version }: { readonly field: string; readonly version: HelmVersion }): GoMap {
  const problem = (message: string): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position: { file: field } });
  const joined = files.join(folder, path);
  if (joined === undefined) throw problem(`"${path}" leads out of the repository`);
  const file = files.resolve(joined);
  if (file === undefined) throw problem(`"${path}" not found: there is no ${joined}`);
  if (file.kind !== "file") throw problem(`"${path}" is a ${file.kind}, a file with values is needed`);
  return files.parsed(`helm values file ${version}`, file, (text) => readValues(text.replace(/^\uFEFF/, ""), file.path, version));
}

function valuesOfText(values: GoMap, source: ValuesText, version: HelmVersion): { readonly map: GoMap; readonly secret: Json | undefined } {
  const { name, text, targetPath, secret } = source;
  if (targetPath !== undefined) return { map: withValue(values, `${targetPath}=${text}`, "literal", name), secret: secret ? text : undefined };
  const map = readSecretly(source, version);
  return { map: mergeMaps(values, map), secret: secret ? toJson(map) : undefined };
}

/** What is wrong with a text of a Secret is not quoted. */
function readSecretly({ text, name, secret }: ValuesText, version: HelmVersion): GoMap {
  try {
    return readValues(text, name, version);
  } catch (error) {
    if (!secret) throw error;
    const { line } = error instanceof ReconcileError ? (error.position ?? {}) : {};
    throw new ReconcileError("BUILD_FAILED", "is not YAML with a map of values", { position: { file: name, ...(line === undefined ? {} : { line }) } });
  }
}

function withValue(values: GoMap, flag: string, mode: SetMode, field: string): GoMap {
  const copy = copyMap(values);
  try {
    setValue(flag, copy, mode, () => "");
  } catch (error) {
    throw new ReconcileError("BUILD_FAILED", mode === "literal" ? "the value cannot be put there" : messageOf(error), { position: { file: field }, cause: error });
  }
  return copy;
}
