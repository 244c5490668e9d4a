import type { JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { addPrefix, addSuffix, rename } from "./affixes.ts";
import { flag, integer, listOf } from "./decode.ts";
import type { FieldSpec } from "./field-path.ts";
import { setImages } from "./images.ts";
import { setPairs } from "./labels.ts";
import { nameHash } from "./name-hash.ts";
import { setNamespace, type NamespaceOptions } from "./namespace.ts";
import { exactRecord, fieldPath, fieldSpecs, looseRecord, looseText, looseTexts, readPlugin } from "./plugin-config.ts";
import type { PluginContext, Transformation } from "./plugin-context.ts";
import { toSpec } from "./read-config.ts";
import { setReplicas } from "./replicas.ts";

const labels = looseRecord({ labels: looseTexts, fieldSpecs });
const annotations = looseRecord({ annotations: looseTexts, fieldSpecs });
const image = looseRecord({ imageTag: looseRecord({ name: looseText, newName: looseText, newTag: looseText, tagSuffix: looseText, digest: looseText }), fieldSpecs });
const replica = looseRecord({ replica: looseRecord({ name: looseText, count: integer }), fieldSpecs });
const namespace = looseRecord({ metadata: looseRecord({ namespace: looseText }), unsetOnly: flag, setRoleBindingSubjects: looseText, fieldSpecs });

/** What one write to one object costs, see Budget: a configuration may have as many field specs as a file has room for. */
const WRITE_UNITS = 0.2;

function paying(spend: Spend, writes: number, transformation: Transformation): Transformation {
  return (resources) => {
    spend(resources.length * writes * WRITE_UNITS);
    return transformation(resources);
  };
}

/** Labels wherever the field specs say; without any, nowhere. */
export function labelsOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { labels: pairs = {}, fieldSpecs: specs = [] } = readPlugin(config, labels);
  return paying(files.spend, specs.length * Object.keys(pairs).length, (resources) => setPairs(resources, pairs, specs, files.spend));
}

/** The same for annotations. */
export function annotationsOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { annotations: pairs = {}, fieldSpecs: specs = [] } = readPlugin(config, annotations);
  return paying(files.spend, specs.length * Object.keys(pairs).length, (resources) => setPairs(resources, pairs, specs, files.spend));
}

/** The namespace of the configuration's own metadata. */
export function namespaceOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { metadata, unsetOnly, setRoleBindingSubjects, fieldSpecs: specs = [] } = readPlugin(config, namespace);
  const subjects = subjectsOf(setRoleBindingSubjects ?? "");
  const name = metadata?.namespace ?? "";
  return paying(files.spend, specs.length, (resources) => (name === "" ? [...resources] : setNamespace(resources, name, { specs, subjects, unsetOnly })));
}

function subjectsOf(mode: string): NamespaceOptions["subjects"] {
  if (mode === "") return undefined;
  if (mode === "defaultOnly" || mode === "allServiceAccounts" || mode === "none") return mode;
  throw new Error("setRoleBindingSubjects: must be defaultOnly, allServiceAccounts or none");
}

/** Image names, tags and digests. */
export function imagesOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { imageTag: { name = "", ...change } = {}, fieldSpecs: specs = [] } = readPlugin(config, image);
  return paying(files.spend, specs.length, (resources) => setImages(resources, { name, ...change }, specs, files.spend));
}

/** Replica counts; 0 where none is said. */
export function replicasOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { replica: { name = "", count = 0 } = {}, fieldSpecs: specs = [] } = readPlugin(config, replica);
  return paying(files.spend, specs.length, (resources) => setReplicas(resources, { name, count }, specs));
}

/** Hashes in the names of generated objects; they get another one at the end of the build, as in kustomize. */
export function hashes(): Transformation {
  return (resources) => resources.map((resource) => (resource.needsHash ? rename(resource, (name) => `${name}-${nameHash(resource.value)}`) : resource));
}

/** A prefix for names, and for other fields of the specs. */
export function prefixOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { prefix = "", specs } = readAffix(config);
  return paying(files.spend, specs.length, (resources) => addPrefix(resources, prefix, specs));
}

/** The same for a suffix. */
export function suffixOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { suffix = "", specs } = readAffix(config);
  return paying(files.spend, specs.length, (resources) => addSuffix(resources, suffix, specs));
}

/** Both, the prefix first. */
export function affixesOf(config: JsonObject, context: PluginContext): Transformation {
  const [addPrefixes, addSuffixes] = [prefixOf(config, context), suffixOf(config, context)];
  return (resources) => addSuffixes(addPrefixes(resources));
}

/** These two are read with another of Go's YAML readers: names of members count exactly, and every plain value is text. */
const exactSpec = exactRecord({ group: looseText, version: looseText, kind: looseText, path: fieldPath, create: flag });
const affix = exactRecord({ prefix: looseText, suffix: looseText, fieldSpecs: listOf(exactSpec) });

function readAffix(config: JsonObject): { readonly prefix?: string | undefined; readonly suffix?: string | undefined; readonly specs: readonly FieldSpec[] } {
  const { prefix, suffix, fieldSpecs: specs } = readPlugin(config, affix);
  if (specs === undefined) throw new Error("fieldSpecs: is missing; names are metadata/name");
  return { prefix, suffix, specs: specs.map(toSpec) };
}
