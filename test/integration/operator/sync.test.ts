import { describe, expect } from "vitest";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import { configMap, deployment, service } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";

describe.concurrent("a commit", () => {
  test("becomes live, healthy objects that tell whose they are", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 2), "service.yaml": service("web"), "deep/config.yaml": configMap("settings") });
    await shop.ready();
    expect(await shop.live("apps/v1", "Deployment", "web")).toMatchObject({ spec: { replicas: 2 }, status: { readyReplicas: 2 } });
    expect((await shop.live("v1", "ConfigMap", "settings"))?.metadata).toMatchObject({
      labels: { [PART_OF_LABEL]: expect.stringMatching(/^applyset-.*-v1$/) as string },
      annotations: { [ORIGIN_ANNOTATION]: expect.stringMatching(new RegExp(`^[a-z0-9]+/${shop.namespace}/app#/ConfigMap/${shop.namespace}/settings$`)) as string },
    });
    expect(shop.app?.status).toMatchObject({ objects: 3, membership: { groupKinds: ["ConfigMap", "Deployment.apps", "Service"], namespaces: [shop.namespace] } });
    for (const type of ["Synced", "Healthy"] as const) expect(shop.condition("Application", type)?.status).toBe("True");
    expect(shop.condition("Application", "Drifted")?.status).toBe("False");
    expect(shop.source?.status?.artifact?.revision).toMatch(/^main@sha1:[0-9a-f]{40}$/);
  });

  test("is told in Events of the source and of the Application", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.told("GitSource", /^ArtifactStored: fetched main@[0-9a-f]{7}/);
    await shop.told("Application", /^Applied: 2 created from main@[0-9a-f]{7}$/);
  });

  test("that changes one object writes only that one", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    const before = (await shop.live("v1", "ConfigMap", "b"))?.metadata.resourceVersion;
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
    expect((await shop.live("v1", "ConfigMap", "b"))?.metadata.resourceVersion).toBe(before);
  });

  test("that drops a field takes it away", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a", { keep: "1", drop: "1" }) });
    await shop.ready();
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { keep: "1" }) }));
    expect(await shop.dataOf("a")).toEqual({ keep: "1" });
  });

  test("that drops a file prunes its object, and one that adds a file creates its object", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "web.yaml": deployment("web") });
    await shop.ready();
    const commit = await shop.commit({ "web.yaml": null, "service.yaml": service("web") });
    await shop.ready(commit);
    expect(await shop.live("apps/v1", "Deployment", "web")).toBeUndefined();
    expect(await shop.live("v1", "Service", "web")).toBeDefined();
    expect(await shop.dataOf("a")).toBeDefined();
    await shop.until("the kinds in use are recorded", () => shop.app?.status?.membership?.groupKinds?.join(" ") === "ConfigMap Service");
  });

  test("that drops a file prunes nothing where spec.sync.prune is false", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") }, { app: { sync: { prune: false } } });
    await shop.ready();
    await shop.ready(await shop.commit({ "b.yaml": null }));
    expect(await shop.dataOf("b")).toBeDefined();
  });

  test("is pruned of what another path does not have when spec.path changes", async ({ tenant }) => {
    const shop = await tenant({ "blue/a.yaml": configMap("a"), "blue/b.yaml": configMap("b"), "green/b.yaml": configMap("b", { value: "green" }) }, { app: { path: "blue" } });
    await shop.ready();
    await shop.respec("Application", { path: "green" });
    await shop.until("the new path is applied", () => shop.app?.status?.objects === 1);
    await shop.ready();
    expect(await shop.dataOf("a")).toBeUndefined();
    expect(await shop.dataOf("b")).toEqual({ value: "green" });
    expect(shop.report).toBeUndefined();
  });

  test("of Kustomize overlays is applied with its patches and generated names", async ({ tenant }) => {
    const files = {
      "base/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator:\n  - {name: settings, literals: [mode=slow]}\n",
      "base/web.yaml": deployment("web", 1, { envFrom: [{ configMapRef: { name: "settings" } }] }),
      "overlays/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: prod-\nreplicas: [{name: web, count: 2}]\nimages: [{name: registry.example.com/main, newTag: '2'}]\n",
    };
    const shop = await tenant(files, { app: { path: "overlays/prod" } });
    await shop.ready();
    const web = JSON.stringify(await shop.live("apps/v1", "Deployment", "prod-web"));
    const name = /prod-settings-[a-z0-9]{10}/.exec(web)?.[0] ?? "";
    expect(await shop.dataOf(name)).toEqual({ mode: "slow" });
    expect(web).toContain('"image":"registry.example.com/main:2"');
    expect(web).toContain('"replicas":2');
  });
});
