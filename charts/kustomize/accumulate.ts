import { ReconcileError } from "../../src/errors.ts";
import { flawOf } from "../check-objects.ts";
import { absorb, generatorSteps, type NoteGenerated } from "./absorb.ts";
import { attemptIn, configuredIn, NOTHING, openLayer, type Build, type Gathered, type Layer } from "./build.ts";
import { withMissingOrigin, withOrigin, withTransformation } from "./build-metadata.ts";
import { collided, repeated } from "./distinct.ts";
import type { Path } from "./decode.ts";
import { inflated } from "./helm-charts.ts";
import { transform } from "./layer.ts";
import { layerConfig, type Attempt } from "./layer-config.ts";
import { pluginConfigs, type LoadResources, runGenerators, runTransformers, runValidators } from "./layer-plugins.ts";
import { checkCycle } from "./load-path.ts";
import { findBase, type Base } from "./find-base.ts";
import { BUILT } from "./origin-path.ts";
import { newResource, setAnnotation, type Resource } from "./resource.ts";
import { EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from "./transformer-config.ts";
import { joinVars, takeVars, type Vars } from "./vars.ts";

/** What a layer has gathered while it is at it. */
interface Draft {
  resources: Resource[];
  config: TransformerConfig;
  vars: Vars;
}

/** kustomize's own mark, which goes at the end. */
const HELM_GENERATED = "internal.config.kubernetes.io/helm-generated";

const MAX_OBJECTS = 20_000;

/** Builds a folder with everything below it: kustomize's resources, generators, components, transformations, in this order. */
export function buildFolder(build: Build, folder: string): Gathered {
  return runLayer(build, openLayer(build, folder, { chain: [], place: BUILT }), NOTHING);
}

/** Runs one layer over what is below it: what it adds itself, then its transformations. */
export function runLayer(build: Build, layer: Layer, incoming: Gathered): Gathered {
  const { resources = [], bases = [], components = [] } = layer.file.fields;
  const attempt = attemptIn(build, layer);
  const draft: Draft = { ...incoming, resources: [...incoming.resources] };
  build.spend(draft.resources.length);
  for (const [index, path] of resources.entries()) attempt(["resources", index], (at) => addAll(draft, loadResource(build, layer, path, at), layer));
  for (const [index, path] of bases.entries()) attempt(["bases", index], (at) => addAll(draft, loadResource(build, layer, path, at), layer));
  build.problems.push(...repeated(draft.resources));
  draft.config = layerConfig(draft.config, layer.file, layer.files, build.files, attempt);
  generate(build, layer, draft, attempt);
  for (const [index, path] of components.entries()) attempt(["components", index], (at) => Object.assign(draft, runComponent(build, layer, path, at, draft)));
  const plugins = pluginsOf(build, layer);
  if (build.problems.length > 0 || build.remotes.isWaiting) return draft; // what follows would only tell of consequences
  return finishLayer(build, layer, incoming, draft, plugins);
}

function generate(build: Build, layer: Layer, draft: Draft, attempt: Attempt): void {
  const note: NoteGenerated = (resource, generator) => (build.annotates ? withMissingOrigin(resource, configuredIn(layer, generator)) : resource);
  const steps = build.remotes.isWaiting ? [] : generatorSteps(layer.file, (path) => layer.files.data(path), note, build.spend); // they merge into what may be missing
  for (const { path, run } of steps) {
    attempt(path, () => {
      build.spend(draft.resources.length);
      draft.resources = run(draft.resources);
    });
  }
  if (!build.remotes.isWaiting) inflateCharts(build, layer, draft, attempt, note);
  const configs = pluginConfigs(build, layer, "generators", loader(build, layer));
  if (!build.remotes.isWaiting) attempt(["generators"], () => (draft.resources = runGenerators(build, layer, draft.resources, configs)));
}

function inflateCharts(build: Build, layer: Layer, draft: Draft, attempt: Attempt, note: NoteGenerated): void {
  for (const [index, entry] of (layer.file.fields.helmCharts ?? []).entries()) {
    attempt(["helmCharts", index], () => {
      for (const { value, origin } of inflated(build, layer, entry)) {
        const made = newResource(setAnnotation(value, HELM_GENERATED, "true"), origin);
        draft.resources = absorb(draft.resources, note(made, "HelmChartInflationGenerator"), undefined, build.spend);
      }
    });
  }
}

/** Configurations of what runs after the fields of a kustomization.yaml. */
interface Plugins {
  readonly transformers: readonly Resource[];
  readonly validators: readonly Resource[];
}

const loader = (build: Build, layer: Layer): LoadResources => (path, at) => loadResource(build, layer, path, at).resources;

function pluginsOf(build: Build, layer: Layer): Plugins {
  const load = loader(build, layer);
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

function loadResource(build: Build, layer: Layer, path: string, at: Path): Gathered {
  const base = findBase(build, layer, path, at);
  if (base === undefined) return NOTHING;
  if (base.target.kind === "directory") return buildBase(build, layer, base, path);
  const file = layer.files.resolve(path);
  const resources = layer.files.manifests(file).flatMap(({ value, line }) => {
    const flaw = flawOf({ apiVersion: "v1", ...value });
    if (flaw === undefined) return [newResource(value, { file: file.path, line, overlays: [] })];
    build.problems.push(new ReconcileError("BUILD_FAILED", flaw, { position: { file: file.path, line } }));
    return [];
  });
  return { ...NOTHING, resources: build.annotates ? resources.map((resource) => withOrigin(resource, base.place)) : resources };
}

function buildBase(build: Build, parent: Layer, { target: { path: folder }, place }: Base, path: string): Gathered {
  checkCycle(parent.chain, folder, path);
  const key = build.annotates ? `${folder}\n${place.path}\n${place.repo ?? ""}` : folder;
  const known = build.built.get(key);
  if (known !== undefined) return known;
  const layer = openLayer(build, folder, { chain: parent.chain, place });
  if (layer.file.isComponent) throw new Error(`"${path}" is a Component; list it under components`);
  const gathered = runLayer(build, layer, NOTHING);
  build.built.set(key, gathered);
  return gathered;
}

function runComponent(build: Build, parent: Layer, path: string, at: Path, incoming: Draft): Draft {
  const base = findBase(build, parent, path, at);
  if (base === undefined) return incoming;
  const { target, place } = base;
  if (target.kind !== "directory") throw new Error(`component "${path}" is a file, a folder with a kustomization.yaml is needed`);
  checkCycle(parent.chain, target.path, path);
  const layer = openLayer(build, target.path, { chain: parent.chain, place });
  if (!layer.file.isComponent) throw new Error(`"${path}" is no Component; list it under resources, or say kind: Component in ${layer.file.file}`);
  const { resources, config, vars } = runLayer(build, layer, incoming);
  // kustomize takes it in as if it were new, so that what its fields repeat among themselves is left out.
  return { resources: [...resources], config: mergeConfigs(EMPTY_CONFIG, config), vars };
}
