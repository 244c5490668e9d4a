import { describe, expect } from "vitest";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";

const BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata: {value: [}\n";

describe.concurrent("a commit", () => {
  test("with invalid YAML is refused as a whole, with file, line and column", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.commit({ "deep/b.yaml": BROKEN, "a.yaml": configMap("a", { value: "two" }) });
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/deep\/b\.yaml:5:\d+: /);
    await shop.told("Application", /^BuildFailed: .*deep\/b\.yaml:5:/);
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.ready(await shop.commit({ "deep/b.yaml": null }));
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
  });

  test("with an object that the server refuses lands with all the others, and with that one when it is mended", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const bad = { ...deployment("web"), spec: { replicas: -1, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "other" } }, spec: { containers: [] } } } };
    await shop.commit({ "web.yaml": bad, "b.yaml": configMap("b"), "a.yaml": null });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toMatch(/web\.yaml:1: Deployment \S+\/web: /);
    for (const field of ["spec.replicas", "spec.template.spec.containers", "spec.template.metadata.labels"]) expect(message).toContain(field);
    await shop.until("the others are there", () => shop.view.get("ConfigMap", "b") !== undefined);
    // What was dropped stays until everything is applied.
    expect(await shop.dataOf("a")).toBeDefined();
    await shop.ready(await shop.commit({ "web.yaml": deployment("web") }));
    expect(await shop.dataOf("a")).toBeUndefined();
  });

  test("that renders to nothing prunes nothing", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "README.md": "hello" });
    await shop.ready();
    await shop.commit({ "a.yaml": null });
    expect(await shop.saying("Application", "Ready", "EmptyRender")).toContain("nothing was pruned");
    expect(await shop.dataOf("a")).toBeDefined();
  });

  test("with a kind that the cluster does not serve lands with the others and names file and kind", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "w.yaml": { apiVersion: "nowhere.example.com/v1", kind: "Widget", metadata: { name: "w" }, spec: {} } });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toContain("w.yaml:1: the cluster serves no kind Widget in nowhere.example.com/v1");
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "a") !== undefined);
    expect(shop.app?.status?.lastAppliedRevision).toBeUndefined();
  });

  test("that defines an object twice names both places", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b/again.yaml": configMap("a", { value: "two" }) });
    const message = await shop.saying("Application", "Ready", "BuildFailed");
    expect(message).toContain("a.yaml:1");
    expect(message).toContain("b/again.yaml:1");
    expect(await shop.dataOf("a")).toBeUndefined();
  });

  test("with a namespace that does not exist names it and lands with the others", async ({ tenant }) => {
    const lost = { ...configMap("lost"), metadata: { name: "lost", namespace: "nowhere-to-be-found" } };
    const shop = await tenant({ "a.yaml": configMap("a"), "lost.yaml": lost }, { role: "cluster-admin" });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toMatch(/lost\.yaml:1: ConfigMap nowhere-to-be-found\/lost: .*namespaces? "nowhere-to-be-found" not found/);
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "a") !== undefined);
  });
});
