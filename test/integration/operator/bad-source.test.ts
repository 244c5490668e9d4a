import { describe, expect } from "vitest";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { configMap } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";

const CLOSED_PORT = "http://127.0.0.1:1/shop.git";
const credentials = (namespace: string, password: string): KubeObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "git", namespace }, stringData: { username: "ci", password } });

describe.concurrent("a source", () => {
  test("whose server cannot be reached says so, on itself and on the Application, until it can be", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { source: { url: CLOSED_PORT } });
    expect(await shop.saying("GitSource", "Ready", "GitUnreachable")).toContain("127.0.0.1:1");
    expect(await shop.saying("Application", "Ready", "SourceNotReady")).toContain(`GitSource ${shop.namespace}/app has no content yet`);
    expect(shop.condition("GitSource", "Reconciling")).toMatchObject({ status: "True", reason: "ProgressingWithRetry" });
    await shop.told("GitSource", /^GitUnreachable: /);
    await shop.respec("GitSource", { url: shop.repo.url });
    await shop.ready();
    expect(shop.condition("GitSource", "Ready")?.status).toBe("True");
  });

  test("whose server goes away keeps its content in use", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.respec("GitSource", { url: CLOSED_PORT });
    await shop.saying("GitSource", "Ready", "GitUnreachable");
    await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.reverted(({ path }) => path === "/data/value");
    expect(shop.condition("Application", "Ready")?.status).toBe("True");
  });

  test("without credentials for a private repository says so and comes when they are given", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { server: { auth: { username: "ci", password: "right" } } });
    expect(await shop.saying("GitSource", "Ready", "GitUnauthorized")).toContain("name a Secret");
    await shop.apply(credentials(shop.namespace, "right"));
    await shop.respec("GitSource", { secretRef: { name: "git" } });
    await shop.ready();
  });

  test("with wrong credentials comes by itself when the Secret is corrected", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, {
      server: { auth: { username: "ci", password: "right" } },
      source: { secretRef: { name: "git" } },
      before: async (shop) => void (await shop.apply(credentials(shop.namespace, "wrong"))),
    });
    const message = await shop.saying("GitSource", "Ready", "GitUnauthorized");
    expect(message).not.toContain("wrong");
    await shop.apply(credentials(shop.namespace, "right"));
    await shop.ready();
  });

  test("that names a Secret which is not there says which", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { source: { secretRef: { name: "git" } } });
    expect(await shop.saying("GitSource", "Ready", "CredentialsInvalid")).toContain(`Secret ${shop.namespace}/git does not exist`);
  });

  test("whose branch does not exist names it, and comes when it is pushed", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { source: { ref: { branch: "release" } } });
    expect(await shop.saying("GitSource", "Ready", "RefNotFound")).toContain("release");
    await shop.ready(await shop.commit({ "a.yaml": configMap("a") }, { branch: "release" }));
  });
});

describe.concurrent("an Application", () => {
  test("whose source does not exist says so and starts when it is made", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { sourceRef: { kind: "GitSource", name: "other" } } });
    expect(await shop.saying("Application", "Ready", "SourceNotReady")).toContain(`GitSource ${shop.namespace}/other does not exist`);
    await shop.apply({ apiVersion: "driftless.dev/v1alpha1", kind: "GitSource", metadata: { name: "other", namespace: shop.namespace }, spec: { url: shop.repo.url, interval: "1h" } });
    await shop.ready();
  });

  test("whose path does not exist names it and comes when it is committed", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { path: "overlays/prod" } });
    expect(await shop.saying("Application", "Ready", "PathNotFound")).toContain("overlays/prod");
    expect(shop.condition("Application", "Stalled")?.reason).toBe("PathNotFound");
    await shop.ready(await shop.commit({ "overlays/prod/a.yaml": configMap("a") }));
    expect(shop.condition("Application", "Stalled")).toBeUndefined();
  });
});
