import { beforeAll, describe, expect, test } from "vitest";
import type { Gate } from "../../../reconciler/gate/gate.ts";
import { gate } from "../../../reconciler/gate/gate.ts";
import { crds } from "../../../src/api/crd.ts";
import type { Application } from "../../../src/api/application.ts";
import { yamlDocuments } from "../../../src/cli/documents.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import type { Attempt } from "../../../src/controllers/release-spec.ts";
import { Releases } from "../../../src/controllers/releases.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import { aResource, releaseSpec } from "../../support/api-cases.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, kubectl } from "../../support/control-plane.ts";
import { desiredFrom } from "../../support/desired.ts";
import { configMapEntry, gatedPlan, pruneEntry } from "../../support/gated-plan.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";

const digest = "ab".repeat(32);
const { signal } = new AbortController();

beforeAll(async () => {
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: yamlDocuments(crds()) });
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", "crd/releases.driftless.dev", "crd/applications.driftless.dev"]);
});

/** Merge-patches the Release `shop` and tells the API server's answer. */
const patch = (namespace: string, body: object): Promise<string> => kubectl(["patch", "releases.driftless.dev", "shop", "-n", namespace, "--type=merge", "-p", JSON.stringify(body)]);

describe("the API server", () => {
  test("lets a Release be approved, and the approval be taken back, but nothing else be changed", async () => {
    const namespace = await createNamespace("immutable");
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(aResource("Release", releaseSpec({ digest, covers: "abcdefgh" }), { namespace })) });
    await patch(namespace, { spec: { approval: { planDigest: digest, reason: "looked at it" } } });
    await patch(namespace, { spec: { approval: null } });
    const changes = [{ application: "other" }, { generation: 9 }, { revision: "x" }, { commit: { message: "x" } }, { plan: { summary: "nothing" } }, { plan: { covers: null } }, { plan: { changes: [] } }];
    for (const spec of changes) await expect(patch(namespace, { spec })).rejects.toThrow("a Release does not change; only spec.approval is for people to write");
  });

  test("refuses an approval of another plan, or of a Release that waits for none", async () => {
    const namespace = await createNamespace("approval");
    await kubectl(["create", "-f", "-"], { input: JSON.stringify(aResource("Release", releaseSpec(), { namespace })) });
    await expect(patch(namespace, { spec: { approval: { planDigest: digest } } })).rejects.toThrow("approval.planDigest must be the value of plan.digest of this Release");
  });
});

const OPEN: Gate = { apply: { kind: "Open" }, prune: { kind: "Open" }, asksForApproval: false };

function attemptFor(app: Application, extra: Partial<Attempt> = {}): Attempt {
  return {
    app,
    plan: gatedPlan({ entries: [configMapEntry("Create", "a", "x")], prune: [pruneEntry("/ConfigMap/shop/old")] }),
    effective: desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: x}}"),
    artifact: { revision: `main@sha1:${"1".repeat(40)}`, commit: { oid: "1".repeat(40), author: "Ada <ada@example.com>", message: "Change it", committedAt: new Date("2026-01-01T00:00:00Z") } },
    gate: OPEN,
    ...extra,
  };
}

/** An Application in a namespace of its own, and the Releases of an operator that has just started. */
async function rig(namespace: string, woken: string[] = []) {
  const stack = new AsyncDisposableStack();
  let requests = 0;
  const cluster: HttpClusterClient = await openCluster({ onAnswer: ({ method }) => void (requests += method === "GET" ? 0 : 1) });
  stack.defer(() => cluster.close());
  const releases = new Releases({ cluster, clock: systemClock, logger: new MemoryLogger(), random: Math.random, onInterrupted: () => undefined, key: "key", wake: (name) => woken.push(name) });
  stack.defer(() => releases.stop());
  await releases.start();
  const name = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", namespace, name: "shop" };
  const stored = (await cluster.get(name)) ?? (await cluster.create(aResource("Application", { sourceRef: { kind: "GitSource", name: "shop" } }, { namespace })));
  requests = 0;
  return { app: stored as unknown as Application, releases, writes: () => requests, close: () => stack.disposeAsync() }; // the API server has validated it
}

test("an ordinary attempt is two writes, and kubectl get tells what, which revision and how it ended", async () => {
  const namespace = await createNamespace("attempt");
  const { app, releases, writes, close } = await rig(namespace);
  const attempt = attemptFor(app);
  await releases.begin(attempt, signal);
  await releases.settle(attempt, { kind: "Succeeded", message: "1 object live and healthy" }, signal);
  expect(writes()).toBe(2);
  const [head, row] = (await kubectl(["get", "drel", "-n", namespace, "-o", "wide"])).trim().split("\n").map((line) => line.split(/ {2,}/));
  expect(head).toEqual(["NAME", "APPLICATION", "REVISION", "CHANGES", "SUCCEEDED", "REASON", "SINCE", "AGE", "MESSAGE"]);
  expect(row?.slice(0, 6)).toEqual(["shop-1", "shop", `main@sha1:${"1".repeat(40)}`, "1 to create, 1 to delete", "True", "Succeeded"]);
  expect(row?.[8]).toBe("1 object live and healthy");
  await close();
});

test("the command of the message approves, which wakes the Application, also of an operator that was started since", async () => {
  const namespace = await createNamespace("manual");
  const first = await rig(namespace);
  const attempt = attemptFor(first.app);
  const decide = ({ releases, app }: typeof first): Gate => gate(attempt.plan, { sync: { approval: "Manual" }, dependencies: { kind: "Open" }, members: 2, approval: () => releases.approval(app, attempt.plan) }, new Date());
  const closed = decide(first);
  const message = closed.apply.kind === "Closed" ? closed.apply.message : "";
  await first.releases.begin({ ...attempt, gate: closed }, signal);
  await first.releases.settle(attempt, { kind: "Waiting", reason: "AwaitingApproval", message }, signal);
  await first.close();

  const woken: string[] = [];
  const second = await rig(namespace, woken);
  expect(decide(second).apply).toMatchObject({ kind: "Closed", message });
  const [, args = "", body = ""] = /kubectl (patch .*) -p '(.*)'$/.exec(message) ?? [];
  await kubectl([...args.split(" "), "-p", body]);
  await expect.poll(() => woken, { timeout: 30_000 }).toEqual([`${namespace}/shop`]);
  expect(decide(second)).toMatchObject({ apply: { kind: "Open" }, prune: { kind: "Open" } });
  expect((await second.releases.begin({ ...attempt, gate: decide(second) }, signal))?.metadata.name).toBe("shop-1");
  expect(second.writes()).toBe(0);
  await second.close();
});
