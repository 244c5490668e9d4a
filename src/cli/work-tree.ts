import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import type { FileTree, TreeEntry } from "../../sources/file-tree.ts";

/** A folder on disk as a tree to render from, and the path in it that was asked for. */
export interface WorkTree {
  readonly tree: FileTree;
  readonly path: string;
}

/**
 * A folder inside a Git work tree may refer to all of that; elsewhere only to what is below itself. With `path`, the
 * folder is the root. Throws PATH_NOT_FOUND.
 */
export function openWorkTree(directory: string, path: string | undefined): WorkTree {
  const folder = resolve(directory);
  if (path !== undefined) return { tree: withoutDirectoryIds(new DirectoryTree(folder)), path };
  const root = workTreeOf(folder) ?? folder;
  return { tree: withoutDirectoryIds(new DirectoryTree(root)), path: relative(root, folder) };
}

function workTreeOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : workTreeOf(parent);
}

/** A directory's id is the hash of all below it, node_modules and build results included; to render once, nobody needs it. */
function withoutDirectoryIds(tree: DirectoryTree): FileTree {
  return {
    id: "",
    entry: (path) => {
      const entry = tree.entry(path);
      return entry === undefined ? undefined : plain(entry);
    },
    list: (path) => tree.list(path)?.map(plain),
    read: (path) => tree.read(path),
  };
}

const plain = (entry: TreeEntry): TreeEntry => (entry.kind === "directory" ? { name: entry.name, kind: entry.kind, id: "" } : entry);
