import { messageOf, ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type JsonObject } from "../../src/object/json.ts";
import type { Generated } from "./generators.ts";
import type { PluginContext, Transformation } from "./plugin-context.ts";
import { affixesOf, annotationsOf, hashes, imagesOf, labelsOf, namespaceOf, prefixOf, replicasOf, suffixOf } from "./plugin-fields.ts";
import { configMapOf, secretOf, serviceAccountOf } from "./plugin-generators.ts";
import { mergesOf, operationsOf, patchOf, replacementsOf } from "./plugin-patches.ts";
import { addValue } from "./plugin-value-add.ts";
import { metadataOf, textAt } from "./resource.ts";

type TransformerKind = (config: JsonObject, context: PluginContext) => Transformation;
type GeneratorKind = (config: JsonObject, context: PluginContext) => Generated[];

const TRANSFORMERS: ReadonlyMap<string, TransformerKind> = new Map<string, TransformerKind>([
  ["AnnotationsTransformer", annotationsOf],
  ["HashTransformer", hashes],
  ["ImageTagTransformer", imagesOf],
  ["LabelTransformer", labelsOf],
  ["NamespaceTransformer", namespaceOf],
  ["PatchJson6902Transformer", operationsOf],
  ["PatchStrategicMergeTransformer", mergesOf],
  ["PatchTransformer", patchOf],
  ["PrefixSuffixTransformer", affixesOf],
  ["PrefixTransformer", prefixOf],
  ["ReplacementTransformer", replacementsOf],
  ["ReplicaCountTransformer", replicasOf],
  ["SuffixTransformer", suffixOf],
  ["ValueAddTransformer", addValue],
]);

const GENERATORS: ReadonlyMap<string, GeneratorKind> = new Map<string, GeneratorKind>([
  ["ConfigMapGenerator", configMapOf],
  ["HelmChartInflationGenerator", refuseHelm],
  ["IAMPolicyGenerator", serviceAccountOf],
  ["SecretGenerator", secretOf],
]);

/** The transformation that a document of `transformers` or `validators` configures. Throws Error where it is none, naming plugin and flaw. */
export function transformerOf(config: JsonObject, context: PluginContext): Transformation {
  const kind = demandBuiltin(config);
  const make = TRANSFORMERS.get(kind);
  if (make === undefined) throw new Error(GENERATORS.has(kind) ? `${kind} makes objects; list it under generators` : unknown(kind, TRANSFORMERS));
  const transformation = naming(config, () => make(config, context));
  return (resources) => naming(config, () => transformation(resources));
}

/** What a document of `generators` makes. Throws Error where it is no generator, or has flaws. */
export function generatorOf(config: JsonObject, context: PluginContext): Generated[] {
  const kind = demandBuiltin(config);
  const make = GENERATORS.get(kind);
  if (make === undefined) throw new Error(TRANSFORMERS.has(kind) ? `${kind} makes no objects; list it under transformers` : unknown(kind, GENERATORS));
  return naming(config, () => make(config, context));
}

/** Kinds that kustomize itself lets nobody list: order is for the outermost kustomization to say. */
const ORDERS = new Set(["SortOrderTransformer", "LegacyOrderTransformer"]);

const unknown = (kind: string, known: ReadonlyMap<string, unknown>): string =>
  ORDERS.has(kind) ? `${kind} cannot be listed; say sortOptions in the outermost kustomization.yaml` : `there is no built-in plugin "${kind}" for this list; known are ${[...known.keys()].join(", ")}`;

function refuseHelm(): never {
  throw new Error("inflates a Helm chart, which plugins do not do here; list it under helmCharts");
}

/** The kind of a built-in plugin. Everything else is a program, wherever it lies. */
function demandBuiltin(config: JsonObject): string {
  const [apiVersion, kind] = [textAt(config, "apiVersion"), textAt(config, "kind")];
  if (apiVersion === "builtin") return kind;
  throw new Error(`${kind} (${apiVersion || "without apiVersion"}) is ${programOf(config)}; Driftless runs no programs from Git: use a plugin with apiVersion builtin, or commit what this one renders`);
}

function programOf(config: JsonObject): string {
  const annotations = metadataOf(config)["annotations"];
  const isFunction = isJsonObject(annotations) && ["config.kubernetes.io/function", "config.k8s.io/function"].some((name) => Object.hasOwn(annotations, name));
  return isFunction ? "a function in a container, an executable or a script" : "a plugin that is not built in";
}

function naming<Result>(config: JsonObject, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw new Error(`${textAt(config, "kind")} "${textAt(metadataOf(config), "name")}": ${messageOf(error)}`, { cause: error });
  }
}
