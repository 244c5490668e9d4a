import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../src/controllers/clock.ts";
import { can } from "../../../src/kube/access.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import { KubeEventRecorder } from "../../../src/kube/events.ts";
import { openCluster } from "../../support/cluster.ts";
import { uniqueName } from "../../support/control-plane.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";
import { servedKind } from "../../support/widget-crd.ts";

let client: HttpClusterClient;
beforeAll(async () => {
  client = await openCluster();
});
afterAll(() => client.close());

test("the API server takes our Events, counted up, about namespaced and cluster-scoped objects", async () => {
  const logger = new MemoryLogger();
  const recorder = new KubeEventRecorder({ client, clock: systemClock, logger, random: Math.random, instance: "driftless-0", signal: new AbortController().signal });
  const namespace = await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: uniqueName("events") } });
  const about = await client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "subject", namespace: namespace.metadata.name } });
  const content = { type: "Warning", reason: "ApplyFailed", message: "m".repeat(2_000), action: "Apply" } as const;
  recorder.record(about, content);
  recorder.record(namespace, { ...content, type: "Normal", message: "made" });
  await recorder.flush();
  recorder.record(about, content);
  await recorder.flush();
  expect(logger.lines).toEqual([]);
  const events = await client.list(await servedKind(client, "events.k8s.io/v1", "Event"), { labelSelector: "!absent" });
  const own = events.items.filter((event) => [about, namespace].some(({ metadata }) => metadata.uid === (event["regarding"] as { uid?: string }).uid));
  const byNamespace = Object.groupBy(own, (event) => event.metadata.namespace ?? "");
  expect(byNamespace[namespace.metadata.name]).toMatchObject([{ reason: "ApplyFailed", series: { count: 2 } }]);
  expect(byNamespace["default"]).toMatchObject([{ reason: "ApplyFailed", note: "made" }]);
});

test("an access review tells what an account may", async () => {
  const namespace = uniqueName("access");
  const question = { verb: "watch", group: "apps", resource: "deployments", namespace };
  expect(await can(client, question)).toBe(true);
  // An account without any role may still ask about itself: system:basic-user is granted to all who are authenticated.
  expect(await can(client, question, { as: { namespace, name: "nobody" } })).toBe(false);
});
