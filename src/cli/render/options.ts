import type { RenderingOptions } from "./application-file.ts";
import type { HelmFlags } from "./helm-template.ts";

/** Options of `driftless render`. */
export interface RenderCommandOptions extends Omit<RenderingOptions, "file">, HelmFlags {
  /** The manifest of an Application; with `helm` values files. */
  readonly file?: readonly string[];
  readonly directory?: string;
  readonly repo?: string;
  readonly ref?: string;
  /** Default: what the Application says; without one for a folder the folder itself, for a repository its root. */
  readonly path?: string;
  readonly output: "yaml" | "json";
  /** The folder is a chart, and printed as `helm template` prints it; -f names values files. */
  readonly helm?: boolean;
}
