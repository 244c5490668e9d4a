import { createHash, createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { EffectiveObject } from "../../../../reconciler/effective.ts";
import { chunkRef, chunkSecret } from "../../../../reconciler/last-good-secret.ts";
import type { Application, ApplicationStatus } from "../../../../src/api/application.ts";
import { LastGoodStore } from "../../../../src/controllers/last-good-store.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ClusterClient } from "../../../../src/ports.ts";
import { desiredFrom, kindOf, shop } from "../../../support/desired.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const { signal } = new AbortController();
const appWith = (status?: ApplicationStatus, uid = "u1"): Application => ({ apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", uid }, spec: { sourceRef: { kind: "GitSource", name: "shop" } }, ...(status === undefined ? {} : { status }) });
const fresh = appWith();
const applied = appWith({ lastAppliedRevision: "main@sha1:1" });
const head = chunkRef(fresh, { digest: "" }, 0).name;

const KEY = Buffer.alloc(32, 1);
const sealed = (text: string): string => createHmac("sha256", KEY).update(`u1\n${text}`).digest("hex");
const configMap = (value: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: ${JSON.stringify(value)}}}`;
const small = (value = "1"): readonly EffectiveObject[] => desiredFrom(configMap(value)).objects;
const CHUNK = 1024;
/** More than two kilobytes that do not get smaller: three chunks. */
const large = (seed: string): readonly EffectiveObject[] => small(Array.from({ length: 80 }, (_, index) => createHash("sha256").update(`${seed}${index}`).digest("base64")).join(""));

/** The Secrets of a cluster; every request is counted, and the one whose number is `failAt` (from 1) and all later ones fail. */
class Secrets {
  readonly objects = new Map<string, KubeObject>();
  readonly requests: string[] = [];
  failAt = Number.POSITIVE_INFINITY;
  failure: KubeApiError = new KubeApiError(500, "InternalError", "the server is down");

  readonly client: Partial<ClusterClient> = {
    kindOf: async (apiVersion, kind) => kindOf(apiVersion, kind),
    get: async ({ name }) => this.#request(`get ${name}`, () => this.objects.get(name)),
    list: async () => this.#request("list", () => ({ items: [...this.objects.values()], resourceVersion: "1" })),
    apply: async (object) =>
      this.#request(`apply ${object.metadata.name}`, () => {
        const stored = { ...object, metadata: { ...object.metadata, uid: "s1" } };
        this.objects.set(object.metadata.name, stored);
        return { object: stored, created: true };
      }),
    delete: async ({ name }) => this.#request(`delete ${name}`, () => this.objects.delete(name)),
  };

  #request<T>(what: string, answer: () => T): T {
    this.requests.push(what);
    if (this.requests.length >= this.failAt) throw this.failure;
    return answer();
  }

  /** A store of a process that was just started. */
  store(logger = new MemoryLogger(), clock = new VirtualClock(), key = KEY): LastGoodStore {
    this.requests.length = 0;
    return new LastGoodStore({ cluster: this.client as ClusterClient, clock, logger, key, chunkBytes: CHUNK });
  }
}

const valueIn = async (secrets: Secrets, app = applied): Promise<unknown> => {
  const loaded = await secrets.store().load(app, { identity: shop }, signal);
  return loaded === undefined ? undefined : [...loaded.values()].map(({ object }) => (object.object["data"] as { a: string }).a);
};
const texts = (objects: readonly EffectiveObject[]): unknown => objects.map(({ initial }) => (initial["data"] as { a: string }).a);

describe("saving", () => {
  test("a first set takes one request", async () => {
    const secrets = new Secrets();
    const store = secrets.store();
    expect(await store.save(fresh, "main@sha1:1", small(), signal)).toEqual({ kind: "Stored" });
    expect(secrets.requests).toEqual([`apply ${head}`]);
    expect(await valueIn(secrets)).toEqual(["1"]);
  });

  test("the same set again takes none, another one takes one", async () => {
    const secrets = new Secrets();
    const store = secrets.store();
    await store.save(fresh, "1", small(), signal);
    secrets.requests.length = 0;
    expect(await store.save(applied, "2", small(), signal)).toEqual({ kind: "Unchanged" });
    expect(secrets.requests).toEqual([]);
    await store.save(applied, "3", small("2"), signal);
    expect(secrets.requests).toEqual([`apply ${head}`]);
  });

  test("after a restart looks at what is stored and writes nothing that is there", async () => {
    const secrets = new Secrets();
    await secrets.store().save(fresh, "1", small(), signal);
    const store = secrets.store();
    expect(await store.save(applied, "1", small(), signal)).toEqual({ kind: "Unchanged" });
    expect(secrets.requests).toEqual([`get ${head}`]);
    await store.save(applied, "2", small("2"), signal);
    expect(secrets.requests).toEqual([`get ${head}`, `apply ${head}`]);
  });

  test("for an Application that was made again does not take the earlier one's for its own", async () => {
    const secrets = new Secrets();
    await secrets.store().save(fresh, "1", small(), signal);
    const again = appWith({ lastAppliedRevision: "1" }, "u2");
    expect(await secrets.store().save(again, "1", small(), signal)).toEqual({ kind: "Stored" });
    expect(await valueIn(secrets, again)).toEqual(["1"]);
    expect(await valueIn(secrets, applied)).toBeUndefined();
  });

  test("an empty set is a set", async () => {
    const secrets = new Secrets();
    await secrets.store().save(fresh, "1", [], signal);
    expect(await valueIn(secrets)).toEqual([]);
  });
});

describe("a set of several Secrets", () => {
  test("comes back, and takes the place of the one before without leaving any of it", async () => {
    const secrets = new Secrets();
    const store = secrets.store();
    await store.save(fresh, "1", large("a"), signal);
    const first = [...secrets.objects.keys()];
    await store.save(applied, "2", large("b"), signal);
    expect([first.length, secrets.objects.size]).toEqual([3, 3]);
    expect([...secrets.objects.keys()].filter((name) => first.includes(name))).toEqual([head]);
    expect(await valueIn(secrets)).toEqual(texts(large("b")));
    await store.save(applied, "3", small(), signal);
    expect([...secrets.objects.keys()]).toEqual([head]);
  });

  test("that is cut short at any request leaves the old set or the new one, whole", async () => {
    const [before, after, next] = [large("a"), large("b"), large("c")];
    const outcomes: unknown[] = [];
    for (let failAt = 1; failAt <= 8; failAt += 1) {
      const secrets = new Secrets();
      await secrets.store().save(fresh, "1", before, signal);
      const store = secrets.store();
      secrets.failAt = failAt;
      await store.save(applied, "2", after, signal);
      secrets.failAt = Number.POSITIVE_INFINITY;
      const found = await valueIn(secrets);
      outcomes.push(JSON.stringify(found) === JSON.stringify(texts(before)) ? "old" : JSON.stringify(found) === JSON.stringify(texts(after)) ? "new" : "lost");
      await secrets.store().save(applied, "3", next, signal);
      expect(secrets.objects.size, `left over after request ${failAt}`).toBe(3);
    }
    expect(outcomes).toEqual(["old", "old", "old", "old", "new", "new", "new", "new"]);
  });

  test("with a chunk missing does not count, and is written anew", async () => {
    const secrets = new Secrets();
    await secrets.store().save(fresh, "1", large("a"), signal);
    secrets.objects.delete([...secrets.objects.keys()].find((name) => name !== head) ?? "");
    const logger = new MemoryLogger();
    const store = secrets.store(logger);
    expect(await store.load(applied, { identity: shop }, signal)).toBeUndefined();
    expect(logger.lines.map(({ level, fields }) => [level, fields["cause"]])).toEqual([["warn", "it does not exist"]]);
    await store.save(applied, "1", large("a"), signal);
    expect(await valueIn(secrets)).toEqual(texts(large("a")));
  });
});

describe("loading", () => {
  test("takes one request", async () => {
    const secrets = new Secrets();
    await secrets.store().save(fresh, "1", small(), signal);
    await secrets.store().load(applied, { identity: shop }, signal);
    expect(secrets.requests).toEqual([`get ${head}`]);
  });

  test("where nothing was stored finds nothing, and says nothing", async () => {
    const logger = new MemoryLogger();
    expect(await new Secrets().store(logger).load(applied, { identity: shop }, signal)).toBeUndefined();
    expect(logger.lines).toEqual([]);
  });

  test("is an error where the server does not answer: that is not the same as nothing", async () => {
    const secrets = new Secrets();
    const store = secrets.store();
    secrets.failAt = 1;
    await expect(store.load(applied, { identity: shop }, signal)).rejects.toThrow("the server is down");
  });

  const line = `${JSON.stringify({ object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }, origin: { file: "a", line: 1, overlays: [] } })}\n`;
  const planted = (text: string, digest = sealed(text), packed: Buffer = gzipSync(text)): KubeObject => chunkSecret({ app: fresh, revision: "1", digest, chunks: 1 }, 0, packed);

  test("takes what was stored with the key of the installation", async () => {
    const secrets = new Secrets();
    secrets.objects.set(head, planted(line));
    expect((await secrets.store().load(applied, { identity: shop }, signal))?.size).toBe(1);
    expect(await secrets.store(new MemoryLogger(), new VirtualClock(), Buffer.alloc(32, 2)).load(applied, { identity: shop }, signal)).toBeUndefined();
  });

  test.each([
    ["a digest that everybody can make", planted(line, createHash("sha256").update(line).digest("hex"))],
    ["another digest", planted(line, sealed("x"))],
    ["no gzip", planted(line, sealed(line), Buffer.from(line))],
    ["a bomb", planted("", sealed(""), gzipSync(Buffer.alloc(65 * 1024 * 1024, line)))],
    ["20,001 objects", planted(line.repeat(20_001))],
    ["an object twice", planted(line.repeat(2))],
    ["no JSON", planted("hello\n")],
    ["lists in lists in lists", planted(`${"[".repeat(100_000)}${"]".repeat(100_000)}\n`)],
    ["an object of depth 100,000", planted(`{"object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":${"[".repeat(100_000)}${"]".repeat(100_000)}},"origin":{"file":"a","line":1,"overlays":[]}}\n`)],
    ["another type", { ...planted(line), type: "Opaque" }],
  ])("of %s finds nothing and warns once", async (_what, secret) => {
    const secrets = new Secrets();
    secrets.objects.set(head, secret);
    const logger = new MemoryLogger();
    expect(await secrets.store(logger).load(applied, { identity: shop }, signal)).toBeUndefined();
    expect(logger.lines.map(({ level }) => level)).toEqual(["warn"]);
  });
});

describe("what cannot be stored", () => {
  const forbidden = new KubeApiError(403, "Forbidden", "secrets is forbidden");

  test("is told once with the way out, and tried again after a minute", async () => {
    const secrets = new Secrets();
    const [logger, clock] = [new MemoryLogger(), new VirtualClock()];
    const store = secrets.store(logger, clock);
    secrets.failAt = 1;
    secrets.failure = forbidden;
    const told = await store.save(fresh, "1", small(), signal);
    expect(told).toMatchObject({ kind: "NotStored", message: expect.stringContaining("driftless install --only tenants") as string });
    expect(await store.save(fresh, "1", small(), signal)).toEqual(told);
    expect(secrets.requests.length).toBe(1);
    await clock.advance(60_000);
    await store.save(fresh, "1", small(), signal);
    expect([secrets.requests.length, logger.lines.length]).toEqual([2, 1]);
    secrets.failAt = Number.POSITIVE_INFINITY;
    await clock.advance(60_000);
    expect(await store.save(fresh, "1", small(), signal)).toEqual({ kind: "Stored" });
  });

  test("is tried at once when it is another set", async () => {
    const secrets = new Secrets();
    const store = secrets.store();
    secrets.failAt = 1;
    await store.save(fresh, "1", small(), signal);
    secrets.failAt = Number.POSITIVE_INFINITY;
    expect(await store.save(fresh, "2", small("2"), signal)).toEqual({ kind: "Stored" });
  });

  test("because it is too large takes away the older set, which must not be gone back to", async () => {
    const secrets = new Secrets();
    const logger = new MemoryLogger();
    const store = secrets.store(logger);
    await store.save(fresh, "1", small(), signal);
    const [object] = small();
    const many = Array.from({ length: 20_001 }, () => object).filter((item) => item !== undefined);
    expect(await store.save(applied, "2", many, signal)).toEqual({ kind: "NotStored", message: "the content has more than 20000 objects; split the Application" });
    expect(secrets.objects.size).toBe(0);
    expect(logger.lines.filter(({ level }) => level === "warn").length).toBe(1);
  });

  test("because the operator stops is not told", async () => {
    const logger = new MemoryLogger();
    const stopped = AbortSignal.abort(new Error("the operator has stopped"));
    await expect(new Secrets().store(logger).save(fresh, "1", small(), stopped)).rejects.toThrow("the operator has stopped");
    expect(logger.lines).toEqual([]);
  });
});
