import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { InflateChart } from "./helm-charts.ts";
import type { Provenance } from "./build-metadata.ts";
import { demandKustomization } from "./find-kustomization.ts";
import { readKustomization, type KustomizationFile } from "./kustomization.ts";
import type { Attempt } from "./layer-config.ts";
import { layerFiles, type LayerFiles, type Reading } from "./layer-files.ts";
import { takeSchema } from "./layer-schema.ts";
import { placeIn, type Place } from "./origin-path.ts";
import type { RemoteBases } from "./remote-bases.ts";
import type { Resource } from "./resource.ts";
import { EMPTY_CONFIG, type TransformerConfig } from "./transformer-config.ts";
import { NO_VARS, type Vars } from "./vars.ts";

/** What all layers of one build share. */
export interface Build extends Reading {
  /** Filled as they are found; one pass tells as many as it can. */
  readonly problems: ReconcileError[];
  readonly warnings: string[];
  /** Bases that were built already: a diamond builds its base once. */
  readonly built: Map<string, Gathered>;
  readonly remotes: RemoteBases;
  readonly inflate: InflateChart;
  /** True: objects are annotated with where they come from and what they went through. */
  readonly annotates: boolean;
}

/** What a layer and all below it have gathered. */
export interface Gathered {
  readonly resources: readonly Resource[];
  readonly config: TransformerConfig;
  readonly vars: Vars;
}

/** What a layer starts from. */
export const NOTHING: Gathered = { resources: [], config: EMPTY_CONFIG, vars: NO_VARS };

/** A folder being built, with the folders that led to it, itself included. */
export interface Layer {
  readonly folder: string;
  readonly place: Place;
  readonly file: KustomizationFile;
  readonly files: LayerFiles;
  readonly chain: readonly string[];
}

/** What opening a layer costs, see Budget; a byte that a generator takes in costs a tenth of a unit. */
const LAYER_UNITS = 200;

/** Reads the kustomization.yaml of a folder. */
export function openLayer(build: Build, folder: string, { chain, place }: Pick<Layer, "chain" | "place">): Layer {
  build.spend(LAYER_UNITS);
  const found = demandKustomization(build.files, folder);
  const file = readKustomization(build.files, found, build.problems, build.warnings);
  const layer = { folder, place, chain: [...chain, folder], file, files: layerFiles(build, folder) };
  attemptIn(build, layer)(["openapi"], () => takeSchema(build.schema, file, layer.files, build.files));
  return layer;
}

/** Problems that are looked for before a build is given up. */
const MAX_PROBLEMS = 1000;

/** Notes what fails among the problems of the build and goes on; a limit that is exceeded ends it. */
export function attemptIn(build: Build, layer: Layer): Attempt {
  return (path, action) => {
    try {
      action(path);
    } catch (error) {
      const problem = error instanceof ReconcileError && error.position !== undefined ? error : layer.file.problem(path, messageOf(error), error);
      if (problem.code === "LIMIT_EXCEEDED") throw problem;
      build.problems.push(problem);
      if (build.problems.length > MAX_PROBLEMS) throw new ReconcileError("LIMIT_EXCEEDED", `more than ${MAX_PROBLEMS} problems; the first is ${build.problems[0]?.message ?? ""}`, { position: { file: layer.file.file }, cause: problem });
    }
  };
}

/** Where a layer says that a generator or transformer of kustomize is at work; its kind. */
export function configuredIn({ place, file }: Layer, kind: string): Provenance {
  const name = file.file.slice(file.file.lastIndexOf("/") + 1);
  return { configuredIn: placeIn(place, name), configuredBy: { apiVersion: "builtin", kind } };
}
