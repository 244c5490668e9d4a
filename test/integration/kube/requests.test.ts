import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TOOL_VERSION } from "../../../src/api/group.ts";
import { HttpClusterClient } from "../../../src/kube/client.ts";
import { loadClusterAccess } from "../../../src/kube/config.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../src/ports.ts";
import { ApiPeer } from "../../support/api-peer.ts";
import { sharedControlPlane, uniqueName } from "../../support/control-plane.ts";
import { ImpatientClock } from "../../support/impatient-clock.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const configMaps: ResourceKind = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [], subresources: [] };
const object = (name: string): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } });
const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "absent" };
const manager = { fieldManager: "requests" };
const busy = (headers: Record<string, string> = {}): { status: number; headers: Record<string, string> } => ({ status: 429, headers });

/** A line of a watch as the server writes it. */
const line = (name: string, value = ""): string => `${JSON.stringify({ type: "ADDED", object: { metadata: { name }, value } })}\n`;

let peer: ApiPeer;
let clock: ImpatientClock;
let client: HttpClusterClient;

beforeEach(async () => {
  peer = await ApiPeer.start(await loadClusterAccess({ kubeconfig: sharedControlPlane().kubeconfigPath }));
  clock = new ImpatientClock();
  client = new HttpClusterClient(peer.access(), { clock, random: () => 0, timeoutMs: 500 });
  await client.refreshKinds();
  peer.requests.length = 0;
});
afterEach(async () => {
  await client.close();
  await peer.close();
});

test("a watch that is told that its kind is not served makes the next lookup ask anew", async () => {
  peer.script.push({ status: 404, body: "404 page not found\n" });
  const watch = client.watch(configMaps, { resourceVersion: "1", timeoutSeconds: 1 });
  await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject({ status: 404, reason: "KindNotServed" });
  expect(peer.requests.map(({ path }) => path).slice(1).sort()).toEqual(["/api", "/apis"]);
});

describe("an overloaded API server", () => {
  test("is asked again after the time it named, whatever the request", async () => {
    const name = uniqueName("busy");
    peer.script.push(busy({ "retry-after": "2" }), busy({ "retry-after": "3" }));
    expect((await client.create(object(name))).metadata.name).toBe(name);
    peer.script.push(busy({ "retry-after": "1" }));
    expect((await client.apply(object(name), manager)).created).toBe(false);
    peer.script.push(busy({ "retry-after": "4" }));
    expect(await client.delete({ ...ref, name }, { propagationPolicy: "Background" })).toBe(true);
    expect(clock.waits).toEqual([2000, 3000, 1000, 4000]);
  });

  test("is given growing pauses when it names none", async () => {
    peer.script.push(busy(), busy(), busy());
    await client.get(ref);
    expect(clock.waits).toEqual([100, 200, 400]);
  });

  test("is left alone in the end, and the error says how long", async () => {
    peer.script.push(...Array.from({ length: 6 }, () => busy({ "retry-after": "1" })));
    await expect(client.get(ref)).rejects.toMatchObject({ status: 429, retryAfterMs: 1000 });
    expect(peer.requests).toHaveLength(6);
  });

  test("may answer 503: what changes nothing twice is sent again, a create is not", async () => {
    const unavailable = { status: 503, headers: { "retry-after": "1" } };
    peer.script.push(unavailable);
    expect(await client.get(ref)).toBeUndefined();
    peer.script.push(unavailable);
    await expect(client.create(object(uniqueName("lost")))).rejects.toMatchObject({ status: 503, retryAfterMs: 1000 });
    expect(peer.requests.map((request) => request.method)).toEqual(["GET", "GET", "POST"]);
  });

  test("does not hold a caller whose signal is aborted", async () => {
    const patient = new HttpClusterClient(peer.access(), { clock: new VirtualClock(), random: () => 0 });
    await patient.refreshKinds();
    const abort = new AbortController();
    const reason = new Error("enough");
    peer.script.push(busy({ "retry-after": "10" }));
    const request = patient.get(ref, { signal: abort.signal });
    await expect.poll(() => peer.script.length, { timeout: 20_000 }).toBe(0);
    abort.abort(reason);
    await expect(request).rejects.toBe(reason);
    await patient.close();
  });
});

describe("a broken connection", () => {
  test("is tried again for what changes nothing twice", async () => {
    peer.script.push("Reset", "Reset");
    expect(await client.get(ref)).toBeUndefined();
    const name = uniqueName("reset");
    peer.script.push("Reset");
    expect((await client.apply(object(name), manager)).created).toBe(true);
  });

  test("is an error for a create or a delete, which may have landed", async () => {
    peer.script.push("Reset");
    await expect(client.create(object(uniqueName("reset")))).rejects.toMatchObject({ status: 0, reason: "NoAnswer" });
    peer.script.push("Reset");
    await expect(client.delete(ref, { propagationPolicy: "Background" })).rejects.toMatchObject({ status: 0, reason: "NoAnswer" });
    expect(peer.requests).toHaveLength(2);
  });

  test("that never came to be names request and cause", async () => {
    const closed = await ApiPeer.start();
    const lost = new HttpClusterClient(closed.access(), { clock, random: () => 0 });
    await closed.close();
    await expect(lost.list(configMaps)).rejects.toThrow(/GET \/api\/v1\/configmaps\?limit=500: .*ECONNREFUSED/);
    await lost.close();
  });

  test("without any answer ends at the timeout", async () => {
    peer.script.push("Silence");
    await expect(client.get(ref)).rejects.toMatchObject({ status: 0, reason: "NoAnswer" });
  });
});

describe("a request", () => {
  test("names this program and carries the credentials", async () => {
    await client.get(ref);
    expect(peer.requests[0]?.headers).toMatchObject({ "user-agent": `driftless/${TOOL_VERSION}`, authorization: "Bearer token" });
  });

  test("as a ServiceAccount sends its user name and no group", async () => {
    await client.get(ref, { as: { namespace: "shop", name: "deployer" } }).catch(() => undefined);
    const names = Object.keys(peer.requests[0]?.headers ?? {}).filter((header) => header.startsWith("impersonate"));
    expect(names).toEqual(["impersonate-user"]);
    expect(peer.requests[0]?.headers["impersonate-user"]).toBe("system:serviceaccount:shop:deployer");
  });

  test("refused as unauthorised is sent once more with credentials read anew", async () => {
    const renewed = new HttpClusterClient(peer.access({ tokens: ["old", "new"] }), { clock, random: () => 0 });
    await renewed.refreshKinds();
    peer.requests.length = 0;
    peer.script.push({ status: 401 });
    expect(await renewed.get(ref)).toBeUndefined();
    expect(peer.requests.map((request) => request.headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
    peer.script.push({ status: 401 }, { status: 401 });
    await expect(renewed.get(ref)).rejects.toMatchObject({ status: 401 });
    await renewed.close();
  });

  test("goes below the path that the server's address names", async () => {
    const below = new HttpClusterClient(peer.access({ path: "/k8s/clusters/c-1/" }), { clock, random: () => 0 });
    peer.script.push({ status: 403 });
    await below.list(configMaps, { namespace: "shop" }).catch(() => undefined);
    expect(peer.requests[0]?.path).toBe("/k8s/clusters/c-1/api/v1/namespaces/shop/configmaps?limit=500");
    await below.close();
  });

  test("shares few connections with many others", async () => {
    const patient = new HttpClusterClient(peer.access(), { clock, random: () => 0 }); // a request that is given up takes its connection along
    await patient.refreshKinds();
    const before = [peer.connections, peer.requests.length] as const;
    await Promise.all(Array.from({ length: 200 }, () => patient.get(ref)));
    expect(peer.requests.length - before[1]).toBe(200);
    expect(peer.connections - before[0]).toBeLessThanOrEqual(64);
    await patient.close();
  });

  test("reaches the server through the proxy of its kubeconfig", async () => {
    const direct = await loadClusterAccess({ kubeconfig: sharedControlPlane().kubeconfigPath });
    const proxied = new HttpClusterClient({ ...direct, proxyUrl: peer.url }, { clock, random: () => 0 });
    expect(await proxied.get(ref)).toBeUndefined();
    expect(new Set(peer.tunnels)).toEqual(new Set([new URL(direct.server).host]));
    await proxied.close();
  });

  test("about a Secret never quotes its values when it is refused", async () => {
    const secret: KubeObject = { apiVersion: "v1", kind: "Secret", metadata: { name: uniqueName("pin"), namespace: "default" }, data: { pin: 73_310_042 } };
    const error: unknown = await client.apply(secret, manager).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify([String(error), (error as Error).message])).not.toMatch(/73310042|7\.331/);
  });
});

describe("a watch", () => {
  const options = { resourceVersion: "1", timeoutSeconds: 30 };
  const names = async (): Promise<string[]> => {
    const seen: string[] = [];
    for await (const event of client.watch(configMaps, options)) seen.push(event.object.metadata.name);
    return seen;
  };

  test("puts lines together however they arrive", async () => {
    const text = line("a") + line("big", "ü".repeat(3_000_000)) + line("b");
    peer.script.push({ chunks: [text.slice(0, 10), text.slice(10, 2_000_000), text.slice(2_000_000)], end: "Close" });
    expect(await names()).toEqual(["a", "big", "b"]);
  });

  test("fails when its connection breaks, after what had arrived", async () => {
    peer.script.push({ chunks: [line("a"), '{"type":"ADDED","obj'], end: "Reset" });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of client.watch(configMaps, options)) seen.push(event.object.metadata.name);
    })();
    await expect(watching).rejects.toMatchObject({ status: 0, reason: "NoAnswer" });
    expect(seen).toEqual(["a"]);
  });

  test("that is refused tells status and patience asked for", async () => {
    peer.script.push(busy({ "retry-after": "5" }));
    await expect(names()).rejects.toMatchObject({ status: 429, retryAfterMs: 5000 });
  });

  test("ends its connection when its reader leaves", async () => {
    const before = peer.open;
    peer.script.push({ chunks: [line("a")], end: "Wait" });
    const events = client.watch(configMaps, options);
    await events.next();
    expect(peer.open).toBe(before + 1);
    await events.return();
    await expect.poll(() => peer.open, { timeout: 20_000 }).toBe(before);
  });

  test("does not stand in the way of requests, however many there are", async () => {
    peer.script.push(...Array.from({ length: 60 }, () => ({ chunks: [line("a")], end: "Wait" }) as const));
    const abort = new AbortController();
    const opened: Promise<unknown>[] = [];
    const ended = Array.from({ length: 60 }, async () => {
      const events = client.watch(configMaps, { ...options, signal: abort.signal });
      const first = events.next();
      opened.push(first);
      await first;
      return events.next().catch(() => undefined);
    });
    await Promise.all(opened);
    expect(await client.get(ref)).toBeUndefined();
    abort.abort();
    await Promise.all(ended);
  });
});
