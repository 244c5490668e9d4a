import { describe, expect, test } from "vitest";
import { CoverageKeeper } from "../../../../src/controllers/coverage.ts";
import type { Members } from "../../../../reconciler/observed.ts";
import type { Application } from "../../../../src/api/application.ts";
import type { DriftCoverage } from "../../../../src/api/drift-report.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ListOptions, ResourceKind } from "../../../../src/ports.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

const ACCOUNT = { namespace: "shop", name: "deployer" };
const kind = (name: string): ResourceKind => ({ group: "", version: "v1", kind: name, plural: `${name.toLowerCase()}s`, namespaced: true, verbs: ["list", "create", "delete"], subresources: [] });
const app = (name: string, coverage = true, generation = 1): Application => ({ apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name, namespace: "shop", uid: name, generation }, spec: { sourceRef: { kind: "GitSource", name: "shop" }, drift: { coverage } } });
const members = (...namespaces: readonly string[]): Members => new Map(namespaces.map((namespace) => [`/ConfigMap/${namespace}/a`, { id: { group: "", kind: "ConfigMap", namespace, name: "a" } }])) as unknown as Members; // of a member only its id is looked at

/** `list` answers for a kind and a namespace. */
function keeper(list: (name: string, options: ListOptions) => Promise<readonly KubeObject[]>, limits?: { objects: number; ms: number }) {
  const told: [string, DriftCoverage | undefined][] = [];
  const clock = new VirtualClock();
  const asked: string[] = [];
  const cluster = {
    kinds: async () => [kind("ConfigMap"), kind("Secret"), kind("Event")],
    list: async ({ kind: name }: ResourceKind, options: ListOptions = {}) => {
      asked.push(`${name} in ${options.namespace} as ${options.as?.name}${options.metadataOnly === true ? ", metadata only" : ""}`);
      return { items: await list(name, options), resourceVersion: "1" };
    },
  };
  const coverage = new CoverageKeeper({ cluster, clock, logger: new MemoryLogger(), installation: "us", tell: (of, counted) => void told.push([of.metadata.name, counted]), ...(limits === undefined ? {} : { limits }) });
  return { coverage, told, asked, clock };
}

const one = async (): Promise<readonly KubeObject[]> => [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine", namespace: "shop", uid: "1" } }];

describe("coverage is counted", () => {
  test("as the Application's account, from metadata, in the namespaces where it has members", async () => {
    const { coverage, told, asked } = keeper(one);
    coverage.looked(app("a"), ACCOUNT, members("shop", "tools", ""));
    await settle();
    expect(asked).toEqual(["ConfigMap in shop", "ConfigMap in tools", "Secret in shop", "Secret in tools"].map((text) => `${text} as deployer, metadata only`));
    expect(told).toEqual([["a", { observedAt: "2026-01-01T00:00:00Z", managed: 0, unmanaged: 1, objects: ["/ConfigMap/shop/mine"] }]]);
  });

  test("again with the resync, or where something else is asked for, and not before", async () => {
    const { coverage, told, clock } = keeper(one);
    coverage.looked(app("a"), ACCOUNT, members("shop"));
    await clock.advance(30 * 60_000);
    coverage.looked(app("a"), ACCOUNT, members("shop"));
    await settle();
    expect(told).toHaveLength(1);
    coverage.looked(app("a"), ACCOUNT, members("shop", "tools"));
    await clock.advance(50 * 60_000);
    coverage.looked(app("a"), ACCOUNT, members("shop", "tools"));
    await settle();
    expect(told).toHaveLength(3);
  });

  test("only where it is wanted, and taken back where it is not any more, also while it is being counted", async () => {
    const gate = Promise.withResolvers<readonly KubeObject[]>();
    const { coverage, told } = keeper(() => gate.promise);
    coverage.looked(app("a"), ACCOUNT, members("shop"));
    coverage.looked(app("a", false, 2), ACCOUNT, members("shop"));
    gate.resolve([]);
    await settle();
    expect(told).toEqual([["a", undefined]]);
  });

  test("one Application after the other, and the next one also where one fails", async () => {
    let [running, most] = [0, 0];
    const { coverage, told } = keeper(async (_name, { namespace }) => {
      most = Math.max(most, (running += 1));
      await settle();
      running -= 1;
      if (namespace === "broken") throw new TypeError("not a list");
      return [];
    });
    coverage.looked(app("a"), ACCOUNT, members("broken"));
    coverage.looked(app("b"), ACCOUNT, members("shop"));
    for (let turn = 0; turn < 10; turn += 1) await settle();
    expect([told.map(([name]) => name), most]).toEqual([["b"], 1]);
  });

  test("with the kinds told that could not be listed, and why", async () => {
    const { coverage, told } = keeper(async (name) => {
      throw new KubeApiError(name === "Secret" ? 403 : 500, "", "the database is away");
    });
    coverage.looked(app("a"), ACCOUNT, members("shop"));
    await settle();
    expect(told[0]?.[1]?.unread).toEqual(["ConfigMap: the database is away", "Secret: ServiceAccount shop/deployer may not list it"]);
  });

  test("within a budget", async () => {
    const { coverage, told, asked } = keeper(one, { objects: 1, ms: 1_000 });
    coverage.looked(app("a"), ACCOUNT, members("shop"));
    await settle();
    expect([asked.length, told[0]?.[1]?.unread]).toEqual([1, ["Secret: not looked at: there are too many objects"]]);
  });

  test("no more once it was stopped", async () => {
    const { coverage, told } = keeper((_name, { signal }) => new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted")), { once: true })));
    coverage.looked(app("a"), ACCOUNT, members("shop"));
    await settle();
    await coverage.stop();
    expect(told).toEqual([]);
  });
});
