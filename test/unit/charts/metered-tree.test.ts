import { describe, expect, test } from "vitest";
import { MeteredTree } from "../../../charts/metered-tree.ts";
import { RenderCache } from "../../../charts/render-cache.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const map = (name: string, text: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {text: "${text}"}\n`;
const tree = memoryTree({ "app/a.yaml": map("a", "x".repeat(5_000)), "app/b.yaml": map("b", "y"), "broken/a.yaml": map("a", "x".repeat(5_000)), "broken/b.yaml": "a: [" });

test("a tree is weighed by what is read of it, and reads nothing more beyond the bound", () => {
  const metered = new MeteredTree(tree, 6_000);
  metered.read("app/b.yaml");
  expect([metered.bytes > 1_000, metered.exceeded]).toEqual([true, false]);
  expect(() => metered.read("app/a.yaml")).toThrow("more than 6000 bytes are read");
  expect(metered.exceeded).toBe(true);
  expect(() => metered.entry("app")).toThrow("more than 6000 bytes are read");
});

describe("a render within a bound", () => {
  test("is the usual one, and remembered, where the bound holds", () => {
    const cache = new RenderCache();
    const rendered = cache.renderWithin(100_000, tree, { path: "app" }, "shop/web");
    expect(rendered).toEqual(new RenderCache().render(tree, { path: "app" }, "shop/web"));
    expect(cache.find(tree, { path: "app" }, "shop/web")).toBe(rendered);
    expect(cache.renderWithin(0, tree, { path: "app" }, "shop/web")).toBe(rendered);
  });

  test("is given up beyond it, and nothing of it is remembered", () => {
    const cache = new RenderCache();
    expect(cache.renderWithin(4_000, tree, { path: "app" }, "shop/web")).toBeUndefined();
    expect(cache.renderWithin(4_000, tree, { path: "broken" }, "shop/web")).toBeUndefined();
    expect(cache.find(tree, { path: "app" }, "shop/web")).toBeUndefined();
    expect(() => cache.renderWithin(100_000, tree, { path: "broken" }, "shop/web")).toThrow(/^broken\/b\.yaml:1/);
  });
});
