import type { Draft } from "./check-objects.ts";
import { loadChart } from "./helm/chart/load-chart.ts";
import { copyMap } from "./helm/chart/copy-value.ts";
import { mergeMaps } from "./helm/chart/merge-maps.ts";
import { DEFAULT_API_VERSIONS } from "./helm/default-api-versions.ts";
import { mapFromJson } from "./helm/go/json.ts";
import { GoMap } from "./helm/go/value.ts";
import type { HelmManifest, HelmOutput } from "./helm/output.ts";
import { RandomSource } from "./helm/random.ts";
import { renderHelm } from "./helm/render.ts";
import type { HelmOptions } from "./helm-options.ts";
import type { ChartOrder, InflateChart } from "./kustomize/helm-charts.ts";
import { readManifests } from "./kustomize/read-manifests.ts";
import { cacheOf, timeFrom, unlessWaiting, type ChartContext } from "./render-chart.ts";

/** Charts of kustomizations, rendered as `helm template` does for kustomize: no cluster is asked. */
export class Inflater {
  readonly #helm: HelmOptions | undefined;
  readonly #context: ChartContext;
  /** See HelmOutput; the earliest of all. */
  renewAt: Date | undefined;

  constructor(helm: HelmOptions | undefined, context: ChartContext) {
    this.#helm = helm;
    this.#context = context;
  }

  /** The objects of one chart. Throws Error where charts are not rendered, BUILD_FAILED, LIMIT_EXCEEDED. */
  readonly inflate: InflateChart = (order) => {
    const helm = this.#helm;
    if (helm === undefined) throw new Error("Helm charts are not rendered here");
    const { files, needs, warnings, cache } = this.#context;
    const chart = loadChart(files, order.folder, warnings);
    const output = unlessWaiting(needs, () => renderHelm(chart, {
      release: order.release,
      values: copyMap(order.values.reduce((merged, values) => mergeMaps(merged, mapFromJson(values)), new GoMap())),
      capabilities: { kubeVersion: order.kubeVersion, apiVersions: [...DEFAULT_API_VERSIONS, ...order.apiVersions] },
      now: timeFrom(needs, { file: `${order.folder}/Chart.yaml` }),
      clock: new Date(helm.clock),
      random: new RandomSource(helm.random.secret, `${helm.random.identity} ${order.release.namespace}/${order.release.name}`),
      cache: cacheOf(cache),
    }));
    if (output === undefined) return [];
    warnings.push(...output.warnings);
    const { renewAt = this.renewAt } = output;
    this.renewAt = this.renewAt === undefined || (renewAt !== undefined && renewAt < this.renewAt) ? renewAt : this.renewAt;
    return draftsFor(output, order);
  };
}

/** As kustomize reads what helm prints. */
function draftsFor({ crds, manifests, hooks }: HelmOutput, order: ChartOrder): Draft[] {
  const kept = order.hooks ? hooks.filter(({ events }) => order.tests || !events.includes("test")) : [];
  const texts: readonly Pick<HelmManifest, "text" | "file">[] = [...(order.crds ? crds : []), ...manifests, ...kept];
  const lines: readonly number[] = texts.map((each) => ("line" in each ? (each as HelmManifest).line : 0)); // CRDs are files as they are
  return texts.flatMap(({ text, file }, index) => readManifests(text, file).map(({ value, line }) => ({ value, origin: { file, line: lines[index] || line, overlays: [] } })));
}
