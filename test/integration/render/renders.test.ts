import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HelmOptions } from "../../../charts/helm-options.ts";
import { needKey } from "../../../charts/needs.ts";
import type { Answer, Need } from "../../../charts/needs.ts";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { RenderCache, renderTraced } from "../../../charts/render-cache.ts";
import type { RenderOptions } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { storedPlace } from "../../../sources/git/stored-tree.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import type { RenderOrder } from "../../../src/controllers/render-messages.ts";
import { renderAnswered } from "../../../src/controllers/render-answered.ts";
import { RenderPool } from "../../../src/controllers/render-pool.ts";
import type { RenderPoolLimits } from "../../../src/controllers/render-pool.ts";
import { Renders } from "../../../src/controllers/renders.ts";
import type { StoredOptions } from "../../../src/controllers/renders.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import type { FileChange } from "../../../src/sandbox/git-repo.ts";
import { corpusPath } from "../../support/corpus.ts";
import { gitRepositories, gitServer, noSignal } from "../../support/git-fixture.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";

const configMap = (name: string, data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {text: "${data}"}\n`;
const HUNDRED_KIB = "x".repeat(100 * 1024);
const FILES = {
  "big/kustomization.yaml": "resources: [a.yaml, b.yaml]\nconfigMapGenerator:\n- name: made\n  literals: [a=1]\n",
  "big/a.yaml": configMap("a", HUNDRED_KIB),
  "big/b.yaml": configMap("b", "small"),
  "small/c.yaml": configMap("c", "small"),
};

/** Trees as they are fetched from a Git server, and what renders them. */
async function setUp(limits: Partial<RenderPoolLimits> = {}) {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const { repositories, cacheDir } = await gitRepositories();
  const pool = new RenderPool({ clock: systemClock, logger: new MemoryLogger(), limits });
  onTestFinished(() => pool.close());
  const orders: RenderOrder[] = [];
  const counted = { render: (order: RenderOrder, signal: AbortSignal) => (orders.push(order), pool.render(order, signal)) };
  const renders = new Renders({ cache: new RenderCache(), pool: counted, clock: systemClock });
  return {
    pool, orders, cacheDir,
    fetch: async (files: Readonly<Record<string, FileChange>>): Promise<FileTree> => {
      await commitFiles(repo.dir, files);
      const spec = { url: repo.url, timeoutMs: 30_000 };
      return (await repositories.fetch(spec, await repositories.lookUp(spec, noSignal()), noSignal())).tree;
    },
    render: (tree: FileTree, options: StoredOptions): Promise<Rendered> => renders.render(tree, options, "shop/web", noSignal()),
  };
}

const here = (tree: FileTree, options: RenderOptions): Rendered => renderTraced(tree, options, new ParseCache(0)).rendered;

async function outcomeOf(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
    return { code: error.code, message: error.message, position: error.position };
  }
}

function filesOf(tree: FileTree, path = ""): Record<string, FileChange> {
  const files: Record<string, FileChange> = {};
  for (const { name, kind } of tree.list(path) ?? []) {
    const child = path === "" ? name : `${path}/${name}`;
    const content = tree.read(child);
    if (kind === "directory") Object.assign(files, filesOf(tree, child));
    else if (content !== undefined) files[child] = { content, mode: kind === "symlink" ? "120000" : "100644" };
  }
  return files;
}

describe("a large tree", () => {
  test("is rendered on the thread, once; a small one never is", async () => {
    const { fetch, render, orders } = await setUp();
    const tree = await fetch(FILES);
    const first = await render(tree, { path: "big" });
    expect(first).toEqual(here(tree, { path: "big" }));
    expect(await render(tree, { path: "small" })).toEqual(here(tree, { path: "small" }));
    expect(await render(tree, { path: "big" })).toBe(first);
    expect(await render(await fetch({ "small/c.yaml": configMap("c", "other") }), { path: "big" })).toBe(first);
    expect(orders).toHaveLength(1);
    const changed = await fetch({ "big/b.yaml": configMap("b", "other") });
    expect(await render(changed, { path: "big" })).toEqual(here(changed, { path: "big" }));
    expect(orders).toHaveLength(2);
  });

  test("that was made small is rendered here again", async () => {
    const { fetch, render, orders } = await setUp();
    await render(await fetch(FILES), { path: "big" });
    for (const text of ["1", "2", "3"]) await render(await fetch({ "big/a.yaml": configMap("a", text) }), { path: "big" });
    expect(orders).toHaveLength(2);
  });

  test("is rendered as its own commit and Application have it, whatever is rendered beside it", async () => {
    const { fetch, render } = await setUp();
    const trees = [await fetch(FILES), await fetch({ "big/b.yaml": configMap("b", "other") })];
    const variants = [{ path: "big" }, { path: "big", overlay: { namePrefix: "eu-" } }, { path: "big", variables: new Map([["NAME", { value: "v", secret: true }]]) }];
    const cases = trees.flatMap((tree) => variants.map((options) => ({ tree, options })));
    expect(await Promise.all(cases.map(({ tree, options }) => render(tree, options)))).toEqual(cases.map(({ tree, options }) => here(tree, options)));
  });

  test("tells an error as it would be told here, with code, file and line", async () => {
    const { fetch, render, orders } = await setUp();
    const tree = await fetch({ ...FILES, "big/b.yaml": "kind: ConfigMap\nmetadata: {name: [}\n" });
    const told = await outcomeOf(() => render(tree, { path: "big" }));
    expect(told).toEqual(await outcomeOf(() => here(tree, { path: "big" })));
    expect(told).toMatchObject({ code: "BUILD_FAILED", position: { file: "big/b.yaml", line: 2 } });
    expect(orders).toHaveLength(1);
  });

  test("keeps integers beyond 2^53, names like __proto__ and the values of Secrets that were put in", async () => {
    const { fetch, render, orders } = await setUp();
    const custom = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: exact, annotations: {a: \"${KEY}\"}}\nnumber: 9007199254740993\n__proto__: {a: 1}\n";
    const tree = await fetch({ "big/a.yaml": configMap("a", HUNDRED_KIB), "big/exact.yaml": custom });
    const options = { path: "big", variables: new Map([["KEY", { value: "of-a-secret", secret: true }]]) };
    const rendered = await render(tree, options);
    expect(rendered).toEqual(here(tree, options));
    const { object, secrets } = rendered.objects.find(({ object }) => object.metadata.name === "exact") ?? {};
    expect([object?.["number"], Object.hasOwn(object ?? {}, "__proto__"), secrets, orders.length]).toEqual([9007199254740993n, true, ["of-a-secret"], 1]);
  });

  test("is rendered with what a remote base gives, which is read from its own store", async () => {
    const { fetch, render, orders } = await setUp();
    const other = await setUp();
    const url = "https://git.example.com/org/repo";
    const tree = await fetch({ ...FILES, "over/kustomization.yaml": `namePrefix: x-\nresources: [../big, "${url}//base"]\n` });
    const answersAt = async (text: string): Promise<ReadonlyMap<string, Answer>> => {
      const base = await other.fetch({ "base/kustomization.yaml": "resources: [d.yaml]\n", "base/d.yaml": configMap("d", text) });
      return new Map([[needKey({ kind: "RemoteBase", url, ref: "", at: { file: "" } }), { kind: "Tree", tree: base }]]);
    };
    const options = { path: "over", overlay: { remoteBases: "Fetch" } } as const;
    expect((await render(tree, options)).needs).toHaveLength(1);
    const first = await render(tree, { ...options, answers: await answersAt("one") });
    expect(first).toEqual(here(tree, { ...options, answers: await answersAt("one") }));
    expect(first.objects.map(({ object }) => object.metadata.name)).toContain("x-d");
    const second = await render(tree, { ...options, answers: await answersAt("two") });
    expect(second).toEqual(here(tree, { ...options, answers: await answersAt("two") }));
    expect(second).not.toEqual(first);
    expect(orders.length).toBeGreaterThanOrEqual(2);
  });

  test("that is a chart is rendered with the answers that it needs, and its secrets, randomness and certificates are the same", async () => {
    const { fetch, render, orders } = await setUp();
    const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata:\n  found: {{ (lookup "v1" "Secret" "shop" "login").data.key }}\n  random: {{ randAlphaNum 9 }}\n  cert: {{ (genCA "ca" 30).Cert | b64enc }}\n  given: {{ .Values.given }}\n  now: {{ now | date "2006" | quote }}\n';
    const tree = await fetch({ "chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n", "chart/templates/a.yaml": template, "chart/templates/big.yaml": configMap("big", HUNDRED_KIB) });
    const helm: HelmOptions = {
      spec: {}, release: { name: "web", namespace: "shop" }, random: { secret: new Uint8Array(32).fill(3), identity: "uid" }, clock: 1_800_000_000_000, asksCluster: true,
      valuesFrom: [{ name: "Secret s, key k", text: "given: canary-text", secret: true }],
    };
    const values = { Capabilities: { kubeVersion: "v1.33.0", apiVersions: ["v1"] }, Lookup: { data: { key: "Zm91bmQtdGV4dA==" } }, Time: 0, RemoteBase: null };
    let answers: ReadonlyMap<string, Answer> = new Map();
    const answer = ({ kind }: Need): Promise<Answer> => Promise.resolve({ kind: "Value", value: values[kind] });
    const rendered = await renderAnswered((given) => render(tree, { path: "chart", helm, answers: (answers = given) }), { answer, signal: noSignal() });
    expect([...answers.keys()]).toHaveLength(3);
    expect(rendered).toEqual(here(tree, { path: "chart", helm, answers }));
    expect(rendered.objects.find(({ object }) => object.metadata.name === "made")).toMatchObject({ secrets: ["canary-text", "Zm91bmQtdGV4dA=="], object: { data: { found: "Zm91bmQtdGV4dA==", now: "1970" } } });
    expect([typeof rendered.renewAt, orders.length > 0]).toEqual(["number", true]);
  });

  test("is rendered here where its store on disk has gone", async () => {
    const { fetch, render, orders, cacheDir } = await setUp();
    const tree = await fetch(FILES);
    await rm(join(cacheDir), { recursive: true });
    expect(await render(tree, { path: "big" })).toEqual(here(tree, { path: "big" }));
    expect(orders).toHaveLength(1);
  });

  test("that takes more memory than there is fails alone, and is not tried again for that commit", async () => {
    const { fetch, render, orders } = await setUp({ memoryMb: 32 });
    const list = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nlist:\n${"- {a: {b: {}}}\n".repeat(300_000)}`;
    const tree = await fetch({ ...FILES, "huge/a.yaml": list });
    const results = await Promise.all([outcomeOf(() => render(tree, { path: "huge" })), outcomeOf(() => render(tree, { path: "big" }))]);
    const refused = { code: "LIMIT_EXCEEDED", message: expect.stringMatching(/^rendering path "huge" took more than 32 MiB of memory; /) as unknown, position: undefined };
    expect(results).toEqual([refused, here(tree, { path: "big" })]);
    expect(await outcomeOf(() => render(tree, { path: "huge" }))).toEqual(refused);
    expect(orders.map(({ options }) => options.path)).toEqual(["huge", "big"]);
    const smaller = await fetch({ "huge/a.yaml": configMap("a", HUNDRED_KIB) });
    expect(await render(smaller, { path: "huge" })).toEqual(here(smaller, { path: "huge" }));
  });
});

describe.skipIf(corpusPath("kustomize") === undefined)("trees of the corpus give the same on the thread as here", () => {
  test.each([
    ["argoproj-argo-cd", ["manifests/base", "manifests/ha/install-with-hydrator"]],
    ["kubernetes-sigs-gateway-api", ["config/crd"]],
    ["rook-rook", ["deploy/examples", "deploy/examples/monitoring"]],
  ])("%s", async (repository, paths) => {
    const { fetch, pool } = await setUp();
    const tree = await fetch(filesOf(new DirectoryTree(corpusPath("kustomize", repository) ?? "")));
    const place = storedPlace(tree) ?? { directory: "", tree: "" };
    for (const path of paths) {
      const there = await outcomeOf(async () => (await pool.render({ place, options: { path } }, noSignal()))?.made.rendered);
      expect(there).toEqual(await outcomeOf(() => here(tree, { path })));
    }
  });
});
