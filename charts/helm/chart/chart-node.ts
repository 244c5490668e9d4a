import type { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import { satisfiesQuietly } from "./version-match.ts";
import type { Chart, ChartMetadata, Dependency, RenderChart } from "./chart.ts";

/*
 * A chart while its dependencies are worked out. Helm changes charts in place, and copies of one chart under two aliases
 * share what was not declared: the path of a chart within them is that of the original. The same is done here.
 */

/** A dependency as it changes. */
export type OpenDependency = { -readonly [Field in keyof Dependency]: Dependency[Field] };

/** Chart.yaml as it changes. Copies of a chart may share it. */
export interface OpenMetadata extends ChartMetadata {
  name: string;
  declaresDependencies: boolean;
  dependencies: readonly OpenDependency[];
}

/** A chart as it changes. */
export class ChartNode {
  readonly chart: Chart;
  readonly metadata: OpenMetadata;
  values: GoMap;
  dependencies: readonly ChartNode[] = [];
  #parent: ChartNode | undefined;

  constructor(chart: Chart, metadata: OpenMetadata, values: GoMap) {
    this.chart = chart;
    this.metadata = metadata;
    this.values = values;
  }

  /** Replaces the dependencies, which stand below this chart from now on. */
  adopt(dependencies: readonly ChartNode[]): void {
    this.dependencies = dependencies;
    for (const dependency of dependencies) dependency.#parent = this;
  }

  /** `app/charts/redis`. */
  get fullPath(): string {
    return this.#parent === undefined ? this.metadata.name : `${this.#parent.fullPath}/charts/${this.metadata.name}`;
  }

  get isRoot(): boolean {
    return this.#parent === undefined;
  }

  /** The same chart for another declaration; the dependencies below those of its own stay shared, in Helm 3 its own and what it declares as well. */
  copyFor({ alias }: Dependency, version: HelmVersion): ChartNode {
    const copy = new ChartNode(this.chart, version === "v3" ? { ...this.metadata } : openMetadata(this.metadata), this.values);
    if (version === "v3") copy.dependencies = this.dependencies;
    else copy.adopt(this.dependencies.map((dependency) => dependency.#shallowCopy()));
    if (alias !== "") copy.metadata.name = alias;
    return copy;
  }

  #shallowCopy(): ChartNode {
    const copy = new ChartNode(this.chart, this.metadata, this.values);
    copy.dependencies = this.dependencies;
    return copy;
  }
}

/** A loaded chart and all below it, to be changed. */
export function openChart(chart: Chart): ChartNode {
  const node = new ChartNode(chart, openMetadata(chart.metadata), chart.values);
  node.adopt(chart.dependencies.map(openChart));
  return node;
}

const openMetadata = (metadata: ChartMetadata): OpenMetadata => ({ ...metadata, dependencies: metadata.dependencies.map((dependency) => ({ ...dependency })) });

/** What the engine sees of it. */
export const closeChart = (node: ChartNode): RenderChart => ({
  metadata: node.metadata,
  fullPath: node.fullPath,
  isRoot: node.isRoot,
  chart: node.chart,
  values: node.values,
  dependencies: node.dependencies.map(closeChart),
});

/** True where a chart is the one that is declared: its name, and a version that meets the constraint. */
export const isDeclared = (chart: ChartNode, { name, version }: Dependency): boolean => chart.metadata.name === name && satisfiesQuietly(version, chart.metadata.version);
