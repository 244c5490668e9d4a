import { describe, expect, test } from "vitest";
import { needKey, type Answer } from "../../../../charts/needs.ts";
import { RenderCache } from "../../../../charts/render-cache.ts";
import { render, type RenderOptions } from "../../../../charts/render.ts";
import type { Rendered } from "../../../../charts/rendered.ts";
import { stringifyJson } from "../../../../src/object/json.ts";
import { memoryTree, type Link } from "../../../support/memory-tree.ts";

type Files = Readonly<Record<string, string | Link>>;

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const URL = "https://git.example.com/org/repo";
const FETCH = { overlay: { remoteBases: "Fetch" } } as const;
const keyOf = (ref: string, url = URL): string => needKey({ kind: "RemoteBase", url, ref, at: { file: "" } });
const answersOf = (trees: Readonly<Record<string, Files>>): Map<string, Answer> => new Map(Object.entries(trees).map(([key, files]) => [key, { kind: "Tree", tree: memoryTree(files) }]));
const names = ({ objects }: Rendered): string[] => objects.map(({ object }) => object.metadata.name);

function renderWith(files: Files, remote: Readonly<Record<string, Files>> = {}, options: Partial<RenderOptions> = {}): Rendered {
  return render(memoryTree(files), { path: ".", ...FETCH, answers: answersOf(remote), ...options });
}

const LOCAL = { "kustomization.yaml": `namePrefix: x-\nresources:\n- ${URL}//app?ref=v1\n- a.yaml\n`, "a.yaml": map("a") };
const REMOTE = { "app/kustomization.yaml": "resources: [../base, b.yaml]\n", "app/b.yaml": map("b"), "base/kustomization.yaml": "resources: [c.yaml]\n", "base/c.yaml": map("c") };

describe("a remote base", () => {
  test("is refused by default, with its place and the way to allow it", () => {
    expect(() => render(memoryTree(LOCAL), { path: "." })).toThrow(`kustomization.yaml:3:3: remote base "${URL}//app?ref=v1" is not fetched; copy what it needs into the repository and list that path, or allow it with spec.render.kustomize.remoteBases: Fetch`);
  });

  test("that was not fetched is a need with its place; nothing is rendered", () => {
    expect(renderWith(LOCAL)).toEqual({ objects: [], warnings: [], needs: [{ kind: "RemoteBase", url: URL, ref: "v1", at: { file: "kustomization.yaml", line: 3, column: 3 } }] });
  });

  test("that was fetched is built like any other, and its files are told with their repository", () => {
    const rendered = renderWith(LOCAL, { [keyOf("v1")]: REMOTE });
    expect(names(rendered)).toEqual(["x-a", "x-b", "x-c"]);
    expect(rendered.objects[2]?.origin).toEqual({ file: `${URL}@v1/base/c.yaml`, line: 1, overlays: [`${URL}@v1/base/kustomization.yaml`, `${URL}@v1/app/kustomization.yaml`, "kustomization.yaml"] });
    expect(rendered.answered).toMatchObject([{ url: URL, ref: "v1" }]);
  });

  test("may be a component, also of the Application's own layer", () => {
    const component = { "kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n" };
    const overlay = { remoteBases: "Fetch", components: [`${URL}?ref=v1`] } as const;
    expect(renderWith({ "a.yaml": map("a") }, {}, { overlay }).needs).toEqual([{ kind: "RemoteBase", url: URL, ref: "v1", at: { file: "spec.render.kustomize.components[0]" } }]);
    expect(names(renderWith({ "a.yaml": map("a") }, { [keyOf("v1")]: component }, { overlay }))).toEqual(["a-c"]);
    expect(names(renderWith({ "a.yaml": map("a"), "kustomization.yaml": `resources: [a.yaml]\ncomponents: ["${URL}"]\n` }, { [keyOf("")]: component }))).toEqual(["a-c"]);
  });

  test("says where it comes from as kustomize 5.8 says it", () => {
    const root = { "kustomization.yaml": "resources: [r.yaml]\n", "r.yaml": map("r") };
    const local = { "kustomization.yaml": `buildMetadata: [originAnnotations]\nresources: ["${URL}//app?ref=v1", "${URL}"]\n` };
    const rendered = renderWith(local, { [keyOf("v1")]: REMOTE, [keyOf("")]: root });
    expect(rendered.objects.map(({ object }) => object.metadata.annotations?.["config.kubernetes.io/origin"])).toEqual([
      `path: app/b.yaml\nrepo: ${URL}\nref: v1\n`, `path: base/c.yaml\nrepo: ${URL}\nref: v1\n`, `path: notCloned/r.yaml\nrepo: ${URL}\n`,
    ]);
  });
});

describe("one pass", () => {
  const two = { "kustomization.yaml": `resources: ["${URL}//app?ref=v1", base, "${URL}//base?ref=v1"]\ncomponents: ["${URL}//c?ref=v2"]\ntransformers: ["https://git.example.com/org/other//t"]\nconfigMapGenerator: [{name: g, behavior: merge, literals: [a=b]}]\n`, "base/kustomization.yaml": `resources: ["${URL}//x"]\n` };

  test("tells all that is needed, each repository once", () => {
    expect(renderWith(two).needs?.map((need) => (need.kind === "RemoteBase" ? `${need.url} ${need.ref}` : need.kind))).toEqual([`${URL} v1`, `${URL} `, `${URL} v2`, "https://git.example.com/org/other "]);
  });

  test("tells what is wrong here before anything is fetched, and nothing that only follows from a missing base", () => {
    expect(() => renderWith({ ...two, "base/kustomization.yaml": "resources: [gone.yaml]\n" })).toThrow(/^base\/kustomization\.yaml:1:13: "gone\.yaml" not found: there is no base\/gone\.yaml$/);
  });

  test("finds what bases need in turn", () => {
    const nested = { "app/kustomization.yaml": "resources: [\"https://git.example.com/org/other//deep?ref=x\"]\n" };
    expect(renderWith(LOCAL, { [keyOf("v1")]: nested }).needs).toMatchObject([{ url: "https://git.example.com/org/other", ref: "x", at: { file: `${URL}@v1/app/kustomization.yaml`, line: 1 } }]);
  });
});

describe("a hostile remote base", () => {
  const failing = (remote: Files, local: Files = LOCAL): (() => unknown) => () => renderWith({ ...local, "secret.txt": "canary", "secret/kustomization.yaml": "resources: [s.yaml]\n", "secret/s.yaml": map("s") }, { [keyOf("v1")]: remote });

  test.each<[string, Files]>([
    ["a base above its root", { "app/kustomization.yaml": "resources: [../../secret]\n" }],
    ["many steps up", { "app/kustomization.yaml": `resources: [${"../".repeat(9)}secret]\n` }],
    ["a path of the machine", { "app/kustomization.yaml": "resources: [/secret]\n" }],
    ["a file of a generator above its root", { "app/kustomization.yaml": "configMapGenerator: [{name: g, files: [../../secret.txt]}]\n" }],
    ["a link out of it", { "app/kustomization.yaml": "resources: [out]\n", "app/out": { link: "../../secret" } }],
    ["a link to a path of the machine", { "app/kustomization.yaml": "resources: [out]\n", "app/out": { link: "/secret" } }],
  ])("does not get out of its repository by %s", (_name, remote) => {
    expect(failing(remote)).toThrow(/^https:\/\/git\.example\.com\/org\/repo@v1\/app\/kustomization\.yaml:1:\d+: .*leads out of the repository/);
  });

  test("reads no file beside its folder, whatever the Application may", () => {
    const remote = { "app/kustomization.yaml": "configMapGenerator: [{name: g, files: [../x.txt]}]\n", "x.txt": "x" };
    expect(() => renderWith(LOCAL, { [keyOf("v1")]: remote }, { loadRestriction: "None" })).toThrow(/is not in or below https:\/\/git\.example\.com\/org\/repo@v1\/app/);
  });

  test("that refers to itself is a cycle", () => {
    expect(failing({ "app/kustomization.yaml": `resources: ["${URL}//app?ref=v1"]\n` })).toThrow(/is a cycle/);
  });

  test("ends where references go on for ever", () => {
    const chain = Object.fromEntries(Array.from({ length: 40 }, (_each, index) => [keyOf(`v${index}`), { "app/kustomization.yaml": `resources: ["${URL}//app?ref=v${index + 1}"]\n` }]));
    expect(() => renderWith({ "kustomization.yaml": `resources: ["${URL}//app?ref=v0"]\n` }, chain)).toThrow(/remote bases refer to remote bases more than 8 deep/);
    const wide = Array.from({ length: 33 }, (_each, index) => `- ${URL}//app?ref=v${index}\n`).join("");
    expect(() => renderWith({ "kustomization.yaml": `resources:\n${wide}` })).toThrow(/more than 32 other repositories are referred to/);
  });
});

const cached = (cache: RenderCache, remote: Files, local: Files = LOCAL): Rendered => cache.render(memoryTree(local), { path: ".", ...FETCH, answers: answersOf({ [keyOf("v1")]: remote }) }, "shop/web");

describe("a render with a remote base that is asked for again", () => {
  test("is the very same after a commit there to what was not read, and new after one to what was", () => {
    const cache = new RenderCache();
    const first = cached(cache, REMOTE);
    expect(cached(cache, { ...REMOTE, "README.md": "new" }, { ...LOCAL, NOTES: "new" })).toBe(first);
    const changed = cached(cache, { ...REMOTE, "base/c.yaml": map("other") });
    expect(names(changed)).toEqual(["x-a", "x-b", "x-other"]);
  });

  test("is not taken for a result while the base is missing", () => {
    const cache = new RenderCache();
    const first = cached(cache, REMOTE);
    const waiting = cache.render(memoryTree(LOCAL), { path: ".", ...FETCH }, "shop/web");
    expect([waiting.objects, waiting.needs?.length]).toEqual([[], 1]);
    expect(cached(cache, REMOTE)).toBe(first);
  });

  test("counts what is read there among what makes a render a large one", () => {
    const big = { ...REMOTE, "base/c.yaml": `${map("c")}data: {a: "${"x".repeat(10_000)}"}\n` };
    const options = { path: ".", ...FETCH, answers: answersOf({ [keyOf("v1")]: big }) };
    expect(new RenderCache().renderWithin(10_000, memoryTree(LOCAL), options, "shop/web")).toBeUndefined();
    expect(stringifyJson(new RenderCache().renderWithin(30_000, memoryTree(LOCAL), options, "shop/web")?.objects[2]?.object ?? null)).toContain("xxx");
  });
});
