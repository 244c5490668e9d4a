import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Json } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { addPrefix, addSuffix } from "./affixes.ts";
import type { Path } from "./decode.ts";
import { ANNOTATIONS, METADATA_LABELS, SELECTOR_LABELS, TEMPLATE_LABELS } from "./field-specs.ts";
import type { FieldSpec } from "./field-path.ts";
import { setImages } from "./images.ts";
import type { KustomizationFile, LabelEntry, PatchEntry } from "./kustomization.ts";
import { setPairs } from "./labels.ts";
import { setNamespace } from "./namespace.ts";
import { applyJsonPatch, applyMerges, applyPatch } from "./patches.ts";
import { setReplicas } from "./replicas.ts";
import type { Resource } from "./resource.ts";

/** Reads the documents of a file that a layer names, or of a text written in it. */
export interface PatchReader {
  file(path: string): readonly Json[];
  inline(text: string): readonly Json[];
  /** True where there is a file. */
  exists(path: string): boolean;
  /** Takes note of work. */
  readonly spend: Spend;
}

/** One transformation of a layer and the field it comes from. */
interface Step {
  readonly path: Path;
  readonly apply: (resources: readonly Resource[]) => Resource[];
}

/** Applies the transformations of one kustomization.yaml in kustomize's order. Throws the first problem, with its place. */
export function transform(resources: readonly Resource[], layer: KustomizationFile, read: PatchReader): Resource[] {
  let current = [...resources];
  for (const { path, apply } of stepsOf(layer, read)) {
    try {
      read.spend(current.length);
      current = apply(current);
    } catch (error) {
      if (error instanceof ReconcileError) throw error;
      throw layer.problem(path, messageOf(error), error);
    }
  }
  return current;
}

function* stepsOf({ fields }: KustomizationFile, read: PatchReader): Iterable<Step> {
  yield* each("patchesStrategicMerge", fields.patchesStrategicMerge, (source) => (resources) => applyMerges(resources, legacyMerge(source, read), read.spend));
  yield* each("patches", fields.patches, (entry) => (resources) => applyPatch(resources, { ...entry.options, target: entry.target, documents: contentOf(entry, read) }, read.spend));
  yield* one("namespace", fields.namespace, (namespace) => (resources) => setNamespace(resources, namespace));
  yield* one("namePrefix", fields.namePrefix, (prefix) => (resources) => addPrefix(resources, prefix));
  yield* one("nameSuffix", fields.nameSuffix, (suffix) => (resources) => addSuffix(resources, suffix));
  yield* each("labels", fields.labels, (label) => (resources) => setPairs(resources, label.pairs ?? {}, labelSpecs(label)));
  yield* one("commonLabels", fields.commonLabels, (pairs) => (resources) => setPairs(resources, pairs, SELECTOR_LABELS));
  yield* one("commonAnnotations", fields.commonAnnotations, (pairs) => (resources) => setPairs(resources, pairs, ANNOTATIONS));
  yield* each("patchesJson6902", fields.patchesJson6902, (entry) => (resources) => legacyJsonPatch(resources, entry, read));
  yield* each("replicas", fields.replicas, ({ name = "", count = 0 }) => (resources) => setReplicas(resources, { name, count }));
  yield* each("images", fields.images, ({ name = "", ...change }) => (resources) => setImages(resources, { name, ...change }));
  yield* each("imageTags", fields.imageTags, ({ name = "", ...change }) => (resources) => setImages(resources, { name, ...change }));
}

function* each<Entry>(field: string, entries: readonly Entry[] | undefined, step: (entry: Entry) => Step["apply"]): Iterable<Step> {
  for (const [index, entry] of (entries ?? []).entries()) yield { path: [field, index], apply: step(entry) };
}

function* one<Value>(field: string, value: Value | "" | undefined, step: (value: Value) => Step["apply"]): Iterable<Step> {
  if (value !== undefined && value !== "") yield { path: [field], apply: step(value) };
}

function labelSpecs({ fields = [], includeSelectors, includeTemplates }: LabelEntry): readonly FieldSpec[] {
  const own = fields.map((spec) => ({ ...spec, path: spec.path ?? "" }));
  if (includeSelectors === true) return [...own, ...SELECTOR_LABELS];
  return includeTemplates === true ? [...own, ...TEMPLATE_LABELS] : [...own, METADATA_LABELS];
}

function contentOf({ path, patch }: PatchEntry, read: PatchReader): readonly Json[] {
  const inline = patch?.trim() ?? "";
  if (inline !== "" && path) throw new Error("has both path and patch; leave out one");
  if (inline !== "") return read.inline(inline);
  if (path) return read.file(path);
  throw new Error("has neither path nor patch");
}

/** The old field takes a path or the patch itself. */
function legacyMerge(source: string, read: PatchReader): readonly Json[] {
  return source.includes("\n") && !read.exists(source) ? read.inline(source) : read.file(source);
}

function legacyJsonPatch(resources: readonly Resource[], entry: PatchEntry, read: PatchReader): Resource[] {
  if (!entry.target?.name) throw new Error("has no target.name");
  const [operations = null] = contentOf(entry, read);
  return applyJsonPatch(resources, operations, { target: entry.target, remember: false }, read.spend);
}
