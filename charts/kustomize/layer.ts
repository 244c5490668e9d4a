import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Json } from "../../src/object/json.ts";
import type { MergeTypeOf } from "../../src/object/merge-keys.ts";
import type { Spend } from "../budget.ts";
import { addPrefix, addSuffix } from "./affixes.ts";
import type { Flaw, Path } from "./decode.ts";
import { METADATA_LABELS } from "./field-specs.ts";
import type { FieldSpec } from "./field-path.ts";
import { setImages } from "./images.ts";
import type { Kustomization, KustomizationFile, LabelEntry, PatchEntry } from "./kustomization.ts";
import { setPairs } from "./labels.ts";
import { setNamespace } from "./namespace.ts";
import { applyJsonPatch, applyMerges, applyPatch, demandContent } from "./patches.ts";
import { replacementsOf } from "./layer-replacements.ts";
import { toSpec } from "./read-config.ts";
import { applyReplacements } from "./replacements.ts";
import { setReplicas } from "./replicas.ts";
import type { Resource } from "./resource.ts";
import { mergeSpecs, type TransformerConfig } from "./transformer-config.ts";

/** Reads the documents of a file that a layer names, or of a text written in it. */
export interface PatchReader {
  file(path: string): readonly Json[];
  inline(text: string): readonly Json[];
  /** What a decoder makes of the first document of a file. Throws BUILD_FAILED with file, line and column of what is wrong. */
  decoded<Value>(path: string, decode: (document: Json, flaws: Flaw[]) => Value): Value;
  /** True where there is a file. */
  exists(path: string): boolean;
  /** How lists are merged; undefined: as kustomize knows by itself. */
  typeOf(): MergeTypeOf | undefined;
  /** Takes note of work. */
  readonly spend: Spend;
}

/** What the transformations of a layer go by, besides its file. */
export interface TransformContext {
  readonly config: TransformerConfig;
  readonly read: PatchReader;
  /** Notes in every object that a transformer of kustomize went over it; the kind of the transformer. */
  readonly note: (resources: readonly Resource[], transformer: string) => readonly Resource[];
}

/** One transformation of a layer and the field it comes from. */
interface Step {
  readonly path: Path;
  readonly apply: (resources: readonly Resource[]) => readonly Resource[];
  /** Ends the work of a transformer of kustomize of this kind; undefined: the next step belongs to it too. */
  readonly transformer: string | undefined;
}

/** What it costs to ask an object whether a step is for it, see Budget. */
const OBJECT_UNITS = 3;

/** Applies the transformations of one kustomization.yaml in kustomize's order. Throws the first problem, with its place. */
export function transform(resources: readonly Resource[], layer: KustomizationFile, context: TransformContext): readonly Resource[] {
  let current = resources;
  for (const { path, apply, transformer } of stepsOf(layer, context)) {
    try {
      context.read.spend(current.length * OBJECT_UNITS);
      current = apply(current);
      if (transformer !== undefined) current = context.note(current, transformer);
    } catch (error) {
      if (error instanceof ReconcileError && error.position !== undefined) throw error;
      throw layer.problem(path, messageOf(error), error);
    }
  }
  return current;
}

function* stepsOf({ fields }: KustomizationFile, { config, read }: TransformContext): Iterable<Step> {
  yield* asOne(each("PatchStrategicMergeTransformer", "patchesStrategicMerge", fields.patchesStrategicMerge, (source) => (resources) => applyMerges(resources, legacyMerge(source, read), read.spend, read.typeOf())));
  yield* one(undefined, "patchesStrategicMerge", orNothing(fields.patchesStrategicMerge), (sources) => (resources) => {
    demandContent(sources.flatMap((source) => legacyMerge(source, read)));
    return resources;
  });
  yield* each("PatchTransformer", "patches", fields.patches, (entry) => (resources) => applyPatch(resources, { ...entry.options, target: entry.target, documents: contentOf(entry, read), typeOf: read.typeOf() }, read.spend));
  yield* one("NamespaceTransformer", "namespace", fields.namespace, (namespace) => (resources) => setNamespace(resources, namespace, { specs: config.namespace }));
  yield* one("PrefixTransformer", "namePrefix", fields.namePrefix, (prefix) => (resources) => addPrefix(resources, prefix, config.namePrefix));
  yield* one("SuffixTransformer", "nameSuffix", fields.nameSuffix, (suffix) => (resources) => addSuffix(resources, suffix, config.nameSuffix));
  yield* labelSteps(fields, config, read.spend);
  yield* one("AnnotationsTransformer", "commonAnnotations", orNothing(fields.commonAnnotations), (pairs) => (resources) => setPairs(resources, pairs, config.commonAnnotations, read.spend));
  yield* each("PatchJson6902Transformer", "patchesJson6902", fields.patchesJson6902, (entry) => (resources) => legacyJsonPatch(resources, entry, read));
  yield* each("ReplicaCountTransformer", "replicas", fields.replicas, ({ name = "", count = 0 }) => (resources) => setReplicas(resources, { name, count }, config.replicas));
  for (const field of ["images", "imageTags"] as const) {
    yield* each("ImageTagTransformer", field, fields[field], ({ name = "", ...change }) => (resources) => setImages(resources, { name, ...change }, config.images, read.spend));
  }
  yield* asOne(each("ReplacementTransformer", "replacements", fields.replacements, (entry) => (resources) => applyReplacements(resources, replacementsOf(entry, read), read.spend)));
}

function* each<Entry>(transformer: string, field: string, entries: readonly Entry[] | undefined, step: (entry: Entry) => Step["apply"]): Iterable<Step> {
  for (const [index, entry] of (entries ?? []).entries()) yield { path: [field, index], apply: step(entry), transformer };
}

function* one<Value>(transformer: string | undefined, field: string, value: Value | "" | undefined, step: (value: Value) => Step["apply"]): Iterable<Step> {
  if (value !== undefined && value !== "") yield { path: [field], apply: step(value), transformer };
}

const orNothing = <Map extends object>(map: Map | undefined): Map | undefined => (map === undefined || Object.keys(map).length === 0 ? undefined : map);

/** Steps that are the work of a single transformer of kustomize. */
function* asOne(steps: Iterable<Step>): Iterable<Step> {
  let last: Step | undefined;
  for (const step of steps) {
    if (last !== undefined) yield { ...last, transformer: undefined };
    last = step;
  }
  if (last !== undefined) yield last;
}

/** commonLabels are a transformer even where there are none, if there are labels. */
function* labelSteps({ labels = [], commonLabels = {} }: Kustomization, config: TransformerConfig, spend: Spend): Iterable<Step> {
  const transformer = "LabelTransformer";
  yield* each(transformer, "labels", labels, (label) => (resources) => setPairs(resources, label.pairs ?? {}, labelSpecs(label, config), spend));
  if (labels.length === 0 && Object.keys(commonLabels).length === 0) return;
  yield { path: ["commonLabels"], apply: (resources) => setPairs(resources, commonLabels, config.commonLabels, spend), transformer };
}

/** `includeVolumeClaimTemplates` is newer than kustomize 5.8, where they have what templates have; absent, they still do. */
function labelSpecs({ fields = [], includeSelectors, includeTemplates, includeVolumeClaimTemplates: withClaims }: LabelEntry, config: TransformerConfig): readonly FieldSpec[] {
  const own = mergeSpecs(fields.map(toSpec), config.labels);
  if (includeSelectors === true) return mergeSpecs(own, config.commonLabels);
  const templates = includeTemplates === true ? config.templateLabels : [];
  const claims = withClaims === true ? config.templateLabels.filter(isOfClaims) : [];
  return mergeSpecs([own, withClaims === false ? templates.filter((spec) => !isOfClaims(spec)) : templates, claims].reduce((all, specs) => mergeSpecs(all, specs)), [METADATA_LABELS]);
}

const isOfClaims = ({ path }: FieldSpec): boolean => path.startsWith("spec/volumeClaimTemplates");

function contentOf({ path, patch }: PatchEntry, read: PatchReader): readonly Json[] {
  const inline = patch?.trim() ?? "";
  if (inline !== "" && path) throw new Error("has both path and patch; leave out one");
  if (inline !== "") return read.inline(inline);
  if (path) return read.file(path);
  throw new Error("has neither path nor patch");
}

/** The old field takes a path or the patch itself. */
function legacyMerge(source: string, read: PatchReader): readonly Json[] {
  return /[\n{]/.test(source) && !read.exists(source) ? read.inline(source) : read.file(source);
}

function legacyJsonPatch(resources: readonly Resource[], entry: PatchEntry, read: PatchReader): Resource[] {
  if (!entry.target?.name) throw new Error("has no target.name");
  const [operations = null] = contentOf(entry, read);
  return applyJsonPatch(resources, operations, { target: entry.target, remember: false }, read.spend);
}
