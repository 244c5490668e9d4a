import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { render } from "../../charts/render.ts";
import type { RenderedObject } from "../../charts/rendered.ts";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import { asJson } from "../../src/object/kube-object.ts";
import { writeGoYaml } from "../../src/object/go-yaml-write.ts";

/*
 * One folder per case: a tree, and beside it expected.yaml, checked against kustomize 5.8.1 (but for the 64-bit integers
 * of json-patch, which kustomize rounds). TOPS says which folder is rendered where it is not the root. UPDATE_GOLDEN=1 writes expected.yaml anew; the diff is reviewed like code.
 */
const CASES = fileURLToPath(new URL("kustomize/", import.meta.url));
const TOPS: Readonly<Record<string, string>> = { overlay: "prod", generators: "app", components: "app", legacy: "app", diamond: "top", configurations: "prod", vars: "top", "build-metadata": "top" };

function show({ object, origin }: RenderedObject): string {
  const place = [`${origin.file}:${origin.line}`, ...origin.overlays].join(" → ");
  return `# ${place}\n${writeGoYaml(asJson(object))}`;
}

describe("kustomize", () => {
  test.each(readdirSync(CASES))("%s gives the expected objects, each with where it comes from", (name) => {
    const { objects, warnings } = render(new DirectoryTree(`${CASES}${name}`), { path: TOPS[name] ?? "" });
    const actual = objects.map(show).join("---\n");
    const expected = `${CASES}${name}/expected.yaml`;
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(expected, actual);
    expect(warnings).toEqual([]);
    expect(existsSync(expected) ? readFileSync(expected, "utf8") : "").toBe(actual);
  });
});
