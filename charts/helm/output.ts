import type { YamlDocument } from "../../src/object/yaml.ts";
import type { HookNotes } from "./hooks.ts";

/** One document that a template gave. */
export interface HelmManifest {
  /** What Helm calls the template: `app/charts/redis/templates/service.yaml`. */
  readonly source: string;
  /** The template's path as a person finds it. */
  readonly file: string;
  /** Line of the template where the document begins, as far as can be told; 1 where it cannot. */
  readonly line: number;
  /** As rendered, byte for byte. */
  readonly text: string;
  readonly kind: string;
  /** What the text holds, read as Kubernetes does; shared, never changed. Empty for comments. */
  readonly documents: readonly YamlDocument[];
}

/** A manifest that Helm does not install with the others. */
export interface HelmHook extends HelmManifest, HookNotes {}

/** A file of crds/, which is no template. */
export interface HelmCrd {
  readonly source: string;
  readonly file: string;
  readonly text: string;
}

/** What a chart becomes. */
export interface HelmOutput {
  /** In Helm's order of installation, without hooks. */
  readonly manifests: readonly HelmManifest[];
  /** In the same order, tests among them. */
  readonly hooks: readonly HelmHook[];
  readonly crds: readonly HelmCrd[];
  /** What NOTES.txt of the chart gave; empty where there is none. */
  readonly notes: string;
  /** Things that work but that the author would want to know. */
  readonly warnings: readonly string[];
  /** The moment until which all of this holds: certificates are to be renewed then. Undefined where it holds for ever. */
  readonly renewAt: Date | undefined;
}
