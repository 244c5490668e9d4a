import { ReconcileError } from "../../src/errors.ts";
import { flawOf } from "../check-objects.ts";
import { generatorSteps, type NoteGenerated } from "./absorb.ts";
import { attemptIn, configuredIn, NOTHING, openLayer, type Build, type Gathered, type Layer } from "./build.ts";
import { withMissingOrigin, withOrigin, withTransformation } from "./build-metadata.ts";
import { collided, repeated } from "./distinct.ts";
import { transform } from "./layer.ts";
import { layerConfig, type Attempt } from "./layer-config.ts";
import { pluginConfigs, runGenerators, runTransformers, runValidators } from "./layer-plugins.ts";
import { checkCycle, resolveFrom } from "./load-path.ts";
import { cleanJoin } from "./origin-path.ts";
import { newResource, type Resource } from "./resource.ts";
import { EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from "./transformer-config.ts";
import { joinVars, takeVars, type Vars } from "./vars.ts";

/** What a layer has gathered while it is at it. */
interface Draft {
  resources: Resource[];
  config: TransformerConfig;
  vars: Vars;
}

const MAX_OBJECTS = 20_000;

/** Builds a folder with everything below it: kustomize's resources, generators, components, transformations, in this order. */
export function buildFolder(build: Build, folder: string): Gathered {
  return runLayer(build, openLayer(build, folder, { chain: [], place: "" }), NOTHING);
}

/** Runs one layer over what is below it: what it adds itself, then its transformations. */
export function runLayer(build: Build, layer: Layer, incoming: Gathered): Gathered {
  const { resources = [], bases = [], components = [] } = layer.file.fields;
  const attempt = attemptIn(build, layer);
  const draft: Draft = { ...incoming, resources: [...incoming.resources] };
  build.spend(draft.resources.length);
  for (const [index, path] of resources.entries()) attempt(["resources", index], () => addAll(draft, loadResource(build, layer, path), layer));
  for (const [index, path] of bases.entries()) attempt(["bases", index], () => addAll(draft, loadResource(build, layer, path), layer));
  build.problems.push(...repeated(draft.resources));
  draft.config = layerConfig(draft.config, layer.file, layer.files, build.files, attempt);
  generate(build, layer, draft, attempt);
  for (const [index, path] of components.entries()) attempt(["components", index], () => Object.assign(draft, runComponent(build, layer, path, draft)));
  const plugins = pluginsOf(build, layer);
  if (build.problems.length > 0) return draft; // what follows would only tell of consequences
  return finishLayer(build, layer, incoming, draft, plugins);
}

function generate(build: Build, layer: Layer, draft: Draft, attempt: Attempt): void {
  const note: NoteGenerated = (resource, generator) => (build.annotates ? withMissingOrigin(resource, configuredIn(layer, generator)) : resource);
  for (const { path, run } of generatorSteps(layer.file, (path) => layer.files.data(path), note, build.spend)) {
    attempt(path, () => {
      build.spend(draft.resources.length);
      draft.resources = run(draft.resources);
    });
  }
  const configs = pluginConfigs(build, layer, "generators", (path) => loadResource(build, layer, path).resources);
  attempt(["generators"], () => (draft.resources = runGenerators(build, layer, draft.resources, configs)));
}

/** Configurations of what runs after the fields of a kustomization.yaml. */
interface Plugins {
  readonly transformers: readonly Resource[];
  readonly validators: readonly Resource[];
}

function pluginsOf(build: Build, layer: Layer): Plugins {
  const load = (path: string): readonly Resource[] => loadResource(build, layer, path).resources;
  return { transformers: pluginConfigs(build, layer, "transformers", load), validators: pluginConfigs(build, layer, "validators", load) };
}

function finishLayer(build: Build, layer: Layer, incoming: Gathered, { resources, config, vars }: Gathered, { transformers, validators }: Plugins): Gathered {
  const note = (all: readonly Resource[], transformer: string): readonly Resource[] => all.map((resource) => withTransformation(resource, configuredIn(layer, transformer)));
  const transformed = transform(resources, layer.file, { config, read: layer.files, note: build.annotates ? note : (all) => all });
  const changed = runValidators(build, layer, runTransformers(build, layer, transformed, transformers), validators);
  // a hash may still tell the outermost layer's objects apart
  build.problems.push(...collided(layer.chain.length > 1 ? changed : changed.filter(({ needsHash }) => !needsHash), layer.file.file));
  const before = new Set(incoming.resources);
  const through = changed.map((resource) => (before.has(resource) ? resource : throughLayer(resource, layer.file.file)));
  return { config, ...takeVars(through, layer.file, vars, build.spend) };
}

function addAll(draft: Draft, { resources, config, vars }: Gathered, layer: Layer): void {
  if (draft.resources.length + resources.length > MAX_OBJECTS) throw new ReconcileError("LIMIT_EXCEEDED", `has more than ${MAX_OBJECTS} objects`, { position: { file: layer.file.file } });
  for (const resource of resources) draft.resources.push(resource);
  draft.config = mergeConfigs(draft.config, config);
  draft.vars = joinVars(draft.vars, vars);
}

/** An object that came in or was changed here has this layer in its origin. */
function throughLayer(resource: Resource, file: string): Resource {
  const { origin } = resource;
  return { ...resource, origin: { ...origin, overlays: [...origin.overlays, file] } };
}

function loadResource(build: Build, layer: Layer, path: string): Gathered {
  const target = resolveFrom(build.files, layer.folder, path);
  if (target.kind === "directory") return buildBase(build, layer, target.path, path);
  const file = layer.files.resolve(path);
  const resources = layer.files.manifests(file).flatMap(({ value, line }) => {
    const flaw = flawOf({ apiVersion: "v1", ...value });
    if (flaw === undefined) return [newResource(value, { file: file.path, line, overlays: [] })];
    build.problems.push(new ReconcileError("BUILD_FAILED", flaw, { position: { file: file.path, line } }));
    return [];
  });
  const origin = { path: cleanJoin(layer.place, path) };
  return { ...NOTHING, resources: build.annotates ? resources.map((resource) => withOrigin(resource, origin)) : resources };
}

function buildBase(build: Build, parent: Layer, folder: string, path: string): Gathered {
  checkCycle(parent.chain, folder, path);
  const place = cleanJoin(parent.place, path);
  const key = build.annotates ? `${folder}\n${place}` : folder;
  const known = build.built.get(key);
  if (known !== undefined) return known;
  const layer = openLayer(build, folder, { chain: parent.chain, place });
  if (layer.file.isComponent) throw new Error(`"${path}" is a Component; list it under components`);
  const gathered = runLayer(build, layer, NOTHING);
  build.built.set(key, gathered);
  return gathered;
}

function runComponent(build: Build, parent: Layer, path: string, incoming: Gathered): Draft {
  const target = resolveFrom(build.files, parent.folder, path);
  if (target.kind !== "directory") throw new Error(`component "${path}" is a file, a folder with a kustomization.yaml is needed`);
  checkCycle(parent.chain, target.path, path);
  const layer = openLayer(build, target.path, { chain: parent.chain, place: cleanJoin(parent.place, path) });
  if (!layer.file.isComponent) throw new Error(`"${path}" is no Component; list it under resources, or say kind: Component in ${layer.file.file}`);
  const { resources, config, vars } = runLayer(build, layer, incoming);
  // kustomize takes it in as if it were new, so that what its fields repeat among themselves is left out.
  return { resources: [...resources], config: mergeConfigs(EMPTY_CONFIG, config), vars };
}
