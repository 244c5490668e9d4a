import { ReconcileError } from "../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../src/object/json.ts";
import { parseManifests } from "../src/object/yaml.ts";
import type { Draft } from "./check-objects.ts";
import { chartValues } from "./chart-values.ts";
import { DEFAULT_API_VERSIONS } from "./helm/default-api-versions.ts";
import type { CapabilitiesInput } from "./helm/capabilities.ts";
import type { Chart } from "./helm/chart/chart.ts";
import { loadChart } from "./helm/chart/load-chart.ts";
import { fromJson } from "./helm/go/json.ts";
import type { GoValue } from "./helm/go/value.ts";
import { HelmCache } from "./helm/helm-cache.ts";
import type { HelmInput } from "./helm/input.ts";
import type { HelmManifest, HelmOutput } from "./helm/output.ts";
import { RandomSource } from "./helm/random.ts";
import { releaseRecord, type ReleaseRecord } from "./helm/record.ts";
import { markReleased } from "./mark-released.ts";
import { renderHelm } from "./helm/render.ts";
import type { HelmOptions } from "./helm-options.ts";
import { needKey, type Needs } from "./needs.ts";
import type { ParseCache } from "./parse-cache.ts";
import type { TreeFiles } from "./tree-files.ts";

/** What a chart is rendered from, besides its options. */
export interface ChartContext {
  readonly files: TreeFiles;
  readonly cache: ParseCache;
  readonly needs: Needs;
  readonly warnings: string[];
}

/** The objects of a chart. Where something that it asks for is missing, they are not the result. */
export interface RenderedChart {
  readonly drafts: Draft[];
  /** Values of Secrets that may have got into objects. */
  readonly secrets: readonly Json[];
  /** See HelmOutput. */
  readonly renewAt: Date | undefined;
  /** What Helm is to know of it; `manifest`: what was made of the chart's own. */
  readonly record?: ((manifest: string | undefined) => ReleaseRecord) | undefined;
}

/** Renders the chart in a folder as an Application installs it: CRDs first, then manifests and hooks in Helm's order. Throws BUILD_FAILED, LIMIT_EXCEEDED. */
export function renderChart(folder: string, options: HelmOptions, context: ChartContext): RenderedChart {
  const { spec } = options;
  const chart = loadChart(context.files, folder, context.warnings, spec.version);
  const { values, secrets } = chartValues(context.files, folder, options);
  const asked = new Asked(options, context.needs, chart);
  const input = { ...asked.input(), values, helmVersion: spec.version, skipSchema: spec.skipSchemaValidation, cache: cacheOf(context.cache) };
  const output = unlessWaiting(context.needs, () => renderHelm(chart, input));
  if (output === undefined) return { drafts: [], secrets: [], renewAt: undefined };
  context.warnings.push(...output.warnings);
  const drafts = draftsOf(output, { crds: spec.includeCrds !== false, tests: spec.skipTests === false });
  const made = { secrets: [...secrets, ...asked.secrets], renewAt: output.renewAt };
  if (spec.recordRelease !== true) return { ...made, drafts };
  return { ...made, drafts: markReleased(drafts, options.release), record: (manifest) => releaseRecord({ ...options.release, chart, values, output, manifest }) };
}

/** Undefined while something is missing: what a template makes of that, be it a failure, does not count. */
export function unlessWaiting<Result>(needs: Needs, run: () => Result): Result | undefined {
  try {
    const result = run();
    return needs.isWaiting ? undefined : result;
  } catch (error) {
    if (!needs.isWaiting || (error instanceof ReconcileError && error.code === "LIMIT_EXCEEDED")) throw error;
    return undefined;
  }
}

/** What becomes an object of what a chart gave. */
export interface Wanted {
  readonly crds: boolean;
  readonly tests: boolean;
  /** Default true. */
  readonly hooks?: boolean;
}

/** The objects that a chart gave, items of lists one by one. */
export function draftsOf({ crds, manifests, hooks }: HelmOutput, wanted: Wanted): Draft[] {
  const kept = wanted.hooks === false ? [] : hooks.filter(({ events }) => wanted.tests || !events.includes("test"));
  return [
    ...(wanted.crds ? crds.flatMap(({ file, text }) => parseManifests(text, file).map(({ value, line }) => ({ value, origin: { file, line, overlays: [] } }))) : []),
    ...manifests.flatMap(draftsOfManifest),
    ...kept.flatMap(draftsOfManifest),
  ];
}

function draftsOfManifest({ documents, file, line }: HelmManifest): Draft[] {
  return documents.flatMap(({ value }) => {
    if (value === null) return [];
    if (!isJsonObject(value)) throw new ReconcileError("BUILD_FAILED", `gives ${Array.isArray(value) ? "a list" : `a ${typeof value}`}, an object with apiVersion and kind is needed`, { position: { file, line } });
    return itemsOf(value).map((item) => ({ value: item, origin: { file, line, overlays: [] } }));
  });
}

function itemsOf(value: JsonObject): readonly JsonObject[] {
  const { kind, items } = value as { kind?: Json; items?: Json }; // any member may be anything
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) ? (items as readonly Json[]).filter((item) => isJsonObject(item)) : [value];
}

/** What a chart asks of its surroundings, as far as that is known; what is not is noted. */
class Asked {
  /** Data of Secrets that were looked up. */
  readonly secrets: Json[] = [];
  readonly #options: HelmOptions;
  readonly #needs: Needs;
  readonly #at: { readonly file: string };
  readonly #lookUps = new Set<string>();

  constructor(options: HelmOptions, needs: Needs, chart: Chart) {
    this.#options = options;
    this.#needs = needs;
    this.#at = { file: chart.path === "" ? "Chart.yaml" : `${chart.path}/Chart.yaml` };
  }

  input(): Omit<HelmInput, "values"> {
    const { release, random, clock, asksCluster } = this.#options;
    const input = { release, random: new RandomSource(random.secret, random.identity), now: timeFrom(this.#needs, this.#at), clock: new Date(clock), capabilities: this.#capabilities() };
    return asksCluster ? { ...input, lookup: (...args) => this.#lookUp(...args) } : input;
  }

  #capabilities(): CapabilitiesInput {
    const { spec: { kubeVersion, apiVersions = [] }, asksCluster } = this.#options;
    const cluster = asksCluster ? this.#needs.value({ kind: "Capabilities", at: this.#at }) : undefined;
    const told = (cluster ?? {}) as { kubeVersion?: string; apiVersions?: readonly string[] }; // see ClusterCapabilities
    return { kubeVersion: kubeVersion ?? told.kubeVersion, isOfCluster: kubeVersion === undefined, apiVersions: [...(told.apiVersions ?? DEFAULT_API_VERSIONS), ...apiVersions] };
  }

  #lookUp(apiVersion: string, kind: string, namespace: string, name: string): GoValue | undefined {
    const need = { kind: "Lookup", apiVersion, object: kind, namespace, name, at: this.#at } as const;
    this.#lookUps.add(needKey(need));
    if (this.#lookUps.size > MAX_LOOKUPS) throw new ReconcileError("LIMIT_EXCEEDED", `the chart looks up more than ${MAX_LOOKUPS} objects`, { position: this.#at });
    const value = this.#needs.value(need);
    if (value === undefined) return undefined;
    if (apiVersion === "v1" && kind === "Secret") this.secrets.push(...dataOfSecrets(value));
    return fromJson(value);
  }
}

/** The time that a chart is told, which is asked for only where a template does. */
export function timeFrom(needs: Needs, at: { readonly file: string }): () => Date {
  return () => new Date(Number(needs.value({ kind: "Time", at }) ?? 0));
}

function dataOfSecrets(value: Json): Json[] {
  if (!isJsonObject(value)) return [];
  const { items, data } = value as { items?: Json; data?: Json }; // any member may be anything
  if (Array.isArray(items)) return (items as readonly Json[]).flatMap(dataOfSecrets);
  const values = isJsonObject(data ?? null) ? Object.values(data as JsonObject) : []; // just looked at
  return values.flatMap((each) => (typeof each === "string" ? [each, Buffer.from(each, "base64").toString("latin1"), Buffer.from(each, "base64").toString("utf8")] : []));
}

/** Objects that one chart may look up. */
const MAX_LOOKUPS = 200;

/** Characters of manifests and texts whose reading is kept beside the parsed files. */
const KEPT_CHARACTERS = 8 * 1024 * 1024;

const caches = new WeakMap<ParseCache, HelmCache>();

/** What is kept from one render to the next goes with the parsed files. */
export function cacheOf(parsed: ParseCache): HelmCache {
  const cache = caches.get(parsed) ?? new HelmCache(KEPT_CHARACTERS);
  caches.set(parsed, cache);
  return cache;
}
