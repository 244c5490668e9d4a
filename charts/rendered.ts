import type { Position } from "../src/errors.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ReleaseRecord } from "./helm/record.ts";
import type { Need } from "./needs.ts";

/** Where an object comes from: the document that introduced it and the overlays that changed it, outermost last. */
export interface Origin extends Position {
  readonly file: string;
  readonly line: number;
  /** kustomization.yaml files from the innermost to the outermost; empty for plain manifests. */
  readonly overlays: readonly string[];
}

/** An object as the source wants it, before anything of ours is added. */
export interface RenderedObject {
  readonly object: KubeObject;
  readonly origin: Origin;
  /** Values of Secrets that a substitution has put into it: never shown, wherever they stand. Default none. */
  readonly secrets?: readonly string[];
}

/** The result of rendering one path of one artifact. Pure: equal trees give equal results. */
export interface Rendered {
  readonly objects: readonly RenderedObject[];
  /** Things that work but that the author would want to know, with file and line. */
  readonly warnings: readonly string[];
  /** Milliseconds since 1970 until which all of this holds: certificates are to be renewed then. Default for ever. */
  readonly renewAt?: number;
  /** What Helm is to know of it once it is applied. Default nothing. */
  readonly record?: ReleaseRecord;
  /** What it takes to go on. Where there is any, the objects are none and nothing may be planned from them. Default none. */
  readonly needs?: readonly Need[];
  /** What it was made of besides the tree. Default nothing. */
  readonly answered?: readonly Need[];
}
