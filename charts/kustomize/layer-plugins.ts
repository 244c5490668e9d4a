import { messageOf, ReconcileError } from "../../src/errors.ts";
import { isJsonObject, jsonEqual, type JsonObject } from "../../src/object/json.ts";
import { flawOf } from "../check-objects.ts";
import { absorb } from "./absorb.ts";
import { attemptIn, type Build, type Layer } from "./build.ts";
import { placeOfOrigin, withMissingOrigin, withOrigin, withTransformation, type Provenance } from "./build-metadata.ts";
import { repeated } from "./distinct.ts";
import { BUILT, placeIn } from "./origin-path.ts";
import type { Path } from "./decode.ts";
import { generatorOf, transformerOf } from "./plugins.ts";
import { readManifests } from "./read-manifests.ts";
import { metadataOf, newResource, textAt, withMember, withMetadata, type Resource } from "./resource.ts";

/** Reads what `resources` would take: a file, or a folder with a kustomization.yaml. `at`: the field that names it. */
export type LoadResources = (path: string, at: Path) => readonly Resource[];

/**
 * The configurations that entries of `generators`, `transformers` or `validators` lead to: those written in the
 * kustomization.yaml itself first, then those of files and folders, as in kustomize. Problems are noted.
 */
export function pluginConfigs(build: Build, layer: Layer, field: "generators" | "transformers" | "validators", load: LoadResources): readonly Resource[] {
  const attempt = attemptIn(build, layer);
  const inline: Resource[] = [];
  const read: Resource[] = [];
  for (const [index, entry] of (layer.file.fields[field] ?? []).entries()) {
    attempt([field, index], () => {
      const origin = { file: layer.file.file, line: layer.file.lineOf([field, index]), overlays: [] };
      const values = readInline(entry);
      if (values === undefined) read.push(...load(entry, [field, index]));
      else inline.push(...values.map((value) => newResource(value, origin)));
    });
  }
  const place = placeIn(layer.place, layer.file.file.slice(layer.file.file.lastIndexOf("/") + 1));
  const configs = [...(build.annotates ? inline.map((config) => withOrigin(config, place)) : inline), ...read];
  build.problems.push(...repeated(configs));
  return configs;
}

/** The objects of an entry that is no path, or undefined. Throws Error where it looks like one and cannot be read. */
function readInline(entry: string): readonly JsonObject[] | undefined {
  try {
    const values = readManifests(entry, "entry").map(({ value }) => value);
    const flaw = values.map((value) => flawOf({ apiVersion: "v1", ...value })).find((each) => each !== undefined);
    if (flaw === undefined) return values;
    throw new Error(flaw);
  } catch (error) {
    if (/^\s*\{|\n/.test(entry)) throw new Error(`cannot be read as a configuration: ${messageOf(error)}`, { cause: error });
    return undefined;
  }
}

/** The resources with what each configured generator makes. Throws BUILD_FAILED. */
export function runGenerators(build: Build, layer: Layer, resources: readonly Resource[], configs: readonly Resource[]): Resource[] {
  let current = [...resources];
  for (const config of configs) {
    current = atConfig(config, () => {
      let all = current;
      for (const { value, needsHash, behavior } of generatorOf(config.value, layer)) {
        build.spend(all.length);
        const made = newResource(value, config.origin, needsHash);
        all = absorb(all, build.annotates ? withMissingOrigin(made, provenanceOf(config)) : made, behavior, build.spend);
      }
      return all;
    });
  }
  return current;
}

/** The resources as each configured transformer leaves them. Throws BUILD_FAILED. */
export function runTransformers(build: Build, layer: Layer, resources: readonly Resource[], configs: readonly Resource[]): readonly Resource[] {
  let current = resources;
  for (const config of configs) {
    build.spend(current.length);
    const changed = atConfig(config, () => transformerOf(config.value, layer)(current));
    current = build.annotates ? changed.map((resource) => withTransformation(resource, provenanceOf(config))) : changed;
  }
  return current;
}

/** The same for validators: they may change nothing but one label, which says that they were here. */
export function runValidators(build: Build, layer: Layer, resources: readonly Resource[], configs: readonly Resource[]): readonly Resource[] {
  let current = resources;
  for (const config of configs) {
    build.spend(current.length);
    current = atConfig(config, () => {
      const validated = transformerOf(config.value, layer)(current);
      const isSame = validated.length === current.length && validated.every(({ value }, index) => jsonEqual(withoutMark(value), current[index]?.value));
      if (!isSame) throw new Error("changes objects, which a validator must not; list it under transformers");
      return validated;
    });
  }
  return current;
}

const MARK = "validated-by";

function withoutMark(value: JsonObject): JsonObject {
  const labels = metadataOf(value)["labels"];
  if (!isJsonObject(labels) || !Object.hasOwn(labels, MARK)) return value;
  const others = withMember(labels, MARK, undefined);
  return withMetadata(value, { labels: Object.keys(others).length === 0 ? undefined : others });
}

function atConfig<Result>({ origin }: Resource, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw new ReconcileError("BUILD_FAILED", messageOf(error), { position: { file: origin.file, line: origin.line }, cause: error });
  }
}

function provenanceOf(config: Resource): Provenance {
  const { value } = config;
  const metadata = metadataOf(value);
  const [apiVersion, kind, name, namespace] = [textAt(value, "apiVersion"), textAt(value, "kind"), textAt(metadata, "name"), textAt(metadata, "namespace")];
  return { configuredIn: placeOfOrigin(config) ?? BUILT, configuredBy: { apiVersion, kind, name, namespace } };
}
