import { ReconcileError } from "../../../src/errors.ts";
import type { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import { checkSchemas } from "./schema.ts";
import { coalesceValues } from "./coalesce.ts";
import { processDependencies } from "./dependencies.ts";
import type { Chart, RenderChart } from "./chart.ts";

/** What the engine renders: the charts that take part, and `.Values` of the root. The values are new each time: templates change them. */
export interface Prepared {
  readonly chart: RenderChart;
  readonly values: GoMap;
}

/** How a chart is prepared. */
export interface PrepareOptions {
  /** Default false. */
  readonly skipSchema?: boolean | undefined;
  /** Default "v4". */
  readonly version?: HelmVersion | undefined;
}

/** All that Helm does between loading and rendering: dependencies, values, schemas. Throws BUILD_FAILED with everything found wrong. */
export function prepareChart(chart: Chart, userValues: GoMap, warnings: string[], { skipSchema = false, version = "v4" }: PrepareOptions = {}): Prepared {
  checkInstallable(chart);
  const prepared = processDependencies(chart, userValues, { warnings, version });
  const values = coalesceValues(prepared, userValues, { warnings, version });
  if (!skipSchema) checkSchemas(prepared, values, warnings);
  return { chart: prepared, values };
}

function checkInstallable({ metadata, path }: Chart): void {
  if (metadata.type !== "library") return;
  throw new ReconcileError("BUILD_FAILED", `chart "${metadata.name}" is a library: it is not installable by itself, it lends its templates to charts that depend on it`, { position: { file: path || "." } });
}
