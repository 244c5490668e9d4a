import { messageOf, ReconcileError } from "../../src/errors.ts";
import { Capabilities } from "./capabilities.ts";
import type { Chart } from "./chart/chart.ts";
import { crdFiles } from "./chart/crds.ts";
import { prepareChart, type Prepared } from "./chart/prepare.ts";
import { HelmCache } from "./helm-cache.ts";
import type { HelmInput, HelmVersion } from "./input.ts";
import { sortManifests } from "./manifests.ts";
import type { HelmCrd, HelmOutput } from "./output.ts";
import { renderTemplates, type RenderedTemplate } from "./render-templates.ts";
import { reasonsAgainst } from "./semver/satisfies.ts";
import { NO_VALUE } from "./template-functions.ts";

const NOTES = "NOTES.txt";

/**
 * Renders a chart as `helm template` does. Pure and synchronous: equal input gives equal output. Throws BUILD_FAILED with file,
 * line and column, or LIMIT_EXCEEDED.
 */
export function renderHelm(chart: Chart, input: HelmInput): HelmOutput {
  const warnings: string[] = [];
  const { metadata, path } = chart;
  if (metadata.type !== "" && metadata.type !== "application") throw refusal(path, `${metadata.type} charts are not installable`);
  if (metadata.deprecated) warnings.push(`${path || "."}: this chart is deprecated`);
  const version = input.helmVersion ?? "v4";
  const capabilities = capabilitiesOf(input, path, version);
  const cache = input.cache ?? new HelmCache();
  const prepare = (told: string[]): Prepared => prepareChart(chart, input.values, told, { skipSchema: input.skipSchema, version });
  const prepared = prepare(warnings);
  checkKubeVersion(prepared.chart.metadata.kubeVersion, capabilities, path);
  const context = { input, capabilities, cache };
  const { rendered, renewAt } = renderTemplates(prepared, context);
  const notes = `${prepared.chart.fullPath}/templates/${NOTES}`;
  const outputs = rendered.filter(({ source }) => !source.endsWith(NOTES)).map((template) => ({
    ...template,
    identity: template,
    lineAt: (offset: number) => lineOf(renderTemplates(prepare([]), { ...context, marked: template.source }).rendered, template.source, offset),
  }));
  return {
    ...sortManifests(outputs, { version, cache: cache.manifests, known: cache.sorted, warnings }),
    crds: crdFiles(prepared.chart).map(({ fullPath, file }): HelmCrd => ({ source: fullPath, file: file.path, text: file.text })),
    notes: rendered.find(({ source }) => source === notes)?.text ?? "",
    warnings,
    renewAt,
  };
}

function capabilitiesOf({ capabilities = {}, onApiVersion }: HelmInput, path: string, version: HelmVersion): Capabilities {
  try {
    return new Capabilities(capabilities, { version, asked: onApiVersion });
  } catch (error) {
    throw refusal(path, (error as Error).message, error); // all that the constructor throws
  }
}

function checkKubeVersion(constraint: string, { kubeVersion }: Capabilities, path: string): void {
  const reasons = constraint === "" ? [] : reasonsOf(constraint, kubeVersion.normalized);
  if (reasons.length > 0) throw refusal(path, `chart requires kubeVersion: ${constraint} which is incompatible with Kubernetes ${kubeVersion.version}: ${reasons.join("; ")}`);
}

function reasonsOf(constraint: string, version: string): readonly string[] {
  try {
    return reasonsAgainst(constraint, version);
  } catch (error) {
    return [messageOf(error)]; // what is no constraint is met by none, as in Helm
  }
}

/** The template's line that wrote the character at an offset of what it gave. */
function lineOf(rendered: readonly RenderedTemplate[], source: string, offset: number): number | undefined {
  const template = rendered.find((template) => template.source === source);
  if (template === undefined) return undefined;
  const markedOffset = offsetIn(template.marked, offset);
  const mark = template.marks?.findLast((mark) => mark.offset <= markedOffset);
  if (mark === undefined || mark.templateName !== source) return undefined;
  return mark.isText ? mark.line + template.marked.slice(mark.offset, markedOffset).split("\n").length - 1 : mark.line;
}

/** An offset of the output in the text that still tells missing values. */
function offsetIn(marked: string, offset: number): number {
  let found = offset;
  for (let at = marked.indexOf(NO_VALUE); at >= 0 && at <= found; at = marked.indexOf(NO_VALUE, at + NO_VALUE.length)) found += NO_VALUE.length;
  return found;
}

const refusal = (file: string, message: string, cause?: unknown): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position: { file: `${file}/Chart.yaml` }, cause });
