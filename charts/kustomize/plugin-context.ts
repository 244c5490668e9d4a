import type { LayerFiles } from "./layer-files.ts";
import type { Resource } from "./resource.ts";

/** What a plugin may ask of the kustomization that lists it. */
export interface PluginContext {
  /** The folder of the kustomization, where the paths of a configuration start; "" is the root of the tree. */
  readonly folder: string;
  readonly files: Pick<LayerFiles, "file" | "inline" | "exists" | "data" | "typeOf" | "spend">;
}

/** A transformation with its configuration read. Throws Error where it does not fit the resources. */
export type Transformation = (resources: readonly Resource[]) => Resource[];
