import { describe, expect } from "vitest";
import { findCondition } from "../../../src/api/conditions.ts";
import type { Application } from "../../../src/api/application.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { follow, versionOf } from "../../support/follow.ts";
import type { Followed } from "../../support/follow.ts";
import { configMap, deployment, withPods } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { TenantApp } from "../../support/tenant-app.ts";
import { ACCOUNT, NAME } from "../../support/tenant-objects.ts";

const slow = (name: string, image = "1"): KubeObject => withPods(deployment(name, 1, { image: `registry.example.com/main:${image}` }), { "ready-after": "1s" });
const broken = (name: string): KubeObject => withPods(deployment(name), { outcome: "NeverReady" });

describe.concurrent("dependsOn", () => {
  test("lets a commit through a chain of Applications, each in the moment when the one before it is ready", async ({ tenant }) => {
    const shop = await tenant({ "a/web.yaml": slow("web-a"), "b/web.yaml": slow("web-b"), "c/web.yaml": slow("web-c") }, { app: { path: "a" } });
    const b = await TenantApp.open(shop, "b", { path: "b", dependsOn: [{ name: "app" }] });
    const c = await TenantApp.open(shop, "c", { path: "c", dependsOn: [{ name: "b" }] });
    await c.ready();
    const followed = follow(shop.view, [...["app", "b"].map((name) => ({ kind: "Application", name })), ...["web-b", "web-c"].map((name) => ({ kind: "Deployment", name }))]);
    const commit = await shop.commit({ "a/web.yaml": slow("web-a", "2"), "b/web.yaml": slow("web-b", "2"), "c/web.yaml": slow("web-c", "2") });
    await c.ready(commit);
    for (const [dependency, dependant] of [["app", "web-b"], ["b", "web-c"]] as const) {
      expect(versionOf(firstWith(followed, dependant, '"image":"registry.example.com/main:2"'))).toBeGreaterThan(versionOf(firstReady(followed, dependency, commit)));
    }
    followed.stop();
    await b.ready(commit);
  });

  test("waits for an Application that is not healthy, names it, and goes on when it is", async ({ tenant }) => {
    const shop = await tenant({ "a/web.yaml": broken("web"), "b/b.yaml": configMap("b") }, { app: { path: "a" } });
    const b = await TenantApp.open(shop, "b", { path: "b", dependsOn: [{ name: "app" }] });
    const message = await b.saying("Ready", new RegExp(`waiting for ${shop.namespace}/app: not ready: 1 of 1 not healthy: Deployment ${shop.namespace}/web`));
    expect(message).not.toContain("kubectl");
    expect(b.condition("Ready")?.reason).toBe("DependencyNotReady");
    expect(await shop.dataOf("b")).toBeUndefined();
    await b.ready(await shop.commit({ "a/web.yaml": deployment("web") }));
    expect(await shop.dataOf("b")).toEqual({ value: "one" });
  });

  test("tells a circle on all of its members, also on one that was there before it was closed", async ({ tenant }) => {
    const shop = await tenant({ "a/a.yaml": configMap("a"), "b/b.yaml": configMap("b") }, { app: { path: "a", dependsOn: [{ name: "b" }] } });
    expect(await shop.telling("Application", "Ready", /does not exist/)).toContain(`${shop.namespace}/b: it does not exist`);
    const b = await TenantApp.open(shop, "b", { path: "b", dependsOn: [{ name: "app" }] });
    const circle = ["app", "b", "app"].map((name) => `${shop.namespace}/${name}`).join(" → ");
    await b.saying("Ready", new RegExp(`dependency cycle: ${circle}; remove one of these from spec.dependsOn`));
    await shop.telling("Application", "Ready", new RegExp(`dependency cycle: ${circle}`));
    expect(shop.condition("Application", "Stalled")?.reason).toBe("DependencyCycle");
    await shop.respec("Application", { dependsOn: null });
    await Promise.all([shop.ready(), b.ready()]);
  });

  test("tells a circle that an edit closed, on the one that had been waiting", async ({ tenant }) => {
    const shop = await tenant({ "a/a.yaml": configMap("a"), "b/b.yaml": configMap("b") }, { app: { path: "a", dependsOn: [{ name: "b" }] } });
    const b = await TenantApp.open(shop, "b", { path: "b", dependsOn: [{ name: "missing" }] });
    await shop.telling("Application", "Ready", /waiting for \S+\/b: not ready/);
    await shop.apply({ ...(b.app as unknown as KubeObject), metadata: { name: "b", namespace: shop.namespace }, spec: { sourceRef: { kind: "GitSource", name: NAME }, serviceAccountName: ACCOUNT, path: "b", dependsOn: [{ name: "app" }] } });
    await shop.telling("Application", "Ready", /dependency cycle/);
    await b.saying("Ready", /dependency cycle/);
  });

  test("goes on when an Application that was missing is there", async ({ tenant }) => {
    const shop = await tenant({ "a/a.yaml": configMap("a"), "b/b.yaml": configMap("b") }, { app: { path: "a", dependsOn: [{ name: "b" }] } });
    await shop.saying("Application", "Ready", "DependencyNotReady");
    const b = await TenantApp.open(shop, "b", { path: "b" });
    await Promise.all([shop.ready(), b.ready()]);
  });

  test("refuses Applications of other namespaces where the operator does not allow them", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { dependsOn: [{ name: "database", namespace: "elsewhere" }] } });
    expect(await shop.saying("Application", "Ready", "DependencyRefused")).toContain("elsewhere/database");
    expect(shop.condition("Application", "Stalled")?.status).toBe("True");
    expect(await shop.dataOf("a")).toBeUndefined();
  });

  test("holds nobody up who does not depend on what is broken", async ({ tenant }) => {
    const shop = await tenant({ "a/web.yaml": slow("web"), "b/b.yaml": configMap("b"), "bad/x.yaml": "kind: [", "c/c.yaml": configMap("c") }, { app: { path: "a" } });
    const bad = await TenantApp.open(shop, "bad", { path: "bad" });
    const b = await TenantApp.open(shop, "b", { path: "b", dependsOn: [{ name: "app" }] });
    const behind = await TenantApp.open(shop, "behind", { path: "c", dependsOn: [{ name: "bad" }] });
    await bad.saying("Ready", /x\.yaml/);
    await b.ready();
    await b.ready(await shop.commit({ "a/web.yaml": slow("web", "2"), "b/b.yaml": configMap("b", { value: "two" }) }));
    await behind.saying("Ready", /waiting for \S+\/bad: not ready: .*x\.yaml/);
  });
});

describe.concurrent("Applications as objects of another one", () => {
  test("are its children: what fails in one shows in the parent's health, with its reason", async ({ tenant }) => {
    const child: KubeObject = { apiVersion: API_VERSION, kind: "Application", metadata: { name: "child" }, spec: { sourceRef: { kind: "GitSource", name: NAME }, serviceAccountName: ACCOUNT, path: "child" } };
    const shop = await tenant({ "parent/child.yaml": child, "child/a.yaml": configMap("a") }, { role: "cluster-admin", app: { path: "parent" } });
    await shop.ready();
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.commit({ "child/a.yaml": "kind: [" });
    await shop.until("the parent is not healthy", () => shop.condition("Application", "Healthy")?.status === "False");
    expect(shop.condition("Application", "Healthy")?.message).toMatch(/Application\S* \S+\/child: .*child\/a\.yaml/s);
    await shop.commit({ "child/a.yaml": configMap("a", { value: "two" }) });
    await shop.until("all is well again", () => shop.condition("Application", "Ready")?.status === "True" && shop.condition("Application", "Healthy")?.status === "True");
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
  });
});

const asText = (object: KubeObject): string => JSON.stringify({ ...object, metadata: { ...object.metadata, managedFields: [] } });

function firstWith({ seen }: Followed, name: string, text: string): KubeObject | undefined {
  return seen.find((object) => object.kind === "Deployment" && object.metadata.name === name && asText(object).includes(text));
}

function firstReady({ seen }: Followed, name: string, commit: string): KubeObject | undefined {
  return seen.find((object) => {
    const { kind, metadata, status } = object as unknown as Application; // the API server has validated it
    return kind === "Application" && metadata.name === name && status?.lastAppliedRevision?.endsWith(commit) === true && findCondition(status.conditions, "Ready")?.status === "True";
  });
}
