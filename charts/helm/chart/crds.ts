import type { ChartFile, RenderChart } from "./chart.ts";

/** A file of crds/ and what Helm calls it. */
export interface CrdFile {
  /** With the chart's full path: `app/charts/redis/crds/crd.yaml`. */
  readonly fullPath: string;
  readonly file: ChartFile;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** The files of crds/ of a chart and then of its dependencies, in Helm's order. */
export const crdFiles = (chart: RenderChart): readonly CrdFile[] => [
  ...chart.chart.files.filter(({ name }) => name.startsWith("crds/") && MANIFEST.test(name)).map((file) => ({ fullPath: `${chart.fullPath}/${file.name}`, file })),
  ...chart.dependencies.flatMap(crdFiles),
];
