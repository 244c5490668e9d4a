import type { ValuesText } from "../../charts/helm-options.ts";
import type { HelmSpec } from "../api/render-spec.ts";
import type { ValueReading, ValueStore } from "./value-store.ts";
import type { SourceRead } from "./variable-source.ts";
import { chartText } from "./variable-values.ts";

/** An entry of `spec.render.helm.valuesFrom`. */
export type ChartValueSource = NonNullable<HelmSpec["valuesFrom"]>[number] & { readonly valuesKey: string };

/** How Applications refer to values of their charts. */
export const CHART_VALUES: ValueReading<HelmSpec, ChartValueSource, readonly ValuesText[]> = {
  field: "spec.render.helm.valuesFrom",
  sourcesOf: chartSources,
  valuesOf: chartText,
  join: joinChartTexts,
};

/** The values that charts of Applications refer to. */
export type ChartValueStore = ValueStore<HelmSpec, ChartValueSource, readonly ValuesText[]>;

/** Its sources, each with the key that counts. */
export function chartSources({ valuesFrom = [] }: HelmSpec): readonly ChartValueSource[] {
  return valuesFrom.map((source) => ({ ...source, valuesKey: source.valuesKey ?? "values.yaml" }));
}

/** What they gave, in their order; those that may be missing, and are, give nothing. */
export function joinChartTexts(spec: HelmSpec, reads: readonly SourceRead[]): readonly ValuesText[] {
  return chartSources(spec).flatMap(({ kind, name, valuesKey, targetPath }, index) => {
    const found = reads[index]?.values.get(valuesKey);
    return found === undefined ? [] : [{ name: `${kind} ${name}, key ${valuesKey}`, text: found.value, targetPath, secret: found.secret }];
  });
}
