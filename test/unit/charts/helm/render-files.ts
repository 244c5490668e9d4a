import { loadChart } from "../../../../charts/helm/chart/load-chart.ts";
import { mergeUserValues } from "../../../../charts/helm/chart/user-values.ts";
import type { HelmInput } from "../../../../charts/helm/input.ts";
import type { HelmOutput } from "../../../../charts/helm/output.ts";
import { RandomSource } from "../../../../charts/helm/random.ts";
import { renderHelm } from "../../../../charts/helm/render.ts";
import { ParseCache } from "../../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../../charts/tree-files.ts";
import { isJsonObject } from "../../../../src/object/json.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

/** Files of a chart by path; Chart.yaml may be missing, it is then that of a chart `app`. */
export type ChartFiles = Readonly<Record<string, string>>;

const CHART = "apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: \"9\"\n";
const parsed = new ParseCache(1 << 20);

/** What a release `rel` in the namespace `default` of a chart in the folder `c` becomes. `values`: YAML of the user. */
export function renderFiles(files: ChartFiles, values = "", input: Partial<HelmInput> = {}): HelmOutput {
  const tree = memoryTree(Object.fromEntries(Object.entries({ "Chart.yaml": CHART, ...files }).map(([path, text]) => [`c/${path}`, text])));
  const chart = loadChart(new TreeFiles(tree, parsed), "c", [], input.helmVersion);
  return renderHelm(chart, {
    release: { name: "rel", namespace: "default" },
    values: mergeUserValues({ version: input.helmVersion, files: [{ name: "mine.yaml", text: values }] }),
    now: new Date("2026-01-02T03:04:05Z"),
    random: new RandomSource(Buffer.alloc(32, 7), "rel"),
    ...input,
  });
}

/** What one template of the chart gives, as the value of `out:`; the template may give anything. */
export function renderText(template: string, files: ChartFiles = {}, values = "", input: Partial<HelmInput> = {}): string {
  const { manifests } = renderFiles({ "templates/_out.tpl": `{{ define "out" }}${template}{{ end }}`, "templates/out.yaml": 'out: {{ include "out" . | toJson }}', ...files }, values, input);
  const out = manifests.find(({ source }) => source.endsWith("/out.yaml"));
  const value = out?.documents[0]?.value ?? null;
  if (!isJsonObject(value) || typeof value["out"] !== "string") throw new Error("the template gave no text");
  return value["out"];
}
