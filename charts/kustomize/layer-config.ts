import type { TreeFiles } from "../tree-files.ts";
import type { Path } from "./decode.ts";
import type { KustomizationFile } from "./kustomization.ts";
import type { LayerFiles } from "./layer-files.ts";
import { readConfig } from "./read-config.ts";
import { readCrds } from "./read-crds.ts";
import { DEFAULT_CONFIG, EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from "./transformer-config.ts";

/** Runs what concerns one field of the layer, and gives it the field: what it throws is told with the place of that, and the next one goes on. */
export type Attempt = (path: Path, action: (path: Path) => unknown) => void;

/** What the layers below have with what a layer adds: kustomize's own fields, those of its `configurations`, then those of its `crds`. */
export function layerConfig(below: TransformerConfig, { fields }: KustomizationFile, layer: LayerFiles, files: TreeFiles, attempt: Attempt): TransformerConfig {
  const { configurations = [], crds = [] } = fields;
  let own = EMPTY_CONFIG;
  let config = below;
  for (const [index, path] of configurations.entries()) attempt(["configurations", index], () => (own = mergeConfigs(own, readConfig(files, layer.resolve(path)))));
  attempt(["configurations"], () => (config = mergeConfigs(config, mergeConfigs(DEFAULT_CONFIG, own))));
  for (const [index, path] of crds.entries()) {
    attempt(["crds", index], () => (config = mergeConfigs(config, readCrds(files.documents(layer.resolve(path))[0]?.value ?? null, layer.spend))));
  }
  return config;
}
