import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { FileTree, TreeEntry } from "../../sources/file-tree.ts";

/** A link in a memory tree. */
export interface Link {
  readonly link: string;
}

const idOf = (kind: string, content: string | Uint8Array): string => createHash("sha1").update(kind).update(content).digest("hex");

interface Directory {
  readonly [name: string]: Directory | string | Uint8Array | Link;
}

const isDirectory = (node: unknown): node is Directory => typeof node === "object" && node !== null && !(node instanceof Uint8Array) && !("link" in node && typeof node.link === "string");

/** A tree of files given by path; ids follow the content, as Git's do. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array | Link>>): FileTree {
  const root = nest(files);
  const find = (path: string): Directory[string] | undefined =>
    path === "" ? root : path.split("/").reduce<Directory[string] | undefined>((node, step) => (isDirectory(node) ? node[step] : undefined), root);
  return {
    id: entryOf("", root).id,
    entry: (path) => {
      const node = path === "" ? undefined : find(path);
      return node === undefined ? undefined : entryOf(path.slice(path.lastIndexOf("/") + 1), node);
    },
    list: (path) => {
      const node = find(path);
      return isDirectory(node) ? Object.keys(node).sort().map((name) => entryOf(name, node[name] ?? "")) : undefined;
    },
    read: (path) => {
      const node = find(path);
      if (node === undefined || isDirectory(node)) return undefined;
      return node instanceof Uint8Array ? node : new TextEncoder().encode(typeof node === "string" ? node : node.link);
    },
  };
}

function nest(files: Readonly<Record<string, string | Uint8Array | Link>>): Directory {
  const root: Record<string, unknown> = {};
  for (const [path, content] of Object.entries(files)) {
    const steps = path.split("/");
    const name = steps.pop() ?? "";
    let folder = root;
    for (const step of steps) folder = (folder[step] ??= {}) as Record<string, unknown>;
    folder[name] = content;
  }
  return root as Directory;
}

function entryOf(name: string, node: Directory[string]): TreeEntry {
  if (isDirectory(node)) {
    const content = Object.keys(node).sort().map((each) => `${each} ${entryOf(each, node[each] ?? "").id}`).join("\n");
    return { name, kind: "directory", id: idOf("tree", content) };
  }
  if (typeof node === "string" || node instanceof Uint8Array) return { name, kind: "file", id: idOf("blob", node) };
  return { name, kind: "symlink", id: idOf("link", node.link) };
}

/** A folder of the disk as a tree. Directory ids are of their path, so it must not change while it is used. */
export function diskTree(root: string): FileTree {
  const entry = (path: string): TreeEntry | undefined => {
    const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (stat === undefined || path === "") return undefined;
    if (stat.isDirectory()) return { name, kind: "directory", id: idOf("tree", path) };
    if (stat.isSymbolicLink()) return { name, kind: "symlink", id: idOf("link", readlinkSync(join(root, path))) };
    return { name, kind: "file", id: idOf("blob", readFileSync(join(root, path))) };
  };
  const isFolder = (path: string): boolean => path === "" || entry(path)?.kind === "directory";
  return {
    id: idOf("tree", root),
    entry,
    list: (path) => (isFolder(path) ? readdirSync(join(root, path)).sort().flatMap((name) => entry(path === "" ? name : `${path}/${name}`) ?? []) : undefined),
    read: (path) => {
      const kind = entry(path)?.kind;
      if (kind === "symlink") return new TextEncoder().encode(readlinkSync(join(root, path)));
      return kind === "file" ? readFileSync(join(root, path)) : undefined;
    },
  };
}
