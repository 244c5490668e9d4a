import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { ParseCache } from "../../../charts/parse-cache.ts";
import type { RenderOptions } from "../../../charts/render.ts";
import { RenderCache } from "../../../charts/render-cache.ts";
import { TracedTree, unchangedIn } from "../../../charts/traced-tree.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const map = (name: string, value = "1"): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${value}"}\n`;

const files = {
  "base/kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
  "base/a.yaml": map("a"),
  "base/b.yaml": map("b"),
  "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: p-\nconfigMapGenerator:\n- name: c\n  files: [c.txt]\n",
  "prod/c.txt": "text",
  "plain/x.yaml": map("x"),
  "README.md": "text",
};

describe("a render that is asked for again", () => {
  test.each([
    ["a file that no folder on the way holds", { "README.md": "changed" }],
    ["a file beside the ones that were read", { "base/NOTES.md": "new" }],
    ["another application", { "plain/x.yaml": map("x", "2"), "plain/z.yaml": map("z") }],
  ])("is the very same after a commit to %s", (_name, change) => {
    const cache = new RenderCache();
    const first = cache.render(memoryTree(files), { path: "prod" }, "shop/web");
    expect(cache.render(memoryTree({ ...files, ...change }), { path: "prod" }, "shop/web")).toBe(first);
  });

  test.each(["prod", "plain"])("is new after a commit to a file of %s that was parsed for somebody else before", (path) => {
    const cache = new RenderCache();
    cache.render(memoryTree(files), { path }, "shop/other");
    const first = cache.render(memoryTree(files), { path }, "shop/web");
    const changed = { ...files, "plain/x.yaml": map("x", "2"), "base/a.yaml": map("a", "2"), "prod/c.txt": "changed" };
    expect(cache.render(memoryTree(changed), { path }, "shop/web")).not.toEqual(first);
  });

  test.each([
    ["an object of a base", { "base/a.yaml": map("a", "2") }],
    ["a file that a generator reads", { "prod/c.txt": "changed" }],
    ["the kustomization", { "base/kustomization.yaml": "resources: [a.yaml]\n" }],
  ])("is new after a commit to %s", (_name, change) => {
    const cache = new RenderCache();
    const first = cache.render(memoryTree(files), { path: "prod" }, "shop/web");
    const second = cache.render(memoryTree({ ...files, ...change }), { path: "prod" }, "shop/web");
    expect(second).not.toEqual(first);
    expect(second).toEqual(new RenderCache().render(memoryTree({ ...files, ...change }), { path: "prod" }, "shop/web"));
  });

  test("is new when a file is added to a plain folder, a hidden one does not count", () => {
    const cache = new RenderCache();
    const first = cache.render(memoryTree(files), { path: "plain" }, "shop/web");
    expect(cache.render(memoryTree({ ...files, "plain/z.yaml": map("z") }), { path: "plain" }, "shop/web").objects).toHaveLength(2);
    expect(cache.render(memoryTree(files), { path: "plain" }, "shop/web")).toBe(first);
  });

  test("is new when a kustomization appears, and an old failure is not kept", () => {
    const cache = new RenderCache();
    const broken = { ...files, "plain/x.yaml": "a: [1" };
    expect(() => cache.render(memoryTree(broken), { path: "plain" }, "shop/web")).toThrow(/plain\/x\.yaml/);
    expect(cache.render(memoryTree({ ...broken, "plain/x.yaml": map("x") }), { path: "plain" }, "shop/web").objects).toHaveLength(1);
    expect(cache.render(memoryTree({ ...files, "plain/kustomization.yaml": "namePrefix: p-\nresources: [x.yaml]\n" }), { path: "plain" }, "shop/web").objects[0]?.object.metadata.name).toBe("p-x");
  });

  test.each<[string, Partial<RenderOptions>, Partial<RenderOptions>]>([
    ["layer of the Application", { overlay: { namePrefix: "a-" } }, { overlay: { namePrefix: "b-" } }],
    ["value of a variable", { variables: new Map([["A", { value: "1", secret: false }]]) }, { variables: new Map([["A", { value: "2", secret: false }]]) }],
    ["origin of a value", { variables: new Map([["A", { value: "1", secret: false }]]) }, { variables: new Map([["A", { value: "1", secret: true }]]) }],
  ])("is another one under another %s, and the very same under an equal one", (_what, one, other) => {
    const cache = new RenderCache();
    const tree = memoryTree({ ...files, "plain/v.yaml": map("v", "${A:-x}") });
    const first = cache.render(tree, { path: "plain", ...one }, "shop/web");
    const second = cache.render(tree, { path: "plain", ...other }, "shop/web");
    expect(second).not.toEqual(first);
    expect(second).not.toEqual(cache.render(tree, { path: "plain" }, "shop/web"));
    expect(cache.render(tree, { path: "plain", ...structuredClone(one) }, "shop/web")).toBe(first);
  });

  test("is forgotten beyond the bound, the least recently used first", () => {
    const cache = new RenderCache({ maxPaths: 2 });
    const tree = memoryTree(files);
    const [prod, base] = [cache.render(tree, { path: "prod" }, "shop/web"), cache.render(tree, { path: "base" }, "shop/web")];
    cache.render(tree, { path: "prod" }, "shop/web");
    cache.render(tree, { path: "plain" }, "shop/web");
    expect(cache.render(tree, { path: "prod" }, "shop/web")).toBe(prod);
    expect(cache.render(tree, { path: "base" }, "shop/web")).not.toBe(base);
  });
});

test("as many repositories as there are may have the same path", () => {
  const cache = new RenderCache();
  const repositories = Array.from({ length: 10 }, (_, index) => memoryTree({ ...files, "plain/x.yaml": map(`x-${index}`) }));
  const renderAll = () => repositories.map((tree, index) => cache.render(tree, { path: "plain" }, `shop/${index}`));
  const first = renderAll();
  expect(renderAll().map((rendered, index) => rendered === first[index])).toEqual(first.map(() => true));
});

test("no tree is held by what is remembered of it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // what the flag makes available
  const cache = new RenderCache();
  // a function of its own, for a variable of this one would hold a tree
  const renderCommit = (commit: string): WeakRef<FileTree> => {
    const tree = memoryTree({ ...files, "plain/x.yaml": map("x", commit) });
    for (const path of ["plain", "prod"]) cache.render(tree, { path }, "shop/web");
    return new WeakRef(tree);
  };
  const trees = ["1", "2", "3"].map(renderCommit);
  await vi.waitFor(() => {
    collect();
    expect(trees.filter((tree) => tree.deref() !== undefined)).toHaveLength(0);
  });
  expect(cache.render(memoryTree(files), { path: "prod" }, "shop/web").objects).toHaveLength(3);
});

describe("a traced tree", () => {
  test("counts what was looked at: absence too, of directories only names and kinds", () => {
    const traced = new TracedTree(memoryTree({ "d/a": "1", "d/sub/x": "1", other: "1" }));
    traced.entry("missing");
    traced.entry("d");
    traced.list("d");
    const { trace } = traced;
    expect(unchangedIn(trace, memoryTree({ "d/a": "2", "d/sub/y": "1", other: "2" }))).toBe(true);
    expect(unchangedIn(trace, memoryTree({ "d/a": "1", "d/sub/x": "1", missing: "" }))).toBe(false);
    expect(unchangedIn(trace, memoryTree({ "d/a": "1", "d/sub": "a file now" }))).toBe(false);
    traced.read("d/a");
    expect(unchangedIn(trace, memoryTree({ "d/a": "2", "d/sub/x": "1" }))).toBe(false);
  });
});

describe("the parse cache", () => {
  test("parses equal content once, forgets the least recently used beyond its bytes", () => {
    const cache = new ParseCache(10);
    const parsed: string[] = [];
    const get = (id: string): string => cache.get("reader", id, 4, () => (parsed.push(id), id.toUpperCase()));
    expect([get("a"), get("b"), get("a"), get("c"), get("a"), get("b")]).toEqual(["A", "B", "A", "C", "A", "B"]);
    expect(parsed).toEqual(["a", "b", "c", "b"]);
  });

  test("keeps what different readers make of one content apart, and no failure", () => {
    const cache = new ParseCache(100);
    expect(cache.get("length", "x", 1, () => 1)).toBe(1);
    expect(cache.get("text", "x", 1, () => "x")).toBe("x");
    expect(() => cache.get("other", "x", 1, () => { throw new Error("no"); })).toThrow("no");
    expect(cache.get("other", "x", 1, () => 2)).toBe(2);
  });
});
