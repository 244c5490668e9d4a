import { expect, test } from "vitest";
import { ResourceStore } from "../../../../src/controllers/resource-store.ts";
import type { Application } from "../../../../src/api/application.ts";
import { crds } from "../../../../src/api/crd.ts";
import { API_VERSION } from "../../../../src/api/group.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import { MemoryCluster } from "../../../support/memory-cluster/memory-cluster.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const app: KubeObject = { apiVersion: API_VERSION, kind: "Application", metadata: { name: "shop", namespace: "default" }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };
const newer = (object: KubeObject, annotations: Record<string, string>): KubeObject => ({
  ...object, metadata: { ...object.metadata, annotations, resourceVersion: String(Number(object.metadata.resourceVersion) + 1) },
});

test("what somebody asked for is told, though the answer to a write of ours was the first to show it", async () => {
  const clock = new VirtualClock();
  const cluster = new MemoryCluster({ clock });
  const told: (string | undefined)[] = [];
  const client = cluster.client();
  for (const definition of crds()) await client.create(definition);
  cluster.settle();
  const made = await client.create(app);
  const store = new ResourceStore<Application>({
    cluster: client, clock, logger: new MemoryLogger(), random: () => 0, onInterrupted: () => undefined, kind: "Application", plural: "applications",
    listener: (_name, _before, after) => told.push(after?.metadata.annotations?.["asked"]),
  });
  await store.start();
  const answer = newer(made, { asked: "now" });
  store.note(answer);
  store.note(made);
  expect([told, store.get("default/shop")?.metadata.resourceVersion]).toEqual([[undefined, "now"], answer.metadata.resourceVersion]);
  await store.stop();
});
