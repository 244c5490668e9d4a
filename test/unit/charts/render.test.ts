import { describe, expect, test } from "vitest";
import { render, type RenderOptions } from "../../../charts/render.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { displayId, idOf } from "../../../src/object/object-id.ts";
import { memoryTree, type Link } from "../../support/memory-tree.ts";

type Files = Readonly<Record<string, string | Uint8Array | Link>>;

const manifest = (kind: string, name: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;

function idsOf(files: Files, path = "app", options: Partial<RenderOptions> = {}): string[] {
  return render(memoryTree(files), { path, ...options }).objects.map(({ object }) => displayId(idOf(object)));
}

function problemOf(files: Files, path = "app"): ReconcileError {
  try {
    idsOf(files, path);
  } catch (error) {
    if (error instanceof ReconcileError) return error;
    throw error;
  }
  throw new Error("it rendered");
}

describe("a folder of manifests", () => {
  test("gives every YAML and JSON file below it, by path, with file and line", () => {
    const tree = memoryTree({
      "app/b.yaml": `# one\n${manifest("ConfigMap", "b1")}---\n${manifest("ConfigMap", "b2")}`,
      "app/a/z.yml": manifest("Service", "z"),
      "app/c.json": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c"}}',
      "app/README.md": "text",
      "app/.hidden/x.yaml": "not: [valid",
      "app/.dot.yaml": "not: [valid",
      "other/x.yaml": "not: [valid",
    });
    expect(render(tree, { path: "app" }).objects.map(({ object, origin }) => [displayId(idOf(object)), origin])).toEqual([
      ["Service z", { file: "app/a/z.yml", line: 1, overlays: [] }],
      ["ConfigMap b1", { file: "app/b.yaml", line: 2, overlays: [] }],
      ["ConfigMap b2", { file: "app/b.yaml", line: 6, overlays: [] }],
      ["Secret c", { file: "app/c.json", line: 1, overlays: [] }],
    ]);
  });

  test.each(["", ".", "./", "/"])("may be the root, written %j", (path) => expect(idsOf({ "x.yaml": manifest("ConfigMap", "x") }, path)).toEqual(["ConfigMap x"]));

  test("without manifests gives no object", () => expect(idsOf({ "app/README.md": "text" })).toEqual([]));

  test("tells every problem at once, with its place", () => {
    const files = {
      "app/1.yaml": "a: [1\n",
      "app/2.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}\n---\nkind: A\n---\napiVersion: v1\nmetadata: {name: y}\n",
      "app/3.yaml": manifest("Pod", "same"),
      "app/4.yaml": `\n${manifest("Pod", "same")}`,
      "app/5.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n",
      "app/6.yaml": new Uint8Array([0xff, 0xfe]),
    };
    expect(problemOf(files).message.split("\n")).toEqual([
      expect.stringMatching(/^app\/1\.yaml:2:1: /),
      "app/6.yaml: is not UTF-8 text",
      "app/2.yaml:1: Pod has metadata.generateName, which makes a new object at every apply; give it metadata.name",
      "app/2.yaml:5: object has no apiVersion",
      "app/2.yaml:7: object has no kind",
      "app/4.yaml:2: Pod same is defined twice, first at app/3.yaml:1; remove or rename one",
      "app/5.yaml:1: Pod has a metadata.name that is not text; quote it",
    ]);
  });

  test("tells twenty problems and counts the rest", () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`app/${index}.yaml`, "a: [1"]));
    const lines = problemOf(files).message.split("\n");
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and 10 more");
  });
});

describe("links", () => {
  test("are followed within the tree, each file once", () => {
    const files = { "app/link.yaml": { link: "../lib/x.yaml" }, "app/again": { link: "../lib" }, "app/loop": { link: "." }, "lib/x.yaml": manifest("ConfigMap", "x") };
    expect(idsOf(files)).toEqual(["ConfigMap x"]);
  });

  test("to nothing are left out", () => expect(idsOf({ "app/link.yaml": { link: "gone.yaml" } })).toEqual([]));

  test.each([
    ["../../etc/passwd", "app/link.yaml: symbolic link leads out of the repository; only links within it are followed"],
    ["/etc/passwd", "app/link.yaml: symbolic link leads out of the repository; only links within it are followed"],
    ["link.yaml", "app/link.yaml: symbolic links lead in a circle"],
  ])("to %s are refused", (link, message) => expect(problemOf({ "app/link.yaml": { link } }).message).toBe(message));

  test("may stand in the path itself", () => expect(idsOf({ current: { link: "releases/2" }, "releases/2/app/x.yaml": manifest("ConfigMap", "x") }, "current/app")).toEqual(["ConfigMap x"]));
});

describe("a path that cannot be rendered", () => {
  const files = { "apps/shop/x.yaml": manifest("ConfigMap", "x"), "apps/chart/Chart.yaml": "name: chart", "apps/notes.txt": "" };

  test.each([
    ["apps/shp", 'path "apps/shp" not found; apps contains chart/, notes.txt, shop/'],
    ["a/b/c", 'path "a/b/c" not found; the root contains apps/'],
    ["apps/notes.txt", 'path "apps/notes.txt" is a file, a folder is needed'],
    ["../apps", 'path "../apps" leads out of the repository'],
  ])("%s is told with what is there", (path, message) => {
    const problem = problemOf(files, path);
    expect(problem.code).toBe("PATH_NOT_FOUND");
    expect(problem.message).toBe(message);
  });

  test("a Helm chart is named as what it is", () => {
    const problem = problemOf(files, "apps/chart");
    expect(problem.code).toBe("BUILD_FAILED");
    expect(problem.message).toMatch(/^apps\/chart\/Chart\.yaml: path holds a Helm chart/);
  });
});
