import { ReconcileError } from "../../../src/errors.ts";
import type { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import { isStackOverflow } from "../template/state.ts";
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
  const { prepared, values } = valuesOf(chart, userValues, { warnings, version });
  if (!skipSchema) checkSchemas(prepared, values, warnings);
  return { chart: prepared, values };
}

/** An import can make a map that lies in itself, on which Helm dies. */
function valuesOf(chart: Chart, userValues: GoMap, how: Parameters<typeof coalesceValues>[2]): { readonly prepared: RenderChart; readonly values: GoMap } {
  try {
    const prepared = processDependencies(chart, userValues, how);
    return { prepared, values: coalesceValues(prepared, userValues, how) };
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    throw new ReconcileError("LIMIT_EXCEEDED", "values nest too deep; look for import-values that take a map of a dependency into itself", { position: { file: chart.path || "." }, cause: error });
  }
}

function checkInstallable({ metadata, path }: Chart): void {
  if (metadata.type !== "library") return;
  throw new ReconcileError("BUILD_FAILED", `chart "${metadata.name}" is a library: it is not installable by itself, it lends its templates to charts that depend on it`, { position: { file: path || "." } });
}
