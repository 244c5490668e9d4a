import { combineErrors, ReconcileError } from "../../../src/errors.ts";
import type { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import type { Chart, Dependency, RenderChart } from "./chart.ts";
import { closeChart, isDeclared, openChart, type ChartNode } from "./chart-node.ts";
import { mergeValues } from "./coalesce.ts";
import { markEnabled } from "./enabled.ts";
import { importValues } from "./import-values.ts";
import { coalescing, type Warn } from "./tables.ts";

/** What is the same for all charts of a render. */
interface Rules {
  readonly warn: Warn;
  readonly version: HelmVersion;
  /** How many charts may still be looked at: aliases within aliases multiply. */
  left: number;
}

/** Charts of one render, a chart once for each of its aliases. */
const MAX_CHARTS = 5000;

/**
 * The charts that take part in a render, as Helm's ProcessDependencies leaves them: conditions, tags, aliases, versions,
 * imported values. `values` are the user's; nothing given is changed. Throws BUILD_FAILED for what is declared and not vendored.
 */
export function processDependencies(chart: Chart, values: GoMap, { warnings, version }: { readonly warnings: string[]; readonly version: HelmVersion }): RenderChart {
  checkVendored(chart);
  const warn: Warn = (message) => {
    if (!warnings.includes(message)) warnings.push(message);
  };
  const node = openChart(chart);
  selectEnabled(node, values, "", { warn, version, left: MAX_CHARTS });
  importValues(node, warn);
  return closeChart(node);
}

/** Missing dependencies that an error tells. */
const MAX_TOLD = 20;

/** Helm asks this of the chart itself only, and by name. */
function checkVendored({ metadata, dependencies, path }: Chart): void {
  const names = new Set(dependencies.map((dependency) => dependency.metadata.name));
  const missing = metadata.dependencies.filter(({ name }) => !names.has(name));
  const position = { file: `${path === "" ? "" : `${path}/`}Chart.yaml` };
  if (missing.length === 0) return;
  throw combineErrors("BUILD_FAILED", missing.slice(0, MAX_TOLD).map((dependency) => new ReconcileError("BUILD_FAILED", notVendored(dependency), { position })));
}

/** A URL may hold a password. */
const withoutUser = (repository: string): string => repository.replace(/\/\/[^/]*@/, "//");

const notVendored = ({ name, version, repository }: Dependency): string =>
  `dependency "${name}" ${version === "" ? "" : `(version ${version}) `}${repository === "" ? "" : `of ${withoutUser(repository)} `}is not in charts/; run "helm dependency build" and commit what it puts there`;

/** Leaves the dependencies that are enabled, under the names of their aliases: first those that nobody declared, then the declared ones in order. */
function selectEnabled(chart: ChartNode, values: GoMap, path: string, rules: Rules): void {
  const declared = chart.metadata.dependencies;
  if (!chart.metadata.declaresDependencies) return;
  rules.left -= 1 + chart.dependencies.length + declared.length;
  if (rules.left < 0) throw new ReconcileError("LIMIT_EXCEEDED", `more than ${MAX_CHARTS} dependencies take part; look for charts that are included again and again under aliases`, { position: { file: `${chart.chart.path === "" ? "" : `${chart.chart.path}/`}Chart.yaml` } });
  chart.adopt(named(chart, rules));
  const merged = mergeValues(chart, values, coalescing(rules.version));
  markEnabled(declared, merged, path, rules.warn);
  const disabled = new Set(declared.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const kept = chart.dependencies.filter(({ metadata }) => !disabled.has(metadata.name));
  for (const dependency of kept) selectEnabled(dependency, merged, `${path}${dependency.metadata.name}.`, rules);
  chart.metadata.dependencies = declared.filter(({ name }) => !disabled.has(name));
  chart.metadata.declaresDependencies = chart.metadata.dependencies.length > 0;
  chart.adopt(kept);
}

/** The vendored charts under the names they are declared with; a declaration takes its alias for its name. */
function named(chart: ChartNode, { warn, version }: Rules): ChartNode[] {
  const declared = chart.metadata.dependencies;
  const charts = chart.dependencies.filter((vendored) => !declared.some((dependency) => isDeclared(vendored, dependency)));
  for (const dependency of declared) {
    const found = chart.dependencies.find((vendored) => isDeclared(vendored, dependency));
    if (found !== undefined) charts.push(found.copyFor(dependency, version));
    else warnOfVersion(chart, dependency, warn);
    if (dependency.alias !== "") dependency.name = dependency.alias;
  }
  return charts;
}

function warnOfVersion(chart: ChartNode, { name, version, alias }: Dependency, warn: Warn): void {
  const other = chart.dependencies.find(({ metadata }) => metadata.name === name);
  if (other === undefined) return;
  warn(`${other.chart.path}: is version ${other.metadata.version}, and ${chart.chart.path || "."} asks for ${version || "none"}; it is rendered all the same${alias === "" ? "" : `, and not as ${alias}`}; run "helm dependency update"`);
}
