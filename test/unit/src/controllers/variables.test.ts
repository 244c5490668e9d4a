import { describe, expect, onTestFinished, test } from "vitest";
import type { Variables } from "../../../../charts/substitute/substitute.ts";
import type { SubstituteSpec } from "../../../../src/api/render-spec.ts";
import { VariableStore } from "../../../../src/controllers/variables.ts";
import { KubeApiError, ReconcileError } from "../../../../src/errors.ts";
import type { JournalEntry } from "../../../support/memory-cluster/client.ts";
import type { Faults } from "../../../support/memory-cluster/faults.ts";
import { MemoryCluster } from "../../../support/memory-cluster/memory-cluster.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { account, shopWith } from "../../../support/plan-cases.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const { signal } = new AbortController();
const SETTINGS = { from: [{ kind: "ConfigMap", name: "settings" }] } as const;

/** A store over a cluster of its own, with what it asked the server for. */
function rig({ faults, authorize = () => true }: { readonly faults?: Faults; readonly authorize?: (request: { readonly as: unknown; readonly verb: string }) => boolean } = {}) {
  const clock = new VirtualClock();
  const journal: JournalEntry[] = [];
  const cluster = new MemoryCluster({ clock, authorize, journal: (entry) => void journal.push(entry) });
  const woken: string[] = [];
  const logger = new MemoryLogger();
  const store = new VariableStore({ cluster: cluster.client(faults === undefined ? {} : { faults }), clock, logger, random: () => 0, onInterrupted: () => undefined, wake: (name) => void woken.push(name) });
  onTestFinished(() => store.stop());
  const put = (kind: string, name: string, data: Readonly<Record<string, string>>): void => void cluster.server.apply({ apiVersion: "v1", kind, metadata: { name, namespace: "shop" }, data }, { manager: "test", force: true });
  cluster.server.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }, { manager: "test" });
  const of = async (substitute: SubstituteSpec | undefined, name = "shop", as = account): Promise<Variables | undefined> => {
    const app = shopWith(substitute === undefined ? {} : { render: { substitute } });
    const variables = await store.of({ ...app, metadata: { ...app.metadata, name } }, as, signal);
    await clock.advance(0);
    return variables;
  };
  const calls = (verb: string): string[] => journal.flatMap(({ call }) => (call.verb === verb ? [`${call.kind} ${call.namespace}/${call.name} as ${call.as?.name ?? "the operator"}`] : []));
  return { clock, cluster, store, put, of, calls, woken, logger };
}

/** As many as one Application may have. */
const sources = (from: number): SubstituteSpec => ({ from: Array.from({ length: 32 }, (_, index) => ({ kind: "ConfigMap" as const, name: `c${from + index}`, optional: true })) });
const plain = (variables: Variables | undefined): object => Object.fromEntries([...(variables ?? [])].map(([name, { value }]) => [name, value]));

async function problemOf(reading: Promise<unknown>): Promise<ReconcileError> {
  const error: unknown = await reading.then(() => undefined, (reason: unknown) => reason);
  if (error instanceof ReconcileError) return error;
  throw new Error("it did not fail as it should", { cause: error });
}

describe("variables", () => {
  test("are read as the account, once, and then only when the watch tells of a change", async () => {
    const { clock, put, of, calls, woken } = rig();
    put("ConfigMap", "settings", { REGION: "eu" });
    const first = await of(SETTINGS);
    const second = await of({ from: [...SETTINGS.from] });
    expect(plain(first)).toEqual({ REGION: "eu" });
    expect(second).toBe(first);
    expect([calls("get"), woken]).toEqual([["ConfigMap shop/settings as deployer"], []]);
    put("ConfigMap", "settings", { REGION: "us" });
    await clock.advance(0);
    expect(woken).toEqual(["shop/shop"]);
    expect(plain(await of(SETTINGS))).toEqual({ REGION: "us" });
    expect(calls("get")).toHaveLength(2);
  });

  test("of several Applications are watched once, and read by each as its own account", async () => {
    const { clock, put, of, calls, woken } = rig();
    put("Secret", "login", { password: Buffer.from("x").toString("base64") });
    const login = { from: [{ kind: "Secret", name: "login" }] } as const;
    await of(login, "one");
    await of(login, "two", { ...account, name: "other" });
    expect([calls("list").length, calls("watch").length, calls("get")]).toEqual([1, 1, ["Secret shop/login as deployer", "Secret shop/login as other"]]);
    put("Secret", "login", { password: Buffer.from("y").toString("base64") });
    await clock.advance(0);
    expect(woken).toEqual(["shop/one", "shop/two"]);
  });

  test("are read again where another account asks for them", async () => {
    const { put, of, calls } = rig();
    put("ConfigMap", "settings", { REGION: "eu" });
    await of(SETTINGS);
    await of(SETTINGS, "shop", { ...account, name: "other" });
    expect(calls("get")).toEqual(["ConfigMap shop/settings as deployer", "ConfigMap shop/settings as other"]);
  });

  test("are others where the spec is another one, and nothing is read for that", async () => {
    const { put, of, calls } = rig();
    put("ConfigMap", "settings", { REGION: "eu" });
    await of(SETTINGS);
    expect(plain(await of({ ...SETTINGS, vars: { STAGE: "prod", REGION: "us" } }))).toEqual({ STAGE: "prod", REGION: "us" });
    expect(calls("get")).toHaveLength(1);
  });

  test.each([undefined, {}, { vars: { A: "1" } }])("of %j cost no request", async (spec) => {
    const { of, calls } = rig();
    expect((await of(spec)) === undefined).toBe(spec === undefined);
    expect([calls("get"), calls("list")]).toEqual([[], []]);
  });

  test("that may be missing are left out, and come when they are created", async () => {
    const { clock, put, of, calls, woken } = rig();
    const optional = { from: [{ kind: "ConfigMap", name: "settings", optional: true }] } as const;
    expect([plain(await of(optional)), plain(await of(optional)), calls("get").length]).toEqual([{}, {}, 1]);
    put("ConfigMap", "settings", { REGION: "eu" });
    await clock.advance(0);
    expect([woken, plain(await of(optional))]).toEqual([["shop/shop"], { REGION: "eu" }]);
  });

  test("that are missing are named all at once, with the field, without asking twice, and come when they are created", async () => {
    const { clock, put, of, calls, woken } = rig();
    const spec = { from: [...SETTINGS.from, { kind: "Secret", name: "login" }] } as const;
    const problem = await problemOf(of(spec));
    expect([problem.reason, problem.message.split("\n")]).toEqual(["VariablesNotReady", [
      "spec.render.substitute.from[0]: ConfigMap shop/settings does not exist; create it, or say optional: true",
      "spec.render.substitute.from[1]: Secret shop/login does not exist; create it, or say optional: true",
    ]]);
    await clock.advance(0);
    await problemOf(of(spec));
    expect(calls("get")).toHaveLength(2);
    put("ConfigMap", "settings", {});
    put("Secret", "login", {});
    await clock.advance(0);
    expect([new Set(woken), plain(await of(spec))]).toEqual([new Set(["shop/shop"]), {}]);
  });

  test("wake their Application when their source is deleted", async () => {
    const { clock, cluster, put, of, woken } = rig();
    put("ConfigMap", "settings", { REGION: "eu" });
    await of(SETTINGS);
    cluster.server.delete({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "settings" }, { propagationPolicy: "Background" });
    await clock.advance(0);
    expect(woken).toEqual(["shop/shop"]);
    expect((await problemOf(of(SETTINGS))).reason).toBe("VariablesNotReady");
  });

  test("that the account may not read are told with the right that is missing", async () => {
    const { of, put } = rig({ authorize: ({ as, verb }) => as === undefined || verb !== "get" });
    put("ConfigMap", "settings", { REGION: "eu" });
    expect((await problemOf(of(SETTINGS))).message).toBe("spec.render.substitute.from[0]: ConfigMap shop/settings cannot be read: account shop/deployer may not get configmaps in namespace shop; bind a Role that allows it");
  });

  test("that could not be read for another reason fail as what it is", async () => {
    const { of } = rig({ faults: ({ verb }) => (verb === "get" ? { kind: "Refuse", status: 503 } : undefined) });
    await expect(of(SETTINGS)).rejects.toBeInstanceOf(KubeApiError);
  });

  test.each(["list", "watch"])("are read at every reconcile where the operator may not %s", async (denied) => {
    const { clock, put, of, calls } = rig({ authorize: ({ as, verb }) => as !== undefined || verb !== denied });
    put("ConfigMap", "settings", { REGION: "eu" });
    await of(SETTINGS);
    await clock.advance(60_000); // a few refusals are not believed
    const before = calls("get").length;
    const [first, second] = [await of(SETTINGS), await of(SETTINGS)];
    expect([calls("get").length - before, second === first]).toEqual([2, true]);
    put("ConfigMap", "settings", { REGION: "us" });
    expect(plain(await of(SETTINGS))).toEqual({ REGION: "us" });
  });

  test("of more sources than a namespace may have watched are read at every reconcile", async () => {
    const { of, calls, store } = rig();
    for (let app = 0; app < 10; app += 1) await of(sources(app * 32), `app-${app}`);
    expect(calls("watch")).toHaveLength(250);
    const before = calls("get").length;
    await of(sources(0), "app-0");
    expect(calls("get").length - before).toBe(0);
    await of(sources(9 * 32), "app-9");
    expect(calls("get").length - before).toBe(32);
    store.forget("shop/app-0");
    await of(sources(9 * 32), "app-9");
    expect(calls("watch")).toHaveLength(282);
  });

  test("end with their Application, and with the last that refers to a source ends its watch", async () => {
    const { clock, put, of, store, woken, calls } = rig();
    put("ConfigMap", "settings", { REGION: "eu" });
    await of(SETTINGS, "one");
    await of(SETTINGS, "two");
    store.forget("shop/one");
    put("ConfigMap", "settings", { REGION: "us" });
    await clock.advance(0);
    expect(woken).toEqual(["shop/two"]);
    await of({ vars: {} }, "two");
    await clock.advance(60 * 60_000);
    expect([clock.pending, calls("watch").length]).toEqual([0, 1]);
  });

  test("leave out keys that are no names, which is told without values", async () => {
    const { put, of, logger } = rig();
    put("ConfigMap", "settings", { "app.yaml": "content-of-it", REGION: "eu" });
    expect(plain(await of(SETTINGS))).toEqual({ REGION: "eu" });
    await of(SETTINGS);
    const told = JSON.stringify(logger.lines.filter((line) => JSON.stringify(line).includes("left out")));
    expect([told.includes("app.yaml"), told.includes("content-of-it"), told.split("left out").length]).toEqual([true, false, 2]);
  });
});
