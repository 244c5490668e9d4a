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
  if (path !== undefined) return { tree: withoutHashes(new DirectoryTree(folder)), path };
  const root = workTreeOf(folder) ?? folder;
  return { tree: withoutHashes(new DirectoryTree(root)), path: relative(root, folder) };
}

function workTreeOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : workTreeOf(parent);
}

/** An id is a hash of the content, for a directory of all below it, node_modules and build results included; to render once, the path tells files apart as well, and they are read once. */
function withoutHashes(tree: DirectoryTree): FileTree {
  return {
    id: "",
    entry: (path) => {
      const entry = tree.entry(path);
      return entry === undefined ? undefined : plain(entry, path);
    },
    list: (path) => tree.list(path)?.map((entry) => plain(entry, path === "" ? entry.name : `${path}/${entry.name}`)),
    read: (path) => tree.read(path),
  };
}

const plain = ({ name, kind }: TreeEntry, path: string): TreeEntry => ({ name, kind, id: kind === "directory" ? "" : `at ${path}` });
