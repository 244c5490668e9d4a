import { setImmediate } from "node:timers/promises";
import { formatPosition, ReconcileError } from "../../src/errors.ts";
import type { TreeEntry } from "../file-tree.ts";
import { checkLimit } from "./limits.ts";
import type { GitLimits } from "./limits.ts";
import type { ObjectReader } from "./snapshot.ts";
import { parseTree } from "./tree-object.ts";

/** What to check. */
export interface ClosureOptions {
  readonly objects: ObjectReader;
  /** Id of the root tree. */
  readonly tree: string;
  /** Trees that an earlier commit was found complete with: they are not walked again. */
  readonly known: (oid: string) => boolean;
  readonly limits: GitLimits;
}

/**
 * Proves that everything a tree leads to is here and is what it should be, and that no entry is unsafe. Submodules
 * are not followed. Throws GIT_PACK_INVALID with the path, or LIMIT_EXCEEDED. Gives way to other work between trees.
 */
export async function checkClosure(options: ClosureOptions): Promise<void> {
  const seen = new Set<string>();
  const pending = [{ oid: options.tree, path: "", depth: 0 }];
  for (let tree = pending.pop(); tree !== undefined; tree = pending.pop()) {
    if (seen.has(tree.oid) || options.known(tree.oid)) continue;
    seen.add(tree.oid);
    checkLimit(options.limits, "maxTreeDepth", tree.depth, `${tree.path.slice(0, 200)}: directories are nested too deep`);
    for (const entry of readTree(options.objects, tree)) {
      const path = tree.path === "" ? entry.name : `${tree.path}/${entry.name}`;
      checkPresent(options.objects, entry, path);
      if (entry.kind === "directory") pending.push({ oid: entry.id, path, depth: tree.depth + 1 });
    }
    if (seen.size % 32 === 0) await setImmediate();
  }
}

function readTree(objects: ObjectReader, tree: { oid: string; path: string }): TreeEntry[] {
  const type = objects.typeOf(tree.oid);
  if (type !== "tree") throw incomplete(tree.path, `the tree ${tree.oid} is ${type === undefined ? "missing" : `a ${type}`}`);
  try {
    return parseTree(objects.read(tree.oid).data);
  } catch (error) {
    if (!(error instanceof ReconcileError) || tree.path === "") throw error;
    throw new ReconcileError(error.code, error.message, { position: { file: tree.path }, cause: error });
  }
}

function checkPresent(objects: ObjectReader, entry: TreeEntry, path: string): void {
  if (entry.kind === "submodule") return;
  const expected = entry.kind === "directory" ? "tree" : "blob";
  const type = objects.typeOf(entry.id);
  if (type !== expected) throw incomplete(path, `the ${expected} ${entry.id} is ${type === undefined ? "missing" : `a ${type}`}`);
}

function incomplete(path: string, problem: string): ReconcileError {
  return new ReconcileError("GIT_PACK_INVALID", `${formatPosition({ file: path === "" ? "/" : path })}: the server sent an incomplete commit: ${problem}`);
}
