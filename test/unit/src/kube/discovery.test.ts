import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { Discovery } from "../../../../src/kube/discovery.ts";
import type { Answer, ApiRequest } from "../../../../src/kube/request.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

interface Version { version: string; kinds?: string[]; stale?: boolean }
type Groups = Record<string, Version[]>;

/** A server of discovery documents whose groups a test changes; etags follow the content. */
class DiscoveryServer {
  groups: Groups = { "": [{ version: "v1", kinds: ["Pod"] }], apps: [{ version: "v1", kinds: ["Deployment"] }] };
  failure: KubeApiError | undefined;
  readonly requests: ApiRequest[] = [];
  readonly answers: number[] = [];
  /** Set: answers wait for it. */
  gate: Promise<void> | undefined;

  async send(request: ApiRequest): Promise<Answer> {
    this.requests.push(request);
    const { failure } = this;
    const body = this.#document(request.path === "/api");
    await this.gate;
    if (failure !== undefined) throw failure;
    const etag = `"${body.length}-${body}"`;
    const status = request.etag === etag ? 304 : 200;
    this.answers.push(status);
    return { status, etag, body: status === 304 ? "" : body };
  }

  #document(core: boolean): string {
    const groups = Object.entries(this.groups).filter(([group]) => (group === "") === core);
    const items = groups.map(([name, versions]) => ({ metadata: name === "" ? {} : { name }, versions: versions.map((version) => entry(name, version)) }));
    return JSON.stringify({ kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", items });
  }
}

function entry(group: string, { version, kinds = [], stale = false }: Version): object {
  const resources = kinds.map((kind) => ({
    resource: `${kind.toLowerCase()}s`, responseKind: { group, version, kind }, scope: "Namespaced", verbs: ["get", "list"],
    subresources: [{ subresource: "status", responseKind: { kind }, verbs: ["patch"] }],
  }));
  return { version, freshness: stale ? "Stale" : "Current", resources };
}

function setUp(): { server: DiscoveryServer; clock: VirtualClock; discovery: Discovery } {
  const server = new DiscoveryServer();
  const clock = new VirtualClock();
  return { server, clock, discovery: new Discovery(server, clock) };
}

test("all kinds are those that are served now, each in the version that its group prefers", async () => {
  const { server, discovery } = setUp();
  await discovery.kindOf("v1", "Pod");
  server.groups["example.com"] = [{ version: "v2", kinds: ["Widget"] }, { version: "v1", kinds: ["Widget", "Gadget"] }];
  expect((await discovery.kinds()).map(({ version, kind }) => `${version} ${kind}`)).toEqual(["v1 Pod", "v1 Deployment", "v2 Widget", "v1 Gadget"]);
});

describe("discovery", () => {
  test("lets go of a caller that is told to stop while the server does not answer", async () => {
    const { server, discovery } = setUp();
    server.gate = new Promise(() => undefined);
    const stop = new AbortController();
    const looking = discovery.kindOf("v1", "Pod", stop.signal);
    stop.abort(new Error("stopping"));
    await expect(looking).rejects.toThrow("stopping");
  });

  test("finds a kind with its path, scope, verbs and subresources", async () => {
    const { discovery } = setUp();
    expect(await discovery.kindOf("apps/v1", "Deployment")).toEqual({
      group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true, verbs: ["get", "list"], subresources: ["status"],
    });
    expect(await discovery.kindOf("v1", "Pod")).toMatchObject({ group: "", version: "v1" });
  });

  test("asks once for many lookups at the same time, and not at all for a known kind", async () => {
    const { discovery, server } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => discovery.kindOf("v1", "Pod")));
    await discovery.kindOf("apps/v1", "Deployment");
    expect(server.requests.map((request) => request.path)).toEqual(["/api", "/apis"]);
  });

  test("says which version of a group is preferred, and takes the next that has the kind", async () => {
    const { discovery, server } = setUp();
    server.groups["x.dev"] = [{ version: "v2", kinds: ["New"] }, { version: "v1", kinds: ["New", "Old"] }];
    expect((await discovery.preferredKind("x.dev", "New"))?.version).toBe("v2");
    expect((await discovery.preferredKind("x.dev", "Old"))?.version).toBe("v1");
  });

  test("asks again for a kind that is missing, once a second, and finds it when it appears", async () => {
    const { discovery, server, clock } = setUp();
    await discovery.refresh();
    expect(await discovery.kindOf("x.dev/v1", "Thing")).toBeUndefined();
    server.groups["x.dev"] = [{ version: "v1", kinds: ["Thing", "Other"] }];
    expect(await discovery.kindOf("x.dev/v1", "Thing")).toBeUndefined();
    expect(server.requests).toHaveLength(4);
    await clock.advance(1_000);
    expect(await discovery.kindOf("x.dev/v1", "Thing")).toMatchObject({ kind: "Thing" });
    expect(server.requests).toHaveLength(6);
  });

  test("a kind nobody asked for yet does not wait for another's miss", async () => {
    const { discovery, server } = setUp();
    await discovery.refresh();
    await discovery.kindOf("x.dev/v1", "Thing");
    server.groups["y.dev"] = [{ version: "v1", kinds: ["Thing"] }];
    expect(await discovery.kindOf("y.dev/v1", "Thing")).toMatchObject({ group: "y.dev" });
  });

  test("asks conditionally: an unchanged document is not sent again", async () => {
    const { discovery, server } = setUp();
    await discovery.refresh();
    await discovery.refresh();
    expect(server.answers).toEqual([200, 200, 304, 304]);
    expect(await discovery.kindOf("v1", "Pod")).toBeDefined();
  });

  test("a refresh asked for while one runs begins after it, one for all who asked", async () => {
    const { discovery, server } = setUp();
    const gate = Promise.withResolvers<void>();
    server.gate = gate.promise;
    const first = discovery.refresh();
    const later = [discovery.refresh(), discovery.refresh()];
    await settle();
    expect(server.requests).toHaveLength(2);
    server.groups["x.dev"] = [{ version: "v1", kinds: ["Thing"] }];
    gate.resolve();
    await Promise.all([first, ...later]);
    expect(server.requests).toHaveLength(4);
    expect(await discovery.kindOf("x.dev/v1", "Thing")).toBeDefined();
  });

  test("a kind that went is unknown after a refresh", async () => {
    const { discovery, server } = setUp();
    server.groups["x.dev"] = [{ version: "v1", kinds: ["Thing"] }];
    await discovery.refresh();
    delete server.groups["x.dev"];
    await discovery.refresh();
    expect(await discovery.kindOf("x.dev/v1", "Thing")).toBeUndefined();
  });

  test("a group whose server is down keeps the kinds it was seen with", async () => {
    const { discovery, server } = setUp();
    server.groups["metrics.k8s.io"] = [{ version: "v1", kinds: ["PodMetrics"] }];
    await discovery.refresh();
    server.groups["metrics.k8s.io"] = [{ version: "v1", stale: true }];
    await discovery.refresh();
    await discovery.refresh();
    expect(await discovery.kindOf("metrics.k8s.io/v1", "PodMetrics")).toMatchObject({ plural: "podmetricss" });
  });

  test("a group that never answered proves nothing: the lookup fails instead of saying unknown", async () => {
    const { discovery, server } = setUp();
    server.groups["metrics.k8s.io"] = [{ version: "v1", stale: true }, { version: "v1beta1", kinds: ["Old"] }];
    await expect(discovery.kindOf("metrics.k8s.io/v1", "PodMetrics")).rejects.toMatchObject({ status: 503 });
    await expect(discovery.preferredKind("metrics.k8s.io", "PodMetrics")).rejects.toMatchObject({ status: 503 });
    expect(await discovery.kindOf("metrics.k8s.io/v1beta1", "PodMetrics")).toBeUndefined();
  });

  test("a failed request is an error for a missing kind, each time, and nothing for a known one", async () => {
    const { discovery, server } = setUp();
    await discovery.refresh();
    server.failure = new KubeApiError(503, "ServiceUnavailable", "down");
    await expect(discovery.kindOf("x.dev/v1", "Thing")).rejects.toBe(server.failure);
    await expect(discovery.kindOf("x.dev/v1", "Thing")).rejects.toBe(server.failure);
    expect(await discovery.kindOf("v1", "Pod")).toBeDefined();
  });

  test("an answer in the form before aggregated discovery says which version is needed", async () => {
    const discovery = new Discovery({ send: () => Promise.resolve({ status: 200, etag: undefined, body: '{"kind":"APIVersions"}' }) }, new VirtualClock());
    await expect(discovery.kindOf("v1", "Pod")).rejects.toThrow("Kubernetes 1.27 or newer is needed");
  });
});
