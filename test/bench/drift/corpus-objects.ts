import { isMarkedHook } from "../../../src/api/annotations.ts";
import { isJsonObject } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { parseYaml } from "../../../src/object/yaml.ts";
import { corpusCases } from "../../../scripts/parity/cases.ts";
import { helmCases } from "../../../scripts/parity/helm-cases.ts";
import type { HelmCase } from "../../../scripts/parity/helm-cases.ts";
import { outputOf } from "../../../scripts/parity/helm-rendering.ts";
import { renderCase } from "../../../scripts/parity/rendering.ts";

/** What one tree, or one chart with one set of values, makes. */
export interface CorpusSet {
  readonly name: string;
  readonly objects: readonly KubeObject[];
  /** Rendered objects without kind or name. */
  readonly nameless: number;
}

/** Every tree and chart of the corpora that renders, without hooks, which run and go. */
export function corpusSets(kustomize: string, helm: string): CorpusSet[] {
  const trees = corpusCases(kustomize).filter(({ set }) => set === "trees").map((given) => ({ name: given.name, rendering: renderCase(given) }));
  const charts = helmCases(helm).filter(({ sha256 }) => sha256 !== undefined);
  return [
    ...trees.flatMap(({ name, rendering }) => (rendering.kind === "Objects" ? [setOf(name, rendering.objects)] : [])),
    ...charts.map((given) => setOf(given.name, objectsOf(given))),
  ].filter(({ objects }) => objects.length > 0);
}

function objectsOf(given: HelmCase): Json[] {
  const { manifests, crds } = outputOf(given);
  return [...crds.flatMap(({ text, file }) => parseYaml(text, file)), ...manifests.flatMap(({ documents }) => documents)].map(({ value }) => value);
}

function setOf(name: string, values: readonly Json[]): CorpusSet {
  const all = values.filter(isJsonObject).flatMap((value) => (value["kind"] === "List" && Array.isArray(value["items"]) ? value["items"].filter(isJsonObject) : [value]));
  const named: readonly KubeObject[] = all.flatMap((value) => namedObject(value) ?? []);
  const objects = named.filter(({ metadata }) => !isMarkedHook(metadata.annotations));
  return { name, objects, nameless: all.length - named.length };
}

/** Undefined for what has no kind or no name: it cannot be sent to a server at all. */
function namedObject(value: JsonObject): KubeObject | undefined {
  const object = value as unknown as Partial<KubeObject>; // looked at member by member
  const { apiVersion, kind, metadata } = object;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string" ? { ...value, apiVersion, kind, metadata } : undefined;
}
