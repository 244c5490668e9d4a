import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Json } from "../../src/object/json.ts";
import { parseYaml, type ManifestDocument, type YamlDocument } from "../../src/object/yaml.ts";
import type { Spend } from "../budget.ts";
import { flawOf } from "../check-objects.ts";
import type { TreeFiles } from "../tree-files.ts";
import { joinPath, type Resolved } from "../tree-path.ts";
import { generatorSteps } from "./absorb.ts";
import type { Path } from "./decode.ts";
import { collided, repeated } from "./distinct.ts";
import { demandKustomization } from "./find-kustomization.ts";
import { readKustomization, type KustomizationFile } from "./kustomization.ts";
import { transform, type PatchReader } from "./layer.ts";
import { checkCycle, resolveFile, resolveFrom, type LoadRestriction } from "./load-path.ts";
import { readManifests } from "./read-manifests.ts";
import { newResource, type Resource } from "./resource.ts";

/** What all layers of one build share. */
export interface Build {
  readonly files: TreeFiles;
  readonly restriction: LoadRestriction;
  /** Filled as they are found; one pass tells as many as it can. */
  readonly problems: ReconcileError[];
  readonly warnings: string[];
  /** Bases that were built already: a diamond builds its base once. */
  readonly built: Map<string, readonly Resource[]>;
  readonly spend: Spend;
}

/** A folder being built, with the folders that led to it, itself included. */
interface Layer {
  readonly folder: string;
  readonly file: KustomizationFile;
  readonly chain: readonly string[];
}

const MAX_OBJECTS = 20_000;
/** What opening a layer costs, see Budget; a byte that a generator takes in costs a tenth of a unit. */
const LAYER_UNITS = 200;

/** Builds a folder with everything below it: kustomize's resources, generators, components, transformations, in this order. */
export function buildFolder(build: Build, folder: string): readonly Resource[] {
  return runLayer(build, openLayer(build, folder, []), []);
}

/** The kustomization.yaml of a built folder. */
function openLayer(build: Build, folder: string, chain: readonly string[]): Layer {
  build.spend(LAYER_UNITS);
  const found = demandKustomization(build.files, folder);
  return { folder, chain: [...chain, folder], file: readKustomization(build.files, found, build.problems, build.warnings) };
}

function runLayer(build: Build, layer: Layer, incoming: readonly Resource[]): readonly Resource[] {
  const { resources = [], bases = [], components = [] } = layer.file.fields;
  let current = [...incoming];
  build.spend(current.length);
  attempt(build, layer, "resources", resources, (path) => addAll(current, loadResource(build, layer, path), layer));
  attempt(build, layer, "bases", bases, (path) => addAll(current, loadResource(build, layer, path), layer));
  build.problems.push(...repeated(current));
  for (const { path, run } of generatorSteps(layer.file, (path) => readData(build, layer, path))) {
    build.spend(current.length);
    attemptOne(build, layer, path, () => void (current = run(current)));
  }
  attempt(build, layer, "components", components, (path) => void (current = [...runComponent(build, layer, path, current)]));
  if (build.problems.length > 0) return current; // what follows would only tell of consequences
  const before = new Set(incoming);
  const changed = transform(current, layer.file, patchReader(build, layer));
  build.problems.push(...collided(changed, layer.file.file));
  return changed.map((resource) => (before.has(resource) ? resource : throughLayer(resource, layer.file.file)));
}

function addAll(resources: Resource[], added: readonly Resource[], layer: Layer): void {
  if (resources.length + added.length > MAX_OBJECTS) throw new ReconcileError("LIMIT_EXCEEDED", `has more than ${MAX_OBJECTS} objects`, { position: { file: layer.file.file } });
  for (const resource of added) resources.push(resource);
}

/** An object that came in or was changed here has this layer in its origin. */
function throughLayer(resource: Resource, file: string): Resource {
  const { origin } = resource;
  return { ...resource, origin: { ...origin, overlays: [...origin.overlays, file] } };
}

function attempt(build: Build, layer: Layer, field: string, paths: readonly string[], take: (path: string) => unknown): void {
  for (const [index, path] of paths.entries()) attemptOne(build, layer, [field, index], () => take(path));
}

function attemptOne(build: Build, layer: Layer, path: Path, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (error instanceof ReconcileError && error.code === "LIMIT_EXCEEDED") throw error;
    build.problems.push(error instanceof ReconcileError ? error : layer.file.problem(path, messageOf(error), error));
  }
}

function loadResource(build: Build, layer: Layer, path: string): readonly Resource[] {
  const target = resolveFrom(build.files, layer.folder, path);
  if (target.kind === "directory") return buildBase(build, layer, target.path, path);
  const file = fileOf(build, layer, path);
  return manifestsOf(build, file).flatMap(({ value, line }) => {
    const flaw = flawOf({ apiVersion: "v1", ...value });
    if (flaw === undefined) return [newResource(value, { file: file.path, line, overlays: [] })];
    build.problems.push(new ReconcileError("BUILD_FAILED", flaw, { position: { file: file.path, line } }));
    return [];
  });
}

function buildBase(build: Build, parent: Layer, folder: string, path: string): readonly Resource[] {
  checkCycle(parent.chain, folder, path);
  const known = build.built.get(folder);
  if (known !== undefined) return known;
  const layer = openLayer(build, folder, parent.chain);
  if (layer.file.isComponent) throw new Error(`"${path}" is a Component; list it under components`);
  const resources = runLayer(build, layer, []);
  build.built.set(folder, resources);
  return resources;
}

function runComponent(build: Build, parent: Layer, path: string, incoming: readonly Resource[]): readonly Resource[] {
  const target = resolveFrom(build.files, parent.folder, path);
  if (target.kind !== "directory") throw new Error(`component "${path}" is a file, a folder with a kustomization.yaml is needed`);
  checkCycle(parent.chain, target.path, path);
  const layer = openLayer(build, target.path, parent.chain);
  if (!layer.file.isComponent) throw new Error(`"${path}" is no Component; list it under resources, or say kind: Component in ${layer.file.file}`);
  return runLayer(build, layer, incoming);
}

function readData(build: Build, layer: Layer, path: string): Uint8Array {
  const bytes = build.files.bytes(fileOf(build, layer, path));
  build.spend(bytes.length / 10);
  return bytes;
}

const manifestsOf = (build: Build, file: Resolved): readonly ManifestDocument[] => build.files.parsed("kustomize", file, (text) => readManifests(text, file.path));

const fileOf = (build: Build, layer: Layer, path: string): Resolved => resolveFile(build.files, layer.folder, path, build.restriction);

function patchReader(build: Build, layer: Layer): PatchReader {
  return {
    file: (path) => {
      const file = fileOf(build, layer, path);
      const documents = build.files.documents(file);
      return isOperations(documents) ? valuesOf(documents) : valuesOf(manifestsOf(build, file));
    },
    inline: (text) => readInline(text),
    exists: (path) => build.files.resolve(joinPath(layer.folder, path) ?? "")?.kind === "file",
    spend: build.spend,
  };
}

/** A text has no file of its own: its problems are told with the line within it. */
function readInline(text: string): readonly Json[] {
  try {
    const documents = parseYaml(text, "patch");
    return isOperations(documents) ? valuesOf(documents) : valuesOf(readManifests(text, "patch"));
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  }
}

const isOperations = (documents: readonly YamlDocument[]): boolean => Array.isArray(documents[0]?.value);

const valuesOf = (documents: readonly YamlDocument[]): Json[] => documents.map(({ value }) => value);
