import { ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json } from "../../src/object/json.ts";
import { locateDocuments } from "../../src/object/yaml.ts";
import { placeOf, type LocatedDocument, type Place } from "../../src/object/yaml-position.ts";
import { fieldSpec } from "./read-config.ts";
import { replacementEntry } from "./replacement-entry.ts";
import type { TreeFiles } from "../tree-files.ts";
import type { Resolved } from "../tree-path.ts";
import { anything, flag, formatPath, integer, listOf, recordOf, text, texts, type Decoded, type Flaw, type Path } from "./decode.ts";

const options = recordOf({ labels: texts, annotations: texts, disableNameSuffixHash: flag, immutable: flag });

const sources = { name: text, namespace: text, behavior: text, literals: listOf(text), files: listOf(text), envs: listOf(text), env: text, options };

const target = recordOf({ group: text, version: text, kind: text, name: text, namespace: text, labelSelector: text, annotationSelector: text });

const patch = recordOf({ path: text, patch: text, target, options: recordOf({ allowNameChange: flag, allowKindChange: flag }) });

const label = recordOf({ pairs: texts, includeSelectors: flag, includeTemplates: flag, includeVolumeClaimTemplates: flag, fields: listOf(fieldSpec) });

const varEntry = recordOf({
  name: text,
  objref: recordOf({ apiVersion: text, group: text, version: text, kind: text, name: text, namespace: text }),
  fieldref: recordOf({ fieldPath: text }),
});

const image = recordOf({ name: text, newName: text, newTag: text, tagSuffix: text, digest: text });

const helmChart = recordOf({
  name: text, version: text, repo: text, releaseName: text, namespace: text, nameTemplate: text,
  valuesFile: text, additionalValuesFiles: listOf(text), valuesInline: anything, valuesMerge: text,
  includeCRDs: flag, skipHooks: flag, skipTests: flag, apiVersions: listOf(text), kubeVersion: text, debug: flag, devel: flag,
});

const kustomization = recordOf({
  apiVersion: text, kind: text, metadata: recordOf({ name: text, namespace: text, labels: texts, annotations: texts }),
  resources: listOf(text), bases: listOf(text), components: listOf(text),
  namespace: text, namePrefix: text, nameSuffix: text,
  labels: listOf(label), commonLabels: texts, commonAnnotations: texts,
  images: listOf(image), imageTags: listOf(image), replicas: listOf(recordOf({ name: text, count: integer })),
  patches: listOf(patch), patchesStrategicMerge: listOf(text), patchesJson6902: listOf(patch),
  configMapGenerator: listOf(recordOf(sources)), secretGenerator: listOf(recordOf({ ...sources, type: text })), generatorOptions: options,
  sortOptions: recordOf({ order: text, legacySortOptions: recordOf({ orderFirst: listOf(text), orderLast: listOf(text) }) }),
  openapi: texts, crds: listOf(text), configurations: listOf(text), vars: listOf(varEntry), replacements: listOf(replacementEntry),
  generators: listOf(text), transformers: listOf(text), validators: listOf(text), buildMetadata: listOf(text),
  helmCharts: listOf(helmChart), helmGlobals: recordOf({ chartHome: text, configHome: text }), helmChartInflationGenerator: anything,
});

/** The fields of a kustomization.yaml, legacy ones as they are written. */
export type Kustomization = Decoded<typeof kustomization>;
/** An entry of `configMapGenerator` or `secretGenerator`. */
export type GeneratorEntry = NonNullable<Kustomization["secretGenerator"]>[number];
/** `generatorOptions`, or the `options` of one entry. */
export type GeneratorOptions = Decoded<typeof options>;
/** An entry of `patches` or `patchesJson6902`. */
export type PatchEntry = Decoded<typeof patch>;
/** An entry of `helmCharts`. */
export type HelmChartEntry = Decoded<typeof helmChart>;
/** An entry of `vars`. */
export type VarEntry = Decoded<typeof varEntry>;
/** An entry of `labels`. */
export type LabelEntry = Decoded<typeof label>;

/** A kustomization.yaml with the means to say where in it something stands. */
export interface KustomizationFile {
  readonly file: string;
  readonly fields: Kustomization;
  readonly isComponent: boolean;
  /** The error for a field of this file, with its line and column. */
  problem(path: Path, message: string, cause?: unknown): ReconcileError;
  /** The line of a field; 1 where it cannot be found. */
  lineOf(path: Path): number;
}

interface Content {
  readonly fields: Kustomization;
  readonly flaws: readonly Flaw[];
  readonly documents: number;
}

/** Flaws of one file that are told or counted. */
const MAX_FLAWS = 1000;

/** Reads a kustomization file. Its problems (malformed, unknown or unsupported fields) are added to `problems`. */
export function readKustomization(files: TreeFiles, file: Resolved, problems: ReconcileError[], warnings: string[]): KustomizationFile {
  const { fields, flaws, documents } = files.parsed("kustomization", file, () => decode(files, file));
  const place = placesIn(files, file);
  const problem = (path: Path, message: string, cause?: unknown): ReconcileError =>
    new ReconcileError(cause instanceof ReconcileError ? cause.code : "BUILD_FAILED", message, { position: { file: file.path, ...place(path) }, cause });
  for (const flaw of flaws.slice(0, MAX_FLAWS)) problems.push(problem(flaw.path, flaw.path.length === 0 ? flaw.message : `${formatPath(flaw.path)}: ${flaw.message}`));
  if (documents > 1) warnings.push(`${file.path}: only the first of its ${documents} documents is read`);
  return { file: file.path, fields, isComponent: fields.kind === "Component", problem, lineOf: (path) => place(path)?.line ?? 1 };
}

/** Looks up where fields stand. Generators ask at every render: answers are remembered by content. */
function placesIn(files: TreeFiles, file: Resolved): (path: Path) => Place | undefined {
  let located: LocatedDocument | undefined;
  return (path) => {
    const known = files.parsed("kustomization-places", file, () => new Map<string, Place | undefined>());
    const key = formatPath(path);
    if (!known.has(key)) known.set(key, placeOf((located ??= locateDocuments(files.text(file))[0]), path));
    return known.get(key);
  };
}

function decode(files: TreeFiles, file: Resolved): Content {
  const documents = files.documents(file);
  const flaws: Flaw[] = [];
  const value: Json = documents[0]?.value ?? {};
  const fields = kustomization(value, [], flaws) ?? {};
  return { fields, flaws: [...flaws, ...flawsOf(fields, isJsonObject(value))], documents: documents.length };
}

function flawsOf(fields: Kustomization, isMap: boolean): Flaw[] {
  const flaws: Flaw[] = [];
  const { apiVersion, kind = "Kustomization" } = fields;
  const version = kind === "Component" ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
  if (kind !== "Kustomization" && kind !== "Component") flaws.push({ path: ["kind"], message: "must be Kustomization or Component" });
  else if (apiVersion && apiVersion !== version) flaws.push({ path: ["apiVersion"], message: `of a ${kind} must be ${version}` });
  if (isUsed(fields.helmChartInflationGenerator)) flaws.push({ path: ["helmChartInflationGenerator"], message: "is the old form of helmCharts; write that (kustomize edit fix does it)" });
  const isEmpty = isMap && Object.entries(fields).every(([name, value]) => name === "apiVersion" || name === "kind" || value === "");
  if (isEmpty) flaws.push({ path: [], message: "kustomization is empty" });
  return flaws;
}

/** False for what says nothing: absent, an empty list, map or text. */
function isUsed(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
