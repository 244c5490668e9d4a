import { isJsonObject, type JsonObject } from "../../src/object/json.ts";
import { writeGoYaml } from "../../src/object/go-yaml-write.ts";
import { parseYaml } from "../../src/object/yaml.ts";
import type { Place } from "./origin-path.ts";
import { metadataOf, setAnnotation, textAt, withMember, withMetadata, withValue, type Resource } from "./resource.ts";

/*
 * `buildMetadata` of the built kustomization: where each object comes from, what it went through, and a label that says who
 * wrote it. As in kustomize the first two are annotations while the build runs, so selectors see them, and what is not
 * wanted goes at the end, also where the input brought it along.
 */
const ORIGIN = "config.kubernetes.io/origin";
const TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations";
const MANAGED_BY = { name: "app.kubernetes.io/managed-by", text: "kustomize-v5.8.1" };
const INTERNAL = "internal.config.kubernetes.io";
/** What kustomize and the tools beside it use on the way. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  ...["previousKinds", "previousNames", "prefixes", "suffixes", "previousNamespaces", "allowNameChange", "allowKindChange", "refBy", "generatorBehavior", "needsHashSuffix",
    "path", "index", "seqindent", "id", "annotations-migration-resource-id", "helm-generated"].map((name) => `${INTERNAL}/${name}`),
  "config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id",
]);

/** Where an object was read, or what made or changed it and in which file that stands; paths are relative to the built folder. */
export type Provenance =
  | Place
  | { readonly configuredIn: Place; readonly configuredBy: { readonly apiVersion: string; readonly kind: string; readonly name?: string; readonly namespace?: string } };

/** The resource with the annotation that says where it comes from. */
export function withOrigin(resource: Resource, provenance: Provenance): Resource {
  return withValue(resource, setAnnotation(resource.value, ORIGIN, linesOf(provenance).map((line) => `${line}\n`).join("")));
}

/** The same for a generated resource that does not say already where it comes from. */
export function withMissingOrigin(resource: Resource, provenance: Provenance): Resource {
  return annotationOf(resource.value, ORIGIN) === undefined ? withOrigin(resource, provenance) : resource;
}

/** The resource with one more transformation; what has no origin was made by it. */
export function withTransformation(resource: Resource, provenance: Provenance): Resource {
  if (annotationOf(resource.value, ORIGIN) === undefined) return withOrigin(resource, provenance);
  const before = annotationOf(resource.value, TRANSFORMATIONS) ?? "";
  const [first = "", ...others] = linesOf(provenance);
  const item = [`- ${first}`, ...others.map((line) => `  ${line}`)].map((line) => `${line}\n`).join("");
  return withValue(resource, setAnnotation(resource.value, TRANSFORMATIONS, before + item));
}

/** The origin of one resource for another: a merge keeps that of the older one. */
export function withOriginOf(value: JsonObject, other: JsonObject): JsonObject {
  const origin = annotationOf(other, ORIGIN);
  return origin === undefined ? value : setAnnotation(value, ORIGIN, origin);
}

/** The file that a configuration object was read from; undefined where it does not say. */
export function placeOfOrigin({ value }: Resource): Place | undefined {
  const [document] = parseYaml(annotationOf(value, ORIGIN) ?? "", "origin");
  if (!isJsonObject(document?.value)) return undefined;
  const { value: origin } = document;
  return { path: textAt(origin, "path"), repo: textAt(origin, "repo"), ref: textAt(origin, "ref") };
}

/** An object at the end of the build: with the label and the annotations that are wanted, without the others. */
export function finishMetadata(value: JsonObject, wanted: readonly string[]): JsonObject {
  const labelled = wanted.includes("managedByLabel") ? withLabel(value) : value;
  const annotations = metadataOf(labelled)["annotations"];
  if (!isJsonObject(annotations)) return labelled;
  const isKept = (name: string): boolean =>
    name === ORIGIN ? wanted.includes("originAnnotations") : name === TRANSFORMATIONS ? wanted.includes("transformerAnnotations") : !ON_THE_WAY.has(name);
  const entries = Object.entries(annotations);
  const kept = entries.filter(([name]) => isKept(name));
  return kept.length === entries.length ? labelled : withMetadata(labelled, { annotations: kept.length === 0 ? undefined : Object.fromEntries(kept) });
}

function withLabel(value: JsonObject): JsonObject {
  const labels = metadataOf(value)["labels"];
  return withMetadata(value, { labels: withMember(isJsonObject(labels) ? labels : {}, MANAGED_BY.name, MANAGED_BY.text) });
}

function annotationOf(value: JsonObject, name: string): string | undefined {
  const annotations = metadataOf(value)["annotations"];
  return isJsonObject(annotations) && Object.hasOwn(annotations, name) ? textAt(annotations, name) : undefined;
}

function linesOf(provenance: Provenance): string[] {
  if ("path" in provenance) return [`path: ${scalar(provenance.path)}`, ...repositoryLines(provenance)];
  const { apiVersion, kind, name, namespace } = provenance.configuredBy;
  return [
    ...repositoryLines(provenance.configuredIn),
    `configuredIn: ${scalar(provenance.configuredIn.path)}`,
    "configuredBy:",
    `  apiVersion: ${scalar(apiVersion)}`,
    `  kind: ${scalar(kind)}`,
    ...(name ? [`  name: ${scalar(name)}`] : []),
    ...(namespace ? [`  namespace: ${scalar(namespace)}`] : []),
  ];
}

const repositoryLines = ({ repo, ref }: Place): string[] => [...(repo ? [`repo: ${scalar(repo)}`] : []), ...(ref ? [`ref: ${scalar(ref)}`] : [])];

const scalar = (text: string): string => writeGoYaml(text).trimEnd();
