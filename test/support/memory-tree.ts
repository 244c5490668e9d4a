import { createHash } from "node:crypto";
import type { FileTree, TreeEntry } from "../../sources/file-tree.ts";

/** A link in a memory tree. */
export interface Link {
  readonly link: string;
}

const idOf = (kind: string, content: string | Uint8Array): string => createHash("sha1").update(kind).update(content).digest("hex");

interface Directory {
  readonly [name: string]: Directory | string | Uint8Array | Link;
}

const isDirectory = (node: Directory | Link): node is Directory => typeof node["link"] !== "string";

/** A tree of files given by path; ids follow the content, as Git's do. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array | Link>>): FileTree {
  const root = buildNode("", nest(files));
  const find = (path: string): Node | undefined => (path === "" ? root : path.split("/").reduce<Node | undefined>((node, step) => node?.children?.get(step), root));
  return {
    id: root.entry.id,
    entry: (path) => find(path)?.entry,
    list: (path) => {
      const children = find(path)?.children;
      return children === undefined ? undefined : [...children.values()].map(({ entry }) => entry);
    },
    read: (path) => find(path)?.bytes,
  };
}

interface Node {
  readonly entry: TreeEntry;
  readonly bytes?: Uint8Array;
  readonly children?: ReadonlyMap<string, Node>;
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

function buildNode(name: string, content: Directory[string]): Node {
  if (typeof content === "string" || content instanceof Uint8Array) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { entry: { name, kind: "file", id: idOf("blob", bytes) }, bytes };
  }
  if (!isDirectory(content)) return { entry: { name, kind: "symlink", id: idOf("link", content.link) }, bytes: new TextEncoder().encode(content.link) };
  const children = new Map(Object.keys(content).sort().map((each) => [each, buildNode(each, content[each] ?? "")]));
  const listing = [...children.values()].map(({ entry }) => `${entry.name} ${entry.id}`).join("\n");
  return { entry: { name, kind: "directory", id: idOf("tree", listing) }, children };
}
