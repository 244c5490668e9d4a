import { ReconcileError } from "../src/errors.ts";
import { compareText } from "../src/object/object-id.ts";
import type { TreeEntry } from "../sources/file-tree.ts";
import type { Origin } from "./rendered.ts";
import type { Draft } from "./check-objects.ts";
import type { TreeFiles } from "./tree-files.ts";
import type { Resolved } from "./tree-path.ts";

const MANIFEST = /\.(?:ya?ml|json)$/i;
const MAX_FOLDERS = 10_000;
const MAX_DEPTH = 64;
const MAX_OBJECTS = 20_000;

/**
 * The objects of a folder of manifests: every `.yaml`, `.yml` and `.json` file below it, by path in code-unit order.
 * Folders and files whose name begins with a dot are left out; links are followed within the tree.
 */
export function renderPlain(files: TreeFiles, folder: string, problems: ReconcileError[]): Draft[] {
  const drafts: Draft[] = [];
  for (const file of manifestFiles(files, folder)) {
    try {
      for (const { value, line } of files.manifests(file)) drafts.push({ value, origin: originOf(file.path, line) });
      if (drafts.length > MAX_OBJECTS) throw new ReconcileError("LIMIT_EXCEEDED", `has more than ${MAX_OBJECTS} objects with those before; split the path`, { position: { file: file.path } });
    } catch (error) {
      if (!(error instanceof ReconcileError) || error.code === "LIMIT_EXCEEDED") throw error;
      problems.push(error);
    }
  }
  return drafts;
}

const originOf = (file: string, line: number): Origin => ({ file, line, overlays: [] });

/** Each file once, under its real path, however many links lead to it. */
function manifestFiles(files: TreeFiles, folder: string): Resolved[] {
  const found = new Map<string, Resolved>();
  const visited = new Set<string>();
  const visit = (path: string, depth: number): void => {
    if (visited.has(path)) return;
    visited.add(path);
    if (visited.size > MAX_FOLDERS || depth > MAX_DEPTH) {
      throw new ReconcileError("LIMIT_EXCEEDED", `has more than ${MAX_FOLDERS} folders or ${MAX_DEPTH} levels of them`, { position: { file: folder || "." } });
    }
    for (const entry of files.tree.list(path) ?? []) {
      const target = entry.name.startsWith(".") ? undefined : targetOf(files, path, entry);
      if (target?.kind === "directory") visit(target.path, depth + 1);
      else if (target?.kind === "file" && MANIFEST.test(entry.name)) found.set(target.path, target);
    }
  };
  visit(folder, 0);
  return [...found.values()].sort((left, right) => compareText(left.path, right.path));
}

/** Only links are followed by asking the tree again: what is not read must not count as looked at. */
function targetOf(files: TreeFiles, folder: string, { name, kind, id }: TreeEntry): Resolved | undefined {
  const path = folder === "" ? name : `${folder}/${name}`;
  return kind === "symlink" ? files.resolve(path) : { path, kind, id };
}
