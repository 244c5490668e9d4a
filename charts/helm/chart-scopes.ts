import type { ChartFile, RenderChart } from "./chart/chart.ts";
import { chartStruct, metadataValue } from "./chart/metadata-value.ts";
import { FilesObject } from "./files-object.ts";
import { GoMap, int, type GoValue } from "./go/value.ts";
import { HELM_RELEASES } from "./helm-release.ts";
import type { HelmVersion, ReleaseInput } from "./input.ts";
import type { Watch } from "./watch.ts";
import { WatchedFiles } from "./watched-files.ts";
import { WatchedMap } from "./watched-map.ts";

/** A template of a chart and what it is rendered with. */
export interface ChartTemplate {
  /** What Helm calls it, and what errors name: `app/charts/redis/templates/x.yaml`. */
  readonly source: string;
  readonly file: ChartFile;
  /** Shared by all templates of the chart: what one sets the next one sees. */
  readonly dot: GoMap;
  /** For `.Template.BasePath`. */
  readonly basePath: string;
}

/** What all charts of a render share. */
export interface SharedScope {
  readonly release: ReleaseInput;
  readonly capabilities: GoValue;
  readonly version: HelmVersion;
  /** Watches what templates see; default no one does. */
  readonly watch?: Watch | undefined;
}

/** Go's type of values, and of what templates are given as their dot. */
const valuesType = (version: HelmVersion): string => `${HELM_RELEASES[version].package}.Values`;

/** The templates of a chart and of its dependencies by source, each chart with its part of the values. */
export function chartTemplates(root: RenderChart, values: GoMap, shared: SharedScope): Map<string, ChartTemplate> {
  const templates = new Map<string, ChartTemplate>();
  const release = releaseValue(shared.release);
  const type = valuesType(shared.version);
  addChart(root, new GoMap(shared.watch?.values(values) ?? values.entries, type), { ...shared, type, releaseValue: release, templates });
  return templates;
}

interface Adding extends SharedScope {
  readonly type: string;
  readonly releaseValue: GoMap;
  readonly templates: Map<string, ChartTemplate>;
}

/** Adds a chart's templates behind those of its dependencies, and returns what a parent sees in `.Subcharts`. */
function addChart(chart: RenderChart, values: GoMap, adding: Adding): GoMap {
  const subcharts = new GoMap();
  const { watch } = adding;
  const files = watch?.files(chart.chart.files) ?? new WatchedFiles(chart.chart.files);
  const plain = new Map<string, GoValue>([
    ["Chart", adding.version === "v3" ? chartStruct(chart.metadata, chart.isRoot) : chartMap(chart)],
    ["Files", new FilesObject(files)],
    ["Release", adding.releaseValue],
    ["Capabilities", adding.capabilities],
    ["Values", values],
    ["Subcharts", subcharts],
  ]);
  const entries = values.entries instanceof WatchedMap && watch !== undefined ? watch.add(chart.fullPath, plain, { values: values.entries, files }) : plain;
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    subcharts.entries.set(name, addChart(dependency, valuesOf(values, name, adding), adding));
  }
  const dot = new GoMap(entries, adding.type);
  for (const file of chart.chart.templates) {
    if (isLibrary(chart) && !isPartial(file.name)) continue;
    const source = `${chart.fullPath}/${file.name}`;
    adding.templates.set(source, { source, file, dot, basePath: `${chart.fullPath}/templates` });
  }
  return new GoMap(entries);
}

/** `.Chart` of Helm 4. */
function chartMap(chart: RenderChart): GoMap {
  const value = metadataValue(chart.metadata);
  value.entries.set("IsRoot", chart.isRoot);
  return value;
}

function releaseValue({ name, namespace, revision = 1, isUpgrade = false }: ReleaseInput): GoMap {
  return new GoMap(new Map<string, GoValue>([["Name", name], ["Namespace", namespace], ["Revision", int(revision)], ["IsInstall", !isUpgrade], ["IsUpgrade", isUpgrade], ["Service", "Helm"]]));
}

/** The part of the values that is a dependency's: the map under its name, the same one. A dot in a name is a step, as in Helm. */
function valuesOf(values: GoMap, name: string, { type, watch }: Adding): GoMap {
  let found: GoValue | undefined = values;
  for (const step of name.split(".")) found = found instanceof GoMap ? found.entries.get(step) : undefined;
  const map = found instanceof GoMap ? found : new GoMap();
  return new GoMap(watch?.values(map) ?? map.entries, type);
}

const isLibrary = ({ metadata }: RenderChart): boolean => metadata.type.toLowerCase() === "library";

/** A file whose own output nobody wants: what it defines is for other templates. */
export const isPartial = (name: string): boolean => name.startsWith("_", name.lastIndexOf("/") + 1);

/** Helm's order of parsing and rendering: the deepest paths first, and from the last name to the first; what is parsed later takes the place of what has its name. */
export function inParseOrder(templates: Iterable<ChartTemplate>): ChartTemplate[] {
  const keyed = Array.from(templates, (template) => ({ template, depth: template.source.split("/").length }));
  keyed.sort((left, right) => right.depth - left.depth || (left.template.source < right.template.source ? 1 : -1));
  return keyed.map(({ template }) => template);
}
