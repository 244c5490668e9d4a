import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { TreeFiles } from "../tree-files.ts";
import { isWithin, type Resolved } from "../tree-path.ts";

/** Where files may lie that a kustomization reads: below its own folder, as kustomize has it by default, or anywhere in the tree. */
export type LoadRestriction = "RootOnly" | "None";

const MAX_DEPTH = 64;

/** What a path in a kustomization leads to. Throws Error where it leads nowhere or out of the tree. */
export function resolveFrom(files: TreeFiles, folder: string, path: string): Resolved {
  const target = lookFrom(files, folder, path);
  if (target !== undefined) return target;
  if (looksRemote(path)) throw new Error(`"${path}" is an address, a path is needed: only folders of repositories are fetched, as resources or components; copy the file into the repository`);
  const joined = files.join(folder, path);
  if (joined === undefined) throw new Error(`"${path}" leads out of the repository`);
  throw new Error(`"${path}" not found: there is no ${joined}`);
}

/** The same; undefined where it leads nowhere or out of the tree. */
export function lookFrom(files: TreeFiles, folder: string, path: string): Resolved | undefined {
  if (path === "") throw new Error("path is empty");
  const joined = files.join(folder, path);
  return joined === undefined ? undefined : follow(files, joined, path);
}

/** Says which path led to a link that cannot be followed: the kustomization is where it is mended. */
function follow(files: TreeFiles, joined: string, path: string): Resolved | undefined {
  try {
    return files.resolve(joined);
  } catch (error) {
    if (error instanceof ReconcileError && error.code === "LIMIT_EXCEEDED") throw error;
    throw new Error(`"${path}": ${messageOf(error)}`, { cause: error });
  }
}

/** True for what somebody means as a URL or a repository, whether it can be read as one or not. */
export function looksRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^git::|^[a-z][a-z0-9-]*@[^/]+:|^github\.com[/:]|[?&]ref=|\.git(?:\/|$|\?)/i.test(path);
}

/** The same for a path that must be a file the kustomization may read. */
export function resolveFile(files: TreeFiles, folder: string, path: string, restriction: LoadRestriction): Resolved {
  const target = resolveFrom(files, folder, path);
  if (target.kind !== "file") throw new Error(`"${path}" is a ${target.kind}, a file is needed`);
  if (restriction === "RootOnly" && !isWithin(folder, target.path)) {
    throw new Error(`"${path}" is not in or below ${folder === "" ? "the root" : folder}; a kustomization reads files of its own folder only: move the file, or make its folder a base`);
  }
  return target;
}

/** Refuses a base that holds a folder which led to it: building it would never end. `chain`: from the outermost. */
export function checkCycle(chain: readonly string[], folder: string, path: string): void {
  if (chain.some((each) => isWithin(folder, each))) throw new Error(`base "${path}" is a cycle: ${[...chain, folder].map((each) => each || ".").join(" → ")}`);
  if (chain.length > MAX_DEPTH) throw new ReconcileError("LIMIT_EXCEEDED", `bases are nested more than ${MAX_DEPTH} deep`, { position: { file: folder || "." } });
}
