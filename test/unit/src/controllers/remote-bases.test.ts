import { describe, expect, test } from "vitest";
import type { Answer, Need, RemoteBaseNeed } from "../../../../charts/needs.ts";
import type { Rendered } from "../../../../charts/rendered.ts";
import type { GitRemoteSpec } from "../../../../sources/git/git-source.ts";
import type { Artifact } from "../../../../sources/source.ts";
import type { Application } from "../../../../src/api/application.ts";
import { RemoteBases } from "../../../../src/controllers/remote-bases.ts";
import { renderAnswered } from "../../../../src/controllers/render-answered.ts";
import { RenderNeeds } from "../../../../src/controllers/render-needs.ts";
import type { RenderNeedsOptions } from "../../../../src/controllers/render-needs.ts";
import { KubeApiError, ReconcileError } from "../../../../src/errors.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { memoryTree } from "../../../support/memory-tree.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const signal = new AbortController().signal;
const need = (ref: string, url = "https://git.example.com/org/repo"): RemoteBaseNeed => ({ kind: "RemoteBase", url, ref, at: { file: "kustomization.yaml", line: 3 } });
const COMMIT = "4f".repeat(20);

/** Repositories with one branch, whose commit a test moves, and which may be down. */
class Remote {
  tip = "1".repeat(40);
  down = false;
  now = 0;
  readonly asked: string[] = [];
  readonly kept: string[][] = [];
  readonly clock = { monotonic: () => this.now };

  lookUp = (spec: GitRemoteSpec) => {
    const { ref } = spec;
    this.asked.push(ref?.commit === undefined ? `look ${JSON.stringify(ref ?? "HEAD")}` : "none");
    if (this.down) return Promise.reject(new ReconcileError("GIT_UNREACHABLE", `${spec.url}: nothing listens there`));
    if (ref?.tag !== undefined) return Promise.reject(new ReconcileError("GIT_REF_NOT_FOUND", `${spec.url}: tag ${ref.tag} not found`));
    return Promise.resolve({ name: ref?.branch ?? "", commit: ref?.commit ?? this.tip });
  };

  fetch = (_spec: GitRemoteSpec, { commit }: { readonly commit: string }): Promise<Artifact> => {
    this.asked.push(`fetch ${commit.slice(0, 2)}`);
    if (this.down) return Promise.reject(new ReconcileError("GIT_UNREACHABLE", "down"));
    return Promise.resolve({ revision: `sha1:${commit}`, digest: commit, commit: { oid: commit, author: "", message: "", committedAt: new Date(0) }, tree: memoryTree({ commit }) });
  };

  retain = (specs: readonly GitRemoteSpec[]) => {
    this.kept.push(specs.map(({ url }) => url));
    return Promise.resolve();
  };
}

function open(): { remote: Remote; bases: RemoteBases; answer: (need: RemoteBaseNeed, since: number, name?: string) => Promise<string> } {
  const remote = new Remote();
  const bases = new RemoteBases({ repositories: remote, clock: remote.clock, logger: new MemoryLogger(), random: () => 0 });
  return {
    remote, bases,
    answer: async (wanted, since, name = "shop/web") => new TextDecoder().decode((await bases.answer(wanted, { namespace: "shop", name, since }, signal)).tree.read("commit")),
  };
}

describe("a base", () => {
  test("of a branch is looked up once for all who may take an answer of that age, and again for who may not", async () => {
    const { remote, answer } = open();
    const first = await answer(need("main"), 0);
    remote.now = 10;
    expect(await answer(need("main"), 0, "shop/other")).toBe(first);
    expect(remote.asked).toEqual(['look {"tag":"main"}', 'look {"branch":"main"}', "fetch 11"]);
    remote.tip = "2".repeat(40);
    expect(await answer(need("main"), 10)).toBe(remote.tip);
    expect(remote.asked.slice(3)).toEqual(['look {"branch":"main"}', "fetch 22"]);
  });

  test("of a commit is fetched once", async () => {
    const { remote, answer } = open();
    for (const since of [0, 10, 20]) expect(await answer(need(COMMIT), (remote.now = since))).toBe(COMMIT);
    expect(remote.asked).toEqual(["none", "fetch 4f"]);
  });

  test("whose server fails is left alone for a while that grows, and is asked at once for who may not take an answer of that age", async () => {
    const { remote, answer } = open();
    remote.down = true;
    const failing = (since: number): Promise<unknown> => expect(answer(need(""), since)).rejects.toThrow("https://git.example.com/org/repo: nothing listens there");
    const asked = async (at: number, since = 0): Promise<number> => {
      remote.now = at;
      await failing(since);
      return remote.asked.length;
    };
    expect([await asked(0), await asked(999), await asked(1000), await asked(2999), await asked(3000), await asked(3001, 3001)]).toEqual([1, 1, 2, 2, 3, 4]);
    remote.down = false;
    remote.now = 60_000;
    expect(await answer(need(""), 0)).toBe(remote.tip);
  });

  test("that nobody uses any more is forgotten, on disk too", async () => {
    const { remote, bases, answer } = open();
    const other = need("", "https://git.example.com/org/other");
    await answer(need(""), 0, "shop/a");
    await answer(other, 0, "shop/b");
    bases.use("shop/a", [need("")]);
    bases.use("shop/b", [other]);
    expect(remote.kept).toEqual([]);
    bases.use("shop/b", []);
    expect(remote.kept).toEqual([["https://git.example.com/org/repo"]]);
  });
});

const app = (change: { generation?: number; asked?: string } = {}): Application => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Application",
  metadata: { name: "web", namespace: "shop", generation: change.generation ?? 1, annotations: { "driftless.dev/reconcile-requested-at": change.asked ?? "" } },
  spec: { sourceRef: { kind: "GitSource", name: "shop" } },
});

const artifactOf = (commit: string): Artifact => ({ revision: commit, digest: commit, commit: { oid: commit, author: "", message: "", committedAt: new Date(7) }, tree: memoryTree({ commit }) });

/** One Application that needs one thing. */
function follow(wanted: Need) {
  const { remote, bases } = open();
  const clock = new VirtualClock();
  const asked: string[] = [];
  const woken: string[] = [];
  const cluster: RenderNeedsOptions["cluster"] = {
    capabilities: () => (asked.push("capabilities"), Promise.resolve({ kubeVersion: "v1.33.0", apiVersions: ["v1"] })),
    kindOf: (apiVersion, kind) => Promise.resolve({ group: "", version: apiVersion, kind, plural: "secrets", namespaced: true, verbs: [], subresources: [] }),
    get: ({ name }, options) => (asked.push(`get ${name} as ${options?.as?.name ?? ""}`), name === "refused" ? Promise.reject(new KubeApiError(403, "Forbidden", "no")) : Promise.resolve(undefined)),
    list: () => Promise.reject(new Error("nothing is listed")),
  };
  const needs = new RenderNeeds({ bases, cluster, clock, wake: (name) => void woken.push(name) });
  const told: unknown[] = [];
  let renewAt: number | undefined;
  const render = (answers: ReadonlyMap<string, Answer>): Promise<Rendered> => {
    const [answer] = answers.values();
    if (answer === undefined) return Promise.resolve({ objects: [], warnings: [], needs: [wanted] });
    told.push(answer.kind === "Value" ? answer.value : "tree");
    return Promise.resolve({ objects: [], warnings: [], answered: [wanted], ...(renewAt === undefined ? {} : { renewAt }) });
  };
  return {
    asked, told, woken, clock, needs,
    until: (at: number | undefined) => (renewAt = at),
    looks: () => remote.asked.filter((each) => each === 'look {"branch":"main"}').length,
    rendered: async (of: Application, commit: string, at: number): Promise<void> => {
      await clock.advance(at - clock.monotonic());
      remote.now = at;
      await needs.render({ app: of, account: { namespace: "shop", name: "deployer" }, artifact: artifactOf(commit), signal }, render);
    },
  };
}

const CLUSTER_NEED = { at: { file: "Chart.yaml" } } as const;
const secretNeed = (name: string): Need => ({ ...CLUSTER_NEED, kind: "Lookup", apiVersion: "v1", object: "Secret", namespace: "shop", name });

describe("renders of an Application", () => {
  test("look a branch up with every commit, change, request and resync, and never in between", async () => {
    const { rendered, looks } = follow(need("main"));
    const again = app({ generation: 2, asked: "now" });
    const turns: readonly (readonly [Application, string, number])[] = [
      [app(), "a", 0], [app(), "a", 10], [app(), "b", 20], [app(), "b", 30], [app({ generation: 2 }), "b", 40], [again, "b", 50], [again, "b", 60], [again, "b", 3_600_000],
    ];
    const seen: number[] = [];
    for (const [of, commit, at] of turns) {
      await rendered(of, commit, at);
      seen.push(looks());
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 4, 4, 5]);
  });

  test("are told the time of their commit", async () => {
    const { rendered, told } = follow({ ...CLUSTER_NEED, kind: "Time" });
    await rendered(app(), "a", 1_000_000);
    expect(told).toEqual([7]);
  });

  test("are told what the cluster serves, which is asked again where it may have changed", async () => {
    const { rendered, told, asked } = follow({ ...CLUSTER_NEED, kind: "Capabilities" });
    for (const at of [0, 10, 4_000]) await rendered(app(), "a", at);
    expect(asked).toEqual(["capabilities"]);
    await rendered(app(), "a", 5_000);
    expect([asked.length, told[0]]).toEqual([2, { kubeVersion: "v1.33.0", apiVersions: ["v1"] }]);
  });

  test("look objects up as their account, and again with the next commit", async () => {
    const { rendered, told, asked } = follow(secretNeed("login"));
    for (const [commit, at] of [["a", 0], ["a", 10], ["b", 20]] as const) await rendered(app(), commit, at);
    expect([asked, told]).toEqual([["get login as deployer", "get login as deployer"], [{}, {}, {}]]);
  });

  test("tell a look-up that is refused, and ask again the next time", async () => {
    const { rendered, asked } = follow(secretNeed("refused"));
    for (const at of [0, 10]) await expect(rendered(app(), "a", at)).rejects.toMatchObject({ code: "VARIABLES_NOT_READY", message: expect.stringMatching(/^Chart\.yaml: lookup of Secret shop\/refused is refused: /) as unknown });
    expect(asked).toHaveLength(2);
  });

  test("are asked for again when something in them expires, unless they are gone", async () => {
    const { rendered, until, woken, clock, needs } = follow({ ...CLUSTER_NEED, kind: "Time" });
    until(clock.now().getTime() + 60_000);
    await rendered(app(), "a", 0);
    await clock.advance(59_999);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual(["shop/web"]);
    until(clock.now().getTime() + 1_000);
    await rendered(app(), "a", clock.monotonic());
    needs.forget("shop/web");
    await clock.advance(10_000);
    expect([woken, clock.pending]).toEqual([["shop/web"], 0]);
  });

  test("tell what cannot be had with the place that needs it, all of it at once", async () => {
    await expect(renderAnswered(() => WAITING, { answer: refused, signal })).rejects.toMatchObject({
      code: "GIT_UNREACHABLE",
      message: "kustomization.yaml:3: remote base cannot be had: cannot reach a\nbase/kustomization.yaml:7: remote base cannot be had: cannot reach b",
    });
  });

  test("end where answers only lead to more needs", async () => {
    let round = 0;
    const render = (): Rendered => ({ objects: [], warnings: [], needs: [need(`${round++}`)] });
    await expect(renderAnswered(render, { answer: () => Promise.resolve({ kind: "Tree", tree: memoryTree({}) }), signal })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
});

const WAITING: Rendered = { objects: [], warnings: [], needs: [need("a"), { ...need("b"), at: { file: "base/kustomization.yaml", line: 7 } }] };
const refused = (wanted: Need): Promise<never> => Promise.reject(new ReconcileError("GIT_UNREACHABLE", `cannot reach ${wanted.kind === "RemoteBase" ? wanted.ref : ""}`));
