import { ReconcileError } from "../src/errors.ts";
import type { FileTree, TreeEntry } from "../sources/file-tree.ts";

/** A path of a tree with its symbolic links followed: where it really lies and what it is. */
export interface Resolved {
  readonly path: string;
  readonly kind: "file" | "directory" | "submodule";
  readonly id: string;
}

/** As many links as Linux follows before it calls it a loop. */
const MAX_LINKS = 40;

/** `overlays/prod` and `../../base` → `base`; undefined where the way leads out of the tree. Absolute paths lead out of it. */
export function joinPath(folder: string, relative: string): string | undefined {
  if (relative.startsWith("/")) return undefined;
  const steps = folder === "" ? [] : folder.split("/");
  for (const step of relative.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}

/** The folder of a path; the root is the empty path. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** True where `path` is the folder itself or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/**
 * What a path leads to, or undefined where there is nothing. Throws BUILD_FAILED for a link that leads out of the tree or
 * in a circle. `root`: what stands before paths of this tree in errors.
 */
export function resolvePath(tree: FileTree, path: string, root = ""): Resolved | undefined {
  if (path === "") return rootOf(tree);
  const direct = tree.entry(path);
  if (direct !== undefined && direct.kind !== "symlink") return { path, kind: direct.kind, id: direct.id };
  return direct === undefined && isDirectory(tree, folderOf(path)) ? undefined : followLinks(tree, path, root);
}

/** A directory that is found without following links has none on its way. */
const isDirectory = (tree: FileTree, path: string): boolean => path === "" || tree.entry(path)?.kind === "directory";

/** Its id is worked out only where it is asked for: for a folder on disk it takes reading everything. */
const rootOf = (tree: FileTree): Resolved => ({
  path: "",
  kind: "directory",
  get id() {
    return tree.id;
  },
});

function followLinks(tree: FileTree, wanted: string, root: string): Resolved | undefined {
  let rest = wanted.split("/");
  let path = "";
  let entry: TreeEntry | undefined;
  let links = 0;
  while (rest.length > 0) {
    const next = path === "" ? (rest[0] ?? "") : `${path}/${rest[0]}`;
    entry = tree.entry(next);
    if (entry === undefined) return undefined;
    rest = rest.slice(1);
    if (entry.kind !== "symlink") {
      path = next;
      continue;
    }
    if (++links > MAX_LINKS) throw new ReconcileError("BUILD_FAILED", "symbolic links lead in a circle", { position: { file: root + wanted } });
    rest = [...targetOf(tree, next, path, root).split("/").filter((step) => step !== ""), ...rest];
    path = "";
  }
  if (path === "") return rootOf(tree);
  return entry === undefined || entry.kind === "symlink" ? undefined : { path, kind: entry.kind, id: entry.id };
}

function targetOf(tree: FileTree, link: string, folder: string, root: string): string {
  const bytes = tree.read(link);
  if (bytes === undefined) throw new ReconcileError("BUILD_FAILED", "symbolic link cannot be read", { position: { file: root + link } });
  const target = joinPath(folder, new TextDecoder().decode(bytes));
  if (target === undefined) throw new ReconcileError("BUILD_FAILED", "symbolic link leads out of the repository; only links within it are followed", { position: { file: root + link } });
  return target;
}
