import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { parseYaml } from "../../src/object/yaml.ts";
import type { Draft } from "../check-objects.ts";
import type { Build, Layer } from "./build.ts";
import type { HelmChartEntry } from "./kustomization.ts";

/** A chart to inflate, and how. */
export interface ChartOrder {
  /** Its folder. */
  readonly folder: string;
  readonly release: { readonly name: string; readonly namespace: string };
  /** In their order; the last one counts. */
  readonly values: readonly JsonObject[];
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
  readonly crds: boolean;
  readonly hooks: boolean;
  readonly tests: boolean;
}

/** Renders charts for kustomizations. Throws Error, or BUILD_FAILED with the place in the chart. */
export type InflateChart = (order: ChartOrder) => readonly Draft[];

const DEFAULT_HOME = "charts";
const MERGES = ["merge", "override", "replace"];

/** The objects of an entry of `helmCharts`, as kustomize has helm make them, of a chart that lies in the repository. Throws Error. */
export function inflated(build: Build, layer: Layer, entry: HelmChartEntry): readonly Draft[] {
  const { name, nameTemplate, releaseName, namespace, kubeVersion, apiVersions = [], includeCRDs, skipHooks, skipTests } = entry;
  if (!name) throw new Error("chart has no name");
  if (nameTemplate?.includes("{{") === true) throw new Error("nameTemplate with a template is not supported; say releaseName");
  const folder = chartFolder(build, layer, entry);
  return build.inflate({
    folder,
    release: { name: nameTemplate || releaseName || name, namespace: namespace || "default" },
    values: valuesOf(build, layer, entry, folder),
    kubeVersion: kubeVersion || undefined,
    apiVersions,
    crds: includeCRDs === true,
    hooks: skipHooks !== true,
    tests: skipTests !== true,
  });
}

function chartFolder({ files }: Build, { folder, file }: Layer, { name = "", version, repo }: HelmChartEntry): string {
  const home = file.fields.helmGlobals?.chartHome || DEFAULT_HOME;
  const path = [home, ...(version && repo ? [`${name}-${version}`] : []), name].join("/");
  const joined = files.join(folder, path);
  if (joined === undefined) throw new Error(`"${path}" leads out of the repository`);
  const found = files.resolve(joined);
  if (found?.kind === "directory") return found.path;
  throw new Error(`chart "${name}" is not vendored: there is no folder ${joined}, and charts are not pulled; run helm pull --untar --untardir ${path.slice(0, -name.length - 1)}, and commit it`);
}

function valuesOf(build: Build, layer: Layer, { valuesFile, valuesInline, valuesMerge, additionalValuesFiles = [] }: HelmChartEntry, folder: string): readonly JsonObject[] {
  const read = (path: string): JsonObject => readValues(layer, path);
  const inline = isJsonObject(valuesInline ?? null) ? (valuesInline as JsonObject) : {}; // just looked at
  const base = valuesFile ? read(valuesFile) : defaults(build, folder);
  return [mergedValues(base, inline, valuesMerge || "override"), ...additionalValuesFiles.map(read)];
}

function mergedValues(base: JsonObject, inline: JsonObject, how: string): JsonObject {
  if (!MERGES.includes(how)) throw new Error(`valuesMerge must be one of ${MERGES.join(", ")}`);
  if (Object.keys(inline).length === 0) return base;
  return how === "replace" ? inline : withoutNulls(how === "merge" ? over(inline, base) : over(base, inline));
}

/** kustomize's merge drops what is null, in lists apart; helm would take it for a wish to remove. */
function withoutNulls(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).flatMap(([key, value]) => (value === null ? [] : [[key, isJsonObject(value ?? null) ? withoutNulls(value as JsonObject) : value]]))); // just looked at
}

function readValues({ files }: Layer, path: string): JsonObject {
  const file = files.resolve(path);
  return valuesIn(parseYaml(new TextDecoder().decode(files.data(path)), file.path)[0]?.value, path);
}

function defaults({ files }: Build, folder: string): JsonObject {
  const file = files.resolve(`${folder}/values.yaml`);
  return file === undefined ? {} : valuesIn(files.documents(file)[0]?.value, file.path);
}

function valuesIn(value: Json | undefined, path: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw new Error(`"${path}" holds no map of values`);
  return value;
}

/** Maps are merged, everything else is replaced, and null removes. */
function over(base: JsonObject, change: JsonObject): JsonObject {
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(change)) {
    const before = result.get(key);
    if (value === null) result.delete(key);
    else result.set(key, isJsonObject(before ?? null) && isJsonObject(value ?? null) ? over(before as JsonObject, value as JsonObject) : value); // just looked at
  }
  return Object.fromEntries(result);
}
