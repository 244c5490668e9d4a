import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { kubectl, sharedControlPlane } from "../../support/control-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { driftless } from "../../support/run-cli.ts";
import { CANARY } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";

const plan = (shop: Tenant, ...more: string[]): ReturnType<typeof driftless> => driftless("plan", "app", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath, ...more);
const status = (namespace: string): ReturnType<typeof driftless> => driftless("status", "-n", namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);

/** Text without its columns. */
const words = (text: string): string => text.replace(/ +/g, " ");

describe.concurrent("driftless plan", () => {
  test("ends with 0 where nothing is to be done", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "web.yaml": deployment("web") });
    await shop.ready();
    const { code, out } = await plan(shop);
    expect(out).toContain("2 unchanged");
    expect(code).toBe(0);
  });

  test("ends with 2 and names every change, field by field, before a commit is pushed, and changes nothing", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b"), "web.yaml": deployment("web") });
    await shop.ready();
    const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
    await mkdir(join(dir, "deep"));
    for (const [path, object] of Object.entries({ "a.yaml": configMap("a"), "web.yaml": deployment("web", 3), "deep/c.yaml": configMap("c") })) await writeFile(join(dir, path), JSON.stringify(object));
    const { code, out } = await plan(shop, "--from", dir);
    await rm(dir, { recursive: true });
    expect(words(out)).toContain(`+ create ConfigMap ${shop.namespace}/c deep/c.yaml:1`);
    expect(words(out)).toContain(`~ configure Deployment ${shop.namespace}/web web.yaml:1`);
    expect(out).toContain("/spec/replicas: 1 → 3");
    expect(words(out)).toContain(`- delete ConfigMap ${shop.namespace}/b`);
    expect(code).toBe(2);
    expect(await shop.dataOf("c")).toBeUndefined();
    expect((await plan(shop)).code).toBe(0);
  });

  test("ends with 2 for what a suspended Application would do", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.respec("Application", { suspend: true });
    await shop.saying("Application", "Ready", "Suspended");
    await shop.kubectl("delete", "configmap/a");
    const { code, out } = await plan(shop);
    expect(out).toContain(`ConfigMap ${shop.namespace}/a`);
    expect(code).toBe(2);
  });

  test("keeps what the operator keeps, and waits for what it waits for", async ({ tenant }) => {
    const hook = { apiVersion: "v1", kind: "Secret", metadata: { name: "hook" }, stringData: { token: CANARY } };
    const later = { ...configMap("later"), metadata: { name: "later", annotations: { "driftless.dev/wave": "1" } } };
    const shop = await tenant({ "web.yaml": deployment("web"), "hook.yaml": hook }, { app: { health: { checks: [{ apiVersion: "apps/v1", kind: "Deployment", current: "false" }] } } });
    await shop.until("it is applied", () => shop.condition("Application", "Synced")?.status === "True");
    await shop.respec("GitSource", { webhook: { secretRef: { name: "hook" } } });
    const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
    for (const [path, object] of Object.entries({ "web.yaml": deployment("web"), "later.yaml": later })) await writeFile(join(dir, path), JSON.stringify(object));
    const { out } = await plan(shop, "--from", dir);
    await rm(dir, { recursive: true });
    expect(out).not.toMatch(/delete Secret|create +ConfigMap/);
    expect(out).toMatch(/keep +Secret \S+\/hook\s+the source of this Application uses it/);
    expect(out).toMatch(/ConfigMap \S+\/later +later\.yaml:1\s+waits for wave 0: Deployment/);
  });

  test("ends with 1 and says what is wrong where it cannot tell", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": "kind: [" });
    await shop.saying("Application", "Ready", "BuildFailed");
    const broken = await plan(shop);
    expect(broken.err).toMatch(/error: a\.yaml:1:8: /);
    expect(broken.code).toBe(1);
    const unknown = await driftless("plan", "nobody", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);
    expect(unknown.err).toContain(`Application ${shop.namespace}/nobody not found`);
    expect(unknown.code).toBe(1);
  });
});

describe.concurrent("driftless status", () => {
  test("ends with 0 and one line per Application where all are ready", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const { code, out } = await status(shop.namespace);
    expect(out).toMatch(new RegExp(`^${shop.namespace} +app +True +True +True +none +main@[0-9a-f]{7} .*1 object of main@[0-9a-f]{7} live and healthy`, "m"));
    expect(code).toBe(0);
  });

  test("ends with 1 and the reason where one is not", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { path: "nowhere" } });
    await shop.saying("Application", "Ready", "PathNotFound");
    const { code, out } = await status(shop.namespace);
    expect(out).toContain("PathNotFound");
    expect(code).toBe(1);
  });
});

test("kubectl shows state, revision and age of sources and Applications in columns", async ({ tenant }) => {
  const shop = await tenant({ "a.yaml": configMap("a") });
  await shop.ready();
  expect(await shop.kubectl("get", "applications.driftless.dev")).toMatch(/^app +True .*main@sha1:/m);
  expect(await shop.kubectl("get", "gitsources.driftless.dev")).toMatch(/^app +http:\S+ +True +main@sha1:/m);
});

test("what driftless install prints is accepted by a server-side apply", async ({ tenant }) => {
  await (await tenant({ "a.yaml": configMap("a") })).ready();
  const { out, code } = await driftless("install", "--tenant", "default:deployer");
  expect(code).toBe(0);
  const applied = await kubectl(["apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", "-"], { input: out });
  for (const name of ["customresourcedefinition.apiextensions.k8s.io/applications.driftless.dev", "deployment.apps/driftless", "role.rbac.authorization.k8s.io/driftless-as-deployer"]) {
    expect(applied).toContain(`${name} serverside-applied`);
  }
});
