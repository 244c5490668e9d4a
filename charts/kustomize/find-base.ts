import type { Resolved } from "../tree-path.ts";
import type { Build, Layer } from "./build.ts";
import type { Path } from "./decode.ts";
import { looksRemote, lookFrom, resolveFrom } from "./load-path.ts";
import { placeIn, type Place } from "./origin-path.ts";
import { parseRemoteUrl } from "./remote-url.ts";

/** What an entry of `resources` or `components` leads to. */
export interface Base {
  readonly target: Resolved;
  readonly place: Place;
}

/**
 * Finds it below the layer, else in another repository; undefined: that has to be fetched first. `at`: the field that
 * names it. Throws Error where there is nothing, or where other repositories are not to be read.
 */
export function findBase(build: Build, layer: Layer, path: string, at: Path): Base | undefined {
  const local = lookFrom(build.files, layer.folder, path);
  if (local === undefined && looksRemote(path)) build.remotes.demandAllowed(path);
  const remote = local === undefined ? parseRemoteUrl(path) : undefined;
  if (remote === undefined) return { target: local ?? resolveFrom(build.files, layer.folder, path), place: placeIn(layer.place, path) };
  const { position = { file: layer.file.file } } = layer.file.problem(at, "");
  const found = build.remotes.open(remote, position, layer.chain);
  if (found === undefined) return undefined;
  const target = build.files.resolve(found);
  if (target === undefined) throw new Error(`"${path}" not found: there is no ${found}`);
  if (target.kind !== "directory") throw new Error(`"${path}" is a ${target.kind}, a folder with a kustomization.yaml is needed`);
  // kustomize's own word for the root of a repository, which gets into annotations
  return { target, place: { path: remote.path || "notCloned", repo: remote.url, ref: remote.ref } };
}
