import { expect, test } from "vitest";
import { MeteredTree } from "../../../charts/metered-tree.ts";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { TracedTree } from "../../../charts/traced-tree.ts";
import { TreeFiles } from "../../../charts/tree-files.ts";
import { resolvePath, type Resolved } from "../../../charts/tree-path.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const tree = memoryTree({ "app/a.yaml": "kind: A\n", "app/b.yaml": "kind: B\n", "link": { link: "app" } });

/** The tree, and the paths of what was read of it. */
function watched(): { readonly tree: FileTree; readonly read: string[] } {
  const read: string[] = [];
  const watching: FileTree = { id: tree.id, entry: (path) => tree.entry(path), list: (path) => tree.list(path), read: (path) => (read.push(path), tree.read(path)) };
  return { tree: watching, read };
}

test("a file that was parsed is not read again, and counts as much", () => {
  const cache = new ParseCache(1000);
  const use = (): { read: string[]; bytes: number; entries: ReadonlyMap<string, string> } => {
    const { tree: source, read } = watched();
    const metered = new MeteredTree(source);
    const traced = new TracedTree(metered);
    const files = new TreeFiles(traced, cache);
    for (const path of ["app/a.yaml", "app/b.yaml", "app/a.yaml"]) files.documents(files.resolve(path) as Resolved); // they are there
    return { read, bytes: metered.bytes, entries: traced.trace.entries };
  };
  const [first, second] = [use(), use()];
  expect(first.read).toEqual(["app/a.yaml", "app/b.yaml"]);
  expect(second).toEqual({ ...first, read: [] });
});

test("a name that a folder does not have is looked for nowhere else", () => {
  const traced = new TracedTree(tree);
  expect(resolvePath(traced, "app/missing")).toBeUndefined();
  expect([...traced.trace.entries.keys()]).toEqual(["app/missing", "app"]);
  expect(resolvePath(traced, "link/a.yaml")?.path).toBe("app/a.yaml");
  expect(resolvePath(traced, "link/missing")).toBeUndefined();
  expect(resolvePath(traced, "nowhere/missing")).toBeUndefined();
});

test("the root is found without its id being worked out", () => {
  const { tree: source } = watched();
  const costly: FileTree = { ...source, get id(): string { throw new Error("costly"); } };
  expect(resolvePath(costly, "")).toMatchObject({ path: "", kind: "directory" });
});
