import { ReconcileError } from "../../../src/errors.ts";
import { compareText } from "../go/bytes.ts";
import { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import type { Chart, ChartFile, ChartMetadata } from "./chart.ts";
import type { LoadedFile } from "./chart-files.ts";
import { readChartYaml } from "./chart-yaml.ts";
import { checkLock } from "./check-lock.ts";
import { readValues } from "./values-file.ts";

/** Charts within charts. */
const MAX_DEPTH = 16;

/** What the charts of one loading share. */
export interface Assembly {
  readonly version: HelmVersion;
  readonly warnings: string[];
  readonly problems: ReconcileError[];
  /** Makes a chart of an archive that was found in charts/. */
  readonly unpack: (file: LoadedFile, depth: number) => Chart | undefined;
}

/** Where a chart stands. */
export interface Spot {
  /** Folder or archive, as a person finds it. */
  readonly path: string;
  /** Charts around it. */
  readonly depth: number;
}

/** Makes a chart of its files, as Helm's loader sorts them. Undefined where problems were found, which are added to those of the assembly. Throws LIMIT_EXCEEDED. */
export function assembleChart(all: readonly LoadedFile[], spot: Spot, assembly: Assembly): Chart | undefined {
  if (spot.depth > MAX_DEPTH) throw new ReconcileError("LIMIT_EXCEEDED", `charts are nested more than ${MAX_DEPTH} deep`, { position: { file: spot.path } });
  const sorted = sortFiles(all);
  const metadata = tryTo(assembly, () => readMetadata(sorted, spot, assembly));
  const values = tryTo(assembly, () => readDefaults(sorted.known.get("values.yaml"), assembly.version));
  for (const name of ["Chart.lock", "requirements.lock"]) {
    const lock = sorted.known.get(name);
    if (lock !== undefined) tryTo(assembly, () => checkLock(lock));
  }
  const dependencies = [...sorted.subcharts].sort(([left], [right]) => compareText(left, right)).map(([name, files]) => loadSubchart(name, files, spot, assembly));
  if (metadata === undefined || values === undefined) return undefined;
  const { templates, known } = sorted;
  const files = metadata.apiVersion === "v1" ? sorted.files : sorted.files.filter(({ name }) => !name.startsWith("requirements.") || !known.has(name));
  return { metadata, path: spot.path, values, schema: known.get("values.schema.json"), templates, files, dependencies: dependencies.filter((chart) => chart !== undefined) };
}

interface Sorted {
  /** Files that Helm reads itself. */
  readonly known: Map<string, LoadedFile>;
  readonly templates: ChartFile[];
  readonly files: ChartFile[];
  /** Files of charts/ by the first part of their name, in its order. */
  readonly subcharts: Map<string, LoadedFile[]>;
}

const KNOWN: ReadonlySet<string> = new Set(["Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock"]);

function sortFiles(all: readonly LoadedFile[]): Sorted {
  const sorted: Sorted = { known: new Map(), templates: [], files: [], subcharts: new Map() };
  for (const file of all) {
    const { name } = file;
    if (KNOWN.has(name)) sorted.known.set(name, file);
    if (name.startsWith("templates/")) sorted.templates.push(file);
    else if (name.startsWith("charts/") && !name.endsWith(".prov")) addSubchartFile(sorted.subcharts, file);
    else if (!KNOWN.has(name) || name.startsWith("requirements.")) sorted.files.push(file);
  }
  return sorted;
}

function addSubchartFile(subcharts: Map<string, LoadedFile[]>, file: LoadedFile): void {
  const rest = file.name.slice("charts/".length);
  const slash = rest.indexOf("/");
  const folder = slash < 0 ? rest : rest.slice(0, slash);
  const files = subcharts.get(folder);
  const renamed = file.renamed(rest);
  if (files === undefined) subcharts.set(folder, [renamed]);
  else files.push(renamed);
}

function readMetadata({ known }: Sorted, spot: Spot, { warnings }: Assembly): ChartMetadata {
  const file = known.get("Chart.yaml");
  if (file === undefined) throw missingChartYaml(spot);
  const requirements = known.get("requirements.yaml");
  const read = (): ChartMetadata => readChartYaml(file, requirements);
  const metadata = requirements === undefined ? file.parsed("Chart.yaml", read) : read();
  if (requirements !== undefined && metadata.apiVersion !== "v1") warnings.push(`${requirements.path}: dependencies belong in Chart.yaml since apiVersion v2; move them there`);
  return metadata;
}

function missingChartYaml({ path, depth }: Spot): ReconcileError {
  const why = depth === 0 ? "this is no chart" : "Helm takes every file and folder of charts/ for a chart, unless its name begins with _ or .";
  return new ReconcileError("BUILD_FAILED", `Chart.yaml is missing, written exactly so; ${why}`, { position: { file: path || "." } });
}

const readDefaults = (file: LoadedFile | undefined, version: HelmVersion): GoMap => file?.parsed(`values ${version}`, (text) => readValues(text, file.path, version)) ?? new GoMap();

function loadSubchart(name: string, files: readonly LoadedFile[], spot: Spot, assembly: Assembly): Chart | undefined {
  if (name.startsWith("_") || name.startsWith(".")) return undefined;
  const [first] = files;
  const path = `${spot.path === "" ? "" : `${spot.path}/`}charts/${name}`;
  const inside = files.filter((file) => file.name !== name).map((file) => file.renamed(file.name.slice(name.length + 1)));
  if (!name.endsWith(".tgz")) return tryTo(assembly, () => assembleChart(inside, { path, depth: spot.depth + 1 }, assembly));
  return tryTo(assembly, () => {
    if (first?.name !== name) throw new ReconcileError("BUILD_FAILED", "is a folder and ends in .tgz, as packed charts do; rename it", { position: { file: path } });
    return assembly.unpack(first, spot.depth + 1);
  });
}

/** What `make` gives; what it throws is one problem among others. Limits end everything. */
function tryTo<Value>({ problems }: Assembly, make: () => Value): Value | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ReconcileError) || error.code === "LIMIT_EXCEEDED") throw error;
    problems.push(error);
    return undefined;
  }
}
